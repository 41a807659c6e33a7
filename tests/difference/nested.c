/* SPDX-License-Identifier: MIT */
/* Vectors and messages of a plan, and calls whose arguments are spoilt. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "difference.h"

/* Entries that name places of the block; where they stand. */
static uint64_t entries(struct plan *plan, uint64_t at, unsigned n)
{
	for (unsigned k = 0; k < n; k++) {
		uint64_t entry[2];

		entry[1] =
			random_below(&plan->random, random_chance(&plan->random, 70) ? 100 : 2500);
		entry[0] = plan_place(plan, entry[1]);
		if (!entry[1] && random_chance(&plan->random, 50))
			entry[0] = 0;
		plan_poke(plan, at + k * sizeof(entry), entry, sizeof(entry));
	}
	return at;
}

void plan_vector(struct plan *plan, struct planned *call, unsigned i, uint64_t count)
{
	call->words[i] = entries(plan, plan_place(plan, count * 16), (unsigned) count);
}

/* Descriptors that go along, or something of another kind. */
static size_t control(struct plan *plan, uint64_t *at, bool sent)
{
	static const size_t rooms[] = { 0, 4, 16, 20, 24, 28, 64, 128 };
	struct {
		size_t len; /* struct cmsghdr */
		int level, type, fds[2];
	} one = { .len = CMSG_LEN(sizeof(int)), .level = SOL_SOCKET };
	size_t n = RANDOM_OF(&plan->random, rooms);

	if (sent) {
		n = random_chance(&plan->random, 60) ? 0 : 24;
		one.type = random_chance(&plan->random, 85) ? SCM_RIGHTS : 99;
		one.fds[0] = plan_fd(plan, FILES | FOLDER | EVENT);
		one.fds[1] = plan_fd(plan, FILES | FOLDER | EVENT);
		if (random_chance(&plan->random, 50))
			one.len = CMSG_LEN(2 * sizeof(int));
	}
	*at = n ? plan_place(plan, n) : 0;
	if (sent && n)
		plan_poke(plan, *at, &one, n);
	return n;
}

void plan_message(struct plan *plan, uint64_t at, bool sent)
{
	struct msghdr m = { .msg_flags = 0 };
	uint64_t place = 0;

	memset(&m, 0, sizeof(m));
	if (random_chance(&plan->random, 40)) {
		m.msg_namelen = (socklen_t) random_below(&plan->random, 140);
		place = plan_place(plan, m.msg_namelen);
		m.msg_name = (void *) place;
	}
	if (sent && m.msg_namelen > 4)
		plan_poke(plan, place, "\1\0s\0", 4);
	m.msg_iovlen = random_below(&plan->random, 4);
	place = plan_place(plan, m.msg_iovlen * 16);
	m.msg_iov = (struct iovec *) entries(plan, place, (unsigned) m.msg_iovlen);
	m.msg_controllen = control(plan, &place, sent);
	m.msg_control = (void *) place;
	m.msg_flags = (int) random_below(&plan->random, 100);
	plan_poke(plan, at, &m, sizeof(m));
}

/*
 * Now and then one behind the first that is sent is bad: it ends the call, which those before it
 * have made succeed.  Of those that are received Linux keeps its error for the next call.
 */
void plan_messages(struct plan *plan, uint64_t at, uint64_t count, bool sent)
{
	static const uint64_t many = 1025;

	for (uint64_t k = 0; k < count; k++) {
		plan_message(plan, at + 64 * k, sent);
		if (k && sent && random_chance(&plan->random, 10))
			plan_poke(plan, at + 64 * k + offsetof(struct msghdr, msg_iovlen), &many,
				  sizeof(many));
	}
}

/* Words that no way can reach. */
static uint64_t nowhere(struct plan *plan, bool null)
{
	static const uint64_t words[] = { BLOCK + ROOM, BLOCK + ROOM + 64, UINT64_C(1) << 63,
					  UINT64_MAX, UINT64_MAX - 4095 };

	if (null && random_chance(&plan->random, 40))
		return 0;
	return RANDOM_OF(&plan->random, words);
}

/* A string without its end: it goes on to the block's end, or is longer than any may be. */
static uint64_t endless(struct plan *plan)
{
	static char text[6000];
	size_t n = random_chance(&plan->random, 50) ? 100 : sizeof(text);

	memset(text, 'e', sizeof(text));
	plan_poke(plan, BLOCK + ROOM - n, text, n);
	return BLOCK + ROOM - n;
}

/* So that the argument ends some bytes behind the block, or with it. */
static uint64_t beyond(struct plan *plan, struct planned *call, const struct encase_desc *shape,
		       unsigned i)
{
	const struct encase_arg *arg = &shape->arg[i];
	const uint64_t *words = call->words;
	uint64_t n = arg->size, over = random_below(&plan->random, 9);

	if ((arg->kind & ENCASE_KIND) == ENCASE_BUF) {
		if (shape->pointers >> arg->count & 1)
			return nowhere(plan, false);
		n *= encase_widen(shape->arg[arg->count].type, words[arg->count]);
		if (n > ROOM)
			return nowhere(plan, false);
	} else if ((arg->kind & ENCASE_KIND) != ENCASE_OBJ) {
		return nowhere(plan, false);
	}
	if (n && row_at(call->row)->how[i].fill)
		row_at(call->row)->how[i].fill(plan, call, i, BLOCK + ROOM - n + over, n);
	return BLOCK + ROOM - n + over;
}

static void spoil_pointer(struct plan *plan, struct planned *call, const struct encase_desc *shape,
			  unsigned i)
{
	const struct encase_arg *arg = &shape->arg[i];
	unsigned kind = arg->kind & ENCASE_KIND;

	call->bad_arg = (int) i;
	if (random_chance(&plan->random, 40))
		call->words[i] = nowhere(plan, !(arg->kind & ENCASE_NULLABLE));
	else if (kind == ENCASE_STR || kind == ENCASE_PATH)
		call->words[i] = endless(plan);
	else
		call->words[i] = beyond(plan, call, shape, i);
}

/* An entry of a vector that is wrong. */
static void spoil_entry(struct plan *plan, struct planned *call, unsigned i)
{
	uint64_t entry[2] = { nowhere(plan, true), random_below(&plan->random, 100) };

	call->bad_arg = (int) i;
	if (random_chance(&plan->random, 30))
		entry[1] = UINT64_MAX;
	if (call->words[i])
		plan_poke(plan, call->words[i], entry, sizeof(entry));
}

/* Of no bytes the library does not ask where they are; Linux does sometimes. */
static bool is_empty(const struct encase_desc *shape, unsigned i, const uint64_t *words)
{
	const struct encase_arg *arg = &shape->arg[i];
	unsigned kind = arg->kind & ENCASE_KIND;

	if (kind != ENCASE_BUF && (kind != ENCASE_DEEP || (arg->size & 0xff) > ENCASE_PAGES))
		return false;
	return !(shape->pointers >> arg->count & 1) && !words[arg->count];
}

void plan_spoil(struct plan *plan, struct planned *call)
{
	struct encase_desc shape;
	unsigned drawn = (unsigned) random_below(&plan->random, 8);

	encase_shape(row_at(call->row)->desc, call->words, &shape);
	for (unsigned k = 0; k < 8; k++) {
		unsigned i = (drawn + k) % 8;
		const struct encase_arg *arg = &shape.arg[i];

		if (!(shape.pointers >> i & 1) || !call->words[i] ||
		    is_empty(&shape, i, call->words))
			continue;
		if (arg->kind == (ENCASE_DEEP | ENCASE_IN) && (arg->size & 0xff) == ENCASE_IOVEC &&
		    random_chance(&plan->random, 50))
			spoil_entry(plan, call, i);
		else
			spoil_pointer(plan, call, &shape, i);
		return;
	}
}
