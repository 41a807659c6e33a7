/* SPDX-License-Identifier: MIT */
/* Pairs and messages; see nested.h.  Linux's rules for messages are those of net/socket.c. */
#include "nested.h"

#include <limits.h>
#include <string.h>

#include "fetch.h"
#include "memory.h"
#include "traffic.h"
#include "vector.h"

#define NAME_MOST 128 /* struct sockaddr_storage */

/* struct msghdr, and a pointer with a length. */
struct message {
	encase_word name;
	uint32_t namelen, pad;
	encase_word iov, iovlen, control, controllen;
	uint32_t flags, pad2;
};
struct pair {
	encase_word base, len;
};
_Static_assert(sizeof(struct message) == 56, "a message is a struct msghdr");

static size_t even(size_t n)
{
	return (n + 7) & ~(size_t) 7;
}

/* Bytes of the cage's to a place in a shadow; the word that named them points there now. */
static int take(const struct encase_call *call, bool reads, encase_word *word, size_t n, char *to)
{
	struct enc_home home = call->flight->stack->home;
	encase_word from = *word;

	*word = from ? (encase_word) (uintptr_t) to : 0;
	if (!from || !n)
		return 0;
	if (!reads) {
		memset(to, 0, n);
		return enc_memory_check(home, from, n) ? -EFAULT : 0;
	}
	if (enc_memory_read(home, from, to, n))
		return -EFAULT;
	enc_traffic_add(call->flight->stack->meter, n, 0);
	return 0;
}

static int fetch_pair(struct encase_call *call, unsigned i)
{
	struct enc_home home = call->flight->stack->home;
	struct enc_shadow *s;
	struct pair pair;
	int err;

	if (enc_memory_read(home, call->words[i], &pair, sizeof(pair)))
		return -EFAULT;
	if (!pair.base)
		pair.len = 0;
	if (pair.len > ENC_PAIR_MOST)
		return -EINVAL;
	s = enc_fetch_shadow(call, i, sizeof(pair) + pair.len);
	if (!s)
		return -ENOMEM;
	enc_traffic_add(call->flight->stack->meter, sizeof(pair), 0);
	err = take(call, true, &pair.base, pair.len, s->data + sizeof(pair));
	if (err)
		return err;
	memcpy(s->data, &pair, sizeof(pair));
	enc_fetch_settle(call, i, s->data);
	return 0;
}

/* The cage's message and its entries, in a shadow that no handler sees; lengths become what counts. */
static int fetch_header(struct encase_call *call, unsigned i, struct message **header,
			size_t *bytes)
{
	struct enc_home home = call->flight->stack->home;
	struct enc_shadow *s;
	struct message m;
	int err;

	if (enc_memory_read(home, call->words[i], &m, sizeof(m)))
		return -EFAULT;
	if ((int32_t) m.namelen < 0)
		return -EINVAL;
	if (m.iovlen > ENC_VECTOR_MAX)
		return -EMSGSIZE;
	if (m.controllen > INT_MAX)
		return -ENOBUFS;
	s = enc_fetch_hidden(call, ENCASE_MAX_ARGS, sizeof(m) + m.iovlen * sizeof(struct enc_part));
	if (!s)
		return -ENOMEM;
	memcpy(s->data, &m, sizeof(m));
	*header = (struct message *) s->data;
	if (m.iovlen && !m.iov)
		return -EFAULT;
	err = enc_memory_read(home, m.iov, s->data + sizeof(m), s->size - sizeof(m));
	if (err)
		return err;
	enc_traffic_add(call->flight->stack->meter, s->size, 0);
	return enc_vector_cut((struct enc_part *) (*header + 1), m.iovlen, bytes);
}

/* How much room the names of a message have: what is above, Linux does not look at. */
static size_t name_room(const struct message *m)
{
	return !m->name ? 0 : m->namelen < NAME_MOST ? m->namelen : NAME_MOST;
}

static size_t control_room(const struct message *m)
{
	return m->control ? m->controllen : 0;
}

/* A message's shadow: the structure, its entries, control data, the name, then all that entries name. */
static int fetch_message(struct encase_call *call, unsigned i)
{
	bool reads = !(enc_desc(call)->arg[i].kind & ENCASE_OUT);
	struct enc_home home = call->flight->stack->home;
	size_t bytes = 0, head, control, name;
	struct message *m = NULL, *own;
	const struct enc_part *parts;
	struct enc_shadow *s;
	int err = fetch_header(call, i, &m, &bytes);

	if (err)
		return err;
	parts = (const struct enc_part *) (m + 1);
	err = enc_vector_check(home, parts, m->iovlen);
	if (!err && control_room(m))
		err = enc_memory_check(home, m->control, control_room(m));
	if (err)
		return -EFAULT;
	head = sizeof(*m) + m->iovlen * sizeof(*parts);
	control = even(control_room(m));
	name = even(name_room(m));
	s = enc_fetch_shadow(call, i, head + control + name + bytes);
	if (!s)
		return -ENOMEM;
	s->parts = parts;
	s->nparts = (uint16_t) m->iovlen;
	memcpy(s->data, m, head);
	own = (struct message *) s->data;
	own->iov = m->iovlen ? (encase_word) (uintptr_t) (own + 1) : 0;
	/* Linux leaves what it skips for alignment in control data as it was. */
	err = take(call, true, &own->control, control_room(m), s->data + head);
	if (!err)
		err = take(call, reads, &own->name, name_room(m), s->data + head + control);
	if (!err && reads)
		err = enc_vector_read(home, parts, m->iovlen, s->data + head + control + name);
	if (err)
		return err;
	if (reads)
		enc_traffic_add(call->flight->stack->meter, bytes, 0);
	else
		memset(s->data + head + control + name, 0, bytes);
	enc_vector_lay((struct enc_part *) (own + 1), m->iovlen, s->data + head + control + name);
	enc_fetch_settle(call, i, s->data);
	return 0;
}

int enc_nested_fetch(struct encase_call *call, unsigned i)
{
	return enc_deep(&enc_desc(call)->arg[i]) == ENCASE_PAIR ? fetch_pair(call, i)
								: fetch_message(call, i);
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

/* Of the structure Linux writes the lengths and the flags; the rest is where it put things. */
int enc_nested_flush(struct encase_call *call, const struct enc_shadow *s, long result)
{
	const struct message *own = (const struct message *) s->data;
	const struct message *m = (const struct message *) s->parts - 1;
	size_t head = sizeof(*m) + s->nparts * sizeof(*s->parts);
	const char *control = s->data + head, *name = control + even(control_room(m));
	const char *data = name + even(name_room(m)), *end = s->data + s->size;
	size_t n = least(result < 0 ? 0 : (size_t) result, (size_t) (end - data));

	if (give(call, s->home + offsetof(struct message, namelen), &own->namelen,
		 sizeof(own->namelen)) ||
	    give(call, s->home + offsetof(struct message, controllen), &own->controllen,
		 sizeof(own->controllen)) ||
	    give(call, s->home + offsetof(struct message, flags), &own->flags,
		 sizeof(own->flags)) ||
	    give(call, m->control, control, least(own->controllen, control_room(m))) ||
	    give(call, m->name, name, least(own->namelen, name_room(m))) ||
	    enc_vector_write(call->flight->stack->home, s->parts, s->nparts, data, n))
		return -EFAULT;
	enc_traffic_add(call->flight->stack->meter, 0, n);
	return 0;
}

unsigned enc_nested_ranges(const struct encase_arg *arg, const void *p, struct enc_range *ranges,
			   bool *vector)
{
	const struct message *m = p;
	const struct pair *pair = p;

	*vector = enc_deep(arg) == ENCASE_MESSAGE;
	if (!*vector) {
		ranges[0] = (struct enc_range){ (const void *) pair->base, pair->len };
		return 1;
	}
	ranges[0] = (struct enc_range){ (const void *) m->iov,
					m->iovlen <= ENC_VECTOR_MAX
						? m->iovlen * sizeof(struct enc_part)
						: SIZE_MAX };
	ranges[1] = (struct enc_range){ (const void *) m->name, name_room(m) };
	ranges[2] = (struct enc_range){ (const void *) m->control, control_room(m) };
	return 3;
}
