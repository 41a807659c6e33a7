/* SPDX-License-Identifier: MIT */
/* The list of lower layers, and the benches on which they are tried; see lowers.h. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lowers.h"
#include "mix.h"

const struct lower_row *const lower_rows[] = {
	&lower_row_kernel, &lower_row_void, &lower_row_functions,
	&lower_row_public, &lower_row_tape, NULL,
};

static long hand_on(struct encase_call *call)
{
	return encase_forward(call);
}

static const struct encase_rule passing_rules[] = { ENCASE_ON_ANY(hand_on), ENCASE_END };
#define PASSING(c) ENCASE_ON(c, encase_next_##c, ENCASE_PASS_POINTERS),
static const struct encase_rule natural_rules[] = { LOWER_CALLS(PASSING) ENCASE_END };
#define COPYING(c) ENCASE_ON(c, encase_next_##c, ENCASE_COPY_ALL),
static const struct encase_rule copying_rules[] = { LOWER_CALLS(COPYING) ENCASE_END };

/* What may stand on a lower layer. */
static const struct over {
	struct encase_layer layer;
	bool copies;
} over[] = {
	{ { .name = "a raw layer that passes", .rules = passing_rules }, false },
	{ { .name = "a natural layer that passes", .rules = natural_rules }, false },
	{ { .name = "a layer that copies", .rules = copying_rules }, true },
};

void bench_open(struct bench *b, const struct lower_row *row, const struct memory_row *memory)
{
	static const struct encase_interface *const speaks[] = { &encase_calls, &mix_calls, NULL };
	struct encase_setup setup = { .interfaces = speaks,
				      .memory = memory->memory,
				      .lower = row->lower };

	*b = (struct bench){ .row = row };
	setup.below = b->below = row->open ? row->open() : row->below;
	space_open(&b->space, memory, BENCH_SIZE);
	space_fill(&b->space);
	setup.space = b->space.space;
	snprintf(b->who, sizeof(b->who), "%s over %s", memory->memory->name, row->lower->name);
	cr_assert(!pipe2(b->pipe, O_CLOEXEC | O_NONBLOCK));
	same(b->who, encase_cage_new(&setup, &b->cage), 0);
}

void bench_close(struct bench *b)
{
	same(b->who, encase_cage_free(b->cage), 0);
	if (b->row->close)
		b->row->close(b->below);
	space_close(&b->space);
	close(b->pipe[0]);
	close(b->pipe[1]);
}

/* Number n of the stacks; the first is empty. */
static void put_layer(struct bench *b, size_t n)
{
	size_t len = strlen(b->who);

	if (!n)
		return;
	b->copies = over[n - 1].copies;
	snprintf(b->who + len, sizeof(b->who) - len, ", under %s", over[n - 1].layer.name);
	same(b->who, encase_push(b->cage, &over[n - 1].layer, NULL), 0);
}

void each_bench(void (*test)(struct bench *b))
{
	struct bench b;

	for (size_t row = 0; lower_rows[row]; row++)
		for (size_t memory = 0; memory_rows[memory]; memory++)
			for (size_t n = 0; n <= COUNT_OF(over); n++) {
				bench_open(&b, lower_rows[row], memory_rows[memory]);
				put_layer(&b, n);
				test(&b);
				bench_close(&b);
			}
}

static char directory[4096];

void enter_directory(void)
{
	const char *where = getenv("TMPDIR");

	snprintf(directory, sizeof(directory), "%s/encase-XXXXXX", where ? where : P_tmpdir);
	cr_assert(mkdtemp(directory));
	cr_assert(!chdir(directory));
}

/* The directory has to be empty. */
void leave_directory(void)
{
	cr_assert(!chdir("/"));
	cr_assert(!rmdir(directory));
}
