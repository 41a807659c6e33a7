/* SPDX-License-Identifier: MIT */
/* Closures and callers; see ffi.h. */
#include "ffi.h"

#include <ffi.h>
#include <stdlib.h>
#include <string.h>

#include "arch.h"
#include "desc.h"

struct enc_closure {
	encase_fn *code;
	ffi_closure *closure; /* null: code is a stub */
	enc_stub_fn *fn;
	void *arg;
	ffi_cif cif;
	ffi_type *types[ENCASE_MAX_ARGS];
};

/* By enum encase_type. */
static ffi_type *const types[] = {
	[ENCASE_S8] = &ffi_type_sint8,        [ENCASE_U8] = &ffi_type_uint8,
	[ENCASE_S16] = &ffi_type_sint16,      [ENCASE_U16] = &ffi_type_uint16,
	[ENCASE_S32] = &ffi_type_sint32,      [ENCASE_U32] = &ffi_type_uint32,
	[ENCASE_S64] = &ffi_type_sint64,      [ENCASE_U64] = &ffi_type_uint64,
	[ENCASE_F32] = &ffi_type_float,       [ENCASE_F64] = &ffi_type_double,
	[ENCASE_POINTER] = &ffi_type_pointer,
};

/* An argument, which libffi gives as the bytes of its type. */
static inline encase_word argument(const void *p, const ffi_type *type)
{
	encase_word word = 0;

	switch (type->size) {
	case 8:
		return *(const uint64_t *) p;
	case 4:
		word = *(const uint32_t *) p;
		return type == &ffi_type_sint32 ? encase_widen(ENCASE_S32, word) : word;
	case 2:
		word = *(const uint16_t *) p;
		return type == &ffi_type_sint16 ? encase_widen(ENCASE_S16, word) : word;
	default:
		word = *(const uint8_t *) p;
		return type == &ffi_type_sint8 ? encase_widen(ENCASE_S8, word) : word;
	}
}

/* It wants an integer result in a whole register; any other fits into one, too. */
static void entered(ffi_cif *cif, void *result, void **args, void *arg)
{
	const struct enc_closure *c = arg;
	encase_word words[ENCASE_MAX_ARGS];

	for (unsigned i = 0; i < cif->nargs; i++)
		words[i] = argument(args[i], c->types[i]);
	*(encase_word *) result = c->fn(c->arg, words);
}

static bool is_float(unsigned type)
{
	return type == ENCASE_F32 || type == ENCASE_F64;
}

static bool has_floats(const struct encase_desc *desc)
{
	for (unsigned i = 0; i < desc->nargs; i++)
		if (is_float(encase_arg_type(desc, i)))
			return true;
	return is_float(desc->type);
}

struct enc_closure *enc_closure_new_ffi(const struct encase_desc *desc, enc_stub_fn *fn, void *arg)
{
	struct enc_closure *c = calloc(1, sizeof(*c));
	void *code;

	if (!c)
		return NULL;
	c->fn = fn;
	c->arg = arg;
	for (unsigned i = 0; i < desc->nargs; i++)
		c->types[i] = types[encase_arg_type(desc, i)];
	c->closure = ffi_closure_alloc(sizeof(ffi_closure), &code);
	if (!c->closure) {
		free(c);
		return NULL;
	}
	if (ffi_prep_cif(&c->cif, FFI_DEFAULT_ABI, desc->nargs, types[desc->type], c->types) ||
	    ffi_prep_closure_loc(c->closure, &c->cif, entered, c, code)) {
		enc_closure_free(c);
		return NULL;
	}
	memcpy(&c->code, &code, sizeof(code)); /* an object pointer that is a function's */
	return c;
}

struct enc_closure *enc_closure_new(const struct encase_desc *desc, enc_stub_fn *fn, void *arg)
{
	encase_fn *code = has_floats(desc) ? NULL : enc_stub_new(fn, arg);
	struct enc_closure *c;

	if (!code)
		return enc_closure_new_ffi(desc, fn, arg);
	c = calloc(1, sizeof(*c));
	if (c)
		c->code = code;
	else
		enc_stub_free(code);
	return c;
}

void enc_closure_free(struct enc_closure *c)
{
	if (!c)
		return;
	if (c->closure)
		ffi_closure_free(c->closure);
	else
		enc_stub_free(c->code);
	free(c);
}

encase_fn *enc_closure_code(const struct enc_closure *c)
{
	return c->code;
}

/* -- Callers --------------------------------------------------------------- */

struct enc_caller {
	unsigned nargs;
	bool floats;
	ffi_type *types[ENCASE_MAX_ARGS];
	ffi_cif cif[ENCASE_MAX_ARGS + 1]; /* by how many arguments there are; prepared once */
};

static int prepare(struct enc_caller *c, ffi_type *result, unsigned fixed, unsigned nargs)
{
	if (fixed)
		return ffi_prep_cif_var(&c->cif[nargs], FFI_DEFAULT_ABI, fixed, nargs, result,
					c->types);
	return ffi_prep_cif(&c->cif[nargs], FFI_DEFAULT_ABI, nargs, result, c->types);
}

/* Without "..." there are always all of them. */
struct enc_caller *enc_caller_new(const struct encase_desc *desc, unsigned fixed)
{
	struct enc_caller *c = calloc(1, sizeof(*c));
	unsigned least;

	if (!c)
		return NULL;
	c->nargs = desc->nargs;
	c->floats = has_floats(desc);
	for (unsigned i = 0; i < desc->nargs; i++)
		c->types[i] = types[encase_arg_type(desc, i)];
	least = fixed ? fixed : desc->nargs;
	for (unsigned n = least; n <= desc->nargs; n++)
		if (prepare(c, types[desc->type], fixed, n) != FFI_OK) {
			free(c);
			return NULL;
		}
	for (unsigned n = 0; n < least; n++)
		c->cif[n] = c->cif[least];
	return c;
}

void enc_caller_free(struct enc_caller *c)
{
	free(c);
}

/* What the function gets: nulls for what is hidden, nothing above a type's bits. */
static void take_words(encase_word *own, const struct encase_desc *desc, const struct enc_caller *c,
		       const encase_word *words, unsigned hidden)
{
	for (unsigned i = 0; i < c->nargs; i++) {
		if (i >= desc->nargs || hidden >> i & 1)
			own[i] = 0;
		else
			own[i] = encase_widen(encase_arg_type(desc, i), words[i]);
	}
}

encase_word enc_caller_call_ffi(const struct encase_desc *desc, encase_fn *fn,
				const encase_word *words, unsigned hidden)
{
	const struct enc_caller *c = encase_text(desc)->caller;
	encase_word own[ENCASE_MAX_ARGS], result = 0;
	void *args[ENCASE_MAX_ARGS];

	take_words(own, desc, c, words, hidden);
	for (unsigned i = 0; i < c->nargs; i++)
		args[i] = &own[i];
	ffi_call((ffi_cif *) &c->cif[desc->nargs], fn, &result, args);
	return encase_widen(desc->type, result);
}

/*
 * Integers and pointers are where the first eight of them always are, so that no
 * sorting is needed, and what a function does not take does it no harm.
 */
encase_word enc_caller_call(const struct encase_desc *desc, encase_fn *fn, const encase_word *words,
			    unsigned hidden)
{
	const struct enc_caller *c = encase_text(desc)->caller;
	encase_word own[ENCASE_MAX_ARGS];

	if (c->floats)
		return enc_caller_call_ffi(desc, fn, words, hidden);
	take_words(own, desc, c, words, hidden);
	return encase_widen(desc->type, enc_arch_call(fn, own, c->nargs));
}
