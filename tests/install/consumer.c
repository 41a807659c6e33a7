/* SPDX-License-Identifier: MIT */
/*
 * A C program against the installed tree: a table of its own, a layer with rules for
 * its calls and for Linux's, a shipped layer above, two cages.
 */
#include <encase/policies.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bell.h"

static long ring(int times)
{
	if (times >= 0)
		return times;
	errno = ERANGE;
	return -1;
}

static ssize_t tune(const char *name, char *notes, size_t room)
{
	size_t n = strlen(name) < room ? strlen(name) : room;

	memcpy(notes, name, n);
	return (ssize_t) n;
}

static double pitch(double hertz, unsigned char half_tones)
{
	return half_tones == 12 ? 2 * hertz : hertz;
}

static ssize_t no_write(int fd, const void *buf, size_t count)
{
	(void) buf;
	return fd < 0 ? (errno = EBADF, -1) : (ssize_t) count;
}

static const struct encase_function below[] = {
	ENCASE_FUNCTION_IN(bell, ring, ring),
	ENCASE_FUNCTION_IN(bell, tune, tune),
	ENCASE_FUNCTION_IN(bell, pitch, pitch),
	ENCASE_FUNCTION(write, no_write),
	ENCASE_FUNCTION_END,
};

struct tally {
	unsigned calls;
	long bytes;
};
static struct tally tally;

static ssize_t on_write(int fd, const void *buf, size_t count)
{
	struct tally *t = encase_self();
	ssize_t n = encase_next_write(fd, buf, count);

	t->bytes += n > 0 ? n : 0;
	return n;
}

static ssize_t on_tune(const char *name, char *notes, size_t room)
{
	ssize_t n = bell_next_tune(name, notes, room);

	((struct tally *) encase_self())->bytes += n;
	printf("tune %.*s of %s\n", (int) n, notes, name);
	return n;
}

static long on_loud(struct encase_call *call)
{
	((struct tally *) encase_self())->calls++;
	return encase_forward(call);
}

static int start(void **state, const char *options)
{
	if (options)
		return -EINVAL;
	*state = &tally;
	return 0;
}

static const struct encase_rule rules[] = {
	ENCASE_ON(write, on_write, .buf = ENCASE_PASS),
	ENCASE_ON_IN(bell, tune, on_tune, ENCASE_COPY_ALL),
	ENCASE_ON_GROUP_IN(bell, loud, on_loud),
	ENCASE_END,
};
static const struct encase_layer counter = { .name = "counter", .rules = rules, .start = start };

static void sink(void *arg, const char *line, size_t len)
{
	(void) arg;
	(void) len;
	printf("%.*s ...\n", (int) strcspn(line, "("), line);
}

static void make_calls(struct encase_cage *cage)
{
	bell_ring_fn *caged_ring = ENCASE_ENTRY_IN(bell, cage, ring);
	bell_tune_fn *caged_tune = ENCASE_ENTRY_IN(bell, cage, tune);
	bell_pitch_fn *caged_pitch = ENCASE_ENTRY_IN(bell, cage, pitch);
	encase_write_fn *caged_write = ENCASE_ENTRY(cage, write);
	char notes[3];
	long n;

	printf("ring: %ld\n", caged_ring(3));
	n = caged_ring(-1);
	printf("ring: %ld, %s\n", n, strerror(errno));
	n = caged_tune("cdefg", notes, sizeof(notes));
	printf("tune: %ld, %.3s\n", n, notes);
	printf("pitch: %.1f\n", caged_pitch(440, 12));
	printf("write: %zd\n", caged_write(1, "ten bytes.", 10));
	n = caged_write(-1, "", 0);
	printf("write: %ld, %s\n", n, strerror(errno));
}

int main(void)
{
	static const struct encase_interface *const speaks[] = { &encase_calls, &bell_calls, NULL };
	const struct encase_setup setup = { .interfaces = speaks,
					    .lower = &encase_lower_functions,
					    .below = below };
	const struct encase_setup own = { .lower = &encase_lower_kernel };
	struct encase_cage *cage, *other;

	encase_log_to(sink, NULL);
	if (encase_cage_new(&setup, &cage) || encase_cage_new(&own, &other))
		return 1;
	printf("push: %s\n", strerror(-encase_push(cage, &counter, "unknown")));
	if (encase_push(cage, &counter, NULL) || encase_push(cage, &encase_trace, NULL))
		return 2;
	printf("push: %s\n", strerror(-encase_push(other, &counter, NULL)));
	make_calls(cage);
	printf("%u calls, %ld bytes, %llu copied\n", tally.calls, tally.bytes,
	       (unsigned long long) encase_traffic(cage).from_cage);
	return encase_cage_free(cage) || encase_cage_free(other) ? 3 : 0;
}
