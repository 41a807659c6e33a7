/* SPDX-License-Identifier: MIT */
/*
 * Threads that end inside a handler, or with calls in their destructors, while
 * layers wait for them to leave; and calls that enter one another many times.
 */
#include "move.h"

#include <unistd.h>

#include "alloc.h"
#include "enc.h"

static struct encase_cage *cage, *other;

static void end_thread(void)
{
	pthread_exit(NULL);
}

static void enter_other_and_end(void)
{
	move_call(other, end_thread);
}

static void (*how_to_end)(void);

static void *end_inside(void *arg)
{
	if (arg)
		((lab_arity1_fn *) arg)(0); /* by an entry, before */
	move_call(cage, how_to_end);
	return &cage;
}

static void *end_in_entry(void *arg)
{
	move_call(other, NULL); /* joins */
	((lab_arity1_fn *) arg)(1);
	return &cage;
}

/* Where the handler of cage's layer ends the thread that called an entry. */
static long end_by_entry(long a)
{
	if (a)
		pthread_exit(NULL);
	return lab_next_arity1(a);
}

Test(endings, inside_handlers)
{
	static void (*const ways[])(void) = { end_thread, enter_other_and_end };

	cage = unit_host_cage();
	other = unit_host_cage();
	move_push(other, "o");
	for (unsigned i = 0; i < 40; i++) {
		pthread_t thread;
		void *result = &thread;

		move_clear();
		move_push(cage, "a");
		how_to_end = ways[i & 1];
		same(pthread_create(&thread, NULL, end_inside,
				    i & 2 ? (void *) encase_entry(other, &lab_desc_arity1) : NULL),
		     0);
		same(pthread_join(thread, &result), 0);
		same(result, NULL);
		same(encase_pop(cage, &move_layer), 0);
		same(strcmp(move_log(), "+a-a"), 0); /* nobody is inside any more */
	}
	unit_free(other);
	unit_free(cage);
	same(move_wrong, 0);
}

Test(endings, inside_handlers_of_entries)
{
	struct unit_layer layer;

	cage = unit_host_cage();
	other = unit_host_cage();
	unit_push_natural(cage, &layer, arity1, end_by_entry, 0);
	for (unsigned i = 0; i < 10; i++) {
		pthread_t thread;
		void *result = &thread;

		same(pthread_create(&thread, NULL, end_in_entry,
				    (void *) encase_entry(cage, &lab_desc_arity1)),
		     0);
		same(pthread_join(thread, &result), 0);
		same(result, NULL);
	}
	unit_free(cage);
	unit_free(other);
}

/* The layer is popped while the thread is inside; its end lets it stop. */
static void pop_and_end(void)
{
	if (encase_pop(cage, &move_layer) == 0)
		pthread_exit(NULL);
}

Test(endings, let_layers_stop)
{
	pthread_t thread;

	cage = unit_host_cage();
	other = unit_host_cage();
	move_push(cage, "a");
	how_to_end = pop_and_end;
	same(pthread_create(&thread, NULL, end_inside, NULL), 0);
	same(pthread_join(thread, NULL), 0);
	moved("+a-a");
	unit_free(cage);
	unit_free(other);
}

#if !defined(__SANITIZE_ADDRESS__) /* which does not know that the thread's stack is given up */
Test(endings, by_cancel)
{
	struct move_guest guest;
	void *result = NULL;

	cage = unit_host_cage();
	move_push(cage, "a");
	move_enter(&guest, cage, NULL);
	same(encase_pop(cage, &move_layer), 0);
	same(encase_cage_free(cage), -EBUSY);
	same(pthread_cancel(guest.thread), 0); /* it waits for a semaphore */
	same(pthread_join(guest.thread, &result), 0);
	same(result, PTHREAD_CANCELED);
	moved("+a-a");
	unit_free(cage);
}
#endif

/* -- Destructors ------------------------------------------------------------ */

static pthread_key_t key;
static unsigned rounds, late_pops;

/* The library's own destructor has run by the second round. */
static void call_late(void *arg)
{
	struct move_life *life = move_state(cage);

	if (!life || move_call(cage, arg == &late_pops ? pop_and_end : NULL) != 0)
		return;
	if (++rounds % 4)
		pthread_setspecific(key, arg);
}

static void *with_destructor(void *arg)
{
	move_call(cage, NULL);
	pthread_setspecific(key, arg);
	return NULL;
}

static void pop_late(void)
{
	same(encase_pop(cage, &move_layer), 0);
}

static void call_and_pop_late(void *arg)
{
	if (++rounds % 3)
		pthread_setspecific(key, arg);
	else
		move_call(cage, pop_late);
}

Test(endings, calls_from_destructors)
{
	pthread_t thread;

	same(pthread_key_create(&key, call_late), 0);
	cage = unit_host_cage();
	move_push(cage, "a");
	for (unsigned i = 0; i < 5; i++) {
		same(pthread_create(&thread, NULL, with_destructor, &rounds), 0);
		same(pthread_join(thread, NULL), 0);
		same(rounds, 4 * i + 4); /* as many as there are */
	}
	same(move_state(cage)->visits, 5 * 5);
	unit_free(cage);
	same(move_wrong, 0);
}

/* In the third round a handler takes its own layer off; it stops when the call has left. */
Test(endings, pops_from_destructors)
{
	pthread_t thread;

	same(pthread_key_create(&key, call_and_pop_late), 0);
	cage = unit_host_cage();
	move_push(cage, "a");
	same(pthread_create(&thread, NULL, with_destructor, &rounds), 0);
	same(pthread_join(thread, NULL), 0);
	same(rounds, 3);
	moved("+a-a");
	unit_free(cage);
	same(move_wrong, 0);
}

/* -- Entries inside entries ------------------------------------------------- */

#define DEEP 20

static struct encase_cage *cages[3];
static unsigned depth, depths_seen;

/* Each level in another cage, with a copy of its own, which is whole when it comes back. */
static ssize_t go_deeper(void *buf, size_t n)
{
	struct encase_cage *mine = encase_caller();
	void *self = encase_self();
	unsigned me = depth;
	char inner[100];
	ssize_t result;

	same(mine, cages[me % 3]);
	if (me < DEEP) {
		lab_swap_fn *entry;

		depth++;
		memset(inner, 'A' + (int) depth, sizeof(inner));
		entry = ENCASE_ENTRY_IN(lab, cages[depth % 3], swap);
		same(entry(inner, 60 + depth), 60 + depth);
		for (unsigned i = 0; i < sizeof(inner); i++)
			same(inner[i], i < 60 + depth ? 'L' : 'A' + (int) depth);
		depth--;
		same(encase_cage_free(cages[me % 3]), -EBUSY);
		same(encase_drain(cages[me % 3]), -EDEADLK);
	} else {
		depths_seen++;
		same(enc_thread.nest, DEEP);
	}
	same(*(const char *) buf, 'A' + (int) me);
	same(((const char *) buf)[n - 1], 'A' + (int) me);
	same(encase_caller(), mine);
	same(encase_self(), self);
	result = lab_next_swap(buf, n);
	same(*(const char *) buf, 'L');
	return result;
}

static const struct encase_rule deeper_rules[] = { ENCASE_ON_IN(lab, swap, go_deeper), ENCASE_END };
static const struct encase_layer deeper = {
	.name = "deeper", .rules = deeper_rules, .start = move_start, .stop = move_stop
};

static long fill(struct encase_call *call)
{
	memset(encase_arg(call, 0), 'L', encase_arg_word(call, 1));
	return (long) encase_arg_word(call, 1);
}

Test(endings, twenty_entries_inside_one_another)
{
	struct alloc_live before;
	char buf[100];

	probe.answer = fill;
	for (unsigned i = 0; i < 3; i++) {
		cages[i] = unit_host_cage();
		same(encase_push(cages[i], &deeper, "d"), 0);
		encase_entry(cages[i], &lab_desc_swap);
	}
	memset(buf, 'A', sizeof(buf));
	same(enter_lab(cages[0], swap, WORD(buf), 60), 60);
	before = alloc_live();
	for (unsigned i = 0; i < 50; i++) {
		memset(buf, 'A', sizeof(buf));
		same(enter_lab(cages[0], swap, WORD(buf), 60), 60);
		same(buf[59], 'L');
		same(buf[60], 'A');
		same(depths_seen, i + 2);
		unit_idle();
		same(enc_thread.nest, 0);
	}
	holds(alloc_same(before, alloc_live()));
	for (unsigned i = 0; i < 3; i++)
		unit_free(cages[i]);
	same(move_wrong, 0);
}

/* The only call of a cage, inside many others, keeps its layer alive that is popped there. */
static void pop_at_the_bottom(void)
{
	same(encase_pop(cages[0], &move_layer), 0);
	same(encase_cage_free(cages[0]), -EBUSY);
	same(encase_drain(cages[0]), -EDEADLK);
}

static unsigned left;

static void enter_more(void)
{
	if (!left)
		return;
	left--;
	if (left)
		same(move_call(cages[1 + left % 2], enter_more), 0);
	else
		same(move_call(cages[0], pop_at_the_bottom), 0);
}

Test(endings, pops_at_the_bottom_of_many)
{
	for (left = 1; left < 15; left++) {
		unsigned n = left;

		unit_row("%u entries", n);
		move_clear();
		for (unsigned i = 0; i < 3; i++) {
			cages[i] = unit_host_cage();
			move_push(cages[i], "a");
		}
		same(move_call(cages[1], enter_more), 0);
		left = n;
		for (unsigned i = 0; i < 3; i++) {
			same(encase_drain(cages[i]), 0);
			same(move_state(cages[i]) == NULL, i == 0);
			unit_free(cages[i]);
		}
		same(move_wrong, 0);
	}
}
