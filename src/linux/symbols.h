/* SPDX-License-Identifier: MIT */
/*
 * The sets of symbols.def, by name: encase_symbols_open, ... They are no part of the door, though a table's
 * prefix begins their names; to the linker they have the library's own.
 */
#ifndef ENC_LINUX_SYMBOLS_H
#define ENC_LINUX_SYMBOLS_H

#include "encase/desc.h"

#define ENC_SYMBOLS(set) \
	extern const struct encase_symbols encase_symbols_##set __asm__("enc_symbols_" #set);
#define VALUES(set, ...)  ENC_SYMBOLS(set)
#define BITS(set, ...)    ENC_SYMBOLS(set)
#define BY(set, ...)      ENC_SYMBOLS(set)
#define BUILTIN(set, ...) ENC_SYMBOLS(set)
#include "symbols.def"
#undef VALUES
#undef BITS
#undef BY
#undef BUILTIN

#endif
