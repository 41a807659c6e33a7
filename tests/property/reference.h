/* SPDX-License-Identifier: MIT */
/*
 * A second router, slow and obvious, written from docs/forwarding.md alone.
 *
 * It shares the public types with the library, and nothing else: a cage's memory
 * is an array of bytes, a stack is an array searched from the top, everything is
 * looked up again at every hop, and a failure is told apart from a result by a
 * flag of its own, not by the value.  Functions behave as those of the library
 * with the same names do, so that one script can drive either.  Numbers in
 * comments are the document's rules.  One thread only.
 */
#ifndef PROPERTY_REFERENCE_H
#define PROPERTY_REFERENCE_H

#include <encase.h>
#include <stdbool.h>

struct ref_memory {
	unsigned char *bytes;
	encase_word base; /* the cage's address of the first byte */
	size_t size;
	size_t hole, hole_size;   /* an offset; cannot be read or written, and check tells */
	size_t stone, stone_size; /* an offset; cannot be written, which nothing tells before */
	bool placed;              /* can be addressed from here */
	bool host;                /* needs no translation and gets no check */
};

struct encase_cage *ref_cage_new(const struct encase_setup *setup, const struct ref_memory *memory);
void ref_cage_free(struct encase_cage *handle);
int ref_push(struct encase_cage *handle, const struct encase_layer *layer, const char *options);
struct encase_traffic ref_traffic(const struct encase_cage *cage);
long ref_enter(struct encase_cage *cage, const struct encase_desc *desc, const encase_word *words);
int ref_enter_checked(struct encase_cage *cage, const struct encase_desc *desc,
		      const encase_word *words, encase_word *result);
long ref_enter_number(struct encase_cage *cage, const struct encase_interface *interface,
		      long number, const encase_word *words);

void *ref_self(void);
struct encase_cage *ref_caller(void);
encase_word ref_next(const struct encase_desc *desc, encase_word *words);
const struct encase_desc *ref_call_desc(const struct encase_call *handle);
long ref_call_number(const struct encase_call *handle);
const struct encase_desc *ref_call_shape(const struct encase_call *handle);
void *ref_arg(const struct encase_call *handle, unsigned i);
encase_word ref_arg_word(const struct encase_call *handle, unsigned i);
int ref_arg_data(struct encase_call *handle, unsigned i, void **data, size_t *len);
int ref_set_arg(struct encase_call *handle, unsigned i, encase_word word);
long ref_forward(struct encase_call *handle);
long ref_fail(struct encase_call *call, int error);
int ref_failed(const struct encase_call *call);
int ref_reach(struct encase_call *handle);

#endif
