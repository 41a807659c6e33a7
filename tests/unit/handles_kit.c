/* SPDX-License-Identifier: MIT */
/* See handles.h. */
#include "handles.h"

void (*hnd_on_destroy)(struct hnd_object *object);

static void destroy_as(struct hnd_object *object, const struct encase_handle_type *type)
{
	object->destroyed++;
	object->as = type;
	if (hnd_on_destroy)
		hnd_on_destroy(object);
}

static void destroy_node(void *object)
{
	destroy_as(object, &hnd_node);
}

static void destroy_dir(void *object)
{
	destroy_as(object, &hnd_dir);
}

static void destroy_file(void *object)
{
	destroy_as(object, &hnd_file);
}

static void destroy_log(void *object)
{
	destroy_as(object, &hnd_log);
}

const struct encase_handle_type hnd_node = { "node", NULL, destroy_node };
const struct encase_handle_type hnd_dir = { "dir", &hnd_node, destroy_dir };
const struct encase_handle_type hnd_file = { "file", &hnd_node, destroy_file };
const struct encase_handle_type hnd_log = { "log", &hnd_file, destroy_log };
const struct encase_handle_type hnd_lone = { "lone", NULL, NULL };

struct encase_handles *hnd_table(uint32_t places, unsigned bits, bool again)
{
	struct encase_handles_setup setup = { places, (uint8_t) bits, again };
	struct encase_handles *table;

	same(encase_handles_new(&setup, &table), 0);
	return table;
}

struct encase_cage *hnd_cage(struct encase_handles *table, uint32_t most,
			     const struct encase_grant *grants)
{
	struct encase_cage *cage = unit_host_cage();

	if (table)
		same(encase_handles_join(table, cage, most, grants), 0);
	return cage;
}

void hnd_free(struct encase_handles *table)
{
	same(encase_handles_free(table), 0);
}

encase_word hnd_new(struct encase_cage *cage, const struct encase_handle_type *type,
		    struct hnd_object *object, uint32_t rights)
{
	encase_word handle = 0;

	same(encase_handle_new(cage, type, object, rights, &handle), 0);
	holds(handle);
	return handle;
}

encase_word hnd_dup(struct encase_cage *cage, encase_word handle, uint32_t rights,
		    struct encase_cage *to)
{
	encase_word dup = 0;

	same(encase_handle_dup(cage, handle, rights, to, &dup), 0);
	holds(dup);
	return dup;
}

int hnd_try(struct encase_cage *cage, encase_word handle, const struct encase_handle_type *type,
	    uint32_t rights, const void *object)
{
	struct encase_use use = { &use, &use };
	int err = encase_handle_get(cage, handle, type, rights, &use);

	if (err) {
		holds(use.object == &use && use.place == &use);
		return err;
	}
	same(use.object, object ? object : use.object);
	encase_handle_put(&use);
	same(use.object, NULL);
	same(use.place, NULL);
	return 0;
}
