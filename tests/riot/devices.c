/* SPDX-License-Identifier: MIT */
/* Devices: what each is called, what it measures, and when. */
#include <string.h>

#include "scene.h"

#define SPILL 300

/* A handle of A's for a device, by its place on the board. */
static unsigned device(unsigned place)
{
	unsigned iter = CALL(A, saul_iter_init) ? 0 : scene_gave(A, 1), handle = 0;

	for (unsigned i = 0; i <= place; i++) {
		if (handle)
			(void) CALL(A, close, handle);
		handle = CALL(A, saul_iter_next, iter)
				 ? 0
				 : scene_gave(A, 1) >> 8 | (scene_gave(A, 2) & 255U) << 8;
	}
	(void) CALL(A, close, iter);
	return handle;
}

static void test_relay(void)
{
	unsigned relay;

	scene_begin();
	relay = device(1);
	scene_put(A, SPILL, "\3\0\7\10", 4);
	tap_ok(!CALL(A, saul_write, relay, 1, 2, SPILL) && scene_gave(A, 1) == 1 &&
		       !CALL(A, saul_read, relay, 0, 0, SPILL) && scene_gave(A, 1) == 1 &&
		       scene_gave(A, 2) == 2 && scene_gave(A, 3) == 3 &&
		       scene_has(A, SPILL, "\7\10\1", 3),
	       "what an actuator was told can be read");
	scene_end();
}

static void test_names(void)
{
	static const char *const names[] = { "led0", "relay", "temp0", "accel0", "button" };
	unsigned good = 0, iter;

	scene_begin();
	for (unsigned i = 0; i < BOARD_DEVICES; i++) {
		unsigned handle = device(i);

		good += !CALL(A, saul_read_name, handle, 100, 20) &&
			scene_gave(A, 1) == strlen(names[i]) &&
			scene_has(A, 100, names[i], strlen(names[i]));
		(void) CALL(A, close, handle);
	}
	tap_ok(good == BOARD_DEVICES, "each device by its name");
	iter = CALL(A, saul_iter_init) ? 0 : scene_gave(A, 1);
	for (good = 0; !CALL(A, saul_iter_next, iter) && scene_gave(A, 1) & 1; good++)
		;
	tap_ok(good == BOARD_DEVICES && !CALL(A, saul_iter_next, iter) && !scene_gave(A, 1),
	       "each once, then none");
	scene_end();
}

/* A reading has 9 bytes, of which 6 come in registers. */
static void test_readings(void)
{
	unsigned temperature;

	scene_begin();
	tap_ok(!CALL(A, saul_read, device(3), 0, 0, SPILL) && scene_gave(A, 1) == 3 &&
		       scene_gave(A, 2) == (uint16_t) -5 && scene_gave(A, 3) == 1002 &&
		       scene_has(A, SPILL, "\x09\xfd\3", 3),
	       "three dimensions, their unit and scale, and that they are three");
	temperature = device(2);
	tap_ok(!CALL(A, saul_read, temperature, 0, 0, SPILL) && scene_gave(A, 1) == 215 &&
		       scene_has(A, SPILL, "\x02\xff\1", 3),
	       "one dimension");
	scene_put(A, 400, "\x07\0\0", 3);
	(void) CALL(A, pause_vm, 0, 0, 1 | 0xd0 << 8, 400);
	tap_ok(!CALL(A, saul_read, temperature, 0, 0, SPILL) && scene_gave(A, 1) == 217,
	       "what is measured 2000 ms later");
	tap_ok(!CALL(A, saul_get_type, temperature) && scene_gave(A, 1) == DEVICE_TEMPERATURE,
	       "its class");
	scene_end();
}

void test_devices(void)
{
	test_names();
	test_readings();
	test_relay();
}
