/* SPDX-License-Identifier: MIT */
/* One call, looked at where it leaves the caller, where it is handled, and where it comes back. */
#include "trip.h"

#include <string.h>

#define WORD (ENCASE_WORD / 8)

struct trip trip;

void trip_check(bool holds, const char *what)
{
	if (!holds && !trip.wrong)
		trip.wrong = what;
}

bool trip_handle(const struct bytes *args)
{
	bool fails = random_chance(&trip.random, 15);

	trip.handled++;
	trip_check(args->n == trip.args.n, "arguments have their size");
	trip_check(!memcmp(args->at, trip.args.at, args->n), "arguments arrive as they were sent");
	trip.given.n = 0;
	trip.answer = fails ? -(long) (1 + random_below(&trip.random, 4095)) : 0;
	return !fails;
}

void trip_end(int err)
{
	trip_check(trip.handled == 1, "the handler runs once");
	trip_check(err == (trip.answer < 0 ? (int) trip.answer : 0),
		   "the caller hears of its errors");
}

/* What the format says of where the bytes of a part are: the registers, and the spill if there is one. */
static void look(const struct bytes *part, const all_word *registers, unsigned n,
		 const uint8_t *spill)
{
	uint8_t image[sizeof(part->at) + WORD] = { 0 };

	memcpy(image, part->at, part->n);
	for (unsigned k = 0; k < n; k++)
		trip_check(registers[k] == bytes_get(image + (size_t) k * WORD, WORD),
			   "registers have the first words");
	if (part->n > (size_t) n * WORD)
		trip_check(spill && !memcmp(spill, image + (size_t) n * WORD,
					    part->n - (size_t) n * WORD),
			   "the spill has the rest");
}

static bool spills(void)
{
	return !trip.fast && (trip.args.n > (size_t) ENCASE_REGISTERS * WORD ||
			      trip.size > (size_t) (ENCASE_REGISTERS - 1) * WORD);
}

void trip_receive(all_word number, all_word *registers)
{
	const uint8_t *spill = NULL;
	unsigned n = ENCASE_REGISTERS;

	if (spills()) {
		all_word at = registers[--n];

		trip_check(at && at < ARENA_SIZE, "the spill is in the caller's memory");
		spill = (const uint8_t *) arena + at;
	}
	look(&trip.args, registers, n, spill);
	receive(number, registers);
	trip_check(registers[0] == (trip.answer < 0 ? (all_word) -trip.answer : 0),
		   "the first register says how it ended");
	if (trip.answer < 0)
		trip.given.n = 0;
	trip_check(trip.answer < 0 || trip.given.n <= trip.size || trip.fast,
		   "results have their size");
	look(&trip.given, registers + 1, ENCASE_REGISTERS - 1, spill);
}
