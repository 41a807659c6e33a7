/* SPDX-License-Identifier: MIT */
/* Layer "count": which file a descriptor stands for, as it is opened, duplicated and closed. */
#define _GNU_SOURCE
#include "count_kit.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <stdlib.h>
#include <string.h>

#include "policies.h"

/* Descriptor 3 is /f, by its name here; for the system all of 0 to 9 are /system. */
static struct encase_test *with_file(void)
{
	struct encase_test *t = count_test(NULL);

	for (int fd = 0; fd < 10; fd++)
		count_names(fd, "/system");
	ENCASE_ANSWER(t, creat, 3);
	ENCASE_CALL_GIVES(t, 3, creat, "/f", 0);
	ENCASE_ANSWER_ALWAYS(t, write, 1);
	ENCASE_ANSWER_ALWAYS(t, close, 0);
	return t;
}

/* How many bytes were written to a path. */
static unsigned long long written(struct encase_test *t, const char *path)
{
	const char *line = count_printed(encase_test_cage(t));
	size_t len = strlen(path);

	while (strncmp(line, path, len) != 0 || line[len] != '\t') {
		line = strchr(line, '\n');
		if (!line || !*++line)
			return 0;
	}
	for (unsigned tabs = 0; tabs < 4; line++)
		tabs += *line == '\t';
	return strtoull(line, NULL, 10);
}

/* A byte is written to a descriptor, and counted for that path. */
static void expect_file(struct encase_test *t, int fd, const char *path, int line)
{
	unsigned long long before = written(t, path);

	ENCASE_CALL_GIVES(t, 1, write, fd, "x", 1);
	cr_assert_eq(written(t, path), before + 1, "line %d: not %s", line, path);
}
#define EXPECT_FILE(t, fd, path) expect_file((t), (fd), (path), __LINE__)

Test(count_fds, closed)
{
	struct encase_test *t = with_file();

	EXPECT_FILE(t, 3, "/f");
	ENCASE_CALL_GIVES(t, 0, close, 3);
	COUNT_HOLDS(t, "/f\t3\t0\t0\t1\n");
	EXPECT_FILE(t, 3, "/system");
	count_names(3, "/other");
	EXPECT_FILE(t, 3, "/system"); /* remembered */
	ENCASE_ANSWER_FAIL(t, close, EINTR);
	ENCASE_CALL_FAILS(t, EINTR, close, 3); /* closed, as Linux has it */
	EXPECT_FILE(t, 3, "/other");
	encase_test_end(t);
}

Test(count_fds, opened_over)
{
	struct encase_test *t = with_file();

	ENCASE_ANSWER(t, open, 3);
	ENCASE_CALL_GIVES(t, 3, open, "/g", O_RDONLY, 0);
	EXPECT_FILE(t, 3, "/g");
	ENCASE_ANSWER_FAIL(t, open, ENOENT);
	ENCASE_CALL_FAILS(t, ENOENT, open, "/h", O_RDONLY, 0);
	EXPECT_FILE(t, 3, "/g");
	encase_test_end(t);
}

Test(count_fds, duplicated)
{
	struct encase_test *t = with_file();

	ENCASE_ANSWER(t, dup, 4);
	ENCASE_CALL_GIVES(t, 4, dup, 3);
	ENCASE_ANSWER(t, fcntl, 5);
	ENCASE_CALL_GIVES(t, 5, fcntl, 3, F_DUPFD, 0);
	ENCASE_ANSWER(t, fcntl, 6);
	ENCASE_CALL_GIVES(t, 6, fcntl, 3, F_DUPFD_CLOEXEC, 0);
	ENCASE_ANSWER(t, fcntl, 7); /* no descriptor */
	ENCASE_CALL_GIVES(t, 7, fcntl, 3, F_GETFD, 0);
	ENCASE_CALL_GIVES(t, 0, close, 3);
	EXPECT_FILE(t, 4, "/f");
	EXPECT_FILE(t, 5, "/f");
	EXPECT_FILE(t, 6, "/f");
	EXPECT_FILE(t, 7, "/system");
	encase_test_end(t);
}

Test(count_fds, duplicated_over_others)
{
	struct encase_test *t = with_file();

	ENCASE_ANSWER(t, open, 4);
	ENCASE_CALL_GIVES(t, 4, open, "/g", O_RDONLY, 0);
	ENCASE_ANSWER(t, dup2, 4);
	ENCASE_CALL_GIVES(t, 4, dup2, 3, 4);
	EXPECT_FILE(t, 4, "/f");
	ENCASE_ANSWER(t, dup3, 5);
	ENCASE_CALL_GIVES(t, 5, dup3, 3, 5, O_CLOEXEC);
	EXPECT_FILE(t, 5, "/f");
	ENCASE_ANSWER(t, dup2, 2000); /* where nothing has been noted yet */
	ENCASE_CALL_GIVES(t, 2000, dup2, 3, 2000);
	EXPECT_FILE(t, 2000, "/f");
	ENCASE_ANSWER(t, dup2, 3);
	ENCASE_CALL_GIVES(t, 3, dup2, 3, 3);
	EXPECT_FILE(t, 3, "/f");
	/* One that is of another name is not what it was; and one that fails leaves it. */
	ENCASE_ANSWER(t, dup2, 3);
	ENCASE_CALL_GIVES(t, 3, dup2, 1, 3);
	EXPECT_FILE(t, 3, "/system");
	ENCASE_ANSWER_FAIL(t, dup2, EBUSY);
	ENCASE_CALL_FAILS(t, EBUSY, dup2, 1, 4);
	EXPECT_FILE(t, 4, "/f");
	encase_test_end(t);
}

Test(count_fds, closed_in_ranges)
{
	struct encase_test *t = with_file();

	for (int fd = 4; fd < 8; fd++) {
		ENCASE_ANSWER(t, open, fd);
		ENCASE_CALL_GIVES(t, fd, open, "/g", O_RDONLY, 0);
	}
	ENCASE_ANSWER_ALWAYS(t, close_range, 0);
	ENCASE_CALL_GIVES(t, 0, close_range, 4, 7, CLOSE_RANGE_CLOEXEC);
	EXPECT_FILE(t, 4, "/g");
	ENCASE_CALL_GIVES(t, 0, close_range, 4, 5, 0);
	EXPECT_FILE(t, 3, "/f");
	EXPECT_FILE(t, 4, "/system");
	EXPECT_FILE(t, 5, "/system");
	EXPECT_FILE(t, 6, "/g");
	ENCASE_CALL_GIVES(t, 0, close_range, 4, ~0U, 0);
	EXPECT_FILE(t, 3, "/f");
	EXPECT_FILE(t, 7, "/system");
	count_names(4, "/later");
	EXPECT_FILE(t, 7, "/system");
	EXPECT_FILE(t, 4, "/later"); /* what was found out before is forgotten as well */
	encase_test_end(t);
}

/* -- At the same time --------------------------------------------------------- */

/* While a descriptor is being closed nothing that is found out of it is noted. */
static struct encase_test *closing;

static int close_slowly(int fd)
{
	count_names(fd, "/old");
	ENCASE_CALL(closing, fsync, fd);
	count_names(fd, "/new");
	return 0;
}

static int close_many_slowly(unsigned first, unsigned last, unsigned flags)
{
	(void) last;
	(void) flags;
	return close_slowly((int) first);
}

Test(count_fds, used_while_closed)
{
	struct encase_test *t = closing = count_test(NULL);

	ENCASE_ANSWER_ALWAYS(t, write, 1);
	ENCASE_ANSWER_ALWAYS(t, fsync, 0);
	ENCASE_ANSWER_BY(t, close, close_slowly);
	ENCASE_ANSWER_BY(t, close_range, close_many_slowly);
	count_names(3, "/first");
	ENCASE_CALL_GIVES(t, 1, write, 3, "x", 1);
	ENCASE_CALL_GIVES(t, 0, close, 3);
	EXPECT_FILE(t, 3, "/new");
	ENCASE_CALL_GIVES(t, 0, close_range, 3, 3, 0);
	EXPECT_FILE(t, 3, "/new");
	/* Nothing of it was known. */
	ENCASE_CALL_GIVES(t, 0, close_range, 5, 5, 0);
	EXPECT_FILE(t, 5, "/new");
	encase_test_end(t);
}

/* The same in a map that has no place for the descriptor yet. */
Test(count_fds, used_first_while_closed)
{
	struct encase_test *t = closing = count_test(NULL);

	ENCASE_ANSWER_ALWAYS(t, write, 1);
	ENCASE_ANSWER_ALWAYS(t, fsync, 0);
	ENCASE_ANSWER_BY(t, close_range, close_many_slowly);
	ENCASE_CALL_GIVES(t, 0, close_range, 3, 3, 0);
	EXPECT_FILE(t, 3, "/new");
	encase_test_end(t);
}

/* Another file was put there meanwhile: which of the two it is now, the system is asked. */
static int dup2_slowly(int oldfd, int newfd)
{
	(void) oldfd;
	ENCASE_CALL(closing, open, "/g", O_RDONLY, 0);
	count_names(newfd, "/truth");
	return newfd;
}

Test(count_fds, two_at_once)
{
	struct encase_test *t = closing = with_file();

	ENCASE_ANSWER_BY(t, dup2, dup2_slowly);
	ENCASE_ANSWER(t, open, 4);
	ENCASE_CALL_GIVES(t, 4, dup2, 3, 4);
	EXPECT_FILE(t, 4, "/truth");
	encase_test_end(t);
}

/* What is duplicated was closed, and opened anew, meanwhile. */
static int dup_slowly(int oldfd)
{
	ENCASE_CALL(closing, close, oldfd);
	ENCASE_CALL(closing, open, "/g", O_RDONLY, 0);
	count_names(5, "/truth");
	return 5;
}

Test(count_fds, duplicated_while_closed)
{
	struct encase_test *t = closing = with_file();

	ENCASE_ANSWER_BY(t, dup, dup_slowly);
	ENCASE_ANSWER(t, open, 3);
	ENCASE_CALL_GIVES(t, 5, dup, 3);
	EXPECT_FILE(t, 5, "/truth");
	EXPECT_FILE(t, 3, "/g");
	encase_test_end(t);
}

/* -- Processes --------------------------------------------------------------- */

static struct encase_cage *child_of(struct encase_cage *parent)
{
	const struct encase_setup setup = { .parent = parent };
	struct encase_cage *child;

	cr_assert_eq(encase_cage_new(&setup, &child), 0);
	return child;
}

static void write_to(struct encase_cage *cage, int fd)
{
	const encase_word words[] = { (encase_word) fd, encase_test_address("x"), 1 };

	cr_assert_eq(encase_enter(cage, &encase_desc_write, words), 1);
}

static void close_in(struct encase_cage *cage, int fd)
{
	const encase_word words[] = { (encase_word) fd };

	cr_assert_eq(encase_enter(cage, &encase_desc_close, words), 0);
}

/* A child begins with its parent's descriptors, and closes its own. */
Test(count_fds, children)
{
	struct encase_test *t = with_file();
	struct encase_cage *parent = encase_test_cage(t);

	for (int round = 0; round < 3; round++) { /* maps of those that ended are taken again */
		struct encase_cage *child = child_of(parent), *grandchild;

		write_to(child, 3);
		close_in(child, 3);
		write_to(child, 3);
		grandchild = child_of(child);
		write_to(grandchild, 3);
		EXPECT_FILE(t, 3, "/f");
		cr_assert_eq(encase_cage_free(grandchild), 0);
		cr_assert_eq(encase_cage_free(child), 0);
	}
	COUNT_HOLDS(t, "/f\t10\t0\t0\t6\n/system\t6\t0\t0\t6\n");
	encase_test_end(t);
}

/* What one child opened the next one does not have, which gets its map. */
Test(count_fds, children_one_after_another)
{
	struct encase_test *t = with_file();

	for (int round = 0; round < 2; round++) {
		const encase_word words[] = { encase_test_address("/opened"), 0, 0 };
		struct encase_cage *child = child_of(encase_test_cage(t));

		write_to(child, 6); /* /system */
		close_in(child, 6);
		ENCASE_ANSWER(t, open, 6);
		cr_assert_eq(encase_enter(child, &encase_desc_open, words), 6);
		write_to(child, 6);
		cr_assert_eq(encase_cage_free(child), 0);
	}
	COUNT_HOLDS(t, "/f\t1\t0\t0\t0\n/opened\t4\t0\t0\t2\n/system\t4\t0\t0\t2\n");
	encase_test_end(t);
}

/* Of a layer that was popped the map stays, and is not the next cage's at that address. */
Test(count_fds, popped_from_a_child)
{
	struct encase_test *t = with_file();
	struct encase_cage *parent = encase_test_cage(t);

	for (int round = 0; round < 4; round++) {
		struct encase_cage *child = child_of(parent);

		close_in(child, 3);
		write_to(child, 3);
		cr_assert_eq(encase_pop(child, &encase_count), 0);
		cr_assert_eq(encase_cage_free(child), 0);
		child = child_of(parent);
		write_to(child, 3); /* /f */
		cr_assert_eq(encase_cage_free(child), 0);
	}
	COUNT_HOLDS(t, "/f\t9\t0\t0\t4\n/system\t4\t0\t0\t4\n");
	encase_test_end(t);
}
