/* SPDX-License-Identifier: MIT */
/* The tree of files; see tree.h. */
#include "tree.h"

#include <string.h>

#include "riot.h"

/* Those without content are directories, before what is in them; ! is before what may be replaced. */
static const struct {
	const char *dir, *name, *content;
} rows[] = {
	{ "", "readme", "Files of the board.\n" },
	{ "", "etc", NULL },
	{ "etc", "board", "native\n" },
	{ "", "home", NULL },
	{ "home", "a", NULL },
	{ "home/a", "!notes", "a's notes\n" },
	{ "home/a", "!empty", "" },
	{ "home", "b", NULL },
	{ "home/b", "!notes", "b's notes\n" },
};

static struct node *add(struct tree *tree, struct node *dir, const char *name, const char *content)
{
	struct node *node = &tree->nodes[tree->nnodes++], **last = &dir->first;

	node->read_only = *name != '!';
	node->name = name + (*name == '!');
	node->parent = dir;
	node->is_dir = !content;
	if (content) {
		node->size = strlen(content);
		memcpy(node->bytes, content, node->size);
	}
	while (*last)
		last = &(*last)->next;
	*last = node;
	return node;
}

void tree_init(struct tree *tree)
{
	memset(tree, 0, sizeof(*tree));
	tree->nodes[0] = (struct node){ .name = "", .is_dir = true };
	tree->nnodes = 1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		add(tree, tree_find(tree->nodes, rows[i].dir, strlen(rows[i].dir)), rows[i].name,
		    rows[i].content);
}

static struct node *entry(struct node *dir, const char *name, size_t n)
{
	struct node *node = dir->first;

	while (node && (strlen(node->name) != n || memcmp(node->name, name, n) != 0))
		node = node->next;
	return node;
}

struct node *tree_find(struct node *dir, const char *path, size_t n)
{
	const char *end = path + n;

	while (dir && path < end) {
		const char *slash = memchr(path, '/', (size_t) (end - path));
		size_t length = (size_t) ((slash ? slash : end) - path);

		if (length) /* more slashes are one */
			dir = dir->is_dir ? entry(dir, path, length) : NULL;
		path += length + (slash != NULL);
	}
	return dir;
}

int tree_replace(struct node *file, const uint8_t *bytes, size_t n)
{
	if (file->read_only)
		return -riot_error_read_only;
	if (n > TREE_FILE_MOST)
		return -riot_error_no_space;
	memcpy(file->bytes, bytes, n);
	file->size = n;
	return 0;
}
