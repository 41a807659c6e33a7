/* SPDX-License-Identifier: MIT */
/*
 * Answers that cannot be, of handlers and of receivers; spills at the ends of what there is;
 * bytes that change while they are read.  Prints TAP.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tap.h"

#ifndef ENCASE_WORD
#define ENCASE_WORD      16
#define ENCASE_REGISTERS 4
#endif
#define ENCASE_PREFIX  odd
#define ENCASE_RECORDS "answers.def"
#include <encase/record_types.h>

#include <encase/record_caller.h>

unsigned tap_tests, tap_failures;

#define SIZE 4096
static char block[80000] __attribute__((aligned(64)));
static char *const space = block + 64; /* the caller's memory, and what is around it */
static long answer;
static unsigned handled;
static struct odd_large seen;

static long on_fast_plain(void *self)
{
	(void) self;
	handled++;
	return answer;
}

static long on_fast_count(void *self, uint8_t *to, size_t to_count)
{
	(void) self, (void) to, (void) to_count;
	return answer;
}

static long on_fast_mood(void *self, enum odd_mood *result)
{
	(void) self;
	*result = odd_mood_bad;
	return answer;
}

static long on_plain(void *self, uint64_t a, uint64_t b)
{
	(void) self, (void) a, (void) b;
	handled++;
	return answer;
}

static long on_count(void *self, uint8_t *to, size_t to_count, uint8_t more, struct odd_key key)
{
	(void) self, (void) to, (void) to_count, (void) more, (void) key;
	return answer;
}

static enum odd_mood mood_given = odd_mood_good; /* 0: the result stays as it is */
static void (*meanwhile)(void);                  /* what is done while a handler runs */

static long on_large(void *self, struct odd_large *result)
{
	(void) self;
	handled++;
	if (mood_given)
		result->mood = mood_given;
	if (meanwhile)
		meanwhile();
	return answer;
}

static const enum odd_mood *chosen;
static long on_choose(void *self, const enum odd_mood *mood)
{
	(void) self;
	handled++;
	chosen = mood;
	return 0;
}

static struct odd_thing taken;
static long on_take(void *self, const struct odd_thing *thing)
{
	(void) self;
	handled++;
	taken = *thing;
	return 0;
}

static long on_echo(void *self, const struct odd_large *large, struct odd_key key,
		    struct odd_large *result)
{
	(void) self, (void) key;
	handled++;
	seen = *large;
	*result = *large;
	return answer;
}

static long on_must(void *self, struct odd_large *result)
{
	return on_large(self, result);
}

static int key_says;
static int valid_key(void *self, struct odd_key h)
{
	(void) self, (void) h;
	return key_says;
}

#include <encase/record_serve.h>

static struct encase_receiver receiver = { .base = block + 64, .size = SIZE };
static int served;
static void (*spoil)(odd_word *registers); /* what is done to an answer */

static void trap(void *arg, odd_word number, odd_word *registers)
{
	(void) arg;
	served = odd_serve(&receiver, number, registers);
	if (spoil)
		spoil(registers);
}

static struct odd_caller caller = { .trap = trap,
				    .base = block + 64,
				    .spill = block + 64 + 513,
				    .spill_size = sizeof(union odd_any_spill) };
static struct odd_large large, got;
static size_t count;
static const struct odd_key key = { 1 };

static void test_handlers(void)
{
	static const long nonsense[] = { 1, 5, -4096, -100000, 70000 };
	bool plain = true, counts = true;

	for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
		answer = nonsense[i];
		plain &= odd_call_plain(&caller, 1, 2) == -ENCASE_RECORD_EIO;
		plain &= odd_call_fast_plain(&caller) == -ENCASE_RECORD_EIO;
		plain &= odd_call_large(&caller, &got) == -ENCASE_RECORD_EIO;
	}
	tap_ok(plain, "a handler's result that is neither 0 nor an error is EIO");
	for (answer = 0; answer <= 4; answer++) {
		counts &= !odd_call_count(&caller, (uint8_t *) space + 8, 4, 9, key, &count);
		counts &= count == (size_t) answer;
		counts &= !odd_call_fast_count(&caller, (uint8_t *) space + 8, 4, &count);
		counts &= count == (size_t) answer;
	}
	answer = 5;
	counts &= odd_call_count(&caller, (uint8_t *) space + 8, 4, 9, key, &count) ==
		  -ENCASE_RECORD_EIO;
	counts &= odd_call_fast_count(&caller, (uint8_t *) space + 8, 4, &count) ==
		  -ENCASE_RECORD_EIO;
	tap_ok(counts, "a handler's count is at most what there was room for");
	answer = -4095;
	tap_ok(odd_call_plain(&caller, 1, 2) == -4095, "the largest error arrives");
	answer = -7;
	tap_ok(odd_call_must(&caller, &got) == -7 && served == -7,
	       "of a call that must succeed the host is told as well");
	answer = 0;
	tap_ok(!odd_call_must(&caller, &got) && !served && got.mood == odd_mood_good,
	       "and of one that did it is not");
	key_says = 5;
	large.mood = odd_mood_good;
	tap_ok(odd_call_echo(&caller, &large, (struct odd_key){ 1 }, &got) == -ENCASE_RECORD_EIO,
	       "a check of handles that says nonsense refuses");
	key_says = 2;
	tap_ok(odd_call_count(&caller, (uint8_t *) space + 8, 4, 9, key, &count) ==
		       -ENCASE_RECORD_EIO,
	       "also where it could be taken for a result");
	key_says = 0;
}

/* -- By hand ------------------------------------------------------------------ */

static __attribute__((noinline)) void leave_something(void)
{
	volatile char room[2000];

	for (size_t i = 0; i < sizeof(room); i++)
		room[i] = 0x55;
}

static __attribute__((noinline)) int serve(odd_word number, odd_word *registers)
{
	return odd_serve(&receiver, number, registers);
}

/* A call with these bytes in the first register, where the stack is not clean; its status. */
static int call_with(odd_word number, odd_word first, odd_word second)
{
	odd_word registers[ENCASE_REGISTERS] = { first, second };

	leave_something();
	(void) serve(number, registers);
	return (int) registers[0];
}

static void test_values(void)
{
	handled = 0;
	tap_ok(call_with(odd_number_choose, 1 | 3 << 8, 0) == ENCASE_RECORD_EINVAL && !handled,
	       "an option of what is no value");
	tap_ok(!call_with(odd_number_choose, 1 | 2 << 8, 0) && chosen, "of one that is");
	tap_ok(!call_with(odd_number_choose, 0 | 3 << 8, 0) && !chosen, "and none of them");
	tap_ok(!call_with(odd_number_take, (odd_word) 0x5500, (odd_word) 0x5555) && handled == 3 &&
		       taken.tag == odd_thing_nothing && !taken.as.number,
	       "a variant of nothing has nothing");
}

/* What a handler does not give is no byte of the receiver's. */
static void test_given(void)
{
	odd_word registers[ENCASE_REGISTERS] = { 0 };
	bool clean = true;

	answer = 0;
	mood_given = 0;
	memset(space + 600, 1, 64);
	registers[ENCASE_REGISTERS - 1] = 600;
	leave_something();
	clean &= !serve(odd_number_large, registers);
	for (int k = 0; k < ENCASE_REGISTERS; k++)
		clean &= !registers[k];
	for (int i = 0; i < 49 - (ENCASE_REGISTERS - 1) * ENCASE_WORD / 8; i++)
		clean &= !space[600 + i];
	tap_ok(clean, "of a result that was not given all is 0");
	mood_given = 7;
	tap_ok(odd_call_large(&caller, &got) == -ENCASE_RECORD_EPROTO,
	       "a result with what is no value");
	mood_given = odd_mood_good;
}

static void shrink(void)
{
	receiver.size = 100;
}

static void test_shrinking(void)
{
	if (!odd_spills_large)
		return;
	meanwhile = shrink;
	handled = 0;
	tap_ok(odd_call_large(&caller, &got) == -ENCASE_RECORD_EFAULT && handled == 1,
	       "a spill that is not there any more");
	receiver.size = SIZE;
	tap_ok(odd_call_must(&caller, &got) == -ENCASE_RECORD_EFAULT &&
		       served == -ENCASE_RECORD_EFAULT,
	       "of a call that must succeed the host is told");
	meanwhile = NULL;
	receiver.size = SIZE;
}

static void status_5000(odd_word *registers)
{
	registers[0] = 5000;
}
static void status_most(odd_word *registers)
{
	registers[0] = (odd_word) -1;
}
static void second_3(odd_word *registers)
{
	registers[1] = 3;
}

static void test_receivers(void)
{
	answer = 0;
	spoil = status_5000;
	tap_ok(odd_call_plain(&caller, 1, 2) == -ENCASE_RECORD_EPROTO, "a status that is no error");
	spoil = status_most;
	tap_ok(odd_call_fast_plain(&caller) == -ENCASE_RECORD_EPROTO, "the largest status");
	spoil = second_3;
	tap_ok(odd_call_fast_mood(&caller, &got.mood) == -ENCASE_RECORD_EPROTO,
	       "a result that is no value of its enum");
	count = 77;
	tap_ok(odd_call_count(&caller, (uint8_t *) space + 8, 2, 9, key, &count) ==
			       -ENCASE_RECORD_EPROTO &&
		       odd_call_fast_count(&caller, (uint8_t *) space + 8, 2, &count) ==
			       -ENCASE_RECORD_EPROTO &&
		       count == 77,
	       "a count above what there was room for");
	spoil = NULL;
}

/* The bytes of a call's spill: those of the record behind the registers. */
#define SPILL (49 - (ENCASE_REGISTERS - 1) * ENCASE_WORD / 8)

static void test_spills(void)
{
	struct odd_caller at_end = caller;
	int err;

	answer = 0;
	at_end.spill_size = SPILL;
	at_end.spill = space + SIZE - SPILL;
	handled = 0;
	if (SPILL > 0) {
		tap_ok(!odd_call_large(&at_end, &got) && handled == 1,
		       "a spill up to the last byte");
		at_end.spill = space + SIZE - SPILL + 1;
		err = odd_call_large(&at_end, &got);
		tap_ok(err == -ENCASE_RECORD_EFAULT && handled == 1,
		       "a result's spill that is not there is found before the handler runs");
		at_end.spill = space + 100;
		at_end.spill_size = SPILL - 1;
		tap_ok(odd_call_large(&at_end, &got) == -ENCASE_RECORD_ENOBUFS && handled == 1,
		       "a place for spills that is too small");
	}
	if (ENCASE_WORD == 16) {
		at_end = caller;
		at_end.spill = space + 70000;
		tap_ok(odd_call_large(&at_end, &got) == -ENCASE_RECORD_EOVERFLOW,
		       "a spill that no word can say");
		tap_ok(odd_call_count(&caller, (uint8_t *) space + 65536, 1, 1, key, &count) ==
				       -ENCASE_RECORD_EOVERFLOW &&
			       odd_call_fast_count(&caller, (uint8_t *) space - 8, 1, &count) ==
				       -ENCASE_RECORD_EOVERFLOW,
		       "a slice that no word can say");
	}
	if (ENCASE_WORD < 64)
		tap_ok(odd_call_count(&caller, (uint8_t *) space + 8, (size_t) 1 << 33, 1, key,
				      &count) == -ENCASE_RECORD_EOVERFLOW,
		       "more elements than a word can say");
}

/* -- Memory that changes ---------------------------------------------------------- */

static unsigned reads[SIZE];

static int far_check(void *arg, uint64_t at, size_t n)
{
	(void) arg;
	return at > SIZE || n > SIZE - at ? -14 : 0;
}

static int far_read(void *arg, uint64_t from, void *to, size_t n)
{
	(void) arg;
	memcpy(to, space + from, n);
	for (size_t i = 0; i < n; i++) {
		reads[from + i]++;
		space[from + i] = (char) ~space[from + i]; /* as its owner may at any moment */
	}
	return 0;
}

static int far_write(void *arg, uint64_t to, const void *from, size_t n)
{
	(void) arg;
	memcpy(space + to, from, n);
	return 0;
}

static void test_fetches(void)
{
	static const struct encase_reach reach = { far_check, far_read, far_write };
	bool once = true;
	int err;

	memset(reads, 0, sizeof(reads));
	receiver = (struct encase_receiver){ .reach = &reach };
	large = (struct odd_large){ .first = 1, .second = { 2, 3, 4, 5, 6 }, .mood = odd_mood_bad };
	err = odd_call_echo(&caller, &large, (struct odd_key){ 1 }, &got);
	for (size_t i = 0; i < SIZE; i++)
		once &= reads[i] <= 1;
	tap_ok(!err && once, "each byte of a spill is read once");
	tap_ok(!memcmp(seen.second, large.second, sizeof(large.second)) && seen.mood == large.mood,
	       "what changes afterwards is seen by nobody");
	tap_ok(!memcmp(got.second, large.second, sizeof(large.second)),
	       "and the result comes back");
	receiver = (struct encase_receiver){ .base = space, .size = SIZE };
}

int main(void)
{
	test_handlers();
	test_values();
	test_given();
	test_shrinking();
	test_receivers();
	test_spills();
	test_fetches();
	return tap_end();
}
