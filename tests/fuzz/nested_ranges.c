/* SPDX-License-Identifier: MIT */
/* What deep arguments reach over, in an image or in this process; see nested.h. */
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "nested.h"

#define PAGE 4096

static bool in_image;

/* Bytes that can be read, or null. */
static const void *see(encase_word at, size_t n)
{
	if (!at)
		return NULL;
	if (!in_image)
		return (const void *) at;
	return image_holds(at, n) ? (const char *) trial.image.arena.base + at : NULL;
}

static void add(struct ranges *ranges, encase_word at, size_t n, bool head)
{
	if (at && n && ranges->n < RANGES)
		ranges->of[ranges->n++] = (struct range){ at, n, head };
}

static void take_vector(struct ranges *ranges, encase_word at, uint64_t n)
{
	for (uint64_t k = 0; k < n && k < 1024; k++) {
		const struct iovec *part = see(at + k * sizeof(*part), sizeof(*part));
		struct iovec own;

		if (!part)
			return;
		memcpy(&own, part, sizeof(own));
		add(ranges, at + k * sizeof(*part), sizeof(*part), true);
		add(ranges, (uintptr_t) own.iov_base, own.iov_len, false);
	}
}

/* One of so many bytes, of which struct msghdr is the first part. */
static void take_message(struct ranges *ranges, encase_word at, size_t size)
{
	const void *p = see(at, size);
	struct msghdr m;

	if (!p)
		return;
	memcpy(&m, p, sizeof(m));
	add(ranges, at, size, true);
	add(ranges, (uintptr_t) m.msg_name, m.msg_namelen < 128 ? m.msg_namelen : 128, false);
	add(ranges, (uintptr_t) m.msg_control, m.msg_controllen, false);
	take_vector(ranges, (uintptr_t) m.msg_iov, m.msg_iovlen);
}

static void take_strings(struct ranges *ranges, encase_word at)
{
	const encase_word *p;
	encase_word word;

	for (; (p = see(at, sizeof(*p))); at += sizeof(*p)) {
		size_t n = 1;

		memcpy(&word, p, sizeof(word));
		add(ranges, at, sizeof(*p), true);
		if (!word)
			return;
		for (const char *c; (c = see(word + n - 1, 1)) && *c; n++)
			;
		add(ranges, word, n, false);
	}
}

/* What tells its size. */
static size_t told(const struct encase_arg *arg, encase_word at)
{
	size_t least = (size_t) (arg->size >> 8) * 8;
	const char *p = see(at, least);
	uint32_t n;

	if (!p)
		return 0;
	memcpy(&n, p + arg->count, sizeof(n));
	if (n > PAGE)
		return least;
	if ((arg->size & 0xff) == ENCASE_TRAILED)
		return least + n;
	return n > least ? n : least;
}

static size_t counted(const struct encase_arg *arg, uint64_t n)
{
	switch (arg->size) {
	case ENCASE_BITS:
		return (n / 64 + !!(n % 64)) * 8;
	case ENCASE_NODES:
		return n && n - 1 <= 32768 ? ((n - 1) / 64 + !!((n - 1) % 64)) * 8 : 0;
	case ENCASE_PAGES:
		return n / PAGE + !!(n % PAGE);
	default:
		return n + 8 < n ? 0 : n + 8;
	}
}

void ranges_take(struct ranges *ranges, const struct encase_desc *shape, unsigned i,
		 const encase_word *words, bool image)
{
	const struct encase_arg *arg = &shape->arg[i];
	encase_word at = words[i];
	uint64_t n;

	ranges->n = 0;
	in_image = image;
	switch (arg->size & 0xff) {
	case ENCASE_IOVEC:
		take_vector(ranges, at, count_of(shape, arg->count, words[arg->count]));
		break;
	case ENCASE_SIZED:
	case ENCASE_TRAILED:
		add(ranges, at, told(arg, at), false);
		break;
	case ENCASE_PAIR:
		if (at)
			take_vector(ranges, at, 1);
		break;
	case ENCASE_MESSAGE:
		take_message(ranges, at, sizeof(struct msghdr));
		break;
	case ENCASE_MESSAGES:
		n = count_of(shape, arg->count, words[arg->count]);
		for (uint64_t k = 0; at && k < n && k < 1024; k++)
			take_message(ranges, at + k * MANY_SIZE, MANY_SIZE);
		break;
	case ENCASE_STRINGS:
		take_strings(ranges, at);
		break;
	case ENCASE_OPAQUE:
		break;
	default:
		add(ranges, at, counted(arg, count_of(shape, arg->count, words[arg->count])),
		    false);
	}
}

uint64_t ranges_sum(const struct ranges *ranges)
{
	uint64_t sum = 1;

	for (size_t k = 0; k < ranges->n; k++) {
		const unsigned char *p = (const unsigned char *) ranges->of[k].at;

		for (size_t n = 0; n < ranges->of[k].n && !ranges->of[k].head; n++)
			sum = (sum ^ p[n]) * UINT64_C(0x100000001b3);
	}
	return sum;
}

bool is_deep(const struct encase_desc *shape, unsigned i)
{
	return points(shape, i) && kind_of(shape, i) == ENCASE_DEEP;
}
