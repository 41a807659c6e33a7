/* SPDX-License-Identifier: MIT */
/*
 * Declares the calls of odd.def: odd_desc_peek, odd_peek_fn, odd_calls, ...
 *
 * odd_deny is policies/deny.c once more, compiled with this table in Linux's
 * place: that table has no call that cannot fail, and none whose results overlap
 * with errors, and the layer must be right for those, too.
 */
#ifndef ODD_H
#define ODD_H

#include <encase.h>

#define ENCASE_PREFIX odd
#define ENCASE_TABLE  <odd.def>
#include <encase/declare.h>
#undef ENCASE_PREFIX
#undef ENCASE_TABLE

extern const struct encase_layer odd_deny;

#endif
