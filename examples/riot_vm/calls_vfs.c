/* SPDX-License-Identifier: MIT */
/* Calls: files and directories.  Nodes of the tree outlive their handles. */
#include <errno.h>
#include <string.h>

#include "calls.h"
#include "host.h"

/* A handle for a node: a directory, a file, or what is next in a directory. */
static int give(const struct encase_handle_type *type, struct node *node, uint16_t *bits)
{
	encase_word handle;
	struct thing *thing = host_give(type, &handle);

	if (!thing)
		return -1;
	thing->as.node = node;
	*bits = (uint16_t) handle;
	return 0;
}

static struct node *node_of(encase_word handle, const struct encase_handle_type *type,
			    unsigned rights)
{
	struct encase_use use;
	struct thing *thing = host_use(handle, type, rights, &use);
	struct node *node = thing ? thing->as.node : NULL;

	if (thing)
		encase_handle_put(&use);
	return node;
}

/* What is at a path, if it is of the right kind. */
static struct node *find(riot_dir_bits dir, const uint8_t *path, size_t n, bool is_dir)
{
	struct node *node = node_of(dir, &type_dir, MAY_READ);

	if (!node)
		return NULL;
	node = tree_find(node, (const char *) path, n);
	if (node && node->is_dir == is_dir)
		return node;
	errno = !node ? riot_error_no_entry : is_dir ? riot_error_not_a_dir : riot_error_is_a_dir;
	return NULL;
}

int on_vfs_root(struct riot_dir *result)
{
	return give(&type_dir, host_of_call()->root, &result->bits);
}

int on_opendir_at(riot_dir_bits dir, const uint8_t *path, size_t path_count,
		  struct riot_dir *result)
{
	struct node *node = find(dir, path, path_count, true);

	return node ? give(&type_dir, node, &result->bits) : -1;
}

int on_openfile_at(riot_dir_bits dir, const uint8_t *path, size_t path_count,
		   struct riot_file *result)
{
	struct node *node = find(dir, path, path_count, false);

	return node ? give(&type_file, node, &result->bits) : -1;
}

int on_readdir(riot_dir_bits dir, struct riot_dir_iter *result)
{
	struct node *node = node_of(dir, &type_dir, MAY_READ);

	return node ? give(&type_dir_iter, node->first, &result->bits) : -1;
}

int on_next(riot_dir_iter_bits iter, uint8_t *name, size_t name_count,
	    struct riot_entry_or_none *result)
{
	struct encase_use use;
	struct thing *thing = host_use(iter, &type_dir_iter, MAY_READ, &use);
	const struct node *node;
	size_t length;

	if (!thing)
		return -1;
	node = thing->as.node;
	result->there = node != NULL;
	if (node) {
		length = strlen(node->name);
		result->value.length = (uint16_t) length;
		result->value.kind =
			node->is_dir ? riot_entry_kind_directory : riot_entry_kind_file;
		if (name_count)
			memcpy(name, node->name, length < name_count ? length : name_count);
		thing->as.node = node->next;
	}
	encase_handle_put(&use);
	return 0;
}

long on_readslice(riot_file_bits file, uint32_t offset, uint8_t *data, size_t data_count)
{
	const struct node *node = node_of(file, &type_file, MAY_READ);
	size_t n;

	if (!node)
		return -1;
	if (offset >= node->size || !data_count)
		return 0;
	n = node->size - offset < data_count ? node->size - offset : data_count;
	memcpy(data, node->bytes + offset, n);
	return (long) n;
}

int on_replace(riot_file_bits file, const uint8_t *data, size_t data_count)
{
	struct node *node = node_of(file, &type_file, MAY_WRITE);

	return node ? host_says(tree_replace(node, data, data_count)) : -1;
}

int on_close(riot_any_bits any)
{
	return host_says(encase_handle_close(host_of_call()->cage, any, NULL, 0));
}
