/* SPDX-License-Identifier: MIT */
/*
 * What is seen of lengths in pairs and messages, and of what is between a message's parts.
 * docs/forwarding.md, 3 and 3.7.
 */
#include "nested.h"

/* One entry will do. */
static struct msghdr *lay_one(encase_word base)
{
	struct msghdr *m = lay(base);

	m->msg_iovlen = 1;
	return m;
}

/* What a pair says counts, whatever becomes of its bytes; one of nothing has no length. */
static long see_pair(struct encase_call *call)
{
	const encase_word *pair = encase_arg(call, 5);

	same(pair[0], 0);
	same(pair[1], 0);
	return encase_forward(call);
}

Test(nested, pairs_of_nothing)
{
	struct encase_cage *cage = unit_far_cage();
	encase_word *pair = (encase_word *) (unit_room + AT_MSG);
	struct unit_layer layer;

	unit_raw(&layer, &encase_desc_pselect6, see_pair, ENCASE_COPY);
	unit_push(cage, &layer.layer);
	pair[0] = 0;
	pair[1] = 5000;
	same(enter(cage, pselect6, 0, 0, 0, 0, 0, BASE + AT_MSG), 0);
	same(encase_traffic(cage).from_cage, 16);
	pair[0] = BASE + 1;
	same(enter(cage, pselect6, 0, 0, 0, 0, 0, BASE + AT_MSG), -EINVAL);
	same(encase_traffic(cage).from_cage, 32);
	unit_free(cage);
}

static struct msghdr seen;

static long see(struct encase_call *call)
{
	encase_reach(call); /* below; a handler may not, and need not */
	memcpy(&seen, encase_arg(call, 1), sizeof(seen));
	return 0;
}

/* A name is as long as Linux looks at it; where there is none, its length is nobody's business. */
Test(nested, names_are_cut)
{
	static const unsigned lengths[][2] = {
		{ 127, 127 }, { 128, 128 }, { 129, 128 }, { 300, 128 }, { INT32_MAX, 128 }
	};

	probe.answer = see;
	for (unsigned copied = 0; copied < 2; copied++) {
		struct encase_cage *cage = unit_far_cage();
		struct unit_layer layer;
		struct msghdr *m;

		unit_raw(&layer, &encase_desc_recvmsg, copied ? see : lab_forward,
			 copied ? ENCASE_COPY : ENCASE_PASS);
		unit_push(cage, &layer.layer);
		for (size_t i = 0; i < LENGTH(lengths); i++) {
			unit_row("%u, %u", lengths[i][0], copied);
			m = lay_one(BASE);
			m->msg_namelen = lengths[i][0];
			same(enter(cage, recvmsg, 1, BASE + AT_MSG, 0), 0);
			same(seen.msg_namelen, lengths[i][1]);
			same(m->msg_namelen, lengths[i][1]);
		}
		m = lay_one(BASE);
		m->msg_name = NULL;
		m->msg_namelen = 5000;
		m->msg_iovlen = 0;
		same(enter(cage, recvmsg, 1, BASE + AT_MSG, 0), 0);
		same(seen.msg_name, NULL);
		same(m->msg_namelen, 5000);
		holds(seen.msg_iov && !unit_in_room(seen.msg_iov));
		m->msg_iov = NULL;
		same(enter(cage, recvmsg, 1, BASE + AT_MSG, 0), 0);
		same(seen.msg_iov, NULL);
		unit_free(cage);
	}
}

/* What is between a message's parts is zeros, not what stood there before. */
static long see_between(struct encase_call *call)
{
	const struct msghdr *m = encase_arg(call, 1);
	const char *control = m->msg_control, *name = m->msg_name, *data = m->msg_iov[0].iov_base;

	same(name - control, 8);
	same(data - name, 8);
	holds(!memcmp(control + 3, "\0\0\0\0", 5));
	holds(!memcmp(name + 5, "\0\0", 3));
	memset(encase_arg(call, 1), 0xff, (size_t) (data - (const char *) m));
	return 0;
}

Test(nested, between_parts_there_is_nothing)
{
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layer;

	unit_raw(&layer, &encase_desc_sendmsg, see_between, ENCASE_COPY);
	unit_push(cage, &layer.layer);
	for (unsigned i = 0; i < 2; i++) {
		struct msghdr *m = lay_one(BASE);

		m->msg_controllen = 3;
		m->msg_namelen = 5;
		same(enter(cage, sendmsg, 1, BASE + AT_MSG, 0), 0);
	}
	unit_free(cage);
}
