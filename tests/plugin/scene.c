/* SPDX-License-Identifier: MIT */
/* What the tests of this suite do again and again; see plugin.h. */
#define _GNU_SOURCE /* nftw(), RTLD_NOLOAD */
#include <dlfcn.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plugin.h"

static char scratch[64];

const char *file_of(const char *folder, const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s.so", folder, name);
	return path;
}

struct encase_plugin *loaded(const char *name)
{
	struct encase_plugin *plugin = NULL;
	char why[1024] = "untouched";
	int err = encase_plugin_load(name, &plugin, why, sizeof(why));

	cr_assert_eq(err, 0, "%s: %d, %s", name, err, why);
	cr_assert_str_eq(why, "untouched");
	return plugin;
}

void refused(const char *name, int error, const char *word)
{
	struct encase_plugin *plugin = (struct encase_plugin *) &scratch;
	char why[1024] = "untouched";
	int err = encase_plugin_load(name, &plugin, why, sizeof(why));

	cr_assert_eq(err, -error, "%s: %d instead of %d, %s", name, err, -error, why);
	cr_assert(strstr(why, word), "'%s' is not in '%s'", word, why);
	cr_assert_eq(plugin, (struct encase_plugin *) &scratch);
	if (name && strchr(name, '/'))
		cr_assert(!is_there(name), "%s is still there", name);
}

bool is_there(const char *path)
{
	void *object = dlopen(path, RTLD_NOW | RTLD_NOLOAD);

	return object && !dlclose(object);
}

static pid_t seven(void)
{
	return 7;
}

struct encase_cage *new_cage(void)
{
	static const struct encase_function below[] = { ENCASE_FUNCTION(getpid, seven),
							ENCASE_FUNCTION_END };
	static const struct encase_setup setup = { .lower = &encase_lower_functions,
						   .below = below };
	struct encase_cage *cage;

	cr_assert_eq(encase_cage_new(&setup, &cage), 0);
	return cage;
}

long answer_of(struct encase_cage *cage)
{
	static const encase_word none[ENCASE_MAX_ARGS];

	return encase_enter(cage, &encase_desc_getpid, none);
}

const char *scratch_folder(void)
{
	snprintf(scratch, sizeof(scratch), "/tmp/encase-plugin-XXXXXX");
	cr_assert(mkdtemp(scratch));
	return scratch;
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
	(void) stat;
	(void) type;
	(void) ftw;
	return remove(path);
}

void remove_scratch(void)
{
	if (scratch[0])
		nftw(scratch, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void copy_file(const char *from, const char *to)
{
	static char bytes[1 << 16];
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	size_t n, all = 0;

	cr_assert(in && out, "%s, %s", from, to);
	for (; (n = fread(bytes, 1, sizeof(bytes), in)); all += n)
		cr_assert_eq(fwrite(bytes, 1, n, out), n);
	cr_assert(all && !ferror(in));
	fclose(in);
	cr_assert_eq(fclose(out), 0);
}
