/* SPDX-License-Identifier: MIT */
/* What the tests of interfaces made at run time share. */
#ifndef MADE_H
#define MADE_H

#include <encase/make.h>

#include "unit.h"

/* Arguments: a number, and one that may count. */
#define NUM(n, t)                                            \
	{                                                    \
		.name = (n), .kind = ENCASE_NUM, .type = (t) \
	}
#define SIZE(n, t)                                            \
	{                                                     \
		.name = (n), .kind = ENCASE_SIZE, .type = (t) \
	}

/* An interface of these calls, which has to be made. */
const struct encase_interface *make_calls(const struct encase_signature *calls, size_t n);

#endif
