/* SPDX-License-Identifier: MIT */
/* Layer three, compiled for the router alone. */
#include "three.c"

extern const struct encase_layer *const routed_three;
const struct encase_layer *const routed_three = &three;
