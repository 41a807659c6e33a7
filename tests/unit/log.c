/* SPDX-License-Identifier: MIT */
/*
 * encase_log(): where lines go, where they are cut, how they end, and that handlers
 * may log without a thought of errno.  Its contract: encase/cage.h.
 */
#include "unit.h"

static char last[4096];
static size_t last_len;
static unsigned lines;
static void *seen_arg;

static void keep_line(void *arg, const char *line, size_t len)
{
	seen_arg = arg;
	memcpy(last, line, len);
	last_len = len;
	lines++;
	errno = EBADMSG; /* what a sink may leave */
}

static void is_line(const char *want)
{
	same(last_len, strlen(want));
	holds(!memcmp(last, want, last_len));
}

Test(log, goes_nowhere_at_first)
{
	errno = 5;
	encase_log("%d", 1);
	same(lines, 0);
	same(errno, 5);
}

Test(log, lines_end_in_a_newline)
{
	encase_log_to(keep_line, &lines);
	encase_log("open(%s) = %d", "some file", -2);
	is_line("open(some file) = -2\n");
	same(seen_arg, &lines);
	encase_log("%s", "");
	is_line("\n");
	same(lines, 2);
}

/* At 1023 bytes, not at more and not at less; a zero byte behind is not the sink's. */
Test(log, lines_are_cut)
{
	char text[3000], want[1026];

	memset(text, 'x', sizeof(text));
	encase_log_to(keep_line, NULL);
	for (int n = 1020; n < 1030; n++) {
		size_t len = n < 1023 ? (size_t) n : 1023;

		unit_row("%d bytes", n);
		encase_log("%.*s", n, text);
		memset(want, 'x', len);
		want[len] = '\n';
		want[len + 1] = 0;
		is_line(want);
	}
	text[2999] = 0;
	encase_log("%s", text);
	same(last_len, 1024);
	same(last[1023], '\n');
}

Test(log, leaves_errno_alone)
{
	static const int errors[] = { 0, 1, -7, 4096 };

	for (size_t i = 0; i < LENGTH(errors); i++) {
		encase_log_to(keep_line, NULL);
		errno = errors[i];
		encase_log("%m %d", 5);
		same(errno, errors[i]);
		encase_log_to(NULL, NULL);
		encase_log("%m %d", 5);
		same(errno, errors[i]);
	}
	same(lines, LENGTH(errors));
}

Test(log, can_be_turned_off_and_redirected)
{
	int a, b;

	encase_log_to(keep_line, &a);
	encase_log("a");
	same(seen_arg, &a);
	encase_log_to(keep_line, &b);
	encase_log("b");
	same(seen_arg, &b);
	encase_log_to(NULL, &b);
	encase_log("nowhere");
	same(lines, 2);
	is_line("b\n");
}

static ssize_t put_and_log(const void *buf, size_t n)
{
	ssize_t result = lab_next_put(buf, n);

	encase_log("put(%zu) = %zd", n, result);
	return result;
}

/* A handler that logs after a failure still has the failure's errno. */
Test(log, is_for_handlers)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layer;

	encase_log_to(keep_line, NULL);
	unit_push_natural(cage, &layer, put, put_and_log, ENCASE_PASS);
	probe.result = -ENOSPC;
	same(enter_lab(cage, put, WORD(unit_room), 9), -ENOSPC);
	is_line("put(9) = -1\n");
	probe.result = 9;
	errno = 0;
	same(enter_lab(cage, put, WORD(unit_room), 9), 9);
	is_line("put(9) = 9\n");
	same(errno, 0);
	unit_free(cage);
}
