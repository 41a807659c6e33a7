/* SPDX-License-Identifier: MIT */
/*
 * Conformance of gates: data in every memory, calls inside of calls, threads.
 */
#include <errno.h>
#include <string.h>

#include "gates.h"
#include "memories.h"
#include "mix.h"

static const struct gate_row *gate;

/* Turns data around; of an empty name it says that there is no such. */
static long turn(const void *in, size_t len, void *out, size_t room, const char *name)
{
	size_t n = len < room ? len : room;

	if (name && !*name) {
		errno = ENOENT;
		return -1;
	}
	for (size_t i = 0; i < n; i++)
		((char *) out)[n - 1 - i] = ((const char *) in)[i];
	return (long) n;
}

static const struct encase_interface *const speaks[] = { &mix_calls, NULL };
static const struct encase_function functions[] = { ENCASE_FUNCTION_IN(mix, turn, turn),
						    ENCASE_FUNCTION_END };

static struct encase_cage *turning_cage(const struct memory_space *s)
{
	struct encase_setup setup = { .interfaces = speaks,
				      .memory = s->row->memory,
				      .space = s->space,
				      .lower = &encase_lower_functions,
				      .below = functions };
	struct encase_cage *cage;

	same(s->row->memory->name, encase_cage_new(&setup, &cage), 0);
	return cage;
}

static void turns(struct encase_cage *cage, struct memory_space *s)
{
	const struct encase_desc *desc = &mix_desc_turn;
	encase_word good[] = { s->base, 5, s->base + 100, 50, 0 };
	encase_word nameless[] = { s->base, 5, s->base + 100, 50, s->base + 10 };
	encase_word over[] = { s->base, 5, s->base + s->size - 3, 50, 0 };
	encase_word got = 0;

	memcpy(s->bytes, "hello", 5);
	memset(s->bytes + 10, 0, 200);
	same(gate->name, gate->make(cage, desc, good, &got), 0);
	same(gate->name, got, 5);
	same(gate->name, memcmp(s->bytes + 100, "olleh\0", 6), 0);
	same(gate->name, gate->make(cage, desc, nameless, &got), ENOENT);
	if (s->row->checks)
		same(gate->name, gate->make(cage, desc, over, &got), EFAULT);
}

static const struct encase_rule copying_rules[] = {
	ENCASE_ON_IN(mix, turn, mix_next_turn, ENCASE_COPY_ALL), ENCASE_END
};

static void data(struct memory_space *s)
{
	static const struct encase_layer copying = { .name = "copying", .rules = copying_rules };
	struct encase_cage *cage = turning_cage(s);

	for (size_t i = 0; gate_rows[i]; i++) {
		gate = gate_rows[i];
		turns(cage, s);
	}
	same("copying", encase_push(cage, &copying, NULL), 0);
	for (size_t i = 0; gate_rows[i]; i++) {
		gate = gate_rows[i];
		turns(cage, s);
	}
	same("cage", encase_cage_free(cage), 0);
}

Test(gates, data_is_the_same_by_all_ways)
{
	each_memory(data, PAGE);
}

/* A handler that makes a call of another cage's before it hands its own on. */
static struct encase_cage *outer, *inner;
static unsigned nested;

static int on_fails_s32(int a)
{
	void *self = encase_self();
	encase_word got, words[] = { 7 };

	holds(gate->name, encase_caller() == outer);
	errno = 77;
	same(gate->name, gate->make(inner, &mix_desc_echo_s64, words, &got), 0);
	same(gate->name, gate->make(inner, &mix_desc_fails_s64, words, &got), 0);
	same(gate->name, errno, 77);
	holds(gate->name, encase_caller() == outer && encase_self() == self);
	errno = 0;
	return mix_next_fails_s32(a);
}

/* The inner cage's layer sees its own cage. */
static long on_any(struct encase_call *call)
{
	holds(gate->name, encase_caller() == inner);
	holds(gate->name, encase_self() == NULL);
	nested++;
	return encase_forward(call);
}

static int start(void **state, const char *options)
{
	(void) options;
	*state = &outer;
	return 0;
}

static const struct encase_rule outer_rules[] = {
	ENCASE_ON_IN(mix, fails_s32, on_fails_s32, ENCASE_COPY_ALL), ENCASE_END
};
static const struct encase_rule inner_rules[] = { ENCASE_ON_ANY(on_any), ENCASE_END };

static void push_nested(void)
{
	static const struct encase_layer outer_layer = { .name = "outer",
							 .rules = outer_rules,
							 .start = start };
	static const struct encase_layer inner_layer = { .name = "inner", .rules = inner_rules };

	same("outer", encase_push(outer, &outer_layer, NULL), 0);
	same("inner", encase_push(inner, &inner_layer, NULL), 0);
}

Test(gates, calls_inside_of_calls)
{
	struct answer answer = { .word = 5 };
	encase_word got, words[] = { 1 };

	outer = recorder_cage(&answer);
	inner = recorder_cage(&answer);
	push_nested();
	for (size_t i = 0; gate_rows[i]; i++) {
		gate = gate_rows[i];
		nested = 0;
		same(gate->name, gate->make(outer, &mix_desc_fails_s32, words, &got), 0);
		same(gate->name, got, 5);
		same(gate->name, nested, 2);
	}
	same("cage", encase_cage_free(outer), 0);
	same("cage", encase_cage_free(inner), 0);
}

/* Calls from several threads, each of which has its own words and results. */
struct crowd {
	struct encase_cage *cage;
	const struct gate_row *gate;
};

static unsigned call_often(void *arg, unsigned number)
{
	const struct crowd *crowd = arg;
	uint64_t random = number;
	unsigned wrong = 0;

	for (unsigned round = 0; round < 500; round++) {
		encase_word words[ENCASE_MAX_ARGS], got = 0;

		random_words(&random, &mix_desc_eight_u64, words);
		wrong += crowd->gate->make(crowd->cage, &mix_desc_eight_u64, words, &got) != 0;
		wrong += memcmp(record.word, words, sizeof(words)) != 0;
		random_words(&random, &mix_desc_eight_f64, words);
		wrong += crowd->gate->make(crowd->cage, &mix_desc_eight_f64, words, &got) != 0;
		wrong += memcmp(record.word, words, sizeof(words)) != 0;
		wrong += got != 5;
	}
	return wrong;
}

/* Entries are made beforehand: making them is setting up, which one thread does. */
Test(gates, concurrent_use)
{
	struct answer answer = { .word = 5 };
	struct crowd crowd = { .cage = recorder_cage(&answer) };

	cr_assert(encase_entry(crowd.cage, &mix_desc_eight_u64));
	cr_assert(encase_entry(crowd.cage, &mix_desc_eight_f64));
	for (size_t i = 0; gate_rows[i]; i++) {
		crowd.gate = gate_rows[i];
		same(crowd.gate->name, on_threads(call_often, &crowd), 0);
	}
	same("cage", encase_cage_free(crowd.cage), 0);
}
