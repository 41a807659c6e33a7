/* SPDX-License-Identifier: MIT */
/* The block of memory that calls point to, as each way has it. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "difference.h"

#define PAGE 4096

/* Memory at an address, or anywhere if that is null, with nothing behind it. */
static unsigned char *map(uint64_t at, size_t size)
{
	int flags = MAP_SHARED | MAP_ANONYMOUS | (at ? MAP_FIXED_NOREPLACE : 0);
	unsigned char *p = mmap((void *) at, size + PAGE, PROT_READ | PROT_WRITE, flags, -1, 0);

	if (p == MAP_FAILED || (at && p != (void *) at) || munmap(p + size, PAGE))
		_exit(4);
	return p;
}

/* The block is BLOCK bytes behind the arena's base; what is before it is nobody's. */
static unsigned char *map_arena(struct encase_arena *arena)
{
	unsigned char *p = mmap(NULL, BLOCK + ROOM + PAGE, PROT_NONE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED || mprotect(p + BLOCK, ROOM, PROT_READ | PROT_WRITE))
		_exit(4);
	*arena = (struct encase_arena){ p, BLOCK + ROOM };
	return p + BLOCK;
}

/* Moves the block to where calls think that it is, and stays until it is killed. */
static void lend(unsigned char *here, int ready)
{
	(void) prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (mremap(here, ROOM, ROOM, MREMAP_MAYMOVE | MREMAP_FIXED, (void *) BLOCK) ==
		    (void *) BLOCK &&
	    write(ready, "", 1) == 1)
		for (;;)
			(void) pause();
	_exit(4);
}

static pid_t fork_lender(unsigned char *here)
{
	char byte;
	int fds[2];
	pid_t pid;

	if (pipe(fds))
		_exit(4);
	pid = fork();
	if (!pid)
		lend(here, fds[1]);
	(void) close(fds[1]);
	if (pid < 0 || read(fds[0], &byte, 1) != 1)
		_exit(4);
	(void) close(fds[0]);
	return pid;
}

void block_make(struct block *block, enum way way)
{
	if (way == ARENA) {
		block->here = map_arena(&block->arena);
		return;
	}
	block->here = map(way == PROCESS ? 0 : BLOCK, ROOM);
	if (way == PROCESS)
		block->process.pid = fork_lender(block->here);
}

void block_free(struct block *block, enum way way)
{
	if (way == PROCESS) {
		(void) kill(block->process.pid, SIGKILL);
		(void) waitpid(block->process.pid, NULL, 0);
	}
}

/* Asked in a child, since what fails ends the process. */
bool block_is_reached(void)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		struct block block;
		char byte;
		struct iovec here = { &byte, 1 }, there = { (void *) BLOCK, 1 };
		bool reached;

		block_make(&block, PROCESS);
		reached = process_vm_readv(block.process.pid, &here, 1, &there, 1, 0) == 1;
		block_free(&block, PROCESS);
		_exit(!reached);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}
