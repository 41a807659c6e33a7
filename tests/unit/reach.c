/* SPDX-License-Identifier: MIT */
/*
 * encase_reach(): what a lower layer can follow.  In place where the memory can be
 * addressed, through copies elsewhere, by the same bounds and errors as layers'
 * copies; but null is the lower layer's to judge.  docs/forwarding.md, section 6.
 */
#define _GNU_SOURCE
#include "unit.h"

#include <sys/syscall.h>
#include <unistd.h>

static long reached;
static unsigned reaches;
static const void *there[ENCASE_MAX_ARGS];

/* Twice, since the second time changes nothing. */
static long reach(struct encase_call *call)
{
	const struct encase_desc *desc = encase_call_desc(call);

	reaches++;
	reached = encase_reach(call);
	if (reached)
		return encase_fail(call, (int) -reached);
	for (unsigned i = 0; i < desc->nargs; i++)
		there[i] = encase_arg(call, i);
	same(encase_reach(call), 0);
	for (unsigned i = 0; i < desc->nargs; i++)
		same(encase_arg(call, i), there[i]);
	return 0;
}

/* -- Errors --------------------------------------------------------------- */

#define END UNIT_ROOM

static const struct {
	const struct encase_desc *desc;
	long err;
	encase_word words[ENCASE_MAX_ARGS];
} rows[] = {
	{ &lab_desc_put, 0, { END - 10, 10 } },
	{ &lab_desc_put, -EFAULT, { END - 10, 11 } },
	{ &lab_desc_put, -EFAULT, { END, 1 } },
	{ &lab_desc_put, -EFAULT, { END + 1, 1 } },
	{ &lab_desc_put, -EFAULT, { 64, SIZE_MAX } },
	{ &lab_desc_put, -EFAULT, { UINT64_MAX, 2 } },
	{ &lab_desc_send, -EFAULT, { 64, SIZE_MAX } },
	{ &lab_desc_get, -EFAULT, { END - 10, 11 } },
	{ &lab_desc_fill_ints, -EFAULT, { 64, UINT64_C(0x4000000000000001) } },
	{ &lab_desc_swap_s16, 0, { END - 4, 0x70002 } },
	{ &lab_desc_swap_s16, -EFAULT, { END - 4, 0x70003 } },
	{ &lab_desc_swap_s16, 0, { END, 0xffff } },
	{ &lab_desc_pairs, 0, { END - 16, 64, 64 } },
	{ &lab_desc_pairs, -EFAULT, { 64, 64, END - 15 } },
	/* no bytes */
	{ &lab_desc_put, 0, { END, 0 } },
	{ &lab_desc_put, 0, { UINT64_MAX, 0 } },
	/* null, nullable or not */
	{ &lab_desc_put, 0, { 0, 0 } },
	{ &lab_desc_put, 0, { 0, 10 } },
	{ &lab_desc_pairs, 0, { 0, 0, 0 } },
	{ &lab_desc_text, 0, { 0, 8 } },
	/* strings */
	{ &lab_desc_text, 0, { 8, 8 } },
	{ &lab_desc_text, -ENAMETOOLONG, { 8, 64 } },
	{ &lab_desc_text, -EINVAL, { 64, 8 } },
	{ &lab_desc_text, -EFAULT, { END - 10, 8 } },
	{ &lab_desc_text, -EFAULT, { 8, END } },
};

static void reach_rows(struct encase_cage *cage, encase_word base)
{
	memset(unit_room, 'r', UNIT_ROOM);
	memcpy(unit_room + 8, "reach", 6);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct encase_desc *desc = rows[i].desc;
		encase_word words[ENCASE_MAX_ARGS];

		for (unsigned k = 0; k < ENCASE_MAX_ARGS; k++)
			words[k] = desc->pointers >> k & 1 && rows[i].words[k] &&
						   rows[i].words[k] <= END + 1
					   ? rows[i].words[k] + base
					   : rows[i].words[k];
		unit_row("row %zu of %s", i, encase_text(desc)->name);
		same(encase_enter(cage, desc, words), rows[i].err);
		same(reached, rows[i].err);
		for (unsigned k = 0; !rows[i].err && k < desc->nargs; k++)
			if (desc->pointers >> k & 1)
				same(!there[k], !rows[i].words[k]);
		unit_idle();
	}
	same(reaches, LENGTH(rows));
}

/* With no layer above, and below one that passes everything by. */
static void reach_in(const struct encase_memory *memory, const void *space, encase_word base)
{
	for (unsigned above = 0; above < 2; above++) {
		struct encase_cage *cage = unit_cage(memory, space);
		struct unit_layer layer;

		if (above)
			unit_push_any(cage, &layer, lab_forward, ENCASE_PASS);
		reaches = 0;
		reach_rows(cage, base);
		unit_free(cage);
	}
}

Test(reach, errors_and_nulls)
{
	probe.answer = reach;
	reach_in(&encase_memory_arena, &unit_arena, 0);
	reach_in(&unit_far_memory, NULL, UNIT_FAR);
}

/* -- In place, and not ---------------------------------------------------- */

static bool in_room(const void *p)
{
	return (const char *) p >= unit_room && (const char *) p < unit_room + UNIT_ROOM;
}

Test(reach, in_place_where_memory_can_be_addressed)
{
	struct encase_cage *cage = unit_arena_cage();

	probe.answer = reach;
	memcpy(unit_room + 8, "reach", 6);
	same(enter_lab(cage, several, 8, 64, 10, 128, 10, 256), 0);
	holds(!in_room(there[0])); /* a string, which the cage could lengthen meanwhile */
	holds(!strcmp(there[0], "reach"));
	same(there[1], unit_room + 64);
	same(there[3], unit_room + 128);
	same(there[5], unit_room + 256);
	unit_free(cage);
}

Test(reach, through_copies_elsewhere)
{
	struct encase_cage *cage = unit_far_cage();

	probe.answer = reach;
	unit_paint();
	memcpy(unit_room + 8, "reach", 6);
	same(enter_lab(cage, several, UNIT_FAR + 8, UNIT_FAR + 64, 10, UNIT_FAR + 128, 10,
		       UNIT_FAR + 256),
	     0);
	for (unsigned i = 0; i < 6; i++)
		holds(!in_room(there[i]));
	same(unit_far.reads, 2);
	same(unit_far.strings, 1);
	same(unit_far.writes, 1); /* the pair; of the buffer nothing was claimed */
	unit_free(cage);
}

/* What is the layers' already is used as it is; the host's own is not even looked at. */
Test(reach, of_what_needs_none)
{
	struct encase_cage *cage = unit_host_cage(), *guest = unit_far_cage();
	struct unit_layer layer;

	probe.answer = reach;
	same(enter_lab(cage, put, 1, SIZE_MAX), 0);
	same(there[0], 1);
	unit_push_any(guest, &layer, lab_forward, ENCASE_COPY);
	same(enter_lab(guest, put, UNIT_FAR + 64, 10), 0);
	same(unit_far.reads, 1);
	same(there[0], probe.words[0]);
	unit_free(cage);
	unit_free(guest);
}

static long insist(struct encase_call *call)
{
	same(encase_reach(call), -EFAULT);
	memset(encase_arg(call, 3), 'L', 10);
	return 10;
}

/* A lower layer that goes on after an error has nothing flushed. */
Test(reach, nothing_is_flushed_after_an_error)
{
	struct encase_cage *cage = unit_far_cage();

	probe.answer = insist;
	unit_paint();
	memcpy(unit_room + 8, "reach", 6);
	enter_lab(cage, several, UNIT_FAR + 8, UNIT_FAR + 64, 10, UNIT_FAR + 128, 10,
		  UNIT_FAR + END);
	same(unit_far.writes, 0);
	same(encase_traffic(cage).to_cage, 0);
	unit_free(cage);
}

/* -- The library's lower layers ------------------------------------------- */

static ssize_t put_seen(const void *buf, size_t n)
{
	there[0] = buf;
	return (ssize_t) n;
}

static const struct encase_function functions[] = {
	ENCASE_FUNCTION_IN(lab, put, put_seen),
	ENCASE_FUNCTION_END,
};

Test(reach, by_functions)
{
	struct encase_cage *cage =
		unit_cage_on(&encase_memory_arena, &unit_arena, &encase_lower_functions, functions);

	same(enter_lab(cage, put, 64, 10), 10);
	same(there[0], unit_room + 64);
	there[0] = NULL;
	same(enter_lab(cage, put, END - 1, 10), -EFAULT);
	same(there[0], NULL);
	same(enter_lab(cage, get, 64, 10), -ENOSYS);
	same(enter(cage, getpid), -ENOSYS);
	unit_free(cage);
}

/* What the kernel must not do for somebody else, and what it may. */
Test(reach, by_the_kernel)
{
	struct encase_cage *cage =
		unit_cage_on(&encase_memory_arena, &unit_arena, &encase_lower_kernel, NULL);

	same(enter(cage, getpid), -ENOSYS);
	same(enter(cage, mmap, 0, 4096, 0, 0x22, (encase_word) -1, 0), -ENOSYS);
	same(enter(cage, fcntl, 1, 0x7777, 0), -ENOSYS);  /* nobody knows */
	same(enter(cage, ioctl, 1, 0x7777, 64), -ENOSYS); /* nobody knows */
	same(enter(cage, fcntl, (encase_word) -1, 1, 0), -EBADF);
	same(enter(cage, prctl, 16, 64), -ENOSYS);   /* PR_GET_NAME: of this thread */
	same(enter(cage, bpf, 5, 64, 128), -ENOSYS); /* BPF_PROG_LOAD: pointers inside */
	same(enter_lab(cage, put, 64, 10), -ENOSYS);
	same(enter(cage, uname, END - 10), -EFAULT);
	memset(unit_room, 0, 1000);
	same(enter(cage, uname, 64), 0);
	holds(!strcmp(unit_room + 64, "Linux"));
	same(enter(cage, write, (encase_word) -1, 64, 10), -EBADF);
	same(enter(cage, write, (encase_word) -1, END, 10), -EFAULT);
	same(enter(cage, close, (encase_word) -1), -EBADF);
	unit_free(cage);
}

/* socketpair(2) gives numbers to a pair that it then cannot make: net/socket.c, __sys_socketpair(). */
Test(reach, what_a_failed_call_has_written)
{
	struct encase_cage *cage = unit_cage_on(&unit_far_memory, NULL, &encase_lower_kernel, NULL);
	static const int none[2] = { -7, -7 };
	int plain[2] = { -7, -7 };

	memcpy(unit_room + 64, none, sizeof(none));
	same(syscall(SYS_socketpair, 999, 1, 0, plain), -1);
	same(enter(cage, socketpair, 999, 1, 0, UNIT_FAR + 64), -EAFNOSUPPORT);
	holds(!memcmp(unit_room + 64, plain, sizeof(plain)));
	/* Another error comes before that. */
	memcpy(unit_room + 64, none, sizeof(none));
	same(enter(cage, socketpair, 1, 0x40000001, 0, UNIT_FAR + 64), -EINVAL);
	holds(!memcmp(unit_room + 64, none, sizeof(none)));
	unit_free(cage);
}

Test(reach, by_nobody)
{
	struct encase_cage *cage = unit_cage_on(&unit_far_memory, NULL, &encase_lower_void, NULL);

	for (size_t i = 0; i < lab_calls.ncalls; i++) {
		unit_row("%s", lab_calls.texts[i].name);
		same(encase_enter(cage, lab_calls.calls[i], WORDS(1, 1, 1, 1, 1, 1, 1, 1)),
		     -ENOSYS);
	}
	same(unit_far_accesses(), 0);
	unit_free(cage);
}
