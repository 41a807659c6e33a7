/* SPDX-License-Identifier: MIT */
/* Checking rules, and building stacks from them; see stack.h. */
#include "stack.h"

#include <stdlib.h>

#include "desc.h"
#include "extent.h"
#include "invoke.h"
#include "policy.h"
#include "result.h"

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

/* Whether no call that a rule is for gets behind it. */
static bool decides(const struct encase_rule *rule)
{
	const struct encase_condition *where = rule->where;

	if (rule->handler)
		return true;
	for (unsigned i = 0; where && i < rule->desc->nargs; i++)
		if (where[i].mask || where[i].value)
			return false;
	return true;
}

/* Whether a verdict is one that its call can have. */
static int check_verdict(const struct encase_rule *rule)
{
	const struct encase_verdict *verdict = rule->verdict;
	unsigned result = rule->desc ? rule->desc->result : (unsigned) ENCASE_FAILS;

	if (rule->handler || (rule->where && !rule->desc))
		return -EINVAL;
	if (verdict->error < 0 || verdict->error > ENC_ERRNO_MAX)
		return -EINVAL;
	if (verdict->error)
		return result == ENCASE_NEVER ? -EINVAL : 0;
	if (!rule->desc || (result == ENCASE_FAILS && enc_is_error((long) verdict->value)))
		return -EINVAL;
	return 0;
}

static int check_rule(const struct enc_plan *plan, const struct encase_rule *rule)
{
	const struct encase_interface *in = rule->desc ? rule->desc->interface : rule->interface;

	if (in && !speaks(plan, in))
		return -EINVAL;
	if (rule->interface && rule->group >= rule->interface->ngroups)
		return -EINVAL;
	return rule->verdict ? check_verdict(rule) : enc_policy_check(rule);
}

int enc_stack_check(const struct enc_plan *plan, const struct encase_layer *layer)
{
	if (!layer->name || !layer->rules)
		return -EINVAL;
	for (const struct encase_rule *rule = layer->rules; !encase_is_end(rule); rule++) {
		int err = check_rule(plan, rule);

		if (err)
			return err;
		for (const struct encase_rule *other = layer->rules; other != rule; other++)
			if (same_target(rule, other) && decides(other))
				return -EEXIST;
	}
	return 0;
}

/* How near a rule is to a call: 0 its own, 1 a group's, 2 any call's; 3: not for it. */
static unsigned distance(const struct encase_rule *rule, const struct encase_desc *desc)
{
	if (rule->desc)
		return enc_is_same(rule->desc, desc) ? 0 : 3;
	if (!rule->interface)
		return 2;
	if (enc_is_unknown(desc) || rule->interface != desc->interface)
		return 3;
	return encase_text(desc)->groups >> rule->group & 1 ? 1 : 3;
}

/* How near a layer's nearest rule is: of most calls there is none. */
static unsigned nearest(const struct encase_layer *layer, const struct encase_desc *desc)
{
	unsigned least = 3;

	for (const struct encase_rule *rule = layer->rules; least && !encase_is_end(rule); rule++) {
		unsigned far = distance(rule, desc);

		if (far < least)
			least = far;
	}
	return least;
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

static void verdict_step(struct enc_step *step, const struct encase_rule *rule)
{
	step->run = enc_run_verdict;
	step->verdict = rule;
}

static void handler_step(struct enc_step *step, const struct encase_rule *rule,
			 const struct encase_desc *desc, bool gathers)
{
	struct enc_masks masks = enc_policy_resolve(rule, desc);
	const struct encase_text *text = enc_is_unknown(desc) ? NULL : encase_text(desc);
	bool varies = enc_shaper(desc);
	unsigned pointers = desc->pointers, deep = 0;
	bool odd;

	ENC_FOREACH_BIT(i, pointers)
	{
		deep |= (unsigned) enc_is_deep(desc, i) << i;
	}
	odd = varies || masks.nulled || masks.once || deep;
	step->deep = (uint8_t) (varies ? desc->pointers : deep);
	step->handler = rule->handler;
	step->raw = rule->form == ENCASE_RAW || rule->form == ENCASE_BARE;
	step->bare = rule->form == ENCASE_BARE;
	step->passed = masks.passed;
	step->copied = masks.copied;
	step->nulled = masks.nulled;
	step->once = masks.once;
	step->replaceable = masks.replaceable;
	step->start = (uint32_t) masks.passed << 8;
	if (masks.once)
		step->start |= (uint32_t) ENC_ODD_ONCE << ENC_ODD_SHIFT;
	if (deep & masks.passed) /* may have changed in an upper layer's memory since it arrived */
		step->start |= (uint32_t) ENC_ODD_DEEP << ENC_ODD_SHIFT;
	list_pointers(step, desc, masks.passed);
	step->npassed = step->npointers;
	list_pointers(step, desc, masks.copied);
	step->thunk = desc->thunk;
	if (rule->form == ENCASE_VARIADIC)
		step->thunk = text->variadic;
	else if (text && text->blind && !varies && masks.passed == desc->pointers)
		step->thunk = text->blind;
	if (!step->raw && !odd && step->thunk && desc->result == ENCASE_FAILS &&
	    desc->fail > step->most)
		*(masks.copied ? &step->copying : &step->plain) = desc;
	if (masks.copied || masks.nulled || varies || deep)
		step->run = gathers ? enc_run_gathering : enc_run_copying;
	else if (rule->form == ENCASE_BARE)
		step->run = enc_run_bare;
	else if (step->raw)
		step->run = (encase_raw_fn *) rule->handler;
	else if (!step->plain)
		step->run = enc_run_natural;
}

/*
 * Writes the steps of a layer for a call, if steps is not null, and tells how many: its
 * verdicts up to the first rule that decides.
 */
static size_t make_steps(const struct enc_plan *plan, const struct encase_desc *desc,
			 const struct enc_push *push, size_t depth, struct enc_step *steps)
{
	size_t n = 0;

	for (unsigned near = nearest(push->layer, desc); near < 3; near++)
		for (const struct encase_rule *rule = push->layer->rules; !encase_is_end(rule);
		     rule++) {
			if (distance(rule, desc) != near)
				continue;
			if (steps) {
				struct enc_step step = { .push = push, .depth = (uint16_t) depth };

				step.most = enc_result_most(desc, &step.limit);
				if (rule->verdict)
					verdict_step(&step, rule);
				else
					handler_step(&step, rule, desc, plan->home.memory->gather);
				steps[n] = step;
			}
			n++;
			if (decides(rule))
				return n;
		}
	return n;
}

/* What the lower layer's step runs. */
static ENC_ON_A_LINE long run_lower(struct encase_call *call)
{
	const struct enc_stack *stack = call->flight->stack;
	const struct encase_desc *desc = enc_desc(call);
	const void *bound = NULL;

	if (stack->speaks->bound && !enc_is_unknown(desc))
		bound = enc_stack_speaks(stack, desc->interface)->bound[desc->index];
	return stack->lower->call(stack->below, bound, call);
}

/* Above all layers, whatever their number: who forwards another call does not come by. */
#define TOP UINT16_MAX
/* A step that is no layer's, the same for all calls: any result but 0 gets a second look. */
#define STEP(what, where, ...)                                                  \
	{                                                                       \
		.run = (what), .depth = (where), .deep = ENC_ALL,               \
		.start = (uint32_t) ENC_ODD_LOWER << ENC_ODD_SHIFT, __VA_ARGS__ \
	}
/* Chains that many calls share: those of calls for which no layer has a rule.  Others begin or end as they do. */
static const struct enc_step lower_chain[] = { STEP(run_lower, 0, .all_bare = true) };
static const struct enc_step shaped_chain[] = {
	STEP(enc_run_shaped, TOP, .all_bare = true),
	STEP(run_lower, 0, .all_bare = true),
};
static const struct enc_step unknown_chain[] = { STEP(enc_run_unknown, 0) };
static const struct enc_step ended_chain[] = { STEP(enc_run_ended, TOP), STEP(run_lower, 0) };
static const struct enc_step refused_chain[] = { STEP(enc_run_refused, TOP), STEP(run_lower, 0) };

/* The chain of a call for which no layer has a rule. */
static const struct enc_step *common_chain(const struct enc_plan *plan,
					   const struct encase_desc *desc)
{
	if (plan->ended)
		return ended_chain;
	if (plan->refuse)
		return refused_chain;
	if (enc_is_unknown(desc) && !plan->unknown)
		return unknown_chain;
	return enc_shaper(desc) ? shaped_chain : lower_chain;
}

/* The same as make_steps() for all layers of a plan that has a stack before it. */
static size_t take_steps(const struct enc_plan *plan, const struct encase_desc *desc,
			 struct enc_step *steps)
{
	const struct enc_step *step = enc_stack_chain(plan->before, desc);
	size_t n = 0;

	if (plan->fresh)
		n = make_steps(plan, desc, plan->fresh, plan->before->depth + 1U, steps);
	for (; step->depth; step++) {
		if (!step->push || step->push == plan->gone)
			continue;
		if (steps)
			steps[n] = *step;
		n++;
	}
	return n;
}

/*
 * Writes a call's chain to steps, if that is not null, what stands before and below the
 * layers included, and tells how many steps it has; 0 where no layer has a rule.
 */
static size_t make_chain(const struct enc_plan *plan, const struct encase_desc *desc,
			 struct enc_step *steps)
{
	size_t head = enc_shaper(desc) ? 1 : 0, n = head;

	if (plan->before)
		n += take_steps(plan, desc, steps ? steps + n : NULL);
	else
		for (size_t depth = plan->npushes; depth; depth--)
			if (plan->pushes[depth - 1] != plan->gone)
				n += make_steps(plan, desc, plan->pushes[depth - 1], depth,
						steps ? steps + n : NULL);
	if (n == head)
		return 0;
	if (steps && head)
		steps[0] = shaped_chain[0];
	if (!steps)
		return n + 1;
	steps[n] = enc_is_unknown(desc) && !plan->unknown ? unknown_chain[0] : lower_chain[0];
	for (size_t k = n; k--;)
		steps[k].all_bare = steps[k + 1].all_bare && (steps[k].bare || k < head);
	return n + 1;
}

/* The chain that a call had before and keeps, since no layer has a rule for it; null: look closer. */
static const struct enc_step *unchanged_chain(const struct enc_plan *plan,
					      const struct encase_desc *desc)
{
	const struct enc_step *step = plan->before ? enc_stack_chain(plan->before, desc) : NULL;

	if (plan->ended || (step != lower_chain && step != shaped_chain))
		return NULL;
	return plan->fresh && nearest(plan->fresh->layer, desc) < 3 ? NULL : step;
}

/* Writes the chains of an interface's calls to steps, and where they are to chains; both may be null. */
static size_t make_chains(const struct enc_plan *plan, const struct encase_interface *interface,
			  struct enc_step *steps, const struct enc_step **chains)
{
	struct enc_unknown unknown = enc_unknown(interface, -1);
	size_t n = 0;

	for (size_t c = 0; c <= interface->ncalls; c++) {
		const struct encase_desc *desc =
			c < interface->ncalls ? interface->calls[c] : &unknown.desc;
		const struct enc_step *same = unchanged_chain(plan, desc);
		size_t length = same ? 0 : make_chain(plan, desc, steps ? steps + n : NULL);

		if (chains)
			chains[c] = same ? same : length ? steps + n : common_chain(plan, desc);
		n += length;
	}
	return n;
}

struct enc_stack *enc_stack_build(const struct enc_plan *plan)
{
	size_t ncalls = 0, nsteps = 0, head;
	const struct enc_step **chains;
	struct enc_stack *stack;
	struct enc_step *steps;

	for (size_t i = 0; i < plan->ninterfaces; i++) {
		ncalls += plan->interfaces[i]->ncalls + 1;
		nsteps += make_chains(plan, plan->interfaces[i], NULL, NULL);
	}
	head = sizeof(*stack) + plan->ninterfaces * sizeof(stack->speaks[0]);
	stack = malloc(head + ncalls * sizeof(*chains) + nsteps * sizeof(*steps));
	if (!stack)
		return NULL;
	chains = (const struct enc_step **) ((char *) stack + head);
	steps = (struct enc_step *) (chains + ncalls);
	*stack = (struct enc_stack){
		.cage = plan->cage,
		.home = plan->home,
		.meter = plan->meter,
		.lower = plan->lower,
		.below = plan->below,
		.self = plan->self,
		.refuse = plan->refuse,
		.depth = plan->before ? (uint16_t) (plan->before->depth + (plan->fresh ? 1 : 0))
				      : (uint16_t) plan->npushes,
		.nspeaks = plan->ninterfaces,
	};
	for (size_t i = 0; i < plan->ninterfaces; i++) {
		stack->speaks[i] = (struct enc_speaks){ plan->interfaces[i], chains,
							plan->bound ? plan->bound[i] : NULL };
		steps += make_chains(plan, plan->interfaces[i], steps, chains);
		chains += plan->interfaces[i]->ncalls + 1;
	}
	return stack;
}

/* What a step sees of a call. */
static int sight_of(const struct enc_step *step, const struct encase_desc *desc)
{
	if (!step->push)
		return ENCASE_SEES_NOTHING;
	if (step->run == enc_run_verdict)
		return ENCASE_SEES_VERDICTS;
	if (!desc->pointers || step->bare ||
	    (!step->raw && step->passed == desc->pointers && !step->replaceable))
		return ENCASE_SEES_SCALARS;
	return ENCASE_SEES_POINTERS;
}

int enc_stack_sight(const struct enc_stack *stack, const struct encase_desc *desc)
{
	const struct enc_step *step = enc_stack_chain(stack, desc);
	int sight = ENCASE_SEES_NOTHING;

	if (!step)
		return -ENOSYS;
	for (; step->depth; step++) {
		int more = sight_of(step, desc);

		if (more > sight)
			sight = more;
	}
	return sight;
}
