/* SPDX-License-Identifier: MIT */
/*
 * The example's layers: what they count, and for which name.
 *
 * All that is true of the layer that passes buffers by is true of the one that
 * copies them.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "blocks.h"
#include "counter.h"

Test(counter_counts, bytes_are_counted_by_name)
{
	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = counter_cage(layer);

		counter_open(cage, "/tmp/one", 3);
		counter_open(cage, "two", 4);
		counter_write(cage, 3, 100, 100);
		counter_write(cage, 4, 7, 7);
		counter_write(cage, 3, 1, 1);
		EXPECT_COUNTED(cage, layer, "/tmp/one", 2, 101);
		EXPECT_COUNTED(cage, layer, "two", 1, 7);
		EXPECT_COUNTED(cage, layer, OTHER, 0, 0);
		cr_assert_eq(counted_names(cage, layer), 2);
		encase_cage_free(cage);
	}
}

Test(counter_counts, writes_at_an_offset_count_too)
{
	char buf[16] = "";

	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = counter_cage(layer);

		counter_open(cage, "file", 3);
		files.result = 9;
		cr_assert_eq(ENTER(cage, encase_desc_pwrite64, 3, W(buf), 9, 1L << 40), 9);
		cr_assert_eq(files.offset, 1L << 40);
		cr_assert_eq(files.count, 9);
		counter_write(cage, 3, 2, 2);
		EXPECT_COUNTED(cage, layer, "file", 2, 11);
		files.error = EIO;
		cr_assert_eq(ENTER(cage, encase_desc_pwrite64, 3, W(buf), 9, 0), -EIO);
		EXPECT_COUNTED(cage, layer, "file", 2, 11);
		encase_cage_free(cage);
	}
}

Test(counter_counts, names_of_openat_count_too)
{
	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = counter_cage(layer);

		files.fd = 5;
		cr_assert_eq(ENTER(cage, encase_desc_openat, (encase_word) AT_FDCWD, W("deep/file"),
				   O_RDWR, 0),
			     5);
		cr_assert_str_eq(files.name, "deep/file");
		cr_assert_eq(files.offset, AT_FDCWD);
		counter_write(cage, 5, 20, 20);
		EXPECT_COUNTED(cage, layer, "deep/file", 1, 20);
		encase_cage_free(cage);
	}
}

Test(counter_counts, failed_writes_are_not_counted)
{
	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = counter_cage(layer);

		counter_open(cage, "file", 3);
		counter_write(cage, 3, 100, -ENOSPC);
		counter_write(cage, 3, 100, -EPERM);
		EXPECT_COUNTED(cage, layer, "file", 0, 0);
		counter_write(cage, 3, 100, 100);
		EXPECT_COUNTED(cage, layer, "file", 1, 100);
		encase_cage_free(cage);
	}
}

Test(counter_counts, short_writes_count_what_was_written)
{
	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = counter_cage(layer);

		counter_open(cage, "file", 3);
		counter_write(cage, 3, 100, 33);
		counter_write(cage, 3, 100, 0);
		counter_write(cage, 3, 0, 0);
		EXPECT_COUNTED(cage, layer, "file", 3, 33);
		encase_cage_free(cage);
	}
}

Test(counter_counts, a_result_that_cannot_be_is_not_counted)
{
	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = counter_cage(layer);
		char buf[100] = "";

		counter_open(cage, "file", 3);
		files.result = 101;
		cr_assert_eq(ENTER(cage, encase_desc_write, 3, W(buf), 100), -EIO);
		EXPECT_COUNTED(cage, layer, "file", 0, 0);
		encase_cage_free(cage);
	}
}

Test(counter_counts, unknown_descriptors_are_others)
{
	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = counter_cage(layer);

		counter_open(cage, "file", 3);
		counter_write(cage, 1, 10, 10);
		counter_write(cage, 4, 20, 20);
		counter_write(cage, -1, 30, 30);
		counter_write(cage, INT_MIN, 40, 40);
		counter_write(cage, INT_MAX, 50, 50);
		EXPECT_COUNTED(cage, layer, OTHER, 5, 150);
		EXPECT_COUNTED(cage, layer, "file", 0, 0);
		encase_cage_free(cage);
	}
}

/* What stands behind the last descriptor's place is a lock: spoilt, it would be waited for. */
Test(counter_counts, descriptors_without_room_are_others, .timeout = 10)
{
	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = counter_cage(layer);

		counter_open(cage, "last", COUNTER_FDS - 1);
		counter_open(cage, "beyond", COUNTER_FDS);
		counter_open(cage, "far", INT_MAX);
		counter_open(cage, "after", 5);
		counter_write(cage, COUNTER_FDS - 1, 1, 1);
		counter_write(cage, COUNTER_FDS, 2, 2);
		counter_write(cage, INT_MAX, 4, 4);
		counter_close(cage, INT_MAX);
		counter_close(cage, COUNTER_FDS);
		counter_close(cage, -1);
		EXPECT_COUNTED(cage, layer, "last", 1, 1);
		EXPECT_COUNTED(cage, layer, OTHER, 2, 6);
		encase_cage_free(cage);
	}
}

Test(counter_counts, a_descriptor_is_used_again)
{
	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = counter_cage(layer);

		counter_open(cage, "one", 3);
		counter_write(cage, 3, 1, 1);
		counter_close(cage, 3);
		counter_write(cage, 3, 2, 2);
		counter_open(cage, "two", 3);
		counter_write(cage, 3, 4, 4);
		counter_open(cage, "three", 3);
		counter_write(cage, 3, 8, 8);
		EXPECT_COUNTED(cage, layer, "one", 1, 1);
		EXPECT_COUNTED(cage, layer, OTHER, 1, 2);
		EXPECT_COUNTED(cage, layer, "two", 1, 4);
		EXPECT_COUNTED(cage, layer, "three", 1, 8);
		encase_cage_free(cage);
	}
}

/* A name opened for reading alone is not listed, and ends what its descriptor was before. */
Test(counter_counts, what_is_only_read_is_no_file)
{
	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = counter_cage(layer);

		counter_open(cage, "one", 3);
		cr_assert_eq(ENTER(cage, encase_desc_open, W("read"), O_RDONLY, 0), 3);
		counter_write(cage, 3, 5, 5);
		EXPECT_COUNTED(cage, layer, "one", 0, 0);
		cr_assert_eq(counted_names(cage, layer), 1);
		encase_cage_free(cage);
	}
}

Test(counter_counts, one_name_is_one_file)
{
	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = counter_cage(layer);

		counter_open(cage, "file", 3);
		counter_open(cage, "file", 4);
		counter_write(cage, 3, 1, 1);
		counter_write(cage, 4, 2, 2);
		counter_close(cage, 3);
		counter_write(cage, 4, 4, 4);
		counter_open(cage, "file", 3);
		counter_write(cage, 3, 8, 8);
		counter_open(cage, "./file", 5);
		counter_write(cage, 5, 16, 16);
		EXPECT_COUNTED(cage, layer, "file", 4, 15);
		EXPECT_COUNTED(cage, layer, "./file", 1, 16);
		cr_assert_eq(counted_names(cage, layer), 2);
		encase_cage_free(cage);
	}
}

Test(counter_counts, failed_opens_open_nothing)
{
	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = counter_cage(layer);

		files.error = ENOENT;
		cr_assert_eq(ENTER(cage, encase_desc_open, W("no"), O_WRONLY, 0), -ENOENT);
		cr_assert_eq(ENTER(cage, encase_desc_openat, 3, W("no"), O_WRONLY, 0), -ENOENT);
		cr_assert_eq(files.calls, 2);
		cr_assert_eq(counted_names(cage, layer), 0);
		encase_cage_free(cage);
	}
}

Test(counter_counts, names_without_room_are_others)
{
	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = counter_cage(layer);
		char name[32];

		for (int i = 0; i < COUNTER_NAMES + 10; i++) {
			snprintf(name, sizeof(name), "file %d", i);
			counter_open(cage, name, 3);
			counter_write(cage, 3, 10, 10);
			counter_close(cage, 3);
		}
		counter_open(cage, "file 0", 3);
		counter_write(cage, 3, 1, 1);
		cr_assert_eq(counted_names(cage, layer), COUNTER_NAMES);
		EXPECT_COUNTED(cage, layer, "file 0", 2, 11);
		snprintf(name, sizeof(name), "file %d", COUNTER_NAMES - 1);
		EXPECT_COUNTED(cage, layer, name, 1, 10);
		EXPECT_COUNTED(cage, layer, OTHER, 10, 100);
		encase_cage_free(cage);
	}
}

Test(counter_counts, names_may_be_as_long_as_paths)
{
	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = counter_cage(layer);
		char name[PATH_MAX], other[PATH_MAX];

		memset(name, 'x', sizeof(name) - 1);
		name[sizeof(name) - 1] = '\0';
		memcpy(other, name, sizeof(name));
		other[sizeof(name) - 2] = 'y';
		counter_open(cage, name, 3);
		counter_open(cage, other, 4);
		counter_write(cage, 3, 10, 10);
		counter_write(cage, 4, 20, 20);
		EXPECT_COUNTED(cage, layer, name, 1, 10);
		EXPECT_COUNTED(cage, layer, other, 1, 20);
		encase_cage_free(cage);
	}
}

Test(counter_counts, both_layers_count_on_one_cage)
{
	struct encase_cage *cage = counter_cage(&write_counter);

	counter_open(cage, "early", 3);
	scene_push(cage, &write_counter_copying, NULL);
	counter_open(cage, "late", 4);
	counter_write(cage, 3, 1, 1);
	counter_write(cage, 4, 2, 2);
	EXPECT_COUNTED(cage, &write_counter, "early", 1, 1);
	EXPECT_COUNTED(cage, &write_counter, "late", 1, 2);
	EXPECT_COUNTED(cage, &write_counter_copying, OTHER, 1, 1);
	EXPECT_COUNTED(cage, &write_counter_copying, "late", 1, 2);
	encase_cage_free(cage);
}

Test(counter_counts, without_memory_nothing_is_pushed)
{
	FOREACH_COUNTER(layer)
	{
		long live = blocks_live();
		struct encase_cage *cage = scene_cage();
		unsigned refusals = 0;
		int err;

		do {
			blocks_refuse_after(refusals++);
			err = encase_push(cage, layer, NULL);
			cr_assert(!err || err == -ENOMEM);
			cr_assert(err || refusals > 2);
		} while (err);
		blocks_refuse_after(1000);
		cr_assert_not_null(encase_state(cage, layer));
		scene_free(cage);
		cr_assert_eq(blocks_live(), live);
	}
}
