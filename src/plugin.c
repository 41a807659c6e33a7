/* SPDX-License-Identifier: MIT */
/*
 * Plugins: finding, loading and checking them; see encase/plugin.h.
 *
 * Nothing of a plugin is looked at before its number is: behind a wrong one
 * its structures may have another shape.  Nothing of it is called before it is known to be
 * bound to this copy of the library: what it calls would look for its frames
 * on another copy's threads.
 */
#define _GNU_SOURCE /* dladdr1(), secure_getenv() */
#include <dlfcn.h>
#include <link.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "encase/dispatch.h"
#include "encase/format.h"
#include "encase/handle.h"
#include "encase/make.h"
#include "encase/static_inside.h"
#include "encase/stats.h"
#include "encase/tape.h"
#include "loan.h"

#define NAME_MAX_BYTES 64

struct encase_plugin {
	void *object;
	const struct encase_layer *layer;
};

/* Where the caller wants to read what went wrong. */
struct why {
	char *text;
	size_t size;
};

static const char itself;
const void *const encase_core = &itself;

/*
 * What layers call and the core does without, one symbol for each file: a program that is
 * linked with the archive has these files, too, for the plugins that it will load.
 */
static encase_fn *const for_plugins[] __attribute__((used)) = {
	(encase_fn *) encase_cage_new,
	(encase_fn *) encase_enter,
	(encase_fn *) encase_find,
	(encase_fn *) encase_call_desc,
	(encase_fn *) encase_log,
	(encase_fn *) encase_next,
	(encase_fn *) encase_arg_data,
	(encase_fn *) encase_interface_make,
	(encase_fn *) encase_tape_record,
	(encase_fn *) encase_format,
	(encase_fn *) encase_parse,
	(encase_fn *) encase_handle_get,
	(encase_fn *) encase_handles_new,
	(encase_fn *) encase_static_start,
	(encase_fn *) encase_stats_open,
	(encase_fn *) encase_dispatch_run,
	(encase_fn *) encase_dispatch_again,
};
static const void *const objects_for_plugins[] __attribute__((used)) = {
	&encase_calls,           &encase_memory_arena,        &encase_memory_host,
	&encase_memory_process,  &encase_memory_host_checked, &encase_lower_kernel,
	&encase_lower_functions, &encase_lower_void,          &encase_lower_tape,
	&encase_lower_dispatch,
};

static __attribute__((format(printf, 3, 4))) int refuse(const struct why *why, int error,
							const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void) vsnprintf(why->text, why->size, format, args);
	va_end(args);
	return -error;
}

static bool is_name(const char *name)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_-";
	size_t len = strlen(name);

	return len && len <= NAME_MAX_BYTES && strspn(name, good) == len;
}

/* Makes *path of a folder, len bytes long, and a name, if there is such a file: 0, -ENOENT, -ENOMEM. */
static int look_in(const char *folder, size_t len, const char *name, char **path)
{
	size_t size = len + strlen(name) + sizeof("/.so");
	char *made = malloc(size);

	if (!made)
		return -ENOMEM;
	(void) snprintf(made, size, "%.*s/%s.so", (int) len, folder, name);
	if (access(made, F_OK)) {
		free(made);
		return -ENOENT;
	}
	*path = made;
	return 0;
}

/* The same for a list of folders with colons between them; empty ones are passed over. */
static int search(const char *folders, const char *name, char **path)
{
	int err = -ENOENT;

	while (err == -ENOENT && *folders) {
		size_t len = strcspn(folders, ":");

		if (len)
			err = look_in(folders, len, name, path);
		folders += len;
		folders += *folders == ':';
	}
	return err;
}

/* The file that a name names, in *path, to be freed. */
static int find(const char *name, char **path, const struct why *why)
{
	const char *folders = secure_getenv("ENCASE_LAYERS");
	int err;

	if (!name || !*name)
		return refuse(why, EINVAL, "no name");
	if (strchr(name, '/')) {
		if (access(name, F_OK))
			return refuse(why, ENOENT, "%s: %s", name, strerror(errno));
		*path = strdup(name);
		return *path ? 0 : refuse(why, ENOMEM, "no memory");
	}
	if (!is_name(name))
		return refuse(why, EINVAL,
			      "'%s': a name has letters, digits, '_' and '-', %d at most; a file's "
			      "has a slash",
			      name, NAME_MAX_BYTES);
	err = search(folders ? folders : "", name, path);
	if (err == -ENOENT)
		err = search(ENC_LAYERS_FOLDER, name, path);
	if (err == -ENOENT)
		return refuse(why, ENOENT, "%s.so: neither in ENCASE_LAYERS (%s) nor in %s", name,
			      folders ? folders : "not set", ENC_LAYERS_FOLDER);
	return err ? refuse(why, -err, "no memory") : 0;
}

/* Which file the other copy of the library is in that a plugin is bound to. */
static int refuse_core(const char *path, const void *core, const struct why *why)
{
	Dl_info info;

	return refuse(
		why, EXDEV,
		"%s: bound to the libencase in %s, and this program has another: link it with "
		"the shared library, or with -rdynamic",
		path, core && dladdr(core, &info) && info.dli_fname ? info.dli_fname : "itself");
}

/* How many bytes of a symbol's there are at p; 0: it is none. */
static size_t size_of(const void *p)
{
	const ElfW(Sym) *symbol = NULL;
	Dl_info info;

	if (!p || !dladdr1(p, &info, (void **) &symbol, RTLD_DL_SYMENT) || !symbol)
		return 0;
	return symbol->st_size;
}

/* What has that name may be anything: not more is read than there is. */
static int check(const char *path, const struct encase_export *export, const struct why *why)
{
	size_t size = size_of(export);

	if (!export)
		return refuse(why, ENODATA, "%s: exports no encase_layer", path);
	if (size >= sizeof(export->abi) && export->abi != ENCASE_ABI)
		return refuse(why, EPROTONOSUPPORT, "%s: built for ABI %llu, this is %d", path,
			      (unsigned long long) export->abi, ENCASE_ABI);
	if (size < sizeof(*export))
		return refuse(why, ENODATA, "%s: its encase_layer is not what a plugin exports",
			      path);
	if (!export->core || *export->core != &itself)
		return refuse_core(path, export->core, why);
	if (!export->layer || !export->layer->name || !export->layer->rules)
		return refuse(why, EBADMSG, "%s: %s", path,
			      !export->layer         ? "no layer"
			      : !export->layer->name ? "its layer has no name"
						     : "its layer has no rules");
	return 0;
}

/* Loads a file and checks it; its object is to be closed, also after a failure. */
static int load(const char *path, struct encase_plugin *plugin, const struct why *why)
{
	const struct encase_export *export;
	int err;

	plugin->object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!plugin->object)
		return refuse(why, ENOEXEC, "%s", dlerror());
	export = dlsym(plugin->object, "encase_layer");
	err = check(path, export, why);
	if (err)
		return err;
	plugin->layer = export->layer;
	err = enc_loan_offer(plugin->layer);
	return err ? refuse(why, -err, "no memory") : 0;
}

int encase_plugin_load(const char *name, struct encase_plugin **plugin, char *text, size_t size)
{
	const struct why why = { text, size };
	struct encase_plugin *made;
	char *path = NULL;
	int err;

	if (!plugin)
		return refuse(&why, EINVAL, "no place for the plugin");
	err = find(name, &path, &why);
	if (err)
		return err;
	made = calloc(1, sizeof(*made));
	err = made ? load(path, made, &why) : refuse(&why, ENOMEM, "no memory");
	if (!err)
		*plugin = made;
	else if (made && made->object)
		dlclose(made->object);
	if (err)
		free(made);
	free(path);
	return err;
}

const struct encase_layer *encase_plugin_layer(const struct encase_plugin *plugin)
{
	return plugin->layer;
}

int encase_plugin_unload(struct encase_plugin *plugin)
{
	int err = plugin ? enc_loan_withdraw(plugin->layer) : 0;

	if (err || !plugin)
		return err;
	dlclose(plugin->object);
	free(plugin);
	return 0;
}
