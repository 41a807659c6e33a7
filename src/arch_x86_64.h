/* SPDX-License-Identifier: MIT */
/* x86-64: the system call, addition that a signal on the same thread cannot tear, stubs. */
#ifndef ENC_ARCH_X86_64_H
#define ENC_ARCH_X86_64_H

#include <stddef.h>
#include <stdint.h>

/* The end of user space, at most: see enc_memory_is_user(). */
#define ENC_ARCH_USER_END UINT64_C(0xfffffffffff000)

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

/*
 * Calls a function of integers and pointers with the first nargs (0..8) of words.  The
 * registers of the first six are the same whatever the function takes, and it leaves
 * alone what it does not take (System V ABI, AMD64 supplement, 3.2.3); so is al, which a
 * function with "..." looks at: these are no floats.
 */
static inline uint64_t enc_arch_call(void (*fn)(void), const uint64_t *w, unsigned nargs)
{
	typedef uint64_t word;

	if (nargs <= 3)
		return ((word(*)(word, word, word, ...)) fn)(
			nargs > 0 ? w[0] : 0, nargs > 1 ? w[1] : 0, nargs > 2 ? w[2] : 0);
	if (nargs <= 6)
		return ((word(*)(word, word, word, word, word, word, ...)) fn)(
			w[0], w[1], w[2], w[3], nargs > 4 ? w[4] : 0, nargs > 5 ? w[5] : 0);
	return ((word(*)(word, word, word, word, word, word, word, word, ...)) fn)(
		w[0], w[1], w[2], w[3], w[4], w[5], w[6], nargs > 7 ? w[7] : 0);
}

/*
 * Stubs: functions of ENC_ARCH_STUB bytes, that many on a page, each with a slot at
 * the same place of the page behind.  Called with integer and pointer arguments,
 * a stub calls its slot's function.  The first slot is not a stub's, but tells
 * all of them where to go.
 */
#define ENC_ARCH_STUB 16
struct enc_arch_slot {
	uint64_t (*fn)(void *arg, const uint64_t words[8]); /* of its words the first count */
	void *arg;
};
/* Writes a page of stubs and the first slot of the next; both are writable. */
void enc_arch_write_stubs(unsigned char *page, size_t size);

#endif
