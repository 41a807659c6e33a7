/* SPDX-License-Identifier: MIT */
/* Which calls that a command explains are put on tape, and unknown numbers, which are not. */
#define _GNU_SOURCE
#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/prctl.h>
#include <sys/sem.h>

#include "deck.h"

TestSuite(commands, .init = deck_open, .fini = deck_close);

#define ROOM WORD(unit_room + 64)

/* A call, with a number or a pointer behind its command, and whether tapes take it. */
static const struct row {
	const struct encase_desc *desc;
	unsigned command;
	bool known;
} rows[] = {
	{ &encase_desc_ioctl, TIOCGWINSZ, true },
	{ &encase_desc_ioctl, TCSETSW, true },
	{ &encase_desc_ioctl, TCFLSH, true },
	{ &encase_desc_ioctl, FIONREAD, true },
	{ &encase_desc_ioctl, FIOCLEX, true },
	{ &encase_desc_ioctl, TIOCSPTLCK, true },
	{ &encase_desc_ioctl, FICLONE,
	  false }, /* its number says pointer, and it takes a descriptor */
	{ &encase_desc_ioctl, _IOWR('x', 1, char[64]), false }, /* which may have addresses in it */
	{ &encase_desc_ioctl, 0x8912 /* SIOCGIFCONF */,
	  false }, /* an address, which no shape knows */
	{ &encase_desc_ioctl, TIOCSPGRP, false },
	{ &encase_desc_ioctl, FIOASYNC, false },
	{ &encase_desc_semctl, SETVAL, true },
	{ &encase_desc_semctl, GETVAL, true },
	{ &encase_desc_semctl, IPC_STAT, true },
	{ &encase_desc_semctl, IPC_SET | 0x100, true },
	{ &encase_desc_semctl, SETALL, false }, /* an array, of nobody knows which length */
	{ &encase_desc_semctl, GETALL, false },
	{ &encase_desc_prctl, PR_GET_NAME, true },
	{ &encase_desc_prctl, PR_GET_DUMPABLE, true },
	{ &encase_desc_prctl, PR_GET_PDEATHSIG, true },
	{ &encase_desc_prctl, PR_SET_NAME, false },
	{ &encase_desc_prctl, PR_SET_DUMPABLE, false },
	{ &encase_desc_prctl, PR_GET_TID_ADDRESS, false },
	{ &encase_desc_prctl, PR_SET_MM, false },
	{ &encase_desc_fcntl, F_SET_RW_HINT, true },
	{ &encase_desc_fcntl, F_SETOWN_EX, false },
	{ &encase_desc_fcntl, F_GETOWN_EX, false },
	{ &encase_desc_fcntl, F_GETLEASE, false },
};

static long make_call(struct encase_cage *cage, const struct row *row, encase_word arg)
{
	encase_word words[ENCASE_MAX_ARGS] = { 3, row->command, arg };

	if (row->desc == &encase_desc_semctl) {
		words[1] = 0;
		words[2] = row->command;
		words[3] = arg;
	} else if (row->desc == &encase_desc_prctl) {
		words[0] = row->command;
		words[1] = arg;
	}
	return encase_enter(cage, row->desc, words);
}

static void make_calls(struct encase_cage *cage, struct encase_tape *tape)
{
	unsigned known = 0;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		unit_row("%s %x", encase_text(rows[i].desc)->name, rows[i].command);
		memset(unit_room, 0, 256);
		same(make_call(cage, &rows[i], ROOM) == -ENOTSUP, !rows[i].known);
		known += rows[i].known;
		same(encase_tape_state(tape).calls, known);
	}
}

Test(commands, that_are_known)
{
	struct encase_tape *tape = deck_record();
	struct encase_cage *cage = deck_cage(tape);

	oracle.seed = 5;
	make_calls(cage, tape);
	deck_rewind(&tape, &cage);
	make_calls(cage, tape);
	deck_end(cage, tape, 0);
}

/* Fills the room that the call's shape has, whatever command. */
static long fill_call(void *below, const void *bound, struct encase_call *call)
{
	const struct encase_desc *shape = encase_call_shape(call);
	int err = encase_reach(call);

	(void) below;
	(void) bound;
	oracle.calls++;
	for (unsigned i = 0; !err && i < shape->nargs; i++)
		if (shape->pointers >> i & 1 && shape->arg[i].kind & ENCASE_OUT)
			memset(encase_arg(call, i), 'x', shape->arg[i].size);
	return err;
}
static const struct encase_lower lower_fill = { .name = "fill", .call = fill_call };

static void questions(struct encase_cage *cage, const struct deck_sort *sort)
{
	encase_word base = deck_base(sort);

	memset(unit_room, '.', 256);
	same(enter(cage, ioctl, 3, TIOCGWINSZ, base + 64), 0);
	deck_room_is(60, "....xxxxxxxx....");
	same(enter(cage, ioctl, 3, FIONREAD, base + 100), 0);
	deck_room_is(96, "....xxxx....");
	same(enter(cage, prctl, PR_GET_NAME, base + 120), 0);
	deck_room_is(116, "....xxxxxxxxxxxxxxxx....");
	same(enter(cage, semctl, 1, 0, IPC_STAT, base + 140), 0);
	deck_room_is(136, "....xxxx");
	same(oracle.calls, 4);
}

/* What a command's pointer is written to comes back, in any memory. */
Test(commands, answers)
{
	deck_everywhere(questions, &lower_fill, NULL);
}

/* A number of a command's is an int: C leaves the rest of the register as it was. */
Test(commands, numbers)
{
	struct encase_tape *tape = deck_record();
	struct encase_cage *cage = deck_cage(tape);

	oracle.seed = 3;
	enter(cage, fcntl, 3, F_SETFL, 0x1100000800);
	enter(cage, semctl, 3, 0, SETVAL, (encase_word) -1);
	deck_rewind(&tape, &cage);
	holds(enter(cage, fcntl, 3, F_SETFL, 0x2200000800) != -ENOTRECOVERABLE);
	same(enter(cage, semctl, 3, 0, SETVAL, 0xfffffffe), -ENOTRECOVERABLE);
	diverged(cage, tape, "call 2, linux.semctl: arg is -2, was -1");
}

/* Nothing is known of a number that is in no table, also where the cage lets it go down. */
Test(commands, unknown_numbers)
{
	static const struct encase_interface *const linux_only[] = { &encase_calls, NULL };
	struct encase_tape *tape = deck_record();
	struct encase_setup setup = { .interfaces = linux_only,
				      .lower = &encase_lower_tape,
				      .below = tape,
				      .unknown = true };
	struct encase_cage *cage = NULL;

	same(encase_cage_new(&setup, &cage), 0);
	same(encase_enter_number(cage, &encase_calls, 9999, (encase_word[ENCASE_MAX_ARGS]){ 1 }),
	     -ENOTSUP);
	same(oracle.calls, 0);
	same(encase_tape_state(tape).calls, 0);
	deck_end(cage, tape, 0);
}
