/* SPDX-License-Identifier: MIT */
/*
 * How a test's calls get in, and how arguments that are expected do.
 *
 * Both come through a function of the call's own type, so that the compiler looks
 * at each argument: an encase_entry() of a cage that has no layers, and a lower
 * layer that takes the words.  That cage's memory is the host's: pointers are the
 * test's own.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"

/* Notes a call's arguments: of one whose number no table has, six numbers. */
static void take(struct encase_test_call *note, const struct encase_interface *interface,
		 const struct encase_desc *desc, const encase_word *words)
{
	enc_kit_forget(note);
	note->desc = desc;
	if (desc) {
		note->number = encase_text(desc)->number;
		for (unsigned i = 0; i < desc->nargs; i++)
			note->words[i] = encase_widen(encase_arg_type(desc, i), words[i]);
		encase_shape(desc, note->words, &note->shape);
		return;
	}
	note->shape.interface = interface;
	note->shape.type = ENCASE_S64;
	note->shape.nargs = 6;
	for (unsigned i = 0; i < 6; i++) {
		note->words[i] = words[i];
		note->shape.arg[i].type = ENCASE_U64;
	}
}

/* Pointers as the cage knows them; of a vector the entries, too, in a copy that is to be freed. */
static void send(const struct encase_test *t, const struct encase_test_call *note,
		 encase_word *sent, void **copies)
{
	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++) {
		const void *p = (const void *) (uintptr_t) note->words[i];

		copies[i] = NULL;
		sent[i] = note->words[i];
		if (!enc_kit_points(&note->shape, i))
			continue;
		if (enc_kit_is_vector(&note->shape, i) && p && !t->blind)
			copies[i] = enc_kit_vector_copy(t, &note->shape, i, note->words, true);
		sent[i] = encase_test_address(copies[i] ? copies[i] : p);
	}
}

/* What was read of the copies was read of the test's own. */
static void free_copies(struct encase_test *t, const struct encase_test_call *note, void **copies)
{
	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++) {
		size_t n = 0;

		if (!copies[i])
			continue;
		(void) enc_kit_entries(t, &note->shape, i, note->words, &n);
		n *= sizeof(struct enc_kit_part);
		if (enc_kit_ranges_in(&t->reads, copies[i], n))
			enc_kit_ranges_add(&t->reads, (const void *) (uintptr_t) note->words[i], n);
		free(copies[i]);
	}
}

/* Makes the call that is noted; takes the note. */
static int make_call(struct encase_test *t, struct encase_test_call *note, encase_word *result)
{
	encase_word sent[ENCASE_MAX_ARGS];
	void *copies[ENCASE_MAX_ARGS];

	send(t, note, sent, copies);
	enc_kit_keep_in(t, note);
	if (!t->depth) {
		enc_kit_ranges_empty(&t->reads);
		enc_kit_ranges_empty(&t->writes);
	}
	t->depth++;
	if (note->desc) {
		note->error = -encase_enter_checked(t->cage, note->desc, sent, &note->result);
	} else {
		note->result = (encase_word) encase_enter_number(t->cage, note->shape.interface,
								 note->number, sent);
		if (note->result > (encase_word) -ENC_KIT_ERRNO - 1)
			note->error = (int) -note->result;
	}
	t->depth--;
	free_copies(t, note, copies);
	enc_kit_keep_out(t, note);
	enc_kit_forget(&t->last);
	t->last = *note;
	*result = note->result;
	return note->error;
}

static int call_words(struct encase_test *t, const struct encase_desc *desc,
		      const encase_word *words, encase_word *result)
{
	struct encase_test_call note = { .desc = NULL };

	take(&note, NULL, desc, words);
	return make_call(t, &note, result);
}

static void words_of(const struct encase_call *call, encase_word *words)
{
	for (unsigned i = 0; i < encase_call_desc(call)->nargs; i++)
		words[i] = encase_arg_word(call, i);
}

static long call_taken(void *below, const void *bound, struct encase_call *call)
{
	encase_word words[ENCASE_MAX_ARGS], result;
	int error, saved = errno;

	(void) bound;
	words_of(call, words);
	error = call_words(below, encase_call_desc(call), words, &result);
	errno = saved;
	return error ? encase_fail(call, error) : (long) result;
}

static long expectation_taken(void *below, const void *bound, struct encase_call *call)
{
	struct encase_test *t = below;
	encase_word words[ENCASE_MAX_ARGS];

	(void) bound;
	words_of(call, words);
	take(&t->expected, NULL, encase_call_desc(call), words);
	return 0;
}

static const struct encase_lower calls = { .name = "test's calls", .call = call_taken };
static const struct encase_lower expects = { .name = "test's expectations",
					     .call = expectation_taken };

static struct encase_cage *make_cage(struct encase_test *t, struct enc_kit_gate *gate,
				     const struct encase_lower *lower)
{
	const struct encase_setup setup = { .interfaces = gate->interfaces,
					    .lower = lower,
					    .below = t };
	struct encase_cage *cage;

	if (encase_cage_new(&setup, &cage))
		enc_kit_give_up("no memory");
	return cage;
}

static struct enc_kit_gate *find_gate(struct encase_test *t,
				      const struct encase_interface *interface)
{
	struct enc_kit_gate *gate = t->gates;

	while (gate && gate->interfaces[0] != interface)
		gate = gate->next;
	if (gate)
		return gate;
	gate = enc_kit_alloc(sizeof(*gate));
	gate->interfaces[0] = interface;
	gate->calls = make_cage(t, gate, &calls);
	gate->expects = make_cage(t, gate, &expects);
	gate->next = t->gates;
	t->gates = gate;
	return gate;
}

static encase_fn *entry(struct encase_cage *cage, const struct encase_desc *desc)
{
	int saved = errno;
	encase_fn *fn = encase_entry(cage, desc);

	if (!fn)
		enc_kit_give_up("no memory");
	errno = saved;
	return fn;
}

encase_fn *encase_test_call(struct encase_test *t, const struct encase_desc *desc)
{
	return entry(find_gate(t, desc->interface)->calls, desc);
}

void encase_test_called(struct encase_test *t, const char *file, int line)
{
	int saved = errno;

	if (!t->depth)
		enc_kit_fail_waiting(t, file, line);
	errno = saved;
}

long encase_test_call_words(struct encase_test *t, const struct encase_desc *desc,
			    const encase_word *words, const char *file, int line)
{
	encase_word result;
	int error = call_words(t, desc, words, &result);

	encase_test_called(t, file, line);
	return error ? -error : (long) result;
}

long encase_test_call_number(struct encase_test *t, const struct encase_interface *interface,
			     long number, const encase_word words[6], const char *file, int line)
{
	struct encase_test_call note = { .desc = NULL };
	encase_word own[ENCASE_MAX_ARGS] = { 0 }, result;
	int error;

	memcpy(own, words, 6 * sizeof(*own));
	take(&note, interface, encase_find_number(interface, number), own);
	note.number = number;
	error = make_call(t, &note, &result);
	encase_test_called(t, file, line);
	return error ? -error : (long) result;
}

encase_fn *encase_test_expected(struct encase_test *t, const struct encase_desc *desc)
{
	return entry(find_gate(t, desc->interface)->expects, desc);
}

void encase_test_expect_words(struct encase_test *t, const struct encase_desc *desc,
			      const encase_word *words, const char *file, int line)
{
	take(&t->expected, NULL, desc, words);
	encase_test_expect_reached(t, file, line);
}
