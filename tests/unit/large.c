/* SPDX-License-Identifier: MIT */
/*
 * Copies that are large: the bound of transfers, what is beyond measure, and
 * mappings for what does not fit the scratch.  docs/forwarding.md, 3.2 and 3.3.
 */
#include "unit.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "alloc.h"
#include "scratch.h"

/* -- A memory without end ------------------------------------------------- */

static size_t read_size, checked_size;
static unsigned reads;

/* Has every byte that there can be, and none of them moves. */
static int vast_read(void *space, encase_word from, void *to, size_t n)
{
	(void) space;
	(void) from;
	(void) to;
	reads++;
	read_size = n;
	return 0;
}

static int vast_write(void *space, encase_word to, const void *from, size_t n)
{
	(void) space;
	(void) to;
	(void) from;
	(void) n;
	return 0;
}

static int vast_check(void *space, encase_word at, size_t n)
{
	(void) space;
	(void) at;
	checked_size = n;
	return 0;
}

static const struct encase_memory vast = {
	.name = "vast",
	.read = vast_read,
	.write = vast_write,
	.read_string = unit_no_string,
	.check = vast_check,
};

static encase_word seen_count;
static unsigned runs;

static ssize_t see_send(const void *buf, size_t n)
{
	runs++;
	seen_count = n;
	return lab_next_send(buf, n);
}

static long see_raw(struct encase_call *call)
{
	runs++;
	seen_count = encase_arg_word(call, encase_call_desc(call)->nargs - 1U);
	return encase_forward(call);
}

static long see_data(struct encase_call *call)
{
	int err = encase_arg_data(call, 0, NULL, NULL);

	return err ? encase_fail(call, -err) : see_raw(call);
}

#define MAX ((encase_word) ENCASE_TRANSFER_MAX)

static const struct {
	const struct encase_desc *desc;
	encase_word at, n;
	long err;
	encase_word seen;
} rows[] = {
	{ &lab_desc_send, 8, MAX, 0, MAX },
	{ &lab_desc_send, 8, MAX + 1, 0, MAX },
	{ &lab_desc_send, 8, UINT64_C(0x100000000), 0, MAX },
	{ &lab_desc_send, 8, SIZE_MAX - 100, 0, MAX },
	{ &lab_desc_send, 8, SIZE_MAX, EFAULT, 0 },
	{ &lab_desc_send, SIZE_MAX - 10, 20, EFAULT, 0 },
	{ &lab_desc_send, UINT64_C(0x8000000000000000), UINT64_C(0x8000000000000001), EFAULT, 0 },
	{ &encase_desc_write, 8, SIZE_MAX - 100, 0, MAX },
	{ &lab_desc_put, 8, MAX, 0, MAX },
	{ &lab_desc_put, 8, MAX + 1, ENOMEM, 0 },
	{ &lab_desc_put, 8, SIZE_MAX - 100, ENOMEM, 0 },
	{ &lab_desc_put, 8, SIZE_MAX, EFAULT, 0 },
	{ &lab_desc_get, 8, MAX + 1, ENOMEM, 0 },
	{ &lab_desc_swap, 8, MAX + 1, ENOMEM, 0 },
	{ &lab_desc_fill_ints, 8, MAX / 4 + 1, ENOMEM, 0 },
	{ &lab_desc_fill_ints, 8, UINT64_C(0x4000000000000000), EFAULT, 0 },
};

static void run_row(struct encase_cage *cage, size_t i)
{
	bool lowered = rows[i].n > MAX;
	encase_word words[] = { rows[i].at, rows[i].n, 0 };

	if (rows[i].desc == &encase_desc_write) {
		words[0] = 1;
		words[1] = rows[i].at;
		words[2] = rows[i].n;
	}
	runs = reads = alloc_maps = 0;
	probe.calls = 0;
	same(encase_enter(cage, rows[i].desc, words), -rows[i].err);
	same(runs, !rows[i].err);
	same(probe.calls, runs);
	if (rows[i].err) {
		same(reads, 0);
		same(alloc_maps, 0);
		return;
	}
	same(seen_count, rows[i].seen);
	same(read_size, rows[i].seen);
	if (lowered)
		same(checked_size, rows[i].n); /* as it came */
}

static void warm_up(struct encase_cage *cage)
{
	static struct unit_layer layer;

	unit_push_any(cage, &layer, lab_forward, ENCASE_COPY);
	same(enter_lab(cage, put, 8, 8), 0); /* makes the scratch */
}

/* Transfers are lowered to what Linux moves in one call; others have no memory to be had. */
Test(large, lengths_beyond_measure)
{
	struct unit_layer layer;
	struct encase_cage *first = unit_cage(&vast, NULL);

	warm_up(first);
	for (size_t i = 0; i < LENGTH(rows); i++)
		for (unsigned how = 0; how < 3; how++) {
			struct encase_cage *cage = unit_cage(&vast, NULL);

			unit_row("%zu: %s, how %u", i, encase_text(rows[i].desc)->name, how);
			if (how == 0 && rows[i].desc == &lab_desc_send)
				unit_push_natural(cage, &layer, send, see_send, ENCASE_COPY);
			else if (how == 1)
				unit_push_any(cage, &layer, see_raw, ENCASE_COPY);
			else if (rows[i].desc != &encase_desc_write)
				unit_push_any(cage, &layer, see_data, ENCASE_PASS);
			else
				unit_push_any(cage, &layer, see_raw, ENCASE_COPY);
			run_row(cage, i);
			unit_free(cage);
		}
	unit_free(first);
}

/* Of a transfer of larger objects the count must not become more than arrived. */
Test(large, a_count_is_never_raised)
{
	struct encase_cage *cage = unit_cage(&vast, NULL);
	struct unit_layer layer;

	unit_push_raw(cage, &layer, send_ints, see_raw, ENCASE_COPY);
	for (encase_word n = MAX / 4 - 1; n < MAX / 4 + 3; n++) {
		seen_count = read_size = 0;
		enter_lab(cage, send_ints, 8, n);
		unit_row("0x%llx arrived, 0x%llx seen", (unsigned long long) n,
			 (unsigned long long) seen_count);
		holds(seen_count <= n);
		holds(read_size <= n * 4);
	}
	unit_free(cage);
}

static long fail_and_forward(struct encase_call *call)
{
	alloc_fail_at(1);
	same(encase_arg_data(call, 0, NULL, NULL), -ENOMEM);
	holds(alloc_failed());
	same(encase_arg_word(call, 1), MAX + 1);
	return encase_forward(call);
}

/* What could not be copied goes on as it arrived, its length included. */
Test(large, a_failed_copy_changes_nothing)
{
	struct encase_cage *cage = unit_cage(&vast, NULL);
	struct unit_layer layer;

	warm_up(cage);
	unit_free(cage);
	cage = unit_cage(&vast, NULL);
	unit_push_raw(cage, &layer, send, fail_and_forward, ENCASE_PASS);
	same(enter_lab(cage, send, 8, MAX + 1), 0);
	same(probe.words[0], 8);
	same(probe.words[1], MAX + 1);
	unit_free(cage);
}

static long claim_more(struct encase_call *call)
{
	return (long) encase_arg_word(call, 1) + 1;
}

/* 5.7: a result is bounded by the count as the handler saw it. */
Test(large, results_above_a_lowered_count_are_EIO)
{
	struct encase_cage *cage = unit_cage(&vast, NULL);
	struct unit_layer layer;

	unit_push_raw(cage, &layer, send, claim_more, ENCASE_COPY);
	same(enter_lab(cage, send, 8, 2 * MAX), -EIO);
	same(enter_lab(cage, send, 8, 10), -EIO);
	unit_free(cage);
}

static long look_at_ends(struct encase_call *call)
{
	const char *own = encase_arg(call, 0);
	size_t n = encase_arg_word(call, 1);

	same(own[0], 0);
	same(own[n - 1], 0);
	return encase_forward(call);
}

/* However much room a cage says that there is: memory is taken for what is written. */
Test(large, room_that_nobody_fills)
{
	enum { ROOM = 256 << 20 };
	struct encase_cage *cage = unit_cage(&vast, NULL);
	struct rusage before, after;
	struct unit_layer layer;

	unit_push_raw(cage, &layer, get, look_at_ends, ENCASE_COPY);
	same(enter_lab(cage, get, 8, 4096), 0);
	getrusage(RUSAGE_SELF, &before);
	same(enter_lab(cage, get, 8, ROOM), 0);
	getrusage(RUSAGE_SELF, &after);
	holds(after.ru_minflt - before.ru_minflt < 100);
	unit_free(cage);
}

/* -- Mappings ------------------------------------------------------------- */

static char *bytes;

static long compare(struct encase_call *call)
{
	const char *copy = encase_arg(call, 0);
	size_t n = encase_arg_word(call, 1);

	holds(!memcmp(copy, bytes, n));
	((char *) encase_arg(call, 0))[n - 1] ^= 1; /* all of it can be written */
	return encase_forward(call);
}

static struct encase_cage *copying_cage(struct unit_layer *layer)
{
	struct encase_cage *cage = unit_host_cage();

	unit_push_raw(cage, layer, put, compare, ENCASE_COPY);
	return cage;
}

static void fill_bytes(size_t n)
{
	bytes = malloc(n);
	for (size_t i = 0; i < n; i++)
		bytes[i] = unit_byte(i);
}

/* Around the scratch's size, pages' and the bound of what is kept; each again, and backwards. */
Test(large, copies_of_all_sizes)
{
	static const size_t sizes[] = {
		1,      63,      64,      65,      4096,           32768,         65343,    65408,
		65471,  65472,   65473,   65535,   65536,          65537,         69568,    69632,
		131008, 1 << 20, 1 << 23, 1 << 24, (1 << 24) - 64, (1 << 24) + 1, 17 << 20, 18 << 20
	};
	struct unit_layer layer;
	struct encase_cage *cage = copying_cage(&layer);
	struct alloc_live before = alloc_live();

	fill_bytes(18 << 20);
	for (size_t i = 0; i < 3 * LENGTH(sizes); i++) {
		size_t k = i < 2 * LENGTH(sizes) ? i / 2 : 3 * LENGTH(sizes) - 1 - i;

		unit_row("%zu bytes", sizes[k]);
		same(enter_lab(cage, put, WORD(bytes), sizes[k]), 0);
		unit_idle();
		holds(alloc_live().map_bytes - before.map_bytes <=
		      (long) (ENC_SCRATCH + ENC_SPARE_MAX));
	}
	free(bytes);
	unit_free(cage);
}

/* A mapping is kept for the next copy of its size or less; what is too large is not. */
Test(large, mappings_are_kept_for_the_next)
{
	struct unit_layer layer;
	struct encase_cage *cage = copying_cage(&layer);
	struct alloc_live before;

	fill_bytes(20 << 20);
	same(enter_lab(cage, put, WORD(bytes), 1 << 20), 0);
	alloc_maps = 0;
	for (unsigned i = 0; i < 100; i++)
		same(enter_lab(cage, put, WORD(bytes), (1 << 20) - i * 8192), 0);
	same(alloc_maps, 0);
	before = alloc_live();
	for (unsigned i = 0; i < 3; i++)
		same(enter_lab(cage, put, WORD(bytes), 20 << 20), 0);
	same(alloc_maps, 3);
	holds(alloc_same(before, alloc_live()));
	free(bytes);
	unit_free(cage);
}
