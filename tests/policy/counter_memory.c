/* SPDX-License-Identifier: MIT */
/*
 * The example's layers: what they copy.
 *
 * The one copies the names of files and nothing else, and sends down the very
 * pointer that the cage gave; the other copies all that is written as well.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "blocks.h"
#include "counter.h"

static void expect_traffic(const struct encase_cage *cage, uint64_t from_cage)
{
	struct encase_traffic traffic = encase_traffic(cage);

	cr_assert_eq(traffic.from_cage, from_cage, "%lu", (unsigned long) traffic.from_cage);
	cr_assert_eq(traffic.to_cage, 0);
}

Test(counter_memory, of_what_is_passed_by_nothing_is_copied)
{
	struct encase_cage *cage = counter_cage(&write_counter);
	char *page = scene_forbidden_page();

	counter_open(cage, "file", 3);
	expect_traffic(cage, sizeof("file"));
	files.result = 4096;
	cr_assert_eq(ENTER(cage, encase_desc_write, 3, W(page), 4096), 4096);
	cr_assert_eq(files.buf, page);
	cr_assert_eq(ENTER(cage, encase_desc_pwrite64, 3, W(page + 1), 4096, 0), 4096);
	cr_assert_eq(files.buf, page + 1);
	counter_close(cage, 3);
	expect_traffic(cage, sizeof("file"));
	EXPECT_COUNTED(cage, &write_counter, "file", 2, 8192);
	cr_assert_eq(encase_cage_free(cage), 0);
	cr_assert_eq(munmap(page, 4096), 0);
}

Test(counter_memory, what_is_copied_is_counted)
{
	struct encase_cage *cage = counter_cage(&write_counter_copying);
	char buf[] = "what is written";

	counter_open(cage, "file", 3);
	files.result = sizeof(buf);
	cr_assert_eq(ENTER(cage, encase_desc_write, 3, W(buf), sizeof(buf)), sizeof(buf));
	cr_assert_neq(files.buf, buf);
	cr_assert_eq(ENTER(cage, encase_desc_pwrite64, 3, W(buf), sizeof(buf), 0), sizeof(buf));
	cr_assert_neq(files.buf, buf);
	expect_traffic(cage, sizeof("file") + 2 * sizeof(buf));
	EXPECT_COUNTED(cage, &write_counter_copying, "file", 2, 2 * sizeof(buf));
	cr_assert_eq(encase_cage_free(cage), 0);
}

/* What a C function below finds at the buffer, by either layer. */
static ssize_t compare(int fd, const void *buf, size_t count)
{
	(void) fd;
	return memcmp(buf, "what is written", count) ? 0 : (ssize_t) count;
}

Test(counter_memory, what_is_written_arrives)
{
	static const struct encase_function functions[] = { ENCASE_FUNCTION(write, compare),
							    ENCASE_FUNCTION_END };
	char memory[64] = "      what is written";
	struct encase_arena arena = { memory, sizeof(memory) };
	const struct encase_setup setup = { .lower = &encase_lower_functions,
					    .below = functions,
					    .memory = &encase_memory_arena,
					    .space = &arena };

	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage;

		cr_assert_eq(encase_cage_new(&setup, &cage), 0);
		scene_push(cage, layer, NULL);
		cr_assert_eq(ENTER(cage, encase_desc_write, 1, 6, 15), 15);
		expect_traffic(cage, layer == &write_counter ? 0 : 15);
		cr_assert_eq(encase_cage_free(cage), 0);
	}
}

Test(counter_memory, bad_memory_is_not_counted)
{
	char memory[64] = "file";
	struct encase_arena arena = { memory, sizeof(memory) };

	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = counter_cage_in(layer, &arena);

		files.fd = 3;
		cr_assert_eq(ENTER(cage, encase_desc_open, 0, O_WRONLY, 0), -EFAULT);
		cr_assert_eq(ENTER(cage, encase_desc_open, 64, O_WRONLY, 0), -EFAULT);
		cr_assert_eq(files.calls, 0);
		memory[63] = 'x';
		cr_assert_eq(ENTER(cage, encase_desc_open, 63, O_WRONLY, 0), -EFAULT);
		cr_assert_eq(counted_names(cage, layer), 0);
		files.result = 60;
		cr_assert_eq(ENTER(cage, encase_desc_write, 3, 8, 60), -EFAULT);
		EXPECT_COUNTED(cage, layer, OTHER, 0, 0);
		files.result = 56;
		cr_assert_eq(ENTER(cage, encase_desc_write, 3, 8, 56), 56);
		EXPECT_COUNTED(cage, layer, OTHER, 1, 56);
		cr_assert_eq(encase_cage_free(cage), 0);
	}
}

/* Null under COPY is refused; passed by, it is for the layer below to judge. */
Test(counter_memory, null_is_judged_where_it_is_looked_at)
{
	struct encase_cage *cage = counter_cage(&write_counter);

	files.result = 5;
	cr_assert_eq(ENTER(cage, encase_desc_write, 1, 0, 5), 5);
	cr_assert_null(files.buf);
	cr_assert_eq(encase_cage_free(cage), 0);
	cage = counter_cage(&write_counter_copying);
	cr_assert_eq(ENTER(cage, encase_desc_write, 1, 0, 5), -EFAULT);
	cr_assert_eq(files.calls, 0);
	EXPECT_COUNTED(cage, &write_counter_copying, OTHER, 0, 0);
	cr_assert_eq(encase_cage_free(cage), 0);
}

Test(counter_memory, words_go_down_as_they_came)
{
	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = scene_cage();

		scene_push(cage, &probe_layer, NULL);
		scene_push(cage, layer, NULL);
		probe_answers(3);
		ENTER(cage, encase_desc_open, W("file"), 0x80000041, 0640);
		cr_assert_eq(probe.words[1], (encase_word) (int) 0x80000041);
		cr_assert_eq(probe.words[2], 0640);
		ENTER(cage, encase_desc_openat, (encase_word) -7, W("file"), 0x42, 0600);
		cr_assert_eq(probe.words[0], (encase_word) -7);
		cr_assert_eq(probe.words[2], 0x42);
		cr_assert_eq(probe.words[3], 0600);
		ENTER(cage, encase_desc_pwrite64, 3, W("file"), 4, (encase_word) -9);
		cr_assert_eq(probe.words[0], 3);
		cr_assert_eq(probe.words[2], 4);
		cr_assert_eq(probe.words[3], (encase_word) -9);
		probe_answers(0);
		ENTER(cage, encase_desc_close, 12);
		cr_assert_eq(probe.words[0], 12);
		cr_assert_eq(encase_cage_free(cage), 0);
	}
}

Test(counter_memory, calls_of_other_kinds_go_through)
{
	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = scene_cage();

		scene_push(cage, &probe_layer, NULL);
		scene_push(cage, layer, NULL);
		probe_answers(3);
		cr_assert_eq(ENTER(cage, encase_desc_dup, 3), 3);
		cr_assert_eq(ENTER(cage, encase_desc_read, 3, 0x1000, 5), 3);
		cr_assert_eq(probe.words[1], 0x1000);
		cr_assert_eq(counted_names(cage, layer), 0);
		EXPECT_COUNTED(cage, layer, OTHER, 0, 0);
		scene_free(cage);
	}
}

Test(counter_memory, errors_are_libcs)
{
	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = counter_cage(layer);
		encase_write_fn *write_entry = ENCASE_ENTRY(cage, write);
		encase_open_fn *open_entry = ENCASE_ENTRY(cage, open);

		files.error = ENOSPC;
		cr_assert_eq(write_entry(3, "x", 1), -1);
		cr_assert_eq(errno, ENOSPC);
		files.error = EACCES;
		cr_assert_eq(open_entry("x", O_WRONLY, 0), -1);
		cr_assert_eq(errno, EACCES);
		cr_assert_eq(encase_cage_free(cage), 0);
	}
}

Test(counter_memory, a_call_allocates_nothing)
{
	FOREACH_COUNTER(layer)
	{
		struct encase_cage *cage = counter_cage(layer);
		unsigned made = blocks_made();

		counter_open(cage, "one", 3);
		counter_write(cage, 3, 1000, 1000);
		counter_close(cage, 3);
		cr_assert_eq(blocks_made(), made);
		cr_assert_eq(encase_cage_free(cage), 0);
	}
}

Test(counter_memory, without_memory_nothing_is_pushed)
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
