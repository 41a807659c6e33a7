/* SPDX-License-Identifier: MIT */
/*
 * An object that is larger than a descriptor can say.
 *
 * mend:  `70000` => `60000`
 * gcc:   what p points to is empty, or larger than 65535 bytes
 * clang: what p points to is empty, or larger than 65535 bytes
 * flags: -w
 */
struct page {
	char bytes[70000];
};

#define TABLE CALL(put, 1, int, FAILS, ORDINARY, (), (struct page *, p, OUT_OBJ(struct page)))

#include "inline.h"
