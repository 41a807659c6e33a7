/* SPDX-License-Identifier: MIT */
/*
 * Layer "count": which row a descriptor's calls are counted in, cage by cage; see count.h.
 *
 * An entry is a word: a row's address, above it how often the entry has changed, below it
 * whether the descriptor is being closed.  What somebody has found out of a descriptor is noted by one
 * exchange, which fails if it was closed meanwhile; so no row outlives its file here.  Maps and
 * their blocks are mapped, since a signal's handler may make calls inside malloc(), and stay until the layer
 * stops: whoever still looks at one of a cage that has ended finds memory.
 */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "count.h"

#define BLOCK  1024U /* descriptors */
#define BLOCKS 1024U /* others are not noted */

#define ROW     UINT64_C(0x0000fffffffffff8)
#define CHANGE  (UINT64_C(1) << 48)
#define CLOSING UINT64_C(1)

struct enc_count_map {
	struct enc_count_map *next;     /* set before it is in the list */
	const struct encase_cage *cage; /* atomic; null: nobody's */
	unsigned blind;                 /* how many close what has no block; atomic */
	unsigned blocks;                /* none from here on; atomic */
	uint64_t *block[BLOCKS];        /* atomic; of atomic words */
};

static void *pages(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

/* -- Blocks ---------------------------------------------------------------------- */

static uint64_t *block_at(struct enc_count_map *map, unsigned i)
{
	return __atomic_load_n(&map->block[i], __ATOMIC_SEQ_CST);
}

static uint64_t *make_block(struct enc_count_map *map, unsigned i)
{
	uint64_t *made = pages(BLOCK * sizeof(*made)), *there = NULL;
	unsigned blocks = __atomic_load_n(&map->blocks, __ATOMIC_SEQ_CST);

	if (!made)
		return NULL;
	while (blocks <= i && !__atomic_compare_exchange_n(&map->blocks, &blocks, i + 1, false,
							   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		;
	if (__atomic_compare_exchange_n(&map->block[i], &there, made, false, __ATOMIC_SEQ_CST,
					__ATOMIC_SEQ_CST))
		return made;
	munmap(made, BLOCK * sizeof(*made));
	return there;
}

/* The entry of a descriptor if it has one; null. */
static uint64_t *entry_of(struct enc_count_map *map, int fd)
{
	uint64_t *block;

	if (!map || fd < 0 || (unsigned) fd >= BLOCK * BLOCKS)
		return NULL;
	block = block_at(map, (unsigned) fd / BLOCK);
	return block ? &block[(unsigned) fd % BLOCK] : NULL;
}

/* The same, and it is made; null: there is no place. */
static uint64_t *make_entry(struct enc_count_map *map, int fd)
{
	uint64_t *entry = entry_of(map, fd), *block;

	if (entry || !map || fd < 0 || (unsigned) fd >= BLOCK * BLOCKS)
		return entry;
	block = make_block(map, (unsigned) fd / BLOCK);
	return block ? &block[(unsigned) fd % BLOCK] : NULL;
}

static uint64_t load(const uint64_t *entry)
{
	return __atomic_load_n(entry, __ATOMIC_SEQ_CST);
}

static uint64_t *row_in(uint64_t word)
{
	return (uint64_t *) (uintptr_t) (word & ROW);
}

/* What comes after word: another row, or none, and flags. */
static uint64_t after(uint64_t word, const uint64_t *row, uint64_t flags)
{
	return (word & ~(CHANGE - 1)) + CHANGE + (uint64_t) (uintptr_t) row + flags;
}

/* Whether it was still what it was said to be. */
static bool change(uint64_t *entry, uint64_t was, uint64_t to)
{
	return __atomic_compare_exchange_n(entry, &was, to, false, __ATOMIC_SEQ_CST,
					   __ATOMIC_SEQ_CST);
}

/* -- Maps ------------------------------------------------------------------------ */

static struct enc_count_map *find(struct enc_count_map *maps, const struct encase_cage *cage)
{
	while (maps && __atomic_load_n(&maps->cage, __ATOMIC_ACQUIRE) != cage)
		maps = maps->next;
	return maps;
}

/* Puts a map in front of the others, unless the cage has got one; which it has. */
static struct enc_count_map *add_map(struct enc_count *count, struct enc_count_map *map)
{
	struct enc_count_map *head = __atomic_load_n(&count->maps, __ATOMIC_ACQUIRE), *other;

	do {
		other = map->cage ? find(head, map->cage) : NULL;
		if (other) {
			munmap(map, sizeof(*map));
			return other;
		}
		map->next = head;
	} while (!__atomic_compare_exchange_n(&count->maps, &head, map, false, __ATOMIC_ACQ_REL,
					      __ATOMIC_ACQUIRE));
	return map;
}

struct enc_count_map *enc_count_map(struct enc_count *count, const struct encase_cage *cage)
{
	struct enc_count_map *map = find(__atomic_load_n(&count->maps, __ATOMIC_ACQUIRE), cage);

	if (map)
		return map;
	map = pages(sizeof(*map));
	if (!map)
		return NULL;
	map->cage = cage;
	return add_map(count, map);
}

/* What is noted of from's descriptors is noted of to's; what is being closed is not. */
static void copy(struct enc_count_map *to, struct enc_count_map *from)
{
	unsigned blocks = from ? __atomic_load_n(&from->blocks, __ATOMIC_SEQ_CST) : 0;

	for (unsigned i = 0; i < blocks; i++) {
		uint64_t *theirs = block_at(from, i);
		uint64_t *own = theirs ? make_entry(to, (int) (i * BLOCK)) : NULL;

		for (unsigned j = 0; own && j < BLOCK; j++) {
			uint64_t word = load(&theirs[j]);

			if (word & ROW && !(word & CLOSING))
				__atomic_store_n(&own[j], after(load(&own[j]), row_in(word), 0),
						 __ATOMIC_SEQ_CST);
		}
	}
}

/* Makes a map that has been another cage's as if it were new. */
static void clear(struct enc_count_map *map)
{
	unsigned blocks = __atomic_load_n(&map->blocks, __ATOMIC_SEQ_CST);

	__atomic_store_n(&map->blind, 0, __ATOMIC_SEQ_CST);
	for (unsigned i = 0; i < blocks; i++) {
		uint64_t *block = block_at(map, i);

		for (unsigned j = 0; block && j < BLOCK; j++)
			if (load(&block[j]) & (ROW | CLOSING))
				__atomic_store_n(&block[j], after(load(&block[j]), NULL, 0),
						 __ATOMIC_SEQ_CST);
	}
}

/* A cage that has ended leaves its map; what stands for "claimed" is no cage's address. */
static struct enc_count_map *claim(struct enc_count *count)
{
	static const char claimed;
	struct enc_count_map *map = __atomic_load_n(&count->maps, __ATOMIC_ACQUIRE);

	for (; map; map = map->next) {
		const struct encase_cage *nobody = NULL;

		if (__atomic_compare_exchange_n(&map->cage, &nobody,
						(const struct encase_cage *) &claimed, false,
						__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
			clear(map);
			return map;
		}
	}
	return NULL;
}

void enc_count_child(void *state, struct encase_cage *child)
{
	struct enc_count *count = state;
	struct enc_count_map *parents =
		find(__atomic_load_n(&count->maps, __ATOMIC_ACQUIRE), encase_parent(child));
	struct enc_count_map *map;

	/* Of another cage that had this address: the layer was popped from it, and then it was freed. */
	enc_count_end(count, child, 0);
	map = claim(count);
	if (map) {
		copy(map, parents);
		__atomic_store_n(&map->cage, child, __ATOMIC_RELEASE);
		return;
	}
	map = pages(sizeof(*map));
	if (!map)
		return;
	copy(map, parents);
	map->cage = child;
	(void) add_map(count, map);
}

void enc_count_end(void *state, struct encase_cage *cage, int status)
{
	struct enc_count *count = state;
	struct enc_count_map *map = find(__atomic_load_n(&count->maps, __ATOMIC_ACQUIRE), cage);

	(void) status;
	if (map)
		__atomic_store_n(&map->cage, NULL, __ATOMIC_RELEASE);
}

void enc_count_drop_maps(struct enc_count *count)
{
	struct enc_count_map *next;

	for (struct enc_count_map *map = count->maps; map; map = next) {
		next = map->next;
		for (unsigned i = 0; i < map->blocks; i++)
			if (map->block[i])
				munmap(map->block[i], BLOCK * sizeof(uint64_t));
		munmap(map, sizeof(*map));
	}
}

/* -- Descriptors ------------------------------------------------------------------- */

/*
 * Whoever closes what has no block says so first and looks again whether it has one; here a
 * block is made first, and then looked whether anybody closes so.  One of the two sees the other.
 */
uint64_t *enc_count_fd(const struct enc_count *count, struct enc_count_map *map, int fd)
{
	uint64_t *entry = make_entry(map, fd), *row;
	bool known, blind = entry && __atomic_load_n(&map->blind, __ATOMIC_SEQ_CST);
	uint64_t word = entry ? load(entry) : CLOSING;

	if (row_in(word))
		return row_in(word);
	row = enc_count_name(count, fd, &known);
	if (known && !blind && !(word & CLOSING))
		(void) change(entry, word, after(word, row, 0));
	return row;
}

void enc_count_opened(struct enc_count_map *map, int fd, const uint64_t *row)
{
	uint64_t *entry = make_entry(map, fd);

	if (entry)
		__atomic_store_n(entry, after(load(entry), row, 0), __ATOMIC_SEQ_CST);
}

uint64_t enc_count_noted(struct enc_count_map *map, int fd)
{
	const uint64_t *entry = entry_of(map, fd);

	return entry ? load(entry) : CLOSING;
}

void enc_count_close(struct enc_count_map *map, int fd, struct enc_count_closing *closing)
{
	*closing = (struct enc_count_closing){ .fd = fd, .entry = entry_of(map, fd) };
	if (!map || fd < 0)
		return;
	if (!closing->entry) {
		__atomic_add_fetch(&map->blind, 1, __ATOMIC_SEQ_CST);
		closing->entry = entry_of(map, fd);
		closing->blind = true;
	}
	if (!closing->entry)
		return;
	closing->was = load(closing->entry);
	do
		closing->marked = after(closing->was, NULL, CLOSING);
	while (!__atomic_compare_exchange_n(closing->entry, &closing->was, closing->marked, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
}

/*
 * If the entry is not as it was left, somebody has opened the descriptor again, or closes it,
 * too.  Of two that put files there nobody knows which is there now: that is to be found out.
 */
void enc_count_closed(struct enc_count_map *map, const struct enc_count_closing *closing,
		      bool failed, const uint64_t *row)
{
	uint64_t *entry = closing->entry, word;

	if (failed)
		row = closing->was & CLOSING ? NULL : row_in(closing->was);
	if (entry && !change(entry, closing->marked, after(closing->marked, row, 0)) && row)
		do
			word = load(entry);
		while (!change(entry, word, after(word, NULL, word & CLOSING)));
	if (!entry && row)
		enc_count_opened(map, closing->fd, row);
	if (closing->blind)
		__atomic_sub_fetch(&map->blind, 1, __ATOMIC_SEQ_CST);
}

/* Nobody notes what he finds out until this has been said to be over; what is noted is forgotten. */
void enc_count_close_range(struct enc_count_map *map, unsigned first, unsigned last)
{
	unsigned blocks;

	if (!map)
		return;
	__atomic_add_fetch(&map->blind, 1, __ATOMIC_SEQ_CST);
	blocks = __atomic_load_n(&map->blocks, __ATOMIC_SEQ_CST);
	for (unsigned i = first / BLOCK; i < blocks && i <= last / BLOCK; i++) {
		uint64_t *block = block_at(map, i), word;

		for (unsigned j = 0; block && j < BLOCK; j++) {
			if (i * BLOCK + j < first || i * BLOCK + j > last)
				continue;
			do
				word = load(&block[j]);
			while (!change(&block[j], word, after(word, NULL, word & CLOSING)));
		}
	}
}

void enc_count_closed_range(struct enc_count_map *map)
{
	if (map)
		__atomic_sub_fetch(&map->blind, 1, __ATOMIC_SEQ_CST);
}
