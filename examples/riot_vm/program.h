/* SPDX-License-Identifier: MIT */
/* Programs in files: assembly, or an image that riot_asm has made of it. */
#ifndef RIOT_PROGRAM_H
#define RIOT_PROGRAM_H

#include "asm.h"

#define PROGRAM_MOST  (1 << 20)   /* bytes of a file */
#define PROGRAM_MAGIC "riot-16\n" /* what images begin with */

/* Reads a program; what is wrong with it goes to stderr.  Whether it could be. */
bool program_read(const char *path, struct asm_image *image);
/* Writes an image; the same. */
bool program_write(const char *path, const struct asm_image *image);

#endif
