/* SPDX-License-Identifier: MIT */
/*
 * A rule for a group that does not exist.
 *
 * mend:  `files` => `file`
 * gcc:   'encase_group_files' undeclared.*did you mean 'encase_group_file'
 * clang: undeclared identifier 'encase_group_files'; did you mean 'encase_group_file'
 */
#include <encase.h>

static long on_all(struct encase_call *call)
{
	return encase_forward(call);
}

const struct encase_rule rules[] = { ENCASE_ON_GROUP(files, on_all), ENCASE_END };
