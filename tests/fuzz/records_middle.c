/* SPDX-License-Identifier: MIT */
/* Words of 32 bits, 6 registers; see records_abi.h. */
#define ENCASE_PREFIX    middle
#define ENCASE_WORD      32
#define ENCASE_REGISTERS 6
#include "records_abi.h"
