/* SPDX-License-Identifier: MIT */
/*
 * The text files of a folder: their paths, found once, and their contents, read
 * one at a time.  A text file is a regular file without a NUL byte.
 */
#ifndef TEXT_FILES_H
#define TEXT_FILES_H

#include <stddef.h>

enum { TEXT_MAX = 256 << 20 }; /* bytes of the largest file that is read */

struct path_list {
	const char *folder; /* borrowed */
	char **path;        /* of regular files, sorted within each folder */
	size_t n;
	size_t unreadable; /* folders that could not be looked into */
};

/*
 * Finds what is in a folder and below; symbolic links are not followed, but the
 * folder itself may be one.  0, or -1 after a line on stderr.
 */
int path_list_make(struct path_list *list, const char *folder);
void path_list_free(struct path_list *list);

struct text {
	char *data; /* kept from one file to the next; null at first, to be freed */
	size_t room, len;
};

/* Too large: above TEXT_MAX, or for the memory there is. */
enum text_result { TEXT_READ, TEXT_IS_BINARY, TEXT_UNREADABLE, TEXT_TOO_LARGE };

enum text_result text_read(struct text *text, const char *path);

#endif
