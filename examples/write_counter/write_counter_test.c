/* SPDX-License-Identifier: MIT */
/*
 * What the layers count, and for which name: on files that are not there.
 *
 * All that is true of the layer that passes buffers by is true of the one that
 * copies them; what they read differs.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <encase/test.h>

#include "write_counter.h"

/* What cannot be told apart. */
#define OTHER "(other)"
/* How many names there is room for, besides that. */
#define NAMES (TALLY_ROWS - 1)

static const struct encase_layer *const layers[] = { &write_counter, &write_counter_copying, NULL };
/* A test of each. */
#define FOREACH_LAYER(layer, t)                                                               \
	for (const struct encase_layer *const *at_ = layers, *layer = *at_; at_ < layers + 2; \
	     layer = *++at_)                                                                  \
		for (struct encase_test *t = ENCASE_TEST(layer, NULL); t;                     \
		     encase_test_end(t), t = NULL)

static void open_file(struct encase_test *t, const char *name, int fd)
{
	ENCASE_ANSWER(t, open, fd);
	ENCASE_CALL_GIVES(t, fd, open, name, O_WRONLY | O_CREAT, 0600);
	ENCASE_EXPECT_REACHED(t, open, name, O_WRONLY | O_CREAT, 0600);
}

static void close_file(struct encase_test *t, int fd)
{
	ENCASE_ANSWER(t, close, 0);
	ENCASE_CALL_GIVES(t, 0, close, fd);
	ENCASE_EXPECT_REACHED(t, close, fd);
}

/* Writes so many bytes, of which so many are taken. */
static void write_file(struct encase_test *t, int fd, size_t count, ssize_t result)
{
	static const char bytes[1 << 10];

	ENCASE_ANSWER(t, write, result);
	ENCASE_CALL_GIVES(t, result, write, fd, bytes, count);
	ENCASE_EXPECT_REACHED(t, write, fd, bytes, count);
}

static const struct tally *tally_of(const struct encase_test *t, const struct encase_layer *layer)
{
	return encase_state(encase_test_cage(t), layer);
}

static void expect_counted(const struct encase_test *t, const struct encase_layer *layer,
			   const char *name, uint64_t writes, uint64_t bytes)
{
	static const struct tally_row none;
	const struct tally *tally = tally_of(t, layer);
	const struct tally_row *row = &none;

	for (unsigned i = 0; i < tally->nrows; i++)
		if (!strcmp(tally->row[i].name, name))
			row = &tally->row[i];
	cr_assert_eq(row->writes, writes, "%s: %lu writes", name, (unsigned long) row->writes);
	cr_assert_eq(row->bytes, bytes, "%s: %lu bytes", name, (unsigned long) row->bytes);
}

/* How many names are listed, besides OTHER. */
static unsigned names(const struct encase_test *t, const struct encase_layer *layer)
{
	return tally_of(t, layer)->nrows - 1;
}

Test(write_counter, bytes_are_counted_by_name)
{
	FOREACH_LAYER(layer, t)
	{
		open_file(t, "/tmp/one", 3);
		open_file(t, "two", 4);
		write_file(t, 3, 100, 100);
		write_file(t, 4, 7, 7);
		write_file(t, 3, 1, 1);
		expect_counted(t, layer, "/tmp/one", 2, 101);
		expect_counted(t, layer, "two", 1, 7);
		expect_counted(t, layer, OTHER, 0, 0);
		cr_assert_eq(names(t, layer), 2);
	}
}

Test(write_counter, writes_at_an_offset_count_too)
{
	FOREACH_LAYER(layer, t)
	{
		open_file(t, "file", 3);
		ENCASE_ANSWER(t, pwrite64, 9);
		ENCASE_CALL_GIVES(t, 9, pwrite64, 3, "123456789", 9, 1L << 40);
		ENCASE_EXPECT_REACHED(t, pwrite64, 3, "123456789", 9, 1L << 40);
		write_file(t, 3, 2, 2);
		expect_counted(t, layer, "file", 2, 11);
		ENCASE_ANSWER_FAIL(t, pwrite64, EIO);
		ENCASE_CALL_FAILS(t, EIO, pwrite64, 3, "123456789", 9, 0);
		expect_counted(t, layer, "file", 2, 11);
	}
}

Test(write_counter, names_of_openat_count_too)
{
	FOREACH_LAYER(layer, t)
	{
		ENCASE_ANSWER(t, openat, 5);
		ENCASE_CALL_GIVES(t, 5, openat, AT_FDCWD, "deep/file", O_RDWR, 0);
		ENCASE_EXPECT_REACHED(t, openat, AT_FDCWD, "deep/file", O_RDWR, 0);
		write_file(t, 5, 20, 20);
		expect_counted(t, layer, "deep/file", 1, 20);
	}
}

Test(write_counter, names_of_creat_count_too)
{
	FOREACH_LAYER(layer, t)
	{
		ENCASE_ANSWER(t, creat, 5);
		ENCASE_CALL_GIVES(t, 5, creat, "archive", 0600);
		ENCASE_EXPECT_REACHED(t, creat, "archive", 0600);
		write_file(t, 5, 20, 20);
		expect_counted(t, layer, "archive", 1, 20);
	}
}

Test(write_counter, failed_writes_are_not_counted)
{
	const char big[100] = "";

	FOREACH_LAYER(layer, t)
	{
		open_file(t, "file", 3);
		ENCASE_ANSWER_FAIL(t, write, ENOSPC);
		ENCASE_CALL_FAILS(t, ENOSPC, write, 3, big, 100);
		ENCASE_ANSWER_FAIL(t, write, EPERM);
		ENCASE_CALL_FAILS(t, EPERM, write, 3, big, 100);
		expect_counted(t, layer, "file", 0, 0);
		write_file(t, 3, 100, 100);
		expect_counted(t, layer, "file", 1, 100);
	}
}

Test(write_counter, short_writes_count_what_was_written)
{
	FOREACH_LAYER(layer, t)
	{
		open_file(t, "file", 3);
		write_file(t, 3, 100, 33);
		write_file(t, 3, 100, 0);
		write_file(t, 3, 0, 0);
		expect_counted(t, layer, "file", 3, 33);
	}
}

Test(write_counter, a_result_that_cannot_be_is_not_counted)
{
	FOREACH_LAYER(layer, t)
	{
		const char buf[100] = "";

		open_file(t, "file", 3);
		ENCASE_ANSWER(t, write, 101);
		ENCASE_CALL_FAILS(t, EIO, write, 3, buf, 100);
		expect_counted(t, layer, "file", 0, 0);
	}
}

Test(write_counter, unknown_descriptors_are_others)
{
	FOREACH_LAYER(layer, t)
	{
		open_file(t, "file", 3);
		write_file(t, 1, 10, 10);
		write_file(t, 4, 20, 20);
		write_file(t, -1, 30, 30);
		write_file(t, INT_MIN, 40, 40);
		write_file(t, INT_MAX, 50, 50);
		expect_counted(t, layer, OTHER, 5, 150);
		expect_counted(t, layer, "file", 0, 0);
	}
}

/* What stands behind the last descriptor's place is a lock: spoilt, it would be waited for. */
Test(write_counter, descriptors_without_room_are_others, .timeout = 10)
{
	FOREACH_LAYER(layer, t)
	{
		open_file(t, "last", TALLY_FDS - 1);
		open_file(t, "beyond", TALLY_FDS);
		open_file(t, "far", INT_MAX);
		open_file(t, "after", 5);
		write_file(t, TALLY_FDS - 1, 1, 1);
		write_file(t, TALLY_FDS, 2, 2);
		write_file(t, INT_MAX, 4, 4);
		close_file(t, INT_MAX);
		close_file(t, TALLY_FDS);
		close_file(t, -1);
		expect_counted(t, layer, "last", 1, 1);
		expect_counted(t, layer, OTHER, 2, 6);
	}
}

Test(write_counter, a_descriptor_is_used_again)
{
	FOREACH_LAYER(layer, t)
	{
		open_file(t, "one", 3);
		write_file(t, 3, 1, 1);
		close_file(t, 3);
		write_file(t, 3, 2, 2);
		open_file(t, "two", 3);
		write_file(t, 3, 4, 4);
		open_file(t, "three", 3);
		write_file(t, 3, 8, 8);
		expect_counted(t, layer, "one", 1, 1);
		expect_counted(t, layer, OTHER, 1, 2);
		expect_counted(t, layer, "two", 1, 4);
		expect_counted(t, layer, "three", 1, 8);
	}
}

/* A name opened for reading alone is not listed, and ends what its descriptor was before. */
Test(write_counter, what_is_only_read_is_no_file)
{
	FOREACH_LAYER(layer, t)
	{
		open_file(t, "one", 3);
		ENCASE_ANSWER(t, open, 3);
		ENCASE_CALL_GIVES(t, 3, open, "read", O_RDONLY, 0);
		write_file(t, 3, 5, 5);
		expect_counted(t, layer, "one", 0, 0);
		cr_assert_eq(names(t, layer), 1);
	}
}

Test(write_counter, one_name_is_one_file)
{
	FOREACH_LAYER(layer, t)
	{
		open_file(t, "file", 3);
		open_file(t, "file", 4);
		write_file(t, 3, 1, 1);
		write_file(t, 4, 2, 2);
		close_file(t, 3);
		write_file(t, 4, 4, 4);
		open_file(t, "file", 3);
		write_file(t, 3, 8, 8);
		open_file(t, "./file", 5);
		write_file(t, 5, 16, 16);
		expect_counted(t, layer, "file", 4, 15);
		expect_counted(t, layer, "./file", 1, 16);
		cr_assert_eq(names(t, layer), 2);
	}
}

Test(write_counter, failed_opens_open_nothing)
{
	FOREACH_LAYER(layer, t)
	{
		ENCASE_ANSWER_FAIL(t, open, ENOENT);
		ENCASE_ANSWER_FAIL(t, openat, ENOENT);
		ENCASE_CALL_FAILS(t, ENOENT, open, "no", O_WRONLY, 0);
		ENCASE_CALL_FAILS(t, ENOENT, openat, 3, "no", O_WRONLY, 0);
		cr_assert_eq(names(t, layer), 0);
	}
}

Test(write_counter, names_without_room_are_others)
{
	FOREACH_LAYER(layer, t)
	{
		char name[32];

		for (int i = 0; i < NAMES + 10; i++) {
			snprintf(name, sizeof(name), "file %d", i);
			open_file(t, name, 3);
			write_file(t, 3, 10, 10);
			close_file(t, 3);
		}
		open_file(t, "file 0", 3);
		write_file(t, 3, 1, 1);
		cr_assert_eq(names(t, layer), NAMES);
		expect_counted(t, layer, "file 0", 2, 11);
		snprintf(name, sizeof(name), "file %d", NAMES - 1);
		expect_counted(t, layer, name, 1, 10);
		expect_counted(t, layer, OTHER, 10, 100);
	}
}

Test(write_counter, names_may_be_as_long_as_paths)
{
	FOREACH_LAYER(layer, t)
	{
		char name[PATH_MAX], other[PATH_MAX];

		memset(name, 'x', sizeof(name) - 1);
		name[sizeof(name) - 1] = '\0';
		memcpy(other, name, sizeof(name));
		other[sizeof(name) - 2] = 'y';
		open_file(t, name, 3);
		open_file(t, other, 4);
		write_file(t, 3, 10, 10);
		write_file(t, 4, 20, 20);
		expect_counted(t, layer, name, 1, 10);
		expect_counted(t, layer, other, 1, 20);
	}
}

Test(write_counter, both_layers_count_on_one_cage)
{
	struct encase_test *t = ENCASE_TEST(&write_counter, NULL);

	open_file(t, "early", 3);
	ENCASE_PUSH(t, &write_counter_copying, NULL);
	open_file(t, "late", 4);
	write_file(t, 3, 1, 1);
	write_file(t, 4, 2, 2);
	expect_counted(t, &write_counter, "early", 1, 1);
	expect_counted(t, &write_counter, "late", 1, 2);
	expect_counted(t, &write_counter_copying, OTHER, 1, 1);
	expect_counted(t, &write_counter_copying, "late", 1, 2);
	encase_test_end(t);
}

/* What the layers read: names, and of what is written one nothing, the other all. */
Test(write_counter, what_is_passed_by_is_not_read)
{
	struct encase_test *t = ENCASE_TEST(&write_counter, NULL);

	open_file(t, "file", 3);
	cr_assert_eq(encase_traffic(encase_test_cage(t)).from_cage, sizeof("file"));
	write_file(t, 3, 100, 100);
	ENCASE_EXPECT_NOT_READ(t, write, buf);
	ENCASE_ANSWER(t, pwrite64, 3);
	ENCASE_CALL_GIVES(t, 3, pwrite64, 3, "abc", 3, 0);
	ENCASE_EXPECT_NOT_READ(t, pwrite64, buf);
	encase_test_end(t);
}

Test(write_counter, what_is_copied_is_read)
{
	struct encase_test *t = ENCASE_TEST(&write_counter_copying, NULL);
	const char buf[] = "what is written";

	ENCASE_ANSWER_ALWAYS(t, write, sizeof(buf));
	ENCASE_CALL_GIVES(t, sizeof(buf), write, 3, buf, sizeof(buf));
	cr_assert_eq(encase_test_bytes_read(t, buf, sizeof(buf)), sizeof(buf));
	ENCASE_EXPECT_REACHED(t, write, 3, buf, sizeof(buf));
	encase_test_end(t);
}
