/* SPDX-License-Identifier: MIT */
/* Words of 16 bits, 4 registers; see records_abi.h. */
#define ENCASE_PREFIX    narrow
#define ENCASE_WORD      16
#define ENCASE_REGISTERS 4
#include "records_abi.h"
