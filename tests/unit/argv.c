/* SPDX-License-Identifier: MIT */
/* Pointers to strings, up to a null: what execve() takes.  docs/forwarding.md, 3 and 4.5. */
#include "unit.h"

#define BASE UNIT_FAR

static unsigned change;
static char own[100];

enum { AT_ARGV = 128, AT_WORDS = 512 };

/* Three of them, at the end of the memory the last. */
static encase_word *lay_strings(encase_word base)
{
	encase_word *argv = (encase_word *) (unit_room + AT_ARGV);

	unit_paint();
	memcpy(unit_room, "/x", 3);
	memcpy(unit_room + AT_WORDS, "one", 4);
	memcpy(unit_room + AT_WORDS + 4, "", 1);
	memcpy(unit_room + UNIT_ROOM - 6, "three", 6);
	argv[0] = base + AT_WORDS;
	argv[1] = base + AT_WORDS + 4;
	argv[2] = base + UNIT_ROOM - 6;
	argv[3] = 0;
	return argv;
}

static void are_whole(char *const *argv)
{
	same(strcmp(argv[0], "one"), 0);
	same(strcmp(argv[1], ""), 0);
	same(strcmp(argv[2], "three"), 0);
	same(argv[3], NULL);
	for (unsigned i = 0; i < 3; i++)
		holds(!unit_in_room(argv[i]));
}

static char *given[3];

static long change_strings(struct encase_call *call)
{
	char **argv = encase_arg(call, 1);

	are_whole(argv);
	memset(unit_room, 0xff, UNIT_ROOM);
	if (change == 1)
		argv[3] = argv[0]; /* what stands behind is no pointer's */
	if (change == 2)
		memset(argv[2], 'x', 6); /* the last string has no end */
	if (change == 3)
		return encase_set_arg(call, 1, WORD(given)), encase_forward(call);
	return encase_forward(call);
}

static long strings_below(struct encase_call *call)
{
	int err = encase_reach(call);

	if (err)
		return encase_fail(call, -err);
	if (encase_arg(call, 1) != given)
		are_whole(encase_arg(call, 1));
	return 0;
}

Test(argv, is_copied_with_its_strings)
{
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layer;

	probe.answer = strings_below;
	lay_strings(BASE);
	same(enter(cage, execve, BASE, BASE + AT_ARGV, 0), 0);
	unit_raw(&layer, &encase_desc_execve, change_strings, ENCASE_COPY);
	unit_push(cage, &layer.layer);
	given[0] = given[1] = own;
	for (change = 0; change < 4; change++) {
		unit_row("change %u", change);
		lay_strings(BASE);
		same(enter(cage, execve, BASE, BASE + AT_ARGV, 0),
		     change == 1 || change == 2 ? -EINVAL : 0);
	}
	unit_free(cage);
}

/* -- Bounds ---------------------------------------------------------------- */

#define MOST ((size_t) 6 << 20)

static char *pointers[1 << 10], text[8 << 20];
static size_t at_text;
static unsigned npointers;

static void begin(void)
{
	memset(text, 'b', sizeof(text));
	at_text = npointers = 0;
}

/* n more strings of so many bytes, with their NULs. */
static void add(unsigned n, size_t size)
{
	while (n--) {
		pointers[npointers++] = text + at_text;
		at_text += size;
		text[at_text - 1] = 0;
	}
}

static long copy_all(void)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layer;
	long result;

	unit_raw(&layer, &encase_desc_execve, lab_forward, ENCASE_COPY);
	unit_push(cage, &layer.layer);
	pointers[npointers] = NULL;
	result = enter(cage, execve, WORD("x"), WORD(pointers), 0);
	unit_free(cage);
	return result;
}

/* How long one more string may be. */
static size_t left(void)
{
	return MOST - at_text - (npointers + 2) * sizeof(char *);
}

/* Whatever their sizes are: 6 MiB, the pointers with their null included, and not a byte more. */
Test(argv, of_six_megabytes)
{
	static const size_t sizes[] = { 131072, 100000, 65537, 40000, 10000 };

	for (size_t i = 0; i < LENGTH(sizes); i++)
		for (unsigned over = 0; over < 2; over++) {
			unit_row("%zu, %u", sizes[i], over);
			begin();
			while (left() > sizes[i] + 131072)
				add(1, sizes[i]);
			while (left() > 131000)
				add(1, 50000);
			add(1, left() + over);
			same(copy_all(), over ? -E2BIG : 0);
		}
}

/* -- How they are read ------------------------------------------------------- */

enum { AT_MANY = 4096 - 40, MANY = 130, AT_TEXTS = 16384, EACH = 300 };

static encase_word text_of(size_t k)
{
	return AT_TEXTS + k * EACH;
}

/* Some of them are longer than what is read at first. */
static size_t length_of(size_t k)
{
	return k % 50 == 49 ? 280 : k % 7;
}

static void lay_many(void)
{
	unit_paint();
	memcpy(unit_room, "/x", 3);
	for (size_t k = 0; k <= MANY; k++) {
		encase_word word = k < MANY ? BASE + text_of(k) : 0;

		memcpy(unit_room + AT_MANY + 1 + 8 * k, &word, 8);
		memset(unit_room + text_of(k), 'a' + (int) (k % 26), length_of(k));
		unit_room[text_of(k) + length_of(k)] = 0;
	}
}

static long look_at_many(struct encase_call *call)
{
	char **argv;

	same(encase_reach(call), 0);
	argv = encase_arg(call, 1);
	for (size_t k = 0; k < MANY; k++) {
		same(strlen(argv[k]), length_of(k));
		same(strcmp(argv[k], unit_room + text_of(k)), 0);
	}
	same(argv[MANY], NULL);
	return 0;
}

/*
 * Where each read is a system call the pointers take one a page, and one that two pages share,
 * and the strings one for 64 of them, and for each that is long; else nothing behind the null is read.
 */
Test(argv, is_read_in_few_reads)
{
	for (unsigned gathers = 0; gathers < 2; gathers++) {
		struct encase_cage *cage =
			gathers ? unit_cage(&unit_gathering_memory, NULL) : unit_far_cage();

		unit_row("gathers %u", gathers);
		probe.answer = look_at_many;
		lay_many();
		memset(&unit_far, 0, sizeof(unit_far));
		same(enter(cage, execve, BASE, BASE + AT_MANY + 1, 0), 0);
		same(unit_far.gathers, gathers ? 3 : 0);
		same(unit_far.reads, gathers ? 3 : MANY + 1);
		same(unit_far.strings, 1 + MANY / 50 + (gathers ? 0 : MANY));
		same(encase_traffic(cage).to_cage, 0);
		unit_free(cage);
	}
}

/* One that is bad is told of as it is where they are read one by one; and those at the memory's end are good. */
Test(argv, that_is_bad_among_many)
{
	struct encase_cage *cage = unit_cage(&unit_gathering_memory, NULL);
	encase_word bad = BASE + UNIT_ROOM, good = BASE + UNIT_ROOM - 3;

	probe.answer = lab_reach;
	for (size_t k = 0; k < MANY; k += 43) {
		lay_many();
		unit_room[UNIT_ROOM - 1] = 0;
		memcpy(unit_room + AT_MANY + 1 + 8 * k, &good, 8);
		same(enter(cage, execve, BASE, BASE + AT_MANY + 1, 0), 0);
		memcpy(unit_room + AT_MANY + 1 + 8 * k, &bad, 8);
		same(enter(cage, execve, BASE, BASE + AT_MANY + 1, 0), -EFAULT);
	}
	memset(unit_room + UNIT_ROOM - 16, 'x', 16); /* no null before the end */
	same(enter(cage, execve, BASE, BASE + UNIT_ROOM - 12, 0), -EFAULT);
	unit_free(cage);
}

/* -- Errors ------------------------------------------------------------------ */

Test(argv, that_cannot_be)
{
	static char *many[300000], big[132000];
	struct encase_cage *cage = unit_far_cage();
	struct unit_layer layer;
	encase_word *argv;

	unit_raw(&layer, &encase_desc_execve, lab_forward, ENCASE_COPY);
	unit_push(cage, &layer.layer);
	argv = lay_strings(BASE);
	argv[1] = BASE + UNIT_ROOM;
	same(enter(cage, execve, BASE, BASE + AT_ARGV, 0), -EFAULT);
	argv = lay_strings(BASE);
	unit_room[UNIT_ROOM - 1] = 'x';
	same(enter(cage, execve, BASE, BASE + AT_ARGV, 0), -EFAULT);
	same(enter(cage, execve, BASE, BASE + UNIT_ROOM - 4, 0), -EFAULT);
	unit_free(cage);
	cage = unit_host_cage();
	unit_raw(&layer, &encase_desc_execve, lab_forward, ENCASE_COPY);
	unit_push(cage, &layer.layer);
	memset(big, 'b', sizeof(big));
	many[0] = big;
	big[131071] = 0;
	same(enter(cage, execve, WORD("x"), WORD(many), 0), 0);
	big[131071] = 'b';
	big[131072] = 0;
	same(enter(cage, execve, WORD("x"), WORD(many), 0), -E2BIG);
	/* The pointers and the strings, all but a byte of what there may be, and all of it. */
	big[131071] = 0;
	for (size_t i = 0; i < 47; i++)
		many[i] = big;
	for (unsigned more = 0; more < 2; more++) {
		many[47] = big + 131072 - more - ((6 << 20) - 47 * 131072 - 49 * sizeof(*many));
		unit_row("%u", more);
		same(enter(cage, execve, WORD("x"), WORD(many), 0), more ? -E2BIG : 0);
	}
	big[20] = 0;
	for (size_t i = 0; i + 1 < LENGTH(many); i++)
		many[i] = big;
	same(enter(cage, execve, WORD("x"), WORD(many), 0), -E2BIG);
	unit_free(cage);
}
