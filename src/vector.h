/* SPDX-License-Identifier: MIT */
/*
 * Vectors: arrays of struct iovec, and the bytes that they name.
 *
 * Entries are judged as Linux does (lib/iov_iter.c, import_iovec()): at most
 * UIO_MAXIOV, no length above SSIZE_MAX, all of them cut to MAX_RW_COUNT together.
 */
#ifndef ENC_VECTOR_H
#define ENC_VECTOR_H

#include "enc.h"

#define ENC_VECTOR_MAX 1024 /* UIO_MAXIOV, include/uapi/linux/uio.h */

/* One entry; base is an address in whatever memory the vector is of. */
struct enc_part {
	encase_word base, len;
};

/* Cuts the lengths, and tells their sum.  -EINVAL: there is one that no part can have. */
int enc_vector_cut(struct enc_part *parts, size_t n, size_t *total);
/* Whether all of them can certainly not be reached: -EFAULT. */
int enc_vector_check(struct enc_home home, const struct enc_part *parts, size_t n);
/* All their bytes, one after another; they have been checked. */
int enc_vector_read(struct enc_home home, const struct enc_part *parts, size_t n, char *to);
/* The first bytes of them, as many as there are. */
int enc_vector_write(struct enc_home home, const struct enc_part *parts, size_t n, const char *from,
		     size_t bytes);
/* Makes each base a pointer that reaches its bytes, in a memory that has a place. */
int enc_vector_place(struct enc_home home, struct enc_part *parts, size_t n);
/* Makes the bases pointers to data, in which the parts' bytes stand one after another. */
void enc_vector_lay(struct enc_part *parts, size_t n, char *data);

#endif
