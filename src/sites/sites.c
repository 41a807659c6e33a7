/* SPDX-License-Identifier: MIT */
/* Sites changed, and known; see sites.h. */
#include "sites.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lock.h"
#include "near.h"
#include "poke.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* -- What is known ----------------------------------------------------------- */

/*
 * Addresses and what they stand for: hashed, never taken out, read without a lock.  A table
 * that has become too small is kept: somebody may be reading it.
 */
struct map {
	struct map *before; /* the one that had become too small */
	size_t room, n;     /* room is a power of two */
	struct pair {
		uint64_t key, value; /* key is written last; atomic */
	} pairs[];
};
static struct map *turns, *origins; /* atomic; changed under the lock */

static size_t place(const struct map *map, uint64_t key)
{
	size_t i = (size_t) (key * 0x9e3779b97f4a7c15ULL >> 20) & (map->room - 1);
	uint64_t is;

	while ((is = __atomic_load_n(&map->pairs[i].key, __ATOMIC_ACQUIRE)) && is != key)
		i = (i + 1) & (map->room - 1);
	return i;
}

static uint64_t look_up(struct map *const *at, uint64_t key)
{
	const struct map *map = __atomic_load_n(at, __ATOMIC_ACQUIRE);
	const struct pair *pair;

	if (!map || !key)
		return 0;
	pair = &map->pairs[place(map, key)];
	return pair->key == key ? __atomic_load_n(&pair->value, __ATOMIC_RELAXED) : 0;
}

static void put(struct map *map, uint64_t key, uint64_t value)
{
	struct pair *pair = &map->pairs[place(map, key)];

	__atomic_store_n(&pair->value, value, __ATOMIC_RELAXED);
	map->n += !pair->key;
	__atomic_store_n(&pair->key, key, __ATOMIC_RELEASE);
}

/* Room for a window's starts more. */
static int make_room(struct map **at)
{
	struct map *old = *at, *map;
	size_t room = old ? old->room * 2 : 256;

	if (old && (old->n + ENC_WINDOW_STARTS + 4) * 2 < old->room)
		return 0;
	map = calloc(1, sizeof(*map) + room * sizeof(map->pairs[0]));
	if (!map)
		return -ENOMEM;
	map->room = room;
	map->before = old;
	for (size_t i = 0; old && i < old->room; i++)
		if (old->pairs[i].key && old->pairs[i].value)
			put(map, old->pairs[i].key, old->pairs[i].value);
	__atomic_store_n(at, map, __ATOMIC_RELEASE);
	return 0;
}

uint64_t enc_sites_turn(uint64_t trap)
{
	const volatile unsigned char *is = (const unsigned char *) (uintptr_t) trap;
	uint64_t turn = look_up(&turns, trap);

	return turn ? turn : *is == ENC_TRAP ? 0 : trap;
}

uint64_t enc_sites_origin(uint64_t in_stub)
{
	return look_up(&origins, in_stub);
}

#define GATE_JUMP 6U /* bytes of the jump before that syscall */

static void note(const struct enc_window *w, const struct enc_moved *m, uint64_t from, uint64_t to)
{
	for (unsigned i = 0; i < w->nstarts; i++) {
		put(turns, from + w->starts[i], to + m->starts[i]);
		put(origins, to + m->starts[i], from + w->starts[i]);
	}
	put(origins, to + m->back - GATE_JUMP - ENC_SYSCALL, from + w->before);
	put(origins, to + m->back - ENC_SYSCALL, from + w->before);
	put(origins, to + m->back, from + w->before + ENC_SYSCALL);
	put(origins, to + m->end, from + w->length);
}

static void forget(struct map *map, uint64_t from, uint64_t size, bool by_value)
{
	for (size_t i = 0; map && i < map->room; i++) {
		struct pair *pair = &map->pairs[i];

		if (pair->key && (by_value ? pair->value : pair->key) - from < size)
			__atomic_store_n(&pair->value, 0, __ATOMIC_RELAXED);
	}
}

/* Code that had sites which were changed; under the lock. */
struct code {
	struct code *next;
	uint64_t begin, size;
};
static struct code *codes;

static bool overlaps(const struct code *c, uint64_t from, uint64_t size)
{
	return c->begin < from + size && c->begin + c->size > from;
}

static int add_code(uint64_t begin, uint64_t size)
{
	struct code *c = codes;

	while (c && (c->begin != begin || c->size != size))
		c = c->next;
	if (c)
		return 0;
	c = malloc(sizeof(*c));
	if (!c)
		return -ENOMEM;
	*c = (struct code){ codes, begin, size };
	codes = c;
	return 0;
}

static bool has(uint64_t from, uint64_t size)
{
	const struct code *c = codes;

	while (c && !overlaps(c, from, size))
		c = c->next;
	return c;
}

bool enc_sites_has(uint64_t from, uint64_t size)
{
	sigset_t saved;
	bool is;

	enc_lock(&lock, &saved);
	is = has(from, size);
	enc_unlock(&lock, &saved);
	return is;
}

static void drop_code(uint64_t from, uint64_t size)
{
	struct code **at = &codes, *c;

	while ((c = *at))
		if (c->begin >= from && c->begin + c->size <= from + size) {
			*at = c->next;
			free(c);
		} else {
			at = &c->next;
		}
}

void enc_sites_forget(uint64_t from, uint64_t size)
{
	sigset_t saved;

	enc_lock(&lock, &saved);
	if (has(from, size)) {
		forget(turns, from, size, false);
		forget(origins, from, size, true);
		drop_code(from, size);
	}
	enc_unlock(&lock, &saved);
}

/* -- Changing ---------------------------------------------------------------- */

#define JUMP 0xe9

static bool is_start(const struct enc_window *w, unsigned at)
{
	for (unsigned i = 0; i < w->nstarts; i++)
		if (w->starts[i] == at)
			return true;
	return false;
}

/*
 * Traps first, wherever an instruction begins, so that nobody gets into the window any
 * more; then what is between them; then, in place of the first trap, the jump.
 */
static int poke_slowly(const struct enc_window *w, uint64_t from, const unsigned char *bytes)
{
	static const unsigned char trap = ENC_TRAP;
	int err = enc_poke_settle(); /* before anything is written: whether it can be had */

	for (unsigned i = 0; !err && i < w->nstarts; i++)
		err = enc_poke(from + w->starts[i], &trap, 1);
	if (!err)
		err = enc_poke_settle();
	for (unsigned i = 1; !err && i < ENC_JUMP; i++)
		if (!is_start(w, i))
			err = enc_poke(from + i, &bytes[i], 1);
	if (!err)
		err = enc_poke_settle();
	if (!err)
		err = enc_poke(from, bytes, 1);
	return err;
}

static int poke(const struct enc_window *w, uint64_t from, const unsigned char *code, uint64_t stub,
		bool alone)
{
	int32_t distance = (int32_t) (stub - from - ENC_JUMP);
	unsigned char bytes[ENC_WINDOW_MOST];
	int err;

	memcpy(bytes, code, w->length);
	for (unsigned i = 0; i < w->nstarts; i++)
		bytes[w->starts[i]] = ENC_TRAP;
	bytes[0] = JUMP;
	memcpy(bytes + 1, &distance, sizeof(distance));
	err = alone ? enc_poke(from, bytes, w->length) : poke_slowly(w, from, bytes);
	if (err)
		(void) enc_poke(from, code, w->length); /* what was poked so far */
	return err;
}

/* Gives back what a stub of so many bytes does not need. */
static void trim(uint64_t stub, size_t length)
{
	uint64_t begin = (stub + length + 15) & ~(uint64_t) 15, end = stub + ENC_MOVED_MOST;

	if (!length)
		begin = stub;
	if (begin < end)
		enc_near_give_back(begin, (size_t) (end - begin));
}

/* Puts the stub where the window's jump can reach it, with the bytes that it must have. */
static int place_stub(const struct enc_window *w, const unsigned char *code, uint64_t from,
		      bool shared, uint64_t *stub, struct enc_moved *m)
{
	uint32_t mask, value;
	uint64_t gate;
	int err = -ENOTSUP;

	enc_window_bits(w, &mask, &value);
	*stub = enc_near_take(from + ENC_JUMP, ENC_MOVED_MOST, mask, value, &gate);
	if (!*stub)
		return -ENOMEM;
	if (enc_window_move(w, code, from, *stub, gate + (shared ? sizeof(gate) : 0), m))
		err = enc_poke(*stub, m->code, m->length);
	trim(*stub, err ? 0 : m->length);
	return err;
}

/*
 * Whether an instruction that began here is in a window that was changed, and stands there still: other code may have been
 * mapped there, or the file's pages brought back.
 */
static bool is_changed(uint64_t at)
{
	const volatile unsigned char *is = (const unsigned char *) (uintptr_t) at;

	return look_up(&turns, at) && (*is == ENC_TRAP || *is == JUMP);
}

static int change(const struct enc_window *w, uint64_t from, unsigned how)
{
	unsigned char code[ENC_WINDOW_MOST];
	struct enc_moved moved;
	uint64_t stub;
	int err;

	memcpy(code, (const void *) (uintptr_t) from, w->length);
	for (unsigned i = 0; i < w->length; i++)
		if (is_changed(from + i)) /* another site's window */
			return -ENOTSUP;
	for (unsigned i = 0; i < w->length; i++)
		if (look_up(&turns, from + i)) /* of code that stood here before */
			put(turns, from + i, 0);
	err = make_room(&turns);
	if (!err)
		err = make_room(&origins);
	if (!err)
		err = place_stub(w, code, from, how & ENC_SITES_SHARED, &stub, &moved);
	if (err)
		return err;
	note(w, &moved, from, stub);
	err = poke(w, from, code, stub, how & ENC_SITES_ALONE);
	if (err) /* the stub stays, for who is in it */
		forget(turns, from, w->length, false);
	return err;
}

void enc_sites_set_gate(uint64_t gate, uint64_t shared)
{
	enc_near_set_gate(gate, shared);
}

int enc_sites_change(uint64_t code, size_t size, const struct enc_place *place, unsigned how)
{
	struct enc_window w;
	sigset_t saved;
	int err = 0;

	enc_lock(&lock, &saved);
	if (!is_changed(code + place->at)) {
		err = -ENOTSUP;
		if (enc_window_find((const unsigned char *) (uintptr_t) code, size, place, &w))
			err = add_code(code, size);
		if (!err)
			err = change(&w, code + place->at - w.before, how);
	}
	enc_unlock(&lock, &saved);
	return err;
}
