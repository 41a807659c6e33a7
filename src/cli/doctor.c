/* SPDX-License-Identifier: MIT */
/* encase doctor: what this machine's kernel and processor can do, and which gate encase run would use. */
#define _GNU_SOURCE
#include <encase/dispatch.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cli.h"

#define FSGSBASE 2 /* in AT_HWCAP2 */

static void say(const char *what, bool there, const char *use)
{
	printf("%-28s %-4s %s\n", what, there ? "yes" : "no", use);
}

/* Whether filters can ask a supervisor: told without setting one. */
static bool has_notification(void)
{
	const unsigned action = SECCOMP_RET_USER_NOTIF;

	return !syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
}

static bool has_membarrier(void)
{
	const int private_expedited = 8;

	return syscall(SYS_membarrier, 0, 0, 0) > 0 &&
	       (syscall(SYS_membarrier, 0, 0, 0) & private_expedited);
}

int cli_doctor(void)
{
	struct utsname kernel;
	char why[256] = "";
	int err = encase_dispatch_check(why, sizeof(why));

	if (!uname(&kernel))
		printf("%s %s, %s\n", kernel.sysname, kernel.release, kernel.machine);
	say("FSGSBASE", getauxval(AT_HWCAP2) & FSGSBASE, "gate dispatch: two thread pointers");
	say("/proc/self/exe", !access("/proc/self/exe", F_OK),
	    "gate dispatch: programs execute others");
	say("Syscall User Dispatch", !err, "gate dispatch: calls are caught");
	say("expedited membarrier", has_membarrier(),
	    "layers are pushed and popped while calls are made");
	say("seccomp user notification", has_notification(), "no gate of this version needs it");
	if (err)
		printf("encase run: none: %s\n", why);
	else
		puts("encase run: gate dispatch (cooperative: no wall against a hostile program)");
	return err ? CLI_FAILED : 0;
}
