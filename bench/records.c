/* SPDX-License-Identifier: MIT */
/*
 * Encoding arguments, decoding them and comparing what arrives: a record of 44 bytes in the
 * general encoding, also where it has to be spilled, one with variants, an option and a result, and two
 * integers in the one that takes registers alone.  There is no call between: the trap is a function of this program.
 */
#include <stdbool.h>

#include "bench.h"
#include "measure.h"

#define ENCASE_PREFIX    wide
#define ENCASE_RECORDS   "records.def"
#define ENCASE_WORD      64
#define ENCASE_REGISTERS 6
#include <encase/record_types.h>

#include <encase/record_caller.h>

_Static_assert(sizeof(struct wide_mixed_image) == 44, "a record of 44 bytes");

static unsigned long same; /* calls whose arguments arrived as they were sent */
static struct wide_mixed sent = { 1, 2, 3, -4, -5, 6, -7, -8, 9, 10, 11 };

static inline bool is_same(const struct wide_mixed *m, const struct wide_mixed *n)
{
	return (m->a == n->a) & (m->b == n->b) & (m->c == n->c) & (m->d == n->d) & (m->e == n->e) &
	       (m->f == n->f) & (m->g == n->g) & (m->h == n->h) & (m->i == n->i) & (m->j == n->j) &
	       (m->k == n->k);
}

static long on_general(void *self, const struct wide_mixed *mixed)
{
	(void) self;
	same += is_same(mixed, &sent);
	return 0;
}

static long on_spilled(void *self, const struct wide_mixed *mixed, uint64_t more)
{
	(void) self;
	same += is_same(mixed, &sent) & (more == 12);
	return 0;
}

static struct wide_varied varied = {
	.x = 1,
	.first = { .tag = wide_choice_pair, .as.pair = { 2, true } },
	.y = 3,
	.maybe = { true, 4 },
	.z = 5,
	.outcome = { .tag = wide_outcome_good, .as.good = 6 },
	.second = { .tag = wide_choice_point, .as.point = { 7, 8 } },
};

static bool is_same_choice(const struct wide_choice *a, const struct wide_choice *b)
{
	if (a->tag != b->tag)
		return false;
	if (a->tag == wide_choice_pair)
		return a->as.pair.first == b->as.pair.first &&
		       a->as.pair.second == b->as.pair.second;
	return a->tag != wide_choice_point ||
	       (a->as.point.x == b->as.point.x && a->as.point.y == b->as.point.y);
}

static bool is_same_outcome(const struct wide_outcome *a, const struct wide_outcome *b)
{
	return a->tag == b->tag &&
	       (a->tag == wide_outcome_good ? a->as.good == b->as.good : a->as.bad == b->as.bad);
}

static long on_varied(void *self, const struct wide_varied *v)
{
	(void) self;
	same += v->x == varied.x && is_same_choice(&v->first, &varied.first) && v->y == varied.y &&
		v->maybe.there == varied.maybe.there && v->maybe.value == varied.maybe.value &&
		v->z == varied.z && is_same_outcome(&v->outcome, &varied.outcome) &&
		is_same_choice(&v->second, &varied.second);
	return 0;
}

static long on_fast(void *self, uint32_t x, uint32_t y)
{
	const uint32_t *expected = self;

	return expected[0] == x && expected[1] == y ? 0 : -1;
}

#include <encase/record_serve.h>

static char space[4096] __attribute__((aligned(64)));
static const struct encase_receiver receiver = { .base = space, .size = sizeof(space) };

static void trap(void *arg, wide_word number, wide_word *registers)
{
	(void) arg;
	wide_serve(&receiver, number, registers);
}
/* Through a pointer that the compiler does not know, as a trap is none of its business. */
static struct wide_caller caller = { .trap = trap,
				     .base = space,
				     .spill = space + 512,
				     .spill_size = sizeof(union wide_any_spill) };

static void call_general(void *arg, long n)
{
	(void) arg;
	while (n--) {
		__asm__ volatile("" : "+m"(sent), "+m"(caller));
		wide_call_general(&caller, &sent);
	}
}

static void call_spilled(void *arg, long n)
{
	(void) arg;
	while (n--) {
		__asm__ volatile("" : "+m"(sent), "+m"(caller));
		wide_call_spilled(&caller, &sent, 12);
	}
}

static void call_varied(void *arg, long n)
{
	(void) arg;
	while (n--) {
		__asm__ volatile("" : "+m"(varied), "+m"(caller));
		wide_call_varied(&caller, &varied);
	}
}

/* Nothing but registers: what is encoded is hidden from the compiler before it is decoded. */
static inline __attribute__((always_inline)) void fast_trap(void *arg, wide_word number,
							    wide_word *registers)
{
	const struct encase_receiver to = { .self = arg };

	__asm__ volatile("" : "+r"(registers[0]), "+r"(registers[1]));
	wide_serve(&to, number, registers);
}

static void call_fast(void *arg, long n)
{
	long bad = 0;

	(void) arg;
	while (n--) {
		uint32_t pair[2] = { (uint32_t) n, 12 };
		const struct wide_caller fast = { .trap = fast_trap, .arg = pair };

		bad |= wide_call_fast(&fast, pair[0], pair[1]);
	}
	same += !bad;
}

void bench_records(void)
{
	measure_print("encode/general",
		      measure(call_general, NULL, NULL, NULL, measure_getppid, NULL), 0.32);
	measure_print("encode/spilled",
		      measure(call_spilled, NULL, NULL, NULL, measure_getppid, NULL), 0);
	measure_print("encode/varied",
		      measure(call_varied, NULL, NULL, NULL, measure_getppid, NULL), 0.32);
	measure_print("encode/fast", measure(call_fast, NULL, NULL, NULL, measure_getppid, NULL),
		      0.01);
	same = 0;
	call_general(NULL, 10);
	call_spilled(NULL, 10);
	call_varied(NULL, 10);
	call_fast(NULL, 10);
	check(same == 31 ? 0 : -1, "encode");
}
