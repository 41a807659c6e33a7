/* SPDX-License-Identifier: MIT */
/*
 * What the macros of encase/test.h are made of; not to be included by itself.
 *
 * Types are checked by calling through a pointer of the call's own type: the pointer
 * is an encase_entry() of a cage of the kit's, whose lower layer takes the words
 * and makes the call in the test's cage, or compares them with what reached its bottom.
 */
#ifndef ENCASE_TEST_INSIDE_H
#define ENCASE_TEST_INSIDE_H

#include "test.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A number or a pointer of any type, until the call's type is known. */
enum encase_test_kind { ENC_TEST_SIGNED, ENC_TEST_UNSIGNED, ENC_TEST_FLOAT, ENC_TEST_POINTER };
struct encase_test_value {
	enum encase_test_kind kind;
	union {
		int64_t s;
		uint64_t u;
		double f;
		const void *p;
	};
};

struct encase_test_fill {
	unsigned arg;
	const void *from;
	size_t n;
};

extern const char encase_test_anything[];

struct encase_test *encase_test_new(const struct encase_interface *also,
				    const struct encase_layer *layer, const char *options,
				    encase_test_fail_fn *fail, const char *file, int line);
void encase_test_push(struct encase_test *t, int error, const struct encase_layer *layer,
		      const char *options, const char *file, int line);
void encase_test_answer(struct encase_test *t, const struct encase_desc *desc, int always,
			const char *file, int line, struct encase_test_value value,
			const struct encase_test_fill *fills);
void encase_test_answer_fail(struct encase_test *t, const struct encase_desc *desc, int error,
			     const char *file, int line);
void encase_test_answer_by(struct encase_test *t, const struct encase_desc *desc, encase_fn *fn);
/* A function of the call's type that makes the call; what must follow it. */
encase_fn *encase_test_call(struct encase_test *t, const struct encase_desc *desc);
void encase_test_called(struct encase_test *t, const char *file, int line);
long encase_test_call_words(struct encase_test *t, const struct encase_desc *desc,
			    const encase_word *words, const char *file, int line);
long encase_test_call_number(struct encase_test *t, const struct encase_interface *interface,
			     long number, const encase_word words[6], const char *file, int line);
void encase_test_expect(struct encase_test *t, int holds, const char *condition, const char *file,
			int line);
void encase_test_expect_result(struct encase_test *t, struct encase_test_value value,
			       const char *file, int line);
void encase_test_expect_errno(struct encase_test *t, int error, const char *file, int line);
/* A function of the call's type that takes what is expected; what must follow it. */
encase_fn *encase_test_expected(struct encase_test *t, const struct encase_desc *desc);
void encase_test_expect_reached(struct encase_test *t, const char *file, int line);
void encase_test_expect_words(struct encase_test *t, const struct encase_desc *desc,
			      const encase_word *words, const char *file, int line);
void encase_test_expect_not_reached(struct encase_test *t, const struct encase_desc *desc,
				    const char *file, int line);
void encase_test_expect_arg_untouched(struct encase_test *t, const struct encase_desc *desc,
				      unsigned arg, int written, const char *file, int line);
void encase_test_expect_untouched(struct encase_test *t, const char *file, int line);
void encase_test_expect_logged(struct encase_test *t, const char *file, int line,
			       const char *format, ...) __attribute__((format(printf, 4, 5)));
void encase_test_expect_not_logged(struct encase_test *t, const char *file, int line);

/* clang-format off */
static inline struct encase_test_value enc_test_signed(int64_t v)
{
	struct encase_test_value value;

	value.kind = ENC_TEST_SIGNED;
	value.s = v;
	return value;
}
static inline struct encase_test_value enc_test_unsigned(uint64_t v)
{
	struct encase_test_value value;

	value.kind = ENC_TEST_UNSIGNED;
	value.u = v;
	return value;
}
static inline struct encase_test_value enc_test_float(double v)
{
	struct encase_test_value value;

	value.kind = ENC_TEST_FLOAT;
	value.f = v;
	return value;
}
static inline struct encase_test_value enc_test_pointer(const void *v)
{
	struct encase_test_value value;

	value.kind = ENC_TEST_POINTER;
	value.p = v;
	return value;
}
/* clang-format on */

#ifdef __cplusplus
}
#endif

/* -- Failures of a file that includes Criterion are Criterion's. ---------- */

#if !defined(ENCASE_TEST_FAIL) && defined(CRITERION_H_)
static inline void enc_test_criterion(void *arg, const char *file, int line, const char *message)
{
	struct criterion_assert_stats stats = {
		.message = message,
		.passed = false,
		.line = (unsigned) line,
		.file = file,
	};

	(void) arg;
	criterion_send_assert(&stats);
	criterion_abort_test();
}
#define ENCASE_TEST_FAIL enc_test_criterion
#elif !defined(ENCASE_TEST_FAIL)
#define ENCASE_TEST_FAIL NULL
/* Nobody else tells that a test has failed. */
int encase_test_end(struct encase_test *t) __attribute__((warn_unused_result));
#endif

/* -- Macros --------------------------------------------------------------- */

/* clang-format off */
#define ENC_TEST_VALUE(v)                                                                  \
	_Generic((v), _Bool: enc_test_unsigned, char: enc_test_signed,                     \
		signed char: enc_test_signed, unsigned char: enc_test_unsigned,            \
		short: enc_test_signed, unsigned short: enc_test_unsigned, int: enc_test_signed, \
		unsigned: enc_test_unsigned, long: enc_test_signed,                        \
		unsigned long: enc_test_unsigned, long long: enc_test_signed,              \
		unsigned long long: enc_test_unsigned, float: enc_test_float,              \
		double: enc_test_float, default: enc_test_pointer)(v)

#define ENC_TEST_HERE __FILE__, __LINE__
#define ENC_TEST_NEW(also, layer, options)                                                 \
	encase_test_new((also), (layer), (options), ENCASE_TEST_FAIL, ENC_TEST_HERE)

/* The names of arguments are those of policies: a scalar has none that could be written. */
#define ENC_TEST_FILL(policy, i, fill)          ENC_TEST_FILL_1(policy, ENC_STRIP fill)
#define ENC_TEST_FILL_1(...)                    ENC_TEST_FILL_2(__VA_ARGS__)
#define ENC_TEST_FILL_2(policy, a, from, bytes) { offsetof(policy, a), (from), (bytes) },
#define ENC_TEST_ANSWER(desc, policy, always, t, value, ...)                               \
	encase_test_answer((t), &(desc), (always), ENC_TEST_HERE, ENC_TEST_VALUE(value),   \
			   (const struct encase_test_fill[]){                              \
				   ENC_EACH(ENC_TEST_FILL, policy __VA_OPT__(,) __VA_ARGS__) \
				   { 0, NULL, 0 } })
#define ENC_TEST_ANSWER_FAIL(desc, t, error)                                               \
	encase_test_answer_fail((t), &(desc), (error), ENC_TEST_HERE)
#define ENC_TEST_ANSWER_BY(desc, type, t, f)                                               \
	encase_test_answer_by((t), &(desc), (encase_fn *) _Generic(&(f), type *: (f)))

/* A call may be an argument of a call: so its name is its own. */
#define ENC_TEST_CALL(desc, type, t, ...)                                                  \
	ENC_TEST_CALL_1(ENC_CAT(enc_test_got, __COUNTER__), ENC_CAT(enc_test_result, __COUNTER__), \
			desc, type, t, __VA_ARGS__)
#define ENC_TEST_CALL_1(got, result, desc, type, t, ...)                                   \
	__extension__({                                                                    \
		__auto_type got = ((type *) encase_test_call((t), &(desc)))(__VA_ARGS__);  \
		encase_test_called((t), ENC_TEST_HERE);                                    \
		__typeof__(got) result __attribute__((unused));                            \
		result = got; /* of which no compiler says that it has no use */           \
	})
#define ENC_TEST_GIVES(desc, type, t, value, ...)                                          \
	((void) ENC_TEST_CALL(desc, type, t, __VA_ARGS__),                                 \
	 encase_test_expect_result((t), ENC_TEST_VALUE(value), ENC_TEST_HERE))
#define ENC_TEST_FAILS(desc, type, t, error, ...)                                          \
	((void) ENC_TEST_CALL(desc, type, t, __VA_ARGS__),                                 \
	 encase_test_expect_errno((t), (error), ENC_TEST_HERE))
#define ENC_TEST_REACHED(desc, type, t, ...)                                               \
	__extension__({                                                                    \
		((type *) encase_test_expected((t), &(desc)))(__VA_ARGS__);                \
		encase_test_expect_reached((t), ENC_TEST_HERE);                            \
	})
#define ENC_TEST_UNTOUCHED(desc, policy, arg, t, written)                                  \
	encase_test_expect_arg_untouched((t), &(desc), offsetof(policy, arg), (written),   \
					 ENC_TEST_HERE)
/* clang-format on */

#endif
