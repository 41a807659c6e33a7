/* SPDX-License-Identifier: MIT */
/* What the tests of handles share: types in a tree, objects that know what became of them, tables. */
#ifndef UNIT_HANDLES_H
#define UNIT_HANDLES_H

#include <encase/handle.h>

#include "unit.h"

/* node is above dir and file, file above log; lone stands alone, and destroys nothing. */
extern const struct encase_handle_type hnd_node, hnd_dir, hnd_file, hnd_log, hnd_lone;

struct hnd_object {
	unsigned destroyed;
	const struct encase_handle_type *as;
};
/* If not null, runs in each destroy(). */
extern void (*hnd_on_destroy)(struct hnd_object *object);

enum { HND_READ = 1, HND_WRITE = 2, HND_ALL = HND_READ | HND_WRITE };

/* A table; a cage that has joined it, or not, if it is null. */
struct encase_handles *hnd_table(uint32_t places, unsigned bits, bool again);
struct encase_cage *hnd_cage(struct encase_handles *table, uint32_t most,
			     const struct encase_grant *grants);
void hnd_free(struct encase_handles *table);

/* A handle that must come to be. */
encase_word hnd_new(struct encase_cage *cage, const struct encase_handle_type *type,
		    struct hnd_object *object, uint32_t rights);
encase_word hnd_dup(struct encase_cage *cage, encase_word handle, uint32_t rights,
		    struct encase_cage *to);
/* Gets, and puts if that succeeds; what get said.  The object must be that one, if it is not null. */
int hnd_try(struct encase_cage *cage, encase_word handle, const struct encase_handle_type *type,
	    uint32_t rights, const void *object);

#endif
