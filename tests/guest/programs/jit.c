/* SPDX-License-Identifier: MIT */
/*
 * A program that makes its code while it runs, with system calls in it: at places where other code was, over the ends of
 * pages, changed in place by the threads that run it, unmapped and mapped anew.  It prints what its calls say.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096

typedef long code_fn(long, long, long);

/* mov $number, %eax; syscall; ret */
static size_t put_call(unsigned char *at, int number)
{
	const unsigned char code[] = { 0xb8, 0, 0, 0, 0, 0x0f, 0x05, 0xc3 };

	memcpy(at, code, sizeof(code));
	memcpy(at + 1, &number, sizeof(number));
	return sizeof(code);
}

/* mov $value, %eax; ret: shorter, so that what stood there is still behind it */
static void put_value(unsigned char *at, int value)
{
	at[0] = 0xb8;
	memcpy(at + 1, &value, sizeof(value));
	at[5] = 0xc3;
}

static long run(const void *at, long a, long b, long c)
{
	code_fn *code;

	memcpy(&code, &at, sizeof(code));
	return code(a, b, c);
}

static unsigned char *pages(size_t n, int rights)
{
	unsigned char *at = mmap(NULL, n * PAGE, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		abort();
	return at;
}

/* The same place, again and again with another call, or with none. */
static void in_place(void)
{
	unsigned char *at = pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);
	int wrong = 0;

	for (int i = 0; i < 2000; i++) {
		put_call(at, i % 2 ? SYS_getpid : SYS_getppid);
		wrong += run(at, 0, 0, 0) != (i % 2 ? getpid() : getppid());
		put_value(at, i);
		wrong += run(at, 0, 0, 0) != i;
	}
	munmap(at, PAGE);
	printf("in place: %d\n", wrong);
}

/* Never writable and executable at once: written, made executable, and back. */
static void by_turns(void)
{
	unsigned char *at = pages(1, PROT_READ | PROT_WRITE);
	int wrong = 0;

	for (int i = 0; i < 500; i++) {
		wrong += mprotect(at, PAGE, PROT_READ | PROT_WRITE) != 0;
		if (i % 3)
			put_call(at + i, SYS_getpid);
		else
			put_value(at + i, i);
		wrong += mprotect(at, PAGE, PROT_READ | PROT_EXEC) != 0;
		wrong += run(at + i, 0, 0, 0) != (i % 3 ? getpid() : i);
	}
	munmap(at, PAGE);
	printf("by turns: %d\n", wrong);
}

/* Two views of the same memory: what is executed changes where nobody can see it. */
static void two_views(void)
{
	int fd = memfd_create("code", MFD_CLOEXEC), wrong = 0;
	unsigned char *write_at, *run_at;

	if (fd < 0 || ftruncate(fd, PAGE))
		abort();
	write_at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	run_at = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
	for (int i = 0; i < 500; i++) {
		put_call(write_at, i % 2 ? SYS_getpid : SYS_getppid);
		wrong += run(run_at, 0, 0, 0) != (i % 2 ? getpid() : getppid());
		put_value(write_at, i);
		wrong += run(run_at, 0, 0, 0) != i;
	}
	munmap(write_at, PAGE);
	munmap(run_at, PAGE);
	close(fd);
	printf("two views: %d\n", wrong);
}

/* At each of the last bytes of a page, over its end, and with nothing behind it. */
static void at_ends(void)
{
	unsigned char *at = pages(3, PROT_READ | PROT_WRITE | PROT_EXEC);
	int wrong = 0;

	for (int before = 0; before < 16; before++) {
		put_call(at + PAGE - before, SYS_getpid);
		for (int i = 0; i < 3; i++)
			wrong += run(at + PAGE - before, 0, 0, 0) != getpid();
	}
	munmap(at + 2 * PAGE, PAGE);
	for (int i = 0; i < 3; i++) {
		put_call(at + 2 * PAGE - 8, SYS_getpid);
		wrong += run(at + 2 * PAGE - 8, 0, 0, 0) != getpid();
	}
	munmap(at, 2 * PAGE);
	printf("at ends: %d\n", wrong);
}

/* Mapped at the same address: code with a call, then data, then other code. */
static void mapped_anew(void)
{
	unsigned char *at = pages(1, PROT_NONE);
	int wrong = 0;

	for (int i = 0; i < 500; i++) {
		at = mmap(at, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		for (int j = 0; j < PAGE; j++)
			wrong += at[j] != 0;
		if (i % 2)
			put_value(at + 5, i);
		else
			put_call(at, SYS_getpid);
		for (int j = 0; j < 2; j++)
			wrong += run(at + (i % 2 ? 5 : 0), 0, 0, 0) != (i % 2 ? i : getpid());
	}
	munmap(at, PAGE);
	printf("mapped anew: %d\n", wrong);
}

static volatile int over;

static void *call_it(void *arg)
{
	long wrong = 0;

	while (!__atomic_load_n(&over, __ATOMIC_ACQUIRE))
		wrong += run(arg, 0, 0, 0) != getpid();
	return (void *) wrong;
}

/* Threads run the same new code at once, each time for the first time. */
static void together(void)
{
	pthread_t threads[4];
	long wrong = 0;
	void *result;

	for (int round = 0; round < 40; round++) {
		unsigned char *at = pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);

		put_call(at + round, SYS_getpid);
		over = 0;
		for (int i = 0; i < 4; i++)
			if (pthread_create(&threads[i], NULL, call_it, at + round))
				abort();
		usleep(500);
		__atomic_store_n(&over, 1, __ATOMIC_RELEASE);
		for (int i = 0; i < 4; i++) {
			pthread_join(threads[i], &result);
			wrong += (long) result;
		}
		munmap(at, PAGE);
	}
	printf("together: %ld\n", wrong);
}

/* Children run it, and change it, each its own. */
static void in_children(void)
{
	unsigned char *at = pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);
	int wrong = 0, status;

	put_call(at, SYS_getpid);
	wrong += run(at, 0, 0, 0) != getpid();
	for (int i = 0; i < 20; i++) {
		pid_t pid = fork();

		if (!pid) {
			bool good = run(at, 0, 0, 0) == getpid();

			put_value(at, i);
			_exit(good && run(at, 0, 0, 0) == i ? 0 : 1);
		}
		wrong += waitpid(pid, &status, 0) != pid || status;
		wrong += run(at, 0, 0, 0) != getpid();
	}
	munmap(at, PAGE);
	printf("in children: %d\n", wrong);
}

int main(void)
{
	in_place();
	by_turns();
	two_views();
	at_ends();
	mapped_anew();
	together();
	in_children();
	return 4;
}
