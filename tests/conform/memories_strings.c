/* SPDX-License-Identifier: MIT */
/*
 * Conformance of memories: strings.
 *
 * What is asked of read_string() is narrow: the string with its NUL and not a
 * byte from a page behind it; else -EFAULT or -E2BIG, whichever comes first.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "memories.h"
#include "memory.h"

#define SIZE (3 * PAGE)
#define MARK '\xee'

static char to[SIZE + 2];

/* Reads a string into a buffer of room bytes, behind which not a byte may change. */
static long read_string(const struct memory_space *s, encase_word at, size_t room)
{
	struct enc_home home = { s->row->memory, (void *) s->space };
	long n;

	memset(to, MARK, sizeof(to));
	n = enc_memory_read_string(home, at, to, room);
	same(s->row->memory->name, to[room], MARK);
	return n;
}

/* Reads one of len bytes with its NUL, that stands at this place of the block. */
static void reads_whole(const struct memory_space *s, size_t at, size_t len, size_t room)
{
	const char *who = s->row->memory->name;

	same(who, read_string(s, s->base + at, room), len);
	holds(who, !memcmp(to, s->bytes + at, len));
}

static void string(struct memory_space *s)
{
	space_fill(s);
	for (size_t at = 0; at < 130; at += 3)
		for (size_t len = 1; len < 200; len += 1 + len / 3) {
			char was = s->bytes[at + len - 1];

			s->bytes[at + len - 1] = 0;
			reads_whole(s, at, len, len);
			reads_whole(s, at, len, len + 1);
			reads_whole(s, at, len, PAGE);
			s->bytes[at + len - 1] = was;
		}
}

Test(memory_strings, any_length_from_any_place)
{
	each_memory(string, SIZE);
}

/* The last byte of the block is the last one that there is. */
static void last_byte(struct memory_space *s)
{
	space_fill(s);
	s->bytes[SIZE - 1] = 0;
	for (size_t len = 1; len < 200; len++)
		reads_whole(s, SIZE - len, len, PAGE);
	reads_whole(s, 0, SIZE, SIZE);
	reads_whole(s, 0, SIZE, SIZE + 1);
}

Test(memory_strings, nul_in_the_last_byte)
{
	each_memory(last_byte, SIZE);
}

/* The page behind the NUL is the cage's, too, but nobody may touch it. */
static void before_a_page(struct memory_space *s)
{
	const char *who = s->row->memory->name;

	space_fill(s);
	s->bytes[2 * PAGE - 1] = 0;
	cr_assert(!mprotect(s->bytes + 2 * PAGE, PAGE, PROT_NONE));
	for (size_t len = 1; len < 200; len++)
		reads_whole(s, 2 * PAGE - len, len, PAGE);
	s->bytes[2 * PAGE - 1] = 'x';
	same(who, read_string(s, s->base + 2 * PAGE - 100, 100), -E2BIG);
}

Test(memory_strings, nul_before_a_page_without_rights)
{
	each_memory(before_a_page, SIZE);
}

static void no_room(struct memory_space *s)
{
	const char *who = s->row->memory->name;

	space_fill(s);
	for (size_t room = 1; room < 200; room++) {
		char was = s->bytes[room];

		s->bytes[room] = 0;
		same(who, read_string(s, s->base, room), -E2BIG);
		same(who, read_string(s, s->base + 1, room), room);
		s->bytes[room] = was;
		same(who, read_string(s, s->base + SIZE - room, room), -E2BIG);
	}
	same(who, read_string(s, s->base, SIZE), -E2BIG);
}

Test(memory_strings, none_within_the_room)
{
	each_memory(no_room, SIZE);
}

static void room_of_one(struct memory_space *s)
{
	const char *who = s->row->memory->name;

	space_fill(s);
	same(who, read_string(s, s->base, 1), -E2BIG);
	same(who, read_string(s, s->base + SIZE - 1, 1), -E2BIG);
	s->bytes[0] = s->bytes[SIZE - 1] = 0;
	reads_whole(s, 0, 1, 1);
	reads_whole(s, SIZE - 1, 1, 1);
}

Test(memory_strings, room_of_one_byte)
{
	each_memory(room_of_one, SIZE);
}

/* Behind a block that ends within a page there are NULs, which are not the cage's. */
static void out_of_bounds(struct memory_space *s)
{
	const char *who = s->row->memory->name;
	encase_word end = s->base + s->size;

	space_fill(s);
	same(who, read_string(s, s->row->nowhere, 1), -EFAULT);
	same(who, read_string(s, s->row->nowhere, PAGE), -EFAULT);
	same(who, read_string(s, UINT64_MAX, 16), -EFAULT);
	if (!s->row->checks)
		return;
	same(who, read_string(s, end, 1), -EFAULT);
	same(who, read_string(s, end + 1, 1), -EFAULT);
	for (size_t left = 1; left < 200; left++) {
		same(who, read_string(s, end - left, left + 1), -EFAULT);
		same(who, read_string(s, end - left, PAGE), -EFAULT);
		same(who, read_string(s, end - left, left), -E2BIG);
	}
}

Test(memory_strings, out_of_bounds)
{
	each_memory(out_of_bounds, SIZE);
	each_memory(out_of_bounds, SIZE - 27);
	each_memory(out_of_bounds, SIZE - 64);
}
