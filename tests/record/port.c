/* SPDX-License-Identifier: MIT */
/* The interface of port.def. */
#include "port.h"

#define ENCASE_NAME "port"
#include <encase/define.h>
