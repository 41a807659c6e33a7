/* SPDX-License-Identifier: MIT */
/* Calls without a rule, and calls without a number in the table; docs/forwarding.md, 1.10 and 1.11. */
#define _GNU_SOURCE
#include "unit.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct encase_cage *make(const struct encase_lower *lower, const void *below, int refuse,
				int unknown)
{
	static const struct encase_interface *const both[] = { &encase_calls, &lab_calls, NULL };
	struct encase_setup setup = { .interfaces = both,
				      .lower = lower,
				      .below = below,
				      .refuse = refuse,
				      .unknown = unknown };
	struct encase_cage *cage = NULL;

	same(encase_cage_new(&setup, &cage), 0);
	return cage;
}

/* -- Calls without a rule --------------------------------------------------- */

static long forward_another(struct encase_call *call)
{
	return encase_arg_word(call, 0) == 5 ? lab_next_arity2(1, 2) : encase_forward(call);
}

Test(defaults, calls_without_a_rule_are_refused)
{
	struct encase_cage *cage = make(&probe_lower, NULL, EACCES, 0);
	struct unit_layer layer;
	char buf[4] = "abc";

	probe.result = 12;
	same(enter_lab(cage, arity1, 0), -EACCES);
	same(enter_lab(cage, put, WORD(buf), 3), -EACCES);
	same(enter_lab(cage, put, 1, 3), -EACCES); /* nothing is looked at */
	same(enter(cage, open, WORD("x"), 0), -EACCES);
	same(probe.calls, 0);
	unit_push_raw(cage, &layer, arity1, forward_another, 0);
	same(enter_lab(cage, arity1, 0), 12);
	same(enter_lab(cage, arity2, 0, 0), -EACCES);
	same(enter_lab(cage, arity1, 5), 12); /* a handler's forward of another is not held up */
	same(probe.desc, &lab_desc_arity2);
	same(probe.calls, 2);
	same(encase_pop(cage, &layer.layer), 0);
	same(enter_lab(cage, arity1, 0), -EACCES);
	unit_free(cage);
}

/* A rule for a group, for any call, and a verdict that does not hold are rules, too. */
static const struct encase_rule first_rules[] = { ENCASE_ON_GROUP_IN(lab, first, lab_forward),
						  ENCASE_END };
static const struct encase_layer first_layer = { .name = "first", .rules = first_rules };
static const struct encase_rule verdict_rules[] = {
	ENCASE_FAIL_IN(lab, arity2, EROFS, .a = ENCASE_IS(1)),
	ENCASE_END,
};
static const struct encase_layer verdict_layer = { .name = "verdict", .rules = verdict_rules };

Test(defaults, what_counts_as_a_rule)
{
	struct encase_cage *cage = make(&probe_lower, NULL, EPERM, 0);
	struct unit_layer any;

	unit_push(cage, &first_layer);
	same(enter_lab(cage, arity1, 0), 0);
	same(enter_lab(cage, arity3, 0), 0);
	same(enter_lab(cage, arity2, 0), -EPERM);
	unit_push(cage, &verdict_layer);
	same(enter_lab(cage, arity2, 0), 0);
	same(enter_lab(cage, arity2, 1), -EROFS);
	same(enter_lab(cage, arity4, 0), -EPERM);
	same(encase_enter_number(cage, &lab_calls, 7777, WORDS(0)), -EPERM);
	unit_push_any(cage, &any, lab_forward, 0);
	same(enter_lab(cage, arity4, 0), 0);
	same(encase_enter_number(cage, &lab_calls, 7777, WORDS(0)), -ENOSYS);
	unit_free(cage);
}

/* Of calls that cannot fail it is the result; of those whose results overlap the error. */
Test(defaults, refusals_of_all_kinds_of_results)
{
	struct encase_cage *cage = make(&probe_lower, NULL, EACCES, 0);
	encase_word result = 5;

	same(enter_lab(cage, never, 1), -EACCES);
	same(encase_enter_checked(cage, &lab_desc_overlaps, WORDS(1), &result), -EACCES);
	same(result, 5);
	errno = 0;
	holds(ENCASE_ENTRY_IN(lab, cage, fails_f64)(1) == -1.0);
	same(errno, EACCES);
	unit_free(cage);
}

/* -- Unknown numbers -------------------------------------------------------- */

#define NUMBER 4242

static struct seen {
	unsigned calls;
	const struct encase_desc *desc, *shape;
	long number;
	encase_word words[ENCASE_MAX_ARGS];
} seen;

static long look(struct encase_call *call)
{
	seen.calls++;
	seen.desc = encase_call_desc(call);
	seen.shape = encase_call_shape(call);
	seen.number = encase_call_number(call);
	same(seen.shape->nargs, 6);
	same(seen.shape->pointers, 0);
	same(seen.shape->interface, &encase_calls);
	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++) {
		seen.words[i] = encase_arg_word(call, i);
		same(encase_arg(call, i), NULL);
		same(encase_arg_data(call, i, NULL, NULL), -EINVAL);
	}
	return encase_forward(call);
}

static long count_only(struct encase_call *call)
{
	seen.calls++;
	return encase_forward(call);
}

static const struct encase_rule mixed_rules[] = {
	ENCASE_ON(getpid, count_only),
	ENCASE_ON_GROUP(desc, count_only),
	ENCASE_FAIL_GROUP(file, EACCES),
	ENCASE_ON_GROUP_IN(lab, first, count_only),
	ENCASE_END,
};
static const struct encase_layer mixed_layer = { .name = "mixed", .rules = mixed_rules };

static const encase_word six[6] = { 11, UINT64_MAX, 13, 14, 15, 1ULL << 63 };

Test(defaults, unknown_numbers_end_above_the_lower_layer)
{
	struct encase_cage *cage = make(&probe_lower, NULL, 0, 0);
	struct unit_layer any;

	same(encase_enter_number(cage, &encase_calls, NUMBER, six), -ENOSYS);
	unit_push(cage, &mixed_layer);
	unit_push_any(cage, &any, look, ENCASE_COPY);
	same(encase_enter_number(cage, &encase_calls, NUMBER, six), -ENOSYS);
	same(seen.calls, 1);
	same(seen.desc, NULL);
	same(seen.number, NUMBER);
	for (unsigned i = 0; i < 6; i++)
		same(seen.words[i], six[i]);
	same(seen.words[6], 0);
	same(probe.calls, 0);
	same(encase_enter_number(cage, &encase_calls, -7, six), -ENOSYS);
	same(seen.number, -7);
	same(encase_enter_number(cage, &encase_calls, __LONG_MAX__, six), -ENOSYS);
	same(seen.number, __LONG_MAX__);
	unit_free(cage);
}

static struct seen below;

static long look_below(struct encase_call *call)
{
	same(encase_reach(call), 0);
	below.desc = encase_call_desc(call);
	below.number = encase_call_number(call);
	for (unsigned i = 0; i < 6; i++)
		below.words[i] = encase_arg_word(call, i);
	return probe.result;
}

static long set_some(struct encase_call *call)
{
	same(encase_set_arg(call, 0, 1), 0);
	same(encase_set_arg(call, 5, ~UINT64_C(0)), 0);
	same(encase_set_arg(call, 6, 1), -EINVAL);
	same(encase_arg_word(call, 0), 11);
	return encase_forward(call);
}

Test(defaults, unknown_numbers_go_down)
{
	struct encase_cage *cage = make(&probe_lower, NULL, 0, 1);
	struct unit_layer any, setter;

	probe.answer = look_below;
	probe.result = 99;
	same(encase_enter_number(cage, &encase_calls, NUMBER, six), 99);
	same(below.desc, NULL);
	same(below.number, NUMBER);
	for (unsigned i = 0; i < 6; i++)
		same(below.words[i], six[i]);
	unit_push_any(cage, &any, look, 0);
	unit_push(cage, &mixed_layer);
	unit_push_any(cage, &setter, set_some, 0);
	same(encase_enter_number(cage, &encase_calls, NUMBER, six), 99);
	same(seen.calls, 1);
	same(seen.words[0], 1);
	same(seen.words[1], six[1]);
	same(seen.words[5], UINT64_MAX);
	same(below.words[0], 1);
	same(below.words[5], UINT64_MAX);
	probe.result = -EDOM;
	same(encase_enter_number(cage, &encase_calls, NUMBER, six), -EDOM);
	same(probe.calls, 3);
	unit_free(cage);
}

static long deny(struct encase_call *call)
{
	return encase_call_desc(call) ? encase_forward(call) : encase_fail(call, EXDEV);
}

static const struct encase_rule deny_rules[] = { ENCASE_FAIL_ANY(EDQUOT), ENCASE_END };
static const struct encase_layer deny_layer = { .name = "deny", .rules = deny_rules };

Test(defaults, layers_decide_on_unknown_numbers)
{
	struct encase_cage *cage = make(&probe_lower, NULL, 0, 1);
	struct unit_layer layer;

	unit_push_any(cage, &layer, deny, 0);
	same(encase_enter_number(cage, &encase_calls, NUMBER, six), -EXDEV);
	unit_push(cage, &deny_layer);
	same(encase_enter_number(cage, &encase_calls, NUMBER, six), -EDQUOT);
	same(probe.calls, 0);
	unit_free(cage);
}

/* A number that the table has is the call itself; an interface that is not spoken is none. */
Test(defaults, known_numbers)
{
	static const struct encase_interface *const lab_alone[] = { &lab_calls, NULL };
	struct encase_setup setup = { .interfaces = lab_alone,
				      .lower = &probe_lower,
				      .unknown = 1 };
	struct encase_cage *cage = make(&probe_lower, NULL, 0, 0);

	probe.result = 8;
	same(encase_enter_number(cage, &lab_calls, 206, WORDS(WORD("x"), 9)), 8);
	same(probe.desc, &lab_desc_send);
	same(probe.words[1], 9);
	same(encase_enter_number(cage, &encase_calls, SYS_write, WORDS(1, WORD("x"), 8)), 8);
	same(probe.desc, &encase_desc_write);
	unit_free(cage);
	same(encase_cage_new(&setup, &cage), 0);
	same(encase_enter_number(cage, &encase_calls, NUMBER, six), -ENOSYS);
	same(encase_enter_number(cage, &encase_calls, SYS_getpid, six), -ENOSYS);
	same(encase_enter_number(cage, &lab_calls, NUMBER, six), 8);
	unit_free(cage);
}

/* A number that no table has, and which the kernel answers in this process all the same. */
enum { NOBODYS = 100000, ANSWER = 77 };

static bool answers_nobodys(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NOBODYS, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ANSWER),
	};
	struct sock_fprog program = { .len = LENGTH(code), .filter = code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0))
		return false;
	return syscall(NOBODYS, 1, 2, 3, 4, 5, 6) == -1 && errno == ANSWER;
}

/* Lower layers: the kernel makes them, void and functions know none. */
Test(defaults, unknown_numbers_in_lower_layers)
{
	const encase_word counted[6] = { 1, 2, 3, 4, 5, 6 };
	static const struct encase_function none[] = { ENCASE_FUNCTION_END };
	const encase_word nothing[6] = { 0 };
	struct encase_cage *cage = make(&encase_lower_kernel, NULL, 0, 1);

	same(encase_find_number(&encase_calls, NOBODYS), NULL); /* else this tests nothing */
	same(encase_enter_number(cage, &encase_calls, NOBODYS, nothing), -ENOSYS);
	if (answers_nobodys()) /* else seccomp cannot be used here */
		same(encase_enter_number(cage, &encase_calls, NOBODYS, counted), -ANSWER);
	same(encase_enter_number(cage, &lab_calls, SYS_gettid, nothing), -ENOSYS);
	unit_free(cage);
	cage = make(&encase_lower_void, NULL, 0, 1);
	same(encase_enter_number(cage, &encase_calls, NOBODYS, nothing), -ENOSYS);
	unit_free(cage);
	cage = make(&encase_lower_functions, none, 0, 1);
	same(encase_enter_number(cage, &encase_calls, NOBODYS, nothing), -ENOSYS);
	unit_free(cage);
}

/* To a foreign memory the kernel makes none: nobody knows what they point to. */
Test(defaults, unknown_numbers_of_a_foreign_memory)
{
	struct encase_setup setup = { .memory = &encase_memory_arena,
				      .space = &unit_arena,
				      .lower = &encase_lower_kernel,
				      .unknown = 1 };
	const encase_word nothing[6] = { 0 };
	struct encase_cage *cage;

	same(encase_cage_new(&setup, &cage), 0);
	same(encase_enter_number(cage, &encase_calls, NOBODYS, nothing), -ENOSYS);
	unit_free(cage);
}
