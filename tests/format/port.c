/* SPDX-License-Identifier: MIT */
/* port.def as code, and the names of its values. */
#include "port.h"

#define LIST(name) .n = sizeof(name) / sizeof((name)[0])

static const struct encase_symbol open_bits[] = {
	{ "PORT_READ", 3, 1 },       { "PORT_WRITE", 3, 2 },    { "PORT_FAST", 0x10, 0x10 },
	{ "PORT_SAFE", 0x30, 0x20 }, { "PORT_NONE", -1ULL, 0 },
};
const struct encase_symbols port_symbols_open = {
	.naming = ENCASE_NAMES_BITS, .unknown = "PORT_???", LIST(open_bits), .list = open_bits
};
static const struct encase_symbol speeds[] = { { "SLOW", -1ULL, 0 }, { "FAST", -1ULL, 9 } };
const struct encase_symbols port_symbols_speed = {
	.naming = ENCASE_NAMES_VALUES, .unknown = "SPEED_???", LIST(speeds), .list = speeds
};
static const struct encase_symbol levels[] = { { "LOWEST", -1ULL, -1ULL } };
const struct encase_symbols port_symbols_level = { .naming = ENCASE_NAMES_VALUES,
						   LIST(levels),
						   .list = levels };
static const struct encase_symbol sets[] = { { "SET_SPEED", -1ULL, 1 }, { "SET_TIME", -1ULL, 2 } };
const struct encase_symbols port_symbols_set = { .naming = ENCASE_NAMES_VALUES,
						 LIST(sets),
						 .list = sets };
static const struct encase_case values[] = { { 1, &port_symbols_speed, NULL },
					     { 2, NULL, "struct timespec" } };
const struct encase_symbols port_symbols_value = {
	.naming = ENCASE_NAMES_BY, .by = 0, LIST(values), .cases = values
};

void port_shape_set(struct encase_desc *shape, const encase_word *words)
{
	if ((unsigned) words[0] == 2)
		encase_shape_object(shape, 1, ENCASE_IN, sizeof(struct timespec));
	else if ((unsigned) words[0] == 3)
		shape->nargs = 1;
}

#define ENCASE_PREFIX port
#define ENCASE_TABLE  "port.def"
#define ENCASE_NAME   "port"
#include <encase/define.h>
