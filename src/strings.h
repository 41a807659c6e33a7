/* SPDX-License-Identifier: MIT */
/*
 * Strings: arrays of pointers to strings that end in a null, ENCASE_STRINGS.
 *
 * Bounds are execve()'s: a string has at most 32 pages, all of them and the
 * pointers 6 MiB (fs/exec.c, include/uapi/linux/binfmts.h).
 */
#ifndef ENC_STRINGS_H
#define ENC_STRINGS_H

#include "extent.h"

#define ENC_STRINGS_MOST ((size_t) 6 << 20)
#define ENC_STRING_MOST  ((size_t) 32 * 4096)

static inline bool enc_is_strings(const struct encase_arg *arg)
{
	return enc_kind(arg) == ENCASE_DEEP && enc_deep(arg) == ENCASE_STRINGS;
}

/* Argument i, which is not null and in the cage's memory, gets a shadow. */
int enc_strings_fetch(struct encase_call *call, unsigned i);

#endif
