/* SPDX-License-Identifier: MIT */
/* The bytes that vectors name; see vector.h. */
#include "vector.h"

#include <sys/uio.h>

#include "memory.h"

_Static_assert(sizeof(struct enc_part) == sizeof(struct iovec) &&
		       offsetof(struct enc_part, len) == offsetof(struct iovec, iov_len),
	       "a part is a struct iovec");

int enc_vector_cut(struct enc_part *parts, size_t n, size_t *total)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		if (parts[i].len > INT64_MAX)
			return -EINVAL;
		if (parts[i].len > ENCASE_TRANSFER_MAX - sum)
			parts[i].len = ENCASE_TRANSFER_MAX - sum;
		sum += parts[i].len;
	}
	*total = sum;
	return 0;
}

int enc_vector_check(struct enc_home home, const struct enc_part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (enc_memory_check(home, parts[i].base, parts[i].len))
			return -EFAULT;
	return 0;
}

int enc_vector_read(struct enc_home home, const struct enc_part *parts, size_t n, char *to)
{
	for (size_t i = 0; i < n; to += parts[i++].len) {
		if (enc_memory_read(home, parts[i].base, to, parts[i].len))
			return -EFAULT;
	}
	return 0;
}

int enc_vector_write(struct enc_home home, const struct enc_part *parts, size_t n, const char *from,
		     size_t bytes)
{
	for (size_t i = 0; i < n && bytes; i++) {
		size_t m = parts[i].len < bytes ? parts[i].len : bytes;

		if (enc_memory_write(home, parts[i].base, from, m))
			return -EFAULT;
		from += m;
		bytes -= m;
	}
	return 0;
}

int enc_vector_place(struct enc_home home, struct enc_part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		void *p = NULL;

		if (parts[i].len) {
			p = parts[i].base ? enc_memory_place(home, parts[i].base, parts[i].len)
					  : NULL;
			if (!p)
				return -EFAULT;
		}
		parts[i].base = (encase_word) (uintptr_t) p;
	}
	return 0;
}

void enc_vector_lay(struct enc_part *parts, size_t n, char *data)
{
	for (size_t i = 0; i < n; data += parts[i++].len)
		parts[i].base = (encase_word) (uintptr_t) data;
}
