/* SPDX-License-Identifier: MIT */
/* Messages, one or many; see messages.h.  Linux's rules for them are those of net/socket.c. */
#include "messages.h"

#include <limits.h>
#include <string.h>

#include "fetch.h"
#include "memory.h"
#include "result.h"
#include "traffic.h"
#include "vector.h"

#define NAME_MOST 128 /* struct sockaddr_storage */

/* struct msghdr; struct mmsghdr has 32 bits with a length behind it, and 32 more. */
struct message {
	encase_word name;
	uint32_t namelen, pad;
	encase_word iov, iovlen, control, controllen;
	uint32_t flags, pad2;
};
_Static_assert(sizeof(struct message) == 56, "a message is a struct msghdr");
_Static_assert(sizeof(struct message) + 8 == ENC_MESSAGES_EACH, "many are struct mmsghdr");

static size_t even(size_t n)
{
	return (n + 7) & ~(size_t) 7;
}

/* Bytes of the cage's to a place in a shadow; the word that named them points there now. */
static int take(struct enc_reads *reads, encase_word *word, size_t n, char *to)
{
	encase_word from = *word;

	*word = from ? (encase_word) (uintptr_t) to : 0;
	return from && enc_reads_add(reads, from, to, n) ? -EFAULT : 0;
}

/* The same of bytes that are only written, and zeros there. */
static int make(struct enc_home home, encase_word *word, size_t n, char *to)
{
	encase_word from = *word;

	*word = from ? (encase_word) (uintptr_t) to : 0;
	return from && enc_memory_check(home, from, n) ? -EFAULT : 0;
}

/* How much room the name of a message has: what is above, Linux does not look at. */
static size_t name_room(const struct message *m)
{
	return !m->name ? 0 : m->namelen < NAME_MOST ? m->namelen : NAME_MOST;
}

static size_t control_room(const struct message *m)
{
	return m->control ? m->controllen : 0;
}

/* One message, or many: structures of so many bytes in a row, and then the entries of each. */
struct batch {
	size_t n, size;
	char *heads;
};

/* One of them: its entries, and where its parts are in a copy of them all. */
struct one {
	const struct message *m;
	const struct enc_part *parts;
	size_t control, name, data, end;
};

static struct message *head_of(const struct batch *b, size_t k)
{
	return (struct message *) (b->heads + k * b->size);
}

/* The bytes of the structures and of their entries. */
static size_t fixed(const struct batch *b)
{
	size_t n = b->n * b->size;

	for (size_t k = 0; k < b->n; k++)
		n += head_of(b, k)->iovlen * sizeof(struct enc_part);
	return n;
}

/* Message k, by the one before it: before the first, what is fixed ends. */
static void find(const struct batch *b, size_t k, struct one *one)
{
	const struct enc_part *first = (const struct enc_part *) head_of(b, b->n);

	one->parts = k ? one->parts + one->m->iovlen : first;
	one->m = head_of(b, k);
	one->control = even(one->end);
	one->name = one->control + even(control_room(one->m));
	one->data = one->name + even(name_room(one->m));
	one->end = one->data;
	for (size_t i = 0; i < one->m->iovlen; i++)
		one->end += one->parts[i].len;
}

/* Whether there can be such a message; its name is cut to what Linux looks at. */
static int judge(struct message *m)
{
	if (m->name && (int32_t) m->namelen < 0)
		return -EINVAL;
	if (m->name && m->namelen > NAME_MOST)
		m->namelen = NAME_MOST;
	if (m->iovlen > ENC_VECTOR_MAX)
		return -EMSGSIZE;
	return m->iovlen && !m->iov ? -EFAULT : 0;
}

/* Of one that is received Linux looks at no more than it fills. */
static int judge_control(struct enc_home home, const struct message *m, bool sent)
{
	if (m->controllen <= INT_MAX)
		return 0;
	if (sent)
		return -ENOBUFS;
	if (!m->control)
		return 0;
	return enc_memory_check(home, m->control, m->controllen) ? -EFAULT : -ENOMEM;
}

/* Those before a bad one are sent or received, as Linux does; but nothing is, where some is out of reach. */
static int stop_at(struct batch *b, size_t k, int err)
{
	if (!err || !k || err == -EFAULT || err == -ENOMEM)
		return err;
	b->n = k;
	return 0;
}

/* The cage's structures, in a shadow that no handler sees. */
static int fetch_heads(struct encase_call *call, unsigned i, struct batch *b)
{
	struct enc_home home = call->flight->stack->home;
	struct enc_shadow *s = enc_fetch_hidden(call, ENCASE_MAX_ARGS, b->n * b->size);

	if (!s)
		return -ENOMEM;
	b->heads = s->data;
	if (enc_memory_read(home, call->words[i], s->data, s->size))
		return -EFAULT;
	enc_traffic_add(call->flight->stack->meter, s->size, 0);
	for (size_t k = 0; k < b->n; k++) {
		int err = judge(head_of(b, k));

		if (err)
			return stop_at(b, k, err);
	}
	return 0;
}

/* Lengths become what counts. */
static int cut(struct enc_home home, struct batch *b, struct enc_part *parts, bool sent)
{
	size_t n = b->n, bytes;

	for (size_t k = 0; k < n; parts += head_of(b, k++)->iovlen) {
		int err = enc_vector_cut(parts, head_of(b, k)->iovlen, &bytes);

		if (!err)
			err = judge_control(home, head_of(b, k), sent);
		if (!err)
			continue;
		err = stop_at(b, k, err);
		if (!err) { /* the entries stand behind those that are left */
			char *heads = b->heads + (n - k) * b->size;

			memmove(heads, b->heads, k * b->size);
			b->heads = heads;
		}
		return err;
	}
	return 0;
}

/* The structures again, and behind them their entries. */
static int fetch_entries(struct encase_call *call, struct batch *b, bool sent)
{
	struct enc_home home = call->flight->stack->home;
	struct enc_shadow *s = enc_fetch_hidden(call, ENCASE_MAX_ARGS, fixed(b));
	struct enc_part *parts, *to;
	struct enc_reads reads;

	if (!s)
		return -ENOMEM;
	memcpy(s->data, b->heads, b->n * b->size);
	b->heads = s->data;
	parts = to = (struct enc_part *) head_of(b, b->n);
	enc_reads_begin(&reads, home);
	for (size_t k = 0; k < b->n; to += head_of(b, k++)->iovlen)
		if (enc_reads_add(&reads, head_of(b, k)->iov, to,
				  head_of(b, k)->iovlen * sizeof(*to)))
			return -EFAULT;
	if (enc_reads_end(&reads))
		return -EFAULT;
	enc_traffic_add(call->flight->stack->meter, s->size - b->n * b->size, 0);
	return cut(home, b, parts, sent);
}

/* How large the copy of all is; -EFAULT: some of it certainly cannot be reached. */
static int measure(struct enc_home home, const struct batch *b, size_t *size)
{
	struct one one = { .end = fixed(b) };

	*size = fixed(b);
	for (size_t k = 0; k < b->n; k++) {
		find(b, k, &one);
		if (enc_vector_check(home, one.parts, one.m->iovlen) ||
		    (control_room(one.m) &&
		     enc_memory_check(home, one.m->control, control_room(one.m))))
			return -EFAULT;
		*size = one.end;
	}
	return b->n > 1 && *size > ENC_SHADOW_MAX ? -ENOMEM : 0;
}

/* All that a message points to, in the copy of all at to; but for its entries themselves. */
static int copy_one(struct enc_reads *reads, const struct one *one, struct message *own, char *to,
		    bool sent)
{
	const struct message *m = one->m;
	/* Linux leaves what it skips for alignment in control data as it was. */
	int err = take(reads, &own->control, control_room(m), to + one->control);

	if (!err && sent)
		err = take(reads, &own->name, name_room(m), to + one->name);
	else if (!err)
		err = make(reads->home, &own->name, name_room(m), to + one->name);
	if (!err && sent)
		err = enc_vector_read(reads, one->parts, m->iovlen, to + one->data);
	return err;
}

static int copy_all(struct encase_call *call, const struct batch *b, char *to, bool sent)
{
	struct batch copy = { b->n, b->size, to };
	struct one one = { .end = fixed(b) };
	struct enc_part *parts;
	struct enc_reads reads;
	size_t bytes = 0;

	memcpy(to, b->heads, fixed(b));
	parts = (struct enc_part *) head_of(&copy, b->n);
	enc_reads_begin(&reads, call->flight->stack->home);
	for (size_t k = 0; k < b->n; k++) {
		struct message *own = head_of(&copy, k);
		size_t before = one.end;

		find(b, k, &one);
		if (sent) /* between the parts nothing is that was somebody else's */
			memset(to + before, 0, one.data - before);
		if (copy_one(&reads, &one, own, to, sent))
			return -EFAULT;
		enc_vector_lay(parts, one.m->iovlen, to + one.data);
		own->iov = one.m->iov ? (encase_word) (uintptr_t) parts : 0;
		parts += one.m->iovlen;
		bytes += control_room(one.m);
		bytes += sent ? name_room(one.m) + (one.end - one.data) : 0;
	}
	if (enc_reads_end(&reads))
		return -EFAULT;
	enc_traffic_add(call->flight->stack->meter, bytes, 0);
	return 0;
}

static bool are_many(const struct encase_arg *arg)
{
	return enc_deep(arg) == ENCASE_MESSAGES;
}

/* Of many that are sent, too, their lengths are written. */
static bool are_sent(const struct encase_arg *arg)
{
	return !(arg->kind & (are_many(arg) ? ENCASE_FILLED : ENCASE_OUT));
}

/* The shadow: structures, entries, then control data, name and bytes of each. */
int enc_messages_fetch(struct encase_call *call, unsigned i)
{
	const struct encase_arg *arg = &enc_desc(call)->arg[i];
	struct batch b = { 1, sizeof(struct message), NULL };
	size_t count = 1, size = 0;
	struct enc_shadow *s;
	int err;

	if (are_many(arg)) {
		count = enc_count(enc_desc(call), arg->count, call->words[arg->count]);
		b.n = count < ENC_VECTOR_MAX ? count : ENC_VECTOR_MAX;
		b.size = ENC_MESSAGES_EACH;
	}
	err = fetch_heads(call, i, &b);
	if (!err)
		err = fetch_entries(call, &b, are_sent(arg));
	if (!err)
		err = measure(call->flight->stack->home, &b, &size);
	if (err)
		return err;
	s = enc_fetch_shadow(call, i, size);
	if (!s)
		return -ENOMEM;
	s->parts = (const struct enc_part *) head_of(&b, b.n);
	s->nparts = (uint16_t) b.n;
	if (!are_sent(arg))
		enc_shadow_clear(s);
	if (copy_all(call, &b, s->data, are_sent(arg)))
		return -EFAULT;
	enc_fetch_settle(call, i, s->data);
	if (b.n < count)
		call->own[arg->count] = b.n;
	return 0;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* To the cage, and into its tally. */
static int give(const struct encase_call *call, encase_word to, const void *from, size_t n)
{
	if (n && enc_memory_write(call->flight->stack->home, to, from, n))
		return -EFAULT;
	enc_traffic_add(call->flight->stack->meter, 0, n);
	return 0;
}

/* What was received; of the structure Linux writes lengths, a name's if there is one, and flags. */
static int give_one(const struct encase_call *call, const struct enc_shadow *s, encase_word home,
		    const struct message *own, const struct one *one, size_t n)
{
	const struct message *m = one->m;

	n = least(n, one->end - one->data);
	if (give(call, home + offsetof(struct message, namelen), &own->namelen,
		 m->name ? sizeof(own->namelen) : 0) ||
	    give(call, home + offsetof(struct message, controllen), &own->controllen,
		 sizeof(own->controllen)) ||
	    give(call, home + offsetof(struct message, flags), &own->flags, sizeof(own->flags)) ||
	    give(call, m->control, s->data + one->control,
		 least(own->controllen, control_room(m))) ||
	    give(call, m->name, s->data + one->name, least(own->namelen, name_room(m))) ||
	    enc_vector_write(call->flight->stack->home, one->parts, m->iovlen, s->data + one->data,
			     n))
		return -EFAULT;
	enc_traffic_add(call->flight->stack->meter, 0, n);
	return 0;
}

/* By a result that says how many messages there are, each with its length behind it. */
static int flush_many(const struct encase_call *call, const struct enc_shadow *s,
		      const struct batch *b, size_t done)
{
	bool sent = are_sent(&enc_desc(call)->arg[s->arg]);
	struct one one = { .end = fixed(b) };

	for (size_t k = 0; k < least(done, b->n); k++) {
		const struct message *own = (const struct message *) (s->data + k * b->size);
		encase_word home = s->home + k * b->size;
		uint32_t length;

		memcpy(&length, own + 1, sizeof(length));
		find(b, k, &one);
		if ((!sent && give_one(call, s, home, own, &one, length)) ||
		    give(call, home + sizeof(*own), &length, sizeof(length)))
			return -EFAULT;
	}
	return 0;
}

int enc_messages_flush(struct encase_call *call, const struct enc_shadow *s, long result)
{
	bool many = are_many(&enc_desc(call)->arg[s->arg]);
	size_t size = many ? ENC_MESSAGES_EACH : sizeof(struct message);
	struct batch b = { s->nparts, size, (char *) s->parts - s->nparts * size };
	size_t n = enc_as_count(enc_desc(call)->type, (encase_word) result);
	struct one one = { .end = fixed(&b) };

	if (many)
		return flush_many(call, s, &b, n);
	find(&b, 0, &one);
	return give_one(call, s, s->home, (const struct message *) s->data, &one, n);
}

void enc_messages_ranges(const void *p, struct enc_range *ranges)
{
	struct message m;

	memcpy(&m, p, sizeof(m)); /* it may stand anywhere */
	ranges[0] =
		(struct enc_range){ (const void *) m.iov,
				    m.iovlen <= ENC_VECTOR_MAX ? m.iovlen * sizeof(struct enc_part)
							       : SIZE_MAX };
	ranges[1] = (struct enc_range){ (const void *) m.name, name_room(&m) };
	ranges[2] = (struct enc_range){ (const void *) m.control, control_room(&m) };
}
