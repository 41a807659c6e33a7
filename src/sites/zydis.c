/* SPDX-License-Identifier: MIT */
/* Zydis loaded; see zydis.h. */
#include "zydis.h"

#include <dlfcn.h>

struct enc_zydis enc_zydis;

static bool bind(void *library)
{
	void *found;

#define BIND(name)                     \
	found = dlsym(library, #name); \
	if (!found)                    \
		return false;          \
	__builtin_memcpy(&enc_zydis.name, &found, sizeof(found));
	ENC_ZYDIS_FUNCTIONS(BIND)
	return true;
}

bool enc_zydis_load(void)
{
	static const char *const names[] = { "libZydis.so.4.0", "libZydis.so.4",
					     "libZydis.so.4.1" };
	static enum { NOT_YET, LOADED, NONE } state;

	for (unsigned i = 0; state == NOT_YET && i < sizeof(names) / sizeof(names[0]); i++) {
		void *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);

		if (library && bind(library))
			state = LOADED;
	}
	if (state == NOT_YET)
		state = NONE;
	return state == LOADED;
}
