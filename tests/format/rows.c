/* SPDX-License-Identifier: MIT */
/*
 * Prints the calls of rows.txt, and compares.
 *
 *     rows FILE          prints TAP: each line is as expected; no room, little room and no memory do no harm
 *     rows --stub FILE   makes the calls, for strace to print them: see strace.py
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rows.h"

static unsigned char memory[MEMORY];
static unsigned tests, failures;

static int from_memory(void *space, encase_word from, void *to, size_t n)
{
	encase_word at = from - MEMORY_AT;

	(void) space;
	if (at > MEMORY || n > MEMORY - at)
		return -EFAULT;
	memcpy(to, memory + at, n);
	return 0;
}

static const struct encase_memory reader = { .name = "rows", .read = from_memory };
static const struct encase_source all = { .memory = &reader };

static void ok(const struct row *row, int good, const char *what)
{
	failures += !good;
	tests++;
	if (!good)
		printf("not ok %u - line %u: %s\n", tests, row->line, what);
}

/* Whatever the room, the length is the same, nothing is written behind it, and a cut shows. */
static void check_rooms(const struct row *row, const struct encase_outcome *outcome)
{
	static char text[LINE];
	size_t n = strlen(row->expected);
	int good = encase_format(NULL, 0, row->desc, row->words, outcome, &all) == n;

	for (size_t room = 1; room < n + 2; room += room < 20 ? 1 : 17) {
		size_t shown = room > 4 ? room - 4 : 0;

		memset(text, '#', sizeof(text));
		good &= encase_format(text, room, row->desc, row->words, outcome, &all) == n;
		good &= text[room] == '#' && strlen(text) == (room > n ? n : room - 1);
		if (room <= n)
			good &= !strncmp(text, row->expected, shown) &&
				!strncmp(text + shown, "...", room - 1 - shown);
	}
	ok(row, good, "a cut line");
}

/* Without memory nothing but addresses is shown: what stands between quotes was read. */
static void check_blind(const struct row *row, const struct encase_outcome *outcome)
{
	static char text[LINE];

	const char *quote;

	(void) encase_format(text, sizeof(text), row->desc, row->words, outcome, NULL);
	quote = strchr(text, '"');
	ok(row, !quote || quote[1] == '"', text); /* of no bytes, none are read */
}

static void check(const struct row *row)
{
	const struct encase_outcome outcome = { .error = row->fails ? EDOTDOT : 0 };
	static char text[LINE];
	size_t n;

	errno = EXDEV;
	n = encase_format(text, sizeof(text), row->desc, row->words, &outcome, &all);
	ok(row, errno == EXDEV, "errno is as it was");
	ok(row, n == strlen(text) && !strcmp(text, row->expected), text);
	if (strcmp(text, row->expected) != 0)
		printf("# expected: %s\n", row->expected);
	check_rooms(row, &outcome);
	check_blind(row, &outcome);
}

int main(int argc, char **argv)
{
	static struct row row;
	int stub = argc > 1 && !strcmp(argv[1], "--stub");
	FILE *file = argc > 1 + stub ? fopen(argv[1 + stub], "r") : NULL;
	unsigned rows = 0;

	if (!file) {
		puts("Bail out! usage: rows [--stub] FILE");
		return 2;
	}
	if (stub)
		return stub_rows(file);
	while (row_next(file, &row, memory)) {
		check(&row);
		rows++;
	}
	(void) fclose(file);
	printf("%s 1 - %u rows, %u checks\n", failures || rows < 200 ? "not ok" : "ok", rows,
	       tests);
	puts("1..1");
	return failures || rows < 200;
}
