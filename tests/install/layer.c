/* SPDX-License-Identifier: MIT */
/* A plugin against the installed tree: says which file was asked for, and says no. */
#include <encase.h>
#include <errno.h>

static int on_access(const char *pathname, int mode)
{
	(void) mode;
	encase_log("access to %s", pathname);
	errno = EACCES;
	return -1;
}

static const struct encase_rule rules[] = { ENCASE_ON(access, on_access), ENCASE_END };
static const struct encase_layer layer = { .name = "no-access", .rules = rules };

ENCASE_PLUGIN(layer);
