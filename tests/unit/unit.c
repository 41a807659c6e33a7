/* SPDX-License-Identifier: MIT */
/* What the unit tests share; see unit.h. */
#include "unit.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enc.h"

static char row[128];

void unit_row(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(row, sizeof(row), format, args);
	va_end(args);
}

static pid_t test;

static __attribute__((constructor)) void know_the_test(void)
{
	test = getpid();
}

void unit_fail(const char *file, int line, const char *what, encase_word got, encase_word want)
{
	if (getpid() != test)
		_exit(1); /* a child of the test's, which has nobody to tell */
	cr_assert_fail("%s:%d: %s%s%s: got %lld (0x%llx), want %lld (0x%llx)", file, line, row,
		       *row ? ": " : "", what, (long long) got, (unsigned long long) got,
		       (long long) want, (unsigned long long) want);
	__builtin_unreachable();
}

void unit_idle(void)
{
	same(enc_thread.top, &enc_nobody);
	same(enc_thread.shadows, NULL);
	same(enc_thread.used, 0);
}

void unit_wait(pid_t child)
{
	pid_t ended = 0;
	int status = -1;

	for (unsigned i = 0; i < 2000 && !ended; i++) {
		usleep(5000);
		ended = waitpid(child, &status, WNOHANG);
	}
	if (!ended) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	same(ended, child); /* else it hung */
	same(status, 0);
}

/* -- The lower layer ------------------------------------------------------ */

struct probe probe;
char probe_kept[1 << 16];

static long probe_call(void *below, const void *bound, struct encase_call *call)
{
	(void) below;
	(void) bound;
	probe.calls++;
	probe.desc = encase_call_desc(call);
	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++)
		probe.words[i] = encase_arg_word(call, i);
	return probe.answer ? probe.answer(call) : probe.result;
}

const struct encase_lower probe_lower = { .name = "probe", .call = probe_call };

long probe_fill(struct encase_call *call)
{
	int err = encase_reach(call);

	if (err)
		return encase_fail(call, -err);
	memset(encase_arg(call, 0), 'L', (size_t) probe.result);
	return probe.result;
}

long probe_keep(struct encase_call *call)
{
	int err = encase_reach(call);

	if (err)
		return encase_fail(call, -err);
	memcpy(probe_kept, encase_arg(call, 0), encase_arg_word(call, 1));
	return (long) encase_arg_word(call, 1);
}

/* -- Memory --------------------------------------------------------------- */

char unit_room[UNIT_ROOM];
const struct encase_arena unit_arena = { unit_room, UNIT_ROOM };

static char painted[UNIT_ROOM];

void unit_paint(void)
{
	for (size_t i = 0; i < UNIT_ROOM && !painted[0]; i++)
		painted[UNIT_ROOM - 1 - i] = unit_byte(UNIT_ROOM - 1 - i);
	memcpy(unit_room, painted, UNIT_ROOM);
}

bool unit_painted_but(size_t at, size_t n)
{
	return !memcmp(unit_room, painted, at) &&
	       !memcmp(unit_room + at + n, painted + at + n, UNIT_ROOM - at - n);
}

bool unit_in_room(const void *p)
{
	return (const char *) p >= unit_room && (const char *) p <= unit_room + UNIT_ROOM;
}

void unit_is_copy(const void *p, size_t n, size_t at)
{
	holds(!unit_in_room(p));
	for (size_t i = 0; i < n; i++)
		same(((const char *) p)[i], unit_byte(at + i));
}

struct unit_far unit_far;

/* The range's bytes, after an access was counted; null: it fails. */
static char *far(unsigned *count, encase_word at, size_t n)
{
	++*count;
	if (unit_far.fail_at && unit_far_accesses() == unit_far.fail_at)
		return NULL;
	if (at < UNIT_FAR || at - UNIT_FAR > UNIT_ROOM || n > UNIT_ROOM - (at - UNIT_FAR))
		return NULL;
	return unit_room + (at - UNIT_FAR);
}

static int far_check(void *space, encase_word at, size_t n)
{
	(void) space;
	return far(&unit_far.checks, at, n) ? 0 : -EFAULT;
}

static int far_read(void *space, encase_word from, void *to, size_t n)
{
	const char *p = far(&unit_far.reads, from, n);

	(void) space;
	if (p)
		memcpy(to, p, n);
	return p ? 0 : -EFAULT;
}

static int far_write(void *space, encase_word to, const void *from, size_t n)
{
	char *p = far(&unit_far.writes, to, n);

	(void) space;
	if (p)
		memcpy(p, from, n);
	return p ? 0 : -EFAULT;
}

static long far_read_string(void *space, encase_word from, char *to, size_t room)
{
	const char *p = far(&unit_far.strings, from, 0);
	size_t left = p ? (size_t) (unit_room + UNIT_ROOM - p) : 0;

	(void) space;
	for (size_t i = 0; i < room && i < left; i++) {
		to[i] = p[i];
		if (!to[i])
			return (long) i + 1;
	}
	return left < room ? -EFAULT : -E2BIG;
}

const struct encase_memory unit_far_memory = {
	.name = "far",
	.read = far_read,
	.write = far_write,
	.read_string = far_read_string,
	.check = far_check,
};

long unit_no_string(void *space, encase_word from, char *to, size_t room)
{
	(void) space;
	(void) from;
	(void) to;
	(void) room;
	return -EFAULT;
}

static int far_gather(void *space, const struct encase_range *ranges, size_t count)
{
	const char *p = far(&unit_far.gathers, UNIT_FAR, 0);
	int err = p ? 0 : -EFAULT;

	for (size_t i = 0; !err && i < count; i++) {
		err = far_read(space, ranges[i].from, ranges[i].to, ranges[i].n);
		unit_far.reads--;
	}
	return err;
}

const struct encase_memory unit_gathering_memory = {
	.name = "gathering",
	.read = far_read,
	.write = far_write,
	.read_string = far_read_string,
	.check = far_check,
	.gather = far_gather,
};

/* -- Cages and layers ----------------------------------------------------- */

struct encase_cage *unit_cage_on(const struct encase_memory *memory, const void *space,
				 const struct encase_lower *lower, const void *below)
{
	static const struct encase_interface *const both[] = { &encase_calls, &lab_calls, NULL };
	struct encase_setup setup = {
		.interfaces = both, .memory = memory, .space = space, .lower = lower, .below = below
	};
	struct encase_cage *cage = NULL;

	same(encase_cage_new(&setup, &cage), 0);
	holds(cage);
	return cage;
}

struct encase_cage *unit_cage(const struct encase_memory *memory, const void *space)
{
	return unit_cage_on(memory, space, &probe_lower, NULL);
}

void unit_push(struct encase_cage *cage, const struct encase_layer *layer)
{
	same(encase_push(cage, layer, NULL), 0);
}

void unit_free(struct encase_cage *cage)
{
	unit_idle();
	same(encase_cage_free(cage), 0);
}

static void make(struct unit_layer *l, const struct encase_desc *desc, encase_fn *fn, bool raw,
		 unsigned every)
{
	memset(l, 0, sizeof(*l));
	l->policy[desc ? desc->nargs : 0] = (uint8_t) every;
	l->rules[0].desc = desc;
	l->rules[0].handler = fn;
	l->rules[0].policy = l->policy;
	l->rules[0].form = raw ? ENCASE_RAW : ENCASE_NATURAL;
	l->layer.name = "unit";
	l->layer.rules = l->rules;
}

void unit_natural(struct unit_layer *l, const struct encase_desc *desc, encase_fn *fn,
		  unsigned every)
{
	make(l, desc, fn, false, every);
}

void unit_raw(struct unit_layer *l, const struct encase_desc *desc, encase_raw_fn *fn,
	      unsigned every)
{
	make(l, desc, (encase_fn *) fn, true, every);
}

void unit_any(struct unit_layer *l, encase_raw_fn *fn, unsigned every)
{
	make(l, NULL, (encase_fn *) fn, true, every);
}
