/* SPDX-License-Identifier: MIT */
/* Fetching strings that an array points to; see strings.h. */
#include "strings.h"

#include <string.h>

#include "fetch.h"
#include "gather.h"
#include "memory.h"
#include "traffic.h"

#define PAGE 4096
/* So much of a string is read at first, and of the pointers where each read is a system call. */
#define FIRST 256

/* Bytes that grow, in shadows that no handler sees. */
struct heap {
	struct encase_call *call;
	struct enc_shadow *s;
	size_t used, most;
};

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static struct enc_home home_of(const struct heap *heap)
{
	return heap->call->flight->stack->home;
}

/* How much is left of the page in which an address is. */
static size_t page_at(encase_word at)
{
	return PAGE - at % PAGE;
}

/* Makes room for n more, or for as much as there may be: how much, -E2BIG or -ENOMEM. */
static long reserve(struct heap *heap, size_t n)
{
	size_t size = heap->s ? heap->s->size : 1024;
	struct enc_shadow *s;

	n = least(n, heap->most - heap->used);
	if (!n)
		return -E2BIG;
	if (heap->s && heap->used + n <= size)
		return (long) n;
	while (size < heap->used + n)
		size *= 2;
	s = enc_fetch_hidden(heap->call, ENCASE_MAX_ARGS, size);
	if (!s)
		return -ENOMEM;
	if (heap->s)
		memcpy(s->data, heap->s->data, heap->used);
	heap->s = s;
	return (long) n;
}

/* Up to and with the null, if it is among so many bytes: whether it is. */
static bool end_pointers(struct heap *heap, size_t n)
{
	for (size_t end = heap->used + n; heap->used < end;) {
		encase_word word;

		memcpy(&word, heap->s->data + heap->used, sizeof(word));
		heap->used += sizeof(word);
		if (!word)
			return true;
	}
	return false;
}

/* The pointers, with the null.  Where that is cheaper many are read at a time, of one page. */
static int read_pointers(struct heap *heap, encase_word from)
{
	size_t most = enc_gathers(heap->call) ? FIRST : 0;

	for (;;) {
		encase_word at = from + heap->used;
		size_t some = least(most, page_at(at)) / sizeof(at) * sizeof(at);
		long n = reserve(heap, some ? some : sizeof(at));

		if (n < 0)
			return (int) n;
		if (at < from)
			return -EFAULT;
		if (!enc_memory_read(home_of(heap), at, heap->s->data + heap->used, (size_t) n)) {
			if (end_pointers(heap, (size_t) n))
				return 0;
			most = most ? PAGE : 0;
		} else if (n > (long) sizeof(at)) {
			most = 0; /* the memory may end with the null */
		} else {
			return -EFAULT;
		}
	}
}

/* One string behind the others.  What does not fit is read anew, all of it: one reading is used. */
static int read_one(struct heap *heap, encase_word from, size_t room)
{
	for (;; room *= 2) {
		long got = reserve(heap, room), n;

		if (got < 0)
			return (int) got;
		n = enc_memory_read_string(home_of(heap), from, heap->s->data + heap->used,
					   (size_t) got);
		if (n >= 0) {
			heap->used += (size_t) n;
			return 0;
		}
		if (n != -E2BIG || (size_t) got < room || room >= ENC_STRING_MOST)
			return (int) n;
	}
}

/* The same of one whose first n bytes have been read, if it ends there. */
static int take_one(struct heap *heap, encase_word from, const char *bytes, size_t n)
{
	const char *nul = memchr(bytes, 0, n);
	long got;

	if (!nul)
		return read_one(heap, from, n < FIRST ? FIRST : 2 * FIRST);
	n = (size_t) (nul - bytes) + 1;
	got = reserve(heap, n);
	if (got < 0)
		return (int) got;
	if ((size_t) got < n)
		return -E2BIG;
	memcpy(heap->s->data + heap->used, bytes, n);
	heap->used += n;
	return 0;
}

/* So many strings, at most ENC_READS, of which the first bytes are read at once into a place for them. */
static int read_some(struct heap *heap, const encase_word *from, size_t count, char *place)
{
	struct enc_reads reads;
	int err = 0;
	bool all;

	enc_reads_begin(&reads, home_of(heap));
	for (size_t k = 0; k < count; k++)
		(void) enc_reads_add(&reads, from[k], place + k * FIRST,
				     least(FIRST, page_at(from[k])));
	all = !enc_reads_end(&reads); /* else each is told of by itself */
	for (size_t k = 0; k < count && !err; k++)
		err = all ? take_one(heap, from[k], place + k * FIRST,
				     least(FIRST, page_at(from[k])))
			  : read_one(heap, from[k], FIRST);
	return err;
}

/* All of them, one after another. */
static int read_text(struct heap *heap, const encase_word *from, size_t count)
{
	struct enc_shadow *place;
	int err = 0;

	if (!enc_gathers(heap->call)) {
		for (size_t k = 0; k < count && !err; k++)
			err = read_one(heap, from[k], FIRST);
		return err;
	}
	place = enc_fetch_hidden(heap->call, ENCASE_MAX_ARGS, least(count, ENC_READS) * FIRST);
	if (!place)
		return -ENOMEM;
	for (size_t k = 0; k < count && !err; k += ENC_READS)
		err = read_some(heap, from + k, least(count - k, ENC_READS), place->data);
	return err;
}

int enc_strings_fetch(struct encase_call *call, unsigned i)
{
	struct heap pointers = { .call = call, .most = ENC_STRINGS_MOST }, text = { .call = call };
	int err = read_pointers(&pointers, call->words[i]);
	encase_word *own;
	struct enc_shadow *s;
	const char *at;
	size_t n;

	if (err)
		return err;
	n = pointers.used / sizeof(*own) - 1;
	text.most = ENC_STRINGS_MOST - pointers.used;
	err = read_text(&text, (const encase_word *) pointers.s->data, n);
	if (err)
		return err;
	s = enc_fetch_shadow(call, i, pointers.used + text.used);
	if (!s)
		return -ENOMEM;
	s->said = pointers.used;
	memcpy(s->data, pointers.s->data, pointers.used);
	if (text.used)
		memcpy(s->data + pointers.used, text.s->data, text.used);
	own = (encase_word *) s->data;
	at = s->data + pointers.used;
	for (size_t k = 0; k < n; at += strlen(at) + 1)
		own[k++] = (encase_word) (uintptr_t) at;
	enc_traffic_add(call->flight->stack->meter, s->size, 0);
	enc_fetch_settle(call, i, s->data);
	return 0;
}
