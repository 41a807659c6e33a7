/* SPDX-License-Identifier: MIT */
/*
 * Layers that write down what becomes of them, and calls that stay in flight, for
 * the tests of stacks that move.
 */
#ifndef UNIT_MOVE_H
#define UNIT_MOVE_H

#include "unit.h"

#include <pthread.h>
#include <semaphore.h>

/* One push's state: its name is the first letter of its options. */
struct move_life {
	char name;
	bool alive;
	unsigned visits;
	int status; /* of the last end() */
};

/*
 * Each start, stop, child and end as it happened: "+a", "-a", ">a", "!a"; and how often a
 * handler or stop() found a life that had ended.  Under a lock.
 */
const char *move_log(void);
void move_clear(void);
extern unsigned move_wrong;
/* Ends the test unless the log is this, or becomes it soon. */
#define moved(want)                                                                     \
	(unit_row("log is \"%s\"", move_await(want)), holds(!strcmp(move_log(), want)), \
	 unit_row("%s", ""))
const char *move_await(const char *want);

/* Layers, all alike, with a rule for arity1() and arity2(), which forward. */
extern const struct encase_layer move_layers[3];
#define move_layer (move_layers[0])
int move_start(void **state, const char *options);
void move_stop(void *state);
/* Pushes one of these under a name; its state. */
struct move_life *move_push_of(struct encase_cage *cage, const struct encase_layer *layer,
			       const char *name);
#define move_push(cage, name) move_push_of((cage), &move_layer, (name))
struct move_life *move_state(const struct encase_cage *cage);

/* A call of arity1() by which fn runs, once, in the handler of that name, or in the first; what it returns. */
long move_call_in(struct encase_cage *cage, char name, void (*fn)(void));
#define move_call(cage, fn) move_call_in((cage), 0, (fn))

/* A call on a thread of its own, which waits in the handler of the topmost layer. */
struct move_guest {
	pthread_t thread;
	sem_t here, go;
	struct encase_cage *cage;
	void (*fn)(void); /* runs before the handler waits, and may be null */
	long result;
};
void move_enter(struct move_guest *guest, struct encase_cage *cage, void (*fn)(void));
void move_leave(struct move_guest *guest);

#endif
