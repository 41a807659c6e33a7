/* SPDX-License-Identifier: MIT */
/*
 * A host program in C++: layers are written in C, but cages may be made and
 * called from here.  It returns 0 if all went as it should.
 *
 * links:
 */
#include <encase.h>
#include <sys/syscall.h>
#include <unistd.h>

int main()
{
	encase_setup setup = {};
	encase_cage *cage;
	encase_word words[ENCASE_MAX_ARGS] = {};

	setup.lower = &encase_lower_kernel;
	if (encase_cage_new(&setup, &cage))
		return 1;
	if (encase_enter(cage, &encase_desc_getpid, words) != getpid())
		return 2;
	if (encase_enter(cage, encase_find_number(&encase_calls, SYS_getppid), words) != getppid())
		return 3;
	if (ENCASE_ENTRY(cage, getpid)() != getpid())
		return 4;
	return encase_cage_free(cage) ? 5 : 0;
}
