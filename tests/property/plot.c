/* SPDX-License-Identifier: MIT */
/*
 * Plots: blocks of bytes with strings in them, and two memories over them.
 *
 * A plot for trusting memories has room behind its end, all zeros when a run begins, so
 * that a string whose end was overwritten ends there.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plot.h"

#define BEHIND 0x10000 /* as long as a string can be */
#define DRAWN  4099    /* bytes that are drawn; those of a large one repeat them */

unsigned plot_misuses;

static bool overlap(size_t at, size_t n, size_t from, size_t size)
{
	return size && at < from + size && from < at + n;
}

static unsigned char *find(const struct plot *plot, encase_word at, size_t n)
{
	const struct ref_memory *memory = &plot->memory;

	if (!at || !n)
		plot_misuses++;
	if (at > memory->size || n > memory->size - at ||
	    overlap(at, n, memory->hole, memory->hole_size))
		return NULL;
	return memory->bytes + at;
}

static int plot_read(void *space, encase_word from, void *to, size_t n)
{
	const unsigned char *bytes = find(space, from, n);

	if (!bytes)
		return -EFAULT;
	memcpy(to, bytes, n);
	return 0;
}

static int plot_write(void *space, encase_word to, const void *from, size_t n)
{
	const struct plot *plot = space;
	unsigned char *bytes = find(plot, to, n);

	if (!bytes || overlap(to, n, plot->memory.stone, plot->memory.stone_size))
		return -EFAULT;
	memcpy(bytes, from, n);
	return 0;
}

static long plot_read_string(void *space, encase_word from, char *to, size_t room)
{
	if (!room)
		plot_misuses++;
	for (size_t i = 0; i < room; i++) {
		const unsigned char *byte = find(space, from + i, 1);

		if (!byte)
			return -EFAULT;
		to[i] = (char) *byte;
		if (!*byte)
			return (long) i + 1;
	}
	return -E2BIG;
}

static int plot_check(void *space, encase_word at, size_t n)
{
	return find(space, at, n) ? 0 : -EFAULT;
}

static void *plot_place(void *space, encase_word at, size_t n)
{
	return find(space, at, n);
}

static const struct encase_memory near_memory = {
	.name = "near",
	.read = plot_read,
	.write = plot_write,
	.read_string = plot_read_string,
	.check = plot_check,
	.place = plot_place,
};

static const struct encase_memory far_memory = {
	.name = "far",
	.read = plot_read,
	.write = plot_write,
	.read_string = plot_read_string,
	.check = plot_check,
};

/* A number of ranges; -EFAULT if one of them is bad. */
static int plot_gather(void *space, const struct encase_range *ranges, size_t count)
{
	int err = 0;

	for (size_t i = 0; !err && i < count; i++)
		err = plot_read(space, ranges[i].from, ranges[i].to, ranges[i].n);
	return err;
}

/* The same as far_memory to a cage, and to the second router. */
static const struct encase_memory gathering_memory = {
	.name = "gathering",
	.read = plot_read,
	.write = plot_write,
	.read_string = plot_read_string,
	.check = plot_check,
	.gather = plot_gather,
};

static void fill(struct plot *plot, struct random *random)
{
	size_t size = plot->memory.size;

	for (size_t i = 0; i < size && i < DRAWN; i++) {
		uint64_t dice = random_below(random, 40);

		plot->initial[i] = (unsigned char) (dice < 2 ? 0 : 'A' + dice);
	}
	for (size_t i = DRAWN; i < size; i++)
		plot->initial[i] = plot->initial[i - DRAWN];
	/* In a large one strings are longer than any may be. */
	if (size > PLOT_LARGE && random_chance(random, 60))
		memset(plot->initial + 2000, '~', size - 2000);
	/* The last byte ends a string, or a long one has no end. */
	if (random_chance(random, 50) || plot->kind == PLOT_HOST)
		plot->initial[size - 1] = 0;
	else
		memset(plot->initial + size - size / 4, '~', size / 4);
}

/* A part of a block, not at its start; its size may be 0. */
static size_t part(size_t size, struct random *random, size_t *length)
{
	size_t at = 1 + random_below(random, size - 1);

	*length = random_below(random, 24);
	if (*length > size - at)
		*length = size - at;
	return at;
}

void plot_make(struct plot *plot, struct random *random, unsigned large)
{
	static const uint8_t kinds[] = { PLOT_ARENA, PLOT_ARENA, PLOT_ARENA, PLOT_NEAR,
					 PLOT_NEAR,  PLOT_FAR,   PLOT_FAR,   PLOT_FAR,
					 PLOT_HOST,  PLOT_HOST,  PLOT_HOST };
	struct ref_memory *memory = &plot->memory;

	memset(plot, 0, sizeof(*plot));
	plot->kind = RANDOM_OF(random, kinds);
	memory->size = 64 + random_below(random, 900);
	if (random_chance(random, large))
		memory->size = PLOT_LARGE + random_below(random, 60000);
	if (plot->kind == PLOT_HOST) {
		plot->kept = PLOT_KEPT;
		memory->size += PLOT_KEPT;
	}
	plot->kept_used = 1;
	plot->initial = malloc(memory->size);
	plot->behind = plot->kind == PLOT_HOST ? BEHIND : 0;
	memory->bytes = calloc(1, memory->size + plot->behind);
	if (!plot->initial || !memory->bytes)
		abort();
	fill(plot, random);
	memory->host = plot->kind == PLOT_HOST;
	memory->base = memory->host ? (uintptr_t) memory->bytes : 0;
	memory->placed = plot->kind != PLOT_FAR;
	plot->gathers = plot->kind == PLOT_FAR && memory->size & 1;
	if (plot->kind == PLOT_NEAR || plot->kind == PLOT_FAR) {
		memory->hole = part(memory->size, random, &memory->hole_size);
		memory->stone = part(memory->size, random, &memory->stone_size);
	}
	plot->arena = (struct encase_arena){ memory->bytes, memory->size };
}

void plot_free(struct plot *plot)
{
	free(plot->initial);
	free(plot->memory.bytes);
}

void plot_reset(struct plot *plot)
{
	memcpy(plot->memory.bytes, plot->initial, plot->memory.size);
	memset(plot->memory.bytes + plot->memory.size, 0, plot->behind);
}

void plot_set_up(struct plot *plot, struct encase_setup *setup)
{
	static const struct encase_memory *const memories[PLOT_KINDS] = {
		[PLOT_ARENA] = &encase_memory_arena,
		[PLOT_NEAR] = &near_memory,
		[PLOT_FAR] = &far_memory,
		[PLOT_HOST] = &encase_memory_host,
	};

	setup->memory = memories[plot->kind];
	if (plot->gathers)
		setup->memory = &gathering_memory;
	setup->space = plot->kind == PLOT_ARENA ? (void *) &plot->arena : plot;
}
