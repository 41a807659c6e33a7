/* SPDX-License-Identifier: MIT */
/*
 * A tape may have any content: what is wrong is said, and nothing but what was
 * recorded ever comes back.
 */
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include "deck.h"

#include "lower/tape.h"

TestSuite(hostile, .init = deck_open, .fini = deck_close);

enum { OUTCOMES = 8 };
struct outcome {
	long result[OUTCOMES];
	char got[64];
	struct lab_pair both;
};

/* Calls with one of everything, some twice. */
static struct outcome make_calls(struct encase_cage *cage)
{
	static const struct lab_pair one_two = { 1, 2 };
	struct outcome o;
	struct iovec v[2] = { { o.got + 50, 5 }, { o.got + 30, 3 } };

	memset(&o, 0, sizeof(o));
	o.both.a = 7;
	o.result[0] = enter_lab(cage, put, WORD("in data"), 7);
	o.result[1] = enter_lab(cage, get, WORD(o.got), sizeof(o.got));
	o.result[2] = enter_lab(cage, text, WORD("a string"), WORD("/path"));
	o.result[3] = enter_lab(cage, pairs, WORD(&one_two), WORD(o.got + 40), WORD(&o.both));
	o.result[4] = enter_lab(cage, arity1, (encase_word) -300);
	o.result[5] = enter_lab(cage, get, WORD(o.got), 20);
	o.result[6] = enter(cage, readv, 3, WORD(v), 2);
	o.result[7] = enter(cage, writev, 3, WORD(v), 2);
	return o;
}

static struct outcome expected;

static unsigned char *record(size_t *n)
{
	struct encase_tape *tape = deck_record();
	struct encase_cage *cage = deck_cage(tape);

	oracle.seed = 11;
	expected = make_calls(cage);
	deck_end(cage, tape, 0);
	return deck_read(deck_path, n);
}

/*
 * Replays what is in the file.  What comes before the first refusal is as recorded, all
 * behind it is refused, and the state has it.  Returns the state; -errno if there was no tape.
 */
static int replay(void)
{
	struct encase_tape *tape = NULL;
	struct encase_tape_state state;
	struct encase_cage *cage;
	struct outcome o;
	unsigned good = 0;
	int err = encase_tape_replay(deck_path, &tape);

	if (err) {
		same(tape, NULL);
		return err;
	}
	cage = deck_cage(tape);
	oracle.calls = 0;
	o = make_calls(cage);
	while (good < OUTCOMES && o.result[good] != -ENOTRECOVERABLE)
		good++;
	for (unsigned i = 0; i < OUTCOMES; i++)
		same(o.result[i], i < good ? expected.result[i] : -ENOTRECOVERABLE);
	if (good == OUTCOMES)
		holds(!memcmp(&o, &expected, sizeof(o)));
	state = encase_tape_state(tape);
	same(state.calls, good);
	same(oracle.calls, 0);
	holds(state.how != ENCASE_TAPE_RUNS);
	holds(good == OUTCOMES || state.how != ENCASE_TAPE_ENDED);
	deck_end(cage, tape, state.how == ENCASE_TAPE_ENDED ? 0 : -ENOTRECOVERABLE);
	return (int) state.how;
}

Test(hostile, every_byte_flipped)
{
	size_t n;
	unsigned char *data = record(&n);

	same(replay(), ENCASE_TAPE_ENDED);
	for (size_t i = 0; i < n; i++)
		for (unsigned flip = 1; flip < 256; flip = flip * 2 + flip % 2 * 14) {
			int how;

			unit_row("byte %zu ^ %u", i, flip);
			data[i] ^= (unsigned char) flip;
			deck_write(deck_path, data, n);
			how = replay();
			if (i < 8)
				same(how, -EBADMSG);
			else if (i < ENC_TAPE_HEADER)
				same(how, -EPROTONOSUPPORT);
			else
				holds(how == ENCASE_TAPE_DAMAGED || how == ENCASE_TAPE_TORN);
			data[i] ^= (unsigned char) flip;
		}
	free(data);
}

Test(hostile, every_length)
{
	size_t n;
	unsigned char *data = record(&n);

	for (size_t i = 0; i < n; i++) {
		unit_row("%zu bytes", i);
		deck_write(deck_path, data, i);
		same(replay(), i < ENC_TAPE_HEADER ? -EBADMSG : ENCASE_TAPE_TORN);
	}
	deck_write(deck_path, data, n);
	same(truncate(deck_path, (off_t) n + 1), 0); /* something behind the end */
	same(replay(), ENCASE_TAPE_DAMAGED);
	free(data);
}

/* -- Tapes that no recording makes, with sums that are right ---------------- */

static unsigned char made[4096];
static size_t nmade;

static void begin(void)
{
	memcpy(made, ENC_TAPE_MAGIC "\1L\10\0", ENC_TAPE_HEADER);
	nmade = ENC_TAPE_HEADER;
}

/* A record whose length may be said to be another. */
static void add_as(unsigned char kind, const char *payload, size_t n, const char *length,
		   size_t nlength)
{
	size_t from = nmade;
	uint32_t crc;

	made[nmade++] = kind;
	memcpy(made + nmade, length, nlength);
	nmade += nlength;
	memcpy(made + nmade, payload, n);
	nmade += n;
	crc = enc_tape_crc(0, made + from, nmade - from);
	memcpy(made + nmade, &crc, 4);
	nmade += 4;
}
#define add(kind, payload) \
	add_as((kind), (payload), sizeof(payload) - 1, (const char[]){ sizeof(payload) - 1 }, 1)

/* What a call of arity1(5), or of get(room, 4), comes to on the tape that was made. */
static void comes_to(const char *file, int line, bool get, long result, enum encase_tape_how how,
		     const char *text)
{
	struct encase_tape *tape;
	struct encase_cage *cage;
	char room[8] = "........";

	deck_write(deck_path, made, nmade);
	unit_row("%s:%d", file, line);
	tape = deck_replay();
	cage = deck_cage(tape);
	same(get ? enter_lab(cage, get, WORD(room), 4) : enter_lab(cage, arity1, 5), result);
	holds(!memcmp(room + 4, "....", 4));
	if (result < 0)
		holds(!memcmp(room, "....", 4));
	deck_says(file, line, tape, how, text);
	deck_end(cage, tape, how == ENCASE_TAPE_ENDED ? 0 : -ENOTRECOVERABLE);
}
#define arity1_is(...) comes_to(__FILE__, __LINE__, false, __VA_ARGS__)
#define get_is(...)    comes_to(__FILE__, __LINE__, true, __VA_ARGS__)
#define DAMAGED(byte) \
	-ENOTRECOVERABLE, ENCASE_TAPE_DAMAGED, "call 1: the tape is damaged at byte " #byte
#define TORN \
	-ENOTRECOVERABLE, ENCASE_TAPE_TORN, "call 1: the tape ends before it, and was never closed"

/* A good one, and what the words of the others mean: names, downs, ups. */
#define ARITY1 "\3lab\6arity1"
#define GET    "\3lab\3get"
#define MAX64  "\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"

Test(hostile, a_good_one)
{
	begin();
	add('N', ARITY1);
	add('D', "\0\3\12"); /* call 0, a word, 5 */
	add('U', "\1\0\16"); /* position 1, no error, 7 */
	add('E', "\1");
	arity1_is(7, ENCASE_TAPE_ENDED, "call 1 was the last one");
	begin();
	add('N', GET);
	add('D', "\0\1\3\10");
	add('U', "\1\0\4\0\2xy");
	add('E', "\1");
	get_is(2, ENCASE_TAPE_ENDED, "call 1 was the last one");
}

/* Sound, but of a program that had other calls. */
Test(hostile, another_table)
{
	struct encase_tape *tape;
	struct encase_cage *cage;

	begin();
	add('N', "\4riot\6arity1");
	add('D', "\0\3\12");
	arity1_is(-ENOTRECOVERABLE, ENCASE_TAPE_DIVERGED, "call 1 is lab.arity1, was riot.arity1");
	begin();
	add('N', "\3lab\3put");
	add('D', "\0\2\3abc\3\12");
	deck_write(deck_path, made, nmade);
	tape = deck_replay();
	cage = deck_cage(tape);
	same(enter_lab(cage, put, WORD("abcde"), 5), -ENOTRECOVERABLE);
	diverged(cage, tape, "call 1, lab.put: buf has 5 bytes, had 3");
}

Test(hostile, lengths)
{
	begin();
	add_as('N', ARITY1, 11, MAX64, 10);
	arity1_is(TORN);
	begin();
	add_as('N', ARITY1, 11, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\2",
	       10); /* no 64-bit number */
	arity1_is(DAMAGED(12));
	begin();
	add_as('N', ARITY1, 11, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\1", 11);
	arity1_is(DAMAGED(12));
	begin();
	add_as('N', ARITY1, 11, "\xf8\xff\xff\xff\xff\xff\xff\xff\xff\1", 10); /* which wraps */
	arity1_is(TORN);
	begin();
	add('N', "\3lab\177arity1"); /* strings inside of records */
	arity1_is(DAMAGED(12));
	begin();
	add('N', MAX64 "lab\6arity1");
	arity1_is(DAMAGED(12));
	begin();
	add('N', "\3lab\6arity1x");
	arity1_is(DAMAGED(12));
	begin();
	add('N', "");
	arity1_is(DAMAGED(12));
}

Test(hostile, kinds)
{
	begin();
	add('X', "");
	arity1_is(DAMAGED(12));
	begin();
	add('E', "\1"); /* the end of a tape of one call, and of one with more to say */
	arity1_is(DAMAGED(12));
	begin();
	add('E', "\0x");
	arity1_is(DAMAGED(12));
	begin();
	add('E', "");
	arity1_is(DAMAGED(12));
	begin();
	add('E', "\0");
	arity1_is(-ENOTRECOVERABLE, ENCASE_TAPE_DIVERGED,
		  "call 1 is lab.arity1, and the tape has no more");
	begin();
	arity1_is(TORN);
}

Test(hostile, ways_down)
{
	static const char *const bad[] = { "\1\3\12", "\0\3",       "\0\6\12",     "\0\3\xff",
					   "\0\2\1",  "\0\2" MAX64, MAX64 "\3\12", "" };
	static const size_t length[] = { 3, 2, 3, 3, 3, 12, 12, 0 };

	for (size_t i = 0; i < LENGTH(bad); i++) {
		begin();
		add('N', ARITY1);
		add_as('D', bad[i], length[i], (const char[]){ (char) length[i] }, 1);
		add('U', "\1\0\16");
		add('E', "\1");
		arity1_is(DAMAGED(29));
	}
	begin();
	add('N', ARITY1);
	add('D', "\0");
	arity1_is(-ENOTRECOVERABLE, ENCASE_TAPE_DIVERGED,
		  "call 1, lab.arity1: has 1 arguments, had 0");
	begin();
	add('N', ARITY1);
	add('D', "\0\3\12\3\12");
	arity1_is(-ENOTRECOVERABLE, ENCASE_TAPE_DIVERGED,
		  "call 1, lab.arity1: has 1 arguments, had more");
	begin();
	add('N', ARITY1);
	add('D', "\0\2\1a");
	arity1_is(-ENOTRECOVERABLE, ENCASE_TAPE_DIVERGED,
		  "call 1, lab.arity1: a is a number, was data");
}

Test(hostile, vectors)
{
	static const struct {
		const char *bytes; /* behind the tag */
		size_t n;
	} bad[] = {
		{ "", 0 },                         /* no entries */
		{ "\2\3", 2 },                     /* too few */
		{ "\1\3", 2 },                     /* no bytes */
		{ "\1\3\2xy", 5 },                 /* fewer than there are */
		{ "\1\3\4wxyz", 7 },               /* more */
		{ "\1\3\3xy", 5 },                 /* more than there is */
		{ "\x81\x08", 2 + 1025 + 1 },      /* 1025 entries, all empty */
		{ "\1" MAX64 "\0", 12 },           /* an entry that nothing has */
		{ "\2\x80\xe0\xff\xff\7\1\0", 8 }, /* more than a transfer */
		{ MAX64, 10 },
	};
	struct iovec v = { made, 3 };

	for (size_t i = 0; i < LENGTH(bad); i++) {
		char payload[1100] = "\0\3\6\6";
		size_t n = 4 + bad[i].n;
		struct encase_tape *tape;
		struct encase_cage *cage;

		memcpy(payload + 4, bad[i].bytes, bad[i].n > 99 ? 2 : bad[i].n);
		begin();
		add('N', "\5linux\6writev");
		add_as('D', payload, n, (const char[]){ (char) (n | 0x80), (char) (n >> 7) }, 2);
		deck_write(deck_path, made, nmade);
		unit_row("vector %zu", i);
		tape = deck_replay();
		cage = deck_cage(tape);
		same(enter(cage, writev, 3, WORD(&v), 1), -ENOTRECOVERABLE);
		says(tape, ENCASE_TAPE_DAMAGED, "call 1: the tape is damaged at byte 31");
		deck_end(cage, tape, -ENOTRECOVERABLE);
	}
}

Test(hostile, ways_up)
{
	static const struct {
		const char *bytes;
		size_t n;
	} bad[] = {
		{ "", 0 },                       /* no position */
		{ "\1", 1 },                     /* no error */
		{ "\1\0", 2 },                   /* no result */
		{ "\1\x80\x20", 3 },             /* error 4096 */
		{ "\1" MAX64, 11 },              /* error, out of all range */
		{ "\1\0\4\0", 4 },               /* no length */
		{ "\1\0\4\0\2x", 6 },            /* too few bytes */
		{ "\1\0\4\0\5abcde", 10 },       /* more than there is room */
		{ "\1\0\4\0" MAX64, 14 },        /* the same */
		{ "\1\0\4\1\1x", 6 },            /* not a pointer */
		{ "\1\0\4\2\1x", 6 },            /* no such argument */
		{ "\1\0\4\x90\x80\x01\1x", 8 },  /* nor this */
		{ "\1\0\4" MAX64 "\1x", 15 },    /* nor this */
		{ "\1\0\4\0\2xy\0\5abcde", 14 }, /* good, then not */
	};

	for (size_t i = 0; i < LENGTH(bad); i++) {
		begin();
		add('N', GET);
		add('D', "\0\1\3\10");
		add_as('U', bad[i].bytes, bad[i].n, (const char[]){ (char) bad[i].n }, 1);
		add('E', "\1");
		unit_row("way up %zu", i);
		get_is(DAMAGED(36));
	}
	begin();
	add('N', GET);
	add('D', "\0\1\3\10");
	add('U', "\2\0\4\0\2xy"); /* of another call */
	add('E', "\1");
	get_is(-ENOTRECOVERABLE, ENCASE_TAPE_TORN,
	       "call 1: the tape ends before its answer: it never returned");
	add('E', "\1"); /* so that one was not the end */
	get_is(DAMAGED(49));
	begin();
	add('N', GET);
	add('D', "\0\1\3\10");
	add('D', "\0\1\3\10");
	get_is(-ENOTRECOVERABLE, ENCASE_TAPE_TORN,
	       "call 1: the tape ends before its answer, and was never closed");
}
