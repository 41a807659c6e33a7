/* SPDX-License-Identifier: MIT */
/* What the tests of tapes share; see deck.h. */
#include "deck.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include "nested.h"

char deck_path[4096];

void deck_open(void)
{
	const char *where = getenv("TMPDIR");
	int fd;

	snprintf(deck_path, sizeof(deck_path), "%s/encase-XXXXXX", where ? where : P_tmpdir);
	fd = mkstemp(deck_path);
	holds(fd >= 0);
	close(fd);
}

void deck_close(void)
{
	unlink(deck_path);
}

unsigned char *deck_read(const char *path, size_t *n)
{
	FILE *file = fopen(path, "r");
	unsigned char *data;
	long size;

	holds(file && !fseek(file, 0, SEEK_END));
	size = ftell(file);
	rewind(file);
	data = malloc((size_t) size + 1);
	*n = fread(data, 1, (size_t) size, file);
	same(*n, size);
	fclose(file);
	return data;
}

void deck_write(const char *path, const void *data, size_t n)
{
	FILE *file = fopen(path, "w");

	holds(file);
	same(fwrite(data, 1, n, file), n);
	same(fclose(file), 0);
}

struct encase_tape *deck_record_on(const struct encase_lower *lower, const void *below)
{
	struct encase_tape *tape = NULL;

	same(encase_tape_record(deck_path, lower, below, &tape), 0);
	return tape;
}

struct encase_tape *deck_record(void)
{
	return deck_record_on(&oracle_lower, NULL);
}

struct encase_tape *deck_replay(void)
{
	struct encase_tape *tape = NULL;

	same(encase_tape_replay(deck_path, &tape), 0);
	return tape;
}

struct encase_cage *deck_cage(struct encase_tape *tape)
{
	return unit_cage_on(NULL, NULL, &encase_lower_tape, tape);
}

const struct deck_sort deck_sorts[DECK_SORTS] = {
	{ "host", NULL, NULL },
	{ "arena", &encase_memory_arena, &unit_arena },
	{ "far", &unit_far_memory, NULL },
};

encase_word deck_base(const struct deck_sort *sort)
{
	if (sort->memory == &unit_far_memory)
		return UNIT_FAR;
	return sort->memory ? 0 : WORD(unit_room);
}

struct encase_cage *deck_cage_on(const struct deck_sort *sort, struct encase_tape *tape)
{
	return unit_cage_on(sort->memory, sort->space, &encase_lower_tape, tape);
}

void deck_room_is(size_t at, const char *want)
{
	holds(!memcmp(unit_room + at, want, strlen(want)));
}

void deck_says(const char *file, int line, struct encase_tape *tape, enum encase_tape_how how,
	       const char *text)
{
	struct encase_tape_state state = encase_tape_state(tape);

	if (state.how != how || strcmp(state.text, text) != 0)
		cr_assert_fail("%s:%d: %d \"%s\", not %d \"%s\"", file, line, state.how, state.text,
			       how, text);
}

void deck_end(struct encase_cage *cage, struct encase_tape *tape, int result)
{
	unit_free(cage);
	same(encase_tape_close(tape), result);
}

void deck_diverged(const char *file, int line, struct encase_cage *cage, struct encase_tape *tape,
		   const char *text)
{
	deck_says(file, line, tape, ENCASE_TAPE_DIVERGED, text);
	deck_end(cage, tape, -ENOTRECOVERABLE);
}

void deck_rewind(struct encase_tape **tape, struct encase_cage **cage)
{
	deck_end(*cage, *tape, 0);
	*tape = deck_replay();
	*cage = deck_cage(*tape);
}

static void run_in(const struct deck_sort *sort, deck_script *script, struct encase_tape *tape)
{
	struct encase_cage *cage = deck_cage_on(sort, tape);

	script(cage, sort);
	deck_end(cage, tape, 0);
}

void deck_everywhere(deck_script *script, const struct encase_lower *lower, void (*look)(void))
{
	for (const struct deck_sort *a = deck_sorts; a < deck_sorts + DECK_SORTS; a++) {
		unsigned calls;

		oracle.calls = 0;
		unit_row("recorded in memory %s", a->name);
		run_in(a, script, deck_record_on(lower, NULL));
		calls = oracle.calls;
		holds(calls);
		if (look)
			look();
		for (const struct deck_sort *b = deck_sorts; b < deck_sorts + DECK_SORTS; b++) {
			unit_row("recorded in memory %s, replayed in %s", a->name, b->name);
			run_in(b, script, deck_replay());
			same(oracle.calls, calls);
		}
	}
}

uint64_t deck_random(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

struct oracle oracle;

static unsigned kind_of(const struct encase_desc *desc, unsigned i)
{
	return desc->arg[i].kind & ENCASE_KIND;
}

/* The length that stands behind argument i, as an integer of 32 bits. */
static int32_t *length_at(const struct encase_call *call, unsigned i)
{
	return encase_arg(call, i);
}

/* Whether buffer i has its length behind a pointer. */
static bool is_pointed(const struct encase_desc *desc, unsigned i)
{
	return desc->pointers >> i & 1 && kind_of(desc, i) == ENCASE_BUF &&
	       desc->pointers >> desc->arg[i].count & 1;
}

/* The buffer whose length stands behind argument i; or -1. */
static int buffer_of(const struct encase_desc *desc, unsigned i)
{
	for (unsigned k = 0; k < desc->nargs; k++)
		if (is_pointed(desc, k) && desc->arg[k].count == i)
			return (int) k;
	return -1;
}

/* The length of buffer i in objects, by the words as they are. */
static size_t count_of(const struct encase_call *call, unsigned i)
{
	const struct encase_desc *desc = encase_call_shape(call);
	unsigned by = desc->arg[i].count;
	encase_word word = encase_arg_word(call, by);

	if (kind_of(desc, i) == ENCASE_OBJ)
		return 1;
	if (is_pointed(desc, i))
		return length_at(call, by) && *length_at(call, by) > 0
			       ? (size_t) *length_at(call, by)
			       : 0;
	if (encase_arg_type(desc, by) != ENCASE_U64 && (int64_t) word < 0)
		return 0;
	return word;
}

static void fill_bytes(unsigned char *p, size_t n)
{
	while (n--)
		p[n] = (unsigned char) deck_random(&oracle.seed);
}

static void fill_vector(const struct iovec *parts, size_t n, size_t bytes)
{
	for (size_t k = 0; k < n && bytes; k++) {
		size_t some = parts[k].iov_len < bytes ? parts[k].iov_len : bytes;

		fill_bytes(parts[k].iov_base, some);
		bytes -= some;
	}
}

/* The same of what is neither a buffer nor a vector: all of it, or as much of a letter as is said. */
static void fill_deep(const struct encase_call *call, unsigned i, unsigned char *p, long result)
{
	const struct encase_arg *arg = &encase_call_shape(call)->arg[i];
	size_t n = 0, some = result < 0 ? 8 : (size_t) result + 8;

	same(enc_extent(encase_call_shape(call), i, call->words, &n), 0);
	fill_bytes(p, arg->kind & ENCASE_FILLED && some < n ? some : n);
}

/* Fills what argument i writes, given a result, and what a length is to be. */
static void fill(struct encase_call *call, unsigned i, long result, int32_t length)
{
	const struct encase_desc *desc = encase_call_shape(call);
	unsigned char *p = encase_arg(call, i);
	size_t n;

	if (!p || !(desc->arg[i].kind & ENCASE_OUT))
		return;
	if (enc_is_vector(&desc->arg[i])) {
		fill_vector((const struct iovec *) p, count_of(call, i),
			    result < 0 ? 0 : (size_t) result);
		return;
	}
	if (kind_of(desc, i) == ENCASE_DEEP) {
		fill_deep(call, i, p, result);
		return;
	}
	n = count_of(call, i);
	if (is_pointed(desc, i))
		result = length;
	if (desc->arg[i].kind & ENCASE_FILLED && result < (long) n)
		n = result < 0 ? 0 : (size_t) result;
	fill_bytes(p, n * desc->arg[i].size);
}

/* All that the call writes: buffers, then their lengths, which may say more than there is room. */
static void fill_all(struct encase_call *call, long result)
{
	const struct encase_desc *desc = encase_call_shape(call);
	int32_t length = (int32_t) (deck_random(&oracle.seed) % 2000) - 100;

	for (unsigned i = 0; i < desc->nargs; i++)
		if (buffer_of(desc, i) < 0)
			fill(call, i, result, length);
	for (unsigned i = 0; i < desc->nargs; i++)
		if (buffer_of(desc, i) >= 0 && length_at(call, i) &&
		    encase_arg(call, (unsigned) buffer_of(desc, i)))
			*length_at(call, i) = length;
}

/* Whether Linux would not take a vector's entries. */
static bool are_bad(const struct iovec *parts, encase_word n)
{
	bool bad = n > 1024;

	for (size_t k = 0; !bad && k < n; k++)
		bad = parts[k].iov_len > INT64_MAX ||
		      (parts[k].iov_len &&
		       (!parts[k].iov_base || parts[k].iov_base == (void *) DECK_NOWHERE));
	return bad;
}

/* Whether argument i cannot be used. */
static bool is_bad(const struct encase_call *call, unsigned i)
{
	const struct encase_desc *desc = encase_call_shape(call);
	void *p = encase_arg(call, i);

	if ((uintptr_t) p == DECK_NOWHERE)
		return true;
	if (p && enc_is_nested(&desc->arg[i]))
		return ((struct iovec *) p)->iov_base && are_bad(p, 1);
	return p && enc_is_vector(&desc->arg[i]) &&
	       are_bad(p, encase_arg_word(call, desc->arg[i].count));
}

/* Some result that the call may have. */
static long some_result(struct encase_call *call)
{
	const struct encase_desc *desc = encase_call_desc(call);
	uint64_t word = deck_random(&oracle.seed);

	if (desc->result == ENCASE_OVERLAPS)
		return word % 3 ? (long) (word % 3) - 3 : encase_fail(call, (int) (word % 7) + 1);
	if (desc->result == ENCASE_NEVER)
		return (long) word;
	if (desc->limit)
		return (long) (word % (encase_arg_word(call, desc->limit - 1U) % 4096 + 1));
	return (long) (word % 1000);
}

/* Any errno but the one that says that a tape has refused. */
static int some_error(void)
{
	int error = 1 + (int) (deck_random(&oracle.seed) % 133);

	return error == ENOTSUP ? EIO : error;
}

static long oracle_call(void *below, const void *bound, struct encase_call *call)
{
	const struct encase_desc *desc = encase_call_shape(call);
	const unsigned both = ENCASE_IN | ENCASE_OUT;
	int err;
	long result;

	(void) below;
	if (oracle.refuses)
		return encase_fail(call, ENOTSUP);
	err = encase_reach(call);
	oracle.calls++;
	same(bound, encase_call_desc(call));
	if (err)
		return encase_fail(call, -err);
	for (unsigned i = 0; i < desc->nargs; i++)
		if (is_bad(call, i))
			return encase_fail(call, EFAULT);
	if (desc->result != ENCASE_NEVER && deck_random(&oracle.seed) % 5 == 0) {
		for (unsigned i = 0; i < desc->nargs; i++)
			if (encase_text(desc)->anyway >> i & 1 &&
			    (desc->arg[i].kind & both) == both)
				fill(call, i, 0, 0);
		return encase_fail(call, some_error());
	}
	result = some_result(call);
	fill_all(call, result);
	return result;
}

static const void *oracle_bind(void *below, const struct encase_desc *desc)
{
	(void) below;
	return desc;
}

const struct encase_lower oracle_lower = { "oracle", oracle_bind, oracle_call };
