/* SPDX-License-Identifier: MIT */
/*
 * A raw layer that counts all calls, by number, in a file that all processes of a run share:
 * its option is the file's name.  Entry 1023 counts unknown ones.
 */
#include <encase.h>
#include <encase/plugin.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define ENTRIES 1024

static long on_any(struct encase_call *call)
{
	uint64_t *counts = encase_self();
	long number = encase_call_number(call);

	if (number < 0 || number >= ENTRIES)
		number = ENTRIES - 1;
	__atomic_add_fetch(&counts[number], 1, __ATOMIC_RELAXED);
	return encase_forward(call);
}

static int start(void **state, const char *options)
{
	size_t size = ENTRIES * sizeof(uint64_t);
	int fd = options ? open(options, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;

	if (options && (fd < 0 || ftruncate(fd, (off_t) size)))
		return -errno;
	*state = mmap(NULL, size, PROT_READ | PROT_WRITE,
		      fd < 0 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED, fd, 0);
	if (fd >= 0)
		(void) close(fd);
	return *state == MAP_FAILED ? -ENOMEM : 0;
}

static void stop(void *state)
{
	(void) munmap(state, ENTRIES * sizeof(uint64_t));
}

static const struct encase_rule rules[] = { ENCASE_ON_ANY(on_any), ENCASE_END };
static const struct encase_layer count = {
	.name = "count", .rules = rules, .start = start, .stop = stop
};

ENCASE_PLUGIN(count);
