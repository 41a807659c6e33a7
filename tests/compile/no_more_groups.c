/* SPDX-License-Identifier: MIT */
/*
 * A table of more groups than there are bits.
 *
 * mend:  `G(4) G(5)` => `G(4)`
 * gcc:   at most 64 groups in an interface
 * clang: at most 64 groups in an interface
 */
/* clang-format off */
#define G(n)   GROUP(g##n, "%g" #n)
#define TEN(n) G(n##0) G(n##1) G(n##2) G(n##3) G(n##4) G(n##5) G(n##6) G(n##7) G(n##8) G(n##9)

#define TABLE                                                       \
	TEN(1)                                                      \
	TEN(2) TEN(3) TEN(4) TEN(5) TEN(6) G(1) G(2) G(3) G(4) G(5) \
		CALL(put, 1, int, FAILS, ORDINARY, (g1, g69), (int, c, NUM))

#include "inline.h"
