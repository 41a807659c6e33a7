/* SPDX-License-Identifier: MIT */
/*
 * Extents that rules tell, of Linux's calls: sets of bits, pages, letters, what tells
 * itself; what nobody has described; what is written by calls that fail.
 * docs/forwarding.md, 1.9, 3.8, 3.9, 5.8 and 5.9.
 */
#include "unit.h"

#include <asm/ioctls.h>
#include <linux/userfaultfd.h>
#include <sys/epoll.h>

#define BASE UNIT_FAR

static unsigned asked;     /* the argument whose extent is looked at */
static size_t seen_extent; /* what it was */

static long look(struct encase_call *call)
{
	void *data;

	same(encase_arg_data(call, asked, &data, &seen_extent), 0);
	if (seen_extent && encase_call_shape(call)->arg[asked].kind & ENCASE_IN)
		holds(!memcmp(data, unit_room + UNIT_ROOM - seen_extent, seen_extent));
	return encase_forward(call);
}

/* -- How far -------------------------------------------------------------- */

#define HERE UINT64_C(0xabababab) /* stands for where the argument is */
static const struct {
	const struct encase_desc *desc;
	unsigned arg;
	encase_word words[ENCASE_MAX_ARGS];
	size_t n;
	uint32_t said; /* at byte at of it, unless it is 0 */
	unsigned at;
} rows[] = {
	{ &encase_desc_select, 1, { 0, HERE }, 0, 0, 0 },
	{ &encase_desc_select, 1, { 1, HERE }, 8, 0, 0 },
	{ &encase_desc_select, 2, { 64, 0, HERE }, 8, 0, 0 },
	{ &encase_desc_select, 3, { 65, 0, 0, HERE }, 16, 0, 0 },
	{ &encase_desc_select, 1, { 1024, HERE }, 128, 0, 0 },
	{ &encase_desc_select, 1, { 0xffffffff, HERE }, 0, 0, 0 },
	{ &encase_desc_select, 1, { 0x700000040, HERE }, 8, 0, 0 },
	{ &encase_desc_set_mempolicy, 1, { 0, HERE, 0 }, 0, 0, 0 },
	{ &encase_desc_set_mempolicy, 1, { 0, HERE, 1 }, 0, 0, 0 },
	{ &encase_desc_set_mempolicy, 1, { 0, HERE, 2 }, 8, 0, 0 },
	{ &encase_desc_set_mempolicy, 1, { 0, HERE, 65 }, 8, 0, 0 },
	{ &encase_desc_set_mempolicy, 1, { 0, HERE, 66 }, 16, 0, 0 },
	{ &encase_desc_set_mempolicy, 1, { 0, HERE, 32769 }, 4096, 0, 0 },
	{ &encase_desc_set_mempolicy, 1, { 0, HERE, 32770 }, 0, 0, 0 },
	{ &encase_desc_get_mempolicy, 1, { 0, HERE, 66 }, 16, 0, 0 },
	{ &encase_desc_mincore, 2, { 0, 0, HERE }, 0, 0, 0 },
	{ &encase_desc_mincore, 2, { 0, 1, HERE }, 1, 0, 0 },
	{ &encase_desc_mincore, 2, { 0, 4096, HERE }, 1, 0, 0 },
	{ &encase_desc_mincore, 2, { 0, 4097, HERE }, 2, 0, 0 },
	{ &encase_desc_msgsnd, 1, { 0, HERE, 0 }, 8, 0, 0 },
	{ &encase_desc_msgsnd, 1, { 0, HERE, 100 }, 108, 0, 0 },
	{ &encase_desc_msgrcv, 1, { 0, HERE, 100 }, 108, 0, 0 },
	{ &encase_desc_poll, 0, { HERE, 3 }, 24, 0, 0 },
	{ &encase_desc_poll, 0, { HERE, 0x500000003 }, 24, 0, 0 },
	{ &encase_desc_sched_setattr, 1, { 0, HERE }, 48, 1, 0 },
	{ &encase_desc_sched_setattr, 1, { 0, HERE }, 48, 48, 0 },
	{ &encase_desc_sched_setattr, 1, { 0, HERE }, 56, 56, 0 },
	{ &encase_desc_sched_setattr, 1, { 0, HERE }, 4096, 4096, 0 },
	{ &encase_desc_sched_setattr, 1, { 0, HERE }, 48, 4097, 0 },
	{ &encase_desc_perf_event_open, 0, { HERE }, 64, 63, 4 },
	{ &encase_desc_perf_event_open, 0, { HERE }, 136, 136, 4 },
	{ &encase_desc_open_by_handle_at, 1, { 0, HERE }, 12, 4, 0 },
	{ &encase_desc_open_by_handle_at, 1, { 0, HERE }, 8, UINT32_MAX, 0 },
	{ &encase_desc_name_to_handle_at, 2, { 0, 0, HERE }, 136, 128, 0 },
	{ &encase_desc_name_to_handle_at, 3, { 0, 0, 0, HERE, 0 }, 4, 0, 0 },
	{ &encase_desc_name_to_handle_at, 3, { 0, 0, 0, HERE, 1 }, 8, 0, 0 },
	{ &encase_desc_getsockopt, 3, { 0, 1, 26, HERE, 32 }, 40, 0, 0 },
	{ &encase_desc_getsockopt, 3, { 0, 1, 9, HERE, 32 }, 5, 0, 0 },
};

/* The argument ends with the memory, or a byte behind it. */
static long try_row(struct encase_cage *cage, size_t i, size_t behind)
{
	encase_word words[ENCASE_MAX_ARGS];

	unit_row("row %zu of %s", i, encase_text(rows[i].desc)->name);
	unit_paint();
	*(uint32_t *) (unit_room + 32) = 5; /* a length */
	memcpy(words, rows[i].words, sizeof(words));
	words[rows[i].arg] = UNIT_ROOM - rows[i].n + behind;
	if (rows[i].said)
		memcpy(unit_room + UNIT_ROOM - rows[i].n + behind + rows[i].at, &rows[i].said,
		       sizeof(rows[i].said));
	asked = rows[i].arg;
	return encase_enter(cage, rows[i].desc, words);
}

Test(extents, each_rule)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	unit_push_any(cage, &layer, look, ENCASE_PASS);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		seen_extent = SIZE_MAX;
		same(try_row(cage, i, 0), 0);
		same(seen_extent, rows[i].n);
	}
	unit_free(cage);
}

/* What is copied, used in place or copied for the lower layer must all be there. */
Test(extents, must_be_there)
{
	struct encase_cage *below = unit_arena_cage();

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct encase_cage *cage;
		struct unit_layer layer;

		if (!rows[i].n)
			continue;
		cage = unit_arena_cage();
		unit_row("row %zu of %s", i, encase_text(rows[i].desc)->name);
		unit_raw(&layer, rows[i].desc, look, ENCASE_PASS);
		layer.policy[rows[i].arg] = ENCASE_COPY;
		if (rows[i].desc == &encase_desc_getsockopt)
			layer.policy[4] = ENCASE_COPY;
		unit_push(cage, &layer.layer);
		same(try_row(cage, i, 1), -EFAULT);
		probe.answer = lab_reach;
		same(try_row(below, i, 1), -EFAULT);
		probe.answer = NULL;
		unit_free(cage);
	}
	unit_free(below);
}

/* -- What tells itself ---------------------------------------------------- */

static size_t grow_to;

static long grow(struct encase_call *call)
{
	uint32_t *size = encase_arg(call, 1);

	same(*size, 56);
	*size = (uint32_t) grow_to;
	return encase_forward(call);
}

Test(extents, a_copy_that_grows_is_bounded)
{
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layer;

	unit_raw(&layer, &encase_desc_sched_setattr, grow, ENCASE_COPY);
	unit_push(cage, &layer.layer);
	for (grow_to = 48; grow_to <= 64; grow_to += 8) {
		*(uint32_t *) (unit_room + 64) = 56;
		unit_far.reads = 0;
		same(enter(cage, sched_setattr, 0, BASE + 64, 0), grow_to > 56 ? -EINVAL : 0);
		same(unit_far.reads, 2); /* each byte once */
	}
	unit_free(cage);
}

static const char *reached_at;

static long reach_self(struct encase_call *call)
{
	int err = encase_reach(call);

	if (err)
		return encase_fail(call, -err);
	reached_at = encase_arg(call, 1);
	same(*(const uint32_t *) reached_at, 56);
	return 0;
}

/* In place the cage could change the size when it has been looked at. */
Test(extents, the_lower_layer_gets_a_copy_of_what_tells_itself)
{
	struct encase_cage *cage = unit_arena_cage();

	probe.answer = reach_self;
	*(uint32_t *) (unit_room + 64) = 56;
	same(enter(cage, sched_setattr, 0, 64, 0), 0);
	holds(reached_at < unit_room || reached_at >= unit_room + UNIT_ROOM);
	*(uint32_t *) (unit_room + UNIT_ROOM - 52) = 56;
	same(enter(cage, sched_setattr, 0, UNIT_ROOM - 52, 0), -EFAULT);
	unit_free(cage);
}

/* -- What nobody has described -------------------------------------------- */

static const void *shown;

static long show(struct encase_call *call)
{
	shown = encase_arg(call, 2);
	return encase_forward(call);
}

Test(extents, opaque_arguments_stay_as_they_are)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layer;
	char message[64];

	unit_raw(&layer, &encase_desc_io_submit, show, ENCASE_COPY);
	unit_push(cage, &layer.layer);
	same(enter(cage, io_submit, 1, 1, WORD(message)), 0);
	same(shown, message);
	same(probe.words[2], WORD(message));
	same(enter(cage, io_submit, 1, 1, 0), 0);
	same(probe.words[2], 0);
	unit_free(cage);
}

Test(extents, opaque_arguments_are_the_hosts_alone)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	probe.answer = lab_reach;
	same(enter(cage, io_submit, 1, 1, 64), -ENOSYS);
	same(enter(cage, io_submit, 1, 1, 0), 0);
	probe.answer = NULL;
	unit_raw(&layer, &encase_desc_io_submit, show, ENCASE_COPY);
	unit_push(cage, &layer.layer);
	same(enter(cage, io_submit, 1, 1, 64), -ENOSYS);
	same(enter(cage, io_submit, 1, 1, 0), 0);
	/* an option of a socket that has pointers, and one that has none */
	probe.answer = lab_reach;
	same(enter(cage, setsockopt, 1, 1, 26, 64, 16), -ENOSYS);
	same(enter(cage, setsockopt, 1, 1, 9, 64, 16), 0);
	same(enter(cage, setsockopt, 1, 0, 64, 64, 16), -ENOSYS);
	unit_free(cage);
}

/* -- Pointers that are none ----------------------------------------------- */

static int hand_on(int epfd, int op, int fd, struct epoll_event *event)
{
	same(event, 0x123456789);
	return encase_next_epoll_ctl(epfd, op, fd, event);
}

Test(extents, a_pointer_that_nobody_follows_is_a_number)
{
	const encase_word wild = 0x123456789;

	for (unsigned mode = 0; mode < 2; mode++) {
		struct encase_cage *cage = unit_arena_cage();
		struct unit_layer layer;

		unit_natural(&layer, &encase_desc_epoll_ctl, (encase_fn *) hand_on,
			     mode ? ENCASE_PASS : ENCASE_COPY);
		unit_push(cage, &layer.layer);
		probe.answer = lab_reach;
		same(enter(cage, epoll_ctl, 3, EPOLL_CTL_DEL, 4, wild), 0);
		same(probe.words[3], wild);
		if (!mode)
			same(enter(cage, epoll_ctl, 3, EPOLL_CTL_ADD, 4, wild), -EFAULT);
		unit_free(cage);
	}
}

/* -- Going up ------------------------------------------------------------- */

static long fill(struct encase_call *call)
{
	const struct encase_desc *desc = encase_call_shape(call);

	same(encase_reach(call), 0);
	for (unsigned i = 0; i < desc->nargs; i++) {
		size_t n = 0;
		void *data = NULL;

		if (!(desc->pointers >> i & 1))
			continue;
		same(encase_arg_data(call, i, &data, &n), 0);
		if (data && desc->arg[i].kind & ENCASE_OUT)
			memset(data, 'L', n);
	}
	return probe.result;
}

static const struct {
	const struct encase_desc *desc;
	encase_word words[ENCASE_MAX_ARGS];
	long result;
	size_t at, n; /* what is written */
} ups[] = {
	{ &encase_desc_msgrcv, { 0, 64, 100 }, 10, 64, 18 },
	{ &encase_desc_msgrcv, { 0, 64, 100 }, 0, 64, 8 },
	{ &encase_desc_msgrcv, { 0, 64, 100 }, -EINTR, 0, 0 },
	{ &encase_desc_mincore, { 0, 8193, 64 }, 0, 64, 3 },
	{ &encase_desc_get_mempolicy, { 0, 64, 130 }, 0, 64, 24 },
	{ &encase_desc_select, { 3, 64 }, 1, 64, 8 },
	{ &encase_desc_select, { 3, 64 }, -EBADF, 0, 0 },
	{ &encase_desc_select, { 0, 0, 0, 0, 64 }, -EINTR, 64, 16 },
	{ &encase_desc_nanosleep, { 64, 128 }, -EINTR, 128, 16 },
	{ &encase_desc_nanosleep, { 64, 0 }, -EINTR, 0, 0 },
	{ &encase_desc_poll, { 64, 2 }, -EINTR, 64, 16 },
	{ &encase_desc_wait4, { 0, 64, 0, 0 }, -ECHILD, 0, 0 },
	{ &encase_desc_wait4, { 0, 64, 0, 0 }, 7, 64, 4 },
	{ &encase_desc_clock_gettime, { 0, 64 }, -EINVAL, 0, 0 },
	{ &encase_desc_sched_getattr, { 0, 64, 56 }, 0, 64, 56 },
	{ &encase_desc_timer_create, { 0, 0, 64 }, -EINVAL, 64, 4 },
	{ &encase_desc_move_pages, { 0, 2, 64, 0, 128 }, -ENODEV, 128, 8 },
	{ &encase_desc_ioctl, { 0, UFFDIO_COPY, 64 }, -EAGAIN, 64, 40 },
	{ &encase_desc_ioctl, { 0, UFFDIO_COPY, 64 }, 0, 64, 40 },
	{ &encase_desc_ioctl, { 0, FIONREAD, 64 }, -ENOTTY, 0, 0 },
	{ &encase_desc_ioctl, { 0, FIONREAD, 64 }, 0, 64, 4 },
};

static void go_up(struct encase_cage *cage, encase_word base)
{
	for (size_t i = 0; i < LENGTH(ups); i++) {
		encase_word words[ENCASE_MAX_ARGS];

		unit_row("row %zu of %s", i, encase_text(ups[i].desc)->name);
		for (unsigned k = 0; k < ENCASE_MAX_ARGS; k++)
			words[k] = ups[i].words[k];
		for (unsigned k = 0; k < ups[i].desc->nargs; k++)
			if (ups[i].desc->pointers >> k & 1 && words[k])
				words[k] += base;
		unit_paint();
		probe.answer = fill;
		probe.result = ups[i].result;
		same(encase_enter(cage, ups[i].desc, words), ups[i].result);
		holds(unit_painted_but(ups[i].at, ups[i].n));
		if (ups[i].n)
			same(unit_room[ups[i].at + ups[i].n - 1], 'L');
	}
}

/* Through a layer's copies, and through the lower layer's. */
Test(extents, as_much_goes_up_as_was_written)
{
	for (unsigned copied = 0; copied < 2; copied++) {
		struct encase_cage *cage = unit_far_cage();
		struct unit_layer layers[LENGTH(ups)];

		for (size_t i = 0; copied && i < LENGTH(ups); i++) {
			unit_raw(&layers[i], ups[i].desc, lab_forward, ENCASE_COPY);
			unit_push(cage, &layers[i].layer);
		}
		go_up(cage, BASE);
		unit_free(cage);
	}
}

/* A handler that fails before it has forwarded anything, and a memory that refuses. */
static long interrupted(struct encase_call *call)
{
	return encase_fail(call, EINTR);
}

Test(extents, what_no_call_wrote_stays_as_it_was)
{
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layer;

	unit_raw(&layer, &encase_desc_nanosleep, interrupted, ENCASE_COPY);
	unit_push(cage, &layer.layer);
	unit_paint();
	same(enter(cage, nanosleep, BASE + 64, BASE + 128), -EINTR);
	holds(unit_painted_but(0, 0));
	unit_far.writes = 0;
	unit_far.fail_at = unit_far_accesses() + 3; /* two are read, then one is written */
	same(enter(cage, nanosleep, BASE + 64, BASE + 128), -EINTR);
	same(unit_far.writes, 1);
	unit_free(cage);
}

/* -- Down ----------------------------------------------------------------- */

/* Of too many nodes nobody looks at the set: fewer of them would be out of what was copied. */
static long fewer_nodes(int mode, const unsigned long *nodemask, unsigned long maxnode)
{
	same(maxnode, 40000);
	return encase_next_set_mempolicy(mode, nodemask, 66);
}

static const struct encase_rule fewer_rules[] = {
	ENCASE_ON(set_mempolicy, fewer_nodes, ENCASE_COPY_ALL),
	ENCASE_END,
};

Test(extents, fewer_nodes_that_reach_farther)
{
	static const struct encase_layer layer = { .name = "fewer", .rules = fewer_rules };
	struct encase_cage *cage = unit_far_cage();

	unit_push(cage, &layer);
	same(enter(cage, set_mempolicy, 0, BASE + 64, 40000), -EINVAL);
	same(probe.calls, 0);
	unit_free(cage);
}
