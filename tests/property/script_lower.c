/* SPDX-License-Identifier: MIT */
/*
 * The lower layer of both cages, and the functions by which rules find handlers.
 *
 * It brings arguments within reach mostly, logs them, writes to those that the
 * call writes, and returns results and errors of all sorts.  It has no frame: it
 * is nobody's handler, and its forwards are refused.
 */
#include <errno.h>

#include "hits.h"
#include "script.h"

static void look(struct sight *sight, bool reached)
{
	for (unsigned i = 0; i < sight->shape.nargs; i++) {
		if (!points(&sight->shape, i))
			sight->word[i] = encase_widen(sight->shape.arg[i].type,
						      run.engine->arg_word(sight->call, i));
		else if (reached)
			sight->word[i] = (uintptr_t) run.engine->arg(sight->call, i);
	}
	sight_measure(sight);
}

/* Whom it is told that it works for; below says so, too. */
static void log_caller(void *below)
{
	if (run.engine->self() != below || run.engine->caller() != *(struct encase_cage **) below)
		script_log("! the lower layer works for another cage");
}

static void step(const struct sight *sight)
{
	uint64_t dice = random_below(&run.random, 100);
	struct gift gift;

	if (dice < 8 && sight->desc) {
		gift_other(sight, sight->desc, &gift);
		script_next(sight->desc, &gift);
	} else if (dice < 16) {
		script_nested_gate(true);
	} else if (dice < 18) {
		script_log("set a0: %d", run.engine->set_arg(sight->call, 0, 0));
	}
}

static long lower_result(const struct sight *sight)
{
	uint64_t dice = random_below(&run.random, 100);
	int error;

	if (dice < 65)
		return (long) result_good(sight);
	if (dice < 75)
		return (long) result_nonsense(sight);
	error = random_errno();
	if (dice < 85 || sight->shape.result == ENCASE_OVERLAPS)
		return run.engine->fail(sight->call, error);
	return -error;
}

static long lower_call(void *below, const void *bound, struct encase_call *call)
{
	struct sight sight;
	bool reaches = random_chance(&run.random, 88);
	int before = errno, rc = 0;
	long result;

	(void) bound;
	log_caller(below);
	sight_begin(&sight, run.engine->call_desc(call), call, NULL);
	sight.below = true;
	run.events++;
	if (reaches)
		rc = run.engine->reach(call);
	if (rc) {
		script_log("_ cannot reach: %d errno=%d", rc, errno);
		return sight.shape.result == ENCASE_OVERLAPS ? run.engine->fail(call, -rc) : rc;
	}
	look(&sight, reaches);
	sight_log(&sight, reaches ? "_" : "_ (unreached)");
	script_log("_ errno=%d", errno);
	step(&sight);
	log_caller(below);
	sight_scribble(&sight);
	sight_turn(&sight);
	result = lower_result(&sight);
	script_log("_ < %#lx", (unsigned long) result);
	errno = before;
	return result;
}

const struct encase_lower script_lower = { .name = "script", .call = lower_call };

/* -- Handlers by number --------------------------------------------------- */

/* Numbers are octal: 00 to 77. */
/* clang-format off */
#define EIGHT(m, n) m(n##0) m(n##1) m(n##2) m(n##3) m(n##4) m(n##5) m(n##6) m(n##7)
#define SIXTYFOUR(m) EIGHT(m, 0) EIGHT(m, 1) EIGHT(m, 2) EIGHT(m, 3) \
		     EIGHT(m, 4) EIGHT(m, 5) EIGHT(m, 6) EIGHT(m, 7)
/* clang-format on */
#define HANDLERS(n)                                                                              \
	static encase_word natural_##n(const struct encase_desc *desc, const encase_word *words) \
	{                                                                                        \
		return script_natural(0##n, desc, words);                                        \
	}                                                                                        \
	static long raw_##n(struct encase_call *call)                                            \
	{                                                                                        \
		return script_raw(0##n, call);                                                   \
	}
#define NATURAL_NAME(n) natural_##n,
#define RAW_NAME(n)     raw_##n,

SIXTYFOUR(HANDLERS)

_Static_assert(CAGES *LAYERS *RULES <= 0100, "a handler for each rule");

encase_fn *script_handler(unsigned number, bool raw)
{
	static kit_fn *const naturals[] = { SIXTYFOUR(NATURAL_NAME) };
	static encase_raw_fn *const raws[] = { SIXTYFOUR(RAW_NAME) };

	return raw ? (encase_fn *) raws[number] : (encase_fn *) naturals[number];
}
