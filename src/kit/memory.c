/* SPDX-License-Identifier: MIT */
/*
 * The memory of a test's cage: this process's, at other addresses.
 *
 * An address of the cage's is a pointer with 16 bits above it that no pointer has,
 * so it faults when it is followed, and a pointer of a layer's own is no address of
 * the cage.  Only layers come through here, by the router: the bottom and
 * the test itself use pointers.  There is no place(): what is read is seen.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"

#define TAG        (UINT64_C(0xca9e) << 48)
#define TAG_MASK   (UINT64_C(0xffff) << 48)
#define FIRST_GOOD 65536

encase_word encase_test_address(const void *p)
{
	encase_word word = (uintptr_t) p;

	return word && !(word & TAG_MASK) ? word | TAG : word;
}

const void *enc_kit_pointer(encase_word word)
{
	if ((word & TAG_MASK) == TAG)
		word &= ~TAG_MASK;
	else if (!(word & TAG_MASK))
		word = 1; /* a good pointer here, and so none of the cage's */
	return (const void *) (uintptr_t) word;
}

/* -- Ranges --------------------------------------------------------------- */

void enc_kit_ranges_add(struct enc_kit_ranges *ranges, const void *p, size_t n)
{
	struct enc_kit_range new = { (uintptr_t) p, (uintptr_t) p + n }, *of;
	size_t before = 0, after;

	if (!n)
		return;
	while (before < ranges->n && ranges->of[before].end < new.at)
		before++;
	after = before;
	for (; after < ranges->n && ranges->of[after].at <= new.end; after++) {
		if (ranges->of[after].at < new.at)
			new.at = ranges->of[after].at;
		if (ranges->of[after].end > new.end)
			new.end = ranges->of[after].end;
	}
	of = ranges->of = enc_kit_grow(ranges->of, ranges->n, sizeof(*of));
	memmove(of + before + 1, of + after, (ranges->n - after) * sizeof(*of));
	of[before] = new;
	ranges->n += 1 + before - after;
}

size_t enc_kit_ranges_in(const struct enc_kit_ranges *ranges, const void *p, size_t n)
{
	uintptr_t at = (uintptr_t) p, end = at + n;
	size_t in = 0;

	for (size_t i = 0; i < ranges->n; i++) {
		uintptr_t from = ranges->of[i].at > at ? ranges->of[i].at : at;
		uintptr_t to = ranges->of[i].end < end ? ranges->of[i].end : end;

		in += from < to ? to - from : 0;
	}
	return in;
}

void enc_kit_ranges_empty(struct enc_kit_ranges *ranges)
{
	free(ranges->of);
	*ranges = (struct enc_kit_ranges){ NULL, 0 };
}

bool enc_kit_is_bad(const struct encase_test *t, const void *p, size_t n)
{
	uintptr_t at = (uintptr_t) p;

	return at < FIRST_GOOD || at & TAG_MASK || n > (UINT64_C(1) << 48) - at ||
	       enc_kit_ranges_in(&t->forbidden, p, n);
}

void encase_test_blind(struct encase_test *t)
{
	t->blind = true;
}

void encase_test_forbid(struct encase_test *t, const void *p, size_t n)
{
	enc_kit_ranges_add(&t->forbidden, p, n);
}

size_t encase_test_bytes_read(const struct encase_test *t, const void *p, size_t n)
{
	return enc_kit_ranges_in(&t->reads, p, n);
}

size_t encase_test_bytes_written(const struct encase_test *t, const void *p, size_t n)
{
	return enc_kit_ranges_in(&t->writes, p, n);
}

/* -- The memory ----------------------------------------------------------- */

static int check(void *space, encase_word at, size_t n)
{
	return enc_kit_is_bad(space, enc_kit_pointer(at), n) ? -EFAULT : 0;
}

static int read_bytes(void *space, encase_word from, void *to, size_t n)
{
	struct encase_test *t = space;
	const void *p = enc_kit_pointer(from);

	if (enc_kit_is_bad(t, p, n))
		return -EFAULT;
	enc_kit_ranges_add(&t->reads, p, n);
	memcpy(to, p, n);
	return 0;
}

static int write_bytes(void *space, encase_word to, const void *from, size_t n)
{
	struct encase_test *t = space;
	void *p = (void *) enc_kit_pointer(to);

	if (enc_kit_is_bad(t, p, n))
		return -EFAULT;
	enc_kit_ranges_add(&t->writes, p, n);
	memcpy(p, from, n);
	return 0;
}

/* Byte by byte: the next one may be forbidden. */
static long read_string(void *space, encase_word from, char *to, size_t room)
{
	struct encase_test *t = space;
	const char *p = enc_kit_pointer(from);
	long n = -E2BIG;
	size_t i = 0;

	for (; i < room && n == -E2BIG; i++) {
		if (enc_kit_is_bad(t, p + i, 1)) {
			n = -EFAULT;
			break;
		}
		to[i] = p[i];
		if (!to[i])
			n = (long) i + 1;
	}
	enc_kit_ranges_add(&t->reads, p, i);
	return n;
}

const struct encase_memory enc_kit_memory = {
	.name = "test",
	.read = read_bytes,
	.write = write_bytes,
	.read_string = read_string,
	.check = check,
};
