/* SPDX-License-Identifier: MIT */
/*
 * The grammar of record tables, from which both sides of an interface are made: a
 * caller that puts its arguments into a few registers, and a receiver that trusts none of
 * them; and what is under the headers that make them.  Needs no libc and makes no call.
 *
 *     ERROR(no_sensor, 19, "there is no such sensor")
 *     GROUP(sensors, "%sensors")
 *     HANDLE(any, u16)
 *     HANDLE(sensor, u16, any)
 *     ENUM(unit, u8, (celsius, 1), (kelvin, 2))
 *     RECORD(sample, (s16, value, 3), (enum(unit), unit), (s8, scale))
 *     OPTION(limit, u32)
 *     UNION(event, u8, (timer, 1, handle(any)), (nothing, 0))
 *     FAST(random, 1, MUST_GIVE(u16), (), "a random number")
 *     GENERAL(read, 2, GIVES(record(sample)), (sensors), "what a sensor measures",
 *             (handle(sensor), sensor), (option(limit), limit), (filled(u8), raw))
 *
 *   ERROR(name, number, text)      1..4095: an errno, where the call goes through a cage
 *   GROUP(name, shown, above...)   as in encase/table.h
 *   HANDLE(name, type, above)      an opaque value; one of above, of the same type, can be made
 *                                  of it
 *   ENUM(name, type, (value, number), ...)
 *   RECORD(name, (type, field[, elements]), ...)
 *   UNION(name, type of the tag, (variant, number[, type]), ...)
 *   OPTION(name, type)             a value or none
 *   GENERAL(name, number, result, (groups), text, (type, argument), ...)   any arguments;
 *                                  what does not fit into registers is spilled
 *   FAST(...)                      the same in registers alone: does not compile where it
 *                                  does not fit
 *
 * Names are made before they are used; an entry has 64 values, fields, variants or arguments at
 * most.  Types:
 *
 *   u8 u16 u32 u64 s8 s16 s32 s64 bool
 *   handle(n) enum(n) record(n) union(n) option(n)
 *   slice(t)            of arguments' and records' fields: elements of t, an integer or a
 *                       handle, in the caller's memory, as an address and a number
 *   in(t) filled(t) out(t) inout(t)   of arguments alone: the same, and whether elements are
 *                       read, written as far as the result counts, written, or both
 *   option_in(t) option_out(t) option_inout(t)   the same or none
 *
 * Results: NOTHING; GIVES(t); COUNT(argument), the elements that were written to it, which
 * is filled(t); MUST and MUST_GIVE(t), as NOTHING and GIVES(t): the caller cannot be told that
 * such a call failed, so that who receives it ends the caller.
 *
 * All headers that read a table need
 *
 *     #define ENCASE_PREFIX    riot        the names: riot_call_read(), ...
 *     #define ENCASE_RECORDS   <riot.def>  the table, on the include path
 *     #define ENCASE_WORD      16          bits of the caller's words: 16, 32 or 64
 *     #define ENCASE_REGISTERS 4           4 or 6
 *
 * and are: encase/record_types.h for both sides, encase/record_caller.h, for the receiver
 * encase/record_serve.h or encase/record_cage.h.  docs/encoding.md is the format.
 */
#ifndef ENCASE_RECORD_H
#define ENCASE_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "record_each.h"
#include "table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What both sides answer by themselves; numbers are Linux's.  Negative in results of C functions. */
enum encase_record_error {
	ENCASE_RECORD_EIO = 5,        /* a handler's result that cannot be */
	ENCASE_RECORD_EFAULT = 14,    /* a spill or a slice outside the caller's memory */
	ENCASE_RECORD_EINVAL = 22,    /* no number of an enum or a variant, no bool, no option */
	ENCASE_RECORD_ENOSYS = 38,    /* no such call */
	ENCASE_RECORD_EPROTO = 71,    /* the other side has another table, or answers nonsense */
	ENCASE_RECORD_EOVERFLOW = 75, /* an address or a number that no word of the caller's has */
	ENCASE_RECORD_ENOBUFS = 105   /* the caller's place for spills is too small */
};
#define ENCASE_RECORD_ERRORS 4095 /* the largest number of an error */

/* The caller's memory, as the receiver reaches it. */
struct encase_reach {
	/* 0 or a negative number: whether a range that is not empty is there. */
	int (*check)(void *space, uint64_t at, size_t n);
	int (*read)(void *space, uint64_t from, void *to, size_t n);
	int (*write)(void *space, uint64_t to, const void *from, size_t n);
};
/* Who receives calls. */
struct encase_receiver {
	void *self;  /* handed to handlers and checks of handles */
	void *base;  /* the caller's memory, whose addresses are offsets, aligned to 8 bytes; */
	size_t size; /* bytes, no more than a word can address */
	const struct encase_reach *reach; /* or what reaches it, then base is null */
	void *space;                      /* handed to reach */
};

/* clang-format off */

#define ENC_REC_RUN(m, ...) m(__VA_ARGS__)
#define ENC_REC_RUN_(m, ...) m(__VA_ARGS__)

/* A result: its form, whether the caller must not go on when it failed, its type or argument. */
#define ENC_REC_R_NOTHING      NONE, 0, 0
#define ENC_REC_R_GIVES(t)     VALUE, 0, t
#define ENC_REC_R_COUNT(a)     COUNT, 0, a
#define ENC_REC_R_MUST         NONE, 1, 0
#define ENC_REC_R_MUST_GIVE(t) VALUE, 1, t
#define ENC_REC_RESULT(m, res, ...)   ENC_REC_RESULT_1(m, ENC_REC_R_##res, __VA_ARGS__)
#define ENC_REC_RESULT_1(...)         ENC_REC_RESULT_2(__VA_ARGS__)
#define ENC_REC_RESULT_2(m, form, ...) m##_##form(__VA_ARGS__)

/* clang-format on */

/* -- Bytes ------------------------------------------------------------------- */

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "records are made for machines with low bytes first"
#endif

/* Integers as they stand in records: low bytes first, nowhere aligned. */
struct enc_image_8 {
	uint8_t at[1];
};
struct enc_image_16 {
	uint8_t at[2];
};
struct enc_image_32 {
	uint8_t at[4];
};
struct enc_image_64 {
	uint8_t at[8];
};

/* Bytes of another type, anywhere. */
struct enc_rec_any {
	uint64_t value;
} __attribute__((packed, may_alias));

/* The next of n: hidden from compilers, to whom such a loop would be memcpy() or memset(). */
static inline __attribute__((always_inline)) size_t enc_rec_next(size_t k)
{
	__asm__("" : "+r"(k));
	return k + 1;
}

static inline __attribute__((always_inline)) void enc_rec_clear(void *to, size_t n)
{
	uint8_t *p = (uint8_t *) to;
	size_t k = 0;

	for (; k + 8 <= n; k = enc_rec_next(k + 7))
		((struct enc_rec_any *) (p + k))->value = 0;
	for (; k < n; k = enc_rec_next(k))
		p[k] = 0;
}

/* Bytes that someone else may be writing to are read once: what is read from here on is the copy. */
static inline __attribute__((always_inline)) void enc_rec_copy(void *to, const void *from, size_t n)
{
	const uint8_t *q = (const uint8_t *) from;
	uint8_t *p = (uint8_t *) to;
	size_t k = 0;

	for (; k + 8 <= n; k = enc_rec_next(k + 7))
		((struct enc_rec_any *) (p + k))->value =
			((const struct enc_rec_any *) (q + k))->value;
	for (; k < n; k = enc_rec_next(k))
		p[k] = q[k];
	__asm__ volatile("" : : "r"(to) : "memory");
}

/* -- The receiver's look at the caller's memory ------------------------------ */

/* Two to which power a size is: divisions would need libgcc on narrow machines. */
#define ENC_REC_SHIFT(size) ((size) == 1 ? 0U : (size) == 2 ? 1U : (size) == 4 ? 2U : 3U)

/* Whether n elements of 1 << shift bytes at an address are all there, and aligned. */
static inline int enc_rec_reaches(const struct encase_receiver *r, uint64_t at, uint64_t n,
				  unsigned shift)
{
	if (!n)
		return 0;
	if (!at || at & ((1U << shift) - 1))
		return -ENCASE_RECORD_EFAULT;
	if (r->base)
		return at > r->size || n > (r->size - at) >> shift ? -ENCASE_RECORD_EFAULT : 0;
	if (n > (~at + 1) >> shift || n > (size_t) -1 >> shift)
		return -ENCASE_RECORD_EFAULT;
	return r->reach->check(r->space, at, (size_t) n << shift) ? -ENCASE_RECORD_EFAULT : 0;
}

/* An address that was looked at, as a pointer; no elements may be anywhere. */
static inline __attribute__((always_inline)) void *enc_rec_at(const struct encase_receiver *r,
							      uint64_t at)
{
	return (uint8_t *) r->base + (at <= r->size ? at : 0);
}

/* 0 or -EFAULT; reads once. */
static inline __attribute__((always_inline)) int enc_rec_read(const struct encase_receiver *r,
							      uint64_t from, void *to, size_t n)
{
	int err = enc_rec_reaches(r, from, n, 0);

	if (err || !n)
		return err;
	if (!r->base)
		return r->reach->read(r->space, from, to, n) ? -ENCASE_RECORD_EFAULT : 0;
	enc_rec_copy(to, (const uint8_t *) r->base + from, n);
	return 0;
}

static inline __attribute__((always_inline)) int
enc_rec_write(const struct encase_receiver *r, uint64_t to, const void *from, size_t n)
{
	int err = enc_rec_reaches(r, to, n, 0);

	if (err || !n)
		return err;
	if (!r->base)
		return r->reach->write(r->space, to, from, n) ? -ENCASE_RECORD_EFAULT : 0;
	enc_rec_copy((uint8_t *) r->base + to, from, n);
	return 0;
}

#ifdef __cplusplus
}
#endif
#endif
