/* SPDX-License-Identifier: MIT */
/*
 * Memory "host_checked": this process's own, where its addresses come from a program that is not to be
 * trusted with them: a bad one is EFAULT.
 */
#include "memory/host_checked.h"

#include <unistd.h>

#include "memory.h"

/* In host_checked_x86_64.S: -EFAULT after a fault; between begin and end lie the instructions that may. */
long enc_checked_copy_string(char *to, const char *from, size_t room)
	__attribute__((visibility("hidden")));
extern char enc_checked_begin[], enc_checked_end[], enc_checked_bad[];

uint64_t enc_checked_fault(uint64_t rip)
{
	if (rip < (uint64_t) (uintptr_t) enc_checked_begin ||
	    rip >= (uint64_t) (uintptr_t) enc_checked_end)
		return 0;
	return (uint64_t) (uintptr_t) enc_checked_bad;
}

/* The space of memory "process", of this one. */
#define SELF (&(struct encase_process){ .pid = getpid() })

int enc_checked_read(void *to, encase_word from, size_t n)
{
	if (!enc_memory_is_user(from, n))
		return -EFAULT;
	if (enc_likely(enc_thread.armed))
		return enc_checked_copy(to, (const void *) (uintptr_t) from, n);
	return encase_memory_process.read(SELF, from, to, n);
}

int enc_checked_write(encase_word to, const void *from, size_t n)
{
	if (!enc_memory_is_user(to, n))
		return -EFAULT;
	if (enc_likely(enc_thread.armed))
		return enc_checked_copy((void *) (uintptr_t) to, from, n);
	return encase_memory_process.write(SELF, to, from, n);
}

long enc_checked_string(char *to, encase_word from, size_t room)
{
	if (!enc_memory_is_user(from, 1))
		return -EFAULT;
	if (enc_likely(enc_thread.armed))
		return enc_checked_copy_string(to, (const char *) (uintptr_t) from, room);
	return encase_memory_process.read_string(SELF, from, to, room);
}

/* -- The memory ---------------------------------------------------------------- */

static int checked_check(void *space, encase_word at, size_t n)
{
	(void) space;
	return enc_memory_is_user(at, n) ? 0 : -EFAULT;
}

static int checked_read(void *space, encase_word from, void *to, size_t n)
{
	(void) space;
	return enc_checked_read(to, from, n);
}

static int checked_write(void *space, encase_word to, const void *from, size_t n)
{
	(void) space;
	return enc_checked_write(to, from, n);
}

static long checked_read_string(void *space, encase_word from, char *to, size_t room)
{
	(void) space;
	return enc_checked_string(to, from, room);
}

static void *checked_place(void *space, encase_word at, size_t n)
{
	return checked_check(space, at, n) ? NULL : (void *) (uintptr_t) at;
}

const struct encase_memory encase_memory_host_checked = {
	.name = "host_checked",
	.read = checked_read,
	.write = checked_write,
	.read_string = checked_read_string,
	.check = checked_check,
	.place = checked_place,
};
