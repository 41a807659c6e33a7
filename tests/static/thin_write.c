/* SPDX-License-Identifier: MIT */
/* The same of a call of Linux's. */
#include <encase.h>

static size_t written;

static ssize_t count_write(int fd, const void *buf, size_t count)
{
	ssize_t n = encase_next_write(fd, buf, count);

	if (n > 0)
		written += (size_t) n;
	return n;
}

static const struct encase_rule thin_rules[] = {
	ENCASE_ON(write, count_write, .buf = ENCASE_PASS),
	ENCASE_END,
};
static const struct encase_layer thin = { .name = "thin", .rules = thin_rules };
