/* SPDX-License-Identifier: MIT */
/*
 * Conformance of memories: ranges of bytes.  Strings are in memories_strings.c.
 *
 * Where a test goes through enc_memory_*(), it tests what callers rely on; where
 * it takes the vector itself, what cage.h asks of an implementation.
 */
#include <errno.h>
#include <string.h>

#include "memories.h"
#include "memory.h"

#define SIZE   (4 * PAGE)
#define MARGIN 16
#define MARK   '\xee'

static struct enc_home home_of(const struct memory_space *s)
{
	return (struct enc_home){ s->row->memory, (void *) s->space };
}

/* Places and lengths around all that is round. */
static const size_t places[] = { 0, 1, 7, 8, 63, 64, 65, PAGE - 1, PAGE, SIZE / 2 + 3 };
static const size_t lengths[] = { 1, 2, 3, 7, 8, 9, 63, 64, 65, PAGE, PAGE + 1, SIZE / 2 - 3 };

/* Calls try with all ranges in bounds of these places, and with those that end at the block's end. */
static void each_range(struct memory_space *s,
		       void (*try)(struct memory_space *s, size_t at, size_t n))
{
	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		for (size_t k = 0; k < COUNT_OF(places); k++)
			try(s, places[k], lengths[i]);
		try(s, SIZE - lengths[i], lengths[i]);
	}
	try(s, 0, SIZE);
}

static bool is_marked(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != MARK)
			return false;
	return true;
}

static void try_read(struct memory_space *s, size_t at, size_t n)
{
	const char *who = s->row->memory->name;
	static char to[SIZE + 2 * MARGIN];

	memset(to, MARK, sizeof(to));
	same(who, enc_memory_read(home_of(s), s->base + at, to + MARGIN, n), 0);
	holds(who, !memcmp(to + MARGIN, s->bytes + at, n));
	holds(who, is_marked(to, MARGIN) && is_marked(to + MARGIN + n, MARGIN));
}

static void reads(struct memory_space *s)
{
	space_fill(s);
	each_range(s, try_read);
}

Test(memories, reads)
{
	each_memory(reads, SIZE);
}

/* What the block has to look like. */
static char expected[SIZE];

static void try_write(struct memory_space *s, size_t at, size_t n)
{
	const char *who = s->row->memory->name;
	static char from[SIZE];
	static char seed;

	seed++;
	for (size_t i = 0; i < n; i++)
		from[i] = expected[at + i] = (char) (seed + (char) i);
	same(who, enc_memory_write(home_of(s), s->base + at, from, n), 0);
	holds(who, !memcmp(s->bytes, expected, SIZE));
}

static void writes(struct memory_space *s)
{
	space_fill(s);
	memcpy(expected, s->bytes, SIZE);
	each_range(s, try_write);
}

Test(memories, writes)
{
	each_memory(writes, SIZE);
}

/* Many ranges at once, and more than any memory takes at a time. */
static void gathers(struct memory_space *s)
{
	enum { MOST = 150, EACH = 40 };
	const char *who = s->row->memory->name;
	static struct encase_range ranges[MOST];
	static char to[MOST][EACH + 1];

	space_fill(s);
	for (size_t i = 0; i < MOST; i++)
		ranges[i] = (struct encase_range){ s->base + (i * 977) % (SIZE - EACH), to[i],
						   1 + i % EACH };
	for (size_t count = 0; count <= MOST; count += 1 + count / 2) {
		memset(to, MARK, sizeof(to));
		same(who, enc_memory_gather(home_of(s), ranges, count), 0);
		for (size_t i = 0; i < MOST; i++) {
			size_t n = i < count ? ranges[i].n : 0;

			holds(who, !memcmp(to[i], s->bytes + (ranges[i].from - s->base), n));
			holds(who, is_marked(to[i] + n, sizeof(to[i]) - n));
		}
	}
}

Test(memories, gathers)
{
	each_memory(gathers, SIZE);
}

/* One of them is bad, whichever. */
static void gathers_none(struct memory_space *s)
{
	const encase_word bad[] = { s->row->nowhere, UINT64_MAX - 2 };
	const char *who = s->row->memory->name;
	char to[3][8];

	for (size_t k = 0; k < COUNT_OF(bad); k++)
		for (size_t i = 0; i < 3; i++) {
			struct encase_range ranges[3] = { { s->base, to[0], 8 },
							  { s->base + PAGE, to[1], 8 },
							  { s->base + 9, to[2], 8 } };

			ranges[i].from = bad[k];
			same(who, enc_memory_gather(home_of(s), ranges, 3), -EFAULT);
		}
}

Test(memories, gathers_nothing_bad)
{
	each_memory(gathers_none, SIZE);
}

/* No place and no buffer is too crooked. */
static void misaligned(struct memory_space *s)
{
	const char *who = s->row->memory->name;
	char buf[16 + 40];

	for (size_t at = 0; at < 16; at++)
		for (size_t off = 0; off < 16; off++)
			for (size_t n = 1; n < 40; n += 3) {
				space_fill(s);
				memcpy(expected, s->bytes, SIZE);
				memmove(expected + at + 1, expected + at, n);
				same(who, enc_memory_read(home_of(s), s->base + at, buf + off, n),
				     0);
				same(who,
				     enc_memory_write(home_of(s), s->base + at + 1, buf + off, n),
				     0);
				holds(who, !memcmp(s->bytes, expected, PAGE));
			}
}

Test(memories, misaligned)
{
	each_memory(misaligned, SIZE);
}

/* The vector refuses a range, and has moved nothing, or the first bytes alone where a row says so. */
static void refused(struct memory_space *s, encase_word at, size_t n)
{
	const struct encase_memory *memory = s->row->memory;
	void *space = (void *) s->space;
	static char buf[SIZE + PAGE];

	memset(buf, MARK, sizeof(buf));
	same(memory->name, memory->read(space, at, buf, n), -EFAULT);
	holds(memory->name, s->row->begins || is_marked(buf, sizeof(buf)));
	if (n < sizeof(buf))
		holds(memory->name, is_marked(buf + n, sizeof(buf) - n));
	same(memory->name, memory->write(space, at, buf, n), -EFAULT);
	if (s->row->begins) /* of what is there it has had the same bytes, or none of them */
		memcpy(s->bytes, expected, s->size);
	holds(memory->name, !memcmp(s->bytes, expected, s->size));
	if (memory->place)
		holds(memory->name, !memory->place(space, at, n));
	if (row_tells(s->row, at))
		same(memory->name, memory->check(space, at, n), -EFAULT);
}

static void last_byte(struct memory_space *s)
{
	struct enc_home home = home_of(s);
	const char *who = home.memory->name;
	encase_word end = s->base + s->size;
	char byte = 0;

	space_fill(s);
	s->bytes[s->size - 1] = 'z';
	same(who, home.memory->read(home.space, end - 1, &byte, 1), 0);
	same(who, byte, 'z');
	same(who, home.memory->write(home.space, end - 1, "y", 1), 0);
	same(who, s->bytes[s->size - 1], 'y');
	same(who, enc_memory_check(home, end - 1, 1), 0);
	same(who, enc_memory_check(home, s->base, s->size), 0);
	memcpy(expected, s->bytes, s->size);
	if (!s->row->checks)
		return;
	refused(s, end, 1);
	refused(s, end - 1, 2);
	refused(s, s->base, s->size + 1);
	for (size_t i = 0; i < COUNT_OF(lengths); i++)
		for (size_t over = 1; over <= lengths[i]; over += 1 + over / 2)
			refused(s, end - lengths[i] + over, lengths[i]);
}

Test(memories, last_byte_and_one_past_the_end)
{
	each_memory(last_byte, SIZE);
	each_memory(last_byte, SIZE - 27);
}

static void nowhere(struct memory_space *s)
{
	space_fill(s);
	memcpy(expected, s->bytes, SIZE);
	refused(s, s->row->nowhere, 1);
	refused(s, s->row->nowhere + 1, PAGE);
}

Test(memories, ranges_of_nothing)
{
	each_memory(nowhere, SIZE);
}

/* The end of a range is computed nowhere in less than 64 bits, nor trusted when it is small again. */
static void wrapping(struct memory_space *s)
{
	struct enc_home home = home_of(s);
	const char *who = home.memory->name;
	const struct {
		encase_word at;
		size_t n;
	} ranges[] = { { UINT64_MAX, 2 },
		       { UINT64_MAX - 6, 8 },
		       { s->base, SIZE_MAX },
		       { s->base + 1, SIZE_MAX },
		       { s->base + SIZE, SIZE_MAX - SIZE + 2 },
		       { UINT64_MAX, SIZE_MAX } };
	char byte = MARK;

	space_fill(s);
	memcpy(expected, s->bytes, SIZE);
	for (size_t i = 0; i < COUNT_OF(ranges); i++) {
		refused(s, ranges[i].at, ranges[i].n);
		same(who, enc_memory_read(home, ranges[i].at, &byte, ranges[i].n), -EFAULT);
		same(who, enc_memory_write(home, ranges[i].at, &byte, ranges[i].n), -EFAULT);
		same(who, enc_memory_check(home, ranges[i].at, ranges[i].n), -EFAULT);
		holds(who, !enc_memory_place(home, ranges[i].at, ranges[i].n));
	}
	same(who, byte, MARK);
	holds(who, !memcmp(s->bytes, expected, SIZE));
}

Test(memories, wrapping_ranges)
{
	each_memory(wrapping, SIZE);
}

/* Ranges of no bytes are good anywhere, and null is good for nothing else. */
static void nothing(struct memory_space *s)
{
	struct enc_home home = home_of(s);
	const char *who = home.memory->name;
	const encase_word anywhere[] = {
		0, 1, s->base, s->base + SIZE, s->row->nowhere, UINT64_MAX
	};

	for (size_t i = 0; i < COUNT_OF(anywhere); i++) {
		same(who, enc_memory_read(home, anywhere[i], NULL, 0), 0);
		same(who, enc_memory_write(home, anywhere[i], NULL, 0), 0);
		same(who, enc_memory_check(home, anywhere[i], 0), 0);
	}
	same(who, enc_memory_check(home, 0, 1), -EFAULT);
}

Test(memories, ranges_of_no_bytes)
{
	each_memory(nothing, SIZE);
}

static void try_place(struct memory_space *s, size_t at, size_t n)
{
	struct enc_home home = home_of(s);
	const char *who = home.memory->name;
	char *p = enc_memory_place(home, s->base + at, n);
	char first, last;

	holds(who, p);
	p[0] = 'a';
	p[n - 1] = 'z';
	same(who, enc_memory_read(home, s->base + at, &first, 1), 0);
	same(who, enc_memory_read(home, s->base + at + n - 1, &last, 1), 0);
	same(who, first, n == 1 ? 'z' : 'a');
	same(who, last, 'z');
	same(who, enc_memory_write(home, s->base + at + n - 1, "w", 1), 0);
	same(who, p[n - 1], 'w');
}

static void place(struct memory_space *s)
{
	struct enc_home home = home_of(s);

	holds(home.memory->name, enc_memory_has_place(home) == !!home.memory->place);
	if (home.memory->place)
		each_range(s, try_place);
}

Test(memories, place_reaches_the_same_bytes)
{
	each_memory(place, SIZE);
}

/* Each thread has every fourth piece, and so neighbours that others write to. */
#define PIECE 37

static unsigned take_turns(void *arg, unsigned number)
{
	const struct memory_space *s = arg;
	struct enc_home home = home_of(s);
	char out[PIECE], in[PIECE];
	unsigned wrong = 0;

	for (unsigned round = 0; round < 2000; round++) {
		size_t at = (round % 100 * THREADS + number) * PIECE;

		memset(out, (char) (1 + round * THREADS + number), PIECE - 1);
		out[PIECE - 1] = 0;
		wrong += enc_memory_write(home, s->base + at, out, PIECE) != 0;
		wrong += enc_memory_check(home, s->base + at, PIECE) != 0;
		wrong += enc_memory_read(home, s->base + at, in, PIECE) != 0;
		wrong += memcmp(in, out, PIECE) != 0;
		wrong += enc_memory_read(home, s->row->nowhere, in, PIECE) != -EFAULT;
		if (!memchr(out, 0, PIECE - 1))
			wrong += enc_memory_read_string(home, s->base + at, in, PIECE) != PIECE;
		wrong += memcmp(in, out, PIECE) != 0;
	}
	return wrong;
}

static void concurrent(struct memory_space *s)
{
	same(s->row->memory->name, on_threads(take_turns, s), 0);
}

Test(memories, concurrent_use)
{
	each_memory(concurrent, SIZE);
}
