/* SPDX-License-Identifier: MIT */
/*
 * Lengths behind pointers, where there is no buffer, and where the layer below has
 * changed them since; vectors that were changed: docs/forwarding.md, 2.5, 3.6, 4.4 and 4.5.
 */
#include <sys/socket.h>
#include <sys/uio.h>

#include "unit.h"

#include <encase/make.h>

#define AT     64 /* where the length stands in the arena, */
#define BUFFER 96 /* and the buffer */

static void put_length(int length)
{
	memcpy(unit_room + AT, &length, sizeof(length));
}

/* -- No buffer ------------------------------------------------------------ */

static unsigned runs;

static long on_any(struct encase_call *call)
{
	runs++;
	return encase_forward(call);
}

/* The length is the cage's word: it is to be fetched, never followed. */
Test(pointed, null_for_a_buffer)
{
	static const struct {
		encase_word at;
		int length;
		long result;
	} rows[] = {
		{ AT, 16, -EFAULT },        { AT, 0, 0 },      { AT, -1, 0 },
		{ UNIT_ROOM, 16, -EFAULT }, { 0, 0, -EFAULT }, { UINT64_MAX - 7, 0, -EFAULT },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct encase_cage *cage = unit_arena_cage();
		struct unit_layer layer;

		unit_row("row %zu", i);
		runs = 0;
		put_length(rows[i].length);
		unit_push_any(cage, &layer, on_any, ENCASE_COPY);
		same(enter(cage, getsockname, 3, 0, rows[i].at), rows[i].result);
		same(enter(cage, getsockopt, 3, 1, 1, 0, rows[i].at), rows[i].result);
		same(runs, rows[i].result ? 0 : 2);
		unit_free(cage);
	}
}

static int turned;

static long turn_then_fetch(struct encase_call *call)
{
	void *data = call;

	memcpy(encase_arg(call, 2), &turned, sizeof(turned));
	runs++;
	if (encase_arg_data(call, 1, &data, NULL))
		return -EFAULT;
	same(data, NULL);
	return 0;
}

/* The length is read once: what the handler makes of its copy is not asked whether a null is fine. */
Test(pointed, null_for_a_buffer_that_is_asked_for)
{
	static const struct {
		int length, turned;
		long result;
	} rows[] = {
		{ 0, 0, 0 }, { 0, 16, 0 }, { -1, 16, 0 }, { 16, 16, -EFAULT }, { 16, 0, -EFAULT }
	};
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	unit_raw(&layer, &encase_desc_getsockname, turn_then_fetch, ENCASE_COPY);
	layer.policy[1] = ENCASE_PASS;
	unit_push(cage, &layer.layer);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		unit_row("row %zu", i);
		put_length(rows[i].length);
		turned = rows[i].turned;
		same(enter(cage, getsockname, 3, 0, AT), rows[i].result);
		same(runs, i + 1);
	}
	unit_free(cage);
}

/* -- Lengths that grew ---------------------------------------------------- */

static int says; /* what the lower layer says that there was */
static long second;

static long lower(struct encase_call *call)
{
	unsigned length = encase_call_desc(call)->nargs - 1U;

	same(encase_reach(call), 0);
	memcpy(encase_arg(call, length), &says, sizeof(says));
	return 0;
}

static long twice(struct encase_call *call)
{
	same(encase_forward(call), 0);
	second = encase_forward(call);
	return 0;
}

static int twice_getsockname(int fd, struct sockaddr *addr, encase_socklen *len)
{
	same(encase_next_getsockname(fd, addr, len), 0);
	second = encase_next_getsockname(fd, addr, len) ? -errno : 0;
	return 0;
}

/* Between a layer that copies and the lower layer stands one that forwards twice. */
static void check(struct encase_cage *cage, struct unit_layer *middle,
		  const struct encase_desc *desc)
{
	struct unit_layer top;

	unit_push(cage, &middle->layer);
	unit_push_any(cage, &top, on_any, ENCASE_COPY);
	probe.answer = lower;
	for (says = 4; says <= 16; says += 4) {
		unit_row("%d bytes", says);
		probe.calls = 0;
		put_length(8);
		same(encase_enter(cage, desc, WORDS(3, BUFFER, AT)), 0);
		same(second, says > 8 ? -EINVAL : 0);
		same(probe.calls, says > 8 ? 1 : 2);
	}
	same(encase_pop(cage, &top.layer), 0);
	same(encase_pop(cage, &middle->layer), 0);
}

Test(pointed, grown_lengths_of_what_is_passed_by)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer middle;

	unit_any(&middle, twice, ENCASE_PASS);
	check(cage, &middle, &encase_desc_getsockname);
	unit_raw(&middle, &encase_desc_getsockname, twice, ENCASE_PASS);
	check(cage, &middle, &encase_desc_getsockname);
	unit_raw(&middle, &encase_desc_getsockname, twice, ENCASE_COPY);
	check(cage, &middle, &encase_desc_getsockname);
	unit_natural(&middle, &encase_desc_getsockname, (encase_fn *) twice_getsockname,
		     ENCASE_PASS);
	check(cage, &middle, &encase_desc_getsockname);
	unit_natural(&middle, &encase_desc_getsockname, (encase_fn *) twice_getsockname,
		     ENCASE_COPY);
	check(cage, &middle, &encase_desc_getsockname);
	unit_free(cage);
}

/* The same with a buffer of a layer's own, of which nothing but the length tells how long it is. */
static long give_own(struct encase_call *call)
{
	static char own[8];

	same(encase_set_arg(call, 1, WORD(own)), 0);
	return encase_forward(call);
}

Test(pointed, grown_lengths_of_a_layers_own)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer top, middle;

	unit_push_any(cage, &middle, twice, ENCASE_PASS);
	unit_push_any(cage, &top, give_own, ENCASE_COPY);
	probe.answer = lower;
	for (says = 4; says <= 16; says += 4) {
		unit_row("%d bytes", says);
		put_length(8);
		same(enter(cage, getsockname, 3, BUFFER, AT), 0);
		same(second, says > 8 ? -EINVAL : 0);
	}
	unit_free(cage);
}

/* Where a null may stand for the buffer, nobody looks at the length. */
static long give_nothing(struct encase_call *call)
{
	same(encase_set_arg(call, 1, WORD(ENCASE_NULL)), 0);
	same(encase_set_arg(call, 2, 8), 0);
	return encase_forward(call);
}

static long compare_nothing(struct encase_call *call)
{
	same(encase_arg_word(call, 1), 0);
	same(encase_arg_word(call, 2), 8);
	return 0;
}

Test(pointed, no_length_without_a_buffer)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer top, middle;

	unit_push_any(cage, &middle, twice, ENCASE_PASS);
	unit_push_any(cage, &top, give_nothing, ENCASE_COPY);
	probe.answer = compare_nothing;
	put_length(8);
	same(enter(cage, accept, 3, BUFFER, AT), 0);
	same(second, 0);
	unit_free(cage);
}

/* What a layer passes by of the cage's own is looked at below, each time anew. */
Test(pointed, grown_lengths_of_the_cages_own)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	unit_push_any(cage, &layer, twice, ENCASE_PASS);
	probe.answer = lower;
	says = 16;
	put_length(8);
	same(enter(cage, getsockname, 3, BUFFER, AT), 0);
	same(second, 0);
	same(probe.calls, 2);
	unit_free(cage);
}

/* -- Vectors that a layer below has changed ------------------------------- */

static size_t grows;

static long grow(struct encase_call *call)
{
	struct iovec *iov = encase_arg(call, 1);

	iov[1].iov_len += grows;
	return 0;
}

Test(pointed, grown_vectors_of_what_is_passed_by)
{
	static const struct iovec vector[2] = { { (void *) 256, 16 }, { (void *) 512, 16 } };

	for (grows = 0; grows <= 8; grows += 8) {
		struct encase_cage *cage = unit_arena_cage();
		struct unit_layer top, middle, bottom;

		unit_row("by %zu", grows);
		memcpy(unit_room + AT, vector, sizeof(vector));
		unit_push_any(cage, &bottom, grow, ENCASE_COPY);
		unit_push_any(cage, &middle, twice, ENCASE_PASS);
		unit_push_any(cage, &top, on_any, ENCASE_COPY);
		same(enter(cage, writev, 3, AT, 2), 0);
		same(second, grows ? -EINVAL : 0);
		unit_free(cage);
	}
}

/* -- The same, where only the shape says that there is a buffer ----------- */

static void shape(struct encase_desc *desc, const encase_word *words)
{
	(void) words;
	encase_shape_buffer(desc, 1, ENCASE_OUT, 1, 2);
}

Test(pointed, grown_lengths_of_calls_that_vary)
{
	static const struct encase_signature signature = {
		.name = "name",
		.type = ENCASE_S32,
		.nargs = 3,
		.shape = shape,
		.args = { { .name = "fd", .kind = ENCASE_FD, .type = ENCASE_S32 },
			  { .name = "addr", .kind = ENCASE_VARIES, .type = ENCASE_U64 },
			  { .name = "len",
			    .kind = ENCASE_OBJ | ENCASE_IN | ENCASE_OUT,
			    .size = 4 } },
	};
	const struct encase_interface *made, *spoken[2] = { NULL };
	struct encase_setup setup = { .interfaces = spoken,
				      .memory = &encase_memory_arena,
				      .space = &unit_arena,
				      .lower = &probe_lower };
	struct encase_cage *cage;
	struct unit_layer middle;

	same(encase_interface_make("made", &signature, 1, &made, NULL, 0), 0);
	spoken[0] = made;
	same(encase_cage_new(&setup, &cage), 0);
	unit_any(&middle, twice, ENCASE_PASS);
	check(cage, &middle, made->calls[0]);
	unit_free(cage);
	encase_interface_free(made);
}
