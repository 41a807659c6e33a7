/* SPDX-License-Identifier: MIT */
/* Layer "count": by which names calls are counted, and how often. */
#define _GNU_SOURCE
#include "count_kit.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "policies.h"

Test(count_names, absolute_paths)
{
	struct encase_test *t = count_test(NULL);

	ENCASE_ANSWER_ALWAYS(t, unlink, 0);
	ENCASE_CALL_GIVES(t, 0, unlink, "/a/b");
	ENCASE_CALL_GIVES(t, 0, unlink, "//a/./b/");
	ENCASE_CALL_GIVES(t, 0, unlink, "/a///b/.");
	ENCASE_CALL_GIVES(t, 0, unlink, "/a/../b");
	ENCASE_CALL_GIVES(t, 0, unlink, "/.a");
	ENCASE_CALL_GIVES(t, 0, unlink, "//.");
	COUNT_HOLDS(t, "/\t1\t0\t0\t0\n/.a\t1\t0\t0\t0\n/a/../b\t1\t0\t0\t0\n/a/b\t3\t0\t0\t0\n");
	ENCASE_EXPECT_REACHED(t, unlink, "/a/b");
	ENCASE_EXPECT_REACHED(t, unlink, "//a/./b/"); /* as it came */
	encase_test_end(t);
}

Test(count_names, relative_paths)
{
	struct encase_test *t = count_test(NULL);
	struct stat st;
	struct open_how how = { .flags = O_RDONLY };

	count_names(7, "/dir");
	count_names(8, "pipe:[4]");
	ENCASE_ANSWER_ALWAYS(t, unlink, 0);
	ENCASE_ANSWER_ALWAYS(t, unlinkat, 0);
	ENCASE_ANSWER_ALWAYS(t, newfstatat, 0);
	ENCASE_CALL_GIVES(t, 0, unlink, "a");
	ENCASE_CALL_GIVES(t, 0, unlink, "./a");
	ENCASE_CALL_GIVES(t, 0, unlink, ".");
	ENCASE_CALL_GIVES(t, 0, unlinkat, AT_FDCWD, "a", 0);
	ENCASE_CALL_GIVES(t, 0, unlinkat, 7, "x/y", 0);
	ENCASE_CALL_GIVES(t, 0, unlinkat, 7, "/x", 0);
	ENCASE_CALL_GIVES(t, 0, newfstatat, 8, "z", &st, 0);
	ENCASE_ANSWER(t, openat2, 9);
	ENCASE_CALL_GIVES(t, 9, openat2, 7, "o", &how, sizeof(how));
	COUNT_HOLDS(t, "/cwd\t1\t0\t0\t0\n/cwd/a\t3\t0\t0\t0\n/dir/o\t1\t0\t0\t0\n"
		       "/dir/x/y\t1\t0\t0\t0\n/x\t1\t0\t0\t0\nz\t1\t0\t0\t0\n");
	encase_test_end(t);
}

/* As a descriptor's, by the name that it has for the layer, or the working directory's. */
Test(count_names, empty_paths)
{
	struct encase_test *t = count_test(NULL);
	struct stat st;

	ENCASE_ANSWER_ALWAYS(t, newfstatat, 0);
	ENCASE_ANSWER_ALWAYS(t, utimensat, 0);
	ENCASE_ANSWER_FAIL(t, stat, ENOENT);
	ENCASE_ANSWER(t, open, 3);
	ENCASE_CALL_GIVES(t, 3, open, "/f", O_RDONLY, 0);
	ENCASE_CALL_GIVES(t, 0, newfstatat, 3, "", &st, AT_EMPTY_PATH);
	ENCASE_CALL_GIVES(t, 0, utimensat, 3, NULL, NULL, 0);
	ENCASE_CALL_GIVES(t, 0, newfstatat, AT_FDCWD, "", &st, AT_EMPTY_PATH);
	ENCASE_CALL_FAILS(t, ENOENT, stat, "", &st);
	COUNT_HOLDS(t, "/cwd\t1\t0\t0\t0\n/f\t3\t0\t0\t0\n");
	encase_test_end(t);
}

Test(count_names, two_paths)
{
	struct encase_test *t = count_test(NULL);

	count_names(4, "/d");
	ENCASE_ANSWER_ALWAYS(t, rename, 0);
	ENCASE_ANSWER_ALWAYS(t, linkat, 0);
	ENCASE_ANSWER_ALWAYS(t, symlink, 0);
	ENCASE_ANSWER_ALWAYS(t, symlinkat, 0);
	ENCASE_CALL_GIVES(t, 0, rename, "/a", "/b");
	ENCASE_CALL_GIVES(t, 0, rename, "/a", "//a"); /* once */
	ENCASE_CALL_GIVES(t, 0, linkat, 4, "c", AT_FDCWD, "e", 0);
	ENCASE_CALL_GIVES(t, 0, symlink, "target", "/l");
	ENCASE_CALL_GIVES(t, 0, symlinkat, "target", 4, "l");
	COUNT_HOLDS(t, "/a\t2\t0\t0\t0\n/b\t1\t0\t0\t0\n/cwd/e\t1\t0\t0\t0\n/d/c\t1\t0\t0\t0\n"
		       "/d/l\t1\t0\t0\t0\n/l\t1\t0\t0\t0\n");
	encase_test_end(t);
}

/* Asked for once; those that number themselves are one. */
Test(count_names, descriptors)
{
	struct encase_test *t = count_test(NULL);

	count_names(0, "/dev/pts/0");
	count_names(1, "pipe:[4711]");
	count_names(2, "socket:[12]");
	count_names(4, "pipe:[4712]");
	count_names(5, "anon_inode:[eventfd]");
	count_names(6, "/a:[1]");
	ENCASE_ANSWER_ALWAYS(t, fsync, 0);
	for (int round = 0; round < 3; round++)
		for (int fd = 0; fd <= 6; fd++)
			if (fd != 3)
				ENCASE_CALL_GIVES(t, 0, fsync, fd);
	cr_assert_eq(count_asked(), 6);
	COUNT_HOLDS(t,
		    "/a:[1]\t3\t0\t0\t0\n/dev/pts/0\t3\t0\t0\t0\nanon_inode:[eventfd]\t3\t0\t0\t0\n"
		    "pipe:[...]\t6\t0\t0\t0\nsocket:[...]\t3\t0\t0\t0\n");
	encase_test_end(t);
}

/* Not remembered: it may have a name the next time.  Numbers beyond all maps have theirs, too. */
Test(count_names, unknown_descriptors)
{
	struct encase_test *t = count_test(NULL);

	ENCASE_ANSWER_FAIL(t, fsync, EBADF);
	ENCASE_CALL_FAILS(t, EBADF, fsync, 3);
	COUNT_HOLDS(t, "[unknown]\t1\t1\t0\t0\n");
	count_names(3, "/f");
	ENCASE_ANSWER_ALWAYS(t, fsync, 0);
	ENCASE_CALL_GIVES(t, 0, fsync, 3);
	ENCASE_CALL_GIVES(t, 0, fsync, -1);
	ENCASE_CALL_GIVES(t, 0, fsync, 1 << 20);
	ENCASE_ANSWER(t, open, 1 << 20);
	ENCASE_CALL_GIVES(t, 1 << 20, open, "/far", O_RDONLY, 0);
	COUNT_HOLDS(t, "/f\t1\t0\t0\t0\n/far\t1\t0\t0\t0\n[unknown]\t3\t1\t0\t0\n");
	encase_test_end(t);
}

/* A path that cannot be read goes down as it is, and is the kernel's business. */
Test(count_names, unreadable_paths)
{
	struct encase_test *t = count_test(NULL);
	char page[8192];

	memset(page, 'x', sizeof(page));
	encase_test_blind(t);
	ENCASE_ANSWER_FAIL(t, unlink, EFAULT);
	ENCASE_CALL_FAILS(t, EFAULT, unlink, (void *) 1);
	page[sizeof(page) - 1] = '\0';
	ENCASE_ANSWER_FAIL(t, unlink, ENAMETOOLONG);
	ENCASE_CALL_FAILS(t, ENAMETOOLONG, unlink, page);
	COUNT_HOLDS(t, "[unknown]\t2\t2\t0\t0\n");
	encase_test_end(t);
}

/* As long as paths can be, and longer than a name has room. */
Test(count_names, long_paths)
{
	struct encase_test *t = count_test(NULL);
	char path[4096], want[4200];

	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	ENCASE_ANSWER_ALWAYS(t, unlink, 0);
	ENCASE_CALL_GIVES(t, 0, unlink, path); /* no room for /cwd before it */
	snprintf(want, sizeof(want), "%s\t1\t0\t0\t0\n", path);
	COUNT_HOLDS(t, want);
	path[sizeof(path) - 10] = '\0';
	ENCASE_CALL_GIVES(t, 0, unlink, path);
	cr_assert(!strncmp(count_printed(encase_test_cage(t)), "/cwd/xxxx", 9));
	encase_test_end(t);
}

/* Queues have names of their own. */
Test(count_names, queues)
{
	struct encase_test *t = count_test(NULL);

	ENCASE_ANSWER(t, mq_open, 3);
	ENCASE_ANSWER(t, mq_unlink, 0);
	ENCASE_ANSWER(t, mq_timedsend, 0);
	ENCASE_CALL_GIVES(t, 3, mq_open, "q", O_WRONLY, 0, NULL);
	ENCASE_CALL_GIVES(t, 0, mq_timedsend, 3, "abc", 3, 0, NULL);
	ENCASE_CALL_GIVES(t, 0, mq_unlink, "q");
	COUNT_HOLDS(t, "mqueue:q\t3\t0\t0\t3\n");
	encase_test_end(t);
}

/* Calls that name nothing, or a descriptor that is none. */
Test(count_names, nothing)
{
	struct encase_test *t = count_test(NULL);
	uint64_t mask = 0;

	ENCASE_ANSWER_ALWAYS(t, mmap, NULL);
	ENCASE_ANSWER_ALWAYS(t, getpid, 1);
	ENCASE_ANSWER_ALWAYS(t, socket, 4);
	ENCASE_ANSWER_ALWAYS(t, pipe2, 0);
	ENCASE_ANSWER_ALWAYS(t, poll, 0);
	ENCASE_ANSWER_ALWAYS(t, signalfd4, 6);
	ENCASE_ANSWER_ALWAYS(t, close_range, 0);
	ENCASE_CALL_GIVES(t, NULL, mmap, NULL, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ENCASE_CALL_GIVES(t, NULL, mmap, NULL, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, 7, 0);
	ENCASE_CALL_GIVES(t, 1, getpid);
	ENCASE_CALL_GIVES(t, 4, socket, 1, 1, 0);
	ENCASE_CALL_GIVES(t, 0, pipe2, (int[2]){ 0 }, 0);
	ENCASE_CALL_GIVES(t, 0, poll, NULL, 0, 0);
	ENCASE_CALL_GIVES(t, 6, signalfd4, -1, (void *) &mask, 8, 0);
	ENCASE_CALL_GIVES(t, 0, close_range, 3, 4, 0);
	COUNT_HOLDS(t, "");
	count_names(7, "/f");
	ENCASE_CALL_GIVES(t, NULL, mmap, NULL, 1, PROT_READ, MAP_PRIVATE, 7, 0);
	ENCASE_CALL_GIVES(t, 6, signalfd4, 7, (void *) &mask, 8, 0);
	COUNT_HOLDS(t, "/f\t2\t0\t0\t0\n");
	encase_test_end(t);
}
