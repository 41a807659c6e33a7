/* SPDX-License-Identifier: MIT */
/*
 * Tests with many threads: calls while stacks move.  A plain program, since
 * ThreadSanitizer does not work with Criterion.
 *
 * Each push has a state of its own (struct life), made by start() and given back by
 * stop().  Handlers read it without any care: a call that reaches a layer that
 * was not started yet or has stopped is a race, a use after free, and a complaint.
 */
#ifndef THREADS_H
#define THREADS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/types.h>

#include <encase.h>

/* What a call came by: numbers of pushes, in their order. */
#define TRACE_MOST 12
struct trace {
	unsigned n, landed; /* layers, and how often the lower layer was reached */
	uint32_t seen[TRACE_MOST];
};

#define ENCASE_PREFIX threads
#define ENCASE_TABLE  "threads.def"
#include <encase/declare.h>
#undef ENCASE_PREFIX
#undef ENCASE_TABLE

/* -- The program ----------------------------------------------------------- */

/* How long each test runs, in milliseconds. */
extern unsigned threads_for;
/* Says what is wrong, of all threads' complaints the first few, and lets the test fail. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define expect(what)                                                      \
	do {                                                              \
		if (!(what))                                              \
			complain("%s:%d: %s", __FILE__, __LINE__, #what); \
	} while (0)

/* Whether the test's time is over. */
bool is_over(void);
/* Runs these until they return; each gets its number. */
typedef void worker_fn(unsigned number);
void run_workers(unsigned n, worker_fn *const *fns);
/* n copies of a, then one of each of b and c, if not null. */
void run_three(unsigned n, worker_fn *a, worker_fn *b, worker_fn *c);
/* A thread's own numbers at random; below n. */
unsigned any(unsigned n);

/* -- Layers and cages ------------------------------------------------------ */

struct life {
	uint32_t alive; /* LIFE_ALIVE, until it stops; never atomic */
	uint32_t number;
	uint32_t inside, calls; /* handlers that run, and ran; atomic */
	uint32_t cages, ends;   /* that have it, by child(); that have told their end; atomic */
};
#define LIFE_ALIVE 0x600dbeefU

/* All pushes' together; atomic. */
extern struct sums {
	unsigned long starts, stops, calls, children, ends;
} sums;
/* The running handler's; complains if it is not alive.  And when it is done. */
struct life *life_enter(void);
void life_leave(struct life *life);
/* The thread ends in a handler. */
void life_leave_all(void);
int life_start(void **state, const char *options);
void life_stop(void *state);
void life_child(void *state, struct encase_cage *child);
void life_end(void *state, struct encase_cage *cage, int status);

/* Layers that leave their trace in visit(), natural and raw; that copy swap(). */
extern const struct encase_layer visitors[3];
extern const struct encase_layer copier;
/* Layers that leave none: numbers are not theirs. */
extern const struct encase_layer quiet;

/* A cage over a lower layer that notes where visit() landed and turns bytes of swap() round. */
struct encase_cage *make_cage(struct encase_cage *parent);
void free_cage(struct encase_cage *cage);
long visit(struct encase_cage *cage, struct trace *trace, long inside);
/* Pushes a layer with a number as its option. */
int push(struct encase_cage *cage, const struct encase_layer *layer, unsigned number);
/* Complains unless all that started has stopped, and nobody was left out. */
void check_sums(void);

/* -- Tests ----------------------------------------------------------------- */

void test_one_cage(void);
void test_eight_cages(void);
void test_trees(void);
void test_entries(void);
void test_threads_that_end(void);
void test_layers_that_pop_themselves(void);
void test_handles(void);
void test_consumed_once(void);
void test_revoked_for_good(void);
void test_made_too_late(void);
/* Whether so much has happened that they say something. */
bool boards_are_enough(void);
bool trees_are_enough(void);
bool entries_are_enough(void);
bool ends_are_enough(void);
bool pops_are_enough(void);
bool handles_are_enough(void);
static inline unsigned long count_of(const unsigned long *atomic)
{
	return __atomic_load_n(atomic, __ATOMIC_RELAXED);
}

#endif
