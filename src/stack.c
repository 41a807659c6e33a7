/* SPDX-License-Identifier: MIT */
/* Checking rules, and building stacks from them; see stack.h. */
#include "stack.h"

#include <stdlib.h>

#include "desc.h"
#include "invoke.h"
#include "policy.h"

static bool speaks(const struct enc_plan *plan, const struct encase_interface *interface)
{
	for (size_t i = 0; i < plan->ninterfaces; i++)
		if (plan->interfaces[i] == interface)
			return true;
	return false;
}

/* Whether two rules are for the same thing. */
static bool same_target(const struct encase_rule *a, const struct encase_rule *b)
{
	return a->desc == b->desc && a->interface == b->interface && a->group == b->group;
}

static int check_rule(const struct enc_plan *plan, const struct encase_rule *rule)
{
	const struct encase_interface *in = rule->desc ? rule->desc->interface : rule->interface;

	if (in && !speaks(plan, in))
		return -EINVAL;
	if (rule->interface && rule->group >= rule->interface->ngroups)
		return -EINVAL;
	return enc_policy_check(rule);
}

int enc_stack_check(const struct enc_plan *plan, const struct encase_layer *layer)
{
	if (!layer->name || !layer->rules)
		return -EINVAL;
	for (const struct encase_rule *rule = layer->rules; rule->handler; rule++) {
		int err = check_rule(plan, rule);

		if (err)
			return err;
		for (const struct encase_rule *other = layer->rules; other != rule; other++)
			if (same_target(rule, other))
				return -EEXIST;
	}
	return 0;
}

/* The layer's rule for a call, or null: its own first, then the first group's, then any's. */
static const struct encase_rule *rule_for(const struct encase_layer *layer,
					  const struct encase_desc *desc)
{
	const struct encase_rule *group = NULL, *any = NULL;

	for (const struct encase_rule *rule = layer->rules; rule->handler; rule++) {
		if (rule->desc == desc)
			return rule;
		if (rule->desc)
			continue;
		if (!rule->interface)
			any = rule;
		else if (!group && rule->interface == desc->interface &&
			 encase_text(desc)->groups >> rule->group & 1)
			group = rule;
	}
	return group ? group : any;
}

/* Adds the pointer arguments in mask to a step's list. */
static void list_pointers(struct enc_step *step, const struct encase_desc *desc, unsigned mask)
{
	ENC_FOREACH_BIT(i, mask)
	{
		step->by[step->npointers].arg = (uint8_t) i;
		step->by[step->npointers++].count =
			desc->sized >> i & 1 ? desc->arg[i].count : (uint8_t) i;
	}
}

static struct enc_step make_step(const struct encase_rule *rule, const struct encase_desc *desc,
				 const struct enc_push *push, size_t depth)
{
	struct enc_masks masks = enc_policy_resolve(rule, desc);
	struct enc_step step = {
		.handler = rule->handler,
		.push = push,
		.depth = (uint8_t) depth,
		.start = (uint32_t) masks.passed << 8,
		.passed = masks.passed,
		.copied = masks.copied,
		.nulled = masks.nulled,
		.once = masks.once,
		.replaceable = masks.replaceable,
		.raw = rule->raw,
	};
	bool odd = masks.nulled | masks.once | masks.replaceable;

	if (masks.once)
		step.start |= (uint32_t) ENC_ODD_ONCE << ENC_ODD_SHIFT;
	step.most = enc_result_most(desc, &step.limit);
	list_pointers(&step, desc, masks.passed);
	step.npassed = step.npointers;
	list_pointers(&step, desc, masks.copied);
	step.thunk = desc->thunk;
	if (masks.passed == desc->pointers && encase_text(desc)->blind)
		step.thunk = encase_text(desc)->blind;
	if (!rule->raw && !odd && desc->result == ENCASE_FAILS && desc->fail > step.most)
		*(masks.copied ? &step.copying : &step.plain) = desc;
	if (masks.copied | masks.nulled)
		step.run = enc_run_copying;
	else if (rule->raw)
		step.run = (encase_raw_fn *) rule->handler;
	else if (!step.plain)
		step.run = enc_run_natural;
	return step;
}

/* What the lower layer's step runs. */
static long run_lower(struct encase_call *call)
{
	const struct enc_stack *stack = call->flight->stack;
	const void *bound = NULL;

	if (stack->speaks->bound)
		bound = enc_stack_speaks(stack, enc_desc(call)->interface)
				->bound[enc_desc(call)->index];
	return stack->lower->call(stack->below, bound, call);
}

/* The lower layer's step, the same for all calls: any result but 0 gets a second look. */
static const struct enc_step lower_step = {
	.run = run_lower,
	.start = (uint32_t) ENC_ODD_LOWER << ENC_ODD_SHIFT,
};

/*
 * Writes a call's chain to steps if that is not null, the lower layer's step
 * included, and tells how many steps it has; 0 where no layer has a rule.
 */
static size_t make_chain(const struct enc_plan *plan, const struct encase_desc *desc,
			 struct enc_step *steps)
{
	size_t n = 0;

	for (size_t depth = plan->npushes; depth; depth--) {
		const struct enc_push *push = plan->pushes[depth - 1];
		const struct encase_rule *rule = rule_for(push->layer, desc);

		if (!rule)
			continue;
		if (steps)
			steps[n] = make_step(rule, desc, push, depth);
		n++;
	}
	if (!n)
		return 0;
	if (steps)
		steps[n] = lower_step;
	return n + 1;
}

/* Goes through all calls of all interfaces of a plan. */
#define FOREACH_CALL(plan, i, c)                         \
	for (size_t i = 0; i < (plan)->ninterfaces; i++) \
		for (size_t c = 0; c < (plan)->interfaces[i]->ncalls; c++)

struct enc_stack *enc_stack_build(const struct enc_plan *plan)
{
	size_t ncalls = 0, nsteps = 1, head;
	const struct enc_step **chain;
	struct enc_step *steps, *lower;
	struct enc_stack *stack;

	FOREACH_CALL(plan, i, c)
	{
		ncalls++;
		nsteps += make_chain(plan, plan->interfaces[i]->calls[c], NULL);
	}
	head = sizeof(*stack) + plan->ninterfaces * sizeof(stack->speaks[0]);
	stack = malloc(head + ncalls * sizeof(*chain) + nsteps * sizeof(*steps));
	if (!stack)
		return NULL;
	chain = (const struct enc_step **) ((char *) stack + head);
	steps = lower = (struct enc_step *) (chain + ncalls);
	*steps++ = lower_step;
	*stack = (struct enc_stack){ plan->cage,  plan->home,  plan->meter,
				     plan->lower, plan->below, plan->ninterfaces };
	for (size_t i = 0; i < plan->ninterfaces; i++) {
		stack->speaks[i] = (struct enc_speaks){ plan->interfaces[i], chain,
							plan->bound ? plan->bound[i] : NULL };
		chain += plan->interfaces[i]->ncalls;
	}
	FOREACH_CALL(plan, i, c)
	{
		size_t n = make_chain(plan, plan->interfaces[i]->calls[c], steps);

		stack->speaks[i].chains[c] = n ? steps : lower;
		steps += n;
	}
	return stack;
}
