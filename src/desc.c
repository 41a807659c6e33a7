/* SPDX-License-Identifier: MIT */
/* Looking calls and groups up.  By name in linear time: that happens when layers start, never on a call. */
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
	/* Most tables have most calls at the place that is their number. */
	if (number >= 0 && (size_t) number < interface->ncalls &&
	    interface->texts[number].number == number)
		return interface->calls[number];
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

void encase_shape(const struct encase_desc *desc, encase_word *words, struct encase_desc *shape)
{
	unsigned varying = desc->pointers;

	*shape = *desc;
	if (!enc_shaper(desc))
		return;
	ENC_FOREACH_BIT(i, varying)
	{
		if (enc_kind(&desc->arg[i]) != ENCASE_VARIES)
			continue;
		shape->pointers &= (uint8_t) ~(1U << i);
		shape->arg[i] = (struct encase_arg){ .kind = ENCASE_NUM, .type = ENCASE_U64 };
	}
	enc_shaper(desc)(shape, words);
	shape->pointers &= (uint8_t) ((1U << shape->nargs) - 1);
	shape->sized &= shape->pointers;
	for (unsigned i = shape->nargs; i < desc->nargs; i++)
		words[i] = 0;
}

struct enc_unknown enc_unknown(const struct encase_interface *interface, long number)
{
	struct enc_unknown unknown = {
		.desc.interface = interface,
		.desc.fail = (encase_word) -1,
		.desc.index = (uint16_t) interface->ncalls,
		.desc.nargs = 6,
		.desc.type = ENCASE_S64,
		.number = number,
	};

	for (unsigned i = 0; i < unknown.desc.nargs; i++)
		unknown.desc.arg[i] = (struct encase_arg){ .kind = ENCASE_NUM, .type = ENCASE_U64 };
	return unknown;
}
