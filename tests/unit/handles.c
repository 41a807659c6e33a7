/* SPDX-License-Identifier: MIT */
/* Tables of handles, and what is refused: forged, stale, mistyped, another's, without rights. */
#include "handles.h"

#include "alloc.h"

static struct hnd_object objects[64];

/* -- Tables ---------------------------------------------------------------- */

Test(handles, setups)
{
	static const struct encase_handles_setup good[] = {
		{ 1, 8, 0 },     { 16, 8, 0 },     { 17, 9, 0 },       { 256, 16, 1 },
		{ 4096, 16, 0 }, { 65536, 32, 0 }, { 1 << 20, 24, 0 }, { 1 << 20, 64, 1 },
	};
	static const struct encase_handles_setup bad[] = {
		{ 0, 32, 0 }, { (1 << 20) + 1, 64, 0 }, { 1, 7, 0 },        { 1, 65, 0 },
		{ 17, 8, 0 }, { 4097, 16, 0 },          { 1 << 20, 23, 0 }, { UINT32_MAX, 64, 0 },
	};
	struct encase_handles *table = (struct encase_handles *) &table, *before = table;

	for (size_t i = 0; i < LENGTH(bad); i++) {
		unit_row("bad %zu", i);
		same(encase_handles_new(&bad[i], &table), -EINVAL);
	}
	same(encase_handles_new(NULL, &table), -EINVAL);
	same(encase_handles_new(&good[0], NULL), -EINVAL);
	alloc_fail_at(1);
	same(encase_handles_new(&good[0], &table), -ENOMEM);
	holds(alloc_failed());
	holds(table == before);
	for (size_t i = 0; i < LENGTH(good); i++) {
		unit_row("good %zu", i);
		same(encase_handles_new(&good[i], &table), 0);
		hnd_free(table);
	}
	same(encase_handles_free(NULL), 0);
}

Test(handles, joining)
{
	struct encase_handles *table = hnd_table(4, 16, false);
	struct alloc_live before = alloc_live();
	struct encase_cage *cage = unit_host_cage();

	same(encase_handles_join(NULL, cage, 1, NULL), -EINVAL);
	same(encase_handles_join(table, NULL, 1, NULL), -EINVAL);
	same(encase_handles_join(table, cage, 0, NULL), -EINVAL);
	same(encase_handles_join(table, cage, UINT32_MAX, NULL), -EINVAL);
	alloc_fail_at(1);
	same(encase_handles_join(table, cage, 1, NULL), -ENOMEM);
	holds(alloc_failed());
	same(encase_handles_join(table, cage, UINT32_MAX - 1, NULL), 0);
	same(encase_handles_join(table, cage, 1, NULL), -EEXIST);
	same(encase_handles_free(table), -EBUSY);
	unit_free(cage);
	cage = unit_host_cage();
	same(encase_end(cage, 0), 0);
	same(encase_handles_join(table, cage, 1, NULL), -ESRCH);
	unit_free(cage);
	holds(alloc_same(before, alloc_live()));
	hnd_free(table);
}

/* A layer gives children their part. */
static struct encase_handles *for_children;

static void join_child(void *state, struct encase_cage *child)
{
	(void) state;
	same(encase_handles_join(for_children, child, 1, NULL), 0);
}

static const struct encase_rule forwarding[] = { ENCASE_ON_ANY(lab_forward), ENCASE_END };
static const struct encase_layer joiner = { .name = "joiner",
					    .rules = forwarding,
					    .child = join_child };

Test(handles, joining_as_a_child)
{
	struct encase_cage *cage = unit_host_cage(), *child;
	encase_word handle;

	for_children = hnd_table(4, 16, false);
	unit_push(cage, &joiner);
	same(encase_cage_new(&(struct encase_setup){ .parent = cage }, &child), 0);
	handle = hnd_new(child, &hnd_file, &objects[0], 0);
	same(hnd_try(cage, handle, NULL, 0, NULL), -EBADF);
	unit_free(child);
	same(objects[0].destroyed, 1);
	unit_free(cage);
	hnd_free(for_children);
}

Test(handles, cages_without_a_table)
{
	struct encase_handles *table = hnd_table(4, 16, false);
	struct encase_cage *cage = hnd_cage(table, 4, NULL), *none = unit_host_cage();
	encase_word handle = hnd_new(cage, &hnd_file, &objects[0], ENCASE_MAY_DUP), got = 7;
	struct encase_use use;

	same(encase_handle_new(none, &hnd_file, &objects[1], 0, &got), -EINVAL);
	same(encase_handle_new(NULL, &hnd_file, &objects[1], 0, &got), -EINVAL);
	same(encase_handle_new(cage, NULL, &objects[1], 0, &got), -EINVAL);
	same(encase_handle_new(cage, &hnd_file, NULL, 0, &got), -EINVAL);
	same(encase_handle_new(cage, &hnd_file, &objects[1], 0, NULL), -EINVAL);
	same(hnd_try(none, handle, NULL, 0, NULL), -EBADF);
	same(hnd_try(NULL, handle, NULL, 0, NULL), -EBADF);
	same(encase_handle_take(none, handle, NULL, 0, &use), -EBADF);
	same(encase_handle_close(none, handle, NULL, 0), -EBADF);
	same(encase_handle_dup(none, handle, 0, cage, &got), -EBADF);
	same(encase_handle_dup(NULL, handle, 0, cage, &got), -EINVAL);
	same(encase_handle_dup(cage, handle, 0, none, &got), -EINVAL);
	same(encase_handle_dup(cage, handle, 0, NULL, &got), -EINVAL);
	same(encase_handle_dup(cage, handle, 0, cage, NULL), -EINVAL);
	same(encase_handle_revoke(none, &objects[0]), -EINVAL);
	same(encase_handle_revoke(NULL, &objects[0]), -EINVAL);
	same(encase_handle_revoke(cage, NULL), -EINVAL);
	same(encase_handle_clear(none, NULL), -EINVAL);
	same(encase_handle_clear(NULL, NULL), -EINVAL);
	same(got, 7);
	encase_handle_put(NULL);
	unit_free(cage);
	unit_free(none);
	same(objects[0].destroyed, 1);
	same(objects[1].destroyed, 0);
	hnd_free(table);
}

/* -- Words ----------------------------------------------------------------- */

/* Of all words of 16 bits those are good that were given, each for its cage. */
Test(handles, every_word_of_16_bits)
{
	struct encase_handles *table = hnd_table(50, 16, false);
	struct encase_cage *cages[2] = { hnd_cage(table, 50, NULL), hnd_cage(table, 50, NULL) };
	static int want[2][1 << 16];

	for (encase_word w = 0; w < 1 << 16; w++)
		want[0][w] = want[1][w] = -EBADF;
	for (unsigned i = 0; i < 200; i++) {
		unsigned who = i % 3 == 0;
		encase_word w = hnd_new(cages[who], &hnd_file, &objects[i % 64], 0);

		holds(w < 1 << 16);
		same(want[0][w], -EBADF); /* not given before */
		want[who][w] = 0;
		want[!who][w] = -EXDEV;
		if (i < 170) {
			same(encase_handle_close(cages[who], w, NULL, 0), 0);
			want[who][w] = want[!who][w] = -ESTALE;
		}
	}
	for (unsigned who = 0; who < 2; who++)
		for (encase_word w = 0; w < 1 << 16; w++)
			same(hnd_try(cages[who], w, NULL, 0, NULL), want[who][w]);
	unit_free(cages[0]);
	unit_free(cages[1]);
	hnd_free(table);
}

/* Bits behind a handle's are not left out of account; nor those of a place that is none. */
Test(handles, of_every_width)
{
	for (unsigned bits = 8; bits <= 64; bits++) {
		struct encase_handles *table = hnd_table(9, bits, false);
		struct encase_cage *cage = hnd_cage(table, 9, NULL);

		unit_row("%u bits", bits);
		for (unsigned i = 0; i < 9; i++) {
			encase_word w = hnd_new(cage, &hnd_lone, &objects[i], 0);

			holds(bits == 64 || w < UINT64_C(1) << bits);
			holds((int64_t) w > 0);
			same(hnd_try(cage, w, &hnd_lone, 0, &objects[i]), 0);
			for (unsigned b = bits; b < 64; b++)
				same(hnd_try(cage, w | UINT64_C(1) << b, NULL, 0, NULL), -EBADF);
		}
		for (encase_word place = 9; place < 16; place++)
			same(hnd_try(cage, 1 << 4 | place, NULL, 0, NULL), -EBADF);
		same(hnd_try(cage, 0, NULL, 0, NULL), -EBADF);
		same(hnd_try(cage, UINT64_MAX, NULL, 0, NULL), -EBADF);
		unit_free(cage);
		hnd_free(table);
	}
}

/* Places of 7 bits of rounds: they are not used any more after 127 of them. */
Test(handles, rounds_that_end)
{
	struct encase_handles *table = hnd_table(2, 8, false);
	struct encase_cage *cage = hnd_cage(table, 2, NULL);
	encase_word handle, old[2 * 127];

	for (unsigned i = 0; i < LENGTH(old); i++) {
		old[i] = hnd_new(cage, &hnd_file, &objects[0], 0);
		same(hnd_try(cage, old[i], NULL, 0, &objects[0]), 0);
		same(encase_handle_close(cage, old[i], NULL, 0), 0);
		for (unsigned k = 0; k <= i; k++)
			same(hnd_try(cage, old[k], NULL, 0, NULL), -ESTALE);
	}
	same(objects[0].destroyed, LENGTH(old));
	same(encase_handle_new(cage, &hnd_file, &objects[1], 0, &handle), -ENFILE);
	same(encase_handle_revoke(cage, &objects[0]), -ENOENT);
	unit_free(cage);
	hnd_free(table);
}

/* Or they begin again: then what is as old as that is good again, and no sooner. */
Test(handles, rounds_that_begin_again)
{
	struct encase_handles *table = hnd_table(1, 8, true);
	struct encase_cage *cage = hnd_cage(table, 1, NULL);
	encase_word first = hnd_new(cage, &hnd_file, &objects[0], 0);

	same(encase_handle_close(cage, first, NULL, 0), 0);
	for (unsigned i = 1; i < 5 * 127; i++) {
		encase_word w;

		unit_row("round %u", i);
		same(hnd_try(cage, first, NULL, 0, NULL), -ESTALE);
		w = hnd_new(cage, &hnd_file, &objects[1], 0);
		same(w == first, i % 127 == 0);
		same(hnd_try(cage, first, NULL, 0, NULL), i % 127 == 0 ? 0 : -ESTALE);
		same(hnd_try(cage, w | 1 << 8, NULL, 0, NULL), -EBADF); /* wider than a handle */
		same(encase_handle_close(cage, w, NULL, 0), 0);
	}
	unit_free(cage);
	hnd_free(table);
}

/* -- Types and rights ------------------------------------------------------ */

Test(handles, types_accept_those_below_them)
{
	static const struct encase_handle_type *const types[] = { &hnd_node, &hnd_dir, &hnd_file,
								  &hnd_log, &hnd_lone };
	static const char accepted[5][6] = { "1....", "11...", "1.1..", "1.11.", "....1" };
	struct encase_handles *table = hnd_table(8, 16, false);
	struct encase_cage *cage = hnd_cage(table, 8, NULL);

	for (unsigned of = 0; of < 5; of++) {
		encase_word w = hnd_new(cage, types[of], &objects[of], 0);

		for (unsigned as = 0; as < 5; as++) {
			int want = accepted[of][as] == '1' ? 0 : -EPROTOTYPE;

			unit_row("%s as %s", types[of]->name, types[as]->name);
			same(hnd_try(cage, w, types[as], 0, &objects[of]), want);
			if (want)
				same(encase_handle_close(cage, w, types[as], 0), want);
		}
		same(hnd_try(cage, w, NULL, 0, &objects[of]), 0);
		same(objects[of].destroyed, 0);
		same(encase_handle_close(cage, w, of == 3 ? &hnd_node : types[of], 0), 0);
		same(objects[of].destroyed, of != 4);
		same(objects[of].as, of == 4 ? NULL : types[of]); /* by its own type */
	}
	unit_free(cage);
	hnd_free(table);
}

Test(handles, rights_are_asked_for)
{
	struct encase_handles *table = hnd_table(8, 16, false);
	struct encase_cage *cage = hnd_cage(table, 8, NULL);

	for (uint32_t has = 0; has < 8; has++) {
		encase_word w = hnd_new(cage, &hnd_file, &objects[0], has << 29);

		for (uint32_t needs = 0; needs < 8; needs++) {
			int want = needs & ~has ? -EACCES : 0;

			unit_row("%u of %u", needs, has);
			same(hnd_try(cage, w, &hnd_file, needs << 29, &objects[0]), want);
			if (want)
				same(encase_handle_close(cage, w, &hnd_file, needs << 29), want);
		}
		same(encase_handle_close(cage, w, &hnd_file, has << 29), 0);
	}
	same(objects[0].destroyed, 8);
	unit_free(cage);
	hnd_free(table);
}

/* The first grant for a type counts, for those below it as well. */
Test(handles, grants_say_what_a_cage_may_have)
{
	static const struct encase_grant grants[] = {
		{ &hnd_log, 0 }, { &hnd_file, HND_ALL }, { &hnd_node, HND_READ }, { NULL, 0 }
	};
	static const struct encase_grant nothing[] = { { NULL, 0 } };
	static const struct {
		const struct encase_handle_type *type;
		uint32_t rights;
		int err;
	} rows[] = {
		{ &hnd_log, 0, 0 },
		{ &hnd_log, HND_READ, -EPERM },
		{ &hnd_file, HND_ALL, 0 },
		{ &hnd_file, HND_ALL | ENCASE_MAY_DUP, -EPERM },
		{ &hnd_file, HND_READ, 0 },
		{ &hnd_node, HND_READ, 0 },
		{ &hnd_dir, HND_READ, 0 },
		{ &hnd_dir, HND_WRITE, -EPERM },
		{ &hnd_node, HND_ALL, -EPERM },
		{ &hnd_lone, 0, -EPERM },
	};
	struct encase_handles *table = hnd_table(16, 16, false);
	struct encase_cage *cage = hnd_cage(table, 16, grants),
			   *poor = hnd_cage(table, 16, nothing), *rich = hnd_cage(table, 16, NULL);
	encase_word w;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		encase_word wide = hnd_new(rich, rows[i].type, &objects[1], ~0U);

		unit_row("row %zu", i);
		same(encase_handle_new(cage, rows[i].type, &objects[0], rows[i].rights, &w),
		     rows[i].err);
		same(encase_handle_dup(rich, wide, rows[i].rights, cage, &w), rows[i].err);
		same(encase_handle_new(poor, rows[i].type, &objects[0], 0, &w), -EPERM);
		same(encase_handle_dup(rich, wide, 0, poor, &w), -EPERM);
		same(encase_handle_clear(cage, NULL), 0);
		same(encase_handle_clear(rich, NULL), 0);
	}
	unit_free(cage);
	unit_free(poor);
	unit_free(rich);
	hnd_free(table);
}

/* -- Full ------------------------------------------------------------------ */

Test(handles, cages_and_tables_that_are_full)
{
	struct encase_handles *table = hnd_table(5, 16, false);
	struct encase_cage *cages[2] = { hnd_cage(table, 3, NULL), hnd_cage(table, 3, NULL) };
	encase_word w[5], more = 7;

	for (unsigned round = 0; round < 20; round++) {
		for (unsigned i = 0; i < 5; i++)
			w[i] = hnd_new(cages[i / 3], &hnd_file, &objects[i], ENCASE_MAY_DUP);
		same(encase_handle_new(cages[0], &hnd_file, &objects[9], 0, &more), -EMFILE);
		same(encase_handle_dup(cages[1], w[3], 0, cages[0], &more), -EMFILE);
		same(encase_handle_new(cages[1], &hnd_file, &objects[9], 0, &more), -ENFILE);
		same(encase_handle_dup(cages[0], w[0], 0, cages[1], &more), -ENFILE);
		same(more, 7);
		same(encase_handle_close(cages[0], w[1], NULL, 0), 0);
		w[1] = hnd_new(cages[1], &hnd_file, &objects[1], 0);
		same(encase_handle_new(cages[0], &hnd_file, &objects[9], 0, &more), -ENFILE);
		same(encase_handle_clear(cages[0], NULL), 0);
		same(encase_handle_clear(cages[1], NULL), 0);
	}
	for (unsigned i = 0; i < 5; i++)
		same(objects[i].destroyed, 20 + 20 * (i == 1));
	same(objects[9].destroyed, 0);
	unit_free(cages[0]);
	unit_free(cages[1]);
	hnd_free(table);
}
