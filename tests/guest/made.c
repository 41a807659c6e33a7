/* SPDX-License-Identifier: MIT */
/*
 * Guest: calls from code that is made at run time, by threads one of which makes no call of any other kind
 * while that becomes executable.  Makes exactly CALLS getppid()s, however it goes.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guest.h"

#define CALLS 20000
#define PLAIN 10000
#define MADE  ((CALLS - PLAIN) / 4) /* by each thread, in each of two rounds */

/* mov $110, %eax; syscall; ret */
static const unsigned char code[] = { 0xb8, 110, 0, 0, 0, 0x0f, 0x05, 0xc3 };
typedef long call_fn(void);
static call_fn *volatile made;
static volatile int wrong, warm, turn, over;

static void call_plainly(void)
{
	for (int i = 0; i < PLAIN / 4; i++)
		wrong |= getppid() <= 0;
}

static void call_made(void)
{
	for (int i = 0; i < MADE; i++)
		wrong |= made() <= 0;
}

/* Waits in the program, not in the kernel. */
static void *spin(void *arg)
{
	(void) arg;
	for (int round = 0; round < 2; round++) {
		call_plainly();
		warm = round + 1;
		while (turn <= round)
			;
		call_made();
		over = round + 1;
	}
	return NULL;
}

/* By mprotect() first, then at once. */
static call_fn *make(int round)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE | (round ? PROT_EXEC : 0),
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(at != MAP_FAILED);
	memcpy(at, code, sizeof(code));
	if (!round)
		CHECK(!mprotect(at, 4096, PROT_READ | PROT_EXEC));
	return (call_fn *) at;
}

int main(void)
{
	pthread_t thread;
	call_fn *own;

	CHECK(!pthread_create(&thread, NULL, spin, NULL));
	for (int round = 0; round < 2; round++) {
		call_plainly();
		while (warm <= round)
			;
		own = make(round);
		made = own;
		turn = round + 1;
		call_made();
		while (over <= round)
			;
		CHECK(!munmap((void *) own, 4096));
	}
	CHECK(!pthread_join(thread, NULL));
	CHECK(!wrong);
	return guest_end();
}
