/* SPDX-License-Identifier: MIT */
/* Gate "dispatch": the file that is executed, and what scripts make of its arguments. */
#ifndef ENC_DISPATCH_FILE_H
#define ENC_DISPATCH_FILE_H

#include "dispatch.h"

#define ENC_FILE_WORDS   12
#define ENC_EXECVE_CHECK 0x10000 /* AT_EXECVE_CHECK, Linux 6.14 */

struct enc_file {
	int fd;                       /* opened; the caller's to close */
	bool unreachable;             /* its name is gone once this process executes something */
	char name[4224];              /* as the program is told */
	char *path;                   /* the name, or that of a script's interpreter */
	char *before[ENC_FILE_WORDS]; /* words instead of the first argument; nbefore of them */
	unsigned nbefore;
	char lines[5][256]; /* of scripts, what these words point into */
};

/* Opens what execveat(2) names: 0 or a negative errno. */
int enc_file_open(struct enc_file *file, int at, const char *path, int flags);
/*
 * Follows scripts to a program that can be run here: 0 or a negative errno; in both cases the
 * descriptor, if it is not -1, is to be closed.
 */
int enc_file_find(struct enc_file *file);

#endif
