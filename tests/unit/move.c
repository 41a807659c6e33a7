/* SPDX-License-Identifier: MIT */
/* Layers that write down what becomes of them; see move.h. */
#include "move.h"

#include <stdlib.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char events[1200];
static size_t length;
unsigned move_wrong;

static void note(char what, char name)
{
	pthread_mutex_lock(&lock);
	if (length + 2 < sizeof(events)) {
		events[length++] = what;
		events[length++] = name;
	}
	pthread_mutex_unlock(&lock);
}

const char *move_log(void)
{
	static char copy[sizeof(events)];

	pthread_mutex_lock(&lock);
	memcpy(copy, events, sizeof(events));
	pthread_mutex_unlock(&lock);
	return copy;
}

void move_clear(void)
{
	pthread_mutex_lock(&lock);
	memset(events, 0, sizeof(events));
	length = 0;
	pthread_mutex_unlock(&lock);
}

const char *move_await(const char *want)
{
	for (unsigned i = 0; i < 2000 && strcmp(move_log(), want) != 0; i++)
		usleep(1000);
	return move_log();
}

/* -- Lives ----------------------------------------------------------------- */

int move_start(void **state, const char *options)
{
	struct move_life *life = calloc(1, sizeof(*life));

	if (!life)
		return -ENOMEM;
	life->name = options ? *options : '?';
	life->alive = true;
	*state = life;
	note('+', life->name);
	return 0;
}

static void expect_alive(const struct move_life *life)
{
	if (!life || !life->alive)
		__atomic_fetch_add(&move_wrong, 1, __ATOMIC_RELAXED);
}

void move_stop(void *state)
{
	struct move_life *life = state;

	expect_alive(life);
	note('-', life->name);
	life->alive = false;
	free(life);
}

static void on_child(void *state, struct encase_cage *child)
{
	struct move_life *life = state;

	expect_alive(life);
	note(encase_parent(child) ? '>' : '?', life->name);
}

static void on_end(void *state, struct encase_cage *cage, int status)
{
	struct move_life *life = state;

	expect_alive(life);
	note(cage ? '!' : '?', life->name);
	life->status = status;
}

/* -- Handlers --------------------------------------------------------------- */

static _Thread_local struct move_guest *guest_here;
static _Thread_local void (*fn_here)(void);
static _Thread_local char name_here;

static void run_once(const struct move_life *life)
{
	void (*fn)(void) = fn_here;

	if (name_here && life->name != name_here)
		return;
	fn_here = NULL;
	if (fn)
		fn();
	if (guest_here) {
		struct move_guest *guest = guest_here;

		guest_here = NULL;
		sem_post(&guest->here);
		while (sem_wait(&guest->go))
			;
	}
}

static long on_arity1(long a)
{
	struct move_life *life = encase_self();
	long result;

	expect_alive(life);
	life->visits++;
	run_once(life);
	result = lab_next_arity1(a);
	expect_alive(life);
	return result;
}

static long on_arity2(long a, long b)
{
	struct move_life *life = encase_self();

	expect_alive(life);
	life->visits++;
	return lab_next_arity2(a, b);
}

static const struct encase_rule rules[] = {
	ENCASE_ON_IN(lab, arity1, on_arity1),
	ENCASE_ON_IN(lab, arity2, on_arity2),
	ENCASE_END,
};

#define LAYER(name_)                                                                     \
	{                                                                                \
		.name = (name_), .rules = rules, .start = move_start, .stop = move_stop, \
		.child = on_child, .end = on_end,                                        \
	}
const struct encase_layer move_layers[3] = { LAYER("first"), LAYER("second"), LAYER("third") };

struct move_life *move_push_of(struct encase_cage *cage, const struct encase_layer *layer,
			       const char *name)
{
	same(encase_push(cage, layer, name), 0);
	return encase_state(cage, layer);
}

struct move_life *move_state(const struct encase_cage *cage)
{
	return encase_state(cage, &move_layer);
}

long move_call_in(struct encase_cage *cage, char name, void (*fn)(void))
{
	name_here = name;
	fn_here = fn;
	return enter_lab(cage, arity1, 1);
}

/* -- Guests ----------------------------------------------------------------- */

static void *visit(void *arg)
{
	struct move_guest *guest = arg;

	guest_here = guest;
	fn_here = guest->fn;
	guest->result = enter_lab(guest->cage, arity1, 2);
	return NULL;
}

void move_enter(struct move_guest *guest, struct encase_cage *cage, void (*fn)(void))
{
	sem_init(&guest->here, 0, 0);
	sem_init(&guest->go, 0, 0);
	guest->cage = cage;
	guest->fn = fn;
	same(pthread_create(&guest->thread, NULL, visit, guest), 0);
	while (sem_wait(&guest->here))
		;
}

void move_leave(struct move_guest *guest)
{
	sem_post(&guest->go);
	same(pthread_join(guest->thread, NULL), 0);
	sem_destroy(&guest->here);
	sem_destroy(&guest->go);
}
