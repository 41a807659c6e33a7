/* SPDX-License-Identifier: MIT */
/* What is refused, each with an error of its own and with words. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plugin.h"

Test(refuse, no_place_and_no_name)
{
	char why[64] = "";

	cr_assert_eq(encase_plugin_load("trace", NULL, why, sizeof(why)), -EINVAL);
	cr_assert_str_eq(why, "no place for the plugin");
	refused(NULL, EINVAL, "no name");
	refused("", EINVAL, "no name");
}

Test(refuse, names_with_odd_characters)
{
	const char *const names[] = {
		"trace.so",
		"..",
		".",
		"tr ace",
		"trace\n",
		"tr%ace",
		"a:b",
		"tr\xc3\xa4",
		"a2345678901234567890123456789012345678901234567890123456789012345"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		refused(names[i], EINVAL, "a name has letters");
}

Test(refuse, what_is_not_there)
{
	refused("/nowhere/at-all.so", ENOENT, "/nowhere/at-all.so: No such file");
	refused("./", ENOEXEC, "");
	refused("no-Such_1", ENOENT, "no-Such_1.so: neither in ENCASE_LAYERS (not set) nor in ");
	refused("a234567890123456789012345678901234567890123456789012345678901234", ENOENT,
		POLICIES);
	cr_assert_eq(setenv("ENCASE_LAYERS", "/nowhere:/else", 1), 0);
	refused("nosuch", ENOENT, "ENCASE_LAYERS (/nowhere:/else)");
}

/* A copy of a good one, with some bytes changed. */
static const char *spoilt(size_t at, const char *bytes, size_t n)
{
	static char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/spoilt.so", scratch_folder());
	copy_file(file_of(MODULES, "ours"), path);
	file = fopen(path, "r+b");
	cr_assert(file && !fseek(file, (long) at, SEEK_SET) && fwrite(bytes, 1, n, file) == n);
	cr_assert_eq(fclose(file), 0);
	return path;
}

Test(refuse, what_is_no_shared_object, .fini = remove_scratch)
{
	const char *path = spoilt(0, "text", 4);

	refused(path, ENOEXEC, path);
	cr_assert_eq(truncate(path, 0), 0);
	refused(path, ENOEXEC, path);
	refused(MODULES "/", ENOEXEC, MODULES);
}

Test(refuse, another_machine, .fini = remove_scratch)
{
	const char *path = spoilt(18, "\xb7", 2); /* e_machine: AArch64 */

	refused(path, ENOEXEC, path);
}

Test(refuse, what_lacks_a_symbol)
{
	refused(file_of(MODULES, "unresolved"), ENOEXEC, "bad_undefined_anywhere");
}

Test(refuse, what_exports_nothing)
{
	refused(file_of(MODULES, "nothing_exported"), ENODATA, "exports no encase_layer");
}

Test(refuse, what_exports_something_else)
{
	refused(file_of(MODULES, "number_alone"), ENODATA, "is not what a plugin exports");
	refused(file_of(MODULES, "character"), ENODATA, "is not what a plugin exports");
}

Test(refuse, another_number)
{
	char words[64];

	snprintf(words, sizeof(words), "built for ABI %d, this is %d", ENCASE_ABI + 1, ENCASE_ABI);
	refused(file_of(MODULES, "other_abi"), EPROTONOSUPPORT, words);
}

Test(refuse, what_is_bound_to_nothing)
{
	refused(file_of(MODULES, "no_core"), EXDEV, "-rdynamic");
}

Test(refuse, half_a_layer)
{
	refused(file_of(MODULES, "no_layer"), EBADMSG, "no layer");
	refused(file_of(MODULES, "no_name"), EBADMSG, "has no name");
	refused(file_of(MODULES, "no_rules"), EBADMSG, "has no rules");
}

/* The text fits where it is told to, whatever room there is; no room needs no place. */
Test(refuse, texts_are_cut)
{
	struct encase_plugin *plugin;
	char why[16];

	cr_assert_eq(encase_plugin_load("", &plugin, NULL, 0), -EINVAL);
	memset(why, 'x', sizeof(why));
	cr_assert_eq(encase_plugin_load("", &plugin, why, 1), -EINVAL);
	cr_assert(why[0] == '\0' && why[1] == 'x');
	cr_assert_eq(encase_plugin_load("", &plugin, why, 4), -EINVAL);
	cr_assert(!strcmp(why, "no ") && why[4] == 'x');
}
