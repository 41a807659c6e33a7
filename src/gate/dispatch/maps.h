/* SPDX-License-Identifier: MIT */
/* Gate "dispatch": the list of the process's mappings. */
#ifndef ENC_DISPATCH_MAPS_H
#define ENC_DISPATCH_MAPS_H

#include <stdint.h>
#include <sys/types.h>

struct enc_mapping {
	uint64_t begin, end, offset, inode;
	dev_t device;
	char rights[5]; /* "rwxp" */
	const char *path;
};
/* Tells visit() of each, as long as that returns 0; what it returned, or a negative errno. */
typedef int enc_mapping_fn(void *arg, const struct enc_mapping *m);
int enc_mappings(enc_mapping_fn *visit, void *arg);

#endif
