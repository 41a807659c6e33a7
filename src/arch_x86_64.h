/* SPDX-License-Identifier: MIT */
/* x86-64: the system call, and addition that a signal on the same thread cannot tear. */
#ifndef ENC_ARCH_X86_64_H
#define ENC_ARCH_X86_64_H

#include <stdint.h>

/* Kernel convention; syscall(2), "Architecture calling conventions". */
static inline long enc_arch_syscall(long number, const uint64_t w[6])
{
	register uint64_t r10 __asm__("r10") = w[3];
	register uint64_t r8 __asm__("r8") = w[4];
	register uint64_t r9 __asm__("r9") = w[5];
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(w[0]), "S"(w[1]), "d"(w[2]), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

/* Only the thread that owns *sum may add to it; others may read it. */
static inline void enc_arch_add(uint64_t *sum, uint64_t n)
{
	__asm__ volatile("addq %1, %0" : "+m"(*sum) : "er"(n) : "cc");
}

#endif
