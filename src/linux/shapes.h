/* SPDX-License-Identifier: MIT */
/* Lists of commands, and what the argument of each points to: what shapes of calls are made by. */
#ifndef ENC_LINUX_SHAPES_H
#define ENC_LINUX_SHAPES_H

#include <stdbool.h>

#include "encase.h"

#define IN    ENCASE_IN
#define OUT   ENCASE_OUT
#define INOUT (ENCASE_IN | ENCASE_OUT)
#define NULLS ENCASE_NULLABLE

/* What the argument of a command is. */
struct enc_command {
	unsigned long op;
	uint8_t dir; /* of the object that it points to; NONE, STRING, UNKNOWN */
	uint16_t size;
};
enum { NONE = 1, STRING = 2, UNKNOWN = 4 };
_Static_assert(!((NONE | STRING | UNKNOWN) & (INOUT | NULLS)), "a direction is none of these");

#define OBJECT(op, dir, type)         \
	{                             \
		op, dir, sizeof(type) \
	}
#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

/*
 * Says what argument i is by a list: NONE: the call ends before it; STRING: one that may
 * be null; UNKNOWN: nobody has described it. Tells whether the command is listed; if it
 * is not, the argument is a number.
 */
static inline bool enc_shape_by(struct encase_desc *shape, unsigned i,
				const struct enc_command *list, size_t n, unsigned long op)
{
	for (size_t k = 0; k < n; k++) {
		if (list[k].op != op)
			continue;
		if (list[k].dir == NONE)
			shape->nargs = (uint8_t) i;
		else if (list[k].dir == STRING)
			encase_shape_string(shape, i, ENCASE_STR | NULLS, 4096);
		else if (list[k].dir == UNKNOWN)
			encase_shape_opaque(shape, i);
		else
			encase_shape_object(shape, i, list[k].dir, list[k].size);
		return true;
	}
	return false;
}

#endif
