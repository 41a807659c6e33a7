/* SPDX-License-Identifier: MIT */
/*
 * Counts what is written to each file without looking at a byte of it: with
 * .buf = ENCASE_PASS a handler gets a null buffer, and by forwarding that null
 * sends down what the cage gave.  Of open, openat and creat it sees the name, a copy.
 */
#include <fcntl.h>

#include "write_counter.h"

static int on_open(const char *pathname, int flags, mode_t mode)
{
	return tally_open(encase_self(), pathname, flags, encase_next_open(pathname, flags, mode));
}

static int on_openat(int dirfd, const char *pathname, int flags, mode_t mode)
{
	return tally_open(encase_self(), pathname, flags,
			  encase_next_openat(dirfd, pathname, flags, mode));
}

static int on_creat(const char *pathname, mode_t mode)
{
	return tally_open(encase_self(), pathname, O_WRONLY, encase_next_creat(pathname, mode));
}

static ssize_t on_write(int fd, const void *buf, size_t count)
{
	struct tally_row *row = tally_row(encase_self(), fd);

	return tally_add(row, encase_next_write(fd, buf, count));
}

static ssize_t on_pwrite64(int fd, const void *buf, size_t count, off_t offset)
{
	struct tally_row *row = tally_row(encase_self(), fd);

	return tally_add(row, encase_next_pwrite64(fd, buf, count, offset));
}

static int on_close(int fd)
{
	tally_close(encase_self(), fd);
	return encase_next_close(fd);
}

static const struct encase_rule passing[] = {
	ENCASE_ON(open, on_open, ENCASE_COPY_ALL),
	ENCASE_ON(openat, on_openat, ENCASE_COPY_ALL),
	ENCASE_ON(creat, on_creat, ENCASE_COPY_ALL),
	ENCASE_ON(write, on_write, .buf = ENCASE_PASS),
	ENCASE_ON(pwrite64, on_pwrite64, .buf = ENCASE_PASS),
	ENCASE_ON(close, on_close),
	ENCASE_END,
};
const struct encase_layer write_counter = {
	.name = "write_counter", .rules = passing, .start = tally_start, .stop = tally_stop
};

static const struct encase_rule copying[] = {
	ENCASE_ON(open, on_open, ENCASE_COPY_ALL),
	ENCASE_ON(openat, on_openat, ENCASE_COPY_ALL),
	ENCASE_ON(creat, on_creat, ENCASE_COPY_ALL),
	ENCASE_ON(write, on_write, ENCASE_COPY_ALL),
	ENCASE_ON(pwrite64, on_pwrite64, ENCASE_COPY_ALL),
	ENCASE_ON(close, on_close, ENCASE_COPY_ALL),
	ENCASE_END,
};
const struct encase_layer write_counter_copying = {
	.name = "write_counter_copying", .rules = copying, .start = tally_start, .stop = tally_stop
};
