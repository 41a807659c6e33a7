/* SPDX-License-Identifier: MIT */
/*
 * Images: a cage's memory that the input fills, between pages that fault.
 *
 * For the library it is its own arena, or one of three memories made here, which hold
 * their users to the contract in encase/cage.h and which a second thread writes to.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "memory.h"

#define PAGE   4096
#define CANARY 0xa7

struct trial trial;

static unsigned char *pages; /* two that can be used, between two that cannot */
static enum { ARENA, NEAR, FAR } form;

static void make_pages(void)
{
	if (pages)
		return;
	pages = mmap(NULL, 4 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED || mprotect(pages + PAGE, 2 * PAGE, PROT_READ | PROT_WRITE))
		abort();
}

/* Makes the image from bytes; they end, or begin, at memory that faults. */
static void make_image(const uint8_t *data, size_t size)
{
	struct encase_arena *arena = &trial.image.arena;
	bool left = random_chance(&trial.random, 30);
	unsigned char *base;

	make_pages();
	memset(pages + PAGE, CANARY, 2 * PAGE);
	form = (unsigned) random_below(&trial.random, 3);
	arena->size = 16 + random_below(&trial.random, IMAGE_MOST - 15);
	base = left ? pages + PAGE : pages + 3 * PAGE - arena->size;
	arena->base = base;
	for (size_t i = 0; i < arena->size; i++)
		base[i] = size ? data[i % size] : 0;
}

bool image_holds(encase_word at, uint64_t n)
{
	size_t size = trial.image.arena.size;

	return at <= size && n <= size - at;
}

static unsigned char *bytes(void)
{
	return trial.image.arena.base;
}

void image_stir(void)
{
	unsigned char with = (unsigned char) random_below(&trial.random, 256);

	if (!trial.restless)
		return;
	for (size_t i = 0; i < trial.image.arena.size; i++)
		bytes()[i] ^= with;
}

/* -- Three memories ------------------------------------------------------- */

static void use(encase_word at, size_t n)
{
	FUZZ_CHECK(at && n, "a memory is asked for %zu bytes at %#llx", n, (unsigned long long) at);
}

static int image_read(void *space, encase_word from, void *to, size_t n)
{
	(void) space;
	use(from, n);
	if (!image_holds(from, n))
		return -EFAULT;
	memcpy(to, bytes() + from, n);
	for (size_t i = 0; trial.restless && i < n; i++)
		bytes()[from + i] ^= 0x55;
	return 0;
}

static int image_write(void *space, encase_word to, const void *from, size_t n)
{
	(void) space;
	use(to, n);
	if (!image_holds(to, n))
		return -EFAULT;
	memcpy(bytes() + to, from, n);
	return 0;
}

/* As far as the first that cannot be read: what is before it has been. */
static int image_gather(void *space, const struct encase_range *ranges, size_t count)
{
	int err = 0;

	FUZZ_CHECK(count, "a memory is asked for nothing");
	for (size_t i = 0; !err && i < count; i++)
		err = image_read(space, ranges[i].from, ranges[i].to, ranges[i].n);
	return err;
}

static long image_read_string(void *space, encase_word from, char *to, size_t room)
{
	(void) space;
	use(from, room);
	for (size_t i = 0; i < room; i++) {
		if (!image_holds(from + i, 1))
			return -EFAULT;
		to[i] = (char) bytes()[from + i];
		if (!to[i])
			return (long) i + 1;
	}
	return -E2BIG;
}

static int image_look(void *space, encase_word at, size_t n)
{
	(void) space;
	use(at, n);
	return image_holds(at, n) ? 0 : -EFAULT;
}

/* Tells of a range only that it is too long: the rest is found out by who writes. */
static int image_glance(void *space, encase_word at, size_t n)
{
	(void) space;
	use(at, n);
	return n > IMAGE_MOST ? -EFAULT : 0;
}

static void *image_place(void *space, encase_word at, size_t n)
{
	return image_look(space, at, n) ? NULL : bytes() + at;
}

static void set_up(struct encase_setup *setup)
{
	static const struct encase_memory near = {
		.name = "near",
		.read = image_read,
		.write = image_write,
		.read_string = image_read_string,
		.check = image_look,
		.place = image_place,
	};
	static const struct encase_memory far = {
		.name = "far",
		.read = image_read,
		.write = image_write,
		.read_string = image_read_string,
		.check = image_glance,
	};
	static const struct encase_memory apart = {
		.name = "apart",
		.read = image_read,
		.write = image_write,
		.read_string = image_read_string,
		.check = image_glance,
		.gather = image_gather,
	};

	if (form == FAR)
		setup->memory = trial.image.arena.size % 2 ? &apart : &far;
	else
		setup->memory = form == ARENA ? &encase_memory_arena : &near;
	setup->space = &trial.image.arena;
}

/* -- What a call may write ------------------------------------------------ */

/* As much of a range as there is: a memory that is not checked before takes what fits. */
static void allow(encase_word at, uint64_t n)
{
	size_t size = trial.image.arena.size;

	if (at && at < size)
		memset(trial.image.allowed + at, true, n < size - at ? n : size - at);
}

uint64_t length_at(const void *at, size_t size)
{
	int64_t n = 0;
	int32_t n32;

	if (!at)
		return 0;
	if (size == sizeof(n)) {
		memcpy(&n, at, sizeof(n));
	} else {
		memcpy(&n32, at, sizeof(n32));
		n = n32;
	}
	return n < 0 ? 0 : (uint64_t) n;
}

/* A length behind a pointer as the cage has it; 0 where there is none. */
static uint64_t length_of(encase_word at, size_t size)
{
	return at && image_holds(at, size) ? length_at(bytes() + at, size) : 0;
}

/* The call, as it entered. */
static struct encase_desc shape;
static encase_word entered[ENCASE_MAX_ARGS];

static void allow_vector(unsigned i)
{
	uint64_t n = count_of(&shape, shape.arg[i].count, entered[shape.arg[i].count]);
	encase_word part[2], at = entered[i];

	for (uint64_t k = 0; k < n && image_holds(at, sizeof(part)); k++, at += sizeof(part)) {
		memcpy(part, bytes() + at, sizeof(part));
		allow(part[0], part[1]);
	}
}

static void allow_buffer(unsigned i)
{
	unsigned count = shape.arg[i].count;
	uint64_t n, extent;

	if (points(&shape, count))
		n = length_of(entered[count], shape.arg[count].size);
	else
		n = count_of(&shape, count, entered[count]);
	/* A transfer is clamped, which is above what an image can hold. */
	if (!__builtin_mul_overflow(n, shape.arg[i].size, &extent))
		allow(entered[i], extent);
}

void image_allow(void)
{
	for (unsigned i = 0; i < shape.nargs; i++) {
		if (!points(&shape, i) || !(shape.arg[i].kind & ENCASE_OUT))
			continue;
		if (kind_of(&shape, i) == ENCASE_OBJ)
			allow(entered[i], shape.arg[i].size);
		else if (kind_of(&shape, i) == ENCASE_BUF)
			allow_buffer(i);
		else
			allow_vector(i);
	}
}

void image_expect(const struct encase_desc *desc, const encase_word *words)
{
	memcpy(entered, words, sizeof(entered));
	encase_shape(desc, entered, &shape);
	memcpy(trial.image.before, bytes(), trial.image.arena.size);
	memset(trial.image.allowed, false, sizeof(trial.image.allowed));
	image_allow();
}

void image_check(void)
{
	size_t size = trial.image.arena.size;

	for (unsigned char *p = pages + PAGE; p < pages + 3 * PAGE; p++)
		if (p < bytes() || p >= bytes() + size)
			FUZZ_CHECK(*p == CANARY, "a byte outside of the cage's memory was written");
	for (size_t i = 0; !trial.restless && i < size; i++)
		FUZZ_CHECK(trial.image.allowed[i] || bytes()[i] == trial.image.before[i],
			   "the call wrote to %#zx, which is none of its arguments", i);
}

void image_try(const uint8_t *data, size_t size, const struct encase_lower *lower,
	       void (*push)(struct encase_cage *cage), void (*call)(struct encase_cage *cage))
{
	struct encase_setup setup = { .lower = lower };
	struct encase_cage *cage;

	trial.random = fuzz_back(data, size);
	trial.restless = random_chance(&trial.random, 50);
	make_image(data, size);
	set_up(&setup);
	FUZZ_CHECK(!encase_cage_new(&setup, &cage), "no cage can be made");
	push(cage);
	for (uint64_t n = 1 + random_below(&trial.random, 4); n; n--)
		call(cage);
	FUZZ_CHECK(!encase_cage_free(cage), "the cage cannot be freed");
}
