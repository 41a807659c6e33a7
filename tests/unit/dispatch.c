/* SPDX-License-Identifier: MIT */
/* The dispatch gate, as far as it goes without a program: what it refuses, and its lower layer on threads that are no program's. */
#define _GNU_SOURCE
#include <encase/dispatch.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "unit.h"

static struct encase_cage *make_cage(const struct encase_memory *memory,
				     const struct encase_lower *lower)
{
	const struct encase_setup setup = { .memory = memory, .lower = lower, .unknown = 1 };
	struct encase_cage *cage = NULL;

	cr_assert_eq(encase_cage_new(&setup, &cage), 0);
	return cage;
}

static const char *const words[] = { "x", NULL };

static int try(struct encase_cage *cage, const char *path)
{
	const struct encase_dispatch run = {
		.cage = cage, .path = path, .argv = words, .envp = words + 1, .again = words
	};

	return encase_dispatch_run(&run);
}

Test(dispatch, refuses_what_is_no_cage_of_its_own)
{
	struct encase_cage *host = make_cage(&encase_memory_host, &encase_lower_dispatch),
			   *kernel = make_cage(&encase_memory_host_checked, &encase_lower_kernel);

	cr_expect_eq(encase_dispatch_run(NULL), -EINVAL);
	cr_expect_eq(try(NULL, "/bin/true"), -EINVAL);
	cr_expect_eq(try(host, "/bin/true"), -EINVAL);
	cr_expect_eq(try(kernel, "/bin/true"), -EINVAL);
	cr_expect_eq(encase_cage_free(host), 0);
	cr_expect_eq(encase_cage_free(kernel), 0);
}

/* What is wrong with the file is told to who asked, and nothing was done. */
Test(dispatch, tells_what_execve_would)
{
	static const struct {
		const char *path;
		int err;
	} files[] = {
		{ "/nonexistent", -ENOENT },
		{ "/etc", -EACCES },
		{ "/etc/passwd", -EACCES },
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct encase_cage *cage =
			make_cage(&encase_memory_host_checked, &encase_lower_dispatch);

		int expected = encase_dispatch_check(NULL, 0) ? -ENOTSUP : files[i].err;

		struct sigaction before[65] = { 0 }, after = { 0 };
		stack_t alt;

		for (int sig = 1; sig < 65; sig++)
			(void) sigaction(sig, NULL, &before[sig]);
		cr_expect_eq(try(cage, files[i].path), expected, "%s", files[i].path);
		for (int sig = 1; sig < 65; sig++) {
			if (sigaction(sig, NULL, &after))
				continue;
			cr_expect_eq(after.sa_handler, before[sig].sa_handler, "%d", sig);
			cr_expect_eq(after.sa_flags, before[sig].sa_flags, "%d", sig);
		}
		cr_expect_eq(sigaltstack(NULL, &alt), 0);
		cr_expect_eq(alt.ss_flags, SS_DISABLE);
		cr_expect_eq(encase_cage_free(cage), 0);
	}
}

Test(dispatch, says_why_not)
{
	char why[256] = "untouched", little[4] = "abc";
	int err = encase_dispatch_check(why, sizeof(why));

	cr_expect(err == 0 || err == -ENOTSUP);
	cr_expect(err || !strcmp(why, "untouched"));
	cr_expect(err == 0 || strcmp(why, "untouched") != 0);
	(void) encase_dispatch_check(little, sizeof(little));
	cr_expect_eq(little[3], '\0');
}

Test(dispatch, takes_its_own_words_alone)
{
	static const char *const wrong[][8] = {
		{ NULL },
		{ "encase-again", NULL },
		{ "other", "5", "p", "1", "a", NULL },
		{ "encase-again", "x", "p", "1", "a", NULL },
		{ "encase-again", "0", "p", "1", "a", NULL },
		{ "encase-again", "5", "p", "0", "a", NULL },
		{ "encase-again", "5", "p", "2", "a", NULL },
		{ "encase-again", "5", "p", "1x", "a", NULL },
	};
	char *right[] = { (char *) "encase-again",
			  (char *) "5",
			  (char *) "path",
			  (char *) "2",
			  (char *) "a",
			  (char *) "b",
			  (char *) "E=1",
			  NULL };
	struct encase_dispatch run = { .file = 0 };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char *given[8];

		memcpy(given, wrong[i], sizeof(given));
		cr_expect_eq(encase_dispatch_again(given, &run), -EINVAL, "%zu", i);
	}
	cr_assert_eq(encase_dispatch_again(right, &run), 0);
	cr_expect_eq(run.file, 5);
	cr_expect_str_eq(run.path, "path");
	cr_expect_str_eq(run.argv[1], "b");
	cr_expect_null(run.argv[2]);
	cr_expect_str_eq(run.envp[0], "E=1");
	cr_expect_null(run.envp[1]);
}

Test(dispatch, lower_layer_makes_calls_of_other_threads)
{
	struct encase_cage *cage = make_cage(&encase_memory_host_checked, &encase_lower_dispatch);
	encase_word none[6] = { 0 }, bad[6] = { 4096 };

	cr_expect_eq(encase_enter(cage, &encase_desc_getpid, none), getpid());
	cr_expect_eq(encase_enter(cage, &encase_desc_uname, bad), -EFAULT);
	cr_expect_eq(encase_enter(cage, &encase_desc_fork, none), -ENOSYS);
	cr_expect_eq(encase_enter(cage, &encase_desc_exit_group, none), -ENOSYS);
	cr_expect_eq(encase_enter_number(cage, &encase_calls, 100000, none), -ENOSYS);
	cr_expect_eq(encase_cage_free(cage), 0);
}

/* In another memory its words mean nothing to the kernel. */
Test(dispatch, lower_layer_refuses_other_memories)
{
	static char bytes[64];
	const struct encase_arena arena = { bytes, sizeof(bytes) };
	const struct encase_setup setup = { .memory = &encase_memory_arena,
					    .space = &arena,
					    .lower = &encase_lower_dispatch,
					    .unknown = 1 };
	encase_word none[6] = { 0 };
	struct encase_cage *cage;

	cr_assert_eq(encase_cage_new(&setup, &cage), 0);
	cr_expect_eq(encase_enter(cage, &encase_desc_getpid, none), -ENOSYS);
	cr_expect_eq(encase_enter_number(cage, &encase_calls, 100000, none), -ENOSYS);
	cr_expect_eq(encase_cage_free(cage), 0);
}
