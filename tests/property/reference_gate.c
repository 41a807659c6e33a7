/* SPDX-License-Identifier: MIT */
/*
 * The reference router: cages, and how calls get in.
 *
 * What a cage does not speak, or refuses, never becomes a call; what enters has its
 * shape, and words whose home is the cage's memory.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hits.h"
#include "reference_private.h"

/* 1.10 */
static bool refuses(const struct ref_cage *cage, const struct encase_desc *desc)
{
	for (unsigned i = 0; i < cage->nlayers; i++)
		if (ref_has_rule(cage->layer[i], desc))
			return false;
	return cage->refuse != 0;
}

/* 1.3, 1.9: the cage's own words become those of a call that enters. */
static void arrive(struct ref_call *call, const encase_word *words)
{
	encase_word own[ENCASE_MAX_ARGS] = { 0 };

	memcpy(own, words, (call->desc ? call->desc->nargs : 6) * sizeof(*own));
	call->shape = ref_shape(call->desc, own);
	for (unsigned i = 0; i < call->shape.nargs; i++) {
		call->arrived[i].word = own[i];
		call->arrived[i].home = own[i] ? REF_CAGE : REF_NOWHERE;
		if (!ref_is_pointer(&call->shape, i) &&
		    encase_widen(call->shape.arg[i].type, own[i]) != own[i])
			hit(HIT_LOW_BITS);
	}
}

static struct ref_outcome enter(struct ref_call *call, const struct encase_interface *interface,
				const encase_word *words)
{
	int before = errno;
	struct ref_outcome outcome;

	if (!ref_speaks(call->cage, interface)) {
		hit(HIT_ENOSYS_GATE);
		return ref_refusal(ENOSYS);
	}
	arrive(call, words);
	if (refuses(call->cage, call->desc)) {
		hit(call->desc ? HIT_REFUSED : HIT_REFUSED_UNKNOWN);
		return ref_failure(&call->shape, call->cage->refuse);
	}
	outcome = ref_descend(call);
	errno = before;
	return outcome;
}

/* -- Cages ---------------------------------------------------------------- */

struct encase_cage *ref_cage_new(const struct encase_setup *setup, const struct ref_memory *memory)
{
	struct ref_cage *cage = calloc(1, sizeof(*cage));

	cage->interfaces = setup->interfaces;
	cage->memory = *memory;
	cage->lower = setup->lower;
	cage->below = (void *) setup->below;
	cage->self = setup->self;
	cage->refuse = setup->refuse;
	cage->unknown = setup->unknown;
	return (struct encase_cage *) cage;
}

void ref_cage_free(struct encase_cage *handle)
{
	struct ref_cage *cage = (struct ref_cage *) handle;

	for (unsigned i = 0; i < cage->nlayers; i++)
		if (cage->layer[i]->stop)
			cage->layer[i]->stop(cage->state[i]);
	free(cage);
}

int ref_push(struct encase_cage *handle, const struct encase_layer *layer, const char *options)
{
	struct ref_cage *cage = (struct ref_cage *) handle;
	void *state = NULL;
	int rc;

	for (const struct encase_rule *rule = layer->rules; !encase_is_end(rule); rule++) {
		if (rule->verdict ? !ref_is_verdict(rule) : !ref_is_policy(rule)) {
			hit(rule->verdict ? HIT_EINVAL_VERDICT : HIT_EINVAL_POLICY);
			return -EINVAL;
		}
		if (ref_is_hidden(layer->rules, rule)) {
			hit(HIT_EEXIST);
			return -EEXIST;
		}
	}
	rc = layer->start ? layer->start(&state, options) : 0;
	if (rc)
		return rc;
	for (unsigned i = cage->nlayers++; i; i--) {
		cage->layer[i] = cage->layer[i - 1];
		cage->state[i] = cage->state[i - 1];
	}
	cage->layer[0] = layer;
	cage->state[0] = state;
	return 0;
}

struct encase_traffic ref_traffic(const struct encase_cage *cage)
{
	return ((const struct ref_cage *) cage)->traffic;
}

static long kernel_word(struct ref_outcome outcome)
{
	return outcome.failed ? -outcome.error : (long) outcome.word;
}

long ref_enter(struct encase_cage *cage, const struct encase_desc *desc, const encase_word *words)
{
	struct ref_call call = { .cage = (struct ref_cage *) cage, .desc = desc };

	return kernel_word(enter(&call, desc->interface, words));
}

/* 1.11 */
long ref_enter_number(struct encase_cage *cage, const struct encase_interface *interface,
		      long number, const encase_word *words)
{
	struct ref_call call = { .cage = (struct ref_cage *) cage, .number = number };
	encase_word all[ENCASE_MAX_ARGS] = { 0 };

	memcpy(all, words, 6 * sizeof(*all));
	for (size_t i = 0; i < interface->ncalls; i++)
		if (interface->texts[i].number == number)
			call.desc = interface->calls[i];
	return kernel_word(enter(&call, interface, all));
}

int ref_enter_checked(struct encase_cage *cage, const struct encase_desc *desc,
		      const encase_word *words, encase_word *result)
{
	struct ref_call call = { .cage = (struct ref_cage *) cage, .desc = desc };
	struct ref_outcome outcome = enter(&call, desc->interface, words);

	if (outcome.failed)
		return -outcome.error;
	*result = outcome.word;
	return 0;
}
