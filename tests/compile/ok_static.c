/* SPDX-License-Identifier: MIT */
/* A layer that is resolved before run time, with all that its rules may have. */
#define ENCASE_STATIC_OVER_FUNCTIONS bottom
#define HANDLERS                                                             \
	static long on_send(int port, const void *data, size_t len)          \
	{                                                                    \
		return encase_self() ? riot_next_send(port, data, len) : -1; \
	}                                                                    \
	static double on_uptime(void)                                        \
	{                                                                    \
		return encase_caller() ? riot_next_uptime() : 0;             \
	}                                                                    \
	static int on_puts(const char *s)                                    \
	{                                                                    \
		return riot_next_puts(s);                                    \
	}
#define RULES                                                                        \
	ENCASE_ON_IN(riot, send, on_send, .data = ENCASE_PASS | ENCASE_REPLACE),     \
		ENCASE_ON_IN(riot, uptime, on_uptime),                               \
		ENCASE_FAIL_IN(riot, puts, 5, .s = { 1, 1 }),                        \
		ENCASE_ON_IN(riot, puts, on_puts, ENCASE_COPY_ALL),                  \
		ENCASE_RETURN_IN(riot, patch, 3), ENCASE_FAIL_GROUP_IN(riot, in, 1), \
		ENCASE_FAIL_ANY(2)
#include "stack.h"
