/* SPDX-License-Identifier: MIT */
/* Sites changed while threads come by, and while one is inside. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "site.h"
#include "sites/poke.h"

#define INSTANCES 600
static unsigned char *busy_page;
static bool over;
static unsigned long wrong;

static void *call_all(void *arg)
{
	unsigned x = (unsigned) (uintptr_t) arg + 1;

	while (!__atomic_load_n(&over, __ATOMIC_ACQUIRE)) {
		x = x * 1664525 + 1013904223;
		if (call(busy_page + (x >> 8) % INSTANCES * APART) != getpid())
			__atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

Test(sites, changed_under_threads)
{
	pthread_t threads[4];
	unsigned changed = 0;

	set_up();
	busy_page = make_page(INSTANCES);
	if (enc_poke_settle())
		cr_skip_test("membarrier(2) has no SYNC_CORE here");
	for (size_t i = 0; i < 4; i++)
		cr_assert(pthread_create(&threads[i], NULL, call_all, (void *) i) == 0);
	for (size_t i = 0; i < INSTANCES; i++)
		changed += change_instance(busy_page, i, false) == 0;
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	cr_expect(changed == INSTANCES && wrong == 0, "%u changed, %lu wrong", changed, wrong);
	for (size_t i = 0; i < INSTANCES; i++)
		cr_expect(call(busy_page + i * APART) == getpid());
}

/* A call of any number, in code whose window is syscall and cmp. */
static const unsigned char any_call[] = {
	0x48, 0x89, 0xf8,                         /* mov %rdi, %rax */
	0x48, 0x89, 0xf7,                         /* mov %rsi, %rdi */
	0x48, 0x89, 0xd6,                         /* mov %rdx, %rsi */
	0x48, 0x89, 0xca,                         /* mov %rcx, %rdx */
	0x0f, 0x05,                               /* syscall */
	0x48, 0x3d, 0x00, 0xf0, 0xff, 0xff, 0xc3, /* cmp; ret */
};
static int ends[2];

static void *read_by_site(void *page)
{
	static char byte;
	long (*fn)(long, long, char *, long);

	memcpy(&fn, &page, sizeof(fn));
	return (void *) fn(SYS_read, ends[0], &byte, 1);
}

/* Whether a thread sleeps in the kernel. */
static bool sleeps(pid_t tid)
{
	char path[64], text[64] = "";
	int fd;

	(void) snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	fd = open(path, O_RDONLY);
	if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0)
		close(fd);
	return strstr(text, ") S ");
}

static pid_t reader_tid;

static void *read_it(void *page)
{
	__atomic_store_n(&reader_tid, gettid(), __ATOMIC_RELEASE);
	return read_by_site(page);
}

/* A thread that is in a call comes back to the midst of the window. */
Test(sites, changed_while_inside)
{
	unsigned char *page = make_page(1);
	uint64_t at = (uint64_t) (uintptr_t) page;
	pthread_t thread;
	void *result;

	set_up();
	cr_assert(enc_poke(at, any_call, sizeof(any_call)) == 0 && pipe(ends) == 0);
	if (enc_poke_settle())
		cr_skip_test("membarrier(2) has no SYNC_CORE here");
	cr_assert(pthread_create(&thread, NULL, read_it, page) == 0);
	while (!__atomic_load_n(&reader_tid, __ATOMIC_ACQUIRE) || !sleeps(reader_tid))
		usleep(1000);
	cr_assert(enc_sites_change(at, sizeof(any_call), &(struct enc_place){ .at = 12 }, false) ==
		  0);
	cr_assert(write(ends[1], "x", 1) == 1 && pthread_join(thread, &result) == 0);
	cr_expect(result == (void *) 1 && turned == 1 && gate_calls == 0);
	cr_assert(write(ends[1], "x", 1) == 1);
	cr_expect(read_by_site(page) == (void *) 1 && turned == 1 && gate_calls == 1);
}
