/* SPDX-License-Identifier: MIT */
/* The file of the layer that stack.h compiles. */
HANDLERS

static const struct encase_rule rules[] = { RULES, ENCASE_END };
static const struct encase_layer layer = { .name = "layer", .rules = rules };
