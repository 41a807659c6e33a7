/* SPDX-License-Identifier: MIT */
/*
 * errno: every value through every kind of layer, what is none, and who finds his
 * own unchanged.  docs/forwarding.md, 5.1 to 5.4.
 */
#include "unit.h"

#include <limits.h>
#include <unistd.h>

#define DEEP 16

/* Layers, one letter each, oldest first: natural or raw, passing (lower case) or copying. */
static void push_kinds(struct encase_cage *cage, struct unit_layer *l, const char *kinds,
		       const struct encase_desc *desc, encase_fn *natural)
{
	for (; *kinds; kinds++, l++) {
		unsigned mode = *kinds == 'n' || *kinds == 'r' ? ENCASE_PASS : ENCASE_COPY;

		if (*kinds == 'n' || *kinds == 'N')
			unit_natural(l, desc, natural, mode);
		else
			unit_raw(l, desc, lab_forward, mode);
		unit_push(cage, &l->layer);
	}
}

/* The same, with natural handlers that only forward. */
static void push_each(struct encase_cage *cage, struct unit_layer *l, const char *kinds,
		      const struct encase_desc *desc)
{
	push_kinds(cage, l, kinds, desc, lab_forwarder(desc));
}

static long fail_as_told(struct encase_call *call)
{
	return encase_fail(call, (int) probe.result);
}

/* -- Every errno ---------------------------------------------------------- */

/* All 4095 from the lower layer to the gate, through a stack that stands. */
static void send_each(struct encase_cage *cage, const struct encase_desc *desc)
{
	encase_word words[ENCASE_MAX_ARGS], result = 77;

	lab_words(desc, words);
	probe.answer = fail_as_told;
	for (int e = 1; e <= 4095; e++) {
		probe.result = e;
		errno = 5000 - e;
		if (encase_enter_checked(cage, desc, words, &result) != -e ||
		    encase_enter(cage, desc, words) != -e || errno != 5000 - e)
			same(e, 0);
	}
	same(result, 77);
}

static const char *const stacks[] = {
	"",
	"nnnnnnnnnnnnnnnn",
	"NNNNNNNNNNNNNNNN",
	"rrrrrrrrrrrrrrrr",
	"RRRRRRRRRRRRRRRR",
	"nrnrnrnrnrnrnrnr",
	"nNrRnNrRNnRrNnRr",
};

Test(error, every_errno_through_16_layers_of_each_kind)
{
	static const struct encase_desc *const descs[] = { &lab_desc_put,      &lab_desc_arity0,
							   &lab_desc_several,  &lab_desc_fails_ptr,
							   &lab_desc_overlaps, &lab_desc_fails_u32,
							   &lab_desc_fails_f64 };

	for (size_t i = 0; i < LENGTH(descs); i++)
		for (size_t k = 0; k < LENGTH(stacks); k++) {
			struct encase_cage *cage = unit_host_cage();
			struct unit_layer layers[DEEP];

			unit_row("%s, %s", encase_text(descs[i])->name, stacks[k]);
			push_each(cage, layers, stacks[k], descs[i]);
			send_each(cage, descs[i]);
			unit_free(cage);
		}
}

static void send_through_table(const struct encase_interface *table)
{
	for (size_t i = 0; i < table->ncalls; i++) {
		struct encase_cage *cage = unit_host_cage();
		struct unit_layer layers[4];

		unit_row("%s", table->texts[i].name);
		push_each(cage, layers, "nRNr", table->calls[i]);
		if (table->calls[i]->result != ENCASE_NEVER)
			send_each(cage, table->calls[i]);
		unit_free(cage);
	}
}

Test(error, every_errno_of_every_call)
{
	send_through_table(&lab_calls);
	send_through_table(&encase_calls);
}

static int expected;
static unsigned wrong;

static ssize_t put_sees(const void *buf, size_t n)
{
	ssize_t result;

	wrong += errno != 0;
	result = lab_next_put(buf, n);
	wrong += result != -1 || errno != expected;
	return result;
}

static long raw_sees(struct encase_call *call)
{
	long result = encase_forward(call);

	wrong += result != -expected || encase_failed(call) != expected;
	return result;
}

/* What the handlers themselves see on the way, and a C function's caller at the end. */
Test(error, every_errno_seen_by_handlers_and_callers)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layers[DEEP];
	lab_put_fn *put;

	for (unsigned i = 0; i < DEEP; i++)
		if (i % 3 == 1)
			unit_push_raw(cage, &layers[i], put, raw_sees, 1 + i % 2);
		else
			unit_push_natural(cage, &layers[i], put, put_sees, 1 + i % 2);
	put = ENCASE_ENTRY_IN(lab, cage, put);
	for (expected = 1; expected <= 4095; expected++) {
		probe.result = -expected;
		errno = 0;
		wrong += put(unit_room, 9) != -1 || errno != expected;
	}
	same(wrong, 0);
	same(probe.calls, 4095);
	unit_free(cage);
}

/* -- What is no errno ----------------------------------------------------- */

static const struct {
	int left, delivered;
} errnos[] = {
	{ 0, EIO },       { -5, EIO },    { -1, EIO },    { 4096, EIO },
	{ 65541, EIO },   { 1, 1 },       { 4095, 4095 }, { INT_MAX, EIO },
	{ INT_MIN, EIO }, { -4095, EIO }, { EDOM, EDOM }, { EAGAIN, EAGAIN },
};

/* A C function that fails with that errno; as a handler, below others, or as the lower layer. */
static void fail_with_each(struct encase_cage *cage, const struct encase_desc *desc)
{
	encase_word words[ENCASE_MAX_ARGS], result;

	lab_words(desc, words);
	lab_answer.word = desc->fail;
	for (size_t i = 0; i < LENGTH(errnos); i++) {
		lab_answer.error = errnos[i].left;
		errno = 99;
		if (desc->result == ENCASE_OVERLAPS && !errnos[i].left)
			continue; /* a result */
		same(encase_enter_checked(cage, desc, words, &result), -errnos[i].delivered);
		same(encase_enter(cage, desc, words), -errnos[i].delivered);
		same(errno, 99);
	}
}

static void fail_in_places(const struct encase_desc *desc, unsigned mode)
{
	struct encase_function below[] = { { .desc = desc, .fn = lab_answerer(desc) },
					   ENCASE_FUNCTION_END };
	struct encase_cage *cage = unit_cage_on(NULL, NULL, &encase_lower_functions, below);
	struct unit_layer layer, above[3];

	fail_with_each(cage, desc);
	unit_free(cage);
	cage = unit_host_cage();
	unit_natural(&layer, desc, lab_answerer(desc), mode);
	unit_push(cage, &layer.layer);
	fail_with_each(cage, desc);
	push_each(cage, above, "nRN", desc);
	fail_with_each(cage, desc);
	unit_free(cage);
	same(probe.calls, 0);
}

Test(error, what_is_no_errno_becomes_EIO)
{
	for (size_t i = 0; i < lab_calls.ncalls; i++) {
		const struct encase_desc *desc = lab_calls.calls[i];

		unit_row("%s", encase_text(desc)->name);
		if (desc->result == ENCASE_NEVER)
			continue;
		fail_in_places(desc, ENCASE_PASS);
		if (desc->pointers)
			fail_in_places(desc, ENCASE_COPY);
	}
}

/* -- Whose errno stays ---------------------------------------------------- */

static int dirt;

static ssize_t put_and_dirty(const void *buf, size_t n)
{
	ssize_t result;

	wrong += errno != 0;
	errno = dirt;
	result = lab_next_put(buf, n);
	wrong += errno != (result < 0 ? -probe.result : dirt);
	return result;
}

static ssize_t put_function(const void *buf, size_t n)
{
	(void) buf;
	wrong += errno != 0;
	errno = probe.result < 0 ? (int) -probe.result : dirt;
	return probe.result < 0 ? -1 : (ssize_t) n;
}

static const struct encase_function functions[] = {
	ENCASE_FUNCTION_IN(lab, put, put_function),
	ENCASE_FUNCTION_END,
};

/* With these layers and natural handlers' dirt, a gate's caller finds errno as he left it. */
static void keep_errno(const char *kinds, const struct encase_lower *lower, int before)
{
	struct encase_cage *cage = unit_cage_on(NULL, NULL, lower, functions);
	struct unit_layer layers[DEEP];

	push_kinds(cage, layers, kinds, &lab_desc_put, (encase_fn *) put_and_dirty);
	for (int fails = 0; fails < 2; fails++) {
		probe.result = fails ? -EFBIG : 9;
		errno = before;
		same(enter_lab(cage, put, WORD(unit_room), 9), probe.result);
		same(errno, before);
	}
	unit_free(cage);
}

Test(error, the_callers_errno_stays)
{
	static const char *const kinds[] = { "",   "n",  "N",  "r",   "R",    "nn",  "nN",
					     "Nn", "nr", "rn", "RNr", "nRNr", "NNNN" };
	static const int befores[] = { 0, 1, 77, -3, 4096, INT_MAX };

	for (size_t i = 0; i < LENGTH(kinds); i++)
		for (size_t k = 0; k < LENGTH(befores); k++)
			for (dirt = 0; dirt < 100; dirt += 33) {
				unit_row("%s, errno %d, dirt %d", kinds[i], befores[k], dirt);
				keep_errno(kinds[i], &probe_lower, befores[k]);
				keep_errno(kinds[i], &encase_lower_functions, befores[k]);
			}
	same(wrong, 0);
}

/* The kernel's answers, too: without libc's wrapper nothing sets errno. */
Test(error, the_callers_errno_stays_with_the_kernel)
{
	struct encase_cage *cage = unit_cage_on(NULL, NULL, &encase_lower_kernel, NULL);
	encase_close_fn *fn = ENCASE_ENTRY(cage, close);

	errno = 66;
	same(enter(cage, close, (encase_word) -1), -EBADF);
	same(enter(cage, getpid), getpid());
	same(errno, 66);
	same(fn(-1), -1);
	same(errno, EBADF);
	unit_free(cage);
}

/* -- Entries -------------------------------------------------------------- */

/* Entries speak libc: errno on failure, and only then. */
Test(error, entries_set_errno_on_failure_alone)
{
	struct encase_cage *cage = unit_host_cage();
	lab_put_fn *put = ENCASE_ENTRY_IN(lab, cage, put);
	lab_fails_ptr_fn *ptr = ENCASE_ENTRY_IN(lab, cage, fails_ptr);
	lab_fails_f64_fn *f64 = ENCASE_ENTRY_IN(lab, cage, fails_f64);
	lab_never_fn *never = ENCASE_ENTRY_IN(lab, cage, never);
	encase_geteuid_fn *uid = ENCASE_ENTRY(cage, geteuid);

	errno = 66;
	probe.result = 5;
	same(put(NULL, 5), 5);
	same(ptr(1), 5);
	same(uid(), 5);
	same(never(1), 5);
	same(errno, 66);
	probe.result = -EXDEV;
	same(never(1), -EXDEV);
	same(errno, 66);
	same(put(NULL, 5), -1);
	same(errno, EXDEV);
	probe.result = -EROFS;
	same(ptr(1), NULL);
	same(errno, EROFS);
	probe.result = -ELOOP;
	holds(f64(1) == -1);
	same(errno, ELOOP);
	probe.result = -ENODEV;
	same(uid(), (uid_t) -1);
	same(errno, ENODEV);
	unit_free(cage);
}

/* -- Forwards ------------------------------------------------------------- */

static void try_forwards(const void *buf)
{
	probe.result = 3;
	errno = 33;
	same(lab_next_put(buf, 9), 3);
	same(errno, 33);
	same(lab_next_arity1(1), 3);
	same(errno, 33);
	probe.result = -ENFILE;
	same(lab_next_arity1(1), -1);
	same(errno, ENFILE);
	errno = 33;
	same(lab_next_put(buf, 10), -1);
	same(errno, EINVAL);
	errno = 33;
	same(lab_next_put(buf, 9), -1);
	same(errno, ENFILE);
	probe.result = 4;
}

static ssize_t put_tries(const void *buf, size_t n)
{
	(void) n;
	try_forwards(buf);
	return 4;
}

static long raw_tries(struct encase_call *call)
{
	errno = 33;
	probe.result = -ENFILE;
	same(encase_forward(call), -ENFILE);
	same(errno, 33);
	try_forwards(encase_arg(call, 0));
	errno = 0; /* raw handlers leave it as it was */
	return 4;
}

/* 5.3: a forward sets errno when it fails, refused ones included, and leaves it alone otherwise. */
Test(error, forwards_set_errno_on_failure_alone)
{
	static const char *const below[] = { "", "n", "N", "r", "R", "nR" };

	for (unsigned i = 0; i < 4 * LENGTH(below); i++) {
		struct encase_cage *cage = unit_arena_cage();
		struct unit_layer layer, layers[DEEP];
		unsigned mode = i & 1 ? ENCASE_COPY : ENCASE_PASS;

		unit_row("%u", i);
		push_each(cage, layers, below[i / 4], &lab_desc_put);
		if (i & 2)
			unit_push_raw(cage, &layer, put, raw_tries, mode);
		else
			unit_push_natural(cage, &layer, put, put_tries, mode);
		errno = 0;
		same(enter_lab(cage, put, 8, 9), 4);
		same(errno, 0);
		unit_free(cage);
	}
}
