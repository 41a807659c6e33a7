/* SPDX-License-Identifier: MIT */
/*
 * A small tree of files in memory: some are there to be read, some may be replaced.  Paths are
 * names between slashes, and lead downward alone: there is no way up out of a directory.
 */
#ifndef RIOT_TREE_H
#define RIOT_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TREE_NODES     16
#define TREE_FILE_MOST 256 /* bytes of a file */

struct node {
	const char *name;
	struct node *parent; /* null: the root */
	struct node *first;  /* of a directory's entries, or null */
	struct node *next;   /* in the same directory, or null */
	bool is_dir, read_only;
	size_t size;
	uint8_t bytes[TREE_FILE_MOST];
};

struct tree {
	size_t nnodes;
	struct node nodes[TREE_NODES]; /* the first one is the root */
};

void tree_init(struct tree *tree);
/* What is at a path of n bytes below a directory; an empty path is the directory.  Or null. */
struct node *tree_find(struct node *dir, const char *path, size_t n);
/* Gives a file another content; 0, or the negative number of an error of riot.def. */
int tree_replace(struct node *file, const uint8_t *bytes, size_t n);

#endif
