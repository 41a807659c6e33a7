/* SPDX-License-Identifier: MIT */
/*
 * Cages, and what stands around them: memories, lower layers, the direct gate.
 *
 * Functions that set things up return 0 or a negative errno and change nothing
 * when they fail.  They may be called by any thread at any time, while calls are in
 * flight and in handlers too, but not in a signal's handler; and while a layer's start(),
 * child(), end() or stop() (start() or its like, below) runs for a cage, that thread may not
 * change the stack of that cage.  A cage is freed once, and not used any more.  Calls may
 * come from any thread, and from signals' handlers.
 */
#ifndef ENCASE_CAGE_H
#define ENCASE_CAGE_H

#include <sys/types.h>

#include "layer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* -- Memories ------------------------------------------------------------- */

/* Bytes of a cage's memory, and where they are to go. */
struct encase_range {
	encase_word from;
	void *to;
	size_t n; /* bytes */
};
/*
 * How the bytes of a cage are reached.  Addresses are the cage's own; null (0)
 * and empty ranges never get here.  0, or -EFAULT: then bytes that stand before the first
 * bad one may have been moved, and nothing behind the range.
 * Must be callable from several threads at a time, and leave errno alone.  read,
 * write and read_string must be there.
 */
struct encase_memory {
	const char *name;
	int (*read)(void *space, encase_word from, void *to, size_t n);
	int (*write)(void *space, encase_word to, const void *from, size_t n);
	/*
	 * Copies a string with its NUL to a buffer of room bytes (at least 1), reading
	 * nothing behind the NUL's page.  Returns its length with the NUL; -EFAULT;
	 * -E2BIG if there is no NUL in the first room bytes.
	 */
	long (*read_string)(void *space, encase_word from, char *to, size_t room);
	/* -EFAULT for a range that can certainly be neither read nor written; else 0.  May be null. */
	int (*check)(void *space, encase_word at, size_t n);
	/*
	 * The range as a pointer of this process that reaches the same bytes; null if
	 * it is out of bounds.  The function is null where memory cannot be addressed.
	 */
	void *(*place)(void *space, encase_word at, size_t n);
	/*
	 * Reads many ranges at once; -EFAULT if any of them is bad.  Null where that is
	 * no cheaper than one at a time.
	 */
	int (*gather)(void *space, const struct encase_range *ranges, size_t count);
};

/*
 * This process's own memory; trusting: addresses that no process can have are
 * -EFAULT, others that are bad fault as they would have without encase.  Takes no
 * space.
 */
extern ENCASE_API const struct encase_memory encase_memory_host;
/*
 * The same for addresses that come from a program that is not to be trusted with them: a bad
 * one is -EFAULT.  Without a system call on threads whose calls encase_dispatch_run() has
 * caught, and with process_vm_readv(2) and process_vm_writev(2) of the process itself on all others.
 */
extern ENCASE_API const struct encase_memory encase_memory_host_checked;
/* A block of this process's memory; addresses are offsets.  Its space: */
extern ENCASE_API const struct encase_memory encase_memory_arena;
struct encase_arena {
	void *base;
	size_t size; /* bytes */
};
/*
 * Another process's memory, with the rights that it has to its pages itself.  This process
 * must be allowed to trace it (PTRACE_MODE_ATTACH_REALCREDS in ptrace(2)), or all is -EFAULT; so it
 * is once the process has ended.  The number is another process's as soon as it has been
 * waited for: until then the cage makes no calls.  Its space:
 */
extern ENCASE_API const struct encase_memory encase_memory_process;
struct encase_process {
	pid_t pid;
};

/* -- Lower layers --------------------------------------------------------- */

/* What is under the last layer.  Functions must be callable from several threads at a time. */
struct encase_lower {
	const char *name;
	/*
	 * What call() needs to know of one call, found when a cage is made and handed
	 * to it as bound; may be null.
	 */
	const void *(*bind)(void *below, const struct encase_desc *desc);
	/* Makes the call; speaks kernel, as raw handlers do.  See encase_reach(). */
	long (*call)(void *below, const void *bound, struct encase_call *call);
};

/*
 * Linux itself, by system call.  ENOSYS for other interfaces' calls and, where
 * the cage's memory is not the host's, for calls about the thread, about the
 * address space, for unknown numbers, and for those in which one argument says what another
 * one is, unless encase_command() knows that one, and it is none of these: its class is
 * ENCASE_ORDINARY or ENCASE_OWN.
 * Takes no below.
 */
extern ENCASE_API const struct encase_lower encase_lower_kernel;
/* ENOSYS to all: the floor for tests.  Takes no below. */
extern ENCASE_API const struct encase_lower encase_lower_void;
/*
 * C functions with the calls' own prototypes and libc's convention.  Its below
 * is an array of these, borrowed until the cage is freed; ENOSYS to what it does
 * not list.
 *
 *     static const struct encase_function mine[] = {
 *             ENCASE_FUNCTION(write, write), ENCASE_FUNCTION_END };
 */
extern ENCASE_API const struct encase_lower encase_lower_functions;
struct encase_function {
	const struct encase_desc *desc;
	encase_fn *fn;
	uint8_t form; /* enum encase_form: natural or variadic */
};
#define ENCASE_FUNCTION(c, f)            ENC_FUNCTION(encase_desc_##c, encase_##c, f)
#define ENCASE_FUNCTION_IN(prefix, c, f) ENC_FUNCTION(prefix##_desc_##c, prefix##_##c, f)
/* clang-format off */
#define ENCASE_FUNCTION_END              { NULL, NULL, 0 }
#define ENC_FUNCTION(d, prefix, f)                                                               \
	{ &(d), (encase_fn *) (f),                                                               \
	  _Generic(&(f), prefix##_fn *: ENCASE_NATURAL, prefix##_variadic_fn *: ENCASE_VARIADIC) }
/* clang-format on */

/* -- Cages ---------------------------------------------------------------- */

/*
 * What a cage is made from.  What it and its list of interfaces point to is borrowed until the
 * cage is freed; these two are not.
 */
struct encase_setup {
	/* The tables whose calls the cage may make, up to a null; null: Linux alone. */
	const struct encase_interface *const *interfaces;
	const struct encase_memory *memory; /* null: the host's */
	const void *space;                  /* handed to the memory, which may write to it */
	const struct encase_lower *lower;
	const void *below; /* handed to the lower layer, which may write to it */
	void *self;        /* what encase_self() is to C functions at the bottom */
	/*
	 * The cage that this one is a child of, or null.  A child has its parent's layers,
	 * with their state, before it makes a call; and its parent's interfaces, memory with
	 * space, and lower layer with below and self, where these are null here.
	 */
	struct encase_cage *parent;
	/* Calls for which no layer has a rule, not even a verdict, fail with this errno; 0: they go down. */
	int refuse;
	/* Calls with a number that is in no table go down, else they are ENOSYS; see encase_enter_number(). */
	int unknown;
};

/*
 * Makes a cage in *cage, the caller's to free.  -EINVAL: a null, no lower layer, an arena
 * or a process without its space, a memory without read, write or read_string, functions without their list or with
 * one that cannot be called in its form, a tape's layer
 * without its tape, an interface listed twice, refuse
 * is no errno, or the parent's layers have rules for calls that the child does not
 * speak; -ESRCH: the parent has ended; -EBUSY: start() or its like of one of the parent's
 * layers runs on this thread; -ENOMEM.
 */
ENCASE_API int encase_cage_new(const struct encase_setup *setup, struct encase_cage **cage);
/*
 * Ends the cage, with status 0, if it has not ended; closes its handles; stops its layers,
 * newest first, and frees it with its entries.  Waits for layers of its that other threads stop.  -EBUSY: it has
 * children, one of its calls is in flight on any thread, or start() or its like of one of
 * its layers runs on this thread.  Null is fine.
 */
ENCASE_API int encase_cage_free(struct encase_cage *cage);
/* The cage that this one is a child of, or null. */
ENCASE_API struct encase_cage *encase_parent(const struct encase_cage *cage);
/*
 * Ends a cage, and none of its children: its layers hear of it, newest first, and are popped; calls
 * that enter from now on fail with ESRCH, those in flight finish.  Its handles are closed before
 * layers stop (encase/handle.h).  -EINVAL: a null; -ESRCH: it has
 * ended; -EPERM: in a handler, for a cage that is neither its caller nor a
 * descendant of that; -EBUSY: start() or its like of one of its layers runs on this
 * thread; -ENOMEM.
 */
ENCASE_API int encase_end(struct encase_cage *cage, int status);

/*
 * Puts a layer on top of the cage's stack; borrowed until it has stopped.  Calls in
 * flight stay on the stack on which they began.  options go to its start() alone.
 * -EINVAL: a null cage or layer, no name, null rules, a mode that does not exist or that an argument cannot
 * have, a verdict that a call cannot have, a call or group of an interface that the cage
 * does not speak, or a start() that returned a positive number; -EEXIST: two rules for
 * one call or group, or for any call, of which the first decides in any case; -ENOSPC:
 * 255 layers are there; -ESRCH: the cage has ended; -EPERM: in a handler, onto a cage
 * that is not a descendant of its caller; -EBUSY: start() or its like of one of the
 * cage's layers runs on this thread; -ENOMEM; or what start() said.
 */
ENCASE_API int encase_push(struct encase_cage *cage, const struct encase_layer *layer,
			   const char *options);
/*
 * Takes the newest push of a layer off a cage's stack, wherever it stands there.
 * Calls in flight go through it to their end; when the last of them has left, and no
 * cage has the same push any more, the layer's stop() runs.  A handler may take its own
 * layer off its caller, of two pushes the one that it runs for.  -EINVAL: a null; -ENOENT: it is not there;
 * -EPERM: in a handler, another layer of its caller's, or a cage that is no descendant
 * of its caller; -EBUSY: start() or its like of one of the cage's layers runs on this
 * thread; -ENOMEM.
 */
ENCASE_API int encase_pop(struct encase_cage *cage, const struct encase_layer *layer);
/*
 * Waits until all that was popped from the cage has stopped, and so until the calls have left that
 * were in flight then.  -EINVAL: a null; -EDEADLK: a call of the cage's is in flight on this
 * thread, or this is a stop() of a layer that was on it.
 */
ENCASE_API int encase_drain(struct encase_cage *cage);
/* The state of the newest push of a layer onto a cage; null if it was not pushed. */
ENCASE_API void *encase_state(const struct encase_cage *cage, const struct encase_layer *layer);

/* Bytes that the router copied between a cage and its layers.  What is passed by is not copied. */
struct encase_traffic {
	uint64_t from_cage, to_cage;
};
ENCASE_API struct encase_traffic encase_traffic(const struct encase_cage *cage);

/* -- The direct gate ------------------------------------------------------ */

/*
 * A call of the cage's: one word per argument; low bits of narrow ones count.
 * Returns its result as a word, -4095..-1 being -errno unless the descriptor
 * says otherwise.  ENOSYS: the cage does not speak the call's interface; ESRCH: the
 * cage has ended.  errno stays as it was.
 */
ENCASE_API long encase_enter(struct encase_cage *cage, const struct encase_desc *desc,
			     const encase_word *words);
/*
 * encase_enter() for whoever has some of the arguments in memory of its own, copied from the
 * cage or made for it: bit i of held says that word i is a pointer of this process, to what lives
 * until the call returns and to as much of it as the descriptor says.  Layers get it as it is, under
 * COPY too: it is a copy; what the call writes stays there.
 */
ENCASE_API long encase_enter_held(struct encase_cage *cage, const struct encase_desc *desc,
				  const encase_word *words, unsigned held);
/*
 * A call by its number in an interface, with six words.  One that the table does not
 * have goes to the rules for any call, which find no descriptor in it, and then
 * down, or fails with ENOSYS: see struct encase_setup.
 */
ENCASE_API long encase_enter_number(struct encase_cage *cage,
				    const struct encase_interface *interface, long number,
				    const encase_word words[6]);
/*
 * encase_enter() for calls whose results overlap with errors (ENCASE_OVERLAPS): 0 with
 * the result in *result, or the negative errno.
 */
ENCASE_API int encase_enter_checked(struct encase_cage *cage, const struct encase_desc *desc,
				    const encase_word *words, encase_word *result);
/*
 * An ordinary C function with the call's prototype and libc's convention, each
 * call of which is a call of the cage's, its pointers being addresses in the
 * cage's memory.  Made at the first request, one for a cage and call; freed with the cage.
 * To be asked for outside signals' handlers; any thread may ask, and call it.  Null with errno
 * ENOSYS (not a call that the cage speaks) or ENOMEM.
 */
ENCASE_API encase_fn *encase_entry(struct encase_cage *cage, const struct encase_desc *desc);
/* The same, with its type:  encase_write_fn *w = ENCASE_ENTRY(cage, write); */
#define ENCASE_ENTRY(cage, c) ((encase_##c##_fn *) encase_entry((cage), &encase_desc_##c))
#define ENCASE_ENTRY_IN(prefix, cage, c) \
	((prefix##_##c##_fn *) encase_entry((cage), &prefix##_desc_##c))

/*
 * The cage's own memory, for those who bring calls to it: whether a range can be there, its
 * bytes read, and written.  0, or -EFAULT: then some of them may have been moved.  An empty range is
 * anywhere; at null, and where it wraps, is no other.  Not counted as traffic.
 */
ENCASE_API int encase_cage_check(const struct encase_cage *cage, encase_word at, size_t n);
ENCASE_API int encase_cage_read(const struct encase_cage *cage, encase_word from, void *to,
				size_t n);
ENCASE_API int encase_cage_write(const struct encase_cage *cage, encase_word to, const void *from,
				 size_t n);

/* What a cage's layers do with a call; each includes those before. */
enum encase_sight {
	ENCASE_SEES_NOTHING,  /* no layer has a rule for it */
	ENCASE_SEES_VERDICTS, /* verdicts alone decide */
	ENCASE_SEES_SCALARS,  /* handlers see its scalars */
	ENCASE_SEES_POINTERS, /* and what it points to, or its pointers are replaced or nullified */
};
/*
 * How much of calls of this descriptor the layers that are on the cage now see: an enum
 * encase_sight, for those who bring calls to a cage.  An argument that may be a pointer
 * (ENCASE_VARIES) counts as one.  -ENOSYS: not a call that the cage speaks.
 */
ENCASE_API int encase_sight(const struct encase_cage *cage, const struct encase_desc *desc);

/* -- Log ------------------------------------------------------------------ */

/*
 * Where encase_log() writes, for the whole process; null, the default: nowhere.
 * To be set up before, and changed while nothing can be logged.
 * The sink gets each line with its newline, from any thread.
 */
typedef void encase_sink_fn(void *arg, const char *line, size_t len);
ENCASE_API void encase_log_to(encase_sink_fn *sink, void *arg);
/* One line, cut at 1023 bytes; the newline is added.  For handlers: errno stays as it was. */
ENCASE_API void encase_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

#ifdef __cplusplus
}
#endif
#endif
