/* SPDX-License-Identifier: MIT */
/* Layers whose state tells whether they are used in their time, and cages; see threads.h. */
#include "threads.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ENCASE_PREFIX threads
#define ENCASE_TABLE  "threads.def"
#define ENCASE_NAME   "threads"
#include <encase/define.h>

struct sums sums;

static void add(unsigned long *what, unsigned long n)
{
	__atomic_fetch_add(what, n, __ATOMIC_RELAXED);
}

/* -- States ----------------------------------------------------------------- */

/* Those that this thread is in, outermost first. */
#define INSIDE_MOST 64
static _Thread_local struct life *in[INSIDE_MOST];
static _Thread_local unsigned nin;

struct life *life_enter(void)
{
	struct life *life = encase_self();

	if (!life || life->alive != LIFE_ALIVE) {
		complain("a call came to a layer that does not live");
		exit(1); /* there is no sense in going on */
	}
	__atomic_fetch_add(&life->inside, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&life->calls, 1, __ATOMIC_RELAXED);
	add(&sums.calls, 1);
	if (nin < INSIDE_MOST)
		in[nin] = life;
	nin++;
	return life;
}

void life_leave(struct life *life)
{
	expect(encase_self() == life);
	expect(life->alive == LIFE_ALIVE);
	__atomic_fetch_sub(&life->inside, 1, __ATOMIC_RELAXED);
	nin--;
}

void life_leave_all(void)
{
	while (nin)
		__atomic_fetch_sub(&in[--nin]->inside, 1, __ATOMIC_RELAXED);
}

int life_start(void **state, const char *options)
{
	struct life *life = calloc(1, sizeof(*life));

	if (!life)
		return -ENOMEM;
	life->number = options ? (uint32_t) atoi(options) : 0;
	life->alive = LIFE_ALIVE;
	life->cages = 1;
	add(&sums.starts, 1);
	*state = life;
	return 0;
}

static unsigned long calls_of_stopped;

void life_stop(void *state)
{
	struct life *life = state;

	expect(life->alive == LIFE_ALIVE);
	expect(life->inside == 0);
	expect(life->ends <= life->cages);
	life->alive = 0xdead;
	add(&calls_of_stopped, life->calls);
	add(&sums.stops, 1);
	free(life);
}

void life_child(void *state, struct encase_cage *child)
{
	struct life *life = state;

	expect(life->alive == LIFE_ALIVE && encase_parent(child));
	__atomic_fetch_add(&life->cages, 1, __ATOMIC_RELAXED);
	add(&sums.children, 1);
}

void life_end(void *state, struct encase_cage *cage, int status)
{
	struct life *life = state;

	expect(life->alive == LIFE_ALIVE && cage);
	(void) status;
	__atomic_fetch_add(&life->ends, 1, __ATOMIC_RELAXED);
	add(&sums.ends, 1);
}

void check_sums(void)
{
	expect(sums.starts == sums.stops);
	expect(sums.calls == calls_of_stopped);
	if (sums.starts != sums.stops)
		complain("%lu starts, %lu stops", sums.starts, sums.stops);
	expect(sums.starts > 0 && sums.calls > 0);
	memset(&sums, 0, sizeof(sums));
	calls_of_stopped = 0;
}

/* -- Layers ---------------------------------------------------------------- */

static void leave_trace(struct trace *trace, const struct life *life)
{
	if (trace->n < TRACE_MOST)
		trace->seen[trace->n] = life->number;
	trace->n++;
}

/* A call inside the call, which may be on another stack already, must come through whole. */
static void visit_inside(long inside)
{
	struct trace trace = { .n = 0 };

	expect(visit(encase_caller(), &trace, inside - 1) == (long) trace.n);
	expect(trace.landed == 1);
}

static long on_visit(struct trace *trace, long inside)
{
	struct life *life = life_enter();
	long result;

	leave_trace(trace, life);
	if (inside > 0 && any(4) == 0)
		visit_inside(inside);
	result = threads_next_visit(trace, inside);
	life_leave(life);
	return result;
}

static long on_raw_visit(struct encase_call *call)
{
	struct life *life = life_enter();
	long result;

	leave_trace((struct trace *) encase_arg_word(call, 0), life);
	result = encase_forward(call);
	life_leave(life);
	return result;
}

static ssize_t on_swap(void *buf, size_t n)
{
	struct life *life = life_enter();
	ssize_t result = threads_next_swap(buf, n);

	life_leave(life);
	return result;
}

static long on_any(struct encase_call *call)
{
	struct life *life = life_enter();
	long result = encase_forward(call);

	life_leave(life);
	return result;
}

static const struct encase_rule natural[] = { ENCASE_ON_IN(threads, visit, on_visit), ENCASE_END };
static const struct encase_rule raw[] = { ENCASE_ON_IN(threads, visit, on_raw_visit), ENCASE_END };
static const struct encase_rule swaps[] = { ENCASE_ON_IN(threads, swap, on_swap), ENCASE_END };
static const struct encase_rule anything[] = { ENCASE_ON_ANY(on_any), ENCASE_END };

#define LAYER(rules_)                                                                       \
	{                                                                                   \
		.name = #rules_, .rules = (rules_), .start = life_start, .stop = life_stop, \
		.child = life_child, .end = life_end,                                       \
	}
const struct encase_layer visitors[3] = { LAYER(natural), LAYER(raw), LAYER(natural) };
const struct encase_layer copier = LAYER(swaps);
const struct encase_layer quiet = LAYER(anything);

/* -- Cages ----------------------------------------------------------------- */

static long land(void *below, const void *bound, struct encase_call *call)
{
	(void) below;
	(void) bound;
	if (encase_call_desc(call) == &threads_desc_visit) {
		struct trace *trace = (struct trace *) encase_arg_word(call, 0);

		trace->landed++;
		return trace->n;
	} else {
		unsigned char *buf = encase_arg(call, 0);
		size_t n = encase_arg_word(call, 1);

		for (size_t i = 0; i < n; i++)
			buf[i] ^= 0xff;
		return (long) n;
	}
}

static const struct encase_lower ground = { .name = "ground", .call = land };

struct encase_cage *make_cage(struct encase_cage *parent)
{
	static const struct encase_interface *const mine[] = { &threads_calls, NULL };
	struct encase_setup setup = { .interfaces = mine, .lower = &ground, .parent = parent };
	struct encase_cage *cage = NULL;
	int err = encase_cage_new(&setup, &cage);

	if (err) {
		complain("no cage: %d", err);
		exit(1);
	}
	return cage;
}

void free_cage(struct encase_cage *cage)
{
	expect(encase_cage_free(cage) == 0);
}

long visit(struct encase_cage *cage, struct trace *trace, long inside)
{
	const encase_word words[] = { (encase_word) (uintptr_t) trace, (encase_word) inside };

	return encase_enter(cage, &threads_desc_visit, words);
}

int push(struct encase_cage *cage, const struct encase_layer *layer, unsigned number)
{
	char options[16];

	(void) snprintf(options, sizeof(options), "%u", number);
	return encase_push(cage, layer, options);
}
