/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": where entry.S finds what it needs of a thread's block and context.
 * context.c asserts that struct enc_context agrees.
 */
#ifndef ENC_DISPATCH_LAYOUT_H
#define ENC_DISPATCH_LAYOUT_H

#define ENC_BLOCK_BYTES 262144

#define ENC_AT_SELECTOR   0
#define ENC_AT_OWN_FS     8
#define ENC_AT_WAITING    16
#define ENC_AT_DUE        20
#define ENC_AT_SELF       24
#define ENC_AT_TOP        32
#define ENC_AT_FS         40
#define ENC_AT_STATE      48
#define ENC_AT_STATE_MASK 56
#define ENC_AT_PUT_OFF    64
#define ENC_AT_WORDS      72
#define ENC_AT_NUMBER     120
#define ENC_AT_BACK       128
#define ENC_AT_FLAGS      136
#define ENC_AT_SP         144
#define ENC_AT_RESULT     152
#define ENC_AT_SIGSYS     160
#define ENC_AT_CAUGHT     416

/* What is due on the way back from a call. */
#define ENC_DUE_SIGSYS 1 /* a SIGSYS that was held is to be sent again */
#define ENC_DUE_CATCH  2 /* calls are to be caught from now on */
#define ENC_DUE_FREE   4 /* they need not be: see enc_let_go() */

#endif
