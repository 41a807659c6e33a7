/* SPDX-License-Identifier: MIT */
/*
 * Stacks that are resolved before run time: a layer's own file, compiled into direct calls.
 *
 * A C file for each layer of such a stack says which one it is, and what lies below:
 *
 *     #define ENCASE_STATIC             counted            the functions made: counted_write(), ...
 *     #define ENCASE_STATIC_FILE        "write_counter.c"  the layer's file, as it is
 *     #define ENCASE_STATIC_LAYER       write_counter      the layer in it
 *     #define ENCASE_STATIC_OVER_KERNEL                    below is the kernel, or
 *     #define ENCASE_STATIC_OVER        traced             a layer that was made like this, or
 *     #define ENCASE_STATIC_OVER_FUNCTIONS bottom          C functions bottom_write(), ...; where one
 *                                                          is not there, the call fails with ENOSYS
 *     #include <encase/static.h>
 *
 * and has of it, for each call of the table,
 *
 *     counted_write()       an ordinary function with the call's prototype, that makes it (to be
 *                           declared by that: encase_write_fn counted_write;)
 *     counted_from_write()  the same for the layer above
 *
 * and
 *
 *     int start_counted(struct encase_cage *cage, const char *options);
 *     void *state_counted(void);
 *     void stop_counted(void);
 *
 * to be called before the first call and after the last: encase_static_start(), which has the errors,
 * the layer's state, and encase_static_stop().  Layers below are started first.
 *
 * A call for which the layer has no rule is a call of what lies below, and nothing else.  A handler is
 * inlined.  What is passed by it stays where it is, in its register.  Copies, verdicts, ENCASE_ONCE,
 * ENCASE_REPLACE, ENCASE_NULLIFY and calls that vary take a function of the library's on the way
 * down, and one on the way up.
 *
 * The stack is the same for all of a program, and never changes.  What needs the router does not
 * compile: raw handlers, and with them rules for groups and for any call (but verdicts for these
 * are fine), handlers with "...", and encase_push(), encase_pop() and encase_end() in the file.  See
 * encase_static(7) for what else differs, and when to use which.
 *
 * Macros of the layer's file that are named as words of a table, as SIZE, are undone behind it.
 *
 * The table is Linux's, or that of ENCASE_PREFIX and ENCASE_TABLE, whose declarations have been included.
 */
/* clang-format off */
#ifndef __OPTIMIZE__
#error "encase/static.h: rules are resolved by the optimiser: compile with -O1 or above"
#endif
#if !defined(ENCASE_STATIC) || !defined(ENCASE_STATIC_FILE) || !defined(ENCASE_STATIC_LAYER)
#error "encase/static.h: define ENCASE_STATIC, ENCASE_STATIC_FILE and ENCASE_STATIC_LAYER first"
#endif
#if defined(ENCASE_STATIC_OVER) + defined(ENCASE_STATIC_OVER_FUNCTIONS) + defined(ENCASE_STATIC_OVER_KERNEL) != 1
#error "encase/static.h: define one of ENCASE_STATIC_OVER, _OVER_FUNCTIONS and _OVER_KERNEL"
#endif
#ifdef ENCASE_STATIC_H
#error "encase/static.h: one layer in a C file"
#endif
#define ENCASE_STATIC_H

#include <encase.h>

#ifndef ENCASE_PREFIX
#define ENCASE_PREFIX encase
#define ENCASE_TABLE  "linux.def"
#endif
#define ENCASE_MACROS_ONLY
#include "define.h"
#include "static_inside.h"
#include "static_table.h"

/* -- This layer's state, and where calls and groups stand in the table ------ */

static struct encase_static enc_static;
static _Thread_local struct enc_static_frame *enc_static_top __attribute__((tls_model("initial-exec")));
static _Thread_local int *enc_static_errno __attribute__((tls_model("initial-exec")));

enum {
	ENC_CAT(ENCASE_PREFIX, _nth_),
#define GROUP(...)
#define CALL(c, ...) ENC_S_NTH(c),
#include ENCASE_TABLE
#undef CALL
#undef GROUP
};
#define CALL(...)
#define GROUP(g, shown, ...)                                                                       \
	__extension__ enum {                                                                       \
		ENC_NAME(_static_groups_, g) = UINT64_C(1) << ENC_NAME(_group_, g)                 \
			ENC_S_EACH_GROUP(__VA_ARGS__)                                              \
	};
#include ENCASE_TABLE
#undef CALL
#undef GROUP
#define GROUP(...)

/* -- What lies below: enc_below_c() ---------------------------------------- */

#if defined(ENCASE_STATIC_OVER)
#define ENC_B(c)      ENC_CAT3(ENCASE_STATIC_OVER, _, c)
#define ENC_B_FROM(c) ENC_CAT3(ENCASE_STATIC_OVER, _from_, c)
#define ENC_BELOW(c, number, rtype, res, ...)                                                      \
	ENC_NAME(_, c##_fn) ENC_B(c);                                                              \
	rtype ENC_B_FROM(c)(ENC_S_PARAMS(unsigned enc_theirs, __VA_ARGS__));                       \
	ENC_STATIC_INLINE rtype enc_below_##c(ENC_S_PARAMS(unsigned enc_theirs, __VA_ARGS__))      \
	{                                                                                          \
		if (__builtin_constant_p(enc_theirs) && enc_theirs == ENC_STATIC_THEIRS)           \
			return ENC_B(c)(ENC_S_ARGS(__VA_ARGS__));                                  \
		return ENC_B_FROM(c)(ENC_S_MORE(enc_theirs, __VA_ARGS__));                         \
	}
#elif defined(ENCASE_STATIC_OVER_FUNCTIONS)
#define ENC_B(c)      ENC_CAT3(ENCASE_STATIC_OVER_FUNCTIONS, _, c)
#define ENC_BELOW(c, number, rtype, res, ...)                                                      \
	ENC_NAME(_, c##_fn) ENC_B(c) __attribute__((weak));                                        \
	rtype ENC_B(c)(ENC_PARAMS(__VA_ARGS__))                                                    \
	{                                                                                          \
		ENC_EACH(ENC_UNUSED, __VA_OPT__(,) __VA_ARGS__)                                    \
		if (ENC_S_RES(ENC_S_HOW, rtype, res) == ENCASE_NEVER)                              \
			return ENC_FROM_WORD(rtype, (encase_word) -ENOSYS);                        \
		enc_static_fail(ENOSYS);                                                           \
		return ENC_S_RES(ENC_S_FAIL, rtype, res);                                          \
	}                                                                                          \
	ENC_STATIC_INLINE rtype enc_below_##c(ENC_S_PARAMS(unsigned enc_theirs, __VA_ARGS__))      \
	{                                                                                          \
		(void) enc_theirs;                                                                 \
		return ENC_B(c)(ENC_S_ARGS(__VA_ARGS__));                                          \
	}
#else
#define ENC_BELOW(c, number, rtype, res, ...)                                                      \
	ENC_STATIC_INLINE rtype enc_below_##c(ENC_S_PARAMS(unsigned enc_theirs, __VA_ARGS__))      \
	{                                                                                          \
		const encase_word enc_words[] = ENC_S_WORDS(__VA_ARGS__);                          \
		encase_word enc_result = (encase_word) enc_static_syscall(                         \
			number, enc_words, sizeof(enc_words) / sizeof(*enc_words));                \
		(void) enc_theirs;                                                                 \
		if (ENC_S_RES(ENC_S_HOW, rtype, res) != ENCASE_FAILS ||                            \
		    __builtin_expect(enc_result <= (encase_word) -4096, 1))                        \
			return ENC_FROM_WORD(rtype, enc_result);                                   \
		enc_static_fail((int) -enc_result);                                                \
		return ENC_S_RES(ENC_S_FAIL, rtype, res);                                          \
	}
#endif
#define CALL(c, number, rtype, res, cls, groups, ...) ENC_BELOW(c, number, rtype, res __VA_OPT__(,) __VA_ARGS__)
#include ENCASE_TABLE
#undef CALL

/* -- Forwards: enc_next_c(), which P_next_c() of this file is ----------------- */

#define ENC_NEXT(c, rtype, res, cls, ...)                                                          \
	/* Of another call, of one that is not all passed by, and of the router's. */              \
	static __attribute__((noinline, unused)) rtype enc_give_##c(ENC_PARAMS(__VA_ARGS__))       \
	{                                                                                          \
		struct enc_static_frame *enc_frame = enc_static_top;                               \
		encase_word enc_words[] = ENC_S_WORDS(__VA_ARGS__);                                \
		unsigned enc_theirs;                                                               \
		rtype enc_result;                                                                  \
		int enc_err;                                                                       \
		if (!enc_frame)                                                                    \
			return ENC_FROM_WORD(rtype, encase_next(&ENC_NAME(_desc_, c), enc_words)); \
		enc_err = encase_static_next(enc_frame->odd, &ENC_NAME(_desc_, c), enc_words, &enc_theirs); \
		if (enc_err) {                                                                     \
			enc_static_fail(-enc_err);                                                 \
			return ENC_S_RES(ENC_S_FAIL, rtype, res);                                  \
		}                                                                                  \
		enc_static_top = NULL;                                                             \
		enc_result = enc_below_##c(                                                        \
			ENC_LIST(ENC_TAKEN, __VA_OPT__(,) __VA_ARGS__) __VA_OPT__(,) enc_theirs);  \
		enc_static_top = enc_frame;                                                        \
		return enc_result;                                                                 \
	}                                                                                          \
	/* All of its pointers are passed by: those that are null go down as they arrived. */      \
	ENC_STATIC_INLINE rtype enc_next_##c(ENC_PARAMS(__VA_ARGS__))                              \
	{                                                                                          \
		struct enc_static_frame *enc_frame = enc_static_top;                               \
		int enc_refused = 0;                                                               \
		rtype enc_result;                                                                  \
		if (__builtin_expect(!enc_frame || enc_frame->call != ENC_S_NTH(c), 0))            \
			return enc_give_##c(ENC_S_ARGS(__VA_ARGS__));                              \
		ENC_EACH(ENC_GIVE, __VA_OPT__(,) __VA_ARGS__)                                      \
		if (enc_refused) {                                                                 \
			enc_static_fail(EINVAL);                                                   \
			return ENC_S_RES(ENC_S_FAIL, rtype, res);                                  \
		}                                                                                  \
		enc_static_top = NULL;                                                             \
		enc_result = enc_below_##c(ENC_S_MORE((unsigned) enc_frame->theirs, __VA_ARGS__)); \
		enc_static_top = enc_frame;                                                        \
		return enc_result;                                                                 \
	}
#define ENC_TAKEN(c, i, arg)           ENC_TAKEN_1(i, ENC_STRIP arg)
#define ENC_TAKEN_1(...)               ENC_TAKEN_2(__VA_ARGS__)
#define ENC_TAKEN_2(i, t, ...)         ENC_FROM_WORD(t, enc_words[i])
#define CALL(c, number, rtype, res, cls, groups, ...) ENC_NEXT(c, rtype, res, cls __VA_OPT__(,) __VA_ARGS__)
#include ENCASE_TABLE
#undef CALL
#include "static_next.h"
#define encase_self()   (enc_static_top ? enc_static.state : (encase_self)())
#define encase_caller() (enc_static_top ? enc_static.cage : (encase_caller)())

/* -- The layer, its rules knowing the place of their call in the table ------ */

#define ENC_S_REFUSED(true_, why)      (0 * sizeof(struct { int x; _Static_assert(true_, why); }))
#undef ENCASE_ON
#undef ENCASE_ON_IN
#undef ENCASE_FAIL
#undef ENCASE_FAIL_IN
#undef ENCASE_RETURN
#undef ENCASE_RETURN_IN
#undef ENCASE_ON_GROUP
#undef ENCASE_ON_GROUP_IN
#undef ENCASE_ON_ANY
#undef ENCASE_FAIL_GROUP
#undef ENCASE_FAIL_GROUP_IN
#undef ENCASE_FAIL_ANY
#undef ENCASE_END
#define ENCASE_ON(c, ...)              ENC_S_ON(encase_##c, encase_desc_##c, encase_nth_##c, __VA_ARGS__)
#define ENCASE_ON_IN(prefix, c, ...)   ENC_S_ON(prefix##_##c, prefix##_desc_##c, prefix##_nth_##c, __VA_ARGS__)
#define ENC_S_ON(name, desc, nth, ...) ENC_S_ON_1(name, desc, nth, __VA_ARGS__, )
#define ENC_S_ON_1(name, desc, nth, fn, ...)                                                       \
	{ ENC_ON_IS(&desc, name, struct name##_policy, fn, __VA_ARGS__),                           \
	  .call = (nth) + ENC_S_REFUSED(_Generic((fn), encase_raw_fn *: 0, default: 1),            \
					"a raw handler needs the router: encase/static.h") +       \
		  ENC_S_REFUSED(_Generic((fn), name##_variadic_fn *: 0, default: 1),               \
				"a handler with ... needs the router: encase/static.h") }
#define ENC_S_VERDICT(name, desc, nth, what, ...)                                                  \
	{ ENC_VERDICT_IS(&desc, struct name##_where, what, __VA_ARGS__, ), .call = (nth) }
#define ENCASE_FAIL(c, ...)            ENC_S_VERDICT(encase_##c, encase_desc_##c, encase_nth_##c, ENC_FAILS, __VA_ARGS__)
#define ENCASE_FAIL_IN(prefix, c, ...) ENC_S_VERDICT(prefix##_##c, prefix##_desc_##c, prefix##_nth_##c, ENC_FAILS, __VA_ARGS__)
#define ENCASE_RETURN(c, ...)          ENC_S_VERDICT(encase_##c, encase_desc_##c, encase_nth_##c, ENC_RETURNS, __VA_ARGS__)
#define ENCASE_RETURN_IN(prefix, c, ...) ENC_S_VERDICT(prefix##_##c, prefix##_desc_##c, prefix##_nth_##c, ENC_RETURNS, __VA_ARGS__)
#define ENC_S_MANY                                                                                 \
	{ .call = ENC_S_REFUSED(0, "a rule for many calls has a raw handler, which needs the "     \
				   "router: encase/static.h") }
#define ENCASE_ON_GROUP(...)           ENC_S_MANY
#define ENCASE_ON_GROUP_IN(...)        ENC_S_MANY
#define ENCASE_ON_ANY(...)             ENC_S_MANY
#define ENC_S_FAIL_MANY(in, number, errno_)                                                        \
	{ ENC_FAIL_MANY_IS(in, number, errno_), .call = ENC_STATIC_MANY }
#define ENCASE_FAIL_GROUP(g, errno_)   ENC_S_FAIL_MANY(&encase_calls, encase_group_##g, errno_)
#define ENCASE_FAIL_GROUP_IN(prefix, g, errno_) ENC_S_FAIL_MANY(&prefix##_calls, prefix##_group_##g, errno_)
#define ENCASE_FAIL_ANY(errno_)        ENC_S_FAIL_MANY(NULL, 0, errno_)
#define ENCASE_END                     ENC_STATIC_END, ENC_STATIC_ENDS_16, ENC_STATIC_ENDS_16
#define ENC_S_STAYS(...)                                                                           \
	((int) ENC_S_REFUSED(0, "a stack that is resolved before run time does not change: "       \
				"encase/static.h"))
#define encase_push                    ENC_S_STAYS
#define encase_pop                     ENC_S_STAYS
#define encase_end                     ENC_S_STAYS

#undef GROUP
#include ENCASE_STATIC_FILE
#include "static_words.h"
#define GROUP(...)

/* -- The functions that are made ------------------------------------------- */

int ENC_CAT(start_, ENCASE_STATIC)(struct encase_cage *cage, const char *options);
int ENC_CAT(start_, ENCASE_STATIC)(struct encase_cage *cage, const char *options)
{
	return encase_static_start(&enc_static, cage, &ENCASE_STATIC_LAYER, options);
}
void *ENC_CAT(state_, ENCASE_STATIC)(void);
void *ENC_CAT(state_, ENCASE_STATIC)(void)
{
	return enc_static.state;
}
void ENC_CAT(stop_, ENCASE_STATIC)(void);
void ENC_CAT(stop_, ENCASE_STATIC)(void)
{
	encase_static_stop(&enc_static);
}

#define ENC_MAKE(c, rtype, res, cls, groups, ...)                                                  \
	ENC_NAME(_, c##_fn) ENC_S(c);                                                              \
	rtype ENC_S_FROM(c)(ENC_S_PARAMS(unsigned enc_theirs, __VA_ARGS__));                       \
	/* Where errno is, is found by a thread's first call. */                                   \
	static __attribute__((noinline, cold, unused)) rtype enc_first_##c(                        \
		ENC_S_PARAMS(unsigned enc_theirs, __VA_ARGS__))                                    \
	{                                                                                          \
		enc_static_errno = &errno;                                                         \
		return ENC_S_FROM(c)(ENC_S_MORE(enc_theirs, __VA_ARGS__));                         \
	}                                                                                          \
	/* A handler that sees no pointer: the frame is known to the compiler, and may never be stored. */                                                      \
	ENC_STATIC_INLINE rtype enc_plain_##c(                                                     \
		ENC_S_PARAMS(unsigned enc_theirs, __VA_ARGS__), encase_fn *enc_handler)            \
	{                                                                                          \
		struct enc_static_frame enc_frame, *enc_outer = enc_static_top;                    \
		int *enc_error = enc_static_errno, enc_saved, enc_failed;                          \
		rtype enc_result;                                                                  \
		if (__builtin_expect(!enc_error, 0))                                               \
			return enc_first_##c(ENC_S_MORE(enc_theirs, __VA_ARGS__));                 \
		enc_saved = *enc_error;                                                            \
		*enc_error = 0;                                                                    \
		enc_frame.call = ENC_S_NTH(c);                                                     \
		enc_frame.theirs = enc_theirs;                                                     \
		enc_frame.odd = NULL;                                                              \
		ENC_EACH(ENC_KEEP, __VA_OPT__(,) __VA_ARGS__)                                      \
		enc_static_top = &enc_frame;                                                       \
		enc_result = ((ENC_NAME(_, c##_fn) *) enc_handler)(                                \
			ENC_LIST(ENC_SHOWN, __VA_OPT__(,) __VA_ARGS__));                           \
		enc_static_top = enc_outer;                                                        \
		enc_failed = enc_static_error(ENC_TYPE(rtype), ENC_TO_WORD(rtype, enc_result),     \
					  ENC_TO_WORD(rtype, ENC_S_RES(ENC_S_FAIL, rtype, res)),   \
					  ENC_S_RES(ENC_S_LIMIT, rtype, res), *enc_error);         \
		*enc_error = enc_failed ? enc_failed : enc_saved;                                  \
		return enc_failed ? ENC_S_RES(ENC_S_FAIL, rtype, res) : enc_result;                \
	}                                                                                          \
	ENC_STATIC_INLINE rtype enc_called_##c(encase_fn *enc_handler, const encase_word *words,   \
					       unsigned hidden)                                    \
	{                                                                                          \
		(void) words;                                                                      \
		(void) hidden;                                                                     \
		return ((ENC_NAME(_, c##_fn) *) enc_handler)(                                      \
			ENC_LIST(ENC_VALUE, __VA_OPT__(,) __VA_ARGS__));                           \
	}                                                                                          \
	ENC_STATIC_INLINE rtype enc_beneath_##c(const encase_word *enc_words, unsigned enc_theirs) \
	{                                                                                          \
		(void) enc_words;                                                                  \
		return enc_below_##c(                                                              \
			ENC_LIST(ENC_TAKEN, __VA_OPT__(,) __VA_ARGS__) __VA_OPT__(,) enc_theirs);  \
	}                                                                                          \
	/* All others. */                                                                          \
	ENC_STATIC_INLINE rtype enc_odd_##c(                                                       \
		ENC_S_PARAMS(unsigned enc_theirs, __VA_ARGS__), encase_fn *enc_handler)            \
	{                                                                                          \
		const encase_word enc_words[] = ENC_S_WORDS(__VA_ARGS__);                          \
		struct enc_static_frame enc_frame, *enc_outer = enc_static_top;                    \
		struct encase_static_call enc_call;                                                \
		encase_word enc_result;                                                            \
		switch (encase_static_enter(&enc_call, &enc_static, &ENC_NAME(_desc_, c), enc_words, \
					    enc_theirs, __builtin_dwarf_cfa())) {                  \
		case ENCASE_STATIC_BELOW:                                                          \
			return enc_beneath_##c(enc_call.words, enc_theirs);                        \
		case ENCASE_STATIC_ENDED:                                                          \
			return ENC_FROM_WORD(rtype, enc_call.result);                              \
		case ENCASE_STATIC_HANDLER:                                                        \
			break;                                                                     \
		}                                                                                  \
		enc_frame.call = 0;                                                                \
		enc_frame.odd = &enc_call;                                                         \
		enc_static_top = &enc_frame;                                                       \
		enc_result = ENC_TO_WORD(rtype, enc_called_##c(enc_handler, enc_call.words, enc_call.hidden)); \
		enc_static_top = enc_outer;                                                        \
		return ENC_FROM_WORD(rtype, encase_static_leave(&enc_call, enc_result));           \
	}                                                                                          \
	ENC_STATIC_INLINE rtype enc_run_##c(ENC_S_PARAMS(unsigned enc_theirs, __VA_ARGS__))        \
	{                                                                                          \
		const struct encase_rule *enc_rule = ENCASE_STATIC_LAYER.rules;                    \
		unsigned enc_found =                                                               \
			enc_static_find(enc_rule, ENC_S_NTH(c), 0 ENC_S_EACH_GROUP groups);        \
		if (!enc_found)                                                                    \
			return enc_below_##c(ENC_S_MORE(enc_theirs, __VA_ARGS__));                 \
		enc_rule += (enc_found - 1) % ENC_STATIC_VERDICT;                                  \
		if (enc_found < ENC_STATIC_VERDICT && !ENC_S_VARIES(cls) &&                        \
		    ENC_S_RES(ENC_S_HOW, rtype, res) == ENCASE_FAILS &&                            \
		    (!ENC_S_IS_DEEP(__VA_ARGS__) || enc_theirs == ENC_STATIC_THEIRS) &&            \
		    enc_static_passes_all(enc_rule->policy, ENC_S_POINTERS(__VA_ARGS__),           \
					  ENC_COUNT(__VA_ARGS__)))                                 \
			return enc_plain_##c(ENC_S_MORE(enc_theirs, __VA_ARGS__),                  \
					     enc_rule->handler);                                   \
		return enc_odd_##c(ENC_S_MORE(enc_theirs, __VA_ARGS__),                            \
				   enc_found == ENC_STATIC_VERDICT ? NULL : enc_rule->handler);    \
	}                                                                                          \
	__attribute__((flatten)) rtype ENC_S(c)(ENC_PARAMS(__VA_ARGS__))                           \
	{                                                                                          \
		return enc_run_##c(ENC_S_MORE(ENC_STATIC_THEIRS, __VA_ARGS__));                    \
	}                                                                                          \
	__attribute__((flatten)) rtype ENC_S_FROM(c)(ENC_S_PARAMS(unsigned enc_theirs, __VA_ARGS__)) \
	{                                                                                          \
		return enc_run_##c(ENC_S_MORE(enc_theirs, __VA_ARGS__));                           \
	}
#define ENC_SHOWN(c, i, arg)           ENC_FORM(ENC_SHOWN, c, i, arg)
#define ENC_SHOWN_SCALAR(c, i, t, a, ...) a
#define ENC_SHOWN_STRING(c, i, t, ...) (t) 0
#define ENC_SHOWN_BUFFER               ENC_SHOWN_STRING
#define ENC_SHOWN_OBJECT               ENC_SHOWN_STRING
#define ENC_SHOWN_POINTED              ENC_SHOWN_STRING
#define ENC_SHOWN_DEEP                 ENC_SHOWN_STRING
#define ENC_SHOWN_SELF                 ENC_SHOWN_STRING
#define ENC_SHOWN_VARYING              ENC_SHOWN_STRING
#define CALL(c, number, rtype, res, cls, groups, ...) ENC_MAKE(c, rtype, res, cls, groups __VA_OPT__(,) __VA_ARGS__)
#include ENCASE_TABLE
#undef CALL
#undef GROUP
