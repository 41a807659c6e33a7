/* SPDX-License-Identifier: MIT */
/* The natural layer of bench.c, of calls of plain.def; resolved.c compiles it. */
#include "plain.h"

static long on_write(int fd, const void *buf, size_t count)
{
	return plain_next_write(fd, buf, count);
}

static const struct encase_rule rules[] = {
	ENCASE_ON_IN(plain, write, on_write, .buf = ENCASE_PASS),
	ENCASE_END,
};
static const struct encase_layer natural = { .name = "natural", .rules = rules };
