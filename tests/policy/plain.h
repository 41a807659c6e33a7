/* SPDX-License-Identifier: MIT */
/*
 * Linux's table as the tests see it: taken from linux.def a second time, by
 * simpler macros and the compiler's own sizes, without a descriptor's help.
 *
 * plain_functions has a C function for each of its calls, which counts and
 * answers as plain_answers() or plain_fails() said last.
 */
#ifndef PLAIN_H
#define PLAIN_H

#include <encase.h>

extern const struct plain_call {
	const struct encase_desc *desc;
	const char *name;
	size_t nargs;
	struct {
		size_t size; /* bytes of its type */
	} arg[ENCASE_MAX_ARGS];
	int in_group[encase_ngroups]; /* those that its entry names */
} plain[];
extern const size_t nplain;
/* Whether it is in a group, by its entry or by a group below it. */
int plain_is_in(const struct plain_call *call, unsigned group);

extern const struct encase_function plain_functions[];
void plain_answers(long result);
void plain_fails(int error);
/* How often the functions were called since one of these was called. */
unsigned plain_count(void);

/* Words for any call, with bits set above every type. */
extern const encase_word plain_words[ENCASE_MAX_ARGS];
/* Whether such a call's arguments are these, by the bits of their types. */
int plain_same(const struct plain_call *call, const encase_word *words);
/* How such a call is shown that returned 0, or failed, by who follows no pointer; until the next one is asked for. */
const char *plain_shown(const struct plain_call *call, int error);
/* Whether it does not return when it succeeds, and how many of them do not. */
int plain_may_stay_away(const struct plain_call *call);
enum { PLAIN_STAYING = 5 };

#endif
