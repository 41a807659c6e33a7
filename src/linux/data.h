/* SPDX-License-Identifier: MIT */
/* What arguments point to: how far it reaches, and how it is shown. */
#ifndef ENC_LINUX_DATA_H
#define ENC_LINUX_DATA_H

#include "desc.h"
#include "layouts.h"

/* Argument showing->arg, a pointer. */
void enc_show_data(struct encase_showing *s);
/* n objects at an address, of the C type of a pointer to them ("const struct iovec *"). */
bool enc_show_objects(struct encase_showing *s, encase_word at, size_t n, size_t size,
		      const char *type, bool is_array);
/* One argument, pointer or not. */
void enc_show_arg(struct encase_showing *s, unsigned i);
/* An argument that only another kind's argument would be: a descriptor, as the call's i-th is. */
void enc_show_scalar(struct encase_showing *s, unsigned kind, unsigned type, encase_word word,
		     const struct encase_symbols *symbols);

/* -- Data whose extent memory tells, and that has pointers (deep.c) ---------- */

void enc_show_deep(struct encase_showing *s);
void enc_show_vector(struct encase_showing *s, encase_word at, size_t n, size_t bytes);

/* -- Calls with ways of their own (special.c, special_call.c) ---------------- */

/* Whether it is this call that is being shown. */
static inline bool enc_show_is(const struct encase_showing *s, const struct encase_desc *desc)
{
	return enc_is_same(s->desc, desc);
}

/* Shows the argument, if it is one of those; false: it is none. */
bool enc_show_special(struct encase_showing *s);
/* All arguments, if the call's are not shown one by one in their order; false: they are. */
bool enc_show_special_args(struct encase_showing *s);
/* Whether the result is a set of bits, or an address. */
bool enc_show_is_hex(const struct encase_showing *s);
/* What follows the result. */
void enc_show_special_result(struct encase_showing *s);

#endif
