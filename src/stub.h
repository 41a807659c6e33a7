/* SPDX-License-Identifier: MIT */
/*
 * Stubs: C functions made at run time that cost no more than a call.
 *
 * Code is written once per page and then sealed; a stub is made by filling in its
 * slot, which is data.  Where a system forbids that there are none.
 */
#ifndef ENC_STUB_H
#define ENC_STUB_H

#include "enc.h"

/* words: the arguments, of which as many count as there are; only their types' bits do. */
typedef encase_word enc_stub_fn(void *arg, const encase_word *words);

/* A function that takes up to eight integers and pointers.  Null: there is none to be had. */
encase_fn *enc_stub_new(enc_stub_fn *fn, void *arg);
void enc_stub_free(encase_fn *stub);

#endif
