/* SPDX-License-Identifier: MIT */
/* Guest: a program that takes for its own what it has not made, and what becomes of it. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define DISPATCH 59 /* PR_SET_SYSCALL_USER_DISPATCH */

static void descriptors(void)
{
	int fd = open("/dev/null", O_RDONLY), n = 0;
	struct stat st;

	CHECK(fd >= 0);
	CHECK(!syscall(SYS_close_range, 3, ~0U, 0));
	CHECK(fcntl(fd, F_GETFD) < 0 && errno == EBADF);
	for (int i = 3; i < 70000; i++)
		n += !close(i) || fcntl(i, F_GETFD) >= 0 || !fstat(i, &st);
	CHECK(!n);
	CHECK(dup2(STDOUT_FILENO, 100) == 100 && !close(100));
	CHECK(syscall(SYS_close_range, 5, 4, 0) < 0 && errno == EINVAL);
	CHECK(system("exit 6") == 6 << 8);
}

static void dispatch(void)
{
	struct sigaction action;
	sigset_t set;

	CHECK(prctl(DISPATCH, 0, 0, 0, 0) <= 0);
	CHECK(getppid() > 0);
	signal(SIGSYS, SIG_IGN);
	CHECK(getppid() > 0);
	signal(SIGSYS, SIG_DFL);
	sigfillset(&set);
	CHECK(!sigprocmask(SIG_SETMASK, &set, NULL) && getppid() > 0);
	sigemptyset(&set);
	CHECK(!sigprocmask(SIG_SETMASK, &set, NULL));
	for (int sig = 1; sig < 65; sig++)
		if (sig != SIGKILL && sig != SIGSTOP && !sigaction(sig, NULL, &action))
			(void) sigaction(sig, &action, NULL);
	CHECK(getppid() > 0);
}

/* Is one of these ours?  By what stands in the list of mappings. */
static bool is_ours(const char *line, const char *own)
{
	static const char *const known[] = { "[vdso]",   "[vvar",      "[stack]",  "libc.so",
					     "ld-linux", "[vsyscall]", "[uprobes]" };

	for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strstr(line, known[i]))
			return true;
	return strstr(line, own) || !strchr(line, '/');
}

/* Everything from files that this program does not know is unmapped, as a checkpointer would do it. */
static void mappings(const char *own)
{
	static char lines[400][256];
	FILE *maps = fopen("/proc/self/maps", "r");
	unsigned long begin, end;
	int n = 0, wrong = 0;

	while (maps && n < 400 && fgets(lines[n], sizeof(lines[n]), maps))
		n++;
	fclose(maps);
	for (int i = 0; i < n; i++) {
		if (is_ours(lines[i], own) || sscanf(lines[i], "%lx-%lx", &begin, &end) != 2)
			continue;
		wrong += munmap((void *) begin, end - begin) != 0;
		(void) mprotect((void *) begin, end - begin, PROT_NONE);
		(void) madvise((void *) begin, end - begin, MADV_DONTNEED);
		(void) mmap((void *) begin, end - begin, PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	}
	CHECK(n > 5 && !wrong);
	CHECK(getppid() > 0);
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');

	(void) argc;
	descriptors();
	dispatch();
	mappings(slash ? slash + 1 : argv[0]);
	return guest_end();
}
