/* SPDX-License-Identifier: MIT */
/*
 * The reference router: what of messages goes to the cage, 5.8, and what of them may go down,
 * 4.5.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "hits.h"
#include "reference_message.h"

/* Bytes of the shadow go to the cage, and count, whatever becomes of the next. */
static int put(struct ref_call *call, unsigned i, encase_word to, size_t from, size_t n,
	       bool *flushed)
{
	int rc = ref_put(call, to, call->shadow[i]->bytes + from, n, flushed);

	if (!rc)
		call->cage->traffic.to_cage += n;
	return rc;
}

/* As far as there is room. */
static size_t cut(size_t n, size_t room, enum hit above)
{
	if (n <= room)
		return n;
	hit(above);
	return room;
}

/* What its entries name counts if all of it went. */
static int put_data(struct ref_call *call, unsigned i, const struct ref_message *m, uint64_t left,
		    bool *flushed)
{
	const unsigned char *from = call->shadow[i]->bytes + m->data;
	size_t total = 0;

	for (size_t k = 0; k < m->own.msg_iovlen && left; k++) {
		size_t n = m->range[k].len < left ? m->range[k].len : left;
		int rc = ref_put(call, m->range[k].base, from, n, flushed);

		if (rc)
			return rc;
		from += m->range[k].len;
		left -= n;
		total += n;
	}
	call->cage->traffic.to_cage += total;
	return 0;
}

/* What was received, to the cage's message at an address. */
static int put_message(struct ref_call *call, unsigned i, const struct ref_message *m,
		       encase_word to, uint64_t result, bool *flushed)
{
	static const size_t fields[][2] = {
		{ offsetof(struct msghdr, msg_namelen), 4 },
		{ offsetof(struct msghdr, msg_controllen), 8 },
		{ offsetof(struct msghdr, msg_flags), 4 },
	};
	struct msghdr shown;
	size_t n;
	int rc = 0;

	memcpy(&shown, call->shadow[i]->bytes + m->shown, sizeof(shown));
	for (unsigned f = m->own.msg_name ? 0 : 1; f < 3 && !rc; f++)
		rc = put(call, i, to + fields[f][0], m->shown + fields[f][0], fields[f][1],
			 flushed);
	n = cut(shown.msg_controllen, ref_message_control_length(m), HIT_MESSAGE_CONTROL_ABOVE);
	if (!rc)
		rc = put(call, i, (uintptr_t) m->own.msg_control, m->control, n, flushed);
	n = cut(shown.msg_namelen, ref_message_name_length(m), HIT_MESSAGE_NAME_ABOVE);
	if (!rc)
		rc = put(call, i, (uintptr_t) m->own.msg_name, m->name, n, flushed);
	return rc ? rc : put_data(call, i, m, result, flushed);
}

/* One of many: what was received, and how many bytes it was, or was sent. */
static int put_one(struct ref_call *call, unsigned i, size_t k, bool *flushed)
{
	const struct ref_message *m = &call->message[i][k];
	encase_word to = call->arrived[i].word + k * REF_MANY_SIZE;
	uint32_t length;
	int rc = 0;

	memcpy(&length, call->shadow[i]->bytes + m->shown + REF_MANY_LENGTH, sizeof(length));
	if (ref_message_receives(&call->shape, i))
		rc = put_message(call, i, m, to, length, flushed);
	if (!rc)
		rc = put(call, i, to + REF_MANY_LENGTH, m->shown + REF_MANY_LENGTH, sizeof(length),
			 flushed);
	return rc;
}

static uint64_t count_of(const struct ref_call *call, encase_word result)
{
	unsigned type = call->shape.type;
	int64_t count = (int64_t) encase_widen(type, result);
	bool is_signed =
		type == ENCASE_S8 || type == ENCASE_S16 || type == ENCASE_S32 || type == ENCASE_S64;

	return is_signed && count < 0 ? 0 : (uint64_t) count;
}

int ref_flush_messages(struct ref_call *call, unsigned i, encase_word result, bool *flushed)
{
	uint64_t n = count_of(call, result);
	int rc = 0;

	if (ref_is_many(&call->shape, i))
		for (size_t k = 0; k < call->nmessage[i] && k < n && !rc; k++)
			rc = put_one(call, i, k, flushed);
	else
		rc = put_message(call, i, &call->message[i][0], call->arrived[i].word, n, flushed);
	if (rc)
		hit(HIT_MESSAGE_FLUSH_EFAULT);
	else if (n)
		hit(ref_is_many(&call->shape, i) ? HIT_MESSAGES_FLUSHED : HIT_MESSAGE_FLUSHED);
	return rc;
}

/* -- 4.5 ------------------------------------------------------------------ */

static bool message_leaves(encase_word at)
{
	struct msghdr given;
	size_t name;

	memcpy(&given, (const void *) (uintptr_t) at, sizeof(given));
	name = given.msg_namelen < REF_NAME_MOST ? given.msg_namelen : REF_NAME_MOST;
	if (!ref_entries_leave((uintptr_t) given.msg_iov, given.msg_iovlen) &&
	    !ref_range_leaves((uintptr_t) given.msg_control, given.msg_controllen) &&
	    !ref_range_leaves((uintptr_t) given.msg_name, name))
		return false;
	hit(HIT_MESSAGE_NAMES);
	return true;
}

bool ref_messages_leave(const struct encase_desc *shape, const struct ref_word *down, unsigned i)
{
	unsigned count = shape->arg[i].count;
	uint64_t n = 1, extent;

	if (ref_is_many(shape, i))
		n = ref_count(shape, count, down[count].word);
	if (__builtin_mul_overflow(n, ref_message_unit(shape, i), &extent))
		extent = UINT64_MAX;
	if (ref_range_leaves(down[i].word, extent) || n > REF_ENTRIES)
		return true;
	for (uint64_t k = 0; k < n; k++)
		if (message_leaves(down[i].word + k * ref_message_unit(shape, i)))
			return true;
	return false;
}
