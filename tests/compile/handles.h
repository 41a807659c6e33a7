/* SPDX-License-Identifier: MIT */
/* Types of handles, for the tests of what compiles. */
#ifndef HANDLES_H
#define HANDLES_H

#include <encase/handle.h>

struct fs_node {
	unsigned uses;
};
struct fs_file {
	struct fs_node base;
	unsigned closed;
};
struct socket {
	int fd;
};

ENCASE_HANDLE_TYPE(node, struct fs_node);
ENCASE_HANDLE_SUBTYPE(file, struct fs_file, node, base);
ENCASE_HANDLE_TYPE(sock, struct socket);

#endif
