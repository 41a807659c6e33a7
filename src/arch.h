/* SPDX-License-Identifier: MIT */
/* What depends on the architecture, by architecture; each gives the same functions. */
#ifndef ENC_ARCH_H
#define ENC_ARCH_H

#if defined(__x86_64__)
#include "arch_x86_64.h"
#else
#error "encase has no arch_*.h for this architecture yet"
#endif

#endif
