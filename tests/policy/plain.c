/* SPDX-License-Identifier: MIT */
/*
 * Linux's table and a C function for each of its calls; see plain.h.
 *
 * The functions are generated: none looks at its arguments.
 */
#include "plain.h"

#include <errno.h>
#include <string.h>

#include <encase/format.h>
#include <encase/table.h>

/* clang-format off */
#define PLAIN(c, i, arg)    PLAIN_ arg
#define PLAIN_(t, a, ...)     { sizeof(t) }
#define GROUP_(c, i, g)     [encase_group_##g] = 1
#define GROUPS(...)         ENC_LIST(GROUP_, , ##__VA_ARGS__)

const struct plain_call plain[] = {
#define GROUP(...)
#define CALL(c, number, type, res, cls, groups, ...)                                   \
	{ &encase_desc_##c, #c, ENC_COUNT(__VA_ARGS__), { ENC_LIST(PLAIN, , ##__VA_ARGS__) }, \
	  { GROUPS groups } },
#include <encase/linux.def>
#undef CALL
#undef GROUP
};
const size_t nplain = sizeof(plain) / sizeof(plain[0]);

/* The groups above each. */
static const unsigned char above[encase_ngroups][encase_ngroups] = {
#define CALL(...)
#define GROUP(g, shown, ...) [encase_group_##g] = { [encase_group_##g] = 1, ENC_LIST(GROUP_, , ##__VA_ARGS__) },
#include <encase/linux.def>
#undef CALL
#undef GROUP
};

static int is_below(unsigned group, unsigned top)
{
	for (unsigned i = 0; i < encase_ngroups; i++)
		if (above[group][i] && (i == top || (i != group && is_below(i, top))))
			return 1;
	return 0;
}

int plain_is_in(const struct plain_call *call, unsigned group)
{
	for (unsigned i = 0; i < encase_ngroups; i++)
		if (call->in_group[i] && is_below(i, group))
			return 1;
	return 0;
}

static struct {
	long result;
	int error;
	_Atomic unsigned count;
} fake;

static long answer(void)
{
	fake.count++;
	if (!fake.error)
		return fake.result;
	errno = fake.error;
	return -1;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#define GROUP(...)
#define CALL(c, number, type, res, cls, groups, ...)                                   \
	static type fake_##c(ENC_PARAMS(__VA_ARGS__))                                  \
	{                                                                              \
		return (type) answer();                                                \
	}
#include <encase/linux.def>
#undef CALL
#pragma GCC diagnostic pop

const struct encase_function plain_functions[] = {
#define CALL(c, ...) ENCASE_FUNCTION(c, fake_##c),
#include <encase/linux.def>
#undef CALL
#undef GROUP
	ENCASE_FUNCTION_END
};
/* clang-format on */

void plain_answers(long result)
{
	fake.result = result;
	fake.error = 0;
	fake.count = 0;
}

void plain_fails(int error)
{
	plain_answers(-1);
	fake.error = error;
}

unsigned plain_count(void)
{
	return fake.count;
}

/* With a 0x40 in each: as the flags of an open(), and others, it says that all arguments are there. */
#define WORD(n) (UINT64_C(0xf1f2f3f4f5f6f740) + (n))
const encase_word plain_words[ENCASE_MAX_ARGS] = { WORD(0), WORD(1), WORD(2), WORD(3),
						   WORD(4), WORD(5), WORD(6), WORD(7) };

/* The bits of argument i in a word. */
static unsigned long long bits(const struct plain_call *call, size_t i, encase_word word)
{
	size_t unused = 64 - 8 * call->arg[i].size;

	return word << unused >> unused;
}

int plain_same(const struct plain_call *call, const encase_word *words)
{
	for (size_t i = 0; i < call->nargs; i++)
		if (bits(call, i, words[i]) != bits(call, i, plain_words[i]))
			return 0;
	return 1;
}

const char *plain_shown(const struct plain_call *call, int error)
{
	static char text[1024];
	const struct encase_outcome outcome = { .error = error };
	size_t n = encase_format(text, sizeof(text), call->desc, plain_words, &outcome, NULL);

	return n < sizeof(text) ? text : "too long";
}

int plain_may_stay_away(const struct plain_call *call)
{
	return !strncmp(call->name, "exec", 4) || !strncmp(call->name, "exit", 4) ||
	       !strcmp(call->name, "rt_sigreturn");
}
