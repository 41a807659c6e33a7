/* SPDX-License-Identifier: MIT */
/*
 * One layer, the write counter, by two ways: on a cage, through entries that the router resolves
 * while the program runs, and by functions that the compiler has resolved.  Both count the same.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "counted.h"
#include "write_counter.h"

struct calls {
	encase_openat_fn *openat;
	encase_write_fn *write;
	encase_close_fn *close;
};

/* Writes a file in pieces; a write to a descriptor that is none is made as well, and counts nothing. */
static int write_file(const struct calls *by, int folder, const char *name, unsigned pieces)
{
	int fd = by->openat(folder, name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	if (fd < 0)
		return -errno;
	while (pieces--)
		if (by->write(fd, "sixteen letters\n", 16) != 16)
			return -EIO;
	if (by->write(-1, "nowhere", 7) != -1 || errno != EBADF)
		return -EIO;
	return by->close(fd) ? -errno : 0;
}

static int write_files(const struct calls *by, const struct tally *tally, const char *title)
{
	char folder[] = "/tmp/counted-XXXXXX";
	int at, err;

	if (!mkdtemp(folder))
		return -errno;
	at = open(folder, O_DIRECTORY | O_CLOEXEC);
	err = at < 0 ? -errno : write_file(by, at, "minutes", 60);
	err = err ? err : write_file(by, at, "hours", 24);
	unlinkat(at, "minutes", 0);
	unlinkat(at, "hours", 0);
	close(at);
	rmdir(folder);
	printf("%s:\n", title);
	for (unsigned i = 1; !err && i < tally->nrows; i++)
		printf("%6lu writes %6lu bytes  %s\n", (unsigned long) tally->row[i].writes,
		       (unsigned long) tally->row[i].bytes, tally->row[i].name);
	return err;
}

static int by_router(void)
{
	static const struct encase_setup setup = { .lower = &encase_lower_kernel };
	struct encase_cage *cage;
	struct calls calls;
	int err = encase_cage_new(&setup, &cage);

	if (err)
		return err;
	err = encase_push(cage, &write_counter, NULL);
	calls = (struct calls){ ENCASE_ENTRY(cage, openat), ENCASE_ENTRY(cage, write),
				ENCASE_ENTRY(cage, close) };
	if (!err && (!calls.openat || !calls.write || !calls.close))
		err = -ENOMEM;
	if (!err)
		err = write_files(&calls, encase_state(cage, &write_counter), "by the router");
	encase_cage_free(cage);
	return err;
}

static int resolved(void)
{
	static const struct encase_setup setup = { .lower = &encase_lower_void };
	static const struct calls calls = { counted_openat, counted_write, counted_close };
	struct encase_cage *cage; /* who makes the calls */
	int err = encase_cage_new(&setup, &cage);

	if (err)
		return err;
	err = start_counted(cage, NULL);
	if (!err)
		err = write_files(&calls, state_counted(), "resolved by the compiler");
	stop_counted();
	encase_cage_free(cage);
	return err;
}

int main(void)
{
	int err = by_router();

	if (!err)
		err = resolved();
	if (err)
		fprintf(stderr, "counted: %s\n", strerror(-err));
	return err != 0;
}
