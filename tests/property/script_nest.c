/* SPDX-License-Identifier: MIT */
/*
 * What a handler sees of what has pointers inside: pairs, strings, messages.
 *
 * The structure is looked at once, when it is first seen, and its parts are remembered: runs
 * of bytes, which handlers log and write to whatever becomes of the structure.  What nobody
 * has judged, since it is in the host's memory, is read as Linux would.
 */
#include <string.h>
#include <sys/socket.h>

#include "script.h"

#define MANY_SIZE   64
#define MANY_LENGTH 56

static size_t unit(const struct encase_desc *shape, unsigned i)
{
	return deep_of(shape, i) == ENCASE_MESSAGES ? MANY_SIZE : sizeof(struct msghdr);
}

static void add_part(struct sight *sight, unsigned i, encase_word base, size_t len)
{
	if (base && sight->nrange[i] < RANGES)
		sight->range[i][sight->nrange[i]++] = (struct range){ base, len };
}

static struct msghdr message_read(encase_word at)
{
	struct msghdr message;

	memcpy(&message, (const void *) (uintptr_t) at, sizeof(message));
	return message;
}

/* Lengths as they count. */
static size_t name_length(const struct msghdr *message)
{
	if (!message->msg_name || (int) message->msg_namelen < 0)
		return 0;
	return message->msg_namelen > 128 ? 128 : message->msg_namelen;
}

static size_t control_length(const struct msghdr *message)
{
	return message->msg_control ? message->msg_controllen : 0;
}

static size_t entries_of(const struct msghdr *message)
{
	return message->msg_iovlen > 1024 ? 0 : message->msg_iovlen;
}

static void measure_message(struct sight *sight, unsigned i, encase_word at)
{
	struct msghdr message = message_read(at);

	for (size_t k = 0; k < entries_of(&message); k++) {
		struct range range = range_read((uintptr_t) message.msg_iov, k);

		add_part(sight, i, range.base, range.len);
	}
	add_part(sight, i, (uintptr_t) message.msg_control, control_length(&message));
	add_part(sight, i, (uintptr_t) message.msg_name, name_length(&message));
}

static void measure_strings(struct sight *sight, unsigned i)
{
	encase_word string;
	size_t n = 0;

	for (;; n++) {
		memcpy(&string, (const void *) (uintptr_t) (sight->word[i] + n * sizeof(string)),
		       sizeof(string));
		if (!string)
			break;
		add_part(sight, i, string, strlen((const char *) (uintptr_t) string) + 1);
	}
	sight->len[i] = (n + 1) * sizeof(string);
}

void nest_measure(struct sight *sight, unsigned i)
{
	const struct encase_desc *shape = &sight->shape;
	unsigned count = shape->arg[i].count;
	struct range pair;
	uint64_t n = 1;

	sight->nrange[i] = 0;
	switch (deep_of(shape, i)) {
	case ENCASE_PAIR:
		pair = range_read(sight->word[i], 0);
		sight->len[i] = sizeof(pair);
		add_part(sight, i, pair.base, pair.len);
		return;
	case ENCASE_STRINGS:
		measure_strings(sight, i);
		return;
	case ENCASE_MESSAGES:
		n = count_value(shape, count, sight->word[count]);
		break;
	default:
		break;
	}
	sight->len[i] = n * unit(shape, i);
	for (uint64_t k = 0; k < n; k++)
		measure_message(sight, i, sight->word[i] + k * unit(shape, i));
}

/* -- As text -------------------------------------------------------------- */

static void add_message(struct text *text, const struct sight *sight, unsigned i, encase_word at)
{
	struct msghdr message = message_read(at);
	uint32_t length = 0;

	if (unit(&sight->shape, i) == MANY_SIZE)
		memcpy(&length, (const void *) (uintptr_t) (at + MANY_LENGTH), sizeof(length));
	text_add(text, "{%s%d %s%llu %s%llu %#x %u:", message.msg_name ? "" : "null ",
		 (int) message.msg_namelen, message.msg_iov ? "" : "null ",
		 (unsigned long long) message.msg_iovlen, message.msg_control ? "" : "null ",
		 (unsigned long long) message.msg_controllen, (unsigned) message.msg_flags, length);
	for (size_t k = 0; k < entries_of(&message); k++) {
		struct range range = range_read((uintptr_t) message.msg_iov, k);

		text_add(text, " %s%llu", range.base ? "" : "null ",
			 (unsigned long long) range.len);
	}
	text_add(text, "}");
}

void nest_log(struct text *text, const struct sight *sight, unsigned i)
{
	text_add(text, "%zu ", sight->len[i]);
	if (deep_of(&sight->shape, i) == ENCASE_PAIR)
		text_add(text, "of %llu ", (unsigned long long) range_read(sight->word[i], 0).len);
	else if (deep_of(&sight->shape, i) != ENCASE_STRINGS)
		for (size_t at = 0; at < sight->len[i]; at += unit(&sight->shape, i))
			add_message(text, sight, i, sight->word[i] + at);
	text_add(text, "[");
	for (unsigned k = 0; k < sight->nrange[i]; k++) {
		text_add(text, " ");
		text_add_bytes(text, (const void *) (uintptr_t) sight->range[i][k].base,
			       sight->range[i][k].len);
	}
	text_add(text, "]");
}

/* -- Changes in place ----------------------------------------------------- */

/* May a part be said to be longer than it is? The router answers for shadows alone. */
static bool is_free(const struct sight *sight, unsigned i, encase_word base)
{
	return base && !script_of_pool(base) && !script_of_nest(sight->word[i]) &&
	       !script_some_host();
}

static void turn_pair(const struct sight *sight, unsigned i)
{
	struct range pair = range_read(sight->word[i], 0);

	range_turn(&pair, &pair);
	if (script_of_nest(sight->word[i]) && pair.len > 300)
		pair.len = 0;
	memcpy((void *) (uintptr_t) sight->word[i], &pair, sizeof(pair));
	script_log("* pair a%u becomes %llu bytes", i, (unsigned long long) pair.len);
}

static void turn_string(const struct sight *sight, unsigned i)
{
	size_t n = sight->len[i] / sizeof(encase_word) - 1;
	size_t k = n ? random_below(&run.random, n) : 0;
	encase_word end = sight->word[i] + sight->len[i], string = 0;
	const struct range *last = n && n <= RANGES ? &sight->range[i][n - 1] : NULL;
	uint64_t dice = random_below(&run.random, 10);

	if (!n)
		return;
	/* Is the last one the end of a shadow? */
	if (dice < 6 && last && sight->range[i][0].base == end && is_free(sight, i, last->base)) {
		*(char *) (uintptr_t) (last->base + last->len - 1) = 'x';
		script_log("* strings a%u lose their end", i);
		return;
	}
	if (dice < 8)
		string = script_pool(random_below(&run.random, 4096));
	memcpy((void *) (uintptr_t) (sight->word[i] + k * sizeof(string)), &string, sizeof(string));
	script_log("* string %zu of a%u becomes %s", k, i, string ? "another" : "the end");
}

static void turn_name(const struct sight *sight, unsigned i, struct msghdr *message)
{
	static const int some[] = { 0, 3, 12, 40, 127, 128, 200, 5000, -1, INT32_MAX };

	(void) sight;
	(void) i;
	message->msg_namelen = (unsigned) RANDOM_OF(&run.random, some);
	if (random_chance(&run.random, 15))
		message->msg_name =
			(void *) (uintptr_t) script_pool(random_below(&run.random, 4096));
	else if (random_chance(&run.random, 15))
		message->msg_name = NULL;
}

static void turn_control(const struct sight *sight, unsigned i, struct msghdr *message)
{
	static const size_t absurd[] = { 100, 1 << 20, INT32_MAX, SIZE_MAX };
	bool free = is_free(sight, i, (uintptr_t) message->msg_control);
	uint64_t dice = random_below(&run.random, 100);

	if (free && dice < 20) {
		message->msg_controllen += 1 + random_below(&run.random, 40);
	} else if (free && dice < 40) {
		message->msg_controllen = RANDOM_OF(&run.random, absurd);
	} else if (dice < 60) {
		message->msg_control =
			(void *) (uintptr_t) script_pool(random_below(&run.random, 4096));
		message->msg_controllen = random_below(&run.random, 40);
	} else if (dice < 70) {
		message->msg_control = NULL;
	} else {
		message->msg_controllen /= 2;
	}
}

static void turn_entries(const struct sight *sight, unsigned i, struct msghdr *message)
{
	encase_word at = (uintptr_t) message->msg_iov;
	size_t n = entries_of(message), k = n ? random_below(&run.random, n) : 0;
	struct range range;

	if (random_chance(&run.random, 12)) {
		message->msg_iovlen = random_chance(&run.random, 50) ? 1025 : SIZE_MAX;
		return;
	}
	message->msg_iovlen = n;
	if (!n)
		return;
	range = range_read(at, k);
	range_turn(&range, &range);
	if (script_of_nest(sight->word[i]) && range.len > 300)
		range.len = 0;
	memcpy((void *) (uintptr_t) (at + k * sizeof(range)), &range, sizeof(range));
	if (random_chance(&run.random, 20))
		message->msg_iovlen--;
}

static void turn_message(const struct sight *sight, unsigned i, encase_word at)
{
	struct msghdr message = message_read(at);
	uint32_t length = (uint32_t) random_below(&run.random, 60);

	if (random_chance(&run.random, 50))
		turn_name(sight, i, &message);
	if (random_chance(&run.random, 50))
		turn_control(sight, i, &message);
	if (random_chance(&run.random, 40))
		turn_entries(sight, i, &message);
	if (random_chance(&run.random, 50))
		message.msg_flags = (int) random_below(&run.random, 100);
	memcpy((void *) (uintptr_t) at, &message, sizeof(message));
	if (unit(&sight->shape, i) == MANY_SIZE)
		memcpy((void *) (uintptr_t) (at + MANY_LENGTH), &length, sizeof(length));
	script_log("* message a%u becomes %d %llu %llu %d %u", i, (int) message.msg_namelen,
		   (unsigned long long) message.msg_iovlen,
		   (unsigned long long) message.msg_controllen, message.msg_flags, length);
}

void nest_turn(const struct sight *sight, unsigned i)
{
	switch (deep_of(&sight->shape, i)) {
	case ENCASE_PAIR:
		turn_pair(sight, i);
		return;
	case ENCASE_STRINGS:
		turn_string(sight, i);
		return;
	default:
		break;
	}
	for (size_t at = 0; at < sight->len[i]; at += unit(&sight->shape, i))
		if (at < 4 * MANY_SIZE && random_chance(&run.random, 70))
			turn_message(sight, i, sight->word[i] + at);
}
