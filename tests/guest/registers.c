/* SPDX-License-Identifier: MIT */
/* Guest: what of the processor a call must leave alone, and what bad pointers come to. */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "call.h"
#include "guest.h"

/* Whether a call leaves the processor as it was, but for its result. */
static bool leaves(const struct guest_site *site, struct guest_state *state, uint64_t result)
{
	struct guest_state before = *state;
	const char *differs;

	guest_call(state, site->at);
	differs = guest_state_differs(&before, state, site);
	if (!differs && state->rax == result)
		return true;
	printf("# a call site %s: %s\n", site->name, differs ? differs : "another result");
	return false;
}

/* The same call again and again: what is done when a site is hit for the first time must show no more than what is done later. */
static void sites(void)
{
	const uint64_t parent = (uint64_t) getppid(), own = (uint64_t) getpid();
	struct guest_state state;

	for (const struct guest_site *site = guest_sites(); site->at; site++) {
		int good = 0;

		for (uint64_t round = 0; round < 100; round++) {
			guest_state_fill(&state, round);
			state.rax = round % 4 == 3 ? 100000 : SYS_getppid;
			good += leaves(site, &state,
				       site->number == SYS_getpid ? own
				       : round % 4 == 3           ? (uint64_t) -ENOSYS
								  : parent);
			if (site->at == guest_site_relative)
				good -= state.rcx !=
					(uint64_t) (uintptr_t) guest_site_relative_data;
		}
		CHECK(good == 100);
	}
}

static volatile unsigned seen;

/* A handler that leaves nothing as it was, but what a frame brings back. */
static void disturb(int sig)
{
	struct guest_state state;
	unsigned mxcsr;

	__asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
	guest_state_fill(&state, (uint64_t) sig);
	state.rax = SYS_getpid;
	guest_call(&state, guest_site_alone);
	seen = mxcsr;
}

/* A handler begins with the state of a program that begins, and what it does to that is undone. */
static void vectors(void)
{
	struct guest_state state;
	int good = 0;

	signal(SIGUSR1, disturb);
	for (const struct guest_site *site = guest_sites(); site->at; site++)
		for (uint64_t round = 0; round < 20; round++) {
			if (site->number >= 0)
				continue;
			guest_state_fill(&state, round);
			state.rax = SYS_tkill;
			state.rdi = (uint64_t) syscall(SYS_gettid);
			state.rsi = SIGUSR1;
			seen = 0;
			good += !leaves(site, &state, 0) || seen != 0x1f80;
		}
	CHECK(!good);
}

/* Calls that wait, and end because of a signal. */
static void interrupted(void)
{
	const struct itimerval soon = { .it_value.tv_usec = 2000 };
	const struct timespec long_time = { .tv_sec = 60 };
	struct sigaction action = { .sa_handler = disturb };
	struct guest_state state;
	int good = 0;

	sigaction(SIGALRM, &action, NULL);
	for (uint64_t round = 0; round < 20; round++) {
		guest_state_fill(&state, round);
		state.rax = SYS_nanosleep;
		state.rdi = (uint64_t) (uintptr_t) &long_time;
		state.rsi = 0;
		setitimer(ITIMER_REAL, &soon, NULL);
		good += leaves(guest_sites(), &state, (uint64_t) -EINTR);
	}
	CHECK(good == 20);
}

/* Both go on behind the call, with the same in the processor. */
static void forked(void)
{
	struct guest_state state;
	int good = 0, status;
	bool same;

	for (uint64_t round = 0; round < 10; round++) {
		struct guest_state before;

		guest_state_fill(&state, round);
		state.rax = SYS_fork;
		before = state;
		guest_call(&state, guest_site_alone);
		same = !guest_state_differs(&before, &state, guest_sites());
		if (!state.rax)
			_exit(same ? 3 : 4);
		good += waitpid((pid_t) state.rax, &status, 0) == (pid_t) state.rax &&
			WIFEXITED(status) && WEXITSTATUS(status) == 3 && same;
	}
	CHECK(good == 10);
}

/* An address that was good. */
static char *gone(void)
{
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(page != MAP_FAILED && !munmap(page, 4096));
	return page;
}

static void bad_pointers(void)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct iovec vector = { (void *) 16, 4 };
	struct stat st;
	int fds[2];

	CHECK(!pipe(fds) && page != MAP_FAILED && !munmap(page + 4096, 4096));
	CHECK(open((char *) 16, O_RDONLY) < 0 && errno == EFAULT);
	CHECK(open((char *) -1L, O_RDONLY) < 0 && errno == EFAULT);
	CHECK(syscall(SYS_write, fds[1], (char *) 16, 4) < 0 && errno == EFAULT);
	CHECK(syscall(SYS_write, fds[1], 1UL << 63, 4) < 0 && errno == EFAULT);
	CHECK(syscall(SYS_writev, fds[1], 16, 1) < 0 && errno == EFAULT);
	CHECK(syscall(SYS_writev, fds[1], &vector, 1) < 0 && errno == EFAULT);
	CHECK(syscall(SYS_stat, "/", (void *) 16) < 0 && errno == EFAULT);
	memcpy(page + 4096 - 2, "/", 2);
	CHECK(!stat(page + 4096 - 2, &st)); /* a string may end on the last byte */
	memset(page + 4096 - 2, 'x', 2);
	CHECK(stat(page + 4096 - 2, &st) < 0 && errno == EFAULT);
	CHECK(write(fds[1], page, 4096) == 4096);
	CHECK(syscall(SYS_read, fds[0], (void *) 16, 4) < 0 && errno == EFAULT);
	CHECK(syscall(SYS_execve, 16, NULL, NULL) < 0 && errno == EFAULT);
	CHECK(syscall(SYS_execve, "/bin/true", 16, NULL) < 0 && errno == EFAULT);
	close(fds[0]);
	close(fds[1]);
}

/* The same while the signals are blocked that would tell of it. */
static void bad_and_blocked(void)
{
	char *bad = gone();
	sigset_t all, saved;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &saved);
	CHECK(open(bad, O_RDONLY) < 0 && errno == EFAULT);
	CHECK(syscall(SYS_rt_sigprocmask, SIG_BLOCK, bad, NULL, 8) < 0 && errno == EFAULT);
	CHECK(syscall(SYS_rt_sigaction, SIGUSR1, NULL, bad, 8) < 0 && errno == EFAULT);
	CHECK(syscall(SYS_sigaltstack, bad, NULL) < 0 && errno == EFAULT);
	sigprocmask(SIG_SETMASK, &saved, NULL);
}

static void thread_pointer(void)
{
	unsigned long fs = 0, self;

	__asm__("mov %%fs:0, %0" : "=r"(self));
	CHECK(!syscall(SYS_arch_prctl, ARCH_GET_FS, &fs) && fs == self);
	CHECK(!syscall(SYS_arch_prctl, ARCH_SET_FS, fs));
	CHECK(syscall(SYS_arch_prctl, ARCH_SET_FS, 1UL << 63) < 0 && errno == EPERM);
	CHECK(syscall(SYS_arch_prctl, ARCH_GET_FS, 16) < 0 && errno == EFAULT);
}

static void numbers(void)
{
	CHECK(syscall(100000) < 0 && errno == ENOSYS);
	CHECK(syscall(-1) < 0 && errno == ENOSYS);
	CHECK(syscall(0x40000000 + SYS_getpid) < 0 && errno == ENOSYS);
	CHECK(syscall(SYS_getpid + (1UL << 32)) == getpid());
}

static void program_break(void)
{
	char *now = sbrk(0), *at;

	CHECK(now != (char *) -1);
	at = sbrk(100000);
	CHECK(at == now && (char *) sbrk(0) == now + 100000);
	memset(at, 1, 100000);
	CHECK(!brk(now) && sbrk(0) == now);
	at = sbrk(100000);
	CHECK(at && at[50000] == 0);
	CHECK(syscall(SYS_brk, 1) == syscall(SYS_brk, 0));
}

int main(void)
{
	sites();
	vectors();
	interrupted();
	forked();
	bad_pointers();
	bad_and_blocked();
	thread_pointer();
	numbers();
	program_break();
	return guest_end();
}
