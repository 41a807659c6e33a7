/* SPDX-License-Identifier: MIT */
/* Many messages, by sendmmsg() and recvmmsg().  What the kernel makes of them: conform/canaries.c. */
#define _GNU_SOURCE
#include "messages.h"

/* That messages of ours are the first of what the cage's were. */
static void are_whole(const struct mmsghdr *m, size_t n)
{
	holds(!unit_in_room(m));
	for (size_t k = 0; k < n; k++) {
		const struct msghdr *one = &m[k].msg_hdr;

		same(m[k].msg_len, 70 + k);
		same(one->msg_namelen, 7 + k);
		same(one->msg_iovlen, k + 1);
		same(one->msg_controllen, 21 + k);
		unit_is_copy(one->msg_name, 7 + k, at_of(k) + NAME);
		unit_is_copy(one->msg_control, 21 + k, at_of(k) + CONTROL);
		same(WORD(one->msg_control) % 8, 0);
		holds(!unit_in_room(one->msg_iov));
		for (size_t i = 0; i <= k; i++) {
			same(one->msg_iov[i].iov_len, 11 + i);
			unit_is_copy(one->msg_iov[i].iov_base, 11 + i, at_of(k) + DATA + i * 20);
		}
	}
}

/* -- What is seen ---------------------------------------------------------- */

/* The cage changes all of it when it has been looked at. */
static long check_then_change(struct encase_call *call)
{
	are_whole(encase_arg(call, 1), ALL);
	memset(unit_room + AT_MMSG, 0xff, UNIT_ROOM - AT_MMSG);
	return encase_forward(call);
}

static long check_below(struct encase_call *call)
{
	int err = encase_reach(call);

	if (err)
		return encase_fail(call, -err);
	are_whole(encase_arg(call, 1), encase_arg_word(call, 2));
	return 0;
}

/* In bytes: structures, entries, control data, names and what is sent. */
#define SENT (ALL * 64 + 6 * 16 + (21 + 22 + 23) + (7 + 8 + 9) + (11 + 11 + 12 + 11 + 12 + 13))

Test(messages, what_was_checked_is_used)
{
	for (unsigned which = 0; which < 3; which++) {
		struct encase_cage *cage = !which       ? unit_arena_cage()
					   : which == 1 ? unit_far_cage()
							: unit_cage(&unit_gathering_memory, NULL);
		encase_word base = which ? BASE : 0;
		struct unit_layer layer;

		unit_row("memory %u", which);
		probe.answer = check_below;
		lay(base);
		unit_far.reads = unit_far.gathers = 0;
		same(enter(cage, sendmmsg, 1, base + AT_MMSG, ALL, 0), 0);
		if (which == 2) { /* structures, then all entries, then all that those name */
			same(unit_far.reads, 1);
			same(unit_far.gathers, 2);
		}
		unit_raw(&layer, &encase_desc_sendmmsg, check_then_change, ENCASE_COPY);
		unit_push(cage, &layer.layer);
		lay(base);
		same(enter(cage, sendmmsg, 1, base + AT_MMSG, ALL, 0), 0);
		same(encase_traffic(cage).from_cage, 2 * SENT);
		unit_free(cage);
	}
}

/* -- Errors ---------------------------------------------------------------- */

#define HDR(k, field) AT_MMSG + (k) * sizeof(struct mmsghdr) + offsetof(struct msghdr, field)

static const struct {
	size_t at; /* of a word in the cage, */
	encase_word word;
	long result; /* which of messages tells how many are left */
} bad[] = {
	{ HDR(0, msg_iovlen), 1025, -EMSGSIZE },
	{ HDR(0, msg_namelen), UINT32_MAX, -EINVAL },
	{ AT_EACH + IOV + 8, UINT64_C(1) << 63, -EINVAL },
	{ HDR(1, msg_iovlen), 1025, 1 },
	{ HDR(1, msg_namelen), UINT32_MAX, 1 },
	{ AT_EACH + EACH + IOV + 8, UINT64_C(1) << 63, 1 },
	{ AT_EACH + 2 * EACH + IOV + 24, UINT64_C(1) << 63, 2 },
	{ HDR(0, msg_iov), 0, -EFAULT },
	{ HDR(2, msg_iov), 0, -EFAULT },
	{ HDR(1, msg_iov), BASE + UNIT_ROOM - 31, -EFAULT },
	{ HDR(1, msg_name), BASE + UNIT_ROOM - 7, -EFAULT },
	{ HDR(1, msg_control), BASE + UNIT_ROOM - 21, -EFAULT },
	{ AT_EACH + EACH + IOV, BASE + UNIT_ROOM - 10, -EFAULT },
	{ AT_EACH + 2 * EACH + IOV + 32, 0, -EFAULT },
};

static bool whole; /* those that are left are to be */

static long tell_count(struct encase_call *call)
{
	int err = encase_reach(call);

	if (!err && whole)
		are_whole(encase_arg(call, 1), encase_arg_word(call, 2));
	return err ? encase_fail(call, -err) : (long) encase_arg_word(call, 2);
}

Test(messages, that_cannot_be)
{
	probe.answer = tell_count;
	for (unsigned copied = 0; copied < 4; copied++) {
		const struct encase_desc *desc =
			copied & 2 ? &encase_desc_recvmmsg : &encase_desc_sendmmsg;
		struct encase_cage *cage = unit_far_cage();
		struct unit_layer layer;
		struct mmsghdr *m;

		unit_raw(&layer, desc, lab_forward, copied & 1 ? ENCASE_COPY : ENCASE_PASS);
		unit_push(cage, &layer.layer);
		for (size_t i = 0; i < LENGTH(bad); i++) {
			unit_row("row %zu, %u", i, copied);
			lay(BASE);
			memcpy(unit_room + bad[i].at, &bad[i].word, 8);
			whole = !(copied & 2) && bad[i].result > 0;
			same(encase_enter(cage, desc, WORDS(1, BASE + AT_MMSG, ALL, 0, 0)),
			     bad[i].result);
		}
		whole = false;
		m = lay(BASE);
		m[1].msg_hdr.msg_name = NULL; /* nobody asks how long it is */
		m[1].msg_hdr.msg_namelen = UINT32_MAX;
		same(encase_enter(cage, desc, WORDS(1, BASE + AT_MMSG, ALL, 0, 0)), ALL);
		same(encase_enter(cage, desc, WORDS(1, BASE + UNIT_ROOM - 127, 2, 0, 0)), -EFAULT);
		same(encase_enter(cage, desc, WORDS(1, 0, 1, 0, 0)), copied & 1 ? -EFAULT : 1);
		same(encase_enter(cage, desc, WORDS(1, 0, 0, 0, 0)), 0);
		same(encase_enter(cage, desc, WORDS(1, BASE + AT_MMSG, 0, 0, 0)), 0);
		unit_free(cage);
	}
}

/* More than Linux takes at once: the first of them. */
Test(messages, that_are_too_many)
{
	static char room[1025 * sizeof(struct mmsghdr)];
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layer;

	unit_raw(&layer, &encase_desc_recvmmsg, lab_forward, ENCASE_COPY);
	unit_push(cage, &layer.layer);
	probe.answer = tell_count;
	same(enter(cage, recvmmsg, 1, WORD(room), 1024, 0, 0), 1024);
	same(enter(cage, recvmmsg, 1, WORD(room), 1025, 0, 0), 1024);
	unit_free(cage);
}

/* Of several more bytes than any call moves; one has its entries cut to that. */
Test(messages, that_are_too_large_together)
{
	enum { N = 33 };
	struct mmsghdr *m = (struct mmsghdr *) (unit_room + AT_MMSG);
	struct iovec *iov = (struct iovec *) (unit_room + AT_HEAD);
	struct encase_cage *cage = unit_far_cage();

	probe.answer = tell_count;
	for (size_t i = 0; i < 1024; i++)
		iov[i] = (struct iovec){ (void *) BASE, UNIT_ROOM };
	memset(m, 0, N * sizeof(*m));
	for (size_t k = 0; k < N; k++) {
		m[k].msg_hdr.msg_iov = (void *) (BASE + AT_HEAD);
		m[k].msg_hdr.msg_iovlen = 1024;
	}
	same(enter(cage, sendmmsg, 1, BASE + AT_MMSG, N, 0), -ENOMEM);
	same(enter(cage, recvmmsg, 1, BASE + AT_MMSG, N, 0, 0), -ENOMEM);
	same(enter(cage, recvmmsg, 1, BASE + AT_MMSG, 1, 0, 0), 1);
	unit_free(cage);
}

/* -- What handlers may change ---------------------------------------------- */

static unsigned change;
static char own[100];
static struct mmsghdr own_many[1025];

static long change_one(struct encase_call *call)
{
	struct mmsghdr *m = encase_arg(call, 1), *last = &m[ALL - 1];

	switch (change) {
	case 0:
		last->msg_hdr.msg_iov[2].iov_len++; /* the last bytes of the copy */
		break;
	case 1:
		m[1].msg_hdr.msg_controllen += 1 << 16;
		break;
	case 2:
		m[1].msg_hdr.msg_iovlen = 1024;
		break;
	case 3:
		last->msg_hdr.msg_iovlen = 1025;
		break;
	case 4:
		last->msg_hdr.msg_name = (char *) unit_room + 1;
		last->msg_hdr.msg_iov[1].iov_base = last->msg_hdr.msg_iov[2].iov_base;
		m[0].msg_len = 1000;
		m[1].msg_hdr.msg_control = own;
		break;
	case 5:
		encase_set_arg(call, 2, ALL - 1);
		break;
	case 6: /* as far as the copy goes there are messages of other places */
		encase_set_arg(call, 1, WORD(last));
		encase_set_arg(call, 2, 1024);
		break;
	case 7:
		encase_set_arg(call, 2, ALL + 1);
		break;
	case 8:
		encase_set_arg(call, 1, WORD(own_many));
		encase_set_arg(call, 2, LENGTH(own_many));
		break;
	}
	return encase_forward(call);
}

Test(messages, what_is_given_stays_within_the_copy)
{
	static const long wanted[] = { -EINVAL, -EINVAL, -EINVAL, -EINVAL, ALL,
				       ALL - 1, -EINVAL, -EINVAL, -EINVAL };
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layer;

	probe.answer = tell_count;
	unit_raw(&layer, &encase_desc_sendmmsg, change_one, ENCASE_COPY);
	unit_push(cage, &layer.layer);
	for (change = 0; change < LENGTH(wanted); change++) {
		unit_row("change %u", change);
		lay(BASE);
		same(enter(cage, sendmmsg, 1, BASE + AT_MMSG, ALL, 0), wanted[change]);
	}
	unit_free(cage);
}

/* -- What goes up ---------------------------------------------------------- */

static long receive(struct encase_call *call)
{
	struct mmsghdr *m;

	same(encase_reach(call), 0);
	m = encase_arg(call, 1);
	for (size_t k = 0; k < ALL; k++) {
		struct msghdr *one = &m[k].msg_hdr;

		memset(one->msg_name, 'N', one->msg_namelen);
		memset(one->msg_control, 'C', one->msg_controllen);
		for (size_t i = 0; i <= k; i++)
			memset(one->msg_iov[i].iov_base, 'D', one->msg_iov[i].iov_len);
		one->msg_namelen = 110;
		one->msg_controllen = 5;
		one->msg_flags = MSG_TRUNC;
		m[k].msg_len = k ? 13 : 1000;
	}
	return probe.result;
}

static bool are(size_t at, size_t n, char byte)
{
	for (size_t i = 0; i < n; i++)
		if (unit_room[at + i] != byte)
			return false;
	return unit_room[at + n] == unit_byte(at + n);
}

/* Whether message k has been received, or is as it was. */
static void is_received(const struct mmsghdr *m, size_t k, bool received)
{
	same(m[k].msg_len, !received ? 70 + k : k ? 13 : 1000);
	same(m[k].msg_hdr.msg_namelen, received ? 110 : 7 + k);
	same(m[k].msg_hdr.msg_controllen, received ? 5 : 21 + k);
	same(m[k].msg_hdr.msg_flags, received ? MSG_TRUNC : 0);
	same(WORD(m[k].msg_hdr.msg_name), BASE + at_of(k) + NAME);
	same(WORD(m[k].msg_hdr.msg_iov), BASE + at_of(k) + IOV);
	holds(are(at_of(k) + NAME, received ? 7 + k : 0, 'N'));
	holds(are(at_of(k) + CONTROL, received ? 5 : 0, 'C'));
	holds(are(at_of(k) + DATA, received ? 11 : 0, 'D'));
	if (k)
		holds(are(at_of(k) + DATA + 20, received ? 2 : 0, 'D'));
}

Test(messages, what_is_received_goes_where_the_cage_said)
{
	static const long results[] = { -EAGAIN, 0, 1, 2, ALL };

	for (unsigned i = 0; i < 2 * LENGTH(results); i++) {
		struct encase_cage *cage = unit_far_cage();
		long result = results[i / 2];
		struct mmsghdr *m;
		struct unit_layer layer;

		unit_row("%ld, %u", result, i);
		unit_raw(&layer, &encase_desc_recvmmsg, lab_forward,
			 i & 1 ? ENCASE_COPY : ENCASE_PASS);
		unit_push(cage, &layer.layer);
		probe.answer = receive;
		probe.result = result;
		m = lay(BASE);
		same(enter(cage, recvmmsg, 1, BASE + AT_MMSG, ALL, 0, 0), result);
		for (size_t k = 0; k < ALL; k++)
			is_received(m, k, (long) k < result);
		unit_free(cage);
	}
}

/* Of messages that were sent how many bytes, and nothing else. */
Test(messages, that_are_sent_have_their_lengths_written)
{
	for (unsigned copied = 0; copied < 2; copied++) {
		struct encase_cage *cage = unit_far_cage();
		struct unit_layer layer;
		char before[UNIT_ROOM];
		struct mmsghdr *m;

		unit_raw(&layer, &encase_desc_sendmmsg, lab_forward,
			 copied ? ENCASE_COPY : ENCASE_PASS);
		unit_push(cage, &layer.layer);
		probe.answer = receive;
		probe.result = 2;
		m = lay(BASE);
		memcpy(before, unit_room, sizeof(before));
		same(enter(cage, sendmmsg, 1, BASE + AT_MMSG, ALL, 0), 2);
		same(m[0].msg_len, 1000);
		same(m[1].msg_len, 13);
		same(m[2].msg_len, 72);
		same(encase_traffic(cage).to_cage, 8);
		m[0].msg_len = 70;
		m[1].msg_len = 71;
		same(memcmp(before, unit_room, sizeof(before)), 0);
		unit_free(cage);
	}
}
