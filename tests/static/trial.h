/* SPDX-License-Identifier: MIT */
/*
 * The interface that trial.def describes; the functions at its bottom, and what is drawn and
 * written down while a call runs, the same whichever way it takes.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include <encase.h>
#include <stdbool.h>
#include <stdio.h>

struct trial_port;
struct trial_from {
	long address;
	short port;
};
struct iovec;

/* What control() is to do, and what its last argument is then. */
enum { CONTROL_NOTHING, CONTROL_NUMBER, CONTROL_TEXT, CONTROL_LONG };

#define ENCASE_PREFIX trial
#define ENCASE_TABLE  "trial.def"
#include <encase/declare.h>
#undef ENCASE_PREFIX
#undef ENCASE_TABLE

/* What happens next, by a seed: below n. */
void draw_from(unsigned long seed);
unsigned draw(unsigned n);

/* What happened: lines of text. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void note_bytes(const char *what, const void *p, size_t n);
void note_string(const char *what, const char *s);
/* A handler's beginning: where, what it is told, whose buffer its pointer is. */
void note_arrival(int layer, const char *call, const void *p);
/* The notes since the last time. */
const char *notes(void);

/* Buffers of a layer's own, of OWN bytes. */
enum { OWN = 128, LAYERS = 4 };
extern char own[LAYERS][OWN];

/* The functions at the bottom. */
#define CALL(c, ...) trial_##c##_fn bottom_##c;
#define GROUP(...)
#include "trial.def"
#undef CALL
#undef GROUP
/* The list for lower layer "functions", which are bottom_send() and so on. */
extern const struct encase_function bottom[];

/* The cage of the calls, for encase_caller(); its send, for handlers; how many of those are in flight. */
extern struct encase_cage *caller;
extern trial_send_fn *again;
extern int nested;

/* A layer's start: its state is an int of its number. */
int state_start(void **state, int layer);

#endif
