/* SPDX-License-Identifier: MIT */
/*
 * A receiver of tests/record/all.def, for one word and number of registers, whose handlers look
 * at all that they are given: it has to be what the table says, and in the caller's memory.
 * Included once for each prefix.
 */
#include "fuzz.h"
#include "records.h"

#define ENCASE_RECORDS "all.def"
#include <encase/record_types.h>

#define N(name) ENC_NAME(_, name)
#define IN(space, at, n) \
	FUZZ_CHECK(fuzz_is_within(space, at, n), "%s: outside the memory", __func__)

static int valid(const struct fuzz_space *space, uint16_t bits)
{
	return bits % 3 == space->good ? 0 : -9;
}

static int valid_node(void *self, struct N(node) h)
{
	return valid(self, h.bits);
}
static int valid_file(void *self, struct N(file) h)
{
	return valid(self, h.bits);
}
static int valid_tree(void *self, struct N(tree) h)
{
	return valid(self, h.bits);
}

static long answer(struct fuzz_space *space)
{
	space->handled++;
	return random_chance(&space->random, 80) ? 0
						 : (long) random_below(&space->random, 9000) - 4500;
}

static void check_bool(const _Bool *value)
{
	const uint8_t *byte = (const uint8_t *) value;

	FUZZ_CHECK(*byte <= 1, "a bool that is %d", *byte);
}

static void check_slice(struct fuzz_space *space, uint64_t at, uint64_t n, unsigned size)
{
	FUZZ_CHECK(!n || (at && at % size == 0), "a slice at %llu", (unsigned long long) at);
	IN(space, n ? space->base + at : NULL, n * size);
	FUZZ_CHECK(n <= space->size / size, "too many elements");
}

static void check_small(const struct N(small) * v)
{
	check_bool(&v->c);
}

static long on_nothing(void *self)
{
	return answer(self);
}
static long on_random(void *self, uint16_t *result)
{
	*result = 1;
	return answer(self);
}
static long on_narrow(void *self, uint8_t a, int8_t b, _Bool c, enum N(mode) mode, int8_t *result)
{
	check_bool(&c);
	FUZZ_CHECK(mode == 1 || mode == 2 || mode == 200, "an enum that is %u", (unsigned) mode);
	*result = (int8_t) (a + b);
	return answer(self);
}
static long on_write(void *self, uint8_t *room, size_t room_count)
{
	IN(self, room, room_count);
	fuzz_touch(room, room_count);
	return answer(self) + (long) room_count;
}
static long on_open(void *self, const uint8_t *name, size_t name_count, uint16_t flags,
		    struct N(file) * result)
{
	IN(self, name, name_count);
	result->bits = flags;
	return answer(self);
}
static long on_close(void *self, struct N(node) node)
{
	FUZZ_CHECK(!valid(self, node.bits), "a forged handle");
	return answer(self);
}
static long on_wide(void *self, uint8_t a, uint16_t b, uint32_t c, uint64_t d, int16_t e, int32_t f,
		    int64_t g, uint64_t *result)
{
	*result = a + b + c + d + (uint64_t) e + (uint64_t) f + (uint64_t) g;
	return answer(self);
}
static long on_record(void *self, const struct N(mixed) * mixed, struct N(mixed) * result)
{
	*result = *mixed;
	return answer(self);
}
static long on_tiny(void *self, const struct N(small) * small, struct N(small) * result)
{
	check_small(small);
	*result = *small;
	return answer(self);
}
static long on_deep(void *self, struct N(file) file, const struct N(deep) * deep,
		    struct N(deep) * result)
{
	FUZZ_CHECK(!valid(self, file.bits) && !valid(self, deep->node.bits), "a forged handle");
	check_small(&deep->pair[0]);
	check_small(&deep->pair[1]);
	check_bool(&deep->maybe.there);
	FUZZ_CHECK(deep->maybe.there || !deep->maybe.value, "none with a value");
	FUZZ_CHECK(deep->mode == 1 || deep->mode == 2 || deep->mode == 200, "an enum");
	FUZZ_CHECK(deep->wide == 0 || deep->wide == 70000, "a wide enum");
	check_slice(self, deep->words.address, deep->words.count, 2);
	*result = *deep;
	return answer(self);
}
static long on_event(void *self, const struct N(event) * event, const struct N(sign) * sign,
		     struct N(event) * result)
{
	FUZZ_CHECK(sign->tag == 1 || sign->tag == 65535, "a union");
	switch ((unsigned) event->tag) {
	case 1:
		FUZZ_CHECK(!valid(self, event->as.timer.bits), "a forged handle");
		break;
	case 3:
		check_slice(self, event->as.text.address, event->as.text.count, 1);
		break;
	case 255:
		check_bool(&event->as.late.there);
		break;
	default:
		FUZZ_CHECK(event->tag == 0 || event->tag == 7, "a union of %u",
			   (unsigned) event->tag);
	}
	*result = *event;
	return answer(self);
}
static long on_options(void *self, const uint32_t *maybe, const struct N(sample) * sample,
		       const struct N(node) * node, struct N(sample_or_none) * result)
{
	FUZZ_CHECK(!node || !valid(self, node->bits), "a forged handle");
	result->there = sample && maybe;
	if (sample)
		result->value = *sample;
	return answer(self);
}
static long on_spans(void *self, const uint8_t *from, size_t from_count, uint8_t *to,
		     size_t to_count, uint32_t *turned, size_t turned_count)
{
	IN(self, from, from_count);
	IN(self, to, to_count);
	IN(self, turned, turned_count * 4);
	FUZZ_CHECK((uintptr_t) turned % 4 == 0 || !turned_count, "elements that are not aligned");
	fuzz_touch(to, to_count);
	fuzz_touch(turned, turned_count * 4);
	return answer(self) + (long) to_count;
}
static long on_perhaps(void *self, const uint16_t *from, size_t from_count, int32_t *to,
		       size_t to_count, uint64_t *both, size_t both_count, uint8_t *result)
{
	FUZZ_CHECK((from || !from_count) && (to || !to_count) && (both || !both_count),
		   "none with elements");
	IN(self, from, from_count * 2);
	IN(self, to, to_count * 4);
	IN(self, both, both_count * 8);
	fuzz_touch(both, both_count * 8);
	*result = (uint8_t) from_count;
	return answer(self);
}
static long on_must(void *self, uint32_t key, struct N(node) * nodes, size_t nodes_count)
{
	(void) key;
	IN(self, nodes, nodes_count * 2);
	fuzz_touch(nodes, nodes_count * 2);
	return answer(self);
}

#include <encase/record_serve.h>

/* One call: numbers and registers are drawn, often such as come near to something. */
void ENC_CAT(fuzz_serve_, ENCASE_PREFIX)(struct fuzz_space *space)
{
	const struct encase_receiver receiver = { .self = space,
						  .base = space->base,
						  .size = space->size };
	ENC_REC_WORD number = (ENC_REC_WORD) random_below(&space->random, 30);
	ENC_REC_WORD registers[ENCASE_REGISTERS];
	int err;

	for (int k = 0; k < ENCASE_REGISTERS; k++)
		registers[k] = (ENC_REC_WORD) fuzz_word(space);
	space->handled = 0;
	err = ENC_CAT(ENCASE_PREFIX, _serve)(&receiver, number, registers);
	FUZZ_CHECK(space->handled <= 1, "%u handlers ran", space->handled);
	FUZZ_CHECK(registers[0] <= 4095, "a status that is no error");
	FUZZ_CHECK(space->handled || registers[0] || !number, "no handler and no error");
	FUZZ_CHECK(!err || -err == (int) registers[0], "two errors");
	for (int k = 1; registers[0] && k < ENCASE_REGISTERS; k++)
		FUZZ_CHECK(!registers[k], "a failed call leaves something in a register");
}
