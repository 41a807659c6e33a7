/* SPDX-License-Identifier: MIT */
/*
 * How long objects live: uses, consuming calls, duplicates, revoking.  Each is destroyed
 * once, when nobody uses it.
 */
#include "handles_two.h"

#include "alloc.h"

/* -- Uses ------------------------------------------------------------------ */

Test(handles_lives, uses_keep_objects)
{
	struct encase_use uses[3];
	encase_word w;

	set_up();
	w = hnd_new(cage, &hnd_file, &objects[0], HND_READ);
	for (unsigned i = 0; i < 3; i++)
		same(encase_handle_get(cage, w, &hnd_file, HND_READ, &uses[i]), 0);
	encase_handle_put(&uses[0]);
	encase_handle_put(&uses[0]); /* it is null */
	same(encase_handle_close(cage, w, NULL, 0), 0);
	same(encase_handle_close(cage, w, NULL, 0), -ESTALE);
	same(hnd_try(cage, w, NULL, 0, NULL), -ESTALE);
	encase_handle_put(&uses[2]);
	same(objects[0].destroyed, 0);
	same(uses[1].object, &objects[0]);
	encase_handle_put(&uses[1]);
	same(objects[0].destroyed, 1);
	take_down();
	same(objects[0].destroyed, 1);
}

Test(handles_lives, consuming)
{
	struct encase_use use, taken, again = { &again, &again };
	encase_word w;

	set_up();
	w = hnd_new(cage, &hnd_file, &objects[0], HND_READ);
	same(encase_handle_take(cage, w, &hnd_dir, 0, &taken), -EPROTOTYPE);
	same(encase_handle_take(cage, w, &hnd_file, HND_WRITE, &taken), -EACCES);
	same(encase_handle_take(other, w, &hnd_file, 0, &taken), -EXDEV);
	same(encase_handle_get(cage, w, &hnd_file, HND_READ, &use), 0);
	same(encase_handle_take(cage, w, &hnd_file, HND_READ, &taken), 0);
	same(taken.object, &objects[0]);
	same(encase_handle_take(cage, w, &hnd_file, HND_READ, &again), -ESTALE);
	holds(again.object == &again && again.place == &again);
	encase_handle_put(&taken);
	same(objects[0].destroyed, 0);
	encase_handle_put(&use);
	same(objects[0].destroyed, 1);
	take_down();
}

/* 2097152 uses are all that there may be. */
Test(handles_lives, uses_that_are_too_many)
{
	enum { MOST = 2097152 };
	struct encase_use use, taken;
	encase_word w;

	set_up();
	w = hnd_new(cage, &hnd_file, &objects[0], ENCASE_MAY_DUP);
	for (unsigned i = 0; i < MOST; i++)
		if (encase_handle_get(cage, w, NULL, 0, &use))
			same(i, MOST);
	same(encase_handle_get(cage, w, NULL, 0, &taken), -EAGAIN);
	same(encase_handle_take(cage, w, NULL, 0, &taken), -EAGAIN);
	same(encase_handle_close(cage, w, NULL, 0), -EAGAIN);
	same(encase_handle_dup(cage, w, 0, cage, &w), -EAGAIN);
	same(encase_handle_clear(cage, NULL), 0); /* no lack of room for that */
	same(hnd_try(cage, w, NULL, 0, NULL), -ESTALE);
	for (unsigned i = 0; i < MOST; i++) {
		struct encase_use one = use;

		same(objects[0].destroyed, 0);
		encase_handle_put(&one);
	}
	same(objects[0].destroyed, 1);
	take_down();
}

Test(handles_lives, getting_takes_no_memory)
{
	encase_word w;

	set_up();
	w = hnd_new(cage, &hnd_log, &objects[0], ~0U);
	alloc_fail_at(1);
	same(hnd_try(cage, w, &hnd_node, HND_READ, &objects[0]), 0);
	same(hnd_try(cage, w, &hnd_dir, HND_READ, NULL), -EPROTOTYPE);
	w = hnd_dup(cage, w, 0, other);
	same(encase_handle_close(other, w, &hnd_node, 0), 0);
	hnd_new(cage, &hnd_log, &objects[1], 0);
	holds(!alloc_failed());
	take_down();
}

/* -- Duplicates ------------------------------------------------------------ */

Test(handles_lives, duplicates_have_no_more_rights)
{
	encase_word w, narrow, last, got = 7;

	set_up();
	w = hnd_new(cage, &hnd_file, &objects[0], HND_READ | ENCASE_MAY_DUP);
	same(encase_handle_dup(cage, w, HND_ALL, cage, &got), -EACCES);
	same(encase_handle_dup(other, w, 0, cage, &got), -EXDEV);
	same(encase_handle_dup(cage, 0, 0, cage, &got), -EBADF);
	narrow = hnd_dup(cage, w, ENCASE_MAY_DUP, cage);
	same(hnd_try(cage, narrow, &hnd_file, HND_READ, NULL), -EACCES);
	same(encase_handle_dup(cage, narrow, HND_READ, cage, &got), -EACCES);
	last = hnd_dup(cage, narrow, 0, other);
	same(encase_handle_dup(other, last, 0, other, &got), -EACCES);
	same(hnd_try(other, last, &hnd_node, 0, &objects[0]), 0);
	same(hnd_try(cage, last, NULL, 0, NULL), -EXDEV);
	same(hnd_try(other, w, NULL, 0, NULL), -EXDEV);
	same(encase_handle_close(cage, narrow, NULL, 0), 0);
	same(encase_handle_dup(cage, narrow, 0, cage, &got), -ESTALE);
	same(got, 7);
	take_down();
	same(objects[0].destroyed, 1);
}

/* In whatever order handles for an object are closed, the last one ends it. */
Test(handles_lives, the_last_handle_ends_an_object)
{
	for (unsigned order = 0; order < 27; order++) {
		unsigned at[3] = { order % 3, order / 3 % 3, order / 9 };
		encase_word w[3];

		if (at[0] == at[1] || at[0] == at[2] || at[1] == at[2])
			continue;
		unit_row("order %u %u %u", at[0], at[1], at[2]);
		memset(objects, 0, sizeof(objects));
		set_up();
		w[0] = hnd_new(cage, &hnd_file, &objects[0], ENCASE_MAY_DUP);
		w[1] = hnd_dup(cage, w[0], ENCASE_MAY_DUP, cage);
		w[2] = hnd_dup(cage, w[1], 0, cage);
		for (unsigned i = 0; i < 3; i++) {
			same(objects[0].destroyed, 0);
			same(encase_handle_close(cage, w[at[i]], NULL, 0), 0);
			for (unsigned k = 0; k < 3; k++)
				same(hnd_try(cage, w[at[k]], NULL, 0, NULL), k > i ? 0 : -ESTALE);
		}
		same(objects[0].destroyed, 1);
		take_down();
		same(objects[0].destroyed, 1);
	}
}

/* Others do not: what has been duplicated further is gone when it is closed. */
Test(handles_lives, no_other_handles_keep_their_places)
{
	encase_word w, next;

	set_up();
	w = hnd_dup(cage, hnd_new(cage, &hnd_file, &objects[0], ~0U), ~0U, cage);
	for (unsigned i = 0; i < 50; i++) {
		next = hnd_dup(cage, w, ~0U, cage);
		same(encase_handle_close(cage, w, NULL, 0), 0);
		w = next;
	}
	for (unsigned i = 0; i < 6; i++)
		hnd_new(cage, &hnd_lone, &objects[1], 0);
	same(encase_handle_new(cage, &hnd_lone, &objects[1], 0, &next), -EMFILE);
	take_down();
}

/* Its first handle keeps its place, closed or not, and counts as its cage's. */
Test(handles_lives, first_handles_keep_their_places)
{
	encase_word w[8], dup, more;

	set_up();
	w[0] = hnd_new(cage, &hnd_file, &objects[0], ENCASE_MAY_DUP);
	dup = hnd_dup(cage, w[0], 0, other);
	same(encase_handle_close(cage, w[0], NULL, 0), 0);
	for (unsigned i = 1; i < 7; i++)
		w[i] = hnd_new(cage, &hnd_lone, &objects[i], 0);
	same(encase_handle_new(cage, &hnd_lone, &objects[7], 0, &more), -ENFILE);
	unit_free(cage); /* the place outlives even that */
	same(objects[0].destroyed, 0);
	same(hnd_try(other, dup, &hnd_file, 0, &objects[0]), 0);
	for (unsigned i = 0; i < 6; i++)
		w[i] = hnd_new(other, &hnd_lone, &objects[1], 0);
	same(encase_handle_new(other, &hnd_lone, &objects[7], 0, &more), -ENFILE);
	same(encase_handle_close(other, dup, NULL, 0), 0);
	same(objects[0].destroyed, 1);
	hnd_new(other, &hnd_lone, &objects[7], 0);
	hnd_new(other, &hnd_lone, &objects[7], 0);
	cage = NULL;
	take_down();
}

/* -- Revoking -------------------------------------------------------------- */

Test(handles_lives, revoking)
{
	encase_word w[4], not_it;
	struct encase_use use;

	set_up();
	not_it = hnd_new(cage, &hnd_file, &objects[1], 0);
	w[0] = hnd_new(cage, &hnd_file, &objects[0], ENCASE_MAY_DUP);
	w[1] = hnd_dup(cage, w[0], ENCASE_MAY_DUP, cage);
	w[2] = hnd_dup(cage, w[1], 0, other);
	w[3] = hnd_dup(cage, w[0], HND_READ & 0, cage);
	same(encase_handle_close(cage, w[0], NULL, 0), 0);
	same(encase_handle_get(other, w[2], NULL, 0, &use), 0);
	same(encase_handle_revoke(other, &objects[2]), -ENOENT);
	same(encase_handle_revoke(other, &objects[0]), 0);
	for (unsigned i = 0; i < 4; i++)
		same(hnd_try(i == 2 ? other : cage, w[i], NULL, 0, NULL), -ESTALE);
	same(objects[0].destroyed, 0);
	encase_handle_put(&use);
	same(objects[0].destroyed, 1);
	same(encase_handle_revoke(other, &objects[0]), -ENOENT);
	same(hnd_try(cage, not_it, NULL, 0, &objects[1]), 0);
	take_down();
}

Test(handles_lives, clearing)
{
	encase_word w[5];

	set_up();
	w[0] = hnd_new(cage, &hnd_node, &objects[0], 0);
	w[1] = hnd_new(cage, &hnd_file, &objects[1], ENCASE_MAY_DUP);
	w[2] = hnd_new(cage, &hnd_log, &objects[2], 0);
	w[3] = hnd_dup(cage, w[1], 0, other);
	w[4] = hnd_new(cage, &hnd_dir, &objects[4], 0);
	same(encase_handle_clear(cage, &hnd_lone), 0);
	same(encase_handle_clear(cage, &hnd_file), 0);
	for (unsigned i = 0; i < 5; i++)
		same(hnd_try(i == 3 ? other : cage, w[i], NULL, 0, NULL),
		     i == 1 || i == 2 ? -ESTALE : 0);
	same(objects[1].destroyed, 0); /* the other cage has it */
	same(objects[2].destroyed, 1);
	same(encase_handle_clear(cage, NULL), 0);
	same(hnd_try(cage, w[0], NULL, 0, NULL), -ESTALE);
	same(hnd_try(cage, w[4], NULL, 0, NULL), -ESTALE);
	same(objects[4].destroyed, 1);
	take_down();
	same(objects[1].destroyed, 1);
}
