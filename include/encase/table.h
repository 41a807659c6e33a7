/* SPDX-License-Identifier: MIT */
/*
 * The grammar of call tables, and the macros under it.
 *
 * A table is a file with one entry per group and one per call:
 *
 *     GROUP(io,   "@io")
 *     GROUP(desc, "%desc", io)
 *     CALL(write, 1, ssize_t, MOVED(count), ORDINARY, (desc),
 *          (int, fd, FD), (const void *, buf, IN(count)), (size_t, count, SIZE))
 *
 * A group's further words are groups above it, which all of its calls are in, too.  A
 * call's are: name, number, type of the result, result, class, groups, then up to eight
 * arguments: type, name, kind and, for a pointer that may be null, NULLABLE; for
 * one to an INOUT that calls write to that fail, too, ANYWAY; or NULLABLE_ANYWAY.
 * Types are integers, float, double or pointers.
 *
 *   result  FAILS         -1 and errno on failure
 *           FAILS_WITH(v) v (-128..127, cut to the type; 0 is NULL) and errno
 *           COUNT(arg)    FAILS, an integer and never more than arg
 *           MOVED(arg)    COUNT(arg), and arg is clamped at ENCASE_TRANSFER_MAX
 *           NEVER         cannot fail
 *           OVERLAPS      fails with -1, which may be a result too: errno tells
 *   class   ORDINARY THREAD SPACE OWN COMMAND DEAD: enum encase_class; or
 *           SHAPED(class, f): f(), an encase_shape_fn of the table's author, says what
 *                         each call's arguments are
 *           VARIES(class, n, f): the same, and C declares the call with "..." behind its
 *                         first n (1..4)
 *   kind    NUM SIZE FD AT FLAGS MODE OP PID SIG ADDR: scalars, enum encase_kind
 *           NUM(s) FLAGS(s) MODE(s) OP(s) ARG(s)   the same, and its values have names:
 *                         P_symbols_s, a struct encase_symbols that is declared before
 *                         encase/define.h is included
 *           ARG           with SHAPED or VARIES: what the shape says of this one, an unsigned
 *                         long or a pointer; its policy holds where it is a pointer
 *           STR PATH      a string that is read, 4096 bytes at most
 *           STR_MAX(n)    a string of n bytes at most, NUL included
 *           IN(arg) OUT(arg) INOUT(arg)   arg bytes; of OUT and INOUT as many are
 *                         written as the result says
 *           OUT_ALL(arg)  arg bytes, all of them written: also what strings need whose
 *                         result does not count the NUL
 *           IN_N(type, arg) OUT_N(type, arg) INOUT_N(type, arg)   arg objects of a
 *                         type, as many written as the result says
 *           INOUT_ALL(arg)   the same for what is read, too: also what may be written in part
 *           OUT_ALL_N(type, arg) INOUT_ALL_N(type, arg)
 *           IN_OBJ(type) OUT_OBJ(type) INOUT_OBJ(type)   one object
 *           OUT_LEN(arg) INOUT_LEN(arg)   as many bytes as the integer of 32 or 64 bits
 *                         says that arg, an INOUT_OBJ, points to, as many of them written
 *                         as it says afterwards
 *           IN_VEC(arg) OUT_VEC(arg)   arg times struct iovec, and what they name, as
 *                         much of it written as the result says
 *           INOUT_BITS(arg)  arg bits, in whole 64-bit words
 *           IN_NODES(arg) OUT_NODES(arg)   arg - 1 bits, likewise
 *           OUT_PAGES(arg)   a byte for each page that arg bytes touch
 *           IN_LETTER(arg) OUT_LETTER(arg)   a 64-bit number and arg bytes, of which as
 *                         many are written as the result says
 *           IN_SIZED(at, least) INOUT_SIZED(at, least)   as many bytes as the 32-bit number
 *                         at byte at says; least, a multiple of 8, if it says less or
 *                         more than 4096
 *           IN_TRAILED INOUT_TRAILED   8 bytes, and as many as their first 32 bits say
 *           IN_PAIR       a pointer and a 64-bit length, and the bytes that they name
 *           IN_MSG OUT_MSG   struct msghdr, and what it points to, as much of it written
 *                         as the result and the lengths in it say
 *           IN_MSGS(arg) OUT_MSGS(arg)   arg struct mmsghdr, 1024 at most, and what they point
 *                         to; sent, as many msg_len written as the result says; received, as
 *                         many messages written
 *           STRINGS       pointers to strings that are read, up to a null pointer
 *           OPAQUE        what nobody has described: it is not copied, and only a cage with
 *                         the host's own memory may use it
 *
 * encase/declare.h and encase/define.h turn a table into code; both need
 *
 *     #define ENCASE_PREFIX riot          the names: riot_next_puts, ...
 *     #define ENCASE_TABLE  <riot.def>    the table, on the include path
 *
 * and define.h also ENCASE_NAME, the interface's name as a string.
 */
/* clang-format off */
#ifndef ENCASE_TABLE_H
#define ENCASE_TABLE_H

#include "desc.h"

#define ENC_CAT_(a, b)      a##b
#define ENC_CAT(a, b)       ENC_CAT_(a, b)
#define ENC_CAT3_(a, b, c)  a##b##c
#define ENC_CAT3(a, b, c)   ENC_CAT3_(a, b, c)
#define ENC_STRIP(...)      __VA_ARGS__
#define ENC_NAME(mid, name) ENC_CAT3(ENCASE_PREFIX, mid, name)

/* m(c, i, x) for each x, side by side (ENC_EACH) or with commas between (ENC_LIST). */
#define ENC_COUNT_(z, a, b, c, d, e, f, g, h, i, j, k, l, n, ...) n
#define ENC_COUNT(...)                                                                             \
	ENC_COUNT_(z __VA_OPT__(,) __VA_ARGS__, _more_than_8, _more_than_8, _more_than_8,          \
		   _more_than_8, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define ENC_EACH(m, c, ...)    ENC_CAT(ENC_EACH, ENC_COUNT(__VA_ARGS__))(m, c __VA_OPT__(,) __VA_ARGS__)
#define ENC_LIST(m, c, ...)    ENC_CAT(ENC_LIST, ENC_COUNT(__VA_ARGS__))(m, c __VA_OPT__(,) __VA_ARGS__)
#define ENC_EACH0(m, c)
#define ENC_EACH1(m, c, p)     m(c, 0, p)
#define ENC_EACH2(m, c, p, q)  ENC_EACH1(m, c, p) m(c, 1, q)
#define ENC_EACH3(m, c, p, q, r) ENC_EACH2(m, c, p, q) m(c, 2, r)
#define ENC_EACH4(m, c, p, q, r, s) ENC_EACH3(m, c, p, q, r) m(c, 3, s)
#define ENC_EACH5(m, c, p, q, r, s, t) ENC_EACH4(m, c, p, q, r, s) m(c, 4, t)
#define ENC_EACH6(m, c, p, q, r, s, t, u) ENC_EACH5(m, c, p, q, r, s, t) m(c, 5, u)
#define ENC_EACH7(m, c, p, q, r, s, t, u, v) ENC_EACH6(m, c, p, q, r, s, t, u) m(c, 6, v)
#define ENC_EACH8(m, c, p, q, r, s, t, u, v, w) ENC_EACH7(m, c, p, q, r, s, t, u, v) m(c, 7, w)
#define ENC_LIST0(m, c)
#define ENC_LIST1(m, c, p)     m(c, 0, p)
#define ENC_LIST2(m, c, p, q)  ENC_LIST1(m, c, p), m(c, 1, q)
#define ENC_LIST3(m, c, p, q, r) ENC_LIST2(m, c, p, q), m(c, 2, r)
#define ENC_LIST4(m, c, p, q, r, s) ENC_LIST3(m, c, p, q, r), m(c, 3, s)
#define ENC_LIST5(m, c, p, q, r, s, t) ENC_LIST4(m, c, p, q, r, s), m(c, 4, t)
#define ENC_LIST6(m, c, p, q, r, s, t, u) ENC_LIST5(m, c, p, q, r, s, t), m(c, 5, u)
#define ENC_LIST7(m, c, p, q, r, s, t, u, v) ENC_LIST6(m, c, p, q, r, s, t, u), m(c, 6, v)
#define ENC_LIST8(m, c, p, q, r, s, t, u, v, w) ENC_LIST7(m, c, p, q, r, s, t, u, v), m(c, 7, w)

/* Parts of an argument (type, name, kind, null). */
#define ENC_PARAM_(t, a, ...)    t a
#define ENC_PARAM(c, i, arg)     ENC_PARAM_ arg
#define ENC_PARAMS(...)          ENC_CAT(ENC_PARAMS, ENC_COUNT(__VA_ARGS__))(__VA_ARGS__)
#define ENC_PARAMS0()            void
#define ENC_PARAMS1(...)         ENC_LIST(ENC_PARAM, , __VA_ARGS__)
#define ENC_PARAMS2              ENC_PARAMS1
#define ENC_PARAMS3              ENC_PARAMS1
#define ENC_PARAMS4              ENC_PARAMS1
#define ENC_PARAMS5              ENC_PARAMS1
#define ENC_PARAMS6              ENC_PARAMS1
#define ENC_PARAMS7              ENC_PARAMS1
#define ENC_PARAMS8              ENC_PARAMS1
#define ENC_PARAMS_more_than_8(...) enc_a_call_has_at_most_8_arguments of_which

/* A class: its form, the enum encase_class and, if it varies, the arguments before "...". */
#define ENC_C_ORDINARY       SAME, ENCASE_ORDINARY
#define ENC_C_THREAD         SAME, ENCASE_THREAD
#define ENC_C_SPACE          SAME, ENCASE_SPACE
#define ENC_C_OWN            SAME, ENCASE_OWN
#define ENC_C_COMMAND        SAME, ENCASE_COMMAND
#define ENC_C_DEAD           SAME, ENCASE_DEAD
#define ENC_C_SHAPED(cls, f) SHAPED, ENCASE_##cls, f
#define ENC_C_VARIES(cls, n, f) VARIES, ENCASE_##cls, n, f
#define ENC_CLASS(m, cls, ...) ENC_CLASS_1(m, ENC_C_##cls __VA_OPT__(,) __VA_ARGS__)
#define ENC_CLASS_1(...)     ENC_CLASS_2(__VA_ARGS__)
#define ENC_CLASS_2(m, form, ...) m##_##form(__VA_ARGS__)

/* The prototype with "...", of calls that have one; of the others it is nobody's. */
struct enc_not_variadic;
typedef struct enc_not_variadic *enc_not_variadic_fn(struct enc_not_variadic *);
#define ENC_VARIADIC(cls, type, c, ...) ENC_CLASS(ENC_VARIADIC, cls, type, c, __VA_ARGS__)
#define ENC_VARIADIC_SAME(cls, type, c, ...) typedef enc_not_variadic_fn ENC_NAME(_, c##_variadic_fn);
#define ENC_VARIADIC_SHAPED(cls, f, type, c, ...)                                                     \
	ENC_VARIADIC_SAME(cls, type, c)                                                            \
	extern encase_shape_fn f __attribute__((visibility("hidden")));
#define ENC_VARIADIC_VARIES(cls, n, f, type, c, ...)                                                  \
	typedef type ENC_NAME(_, c##_variadic_fn)(ENC_FIRST##n(__VA_ARGS__), ...);                 \
	extern encase_shape_fn f __attribute__((visibility("hidden")));
#define ENC_FIRST1(p, ...)          ENC_PARAMS(p)
#define ENC_FIRST2(p, q, ...)       ENC_PARAMS(p, q)
#define ENC_FIRST3(p, q, r, ...)    ENC_PARAMS(p, q, r)
#define ENC_FIRST4(p, q, r, s, ...) ENC_PARAMS(p, q, r, s)

/* A kind's set of symbols: FLAGS, whose ENC_SET nothing follows, has none; FLAGS(open) has P_symbols_open. */
#define ENC_SET(s)           ENC_SET, &ENC_NAME(_symbols_, s)

/* A kind's form: what the macros below do with it. */
#define ENC_K_NUM            SCALAR, ENCASE_NUM, ENC_SET
#define ENC_K_SIZE           SCALAR, ENCASE_SIZE, 0
#define ENC_K_FD             SCALAR, ENCASE_FD, 0
#define ENC_K_AT             SCALAR, ENCASE_AT, 0
#define ENC_K_FLAGS          SCALAR, ENCASE_FLAGS, ENC_SET
#define ENC_K_MODE           SCALAR, ENCASE_MODE, ENC_SET
#define ENC_K_OP             SCALAR, ENCASE_OP, ENC_SET
#define ENC_K_PID            SCALAR, ENCASE_PID, 0
#define ENC_K_SIG            SCALAR, ENCASE_SIG, 0
#define ENC_K_ADDR           SCALAR, ENCASE_ADDR, 0
#define ENC_K_ARG            VARYING, ENCASE_VARIES, ENC_SET
#define ENC_K_STR            STRING, ENCASE_STR, 4096
#define ENC_K_PATH           STRING, ENCASE_PATH, 4096
#define ENC_K_STR_MAX(n)     STRING, ENCASE_STR, n
#define ENC_K_IN(n)          BUFFER, ENCASE_IN, char, n, 0
#define ENC_K_OUT(n)         BUFFER, ENCASE_OUT, char, n, 1
#define ENC_K_INOUT(n)       BUFFER, ENCASE_IN | ENCASE_OUT, char, n, 1
#define ENC_K_OUT_ALL(n)     BUFFER, ENCASE_OUT, char, n, 0
#define ENC_K_IN_N(t, n)     BUFFER, ENCASE_IN, t, n, 0
#define ENC_K_OUT_N(t, n)    BUFFER, ENCASE_OUT, t, n, 1
#define ENC_K_INOUT_N(t, n)  BUFFER, ENCASE_IN | ENCASE_OUT, t, n, 1
#define ENC_K_OUT_ALL_N(t, n) BUFFER, ENCASE_OUT, t, n, 0
#define ENC_K_INOUT_ALL(n)   BUFFER, ENCASE_IN | ENCASE_OUT, char, n, 0
#define ENC_K_INOUT_ALL_N(t, n) BUFFER, ENCASE_IN | ENCASE_OUT, t, n, 0
#define ENC_K_OUT_LEN(n)     POINTED, ENCASE_OUT, n
#define ENC_K_INOUT_LEN(n)   POINTED, ENCASE_IN | ENCASE_OUT, n
#define ENC_K_IN_VEC(n)      DEEP, ENCASE_IN, ENCASE_IOVEC, n, 0
#define ENC_K_OUT_VEC(n)     DEEP, ENCASE_OUT, ENCASE_IOVEC, n, 1
#define ENC_K_INOUT_BITS(n)  DEEP, ENCASE_IN | ENCASE_OUT, ENCASE_BITS, n, 0
#define ENC_K_IN_NODES(n)    DEEP, ENCASE_IN, ENCASE_NODES, n, 0
#define ENC_K_OUT_NODES(n)   DEEP, ENCASE_OUT, ENCASE_NODES, n, 0
#define ENC_K_OUT_PAGES(n)   DEEP, ENCASE_OUT, ENCASE_PAGES, n, 0
#define ENC_K_IN_LETTER(n)   DEEP, ENCASE_IN, ENCASE_LETTER, n, 0
#define ENC_K_OUT_LETTER(n)  DEEP, ENCASE_OUT, ENCASE_LETTER, n, 1
#define ENC_K_IN_SIZED(at, least) SELF, ENCASE_IN, ENCASE_SIZED, at, least
#define ENC_K_INOUT_SIZED(at, least) SELF, ENCASE_IN | ENCASE_OUT, ENCASE_SIZED, at, least
#define ENC_K_IN_TRAILED     SELF, ENCASE_IN, ENCASE_TRAILED, 0, 8
#define ENC_K_IN_PAIR        SELF, ENCASE_IN, ENCASE_PAIR, 0, 16
#define ENC_K_IN_MSG         SELF, ENCASE_IN, ENCASE_MESSAGE, 0, 56
#define ENC_K_OUT_MSG        SELF, ENCASE_IN | ENCASE_OUT, ENCASE_MESSAGE, 0, 56
#define ENC_K_IN_MSGS(n)     DEEP, ENCASE_IN | ENCASE_OUT, ENCASE_MESSAGES, n, 0
#define ENC_K_OUT_MSGS(n)    DEEP, ENCASE_IN | ENCASE_OUT, ENCASE_MESSAGES, n, 1
#define ENC_K_STRINGS        SELF, ENCASE_IN, ENCASE_STRINGS, 0, 8
#define ENC_K_OPAQUE         SELF, ENCASE_IN, ENCASE_OPAQUE, 0, 0
#define ENC_K_INOUT_TRAILED  SELF, ENCASE_IN | ENCASE_OUT, ENCASE_TRAILED, 0, 8
#define ENC_K_IN_OBJ(t)      OBJECT, ENCASE_IN, t
#define ENC_K_OUT_OBJ(t)     OBJECT, ENCASE_OUT, t
#define ENC_K_INOUT_OBJ(t)   OBJECT, ENCASE_IN | ENCASE_OUT, t

/* ENC_FORM(m, c, i, arg): m_SCALAR(c, i, t, a, null, kind), m_BUFFER(c, i, t, a, null, ...), ... */
#define ENC_FORM(m, c, i, arg)            ENC_FORM_1(m, c, i, ENC_STRIP arg, )
#define ENC_FORM_1(...)                   ENC_FORM_2(__VA_ARGS__)
#define ENC_FORM_2(m, c, i, t, a, k, n, ...) ENC_FORM_3(m, c, i, t, a, ENC_N_##n, ENC_K_##k)
#define ENC_FORM_3(...)                   ENC_FORM_4(__VA_ARGS__)
#define ENC_FORM_4(m, c, i, t, a, n, form, ...) m##_##form(c, i, t, a, n, __VA_ARGS__)
#define ENC_N_                            0
#define ENC_N_NULLABLE                    ENCASE_NULLABLE
#define ENC_N_ANYWAY                      0
#define ENC_N_NULLABLE_ANYWAY             ENCASE_NULLABLE

/* Bit i where the argument is written by calls that fail, too. */
#define ENC_ANYWAY(c, i, arg)             ENC_ANYWAY_1(i, ENC_STRIP arg, )
#define ENC_ANYWAY_1(...)                 ENC_ANYWAY_2(__VA_ARGS__)
#define ENC_ANYWAY_2(i, t, a, k, n, ...)  | ENC_W_##n << i
#define ENC_W_                            0U
#define ENC_W_NULLABLE                    0U
#define ENC_W_ANYWAY                      1U
#define ENC_W_NULLABLE_ANYWAY             1U

#endif
