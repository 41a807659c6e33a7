/* SPDX-License-Identifier: MIT */
/*
 * Reading many arguments at once: how often a memory is asked, and that nothing else
 * tells of it.  src/gather.h.
 */
#include "unit.h"

#include <fcntl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum {
	AT_OLD = 64,
	AT_NEW = 1024,
	AT_SETS = 4096,
	AT_TIME = 8192,
	AT_IOV = 12288,
	AT_DATA = 16384
};

static char seen[3][UNIT_ROOM];

static long keep_names(struct encase_call *call)
{
	int err = encase_reach(call);

	if (err)
		return encase_fail(call, -err);
	strcpy(seen[0], encase_arg(call, 1));
	strcpy(seen[1], encase_arg(call, 3));
	return 0;
}

static void reset(void)
{
	memset(&unit_far, 0, sizeof(unit_far));
	memset(seen, 0, sizeof(seen));
}

/* Two names of these lengths without their NULs. */
static void write_names(size_t old, size_t new)
{
	memset(unit_room, 'x', UNIT_ROOM);
	memset(unit_room + AT_OLD, 'o', old);
	unit_room[AT_OLD + old] = 0;
	memset(unit_room + AT_NEW, 'n', new);
	unit_room[AT_NEW + new] = 0;
}

static long rename_in(struct encase_cage *cage)
{
	return enter(cage, renameat2, (encase_word) AT_FDCWD, UNIT_FAR + AT_OLD,
		     (encase_word) AT_FDCWD, UNIT_FAR + AT_NEW, 0);
}

static struct encase_cage *cage_of(struct unit_layer *layer, const struct encase_desc *desc)
{
	struct encase_cage *cage = unit_cage(&unit_gathering_memory, NULL);

	if (layer) {
		unit_raw(layer, desc, encase_forward, ENCASE_COPY);
		unit_push(cage, &layer->layer);
	}
	reset();
	return cage;
}

/* Short names need one access; of those that are longer each is read as a whole. */
Test(gather, names)
{
	static const size_t lengths[] = { 0, 1, 40, 254, 255, 256, 257, 700 };

	probe.answer = keep_names;
	for (size_t i = 0; i < LENGTH(lengths) * LENGTH(lengths) * 2; i++) {
		size_t old = lengths[i / 2 % LENGTH(lengths)];
		size_t new = lengths[i / 2 / LENGTH(lengths)];
		struct unit_layer layer;
		struct encase_cage *cage = cage_of(i & 1 ? &layer : NULL, &encase_desc_renameat2);

		unit_row("%zu and %zu, %zu", old, new, i & 1);
		write_names(old, new);
		same(rename_in(cage), 0);
		same(strlen(seen[0]), old);
		same(strlen(seen[1]), new);
		same(unit_far.gathers, 1);
		same(unit_far.strings, (old > 255) + (new > 255));
		same(unit_far.reads, 0);
		same(encase_traffic(cage).from_cage, old + new + 2);
		unit_free(cage);
	}
}

/* A name ends with its page, or its memory: what is behind is not asked for. */
Test(gather, names_at_the_end_of_a_page)
{
	struct encase_cage *cage = cage_of(NULL, NULL);
	encase_word last = UNIT_FAR + UNIT_ROOM;

	probe.answer = keep_names;
	same(UNIT_FAR % 4096, 0);
	for (size_t n = 1; n < 100; n++) {
		write_names(3, 3);
		unit_room[UNIT_ROOM - 1] = 0;
		reset();
		same(enter(cage, renameat2, 0, last - n, 0, UNIT_FAR + AT_NEW, 0), 0);
		same(strlen(seen[0]), n - 1);
		same(strlen(seen[1]), 3);
		same(unit_far_accesses(), 1);
	}
	unit_free(cage);
}

/* What is bad is told by the first argument that is, as if each had been read by itself. */
Test(gather, errors)
{
	static const struct {
		encase_word old, new;
		long err;
	} rows[] = {
		{ UNIT_FAR + AT_OLD, UNIT_FAR + UNIT_ROOM, -EFAULT },
		{ UNIT_FAR - 1, UNIT_FAR + AT_NEW, -EFAULT },
		{ UNIT_FAR + AT_OLD, 0, -EFAULT },
		{ 0, 0, -EFAULT },
		{ UNIT_FAR + 5000, UNIT_FAR - 1, -ENAMETOOLONG },
		{ UNIT_FAR - 1, UNIT_FAR + 5000, -EFAULT },
		{ UNIT_FAR + AT_OLD, UNIT_FAR + 5000, -ENAMETOOLONG },
		{ UNIT_FAR + AT_OLD, UNIT_FAR + AT_OLD, 0 },
	};

	probe.answer = keep_names;
	for (size_t i = 0; i < 2 * LENGTH(rows); i++) {
		struct unit_layer layer;
		struct encase_cage *cage = cage_of(i & 1 ? &layer : NULL, &encase_desc_renameat2);

		if (!(i & 1) && !rows[i / 2].new) {
			unit_free(cage); /* of nulls the lower layer tells */
			continue;
		}
		unit_row("row %zu", i / 2);
		write_names(3, 3);
		same(enter(cage, renameat2, 0, rows[i / 2].old, 0, rows[i / 2].new, 0),
		     rows[i / 2].err);
		unit_free(cage);
	}
}

static void look_at_sets(struct encase_call *call)
{
	for (unsigned i = 0; i < 3; i++) {
		const unsigned char *set = encase_arg(call, i + 1);

		for (size_t k = 0; k < 16; k++)
			same(set[k], (unsigned char) unit_byte(AT_SETS + 100 * i + k));
	}
	same(memcmp(encase_arg(call, 4), unit_room + AT_TIME, 16), 0);
}

static long change_sets(struct encase_call *call)
{
	int err = encase_reach(call);

	if (err)
		return encase_fail(call, -err);
	look_at_sets(call);
	for (unsigned i = 0; i < 3; i++)
		memset(encase_arg(call, i + 1), 'a' + (int) i, 16);
	memset(encase_arg(call, 4), 'd', 16);
	return 2;
}

/* Of what is read and written all comes back. */
Test(gather, sets_of_select)
{
	probe.answer = change_sets;
	for (unsigned copied = 0; copied < 2; copied++) {
		struct unit_layer layer;
		struct encase_cage *cage = cage_of(copied ? &layer : NULL, &encase_desc_select);

		unit_paint();
		same(enter(cage, select, 128, UNIT_FAR + AT_SETS, UNIT_FAR + AT_SETS + 100,
			   UNIT_FAR + AT_SETS + 200, UNIT_FAR + AT_TIME),
		     2);
		same(unit_far.gathers, 1);
		same(unit_far.reads, 0);
		same(unit_far.writes, 4);
		for (unsigned i = 0; i < 3; i++)
			for (size_t k = 0; k < 16; k++)
				same(unit_room[AT_SETS + 100 * i + k], 'a' + (char) i);
		same(unit_room[AT_TIME + 15], 'd');
		same(unit_room[AT_TIME + 16], unit_byte(AT_TIME + 16));
		unit_free(cage);
	}
}

static long keep_vector(struct encase_call *call)
{
	int err = encase_reach(call);
	const struct iovec *iov = encase_arg(call, 1);
	size_t n = encase_arg_word(call, 2), done = 0;

	if (err)
		return encase_fail(call, -err);
	for (size_t i = 0; i < n; done += iov[i++].iov_len)
		memcpy(seen[0] + done, iov[i].iov_base, iov[i].iov_len);
	return (long) done;
}

/* The entries in one read, and what they name in as few as can be. */
Test(gather, vectors)
{
	static const size_t counts[] = { 1, 2, 64, 65, 128, 200 };
	struct iovec *iov = (struct iovec *) (unit_room + AT_IOV);

	probe.answer = keep_vector;
	for (size_t i = 0; i < 2 * LENGTH(counts); i++) {
		size_t n = counts[i / 2], all = 0;
		struct unit_layer layer;
		struct encase_cage *cage = cage_of(i & 1 ? &layer : NULL, &encase_desc_writev);

		unit_row("%zu entries", n);
		unit_paint();
		for (size_t k = 0; k < n; all += k++ % 7)
			iov[k] = (struct iovec){ (void *) (UNIT_FAR + AT_DATA + all), k % 7 };
		same(enter(cage, writev, 1, UNIT_FAR + AT_IOV, n), all);
		same(memcmp(seen[0], unit_room + AT_DATA, all), 0);
		same(unit_far.reads, 1);
		same(unit_far.gathers, all ? (n - (n + 6) / 7 + 63) / 64 : 0);
		unit_free(cage);
	}
}

/* Where reads are cheap each argument is read by itself. */
Test(gather, in_a_memory_that_does_not)
{
	struct encase_cage *cage = unit_far_cage();

	probe.answer = keep_names;
	write_names(3, 3);
	reset();
	same(rename_in(cage), 0);
	same(unit_far.strings, 2);
	same(unit_far_accesses(), 2);
	unit_free(cage);
}
