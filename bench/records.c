/* SPDX-License-Identifier: MIT */
/*
 * Encoding arguments, decoding them and comparing what arrives: a record of 44 bytes in the
 * general encoding, also where it has to be spilled, and two integers in the one that takes
 * registers alone.  There is no call between: the trap is a function of this program.
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
	measure_print("encode/fast", measure(call_fast, NULL, NULL, NULL, measure_getppid, NULL),
		      0.01);
	same = 0;
	call_general(NULL, 10);
	call_spilled(NULL, 10);
	call_fast(NULL, 10);
	check(same == 21 ? 0 : -1, "encode");
}
