/* SPDX-License-Identifier: MIT */
/*
 * Linux's calls whose later arguments depend on earlier ones that are no commands: flags.
 * Those with commands: commands.def.
 *
 * Sources: include/uapi of Linux 6.18, section 2 of the manual.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>

#include "encase.h"

/* A file may be made: open(2), "mode". */
static bool has_mode(encase_word flags)
{
	return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
}

void enc_shape_open(struct encase_desc *shape, const encase_word *words)
{
	if (!has_mode(words[1]))
		shape->nargs = 2;
}

void enc_shape_openat(struct encase_desc *shape, const encase_word *words)
{
	if (!has_mode(words[2]))
		shape->nargs = 3;
}

void enc_shape_mq_open(struct encase_desc *shape, const encase_word *words)
{
	if (!(words[1] & O_CREAT))
		shape->nargs = 2;
}

/* The new address counts with these flags (mm/mremap.c). */
void enc_shape_mremap(struct encase_desc *shape, const encase_word *words)
{
	if (!(words[3] & (MREMAP_FIXED | 4 /* MREMAP_DONTUNMAP */)))
		shape->nargs = 4;
}

/* AT_HANDLE_MNT_ID_UNIQUE: the mount's number has 64 bits. */
void enc_shape_name_to_handle_at(struct encase_desc *shape, const encase_word *words)
{
	if (words[4] & 1)
		shape->arg[3].size = sizeof(uint64_t);
}

/* IORING_ENTER_EXT_ARG: a structure with pointers; _EXT_ARG_REG: a place in registered memory. */
void enc_shape_io_uring_enter(struct encase_desc *shape, const encase_word *words)
{
	if (words[3] & 1 << 6)
		encase_shape_number(shape, 4);
	else if (words[3] & 1 << 3)
		encase_shape_opaque(shape, 4);
}
