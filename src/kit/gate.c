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
#include <string.h>

#include "kit.h"

/* Notes a call's arguments. */
static void take(struct encase_test_call *note, const struct encase_desc *desc,
		 const encase_word *words)
{
	enc_kit_forget(note);
	note->desc = desc;
	for (unsigned i = 0; i < desc->nargs; i++)
		note->words[i] = encase_widen(encase_arg_type(desc, i), words[i]);
}

static int make_call(struct encase_test *t, const struct encase_desc *desc,
		     const encase_word *words, encase_word *result)
{
	struct encase_test_call note = { .desc = NULL };
	encase_word sent[ENCASE_MAX_ARGS];

	take(&note, desc, words);
	for (unsigned i = 0; i < desc->nargs; i++) {
		const void *p = (const void *) (uintptr_t) note.words[i];

		sent[i] = desc->pointers >> i & 1 ? encase_test_address(p) : note.words[i];
	}
	enc_kit_keep_in(t, &note);
	if (!t->depth) {
		enc_kit_ranges_empty(&t->reads);
		enc_kit_ranges_empty(&t->writes);
	}
	t->depth++;
	note.error = -encase_enter_checked(t->cage, desc, sent, &note.result);
	t->depth--;
	enc_kit_keep_out(t, &note);
	enc_kit_forget(&t->last);
	t->last = note;
	*result = note.result;
	return note.error;
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
	error = make_call(below, encase_call_desc(call), words, &result);
	errno = saved;
	return error ? encase_fail(call, error) : (long) result;
}

static long expectation_taken(void *below, const void *bound, struct encase_call *call)
{
	struct encase_test *t = below;
	encase_word words[ENCASE_MAX_ARGS];

	(void) bound;
	words_of(call, words);
	take(&t->expected, encase_call_desc(call), words);
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
	int error = make_call(t, desc, words, &result);

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
	take(&t->expected, desc, words);
	encase_test_expect_reached(t, file, line);
}
