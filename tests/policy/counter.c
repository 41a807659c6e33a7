/* SPDX-License-Identifier: MIT */
/*
 * Files that are not there, and readers of the counts; see counter.h.
 *
 * Only this file knows how the example keeps its counts.
 */
#include "counter.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

const struct encase_layer *const counters[2] = { &write_counter, &write_counter_copying };
_Thread_local struct files files;

static long answer(long result)
{
	files.calls++;
	if (!files.error)
		return result;
	errno = files.error;
	return -1;
}

static int fake_open(const char *pathname, int flags, mode_t mode)
{
	(void) flags;
	(void) mode;
	snprintf(files.name, sizeof(files.name), "%s", pathname);
	return (int) answer(files.fd);
}

static int fake_openat(int dirfd, const char *pathname, int flags, mode_t mode)
{
	files.offset = dirfd;
	return fake_open(pathname, flags, mode);
}

static ssize_t fake_write(int fd, const void *buf, size_t count)
{
	(void) fd;
	files.buf = buf;
	files.count = count;
	return answer(files.result);
}

static ssize_t fake_pwrite64(int fd, const void *buf, size_t count, off_t offset)
{
	files.offset = offset;
	return fake_write(fd, buf, count);
}

static int fake_close(int fd)
{
	(void) fd;
	return (int) answer(0);
}

static const struct encase_function functions[] = {
	ENCASE_FUNCTION(open, fake_open),         ENCASE_FUNCTION(openat, fake_openat),
	ENCASE_FUNCTION(write, fake_write),       ENCASE_FUNCTION(close, fake_close),
	ENCASE_FUNCTION(pwrite64, fake_pwrite64), ENCASE_FUNCTION_END
};

static struct encase_cage *make_cage(const struct encase_layer *layer,
				     const struct encase_memory *memory, const void *space)
{
	const struct encase_setup setup = { .lower = &encase_lower_functions,
					    .below = functions,
					    .memory = memory,
					    .space = space };
	struct encase_cage *cage;

	memset(&files, 0, sizeof(files));
	cr_assert_eq(encase_cage_new(&setup, &cage), 0);
	scene_push(cage, layer, NULL);
	return cage;
}

struct encase_cage *counter_cage(const struct encase_layer *layer)
{
	return make_cage(layer, NULL, NULL);
}

struct encase_cage *counter_cage_in(const struct encase_layer *layer,
				    const struct encase_arena *arena)
{
	return make_cage(layer, &encase_memory_arena, arena);
}

void counter_open(struct encase_cage *cage, const char *name, int fd)
{
	files.fd = fd;
	files.error = 0;
	cr_assert_eq(ENTER(cage, encase_desc_open, W(name), O_WRONLY | O_CREAT, 0600), fd);
}

void counter_close(struct encase_cage *cage, int fd)
{
	files.error = 0;
	cr_assert_eq(ENTER(cage, encase_desc_close, (encase_word) fd), 0);
}

void counter_write(struct encase_cage *cage, int fd, size_t count, long result)
{
	static const char buf[1 << 16];

	cr_assert_leq(count, sizeof(buf));
	files.error = result < 0 ? (int) -result : 0;
	files.result = result;
	cr_assert_eq(ENTER(cage, encase_desc_write, (encase_word) fd, W(buf), count), result);
	cr_assert_eq(files.count, count);
}

struct counted counted(const struct encase_cage *cage, const struct encase_layer *layer,
		       const char *name)
{
	const struct tally *tally = encase_state(cage, layer);

	for (unsigned i = 0; i < tally->nrows; i++)
		if (!strcmp(tally->row[i].name, name))
			return (struct counted){ tally->row[i].writes, tally->row[i].bytes };
	return (struct counted){ 0, 0 };
}

unsigned counted_names(const struct encase_cage *cage, const struct encase_layer *layer)
{
	const struct tally *tally = encase_state(cage, layer);

	return tally->nrows - 1;
}
