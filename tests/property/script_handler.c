/* SPDX-License-Identifier: MIT */
/*
 * What handlers do.
 *
 * Most forward once and return what came back; all else that a handler may do, and
 * much that it should not, some do now and then.  Raw handlers keep their side of
 * the document's rule 5.4 and leave errno as they found it.
 */
#include <errno.h>
#include <string.h>

#include "hits.h"
#include "script.h"

/* A handler's course: what it sees, and the last that came back. */
struct course {
	struct sight sight;
	struct gift stands; /* what a raw forward gives, but for null where that is as it arrived */
	unsigned forwards;
	encase_word result; /* of the last forward of the same call */
};

static void log_visit(const struct sight *sight, unsigned number, const char *how)
{
	unsigned cage = number / (LAYERS * RULES), layer = number / RULES % LAYERS;
	struct text text = { .used = 0 };
	void *expected = NULL;

	script_start(&expected, scenario_options(cage, layer));
	text_add(&text,
		 "> %s rule %u, %s, errno=%d%s%s:", run.scenario->stack[cage].layer[layer].name,
		 number % RULES, how, errno, run.engine->self() == expected ? "" : " not itself",
		 run.engine->caller() == run.cage[cage] ? "" : " not its cage's");
	sight_log(sight, text.at);
}

/* After a forward or a gate the running handler must be the same as before. */
static void log_self(unsigned number)
{
	void *expected = NULL;

	script_start(&expected,
		     scenario_options(number / (LAYERS * RULES), number / RULES % LAYERS));
	if (run.engine->self() != expected)
		script_log("! encase_self() is not what it was");
	if (run.engine->caller() != run.cage[number / (LAYERS * RULES)])
		script_log("! encase_caller() is not what it was");
}

encase_word script_next(const struct encase_desc *desc, const struct gift *gift)
{
	encase_word words[ENCASE_MAX_ARGS], result;
	struct text text = { .used = 0 };

	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++)
		words[i] = gift->word[i];
	text_add_call(&text, desc);
	script_log("next %s%s", text.at, gift->how.at);
	run.depth++;
	result = encase_widen(desc->type, run.engine->next(desc, words));
	run.depth--;
	script_log("next %s = %#llx errno=%d", text.at, (unsigned long long) result, errno);
	return result;
}

static void forward_same(struct course *course)
{
	struct gift gift;

	if (!course->sight.desc)
		return;
	gift_same(&course->sight, &gift);
	course->result = script_next(course->sight.desc, &gift);
	course->forwards++;
	if (course->sight.call) {
		hit(HIT_RAW_NEXT);
		script_log("failed=%d", run.engine->failed(course->sight.call));
	}
}

static void forward_other(struct course *course)
{
	const struct encase_desc *desc = scenario_call(run.scenario, &run.random);
	struct gift gift;

	if (desc == course->sight.desc)
		return;
	gift_other(&course->sight, desc, &gift);
	script_next(desc, &gift);
}

/* What was set may have changed the shape. */
static void fit(struct course *course)
{
	struct gift gift = course->stands;

	gift.how.used = 0;
	gift.how.at[0] = 0;
	gift_fit(&course->sight, &gift, true);
	course->stands.shape = gift.shape;
	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++) {
		if (gift.word[i] == course->stands.word[i])
			continue;
		script_log("set a%u for the shape%s: %d", i, gift.how.at,
			   run.engine->set_arg(course->sight.call, i, gift.word[i]));
		course->stands.word[i] = gift.word[i];
	}
}

/* What was set may have become too long for what is there: a null is not. */
static void vouch(struct course *course)
{
	const struct encase_desc *shape = &course->stands.shape;

	fit(course);
	for (unsigned i = 0; i < shape->nargs; i++) {
		if (!gift_too_long(&course->sight, shape, &course->stands, i))
			continue;
		course->stands.word[i] = (uintptr_t) ENCASE_NULL;
		script_log("set a%u=ENCASE_NULL, too long: %d", i,
			   run.engine->set_arg(course->sight.call, i, course->stands.word[i]));
	}
}

static void forward_raw(struct course *course)
{
	struct encase_call *call = course->sight.call;
	long result;

	vouch(course);
	script_log("forward");
	run.depth++;
	result = run.engine->forward(call);
	run.depth--;
	course->result = (encase_word) result;
	course->forwards++;
	script_log("forward = %#lx errno=%d failed=%d", (unsigned long) result, errno,
		   run.engine->failed(call));
}

/* -- Raw handlers --------------------------------------------------------- */

static void look(struct sight *sight)
{
	for (unsigned i = 0; i < sight->shape.nargs; i++) {
		if (points(&sight->shape, i))
			sight->word[i] = (uintptr_t) run.engine->arg(sight->call, i);
		else
			sight->word[i] = encase_widen(sight->shape.arg[i].type,
						      run.engine->arg_word(sight->call, i));
	}
	sight_measure(sight);
}

static void fetch(struct course *course, unsigned i)
{
	struct text text = { .used = 0 };
	size_t len = 0;
	void *data = NULL;
	int rc = run.engine->arg_data(course->sight.call, i, &data, &len);

	if (!rc && data && (is_vector(&course->sight.shape, i) || is_nest(&course->sight.shape, i)))
		text_add(&text, "%zu bytes with pointers", len);
	else if (!rc && data)
		text_add_bytes(&text, data, len);
	script_log("data a%u: %d %s %s", i, rc, data ? "" : "null", text.used ? text.at : "");
	if (!rc && data != run.engine->arg(course->sight.call, i))
		script_log("! encase_arg() is not what encase_arg_data() said");
	look(&course->sight);
	for (unsigned j = 0; j < course->sight.shape.nargs && !rc; j++)
		if (j == i ||
		    (is_pointed(&course->sight.shape, i) && course->sight.shape.arg[i].count == j))
			course->stands.word[j] = course->sight.word[j];
}

static void set(struct course *course, unsigned i)
{
	struct encase_call *call = course->sight.call;
	bool pointer = points(&course->sight.shape, i);
	struct gift gift = course->stands;
	void *seen = run.engine->arg(call, i);
	encase_word word = run.engine->arg_word(call, i);
	int rc;

	gift.how.used = 0;
	gift_change(&course->sight, &gift, i);
	if (!pointer && random_chance(&run.random, 30))
		gift.word[i] ^= random_word(&run.random) << 32;
	rc = run.engine->set_arg(call, i, gift.word[i]);
	script_log("set%s %#llx: %d", gift.how.at,
		   pointer ? 0ULL : (unsigned long long) gift.word[i], rc);
	if (!rc)
		course->stands.word[i] = gift.word[i];
	if (run.engine->arg(call, i) != seen || run.engine->arg_word(call, i) != word)
		script_log("! encase_set_arg() changed what is seen");
}

/* What was set counts no more. */
static void set_back(struct course *course, unsigned i)
{
	int rc = run.engine->set_arg(course->sight.call, i, 0);

	script_log("set a%u to nothing: %d", i, rc);
	if (!rc)
		course->stands.word[i] = 0;
}

/* One argument, its count, the same again; some of them are fetched, too, or forwarded. */
static void set_some(struct course *course)
{
	unsigned n = course->sight.shape.nargs;
	unsigned i = (unsigned) random_below(&run.random, n + 1U);
	bool as_it_arrived;

	if (i == n) { /* which another shape may have */
		int rc = run.engine->set_arg(course->sight.call, i, 1);

		script_log("set a%u: %d", i, rc);
		if (!rc)
			course->stands.word[i] = 1;
		return;
	}
	set(course, i);
	as_it_arrived = course->stands.word[i] == run.engine->arg_word(course->sight.call, i);
	if (is_counted(&course->sight.shape, i) &&
	    random_chance(&run.random, as_it_arrived ? 90 : 40))
		set(course, course->sight.shape.arg[i].count);
	if (random_chance(&run.random, 15))
		set(course, i);
	if (points(&course->sight.shape, i) && random_chance(&run.random, 15))
		set_back(course, i);
	if (random_chance(&run.random, 25))
		fetch(course, i);
	if (random_chance(&run.random, 60))
		forward_raw(course);
}

/* Any argument, and some that are none; buffers with their length behind a pointer rather often. */
static unsigned what_to_fetch(const struct course *course)
{
	const struct encase_desc *shape = &course->sight.shape;
	unsigned i = (unsigned) random_below(&run.random, shape->nargs + 2U);

	for (unsigned j = 0; j < shape->nargs; j++)
		if (points(shape, j) && is_pointed(shape, j) && random_chance(&run.random, 80))
			return j;
	return i;
}

static void raw_step(struct course *course)
{
	uint64_t dice = random_below(&run.random, 100);

	if (dice < 40)
		forward_raw(course);
	else if (dice < 58)
		set_some(course);
	else if (dice < 67)
		forward_same(course);
	else if (dice < 73)
		forward_other(course);
	else if (dice < 76)
		script_nested_gate(false);
	else if (dice < 81)
		sight_scribble(&course->sight);
	else if (dice < 88)
		sight_turn(&course->sight);
	else
		fetch(course, what_to_fetch(course));
}

static long raw_result(struct course *course)
{
	uint64_t dice = random_below(&run.random, 100);
	int error;

	if (course->forwards && dice < 75)
		return (long) course->result;
	if (dice < 82)
		return (long) result_good(&course->sight);
	if (dice < 88)
		return (long) result_nonsense(&course->sight);
	error = random_errno();
	script_log("fails with %d", error);
	if (dice < 94 || course->sight.shape.result == ENCASE_OVERLAPS)
		return run.engine->fail(course->sight.call, error);
	return -error;
}

static unsigned random_steps(void)
{
	static const uint8_t steps[] = { 0, 1, 1, 1, 1, 1, 2, 2, 2, 3, 4 };

	return script_weary() ? 0 : RANDOM_OF(&run.random, steps);
}

static void note(const struct course *course)
{
	if (course->forwards == 0)
		hit(HIT_NO_FORWARD);
	if (course->forwards > 1)
		hit(HIT_FORWARD_AGAIN);
}

long script_raw(unsigned number, struct encase_call *call)
{
	struct course course = { .forwards = 0 };
	int before = errno;
	long result;

	sight_begin(&course.sight, run.engine->call_desc(call), call, NULL);
	run.events++;
	look(&course.sight);
	memcpy(course.stands.word, course.sight.word, sizeof(course.stands.word));
	course.stands.shape = course.sight.shape;
	log_visit(&course.sight, number, "raw");
	for (unsigned n = random_steps(); n && !script_weary(); n--) {
		raw_step(&course);
		log_self(number);
	}
	note(&course);
	result = raw_result(&course);
	script_log("< %#lx", (unsigned long) result);
	errno = before;
	return result;
}

/* -- Natural handlers ----------------------------------------------------- */

static void natural_step(struct course *course)
{
	uint64_t dice = random_below(&run.random, 100);

	if (dice < 65)
		forward_same(course);
	else if (dice < 76)
		forward_other(course);
	else if (dice < 82)
		script_nested_gate(false);
	else if (dice < 86)
		sight_scribble(&course->sight);
	else if (dice < 97)
		sight_turn(&course->sight);
	else
		errno = (int) random_below(&run.random, 100);
}

static encase_word natural_result(struct course *course)
{
	static const int no_errno[] = { 4096, -1, 5000, INT32_MIN, INT32_MAX };
	uint64_t dice = random_below(&run.random, 100);

	if (course->forwards && dice < 75)
		return course->result;
	errno = random_errno();
	if (dice < 78)
		errno = 0;
	else if (dice < 81)
		errno = RANDOM_OF(&run.random, no_errno);
	if (dice < 89)
		return course->sight.shape.fail;
	if (dice < 95)
		return result_good(&course->sight);
	return result_nonsense(&course->sight);
}

encase_word script_natural(unsigned number, const struct encase_desc *desc,
			   const encase_word *words)
{
	struct course course = { .forwards = 0 };
	encase_word result;

	sight_begin(&course.sight, desc, NULL, words);
	run.events++;
	for (unsigned i = 0; i < desc->nargs; i++)
		course.sight.word[i] = words[i];
	sight_measure(&course.sight);
	log_visit(&course.sight, number, "natural");
	for (unsigned i = course.sight.shape.nargs; i < desc->nargs; i++)
		if (words[i])
			script_log("! an argument that is not there is %#llx",
				   (unsigned long long) words[i]);
	for (unsigned n = random_steps(); n && !script_weary(); n--) {
		natural_step(&course);
		log_self(number);
	}
	note(&course);
	result = natural_result(&course);
	script_log("< %#llx errno=%d", (unsigned long long) result, errno);
	return result;
}
