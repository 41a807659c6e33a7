/* SPDX-License-Identifier: MIT */
/*
 * SQLite in a cage: the system calls of its "unix" VFS become a cage's calls.
 *
 * One cage at a time.  Databases are to be opened after sqlite_enter_cage() and
 * closed before sqlite_leave_cage(), and the cage is freed after that.
 */
#ifndef SQLITE_CAGE_H
#define SQLITE_CAGE_H

#include "encase.h"

/* What became of the entries in SQLite's list of system calls. */
struct sqlite_handover {
	unsigned in_cage, no_calls;
	char unknown
		[256]; /* names of those that this program knows nothing of, each after a blank */
};

/*
 * 0, or -1 after a line on stderr; then SQLite is as it was before.  Entries that
 * this build of SQLite does not use are left unset: it could not restore them.
 */
int sqlite_enter_cage(struct encase_cage *cage, struct sqlite_handover *handover);
void sqlite_leave_cage(void);

#endif
