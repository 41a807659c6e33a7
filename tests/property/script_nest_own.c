/* SPDX-License-Identifier: MIT */
/*
 * What handlers give where pointers are inside: pairs, strings and messages of their own.
 *
 * Each is made for one forward.  What they point to is the script's own, or some of what is
 * seen, a little more than there is of it now and then; more than there is of a shadow is
 * the router's to refuse.
 */
#include <string.h>
#include <sys/socket.h>

#include "script.h"

#define OWN      256 /* so many in a run, each in turn */
#define MESSAGES 3
#define ENTRIES_ 3
#define STRINGS  4

#define MANY_SIZE 64

struct one_of_many {
	struct msghdr message;
	uint32_t length;
};
_Static_assert(sizeof(struct one_of_many) == MANY_SIZE, "it is a struct mmsghdr");

static struct own_nest {
	struct range pair;
	encase_word string[STRINGS + 1];
	struct one_of_many many[MESSAGES];
	struct range range[MESSAGES][ENTRIES_];
	unsigned n; /* messages */
} own_nests[OWN];
static unsigned own_nests_used;

void script_nest_reset(void)
{
	own_nests_used = 0;
}

bool script_of_nest(encase_word word)
{
	return word >= (uintptr_t) own_nests && word < (uintptr_t) (own_nests + OWN);
}

static encase_word own_strings(const struct sight *sight, struct gift *gift, struct own_nest *own)
{
	size_t n = random_below(&run.random, STRINGS + 1);

	text_add(&gift->how, "own %zu strings: ", n);
	for (size_t k = 0; k < n; k++)
		own->string[k] = random_chance(&run.random, 50)
					 ? gift_own(gift)
					 : gift_seen(sight, gift, ENCASE_STR | ENCASE_IN);
	return (uintptr_t) own->string;
}

/* A length that may be too long, for what is in a shadow. */
static bool is_absurd(encase_word base)
{
	return base && !script_of_pool(base) && !script_host(base) &&
	       random_chance(&run.random, 16);
}

static void own_message(const struct sight *sight, struct gift *gift, struct own_nest *own,
			unsigned k, unsigned kind)
{
	struct msghdr *message = &own->many[k].message;
	struct range name = gift_range(sight, gift, kind), control = gift_range(sight, gift, kind);

	message->msg_name = (void *) (uintptr_t) name.base;
	message->msg_namelen = is_absurd(name.base) ? 5000 : (unsigned) name.len;
	message->msg_control = (void *) (uintptr_t) control.base;
	message->msg_controllen = control.len;
	message->msg_iov = (void *) own->range[k];
	message->msg_iovlen = random_below(&run.random, ENTRIES_ + 1);
	if (random_chance(&run.random, 4))
		message->msg_iovlen = 1025;
	message->msg_flags = (int) random_below(&run.random, 100);
	for (size_t e = 0; e < message->msg_iovlen && e < ENTRIES_; e++)
		own->range[k][e] = gift_range(sight, gift, kind);
	own->many[k].length = (uint32_t) random_below(&run.random, 60);
}

static encase_word own_messages(const struct sight *sight, struct gift *gift, struct own_nest *own,
				unsigned n, unsigned kind)
{
	own->n = n;
	text_add(&gift->how, "own %u messages: ", own->n);
	for (unsigned k = 0; k < own->n; k++)
		own_message(sight, gift, own, k, kind);
	return (uintptr_t) own->many;
}

static encase_word own_nest(const struct sight *sight, struct gift *gift,
			    const struct encase_desc *shape, unsigned i)
{
	struct own_nest *own = &own_nests[own_nests_used++ % OWN];
	unsigned kind = is_written(shape, i) ? ENCASE_OUT : ENCASE_IN;

	memset(own, 0, sizeof(*own));
	switch (deep_of(shape, i)) {
	case ENCASE_PAIR:
		text_add(&gift->how, "own pair: ");
		own->pair = gift_range(sight, gift, kind);
		return (uintptr_t) &own->pair;
	case ENCASE_STRINGS:
		return own_strings(sight, gift, own);
	case ENCASE_MESSAGE:
		return own_messages(sight, gift, own, 1, kind);
	default:
		return own_messages(sight, gift, own,
				    1 + (unsigned) random_below(&run.random, MESSAGES), kind);
	}
}

encase_word gift_nest(const struct sight *sight, struct gift *gift, const struct encase_desc *shape,
		      unsigned i)
{
	for (unsigned j = 0; j < sight->shape.nargs; j++) {
		if (deep_of(&sight->shape, j) != deep_of(shape, i) || !sight->word[j] ||
		    is_written(&sight->shape, j) != is_written(shape, i) ||
		    random_chance(&run.random, 40))
			continue;
		text_add(&gift->how, "a%u", j);
		return sight->word[j];
	}
	return own_nest(sight, gift, shape, i);
}

uint64_t nest_messages_at(const struct sight *sight, encase_word word)
{
	encase_word first = (uintptr_t) own_nests;

	if (script_of_nest(word))
		return own_nests[(word - first) / sizeof(struct own_nest)].n;
	for (unsigned i = 0; i < sight->shape.nargs; i++)
		if (deep_of(&sight->shape, i) == ENCASE_MESSAGES && word == sight->word[i])
			return sight->len[i] / MANY_SIZE;
	return 0;
}

encase_word gift_self(struct gift *gift, const struct encase_desc *shape, unsigned i)
{
	static const uint32_t some[] = { 0, 10, 30, 50, 70, 4096, 4097 };
	encase_word at = gift_own(gift);
	uint32_t number = RANDOM_OF(&run.random, some);

	memcpy((void *) (uintptr_t) (at + shape->arg[i].count), &number, sizeof(number));
	text_add(&gift->how, " of size %u", number);
	return at;
}
