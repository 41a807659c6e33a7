/* SPDX-License-Identifier: MIT */
/*
 * What the program under test allocates: the linker puts these functions between
 * it and libc (--wrap), so that they count, and refuse when they are told to.
 * Criterion and libc themselves are not counted.
 */
#ifndef BLOCKS_H
#define BLOCKS_H

/* Allocations so far, on all threads. */
unsigned blocks_made(void);
/* Blocks that are not freed yet; meaningful as a difference. */
long blocks_live(void);
/* Lets so many allocations pass, then refuses one. */
void blocks_refuse_after(unsigned passed);

#endif
