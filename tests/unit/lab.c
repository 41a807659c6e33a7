/* SPDX-License-Identifier: MIT */
/* The tests' own table as code, and handlers that only forward; see lab.h. */
#define LAB_NAME_OF_(t, a, ...) a
#define _GNU_SOURCE
#include <errno.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>

#include "lab.h"

#define ENCASE_PREFIX lab
#define ENCASE_TABLE  "lab.def"
#define ENCASE_NAME   "lab"
#include <encase/define.h>

struct lab_answer lab_answer;

/* clang-format off */
#define LAB_ARG(c, i, arg)    LAB_NAME_OF_ arg
#define IGNORE(c, i, arg) (void) LAB_NAME_OF_ arg;
#define GROUP(...)

#define PASS(prefix, c, type, ...)                                                                 \
	static type prefix##_pass_##c(ENC_PARAMS(__VA_ARGS__))                                     \
	{                                                                                          \
		return prefix##_next_##c(ENC_LIST(LAB_ARG, , ##__VA_ARGS__));                          \
	}
#define ANSWER(prefix, c, type, ...)                                                               \
	static type prefix##_answer_##c(ENC_PARAMS(__VA_ARGS__))                                   \
	{                                                                                          \
		ENC_EACH(IGNORE, , ##__VA_ARGS__)                                                  \
		lab_answer.calls++;                                                                \
		errno = lab_answer.error;                                                          \
		return ENC_FROM_WORD(type, lab_answer.word);                                       \
	}

#define CALL(c, number, type, res, cls, groups, ...)                                               \
	PASS(lab, c, type, ##__VA_ARGS__)                                                          \
	ANSWER(lab, c, type, ##__VA_ARGS__)
#include "lab.def"
#undef CALL
#define CALL(c, number, type, res, cls, groups, ...)                                               \
	PASS(encase, c, type, ##__VA_ARGS__)                                                       \
	ANSWER(encase, c, type, ##__VA_ARGS__)
#include <encase/linux.def>
#undef CALL

struct functions {
	encase_fn *pass, *answer;
};

static const struct functions lab_functions[] = {
#define CALL(c, ...) { (encase_fn *) lab_pass_##c, (encase_fn *) lab_answer_##c },
#include "lab.def"
#undef CALL
};

static const struct functions encase_functions[] = {
#define CALL(c, ...) { (encase_fn *) encase_pass_##c, (encase_fn *) encase_answer_##c },
#include <encase/linux.def>
#undef CALL
};
/* clang-format on */

static const struct functions *functions_of(const struct encase_desc *desc)
{
	return (desc->interface == &lab_calls ? lab_functions : encase_functions) + desc->index;
}

encase_fn *lab_forwarder(const struct encase_desc *desc)
{
	return functions_of(desc)->pass;
}

encase_fn *lab_answerer(const struct encase_desc *desc)
{
	return functions_of(desc)->answer;
}

long lab_forward(struct encase_call *call)
{
	return encase_forward(call);
}

long lab_reach(struct encase_call *call)
{
	int err = encase_reach(call);

	return err ? encase_fail(call, -err) : 0;
}

void lab_words(const struct encase_desc *desc, encase_word words[ENCASE_MAX_ARGS])
{
	static char zeros[ENCASE_MAX_ARGS][512] __attribute__((aligned(64)));

	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++)
		words[i] = desc->pointers >> i & 1 ? (uintptr_t) zeros[i] : 4;
}
