/* SPDX-License-Identifier: MIT */
/*
 * Encodings that are none: each is an error to the caller, and no handler runs.  Calls are
 * made by their stubs, and spoiled on the way.  Prints TAP.
 */
#include <stdio.h>
#include <string.h>

#include "tap.h"
#include "trip.h"

unsigned tap_tests, tap_failures;

#define WORD    (ENCASE_WORD / 8)
#define MOST    ((uint64_t) (all_word) -1)
#define RIGHT   0
#define EINVAL_ ENCASE_RECORD_EINVAL
#define EFAULT_ ENCASE_RECORD_EFAULT

/* Bytes that are put over the arguments'; no size: over the address of the spill. */
struct poke {
	unsigned at, size;
	uint64_t value;
};
struct row {
	const char *name;
	unsigned which; /* of trips */
	int error;      /* or right: the handler runs */
	struct poke poke[4];
};
enum {
	NOTHING,
	RANDOM,
	NARROW,
	WRITE,
	OPEN,
	CLOSE,
	WIDE,
	RECORD,
	TINY,
	DEEP,
	EVENT,
	OPTIONS,
	SPANS,
	PERHAPS,
	MUST
};

#define ODD 1 /* an address that has no alignment */
/* Where parts of calls' arguments begin; of FAST calls a register has a word. */
#define DEEP_SLICE 18
#define SIGN       (ENCASE_WORD == 64 ? 17 : 9)
/* clang-format off */
static const struct row rows[] = {
	{ "a bool that is 2, in a register", NARROW, EINVAL_, { { 2 * WORD, 1, 2 } } },
	{ "a bool that is 255, in a register", NARROW, EINVAL_, { { 2 * WORD, 1, 255 } } },
	{ "a bool that is 1, in a register", NARROW, RIGHT, { { 2 * WORD, 1, 1 } } },
	{ "an enum that is 0, in a register", NARROW, EINVAL_, { { 3 * WORD, 1, 0 } } },
	{ "an enum that is 3, in a register", NARROW, EINVAL_, { { 3 * WORD, 1, 3 } } },
	{ "an enum that is 200, in a register", NARROW, RIGHT, { { 3 * WORD, 1, 200 } } },
	{ "high bits of a narrow value mean nothing", NARROW, RIGHT, { { 3 * WORD, WORD, 0x5501 } } },
	{ "a bool that is 2, in a record", TINY, EINVAL_, { { 3, 1, 2 } } },
	{ "a bool that is 1, in a record", TINY, RIGHT, { { 3, 1, 1 } } },
	{ "a bool in the second element of an array", DEEP, EINVAL_, { { 9, 1, 128 } } },
	{ "an enum in a record", DEEP, EINVAL_, { { 10, 1, 199 } } },
	{ "a wide enum in a record", DEEP, EINVAL_, { { DEEP_SLICE + 2 * WORD, 4, 70001 } } },
	{ "an option that is neither there nor none", DEEP, EINVAL_, { { 11, 1, 2 } } },
	{ "an option that is none, whatever its value", DEEP, RIGHT, { { 11, 5, 0x5500 } } },
	{ "an option that is an argument", OPTIONS, EINVAL_, { { 0, 1, 3 } } },
	{ "an option of a record", OPTIONS, EINVAL_, { { 5, 1, 77 } } },
	{ "an option of a slice", PERHAPS, EINVAL_, { { 0, 1, 2 } } },
	{ "the third option of a slice", PERHAPS, EINVAL_, { { 2 + 4 * WORD, 1, 2 } } },
	{ "a union without such a variant", EVENT, EINVAL_, { { 0, 1, 2 } } },
	{ "a union whose tag is the largest but one", EVENT, EINVAL_, { { 0, 1, 254 } } },
	{ "a union with a variant of 16 bits", EVENT, EINVAL_, { { SIGN, 2, 2 } } },
	{ "a union's option", EVENT, EINVAL_, { { 0, 1, 255 }, { 1, 1, 9 } } },
	{ "a union's option that is right", EVENT, RIGHT, { { 0, 1, 255 }, { 1, 1, 1 } } },

	{ "a handle that nobody gave, in a register", CLOSE, NOT_GIVEN, { { 0, 2, 1 } } },
	{ "a handle that nobody gave", DEEP, NOT_GIVEN, { { 0, 2, HANDLE_KEY + 3 } } },
	{ "a handle in a record", DEEP, NOT_GIVEN, { { 16, 2, 0 } } },
	{ "a handle in a union", EVENT, NOT_GIVEN, { { 0, 1, 1 }, { 1, 2, 1 } } },
	{ "a handle in an option", OPTIONS, NOT_GIVEN, { { 14, 1, 1 }, { 15, 2, 1 } } },
	{ "a handle in an option that is none", OPTIONS, RIGHT, { { 14, 1, 0 }, { 15, 2, 1 } } },
	{ "a handle in a union that is right", EVENT, RIGHT, { { 0, 1, 1 }, { 1, 2, HANDLE_KEY } } },

	{ "a slice at null", WRITE, EFAULT_, { { 0, WORD, 0 }, { WORD, WORD, 1 } } },
	{ "no elements at null", WRITE, RIGHT, { { 0, WORD, 0 }, { WORD, WORD, 0 } } },
	{ "no elements outside", WRITE, RIGHT, { { 0, WORD, ARENA_SIZE + 1 }, { WORD, WORD, 0 } } },
	{ "a slice up to the end", WRITE, RIGHT, { { 0, WORD, ARENA_SIZE - 9 }, { WORD, WORD, 9 } } },
	{ "a slice one byte too far", WRITE, EFAULT_, { { 0, WORD, ARENA_SIZE - 9 }, { WORD, WORD, 10 } } },
	{ "a slice behind the end", WRITE, EFAULT_, { { 0, WORD, ARENA_SIZE }, { WORD, WORD, 1 } } },
	{ "a slice at the largest address", WRITE, EFAULT_, { { 0, WORD, MOST }, { WORD, WORD, 1 } } },
	{ "a slice that wraps", WRITE, EFAULT_, { { 0, WORD, 2 }, { WORD, WORD, MOST } } },
	{ "a slice that wraps to its own beginning", WRITE, EFAULT_, { { 0, WORD, MOST - 3 }, { WORD, WORD, 10 } } },
	{ "elements at an odd address", SPANS, EFAULT_, { { 4 * WORD, WORD, 64 + ODD }, { 5 * WORD, WORD, 1 } } },
	{ "elements at half of their alignment", SPANS, EFAULT_, { { 4 * WORD, WORD, 66 }, { 5 * WORD, WORD, 1 } } },
	{ "elements up to the end", SPANS, RIGHT, { { 4 * WORD, WORD, ARENA_SIZE - 12 }, { 5 * WORD, WORD, 3 } } },
	{ "elements one too many", SPANS, EFAULT_, { { 4 * WORD, WORD, ARENA_SIZE - 12 }, { 5 * WORD, WORD, 4 } } },
	{ "elements whose bytes no word can count", SPANS, EFAULT_,
	  { { 4 * WORD, WORD, 8 }, { 5 * WORD, WORD, (MOST >> 2) + 1 } } },
	{ "the first of three slices", SPANS, EFAULT_, { { 0, WORD, ARENA_SIZE }, { WORD, WORD, 1 } } },
	{ "a slice in a record", DEEP, EFAULT_, { { DEEP_SLICE, WORD, ARENA_SIZE - 2 }, { DEEP_SLICE + WORD, WORD, 2 } } },
	{ "a slice in a record, to the end", DEEP, RIGHT, { { DEEP_SLICE, WORD, ARENA_SIZE - 2 }, { DEEP_SLICE + WORD, WORD, 1 } } },
	{ "a slice in a record, at an odd address", DEEP, EFAULT_, { { DEEP_SLICE, WORD, 7 }, { DEEP_SLICE + WORD, WORD, 1 } } },
	{ "a slice in a union", EVENT, EFAULT_, { { 0, 1, 3 }, { 1, WORD, ARENA_SIZE }, { 1 + WORD, WORD, 1 } } },
	{ "a slice that is an option", PERHAPS, EFAULT_, { { 0, 1, 1 }, { 1, WORD, ARENA_SIZE }, { 1 + WORD, WORD, 1 } } },
	{ "a slice that is an option, and none", PERHAPS, RIGHT, { { 0, 1, 0 }, { 1, WORD, ARENA_SIZE }, { 1 + WORD, WORD, 1 } } },
	{ "a slice of handles", MUST, EFAULT_, { { 4, WORD, ARENA_SIZE - 2 }, { 4 + WORD, WORD, 2 } } },

	{ "a spill at null", RECORD, EFAULT_, { { 0, 0, 0 } } },
	{ "a spill at the largest address", RECORD, EFAULT_, { { 0, 0, MOST } } },
	{ "a spill behind the end", RECORD, EFAULT_, { { 0, 0, ARENA_SIZE } } },
	{ "a spill of which one byte is outside", RECORD, EFAULT_,
	  { { 0, 0, ARENA_SIZE - 44 + (ENCASE_REGISTERS - 1) * WORD + 1 } } },
};
/* clang-format on */

static const struct row *row;
static int told; /* what the caller heard */

static void poke_byte(all_word *registers, unsigned at, uint8_t byte, unsigned inside)
{
	unsigned bits = at % WORD * 8;
	size_t spill = (size_t) registers[ENCASE_REGISTERS - 1] + at - (size_t) inside * WORD;

	if (at < inside * WORD)
		registers[at / WORD] =
			(all_word) ((registers[at / WORD] & ~((all_word) 0xff << bits)) |
				    (all_word) byte << bits);
	else
		arena[spill] = (char) byte;
}

static bool spills(void)
{
	return !trip.fast && (trip.args.n > (size_t) ENCASE_REGISTERS * WORD ||
			      trip.size > (size_t) (ENCASE_REGISTERS - 1) * WORD);
}

static void trap(void *arg, all_word number, all_word registers[ENCASE_REGISTERS])
{
	unsigned inside = ENCASE_REGISTERS - spills();

	(void) arg;
	for (const struct poke *p = row->poke; p < row->poke + 4; p++) {
		for (unsigned i = 0; i < p->size; i++)
			poke_byte(registers, p->at + i, (uint8_t) (p->value >> (8 * i)), inside);
		/* What arrives is what was poked. */
		for (unsigned i = 0; i < p->size; i++)
			trip.args.at[p->at + i] = (uint8_t) (p->value >> (8 * i));
		if (!p->size && p == row->poke)
			registers[ENCASE_REGISTERS - 1] = (all_word) p->value;
	}
	receive(number, registers);
	told = (int) registers[0];
}

static bool fails(const struct row *r, uint64_t seed)
{
	struct all_caller caller = { .trap = trap,
				     .base = arena,
				     .spill = arena + 40001,
				     .spill_size = sizeof(union all_any_spill) };

	row = r;
	trip.random = (struct random){ .state = seed };
	trip.args.n = trip.given.n = trip.size = 0;
	trip.fast = false;
	trip.handled = 0;
	trip.answer = 0;
	trips[r->which](&caller);
	if (r->error == RIGHT)
		return trip.handled == 1;
	return trip.handled == 0 && told == r->error;
}

static void test_rows(void)
{
	for (const struct row *r = rows; r < rows + sizeof(rows) / sizeof(rows[0]); r++) {
		bool good = true;

		for (uint64_t seed = 0; good && seed < 200; seed++)
			good = fails(r, seed);
		if (!good)
			printf("# the caller is told %d, handlers that ran: %u\n", told,
			       trip.handled);
		tap_ok(good, r->name);
	}
}

/* -- Other than arguments ------------------------------------------------------- */

static int number_of(all_word number)
{
	all_word registers[ENCASE_REGISTERS] = { 1, 2, 3, 4 };

	receive(number, registers);
	for (int i = 1; i < ENCASE_REGISTERS; i++)
		if (registers[i])
			return -1;
	return (int) registers[0];
}

static void test_numbers(void)
{
	bool good = true;

	for (unsigned n = 30; n < 65536; n++)
		good &= number_of((all_word) n) == ENCASE_RECORD_ENOSYS;
	good &= number_of(7) == ENCASE_RECORD_ENOSYS && number_of(19) == ENCASE_RECORD_ENOSYS;
	if (ENCASE_WORD > 16)
		good &= number_of((all_word) 0x10001) == ENCASE_RECORD_ENOSYS;
	tap_ok(good, "numbers that are no call's");
}

static void abi_trap(void *arg, all_word number, all_word *registers)
{
	registers[0] ^= *(const all_word *) arg;
	receive(number, registers);
}

static void test_abi(void)
{
	all_word change = 0;
	struct all_caller caller = { .trap = abi_trap, .arg = &change };

	tap_ok(!all_call_abi(&caller), "the same table");
	change = 4;
	tap_ok(all_call_abi(&caller) == -ENCASE_RECORD_EPROTO, "another table");
}

int main(void)
{
	test_rows();
	test_numbers();
	test_abi();
	return tap_end();
}
