/* SPDX-License-Identifier: MIT */
/*
 * Memory "process": that of another process, whose addresses are its own.
 *
 * By process_vm_readv(2), which goes by the rights that the process has to its pages
 * itself.  /proc/PID/mem does not (mm/memory.c: FOLL_FORCE): what the process must not
 * write could be written there, so that nobody saves the fifth that it is cheaper by
 * for small reads.
 */
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "memory.h"

#define PAGE 4096
/* So much of a string is read at first; most names are shorter. */
#define FIRST 256
/* So many ranges are read at a time. */
#define BATCH 64

/*
 * By system call number, process_vm_readv()'s or _writev()'s.  Less than all of it means that
 * the first byte that was not moved cannot be.
 */
static bool moves(long number, const struct encase_process *process, const struct iovec *local,
		  const struct iovec *remote, size_t count, size_t all)
{
	const uint64_t words[6] = { (uint64_t) process->pid, (uintptr_t) local, count,
				    (uintptr_t) remote, count };

	return enc_arch_syscall(number, words) == (long) all;
}

/* Of one call Linux moves at most so much. */
static int move(long number, const struct encase_process *process, encase_word at, void *here,
		size_t n)
{
	for (size_t done = 0; done < n; done += ENCASE_TRANSFER_MAX) {
		size_t part = n - done < ENCASE_TRANSFER_MAX ? n - done : ENCASE_TRANSFER_MAX;
		struct iovec local = { (char *) here + done, part };
		struct iovec remote = { (void *) (uintptr_t) (at + done), part };

		if (!moves(number, process, &local, &remote, 1, part))
			return -EFAULT;
	}
	return 0;
}

static int process_check(void *space, encase_word at, size_t n)
{
	(void) space;
	return enc_memory_is_user(at, n) ? 0 : -EFAULT;
}

static int process_read(void *space, encase_word from, void *to, size_t n)
{
	return move(SYS_process_vm_readv, space, from, to, n);
}

static int process_write(void *space, encase_word to, const void *from, size_t n)
{
	return move(SYS_process_vm_writev, space, to, (void *) from, n);
}

/* As many ranges as one read takes; returns how many, or -EFAULT. */
static long gather_some(void *space, const struct encase_range *ranges, size_t count)
{
	struct iovec local[BATCH], remote[BATCH];
	size_t all = 0, n = 0;

	for (; n < count && n < BATCH && ranges[n].n <= ENCASE_TRANSFER_MAX - all; n++) {
		local[n] = (struct iovec){ ranges[n].to, ranges[n].n };
		remote[n] = (struct iovec){ (void *) (uintptr_t) ranges[n].from, ranges[n].n };
		all += ranges[n].n;
	}
	if (!n)
		return process_read(space, ranges->from, ranges->to, ranges->n) ? -EFAULT : 1;
	return moves(SYS_process_vm_readv, space, local, remote, n, all) ? (long) n : -EFAULT;
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
		if (from + done < from ||
		    move(SYS_process_vm_readv, space, from + done, to + done, n))
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
