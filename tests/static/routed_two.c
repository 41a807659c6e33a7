/* SPDX-License-Identifier: MIT */
/* Layer two, compiled for the router alone. */
#include "two.c"

extern const struct encase_layer *const routed_two;
const struct encase_layer *const routed_two = &two;
