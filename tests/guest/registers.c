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
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

/* A call with all registers known: in has what is loaded, out what is there afterwards; the red zone is used. */
static void call_with(long number, const unsigned long in[16], unsigned long out[16])
{
	__asm__ volatile("push %%rbp\n\t"
			 "push %%rbx\n\t"
			 "sub $256, %%rsp\n\t"
			 "mov %%rdx, 248(%%rsp)\n\t"
			 "movq $0x5a5a, 0(%%rsp)\n\t"
			 "mov 8(%%rcx), %%rbx\n\t"
			 "mov 16(%%rcx), %%rbp\n\t"
			 "mov 24(%%rcx), %%r12\n\t"
			 "mov 32(%%rcx), %%r13\n\t"
			 "mov 40(%%rcx), %%r14\n\t"
			 "mov 48(%%rcx), %%r15\n\t"
			 "mov 56(%%rcx), %%r8\n\t"
			 "mov 64(%%rcx), %%r9\n\t"
			 "mov 72(%%rcx), %%r10\n\t"
			 "mov 80(%%rcx), %%rdi\n\t"
			 "mov 88(%%rcx), %%rsi\n\t"
			 "movups 96(%%rcx), %%xmm7\n\t"
			 "movq %%rdi, -8(%%rsp)\n\t"
			 "movq %%rsi, -120(%%rsp)\n\t"
			 "stc\n\t"
			 "syscall\n\t"
			 "mov 248(%%rsp), %%rcx\n\t"
			 "mov %%rax, 0(%%rcx)\n\t"
			 "mov %%rbx, 8(%%rcx)\n\t"
			 "mov %%rbp, 16(%%rcx)\n\t"
			 "mov %%r12, 24(%%rcx)\n\t"
			 "mov %%r13, 32(%%rcx)\n\t"
			 "mov %%r14, 40(%%rcx)\n\t"
			 "mov %%r15, 48(%%rcx)\n\t"
			 "mov %%r8, 56(%%rcx)\n\t"
			 "mov %%r9, 64(%%rcx)\n\t"
			 "mov %%r10, 72(%%rcx)\n\t"
			 "mov -8(%%rsp), %%rax\n\t"
			 "mov %%rax, 80(%%rcx)\n\t"
			 "mov -120(%%rsp), %%rax\n\t"
			 "mov %%rax, 88(%%rcx)\n\t"
			 "movups %%xmm7, 96(%%rcx)\n\t"
			 "mov %%r11, 112(%%rcx)\n\t"
			 "add $256, %%rsp\n\t"
			 "pop %%rbx\n\t"
			 "pop %%rbp"
			 : "+a"(number), "+c"(in), "+d"(out)
			 :
			 : "rdi", "rsi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
			   "xmm7", "memory", "cc");
}

static void registers(void)
{
	unsigned long in[16], out[16];
	int wrong = 0;

	for (int round = 0; round < 200; round++) {
		for (int i = 0; i < 16; i++)
			in[i] = (unsigned long) rand() * 2654435761UL + (unsigned long) i;
		memset(out, 0, sizeof(out));
		call_with(SYS_getppid, in, out);
		wrong += out[0] != (unsigned long) getppid();
		wrong += memcmp(in + 1, out + 1, 11 * sizeof(in[0])) != 0;
		wrong += memcmp(in + 12, out + 12, 16) != 0;
		wrong += !(out[14] & 1); /* the carry, in r11 */
	}
	CHECK(!wrong);
}

static volatile unsigned seen;

static void disturb(int sig)
{
	unsigned mxcsr;

	(void) sig;
	__asm__ volatile("stmxcsr %0\n\tpxor %%xmm7, %%xmm7" : "=m"(mxcsr) : : "xmm7");
	seen = mxcsr;
}

/* A handler begins with the state of a program that begins, and what it does to that is undone. */
static void vectors(void)
{
	unsigned long in[16] = { 0 }, out[16] = { 0 };
	const unsigned up = 0x1f80 | 0x4000, usual = 0x1f80; /* rounding up */
	unsigned after;

	signal(SIGUSR1, disturb);
	for (int i = 12; i < 14; i++)
		in[i] = 0x123456789abcdefUL * (unsigned long) i;
	in[10] = (unsigned long) syscall(SYS_gettid);
	in[11] = SIGUSR1;
	__asm__ volatile("ldmxcsr %0" : : "m"(up));
	call_with(SYS_tkill, in, out);
	__asm__ volatile("stmxcsr %0\n\tldmxcsr %1" : "=m"(after) : "m"(usual));
	CHECK(!out[0] && seen == usual && after == up);
	CHECK(!memcmp(in + 12, out + 12, 16));
	CHECK(!memcmp(in + 1, out + 1, 11 * sizeof(in[0]))); /* the red zone, too */
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
	registers();
	vectors();
	bad_pointers();
	bad_and_blocked();
	thread_pointer();
	numbers();
	program_break();
	return guest_end();
}
