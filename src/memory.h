/* SPDX-License-Identifier: MIT */
/*
 * Memories: what every memory may rely on, in one place.
 *
 * Callers go through these functions, never to the vector: they turn away empty
 * and wrapping ranges, so that an implementation sees neither.
 */
#ifndef ENC_MEMORY_H
#define ENC_MEMORY_H

#include "arch.h"
#include "enc.h"

/* 0, or -EFAULT: the range wraps, or the memory knows that it cannot be reached. */
int enc_memory_check(struct enc_home home, encase_word at, size_t n);
int enc_memory_read(struct enc_home home, encase_word from, void *to, size_t n);
int enc_memory_write(struct enc_home home, encase_word to, const void *from, size_t n);
/*
 * Whether a process of this machine may have a range: user space ends where it does with five levels
 * of page tables, lower with four (Documentation/arch/x86/x86_64/5level-paging.rst), and nothing maps
 * the first page (vm.mmap_min_addr, Documentation/admin-guide/sysctl/vm.rst).
 */
static inline bool enc_memory_is_user(encase_word at, size_t n)
{
	return at >= 4096 && at <= ENC_ARCH_USER_END && n <= ENC_ARCH_USER_END - at;
}
/* Whether it is this process's own: a word is a pointer that all of it can follow. */
static inline bool enc_memory_is_own(const struct encase_memory *memory)
{
	return memory == &encase_memory_host || memory == &encase_memory_host_checked;
}
/* All of these ranges, of which none is empty, in as few reads as can be. */
int enc_memory_gather(struct enc_home home, const struct encase_range *ranges, size_t count);
/* The same for ranges that are told one by one; empty ones among them are none. */
#define ENC_READS 64
struct enc_reads {
	struct enc_home home;
	size_t n;
	struct encase_range range[ENC_READS];
};
static inline void enc_reads_begin(struct enc_reads *reads, struct enc_home home)
{
	reads->home = home;
	reads->n = 0;
}
int enc_reads_add(struct enc_reads *reads, encase_word from, void *to, size_t n);
int enc_reads_end(struct enc_reads *reads);
/* The string's length with its NUL, -EFAULT, or -E2BIG. */
long enc_memory_read_string(struct enc_home home, encase_word from, char *to, size_t room);
/* Whether ranges of this memory can be used in place, and one of them; null if out of bounds. */
bool enc_memory_has_place(struct enc_home home);
void *enc_memory_place(struct enc_home home, encase_word at, size_t n);

#endif
