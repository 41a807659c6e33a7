/* SPDX-License-Identifier: MIT */
/*
 * Vectors: docs/forwarding.md, 3 and 3.7, 4.4, 4.5, 5.8, 6.1.
 *
 * readv() and writev() of cages over an arena, a memory without place() and the host's,
 * through natural and raw handlers and none.
 */
#include "deep.h"

#define COPY  ENCASE_COPY
#define PASS  ENCASE_PASS
#define ENTRY sizeof(struct iovec)

static long fill(struct encase_call *call)
{
	long result = deep_bottom(call);

	for (size_t k = 0; !deep_reached && k < encase_arg_word(call, 2); k++)
		if (deep_at_bottom[k].iov_len) /* else there need be no base */
			memset(deep_at_bottom[k].iov_base, 'A' + (int) k,
			       deep_at_bottom[k].iov_len);
	return result;
}

/* -- Errors --------------------------------------------------------------- */

static const struct bad {
	const char *what;
	encase_word at, count;
	encase_word base[2], len[2];
	long error;
} bad[] = {
	{ "a negative count", DEEP_AT, -1U, { DEEP_BYTES, DEEP_BYTES }, { 1, 1 }, -EINVAL },
	{ "the least count", DEEP_AT, 0x80000000, { DEEP_BYTES, DEEP_BYTES }, { 1, 1 }, -EINVAL },
	{ "too many", DEEP_AT, 1025, { DEEP_BYTES, DEEP_BYTES }, { 1, 1 }, -EINVAL },
	{ "too many at null", 0, 1025, { 0, 0 }, { 0, 0 }, -EINVAL },
	{ "a negative count at null", 0, -1U, { 0, 0 }, { 0, 0 }, -EINVAL },
	{ "null", 0, 1, { 0, 0 }, { 0, 0 }, -EFAULT },
	{ "entries beyond the end", UNIT_ROOM - 16, 2, { 0, 0 }, { 0, 0 }, -EFAULT },
	{ "entries that wrap", UINT64_MAX - 7, 2, { 0, 0 }, { 0, 0 }, -EFAULT },
	{ "a length that is none",
	  DEEP_AT,
	  2,
	  { DEEP_BYTES, DEEP_BYTES },
	  { 1, UINT64_C(1) << 63 },
	  -EINVAL },
	{ "the same, behind a bad range",
	  DEEP_AT,
	  2,
	  { UNIT_ROOM, DEEP_BYTES },
	  { 1, UINT64_MAX },
	  -EINVAL },
	{ "the largest length", DEEP_AT, 2, { DEEP_BYTES, DEEP_BYTES }, { 1, INT64_MAX }, -EFAULT },
	{ "a range beyond the end", DEEP_AT, 2, { DEEP_BYTES, UNIT_ROOM - 1 }, { 1, 2 }, -EFAULT },
	{ "a range that wraps", DEEP_AT, 2, { DEEP_BYTES, UINT64_MAX }, { 1, 2 }, -EFAULT },
	{ "a null range", DEEP_AT, 2, { DEEP_BYTES, 0 }, { 1, 1 }, -EFAULT },
};

/* A null is the lower layer's to judge. */
static void check_errors(struct encase_cage *cage, encase_word base, bool layer)
{
	for (size_t i = 0; i < LENGTH(bad); i++) {
		long error = bad[i].at || layer ? bad[i].error : 0;
		encase_word at = bad[i].at && bad[i].at < UNIT_ROOM ? base + bad[i].at : bad[i].at;

		unit_paint();
		for (unsigned k = 0; k < 2 && bad[i].at == DEEP_AT; k++)
			deep_entry(DEEP_AT, k, bad[i].base[k] ? base + bad[i].base[k] : 0,
				   bad[i].len[k]);
		unit_row("%s, %s", bad[i].what, "writev");
		same(enter(cage, writev, 1, at, bad[i].count), error);
		unit_row("%s, %s", bad[i].what, "readv");
		same(enter(cage, readv, 1, at, bad[i].count), error);
	}
}

static unsigned visits;

static ssize_t on_writev(int fd, const struct iovec *iov, int n)
{
	visits++;
	return encase_next_writev(fd, iov, n);
}

static ssize_t on_readv(int fd, const struct iovec *iov, int n)
{
	visits++;
	return encase_next_readv(fd, iov, n);
}

/* At a layer and at the lower layer alike: in a memory with place() and in one without. */
Test(deep_vectors, errors)
{
	struct encase_cage *const cages[] = { unit_arena_cage(), unit_far_cage(), unit_arena_cage(),
					      unit_far_cage() };
	struct unit_layer layers[4];

	probe.answer = deep_bottom;
	for (unsigned i = 0; i < 4; i++) {
		if (i < 2) {
			deep_natural(cages[i], &layers[0], writev, on_writev, COPY);
			deep_natural(cages[i], &layers[1], readv, on_readv, COPY);
		}
		check_errors(cages[i], i % 2 ? UNIT_FAR : 0, i < 2);
		same(visits, 0);
		same(probe.calls, i < 2 ? 0 : (i - 1) * 2 * LENGTH(bad));
		unit_free(cages[i]);
	}
}

/* -- What is seen --------------------------------------------------------- */

static void see_three(const struct iovec *iov, const char *bytes)
{
	const char *data = (const char *) (iov + 3);

	visits++;
	same(iov[0].iov_len, 5);
	same(iov[1].iov_len, 0);
	same(iov[2].iov_len, 7);
	holds(iov[0].iov_base == data);
	holds(iov[2].iov_base == data + 5);
	holds(!memcmp(data, bytes, 12));
}

static ssize_t see_writev(int fd, const struct iovec *iov, int n)
{
	see_three(iov, "hello, world");
	return encase_next_writev(fd, iov, n);
}

static long see_raw(struct encase_call *call)
{
	void *data = NULL;
	size_t len = 0;

	see_three(encase_arg(call, 1), "hello, world");
	same(encase_arg_word(call, 1), WORD(encase_arg(call, 1)));
	same(encase_arg_data(call, 1, &data, &len), 0);
	holds(data == encase_arg(call, 1));
	same(len, 3 * ENTRY);
	return encase_forward(call);
}

Test(deep_vectors, are_copied_once)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layers[2];
	struct encase_traffic traffic;

	deep_make_three();
	probe.answer = deep_bottom;
	probe.result = 12;
	deep_natural(cage, &layers[0], writev, see_writev, COPY);
	deep_raw(cage, &layers[1], writev, see_raw, COPY);
	same(enter(cage, writev, 1, DEEP_AT, 3), 12);
	same(visits, 2);
	same(deep_ncame, 12);
	holds(!memcmp(deep_came, "hello, world", 12));
	traffic = deep_traffic(cage);
	same(traffic.from_cage, 3 * ENTRY + 12);
	same(traffic.to_cage, 0);
	unit_free(cage);
}

static ssize_t see_readv(int fd, const struct iovec *iov, int n)
{
	see_three(iov, (const char[12]){ 0 });
	return encase_next_readv(fd, iov, n);
}

/* As much as the result says, in the cage's own ranges; what is behind stays. */
Test(deep_vectors, results_are_spread)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	probe.answer = fill;
	deep_natural(cage, &layer, readv, see_readv, COPY);
	for (unsigned n = 0; n <= 13; n++) {
		struct encase_traffic traffic;

		unit_row("%u bytes", n);
		deep_make_three();
		probe.result = n;
		same(enter(cage, readv, 1, DEEP_AT, 3), n);
		holds(!memcmp(ROOM_AT(DEEP_BYTES), "AAAAA", n < 5 ? n : 5));
		holds(!memcmp(ROOM_AT(DEEP_BYTES) + n, &"hello"[n < 5 ? n : 5], n < 5 ? 5 - n : 0));
		if (n >= 5) {
			unsigned m = n < 12 ? n - 5 : 7;

			holds(!memcmp(ROOM_AT(DEEP_BYTES + 100), "CCCCCCC", m));
			holds(!memcmp(ROOM_AT(DEEP_BYTES + 100) + m, &", world"[m], 7 - m));
		}
		same(ROOM_AT(DEEP_BYTES)[5], unit_byte(DEEP_BYTES + 5));
		same(ROOM_AT(DEEP_BYTES + 100)[7], unit_byte(DEEP_BYTES + 107));
		traffic = deep_traffic(cage);
		same(traffic.from_cage, 3 * ENTRY);
		same(traffic.to_cage, n < 12 ? n : 12);
	}
	probe.result = -EIO;
	deep_make_three();
	same(enter(cage, readv, 1, DEEP_AT, 3), -EIO);
	holds(!memcmp(ROOM_AT(DEEP_BYTES), "hello", 5));
	unit_free(cage);
}

static long pass(struct encase_call *call)
{
	visits++;
	holds(!encase_arg(call, 1));
	same(encase_arg_word(call, 1), DEEP_AT);
	return encase_forward(call);
}

/* Passed by: below, the entries are a copy, and their bytes are where they were, if that can be. */
Test(deep_vectors, in_place_and_not)
{
	static const struct encase_memory *const memories[] = { &turning, &turning_far };

	probe.answer = deep_bottom;
	for (unsigned i = 0; i < 2; i++) {
		struct encase_cage *cage = unit_cage(memories[i], NULL);
		struct unit_layer layer;

		deep_make_three();
		deep_raw(cage, &layer, writev, pass, PASS);
		unit_row("%s", memories[i]->name);
		same(enter(cage, writev, 1, DEEP_AT, 3), 0);
		same(deep_at_bottom[0].iov_base == ROOM_AT(DEEP_BYTES), i == 0);
		same(deep_at_bottom[2].iov_base == ROOM_AT(DEEP_BYTES + 100), i == 0);
		holds(!memcmp(deep_came, "hello, world", 12));
		same(encase_traffic(cage).from_cage, 3 * ENTRY + (i ? 12 : 0));
		unit_free(cage);
	}
	same(visits, 2);
}

/* The host's own is neither copied for the lower layer nor looked at. */
Test(deep_vectors, of_the_host)
{
	struct encase_cage *cage = unit_host_cage();
	struct iovec own[2] = { { ROOM_AT(DEEP_BYTES), 5 }, { ROOM_AT(DEEP_BYTES + 100), 7 } };
	struct unit_layer layer;

	deep_make_three();
	probe.answer = deep_bottom;
	same(enter(cage, writev, 1, WORD(own), 2), 0);
	holds(!memcmp(deep_came, "hello, world", 12));
	same(encase_traffic(cage).from_cage, 0);
	deep_natural(cage, &layer, writev, on_writev, COPY);
	same(enter(cage, writev, 1, WORD(own), 2), 0);
	holds(deep_at_bottom[0].iov_base != own[0].iov_base);
	holds(!memcmp(deep_came, "hello, world", 12));
	same(encase_traffic(cage).from_cage, 2 * ENTRY + 12);
	unit_free(cage);
}

/* -- What a cage changes -------------------------------------------------- */

/* Entries that name something else, once they were read; of both memories, copied or not. */
Test(deep_vectors, entries_that_change)
{
	static const encase_word other[] = { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX };
	static const struct encase_memory *const memories[] = { &turning, &turning_far };

	probe.answer = fill;
	probe.result = 12;
	for (unsigned i = 0; i < 4; i++) {
		struct encase_cage *cage = unit_cage(memories[i % 2], NULL);
		struct unit_layer layer;

		deep_make_three();
		turn = (struct turn){ DEEP_AT, sizeof(other), other, 0 };
		if (i < 2)
			deep_natural(cage, &layer, readv, see_readv, COPY);
		unit_row("%s, %s", memories[i % 2]->name, i < 2 ? "copied" : "not");
		same(enter(cage, readv, 1, DEEP_AT, 3), 12);
		same(turn.reads, 1);
		holds(!memcmp(ROOM_AT(DEEP_BYTES), "AAAAA", 5));
		holds(!memcmp(ROOM_AT(DEEP_BYTES + 100), "CCCCCCC", 7));
		unit_free(cage);
	}
}
