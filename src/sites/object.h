/* SPDX-License-Identifier: MIT */
/*
 * Objects: all places in a file's code that make system calls, without a look at all of it.  The bytes of the
 * instruction are searched for; whether they are one is told by decoding from where a function
 * begins, which the table for unwinding says.
 */
#ifndef ENC_OBJECT_H
#define ENC_OBJECT_H

#include <stddef.h>
#include <stdint.h>

#include "window.h"

/* A place at so many bytes of the file; place->at is the same. */
typedef int enc_object_fn(void *arg, const struct enc_place *place);
/*
 * Tells visit() of each in an ELF file of x86-64, of which all is in memory, as long as that returns 0.
 * 0; what visit() returned; or -ENOTSUP: it is no such file, or there may be others in it.
 */
int enc_object_scan(const unsigned char *file, size_t size, enc_object_fn *visit, void *arg);

#endif
