/* SPDX-License-Identifier: MIT */
/*
 * An error that no errno can be.
 *
 * mend:  `5000` => `4000`
 * gcc:   error empty is not in 1..4095
 * clang: error empty is not in 1..4095
 */
#define TABLE ERROR(empty, 5000, "empty")

#include "record.h"
