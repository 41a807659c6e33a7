/* SPDX-License-Identifier: MIT */
/* What stands where arguments point to; what is not filled is as random as the block. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/openat2.h>
#include <mqueue.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <utime.h>

#include "difference.h"

#define UNUSED __attribute__((unused))
#define FILL(name)                                                                          \
	void fill_##name(struct plan *plan, struct planned *call UNUSED, unsigned i UNUSED, \
			 uint64_t at UNUSED, size_t n UNUSED)
/* Times that no file has by itself. */
#define SOME_TIME 1000000

static uint64_t below(struct plan *plan, uint64_t n)
{
	return random_below(&plan->random, n);
}

/* As much of an object as the argument has. */
static void put(struct plan *plan, uint64_t at, const void *object, size_t size, size_t n)
{
	plan_poke(plan, at, object, size < n ? size : n);
}

FILL(timespecs)
{
	static const long fractions[] = { 0, 5, 999999999, UTIME_NOW, 1000000000, UTIME_OMIT };
	struct timespec times[2];

	for (unsigned k = 0; k < 2; k++) {
		times[k].tv_sec = SOME_TIME + (time_t) below(plan, 1000);
		/* Where both are left alone, nobody looks at the name. */
		times[k].tv_nsec = fractions[below(plan, k ? 6 : 5)];
	}
	put(plan, at, times, sizeof(times), n);
}

FILL(timevals)
{
	static const long fractions[] = { 0, 5, 999999, 1000000 };
	struct timeval times[2];

	for (unsigned k = 0; k < 2; k++) {
		times[k].tv_sec = SOME_TIME + (time_t) below(plan, 1000);
		times[k].tv_usec = RANDOM_OF(&plan->random, fractions);
	}
	put(plan, at, times, sizeof(times), n);
}

FILL(utimbuf)
{
	struct utimbuf times = { .actime = SOME_TIME + (time_t) below(plan, 1000) };

	times.modtime = SOME_TIME + (time_t) below(plan, 1000);
	put(plan, at, &times, sizeof(times), n);
}

/* Nobody waits. */
FILL(no_time)
{
	struct timespec time = { 0, 0 };

	put(plan, at, &time, sizeof(time), n);
}

FILL(no_timeval)
{
	struct timeval time = { 0, 0 };

	put(plan, at, &time, sizeof(time), n);
}

FILL(pollfds)
{
	static const short events[] = { POLLIN, POLLOUT, POLLIN | POLLOUT | POLLPRI, 0, -1 };

	for (unsigned k = 0; k < n / sizeof(struct pollfd); k++) {
		struct pollfd one = { .fd = plan_fd(plan, ~0U) };

		one.events = RANDOM_OF(&plan->random, events);
		one.revents = (short) below(plan, 0x8000);
		plan_poke(plan, at + k * sizeof(one), &one, sizeof(one));
	}
}

FILL(set)
{
	uint64_t word = 0;

	for (unsigned k = 0; k < 3; k++) {
		int fd = plan_fd(plan, READABLE | WRITABLE);

		if (fd >= 0 && fd < FDS)
			word |= UINT64_C(1) << fd;
	}
	if (n)
		plan_poke(plan, at, &word, sizeof(word));
}

/* Far away, so that none of them fires. */
FILL(itimerspec)
{
	struct itimerspec times = { .it_value.tv_sec = 100000 };

	times.it_interval.tv_nsec = (long) below(plan, 3) * 600000000;
	if (below(plan, 3) == 0)
		times.it_value.tv_sec = 0;
	put(plan, at, &times, sizeof(times), n);
}

FILL(event)
{
	static const uint32_t events[] = { EPOLLIN, EPOLLOUT, EPOLLIN | EPOLLOUT | EPOLLET,
					   EPOLLIN | EPOLLONESHOT, 0 };
	struct epoll_event event = { .events = RANDOM_OF(&plan->random, events) };

	event.data.u64 = random_word(&plan->random);
	put(plan, at, &event, sizeof(event), n);
}

FILL(address)
{
	static const char *const names[] = { "s", "s", "n", "a", "d/s", "m" };
	struct sockaddr_un address = { .sun_family = below(plan, 10) ? AF_UNIX : 99 };

	strcpy(address.sun_path, RANDOM_OF(&plan->random, names));
	put(plan, at, &address, sizeof(address), n);
}

FILL(open_how)
{
	static const uint64_t flags[] = { O_RDONLY, O_RDWR, O_RDWR | O_CREAT, O_PATH, O_DIRECTORY };
	static const uint64_t resolves[] = {
		0,      0, RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS, RESOLVE_IN_ROOT, RESOLVE_NO_XDEV,
		1 << 20
	};
	struct open_how how = { .flags = RANDOM_OF(&plan->random, flags) };
	uint64_t more = 0;

	if (how.flags & O_CREAT)
		how.mode = 0644;
	if (!(how.flags & O_PATH))
		how.flags |= O_NONBLOCK;
	how.resolve = RANDOM_OF(&plan->random, resolves);
	put(plan, at, &how, sizeof(how), n);
	if (n > sizeof(how)) {
		more = below(plan, 2);
		put(plan, at + sizeof(how), &more, sizeof(more), n - sizeof(how));
	}
}

/* Signals that nobody sends. */
FILL(sigset)
{
	uint64_t signals = UINT64_C(3) << 9 << below(plan, 3);

	put(plan, at, &signals, sizeof(signals), n);
}

FILL(pair)
{
	uint64_t signals = UINT64_C(1) << 9, pair[2] = { plan_place(plan, 8), 8 };

	plan_poke(plan, pair[0], &signals, sizeof(signals));
	if (below(plan, 8) == 0)
		pair[0] = 0;
	if (below(plan, 8) == 0)
		pair[1] = 4;
	plan_poke(plan, at, pair, sizeof(pair));
}

FILL(offset)
{
	int64_t offset = (int64_t) below(plan, 6000);

	put(plan, at, &offset, sizeof(offset), n);
}

FILL(sembufs)
{
	for (unsigned k = 0; k < n / sizeof(struct sembuf); k++) {
		struct sembuf one = { .sem_num = (unsigned short) below(plan, 3) };

		one.sem_op = (short) ((short) below(plan, 5) - 2);
		one.sem_flg = IPC_NOWAIT;
		plan_poke(plan, at + k * sizeof(one), &one, sizeof(one));
	}
}

FILL(letter)
{
	long type = (long) below(plan, 4);

	put(plan, at, &type, sizeof(type), n);
}

FILL(options)
{
	static const int values[] = { 0, 1, 5, 4096, 100000, -1 };
	int words[4];

	for (unsigned k = 0; k < 4; k++)
		words[k] = RANDOM_OF(&plan->random, values);
	put(plan, at, words, sizeof(words), n);
}

/* The length of another argument: that one fills it. */
FILL(number)
{
	(void) plan;
}

FILL(lock)
{
	struct flock lock = { .l_type = (short) below(plan, 4), .l_whence = SEEK_SET };

	lock.l_start = (off_t) below(plan, 100);
	lock.l_len = (off_t) below(plan, 100);
	put(plan, at, &lock, sizeof(lock), n);
}

FILL(handle)
{
	static const uint32_t said[] = { 0, 4, 8, 12, 64, 128, 128 };
	uint32_t bytes = RANDOM_OF(&plan->random, said);

	put(plan, at, &bytes, sizeof(bytes), n);
}

FILL(mq_attr)
{
	struct mq_attr attr = { .mq_flags = O_NONBLOCK };

	if (below(plan, 4) == 0)
		attr.mq_flags = 99;
	put(plan, at, &attr, sizeof(attr), n);
}

FILL(zeros)
{
	static const char zeros[64];

	put(plan, at, zeros, sizeof(zeros), n);
}

FILL(capability)
{
	static const uint32_t versions[] = { _LINUX_CAPABILITY_VERSION_3,
					     _LINUX_CAPABILITY_VERSION_3,
					     _LINUX_CAPABILITY_VERSION_2,
					     _LINUX_CAPABILITY_VERSION_1, 7 };
	struct __user_cap_header_struct head = { .version = RANDOM_OF(&plan->random, versions) };

	head.pid = 0;
	put(plan, at, &head, sizeof(head), n);
}
