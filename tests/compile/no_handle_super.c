/* SPDX-License-Identifier: MIT */
/*
 * A type that is defined below another one than it was declared to be.
 *
 * mend:  `close_file, sock` => `close_file, node`
 * gcc:   "sock is not the type above file"
 * clang: sock is not the type above file
 */
#include "handles.h"

static void close_file(struct fs_file *f)
{
	f->closed = 1;
}

ENCASE_HANDLE_DEFINE_SUBTYPE(file, close_file, sock);
