/* SPDX-License-Identifier: MIT */
/*
 * C functions made, and called, at run time for call descriptors; the only user of libffi.
 *
 * Where all arguments and the result are integers and pointers, a stub does it,
 * for less than libffi takes to sort the arguments; a test holds the two together.
 */
#ifndef ENC_FFI_H
#define ENC_FFI_H

#include "enc.h"
#include "stub.h"

struct enc_closure;

/*
 * A closure with the prototype of desc, to be freed: fn gets arg and the arguments
 * as words, and returns the result as the call's C function would.  Null: no memory.
 */
struct enc_closure *enc_closure_new(const struct encase_desc *desc, enc_stub_fn *fn, void *arg);
/* The same by libffi, whatever the arguments are. */
struct enc_closure *enc_closure_new_ffi(const struct encase_desc *desc, enc_stub_fn *fn, void *arg);
void enc_closure_free(struct enc_closure *closure);
/* Its C function. */
encase_fn *enc_closure_code(const struct enc_closure *closure);

/*
 * What calls C functions of desc's prototype, which has "..." behind its first fixed
 * arguments if that is not 0; to be freed.  Null: no memory, or none that C has.
 */
struct enc_caller;
struct enc_caller *enc_caller_new(const struct encase_desc *desc, unsigned fixed);
void enc_caller_free(struct enc_caller *caller);
/* What struct encase_text.call is where its caller is one of these. */
encase_word enc_caller_call(const struct encase_desc *desc, encase_fn *fn, const encase_word *words,
			    unsigned hidden);
/* The same by libffi, whatever the arguments are. */
encase_word enc_caller_call_ffi(const struct encase_desc *desc, encase_fn *fn,
				const encase_word *words, unsigned hidden);

#endif
