/* SPDX-License-Identifier: MIT */
/*
 * Sites: places where a program makes system calls, changed so that they jump to the gate.
 *
 * A stub that a site jumps to comes to the gate with all registers as the call has them
 * but rcx, which says where to come back to: the gate jumps there, with the result in rax and what a
 * system call keeps kept.  Nothing has been pushed; the stack's red zone is in use.  In front of the
 * place to come back to stands a syscall, for who wants the call to be made after all.
 *
 * Threads may run all the while.  Those that come upon a trap, because they jumped into
 * the midst of a window or stood there, are sent on by who handles SIGTRAP: enc_sites_turn().
 */
#ifndef ENC_SITES_H
#define ENC_SITES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "window.h"

/*
 * Before any site, and whenever that changes: where stubs jump to, and those of code that others run, too.  One
 * thread at a time.
 */
void enc_sites_set_gate(uint64_t gate, uint64_t shared);

/* Where a stub's way to the gate begins, in bytes before the place to come back to. */
#define ENC_SITES_BEHIND 15

/* How sites are to be changed. */
enum {
	ENC_SITES_ALONE = 1, /* no other thread runs */
	ENC_SITES_SHARED = 2 /* others run the code, too */
};

/*
 * Changes a site: a place in size bytes of code at address code; how: ENC_SITES_*.
 * 0, also for a site that is changed already; or -errno, and all is as it was: -ENOTSUP: it has no window;
 * -ENOMEM: no memory in reach; what enc_poke() and enc_poke_settle() say.
 */
int enc_sites_change(uint64_t code, size_t size, const struct enc_place *place, unsigned how);

/*
 * Where who comes upon a trap at this address is to go on: in a stub; there once more, if
 * the trap has gone; 0: it is none of ours.  By anybody, at any time, in a signal's handler too.
 */
uint64_t enc_sites_turn(uint64_t trap);
/* The other way: which address of the program's an address in a stub stands for; 0: none. */
uint64_t enc_sites_origin(uint64_t in_stub);

/* Whether any code in this range had sites that were changed. */
bool enc_sites_has(uint64_t from, uint64_t size);
/*
 * The code in this range is not there any more: its sites are forgotten.  Of code that may have been replaced, by a copy of
 * itself perhaps, they are known still; enc_sites_change() looks at what stands there.
 */
void enc_sites_forget(uint64_t from, uint64_t size);

#endif
