/* SPDX-License-Identifier: MIT */
/* CoAP messages: bytes of others, bytes that are none, and what machines build. */
#include "coap.h"

#include <string.h>

#include "scene.h"

static struct coap_message message;

/* GET coap://localhost/temp?x, with a token: as RFC 7252's sections 3 and 3.1 have it. */
static const uint8_t known[] = { 0x42, 0x01, 0x12, 0x34, 0xaa, 0xbb, 0xb4, 't', 'e',
				 'm',  'p',  0x41, 'x',  0xff, 'p',  'a',  'y' };

static void test_known(void)
{
	uint8_t bytes[64];

	tap_ok(!coap_parse(&message, known, sizeof(known)) && message.code == 1 &&
		       message.type == 0 && message.id == 0x1234 && message.token_length == 2 &&
		       message.token[1] == 0xbb,
	       "a message's head");
	tap_ok(message.noptions == 2 && message.options[0].number == 11 &&
		       message.options[0].length == 4 &&
		       !memcmp(message.values + message.options[0].at, "temp", 4) &&
		       message.options[1].number == 15,
	       "its options");
	tap_ok(message.npayload == 3 && !memcmp(message.payload, "pay", 3), "its payload");
	tap_ok(coap_build(&message, bytes, sizeof(bytes)) == sizeof(known) &&
		       !memcmp(bytes, known, sizeof(known)),
	       "and the same bytes again");
	tap_ok(coap_build(&message, bytes, sizeof(known) - 1) == -riot_error_no_space,
	       "for which there is no room");
}

static void test_malformed(void)
{
	static const struct {
		const char *bytes, *name;
		size_t n;
	} rows[] = {
		{ "", "no bytes", 0 },
		{ "\x40\1\0", "a head that is cut", 3 },
		{ "\x00\1\0\0", "version 0", 4 },
		{ "\xc0\1\0\0", "version 3", 4 },
		{ "\x49\1\0\0aaaaaaaaa", "a token of 9 bytes", 13 },
		{ "\x42\1\0\0a", "a token that is cut", 5 },
		{ "\x40\0\0\0\xffp", "an empty message with a payload", 6 },
		{ "\x41\0\0\0t", "an empty message with a token", 5 },
		{ "\x40\1\0\0\xff", "a marker without a payload", 5 },
		{ "\x40\1\0\0\xf0", "an option's number of 15", 5 },
		{ "\x40\1\0\0\x0f", "a length of 15", 5 },
		{ "\x40\1\0\0\xd0", "a longer number that is cut", 5 },
		{ "\x40\1\0\0\xe0\1", "a long one that is cut", 6 },
		{ "\x40\1\0\0\x0e\1", "a long length that is cut", 6 },
		{ "\x40\1\0\0\x02x", "a value that is cut", 6 },
		{ "\x40\1\0\0\xe0\xff\xff", "a number above 65535", 7 },
		{ "\x40\1\0\0\xe0\xfe\xf2\x10", "numbers that together are", 8 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* in a place of just that size: sanitizers see a look behind it */
		uint8_t bytes[16];

		memcpy(bytes + 16 - rows[i].n, rows[i].bytes, rows[i].n);
		tap_ok(coap_parse(&message, bytes + 16 - rows[i].n, rows[i].n) ==
			       -riot_error_bad_message,
		       rows[i].name);
	}
	tap_ok(!coap_parse(&message, (const uint8_t *) "\x40\1\0\0\xe0\xfe\xf2\x00", 8) &&
		       message.options[1].number == 65535 && message.noptions == 2,
	       "the largest number of an option, twice");
}

/* Options of all sizes of numbers and lengths, there and back. */
static void test_back(void)
{
	static const unsigned numbers[] = { 0, 12, 13, 25, 268, 269, 537, 1000, 65535 };
	static const unsigned lengths[] = { 0, 1, 12, 13, 14, 20, 3, 7, 100 };
	static const uint8_t value[COAP_MOST] = { 1, 2, 3 };
	struct coap_message built = { .code = 2, .token_length = 8, .token = "12345678" };
	uint8_t bytes[COAP_WIRE_MOST];
	bool good = true;
	long n;

	for (size_t i = 0; i < 9; i++)
		good &= !coap_add(&built, (uint16_t) numbers[i], value, lengths[i]);
	good &= !coap_payload(&built, value, COAP_MOST);
	n = coap_build(&built, bytes, sizeof(bytes));
	good &= n > 0 && !coap_parse(&message, bytes, (size_t) n) && message.noptions == 9;
	for (size_t i = 0; good && i < 9; i++)
		good = message.options[i].number == numbers[i] &&
		       message.options[i].length == lengths[i];
	tap_ok(good && message.npayload == COAP_MOST, "options of all sizes");
	tap_ok(coap_add(&built, 5, value, 0) == -riot_error_invalid, "numbers do not descend");
	tap_ok(coap_add(&built, 65535, value, COAP_MOST) == -riot_error_no_space &&
		       !coap_add(&built, 65535, value, 0),
	       "no room for a value, but for an empty one");
	(void) coap_add(&built, 65535, value, 0);
	(void) coap_add(&built, 65535, value, 0);
	tap_ok(built.noptions == COAP_OPTIONS &&
		       coap_add(&built, 65535, value, 0) == -riot_error_no_space,
	       "nor for another");
	tap_ok(coap_payload(&built, value, COAP_MOST + 1) == -riot_error_no_space, "nor for more");
}

static void test_calls(void)
{
	unsigned message_of_a;

	scene_begin();
	scene_put(A, 100, known, sizeof(known));
	tap_ok(!CALL(A, coap_parse, 100, sizeof(known)), "a machine takes a message apart");
	message_of_a = scene_gave(A, 1);
	scene_put(A, 300, "xxxxxx", 6);
	tap_ok(!CALL(A, coap_next_option, message_of_a, 0, 300, 2) &&
		       scene_gave(A, 1) == (1 | 11 << 8) && scene_gave(A, 2) == 4 << 8 &&
		       scene_has(A, 300, "texxxx", 6),
	       "its option, and of the value what there is room for");
	tap_ok(!CALL(A, coap_next_option, message_of_a, 2, 300, 2) && !scene_gave(A, 1),
	       "none behind the last");
	scene_put(A, 300, "xxxxxx", 6);
	tap_ok(!CALL(A, coap_get_payload, message_of_a, 300, 2) && scene_gave(A, 1) == 2 &&
		       scene_has(A, 300, "paxxxx", 6),
	       "of its payload likewise");
	tap_ok(!CALL(A, coap_set_payload, message_of_a, 0, 0) &&
		       !CALL(A, coap_get_payload, message_of_a, 300, 6) && !scene_gave(A, 1),
	       "an empty payload is none");
	tap_ok(CALL(A, coap_parse, 100, 3) == riot_error_bad_message, "what is no message");
	tap_ok(CALL(A, coap_new, 4 | 1 << 8) == riot_error_invalid, "no type of a message");
	tap_ok(CALL(A, coap_new, 1 << 8, 1 | 100 << 8, 9 << 8, 0) == riot_error_invalid,
	       "a token that is too long");
	tap_ok(CALL(A, coap_build, message_of_a, 300, 5) == riot_error_no_space, "no room");
	scene_end();
}

/* A message of A's with no token given, or one of 8 bytes at 100; how long it is as bytes at 500. */
static unsigned built(unsigned type, bool has_token)
{
	unsigned it;

	if (CALL(A, coap_new, type | 2 << 8, has_token ? 1 | 100 << 8 : 0, 8 << 8, 0))
		return 0;
	it = scene_gave(A, 1);
	scene_put(A, 200, "temp", 4);
	if (CALL(A, coap_add_option, it, 11, 200, 4) ||
	    CALL(A, coap_add_option, it, 5, 200, 4) != riot_error_invalid ||
	    CALL(A, coap_set_payload, it, 200, COAP_MOST + 1) != riot_error_no_space)
		return 0;
	return CALL(A, coap_build, it, 500, 100) ? 0 : scene_gave(A, 1);
}

static void test_built(void)
{
	uint8_t first[11];

	scene_begin();
	scene_put(A, 100, "12345678", 8);
	tap_ok(built(riot_coap_type_non, true) == 17 && scene_has(A, 500,
								  "\x58\2\0\1"
								  "12345678"
								  "\xb4temp",
								  17),
	       "a machine's message, of its type, with its token and option");
	tap_ok(built(riot_coap_type_con, false) == 11 && scene_has(A, 500, "\x42\2\0\2", 4),
	       "another one has another number");
	memcpy(first, scene.hosts[A].vm.memory + 500, sizeof(first));
	tap_ok(built(riot_coap_type_con, false) == 11 && !scene_has(A, 504, first + 4, 2),
	       "and another token");
	(void) CALL(A, coap_new, 0, 1);
	tap_ok(!CALL(A, coap_build, scene_gave(A, 1), 500, 100) && scene_gave(A, 1) == 4 &&
		       scene_has(A, 500, "\x40\0\0\4", 4),
	       "an empty one");
	(void) CALL(A, coap_new, 0);
	tap_ok(CALL(A, coap_build, scene_gave(A, 1), 500, 100) == riot_error_invalid,
	       "which has no token, or is none");
	scene_end();
}

void test_coap(void)
{
	test_known();
	test_malformed();
	test_back();
	test_calls();
	test_built();
}
