/* SPDX-License-Identifier: MIT */
/*
 * Calls while layers are pushed and popped.  Who changes a cage's stack writes a
 * history of it; a call must have come by just the layers of a stack that was there
 * at one moment between its beginning and its end, each once.
 */
#include <errno.h>
#include <sched.h>
#include <string.h>

#include "threads.h"

#define CALLERS  8
#define DEPTH    6
#define VERSIONS (1U << 17)

/* A cage with its history. */
struct board {
	struct encase_cage *cage;
	pthread_mutex_t lock; /* of who changes it */
	uint32_t begun, made; /* versions: the change to it has begun, is made; atomic */
	struct version {
		uint32_t n;
		uint32_t number[DEPTH]; /* of pushes, newest first */
		uint8_t layer[DEPTH];
	} versions[VERSIONS];
};
static struct board boards[CALLERS];
static unsigned nboards;

static void set_boards(unsigned n)
{
	memset(boards, 0, sizeof(boards));
	nboards = n;
	for (unsigned i = 0; i < n; i++) {
		boards[i].cage = make_cage(NULL);
		pthread_mutex_init(&boards[i].lock, NULL);
	}
}

static void clear_boards(void)
{
	for (unsigned i = 0; i < nboards; i++) {
		free_cage(boards[i].cage);
		pthread_mutex_destroy(&boards[i].lock);
	}
}

/* -- Who changes ------------------------------------------------------------ */

static void take_out(struct version *v, unsigned at)
{
	v->n--;
	for (unsigned i = at; i < v->n; i++) {
		v->number[i] = v->number[i + 1];
		v->layer[i] = v->layer[i + 1];
	}
}

static void put_on_top(struct version *v, unsigned layer, uint32_t number)
{
	for (unsigned i = v->n; i; i--) {
		v->number[i] = v->number[i - 1];
		v->layer[i] = v->layer[i - 1];
	}
	v->number[0] = number;
	v->layer[0] = (uint8_t) layer;
	v->n++;
}

/* Under the board's lock: the next version, by a push or a pop. */
static void change(struct board *board)
{
	uint32_t next = board->begun + 1;
	struct version *v = &board->versions[next];
	unsigned layer = any(3), at = 0;
	bool pops;

	*v = board->versions[next - 1];
	while (at < v->n && v->layer[at] != layer)
		at++;
	pops = v->n == DEPTH || (at < v->n && any(2));
	if (pops && at == v->n)
		layer = v->layer[at = 0];
	if (pops)
		take_out(v, at);
	else
		put_on_top(v, layer, next);
	__atomic_store_n(&board->begun, next, __ATOMIC_RELEASE);
	if (pops)
		expect(encase_pop(board->cage, &visitors[layer]) == 0);
	else
		expect(push(board->cage, &visitors[layer], next) == 0);
	__atomic_store_n(&board->made, next, __ATOMIC_RELEASE);
}

static void changer(unsigned number)
{
	(void) number;
	while (!is_over()) {
		struct board *board = &boards[any(nboards)];

		pthread_mutex_lock(&board->lock);
		if (board->begun < VERSIONS - 1)
			change(board);
		pthread_mutex_unlock(&board->lock);
		if (any(64) == 0)
			expect(encase_drain(board->cage) == 0);
	}
}

/* Others do so without a history: all at once, and with layers that leave no trace. */
static void quiet_changer(unsigned number)
{
	(void) number;
	while (!is_over()) {
		struct encase_cage *cage = boards[any(nboards)].cage;

		expect(encase_push(cage, &quiet, NULL) == 0);
		expect(encase_state(cage, &quiet) != NULL);
		expect(encase_sight(cage, &threads_desc_visit) == ENCASE_SEES_SCALARS);
		expect(encase_pop(cage, &quiet) == 0);
	}
}

/* -- Who calls -------------------------------------------------------------- */

static bool is_version(const struct version *v, const struct trace *trace)
{
	return v->n == trace->n && !memcmp(v->number, trace->seen, v->n * sizeof(v->number[0]));
}

static void call_once(struct board *board)
{
	struct trace trace = { .n = 0 };
	uint32_t first = __atomic_load_n(&board->made, __ATOMIC_ACQUIRE), last;
	long result = visit(board->cage, &trace, any(3));

	last = __atomic_load_n(&board->begun, __ATOMIC_ACQUIRE);
	expect(result == (long) trace.n && trace.landed == 1);
	while (first <= last && !is_version(&board->versions[first], &trace))
		first++;
	expect(first <= last);
}

static void caller(unsigned number)
{
	while (!is_over()) {
		for (unsigned i = 0; i < 100; i++)
			call_once(&boards[number % nboards]);
		sched_yield(); /* those who change are few */
	}
}

bool boards_are_enough(void)
{
	for (unsigned i = 0; i < nboards; i++)
		if (__atomic_load_n(&boards[i].made, __ATOMIC_RELAXED) <= 10)
			return false;
	return count_of(&sums.starts) > 0 && count_of(&sums.calls) > 0;
}

static void run(unsigned n)
{
	worker_fn *fns[CALLERS + 4];

	set_boards(n);
	for (unsigned i = 0; i < CALLERS; i++)
		fns[i] = caller;
	fns[CALLERS] = fns[CALLERS + 1] = changer;
	fns[CALLERS + 2] = fns[CALLERS + 3] = quiet_changer;
	run_workers(CALLERS + 4, fns);
	expect(boards_are_enough());
	clear_boards();
}

void test_one_cage(void)
{
	run(1);
}

void test_eight_cages(void)
{
	run(CALLERS);
}

/* -- Layers that pop themselves --------------------------------------------- */

static struct encase_cage *fragile;
static unsigned long popped; /* atomic */

/* Another's layer is not this one's to pop. */
static long pop_another(struct encase_call *call)
{
	struct life *life = life_enter();
	long result;

	if (any(8) == 0)
		expect(encase_pop(encase_caller(), &quiet) == -EPERM);
	result = encase_forward(call);
	life_leave(life);
	return result;
}

/* Of all calls that are inside the layer one takes it off. */
static long pop_really(struct encase_call *call);
static const struct encase_rule another_rules[] = { ENCASE_ON_ANY(pop_another), ENCASE_END };
static const struct encase_rule really_rules[] = { ENCASE_ON_ANY(pop_really), ENCASE_END };
static const struct encase_layer another = {
	.name = "another", .rules = another_rules, .start = life_start, .stop = life_stop
};
static const struct encase_layer really = {
	.name = "really", .rules = really_rules, .start = life_start, .stop = life_stop
};

static long pop_really(struct encase_call *call)
{
	struct life *life = life_enter();
	int err = encase_pop(encase_caller(), &really);
	long result;

	expect(err == 0 || err == -ENOENT);
	if (!err)
		__atomic_fetch_add(&popped, 1, __ATOMIC_RELAXED);
	result = encase_forward(call);
	life_leave(life);
	return result;
}

static void fragile_caller(unsigned number)
{
	(void) number;
	for (unsigned i = 0; !is_over(); i++) {
		struct trace trace = { .n = 0 };

		expect(visit(fragile, &trace, 0) == 0 && trace.landed == 1);
		if (i % 32 == 0)
			sched_yield(); /* the pusher gets its turn */
	}
}

static unsigned long pushed; /* atomic */

static void fragile_pusher(unsigned number)
{
	(void) number;
	for (; !is_over(); __atomic_fetch_add(&pushed, 1, __ATOMIC_RELAXED)) {
		expect(push(fragile, &really, 1) == 0);
		if (any(16) == 0)
			expect(encase_drain(fragile) == 0);
		while (encase_state(fragile, &really) && !is_over())
			sched_yield();
	}
}

bool pops_are_enough(void)
{
	return count_of(&pushed) > 10;
}

void test_layers_that_pop_themselves(void)
{
	popped = pushed = 0;
	fragile = make_cage(NULL);
	expect(push(fragile, &another, 1) == 0);
	run_three(6, fragile_caller, fragile_pusher, NULL);
	if (encase_pop(fragile, &really) == 0)
		popped++;
	expect(popped == pushed);
	expect(pops_are_enough());
	free_cage(fragile);
}
