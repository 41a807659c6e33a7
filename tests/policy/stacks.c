/* SPDX-License-Identifier: MIT */
/*
 * The layers together, and several of the same on one cage.
 *
 * A call falls through a stack newest layer first: what a layer denies, those
 * below do not see, and those above see as a failure.
 */
#include <string.h>

#include "plain.h"
#include "policies.h"
#include "scene.h"

Test(stacks, trace_over_deny_shows_what_was_denied)
{
	struct encase_cage *cage = scene_cage_over(plain_functions);

	scene_push(cage, &encase_deny, "unlink=EPERM");
	scene_push(cage, &encase_trace, NULL);
	plain_answers(0);
	lines_start();
	cr_assert_eq(ENTER(cage, encase_desc_unlink, 0x1000), -EPERM);
	cr_assert_eq(ENTER(cage, encase_desc_rmdir, 0x1000), 0);
	cr_assert_eq(plain_count(), 1);
	cr_assert_eq(lines_count(), 2);
	cr_assert_str_eq(lines_at(0), "unlink(0x1000) = -1 EPERM (Operation not permitted)");
	cr_assert_str_eq(lines_at(1), "rmdir(0x1000) = 0");
	scene_free(cage);
}

Test(stacks, deny_over_trace_shows_what_was_not)
{
	struct encase_cage *cage = scene_cage_over(plain_functions);

	scene_push(cage, &encase_trace, NULL);
	scene_push(cage, &encase_deny, "unlink=EPERM");
	plain_answers(0);
	lines_start();
	cr_assert_eq(ENTER(cage, encase_desc_unlink, 0x1000), -EPERM);
	cr_assert_eq(ENTER(cage, encase_desc_rmdir, 0x1000), 0);
	cr_assert_eq(plain_count(), 1);
	cr_assert_eq(lines_count(), 1);
	cr_assert_str_eq(lines_at(0), "rmdir(0x1000) = 0");
	scene_free(cage);
}

/* Every call of Linux, all of them denied, between two traces. */
Test(stacks, each_call_is_traced_once_on_each_side)
{
	struct encase_cage *cage = scene_cage();

	scene_push(cage, &encase_trace, "prefix=below ");
	scene_push(cage, &encase_deny, "%file=EACCES");
	scene_push(cage, &encase_trace, "prefix=above ");
	for (size_t i = 0; i < nplain; i++) {
		int in = plain[i].in_group[encase_group_file];

		if (plain_may_stay_away(&plain[i]))
			continue; /* have a line more */
		lines_start();
		cr_assert_eq(encase_enter(cage, plain[i].desc, plain_words),
			     in ? -EACCES : -ENOSYS);
		cr_assert_eq(lines_count(), in ? 1 : 2);
		cr_assert_eq(strncmp(lines_at(0), in ? "above " : "below ", 6), 0);
		cr_assert_str_eq(lines_at(0) + 6, plain_shown(&plain[i], in ? EACCES : ENOSYS));
	}
	scene_free(cage);
}

Test(stacks, several_denials_add_up)
{
	struct encase_cage *cage = scene_cage();

	scene_push(cage, &probe_layer, NULL);
	scene_push(cage, &encase_deny, "unlink=EPERM,close=EIO");
	scene_push(cage, &encase_deny, "%file=EACCES");
	scene_push(cage, &encase_deny, "rename=EROFS");
	probe_answers(0);
	cr_assert_eq(ENTER(cage, encase_desc_rename), -EROFS);
	cr_assert_eq(ENTER(cage, encase_desc_unlink), -EACCES);
	cr_assert_eq(ENTER(cage, encase_desc_close), -EIO);
	cr_assert_eq(probe.calls, 0);
	cr_assert_eq(ENTER(cage, encase_desc_dup), 0);
	cr_assert_eq(probe.calls, 1);
	scene_free(cage);
}

Test(stacks, a_refused_push_leaves_the_others)
{
	struct encase_cage *cage = scene_cage();

	scene_push(cage, &encase_deny, "unlink=EPERM");
	cr_assert_eq(encase_push(cage, &encase_deny, "rename"), -EINVAL);
	scene_push(cage, &encase_deny, "close=EIO");
	cr_assert_eq(ENTER(cage, encase_desc_unlink), -EPERM);
	cr_assert_eq(ENTER(cage, encase_desc_rename), -ENOSYS);
	cr_assert_eq(ENTER(cage, encase_desc_close), -EIO);
	scene_free(cage);
}

Test(stacks, cages_have_their_own)
{
	struct encase_cage *one = scene_cage(), *other = scene_cage();

	scene_push(one, &encase_deny, "unlink=EPERM");
	scene_push(other, &encase_deny, "rename=EROFS");
	cr_assert_eq(ENTER(one, encase_desc_unlink), -EPERM);
	cr_assert_eq(ENTER(one, encase_desc_rename), -ENOSYS);
	cr_assert_eq(ENTER(other, encase_desc_unlink), -ENOSYS);
	cr_assert_eq(ENTER(other, encase_desc_rename), -EROFS);
	scene_free(one);
	cr_assert_eq(ENTER(other, encase_desc_rename), -EROFS);
	scene_free(other);
}

/* A layer that opens by openat, and asks twice. */
static int on_open(const char *pathname, int flags, mode_t mode)
{
	if (encase_next_openat(-100, pathname, flags, mode) >= 0)
		return 3;
	return encase_next_openat(-1, pathname, flags, mode);
}

static const struct encase_rule opener_rules[] = {
	ENCASE_ON(open, on_open, ENCASE_PASS_POINTERS),
	ENCASE_END,
};
static const struct encase_layer opener = { .name = "opener", .rules = opener_rules };

Test(stacks, what_a_layer_above_makes_of_a_call_counts)
{
	struct encase_cage *cage = scene_cage();

	scene_push(cage, &encase_deny, "openat=EACCES");
	scene_push(cage, &encase_trace, NULL);
	scene_push(cage, &opener, NULL);
	lines_start();
	errno = ERANGE;
	cr_assert_eq(ENTER(cage, encase_desc_open, 0x1000, 1, 2), -EACCES);
	cr_assert_eq(errno, ERANGE);
	cr_assert_eq(lines_count(), 2);
	cr_assert_str_eq(lines_at(0),
			 "openat(AT_FDCWD, NULL, O_WRONLY) = -1 EACCES (Permission denied)");
	cr_assert_str_eq(lines_at(1), "openat(-1, NULL, O_WRONLY) = -1 EACCES (Permission denied)");
	scene_free(cage);
}

/* The handler below the copying layer sees where the copy is, and only that. */
static ssize_t on_write(int fd, const void *buf, size_t count)
{
	return encase_next_write(fd, buf, count);
}

static const struct encase_rule copier_rules[] = {
	ENCASE_ON(write, on_write, ENCASE_COPY_ALL),
	ENCASE_END,
};
static const struct encase_layer copier = { .name = "copier", .rules = copier_rules };

Test(stacks, a_copy_made_above_is_what_is_traced)
{
	struct encase_cage *cage = scene_cage();
	char buf[5] = "abcd";

	scene_push(cage, &probe_layer, NULL);
	scene_push(cage, &encase_trace, NULL);
	scene_push(cage, &copier, NULL);
	probe_answers(5);
	lines_start();
	cr_assert_eq(ENTER(cage, encase_desc_write, 1, W(buf), 5), 5);
	cr_assert_neq(probe.words[1], W(buf));
	cr_assert_eq(lines_count(), 1);
	cr_assert_eq(strncmp(lines_at(0), "write(1, 0x", 11), 0);
	cr_assert_eq(strtoull(lines_at(0) + 9, NULL, 16), probe.words[1]);
	cr_assert_eq(encase_traffic(cage).from_cage, 5, "the copier's, not the trace's");
	cr_assert_eq(encase_cage_free(cage), 0);
}

/* What a C function below gets is the same bytes at their place here. */
static const char *written;

static ssize_t keep(int fd, const void *buf, size_t count)
{
	(void) fd;
	written = buf;
	return (ssize_t) count;
}

Test(stacks, a_foreign_memory_is_used_in_place)
{
	static const struct encase_function functions[] = { ENCASE_FUNCTION(write, keep),
							    ENCASE_FUNCTION_END };
	char memory[64];
	struct encase_arena arena = { memory, sizeof(memory) };
	struct encase_cage *cage = scene_cage_in(&arena, functions);

	scene_push(cage, &encase_deny, "%file=EACCES");
	scene_push(cage, &encase_trace, NULL);
	lines_start();
	cr_assert_eq(ENTER(cage, encase_desc_write, 1, 16, 48), 48);
	cr_assert_eq(written, memory + 16);
	cr_assert_eq(ENTER(cage, encase_desc_write, 1, 17, 48), -EFAULT);
	cr_assert_eq(ENTER(cage, encase_desc_unlink, 17), -EACCES);
	cr_assert_eq(lines_count(), 3);
	cr_assert_str_eq(lines_at(0), "write(1, 0x10, 48) = 48");
	cr_assert_str_eq(lines_at(1), "write(1, 0x11, 48) = -1 EFAULT (Bad address)");
	cr_assert_str_eq(lines_at(2), "unlink(0x11) = -1 EACCES (Permission denied)");
	scene_free(cage);
}

/* Newest first, of those pushed more than once the newest push. */
Test(stacks, each_push_has_its_own_state)
{
	struct encase_cage *cage = scene_cage();

	scene_push(cage, &encase_trace, "prefix=old");
	cr_assert_str_eq(encase_state(cage, &encase_trace), "old");
	scene_push(cage, &encase_trace, "prefix=new");
	cr_assert_str_eq(encase_state(cage, &encase_trace), "new");
	scene_free(cage);
}
