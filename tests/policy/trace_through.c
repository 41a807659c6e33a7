/* SPDX-License-Identifier: MIT */
/*
 * Layer "trace": that nobody notices it.
 *
 * Calls come out below it as they went in, results come out above it as they
 * went in, and of what pointers point to not a byte is touched.
 */
#include <string.h>
#include <sys/mman.h>

#include "blocks.h"
#include "plain.h"
#include "policies.h"
#include "scene.h"

static struct encase_cage *traced(void)
{
	struct encase_cage *cage = scene_cage();

	scene_push(cage, &probe_layer, NULL);
	scene_push(cage, &encase_trace, NULL);
	lines_start();
	return cage;
}

Test(trace_through, words_go_down_as_they_came)
{
	struct encase_cage *cage = traced();

	for (size_t i = 0; i < nplain; i++) {
		probe_answers(0);
		encase_enter(cage, plain[i].desc, plain_words);
		cr_assert_eq(probe.calls, 1);
		cr_assert_eq(probe.desc, plain[i].desc);
		cr_assert(plain_same(&plain[i], probe.words));
	}
	probe_answers(0);
	encase_enter(cage, &odd_desc_sum, plain_words);
	cr_assert_eq(probe.desc, &odd_desc_sum);
	cr_assert_arr_eq(probe.words, plain_words, sizeof(plain_words));
	scene_free(cage);
}

Test(trace_through, every_errno_comes_up)
{
	struct encase_cage *cage = traced();
	encase_fsync_fn *fsync_entry = ENCASE_ENTRY(cage, fsync);

	for (int error = 1; error <= 4095; error++) {
		probe_fails(error);
		errno = ERANGE;
		cr_assert_eq(ENTER(cage, encase_desc_fsync, 3), -error);
		cr_assert_eq(errno, ERANGE);
		cr_assert_eq(fsync_entry(3), -1);
		cr_assert_eq(errno, error);
		lines_start();
	}
	scene_free(cage);
}

Test(trace_through, results_leave_errno_alone)
{
	struct encase_cage *cage = traced();
	encase_lseek_fn *lseek_entry = ENCASE_ENTRY(cage, lseek);

	errno = ERANGE;
	probe_answers(INT64_MAX);
	cr_assert_eq(ENTER(cage, encase_desc_lseek, 3, 0, 0), INT64_MAX);
	cr_assert_eq(lseek_entry(3, 0, 0), INT64_MAX);
	probe_answers(-4096);
	cr_assert_eq(lseek_entry(3, 0, 0), -4096);
	cr_assert_eq(errno, ERANGE);
	cr_assert_eq(lines_count(), 3);
	scene_free(cage);
}

Test(trace_through, calls_that_fail_in_their_own_ways_do)
{
	struct encase_cage *cage = traced();
	odd_find_fn *find = ENCASE_ENTRY_IN(odd, cage, find);
	const encase_word at = 0;
	encase_word result = 1;

	probe_answers(-EIO);
	cr_assert_eq(encase_enter_checked(cage, &odd_desc_peek, &at, &result), 0);
	cr_assert_eq(result, (encase_word) -EIO);
	cr_assert_eq(encase_enter_checked(cage, &odd_desc_ticks, &at, &result), 0);
	cr_assert_eq(result, (encase_word) -EIO);
	probe_fails(EIO);
	cr_assert_eq(encase_enter_checked(cage, &odd_desc_peek, &at, &result), -EIO);
	cr_assert_null(find("x"));
	cr_assert_eq(errno, EIO);
	scene_free(cage);
}

Test(trace_through, a_layer_above_gets_what_came_from_below)
{
	struct encase_cage *cage = scene_cage_over(plain_functions);

	scene_push(cage, &encase_trace, NULL);
	scene_push(cage, &probe_layer, NULL);
	memset(&probe, 0, sizeof(probe));
	lines_start();
	for (size_t i = 0; i < nplain; i++) {
		plain_answers(0);
		cr_assert_eq(encase_enter(cage, plain[i].desc, plain_words), 0);
		cr_assert_eq(plain_count(), 1);
		plain_fails(EXDEV);
		cr_assert_eq(encase_enter(cage, plain[i].desc, plain_words), -EXDEV);
		cr_assert_eq(plain_count(), 1);
	}
	cr_assert_eq(probe.calls, 2 * nplain);
	cr_assert_eq(lines_count(), 2 * (nplain + PLAIN_STAYING));
	scene_free(cage);
}

/* The probe passes, too; void looks at nothing. */
Test(trace_through, memory_is_not_touched)
{
	struct encase_cage *cage = traced();
	char *page = scene_forbidden_page();

	probe_answers(4096);
	cr_assert_eq(ENTER(cage, encase_desc_write, 1, W(page), 4096), 4096);
	cr_assert_eq(probe.words[1], W(page));
	cr_assert_eq(ENTER(cage, encase_desc_read, 1, W(page), 4096), 4096);
	cr_assert_eq(ENTER(cage, encase_desc_readlink, W(page), W(page + 1), 4096), 4096);
	cr_assert_eq(lines_count(), 3);
	scene_free(cage);
	cr_assert_eq(munmap(page, 4096), 0);
}

Test(trace_through, a_foreign_memory_is_not_touched)
{
	struct encase_arena arena = { scene_forbidden_page(), 4096 };
	struct encase_cage *cage = scene_cage_in(&arena, NULL);

	scene_push(cage, &encase_trace, NULL);
	lines_start();
	cr_assert_eq(ENTER(cage, encase_desc_write, 1, 16, 5), -ENOSYS);
	cr_assert_eq(ENTER(cage, encase_desc_write, 1, 5000, 5), -ENOSYS);
	cr_assert_eq(ENTER(cage, encase_desc_open, 0, 0, 0), -ENOSYS);
	cr_assert_eq(lines_count(), 3);
	cr_assert_str_eq(lines_at(0), "write(1, 0x10, 5) = -1 ENOSYS (Function not implemented)");
	cr_assert_str_eq(lines_at(1), "write(1, 0x1388, 5) = -1 ENOSYS (Function not implemented)");
	cr_assert_str_eq(lines_at(2),
			 "open(NULL, O_RDONLY) = -1 ENOSYS (Function not implemented)");
	scene_free(cage);
	cr_assert_eq(munmap(arena.base, arena.size), 0);
}

Test(trace_through, a_call_allocates_nothing)
{
	struct encase_cage *cage = traced();
	unsigned made = blocks_made();

	probe_answers(0);
	for (size_t i = 0; i < nplain; i++)
		encase_enter(cage, plain[i].desc, plain_words);
	cr_assert_eq(lines_count(), nplain + PLAIN_STAYING);
	cr_assert_eq(blocks_made(), made);
	scene_free(cage);
}

Test(trace_through, without_a_log_calls_go_on)
{
	struct encase_cage *cage = traced();

	encase_log_to(NULL, NULL);
	probe_answers(3);
	cr_assert_eq(ENTER(cage, encase_desc_dup, 2), 3);
	probe_fails(EMFILE);
	cr_assert_eq(ENTER(cage, encase_desc_dup, 2), -EMFILE);
	cr_assert_eq(lines_count(), 0);
	scene_free(cage);
}
