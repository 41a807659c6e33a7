/* SPDX-License-Identifier: MIT */
/*
 * Handlers that catch a longjmp() from further down: what they may do, what becomes
 * of the shadows below them, and that later calls find everything as it was.
 */
#include "unit.h"

#include <setjmp.h>

#include "enc.h"

static struct encase_cage *cage, *other;
static jmp_buf here;
static char *const lost = unit_room + 1000; /* the buffer of the call that was lost */

static long jump(struct encase_call *call)
{
	char *p = encase_arg(call, 0);

	if (p)
		p[0] = '!'; /* in the shadow, which must not get to the cage */
	longjmp(here, 1);
}

static void push_raw(struct encase_cage *on, const struct encase_desc *desc, encase_raw_fn *fn,
		     unsigned mode)
{
	static struct unit_layer layers[32];
	static unsigned n;

	unit_raw(&layers[n], desc, fn, mode);
	unit_push(on, &layers[n++].layer);
}

static void push_natural(struct encase_cage *on, const struct encase_desc *desc, encase_fn *fn,
			 unsigned mode)
{
	static struct unit_layer layers[16];
	static unsigned n;

	unit_natural(&layers[n], desc, fn, mode);
	unit_push(on, &layers[n++].layer);
}

/* -- A plain handler catches, returns, and all goes on ---------------------- */

static ssize_t catch_and_return(void *buf, size_t n)
{
	if (!setjmp(here))
		return lab_next_swap(buf, n);
	return 0;
}

static long swap_lost(void)
{
	return enter_lab(cage, swap, WORD(lost), 64);
}

static void set_up(void)
{
	unit_paint();
	cage = unit_host_cage();
	push_raw(cage, &lab_desc_swap, jump, ENCASE_COPY);
	push_natural(cage, &lab_desc_swap, (encase_fn *) catch_and_return, ENCASE_PASS);
}

Test(ways_up, shadows_below_go)
{
	set_up();
	for (unsigned i = 0; i < 1000; i++) {
		same(swap_lost(), 0);
		unit_idle();
	}
	holds(unit_painted_but(0, 0));
	unit_free(cage);
}

/* A later frame in the same place must not take the lost call's shadow for one of its own. */
static long write_pair(struct encase_call *call)
{
	struct lab_pair *out = encase_arg(call, 1);

	out->a = 5;
	return 0;
}

static int pass_pairs(const struct lab_pair *in, struct lab_pair *out, struct lab_pair *both)
{
	return lab_next_pairs(in, out, both);
}

Test(ways_up, nothing_of_a_lost_call_is_flushed_later)
{
	struct lab_pair in = { 1, 2 }, out = { 3, 4 };

	set_up();
	push_raw(cage, &lab_desc_pairs, write_pair, ENCASE_COPY);
	push_natural(cage, &lab_desc_pairs, (encase_fn *) pass_pairs, ENCASE_PASS);
	for (unsigned i = 0; i < 4; i++) {
		same(swap_lost(), 0);
		same(enter_lab(cage, pairs, WORD(&in), WORD(&out), 0), 0);
		same(out.a, 5);
		holds(unit_painted_but(0, 0));
	}
	unit_free(cage);
}

/* The same within one call: the handler above it tries again, with other arguments. */
static unsigned tries;

static long jump_first(struct encase_call *call)
{
	struct lab_pair *both;

	if (encase_call_desc(call) == &lab_desc_swap)
		return jump(call);
	both = encase_arg(call, 2);
	if (both)
		both->b = 66;
	return 0;
}

static long try_twice(struct encase_call *call)
{
	struct lab_pair pair = { 1, 2 };

	same(encase_forward(call), 0); /* was lost below */
	for (tries = 0; tries < 3; tries++)
		same(lab_next_pairs(&pair, &pair, NULL), 0);
	return 0;
}

static int give_pair(const struct lab_pair *in, struct lab_pair *out, struct lab_pair *both)
{
	return lab_next_pairs(in, out, both);
}

Test(ways_up, nor_by_the_same_calls_next_forward)
{
	unit_paint();
	cage = unit_host_cage();
	push_raw(cage, &lab_desc_pairs, jump_first, ENCASE_COPY);
	push_raw(cage, &lab_desc_swap, jump_first, ENCASE_COPY);
	push_natural(cage, &lab_desc_pairs, (encase_fn *) give_pair, ENCASE_PASS);
	push_natural(cage, &lab_desc_swap, (encase_fn *) catch_and_return, ENCASE_PASS);
	push_raw(cage, &lab_desc_swap, try_twice, ENCASE_PASS);
	for (unsigned i = 0; i < 3; i++) {
		same(swap_lost(), 0);
		same(tries, 3);
		holds(unit_painted_but(0, 0));
		unit_idle();
	}
	unit_free(cage);
}

/* -- A copying handler catches what a nested call was left by --------------- */

static ssize_t nested_result;

static ssize_t catch_nested(void *buf, size_t n)
{
	if (!setjmp(here))
		enter_lab(other, swap, WORD(lost), 64);
	memset(buf, 'c', n);
	return nested_result ? nested_result : (ssize_t) n;
}

static long fail_above(struct encase_call *call)
{
	long result = encase_forward(call);

	same(result, 16);
	return -EDOM;
}

static void set_up_nested(void)
{
	unit_paint();
	cage = unit_host_cage();
	other = unit_host_cage();
	push_raw(other, &lab_desc_swap, jump, ENCASE_COPY);
	push_natural(other, &lab_desc_swap, (encase_fn *) lab_forwarder(&lab_desc_swap),
		     ENCASE_COPY);
	push_natural(cage, &lab_desc_swap, (encase_fn *) catch_nested, ENCASE_COPY);
}

Test(ways_up, its_own_copies_are_flushed)
{
	char buf[20] = "aaaaaaaaaaaaaaaaaaa";

	set_up_nested();
	for (unsigned i = 0; i < 3; i++) {
		memset(buf, 'a', 19);
		same(enter_lab(cage, swap, WORD(buf), 16), 16);
		same(memcmp(buf, "ccccccccccccccccaaa", 20), 0);
		unit_idle();
		holds(unit_painted_but(0, 0));
		same(encase_drain(other), 0);
	}
	unit_free(cage);
	unit_free(other);
}

/* A layer above that fails, and one that copies, find what they had. */
Test(ways_up, layers_above_go_on)
{
	char buf[20] = "aaaaaaaaaaaaaaaaaaa";

	set_up_nested();
	push_natural(cage, &lab_desc_swap, (encase_fn *) lab_forwarder(&lab_desc_swap),
		     ENCASE_COPY);
	same(enter_lab(cage, swap, WORD(buf), 16), 16);
	same(buf[0], 'c');
	push_raw(cage, &lab_desc_swap, fail_above, ENCASE_PASS);
	same(enter_lab(cage, swap, WORD(buf), 16), -EDOM);
	same(enter_lab(cage, arity0), 0);
	probe.result = -EDOM;
	same(enter_lab(cage, arity0), -EDOM);
	unit_idle();
	unit_free(cage);
	unit_free(other);
}

/* Later nested calls from other places get their own frames back. */
static long nest_again(struct encase_call *call)
{
	char room[600] = { 0 }; /* another depth than before */
	struct encase_cage *caller = encase_caller();

	same(enter_lab(other, arity0), 0);
	same(encase_caller(), caller);
	same(room[599], 0);
	return encase_forward(call);
}

Test(ways_up, later_entries_are_not_mistaken)
{
	char buf[20] = "aaaaaaaaaaaaaaaaaaa";

	set_up_nested();
	push_raw(cage, &lab_desc_arity1, nest_again, 0);
	push_raw(cage, &lab_desc_arity2, nest_again, 0);
	push_raw(cage, &lab_desc_arity2, nest_again, 0);
	for (unsigned i = 0; i < 10; i++) {
		same(enter_lab(cage, swap, WORD(buf), 16), 16);
		same(enter_lab(cage, arity1, 0), 0);
		same(enter_lab(cage, swap, WORD(buf), 16), 16);
		same(enter_lab(cage, arity2, 0, 0), 0);
		unit_idle();
	}
	unit_free(cage);
	unit_free(other);
}

/* A handler that is shown nothing, inside another's: what it left is gone when it has returned. */
static struct encase_cage *third, *fourth;

static ssize_t catch_blindly(void *buf, size_t n)
{
	(void) buf;
	if (!setjmp(here))
		enter_lab(third, swap, WORD(lost), 64);
	return (ssize_t) n;
}

static ssize_t look_around(void *buf, size_t n)
{
	const struct enc_shadow *before = enc_thread.shadows;

	for (unsigned i = 0; i < 3; i++) {
		same(enter_lab(other, swap, WORD(buf), n), n);
		same(enc_thread.shadows, before);
		same(enc_thread.nest, 0);
		same(enter_lab(fourth, swap, WORD(lost), 64),
		     0); /* lost by a layer, and no entry with it */
		same(enc_thread.shadows, before);
		same(encase_drain(other), 0);
		same(encase_drain(third), 0);
		same(encase_caller(), cage);
	}
	memset(buf, 'c', n);
	return (ssize_t) n;
}

Test(ways_up, inside_another_handler)
{
	char buf[20] = "aaaaaaaaaaaaaaaaaaa";

	unit_paint();
	cage = unit_host_cage();
	other = unit_host_cage();
	third = unit_host_cage();
	fourth = unit_host_cage();
	push_raw(third, &lab_desc_swap, jump, ENCASE_COPY);
	push_raw(fourth, &lab_desc_swap, jump, ENCASE_COPY);
	push_natural(fourth, &lab_desc_swap, (encase_fn *) catch_and_return, ENCASE_PASS);
	push_natural(other, &lab_desc_swap, (encase_fn *) catch_blindly, ENCASE_PASS);
	push_natural(cage, &lab_desc_swap, (encase_fn *) look_around, ENCASE_COPY);
	same(enter_lab(cage, swap, WORD(buf), 16), 16);
	same(memcmp(buf, "ccccccccccccccccaaa", 20), 0);
	errno = 0;                                       /* the short way */
	same(enter_lab(other, swap, WORD(buf), 16), 16); /* inside nothing */
	same(enc_thread.nest, 0);
	holds(unit_painted_but(0, 0));
	unit_free(cage);
	unit_free(other);
	unit_free(third);
	unit_free(fourth);
}

/* -- What a handler that has caught may do ---------------------------------- */

#if !defined(__SANITIZE_ADDRESS__)
static ssize_t catch_and_forward(void *buf, size_t n)
{
	if (!setjmp(here))
		return lab_next_swap(buf, n);
	same(encase_self(), NULL);
	same(encase_caller(), NULL);
	errno = 0;
	same(lab_next_swap(buf, n), -1);
	same(errno, EPERM);
	same(enter_lab(cage, arity0), 0); /* through a gate */
	errno = ENOLCK;
	return -1;
}

/* 9.3: its frame cannot be told from those that are gone.  (ASan may keep frames elsewhere.) */
Test(ways_up, forwards_fail)
{
	set_up();
	push_natural(cage, &lab_desc_swap, (encase_fn *) catch_and_forward, ENCASE_PASS);
	same(encase_pop(cage, NULL), -EINVAL);
	unit_free(cage);

	unit_paint();
	cage = unit_host_cage();
	push_raw(cage, &lab_desc_swap, jump, ENCASE_COPY);
	push_natural(cage, &lab_desc_swap, (encase_fn *) catch_and_forward, ENCASE_PASS);
	for (unsigned i = 0; i < 3; i++) {
		same(swap_lost(), -ENOLCK);
		unit_idle();
	}
	unit_free(cage);
}
#endif
