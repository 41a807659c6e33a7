/* SPDX-License-Identifier: MIT */
/*
 * A type below another one that is defined as if there were none above it.
 *
 * mend:  `ENCASE_HANDLE_DEFINE(file, close_file)` => `ENCASE_HANDLE_DEFINE_SUBTYPE(file, close_file, node)`
 * gcc:   'file_enc_top' undeclared
 * clang: use of undeclared identifier 'file_enc_top'
 */
#include "handles.h"

static void close_file(struct fs_file *f)
{
	f->closed = 1;
}

ENCASE_HANDLE_DEFINE(file, close_file);
