/* SPDX-License-Identifier: MIT */
/*
 * Interfaces that are made at run time: from signatures, as a plugin or a scripting
 * language has them, instead of a table that was compiled.
 *
 *     static const struct encase_signature put = {
 *             .name = "put", .number = 1, .type = ENCASE_S64, .limit = "n",
 *             .nargs = 3, .args = {
 *                     { "fd", ENCASE_FD, .type = ENCASE_S32 },
 *                     { "buf", ENCASE_BUF | ENCASE_IN, .size = 1, .count = "n" },
 *                     { "n", ENCASE_SIZE, .type = ENCASE_U64 } } };
 *
 * Their descriptors are used as any other: in rules and functions that are filled
 * in by hand, and with encase_next().  C functions of such calls are called by
 * libffi, or without it where all arguments and the result are integers and pointers.
 */
#ifndef ENCASE_MAKE_H
#define ENCASE_MAKE_H

#include "desc.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All strings are copied. */
struct encase_signature_arg {
	const char *name;
	uint8_t kind;  /* enum encase_kind; of pointers with ENCASE_IN, _OUT, _NULLABLE, _FILLED */
	uint8_t type;  /* of scalars: enum encase_type; mind that 0 is ENCASE_S8; of _DEEP that is
			* ENCASE_SIZED: the byte at which its size stands; others: 0 */
	uint16_t size; /* _BUF, _OBJ: bytes of one object; _STR, _PATH: most bytes, NUL included;
			* _DEEP: an enum encase_deep, from ENCASE_SIZED on ENCASE_DEEP_SIZE() of it
			* and the least bytes: of _TRAILED and _STRINGS 8, _PAIR 16, _MESSAGE 56,
			* _OPAQUE 0 */
	const char *count; /* _BUF, _DEEP below ENCASE_SIZED: the argument that counts; of _BUF also
			    * an _OBJ that holds a length; others: null */
};

struct encase_signature {
	const char *name;
	long number;       /* what gates know it by */
	uint8_t type;      /* of the result, enum encase_type */
	uint8_t result;    /* enum encase_result */
	uint8_t class_;    /* enum encase_class */
	uint8_t transfer;  /* 1: what limit names is clamped at ENCASE_TRANSFER_MAX */
	int8_t fail;       /* the failure value, cut to the result's type; 0: -1 */
	uint8_t null;      /* 1: the failure value is 0 */
	uint8_t anyway;    /* bit i: argument i, _IN and _OUT, is written by calls that fail, too */
	const char *limit; /* the argument that the result cannot exceed, or null */
	uint8_t nargs;     /* 0..ENCASE_MAX_ARGS */
	uint8_t fixed;     /* arguments before "..."; 0: there is none */
	encase_shape_fn *shape; /* null: all its calls have the same arguments */
	struct encase_signature_arg args[ENCASE_MAX_ARGS];
	/* The names of each argument's values, borrowed; null: they have none. */
	const struct encase_symbols *symbols[ENCASE_MAX_ARGS];
};

/*
 * Makes an interface of n calls, 65534 at most, in *made, the caller's to free.  -EINVAL: no
 * name, a null made, too many calls, or a signature that cannot be, with a line of text in why (size bytes,
 * may be 0) that says what is wrong; -ENOMEM, with why as it was.
 */
ENCASE_API int encase_interface_make(const char *name, const struct encase_signature *calls,
				     size_t n, const struct encase_interface **made, char *why,
				     size_t size);
/*
 * Frees one that was made; no cage may speak it any more, and no tape be open over which a cage
 * has spoken it.  Null is fine.
 */
ENCASE_API void encase_interface_free(const struct encase_interface *made);

#ifdef __cplusplus
}
#endif
#endif
