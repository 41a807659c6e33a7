/* SPDX-License-Identifier: MIT */
/* What makes a plugin of a layer of this folder; POLICY is its name in policies.h. */
#include "policies.h"

ENCASE_PLUGIN(POLICY);
