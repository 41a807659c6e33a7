/* SPDX-License-Identifier: MIT */
/* Handles die with their cage, and destroy their objects with no lock held; handlers use them. */
#include "handles_two.h"

#include <pthread.h>

#include "alloc.h"
#include "move.h"

/* -- Ends ------------------------------------------------------------------ */

static unsigned destroyed_while;

/* The layer has heard of the end, and has not stopped. */
static void note_layer(struct hnd_object *object)
{
	(void) object;
	destroyed_while += !strcmp(move_log(), "+a!a");
}

static void end_cage(bool by_freeing)
{
	encase_word w, theirs, mine;

	set_up();
	move_clear();
	move_push(cage, "a");
	w = hnd_new(cage, &hnd_file, &objects[0], ENCASE_MAY_DUP);
	theirs = hnd_dup(cage, w, 0, other);
	mine = hnd_new(cage, &hnd_dir, &objects[1], 0);
	hnd_new(other, &hnd_dir, &objects[2], 0);
	hnd_on_destroy = note_layer;
	destroyed_while = 0;
	if (by_freeing) {
		unit_free(cage);
	} else {
		same(encase_end(cage, 3), 0);
		same(hnd_try(cage, mine, NULL, 0, NULL), -ESTALE);
		same(encase_handle_new(cage, &hnd_file, &objects[3], 0, &w), -ESRCH);
		same(encase_handle_dup(other, hnd_new(other, &hnd_dir, &objects[4], ~0U), 0, cage,
				       &w),
		     -ESRCH);
		same(encase_handle_revoke(cage, &objects[4]), 0);
		same(encase_handle_clear(cage, NULL), 0);
		unit_free(cage);
	}
	cage = NULL;
	moved("+a!a-a");
	same(objects[0].destroyed, 0);
	same(objects[1].destroyed, 1);
	same(destroyed_while, 1);
	same(objects[2].destroyed, 0);
	same(hnd_try(other, theirs, &hnd_file, 0, &objects[0]), 0);
	take_down();
	same(objects[0].destroyed, 1);
	same(objects[1].destroyed, 1);
	same(objects[2].destroyed, 1);
}

Test(handles_ends, end_with_their_cage)
{
	end_cage(false);
	memset(objects, 0, sizeof(objects));
	end_cage(true);
}

/* A failed end leaves handles alone. */
Test(handles_ends, outlive_an_end_that_fails)
{
	encase_word w;

	set_up();
	w = hnd_new(cage, &hnd_file, &objects[0], 0);
	for (unsigned i = 1; i < 3; i++) {
		alloc_fail_at(i);
		same(encase_end(cage, 1), -ENOMEM);
		holds(alloc_failed());
		same(hnd_try(cage, w, NULL, 0, &objects[0]), 0);
	}
	same(encase_end(cage, 1), 0);
	same(objects[0].destroyed, 1);
	take_down();
}

Test(handles_ends, uses_outlive_their_cage)
{
	struct encase_use use;
	struct alloc_live before = alloc_live();

	set_up();
	same(encase_handle_get(cage, hnd_new(cage, &hnd_file, &objects[0], 0), NULL, 0, &use), 0);
	unit_free(cage);
	unit_free(other);
	same(encase_handles_free(table), -EBUSY);
	same(objects[0].destroyed, 0);
	encase_handle_put(&use);
	same(objects[0].destroyed, 1);
	hnd_free(table);
	holds(alloc_same(before, alloc_live()));
}

/* Another thread, which needs the cage's lock, is waited for; a lock that were held would never be free. */
static void *need_locks(void *arg)
{
	encase_word w;

	same(encase_state(cage, &move_layer) == NULL, 1);
	same(encase_handle_new(other, &hnd_lone, arg, 0, &w), 0);
	return arg;
}

static void await_another_thread(struct hnd_object *object)
{
	pthread_t thread;

	same(pthread_create(&thread, NULL, need_locks, object), 0);
	same(pthread_join(thread, NULL), 0);
}

Test(handles_ends, destroyed_with_no_lock_held, .timeout = 20)
{
	encase_word w;

	set_up();
	hnd_on_destroy = await_another_thread;
	same(encase_handle_close(cage, hnd_new(cage, &hnd_file, &objects[0], 0), NULL, 0), 0);
	w = hnd_new(cage, &hnd_file, &objects[1], 0);
	same(encase_handle_revoke(cage, &objects[1]), 0);
	hnd_new(cage, &hnd_file, &objects[2], 0);
	same(encase_handle_clear(cage, NULL), 0);
	hnd_new(cage, &hnd_file, &objects[3], 0);
	same(encase_end(cage, 0), 0);
	for (unsigned i = 0; i < 4; i++)
		same(objects[i].destroyed, 1);
	same(hnd_try(cage, w, NULL, 0, NULL), -ESTALE);
	unit_free(cage);
	cage = hnd_cage(table, 8, NULL);
	hnd_new(cage, &hnd_file, &objects[4], 0);
	unit_free(cage);
	cage = NULL;
	same(objects[4].destroyed, 1);
	take_down();
}

/* -- In calls -------------------------------------------------------------- */

/* A handler is given a handle as any other number, and finds in it what its caller may use. */
static long use_by_number(long handle)
{
	struct encase_use use;
	int err =
		encase_handle_get(encase_caller(), (encase_word) handle, &hnd_file, HND_READ, &use);

	if (!err) {
		same(encase_end(encase_caller(), 1),
		     0); /* its own cage, while it uses the object */
		same(objects[0].destroyed, 0);
		encase_handle_put(&use);
		same(objects[0].destroyed, 1);
		return 1;
	}
	errno = -err;
	return -1;
}

Test(handles_ends, handlers_use_them)
{
	struct unit_layer layers[2];
	encase_word w;

	set_up();
	unit_push_natural(cage, &layers[0], arity1, use_by_number, 0);
	unit_push_natural(other, &layers[1], arity1, use_by_number, 0);
	w = hnd_new(cage, &hnd_log, &objects[0], HND_READ);
	same(enter_lab(other, arity1, w), -EXDEV);
	same(enter_lab(cage, arity1, w + 256), -EBADF);
	same(enter_lab(cage, arity1, w), 1);
	same(enter_lab(cage, arity1, w), -ESRCH);
	take_down();
}
