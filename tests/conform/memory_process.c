/* SPDX-License-Identifier: MIT */
/*
 * Row of memory "process": a child that does nothing but have the block, which ends where
 * a page does.  What this process takes from its own pages the child keeps.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memories.h"
#include "memory.h"

static size_t whole(size_t size)
{
	return (size + PAGE - 1) / PAGE * PAGE;
}

static void open_process(struct memory_space *s)
{
	struct encase_process *process = malloc(sizeof(*process));
	size_t size = whole(s->size);
	char *all = mmap(NULL, size + 2 * PAGE, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	cr_assert(process && all != MAP_FAILED);
	cr_assert(!mprotect(all + PAGE, size, PROT_READ | PROT_WRITE));
	process->pid = fork();
	cr_assert(process->pid >= 0);
	if (!process->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	s->bytes = all + PAGE + size - s->size;
	s->space = s->own = process;
	s->base = (encase_word) (uintptr_t) s->bytes;
}

static void close_process(struct memory_space *s)
{
	struct encase_process *process = s->own;
	size_t size = whole(s->size);

	kill(process->pid, SIGKILL);
	cr_assert(waitpid(process->pid, NULL, 0) == process->pid);
	munmap(s->bytes - (size - s->size) - PAGE, size + 2 * PAGE);
	free(process);
}

const struct memory_row memory_row_process = {
	.memory = &encase_memory_process,
	.open = open_process,
	.close = close_process,
	.nowhere = UINT64_C(1) << 62,
	.checks = true,
	.begins = true,
	.guesses = true,
};

/* Addresses that no process can have are told without a look. */
Test(memory_process, knows_the_end_of_user_space)
{
	static const struct encase_process none = { .pid = 0 };
	struct enc_home home = { &encase_memory_process, (void *) &none };

	same("kernel", enc_memory_check(home, UINT64_C(1) << 63, 1), -EFAULT);
	same("across", enc_memory_check(home, PAGE, UINT64_C(1) << 62), -EFAULT);
	same("any", enc_memory_check(home, PAGE, PAGE), 0);
}

#define PIECE ((size_t) 16 << 20)

/* More than Linux moves in one call, of which all pieces are the same memory. */
static char *huge(size_t size)
{
	int fd = memfd_create("huge", MFD_CLOEXEC);
	char *all = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	cr_assert(fd >= 0 && all != MAP_FAILED && !ftruncate(fd, PIECE));
	for (size_t at = 0; at < size; at += PIECE)
		cr_assert(mmap(all + at, PIECE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd,
			       0) != MAP_FAILED);
	close(fd);
	return all;
}

/* One range that is more than Linux moves in one call, among others. */
Test(memory_process, gathers_what_is_huge)
{
	const size_t size = ENCASE_TRANSFER_MAX / PIECE * PIECE + 2 * PIECE;
	struct encase_process me = { getpid() };
	struct enc_home home = { &encase_memory_process, &me };
	char *all = huge(size), word[8] = "bytes", got[2][8] = { 0 };
	struct encase_range ranges[] = {
		{ (encase_word) (uintptr_t) word, got[0], 8 },
		{ (encase_word) (uintptr_t) all, all, size - 1 },
		{ (encase_word) (uintptr_t) word, got[1], 8 },
	};

	same("huge", enc_memory_gather(home, ranges, 3), 0);
	holds("huge", !memcmp(got[0], word, 8) && !memcmp(got[1], word, 8));
	munmap(all, size);
}

/* It goes by the rights that the process has. */
Test(memory_process, rights_to_pages)
{
	struct memory_space s = { .row = &memory_row_process, .size = 3 * PAGE };
	struct enc_home home;
	char *pages = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	encase_word only_read = (encase_word) (uintptr_t) pages, none = only_read + PAGE;
	char byte = 1;

	cr_assert(pages != MAP_FAILED && !mprotect(pages + PAGE, PAGE, PROT_NONE));
	space_open(&s, &memory_row_process, PAGE);
	home = (struct enc_home){ s.row->memory, (void *) s.space };
	same("read", enc_memory_read(home, only_read, &byte, 1), 0);
	same("read", byte, 0);
	same("write", enc_memory_write(home, only_read, "x", 1), -EFAULT);
	same("read none", enc_memory_read(home, none, &byte, 1), -EFAULT);
	same("write none", enc_memory_write(home, none, "x", 1), -EFAULT);
	same("string", enc_memory_read_string(home, none - 1, &byte, 1), 1);
	space_close(&s);
	munmap(pages, 2 * PAGE);
}

/* Linux moves no more than ENCASE_TRANSFER_MAX bytes at a time; gathered ranges may be more together. */
Test(memory_process, gathers_more_than_linux_moves)
{
	enum { RANGES = 64, EACH = 33 << 20 };
	struct memory_space s;
	struct encase_range ranges[RANGES + 1];
	char *all = mmap(NULL, EACH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char last = 0;

	cr_assert(all != MAP_FAILED);
	space_open(&s, &memory_row_process, EACH);
	s.bytes[EACH - 1] = 7;
	for (size_t i = 0; i < RANGES; i++)
		ranges[i] = (struct encase_range){ s.base, all, EACH };
	ranges[RANGES] = (struct encase_range){ s.base + EACH - 1, &last, 1 };
	same("gather",
	     enc_memory_gather((struct enc_home){ s.row->memory, (void *) s.space }, ranges,
			       RANGES + 1),
	     0);
	same("all", all[EACH - 1], 7);
	same("last", last, 7);
	space_close(&s);
	munmap(all, EACH);
}

/* Of a process that has ended nothing can be read; errno is nobody's business. */
Test(memory_process, which_has_ended)
{
	struct memory_space s;
	struct encase_process gone;
	struct enc_home home = { &encase_memory_process, &gone };
	struct encase_range range;
	encase_word at;
	char byte = 1;

	space_open(&s, &memory_row_process, PAGE);
	gone = *(const struct encase_process *) s.space;
	at = s.base;
	space_close(&s);
	range = (struct encase_range){ at, &byte, 1 };
	errno = 77;
	same("read", enc_memory_read(home, at, &byte, 1), -EFAULT);
	same("write", enc_memory_write(home, at, &byte, 1), -EFAULT);
	same("string", enc_memory_read_string(home, at, &byte, 1), -EFAULT);
	same("gather", enc_memory_gather(home, &range, 1), -EFAULT);
	same("errno", errno, 77);
}
