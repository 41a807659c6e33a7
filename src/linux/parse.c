/* SPDX-License-Identifier: MIT */
/* Names of calls, groups and arguments, and what is said of those that are none. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "encase/format.h"
#include "line.h"

enum { LONGEST = 64 }; /* bytes of names that are compared for what looks like them */

/* A name that looks like the one that was not found. */
struct near {
	const char *wanted, *best;
	size_t n; /* of wanted */
	unsigned distance;
};

/* How many letters must be put in, left out, changed or swapped with the next: Damerau's distance. */
static unsigned distance(const char *a, size_t n, const char *b)
{
	unsigned before[LONGEST + 1], last[LONGEST + 1], row[LONGEST + 1];
	size_t m = strlen(b);

	if (n > LONGEST || m > LONGEST)
		return LONGEST;
	for (size_t k = 0; k <= m; k++)
		before[k] = last[k] = (unsigned) k;
	for (size_t i = 1; i <= n; i++) {
		row[0] = (unsigned) i;
		for (size_t k = 1; k <= m; k++) {
			unsigned change = last[k - 1] + (a[i - 1] != b[k - 1]);

			row[k] = last[k] < row[k - 1] ? last[k] + 1 : row[k - 1] + 1;
			if (change < row[k])
				row[k] = change;
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] &&
			    before[k - 2] + 1 < row[k])
				row[k] = before[k - 2] + 1;
		}
		memcpy(before, last, sizeof(before));
		memcpy(last, row, sizeof(last));
	}
	return last[m];
}

static void consider(struct near *near, const char *name)
{
	size_t m = strlen(name), least = m > near->n ? m - near->n : near->n - m;
	unsigned d = least < near->distance ? distance(near->wanted, near->n, name) : LONGEST;

	if (d < near->distance) {
		near->distance = d;
		near->best = name;
	}
}

/* Names that differ in more than a third of their letters are other names. */
static struct near looking_for(const char *name, size_t n)
{
	return (struct near){ .wanted = name, .n = n, .distance = (unsigned) (n + 2) / 3 + 1 };
}

static void put_all(struct enc_line *line, const char *const *texts)
{
	while (*texts)
		enc_put(line, *texts++);
}

static int not_found(const struct near *near, const char *what, const char *where,
		     struct enc_line *why)
{
	put_all(why, (const char *const[]){ "no ", what, " '", NULL });
	enc_put_escaped(why, (const unsigned char *) near->wanted, near->n, -1);
	put_all(why, (const char *const[]){ "' in ", where, NULL });
	if (near->best)
		put_all(why, (const char *const[]){ ": did you mean '", near->best, "'?", NULL });
	return -ENOENT;
}

static bool is_number(const char *name, size_t n)
{
	size_t i = name[0] == '-' && n > 1;

	while (i < n && isdigit((unsigned char) name[i]))
		i++;
	return n && i == n;
}

static int find_number(const struct encase_interface *interface, const char *name, size_t n,
		       const struct encase_desc **desc, struct enc_line *why)
{
	long number;

	errno = 0;
	number = strtol(name, NULL, 10);
	*desc = errno ? NULL : encase_find_number(interface, number);
	if (*desc)
		return 0;
	enc_put(why, "no call of number ");
	enc_put_escaped(why, (const unsigned char *) name, n, -1);
	put_all(why, (const char *const[]){ " in ", interface->name, NULL });
	return -ENOENT;
}

/* The call that the first n bytes name. */
static int find_call(const struct encase_interface *interface, const char *name, size_t n,
		     const struct encase_desc **desc, struct enc_line *why)
{
	struct near near = looking_for(name, n);

	if (is_number(name, n))
		return find_number(interface, name, n, desc, why);
	for (size_t i = 0; i < interface->ncalls; i++) {
		const char *there = interface->texts[i].name;

		if (!strncmp(there, name, n) && !there[n]) {
			*desc = interface->calls[i];
			return 0;
		}
		consider(&near, there);
	}
	return not_found(&near, "call", interface->name, why);
}

static int find_group(const struct encase_interface *interface, const char *name,
		      struct encase_named *named, struct enc_line *why)
{
	struct near near = looking_for(name, strlen(name));
	int group = encase_find_group(interface, name);

	if (group >= 0) {
		named->what = ENCASE_NAME_GROUP;
		named->group = (unsigned) group;
		return 0;
	}
	for (size_t i = 0; i < interface->ngroups; i++)
		consider(&near, interface->groups[i]);
	return not_found(&near, "group", interface->name, why);
}

static int find_arg(const struct encase_desc *desc, const char *name, struct encase_named *named,
		    struct enc_line *why)
{
	const struct encase_text *text = encase_text(desc);
	struct near near = looking_for(name, strlen(name));

	for (unsigned i = 0; i < desc->nargs; i++) {
		if (!strcmp(text->arg[i].name, name)) {
			named->what = ENCASE_NAME_ARG;
			named->desc = desc;
			named->arg = i;
			return 0;
		}
		consider(&near, text->arg[i].name);
	}
	return not_found(&near, "argument", text->name, why);
}

static int parse(const struct encase_interface *interface, const char *name,
		 struct encase_named *named, struct enc_line *why)
{
	const char *dot = strchr(name, '.');
	const struct encase_desc *desc = NULL;
	int err;

	if (!name[0]) {
		enc_put(why, "an empty name");
		return -EINVAL;
	}
	if (name[0] == '%' || name[0] == '@' || encase_find_group(interface, name) >= 0)
		return find_group(interface, name, named, why);
	err = find_call(interface, name, dot ? (size_t) (dot - name) : strlen(name), &desc, why);
	if (!err && dot)
		return find_arg(desc, dot + 1, named, why);
	if (!err) {
		named->what = ENCASE_NAME_CALL;
		named->desc = desc;
	}
	return err;
}

int encase_parse(const struct encase_interface *interface, const char *name,
		 struct encase_named *named, char *why, size_t size)
{
	struct encase_named found = { .interface = interface };
	struct enc_line line = { .out = why, .room = size };
	int saved = errno, err = parse(interface, name, &found, &line);

	errno = saved;
	if (!err)
		*named = found;
	else
		(void) enc_line_end(&line);
	return err;
}
