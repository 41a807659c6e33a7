/* SPDX-License-Identifier: MIT */
/*
 * Forwards of the call itself: never, once, often; what goes down of passed and of
 * copied arguments, and what is refused.  docs/forwarding.md, 1.5 and 4.1 to 4.3;
 * and the questions of the request that encase was written for.
 */
#include "unit.h"

/* -- How often ------------------------------------------------------------ */

static unsigned times;

static ssize_t put_times(const void *buf, size_t n)
{
	ssize_t last = 11;

	for (unsigned i = 0; i < times; i++)
		last = lab_next_put(buf, n);
	return last;
}

static long forward_times(struct encase_call *call)
{
	long last = 11;

	for (unsigned i = 0; i < times; i++)
		last = encase_forward(call);
	return last;
}

static long count_calls(struct encase_call *call)
{
	same(encase_arg_word(call, 1), 100);
	return probe.calls;
}

/* Each forward is a call of its own; the handler's answer goes up, not the last forward's. */
static void forward_that_often(bool raw, unsigned every)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer, bystander;

	unit_push_any(cage, &bystander, lab_forward, 0);
	if (raw)
		unit_push_raw(cage, &layer, put, forward_times, every);
	else
		unit_push_natural(cage, &layer, put, put_times, every);
	probe.answer = count_calls;
	for (times = 0; times < 6; times++) {
		unit_row("%u times, raw %d, mode %u", times, raw, every);
		probe.calls = 0;
		same(enter_lab(cage, put, 8, 100), times ? times : 11);
		same(probe.calls, times);
	}
	unit_free(cage);
}

Test(router, forwards_never_once_and_often)
{
	for (unsigned every = ENCASE_COPY; every <= ENCASE_PASS; every++) {
		forward_that_often(false, every);
		forward_that_often(true, every);
	}
}

static long see_address(struct encase_call *call)
{
	same(encase_arg_word(call, 0), 8);
	same(encase_reach(call), 0);
	same(encase_arg(call, 0), unit_room + 8);
	return 100;
}

/* "Forwarding twice": the passed argument arrives each time, as it was. */
Test(router, forwarding_twice_passes_the_argument_each_time)
{
	struct unit_layer natural, raw;

	times = 2;
	probe.answer = see_address;
	for (unsigned i = 0; i < 3; i++) {
		struct encase_cage *cage = unit_arena_cage();

		unit_row("%u", i);
		if (i != 1)
			unit_push_natural(cage, &natural, put, put_times, ENCASE_PASS);
		if (i != 0)
			unit_push_raw(cage, &raw, put, forward_times, ENCASE_PASS);
		probe.calls = 0;
		same(enter_lab(cage, put, 8, 100), 100);
		same(probe.calls, i < 2 ? 2 : 4);
		unit_free(cage);
	}
}

/* -- Errors --------------------------------------------------------------- */

static int seen_errno;
static ssize_t seen_result;

static ssize_t put_and_look(const void *buf, size_t n)
{
	seen_result = lab_next_put(buf, n);
	seen_errno = errno;
	return seen_result;
}

/* "How do errors get through": a handler need do nothing for it. */
Test(router, errno_passes_through)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layers[2];
	lab_put_fn *put;

	unit_push_natural(cage, &layers[0], put, put_and_look, ENCASE_PASS);
	unit_push_natural(cage, &layers[1], put, put_and_look, ENCASE_COPY);
	put = ENCASE_ENTRY_IN(lab, cage, put);
	probe.result = -EDQUOT;
	same(enter_lab(cage, put, WORD(unit_room), 4), -EDQUOT);
	same(seen_result, -1);
	same(seen_errno, EDQUOT);
	errno = 0;
	same(put(unit_room, 4), -1);
	same(errno, EDQUOT);
	unit_free(cage);
}

/* -- Passed arguments ----------------------------------------------------- */

static unsigned refusals;

static void refused(ssize_t result)
{
	refusals += result == -1 && errno == EINVAL && !probe.calls;
	errno = 0;
}

/* path is copied, in is passed: each of what it has is wrong in the passed slot. */
static ssize_t misplace(const char *path, const void *in, size_t n, void *out, size_t m,
			struct lab_pair *both)
{
	static char own[8];

	same(in, NULL);
	same(both, NULL);
	refused(lab_next_several(path, path, n, out, m, both));
	refused(lab_next_several(path, own, n, out, m, both));
	refused(lab_next_several(path, (void *) 1, n, out, m, both));
	refused(lab_next_several(path, in, n, out, m, (struct lab_pair *) out));
	refused(lab_next_several(NULL, out, n, NULL, m, both));
	return lab_next_several(path, in, n, out, m, both);
}

static long misplace_raw(struct encase_call *call)
{
	same(misplace(encase_arg(call, 0), NULL, 4, encase_arg(call, 3), 8, NULL), 3);
	probe.calls = 0;
	return encase_forward(call);
}

static long see_in(struct encase_call *call)
{
	same(encase_arg_word(call, 1), 40);
	same(encase_arg_word(call, 5), 64);
	return 3;
}

static const struct encase_rule misplace_rules[] = {
	ENCASE_ON_IN(lab, several, misplace, .in = ENCASE_PASS, .both = ENCASE_PASS),
	ENCASE_END,
};
static const struct encase_rule misplace_raw_rules[] = {
	ENCASE_ON_IN(lab, several, misplace_raw, .in = ENCASE_PASS, .both = ENCASE_PASS),
	ENCASE_END,
};

/* "A pointer in the wrong slot": refused before anything goes down; the handler may go on. */
Test(router, wrong_slot_is_refused)
{
	static const struct encase_layer layers[] = {
		{ .name = "natural", .rules = misplace_rules },
		{ .name = "raw", .rules = misplace_raw_rules },
	};

	for (size_t i = 0; i < LENGTH(layers); i++) {
		struct encase_cage *cage = unit_arena_cage();

		unit_row("%s", layers[i].name);
		unit_push(cage, &layers[i]);
		probe.answer = see_in;
		refusals = probe.calls = 0;
		same(enter_lab(cage, several, 8, 40, 4, 48, 8, 64), 3);
		same(refusals, 5);
		same(probe.calls, 1);
		unit_free(cage);
	}
}

static ssize_t override_put(const void *buf, size_t n)
{
	static const char mine[] = "mine";

	same(buf, NULL);
	return lab_next_put(mine, n < sizeof(mine) ? n : sizeof(mine));
}

static int override_with_errno(int fd, struct stat *buf)
{
	static char own[256];

	same(buf, NULL);
	errno = EBADF;
	same(encase_next_fstat(fd, (struct stat *) own), -1);
	same(errno, EINVAL);
	return -1;
}

static const struct encase_rule override_rules[] = {
	ENCASE_ON_IN(lab, put, override_put, .buf = ENCASE_PASS),
	ENCASE_ON(fstat, override_with_errno, ENCASE_PASS_POINTERS),
	ENCASE_END,
};

/* "Should a handler be able to override a passed argument?": 4.2. */
Test(router, overriding_is_refused_without_replace)
{
	static const struct encase_layer layer = { .name = "override", .rules = override_rules };
	struct encase_cage *cage = unit_arena_cage();

	unit_push(cage, &layer);
	probe.result = 4;
	same(enter_lab(cage, put, 8, 4), -EINVAL);
	same(enter_lab(cage, put, 0, 4), -EINVAL); /* nor where null arrived */
	same(enter(cage, fstat, 3, 8), -EINVAL);
	same(probe.calls, 0);
	unit_free(cage);
}

/* -- Copied arguments ----------------------------------------------------- */

static char own[] = "a handler's own";

static ssize_t put_own(const void *buf, size_t n)
{
	(void) buf;
	(void) n;
	return lab_next_put(own, sizeof(own));
}

/* What a handler gives for a copied argument goes down, with the layers' memory for its home. */
Test(router, a_copied_argument_may_be_replaced)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer, bystander;

	unit_push_raw(cage, &bystander, put, lab_forward, ENCASE_COPY);
	unit_push_natural(cage, &layer, put, put_own, ENCASE_COPY);
	probe.answer = probe_keep;
	same(enter_lab(cage, put, 8, 100), sizeof(own));
	same(probe.words[0], WORD(own));
	holds(!strcmp(probe_kept, own));
	same(encase_traffic(cage).from_cage, 100);
	unit_free(cage);
}
