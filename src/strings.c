/* SPDX-License-Identifier: MIT */
/* Fetching strings that an array points to; see strings.h. */
#include "strings.h"

#include <string.h>

#include "fetch.h"
#include "memory.h"
#include "traffic.h"

/* Bytes that grow, in shadows that no handler sees. */
struct heap {
	struct encase_call *call;
	struct enc_shadow *s;
	size_t used;
};

/* Makes room for n more. */
static int reserve(struct heap *heap, size_t n)
{
	size_t size = heap->s ? heap->s->size : 1024;
	struct enc_shadow *s;

	if (heap->used + n > ENC_STRINGS_MOST)
		return -E2BIG;
	if (heap->s && heap->used + n <= size)
		return 0;
	while (size < heap->used + n)
		size *= 2;
	s = enc_fetch_hidden(heap->call, ENCASE_MAX_ARGS, size);
	if (!s)
		return -ENOMEM;
	if (heap->s)
		memcpy(s->data, heap->s->data, heap->used);
	heap->s = s;
	return 0;
}

/* The pointers, with the null. */
static int read_pointers(struct heap *heap, encase_word from)
{
	struct enc_home home = heap->call->flight->stack->home;
	encase_word word;

	do {
		int err = reserve(heap, sizeof(word));

		if (err)
			return err;
		if (enc_memory_read(home, from + heap->used, &word, sizeof(word)))
			return -EFAULT;
		memcpy(heap->s->data + heap->used, &word, sizeof(word));
		heap->used += sizeof(word);
	} while (word);
	return 0;
}

/* One string behind the others.  What did not fit is read anew, all of it: one reading is used. */
static int read_one(struct heap *heap, encase_word from)
{
	struct enc_home home = heap->call->flight->stack->home;

	for (size_t room = 256;; room *= 2) {
		int err = reserve(heap, room);
		long n;

		if (err)
			return err;
		n = enc_memory_read_string(home, from, heap->s->data + heap->used, room);
		if (n >= 0) {
			heap->used += (size_t) n;
			return 0;
		}
		if (n != -E2BIG || room >= ENC_STRING_MOST)
			return (int) n;
	}
}

int enc_strings_fetch(struct encase_call *call, unsigned i)
{
	struct heap pointers = { .call = call }, text = { .call = call };
	int err = read_pointers(&pointers, call->words[i]);
	encase_word *own;
	struct enc_shadow *s;
	const char *at;
	size_t n;

	if (err)
		return err;
	n = pointers.used / sizeof(*own) - 1;
	own = (encase_word *) pointers.s->data;
	for (size_t k = 0; k < n && !err; k++)
		err = read_one(&text, own[k]);
	if (err)
		return err;
	s = enc_fetch_shadow(call, i, pointers.used + text.used);
	if (!s)
		return -ENOMEM;
	memcpy(s->data, own, pointers.used);
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
