/* SPDX-License-Identifier: MIT */
/*
 * Conformance of lower layers: what becomes of pointers on their way down.
 *
 * docs/forwarding.md, section 6: in place where the memory can be addressed,
 * else through a copy; strings always through a copy; the host's own memory as it
 * is; null as null; and what is out of bounds not at all.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lowers.h"
#include "mix.h"

/* Whether a word points into the window that the test has on the block. */
static bool in_window(const struct bench *b, encase_word word)
{
	encase_word window = (encase_word) (uintptr_t) b->space.bytes;

	return word >= window && word < window + BENCH_SIZE;
}

/* The last call's argument i was byte offset of the block, in place or copied. */
static void was_given(const struct bench *b, unsigned i, size_t offset, bool string)
{
	encase_word word = b->row->seen()->word[i];
	bool host = row_is_own(b->space.row);

	if (b->copies || (string && !host) || !b->space.row->memory->place)
		holds(b->who, !in_window(b, word));
	else
		same(b->who, word, (uintptr_t) b->space.bytes + offset);
}

static void pointers(struct bench *b)
{
	encase_word cwd = (encase_word) AT_FDCWD;

	if (!b->row->seen)
		return;
	make(b, write, (encase_word) b->pipe[1], at(b, 100), 7);
	was_given(b, 1, 100, false);
	same(b->who, b->row->seen()->word[2], 7);
	make(b, read, (encase_word) b->pipe[0], at(b, BENCH_SIZE - 7), 7);
	was_given(b, 1, BENCH_SIZE - 7, false);
	make(b, fstat, (encase_word) b->pipe[0], at(b, 64));
	was_given(b, 1, 64, false);
	strcpy(b->space.bytes + 31, "no such file");
	make(b, newfstatat, cwd, at(b, 31), at(b, PAGE), 0);
	was_given(b, 1, 31, true);
	was_given(b, 2, PAGE, false);
}

Test(lowers_words, pointers_are_translated_and_strings_copied)
{
	each_bench(pointers);
}

/* What has been copied was counted, and what is used in place was not. */
static void traffic(struct bench *b)
{
	bool host = row_is_own(b->space.row);
	bool copied = !b->space.row->memory->place;
	struct encase_traffic t;
	size_t from, to;

	if (b->copies)
		copied = true;
	strcpy(b->space.bytes, "no such file");
	make(b, write, (encase_word) b->pipe[1], at(b, 100), 7);
	make(b, read, (encase_word) b->pipe[0], at(b, 200), 30);
	make(b, openat, (encase_word) AT_FDCWD, at(b, 0), O_RDONLY);
	from = copied ? 7 : 0;
	to = copied ? 7 : 0;
	if (!host || b->copies)
		from += strlen("no such file") + 1;
	if (!b->row->answers)
		to = 0;
	if (!b->row->answers && !b->copies)
		from = 0;
	t = encase_traffic(b->cage);
	same(b->who, t.from_cage, from);
	same(b->who, t.to_cage, to);
}

Test(lowers_words, copies_are_counted)
{
	each_bench(traffic);
}

/*
 * Null goes down as null, and what that means is for the lower layer to say: here
 * it is bad where something is written to it, and good for no bytes.
 */
static void null(struct bench *b)
{
	if (b->copies)
		return;
	gives(b, make(b, write, (encase_word) b->pipe[1], 0, 0), 0);
	gives(b, make(b, write, (encase_word) b->pipe[1], 0, 3), -EFAULT);
	if (b->row->seen)
		same(b->who, b->row->seen()->word[1], 0);
	gives(b, make(b, openat, (encase_word) AT_FDCWD, 0, O_RDONLY), -EFAULT);
	if (b->row->seen)
		same(b->who, b->row->seen()->word[1], 0);
	gives(b, make(b, fstat, (encase_word) b->pipe[0], 0), -EFAULT);
	gives(b, make(b, clock_gettime, CLOCK_REALTIME, 0), -EFAULT);
	if (b->row->seen)
		same(b->who, b->row->seen()->word[1], 0);
}

Test(lowers_words, null_goes_down_as_null)
{
	BAD_ADDRESSES_BEGIN;
	each_bench(null);
	BAD_ADDRESSES_END;
}

/*
 * What a call with a bad range comes to.  Who makes no call looks at none; the layer
 * that copies does, but may not find out that it cannot write.
 */
static int bad(const struct bench *b, bool written, encase_word address)
{
	bool looks = b->copies && (!written || row_tells(b->space.row, address));

	return b->row->answers || looks ? -EFAULT : -ENOSYS;
}

/*
 * A range that is refused: nothing is written to the pipe; and nothing read from it
 * where the memory can tell before the call is made.
 */
static void refused(struct bench *b, encase_word address, size_t n)
{
	encase_word in = (encase_word) b->pipe[0], out = (encase_word) b->pipe[1];
	char bytes[16] = { 0 };
	size_t few = n < sizeof(bytes) ? n : sizeof(bytes);

	same(b->who, make(b, write, out, address, n), bad(b, false, address));
	same(b->who, read(b->pipe[0], bytes, few), -1);
	same(b->who, errno, EAGAIN);
	same(b->who, write(b->pipe[1], bytes, few), few);
	same(b->who, make(b, read, in, address, n), bad(b, true, address));
	if (row_tells(b->space.row, address))
		same(b->who, read(b->pipe[0], bytes, few), few);
	while (read(b->pipe[0], bytes, few) > 0)
		;
}

static void bad_ranges(struct bench *b)
{
	encase_word in = (encase_word) b->pipe[0], out = (encase_word) b->pipe[1];
	static char before[BENCH_SIZE];

	memcpy(before, b->space.bytes, BENCH_SIZE);
	same(b->who, make(b, write, out, b->space.row->nowhere, 4),
	     bad(b, false, b->space.row->nowhere));
	same(b->who, make(b, fstat, in, b->space.row->nowhere),
	     bad(b, true, b->space.row->nowhere));
	if (b->space.row->checks) {
		refused(b, at(b, BENCH_SIZE - 3), 4);
		refused(b, at(b, BENCH_SIZE), 1);
		same(b->who, make(b, fstat, in, at(b, BENCH_SIZE - 8)),
		     bad(b, true, at(b, BENCH_SIZE - 8)));
		same(b->who, make(b, pipe2, at(b, BENCH_SIZE - 4), 0),
		     bad(b, true, at(b, BENCH_SIZE - 4)));
	}
	if (b->space.row->checks && b->row->answers) {
		refused(b, at(b, 0), SIZE_MAX);
		refused(b, UINT64_MAX, 2);
	}
	/* At most 8 bytes of a range are there that is refused. */
	holds(b->who, !memcmp(b->space.bytes, before, BENCH_SIZE - (b->space.row->begins ? 8 : 0)));
}

Test(lowers_words, bad_ranges)
{
	BAD_ADDRESSES_BEGIN;
	each_bench(bad_ranges);
	BAD_ADDRESSES_END;
}

/* Of a range of no bytes nobody asks where it is. */
static void no_bytes(struct bench *b)
{
	if (!b->space.row->checks)
		return;
	gives(b, make(b, write, (encase_word) b->pipe[1], b->space.row->nowhere, 0), 0);
	gives(b, make(b, write, (encase_word) b->pipe[1], at(b, BENCH_SIZE + 9), 0), 0);
	gives(b, make(b, read, (encase_word) b->pipe[0], b->space.row->nowhere, 0), 0);
}

Test(lowers_words, ranges_of_no_bytes)
{
	BAD_ADDRESSES_BEGIN;
	each_bench(no_bytes);
	BAD_ADDRESSES_END;
}
