/* SPDX-License-Identifier: MIT */
/*
 * Random arguments with lengths or pointers inside: good ones mostly, and every kind of bad
 * ones.
 *
 * In a trusting memory structures with pointers stand where no buffer reaches, and name what
 * is there; what tells its own size may say what it likes, there is room behind the plot.
 */
#include <string.h>
#include <sys/socket.h>

#include "scenario.h"

#define MANY_SIZE   64
#define MANY_LENGTH 56

static encase_word make_self(struct plot *plot, struct random *random,
			     const struct encase_desc *shape, unsigned i)
{
	static const uint32_t absurd[] = { 4095, 4096, 4097, 5000, INT32_MAX, UINT32_MAX };
	uint32_t least = least_of(shape, i), number = least + (uint32_t) random_below(random, 40);
	uint64_t dice = random_below(random, 100);
	encase_word at;

	if (dice < 15)
		number = (uint32_t) random_below(random, least);
	else if (dice < 30)
		number = RANDOM_OF(random, absurd);
	at = words_block(plot, random, number > 4096 ? least : number);
	words_store(plot, at ? at + shape->arg[i].count : 0, &number, sizeof(number));
	return at;
}

/* A good place mostly, now and then one that nobody may write to. */
static encase_word make_place(const struct plot *plot, struct random *random, uint64_t extent)
{
	const struct ref_memory *memory = &plot->memory;
	uint64_t dice = random_below(random, 100), first = plot->kept + !plot->kept;

	if (dice < 18 && memory->stone_size)
		return memory->stone;
	if (dice < 80 && extent < memory->size - first)
		return memory->base + first + random_below(random, memory->size - first - extent);
	return words_block(plot, random, extent);
}

static struct range make_entry(struct plot *plot, struct random *random)
{
	struct range range = { 0, random_below(random, 24) };

	if (random_chance(random, 25))
		return words_range(plot, random);
	range.base = make_place(plot, random, range.len);
	return range;
}

/* The pair itself, its bytes anywhere. */
static encase_word make_pair(struct plot *plot, struct random *random)
{
	encase_word at = words_keep(plot, random, sizeof(struct range));
	struct range range = words_range(plot, random);
	uint64_t dice = random_below(random, 100);

	if (dice < 12)
		range = (struct range){ 0, random_word(random) >> random_below(random, 64) };
	else if (dice < 22 && !plot->memory.host)
		range.len = 4095 + random_below(random, 4);
	words_store(plot, at, &range, sizeof(range));
	return at;
}

/* A string as long as one may be, or a little longer, or shorter; not in a trusting memory. */
static encase_word make_long(struct plot *plot, struct random *random)
{
	static const size_t lengths[] = { 131071, 131071, 131072, 131073 };
	size_t n = RANDOM_OF(random, lengths);

	if (random_chance(random, 40))
		n = 80000 + random_below(random, 51000);
	if (n + 3000 > plot->memory.size)
		return 0;
	memset(plot->initial + 2000, '~', n);
	plot->initial[2000 + n] = 0;
	return 2000;
}

static encase_word make_strings(struct plot *plot, struct random *random)
{
	bool large = plot->memory.size > PLOT_LARGE && !plot->memory.host;
	encase_word again = large && random_chance(random, 80) ? make_long(plot, random) : 0;
	size_t n = random_below(random, 5);
	encase_word at, null = 0;

	/* The same long string, so often that all together are too long. */
	if (again && random_chance(random, 75))
		n = 50 + random_below(random, 40);
	at = words_keep(plot, random, (n + 1) * sizeof(null));
	for (size_t k = 0; at && k < n; k++) {
		encase_word string = again ? again : words_string(plot, random);

		words_store(plot, at + k * sizeof(string), &string, sizeof(string));
	}
	if (plot->memory.host || random_chance(random, 95))
		words_store(plot, at ? at + n * sizeof(null) : 0, &null, sizeof(null));
	return at;
}

static void make_name(struct plot *plot, struct random *random, struct msghdr *message)
{
	static const int absurd[] = { -1, INT32_MIN, INT32_MAX, 127, 128, 129, 300 };

	message->msg_namelen = (unsigned) random_below(random, 40);
	if (random_chance(random, 16))
		message->msg_namelen = (unsigned) RANDOM_OF(random, absurd);
	if (random_chance(random, 70))
		message->msg_name = (void *) (uintptr_t) make_place(
			plot, random, message->msg_namelen > 128 ? 128 : message->msg_namelen);
}

static void make_control(struct plot *plot, struct random *random, struct msghdr *message)
{
	static const size_t absurd[] = { 0x7fffffff, 0x80000000, SIZE_MAX };

	message->msg_controllen = random_below(random, 40);
	if (random_chance(random, 60))
		message->msg_control =
			(void *) (uintptr_t) make_place(plot, random, message->msg_controllen);
	if (random_chance(random, 9) && (!plot->memory.host || !message->msg_control))
		message->msg_controllen = RANDOM_OF(random, absurd);
}

static struct msghdr make_message(struct plot *plot, struct random *random)
{
	struct msghdr message = { .msg_iovlen = random_below(random, 4),
				  .msg_flags = (int) random_word(random) };
	encase_word entries =
		words_keep(plot, random, message.msg_iovlen * sizeof(struct range) + 1);

	make_name(plot, random, &message);
	make_control(plot, random, &message);
	for (size_t k = 0; entries && k < message.msg_iovlen; k++) {
		struct range range = make_entry(plot, random);

		words_store(plot, entries + k * sizeof(range), &range, sizeof(range));
	}
	if (random_chance(random, 6))
		message.msg_iovlen = 1025 + random_below(random, 2) * (SIZE_MAX / 2);
	else if (!entries || (random_chance(random, 5) && !plot->memory.host))
		message.msg_iovlen = plot->memory.host ? 0 : 1024;
	message.msg_iov = (void *) (uintptr_t) entries;
	if (random_chance(random, 4) && !plot->memory.host)
		message.msg_iov = (void *) (uintptr_t) words_bad(plot, random);
	return message;
}

static encase_word make_messages(struct plot *plot, struct random *random, uint64_t n, size_t unit)
{
	encase_word at = n <= 1024 ? words_keep(plot, random, n * unit) : 0;
	uint32_t length = (uint32_t) random_word(random);

	for (uint64_t k = 0; at && k < n; k++) {
		struct msghdr message = make_message(plot, random);

		words_store(plot, at + k * unit, &message, sizeof(message));
		if (unit == MANY_SIZE)
			words_store(plot, at + k * unit + MANY_LENGTH, &length, sizeof(length));
	}
	return at || plot->memory.host ? at : words_bad(plot, random);
}

encase_word words_nest(struct plot *plot, struct random *random, const struct entry *entry,
		       unsigned i)
{
	const struct encase_desc *shape = &entry->shape;
	unsigned count = shape->arg[i].count;
	uint64_t dice = random_below(random, 100);

	if (dice < 6)
		return 0;
	if (dice < 12 && !plot->memory.host)
		return words_bad(plot, random);
	switch (deep_of(shape, i)) {
	case ENCASE_SIZED:
	case ENCASE_TRAILED:
		return make_self(plot, random, shape, i);
	case ENCASE_PAIR:
		return make_pair(plot, random);
	case ENCASE_STRINGS:
		return make_strings(plot, random);
	case ENCASE_MESSAGE:
		return make_messages(plot, random, 1, sizeof(struct msghdr));
	case ENCASE_MESSAGES:
		return make_messages(plot, random, count_value(shape, count, entry->word[count]),
				     MANY_SIZE);
	default:
		return words_block(plot, random, 16);
	}
}
