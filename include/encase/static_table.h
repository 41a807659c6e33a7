/* SPDX-License-Identifier: MIT */
/* What a table's entry says, for encase/static.h; needs the macros of encase/define.h. */
/* clang-format off */
#ifndef ENCASE_STATIC_TABLE_H
#define ENCASE_STATIC_TABLE_H

/* Names: of the functions that are made, and of a call's place in its table, from 1 on. */
#define ENC_S(c)      ENC_CAT3(ENCASE_STATIC, _, c)
#define ENC_S_FROM(c) ENC_CAT3(ENCASE_STATIC, _from_, c)
#define ENC_S_NTH(c)  ENC_NAME(_nth_, c)

/* -- What a table's entry says, as constants -------------------------------- */

#define ENC_S_RES(m, t, r)             ENC_S_RES_1(m, t, ENC_R_##r)
#define ENC_S_RES_1(...)               ENC_S_RES_2(__VA_ARGS__)
#define ENC_S_RES_2(m, t, form, ...)   m##_##form(t, __VA_ARGS__)
#define ENC_S_HOW_PLAIN(t, how, v)     (how)
#define ENC_S_HOW_LIMITED(t, a, moved) ENCASE_FAILS
#define ENC_S_FAIL_PLAIN(t, how, v)    ((t) (long) (v))
#define ENC_S_FAIL_LIMITED(t, a, moved) ((t) -1)
#define ENC_S_LIMIT_PLAIN(t, how, v)   0, 0
#define ENC_S_LIMIT_LIMITED(t, a, moved) 1, ENC_S_COUNT(a)
#define ENC_S_COUNT(a)                                                                             \
	enc_static_count(ENC_TYPE(__typeof__(a)), ENC_TO_WORD(__typeof__(a), a))
#define ENC_S_VARIES_SAME(...)         0
#define ENC_S_VARIES_SHAPED(...)       1
#define ENC_S_VARIES_VARIES(...)       1
#define ENC_S_VARIES(cls)              ENC_CLASS(ENC_S_VARIES, cls)
#define ENC_S_POINTERS(...)            (0U ENC_EACH(ENC_POINTERS, __VA_OPT__(,) __VA_ARGS__))
#define ENC_S_IS_DEEP(...)             (0 ENC_EACH(ENC_DEPTH, __VA_OPT__(,) __VA_ARGS__))
#define ENC_S_EACH_GROUP(...)          ENC_EACH(ENC_S_GROUPS, __VA_OPT__(,) __VA_ARGS__)
#define ENC_S_GROUPS(c, i, g)          | ENC_NAME(_static_groups_, g)

/* Pointers whose extent stands in memory. */
#define ENC_DEPTH(c, i, arg)           ENC_FORM(ENC_DEPTH, c, i, arg)
#define ENC_DEPTH_SCALAR(...)
#define ENC_DEPTH_STRING(...)
#define ENC_DEPTH_BUFFER(...)
#define ENC_DEPTH_OBJECT(...)
#define ENC_DEPTH_POINTED(...)         | 1
#define ENC_DEPTH_DEEP(...)            | 1
#define ENC_DEPTH_SELF(...)            | 1
#define ENC_DEPTH_VARYING(...)         | 1

/* Remembers pointers as they arrive, and takes what is given for them in a forward. */
#define ENC_KEEP(c, i, arg)            ENC_FORM(ENC_KEEP, c, i, arg)
#define ENC_KEEP_SCALAR(...)
#define ENC_KEEP_STRING(c, i, t, a, ...) enc_frame.words[i] = (encase_word) (uintptr_t) a;
#define ENC_KEEP_OBJECT                ENC_KEEP_STRING
#define ENC_KEEP_POINTED               ENC_KEEP_STRING
#define ENC_KEEP_SELF                  ENC_KEEP_STRING
#define ENC_KEEP_VARYING(...)
#define ENC_KEEP_BUFFER(c, i, t, a, n, dir, unit, len, ...)                                        \
	enc_frame.words[i] = (encase_word) (uintptr_t) a;                                              \
	enc_frame.lengths[i] = ENC_S_COUNT(len);
#define ENC_KEEP_DEEP                  ENC_KEEP_BUFFER

#define ENC_GIVE(c, i, arg)            ENC_FORM(ENC_GIVE, c, i, arg)
#define ENC_GIVE_SCALAR(...)
#define ENC_GIVE_VARYING(...)
#define ENC_GIVE_STRING(c, i, t, a, ...)                                                           \
	if (!a)                                                                                    \
		a = (t) (uintptr_t) enc_frame->words[i];                                               \
	else if (a == (t) ENCASE_NULL)                                                             \
		a = (t) 0;                                                                         \
	else                                                                                       \
		enc_refused = 1;
#define ENC_GIVE_OBJECT                ENC_GIVE_STRING
#define ENC_GIVE_POINTED               ENC_GIVE_STRING
#define ENC_GIVE_SELF                  ENC_GIVE_STRING
#define ENC_GIVE_BUFFER(c, i, t, a, n, dir, unit, len, ...)                                        \
	ENC_GIVE_STRING(c, i, t, a)                                                                \
	if ((encase_word) (uintptr_t) a == enc_frame->words[i] && ENC_S_COUNT(len) > enc_frame->lengths[i]) \
		enc_refused = 1;
#define ENC_GIVE_DEEP                  ENC_GIVE_BUFFER

#define ENC_PASSED_ON(c, i, arg)       ENC_PASSED_ON_ arg
#define ENC_PASSED_ON_(t, a, ...)      a
#define ENC_UNUSED(c, i, arg)          ENC_UNUSED_ arg
#define ENC_UNUSED_(t, a, ...)         (void) a;

/* A call's arguments, of one of the same prototype; the same, and its parameters, with one more. */
#define ENC_S_ARGS(...)                ENC_LIST(ENC_PASSED_ON, __VA_OPT__(,) __VA_ARGS__)
#define ENC_S_MORE(more, ...)          ENC_S_ARGS(__VA_ARGS__) __VA_OPT__(,) more
#define ENC_S_PARAMS(more, ...)        ENC_LIST(ENC_PARAM, __VA_OPT__(,) __VA_ARGS__) __VA_OPT__(,) more
#define ENC_S_WORDS(...)               { ENC_LIST(ENC_WORD_OF, __VA_OPT__(,) __VA_ARGS__) }

#endif
