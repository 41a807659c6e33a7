/* SPDX-License-Identifier: MIT */
/*
 * Layer "deny": what its options say, and what is refused.
 *
 * A refused push leaves the cage as it was, leaves nothing behind, and says in
 * one line which word it did not understand.
 */
#define _GNU_SOURCE /* strerrorname_np() */
#include <stdio.h>
#include <string.h>

#include "blocks.h"
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

static void expect_unlink(const char *options, int error)
{
	struct encase_cage *cage = denied(options);

	cr_assert_eq(ENTER(cage, encase_desc_unlink, 0x1000), -error, "%s", options);
	cr_assert_eq(probe.calls, 0);
	cr_assert_eq(ENTER(cage, encase_desc_fsync, 3), 0);
	cr_assert_eq(probe.calls, 1);
	scene_free(cage);
}

static void expect_refusal(const char *options, const char *line)
{
	struct encase_cage *cage = scene_cage();

	scene_push(cage, &probe_layer, NULL);
	probe_answers(0);
	lines_start();
	cr_assert_eq(encase_push(cage, &encase_deny, options), -EINVAL, "%s", options);
	cr_assert_eq(lines_count(), 1);
	cr_assert_str_eq(lines_at(0), line);
	cr_assert_null(encase_state(cage, &encase_deny));
	cr_assert_eq(ENTER(cage, encase_desc_unlink, 0x1000), 0);
	scene_free(cage);
}

/* As many at a time as there are calls to deny. */
Test(deny_options, every_number_of_an_errno_is_one)
{
	const int ncalls = (int) encase_calls.ncalls;

	for (int first = 1; first <= 4095; first += ncalls) {
		char options[1 << 14] = "";
		struct encase_cage *cage;
		int n = 0;

		for (int i = 0; i < ncalls && first + i <= 4095; i++)
			n += snprintf(options + n, sizeof(options) - (size_t) n, "%s%s=%d",
				      n ? "," : "", encase_calls.texts[i].name, first + i);
		cage = denied(options);
		for (int i = 0; i < ncalls && first + i <= 4095; i++)
			cr_assert_eq(ENTER(cage, *encase_calls.calls[i]), -first - i);
		cr_assert_eq(probe.calls, 0);
		scene_free(cage);
	}
	expect_unlink("unlink=1", 1);
	expect_unlink("unlink=4095", 4095);
	expect_unlink("unlink=0013", 13);
}

Test(deny_options, every_name_of_an_errno_is_one)
{
	unsigned names = 0;
	char options[64];

	for (int error = 1; error <= 4095; error++) {
		const char *name = strerrorname_np(error);

		if (!name)
			continue;
		names++;
		snprintf(options, sizeof(options), "unlink=%s", name);
		expect_unlink(options, error);
	}
	cr_assert_gt(names, 100);
	expect_unlink("unlink=EPERM", EPERM);
	expect_unlink("unlink=EHWPOISON", EHWPOISON);
}

Test(deny_options, second_names_of_an_errno_are_known)
{
	expect_unlink("unlink=EAGAIN", EAGAIN);
	expect_unlink("unlink=EWOULDBLOCK", EWOULDBLOCK);
	expect_unlink("unlink=EDEADLK", EDEADLK);
	expect_unlink("unlink=EDEADLOCK", EDEADLOCK);
	expect_unlink("unlink=EOPNOTSUPP", EOPNOTSUPP);
	expect_unlink("unlink=ENOTSUP", ENOTSUP);
}

Test(deny_options, must_be_there)
{
	expect_refusal(NULL, "deny: not NAME=ERRNO: ''");
	expect_refusal("", "deny: not NAME=ERRNO: ''");
}

Test(deny_options, are_a_list_of_names_with_an_errno)
{
	expect_refusal("unlink", "deny: not NAME=ERRNO: 'unlink'");
	expect_refusal("unlink=", "deny: not NAME=ERRNO: 'unlink='");
	expect_refusal("=EPERM", "deny: not NAME=ERRNO: '=EPERM'");
	expect_refusal("=", "deny: not NAME=ERRNO: '='");
	expect_refusal(",", "deny: not NAME=ERRNO: ''");
	expect_refusal("unlink=EPERM,", "deny: not NAME=ERRNO: ''");
	expect_refusal(",unlink=EPERM", "deny: not NAME=ERRNO: ''");
	expect_refusal("unlink=EPERM,,close=EIO", "deny: not NAME=ERRNO: ''");
	expect_refusal("unlink=EPERM,close", "deny: not NAME=ERRNO: 'close'");
	expect_refusal("unlink:EPERM", "deny: not NAME=ERRNO: 'unlink:EPERM'");
	expect_refusal("%s%n", "deny: not NAME=ERRNO: '%s%n'");
}

Test(deny_options, unknown_calls_are_refused)
{
	expect_refusal("unlnk=EPERM", "deny: no such call: 'unlnk'");
	expect_refusal("unlink=EPERM,unlinkatt=EPERM", "deny: no such call: 'unlinkatt'");
	expect_refusal("Unlink=EPERM", "deny: no such call: 'Unlink'");
	expect_refusal(" unlink=EPERM", "deny: no such call: ' unlink'");
	expect_refusal("unlink =EPERM", "deny: no such call: 'unlink '");
	expect_refusal("87=EPERM", "deny: no such call: '87'");
	expect_refusal("file=EPERM", "deny: no such call: 'file'");
	expect_refusal("peek=EPERM", "deny: no such call: 'peek'");
}

Test(deny_options, unknown_groups_are_refused)
{
	expect_refusal("%fil=EPERM", "deny: no such group: '%fil'");
	expect_refusal("%=EPERM", "deny: no such group: '%'");
	expect_refusal("%unlink=EPERM", "deny: no such group: '%unlink'");
	expect_refusal("%file=EPERM,%mixed=EIO", "deny: no such group: '%mixed'");
}

Test(deny_options, unknown_errnos_are_refused)
{
	static const char *const words[] = {
		"EFOO",
		"EPERMM",
		"EPER",
		"eperm",
		"Operation not permitted",
		"0",
		"000",
		"4096",
		"65537",
		"4294967297",
		"-1",
		"+1",
		"1 ",
		" 1",
		"1x",
		"0x1",
		"1.0",
		"%file",
		"=1",
		"EPERM=EIO",
		"EPERM ",
		"18446744073709551617",
		"99999999999999999999999999",
	};
	char options[64], line[64];

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		snprintf(options, sizeof(options), "unlink=%s", words[i]);
		snprintf(line, sizeof(line), "deny: no such errno: '%s'", words[i]);
		expect_refusal(options, line);
	}
	expect_refusal("unlink=EPERM,%file=EBAD", "deny: no such errno: 'EBAD'");
}

Test(deny_options, what_is_listed_twice_is_refused)
{
	expect_refusal("unlink=EPERM,unlink=EPERM", "deny: listed twice: 'unlink'");
	expect_refusal("unlink=EPERM,%file=EIO,unlink=EIO", "deny: listed twice: 'unlink'");
	expect_refusal("%file=EPERM,%desc=EIO,%file=EIO", "deny: listed twice: '%file'");
}

Test(deny_options, a_word_of_any_length_is_named)
{
	char options[5000], expected[1024] = "deny: no such call: '";
	size_t len = strlen(expected);

	memset(options, 'x', sizeof(options));
	snprintf(options + sizeof(options) - 7, 7, "=EPERM");
	memset(expected + len, 'x', sizeof(expected) - 1 - len);
	expected[sizeof(expected) - 1] = '\0';
	expect_refusal(options, expected);
}

Test(deny_options, are_not_needed_after_the_push)
{
	char options[] = "unlink=EPERM,%clock=EIO";
	struct encase_cage *cage = denied(options);

	memset(options, 'x', sizeof(options) - 1);
	cr_assert_eq(ENTER(cage, encase_desc_unlink, 0x1000), -EPERM);
	cr_assert_eq(ENTER(cage, encase_desc_clock_gettime, 0, 0), -EIO);
	cr_assert_eq(ENTER(cage, encase_desc_close, 0), 0);
	scene_free(cage);
}

Test(deny_options, may_list_everything)
{
	char options[1 << 14] = "%file=1,%desc=2,%process=3,%memory=4,%creds=5,%clock=6";
	struct encase_cage *cage;

	for (size_t i = 0; i < encase_calls.ncalls; i++) {
		size_t len = strlen(options);

		snprintf(options + len, sizeof(options) - len, ",%s=%zu",
			 encase_calls.texts[i].name, 1000 + i);
	}
	cage = denied(options);
	for (size_t i = 0; i < encase_calls.ncalls; i++)
		cr_assert_eq(ENTER(cage, *encase_calls.calls[i], 0), -1000 - (long) i);
	cr_assert_eq(probe.calls, 0);
	scene_free(cage);
}

Test(deny_options, nothing_is_logged_when_all_is_well)
{
	lines_start();
	expect_unlink("unlink=EPERM,%clock=EIO", EPERM);
	cr_assert_eq(lines_count(), 0);
}

Test(deny_options, without_memory_nothing_is_pushed)
{
	struct encase_cage *cage = scene_cage();
	unsigned refusals = 0;

	scene_push(cage, &probe_layer, NULL);
	probe_answers(0);
	for (;; refusals++) {
		int err;

		blocks_refuse_after(refusals);
		err = encase_push(cage, &encase_deny, "unlink=EPERM");
		if (!err)
			break;
		cr_assert_eq(err, -ENOMEM);
		cr_assert_eq(ENTER(cage, encase_desc_unlink, 0x1000), 0);
	}
	blocks_refuse_after(1000);
	cr_assert_geq(refusals, 3, "two of the layer's own, and some of the library's");
	cr_assert_eq(ENTER(cage, encase_desc_unlink, 0x1000), -EPERM);
	scene_free(cage);
}

Test(deny_options, leave_nothing_behind)
{
	scene_leaves_nothing(&encase_deny, "unlink=EPERM,x=EPERM", "unlink=EPERM");
}
