/* SPDX-License-Identifier: MIT */
/*
 * No memory for what has pointers inside, or tells itself how far it reaches: each mapping of a
 * call fails in turn.  It is ENOMEM, nothing is written, nothing is kept, and afterwards all works.
 */
#define _GNU_SOURCE
#include "unit.h"

#include <pthread.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "alloc.h"
#include "enc.h"

#define BASE UNIT_FAR

enum {
	AT_LEN = 64,
	AT_SIZED = 128,
	AT_PAIR = 256,
	AT_MMSG = 512,
	AT_IOV = 1024,
	AT_ARGV = 2048,
	AT_DATA = 4096,
	AT_TEXT = 8192
};

static void lay(void)
{
	struct mmsghdr *m = (struct mmsghdr *) (unit_room + AT_MMSG);
	struct iovec *iov = (struct iovec *) (unit_room + AT_IOV);
	encase_word *argv = (encase_word *) (unit_room + AT_ARGV);
	uint32_t size = 56, length = 16;

	unit_paint();
	memcpy(unit_room + AT_LEN, &length, sizeof(length));
	memcpy(unit_room + AT_SIZED, &size, sizeof(size));
	memcpy(unit_room + AT_PAIR, ((encase_word[]){ BASE + AT_DATA, 8 }), 16);
	for (size_t k = 0; k < 2; k++) {
		iov[k] = (struct iovec){ (void *) (BASE + AT_DATA + 100 * k), 50 };
		memset(&m[k], 0, sizeof(m[k]));
		m[k].msg_hdr.msg_iov = (void *) (BASE + AT_IOV);
		m[k].msg_hdr.msg_iovlen = 2;
	}
	for (size_t k = 0; k < 3; k++)
		argv[k] = BASE + AT_TEXT + 2000 * k; /* which are longer than is read at first */
	argv[3] = 0;
	for (size_t k = 0; k < 4; k++)
		unit_room[AT_TEXT + 1999 * (k + 1)] = 0;
	memcpy(unit_room, "/x", 3);
}

static const struct {
	const struct encase_desc *desc;
	encase_word words[ENCASE_MAX_ARGS];
	unsigned least; /* mappings */
} rows[] = {
	{ &encase_desc_sendmsg, { 1, BASE + AT_MMSG }, 3 },
	{ &encase_desc_recvmsg, { 1, BASE + AT_MMSG }, 3 },
	{ &encase_desc_sendmmsg, { 1, BASE + AT_MMSG, 2 }, 3 },
	{ &encase_desc_recvmmsg, { 1, BASE + AT_MMSG, 2 }, 3 },
	{ &encase_desc_writev, { 1, BASE + AT_IOV, 2 }, 2 },
	{ &encase_desc_readv, { 1, BASE + AT_IOV, 2 }, 2 },
	{ &encase_desc_execve, { BASE, BASE + AT_ARGV, BASE + AT_ARGV }, 5 },
	{ &encase_desc_sched_setattr, { 0, BASE + AT_SIZED }, 1 },
	{ &encase_desc_pselect6, { 0, 0, 0, 0, 0, BASE + AT_PAIR }, 1 },
	{ &encase_desc_getsockopt, { 1, SOL_SOCKET, SO_RCVBUF, BASE + AT_DATA, BASE + AT_LEN }, 2 },
	{ &encase_desc_renameat2, { 0, BASE, 0, BASE + AT_TEXT }, 2 },
};

/* All that is not null is here. */
static void are_there(const struct encase_call *call)
{
	const struct encase_desc *shape = encase_call_shape(call);

	for (unsigned i = 0; i < shape->nargs; i++)
		if (shape->pointers >> i & 1 && encase_arg_word(call, i))
			holds(encase_arg(call, i) && !unit_in_room(encase_arg(call, i)));
}

static long see(struct encase_call *call)
{
	are_there(call);
	return encase_forward(call);
}

static long reach(struct encase_call *call)
{
	int err = encase_reach(call);

	if (err)
		return encase_fail(call, -err);
	are_there(call);
	return 0;
}

struct attempt {
	struct encase_cage *cage;
	size_t row;
	unsigned nth;
	long result;
	bool failed, changed, kept;
};

/* One call on a thread whose scratch is full. */
static void *attempt(void *arg)
{
	static char before[UNIT_ROOM];
	struct attempt *a = arg;
	size_t room;

	same(enter(a->cage, getcwd, BASE, 8), 0); /* makes the scratch */
	lay();
	memcpy(before, unit_room, UNIT_ROOM);
	room = enc_thread.room;
	enc_thread.room = 0;
	alloc_fail_at(a->nth);
	a->result = encase_enter(a->cage, rows[a->row].desc, rows[a->row].words);
	a->failed = alloc_failed();
	a->changed = memcmp(before, unit_room, UNIT_ROOM) != 0;
	a->kept = enc_thread.shadows || enc_thread.used || enc_thread.top != &enc_nobody;
	if (a->failed) {
		lay();
		same(encase_enter(a->cage, rows[a->row].desc, rows[a->row].words), 0);
	}
	enc_thread.room = room;
	return NULL;
}

static void fail_row(struct encase_cage *cage, size_t row)
{
	struct alloc_live before = alloc_live();
	struct attempt a = { .cage = cage, .row = row };
	pthread_t thread;

	do {
		unit_row("row %zu, mapping %u", row, ++a.nth);
		same(pthread_create(&thread, NULL, attempt, &a), 0);
		same(pthread_join(thread, NULL), 0);
		/* What only saves reads, or counts, may fail unnoticed. */
		if (a.result)
			same(a.result, -ENOMEM);
		holds(a.failed || !a.result);
		holds(!a.result || !a.changed);
		holds(!a.kept);
	} while (a.failed);
	holds(a.nth > rows[row].least);
	holds(alloc_same(before, alloc_live()));
}

Test(oom_deep, each_mapping)
{
	static const struct encase_memory *const memories[] = { &unit_far_memory,
								&unit_gathering_memory };

	for (unsigned i = 0; i < 2 * LENGTH(memories); i++) {
		struct encase_cage *cage = unit_cage(memories[i / 2], NULL);
		struct unit_layer layer;

		probe.answer = reach;
		if (i & 1)
			unit_push_any(cage, &layer, see, ENCASE_COPY);
		for (size_t row = 0; row < LENGTH(rows); row++)
			fail_row(cage, row);
		unit_free(cage);
	}
}
