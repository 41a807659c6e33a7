/* SPDX-License-Identifier: MIT */
/* The sets of symbols.def, by name: encase_symbols_open, ...; they are no part of the door. */
#ifndef ENC_LINUX_SYMBOLS_H
#define ENC_LINUX_SYMBOLS_H

#include "encase/desc.h"

#define VALUES(set, ...)  extern const struct encase_symbols encase_symbols_##set;
#define BITS(set, ...)    extern const struct encase_symbols encase_symbols_##set;
#define BY(set, ...)      extern const struct encase_symbols encase_symbols_##set;
#define BUILTIN(set, ...) extern const struct encase_symbols encase_symbols_##set;
#include "symbols.def"
#undef VALUES
#undef BITS
#undef BY
#undef BUILTIN

#endif
