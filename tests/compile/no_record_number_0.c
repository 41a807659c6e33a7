/* SPDX-License-Identifier: MIT */
/*
 * A number that is the table's own.
 *
 * mend:  `put, 0,` => `put, 1,`
 * gcc:   the number of put is not in 1..65535
 * clang: the number of put is not in 1..65535
 */
#define TABLE GENERAL(put, 0, NOTHING, (), "puts")

#include "record.h"
