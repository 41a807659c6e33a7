/* SPDX-License-Identifier: MIT */
/*
 * Single-stepping: a trap after each instruction of this thread, in whose handler
 * the test does something of its own.  What is in shared libraries is passed over.
 * Processors that do not trap (emulated ones) skip the test.  What is stepped
 * through must not block SIGTRAP, so it must not be a thread's first copy for a
 * cage, for which traffic takes a lock.
 */
#ifndef UNIT_STEP_H
#define UNIT_STEP_H

#include "unit.h"

#define STEP_FLAG 0x100 /* of the processor: trap */

/* What the handler does; how often it ran; the trap after which stepping ends, 0 for none. */
extern void (*step_on_trap)(void);
extern unsigned long step_traps, step_last;

/* Makes the handler known, or skips the test. */
void step_set_up(void);

/* Stepping begins and ends.  Flags are changed below the red zone, which is the compiler's. */
static inline void step_begin(void)
{
	__asm__ volatile("lea -128(%%rsp), %%rsp\n\t"
			 "pushfq\n\t"
			 "orl %0, (%%rsp)\n\t"
			 "popfq\n\t"
			 "lea 128(%%rsp), %%rsp"
			 :
			 : "i"(STEP_FLAG)
			 : "memory", "cc");
}

static inline void step_end(void)
{
	__asm__ volatile("lea -128(%%rsp), %%rsp\n\t"
			 "pushfq\n\t"
			 "andl %0, (%%rsp)\n\t"
			 "popfq\n\t"
			 "lea 128(%%rsp), %%rsp"
			 :
			 : "i"(~STEP_FLAG)
			 : "memory", "cc");
}

/* Steps through fn until the n-th trap, where alone the handler acts; whether it came to that. */
bool step_until(unsigned long n, void (*fn)(void));
/* How far apart the instructions are that are tried, of so many: all, unless they are too many. */
static inline unsigned long step_stride(unsigned long n)
{
	return 1 + n * n / 100000;
}

/* The line at which something was first not as expected; checks for handlers. */
extern int step_wrong;
#define step_expect(what) (step_wrong = step_wrong || (what) ? step_wrong : __LINE__)

/* The host's memory, but only the ends of ranges are moved, or stepping would take long. */
int step_read(void *space, encase_word from, void *to, size_t n);
int step_write(void *space, encase_word to, const void *from, size_t n);
extern const struct encase_memory step_memory;
/* Exchanges a buffer's first and last byte; overlaps() fails with its argument. */
extern const struct encase_lower step_lower;

/* Calls swap() with a letter and its successor at the ends of a buffer of n bytes. */
void step_swap(struct encase_cage *cage, char *buf, size_t n, char letter);
/* A handler of it that forwards. */
ssize_t step_forward(void *buf, size_t n);

#endif
