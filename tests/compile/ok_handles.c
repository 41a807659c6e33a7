/* SPDX-License-Identifier: MIT */
/*
 * Handles, each of a type of its own, from making to closing.
 *
 * links:
 */
#include "handles.h"

#include <encase.h>
#include <errno.h>

static void close_node(struct fs_node *n)
{
	n->uses = 0;
}

static void close_file(struct fs_file *f)
{
	f->closed++;
}

ENCASE_HANDLE_DEFINE(node, close_node);
ENCASE_HANDLE_DEFINE_SUBTYPE(file, close_file, node);

static int use(struct encase_cage *cage, struct node handle)
{
	struct node_use use;
	int err = node_get(cage, handle, 1, &use);

	if (err)
		return err;
	use.object->uses++;
	node_put(&use);
	return use.object || use.place;
}

/* 0, or the line that went wrong. */
static int try(struct encase_cage *cage, struct fs_file *f, struct fs_node *n)
{
	struct file file, dup, from;
	struct file_use taken;
	struct node node;

	if (file_new(cage, f, 3 | ENCASE_MAY_DUP, &file) || node_new(cage, n, 1, &node))
		return __LINE__;
	if (use(cage, node) || use(cage, file_up(file)) || n->uses != 1 || f->base.uses != 1)
		return __LINE__;
	from.word = node.word; /* a word that a call brought */
	if (file_get(cage, from, 0, &taken) != -EPROTOTYPE || file_close(cage, file, 4) != -EACCES)
		return __LINE__;
	if (file_dup(cage, file, 2, cage, &dup) || use(cage, file_up(dup)) != -EACCES)
		return __LINE__;
	if (file_take(cage, file, 1, &taken) || taken.object != f || file_close(cage, dup, 2))
		return __LINE__;
	if (f->closed || use(cage, file_up(file)) != -ESTALE)
		return __LINE__;
	file_put(&taken);
	if (f->closed != 1 || node_close(cage, node, 0) || n->uses)
		return __LINE__;
	return 0;
}

int main(void)
{
	static const struct encase_setup setup = { .lower = &encase_lower_void };
	static const struct encase_handles_setup handles = { .places = 4, .bits = 16 };
	struct encase_handles *table;
	struct encase_cage *cage;
	struct fs_file f = { .closed = 0 };
	struct fs_node n = { 0 };
	int line;

	if (encase_cage_new(&setup, &cage) || encase_handles_new(&handles, &table) ||
	    encase_handles_join(table, cage, 4, NULL))
		return 1;
	line = try(cage, &f, &n);
	return line ? line : encase_cage_free(cage) || encase_handles_free(table);
}
