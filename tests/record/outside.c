/* SPDX-License-Identifier: MIT */
/*
 * What lies outside a cage's memory, in part or since it wraps, reaches neither its layers nor
 * what is below.  Prints TAP.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <encase.h>

#define ENCASE_PREFIX  outside
#define ENCASE_RECORDS "outside.def"
#include <encase/record_types.h>

#define ENCASE_TABLE <encase/record_table.h>
#include <encase/declare.h>
#define ENCASE_NAME "outside"
#include <encase/define.h>

#include "tap.h"

unsigned tap_tests, tap_failures;

#define SIZE 4096
#define MOST ((outside_word) -1)
static _Alignas(64) char space[SIZE];
static unsigned seen; /* by a layer and a function */

static int on_bytes(const uint8_t *bytes, size_t bytes_count)
{
	(void) bytes, (void) bytes_count;
	seen++;
	return 0;
}

static int on_numbers(const uint64_t *numbers, size_t numbers_count)
{
	(void) numbers, (void) numbers_count;
	seen++;
	return 0;
}

static int on_part(const struct outside_part *part, uint64_t spilled)
{
	(void) part, (void) spilled;
	seen++;
	return 0;
}

/* It says that it has, and does not. */
static int on_nothing(uint16_t *result)
{
	(void) result;
	seen++;
	return 0;
}

#include <encase/record_cage.h>

static long count(struct encase_call *call)
{
	seen++;
	return encase_forward(call);
}

static const struct encase_rule rules[] = { ENCASE_ON_ANY(count), ENCASE_END };
static const struct encase_layer counter = { .name = "counter", .rules = rules };
static struct encase_cage *cage;

/* Whether a call is made, and seen twice; or is refused, and seen by nobody. */
static void expect(outside_word number, outside_word address, outside_word n, bool good,
		   const char *name)
{
	outside_word registers[ENCASE_REGISTERS] = { address, n };

	seen = 0;
	outside_enter(cage, number, registers);
	tap_ok(registers[0] == (good ? 0 : EFAULT) && seen == (good ? 2 : 0), name);
}

static void test_slices(void)
{
	expect(1, SIZE - 5, 5, true, "bytes up to the end");
	expect(1, SIZE - 5, 6, false, "one more");
	expect(1, SIZE + 1, 0, true, "none, behind it");
	expect(1, 0, 1, false, "one at null");
	expect(1, MOST, 1, false, "the last that there may be");
	expect(1, 2, MOST, false, "so many that they wrap");
	expect(1, MOST - 1, 4, false, "some that begin at the end");
	expect(2, SIZE - 16, 2, true, "numbers up to the end");
	expect(2, SIZE - 16, 3, false, "one more");
	expect(2, SIZE - 4, 1, false, "one that is not where numbers stand");
	expect(2, 8, (MOST >> 3) + 1, false, "so many that their bytes are none");
	expect(2, 8, (MOST >> 3) + 3, false, "so many that their bytes are few");
	expect(2, 8, (MOST >> 1) + 2, false, "so many that their bytes are no less few");
}

/* A record with a slice in it, and a spill: both where they are said to be. */
static void part(uint64_t address, uint64_t n, outside_word spill, bool good, const char *name)
{
	enum { WORD = ENCASE_WORD / 8, GIVEN = (ENCASE_REGISTERS - 1) * WORD };
	uint8_t bytes[2 * WORD + 1 + 8] = { 0 };
	outside_word registers[ENCASE_REGISTERS];

	memcpy(bytes, &address, WORD);
	memcpy(bytes + WORD, &n, WORD);
	memset(registers, 0, sizeof(registers));
	memcpy(registers, bytes, sizeof(bytes) < GIVEN ? sizeof(bytes) : GIVEN);
	if (outside_spills_part) {
		registers[ENCASE_REGISTERS - 1] = spill;
		if (spill && spill < SIZE - (sizeof(bytes) - GIVEN) + 1)
			memcpy(space + spill, bytes + GIVEN, sizeof(bytes) - GIVEN);
	}
	seen = 0;
	outside_enter(cage, 3, registers);
	tap_ok(registers[0] == (good ? 0 : EFAULT) && seen == (good ? 2 : 0), name);
}

static void test_records(void)
{
	part(64, 4, 500, true, "numbers that a record tells of");
	part(SIZE - 8, 2, 500, false, "outside in part");
	part(8, (MOST >> 3) + 3, 500, false, "so many that their bytes are few");
	part(~UINT64_C(7), 2, 500, false, "some that begin at the end");
	if (!outside_spills_part)
		return;
	part(64, 4, SIZE - 1, false, "a spill that is outside in part");
	part(64, 4, MOST, false, "one that wraps");
	part(64, 4, 0, false, "one at null");
}

static __attribute__((noinline)) void leave_something(void)
{
	volatile char room[4000];

	for (size_t i = 0; i < sizeof(room); i++)
		room[i] = 0x55;
}

static __attribute__((noinline)) void enter(outside_word number, outside_word *registers)
{
	outside_enter(cage, number, registers);
}

static void test_nothing(void)
{
	outside_word registers[ENCASE_REGISTERS] = { 0 };

	leave_something();
	enter(4, registers);
	tap_ok(!registers[0] && !registers[1],
	       "a result that was not given is no byte of the host's");
}

int main(void)
{
	static const struct encase_interface *const speaks[] = { &outside_calls, NULL };
	static struct encase_arena arena = { space, SIZE };
	const struct encase_setup setup = { .interfaces = speaks,
					    .memory = &encase_memory_arena,
					    .space = &arena,
					    .lower = &encase_lower_functions,
					    .below = outside_functions };

	tap_ok(!encase_cage_new(&setup, &cage) && !encase_push(cage, &counter, NULL), "a cage");
	test_slices();
	test_records();
	test_nothing();
	tap_ok(!encase_cage_free(cage), "goes");
	return tap_end();
}
