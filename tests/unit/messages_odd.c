/* SPDX-License-Identifier: MIT */
/* Of messages what Linux does not look at, or only of those that are sent; docs/forwarding.md, section 3. */
#define _GNU_SOURCE
#include "messages.h"

static long tell_count(struct encase_call *call)
{
	int err = encase_reach(call);

	return err ? encase_fail(call, -err) : (long) encase_arg_word(call, 2);
}

#define TOO_MUCH \
	(UINT64_C(1) << 31) /* of control data that is sent; of what is received nobody asks */

static const struct {
	size_t k;         /* the message with too much of it, */
	bool none, entry; /* which has none, or an entry that cannot be, too */
	long sent, received;
} controls[] = {
	{ 0, false, false, -ENOBUFS, -EFAULT }, { 2, false, false, 2, -EFAULT },
	{ 0, true, false, -ENOBUFS, ALL },      { 1, true, false, 1, ALL },
	{ 0, false, true, -EINVAL, -EINVAL },   { 1, true, true, 1, 1 },
};

Test(messages, with_too_much_control_data)
{
	probe.answer = tell_count;
	for (size_t i = 0; i < 4 * LENGTH(controls); i++) {
		struct encase_cage *cage = unit_far_cage();
		bool sent = i & 1;
		const struct encase_desc *desc =
			sent ? &encase_desc_sendmmsg : &encase_desc_recvmmsg;
		size_t k = controls[i / 4].k;
		struct unit_layer layer;
		struct mmsghdr *m;

		unit_row("row %zu, %zu", i / 4, i % 4);
		unit_raw(&layer, desc, lab_forward, i & 2 ? ENCASE_COPY : ENCASE_PASS);
		unit_push(cage, &layer.layer);
		m = lay(BASE);
		m[k].msg_hdr.msg_controllen = TOO_MUCH;
		if (controls[i / 4].none)
			m[k].msg_hdr.msg_control = NULL;
		if (controls[i / 4].entry)
			memset(unit_room + at_of(k) + IOV + 8, 0xff, 8);
		same(encase_enter(cage, desc, WORDS(1, BASE + AT_MMSG, ALL, 0, 0)),
		     sent ? controls[i / 4].sent : controls[i / 4].received);
		unit_free(cage);
	}
}

/* It is read as far as there is room: what cannot be had is no memory. */
Test(messages, with_control_data_that_nobody_has_memory_for)
{
	static struct msghdr one = { .msg_controllen = TOO_MUCH };
	static char own_control[8];
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layer;

	one.msg_control = own_control;
	unit_raw(&layer, &encase_desc_recvmsg, lab_forward, ENCASE_COPY);
	unit_push(cage, &layer.layer);
	same(enter(cage, recvmsg, 1, WORD(&one), 0), -ENOMEM);
	one.msg_controllen = UINT64_MAX - 8;
	same(enter(cage, recvmsg, 1, WORD(&one), 0), -EFAULT);
	unit_free(cage);
}

static unsigned namelen;

static long see_name(struct encase_call *call)
{
	const struct mmsghdr *m = encase_arg(call, 1);

	namelen = m->msg_hdr.msg_namelen;
	return encase_forward(call);
}

/* What is above, Linux does not look at, and there is no room for it in the copy. */
Test(messages, names_have_the_length_that_counts)
{
	for (unsigned sent = 0; sent < 2; sent++) {
		const struct encase_desc *desc =
			sent ? &encase_desc_sendmmsg : &encase_desc_recvmmsg;
		struct encase_cage *cage = unit_far_cage();
		struct unit_layer layer;
		struct mmsghdr *m = lay(BASE);

		probe.answer = lab_reach;
		unit_raw(&layer, desc, see_name, ENCASE_COPY);
		unit_push(cage, &layer.layer);
		for (unsigned n = 126; n < 131; n++) {
			m->msg_hdr.msg_namelen = n;
			same(encase_enter(cage, desc, WORDS(1, BASE + AT_MMSG, 1, 0, 0)), 0);
			same(namelen, n < 128 ? n : 128);
		}
		m->msg_hdr.msg_name = NULL;
		m->msg_hdr.msg_namelen = 130;
		same(encase_enter(cage, desc, WORDS(1, BASE + AT_MMSG, 1, 0, 0)), 0);
		same(namelen, 130);
		unit_free(cage);
	}
}

static encase_word last_count;

static long set_then_ask(struct encase_call *call)
{
	same(encase_set_arg(call, 3, 0), 0);
	if (last_count)
		same(encase_set_arg(call, 2, last_count), 0);
	same(encase_arg_data(call, 1, NULL, NULL), 0);
	return encase_forward(call);
}

/* 2.6: what was asked for is sent, with the count that it has. */
Test(messages, are_lowered_for_who_asks_after_setting)
{
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layer;
	struct mmsghdr *m = lay(BASE);

	probe.answer = tell_count;
	m[2].msg_hdr.msg_iovlen = 1025;
	unit_raw(&layer, &encase_desc_sendmmsg, set_then_ask, ENCASE_PASS);
	unit_push(cage, &layer.layer);
	same(enter(cage, sendmmsg, 1, BASE + AT_MMSG, ALL, 0), 2);
	last_count = 1;
	same(enter(cage, sendmmsg, 1, BASE + AT_MMSG, ALL, 0), 1);
	last_count = ALL + 1; /* more than arrived */
	same(enter(cage, sendmmsg, 1, BASE + AT_MMSG, ALL, 0), -EINVAL);
	unit_free(cage);
}

static long receive_nameless(struct encase_call *call)
{
	struct mmsghdr *m;

	same(encase_reach(call), 0);
	m = encase_arg(call, 1);
	m->msg_hdr.msg_namelen = 110;
	return 1;
}

/* Of a name that there is no room for Linux does not tell the length, either. */
Test(messages, that_are_received_without_a_name)
{
	struct encase_cage *cage = unit_far_cage();
	struct mmsghdr *m = lay(BASE);

	m->msg_hdr.msg_name = NULL;
	probe.answer = receive_nameless;
	same(enter(cage, recvmmsg, 1, BASE + AT_MMSG, ALL, 0, 0), 1);
	same(m->msg_hdr.msg_namelen, 7);
	unit_free(cage);
}
