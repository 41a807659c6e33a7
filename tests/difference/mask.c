/* SPDX-License-Identifier: MIT */
/*
 * What differs by its nature between two folders, processes or moments: numbers of inodes,
 * times of now, numbers of processes, random bytes.  All else must be equal.
 */
#include <linux/stat.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>

#include "difference.h"

#define OLD 1000000000 /* seconds: times before are not of now, but set by a call */

enum what {
	ALWAYS,
	NOW, /* if the 64-bit number there, seconds, is not old */
	SET, /* if it is not 0 */
};
/* Bytes at from, n of them, of what argument arg points to, where a call has written there. */
struct mask {
	const struct encase_desc *desc;
	unsigned arg, from, n;
	enum what what;
};
#define FIELD(c, arg, type, field, what)                                                        \
	{                                                                                       \
		&encase_desc_##c, arg, offsetof(type, field), sizeof(((type *) 0)->field), what \
	}
#define WHOLE(c, arg, type)                                    \
	{                                                      \
		&encase_desc_##c, arg, 0, sizeof(type), ALWAYS \
	}
/* clang-format off */
#define STAT(c, arg)                                                                     \
	FIELD(c, arg, struct stat, st_ino, ALWAYS), FIELD(c, arg, struct stat, st_blocks, ALWAYS), \
	FIELD(c, arg, struct stat, st_atim, NOW), FIELD(c, arg, struct stat, st_mtim, NOW),        \
	FIELD(c, arg, struct stat, st_ctim, NOW)
#define STATFS(c, arg)                                                                     \
	FIELD(c, arg, struct statfs, f_bfree, ALWAYS), FIELD(c, arg, struct statfs, f_bavail, ALWAYS), \
	FIELD(c, arg, struct statfs, f_ffree, ALWAYS), FIELD(c, arg, struct statfs, f_files, ALWAYS)
static const struct mask masks[] = {
	STAT(stat, 1), STAT(lstat, 1), STAT(fstat, 1), STAT(newfstatat, 2),
	FIELD(statx, 4, struct statx, stx_ino, ALWAYS), FIELD(statx, 4, struct statx, stx_blocks, ALWAYS),
	FIELD(statx, 4, struct statx, stx_atime, NOW), FIELD(statx, 4, struct statx, stx_mtime, NOW),
	FIELD(statx, 4, struct statx, stx_ctime, NOW), FIELD(statx, 4, struct statx, stx_btime, NOW),
	STATFS(statfs, 1), STATFS(fstatfs, 1),
	WHOLE(clock_gettime, 1, struct timespec), WHOLE(gettimeofday, 0, struct timeval),
	WHOLE(time, 0, time_t), WHOLE(times, 0, struct tms), WHOLE(sysinfo, 0, struct sysinfo),
	WHOLE(cachestat, 2, uint64_t[5]), WHOLE(getrusage, 1, struct rusage), WHOLE(getcpu, 0, unsigned), WHOLE(getcpu, 1, unsigned),
	FIELD(timerfd_gettime, 1, struct itimerspec, it_value, SET),
	FIELD(timerfd_settime, 3, struct itimerspec, it_value, SET),
	FIELD(getitimer, 1, struct itimerval, it_value, SET), /* the test has an alarm */
};
/* clang-format on */

/* Where the argument stands in the block; ROOM: nowhere. */
static size_t place(const struct planned *call, unsigned arg)
{
	uint64_t at = call->words[arg] - BLOCK;

	return call->words[arg] && at < ROOM ? at : ROOM;
}

/* EMPTY over n bytes, if any of them was written. */
static void empty(unsigned char *block, const unsigned char *before, size_t at, size_t n)
{
	if (at < ROOM && n <= ROOM - at && memcmp(block + at, before + at, n))
		memset(block + at, EMPTY, n);
}

/* Of a socket's times Linux leaves some as another one had them (net/socket.c: sock_alloc()). */
static bool is_socket(const struct mask *mask, const struct planned *call,
		      const unsigned char *block)
{
	bool extended = mask->desc == &encase_desc_statx;
	size_t at = place(call, mask->arg) +
		    (extended ? offsetof(struct statx, stx_mode) : offsetof(struct stat, st_mode));
	uint16_t mode = 0;

	if (at <= ROOM - sizeof(mode))
		memcpy(&mode, block + at, sizeof(mode));
	return S_ISSOCK(mode);
}

static void apply(const struct mask *mask, const struct planned *call, unsigned char *block,
		  const unsigned char *before)
{
	size_t at = place(call, mask->arg) + mask->from;
	int64_t number = 0;

	if (at > ROOM - sizeof(number))
		return;
	memcpy(&number, block + at, sizeof(number));
	if (mask->what == ALWAYS || (mask->what == NOW && number >= OLD) ||
	    (mask->what == NOW && is_socket(mask, call, block)) || (mask->what == SET && number))
		empty(block, before, at, mask->n);
}

/* Of entries of a folder: inode, offset, and what the kernel leaves behind the name. */
static void mask_entries(unsigned char *block, size_t at, int64_t bytes, bool old)
{
	size_t name = old ? 18 : 19;

	for (size_t end = at + (size_t) bytes; at + name < end && end <= ROOM;) {
		uint16_t n;
		size_t used;

		memcpy(&n, block + at + 16, sizeof(n));
		if (n < name + 1 || n > end - at)
			return;
		memset(block + at, EMPTY, 16);
		used = name + strnlen((char *) block + at + name, n - name) + 1;
		if (used + old < n) /* the last byte is the type, in old ones */
			memset(block + at + used, EMPTY, n - used - old);
		at += n;
	}
}

static bool is_one_of(const struct encase_desc *desc, const struct encase_desc *const *list)
{
	while (*list && *list != desc)
		list++;
	return *list;
}

void mask_result(const struct planned *call, unsigned char *block, const unsigned char *before,
		 int64_t *result)
{
	static const struct encase_desc *const numbers[] = {
		&encase_desc_getpid, &encase_desc_getpgid, &encase_desc_getsid,
		&encase_desc_time,   &encase_desc_times,   NULL,
	};
	const struct encase_desc *desc = row_at(call->row)->desc;

	if (*result < 0)
		return;
	for (unsigned i = 0; i < sizeof(masks) / sizeof(masks[0]); i++)
		if (masks[i].desc == desc)
			apply(&masks[i], call, block, before);
	if (desc == &encase_desc_getdents || desc == &encase_desc_getdents64)
		mask_entries(block, place(call, 1), *result, desc == &encase_desc_getdents);
	else if (desc == &encase_desc_getrandom)
		empty(block, before, place(call, 0), (size_t) *result);
	else if (desc == &encase_desc_name_to_handle_at)
		empty(block, before, place(call, 2) + 8, 128);
	else if (desc == &encase_desc_getsockopt && call->words[2] == 17 /* SO_PEERCRED */)
		empty(block, before, place(call, 3), 4);
	else if (is_one_of(desc, numbers))
		*result = 0;
}
