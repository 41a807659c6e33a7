/* SPDX-License-Identifier: MIT */
/* Writing to code; see poke.h. */
#include "poke.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096UL

static int held = -1; /* between enc_poke_begin() and enc_poke_end() */

static int open_memory(void)
{
	return open("/proc/self/mem", O_RDWR | O_CLOEXEC);
}

/*
 * By /proc/self/mem, which may write to what only can be read and executed, and makes
 * a copy of a file's page as a debugger's breakpoint does.
 */
static int by_file(uint64_t to, const void *bytes, size_t n)
{
	int fd = held < 0 ? open_memory() : held, err = 0;
	ssize_t done;

	if (fd < 0)
		return -errno;
	done = pwrite(fd, bytes, n, (off_t) to);
	if (done != (ssize_t) n)
		err = done < 0 ? -errno : -EFAULT;
	if (fd != held)
		close(fd);
	return err;
}

void enc_poke_begin(void)
{
	held = open_memory();
}

void enc_poke_end(void)
{
	if (held >= 0)
		close(held);
	held = -1;
}

/* Where that is not to be had: writable for a moment. */
static int by_rights(uint64_t to, const void *bytes, size_t n)
{
	uint64_t begin = to & ~(PAGE - 1), end = (to + n + PAGE - 1) & ~(PAGE - 1);
	void *at = (void *) (uintptr_t) begin;

	if (mprotect(at, end - begin, PROT_READ | PROT_WRITE | PROT_EXEC))
		return -errno;
	memcpy((void *) (uintptr_t) to, bytes, n);
	if (mprotect(at, end - begin, PROT_READ | PROT_EXEC))
		return -errno;
	return 0;
}

int enc_poke(uint64_t to, const void *bytes, size_t n)
{
	return by_file(to, bytes, n) ? by_rights(to, bytes, n) : 0;
}

int enc_poke_settle(void)
{
	static bool registered;

	if (!registered) {
		if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0,
			    0))
			return -errno;
		registered = true;
	}
	return syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0) ? -errno
											 : 0;
}
