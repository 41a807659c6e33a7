/* SPDX-License-Identifier: MIT */
/*
 * What stacks that are resolved before run time are made of: starting and stopping a layer, and the
 * way of a call through the library's functions, each error of theirs.  Whole stacks: tests/static/.
 */
#include "unit.h"

#include <unistd.h>

#include "alloc.h"
#include "encase/static_inside.h"

static unsigned starts, stops, ends;
static int told; /* what start() returns */

static int start(void **state, const char *options)
{
	*state = (void *) (uintptr_t) options;
	starts++;
	return told;
}

static void stop(void *state)
{
	stops += state && !strcmp(state, "options");
}

static void end(void *state, struct encase_cage *cage, int status)
{
	ends += state && cage && !status;
}

static ssize_t on_write(int fd, const void *buf, size_t count)
{
	(void) fd;
	(void) buf;
	return (ssize_t) count;
}

static const struct encase_rule rules[] = {
	ENCASE_FAIL(write, EROFS, .fd = ENCASE_IS(3)),
	ENCASE_ON(write, on_write),
	ENCASE_END,
};
static const struct encase_layer layer = {
	.name = "static", .rules = rules, .start = start, .stop = stop, .end = end
};

static const struct encase_rule twice[] = { ENCASE_ON(write, on_write), ENCASE_ON(write, on_write),
					    ENCASE_END };
static const struct encase_rule other[] = { ENCASE_ON(write, on_write, .buf = 64), ENCASE_END };

Test(static, starting)
{
	const struct encase_layer two = { .name = "two", .rules = twice };
	const struct encase_layer bad = { .name = "bad", .rules = other };
	struct encase_cage *cage = unit_host_cage(), *arena = unit_arena_cage();
	struct encase_static s = { 0 };

	same(encase_static_start(NULL, cage, &layer, NULL), -EINVAL);
	same(encase_static_start(&s, NULL, &layer, NULL), -EINVAL);
	same(encase_static_start(&s, cage, NULL, NULL), -EINVAL);
	same(encase_static_start(&s, arena, &layer, NULL), -EINVAL);
	same(encase_static_start(&s, cage, &bad, NULL), -EINVAL);
	same(encase_static_start(&s, cage, &two, NULL), -EEXIST);
	same(starts, 0);
	told = 1;
	same(encase_static_start(&s, cage, &layer, NULL), -EINVAL);
	told = -EXDEV;
	same(encase_static_start(&s, cage, &layer, NULL), -EXDEV);
	holds(!s.inside && !s.state && !s.cage);
	told = 0;
	same(encase_static_start(&s, cage, &layer, "options"), 0);
	holds(!strcmp(s.state, "options") && s.cage == cage);
	same(encase_static_start(&s, cage, &layer, "options"), -EBUSY);
	same(starts, 3);
	encase_static_stop(&s);
	same(stops, 1);
	same(ends, 1);
	holds(!s.inside && !s.state && !s.cage);
	encase_static_stop(&s);
	encase_static_stop(NULL);
	same(stops, 1);
	unit_free(arena);
	unit_free(cage);
}

Test(static, no_memory)
{
	struct encase_cage *cage = unit_host_cage();
	struct alloc_live before = alloc_live();
	struct encase_static s = { 0 };
	unsigned n = 0;
	int err;

	do {
		alloc_fail_at(++n);
		err = encase_static_start(&s, cage, &layer, "options");
		same(err, alloc_failed() ? -ENOMEM : 0);
		holds(alloc_same(before, alloc_live()) == (err != 0));
	} while (err);
	same(n, 3);
	same(starts, 1);
	encase_static_stop(&s);
	holds(alloc_same(before, alloc_live()));
	unit_free(cage);
}

/* A write arrives: to which fd, of which bytes. */
static enum encase_static_way arrive(struct encase_static_call *call, const struct encase_static *s,
				     int fd, const void *buf)
{
	return encase_static_enter(call, s, &encase_desc_write,
				   WORDS((encase_word) fd, WORD(buf), 4), 0xff,
				   __builtin_frame_address(0));
}

Test(static, a_call)
{
	struct encase_cage *cage = unit_host_cage();
	struct encase_static s = { 0 };
	struct encase_static_call call;
	char bytes[] = "abc";

	errno = EXDEV;
	same(arrive(&call, &s, 1, bytes), ENCASE_STATIC_ENDED);
	same(call.result, -1);
	same(errno, ESRCH);
	same(encase_static_start(&s, cage, &layer, "options"), 0);

	errno = EXDEV;
	same(arrive(&call, &s, 3, bytes), ENCASE_STATIC_ENDED);
	same(call.result, -1);
	same(errno, EROFS);
	errno = EXDEV;
	same(arrive(&call, &s, 1, NULL), ENCASE_STATIC_ENDED);
	same(errno, EFAULT);
	unit_idle();

	errno = EXDEV;
	same(arrive(&call, &s, 1, bytes), ENCASE_STATIC_HANDLER);
	same(errno, 0);
	holds(call.words[1] != WORD(bytes) && !strcmp((const char *) call.words[1], "abc"));
	same(encase_static_leave(&call, 4), 4);
	same(errno, EXDEV);
	same(encase_traffic(cage).from_cage, 4);
	unit_idle();

	encase_static_stop(&s);
	unit_free(cage);
}

Test(static, an_unlisted_call)
{
	struct encase_cage *cage = unit_host_cage();
	struct encase_static s = { 0 };
	struct encase_static_call call;

	same(encase_static_start(&s, cage, &layer, "options"), 0);
	errno = EXDEV;
	/* mode is not there */
	same(encase_static_enter(&call, &s, &encase_desc_open, WORDS(WORD("a"), 0, 7), 0xff,
				 __builtin_frame_address(0)),
	     ENCASE_STATIC_BELOW);
	same(call.words[2], 0);
	same(call.hidden, 0);
	same(errno, EXDEV);
	unit_idle();
	encase_static_stop(&s);
	unit_free(cage);
}

Test(static, a_forward)
{
	struct encase_cage *cage = unit_host_cage();
	struct encase_static s = { 0 };
	struct encase_static_call call;
	encase_word words[4] = { 1, 0, 5, 0 };
	unsigned theirs = 1;

	same(encase_static_start(&s, cage, &layer, "options"), 0);
	same(arrive(&call, &s, 1, "abc"), ENCASE_STATIC_HANDLER);
	words[1] = call.words[1];
	same(encase_static_next(&call, &encase_desc_write, words, &theirs), -EINVAL);
	same(encase_static_next(NULL, &encase_desc_pwrite64, words, &theirs), -EINVAL);
	words[2] = 4;
	same(encase_static_next(&call, &encase_desc_write, words, &theirs), 0);
	same(theirs, 0);
	same(words[1], call.words[1]);
	same(encase_static_leave(&call, 5), -1); /* more than was asked for */
	same(errno, EIO);
	unit_idle();
	encase_static_stop(&s);
	unit_free(cage);
}
