/* SPDX-License-Identifier: MIT */
/*
 * Layer "deny": what it does to calls.
 *
 * A denied call fails with the errno that was asked for and reaches nothing
 * below; any other comes out below as it went in.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "blocks.h"
#include "plain.h"
#include "policies.h"
#include "scene.h"

/* A cage over a probe that answers 0, with deny on top. */
static struct encase_cage *denied(const char *options)
{
	struct encase_cage *cage = scene_cage();

	scene_push(cage, &probe_layer, NULL);
	scene_push(cage, &encase_deny, options);
	probe_answers(0);
	return cage;
}

/* Makes a call, which must be denied with an errno, or forwarded where that is 0. */
static void expect(struct encase_cage *cage, const struct plain_call *call, int error)
{
	probe_answers(0);
	cr_assert_eq(encase_enter(cage, call->desc, plain_words), -error, "%s", call->name);
	cr_assert_eq(probe.calls, !error, "%s", call->name);
	if (error)
		return;
	cr_assert_eq(probe.desc, call->desc);
	cr_assert(plain_same(call, probe.words));
}

Test(deny_calls, each_call_of_linux_can_be_denied_alone)
{
	cr_assert_eq(nplain, encase_calls.ncalls);
	for (size_t i = 0; i < nplain; i++) {
		int error = 4095 - (int) i;
		struct encase_cage *cage;
		char options[64];

		snprintf(options, sizeof(options), "%s=%d", plain[i].name, error);
		cage = denied(options);
		for (size_t j = 0; j < nplain; j++)
			expect(cage, &plain[j], i == j ? error : 0);
		scene_free(cage);
	}
}

Test(deny_calls, each_group_of_linux_can_be_denied)
{
	for (size_t group = 0; group < encase_ngroups; group++) {
		struct encase_cage *cage;
		char options[64];

		snprintf(options, sizeof(options), "%s=EXDEV", encase_calls.groups[group]);
		cage = denied(options);
		for (size_t i = 0; i < nplain; i++)
			expect(cage, &plain[i], plain[i].in_group[group] ? EXDEV : 0);
		scene_free(cage);
	}
}

Test(deny_calls, libc_sees_the_failure_value_and_errno)
{
	struct encase_cage *cage = denied("%file=EACCES,%memory=ENOMEM,geteuid=EPERM");
	encase_open_fn *open_entry = ENCASE_ENTRY(cage, open);
	encase_mmap_fn *mmap_entry = ENCASE_ENTRY(cage, mmap);
	encase_geteuid_fn *geteuid_entry = ENCASE_ENTRY(cage, geteuid);
	encase_close_fn *close_entry = ENCASE_ENTRY(cage, close);

	cr_assert_eq(open_entry("x", 0, 0), -1);
	cr_assert_eq(errno, EACCES);
	cr_assert_eq(mmap_entry(NULL, 1, 0, 0, -1, 0), MAP_FAILED);
	cr_assert_eq(errno, ENOMEM);
	cr_assert_eq(geteuid_entry(), (uid_t) -1);
	cr_assert_eq(errno, EPERM);
	errno = ERANGE;
	cr_assert_eq(close_entry(3), 0);
	cr_assert_eq(ENTER(cage, encase_desc_unlink, 0x1000), -EACCES);
	cr_assert_eq(errno, ERANGE);
	scene_free(cage);
}

Test(deny_calls, an_entry_for_the_call_goes_before_its_groups)
{
	static const char *const options[] = { "openat=EPERM,%file=EACCES,%desc=EBADF",
					       "%file=EACCES,openat=EPERM,%desc=EBADF",
					       "%file=EACCES,%desc=EBADF,openat=EPERM" };

	for (size_t i = 0; i < 3; i++) {
		struct encase_cage *cage = denied(options[i]);

		cr_assert_eq(ENTER(cage, encase_desc_openat), -EPERM);
		cr_assert_eq(ENTER(cage, encase_desc_unlinkat), -EACCES);
		cr_assert_eq(ENTER(cage, encase_desc_unlink), -EACCES);
		cr_assert_eq(ENTER(cage, encase_desc_close), -EBADF);
		cr_assert_eq(probe.calls, 0);
		scene_free(cage);
	}
}

Test(deny_calls, the_first_listed_group_goes_before_another)
{
	struct encase_cage *cage = denied("%desc=EBADF,%file=EACCES,%memory=ENOMEM");

	cr_assert_eq(ENTER(cage, encase_desc_openat), -EBADF);
	cr_assert_eq(ENTER(cage, encase_desc_unlink), -EACCES);
	cr_assert_eq(ENTER(cage, encase_desc_mmap), -EBADF);
	cr_assert_eq(ENTER(cage, encase_desc_munmap), -ENOMEM);
	scene_free(cage);
	cage = denied("%memory=ENOMEM,%file=EACCES,%desc=EBADF");
	cr_assert_eq(ENTER(cage, encase_desc_openat), -EACCES);
	cr_assert_eq(ENTER(cage, encase_desc_mmap), -ENOMEM);
	cr_assert_eq(ENTER(cage, encase_desc_close), -EBADF);
	scene_free(cage);
}

/* Table odd's first call has the index of Linux's first, read, and so on. */
Test(deny_calls, calls_of_another_interface_go_through)
{
	struct encase_cage *cage = denied("%file=EACCES,%desc=EBADF");

	for (size_t i = 0; i < odd_calls.ncalls; i++) {
		probe_answers(0);
		cr_assert_eq(encase_enter(cage, odd_calls.calls[i], plain_words), 0);
		cr_assert_eq(probe.calls, 1);
		cr_assert_eq(probe.desc, odd_calls.calls[i]);
	}
	encase_enter(cage, &odd_desc_sum, plain_words);
	cr_assert_arr_eq(probe.words, plain_words, sizeof(plain_words));
	scene_free(cage);
}

Test(deny_calls, results_of_others_come_up_as_they_are)
{
	struct encase_cage *cage = denied("unlink=EPERM");
	const encase_word at = 0;
	encase_word result = 1;

	errno = ERANGE;
	probe_answers(INT64_MIN);
	cr_assert_eq(ENTER(cage, encase_desc_lseek, 3, 0, 0), INT64_MIN);
	for (int error = 1; error <= 4095; error++) {
		probe_fails(error);
		cr_assert_eq(ENTER(cage, encase_desc_fsync, 3), -error);
	}
	probe_answers(-EIO);
	cr_assert_eq(encase_enter_checked(cage, &odd_desc_peek, &at, &result), 0);
	cr_assert_eq(result, (encase_word) -EIO);
	probe_fails(EIO);
	cr_assert_eq(encase_enter_checked(cage, &odd_desc_peek, &at, &result), -EIO);
	cr_assert_eq(errno, ERANGE);
	scene_free(cage);
}

Test(deny_calls, c_functions_below_are_not_called)
{
	struct encase_cage *cage = scene_cage_over(plain_functions);

	scene_push(cage, &encase_deny, "%file=EACCES");
	for (size_t i = 0; i < nplain; i++) {
		long denied_word = plain[i].in_group[encase_group_file] ? -EACCES : 0;

		plain_answers(0);
		cr_assert_eq(encase_enter(cage, plain[i].desc, plain_words), denied_word);
		cr_assert_eq(plain_count(), !denied_word);
	}
	scene_free(cage);
}

/* A name that is not even looked at cannot be a bad address. */
Test(deny_calls, memory_is_not_touched)
{
	struct encase_cage *cage = denied("%file=EACCES,read=EBADF");
	char *page = scene_forbidden_page();

	cr_assert_eq(ENTER(cage, encase_desc_unlink, W(page)), -EACCES);
	cr_assert_eq(ENTER(cage, encase_desc_unlink, 0), -EACCES);
	cr_assert_eq(ENTER(cage, encase_desc_read, 0, W(page), 4096), -EBADF);
	cr_assert_eq(probe.calls, 0);
	probe_answers(4096);
	cr_assert_eq(ENTER(cage, encase_desc_write, 1, W(page), 4096), 4096);
	cr_assert_eq(probe.words[1], W(page));
	scene_free(cage);
	cr_assert_eq(munmap(page, 4096), 0);
}

Test(deny_calls, a_foreign_memory_is_not_touched)
{
	struct encase_arena arena = { scene_forbidden_page(), 4096 };
	struct encase_cage *cage = scene_cage_in(&arena, NULL);

	scene_push(cage, &encase_deny, "%file=EACCES");
	cr_assert_eq(ENTER(cage, encase_desc_unlink, 16), -EACCES);
	cr_assert_eq(ENTER(cage, encase_desc_unlink, 5000), -EACCES);
	cr_assert_eq(ENTER(cage, encase_desc_write, 1, 16, 5), -ENOSYS);
	cr_assert_eq(ENTER(cage, encase_desc_write, 1, 5000, 5), -ENOSYS);
	scene_free(cage);
	cr_assert_eq(munmap(arena.base, arena.size), 0);
}

Test(deny_calls, a_call_allocates_and_logs_nothing)
{
	struct encase_cage *cage = denied("%file=EACCES");
	unsigned made = blocks_made();

	lines_start();
	for (size_t i = 0; i < nplain; i++)
		encase_enter(cage, plain[i].desc, plain_words);
	cr_assert_eq(blocks_made(), made);
	cr_assert_eq(lines_count(), 0);
	scene_free(cage);
}
