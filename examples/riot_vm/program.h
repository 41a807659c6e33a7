/* SPDX-License-Identifier: MIT */
/*
 * Programs in files: an image that riot_asm has made, or assembly, in which a line
 *
 *     .include "lines.s"
 *
 * stands for the lines of another file, found from where this one is.
 */
#ifndef RIOT_PROGRAM_H
#define RIOT_PROGRAM_H

#include "asm.h"

#define PROGRAM_MOST  (1 << 20)   /* bytes of its files together */
#define PROGRAM_FILES 16          /* that are included, at most */
#define PROGRAM_MAGIC "riot-16\n" /* what images begin with */

/* Reads a program; what is wrong with it goes to stderr.  Whether it could be. */
bool program_read(const char *path, struct asm_image *image);
/* Writes an image; the same. */
bool program_write(const char *path, const struct asm_image *image);

#endif
