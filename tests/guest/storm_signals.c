/* SPDX-License-Identifier: MIT */
/* Guest storm: acts that are about signals. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "storm.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif
#define AT_ONCE 1000 /* queued signals that are on their way */

/* -- Handlers ------------------------------------------------------------------ */

/* A call in a handler is a call, too. */
static void on_queued(int sig, siginfo_t *info, void *context)
{
	int saved = errno;

	(void) sig;
	(void) context;
	storm_add(&storm_ledger->taken, (uint64_t) info->si_value.sival_int);
	if (!storm_step())
		storm_add(&storm_ledger->wrong, 1);
	errno = saved;
}

static void on_timed(int sig, siginfo_t *info, void *context)
{
	(void) sig;
	(void) context;
	((struct storm_worker *) info->si_value.sival_ptr)->hits++;
}

static void on_alarm(int sig)
{
	(void) sig;
	storm_add(&storm_ledger->alarms, 1);
}

static void on_leave(int sig)
{
	(void) sig;
	if (!storm_me->armed)
		return;
	storm_me->armed = 0;
	siglongjmp(storm_me->out, 1);
}

static void on_stack(int sig)
{
	(void) sig;
	storm_me->stack_seen = (uintptr_t) &sig;
}

bool storm_signals_begin(void)
{
	struct sigaction queued = { .sa_sigaction = on_queued,
				    .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK };
	struct sigaction timed = { .sa_sigaction = on_timed, .sa_flags = SA_SIGINFO };
	struct sigaction alarmed = { .sa_handler = on_alarm };
	struct sigaction leave = { .sa_handler = on_leave, .sa_flags = SA_NODEFER };
	struct sigaction stack = { .sa_handler = on_stack, .sa_flags = SA_ONSTACK | SA_RESTART };

	/* What these count must not be left half done. */
	sigaddset(&queued.sa_mask, STORM_LEAVE);
	sigaddset(&timed.sa_mask, STORM_LEAVE);
	return !sigaction(STORM_QUEUED, &queued, NULL) && !sigaction(STORM_TIMED, &timed, NULL) &&
	       !sigaction(SIGALRM, &alarmed, NULL) && !sigaction(STORM_LEAVE, &leave, NULL) &&
	       !sigaction(STORM_STACK, &stack, NULL);
}

static bool tell_self(int sig)
{
	return !syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), sig);
}

/* -- Sent and counted ----------------------------------------------------------- */

bool storm_queue(struct storm_worker *w)
{
	for (uint32_t n = storm_draw(w, 10) + 1; n; n--) {
		const struct storm_worker *to = &storm_workers[storm_draw(w, STORM_WORKERS)];
		union sigval value = { .sival_int = (int) storm_draw(w, 5) + 1 };
		uint64_t units = (uint64_t) value.sival_int;

		if (storm_ledger->sent - storm_ledger->taken > AT_ONCE)
			break;
		storm_add(&storm_ledger->sent, units);
		if (pthread_sigqueue(to->thread, STORM_QUEUED, value)) /* no room */
			storm_add(&storm_ledger->sent, -units);
	}
	return true;
}

static bool make_timer(struct storm_worker *w, timer_t *timer, int sig)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = sig };

	event.sigev_value.sival_ptr = w;
	event.sigev_notify_thread_id = (pid_t) syscall(SYS_gettid);
	return !timer_create(CLOCK_MONOTONIC, &event, timer);
}

static bool set_timer(struct storm_worker *w, timer_t timer)
{
	const struct itimerspec soon = { .it_value.tv_nsec = 1 + storm_draw(w, 400000) };

	return !timer_settime(timer, 0, &soon, NULL);
}

/* Comes, and comes once. */
bool storm_timer(struct storm_worker *w)
{
	timer_t timer;

	w->hits = 0;
	if (!make_timer(w, &timer, STORM_TIMED) || !set_timer(w, timer))
		return false;
	while (!w->hits)
		storm_step();
	usleep(storm_draw(w, 300));
	return !timer_delete(timer) && w->hits == 1;
}

/* -- Left ---------------------------------------------------------------------- */

static void wait_for_ever(uint32_t how, int fd)
{
	const struct timespec long_time = { .tv_sec = 1000 };
	struct pollfd poll_for = { .fd = fd, .events = POLLIN };
	sigset_t set;
	uint32_t word = 0;
	char byte;

	sigemptyset(&set);
	for (;;)
		switch (how) {
		case 0:
			(void) !read(fd, &byte, 1);
			break;
		case 1:
			(void) nanosleep(&long_time, NULL);
			break;
		case 2:
			(void) pause();
			break;
		case 3:
			(void) sigsuspend(&set);
			break;
		case 4:
			(void) poll(&poll_for, 1, -1);
			break;
		case 5:
			(void) syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
			break;
		case 6:
			(void) ppoll(&poll_for, 1, NULL, &set);
			break;
		case 7:
			sigaddset(&set, STORM_ASKED);
			(void) sigtimedwait(&set, NULL, &long_time);
			break;
		default:
			(void) getppid();
		}
}

/* Whatever the thread does when the signal comes is left for good. */
bool storm_leave(struct storm_worker *w)
{
	sigset_t before, after;
	timer_t timer;
	int fds[2];

	if (pthread_sigmask(SIG_BLOCK, NULL, &before) || pipe(fds) ||
	    !make_timer(w, &timer, STORM_LEAVE))
		return false;
	if (!sigsetjmp(w->out, 1)) {
		w->armed = 1;
		if (set_timer(w, timer))
			wait_for_ever(storm_draw(w, 10), fds[0]);
		return false;
	}
	if (pthread_sigmask(SIG_BLOCK, NULL, &after))
		return false;
	(void) timer_delete(timer);
	return !close(fds[0]) && !close(fds[1]) && !memcmp(&before, &after, 8);
}

/* -- On another stack ------------------------------------------------------------ */

bool storm_altstack(struct storm_worker *w)
{
	stack_t stack = { .ss_size = 32768 + 4096 * (size_t) storm_draw(w, 16) }, old;
	const stack_t none = { .ss_flags = SS_DISABLE };
	uintptr_t begin;
	bool good;

	stack.ss_sp = mmap(NULL, stack.ss_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);
	if (stack.ss_sp == MAP_FAILED)
		return false;
	begin = (uintptr_t) stack.ss_sp;
	good = !sigaltstack(&stack, NULL);
	for (uint32_t n = storm_draw(w, 5) + 1; n; n--) {
		w->stack_seen = 0;
		good &= tell_self(STORM_STACK) && w->stack_seen > begin &&
			w->stack_seen < begin + stack.ss_size;
	}
	good &= !sigaltstack(NULL, &old) && old.ss_sp == stack.ss_sp && !old.ss_flags &&
		old.ss_size == stack.ss_size;
	good &= !sigaltstack(&none, NULL);
	w->stack_seen = 0;
	good &= tell_self(STORM_STACK) && w->stack_seen &&
		(w->stack_seen < begin || w->stack_seen >= begin + stack.ss_size);
	return good && !munmap(stack.ss_sp, stack.ss_size);
}

/* -- Blocked ------------------------------------------------------------------- */

/* What was queued while it was blocked comes in its order, each once. */
bool storm_wait(struct storm_worker *w)
{
	const struct timespec patient = { .tv_sec = 60 }, at_once = { .tv_sec = 0 };
	uint32_t n = storm_draw(w, 6);
	sigset_t asked, before;
	siginfo_t info;
	bool good;
	int got;

	sigemptyset(&asked);
	sigaddset(&asked, STORM_ASKED);
	good = !pthread_sigmask(SIG_BLOCK, &asked, &before);
	for (uint32_t i = 0; i < n; i++)
		good &= !pthread_sigqueue(pthread_self(), STORM_ASKED,
					  (union sigval){ .sival_int = (int) i });
	for (uint32_t i = 0; i < n && good; i++) {
		do
			got = sigtimedwait(&asked, &info, &patient);
		while (got < 0 && errno == EINTR);
		good = got == STORM_ASKED && info.si_value.sival_int == (int) i;
	}
	do
		got = sigtimedwait(&asked, &info, &at_once);
	while (got < 0 && errno == EINTR);
	return good && got < 0 && errno == EAGAIN && !pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* The mask holds while it waits, and the one from before afterwards. */
bool storm_suspend(struct storm_worker *w)
{
	const struct timespec patient = { .tv_sec = 60 };
	uint32_t how = storm_draw(w, 3);
	sigset_t blocked, before, now;
	bool good;
	int result;

	sigemptyset(&blocked);
	sigaddset(&blocked, STORM_STACK);
	good = !pthread_sigmask(SIG_BLOCK, &blocked, &before);
	w->stack_seen = 0;
	good &= tell_self(STORM_STACK) && !w->stack_seen;
	while (good && !w->stack_seen) {
		result = how == 0   ? sigsuspend(&before)
			 : how == 1 ? ppoll(NULL, 0, &patient, &before)
				    : pselect(0, NULL, NULL, NULL, &patient, &before);
		good = result < 0 && errno == EINTR;
	}
	good &= !pthread_sigmask(SIG_BLOCK, NULL, &now) && sigismember(&now, STORM_STACK);
	return good && !pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* A mask is what it was set to, whatever else is called. */
bool storm_masks(struct storm_worker *w)
{
	uint64_t some = 0, got = 0, before = 0;
	bool good = true;

	for (uint32_t n = storm_draw(w, 12); n; n--)
		some |= UINT64_C(1) << storm_draw(w, 64);
	some &= ~(UINT64_C(1) << (SIGKILL - 1) | UINT64_C(1) << (SIGSTOP - 1));
	if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, &some, &before, 8))
		return false;
	for (uint32_t n = storm_draw(w, 5); n; n--)
		good &= storm_step();
	good &= !syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &got, 8) && got == some;
	good &= !syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, &got, 8) && got == some;
	return good;
}
