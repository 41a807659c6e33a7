/* SPDX-License-Identifier: MIT */
/* Names are on a tape as far as there is room; whatever they are, the state is a line of text. */
#include <stdlib.h>

#include "encase/make.h"

#include "deck.h"

#include "lower/tape.h"

TestSuite(names, .init = deck_open, .fini = deck_close);

static long answer(void *below, const void *bound, struct encase_call *call)
{
	(void) below;
	(void) bound;
	return (long) encase_arg_word(call, 0);
}
static const struct encase_lower lower = { .name = "same", .call = answer };

/* An interface of two calls, n(number), whose names begin with a text; to be freed. */
static const struct encase_interface *make(const char *interface, const char *one, const char *two)
{
	struct encase_signature calls[2];
	const struct encase_interface *made = NULL;

	for (unsigned i = 0; i < 2; i++)
		calls[i] = (struct encase_signature){
			.name = i ? two : one,
			.type = ENCASE_S64,
			.nargs = 1,
			.args = { { .name = "n", .kind = ENCASE_NUM, .type = ENCASE_S64 } },
		};
	same(encase_interface_make(interface, calls, 2, &made, NULL, 0), 0);
	return made;
}

static struct encase_cage *cage_of(const struct encase_interface *made, struct encase_tape *tape)
{
	const struct encase_interface *const speaks[] = { made, NULL };
	const struct encase_setup setup = { .interfaces = speaks,
					    .lower = &encase_lower_tape,
					    .below = tape };
	struct encase_cage *cage = NULL;

	same(encase_cage_new(&setup, &cage), 0);
	return cage;
}

/* Records both calls of an interface, and replays the first twice; what is said then. */
static void differ(const struct encase_interface *made, const char *text)
{
	const encase_word words[ENCASE_MAX_ARGS] = { 7 };
	struct encase_tape *tape = deck_record_on(&lower, NULL);
	struct encase_cage *cage = cage_of(made, tape);

	same(encase_enter(cage, made->calls[0], words), 7);
	same(encase_enter(cage, made->calls[1], words), 7);
	deck_end(cage, tape, 0);
	tape = deck_replay();
	cage = cage_of(made, tape);
	same(encase_enter(cage, made->calls[0], words), 7);
	same(encase_enter(cage, made->calls[0], words), -ENOTRECOVERABLE);
	says(tape, ENCASE_TAPE_DIVERGED, text);
	deck_end(cage, tape, -ENOTRECOVERABLE);
	encase_interface_free((void *) made);
}

/* Of long ones the first 255 bytes count; the line ends where it ends. */
Test(names, long_ones)
{
	static char one[400], two[400], text[320] = "call 2 is ";

	memset(one, 'x', sizeof(one) - 1);
	memcpy(two, one, sizeof(two));
	two[0] = 'y';
	memset(text + 10, 'x', sizeof(text) - 11);
	differ(make(one, one, two), text);
}

Test(names, ones_that_cannot_be_shown)
{
	differ(make("lab", "a\nb", "\x1b[31mc\x7f\t"), "call 2 is lab.a?b, was lab.?[31mc??");
}

/* A name with a NUL in it is no name. */
Test(names, ones_that_end_early)
{
	struct encase_tape *tape = deck_record_on(&lower, NULL);
	struct encase_cage *cage = deck_cage(tape);
	unsigned char *data, *record;
	uint32_t crc;
	size_t n;

	same(enter_lab(cage, arity1, 7), 7);
	deck_end(cage, tape, 0);
	data = deck_read(deck_path, &n);
	record = data + ENC_TAPE_HEADER; /* kind, length, 3, "lab", ... */
	same(record[5], 'b');
	record[5] = '\0';
	crc = enc_tape_crc(0, record, 2U + record[1]);
	memcpy(record + 2 + record[1], &crc, sizeof(crc));
	deck_write(deck_path, data, n);
	free(data);
	tape = deck_replay();
	cage = deck_cage(tape);
	same(enter_lab(cage, arity1, 7), -ENOTRECOVERABLE);
	says(tape, ENCASE_TAPE_DAMAGED, "call 1: the tape is damaged at byte 12");
	deck_end(cage, tape, -ENOTRECOVERABLE);
}
