/* SPDX-License-Identifier: MIT */
/*
 * The calls that this program makes for itself, those of a cage with no layers: so a
 * tape has them, and a replay touches no file.
 */
#ifndef FILES_H
#define FILES_H

#include "encase.h"

extern struct files {
	struct encase_cage *cage;
	encase_access_fn *access;
	encase_close_fn *close;
	encase_getdents64_fn *getdents64;
	encase_lstat_fn *lstat;
	encase_open_fn *open;
	encase_read_fn *read;
	encase_unlink_fn *unlink;
} files;

/* 0, or -1 after a line on stderr. */
int files_enter_cage(void);
void files_leave_cage(void);

#endif
