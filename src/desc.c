/* SPDX-License-Identifier: MIT */
/* Looking calls and groups up.  Linear: it happens when layers start, never on a call. */
#include <string.h>

#include "desc.h"

const struct encase_desc *encase_find(const struct encase_interface *interface, const char *name)
{
	for (size_t i = 0; i < interface->ncalls; i++)
		if (!strcmp(interface->texts[i].name, name))
			return interface->calls[i];
	return NULL;
}

const struct encase_desc *encase_find_number(const struct encase_interface *interface, long number)
{
	for (size_t i = 0; i < interface->ncalls; i++)
		if (interface->texts[i].number == number)
			return interface->calls[i];
	return NULL;
}

int encase_find_group(const struct encase_interface *interface, const char *name)
{
	for (size_t i = 0; i < interface->ngroups; i++)
		if (!strcmp(interface->groups[i], name))
			return (int) i;
	return -1;
}
