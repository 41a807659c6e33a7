/* SPDX-License-Identifier: MIT */
/* Buffers are checked against the machine's memory, and options are what they say. */
#include <string.h>

#include "scene.h"

/* Whether a slice is refused before anything is said or written. */
static void expect(size_t memory, unsigned at, unsigned count, bool good, const char *name)
{
	bool refused, silent, same;
	uint8_t before[VM_MOST];

	scene_begin_with(memory, 100000);
	memset(scene.hosts[A].vm.memory, 'x', memory);
	memcpy(before, scene.hosts[A].vm.memory, memory);
	refused = CALL(A, puts, at, count) == riot_error_bad_address;
	silent = !*scene_said();
	refused &= CALL(A, fill_random_buffer, at, count) == -riot_error_bad_address;
	same = !memcmp(before, scene.hosts[A].vm.memory, memory);
	if (!tap_ok(refused == !good && silent == !good && same == (!good || !count), name))
		printf("# refused %d, silent %d, same %d\n", refused, silent, same);
	scene_end();
}

static void test_bounds(void)
{
	expect(4096, 4000, 96, true, "a slice up to the end of memory");
	expect(4096, 4000, 97, false, "a byte more");
	expect(4096, 4096, 1, false, "a byte behind the memory");
	expect(4096, 4097, 0, true, "nothing, anywhere");
	expect(4096, 1, 65535, false, "more than there is");
	expect(4096, 0, 1, false, "a byte at address 0, which is null");
	expect(4096, 0, 0, true, "nothing, at null");
	expect(65536, 65280, 255, true, "up to the last byte but one of 64 KiB");
	expect(65536, 65281, 255, true, "up to the last byte of 64 KiB");
	expect(65536, 65282, 255, false, "a slice that would wrap");
	expect(65536, 65535, 65535, false, "a slice that would wrap to its own beginning");
	expect(65536, 1, 65535, true, "everything but null");
}

static void test_handles_in_memory(void)
{
	scene_begin();
	tap_ok(!CALL(A, timer_set_ms, 5, 0), "a timer");
	scene_put_word(A, 100, scene_gave(A, 1));
	scene_put_word(A, 201, scene_gave(A, 1));
	tap_ok(CALL(A, pause_vm, 4095, 1, 0, 300) == riot_error_bad_address,
	       "words half behind the memory");
	tap_ok(CALL(A, pause_vm, 4096 - 14, 8, 0, 300) == riot_error_bad_address,
	       "words, the last behind the memory");
	tap_ok(CALL(A, pause_vm, 65534, 0x8000, 0, 300) == riot_error_bad_address,
	       "so many words that their bytes wrap to none");
	tap_ok(CALL(A, pause_vm, 201, 1, 0, 300) == riot_error_bad_address,
	       "words that are not where words stand");
	tap_ok(CALL(A, pause_vm, 100, 9, 0, 300) == riot_error_invalid, "more events than may be");
	tap_ok(!CALL(A, pause_vm, 100, 1, 0, 300), "a word that is");
	scene_end();
}

static void test_spills(void)
{
	unsigned device;

	scene_begin();
	(void) CALL(A, saul_iter_init);
	(void) CALL(A, saul_iter_next, scene_gave(A, 1));
	device = scene_gave(A, 1) >> 8 | (scene_gave(A, 2) & 255U) << 8;
	tap_ok(CALL(A, saul_write, device, 1, 2, 4093) == riot_error_bad_address,
	       "a spill half behind the memory");
	tap_ok(CALL(A, saul_write, device, 1, 2, 0) == riot_error_bad_address, "a spill at null");
	tap_ok(CALL(A, saul_write, device, 1, 2, 65535) == riot_error_bad_address,
	       "a spill that would wrap");
	tap_ok(!scene.board.devices[0].set.val[0], "and nothing was done");
	scene_put(A, 4092, "\3\0\5\377", 4);
	tap_ok(!CALL(A, saul_write, device, 1, 2, 4092) && scene_gave(A, 1) == 3,
	       "a spill up to the end");
	tap_ok(scene.board.devices[0].set.val[0] == 1 && scene.board.devices[0].set.val[1] == 2 &&
		       scene.board.devices[0].set.val[2] == 3 &&
		       scene.board.devices[0].set.unit == 5 &&
		       scene.board.devices[0].set.scale == -1,
	       "a record by value");
	scene_end();
}

/* What calls write they write where they were told, and no more. */
static void test_filled(void)
{
	scene_begin();
	scene_put(A, 100, "xxxxxxxxxx", 10);
	tap_ok(!CALL(A, get_board_name, 102, 4) && scene_gave(A, 1) == 4 &&
		       scene_has(A, 100, "xxnatixxxx", 10),
	       "a name that is longer than its buffer");
	scene_put(A, 100, "xxxxxxxxxx", 10);
	tap_ok(!CALL(A, get_board_name, 102, 8) && scene_gave(A, 1) == 6 &&
		       scene_has(A, 100, "xxnativexx", 10),
	       "one that is shorter");
	tap_ok(!CALL(A, get_board_name, 0, 0) && scene_gave(A, 1) == 0, "no buffer");
	scene_put(A, 100, "\033[1m\377\n", 6);
	tap_ok(!CALL(A, puts, 100, 6) && !strcmp(scene_said(), "a: ?[1m??\n"),
	       "what could do something to a terminal is not said");
	scene_end();
}

void test_slices(void)
{
	test_bounds();
	test_handles_in_memory();
	test_spills();
	test_filled();
}

/* -- Options ----------------------------------------------------------------------- */

static void test_limits(void)
{
	scene_begin();
	(void) CALL(A, timer_set_ms, 1000, 0);
	scene_put_word(A, 100, scene_gave(A, 1));
	scene_put(A, 300, "\0\0\0", 3);
	tap_ok(CALL(A, pause_vm, 100, 1, 1, 300) == riot_error_try_again &&
		       host_now(&scene.hosts[A]) == 0,
	       "a limit of 0: it does not wait");
	tap_ok(CALL(A, pause_vm, 100, 1, 1 | 9 << 8, 300) == riot_error_try_again &&
		       host_now(&scene.hosts[A]) == 9000,
	       "a limit: as long as that");
	tap_ok(CALL(A, pause_vm, 100, 1, 2, 300) == riot_error_invalid, "no option at all");
	tap_ok(!CALL(A, pause_vm, 100, 1, 0, 300) && host_now(&scene.hosts[A]) == 1000000,
	       "none: as long as it takes");
	scene_end();
}

static unsigned built(unsigned there, unsigned at, unsigned count)
{
	unsigned message;

	/* type, code, whether there is a token, its address, its length; byte by byte */
	if (CALL(A, coap_new, 2 << 8, there | (at & 255) << 8, at >> 8 | (count & 255) << 8,
		 count >> 8))
		return 0;
	message = scene_gave(A, 1);
	return CALL(A, coap_build, message, 500, 100) ? 0 : scene_gave(A, 1);
}

void test_options(void)
{
	test_limits();
	scene_begin();
	scene_put(A, 100, "tok", 3);
	tap_ok(built(0, 0, 0) == 6, "no token: it is given one");
	tap_ok(built(1, 100, 0) == 4, "an empty token");
	tap_ok(built(1, 0, 0) == 4, "an empty one at null is not none");
	tap_ok(built(1, 100, 3) == 7 && scene_has(A, 504, "tok", 3), "a token");
	tap_ok(built(0, 9999, 9999) == 6, "what stands in none is not looked at");
	tap_ok(!built(1, 9999, 3) && scene_gave(A, 0) == riot_error_bad_address,
	       "a token outside the memory");
	tap_ok(!built(3, 100, 3) && scene_gave(A, 0) == riot_error_invalid, "no option at all");
	scene_end();
}
