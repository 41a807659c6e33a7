/* SPDX-License-Identifier: MIT */
/*
 * Handlers that are left by longjmp(): nothing of their calls stays, nothing is
 * flushed, and who caught it can go on.  Rules: docs/forwarding.md, section 9.
 */
#include "unit.h"

#include <setjmp.h>

#include "alloc.h"
#include "enc.h"

static struct encase_cage *cages[2];
static jmp_buf outside;

/* What a handler of swap() does, by the first byte of the buffer, once; then it forwards. */
static void (*deed)(void);
static char deed_at;

static ssize_t on_swap(void *buf, size_t n)
{
	void (*fn)(void) = deed;

	if (fn && n && *(const char *) buf == deed_at) {
		deed = NULL;
		fn();
	}
	return lab_next_swap(buf, n);
}

/* The same, without seeing a byte. */
static size_t deed_size;

static ssize_t on_passed_swap(void *buf, size_t n)
{
	void (*fn)(void) = deed;

	if (fn && n == deed_size) {
		deed = NULL;
		fn();
	}
	return lab_next_swap(buf, n);
}

static long to_upper(struct encase_call *call)
{
	int err = encase_reach(call);
	char *p = encase_arg(call, 0);

	if (err)
		return err;
	for (size_t i = 0; i < encase_arg_word(call, 1); i++)
		p[i] = (char) (p[i] - 32);
	return (long) encase_arg_word(call, 1);
}

static const struct encase_rule copy_rules[] = { ENCASE_ON_IN(lab, swap, on_swap), ENCASE_END };
static const struct encase_rule pass_rules[] = {
	ENCASE_ON_IN(lab, swap, on_passed_swap, ENCASE_PASS_POINTERS), ENCASE_END
};
static const struct encase_layer copying = { .name = "copying", .rules = copy_rules };
static const struct encase_layer passing = { .name = "passing", .rules = pass_rules };

static void set_up(void)
{
	probe.answer = to_upper;
	for (unsigned i = 0; i < 2; i++)
		cages[i] = unit_host_cage();
}

/* Nothing is in flight: at once, not only after the next call. */
static void tear_down(void)
{
	for (unsigned i = 0; i < 2; i++) {
		same(encase_drain(cages[i]), 0);
		unit_free(cages[i]);
	}
}

static void swap(struct encase_cage *cage, char letter, size_t n, bool comes_back)
{
	char buf[1000];

	memset(buf, letter, 1000);
	if (comes_back)
		same(enter_lab(cage, swap, WORD(buf), n), n);
	else
		enter_lab(cage, swap, WORD(buf), n);
	for (size_t i = 0; i < 1000; i++)
		same(buf[i], i < n ? letter - 32 : letter);
}

static void jump_outside(void)
{
	longjmp(outside, 1);
}

/* -- To the outside --------------------------------------------------------- */

static void jump_once(struct encase_cage *cage, char *buf, size_t n)
{
	deed = jump_outside;
	deed_at = 'j';
	deed_size = n;
	memset(buf, 'j', n);
	if (!setjmp(outside)) {
		enter_lab(cage, swap, WORD(buf), n);
		holds(false);
	}
	for (size_t i = 0; i < n; i++)
		same(buf[i], 'j'); /* nothing is flushed */
}

Test(ways_out, to_the_outside)
{
	static const size_t sizes[] = { 1, 300, 60000, 100000 };
	static char buf[100000];
	struct alloc_live before;

	set_up();
	unit_push(cages[0], &copying);
	unit_push(cages[0], &passing);
	unit_push(cages[0], &copying);
	jump_once(cages[0], buf, 100000);
	same(encase_drain(cages[0]), 0);
	before = alloc_live();
	for (unsigned i = 0; i < 200; i++) {
		jump_once(cages[0], buf, sizes[i % 4]);
		if (i % 3 == 0)
			swap(cages[i & 1], 's', 100, true);
		if (i % 5 == 0) {
			same(encase_drain(cages[0]), 0);
			unit_idle();
		}
	}
	holds(alloc_live().map_bytes - before.map_bytes <= 1 << 20);
	tear_down();
}

/* The same out of the entries that are C functions, and out of the lower layer. */
static long jump_below(struct encase_call *call)
{
	(void) call;
	longjmp(outside, 1);
}

Test(ways_out, of_entries_and_of_the_lower_layer)
{
	lab_swap_fn *entry;
	lab_mixed8_fn *doubles;

	set_up();
	unit_push(cages[0], &copying);
	entry = ENCASE_ENTRY_IN(lab, cages[0], swap);
	doubles = ENCASE_ENTRY_IN(lab, cages[0], mixed8);
	probe.answer = jump_below;
	for (unsigned i = 0; i < 20; i++) {
		char buf[4] = "abc";

		if (!setjmp(outside))
			entry(buf, 3);
		if (!setjmp(outside))
			doubles(1, 2, 3, NULL, 5, 6, 7, 8);
	}
	probe.answer = to_upper;
	swap(cages[0], 's', 100, true);
	tear_down();
}

/* A layer that was popped while the call was in flight stops when that is noticed. */
static unsigned stops;

static void count_stop(void *state)
{
	(void) state;
	stops++;
}

static const struct encase_layer stopping = { .name = "stopping",
					      .rules = copy_rules,
					      .stop = count_stop };

static void pop_and_jump(void)
{
	same(encase_pop(cages[0], &stopping), 0);
	longjmp(outside, 1);
}

Test(ways_out, stops_what_was_popped)
{
	char buf[4] = "jjj";

	for (unsigned by_call = 0; by_call < 2; by_call++) {
		set_up();
		unit_push(cages[0], &stopping);
		deed = pop_and_jump;
		deed_at = 'j';
		if (!setjmp(outside))
			enter_lab(cages[0], swap, WORD(buf), 3);
		same(stops, by_call);
		if (by_call)
			same(enter_lab(cages[1], arity0), 0);
		same(encase_drain(cages[0]), 0);
		same(stops, by_call + 1);
		tear_down();
	}
}

/* -- Out of many, to each of them ------------------------------------------- */

#define DEEP 20

static struct level {
	jmp_buf here;
	bool caught;
} levels[DEEP];
static unsigned target, depth_now;

/* The innermost jumps to the target; that returns after another call of its own. */
static void go_deeper(void)
{
	unsigned me = depth_now++;

	if (me == DEEP - 1)
		longjmp(levels[target].here, 1);
	if (setjmp(levels[me].here)) {
		levels[me].caught = true;
	} else {
		deed = go_deeper;
		swap(cages[me & 1], 'j', 50 + me, true);
	}
	if (levels[me].caught)
		swap(cages[(me + 1) & 1], 's', 70, true);
}

/* Returns in place of a handler that cannot forward any more. */
static ssize_t on_deep_swap(void *buf, size_t n)
{
	void (*fn)(void) = deed;
	volatile unsigned me = depth_now;

	if (fn && *(const char *) buf == deed_at) {
		deed = NULL;
		fn();
		if (levels[me].caught) {
			memset(buf, 'j' - 32, n);
			return (ssize_t) n;
		}
	}
	return lab_next_swap(buf, n);
}

static const struct encase_rule deep_rules[] = { ENCASE_ON_IN(lab, swap, on_deep_swap),
						 ENCASE_END };
static const struct encase_layer deep = { .name = "deep", .rules = deep_rules };

Test(ways_out, of_twenty_entries_to_any_handler)
{
	for (unsigned who = 0; who < 2; who++)
		for (target = 0; target < DEEP - 1; target++) {
			unit_row("to %u", target);
			memset(levels, 0, sizeof(levels));
			depth_now = 0;
			set_up();
			unit_push(cages[0], &deep);
			unit_push(cages[1], who ? &deep : &copying);
			unit_push(cages[1], &deep);
			deed = go_deeper;
			deed_at = 'j';
			swap(cages[0], 'j', 40, true);
			holds(levels[target].caught);
			unit_idle();
			swap(cages[0], 's', 60, true);
			tear_down();
		}
}

static void descend(void)
{
	if (++depth_now == DEEP)
		longjmp(outside, 1);
	deed = descend;
	swap(cages[depth_now & 1], 'j', 30, false);
}

Test(ways_out, of_twenty_entries_to_the_outside)
{
	set_up();
	unit_push(cages[0], &copying);
	unit_push(cages[1], &copying);
	for (unsigned i = 0; i < 5; i++) {
		char buf[8] = "jjj";

		depth_now = 0;
		deed = descend;
		deed_at = 'j';
		if (!setjmp(outside))
			enter_lab(cages[i & 1], swap, WORD(buf), 3);
		same(depth_now, DEEP);
		same(buf[0], 'j');
		same(encase_drain(cages[0]), 0);
		same(encase_drain(cages[1]), 0);
		unit_idle();
	}
	tear_down();
}
