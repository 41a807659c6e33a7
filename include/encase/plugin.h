/* SPDX-License-Identifier: MIT */
/*
 * Plugins: layers in shared objects, which a program loads when it runs.
 *
 * The author of a layer adds one line at file scope and builds a .so, linked
 * with the shared library (or with no libencase: what the program has is found):
 *
 *     ENCASE_PLUGIN(my_layer);
 *
 *     cc -shared -fPIC my_layer.c -o my_layer.so $(pkg-config --cflags --libs encase)
 *
 * The program loads it, and pushes its layer as any other:
 *
 *     err = encase_plugin_load("my_layer", &plugin, why, sizeof(why));
 *     if (!err)
 *             err = encase_push(cage, encase_plugin_layer(plugin), NULL);
 *
 * Loading runs code of the file: it is to be trusted as the program itself is.
 */
#ifndef ENCASE_PLUGIN_H
#define ENCASE_PLUGIN_H

#include "layer.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The number of the binary interface.  It is raised when what was built with the
 * headers of one release could not run with the library of the next: a public structure,
 * enumeration or limit has changed, a public function means something else or has
 * gone, or a call of Linux's table has other arguments or another place among the
 * groups.  What is only added (functions, calls, groups behind the others) does not raise it.
 * The shared library's soname ends in it.
 */
#define ENCASE_ABI 1

/*
 * Which copy of the library this is: a program may have one linked in, and a plugin
 * yet be bound to another, whose threads know nothing of the program's calls.
 */
extern ENCASE_API const void *const encase_core;

/* What a plugin exports under the name "encase_layer".  Made by the macro below. */
struct encase_export {
	uint64_t abi;            /* ENCASE_ABI, as the plugin was built; first for good */
	const void *const *core; /* &encase_core, as the plugin was bound */
	const struct encase_layer *layer;
};

/* Exports a layer: once in a plugin, at file scope. */
#define ENCASE_PLUGIN(l)                                           \
	extern ENCASE_API const struct encase_export encase_layer; \
	const struct encase_export encase_layer = { ENCASE_ABI, &encase_core, ENC_LAYER(&(l)) }
/* clang-format off */
#define ENC_LAYER(l) \
	_Generic((l), const struct encase_layer *: (l), struct encase_layer *: (l))
/* clang-format on */

struct encase_plugin; /* a plugin that was loaded */

/*
 * Loads a plugin into *plugin, the caller's to unload.  A name with a slash is a
 * file's; else it consists of letters, digits, '_' and '-', 64 at most, and NAME.so
 * is looked for in the folders that the environment's ENCASE_LAYERS lists with colons between
 * them (not in a program that has more rights than its caller), then in the folder
 * of the installed layers; the first there is is the one.  If that fails, what went wrong is
 * written to why, size bytes with the NUL, cut if need be; why may be null where size is 0.
 *
 *   -EINVAL           no name, a name with other characters, or no place for the plugin
 *   -ENOENT           there is no such file
 *   -ENOEXEC          not a shared object for this machine, or one that lacks something:
 *                     a symbol that nothing defines, a library
 *   -ENODATA          it exports no encase_layer, or something else by that name
 *   -EPROTONOSUPPORT  built for another ENCASE_ABI
 *   -EXDEV            bound to another copy of libencase than the one that loads it:
 *                     a program that has the library linked in is linked with -rdynamic
 *   -EBADMSG          the layer is null, or has no name or no rules
 *   -ENOMEM
 *
 * A file that is loaded again is the same: its variables are there once.  Any
 * thread may load and unload.
 */
ENCASE_API int encase_plugin_load(const char *name, struct encase_plugin **plugin, char *why,
				  size_t size);
/* Its layer, the plugin's own: to be pushed until it is unloaded.  Never null. */
ENCASE_API const struct encase_layer *encase_plugin_layer(const struct encase_plugin *plugin);
/*
 * Unloads it; null is fine.  -EBUSY, and nothing is done: its layer is on a cage, or has not
 * stopped yet.  It is to be popped first, and drained (encase_drain()), or its cages freed.
 */
ENCASE_API int encase_plugin_unload(struct encase_plugin *plugin);

#ifdef __cplusplus
}
#endif
#endif
