/* SPDX-License-Identifier: MIT */
/* rows.txt, line by line. */
#include <stdlib.h>
#include <string.h>

#include "rows.h"

static unsigned lines;

static void bad(const char *line)
{
	printf("Bail out! line %u is no row: %s", lines, line);
	exit(99);
}

/* "text", with \xHH, \" and \\ in it. */
static void fill(const char *line, unsigned char *memory)
{
	char *p;
	encase_word at = strtoull(line, &p, 0) - MEMORY_AT;

	if (p[0] != ' ' || p[1] != '"')
		bad(line);
	for (p += 2; *p && *p != '"'; at++) {
		unsigned byte = (unsigned char) *p++;

		if (byte == '\\' && sscanf(p, "x%2x", &byte) == 1)
			p += 3;
		else if (byte == '\\')
			byte = (unsigned char) *p++;
		if (at >= MEMORY)
			bad(line);
		memory[at] = (unsigned char) byte;
	}
}

static void read_call(const char *line, struct row *row)
{
	char how[8], name[64];
	int n = 0;

	if (sscanf(line, "%7s %63s%n", how, name, &n) != 2)
		bad(line);
	row->line = lines;
	row->desc = encase_find(&encase_calls, name);
	row->fails = !strcmp(how, "fails");
	memset(row->words, 0, sizeof(row->words));
	if (!row->desc || (!row->fails && strcmp(how, "gives") != 0))
		bad(line);
	for (unsigned i = 0; i < 6; i++) {
		char *end;

		row->words[i] = strtoull(line + n, &end, 0);
		n = (int) (end - line);
	}
}

bool row_next(FILE *file, struct row *row, unsigned char *memory)
{
	static char line[2 * LINE];

	while (fgets(line, sizeof(line), file)) {
		lines++;
		if (!strncmp(line, "at ", 3)) {
			fill(line + 3, memory);
		} else if (!strncmp(line, "call ", 5)) {
			read_call(line + 5, row);
		} else if (!strncmp(line, "= ", 2) || !strncmp(line, "! ", 2)) {
			row->is_strace = line[0] == '=';
			line[strcspn(line, "\n")] = '\0';
			if (snprintf(row->expected, LINE, "%s", line + 2) >= LINE)
				bad(line);
			return true;
		} else if (line[0] != '#' && line[0] != '\n') {
			bad(line);
		}
	}
	return false;
}
