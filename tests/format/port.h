/* SPDX-License-Identifier: MIT */
/* port.def, declared; its sets are in port.c. */
#ifndef FORMAT_PORT_H
#define FORMAT_PORT_H

#include <encase.h>
#include <time.h>

struct port_thing {
	int a, b;
};

#define ENCASE_PREFIX port
#define ENCASE_TABLE  "port.def"
#include <encase/declare.h>
#undef ENCASE_PREFIX
#undef ENCASE_TABLE

extern const struct encase_symbols port_symbols_open, port_symbols_speed, port_symbols_level,
	port_symbols_set, port_symbols_value;

#endif
