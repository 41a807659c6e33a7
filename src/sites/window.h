/* SPDX-License-Identifier: MIT */
/*
 * Windows: whole instructions around a `syscall`, which can be moved, so that a jump
 * takes their place.  The only user of Zydis, which is loaded first.
 *
 * Nobody knows who else jumps where, or which thread stands in the midst of a window.
 * So wherever an instruction of it began there is a trap afterwards (int3), inside the
 * jump's own displacement if need be: a stub must lie where that comes out.
 */
#ifndef ENC_WINDOW_H
#define ENC_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Before anything else here; false: there is none.  One thread at a time. */
bool enc_window_load(void);

#define ENC_JUMP          5  /* bytes: jmp rel32 */
#define ENC_SYSCALL       2  /* bytes */
#define ENC_WINDOW_MOST   32 /* bytes of a window */
#define ENC_WINDOW_STARTS 8  /* instructions of one */
#define ENC_MOVED_MOST    96 /* bytes that they take where they are moved to */
#define ENC_TRAP          0xcc

struct enc_window {
	uint8_t before; /* bytes of it before the syscall */
	uint8_t length; /* bytes */
	uint8_t nstarts;
	uint8_t starts[ENC_WINDOW_STARTS]; /* where its instructions begin, 0 the first */
};

/* A place where code makes a system call. */
#define ENC_EARLIER 4
struct enc_place {
	uint64_t at; /* of the syscall: bytes from where the code begins */
	uint8_t back
		[ENC_EARLIER]; /* so many bytes before it instructions begin, nearest first; then 0 */
};

/* The window there that leaves most freedom to where a stub may lie.  False: there is none. */
bool enc_window_find(const unsigned char *code, size_t size, const struct enc_place *place,
		     struct enc_window *w);

/* Which bits of the jump's displacement must have which value, for a trap to stand where need be. */
void enc_window_bits(const struct enc_window *w, uint32_t *mask, uint32_t *value);

/* A window's instructions where they have been moved to. */
struct enc_moved {
	uint8_t length;
	uint8_t back;                      /* where a call comes back to */
	uint8_t end;                       /* behind the last of them */
	uint8_t starts[ENC_WINDOW_STARTS]; /* where they begin now */
	unsigned char code[ENC_MOVED_MOST];
};
/*
 * Moves the window that stands in code, and is to be run at from, to the address to.  Instead of
 * the syscall it has a jump to what *gate (an address in reach of to) says, with rcx, a
 * register that a syscall changes, where to come back to.  False: something is out of reach.
 */
bool enc_window_move(const struct enc_window *w, const unsigned char *code, uint64_t from,
		     uint64_t to, uint64_t gate, struct enc_moved *moved);

/*
 * Whether an instruction that enters the kernel stands at a place, seen from another one before it, *from, at which
 * one begins.  1: a syscall, and *found is what is known of it; 0: no instruction begins there; -ENOTSUP: what
 * stands in between is none, or it is another way to enter.  *from becomes a place from which
 * a later one can be looked at.
 */
int enc_window_look(const unsigned char *code, size_t size, size_t *from, size_t at,
		    struct enc_place *found);

#endif
