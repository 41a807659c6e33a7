/* SPDX-License-Identifier: MIT */
/* Makes an interface under the prefix own of the macro TABLE; for one C file. */
#ifndef INLINE_H
#define INLINE_H

#define ENCASE_PREFIX own
#define ENCASE_TABLE  "inline.def"
#define ENCASE_NAME   "own"
#include <encase/declare.h>

#include <encase/define.h>

#endif
