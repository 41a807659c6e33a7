/* SPDX-License-Identifier: MIT */
/*
 * Memory "process": that of another process, whose addresses are its own.
 *
 * By process_vm_readv(2), which goes by the rights that the process has to its pages
 * itself.  /proc/PID/mem does not (mm/memory.c: FOLL_FORCE): what the process must not
 * write could be written there, so that nobody saves the fifth that it is cheaper by
 * for small reads.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/uio.h>

#include "memory.h"

#define PAGE 4096
/* So much of a string is read at first; most names are shorter. */
#define FIRST 256
/* So many ranges are read at a time. */
#define BATCH 64

typedef ssize_t move_fn(pid_t pid, const struct iovec *local, unsigned long nlocal,
			const struct iovec *remote, unsigned long nremote, unsigned long flags);

/* Less than all of it means that the first byte that was not moved cannot be. */
static int move(move_fn *fn, void *space, encase_word at, void *here, size_t n)
{
	const struct encase_process *process = space;
	struct iovec local = { here, n }, remote = { (void *) (uintptr_t) at, n };
	int saved = errno;
	ssize_t moved = fn(process->pid, &local, 1, &remote, 1, 0);

	errno = saved;
	return moved == (ssize_t) n ? 0 : -EFAULT;
}

/* Of one call Linux moves at most so much. */
static int move_all(move_fn *fn, void *space, encase_word at, void *here, size_t n)
{
	int err = 0;

	for (size_t done = 0; !err && done < n; done += ENCASE_TRANSFER_MAX) {
		size_t part = n - done < ENCASE_TRANSFER_MAX ? n - done : ENCASE_TRANSFER_MAX;

		err = move(fn, space, at + done, (char *) here + done, part);
	}
	return err;
}

static int process_check(void *space, encase_word at, size_t n)
{
	(void) space;
	return enc_memory_is_user(at, n) ? 0 : -EFAULT;
}

static int process_read(void *space, encase_word from, void *to, size_t n)
{
	return move_all(process_vm_readv, space, from, to, n);
}

static int process_write(void *space, encase_word to, const void *from, size_t n)
{
	return move_all(process_vm_writev, space, to, (void *) from, n);
}

/* As many ranges as one read takes; returns how many, or -EFAULT. */
static long gather_some(void *space, const struct encase_range *ranges, size_t count)
{
	const struct encase_process *process = space;
	struct iovec local[BATCH], remote[BATCH];
	size_t all = 0, n = 0;
	int saved = errno;
	ssize_t moved;

	for (; n < count && n < BATCH && ranges[n].n <= ENCASE_TRANSFER_MAX - all; n++) {
		local[n] = (struct iovec){ ranges[n].to, ranges[n].n };
		remote[n] = (struct iovec){ (void *) (uintptr_t) ranges[n].from, ranges[n].n };
		all += ranges[n].n;
	}
	if (!n)
		return process_read(space, ranges->from, ranges->to, ranges->n) ? -EFAULT : 1;
	moved = process_vm_readv(process->pid, local, n, remote, n, 0);
	errno = saved;
	return moved == (ssize_t) all ? (long) n : -EFAULT;
}

static int process_gather(void *space, const struct encase_range *ranges, size_t count)
{
	long n = 0;

	for (size_t done = 0; n >= 0 && done < count; done += (size_t) n)
		n = gather_some(space, ranges + done, count - done);
	return n < 0 ? (int) n : 0;
}

/* In pieces that end where a page does: one of them is there as a whole, or not at all. */
static long process_read_string(void *space, encase_word from, char *to, size_t room)
{
	size_t n = FIRST;

	for (size_t done = 0; done < room; done += n, n = PAGE) {
		size_t page = PAGE - (from + done) % PAGE;
		const char *nul;

		n = n < page ? n : page;
		n = n < room - done ? n : room - done;
		if (from + done < from || move(process_vm_readv, space, from + done, to + done, n))
			return -EFAULT;
		nul = memchr(to + done, 0, n);
		if (nul)
			return nul - to + 1;
	}
	return -E2BIG;
}

const struct encase_memory encase_memory_process = {
	.name = "process",
	.read = process_read,
	.write = process_write,
	.read_string = process_read_string,
	.check = process_check,
	.gather = process_gather,
};
