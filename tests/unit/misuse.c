/* SPDX-License-Identifier: MIT */
/*
 * What hosts and layers get wrong: set-ups that lack something, layers that push
 * while they start, words that change under a call, errnos that are none, lower
 * layers that look before they reach, threads that copy after they have ended.
 */
#include "unit.h"

#include <unistd.h>

#include <limits.h>
#include <pthread.h>

static ssize_t forward_write(int fd, const void *buf, size_t count)
{
	return encase_next_write(fd, buf, count);
}

static const struct encase_rule copying[] = { ENCASE_ON(write, forward_write, ENCASE_COPY_ALL),
					      ENCASE_END };
static const struct encase_layer copier = { .name = "copier", .rules = copying };

Test(misuse, set_ups_that_lack_something)
{
	static const struct encase_lower hollow = { .name = "hollow" };
	static const struct encase_memory unread = { .name = "unread",
						     .read_string = unit_no_string };
	static const struct encase_function no_function[] = { { &encase_desc_write, NULL, 0 },
							      ENCASE_FUNCTION_END };
	/* only calls that C declares with "..." have the other form */
	static const struct encase_function no_form[] = {
		{ &encase_desc_write, (encase_fn *) write, ENCASE_VARIADIC }, ENCASE_FUNCTION_END
	};
	static const struct encase_function raw_form[] = {
		{ &encase_desc_write, (encase_fn *) write, ENCASE_RAW }, ENCASE_FUNCTION_END
	};
	const struct encase_setup lacking[] = {
		{ .lower = NULL },
		{ .lower = &hollow },
		{ .lower = &encase_lower_functions },
		{ .lower = &encase_lower_void, .memory = &encase_memory_arena },
		{ .lower = &encase_lower_void, .memory = &unread },
		{ .lower = &encase_lower_functions, .below = no_function },
		{ .lower = &encase_lower_functions, .below = no_form },
		{ .lower = &encase_lower_functions, .below = raw_form },
	};
	struct encase_cage *cage = (struct encase_cage *) &cage, *before = cage;

	same(encase_cage_new(NULL, &cage), -EINVAL);
	same(encase_cage_new(&(struct encase_setup){ .lower = &encase_lower_void }, NULL), -EINVAL);
	for (size_t i = 0; i < LENGTH(lacking); i++)
		same(encase_cage_new(&lacking[i], &cage), -EINVAL);
	same(WORD(cage), WORD(before));
	same(encase_push(NULL, &copier, NULL), -EINVAL);
	cage = unit_host_cage();
	same(encase_push(cage, NULL, NULL), -EINVAL);
	unit_free(cage);
}

/* -- Layers that start and stop ------------------------------------------- */

static struct encase_cage *starting;
static int pushed, freed, starts_with;

static int start_and_push(void **state, const char *options)
{
	(void) state;
	(void) options;
	pushed = encase_push(starting, &copier, NULL);
	freed = encase_cage_free(starting);
	return starts_with;
}

static void stop_and_push(void *state)
{
	(void) state;
	pushed = encase_push(starting, &copier, NULL);
}

static const struct encase_layer restless = {
	.name = "restless", .rules = copying, .start = start_and_push, .stop = stop_and_push
};

Test(misuse, a_layer_cannot_push_while_it_starts_or_stops)
{
	starting = unit_host_cage();
	same(encase_push(starting, &restless, NULL), 0);
	same(pushed, -EBUSY);
	same(freed, -EBUSY);
	same(WORD(encase_state(starting, &copier)), 0);
	starts_with = 7;
	same(encase_push(starting, &restless, NULL), -EINVAL);
	same(encase_push(starting, &copier, NULL), 0);
	pushed = 0;
	unit_free(starting);
	same(pushed, -EBUSY);
}

/* -- Words that change ---------------------------------------------------- */

static encase_word shared[3];
static size_t seen;

static ssize_t raise_count(int fd, const void *buf, size_t count)
{
	shared[2] = 1 << 20;
	seen = count;
	return encase_next_write(fd, buf, count);
}

static const struct encase_rule raising[] = { ENCASE_ON(write, raise_count, .buf = ENCASE_PASS),
					      ENCASE_ON_ANY(encase_forward), ENCASE_END };
static const struct encase_layer raiser = { .name = "raiser", .rules = raising };

Test(misuse, words_are_read_once)
{
	struct encase_cage *cage = unit_host_cage();

	unit_push(cage, &copier);
	unit_push(cage, &raiser);
	shared[1] = WORD("0123456789abcdef");
	shared[2] = 16;
	probe.result = 17; /* more than asked, whatever the words say now */
	same(encase_enter(cage, &encase_desc_write, shared), -EIO);
	same(seen, 16);
	same(probe.words[2], 16);
	unit_free(cage);
}

/* -- Errnos that are none ------------------------------------------------- */

static int thrown;

static long fail_with(struct encase_call *call)
{
	return encase_fail(call, thrown);
}

Test(misuse, errnos_out_of_range_are_EIO)
{
	static const int wrong[] = { 0, -1, -EPERM, 4096, 5000, 1 << 30 };
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layer;

	unit_push_any(cage, &layer, fail_with, ENCASE_PASS);
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		thrown = wrong[i];
		same(enter(cage, lseek, 1, 0, 0), -EIO);
	}
	thrown = 4095;
	same(enter(cage, lseek, 1, 0, 0), -4095);
	unit_free(cage);
}

/* -- Lower layers that look too early ------------------------------------- */

static void *early, *late;

static long look_early(struct encase_call *call)
{
	early = encase_arg(call, 1);
	if (encase_reach(call))
		return encase_fail(call, EFAULT);
	late = encase_arg(call, 1);
	return 0;
}

Test(misuse, what_is_out_of_reach_is_null)
{
	struct encase_cage *cage = unit_arena_cage();

	probe.answer = look_early;
	early = late = unit_room;
	same(enter(cage, write, 1, 64, 8), 0);
	same(WORD(early), 0);
	same(WORD(late), WORD(unit_room + 64));
	late = unit_room;
	same(enter(cage, write, 1, UNIT_ROOM, 8), -EFAULT);
	same(WORD(early), 0);
	unit_free(cage);
}

/* -- Threads that copy after their end ------------------------------------ */

static struct encase_cage *counted;
static pthread_key_t key;
static char large[100000];

static void copy_some(size_t n)
{
	enter(counted, write, 1, WORD(large), n);
}

/* Comes after the library's own destructors, in each of their rounds. */
static void copy_again(void *arg)
{
	copy_some(10);
	copy_some(sizeof(large));
	pthread_setspecific(key, arg);
}

static void *copy_and_end(void *arg)
{
	if (arg)
		pthread_setspecific(key, arg);
	copy_some(10);
	return NULL;
}

Test(misuse, copies_in_destructors, .timeout = 20)
{
	uint64_t sum;
	pthread_t thread;

	same(pthread_key_create(&key, copy_again), 0);
	counted = unit_host_cage();
	unit_push(counted, &copier);
	for (unsigned i = 0; i < 50; i++) {
		same(pthread_create(&thread, NULL, copy_and_end, i & 1 ? NULL : &key), 0);
		same(pthread_join(thread, NULL), 0);
	}
	sum = encase_traffic(counted).from_cage;
	same(sum, 50 * 10 + 25 * PTHREAD_DESTRUCTOR_ITERATIONS * (10 + sizeof(large)));
	unit_free(counted);
}

Test(misuse, nothing_given)
{
	static const struct encase_layer *const none = NULL;
	struct encase_cage *cage = unit_host_cage(), *made = NULL;

	same(encase_cage_new(NULL, &made), -EINVAL);
	same(made, NULL);
	same(encase_cage_free(NULL), 0);
	same(encase_push(NULL, &copier, NULL), -EINVAL);
	same(encase_push(cage, none, NULL), -EINVAL);
	same(encase_pop(NULL, &copier), -EINVAL);
	same(encase_pop(cage, none), -EINVAL);
	same(encase_drain(NULL), -EINVAL);
	same(encase_end(NULL, 0), -EINVAL);
	unit_free(cage);
}
