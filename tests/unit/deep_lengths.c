/* SPDX-License-Identifier: MIT */
/*
 * Lengths behind pointers: docs/forwarding.md, 2.6, 3.6, 4.4, 4.5, 5.8, 6.1.
 *
 * getsockname(), whose buffer and length must not be null, accept(), whose may, and
 * getsockopt(), whose buffer is read as well.
 */
#include "deep.h"

#define AT   64   /* the length */
#define ADDR 1024 /* the buffer */
#define COPY ENCASE_COPY
#define PASS ENCASE_PASS

/* The lower layer answers with a length, and as many bytes as there is room for. */
static int32_t answer_length;
static char came[64];
static int32_t room_at_bottom;

static long bottom(struct encase_call *call)
{
	unsigned buffer = encase_call_desc(call) == &encase_desc_getsockopt ? 3 : 1;
	int err = encase_reach(call);
	int32_t *length;
	char *addr;

	if (err)
		return err;
	addr = encase_arg(call, buffer);
	length = encase_arg(call, buffer + 1);
	room_at_bottom = length ? *length : -2;
	if (addr && length && *length > 0) {
		memcpy(came, addr,
		       (size_t) *length < sizeof(came) ? (size_t) *length : sizeof(came));
		if (answer_length > 0)
			memset(addr, 'L',
			       (size_t) (answer_length < *length ? answer_length : *length));
	}
	if (length)
		*length = answer_length;
	return probe.result;
}

static void prepare(int32_t length)
{
	unit_paint();
	deep_length(AT, length);
	memcpy(ROOM_AT(ADDR), "address of a socket", 19);
	probe.answer = bottom;
	answer_length = 4;
	room_at_bottom = -3;
}

static unsigned visits;

static int on_getsockname(int fd, struct sockaddr *addr, encase_socklen *length)
{
	visits++;
	return encase_next_getsockname(fd, addr, length);
}

static int on_accept(int fd, struct sockaddr *addr, encase_socklen *length)
{
	visits++;
	return encase_next_accept(fd, addr, length);
}

/* -- Errors --------------------------------------------------------------- */

static void check_errors(struct encase_cage *cage)
{
	prepare(16);
	same(enter(cage, getsockname, 3, ADDR, 0), -EFAULT);
	same(enter(cage, getsockname, 3, ADDR, UNIT_ROOM - 3), -EFAULT);
	same(enter(cage, getsockname, 3, UNIT_ROOM - 15, AT), -EFAULT);
	same(enter(cage, getsockname, 3, UINT64_MAX - 3, AT), -EFAULT);
	same(enter(cage, accept, 3, ADDR, UNIT_ROOM), -EFAULT);
	deep_length(AT, INT32_MAX);
	same(enter(cage, getsockname, 3, ADDR, AT), -EFAULT);
}

Test(deep_lengths, errors)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layers[2];

	check_errors(cage); /* of the lower layer's */
	deep_natural(cage, &layers[0], getsockname, on_getsockname, COPY);
	deep_natural(cage, &layers[1], accept, on_accept, COPY);
	probe.calls = 0;
	check_errors(cage);
	same(visits + probe.calls, 0);
	deep_length(AT, 16);
	same(enter(cage, getsockname, 3, 0, AT), -EFAULT);
	same(enter(cage, getsockname, 3, 0, UNIT_ROOM), -EFAULT);
	same(enter(cage, getsockname, 3, 0, UINT64_MAX - 100), -EFAULT);
	same(visits + probe.calls, 0);
	same(encase_traffic(cage).to_cage, 0);
	unit_free(cage);
}

/* A null buffer that may be null has no length; one that must not be has none if that is 0. */
Test(deep_lengths, nulls)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layers[2];

	prepare(0);
	deep_natural(cage, &layers[0], getsockname, on_getsockname, COPY);
	deep_natural(cage, &layers[1], accept, on_accept, COPY);
	same(enter(cage, accept, 3, 0, UNIT_ROOM), 0);
	same(room_at_bottom, -2);
	same(enter(cage, accept, 3, 0, 0), 0);
	same(room_at_bottom, -2);
	same(enter(cage, accept, 3, ADDR, 0), 0);
	same(room_at_bottom, -2);
	same(enter(cage, getsockname, 3, 0, AT), 0);
	same(room_at_bottom, 0);
	deep_length(AT, -5);
	same(enter(cage, getsockname, 3, UNIT_ROOM + 5, AT), 0); /* no byte of it counts */
	same(room_at_bottom, -5);
	same(visits, 5);
	unit_free(cage);
}

/* -- What comes back ------------------------------------------------------ */

Test(deep_lengths, come_back)
{
	static const int32_t lengths[] = { 0, 3, 8, 9, 200, -1, INT32_MAX };
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	for (unsigned copied = 0; copied < 2; copied++) {
		if (copied)
			deep_natural(cage, &layer, getsockname, on_getsockname, COPY);
		for (size_t i = 0; i < LENGTH(lengths); i++) {
			size_t n = lengths[i] < 0 ? 0 : lengths[i] < 8 ? (size_t) lengths[i] : 8;
			struct encase_traffic traffic;

			unit_row("%d, %s", lengths[i], copied ? "copied" : "not");
			prepare(8);
			answer_length = lengths[i];
			deep_traffic(cage);
			same(enter(cage, getsockname, 3, ADDR, AT), 0);
			same(room_at_bottom, 8);
			same(deep_length_at(AT), lengths[i]);
			holds(!memcmp(ROOM_AT(ADDR), "LLLLLLLL", n));
			holds(!memcmp(ROOM_AT(ADDR) + n, &"address of a socket"[n], 19 - n));
			traffic = deep_traffic(cage);
			same(traffic.from_cage, 4);
			same(traffic.to_cage, 4 + (copied ? n : 0));
		}
	}
	prepare(8);
	probe.result = -EIO;
	same(enter(cage, getsockname, 3, ADDR, AT), -EIO);
	same(deep_length_at(AT), 8);
	unit_free(cage);
}

/* -- What a cage changes -------------------------------------------------- */

Test(deep_lengths, that_change)
{
	static const int32_t more = 60000;
	static const struct encase_memory *const memories[] = { &turning, &turning_far };

	for (unsigned i = 0; i < 4; i++) {
		struct encase_cage *cage = unit_cage(memories[i % 2], NULL);
		struct unit_layer layer;

		prepare(8);
		answer_length = 100;
		turn = (struct turn){ AT, sizeof(more), &more, 0 };
		if (i < 2)
			deep_natural(cage, &layer, getsockname, on_getsockname, COPY);
		unit_row("%s, %s", memories[i % 2]->name, i < 2 ? "copied" : "not");
		same(enter(cage, getsockname, 3, ADDR, AT), 0);
		same(turn.reads, 1);
		same(room_at_bottom, 8);
		holds(!memcmp(ROOM_AT(ADDR), "LLLLLLLLof a ", 13));
		unit_free(cage);
	}
}

/* -- What a handler changes ----------------------------------------------- */

static int change(int fd, struct sockaddr *addr, encase_socklen *length)
{
	encase_socklen own = 9;
	char mine[64];

	*length = 9;
	same(encase_next_getsockname(fd, addr, length), -1);
	same(errno, EINVAL);
	same(encase_next_getsockname(fd, addr, &own), -1);
	same(errno, EINVAL);
	same(encase_next_getsockname(fd, (struct sockaddr *) mine, length), 0);
	same(room_at_bottom, 9);
	*length = 3;
	same(encase_next_getsockname(fd, (struct sockaddr *) ((char *) addr + 5), length), 0);
	same(room_at_bottom, 3);
	*length = 4;
	same(encase_next_getsockname(fd, (struct sockaddr *) ((char *) addr + 5), length), -1);
	same(errno, EINVAL);
	answer_length = 6;
	own = 8;
	same(encase_next_getsockname(fd, addr, &own), 0);
	*length = 2; /* and that is what the cage gets */
	return 0;
}

Test(deep_lengths, handlers_change_them)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	prepare(8);
	deep_natural(cage, &layer, getsockname, change, COPY);
	same(enter(cage, getsockname, 3, ADDR, AT), 0);
	same(probe.calls, 3);
	same(deep_length_at(AT), 2);
	holds(!memcmp(ROOM_AT(ADDR), "LLdress", 7));
	unit_free(cage);
}

/* The length that came back is no length for the next forward, whoever makes it. */
static long twice(struct encase_call *call)
{
	same(encase_forward(call), 0);
	return encase_forward(call);
}

static int twice_getsockname(int fd, struct sockaddr *addr, encase_socklen *length)
{
	same(encase_next_getsockname(fd, addr, length), 0);
	return encase_next_getsockname(fd, addr, length);
}

Test(deep_lengths, are_looked_at_again)
{
	struct unit_layer layers[2];

	for (unsigned i = 0; i < 4; i++) {
		struct encase_cage *cage = unit_arena_cage();
		unsigned mode = i / 2 ? COPY : PASS;

		prepare(8);
		answer_length = 100;
		probe.calls = 0;
		if (i % 2)
			deep_raw(cage, &layers[0], getsockname, twice, mode);
		else
			deep_natural(cage, &layers[0], getsockname, twice_getsockname, mode);
		deep_raw(cage, &layers[1], getsockname, lab_forward, COPY);
		unit_row("%u", i);
		same(enter(cage, getsockname, 3, ADDR, AT), -EINVAL);
		same(probe.calls, 1);
		unit_free(cage);
	}
}

/* -- Asking --------------------------------------------------------------- */

static long ask(struct encase_call *call)
{
	void *data = NULL;
	size_t len = 0;

	visits++;
	holds(!encase_arg(call, 1) && !encase_arg(call, 2));
	same(encase_set_arg(call, 0, 7), 0); /* what is given is a list of its own from now on */
	same(encase_arg_data(call, 1, &data, &len), 0);
	same(len, 8);
	holds(data == encase_arg(call, 1));
	holds(encase_arg(call, 2));
	*(int32_t *) encase_arg(call, 2) = 12;
	same(encase_arg_data(call, 1, NULL, &len), 0);
	same(len, 8); /* as it was fetched */
	same(encase_forward(call), -EINVAL);
	*(int32_t *) encase_arg(call, 2) = 7;
	same(encase_forward(call), 0);
	same(room_at_bottom, 7);
	return 0;
}

/* The length first, which is changed then: the buffer has what the length said. */
static long ask_late(struct encase_call *call)
{
	void *data = NULL;
	size_t len = 0;

	visits++;
	same(encase_arg_data(call, 2, &data, &len), 0);
	same(len, 4);
	same(*(int32_t *) data, 8);
	*(int32_t *) data = 60;
	same(encase_arg_data(call, 1, NULL, &len), 0);
	same(len, 8);
	return 0;
}

Test(deep_lengths, asked_for)
{
	struct unit_layer layer;

	for (unsigned i = 0; i < 2; i++) {
		struct encase_cage *cage = unit_arena_cage();

		prepare(8);
		deep_raw(cage, &layer, getsockname, i ? ask_late : ask, PASS);
		same(enter(cage, getsockname, 3, ADDR, AT), 0);
		same(deep_length_at(AT), i ? 60 : 4);
		same(ROOM_AT(ADDR)[0], i ? 0 : 'L');
		same(ROOM_AT(ADDR)[8], 'o');
		unit_free(cage);
	}
	same(visits, 2);
}

/* A buffer that cannot be fetched leaves its length as it arrived. */
static long ask_in_vain(struct encase_call *call)
{
	visits++;
	same(encase_arg_data(call, 1, NULL, NULL), -EFAULT);
	same(encase_arg_word(call, 2), AT);
	holds(!encase_arg(call, 2));
	ROOM_AT(AT)[0] = 5;
	return encase_forward(call);
}

Test(deep_lengths, asked_for_in_vain)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	prepare(8);
	deep_raw(cage, &layer, getsockname, ask_in_vain, PASS);
	same(enter(cage, getsockname, 3, UNIT_ROOM - 5, AT), 0);
	same(visits, 1);
	same(room_at_bottom, 5); /* the cage's own, not a copy of it */
	unit_free(cage);
}

/* -- Data that is read as well -------------------------------------------- */

Test(deep_lengths, are_read_and_written)
{
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layer;

	prepare(8);
	deep_raw(cage, &layer, getsockopt, lab_forward, COPY);
	same(enter(cage, getsockopt, 3, 1, 2, UNIT_FAR + ADDR, UNIT_FAR + AT), 0);
	holds(!memcmp(came, "address ", 8));
	holds(!memcmp(ROOM_AT(ADDR), "LLLLess", 7));
	same(deep_length_at(AT), 4);
	unit_free(cage);
}
