/* SPDX-License-Identifier: MIT */
/* Layer "count": its options, and the summary that it writes at the end. */
#define _GNU_SOURCE
#include "count_kit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "blocks.h"
#include "policies.h"
#include "scene.h"

#include <encase/stats.h>

static struct encase_cage *counted(const char *options)
{
	struct encase_cage *cage = scene_cage();

	scene_push(cage, &probe_layer, NULL);
	scene_push(cage, &encase_count, options);
	probe_answers(0);
	return cage;
}

static void free_cage(struct encase_cage *cage)
{
	cr_assert_eq(encase_cage_free(cage), 0);
}

static void unlink_in(struct encase_cage *cage, const char *path)
{
	cr_assert_eq(ENTER(cage, encase_desc_unlink, W(path)), 0);
}

/* Writes so many bytes to a path. */
static void write_in(struct encase_cage *cage, const char *path, long bytes)
{
	probe_answers(9);
	cr_assert_eq(ENTER(cage, encase_desc_creat, W(path), 0), 9);
	probe_answers(bytes);
	cr_assert_eq(ENTER(cage, encase_desc_write, 9, W(path), (encase_word) bytes), bytes);
	probe_answers(0);
}

static const char *text_of(const char *file)
{
	static char text[4096];
	int fd = open(file, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	cr_assert_geq(n, 0, "%s: %s", file, strerror(errno));
	text[n] = '\0';
	close(fd);
	return text;
}

/* A folder of the test's own, which is its working directory. */
static char folder[64];

static void enter_folder(void)
{
	const char *top = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%s/encase-XXXXXX",
		 top && strlen(top) < 40 ? top : "/tmp");
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
}

static void leave_folder(void)
{
	const char *const files[] = { "out", "a,b=c\\d", "other" };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		(void) unlink(files[i]);
	cr_assert_eq(rmdir(folder), 0);
}

/* -- Where --------------------------------------------------------------------- */

Test(count_summary, to_a_file, .init = enter_folder, .fini = leave_folder)
{
	struct encase_cage *cage;
	int fd = open("out", O_CREAT | O_WRONLY, 0600), lowest = dup(fd);

	cr_assert_eq(write(fd, "what was there", 14), 14);
	close(lowest);
	cage = counted("output=out");
	cr_assert_str_eq(text_of("out"), "");
	unlink_in(cage, "/b");
	unlink_in(cage, "/a");
	cr_assert_eq(dup(fd), lowest); /* nothing is open that would be in the way */
	cr_assert_eq(chdir("/"), 0);
	free_cage(cage);
	cr_assert_eq(chdir(folder), 0);
	cr_assert_str_eq(text_of("out"), "/a\t1\t0\t0\t0\n/b\t1\t0\t0\t0\n");
}

Test(count_summary, to_a_file_of_any_name, .init = enter_folder, .fini = leave_folder)
{
	struct encase_cage *cage = counted("sort=path,output=a\\,b=c\\\\d");

	unlink_in(cage, "/a");
	free_cage(cage);
	cr_assert_str_eq(text_of("a,b=c\\d"), "/a\t1\t0\t0\t0\n");
}

Test(count_summary, to_a_descriptor, .init = enter_folder, .fini = leave_folder)
{
	int fd = open("out", O_CREAT | O_RDWR, 0600);
	char options[32];
	struct encase_cage *cage;

	snprintf(options, sizeof(options), "output=%d", fd);
	cage = counted(options);
	unlink_in(cage, "/a");
	free_cage(cage);
	cr_assert_str_eq(text_of("out"), "/a\t1\t0\t0\t0\n");
}

static void expect_on_stderr(const char *options)
{
	int fd = open("out", O_CREAT | O_RDWR | O_TRUNC, 0600), saved = dup(2);
	struct encase_cage *cage;

	cr_assert_geq(dup2(fd, 2), 0);
	cage = counted(options);
	unlink_in(cage, "/a");
	free_cage(cage);
	dup2(saved, 2);
	cr_assert_str_eq(text_of("out"), "/a\t1\t0\t0\t0\n");
}

Test(count_summary, to_standard_error, .init = enter_folder, .fini = leave_folder)
{
	expect_on_stderr(NULL);
	expect_on_stderr("");
	expect_on_stderr("output=stderr");
	expect_on_stderr("sort=path");
	expect_on_stderr("output=2");
}

/* On a terminal a table with a head and the sums. */
Test(count_summary, on_a_terminal)
{
	static const char want[] = "     calls   errors       bytes in      bytes out   path\n"
				   "         2        0              0              7   /w\n"
				   "         1        0              0              0   /x\n"
				   "         3        0              0              7   all\n";
	int pair = posix_openpt(O_RDWR | O_NOCTTY), terminal;
	struct encase_cage *cage = counted("output=/dev/null");
	char got[1024], *to = got;
	ssize_t n;

	if (pair < 0 || grantpt(pair) || unlockpt(pair))
		cr_skip_test("no terminal can be had");
	terminal = open(ptsname(pair), O_RDWR | O_NOCTTY);
	write_in(cage, "/w", 7);
	unlink_in(cage, "/x");
	cr_assert_eq(encase_count_print(cage, terminal), 0);
	n = read(pair, got, sizeof(got) - 1);
	cr_assert_gt(n, 0);
	for (ssize_t i = 0; i < n; i++) /* a terminal adds carriage returns */
		if (got[i] != '\r')
			*to++ = got[i];
	*to = '\0';
	cr_assert_str_eq(got, want);
	free_cage(cage);
}

/* -- What ---------------------------------------------------------------------- */

Test(count_summary, by_bytes)
{
	struct encase_cage *cage = counted("output=/dev/null,sort=bytes");

	unlink_in(cage, "/none/b");
	unlink_in(cage, "/none/a");
	write_in(cage, "/some", 9);
	write_in(cage, "/most", 1000);
	write_in(cage, "/also", 9);
	cr_assert_str_eq(count_printed(cage), "/most\t2\t0\t0\t1000\n/also\t2\t0\t0\t9\n"
					      "/some\t2\t0\t0\t9\n/none/a\t1\t0\t0\t0\n"
					      "/none/b\t1\t0\t0\t0\n");
	free_cage(cage);
}

Test(count_summary, escapes)
{
	struct encase_cage *cage = counted("output=/dev/null");

	unlink_in(cage, "/\a\b\t\n\v\f\r");
	unlink_in(cage, "/a\\b \"~");
	unlink_in(cage, "/\1\33\177\303\244\3771");
	cr_assert_str_eq(count_printed(cage), "/\\001\\033\\177\\303\\244\\3771\t1\t0\t0\t0\n"
					      "/\\a\\b\\t\\n\\v\\f\\r\t1\t0\t0\t0\n"
					      "/a\\\\b \"~\t1\t0\t0\t0\n");
	free_cage(cage);
}

/* More paths than there is room for. */
Test(count_summary, others)
{
	struct encase_cage *cage = counted("output=/dev/null");
	int fd = open("/dev/null", O_WRONLY);
	char path[32];

	for (unsigned i = 0; i < ENCASE_STATS_ROWS + 7; i++) {
		snprintf(path, sizeof(path), "/z%u", i);
		unlink_in(cage, path);
	}
	cr_assert_eq(encase_count_print(cage, fd), 0);
	unlink_in(cage, "/one more");
	cr_assert(strstr(count_printed(cage), "/z1000\t1\t0\t0\t0\n"));
	free_cage(cage);
}

Test(count_summary, pushed_twice, .init = enter_folder, .fini = leave_folder)
{
	struct encase_cage *cage = counted("output=out");

	scene_push(cage, &encase_count, "output=other");
	unlink_in(cage, "/a");
	cr_assert_eq(encase_pop(cage, &encase_count), 0);
	unlink_in(cage, "/a");
	free_cage(cage);
	cr_assert_str_eq(text_of("out"), "/a\t2\t0\t0\t0\n");
	cr_assert_str_eq(text_of("other"), "/a\t1\t0\t0\t0\n");
}

/* A child counts in the same rows, and leaves it to its parent to tell. */
Test(count_summary, of_children, .init = enter_folder, .fini = leave_folder)
{
	struct encase_cage *cage = counted("output=out");
	pid_t child = fork();
	int status;

	if (!child) {
		unlink_in(cage, "/child");
		free_cage(cage);
		_exit(strlen(text_of("out")) != 0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0);
	unlink_in(cage, "/parent");
	free_cage(cage);
	cr_assert_str_eq(text_of("out"), "/child\t1\t0\t0\t0\n/parent\t1\t0\t0\t0\n");
}

/* -- Refusals ------------------------------------------------------------------ */

static void expect_refusal(const char *options, int error, const char *line)
{
	struct encase_cage *cage = scene_cage();

	lines_start();
	cr_assert_eq(encase_push(cage, &encase_count, options), -error, "%s", options);
	cr_assert_eq(lines_count(), 1);
	cr_assert_str_eq(lines_at(0), line);
	cr_assert_null(encase_state(cage, &encase_count));
	scene_free(cage);
}

Test(count_summary, options_that_are_refused)
{
	static const char unknown[] = "count: not output=FILE or sort=path or sort=bytes: ";
	static const char *const words[][2] = {
		{ ",", "," },           { "x", "x" },
		{ "output", "output" }, { "outputs=x", "outputs" },
		{ "sort=path,", "" },   { "sort=path,,sort=path", ",sort" },
		{ "=x", "" },
	};
	char line[256];

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		snprintf(line, sizeof(line), "%s'%s'", unknown, words[i][1]);
		expect_refusal(words[i][0], EINVAL, line);
	}
	expect_refusal("sort=size", EINVAL, "count: not sort=path or sort=bytes: 'size'");
	expect_refusal("sort=path\\,x", EINVAL, "count: not sort=path or sort=bytes: 'path,x'");
	expect_refusal("output=", EINVAL,
		       "count: not output=FILE, a descriptor's number or stderr: ''");
	expect_refusal("output=2,output=stderr", EINVAL, "count: given twice: 'output'");
	expect_refusal("output=/x,output=2", EINVAL, "count: given twice: 'output'");
}

Test(count_summary, outputs_that_cannot_be)
{
	expect_refusal("output=/no/folder/f", ENOENT,
		       "count: /no/folder/f: No such file or directory");
	expect_refusal("output=/proc", EISDIR, "count: /proc: Is a directory");
	expect_refusal("output=999", EBADF, "count: descriptor 999: Bad file descriptor");
	expect_refusal("output=99999999999999999999", EBADF,
		       "count: descriptor 2147483647: Bad file descriptor");
}

Test(count_summary, what_cannot_be_written_is_told)
{
	struct encase_cage *cage = counted("output=/dev/full");

	unlink_in(cage, "/a");
	lines_start();
	free_cage(cage);
	cr_assert_eq(lines_count(), 1);
	cr_assert_str_eq(lines_at(0), "count: /dev/full: No space left on device");
}

Test(count_summary, print_errors)
{
	struct encase_cage *cage = scene_cage();
	int full = open("/dev/full", O_WRONLY);
	unsigned refused = 0;

	cr_assert_eq(encase_count_print(NULL, 1), -ENOENT);
	cr_assert_eq(encase_count_print(cage, 1), -ENOENT);
	free_cage(cage);
	cage = counted("output=/dev/null");
	cr_assert_eq(encase_count_print(cage, -1), 0); /* nothing to be written */
	unlink_in(cage, "/a");
	cr_assert_eq(encase_count_print(cage, -1), -EBADF);
	cr_assert_eq(encase_count_print(cage, full), -ENOSPC);
	for (;; refused++) {
		long live = blocks_live();
		int err;

		blocks_refuse_after(refused);
		err = encase_count_print(cage, full);
		blocks_refuse_after(1000);
		cr_assert_eq(blocks_live(), live);
		if (err != -ENOMEM)
			break;
	}
	cr_assert_eq(refused, 3, "the path, the list, the text");
	free_cage(cage);
}

Test(count_summary, leaves_nothing_behind)
{
	scene_leaves_nothing(&encase_count, "sort=x", "output=/dev/null,sort=bytes");
}

/* Nothing is allocated for a call. */
Test(count_summary, calls_allocate_nothing)
{
	struct encase_cage *cage = counted("output=/dev/null");
	unsigned made;

	write_in(cage, "/f", 3);
	made = blocks_made();
	write_in(cage, "/g", 3);
	unlink_in(cage, "/new");
	cr_assert_eq(ENTER(cage, encase_desc_close, 9), 0);
	cr_assert_eq(blocks_made(), made);
	free_cage(cage);
}
