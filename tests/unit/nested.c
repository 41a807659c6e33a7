/* SPDX-License-Identifier: MIT */
/*
 * Structures with pointers inside: pairs and messages, by pselect6(), sendmsg() and
 * recvmsg().  What the kernel makes of them is in tests/conform/canaries.c.
 */
#include "nested.h"

static char own[100];

/* That a message of ours is what the cage's was. */
static void is_whole(const struct msghdr *m)
{
	same(m->msg_namelen, 16);
	same(m->msg_iovlen, 2);
	same(m->msg_controllen, 24);
	same(m->msg_iov[0].iov_len, 10);
	same(m->msg_iov[1].iov_len, 20);
	holds(!unit_in_room(m) && !unit_in_room(m->msg_iov));
	unit_is_copy(m->msg_name, 16, AT_NAME);
	unit_is_copy(m->msg_control, 24, AT_CONTROL);
	unit_is_copy(m->msg_iov[0].iov_base, 10, AT_DATA);
	unit_is_copy(m->msg_iov[1].iov_base, 20, AT_MORE);
}

/* -- What is seen ---------------------------------------------------------- */

/* The cage changes all of it when it has been looked at. */
static long check_then_change(struct encase_call *call)
{
	is_whole(encase_arg(call, 1));
	memset(unit_room + AT_MSG, 0xff, UNIT_ROOM - AT_MSG);
	return encase_forward(call);
}

static long check_below(struct encase_call *call)
{
	int err = encase_reach(call);

	if (err)
		return encase_fail(call, -err);
	is_whole(encase_arg(call, 1));
	return 30;
}

Test(nested, what_was_checked_is_used)
{
	for (unsigned far = 0; far < 2; far++) {
		struct encase_cage *cage = far ? unit_far_cage() : unit_arena_cage();
		encase_word base = far ? BASE : 0;
		struct unit_layer layer;

		probe.answer = check_below;
		lay(base);
		same(enter(cage, sendmsg, 1, base + AT_MSG, 0), 30);
		unit_raw(&layer, &encase_desc_sendmsg, check_then_change, ENCASE_COPY);
		unit_push(cage, &layer.layer);
		lay(base);
		same(enter(cage, sendmsg, 1, base + AT_MSG, 0), 30);
		same(encase_traffic(cage).from_cage, 2 * (56 + 32 + 16 + 24 + 30));
		unit_free(cage);
	}
}

/* -- Errors ---------------------------------------------------------------- */

static const struct {
	size_t at; /* of a word in the cage, */
	encase_word word;
	long err;
} bad[] = {
	{ AT_MSG + offsetof(struct msghdr, msg_iovlen), 1025, -EMSGSIZE },
	{ AT_MSG + offsetof(struct msghdr, msg_iovlen), UINT64_MAX, -EMSGSIZE },
	{ AT_MSG + offsetof(struct msghdr, msg_namelen), UINT32_MAX, -EINVAL },
	{ AT_MSG + offsetof(struct msghdr, msg_iov), BASE + UNIT_ROOM - 31, -EFAULT },
	{ AT_MSG + offsetof(struct msghdr, msg_name), BASE + UNIT_ROOM - 15, -EFAULT },
	{ AT_MSG + offsetof(struct msghdr, msg_control), BASE + UNIT_ROOM - 23, -EFAULT },
	{ AT_MSG + offsetof(struct msghdr, msg_controllen), UNIT_ROOM, -EFAULT },
	{ AT_MSG + offsetof(struct msghdr, msg_iov), 0, -EFAULT },
	{ AT_IOV, BASE + UNIT_ROOM - 9, -EFAULT },
	{ AT_IOV + 16, 0, -EFAULT },
	{ AT_IOV + 8, UINT64_C(1) << 63, -EINVAL },
	{ AT_IOV, BASE + UNIT_ROOM - 10, 0 },
	{ AT_MSG + offsetof(struct msghdr, msg_name), 0, 0 },
	{ AT_MSG + offsetof(struct msghdr, msg_control), 0, 0 },
};

Test(nested, messages_that_cannot_be)
{
	probe.answer = lab_reach;
	for (unsigned copied = 0; copied < 4; copied++) {
		const struct encase_desc *desc =
			copied & 2 ? &encase_desc_recvmsg : &encase_desc_sendmsg;
		struct encase_cage *cage = unit_far_cage();
		struct unit_layer layer;

		unit_raw(&layer, desc, lab_forward, copied & 1 ? ENCASE_COPY : ENCASE_PASS);
		unit_push(cage, &layer.layer);
		for (size_t i = 0; i < LENGTH(bad); i++) {
			unit_row("row %zu, %u", i, copied);
			lay(BASE);
			memcpy(unit_room + bad[i].at, &bad[i].word, 8);
			same(encase_enter(cage, desc, WORDS(1, BASE + AT_MSG, 0)), bad[i].err);
		}
		same(encase_enter(cage, desc, WORDS(1, BASE + UNIT_ROOM - 55, 0)), -EFAULT);
		unit_free(cage);
	}
}

Test(nested, pairs)
{
	struct encase_cage *cage = unit_far_cage();
	encase_word *pair = (encase_word *) (unit_room + AT_MSG);
	struct unit_layer layer;

	probe.answer = lab_reach;
	for (unsigned copied = 0; copied < 2; copied++) {
		pair[0] = BASE + UNIT_ROOM - 8;
		pair[1] = 8;
		same(enter(cage, pselect6, 0, 0, 0, 0, 0, BASE + AT_MSG), 0);
		pair[1] = 9;
		same(enter(cage, pselect6, 0, 0, 0, 0, 0, BASE + AT_MSG), -EFAULT);
		pair[1] = 4097;
		same(enter(cage, pselect6, 0, 0, 0, 0, 0, BASE + AT_MSG), -EINVAL);
		pair[0] = 0;
		same(enter(cage, pselect6, 0, 0, 0, 0, 0, BASE + AT_MSG), 0);
		same(enter(cage, pselect6, 0, 0, 0, 0, 0, BASE + UNIT_ROOM - 15), -EFAULT);
		if (copied)
			break;
		unit_raw(&layer, &encase_desc_pselect6, lab_forward, ENCASE_COPY);
		unit_push(cage, &layer.layer);
	}
	unit_free(cage);
}

/* -- Asked for in vain ------------------------------------------------------ */

static int refused_with;
static unsigned asked_for;

static long ask(struct encase_call *call)
{
	void *data = own;
	size_t len = 7;

	same(encase_arg_data(call, asked_for, &data, &len), refused_with);
	holds(data == own && len == 7);
	return 0;
}

static void ask_of(const struct encase_desc *desc, unsigned i, const encase_word *words)
{
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layer;

	asked_for = i;
	unit_raw(&layer, desc, ask, ENCASE_PASS);
	unit_push(cage, &layer.layer);
	same(encase_enter(cage, desc, words), 0);
	unit_free(cage);
}

Test(nested, asked_for_in_vain)
{
	for (size_t i = 0; i < LENGTH(bad); i++) {
		unit_row("row %zu", i);
		lay(BASE);
		memcpy(unit_room + bad[i].at, &bad[i].word, 8);
		refused_with = (int) bad[i].err;
		if (refused_with)
			ask_of(&encase_desc_sendmsg, 1, WORDS(1, BASE + AT_MSG, 0));
	}
	refused_with = -ENOSYS;
	ask_of(&encase_desc_io_submit, 2, WORDS(1, 1, BASE + AT_MSG));
	memset(unit_room, 'x', UNIT_ROOM - 1);
	unit_room[UNIT_ROOM - 1] = 0;
	for (encase_word k = 0, at = BASE + 4096; k < 200; k++)
		memcpy(unit_room + 8 * k, &at, sizeof(at));
	memset(unit_room + 1600, 0, 8);
	refused_with = -E2BIG; /* the same long string, again and again */
	ask_of(&encase_desc_execve, 1, WORDS(BASE, BASE, 0));
}

/* -- What handlers may change ---------------------------------------------- */

static unsigned change;

static long change_one(struct encase_call *call)
{
	struct msghdr *m = encase_arg(call, 1);
	static const size_t beyond = 1 << 16;

	switch (change) {
	case 0:
		m->msg_iov[1].iov_len++; /* the last bytes of the copy */
		break;
	case 1:
		m->msg_controllen += beyond;
		break;
	case 2:
		m->msg_iovlen = 1024;
		break;
	case 3:
		m->msg_iovlen = 1025;
		break;
	case 4:
		m->msg_iov[0].iov_base = (char *) m->msg_iov[0].iov_base + 21;
		break;
	case 5:
		m->msg_iov[1].iov_len = 3;
		m->msg_name = NULL;
		break;
	case 6:
		m->msg_iov[1] = (struct iovec){ own, sizeof(own) };
		m->msg_control = own;
		break;
	}
	return encase_forward(call);
}

Test(nested, what_is_given_stays_within_the_copy)
{
	static const long wanted[] = { -EINVAL, -EINVAL, -EINVAL, -EINVAL, -EINVAL, 0, 0 };
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layer;

	unit_raw(&layer, &encase_desc_sendmsg, change_one, ENCASE_COPY);
	unit_push(cage, &layer.layer);
	for (change = 0; change < LENGTH(wanted); change++) {
		unit_row("change %u", change);
		lay(BASE);
		same(enter(cage, sendmsg, 1, BASE + AT_MSG, 0), wanted[change]);
	}
	unit_free(cage);
}

/* -- What goes up ---------------------------------------------------------- */

/* More than there is room for, as Linux tells of what it has cut. */
static long receive(struct encase_call *call)
{
	struct msghdr *m;

	same(encase_reach(call), 0);
	m = encase_arg(call, 1);
	memset(m->msg_name, 'N', 16);
	memset(m->msg_control, 'C', 24);
	memset(m->msg_iov[0].iov_base, 'D', 10);
	memset(m->msg_iov[1].iov_base, 'D', 20);
	m->msg_namelen = 110;
	m->msg_controllen = 5;
	m->msg_flags = MSG_TRUNC;
	return probe.result;
}

static bool are(size_t at, size_t n, char byte)
{
	for (size_t i = 0; i < n; i++)
		if (unit_room[at + i] != byte)
			return false;
	return unit_room[at + n] == unit_byte(at + n);
}

Test(nested, what_is_received_goes_where_the_cage_said)
{
	for (unsigned copied = 0; copied < 2; copied++) {
		struct encase_cage *cage = unit_far_cage();
		struct msghdr *m;
		struct unit_layer layer;

		unit_raw(&layer, &encase_desc_recvmsg, lab_forward,
			 copied ? ENCASE_COPY : ENCASE_PASS);
		unit_push(cage, &layer.layer);
		probe.answer = receive;
		probe.result = 13;
		m = lay(BASE);
		same(enter(cage, recvmsg, 1, BASE + AT_MSG, 0), 13);
		same(m->msg_namelen, 110);
		same(m->msg_controllen, 5);
		same(m->msg_flags, MSG_TRUNC);
		same(WORD(m->msg_name), BASE + AT_NAME);
		same(WORD(m->msg_iov), BASE + AT_IOV);
		holds(are(AT_NAME, 16, 'N') && are(AT_CONTROL, 5, 'C'));
		holds(are(AT_DATA, 10, 'D') && are(AT_MORE, 3, 'D'));
		probe.result = -EAGAIN;
		m = lay(BASE);
		same(enter(cage, recvmsg, 1, BASE + AT_MSG, 0), -EAGAIN);
		same(m->msg_namelen, 16);
		holds(are(AT_NAME, 0, 'N') && are(AT_DATA, 0, 'D'));
		unit_free(cage);
	}
}
