/* SPDX-License-Identifier: MIT */
/* What the tests of tapes share; see deck.h. */
#include "deck.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

uint64_t deck_random(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

struct oracle oracle;

/* The length of buffer i in objects, by the words as they are. */
static size_t count_of(const struct encase_call *call, unsigned i)
{
	const struct encase_desc *desc = encase_call_desc(call);
	unsigned by = desc->arg[i].count;
	encase_word word = encase_arg_word(call, by);

	if ((desc->arg[i].kind & ENCASE_KIND) == ENCASE_OBJ)
		return 1;
	if (encase_arg_type(desc, by) != ENCASE_U64 && (int64_t) word < 0)
		return 0;
	return word;
}

/* Fills what argument i writes, given a result. */
static void fill(struct encase_call *call, unsigned i, long result)
{
	const struct encase_desc *desc = encase_call_desc(call);
	unsigned char *p = encase_arg(call, i);
	size_t n;

	if (!p || !(desc->arg[i].kind & ENCASE_OUT))
		return;
	n = count_of(call, i);
	if (desc->arg[i].kind & ENCASE_FILLED && result < (long) n)
		n = result < 0 ? 0 : (size_t) result;
	n *= desc->arg[i].size;
	while (n--)
		p[n] = (unsigned char) deck_random(&oracle.seed);
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

static long oracle_call(void *below, const void *bound, struct encase_call *call)
{
	const struct encase_desc *desc = encase_call_desc(call);
	int err = encase_reach(call);
	long result;

	(void) below;
	oracle.calls++;
	same(bound, desc);
	if (err)
		return encase_fail(call, -err);
	for (unsigned i = 0; i < desc->nargs; i++)
		if ((uintptr_t) encase_arg(call, i) == DECK_NOWHERE)
			return encase_fail(call, EFAULT);
	if (desc->result != ENCASE_NEVER && deck_random(&oracle.seed) % 5 == 0)
		return encase_fail(call, 1 + (int) (deck_random(&oracle.seed) % 133));
	result = some_result(call);
	for (unsigned i = 0; i < desc->nargs; i++)
		fill(call, i, result);
	return result;
}

static const void *oracle_bind(void *below, const struct encase_desc *desc)
{
	(void) below;
	return desc;
}

const struct encase_lower oracle_lower = { "oracle", oracle_bind, oracle_call };
