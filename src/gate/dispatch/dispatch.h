/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": an unmodified program's calls, caught in its own process.
 *
 * The program that runs the gate (the host) maps another one beside itself, which has a
 * libc of its own, and jumps to it.  Syscall User Dispatch makes each of its system
 * calls a SIGSYS; the handler makes the call in the thread's cage and
 * returns.  Each of the program's threads is one of the host's, too, with two thread pointers
 * (FS), of which the gate's entry loads the right one.
 *
 * What of a thread's state the kernel would keep for the program, and which the gate needs for
 * itself, is kept here: signals' actions, the alternate stack, the thread pointer.
 *
 * The gate is left by the same way in all cases: rt_sigreturn from a frame of the kernel's layout
 * that says what the program's registers and mask are.
 */
#ifndef ENC_DISPATCH_H
#define ENC_DISPATCH_H

#include <stdnoreturn.h>

#include "enc.h"
#include "encase/dispatch.h"
#include "frame.h"
#include "layout.h"

/* Selector values, <linux/prctl.h>. */
enum { ENC_ALLOW = 0, ENC_BLOCK = 1 };

/*
 * A thread's block: the context's page, a page that nothing may touch, a page for a table of
 * actions, two stacks.  As large as it is aligned.
 */
#define ENC_BLOCK_SIZE  ((uint64_t) ENC_BLOCK_BYTES)
#define ENC_TABLE       UINT64_C(8192)
#define ENC_START_STACK UINT64_C(32768) /* where that of children that begin ends */

/*
 * The errno of a call that was not made because a signal is to be delivered first, the
 * kernel's ERESTARTNOINTR: the program makes it again.  Layers see it go by.
 */
#define ENC_AGAIN 513

/* The program's actions of signals.  A child of vfork() has a table of its own. */
struct enc_actions {
	uint32_t lock; /* see enc_lock_spin() */
	struct enc_action of[65];
};

/*
 * Signals that are in no mask that the kernel has for the program: by SIGSYS calls come, by SIGTRAP
 * who has come upon a site while it is changed.
 */
#define ENC_OPEN (ENC_BIT(SIGSYS) | ENC_BIT(SIGTRAP))

/* A call that came from a changed site: what the program goes on with. */
struct enc_site_call {
	uint64_t words[6]; /* rdi, rsi, rdx, r10, r8, r9 */
	uint64_t number;   /* rax */
	uint64_t back;     /* where to; in front of it stands an instruction for the same call */
	uint64_t flags, sp;
	uint64_t result;
};

/* One of the program's threads.  Up to held see layout.h. */
struct enc_context {
	volatile uint8_t selector;
	uint64_t own_fs;  /* the host's thread pointer */
	uint32_t waiting; /* a signal was put off until the gate is left */
	uint32_t due;     /* ENC_DUE_*; atomic */
	struct enc_context *self;
	uint64_t top;        /* of the stack, for calls from sites */
	uint64_t fs;         /* the program's thread pointer, while the thread is in the gate */
	void *state;         /* place for the program's vector registers, in calls from sites */
	uint64_t state_mask; /* and which of them there are */
	uint64_t put_off;    /* signals that are blocked until the gate is left */
	struct enc_site_call site; /* the call in flight, if it came from a site */
	siginfo_t held[2];         /* see ENC_OPEN: one of each that came while it was blocked */
	uint32_t caught;           /* its calls are; changed by itself */
	uint32_t calls;            /* that came from sites */
	int32_t process, number;   /* its own */
	uint64_t holds;            /* which of them there are */
	uint64_t blocks;           /* of ENC_OPEN: what the program believes to be blocked */
	struct enc_thread *host;   /* the host's own of this thread */
	bool left;                 /* somebody waited for the end of a call that came from a site */
	bool blind;                /* the program's mask has signals that tell of bad memory */
	bool thread;  /* it is a pthread of the host's, whose function it leaves in the end */
	bool vforked; /* it is a child that runs in its parent's memory */
	bool traced;  /* that is to be traced once it executes something */
	int status;   /* and how it has ended, or ENCASE_DISPATCH_GONE */
	struct enc_ucontext *frame; /* of the call in flight; null: it came from a site */
	bool returned; /* the frame has become another one: what the call returns is not for it */
	struct encase_cage *cage;
	struct enc_actions *actions;
	/* What the program believes. */
	struct enc_altstack alt;
	uint64_t clear_tid; /* of threads: set_tid_address() */
	uint64_t robust;    /* set_robust_list() */
	struct {
		uint64_t at, size, signature;
	} rseq;
	/* A call that has another mask while it waits. */
	bool masked, masked_hit;
	bool restores; /* saved is the mask that the next handler's frame has */
	uint64_t saved;
	struct enc_fork *forking;
	struct enc_context *next, **at; /* in the list of all */
	void *back[5];                  /* threads: where their function goes on */
};

/* The calling thread's; null on threads that are not the program's. */
static inline struct enc_context *enc_here(void)
{
	return enc_thread.gate;
}

/* -- entry.S ------------------------------------------------------------------ */

/* System calls from between these two are nobody's but the gate's. */
extern char enc_gate_begin[], enc_gate_end[];
void enc_restorer(void);
void enc_on_sigsys(void);
void enc_on_signal(void);
/* To where the frame says, with the program's thread pointer. */
noreturn void enc_gate_leave(struct enc_ucontext *uc, uint64_t fs, struct enc_context *ctx);
/* To a program's first instruction. */
noreturn void enc_gate_start(uint64_t sp, uint64_t at, struct enc_context *ctx);
/*
 * A system call that is not made, but -ENC_AGAIN, if *waiting is set, or a signal comes before
 * it has begun, or ends it so that it would be begun again.
 */
long enc_window(long number, const uint64_t words[6], const uint32_t *waiting);
extern char enc_window_begin[], enc_window_call[], enc_window_done[], enc_window_again[];

/*
 * Where stubs of changed sites come to, and where instead while these are not to be used; what is the
 * program's already of the way back.
 */
extern char enc_site_entry[], enc_site_shared[], enc_site_aside[], enc_site_leave[],
	enc_site_left[];
/* What the first of them calls: whether enc_site_call() has the call still to make. */
bool enc_site_begin(struct enc_context *ctx);
void enc_site_call(struct enc_context *ctx);

/* What entry.S calls: they return the thread pointer to leave with. */
uint64_t enc_sigsys(int sig, siginfo_t *info, struct enc_ucontext *uc, struct enc_context *ctx,
		    uint64_t fs, uint64_t selector);
uint64_t enc_signal(int sig, siginfo_t *info, struct enc_ucontext *uc, struct enc_context *ctx,
		    uint64_t fs, uint64_t selector);

/* -- context.c ---------------------------------------------------------------- */

/* Null: no memory.  Its own thread pointer is not set yet. */
struct enc_context *enc_context_new(void);
void enc_context_free(struct enc_context *ctx);
/* This thread's from now on: where signals go, and whose calls are caught.  Exits if that fails. */
void enc_context_take(struct enc_context *ctx);
void enc_context_catch(struct enc_context *ctx);
void enc_context_leave(struct enc_context *ctx);
/* There are no others any more: in a child. */
void enc_context_alone(struct enc_context *ctx);
/* libc's restartable sequences are taken back, so that the program can have its own. */
void enc_context_no_rseq(void);
/* The host's thread pointer, while that is loaded. */
static inline uint64_t enc_own_fs(void)
{
	uint64_t fs;

	__asm__("mov %%fs:0, %0" : "=r"(fs));
	return fs;
}
/* A frame in the context's block like another one, to begin a thread with. */
struct enc_ucontext *enc_context_frame(struct enc_context *ctx, const struct enc_ucontext *like);
/* Whether a span has something of a context's block in it. */
bool enc_context_owns(uint64_t at, uint64_t n);
extern uint32_t enc_contexts_lock;
extern struct enc_context *enc_contexts; /* under that lock: all */
/*
 * Locks for what lasts a moment.  Who holds one is in the gate, where no signal's handler asks
 * for it, and forks only with all of them.
 */
void enc_lock_spin(uint32_t *lock);
void enc_unlock_spin(uint32_t *lock);
/* Ends the process, for the gate cannot go on: nothing is run ungated. */
noreturn void enc_fail(const char *what);

/* A call of the gate's own; kernel convention. */
#define enc_sys(...) ENC_SYS(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)
#define ENC_SYS(number, a, b, c, d, e, f, ...)                                             \
	enc_sys6((number), (uint64_t) (a), (uint64_t) (b), (uint64_t) (c), (uint64_t) (d), \
		 (uint64_t) (e), (uint64_t) (f))
long enc_sys6(long number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);
/* The thread's mask becomes this one; the one that it was. */
uint64_t enc_mask(uint64_t mask);

/* -- entry.c ------------------------------------------------------------------- */

/* A call of the program's, in the thread's cage. */
long enc_make(struct enc_context *ctx, long number, const uint64_t words[6]);

/* Signals that tell of bad memory. */
#define ENC_TELL (ENC_BIT(SIGSEGV) | ENC_BIT(SIGBUS))

/* Where one of ENC_OPEN is held. */
static inline siginfo_t *enc_held(struct enc_context *ctx, int sig)
{
	return &ctx->held[sig == SIGTRAP];
}

/* -- signals.c ---------------------------------------------------------------- */

/* Whether a signal that interrupted this found the thread in the gate. */
bool enc_is_inside(const struct enc_context *ctx, const struct enc_ucontext *uc, uint64_t selector);
/* Builds the program's frame for a signal; uc becomes the beginning of the handler. */
void enc_deliver(struct enc_context *ctx, int sig, const siginfo_t *info, struct enc_ucontext *uc);
/* The kernel's part of the program's actions, at the beginning. */
int enc_actions_begin(struct enc_context *ctx);
/* Undoes that, where no program begins after all. */
void enc_actions_end(void);
/* The kernel gets to know of an action in the table. */
void enc_action_settle(const struct enc_actions *actions, int sig);
/* All that are handled have their default action again. */
void enc_actions_clear(struct enc_actions *actions);

/* -- lower.c ------------------------------------------------------------------ */

/* A call that the gate makes in the kernel's stead. */
typedef long enc_op_fn(struct enc_context *ctx, struct encase_call *call, uint64_t words[6]);
/* The call as it is, by the window if it may wait. */
long enc_pass(struct enc_context *ctx, long number, const uint64_t words[6]);
/* Of a call's bytes, wherever they are: 0 or -EFAULT. */
int enc_read_theirs(void *to, uint64_t from, size_t n);
int enc_write_theirs(uint64_t to, const void *from, size_t n);

/* Newer than some headers. */
#define NR_EPOLL_PWAIT2 441

#define ENC_LAST 471                           /* the highest number of a call that is known here */
extern enc_op_fn *const enc_ops[ENC_LAST + 1]; /* by number: what is done instead of the call */
/* Whether a call may wait, for as long as only a signal ends. */
bool enc_may_wait(long number);

enc_op_fn enc_op_sigaction, enc_op_sigprocmask, enc_op_sigreturn, enc_op_sigaltstack,
	enc_op_sigpending, enc_op_sigsuspend, enc_op_sigtimedwait, enc_op_ppoll, enc_op_pselect6,
	enc_op_epoll_pwait, enc_op_io_pgetevents;
enc_op_fn enc_op_fork, enc_op_vfork, enc_op_clone, enc_op_clone3;
enc_op_fn enc_op_exit, enc_op_exit_group, enc_op_set_tid_address, enc_op_set_robust_list,
	enc_op_rseq;
enc_op_fn enc_op_arch_prctl, enc_op_prctl, enc_op_ptrace;
enc_op_fn enc_op_execve, enc_op_execveat;
enc_op_fn enc_op_brk, enc_op_mmap, enc_op_munmap, enc_op_mprotect, enc_op_mremap, enc_op_madvise;
enc_op_fn enc_op_pkey_mprotect, enc_op_shmat, enc_op_personality, enc_op_seccomp;
enc_op_fn enc_op_readlink, enc_op_readlinkat, enc_op_open, enc_op_openat, enc_op_openat2;
enc_op_fn enc_op_close_range;

/* -- process.c, thread.c ------------------------------------------------------- */

/* What clone(2), clone3(2) and their kin ask for. */
struct enc_fork {
	struct { /* struct clone_args, as far as it is known */
		uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
		uint64_t set_tid, set_tid_size, cgroup;
	} args;
	uint64_t sp; /* the child's stack pointer, or 0 */
	bool by3;    /* it was clone3() */
};
/* A thread, in thread.c. */
long enc_thread_start(struct enc_context *ctx, const struct enc_fork *fork);
/* A call of fork()'s own; see process.c. */
long enc_fork_call(const struct enc_fork *fork, const struct enc_ucontext *uc);
/* The process's end: its layers hear of it. */
noreturn void enc_end_process(struct enc_context *ctx, uint64_t status);
/* A cage for a child, whose layers hear of it; null if there is no memory. */
struct encase_cage *enc_child_cage(struct encase_cage *parent);

/* -- elf.c, start.c, exec.c ---------------------------------------------------- */

struct enc_image {
	uint64_t base; /* by how much it is moved */
	uint64_t entry, headers, end;
	unsigned nheaders;
	char interpreter[4096]; /* empty: none */
};
/* Whether a file can be run by the gate: 0 or a negative errno; *image gets what was found. */
int enc_image_check(int file, struct enc_image *image);
int enc_image_map(int file, struct enc_image *image);

/* Where the program's break begins; what of the address space is the host's. */
void enc_break_begin(void);
void enc_space_begin(void);

struct enc_program {
	struct encase_cage *cage;
	const char *const *again; /* the host's words, before those of the gate */
	const char *const *again_envp;
	char path[4096]; /* of the program's file */
	struct {
		uint64_t begin, now, end;
		uint32_t lock;
	} brk;
	uint32_t threads; /* of the program's, that have not ended; atomic */
	const int *keep;  /* descriptors that are the host's */
	size_t nkeep;
	int lowest;        /* of these, or what no descriptor is */
	uint64_t status;   /* of the first thread, if it has ended */
	uint32_t often;    /* how many calls a site is changed at; 0: at none */
	bool all;          /* all of them are to be changed, */
	bool free;         /* and are: no call need be caught; */
	bool looks;        /* or that is to be tried, */
	uint32_t patience; /* after so many calls of a thread's: one less than a power of two */
	bool aside;        /* no site is to be used */
	bool ending;       /* all of the process's threads are about to end */
};
extern struct enc_program enc_program;

/* By GS calls from sites find the context.  Where layers run it is 0: threads that they make have it from there. */
static inline void enc_gs(const struct enc_context *ctx)
{
	if (!enc_program.aside)
		__asm__ volatile("wrgsbase %0" ::"r"(ctx));
}

/* What is to be started. */
struct enc_launch {
	int file;         /* its file, opened; closed by who starts it */
	const char *name; /* as the program is told (AT_EXECFN) */
	const char *const *argv, *const *envp;
};
/* Replaces all that the process ran by it.  Returns a negative errno only before anything was done. */
int enc_launch(struct enc_context *ctx, const struct enc_launch *launch);
/* The stack pointer of a program with its arguments, environment and auxiliary vector. */
uint64_t enc_stack_make(const struct enc_launch *launch, const struct enc_image *program,
			uint64_t base);
/* Linux's name of a process: the last part of a path. */
void enc_name_process(const char *name);

/* Whether a descriptor is the host's. */
bool enc_keeps(int fd);
bool enc_keeps_any(long number, const uint64_t words[6]);
/* Whether a path is that of the process's own executable. */
bool enc_is_own_exe(const char *path);

/* -- bare.c, site.c, patch.c ------------------------------------------------------------ */

/* Once, before any call. */
void enc_calls_begin(void);
/* Whether a call needs all of the program's state, in a frame. */
bool enc_needs_frame(long number, const uint64_t words[6]);
/* The program makes a call from a site once more, caught as any other. */
void enc_site_again(struct enc_context *ctx);

/* Calls from sites use these: for each thread, before it makes any. */
void enc_site_prepare(struct enc_context *ctx);
/*
 * A signal has found the thread on the way back to the program: uc becomes what the program goes on with.
 * Returns its thread pointer.
 */
uint64_t enc_site_at_leave(struct enc_context *ctx, struct enc_ucontext *uc, uint64_t fs);
/* The program's call was made by the instruction that stands there. */
void enc_site_hit(const struct enc_context *ctx, uint64_t site, long number);
/* Sites are not to be used from now on. */
void enc_sites_aside(void);
/* How they are to be changed: ENC_SITES_*. */
unsigned enc_sites_how(void);
/* Whether some in this memory may have been changed. */
bool enc_sites_in(uint64_t at, uint64_t n);
/* Memory of the program's is about to change, or to go. */
void enc_sites_moved(uint64_t at, uint64_t n, bool gone);
/* The address of the program's that one in a stub stands for; any other one is its own. */
uint64_t enc_sites_origin_of(uint64_t rip);
/* -- all.c ----------------------------------------------------------------------- */

/* The thread's calls are caught from now on; they are not any more, if they need not be. */
void enc_catch(struct enc_context *ctx);
void enc_let_go(struct enc_context *ctx);
/* Whether a SIGSYS is one that tells the thread of enc_catch(). */
bool enc_is_message(const siginfo_t *info);
/* A call by which something may become executable. */
long enc_pass_code(struct enc_context *ctx, long number, const uint64_t words[6]);
/* Nobody knows what can be executed any more. */
void enc_all_give_up(struct enc_context *ctx);
/* Tries to make calls free. */
void enc_all_try(const struct enc_context *ctx);
/* Nobody changes what can be executed meanwhile. */
void enc_all_hold(void);
void enc_all_drop(void);
/* What the host has loaded since the program began is the host's, too.  One thread at a time. */
void enc_space_add(void);
/* Whether any of this is the host's. */
bool enc_space_is_hosts(uint64_t at, uint64_t n);

/* Whether this is where stubs lie. */
bool enc_sites_own(uint64_t at, uint64_t n);
/* Nobody changes a site meanwhile. */
void enc_sites_hold(void);
void enc_sites_drop(void);

#endif
