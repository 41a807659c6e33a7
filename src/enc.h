/* SPDX-License-Identifier: MIT */
/*
 * What all rooms share: the frame of a call, the step of a chain, the thread.
 *
 * A call on its way down has one frame (struct encase_call) per layer that it
 * visits, on the C stack of the thread that made it.  A frame never changes the
 * words that it was handed: what a handler does not see is masked by a bit, and
 * a copied argument gives the frame a list of words of its own.  So a forward
 * needs no undoing, and a layer costs nothing for arguments that it leaves alone.
 */
#ifndef ENC_H
#define ENC_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "encase.h"

#define enc_likely(x)   __builtin_expect(!!(x), 1)
#define enc_unlikely(x) __builtin_expect(!!(x), 0)

/* All arguments' bits. */
#define ENC_ALL 0xff

/* A cage's memory with its space. */
struct enc_home {
	const struct encase_memory *memory;
	void *space;
};

/* One layer's push onto one cage. */
struct enc_push {
	const struct encase_layer *layer;
	void *state;
	uint32_t refs; /* cages that have it, and stacks of theirs that retire; atomic */
	bool lent;     /* the layer is a plugin's */
};

/*
 * One layer's answer to one call, resolved when the stack was built.  The steps
 * of a call stand in an array, newest layer first; the last is the lower layer.
 */
struct enc_step {
	/*
	 * The call, where the step takes the short way: the handler is natural, fails
	 * with a negative value, and has no argument (plain) or some (copying) copied.
	 */
	const struct encase_desc *plain, *copying;
	long (*run)(struct encase_call *call); /* runs the step; null: plain */
	encase_thunk *thunk;                   /* for the handler, if that is not raw */
	union {
		encase_fn *handler;
		const struct encase_rule *verdict; /* where run is enc_run_verdict */
	};
	const struct enc_push *push; /* null in steps that are no layer's */
	/*
	 * Results above this, as unsigned numbers, need a second look: errors, and what no
	 * call could return.  Where limit is not 0, its argument's word says it, and the sign.
	 */
	encase_word most;
	uint32_t start;            /* of its frames: struct encase_call's field of that name */
	uint16_t depth;            /* of its layer in the stack, 1 being the oldest; 0: lower */
	uint8_t limit;             /* 1 + an argument of 64 bits */
	uint8_t passed;            /* bit i: argument i is passed by */
	uint8_t copied;            /* bit i: argument i is copied */
	uint8_t nulled;            /* bit i: argument i is null from here on */
	uint8_t once, replaceable; /* bit i: argument i is passed with that mode */
	uint8_t deep;              /* bit i: argument i may be one whose extent stands in memory */
	bool raw, bare;            /* what the handler is; bare ones are raw, too */
	bool all_bare;             /* it is bare, and all below it are: see bare.h */
	/* Pointer arguments, the passed ones first, each with the one that holds its length, or itself. */
	uint8_t npassed, npointers;
	struct {
		uint8_t arg, count;
	} by[ENCASE_MAX_ARGS];
};

/* A cage's layers, resolved into a chain of steps per call.  Never changes. */
struct enc_stack {
	struct encase_cage *cage;
	struct enc_home home;
	struct enc_meter *meter; /* the cage's */
	const struct encase_lower *lower;
	void *below, *self;
	int refuse; /* the errno of calls that no layer has a rule for, if they do not go down */
	uint16_t depth; /* of its newest layer, at least */
	size_t nspeaks;
	struct enc_speaks {
		const struct encase_interface *interface;
		const struct enc_step **chains; /* by index; then that of unknown numbers */
		const void **bound;             /* what the lower layer bound, by index; or null */
	} speaks[];
};

/* A copy of one argument for one frame; lives in the thread's scratch memory. */
struct enc_shadow {
	struct enc_shadow *next; /* the thread's next older one */
	struct encase_call *call;
	encase_word home; /* where in the cage's memory the bytes come from and go to */
	size_t size;      /* bytes, a string's NUL included */
	size_t mapped;    /* bytes of its own mapping; 0: it lies in the scratch */
	size_t said;      /* of a length behind a pointer: what it was when it arrived; of strings:
			   * bytes of their pointers */
	/* Of a vector: its entries as the cage has them; the shadow has as many, then their bytes. */
	const struct enc_part *parts;
	uint16_t nparts;
	uint8_t arg;
	bool out; /* the call may write to it */
	char data[] __attribute__((aligned(64)));
};

/* What all frames of a call have in common. */
struct enc_flight {
	const struct encase_desc *desc; /* of calls that vary, their own shape */
	const struct enc_stack *stack;  /* the one on which the call began */
};

/*
 * A frame.  Making one is most of what a layer costs, and the processor's stores
 * are what limits that: so there is no field here that could be found elsewhere.
 */
struct encase_call {
	const struct enc_flight *flight;
	const struct enc_step *step;
	const encase_word *words;  /* as they arrived, copies in place of what was copied */
	struct encase_call *outer; /* the frame inside which this one stands on its thread */
	union {
		uint64_t start; /* what a frame starts with, in one store: low bytes first */
		struct {
			uint8_t theirs; /* bit i: pointer i's home is the cage's memory */
			uint8_t passed; /* bit i: the handler sees null */
			uint8_t made;   /* shadows: ENC_MADE_* */
			uint8_t odd;    /* why forwarding takes the long way: ENC_ODD_* */
			int32_t error;  /* ENCASE_OVERLAPS: the errno of the result, or 0 */
		};
	};
	encase_word own[ENCASE_MAX_ARGS];  /* words when they differ from what arrived */
	encase_word sent[ENCASE_MAX_ARGS]; /* ENC_ODD_SET: what a raw handler gives */
};
enum {
	ENC_ODD_LOWER = 1, /* it is the lower layer's frame */
	ENC_ODD_ONCE = 2,  /* an argument is passed ONCE */
	ENC_ODD_SPENT = 4, /* and has been */
	ENC_ODD_SET = 8,   /* encase_set_arg() was called */
	ENC_ODD_DEEP = 16, /* an argument's extent stands in memory: it may have changed */
};
#define ENC_ODD_SHIFT 24 /* where odd stands in start */
enum {
	ENC_MADE_SOME = 1,   /* this frame has made some */
	ENC_MADE_WRITES = 2, /* and one of them awaits being flushed */
};

static inline const struct encase_desc *enc_desc(const struct encase_call *call)
{
	return call->flight->desc;
}

/*
 * An entry of a thread's into a gate, while it lasts.  The thread writes it and
 * those who change a cage's stack read it: see thread.h.
 */
struct enc_slot {
	uintptr_t base;               /* where on its stack the thread entered; 0: it has left */
	const struct encase_cage *in; /* whose call it is */
	uint64_t first;               /* others wait for its end: the first of them; else 0 */
	const struct encase_cage *of; /* what in was when they came */
	/* Of use where a longjmp() left the entry behind: */
	struct enc_shadow *mark; /* shadows from here on are of frames outside the entry */
	struct encase_call *top; /* these two: what the entry found, to be put back */
	int failed;
	uintptr_t sure; /* a base that is known to be on no alternate stack */
};
#define ENC_SLOTS 5

/* What a thread has.  All but top and the first slot's base is zero when the thread begins. */
struct enc_thread {
	struct encase_call *top; /* the innermost frame; never null */
	struct enc_shadow
		*shadows; /* all that are alive, newest first: the innermost frame's go first */
	int *here;        /* &errno: a call saved on each layer */
	unsigned nest;    /* entries inside the first one */
	struct enc_slot slot[ENC_SLOTS]; /* the outermost entry's first; the last is shared */
	struct enc_shadow
		*mark; /* shadows from here on are of frames outside the innermost entry */
	int failed;    /* ENCASE_OVERLAPS: the errno of the last hop's result if that is negative */
	char *scratch; /* where shadows lie, made for the first one */
	size_t used, room;
	struct spare *spares; /* mappings kept for the next large shadow */
	bool watched,
		ending; /* its end will be noticed, or has been: large shadows alone, none kept */
	bool armed;     /* faults of this thread's are handled: see memory/host_checked.h */
	void *gate;     /* of a gate's, for threads whose calls it catches; else null */
	struct enc_thread *next; /* in the list of all that make calls */
	struct enc_thread **at;  /* null: not in it */
} __attribute__((aligned(64)));

/* Functions of the call path: where one begins in a line of the processor's cache makes a tenth of what a layer costs. */
#define ENC_ON_A_LINE __attribute__((aligned(64)))

/* What is at the top of a thread on which no call is in flight: it is nobody's frame. */
extern const struct encase_call enc_nobody;

/* Initial-exec: one load instead of a call, for the price of some static TLS. */
extern _Thread_local struct enc_thread enc_thread __attribute__((tls_model("initial-exec")));

/* What stands before has happened for a signal's handler on this thread. */
static inline void enc_settled(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

#endif
