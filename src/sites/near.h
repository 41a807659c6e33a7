/* SPDX-License-Identifier: MIT */
/*
 * Near: memory for stubs, within reach of a jump of 32 bits, and at addresses that give the
 * jump's displacement the bytes that it must have.  It can be read and executed, and is
 * written by poking alone.  One thread at a time.
 */
#ifndef ENC_NEAR_H
#define ENC_NEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where all stubs jump to, those that there are as well; and where those do of shared code. */
void enc_near_set_gate(uint64_t gate, uint64_t shared);
/*
 * Takes size bytes (1..256) whose distance from next has value in the bits of mask, which is
 * of whole bytes.  *gate becomes the address, in their reach, of two words that hold the gate's.
 * 0: there are none, or no memory.
 */
uint64_t enc_near_take(uint64_t next, size_t size, uint32_t mask, uint32_t value, uint64_t *gate);
/* Gives them back: nobody has been sent there yet. */
void enc_near_give_back(uint64_t at, size_t size);
/* Whether any of this is its memory; may be asked by anybody at any time. */
bool enc_near_is(uint64_t from, uint64_t size);

#endif
