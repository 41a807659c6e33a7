/* SPDX-License-Identifier: MIT */
/*
 * Encoded calls of a cage: through layers that count, look, change and refuse, to C
 * functions at the bottom; in an arena, and in the host's own memory.  Prints TAP.
 */
#include <errno.h>
#include <policies.h>
#include <stdio.h>
#include <string.h>

#include "port.h"
#include "tap.h"

unsigned tap_tests, tap_failures;

/* -- The bottom ----------------------------------------------------------------- */

#define FIRST_DOOR 100 /* doors are open in a row from here on */
static struct port_sample samples[4];
static unsigned ndoors, handled;
static int random_fails;
static char said[64];
static size_t reasons;

static int on_random(uint16_t *result)
{
	*result = 4711;
	errno = random_fails;
	return random_fails ? -1 : 0;
}

static int on_say(const uint8_t *text, size_t text_count)
{
	handled++;
	(void) snprintf(said, sizeof(said), "%.*s", (int) text_count, (const char *) text);
	return 0;
}

static int on_open(int8_t number, struct port_door *result)
{
	if (number < 0) {
		errno = port_error_no_door;
		return -1;
	}
	result->bits = (uint16_t) (FIRST_DOOR + ndoors++);
	return 0;
}

static int on_close(port_any_bits any)
{
	(void) any;
	ndoors--;
	return 0;
}

static int on_write(port_door_bits door, const struct port_sample *sample)
{
	samples[door - FIRST_DOOR] = *sample;
	return 0;
}

static int on_read(port_door_bits door, struct port_sample *result)
{
	*result = samples[door - FIRST_DOOR];
	return 0;
}

static long on_name(port_door_bits door, const uint32_t *limit, uint8_t *name, size_t name_count)
{
	size_t n = 4;

	handled++;
	if (limit && n > *limit)
		n = *limit;
	if (n > name_count)
		n = name_count;
	memcpy(name, "door", n);
	return door == FIRST_DOOR + 1 ? 99 : (long) n;
}

static int on_wait(const struct port_door *doors, size_t doors_count, const uint8_t *reason,
		   size_t reason_count, struct port_event *result)
{
	handled++;
	reasons = reason_count;
	if (!doors_count) {
		result->tag = reason ? port_event_sample : port_event_nothing;
		result->as.sample.value[0] = (int16_t) reason_count;
		return 0;
	}
	result->tag = port_event_opened;
	result->as.opened = doors[doors_count - 1];
	return 0;
}

static struct encase_cage *asked;
static int valid_any(void *self, struct port_any h)
{
	asked = self;
	return h.bits >= FIRST_DOOR && h.bits < FIRST_DOOR + ndoors ? 0 : -EBADF;
}
static int valid_door(void *self, struct port_door h)
{
	return valid_any(self, port_door_as_any(h));
}

#include <encase/record_cage.h>

/* -- The cage -------------------------------------------------------------------- */

#define SIZE 4096
static char space[SIZE + 64]
	__attribute__((aligned(64))); /* a stub that is told a wrong place writes behind it */
static struct encase_arena arena = { space, SIZE };
static struct encase_cage *cage;
static int entered;

static void trap(void *arg, port_word number, port_word *registers)
{
	entered = port_enter(arg, number, registers);
}

#if ENCASE_WORD == 64
/* The caller is the host itself: its spills are on its stack. */
static struct port_caller caller = { .trap = trap };
#define MEMORY &encase_memory_host
#else
static struct port_caller caller = { .trap = trap,
				     .base = space,
				     .spill = space + 1001,
				     .spill_size = sizeof(union port_any_spill) };
#define MEMORY &encase_memory_arena
#endif

static struct port_door door;

static void make_cage(void)
{
	static const struct encase_interface *const speaks[] = { &port_calls, NULL };
	const struct encase_setup setup = { .interfaces = speaks,
					    .memory = MEMORY,
					    .space = &arena,
					    .lower = &encase_lower_functions,
					    .below = port_functions };

	tap_ok(!encase_cage_new(&setup, &cage), "a cage");
	caller.arg = cage;
}

static void test_calls(void)
{
	struct port_sample sample = { { 1, -2, 3 }, 4, -5 }, got = { { 0 }, 0, 0 };
	uint8_t *name = (uint8_t *) space + 100;
	struct port_door *doors = (struct port_door *) (void *) (space + 200);
	struct port_event event;
	uint32_t limit = 2;
	uint16_t number;
	size_t n;

	tap_ok(!port_call_abi(&caller), "the same table");
	tap_ok(!port_call_random(&caller, &number) && number == 4711, "a result in a register");
	tap_ok(!port_call_open(&caller, 1, &door) && door.bits == FIRST_DOOR, "a handle");
	tap_ok(port_call_open(&caller, -1, &door) == -port_error_no_door,
	       "a negative number, and an error of the table's");
	tap_ok(!port_call_write(&caller, door, &sample) && !port_call_read(&caller, door, &got) &&
		       got.value[1] == -2 && got.unit == 4 && got.scale == -5 && asked == cage,
	       "a record by value, there and back");
	tap_ok(!port_call_name(&caller, door, NULL, name, 10, &n) && n == 4 &&
		       !memcmp(name, "door", 4),
	       "an option that is none, a slice that is filled");
	tap_ok(!port_call_name(&caller, door, &limit, name, 10, &n) && n == 2, "an option");
	limit = 0;
	tap_ok(!port_call_name(&caller, door, &limit, name, 10, &n) && n == 0,
	       "an option that is 0");
	tap_ok(!port_call_wait(&caller, NULL, 0, NULL, 0, &event) &&
		       event.tag == port_event_nothing,
	       "an empty slice, and an option of one that is none");
	tap_ok(!port_call_wait(&caller, NULL, 0, name, 0, &event) &&
		       event.tag == port_event_sample && !event.as.sample.value[0],
	       "an option of a slice that is empty");
	tap_ok(!port_call_wait(&caller, NULL, 0, name, 3, &event) && event.as.sample.value[0] == 3,
	       "an option of a slice");
	doors[0] = doors[1] = door;
	tap_ok(!port_call_wait(&caller, doors, 2, NULL, 0, &event) &&
		       event.tag == port_event_opened && event.as.opened.bits == door.bits,
	       "a slice of handles, and a union");
	random_fails = EAGAIN;
	tap_ok(port_call_random(&caller, &number) == -EAGAIN && entered == -EAGAIN,
	       "a call that must not fail ends its caller");
	random_fails = 0;
}

static void test_refused(void)
{
	struct port_door forged = { FIRST_DOOR + 7 };
	struct port_sample sample;
	uint8_t *name = (uint8_t *) space + 100;
	port_word registers[ENCASE_REGISTERS] = { 0 };
	size_t n;

	tap_ok(port_call_read(&caller, forged, &sample) == -EBADF, "a forged handle");
	tap_ok(!port_enter(cage, 77, registers) && registers[0] == ENOSYS,
	       "a number that is no call's");
	ndoors = 2;
	tap_ok(port_call_name(&caller, (struct port_door){ FIRST_DOOR + 1 }, NULL, name, 10, &n) ==
		       -EIO,
	       "a count above the room");
	ndoors = 1;
	handled = 0;
#if ENCASE_WORD != 64
	tap_ok(port_call_say(&caller, (uint8_t *) space + SIZE - 2, 3) == -EFAULT && !handled,
	       "a slice outside the cage's memory");
#endif
#if ENCASE_WORD == 16
	caller.spill = space + SIZE - 1;
	tap_ok(port_call_name(&caller, door, NULL, name, 10, &n) == -EFAULT && !handled,
	       "a spill outside the cage's memory");
	caller.spill = space + 1001;
#endif
}

#if ENCASE_WORD == 16
/* A call of wait(), with no doors and an option of a slice as no stub would make it. */
static int wait_by_hand(uint8_t there, uint16_t address, uint16_t elements)
{
	port_word registers[4] = { 0, 0, (port_word) (there | address << 8), 600 };

	space[600] = (char) (address >> 8);
	memcpy(space + 601, &elements, 2);
	if (port_enter(cage, port_number_wait, registers) || registers[0])
		return -1;
	return registers[1] & 0xff; /* the event's tag */
}

static void test_options(void)
{
	tap_ok(wait_by_hand(1, 0, 0) == port_event_sample, "a slice of nothing at null is there");
	tap_ok(wait_by_hand(0, 300, 5) == port_event_nothing && !reasons,
	       "of one that is none nothing counts");
	tap_ok(wait_by_hand(1, 300, 5) == port_event_sample && reasons == 5, "another one");
}
#endif

#if ENCASE_WORD != 64
static void test_memory(void)
{
	char byte = 'x', got = 0;

	tap_ok(!encase_cage_check(cage, 1, SIZE - 1) && !encase_cage_check(cage, 0, 0) &&
		       !encase_cage_check(cage, SIZE + 5, 0),
	       "a range that is there, and empty ones");
	tap_ok(encase_cage_check(cage, 0, 1) == -EFAULT &&
		       encase_cage_check(cage, 1, SIZE) == -EFAULT &&
		       encase_cage_check(cage, UINT64_MAX, 2) == -EFAULT,
	       "ranges that are not");
	tap_ok(!encase_cage_write(cage, SIZE - 1, &byte, 1) && space[SIZE - 1] == 'x' &&
		       !encase_cage_read(cage, SIZE - 1, &got, 1) && got == 'x',
	       "bytes are written and read");
	tap_ok(encase_cage_write(cage, SIZE, &byte, 1) == -EFAULT &&
		       encase_cage_write(cage, 0, &byte, 1) == -EFAULT &&
		       encase_cage_read(cage, SIZE, &got, 1) == -EFAULT &&
		       encase_cage_read(cage, 0, &got, 1) == -EFAULT && got == 'x',
	       "those outside are not");
}
#endif

/* -- Layers ---------------------------------------------------------------------- */

static unsigned counted;
static long count(struct encase_call *call)
{
	counted++;
	return encase_forward(call);
}

static int inner_says = 1;
static struct port_caller *inner; /* makes a call inside a handler */
static const uint8_t *copy;
static int shout(const uint8_t *text, size_t text_count)
{
	uint8_t loud[16];

	copy = text;
	if (inner)
		inner_says = port_call_write(inner, door, &(struct port_sample){ .unit = 70 });
	for (size_t i = 0; i < text_count && i < sizeof(loud); i++)
		loud[i] = (uint8_t) (text[i] - 'a' + 'A');
	return port_next_say(loud, text_count);
}

/* Sees records as they were taken, its own copies; changes what is given. */
static const struct port_sample *shown;
static int on_layer_write(port_door_bits bits, const struct port_sample *sample)
{
	struct port_sample other = *sample;

	shown = sample;
	other.unit++;
	return port_next_write(bits, &other);
}
static int on_layer_read(port_door_bits bits, struct port_sample *result)
{
	int err = port_next_read(bits, result);

	result->scale = 42;
	return err;
}

static const struct encase_rule count_rules[] = { ENCASE_ON_ANY(count), ENCASE_END };
static const struct encase_layer counter = { .name = "counter", .rules = count_rules };
static const struct encase_rule look_rules[] = {
	ENCASE_ON_IN(port, say, shout),
	ENCASE_ON_IN(port, write, on_layer_write, ENCASE_COPY_ALL),
	ENCASE_ON_IN(port, read, on_layer_read, ENCASE_COPY_ALL),
	ENCASE_END,
};
static const struct encase_layer looker = { .name = "looker", .rules = look_rules };
static const struct encase_rule deny_rules[] = {
	ENCASE_FAIL_IN(port, open, EPERM, .number = ENCASE_IS(-3)),
	ENCASE_FAIL_GROUP_IN(port, doors, EACCES),
	ENCASE_END,
};
static const struct encase_layer denier = { .name = "denier", .rules = deny_rules };

static char lines[2000];
static void sink(void *arg, const char *line, size_t len)
{
	(void) arg;
	if (strlen(lines) + len < sizeof(lines))
		strncat(lines, line, len);
}

static void test_layers(void)
{
	struct port_sample sample = { { 1, -2, 3 }, 4, -5 }, got;
	char *text = space + 300;
	struct encase_traffic before;
	struct port_door other;

	memcpy(text, "hello", 5);
	tap_ok(!encase_push(cage, &counter, NULL) && !encase_push(cage, &looker, NULL), "layers");
	tap_ok(!port_call_say(&caller, (uint8_t *) text, 5) && !strcmp(said, "HELLO") &&
		       counted == 1,
	       "a layer changes a slice, another one counts");
	tap_ok(copy != (uint8_t *) text, "and what the first one sees is its own copy");
	inner = &caller;
	tap_ok(!port_call_say(&caller, (uint8_t *) text, 5) && !inner_says && samples[0].unit == 71,
	       "a call with a record inside another call");
	inner = NULL;
	before = encase_traffic(cage);
	tap_ok(!port_call_write(&caller, door, &sample) && samples[0].unit == 5 &&
		       samples[0].value[1] == -2 && shown != &sample,
	       "a layer changes a record");
	tap_ok(!port_call_read(&caller, door, &got) && got.scale == 42 && got.unit == 5,
	       "and a result");
	tap_ok(encase_traffic(cage).from_cage == before.from_cage &&
		       encase_traffic(cage).to_cage == before.to_cage,
	       "records are not copied again");
	tap_ok(!encase_push(cage, &denier, NULL) &&
		       port_call_read(&caller, door, &got) == -EACCES &&
		       port_call_open(&caller, -3, &other) == -EPERM &&
		       !port_call_say(&caller, (uint8_t *) text, 5),
	       "a layer refuses a group, and a value");
	tap_ok(!encase_pop(cage, &denier) && !encase_pop(cage, &looker) &&
		       !encase_pop(cage, &counter),
	       "layers go");
	encase_log_to(sink, NULL);
	tap_ok(!encase_push(cage, &encase_trace, NULL), "the layer that traces");
	(void) port_call_say(&caller, (uint8_t *) text, 5);
	(void) port_call_open(&caller, -1, &other);
	tap_ok(strstr(lines, "say(0x") && strstr(lines, ", 5) = 0\n") &&
		       strstr(lines, "open(-1, 0x") && strstr(lines, ") = -1 ENXIO"),
	       "tells of these calls as of any");
	encase_log_to(NULL, NULL);
	tap_ok(!encase_pop(cage, &encase_trace), "and goes");
}

int main(void)
{
	make_cage();
	test_calls();
	test_refused();
#if ENCASE_WORD == 16
	test_options();
#endif
#if ENCASE_WORD != 64
	test_memory();
#endif
	test_layers();
	tap_ok(!encase_cage_free(cage), "the cage goes");
	return tap_end();
}
