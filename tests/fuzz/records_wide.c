/* SPDX-License-Identifier: MIT */
/* Words of 64 bits, 4 registers; see records_abi.h. */
#define ENCASE_PREFIX    wide
#define ENCASE_WORD      64
#define ENCASE_REGISTERS 4
#include "records_abi.h"
