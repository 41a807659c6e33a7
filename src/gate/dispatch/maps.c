/* SPDX-License-Identifier: MIT */
/* Gate "dispatch": the list of the process's mappings; proc_pid_maps(5). */
#define _GNU_SOURCE
#include "maps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* "begin-end rights offset major:minor inode path"; the path may be empty. */
static bool parse(char *line, struct enc_mapping *m)
{
	unsigned long major, minor;
	char *at;

	m->begin = strtoul(line, &at, 16);
	if (*at++ != '-')
		return false;
	m->end = strtoul(at, &at, 16);
	if (*at++ != ' ' || strlen(at) < 5)
		return false;
	memcpy(m->rights, at, 4);
	m->rights[4] = '\0';
	m->offset = strtoul(at + 4, &at, 16);
	major = strtoul(at, &at, 16);
	if (*at++ != ':')
		return false;
	minor = strtoul(at, &at, 16);
	m->device = makedev((unsigned) major, (unsigned) minor);
	m->inode = strtoul(at, &at, 10);
	m->path = at + strspn(at, " ");
	return m->begin < m->end;
}

/* All whole lines of a text; *kept becomes how much of the last one is there. */
static int visit_lines(char *text, size_t *kept, enc_mapping_fn *visit, void *arg)
{
	char *line = text, *end;
	int err = 0;

	for (; !err && (end = strchr(line, '\n')); line = end + 1) {
		struct enc_mapping m;

		*end = '\0';
		err = parse(line, &m) ? visit(arg, &m) : -ENOTSUP;
	}
	*kept = strlen(line);
	memmove(text, line, *kept);
	return err;
}

int enc_mappings(enc_mapping_fn *visit, void *arg)
{
	char text[16384]; /* a path is shorter than 4096 */
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC), err = 0;
	size_t kept = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	while (!err && (n = read(fd, text + kept, sizeof(text) - 1 - kept)) > 0) {
		text[kept + (size_t) n] = '\0';
		err = visit_lines(text, &kept, visit, arg);
	}
	(void) close(fd);
	return err;
}
