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
	big[20] = 0;
	for (size_t i = 0; i + 1 < LENGTH(many); i++)
		many[i] = big;
	same(enter(cage, execve, WORD("x"), WORD(many), 0), -E2BIG);
	unit_free(cage);
}
