/* SPDX-License-Identifier: MIT */
/* The program's own cage; see files.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "files.h"
#include "under.h"

struct files files;

int files_enter_cage(void)
{
	int error = encase_cage_new(&under, &files.cage);

	if (error == 0) {
		files.access = ENCASE_ENTRY(files.cage, access);
		files.close = ENCASE_ENTRY(files.cage, close);
		files.getdents64 = ENCASE_ENTRY(files.cage, getdents64);
		files.lstat = ENCASE_ENTRY(files.cage, lstat);
		files.open = ENCASE_ENTRY(files.cage, open);
		files.read = ENCASE_ENTRY(files.cage, read);
		files.unlink = ENCASE_ENTRY(files.cage, unlink);
		if (files.access && files.close && files.getdents64 && files.lstat && files.open &&
		    files.read && files.unlink)
			return 0;
		error = -errno;
		files_leave_cage();
	}
	fprintf(stderr, "write_counter: no cage: %s\n", strerror(-error));
	return -1;
}

void files_leave_cage(void)
{
	encase_cage_free(files.cage);
	files.cage = NULL;
}
