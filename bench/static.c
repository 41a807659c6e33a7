/* SPDX-License-Identifier: MIT */
/* What calls of a layer cost that is resolved before run time; beside them the functions below alone. */
#include "bench.h"
#include "measure.h"
#include "plain.h"

plain_write_fn answer_write, resolved_write;
plain_read_fn answer_read, resolved_read;
int start_resolved(struct encase_cage *cage, const char *options);
void stop_resolved(void);

/* What is below: answers 0 to all. */
long answer_write(int fd, const void *buf, size_t count)
{
	(void) fd;
	(void) buf;
	(void) count;
	return 0;
}

long answer_read(int fd, void *buf, size_t count)
{
	(void) fd;
	(void) buf;
	(void) count;
	return 0;
}

static void call_write(void *arg, long n)
{
	plain_write_fn *const volatile *fn = arg;

	while (n--)
		(*fn)(1, "abc", 3);
}

static void call_read(void *arg, long n)
{
	plain_read_fn *const volatile *fn = arg;
	char bytes[3];

	while (n--)
		(*fn)(1, bytes, sizeof(bytes));
}

void bench_static(void)
{
	static const struct encase_interface *const speaks[] = { &plain_calls, NULL };
	const struct encase_setup setup = { .interfaces = speaks, .lower = &constant };
	plain_read_fn *read = resolved_read;
	plain_write_fn *write = resolved_write, *bare = answer_write;
	struct encase_cage *cage;

	check(encase_cage_new(&setup, &cage), "cage");
	check(start_resolved(cage, NULL), "resolved");
	measure_print("static/unlisted",
		      measure(call_read, &read, NULL, NULL, measure_getppid, NULL), 0.03);
	measure_print("static/natural/1",
		      measure(call_write, &write, NULL, NULL, measure_getppid, NULL), 0.05);
	measure_print("call/bare", measure(call_write, &bare, NULL, NULL, measure_getppid, NULL),
		      0);
	stop_resolved();
	encase_cage_free(cage);
}

#define ENCASE_PREFIX plain
#define ENCASE_TABLE  "plain.def"
#define ENCASE_NAME   "plain"
#include <encase/define.h>
