/* SPDX-License-Identifier: MIT */
/*
 * Forwards of other calls, and forwards where there is nothing to forward: what is
 * not spoken, and outside of handlers.  docs/forwarding.md, 1.6 to 1.8 and 4.6.
 */
#include "unit.h"

static char own[] = "a handler's own";

/* -- Other calls ---------------------------------------------------------- */

static int other_fd;

static ssize_t put_then_others(const void *buf, size_t n)
{
	struct lab_pair pair = { 1, 2 };

	same(lab_next_arity3(7, 8, 9), 33);
	same(probe.desc, &lab_desc_arity3);
	same(probe.words[2], 9);
	other_fd = encase_next_openat(-100, "some file", 0, 0600);
	same(probe.desc, &encase_desc_openat);
	holds(!strcmp((char *) (uintptr_t) probe.words[1], "some file"));
	same(lab_next_pairs(&pair, &pair, NULL), 33);
	same(probe.words[1], WORD(&pair));
	same(probe.words[2], 0);
	return lab_next_put(buf, n);
}

static long others_then_put(struct encase_call *call)
{
	same(put_then_others(NULL, 100), 33);
	return encase_forward(call);
}

static long never_here(struct encase_call *call)
{
	(void) call;
	return -EDOM;
}

static const struct encase_rule raw_rules[] = {
	ENCASE_ON_IN(lab, put, others_then_put, ENCASE_PASS_POINTERS),
	ENCASE_ON_IN(lab, arity3, never_here),
	ENCASE_ON_ANY(never_here),
	ENCASE_END,
};
static const struct encase_rule natural_rules[] = {
	ENCASE_ON_IN(lab, put, put_then_others, ENCASE_PASS_POINTERS),
	ENCASE_ON_ANY(never_here),
	ENCASE_END,
};

/* They enter below the handler's layer: the layers above, and its own, do not see them. */
static void make_others(bool raw)
{
	struct encase_layer layer = { .name = "others", .rules = raw ? raw_rules : natural_rules };
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer above, below;

	unit_push_any(cage, &below, lab_forward, ENCASE_PASS);
	unit_push(cage, &layer);
	unit_push_raw(cage, &above, arity3, never_here, 0);
	probe.calls = 0;
	probe.result = 33;
	same(enter_lab(cage, put, 8, 100), 33);
	same(other_fd, 33);
	same(probe.calls, 4U + raw);
	same(probe.words[0], 8);
	same(enter_lab(cage, arity3, 1, 2, 3), -EDOM);
	unit_free(cage);
}

Test(others, other_calls_from_natural_and_raw_handlers)
{
	make_others(false);
	make_others(true);
}

static ssize_t put_other(const void *buf, size_t n)
{
	same(buf, NULL);
	same(lab_next_put(own, n), -1); /* passed, though other calls are around it: 1.6 */
	same(errno, EINVAL);
	return lab_next_put(NULL, n);
}

static long arity0_puts(void)
{
	return lab_next_put(own, 5);
}

static int arity0_natural(void)
{
	return (int) arity0_puts();
}

static long arity1_to_arity0(long a)
{
	return lab_next_arity0() + a;
}

/* 1.6: same is what the handler was called with.  The word's home is the layers' all the way. */
Test(others, the_same_call_within_other_calls)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layers[3];

	unit_push_natural(cage, &layers[0], put, put_other, ENCASE_PASS);
	unit_push_natural(cage, &layers[1], arity0, arity0_natural, 0);
	unit_push_natural(cage, &layers[2], arity1, arity1_to_arity0, 0);
	probe.answer = probe_keep;
	same(enter_lab(cage, arity1, 1000), 1005);
	same(probe.words[0], WORD(own));
	same(probe.calls, 1);
	holds(!memcmp(probe_kept, own, 5));
	unit_free(cage);
}

/* -- What is not spoken, and where nothing can be forwarded --------------- */

static int try_unspoken(int fd)
{
	errno = 0;
	same(lab_next_arity0(), -1);
	same(errno, ENOSYS);
	same(lab_next_fails_ptr(1), NULL);
	return encase_next_close(fd);
}

static const struct encase_rule unspoken_rules[] = {
	ENCASE_ON(close, try_unspoken),
	ENCASE_END,
};

Test(others, unspoken_interfaces_are_ENOSYS)
{
	static const struct encase_layer layer = { .name = "unspoken", .rules = unspoken_rules };
	struct encase_setup setup = { .lower = &probe_lower };
	struct encase_cage *cage;

	same(encase_cage_new(&setup, &cage), 0);
	unit_push(cage, &layer);
	same(enter_lab(cage, arity0), -ENOSYS);
	same(enter_lab(cage, never, 1), -ENOSYS);
	errno = 0;
	same(encase_entry(cage, &lab_desc_arity0), NULL);
	same(errno, ENOSYS);
	same(probe.calls, 0);
	same(enter(cage, close, 3), 0);
	same(probe.calls, 1);
	unit_free(cage);
}

/* Every call's failure value, and EPERM. */
static void try_all_forwards(void)
{
	for (size_t i = 0; i < lab_calls.ncalls; i++) {
		encase_word words[ENCASE_MAX_ARGS] = { 0 };

		unit_row("%s", lab_calls.texts[i].name);
		errno = 0;
		same(encase_next(lab_calls.calls[i], words), lab_calls.calls[i]->fail);
		same(errno, EPERM);
	}
	errno = 0;
}

static int start_and_forward(void **state, const char *options)
{
	(void) state;
	(void) options;
	try_all_forwards();
	return 0;
}

static void stop_and_forward(void *state)
{
	(void) state;
	try_all_forwards();
}

static long forward_below(struct encase_call *call)
{
	try_all_forwards();
	same(encase_forward(call), -EPERM);
	same(encase_failed(call), EPERM);
	return 0;
}

static long reach_above(struct encase_call *call)
{
	same(encase_reach(call), -EPERM);
	return encase_forward(call);
}

Test(others, forwards_outside_a_handler_are_EPERM)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layer;

	try_all_forwards();
	unit_any(&layer, reach_above, 0);
	layer.layer.start = start_and_forward;
	layer.layer.stop = stop_and_forward;
	unit_push(cage, &layer.layer);
	probe.answer = forward_below;
	same(enter_lab(cage, arity0), 0);
	same(probe.calls, 1);
	try_all_forwards();
	unit_free(cage);
}
