/* SPDX-License-Identifier: MIT */
/* Handles: whose, of what, with which rights, for how long; and two machines that try the other's. */
#include <errno.h>
#include <string.h>

#include "scene.h"

#define NOTHING 300 /* where zeros are: a spill, in which a slice is empty */

static unsigned option_handle(unsigned who)
{
	return scene_gave(who, 1) >> 8 | (scene_gave(who, 2) & 255U) << 8;
}

/* A machine's handle for a device, by its place on the board. */
static unsigned open_device(unsigned who, unsigned place)
{
	unsigned iter, handle = 0;

	(void) CALL(who, saul_iter_init);
	iter = scene_gave(who, 1);
	for (unsigned i = 0; i <= place; i++) {
		if (handle)
			(void) CALL(who, close, handle);
		(void) CALL(who, saul_iter_next, iter);
		handle = option_handle(who);
	}
	(void) CALL(who, close, iter);
	return handle;
}

static unsigned root(unsigned who)
{
	return CALL(who, vfs_root) ? 0 : scene_gave(who, 1);
}

static unsigned open_file(unsigned who, const char *path)
{
	unsigned dir = root(who), file;

	scene_put(who, 3000, path, strlen(path));
	file = CALL(who, openfile_at, dir, 3000, (unsigned) strlen(path)) ? 0 : scene_gave(who, 1);
	(void) CALL(who, close, dir);
	return file;
}

/* -- Rights -------------------------------------------------------------------------- */

static void test_none(void)
{
	struct host_setup setup = { .name = "c", .memory = 4096, .steps = 1000, .root = "" };
	struct host *b = &scene.hosts[B];

	scene_begin();
	host_free(b);
	tap_ok(!host_new(b, &setup, &scene.board, scene.handles), "a machine without rights");
	vm_load(&b->vm, NULL, 0);
	tap_ok(CALL(B, saul_iter_init) == riot_error_not_allowed, "sees no devices");
	tap_ok(CALL(B, vfs_root) == riot_error_not_allowed, "and no files");
	tap_ok(!CALL(B, timer_set_ms, 1, 0), "but has timers");
	host_free(b);
	setup.saul = MAY_WRITE;
	tap_ok(!host_new(b, &setup, &scene.board, scene.handles), "one that may write alone");
	vm_load(&b->vm, NULL, 0);
	tap_ok(CALL(B, saul_read, open_device(B, 2), 0, 0, 100) == riot_error_denied &&
		       !CALL(B, saul_write, open_device(B, 0), 0, 0, 100),
	       "does not read");
	scene_end();
}

void test_rights(void)
{
	unsigned file, other;

	test_none();
	scene_begin();
	scene_put(B, 100, "\0\0\0\0", 4);
	tap_ok(CALL(B, saul_write, open_device(B, 0), 1, 2, 100) == riot_error_denied,
	       "a machine that may read devices alone");
	tap_ok(!CALL(B, saul_read, open_device(B, 2), 0, 0, 100) && scene_gave(B, 1) == 215,
	       "reads them");
	file = open_file(B, "home/a/notes");
	tap_ok(CALL(B, replace, file, 100, 3) == riot_error_denied &&
		       !CALL(B, readslice, file, 0, 0, NOTHING),
	       "and files likewise");
	other = open_file(A, "notes");
	scene_put(A, 100, "mine", 4);
	tap_ok(!CALL(A, replace, other, 100, 4), "another one writes");
	tap_ok(!CALL(A, saul_write, open_device(A, 0), 1, 2, 100), "to devices, too");
	tap_ok(CALL(A, saul_read, open_device(A, 4), 0, 0, 100) == riot_error_io &&
		       CALL(A, saul_read, open_device(A, 0), 0, 0, 100) ==
			       riot_error_not_that_way &&
		       CALL(A, saul_write, open_device(A, 2), 0, 0, 100) == riot_error_not_that_way,
	       "a device that fails, and such as cannot be read or written");
	scene_end();
}

/* -- Handles -------------------------------------------------------------------------- */

/* Whoever closes what it opens can do so for ever: there are fewer words than that. */
static void test_many(void)
{
	unsigned first, good = 0, stale = 0;

	scene_begin();
	first = root(A);
	(void) CALL(A, close, first);
	for (unsigned i = 0; i < 100000; i++) {
		good += !CALL(A, vfs_root) && !CALL(A, close, scene_gave(A, 1));
		if (i < 60000 && i % 1000 == 0)
			stale += CALL(A, close, first) == riot_error_stale;
	}
	tap_ok(good == 100000, "handles without end");
	tap_ok(stale > 50, "a stale one is stale for long");
	scene_end();
}

void test_handles(void)
{
	unsigned dir, n = 0, forged = 0;

	scene_begin();
	for (unsigned word = 0; word < 65536; word++)
		forged += CALL(A, close, word) == riot_error_bad_handle;
	tap_ok(forged == 65536, "of all words none is a handle yet");
	dir = root(A);
	tap_ok(dir && !CALL(A, readdir, dir), "a directory");
	tap_ok(CALL(A, saul_get_type, dir) == riot_error_other_kind &&
		       CALL(A, readslice, dir, 0, 0, NOTHING) == riot_error_other_kind &&
		       CALL(A, coap_get_code, dir) == riot_error_other_kind &&
		       CALL(A, timer_cancel, dir) == riot_error_other_kind,
	       "is nothing else");
	scene_put_word(A, 100, dir);
	tap_ok(CALL(A, pause_vm, 100, 1, 0, 300) == riot_error_other_kind, "nor an event");
	tap_ok(!CALL(A, handler_is_valid, dir) && !scene_gave(A, 1) &&
		       !CALL(A, handler_is_valid, 4711) && !scene_gave(A, 1) &&
		       !CALL(A, handler_is_valid, open_device(A, 1)) && scene_gave(A, 1) == 1,
	       "whether a word is a device's can be asked of any");
	tap_ok(!CALL(A, close, dir) && CALL(A, close, dir) == riot_error_stale &&
		       CALL(A, readdir, dir) == riot_error_stale,
	       "what was closed is stale");
	scene_end();

	scene_begin();
	while (!CALL(A, vfs_root))
		n++;
	tap_ok(n == HOST_THINGS && scene_gave(A, 0) == riot_error_too_many,
	       "as many as a machine may have");
	for (n = 0; n < HOST_THINGS; n++)
		if (!scene.hosts[A].things[n].type)
			break;
	tap_ok(n == HOST_THINGS, "none of which makes room for another");
	tap_ok(!CALL(B, vfs_root), "and another one has its own");
	tap_ok(!encase_end(scene.hosts[A].cage, 0), "a machine ends");
	for (n = 0; n < HOST_THINGS; n++)
		if (scene.hosts[A].things[n].type)
			break;
	tap_ok(n == HOST_THINGS, "and its things are gone");
	scene_end();
	test_many();
}

/* -- Neighbours ------------------------------------------------------------------------ */

/* A's handles, and what A has in memory. */
static struct {
	unsigned dir, file, device, timer, message;
	uint8_t memory[SCENE_MEMORY];
} kept;

static void furnish(void)
{
	kept.dir = root(A);
	kept.file = open_file(A, "notes");
	kept.device = open_device(A, 0);
	(void) CALL(A, timer_set_ms, 5, 0);
	kept.timer = scene_gave(A, 1);
	(void) CALL(A, coap_new, 2 << 8);
	kept.message = scene_gave(A, 1);
	memset(scene.hosts[A].vm.memory, 'a', SCENE_MEMORY);
	memset(scene.hosts[A].vm.memory + NOTHING, 0, 8);
	memcpy(kept.memory, scene.hosts[A].vm.memory, SCENE_MEMORY);
}

static bool is_whole(void)
{
	bool whole = !memcmp(scene.hosts[A].vm.memory, kept.memory, SCENE_MEMORY);

	whole &= !CALL(A, readdir, kept.dir) && !CALL(A, close, scene_gave(A, 1));
	whole &= !CALL(A, readslice, kept.file, 0, 0, NOTHING);
	whole &= !CALL(A, saul_get_type, kept.device) && scene_gave(A, 1) == DEVICE_LED;
	whole &= !CALL(A, coap_get_code, kept.message) && scene_gave(A, 1) == 2;
	return whole;
}

static void test_one_by_one(void)
{
	scene_put_word(B, 100, kept.timer);
	tap_ok(CALL(B, readdir, kept.dir) == riot_error_other_machine &&
		       CALL(B, opendir_at, kept.dir, 0, 0) == riot_error_other_machine &&
		       CALL(B, readslice, kept.file, 0, 0, NOTHING) == riot_error_other_machine &&
		       CALL(B, replace, kept.file, 0, 0) == riot_error_other_machine &&
		       CALL(B, saul_get_type, kept.device) == riot_error_other_machine &&
		       CALL(B, saul_write, kept.device, 0, 0, 100) == riot_error_other_machine &&
		       CALL(B, timer_cancel, kept.timer) == riot_error_other_machine &&
		       CALL(B, pause_vm, 100, 1, 0, 300) == riot_error_other_machine &&
		       CALL(B, coap_get_code, kept.message) == riot_error_other_machine &&
		       CALL(B, close, kept.dir) == riot_error_other_machine,
	       "another machine's handles are refused, each call");
	tap_ok(!CALL(B, handler_is_valid, kept.device) && !scene_gave(B, 1),
	       "and its device is none here");
}

/* All words as handles, to calls of all kinds; all of memory, and beyond. */
static void test_all(void)
{
	static const unsigned takes[] = { riot_number_close, riot_number_timer_cancel,
					  riot_number_replace, riot_number_readdir,
					  riot_number_coap_add_option };
	unsigned good = 0, outside = 0;

	for (unsigned word = 0; word < 65536; word++)
		for (size_t i = 0; i < sizeof(takes) / sizeof(takes[0]); i++)
			good += !scene_call(B, takes[i], word, 0, 0, 0);
	tap_ok(!good, "of all words none is good for a machine that has no handles");
	for (unsigned at = SCENE_MEMORY; at < 65536; at += 7)
		outside += CALL(B, get_board_name, at, 6) == riot_error_bad_address;
	tap_ok(outside == (65536 - SCENE_MEMORY + 6) / 7, "all of what is outside is refused");
	tap_ok(scene_run(B,
			 "set r2, 4096\nnext: bz r2, end\nstoreb r0, r2, 0\nadd r2, 1\njmp next\n"
			 "end: halt 0",
			 9999) == VM_OUTSIDE &&
		       is_whole(),
	       "who writes beyond its memory ends, and changes nobody's");
}

/* A machine that ends, for a call or by itself, takes nothing from the other. */
static void test_going_on(void)
{
	scene_begin_with(SCENE_MEMORY, 5);
	furnish();
	tap_ok(scene_run(B, "next: sys random_u16\njmp next", 1000) == VM_REFUSED &&
		       scene.hosts[B].vm.steps == 5 && scene.hosts[B].vm.status == EIO,
	       "without random bytes a machine does not go on");
	tap_ok(is_whole(), "but the other one does");
	tap_ok(scene_run(A, "sys random_u32\nhalt 0", 1000) == VM_REFUSED,
	       "as long as it needs none");
	tap_ok(scene_run(A, "halt 0", 1000) == VM_HALTED, "whose cage has ended");
	scene_end();
	scene_begin_with(SCENE_MEMORY, 5);
	tap_ok(scene_run(A, "set r0, 100\nset r1, 6\nsys fill_random_buffer\nhalt 0", 1000) ==
			       VM_REFUSED &&
		       scene.board.random_left == 5 && !scene_word(A, 100),
	       "too few random bytes are none");
	scene_end();
}

void test_neighbours(void)
{
	scene_begin();
	furnish();
	tap_ok(is_whole(), "a machine that has something");
	test_one_by_one();
	tap_ok(is_whole(), "it has all of it yet");
	test_all();
	scene_end();
	test_going_on();
}
