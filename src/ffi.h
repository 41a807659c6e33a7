/* SPDX-License-Identifier: MIT */
/*
 * The only user of libffi: C functions made at run time for call descriptors.
 */
#ifndef ENC_FFI_H
#define ENC_FFI_H

#include "enc.h"

struct enc_closure;

/*
 * What a closure does when it is called: words are the arguments, widened to 64
 * bits; returns the result as the call's C function would, as a word.
 */
typedef encase_word enc_closure_fn(void *arg, const struct encase_desc *desc,
				   const encase_word *words);

/* A closure with the prototype of desc; to be freed.  Null: no memory. */
struct enc_closure *enc_closure_new(const struct encase_desc *desc, enc_closure_fn *fn, void *arg);
void enc_closure_free(struct enc_closure *closure);
/* Its C function. */
encase_fn *enc_closure_code(const struct enc_closure *closure);

#endif
