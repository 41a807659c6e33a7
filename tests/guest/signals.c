/* SPDX-License-Identifier: MIT */
/* Guest: signals, their handlers, masks and stacks. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "guest.h"

static volatile sig_atomic_t came, last_value, last_code;
static volatile uintptr_t came_at;
static sigset_t during;
static int to_write = -1;

static void note(int sig, siginfo_t *info, void *context)
{
	char here;

	(void) context;
	came += sig;
	last_value = info->si_value.sival_int;
	last_code = info->si_code;
	came_at = (uintptr_t) &here;
	(void) sigprocmask(SIG_BLOCK, NULL, &during);
	if (to_write >= 0)
		(void) !write(to_write, "x", 1);
}

static void handle(int sig, int flags, int blocked)
{
	struct sigaction action = { .sa_sigaction = note, .sa_flags = SA_SIGINFO | flags };

	if (blocked)
		sigaddset(&action.sa_mask, blocked);
	CHECK(!sigaction(sig, &action, NULL));
	came = 0;
}

static void arm(int ms)
{
	const struct itimerval when = { .it_value.tv_usec = ms * 1000 };

	CHECK(!setitimer(ITIMER_REAL, &when, NULL));
}

static bool is_blocked(int sig)
{
	sigset_t now;

	sigprocmask(SIG_BLOCK, NULL, &now);
	return sigismember(&now, sig);
}

static void block(int how, int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	CHECK(!sigprocmask(how, &set, NULL));
}

static void masks(void)
{
	struct sigaction old;

	handle(SIGUSR1, 0, SIGUSR2);
	CHECK(!raise(SIGUSR1));
	CHECK(came == SIGUSR1);
	CHECK(sigismember(&during, SIGUSR1) && sigismember(&during, SIGUSR2));
	CHECK(!is_blocked(SIGUSR1) && !is_blocked(SIGUSR2));
	handle(SIGUSR1, SA_NODEFER | SA_RESETHAND, 0);
	raise(SIGUSR1);
	CHECK(came == SIGUSR1 && !sigismember(&during, SIGUSR1));
	CHECK(!sigaction(SIGUSR1, NULL, &old) && old.sa_handler == SIG_DFL);
	handle(SIGUSR1, 0, 0);
	block(SIG_BLOCK, SIGUSR1);
	raise(SIGUSR1);
	CHECK(!came);
	CHECK(!sigpending(&during) && sigismember(&during, SIGUSR1));
	block(SIG_UNBLOCK, SIGUSR1);
	CHECK(came == SIGUSR1);
	CHECK(sigaction(SIGKILL, &old, NULL) < 0 && errno == EINVAL);
	CHECK(syscall(SYS_rt_sigaction, SIGUSR1, (void *) 8, NULL, 8) < 0 && errno == EFAULT);
	CHECK(syscall(SYS_rt_sigprocmask, 77, &during, NULL, 8) < 0 && errno == EINVAL);
	CHECK(syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, (void *) 8, 8) < 0 && errno == EFAULT);
}

static void queued(void)
{
	int sum = 0;

	handle(SIGRTMIN + 1, 0, 0);
	block(SIG_BLOCK, SIGRTMIN + 1);
	for (int i = 1; i <= 50; i++)
		(void) sigqueue(getpid(), SIGRTMIN + 1, (union sigval){ .sival_int = i });
	for (int i = 0; i < 10; i++) {
		const struct timespec soon = { .tv_sec = 1 };
		sigset_t set;
		siginfo_t info;

		sigemptyset(&set);
		sigaddset(&set, SIGRTMIN + 1);
		if (sigtimedwait(&set, &info, &soon) == SIGRTMIN + 1)
			sum += info.si_value.sival_int;
	}
	CHECK(sum == 55);
	block(SIG_UNBLOCK, SIGRTMIN + 1);
	CHECK(came == 40 * (SIGRTMIN + 1));
	CHECK(last_value == 50 && last_code == SI_QUEUE);
}

static void alternate(void)
{
	static char memory[65536];
	stack_t stack = { .ss_sp = memory, .ss_size = sizeof(memory) }, old;
	uintptr_t begin = (uintptr_t) memory;

	CHECK(!sigaltstack(NULL, &old) && old.ss_flags == SS_DISABLE);
	CHECK(!sigaltstack(&stack, NULL));
	handle(SIGUSR1, SA_ONSTACK, 0);
	raise(SIGUSR1);
	CHECK(came_at > begin && came_at < begin + sizeof(memory));
	handle(SIGUSR1, 0, 0);
	raise(SIGUSR1);
	CHECK(!(came_at > begin && came_at < begin + sizeof(memory)));
	CHECK(!sigaltstack(NULL, &old) && old.ss_sp == memory && !old.ss_flags);
	stack.ss_size = 100;
	CHECK(sigaltstack(&stack, NULL) < 0 && errno == ENOMEM);
	stack.ss_flags = SS_DISABLE;
	CHECK(!sigaltstack(&stack, NULL));
}

static void restarted(int flags)
{
	const struct itimerval often = { .it_value.tv_usec = 20000, .it_interval.tv_usec = 20000 };
	const struct itimerval never = { 0 };
	char byte[1];
	int fds[2];
	ssize_t n;

	CHECK(!pipe(fds));
	to_write = flags & SA_RESTART ? fds[1] : -1;
	handle(SIGALRM, flags, 0);
	CHECK(!setitimer(ITIMER_REAL, &often, NULL)); /* if the first one comes before read() */
	n = read(fds[0], byte, 1);
	CHECK(flags & SA_RESTART ? n == 1 : n < 0 && errno == EINTR);
	CHECK(!setitimer(ITIMER_REAL, &never, NULL));
	CHECK(came >= SIGALRM);
	to_write = -1;
	close(fds[0]);
	close(fds[1]);
}

/* A signal that is blocked but for the time of the wait; SIGSYS is blocked all the time. */
static void waits(void)
{
	const struct timespec long_time = { .tv_sec = 5 };
	struct epoll_event event;
	sigset_t all, none;
	int epoll = epoll_create1(0);

	sigfillset(&all);
	handle(SIGALRM, 0, 0);
	CHECK(!sigprocmask(SIG_SETMASK, &all, &none));
	for (int i = 0; i < 4; i++) {
		int result = -2;

		came = 0;
		arm(20);
		sigfillset(&during);
		all = during;
		sigdelset(&all, SIGALRM);
		if (i == 0)
			result = sigsuspend(&all);
		else if (i == 1)
			result = ppoll(NULL, 0, &long_time, &all);
		else if (i == 2)
			result = pselect(0, NULL, NULL, NULL, &long_time, &all);
		else
			result = epoll_pwait(epoll, &event, 1, 5000, &all);
		CHECK(result == -1 && errno == EINTR);
		CHECK(came == SIGALRM);
		CHECK(sigismember(&during, SIGUSR1) && sigismember(&during, SIGALRM));
		CHECK(is_blocked(SIGALRM) && is_blocked(SIGSYS));
	}
	came = 0;
	arm(10);
	CHECK(ppoll(NULL, 0, &(struct timespec){ .tv_nsec = 50000000 }, NULL) == 0 && !came);
	CHECK(!sigprocmask(SIG_SETMASK, &none, NULL));
	CHECK(came == SIGALRM);
	close(epoll);
}

static sigjmp_buf out;

static void jump(int sig)
{
	siglongjmp(out, sig);
}

static void jumps(void)
{
	volatile int n = 0;
	char byte;
	int fds[2];

	CHECK(!pipe(fds));
	signal(SIGALRM, jump);
	if (sigsetjmp(out, 1))
		n++;
	while (n < 20) {
		const struct itimerval soon = { .it_value.tv_usec = 500 };

		setitimer(ITIMER_REAL, &soon, NULL);
		(void) !read(fds[0], &byte, 1);
	}
	CHECK(n == 20 && !is_blocked(SIGALRM));
	close(fds[0]);
	close(fds[1]);
}

/* SIGSYS that a user sends is a signal as any other. */
static void sigsys(void)
{
	struct sigaction old;

	handle(SIGSYS, 0, 0);
	CHECK(!sigaction(SIGSYS, NULL, &old) && old.sa_sigaction == note);
	raise(SIGSYS);
	CHECK(came == SIGSYS && last_code == SI_TKILL);
	came = 0;
	block(SIG_BLOCK, SIGSYS);
	CHECK(is_blocked(SIGSYS));
	kill(getpid(), SIGSYS);
	CHECK(!came);
	CHECK(!sigpending(&during) && sigismember(&during, SIGSYS));
	block(SIG_UNBLOCK, SIGSYS);
	CHECK(came == SIGSYS);
	signal(SIGSYS, SIG_IGN);
	raise(SIGSYS);
	CHECK(!is_blocked(SIGSYS));
}

static volatile sig_atomic_t storm_over;

static void *storm(void *arg)
{
	for (int i = 0; i < 3000; i++) {
		(void) pthread_sigqueue(*(pthread_t *) arg, SIGRTMIN + 2,
					(union sigval){ .sival_int = 1 });
		if (i % 64 == 0)
			usleep(100);
	}
	storm_over = 1;
	return NULL;
}

static volatile sig_atomic_t counted;

static void count(int sig, siginfo_t *info, void *context)
{
	(void) sig;
	(void) context;
	counted += info->si_value.sival_int;
}

/* None is lost, and none comes twice, whatever the thread is at. */
static void storms(void)
{
	struct sigaction action = { .sa_sigaction = count, .sa_flags = SA_SIGINFO | SA_RESTART };
	pthread_t self = pthread_self(), thread;
	int fds[2], wrong = 0;
	char byte;

	CHECK(!pipe(fds));
	CHECK(!sigaction(SIGRTMIN + 2, &action, NULL));
	CHECK(!pthread_create(&thread, NULL, storm, &self));
	do {
		wrong += write(fds[1], "a", 1) != 1 || read(fds[0], &byte, 1) != 1;
		wrong += getppid() <= 0;
	} while (!storm_over);
	CHECK(!pthread_join(thread, NULL));
	CHECK(!wrong);
	CHECK(counted == 3000);
}

static void *queue(void *arg)
{
	for (int i = 0; i < 300; i++)
		while (sigqueue(getpid(), SIGRTMIN + 2, (union sigval){ .sival_int = 1 }))
			usleep(100);
	return arg;
}

static void count_all(int sig, siginfo_t *info, void *context)
{
	(void) sig;
	(void) context;
	__atomic_add_fetch(&counted, info->si_value.sival_int, __ATOMIC_RELAXED);
}

/* Signals for the process are not lost with a thread that ends while they come. */
static void for_the_process(void)
{
	struct sigaction action = { .sa_sigaction = count_all,
				    .sa_flags = SA_SIGINFO | SA_RESTART };
	pthread_t thread;
	int patience = 0;

	counted = 0;
	CHECK(!sigaction(SIGRTMIN + 2, &action, NULL));
	for (int round = 1; round <= 30; round++) {
		pthread_create(&thread, NULL, queue, NULL);
		for (int i = 0; i < 100; i++)
			(void) getppid();
		pthread_join(thread, NULL);
		while (counted < 300 * round && patience++ < 2000)
			usleep(1000);
	}
	CHECK(counted == 300 * 30);
}

static void stepped(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	came += sig;
	came_at = (uintptr_t) info->si_addr;
	uc->uc_mcontext.gregs[REG_RIP] += 2; /* mov %eax, (%rax) */
	uc->uc_mcontext.gregs[REG_RBX] = 77;
}

static void faults(void)
{
	struct sigaction action = { .sa_sigaction = stepped, .sa_flags = SA_SIGINFO };
	uintptr_t bad = 64;
	long rbx = 1;

	CHECK(!sigaction(SIGSEGV, &action, NULL));
	came = 0;
	__asm__ volatile("mov %%eax, (%%rax)" : "=b"(rbx) : "a"(bad), "b"(rbx) : "memory");
	CHECK(came == SIGSEGV && came_at == 64 && rbx == 77);
	signal(SIGSEGV, SIG_DFL);
}

int main(void)
{
	masks();
	queued();
	alternate();
	restarted(SA_RESTART);
	restarted(0);
	waits();
	jumps();
	sigsys();
	faults();
	storms();
	for_the_process();
	return guest_end();
}
