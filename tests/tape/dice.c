/* SPDX-License-Identifier: MIT */
/*
 * Random calls; see dice.h.
 *
 * Behind a pointer that is bad all are, and not null or empty, for what is behind one a memory
 * which is not the host's does not look at.
 */
#define _GNU_SOURCE
#include "dice.h"

#include <asm/ioctls.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/uio.h>

enum { ZONE = 8192, PARTS = 6, PART = 800 };
_Static_assert(ENCASE_MAX_ARGS *ZONE <= UNIT_ROOM, "there is a zone for each argument");

struct dice {
	const struct encase_desc *desc; /* the call's shape */
	encase_word base;
	uint64_t *seed;
	encase_word *words;
	bool bad; /* from here on all pointers are */
};

static unsigned kind_of(const struct encase_desc *desc, unsigned i)
{
	return desc->arg[i].kind & ENCASE_KIND;
}

/* Whether a buffer's length stands behind argument i. */
static bool is_length(const struct encase_desc *desc, unsigned i)
{
	for (unsigned k = 0; k < desc->nargs; k++)
		if (desc->pointers >> k & 1 && kind_of(desc, k) == ENCASE_BUF &&
		    desc->arg[k].count == i)
			return true;
	return false;
}

static bool is_vector(const struct encase_desc *desc, unsigned i)
{
	return kind_of(desc, i) == ENCASE_DEEP && desc->arg[i].size == ENCASE_IOVEC;
}

static unsigned deep_of(const struct encase_desc *desc, unsigned i)
{
	return kind_of(desc, i) == ENCASE_DEEP ? desc->arg[i].size & 0xff : 0;
}

/* Whether argument i says how many entries a vector has. */
static bool counts_entries(const struct encase_desc *desc, unsigned i)
{
	for (unsigned k = 0; k < desc->nargs; k++)
		if (desc->pointers >> k & 1 && is_vector(desc, k) && desc->arg[k].count == i)
			return true;
	return false;
}

/* Known to tapes, and not; their numbers, and the argument that has them. */
static unsigned some_command(const struct encase_desc *desc, uint64_t word, unsigned *op)
{
	static const unsigned fcntls[] = { F_GETFD, F_SETFL,     F_SETLK,  F_GETLK,
					   F_DUPFD, F_SETOWN_EX, F_GETOWN, F_SET_RW_HINT };
	static const unsigned ioctls[] = { TIOCGWINSZ, TCSETS, FIONREAD,   TCXONC,
					   FIOCLEX,    99,     TIOCSPTLCK, _IOR('x', 1, char[99]) };
	static const unsigned semctls[] = { GETVAL,   SETVAL, IPC_STAT, IPC_SET | 0x100,
					    SEM_INFO, GETALL, IPC_RMID, 99 };
	static const unsigned prctls[] = { PR_GET_DUMPABLE, PR_GET_NAME, PR_GET_PDEATHSIG,   99,
					   PR_SET_NAME,     PR_GET_TSC,  PR_GET_TID_ADDRESS, 98 };

	*op = 1;
	if (desc == &encase_desc_fcntl)
		return fcntls[word % LENGTH(fcntls)];
	if (desc == &encase_desc_ioctl)
		return ioctls[word % LENGTH(ioctls)];
	*op = desc == &encase_desc_semctl ? 2 : 0;
	return desc == &encase_desc_semctl ? semctls[word % LENGTH(semctls)]
					   : prctls[word % LENGTH(prctls)];
}

/* An entry, of which few are bad. */
static struct iovec some_part(struct dice *d, size_t at)
{
	uint64_t word = deck_random(d->seed);
	struct iovec part = { (void *) (uintptr_t) (d->base + at + 1024 + word % 4096),
			      word >> 32 ? (word >> 32) % PART : 0 };

	switch (word >> 20 & 63) {
	case 0:
		part.iov_base = NULL; /* bad if it is not empty */
		break;
	case 1:
		part.iov_base = (void *) DECK_NOWHERE;
		break;
	case 2:
		part.iov_len = (size_t) 1 << 63 | part.iov_len;
		break;
	case 3:
		part.iov_len = 0;
		part.iov_base = (void *) DECK_NOWHERE;
		break;
	default:
		break;
	}
	if (part.iov_len && (!part.iov_base || part.iov_base == (void *) DECK_NOWHERE))
		d->bad = true;
	d->bad |= part.iov_len > PART;
	return part;
}

static void put_vector(struct dice *d, size_t at)
{
	for (size_t k = 0; k < PARTS; k++) {
		struct iovec part = some_part(d, at);

		memcpy(unit_room + at + k * sizeof(part), &part, sizeof(part));
	}
	for (size_t n = 1024; n < 6000; n += 8) {
		uint64_t word = deck_random(d->seed);

		memcpy(unit_room + at + n, &word, sizeof(word));
	}
}

/* A pointer and a length; the pointer may be null, and is seldom bad. */
static void put_pair(struct dice *d, size_t at)
{
	uint64_t word = deck_random(d->seed);
	struct iovec pair = { (void *) (uintptr_t) (d->base + at + 1024), word % PART };

	if (word >> 40 & 1)
		pair.iov_base = NULL;
	else if (!(word >> 41 & 31))
		pair.iov_base = (void *) DECK_NOWHERE;
	if (pair.iov_base == (void *) DECK_NOWHERE) {
		pair.iov_len++;
		d->bad = true;
	}
	memcpy(unit_room + at, &pair, sizeof(pair));
	for (size_t n = 1024; n < 1024 + PART; n += 8) {
		word = deck_random(d->seed);
		memcpy(unit_room + at + n, &word, sizeof(word));
	}
}

/* A length is at most what a zone holds. */
static void put_length(struct dice *d, size_t at)
{
	uint64_t word = deck_random(d->seed);
	int32_t n = word % 9 ? (int32_t) (word >> 8) % 1500 : -5;

	memcpy(unit_room + at, &n, sizeof(n));
}

static void put_bytes(struct dice *d, size_t at)
{
	for (size_t n = 0; n < 64; n++)
		unit_room[at + n] = (char) deck_random(d->seed);
	unit_room[at + deck_random(d->seed) % 64] = '\0';
}

static encase_word some_pointer(struct dice *d, unsigned i)
{
	uint64_t word = deck_random(d->seed);
	size_t at = ZONE * i + 64;

	if (!d->bad && word % 16 == 0)
		return 0;
	if (d->bad || word % 16 == 1) {
		d->bad = true;
		return DECK_NOWHERE;
	}
	if (is_vector(d->desc, i))
		put_vector(d, at);
	else if (deep_of(d->desc, i) == ENCASE_PAIR)
		put_pair(d, at);
	else if (is_length(d->desc, i))
		put_length(d, at);
	else
		put_bytes(d, at);
	if (deep_of(d->desc, i) == ENCASE_SIZED || deep_of(d->desc, i) == ENCASE_TRAILED)
		put_length(d, at + d->desc->arg[i].count);
	return d->base + at;
}

/* One more than the most that argument i may count, of objects that stay in their zone. */
static uint64_t room_for(const struct dice *d, unsigned i)
{
	uint64_t most = 1500;

	for (unsigned k = 0; k < d->desc->nargs; k++)
		if (d->desc->pointers >> k & 1 && kind_of(d->desc, k) == ENCASE_BUF &&
		    d->desc->arg[k].count == i && most > 6000U / d->desc->arg[k].size)
			most = 6000U / d->desc->arg[k].size;
	return most;
}

/* Counts that would reach out of a zone, for they are unsigned and were negative, are made small. */
static encase_word some_scalar(struct dice *d, unsigned i)
{
	const struct encase_arg *arg = &d->desc->arg[i];
	uint64_t word = deck_random(d->seed);
	bool small = arg->type == ENCASE_U64 || arg->type == ENCASE_U32 || arg->type == ENCASE_U16;

	if (counts_entries(d->desc, i)) {
		d->bad |= word % 32 < 2;
		return word % 32 == 0   ? 1025
		       : word % 32 == 1 ? (encase_word) -1
					: word % (PARTS + 1);
	}
	if (arg->kind != ENCASE_SIZE)
		return word % 100 - 3;
	if (d->bad) /* where nothing is, no bytes can be found */
		return word % 100 + 2;
	word = word % 9 ? word % room_for(d, i) : word % 9 - 3;
	return small && encase_widen(arg->type, word) > 2000 ? 5 : word;
}

/* Whether it is one of those whose commands tapes know. */
static bool has_commands(const struct encase_desc *desc)
{
	return desc == &encase_desc_fcntl || desc == &encase_desc_ioctl ||
	       desc == &encase_desc_semctl || desc == &encase_desc_prctl;
}

/* Whether argument i may say what others are. */
static bool shapes(const struct encase_desc *desc, unsigned i)
{
	return desc->arg[i].kind != ENCASE_SIZE && kind_of(desc, i) < ENCASE_ADDR;
}

bool dice_call(const struct encase_desc *desc, encase_word base, uint64_t *seed, encase_word *words)
{
	encase_word shaping[ENCASE_MAX_ARGS] = { 0 };
	unsigned op = ENCASE_MAX_ARGS;
	struct encase_desc shape;
	struct dice d = { desc, base, seed, words, false };

	if (has_commands(desc)) {
		unsigned command = some_command(desc, deck_random(seed), &op);

		words[op] = shaping[op] = command;
	}
	for (unsigned i = 0; i < desc->nargs && encase_text(desc)->shape; i++)
		if (i != op && shapes(desc, i))
			words[i] = shaping[i] = some_scalar(&d, i);
	encase_shape(desc, shaping, &shape);
	d.desc = &shape;
	for (unsigned i = 0; i < shape.nargs; i++)
		if (shape.pointers >> i & 1 &&
		    (deep_of(&shape, i) > ENCASE_PAIR || deep_of(&shape, i) == ENCASE_MESSAGES))
			return false;
	for (unsigned i = 0; i < desc->nargs; i++) {
		if (i == op || (encase_text(desc)->shape && shapes(desc, i)))
			continue;
		words[i] = shape.pointers >> i & 1 ? some_pointer(&d, i) : some_scalar(&d, i);
	}
	return true;
}

void dice_forget(const struct encase_desc *desc)
{
	for (unsigned i = 0; i < desc->nargs; i++)
		if (desc->pointers >> i & 1 &&
		    (is_vector(desc, i) || deep_of(desc, i) == ENCASE_PAIR))
			memset(unit_room + ZONE * i + 64, 0, PARTS * sizeof(struct iovec));
}
