/* SPDX-License-Identifier: MIT */
/* What it takes to copy arguments: from an arena, and from another process. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "four.h"
#include "measure.h"

static ssize_t natural_write(int fd, const void *buf, size_t count)
{
	return encase_next_write(fd, buf, count);
}

static long raw(struct encase_call *call)
{
	return encase_forward(call);
}

static const struct encase_rule copying_rules[] = {
	ENCASE_ON(write, natural_write, .buf = ENCASE_COPY),
	ENCASE_ON(openat, raw, ENCASE_COPY_ALL),
	ENCASE_END,
};
static const struct encase_rule four_rules[] = {
	ENCASE_ON_IN(four, send, raw, ENCASE_COPY_ALL),
	ENCASE_END,
};
static const struct encase_rule passing_rules[] = {
	ENCASE_ON(openat, raw, ENCASE_PASS_POINTERS),
	ENCASE_END,
};
static const struct encase_layer copying_layer = { .name = "copying", .rules = copying_rules };
static const struct encase_layer passing_layer = { .name = "passing", .rules = passing_rules };

static const struct encase_layer copying_four = { .name = "four", .rules = four_rules };

/* -- Arenas ---------------------------------------------------------------- */

struct block {
	char *to, *from;
	size_t size;
};

static void copy_block(void *arg, long n)
{
	const struct block *b = arg;

	while (n--) {
		memcpy(b->to, b->from, b->size);
		__asm__ volatile("" : : "r"(b->to) : "memory");
	}
}

static void copy(const char *name, size_t size, double goal)
{
	/* An arena begins at the start of a line; what memcpy copies to stands where malloc() puts it. */
	char *to = aligned_alloc(64, size + 64);
	struct block b = { to ? to + 48 : NULL, aligned_alloc(64, 2 * size), size };
	struct encase_arena arena = { b.from, 2 * size };
	struct encase_setup setup = { .memory = &encase_memory_arena,
				      .space = &arena,
				      .lower = &constant };
	struct subject copies = { .desc = &encase_desc_write, .words = { 1, 64, size } };
	struct subject passes = copies;

	if (!b.to || !b.from)
		check(-ENOMEM, name);
	memset(b.from, 1, 2 * size);
	memset(b.to, 1, size);
	check(encase_cage_new(&setup, &copies.cage), "cage");
	check(encase_cage_new(&setup, &passes.cage), "cage");
	bench_push(copies.cage, &copying_layer, 1);
	bench_push(passes.cage, &natural_layer, 1);
	measure_print(name, measure(bench_enter, &copies, bench_enter, &passes, copy_block, &b),
		      goal);
	encase_cage_free(copies.cage);
	encase_cage_free(passes.cage);
	free(to);
	free(b.from);
}

/* What copying a path of 40 bytes adds to passing it by, in getppids. */
static void copy_path(const char *name, double goal)
{
	static char bytes[4096] __attribute__((aligned(64)));
	static const struct encase_arena arena = { bytes, sizeof(bytes) };
	const struct encase_setup setup = { .memory = &encase_memory_arena,
					    .space = &arena,
					    .lower = &constant };
	struct subject copies = { .desc = &encase_desc_openat,
				  .words = { (encase_word) AT_FDCWD, 100, O_RDONLY } };
	struct subject passes = copies;

	memset(bytes + 100, 'p', 40);
	check(encase_cage_new(&setup, &copies.cage), "cage");
	check(encase_cage_new(&setup, &passes.cage), "cage");
	bench_push(copies.cage, &copying_layer, 1);
	bench_push(passes.cage, &passing_layer, 1);
	measure_print(name,
		      measure(bench_enter, &copies, bench_enter, &passes, measure_getppid, NULL),
		      goal);
	encase_cage_free(copies.cage);
	encase_cage_free(passes.cage);
}

/* -- Processes ------------------------------------------------------------- */

#define EACH 64

struct bare {
	pid_t pid;
	struct iovec from[4], to[4];
};

static void read_bare(void *arg, long n)
{
	const struct bare *b = arg;

	while (n--)
		if (process_vm_readv(b->pid, b->to, 4, b->from, 4, 0) != 4L * EACH)
			check(-EFAULT, "process_vm_readv");
}

static pid_t start_process(void)
{
	pid_t pid = fork();

	if (pid < 0)
		check(-EAGAIN, "fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return pid;
}

/* A whole call with four pointers, copied from another process, in bare reads of the same bytes. */
static void copy_four(const char *name, double goal)
{
	static const struct encase_interface *const spoken[] = { &four_calls, NULL };
	static char page[4096] __attribute__((aligned(4096))), to[4][EACH];
	struct subject s = { .desc = &four_desc_send };
	struct encase_process process;
	struct encase_setup setup = { .interfaces = spoken,
				      .memory = &encase_memory_process,
				      .space = &process,
				      .lower = &constant };
	struct bare bare;

	memset(page, 'x', sizeof(page));
	bare.pid = process.pid = start_process();
	for (unsigned i = 0; i < 4; i++) {
		char *from = page + 1000 * (size_t) i + 8;

		s.words[i] = (encase_word) (uintptr_t) from;
		bare.from[i] = (struct iovec){ from, EACH };
		bare.to[i] = (struct iovec){ to[i], EACH };
	}
	s.words[4] = EACH;
	check(encase_cage_new(&setup, &s.cage), "cage");
	bench_push(s.cage, &copying_four, 1);
	measure_print(name, measure(bench_enter, &s, NULL, NULL, read_bare, &bare), goal);
	encase_cage_free(s.cage);
	kill(process.pid, SIGKILL);
	waitpid(process.pid, NULL, 0);
}

void bench_copies(void)
{
	copy("copy/arena/4096", 4096, 1.35);
	copy("copy/arena/1M", 1 << 20, 1.1);
	copy_path("copy/openat/arena", 0.5);
	copy_four("copy/four/process", 1.1);
}
