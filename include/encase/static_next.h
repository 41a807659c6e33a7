/* SPDX-License-Identifier: MIT */
/*
 * P_next_c() of a layer's file that encase/static.h compiles: inline in it, where elsewhere it is
 * the library's.  What such a function calls must not be static: compilers do not say so of a
 * system's header, which this is to them.
 */
/* clang-format off */
#pragma GCC system_header


#define ENC_S_HERE extern __inline__ __attribute__((gnu_inline, always_inline))

#define CALL(c, number, rtype, res, cls, groups, ...)                                              \
	ENC_S_HERE rtype ENC_NAME(_next_, c)(ENC_PARAMS(__VA_ARGS__))                              \
	{                                                                                          \
		return enc_next_##c(ENC_S_ARGS(__VA_ARGS__));                                      \
	}
#include ENCASE_TABLE
#undef CALL
