/* SPDX-License-Identifier: MIT */
/*
 * Guests: a system call with all that the processor knows, before and after; made from call sites
 * of many kinds.
 */
#ifndef GUEST_CALL_H
#define GUEST_CALL_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* What call.S loads before a call and stores behind it; it knows the places. */
struct guest_state {
	uint64_t rax, rbx, rbp, r12, r13, r14, r15, r8, r9, r10, rdi, rsi, rdx, rcx; /* 0 */
	uint64_t flags;                                                              /* 112 */
	uint32_t mxcsr, fcw;                                                         /* 120, 124 */
	uint64_t red[16];   /* 128: the red zone, the lowest first */
	uint64_t opmask[8]; /* 256: if wide is 2 */
	uint64_t wide;      /* 320: 0: SSE; 1: AVX; 2: AVX-512 */
	uint64_t rest[7];
	uint8_t vector[32][64]; /* 384: the lower 16 bytes of 16 of them; or 32; or all */
};

/* Goes to a site with this state in the processor; rcx is what that returned with. */
void guest_call(struct guest_state *state, const void *site);

/* Call sites; each makes the call that rax says, or another one, and returns. */
struct guest_site {
	const void *at;
	const char *name;
	int64_t number;  /* of the call that is made in the end, or -1: rax's */
	bool sets_flags; /* behind the call */
	bool pushes;     /* two words, where the red zone ends */
};
extern const char guest_site_alone[], guest_site_behind[], guest_site_before[],
	guest_site_entered[], guest_site_twice[], guest_site_relative[], guest_site_relative_data[],
	guest_site_tested[], guest_site_calls[], guest_site_loop[], guest_site_tight[];

#define GUEST_FLAGS 0xcd5 /* carry, parity, adjust, zero, sign, direction, overflow */

static inline uint64_t guest_wide(void)
{
	__builtin_cpu_init();
	if (__builtin_cpu_supports("avx512bw"))
		return 2;
	return __builtin_cpu_supports("avx") ? 1 : 0;
}

/* Something else in each place, from a seed. */
static inline void guest_state_fill(struct guest_state *state, uint64_t seed)
{
	unsigned char *at = (unsigned char *) state;

	for (size_t i = 0; i < sizeof(*state); i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		at[i] = (unsigned char) (seed >> 56);
	}
	state->flags = (state->flags & GUEST_FLAGS) | 0x202;
	state->mxcsr = 0x1f80 | (state->mxcsr & 0x6000); /* no exceptions, any rounding */
	state->fcw = 0x37f | (state->fcw & 0xc00);
	state->wide = guest_wide();
}

/* Null, or what a call has changed that it must leave alone. */
static inline const char *guest_state_differs(const struct guest_state *one,
					      const struct guest_state *two,
					      const struct guest_site *site)
{
	const size_t bytes[] = { 16, 32, 64 }, width = bytes[one->wide];

	if (memcmp(&one->rbx, &two->rbx, 12 * sizeof(uint64_t)) != 0)
		return "registers";
	if (!site->sets_flags && (one->flags ^ two->flags) & GUEST_FLAGS)
		return "flags";
	if (one->mxcsr != two->mxcsr || one->fcw != two->fcw)
		return "rounding";
	/* The lowest word lies outside of the zone by the time that it is read. */
	if (memcmp(one->red + 1, two->red + 1, (site->pushes ? 13 : 15) * sizeof(uint64_t)) != 0)
		return "the red zone";
	for (int i = 0; i < (one->wide == 2 ? 32 : 16); i++)
		if (memcmp(one->vector[i], two->vector[i], width) != 0)
			return "vectors";
	if (one->wide == 2 && memcmp(one->opmask, two->opmask, sizeof(one->opmask)) != 0)
		return "masks of vectors";
	return NULL;
}

/* All of them, up to one without a name. */
static inline const struct guest_site *guest_sites(void)
{
	static const struct guest_site all[] = {
		{ guest_site_alone, "alone", -1, false, false },
		{ guest_site_behind, "behind a long instruction", -1, false, false },
		{ guest_site_before, "before many short ones", -1, false, false },
		{ guest_site_entered, "with a jump to it, past what stands before", -1, false,
		  false },
		{ guest_site_twice, "two of them", 39 /* getpid */, false, false },
		{ guest_site_relative, "between data that is found from there", 39, false, false },
		{ guest_site_tested, "with a test and a branch behind", -1, true, false },
		{ guest_site_calls, "before a call", -1, false, true },
		{ guest_site_loop, "at the beginning of a loop", -1, true, true },
		{ guest_site_tight, "with jumps to both sides of it", -1, false, false },
		{ 0 },
	};

	return all;
}

#endif
