/* SPDX-License-Identifier: MIT */
/* encase list layers: those that are found by a name, each loaded, for what it says of itself. */
#define _GNU_SOURCE
#include <dirent.h>
#include <encase/plugin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

struct found {
	char *name, *file; /* its own */
};

static struct found *all;
static size_t nall, room;

static int by_name(const void *one, const void *two)
{
	return strcmp(((const struct found *) one)->name, ((const struct found *) two)->name);
}

static bool is_there(const char *name)
{
	for (size_t i = 0; i < nall; i++)
		if (!strcmp(all[i].name, name))
			return true;
	return false;
}

/* The first folder that has a name is the one, as where layers are loaded.  0, or -1: no memory. */
static int take(const char *folder, const char *file, size_t len)
{
	struct found it = { .name = strndup(file, len) };

	if (it.name && is_there(it.name)) {
		free(it.name);
		return 0;
	}
	if (nall == room) {
		void *more = realloc(all, (room = 2 * room + 16) * sizeof(*all));

		if (!more)
			return -1;
		all = more;
	}
	if (!it.name || asprintf(&it.file, "%s/%s", folder, file) < 0)
		return -1;
	all[nall++] = it;
	return 0;
}

/* How long the name of a layer's file is without what it ends in; 0: nobody finds it by that. */
static size_t length_of(const char *file)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_-";
	size_t len = strspn(file, good);

	return strcmp(file + len, ".so") ? 0 : len;
}

/* A folder that is not there has no layers. */
static int look_in(const char *folder)
{
	DIR *dir = *folder ? opendir(folder) : NULL;
	const struct dirent *entry;
	int err = 0;

	while (dir && !err && (entry = readdir(dir)))
		if (length_of(entry->d_name))
			err = take(folder, entry->d_name, length_of(entry->d_name));
	if (dir)
		(void) closedir(dir);
	return err;
}

static int look_in_all(const char *folders)
{
	char *copy = strdup(folders), *rest = copy, *folder;
	int err = copy ? 0 : -1;

	while (!err && (folder = strsep(&rest, ":")))
		err = look_in(folder);
	free(copy);
	return err;
}

static void show(const struct found *it)
{
	struct encase_plugin *plugin;
	char why[512];

	if (encase_plugin_load(it->file, &plugin, why, sizeof(why))) {
		printf("%-12s cannot be loaded: %s\n", it->name, why);
		return;
	}
	printf("%-12s %s (%s)\n", it->name,
	       encase_plugin_layer(plugin)->about ? encase_plugin_layer(plugin)->about
						  : "says nothing of itself",
	       it->file);
	(void) encase_plugin_unload(plugin);
}

int cli_list_layers(void)
{
	const char *folders = secure_getenv("ENCASE_LAYERS");

	if (look_in_all(folders ? folders : "") || look_in(CLI_LAYERS_FOLDER))
		return cli_fail(CLI_FAILED, "no memory");
	qsort(all, nall, sizeof(*all), by_name);
	for (size_t i = 0; i < nall; i++)
		show(&all[i]);
	if (!nall)
		(void) fprintf(stderr,
			       "encase: no layers, neither in ENCASE_LAYERS (%s) nor in %s\n",
			       folders ? folders : "not set", CLI_LAYERS_FOLDER);
	return 0;
}
