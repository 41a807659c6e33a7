/* SPDX-License-Identifier: MIT */
/* The program of README: counts what it writes to each descriptor, without looking at it. */
#include <encase.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static size_t written[3];

static ssize_t count_write(int fd, const void *buf, size_t count) /* buf is null: it is passed by */
{
	ssize_t n = encase_next_write(fd, buf, count); /* null goes down as what arrived */

	if (n > 0 && fd < 3)
		written[fd] += (size_t) n;
	return n; /* errno goes up by itself */
}

static const struct encase_rule rules[] = {
	ENCASE_ON(write, count_write, .buf = ENCASE_PASS),
	ENCASE_END,
};
static const struct encase_layer counter = { .name = "counter", .rules = rules };

int main(void)
{
	static const struct encase_setup setup = { .lower = &encase_lower_kernel };
	struct encase_cage *cage;
	encase_write_fn *caged_write; /* ssize_t (*)(int, const void *, size_t) */
	int err = encase_cage_new(&setup, &cage);

	if (!err)
		err = encase_push(cage, &counter, NULL);
	caged_write =
		err ? NULL : ENCASE_ENTRY(cage, write); /* an ordinary function, for this cage */
	if (!caged_write) {
		fprintf(stderr, "no cage: %s\n", strerror(err ? -err : ENOMEM));
		return 1;
	}
	caged_write(1, "hello\n", 6);
	caged_write(-1, "nowhere", 7); /* -1, EBADF */
	printf("%zu bytes to standard output, %llu of them copied\n", written[1],
	       (unsigned long long) encase_traffic(cage).from_cage);
	return encase_cage_free(cage) != 0;
}
