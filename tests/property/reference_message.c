/* SPDX-License-Identifier: MIT */
/*
 * The reference router: how messages come, section 3.
 *
 * Of many the structures are looked at first, then the entries of those that are left, then
 * all that these point to.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "hits.h"
#include "reference_message.h"

/* -- Section 3: what can be a message ------------------------------------- */

/* What the structure alone says; cuts the name's length. */
static int look_at_head(struct msghdr *own)
{
	if (own->msg_name && (int) own->msg_namelen < 0) {
		hit(HIT_MESSAGE_NAME_NEGATIVE);
		return -EINVAL;
	}
	if (own->msg_name && own->msg_namelen > REF_NAME_MOST) {
		hit(HIT_MESSAGE_NAME_LONG);
		own->msg_namelen = REF_NAME_MOST;
	}
	if (own->msg_iovlen > REF_ENTRIES) {
		hit(HIT_MESSAGE_MANY);
		return -EMSGSIZE;
	}
	if (own->msg_iovlen && !own->msg_iov) {
		hit(HIT_MESSAGE_ENTRIES);
		return -EFAULT;
	}
	return 0;
}

/* A buffer that a message names; a null is none. */
static int look_at_part(const struct ref_memory *memory, const void *at, size_t n, enum hit bad)
{
	if (!at || !n || !ref_refused(memory, (uintptr_t) at, n))
		return 0;
	hit(bad);
	return -EFAULT;
}

/* 3.10: what cannot be in a message behind the first ends them there. */
static int stop_at(struct ref_call *call, unsigned i, size_t k, int rc)
{
	if (rc == -EFAULT || !k)
		return rc;
	hit(HIT_MESSAGES_LOWERED);
	while (call->nmessage[i] > k)
		free(call->message[i][--call->nmessage[i]].range);
	return 0;
}

/* What the structures say. */
static int look_at_heads(struct ref_call *call, unsigned i)
{
	size_t unit = ref_message_unit(&call->shape, i);
	const unsigned char *at = ref_bytes_at(&call->cage->memory, call->arrived[i].word);
	int rc = 0;

	for (size_t k = 0; k < call->nmessage[i] && !rc; k++) {
		struct ref_message *m = &call->message[i][k];

		memcpy(&m->own, at + k * unit, sizeof(m->own));
		rc = look_at_head(&m->own);
		if (rc)
			return stop_at(call, i, k, rc);
	}
	return 0;
}

/* The entries of those that are left: all are read, then lengths are judged, what is sent as control data's too. */
static int look_at_entries(struct ref_call *call, unsigned i)
{
	const struct ref_memory *memory = &call->cage->memory;
	uint64_t bytes = 0;

	for (size_t k = 0; k < call->nmessage[i]; k++) {
		struct ref_message *m = &call->message[i][k];
		encase_word entries = (uintptr_t) m->own.msg_iov;
		size_t n = m->own.msg_iovlen * sizeof(*m->range);

		if (n && ref_refused(memory, entries, n)) {
			hit(HIT_MESSAGE_ENTRIES);
			return -EFAULT;
		}
		m->range = calloc(m->own.msg_iovlen + 1, sizeof(*m->range));
		if (n)
			memcpy(m->range, ref_bytes_at(memory, entries), n);
		bytes += n;
	}
	call->cage->traffic.from_cage += bytes;
	for (size_t k = 0; k < call->nmessage[i]; k++) {
		const struct ref_message *m = &call->message[i][k];
		int rc = ref_look_at_lengths(m->range, m->own.msg_iovlen);

		if (!rc && m->own.msg_controllen > INT_MAX &&
		    !ref_message_receives(&call->shape, i)) {
			hit(HIT_MESSAGE_CONTROL_LONG);
			rc = -ENOBUFS;
		}
		if (rc)
			return stop_at(call, i, k, rc);
	}
	return 0;
}

/* All that those that are left point to. */
static int look_at_parts(struct ref_call *call, unsigned i)
{
	const struct ref_memory *memory = &call->cage->memory;
	int rc = 0;

	for (size_t k = 0; k < call->nmessage[i] && !rc; k++) {
		const struct ref_message *m = &call->message[i][k];

		rc = ref_look_at_ranges(memory, m->range, m->own.msg_iovlen);
		if (!rc)
			rc = look_at_part(memory, m->own.msg_control, m->own.msg_controllen,
					  HIT_MESSAGE_CONTROL);
		if (!rc)
			rc = look_at_part(memory, m->own.msg_name, m->own.msg_namelen,
					  HIT_MESSAGE_NAME);
	}
	return rc;
}

/* -- The shadow ----------------------------------------------------------- */

static size_t even(size_t n)
{
	return (n + 7) / 8 * 8;
}

/* Where the parts of each are; the length of all. */
static size_t lay_out(struct ref_call *call, unsigned i)
{
	size_t at = call->nmessage[i] * ref_message_unit(&call->shape, i);

	for (size_t k = 0; k < call->nmessage[i]; k++) {
		struct ref_message *m = &call->message[i][k];

		m->shown = k * ref_message_unit(&call->shape, i);
		m->entries = at;
		at += m->own.msg_iovlen * sizeof(*m->range);
	}
	for (size_t k = 0; k < call->nmessage[i]; k++) {
		struct ref_message *m = &call->message[i][k];

		m->control = at = even(at);
		m->name = at += even(ref_message_control_length(m));
		m->data = at += even(ref_message_name_length(m));
		for (size_t e = 0; e < m->own.msg_iovlen; e++)
			at += m->range[e].len;
	}
	return at;
}

static void copy(struct ref_call *call, unsigned char *to, encase_word from, size_t n)
{
	if (!n)
		return;
	memcpy(to, ref_bytes_at(&call->cage->memory, from), n);
	call->cage->traffic.from_cage += n;
}

static void fill_data(struct ref_call *call, const struct ref_message *m, unsigned char *bytes,
		      bool sends)
{
	size_t at = m->data;

	for (size_t k = 0; k < m->own.msg_iovlen; k++) {
		struct ref_range one = { (uintptr_t) bytes + at, m->range[k].len };

		memcpy(bytes + m->entries + k * sizeof(one), &one, sizeof(one));
		if (sends)
			copy(call, bytes + at, m->range[k].base, one.len);
		at += one.len;
	}
}

/* A message, and what it points to. */
static void fill(struct ref_call *call, const struct ref_message *m, unsigned char *bytes,
		 bool sends)
{
	struct msghdr shown = m->own;

	if (shown.msg_iov)
		shown.msg_iov = (void *) (bytes + m->entries);
	if (shown.msg_control)
		shown.msg_control = bytes + m->control;
	if (shown.msg_name)
		shown.msg_name = bytes + m->name;
	memcpy(bytes + m->shown, &shown, sizeof(shown));
	copy(call, bytes + m->control, (uintptr_t) m->own.msg_control,
	     ref_message_control_length(m));
	if (sends)
		copy(call, bytes + m->name, (uintptr_t) m->own.msg_name,
		     ref_message_name_length(m));
	fill_data(call, m, bytes, sends);
}

static void make(struct ref_call *call, unsigned i)
{
	const struct encase_desc *shape = &call->shape;
	size_t heads = call->nmessage[i] * ref_message_unit(shape, i);

	ref_make_shadow(call, i, NULL, lay_out(call, i));
	if (heads)
		memcpy(call->shadow[i]->bytes,
		       ref_bytes_at(&call->cage->memory, call->arrived[i].word), heads);
	for (size_t k = 0; k < call->nmessage[i]; k++)
		fill(call, &call->message[i][k], call->shadow[i]->bytes,
		     !ref_message_receives(shape, i));
}

/* How many messages there are; 1: some, and there are structures. */
static int look_at_count(struct ref_call *call, unsigned i, size_t *n)
{
	const struct encase_desc *shape = &call->shape;
	unsigned count = shape->arg[i].count;
	encase_word at = call->arrived[i].word;
	int rc;

	*n = ref_is_many(shape, i) ? ref_count(shape, count, call->arrived[count].word) : 1;
	if (*n > REF_ENTRIES) {
		hit(HIT_MESSAGES_MANY);
		*n = REF_ENTRIES;
	}
	rc = ref_look_at_null(call, i, *n);
	if (rc > 0 && ref_refused(&call->cage->memory, at, *n * ref_message_unit(shape, i)) && *n) {
		hit(HIT_MESSAGE_EFAULT);
		return -EFAULT;
	}
	return rc;
}

static void note(const struct encase_desc *shape, unsigned i)
{
	if (ref_is_many(shape, i))
		hit(ref_message_receives(shape, i) ? HIT_MESSAGES_OUT : HIT_MESSAGES_IN);
	else
		hit(ref_message_receives(shape, i) ? HIT_MESSAGE_OUT : HIT_MESSAGE_IN);
}

int ref_fetch_messages(struct ref_call *call, unsigned i)
{
	const struct encase_desc *shape = &call->shape;
	unsigned count = shape->arg[i].count;
	size_t n;
	int rc = look_at_count(call, i, &n);

	if (rc <= 0)
		return rc;
	call->message[i] = calloc(n + 1, sizeof(*call->message[i]));
	call->nmessage[i] = n;
	call->cage->traffic.from_cage += n * ref_message_unit(shape, i);
	rc = look_at_heads(call, i);
	if (!rc)
		rc = look_at_entries(call, i);
	if (!rc)
		rc = look_at_parts(call, i);
	if (rc) {
		ref_drop_messages(call, i);
		return rc;
	}
	note(shape, i);
	make(call, i);
	n = call->nmessage[i];
	if (ref_is_many(shape, i) && n < ref_count(shape, count, call->arrived[count].word))
		call->arrived[count].word = n;
	return 0;
}

void ref_drop_messages(struct ref_call *call, unsigned i)
{
	for (size_t k = 0; k < call->nmessage[i]; k++)
		free(call->message[i][k].range);
	free(call->message[i]);
	call->message[i] = NULL;
	call->nmessage[i] = 0;
}
