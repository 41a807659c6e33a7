/* SPDX-License-Identifier: MIT */
/* The layer for programs that were not written for it: encase run -l write_counter_layer.so -- PROGRAM. */
#include <encase/plugin.h>

#include "write_counter.h"

ENCASE_PLUGIN(write_counter);
