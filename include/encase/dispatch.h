/* SPDX-License-Identifier: MIT */
/*
 * The dispatch gate: an unmodified program in this process, whose system calls are
 * a cage's.
 *
 *     const struct encase_setup setup = {
 *             .memory = &encase_memory_host_checked, .lower = &encase_lower_dispatch, .unknown = 1 };
 *     ...
 *     encase_cage_new(&setup, &cage);
 *     encase_push(cage, &my_layer, NULL);
 *     encase_dispatch_run(&run);
 *
 * This process becomes the program: encase_dispatch_run() maps it, with its ELF interpreter, beside what
 * is there, catches its calls from the first one on, and does not come back.  Threads, children and what
 * these execute stay in the gate.
 *
 * It promises cooperation, not containment: it misses nothing that an honest program does, and a
 * hostile one gets round it.  x86-64 alone.
 */
#ifndef ENCASE_DISPATCH_H
#define ENCASE_DISPATCH_H

#include "cage.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a cage ends with when its process is in this memory no more, and has not ended there: the child
 * of a vfork() that has executed a program, or was killed.  Else a cage ends with its process's exit
 * status, 0..255.
 */
#define ENCASE_DISPATCH_GONE (-1)

/*
 * Linux, for a program's thread: what the kernel does for one alone (threads, signals, the
 * program break, execve()) is done for the program, all else as encase_lower_kernel does.
 * Takes no below.  On threads that are not a program's, calls of that kind are ENOSYS.
 */
extern ENCASE_API const struct encase_lower encase_lower_dispatch;

/*
 * Which of the program's sites, instructions that make calls, are changed to jump into the gate, where a
 * call takes less than a tenth of the time that it takes to be caught.  Code that is no file's stays as it is.
 */
enum encase_sites {
	ENCASE_SITES_OFTEN, /* those from which calls come again and again */
	ENCASE_SITES_NEVER, /* none: the program's code is what it was */
	ENCASE_SITES_FIRST, /* each at its first call */
	/*
	 * All, once the program makes many calls; from then on calls are not caught any more as long as
	 * the program can execute nothing but files' code all of whose sites are known: the
	 * kernel has nothing more to do for a call than for any program's.
	 */
	ENCASE_SITES_ALL,
	ENCASE_SITES_ALL_AT_ONCE, /* the same, as soon as it makes some */
};

/* What is to be run, borrowed for good. */
struct encase_dispatch {
	struct encase_cage *cage; /* over encase_lower_dispatch, in encase_memory_host_checked */
	const char *path;         /* the program's file */
	const char *const *argv;  /* its arguments, up to a null; the first is its name */
	const char *const *envp;  /* its environment, up to a null */
	/*
	 * How this program is started again when the program executes another one: its own
	 * arguments, up to a null, behind which the gate puts some of its own; and its own
	 * environment, which may be null for an empty one.  It is to find encase_dispatch_again() among them, make a
	 * cage with the same layers, and call encase_dispatch_run() once more.
	 */
	const char *const *again, *const *again_envp;
	/*
	 * Descriptors of this program's own, which the other one can neither use nor close, and which
	 * stay open when this one is started again: nkeep of them.  The numbers stay what they are.
	 */
	const int *keep;
	size_t nkeep;
	int file;  /* made by encase_dispatch_again(); else 0 */
	int sites; /* enum encase_sites */
};

/*
 * Runs a program; this process is it from then on, and ends as it ends.  The call execve() goes through
 * the cage's layers, unless the program was executed by one that ran before (encase_dispatch_again()).
 * To be called on the process's first thread, with no other one that makes calls.  Returns a negative errno, and
 * only if nothing was done:
 *
 *   -EINVAL      a null, sites that are none, or a cage that is not as said above
 *   -ENOTSUP     this kernel or processor cannot do it: see encase_dispatch_check()
 *   -EPERM       the file has other rights than its caller (set-user-ID, set-group-ID,
 *                capabilities): it would not have them here
 *   -ENOEXEC     no program for x86-64, nor a script
 *   -EACCES, -ENOENT, -ELOOP, -ENOMEM, ...   as execve(2) says, or what a layer made of that
 */
ENCASE_API int encase_dispatch_run(const struct encase_dispatch *run);
/*
 * In a program that was started again: what to run is put into *run from the arguments that begin
 * behind struct encase_dispatch's again: path, argv, envp, file.  The pointers are into
 * words, up to a null.  -EINVAL: these are not the gate's.
 */
ENCASE_API int encase_dispatch_again(char **words, struct encase_dispatch *run);
/*
 * Whether the gate can be used here: 0; or -ENOTSUP, and why not is written to why, size bytes
 * with the NUL, cut if need be; why may be null where size is 0.
 */
ENCASE_API int encase_dispatch_check(char *why, size_t size);

#ifdef __cplusplus
}
#endif
#endif
