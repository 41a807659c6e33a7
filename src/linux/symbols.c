/* SPDX-License-Identifier: MIT */
/* symbols.def as data.  Includes no header that defines what it names. */
#include "symbols.h"

#include "show.h"

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))
#define FIELD(name, bits, word)                                   \
	{                                                         \
#name, (encase_word) (bits), (encase_word) (word) \
	}
#define BIT(name, bits)   FIELD(name, bits, bits)
#define VALUE(name, word) FIELD(name, -1, word)
#define CASE(word, set)                             \
	{                                           \
		(word), &encase_symbols_##set, NULL \
	}
#define TYPE(word, type)           \
	{                          \
		(word), NULL, type \
	}

#define VALUES(set, other, ...)                                                             \
	static const struct encase_symbol set##_list[] = { __VA_ARGS__ };                   \
	const struct encase_symbols encase_symbols_##set = { .naming = ENCASE_NAMES_VALUES, \
							     .n = LENGTH(set##_list),       \
							     .unknown = (other),            \
							     .list = set##_list };
#define BITS(set, other, ...)                                                             \
	static const struct encase_symbol set##_list[] = { __VA_ARGS__ };                 \
	const struct encase_symbols encase_symbols_##set = { .naming = ENCASE_NAMES_BITS, \
							     .n = LENGTH(set##_list),     \
							     .unknown = (other),          \
							     .list = set##_list };
#define BY(set, argument, ...)                                                          \
	static const struct encase_case set##_cases[] = { __VA_ARGS__ };                \
	const struct encase_symbols encase_symbols_##set = { .naming = ENCASE_NAMES_BY, \
							     .by = (argument),          \
							     .n = LENGTH(set##_cases),  \
							     .cases = set##_cases };
#define BUILTIN(set, function)                                                               \
	const struct encase_symbols encase_symbols_##set = { .naming = ENCASE_NAMES_BUILTIN, \
							     .show = (function) };
#include "symbols.def"
