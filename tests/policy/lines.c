/* SPDX-License-Identifier: MIT */
/*
 * The list of what was logged; see scene.h.
 *
 * The sink spoils errno each time, as one that writes to a file might: whoever
 * logs must not notice.  What is no line is listed as BAD, since an assertion
 * would not work on other threads than the test's.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "scene.h"

enum { LINES = 8192, LINE = 1024 };

static struct {
	unsigned count;
	char text[LINES][LINE];
} list;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void sink(void *arg, const char *line, size_t len)
{
	(void) arg;
	pthread_mutex_lock(&lock);
	if (list.count < LINES) {
		char *text = list.text[list.count++];

		if (len && len <= LINE && memchr(line, '\n', len) == line + len - 1 &&
		    !memchr(line, 0, len))
			snprintf(text, LINE, "%.*s", (int) len - 1, line);
		else
			snprintf(text, LINE, "BAD");
	}
	pthread_mutex_unlock(&lock);
	errno = EDOM;
}

void lines_start(void)
{
	list.count = 0;
	encase_log_to(sink, NULL);
}

unsigned lines_count(void)
{
	return list.count;
}

const char *lines_at(unsigned i)
{
	cr_assert_lt(i, list.count, "only %u lines", list.count);
	cr_assert_str_neq(list.text[i], "BAD");
	return list.text[i];
}
