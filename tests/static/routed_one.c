/* SPDX-License-Identifier: MIT */
/* Layer one, compiled for the router alone. */
#include "one.c"

extern const struct encase_layer *const routed_one;
const struct encase_layer *const routed_one = &one;
