/* SPDX-License-Identifier: MIT */
/* Guest: processes that begin and end, and programs that follow one another. */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

extern char **environ;
static char self[4096];

/* How a child ended: its status, or 1000 and its signal. */
static int end_of(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/* Descriptors that an execution would leave open. */
static int count_open(void)
{
	int n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += !(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	return n;
}

/* -- What this program does when it is its own child ---------------------------------- */

static int as_child(int argc, char **argv)
{
	char text[256] = "";

	if (argc == 1 && !strcmp(argv[0], "nobody")) /* with an empty environment */
		return environ[0] ? 1 : 31;
	if (argc == 3 && !strcmp(argv[1], "echo"))
		return argv[2][0];
	if (argc == 2 && !strcmp(argv[1], "comm")) {
		(void) prctl(PR_GET_NAME, text);
		return strcmp(text, "renamed") ? 1 : 32;
	}
	if (argc == 2 && !strcmp(argv[1], "itself")) { /* by the link to what runs */
		(void) prctl(PR_GET_NAME, text);
		return !strcmp(text, "exe") && !strcmp((const char *) getauxval(AT_EXECFN),
						       "/proc/self/exe")
			       ? 34
			       : 1;
	}
	if (argc == 2 && !strcmp(argv[1], "open")) { /* descriptors that are open */
		return count_open();
	}
	if (argc == 2 && !strcmp(argv[1], "dispositions")) {
		struct sigaction one, two;
		sigset_t mask;

		sigaction(SIGUSR1, NULL, &one);
		sigaction(SIGUSR2, NULL, &two);
		sigprocmask(SIG_BLOCK, NULL, &mask);
		return one.sa_handler == SIG_IGN && two.sa_handler == SIG_DFL &&
				       sigismember(&mask, SIGHUP) && !sigismember(&mask, SIGINT)
			       ? 33
			       : 1;
	}
	return 2;
}

/* -- Children ------------------------------------------------------------------------ */

static void forks(void)
{
	volatile int mine = 1;
	pid_t pid = fork();

	if (!pid)
		_exit(++mine + 40);
	CHECK(pid > 0 && end_of(pid) == 42 && mine == 1);
	pid = fork();
	if (!pid) {
		pid = fork();
		if (!pid)
			_exit(getppid() > 1 ? 5 : 6);
		_exit(end_of(pid));
	}
	CHECK(end_of(pid) == 5);
	pid = fork();
	if (!pid)
		abort();
	CHECK(end_of(pid) == 1000 + SIGABRT);
}

static void vforks(void)
{
	static volatile int good, i;

	for (i = 0; i < 50; i++) {
		pid_t pid = vfork();

		if (!pid) {
			execl(self, "self", "echo", "A", (char *) NULL);
			_exit(1);
		}
		good += end_of(pid) == 'A';
	}
	CHECK(good == 50);
	for (i = 0; i < 50; i++) {
		pid_t pid = vfork();

		if (!pid)
			_exit(7);
		good += end_of(pid) == 7;
	}
	CHECK(good == 100);
}

/* A child in this memory changes it, and not the actions of signals. */
static void vfork_shares(void)
{
	struct sigaction old;
	static volatile int seen;
	pid_t pid;

	signal(SIGUSR1, SIG_DFL);
	pid = vfork();
	if (!pid) {
		seen = 1;
		signal(SIGUSR1, SIG_IGN);
		_exit(0);
	}
	CHECK(end_of(pid) == 0 && seen == 1);
	CHECK(!sigaction(SIGUSR1, NULL, &old) && old.sa_handler == SIG_DFL);
}

static void spawns(void)
{
	char *argv[] = { self, (char *) "echo", (char *) "S", NULL };
	int good = 0;
	pid_t pid;

	for (int i = 0; i < 50; i++)
		good += !posix_spawn(&pid, self, NULL, NULL, argv, environ) && end_of(pid) == 'S';
	CHECK(good == 50);
	CHECK(posix_spawn(&pid, "/nonexistent", NULL, NULL, argv, environ) == ENOENT);
}

/* An address that was good. */
static void *gone(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(page != MAP_FAILED && !munmap(page, 4096));
	return page;
}

static void clones(void)
{
	struct clone_args args = { .flags = CLONE_VFORK | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID,
				   .exit_signal = SIGCHLD };
	pid_t told = 0, own = 0;
	long pid;

	args.parent_tid = (uintptr_t) &told;
	args.child_tid = (uintptr_t) &own;
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (!pid)
		_exit(own == getpid() ? 9 : 1);
	CHECK(pid > 0 && told == pid && end_of((pid_t) pid) == 9);
	CHECK(syscall(SYS_clone3, (void *) 16, sizeof(args)) < 0 && errno == EFAULT);
	CHECK(syscall(SYS_clone3, &args, 8) < 0 && errno == EINVAL);
	pid = syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, NULL);
	if (!pid) {
		close(STDIN_FILENO);
		_exit(0);
	}
	CHECK(end_of((pid_t) pid) == 0 && fcntl(STDIN_FILENO, F_GETFD) < 0);
	CHECK(open("/dev/null", O_RDONLY) == STDIN_FILENO);
	pid = syscall(SYS_clone, CLONE_CHILD_SETTID | SIGCHLD, NULL, NULL, gone(), NULL);
	if (!pid)
		_exit(12);
	CHECK(end_of((pid_t) pid) == 12);
	pid = syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, NULL, &told, NULL, NULL);
	if (!pid)
		_exit(11);
	CHECK(fcntl(told, F_GETFD) == FD_CLOEXEC && end_of((pid_t) pid) == 11);
	close(told);
}

/* -- Programs ------------------------------------------------------------------------ */

static int run(const char *path, char *const argv[], char *const envp[])
{
	pid_t pid = fork();

	if (!pid) {
		execve(path, argv, envp);
		_exit(200);
	}
	return end_of(pid);
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t) strlen(text));
	CHECK(!fchmod(fd, mode) && !close(fd));
}

static void scripts(const char *folder)
{
	char script[4200], deep[4300], text[4400];
	char *argv[] = { (char *) "x", NULL };

	(void) snprintf(script, sizeof(script), "%s/script", folder);
	(void) snprintf(text, sizeof(text), "#! %s echo  \n", self);
	write_file(script, text, 0700);
	CHECK(run(script, argv, environ) == script[0]);
	(void) snprintf(deep, sizeof(deep), "%s/deep", folder);
	(void) snprintf(text, sizeof(text), "#!%s\n", script);
	write_file(deep, text, 0700);
	CHECK(run(deep, argv, environ) == 2); /* four words */
	write_file(deep, "#!/nonexistent\n", 0700);
	CHECK(execve(deep, argv, environ) < 0 && errno == ENOENT);
	write_file(deep, "echo\n", 0700);
	CHECK(execve(deep, argv, environ) < 0 && errno == ENOEXEC);
	write_file(deep, "#!\n", 0700);
	CHECK(execve(deep, argv, environ) < 0 && errno == ENOEXEC);
	(void) snprintf(text, sizeof(text), "#!%s\n", deep);
	write_file(deep, text, 0700);
	CHECK(execve(deep, argv, environ) < 0 && errno == ELOOP);
	write_file(deep, "#!/bin/sh\n", 0600);
	CHECK(execve(deep, argv, environ) < 0 && errno == EACCES);
	CHECK(!unlink(deep) && !unlink(script));
	CHECK(execve(folder, argv, environ) < 0 && errno == EACCES);
	CHECK(execve("", argv, environ) < 0 && errno == ENOENT);
}

/* A copy of this program without a name, and one that goes with the execution. */
static void by_descriptor(void)
{
	char *argv[] = { (char *) "x", (char *) "echo", (char *) "M", NULL };
	int from = open(self, O_RDONLY), to = memfd_create("guest", MFD_CLOEXEC);
	char bytes[65536];
	ssize_t n;
	pid_t pid;

	while ((n = read(from, bytes, sizeof(bytes))) > 0)
		(void) !write(to, bytes, (size_t) n);
	pid = fork();
	if (!pid) {
		fexecve(to, argv, environ);
		_exit(200);
	}
	CHECK(end_of(pid) == 'M');
	pid = fork();
	if (!pid) {
		syscall(SYS_execveat, from, "", argv, environ, AT_EMPTY_PATH);
		_exit(200);
	}
	CHECK(end_of(pid) == 'M');
	CHECK(syscall(SYS_execveat, from, "", argv, environ, 0) < 0 && errno == ENOENT);
	CHECK(syscall(SYS_execveat, from, "x", argv, environ, 2) < 0 && errno == EINVAL);
	close(from);
	close(to);
}

static void ignore(int sig)
{
	(void) sig;
}

static void environments(void)
{
	char *nobody[] = { (char *) "nobody", NULL }, *none[] = { NULL };
	char *dispositions[] = { self, (char *) "dispositions", NULL };
	char *open_ones[] = { self, (char *) "open", NULL };
	sigset_t mask;

	CHECK(run(self, nobody, none) == 31);
	CHECK(run(self, nobody, NULL) == 31);
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, ignore);
	sigemptyset(&mask);
	sigaddset(&mask, SIGHUP);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	CHECK(run(self, dispositions, environ) == 33);
	sigprocmask(SIG_UNBLOCK, &mask, NULL);
	signal(SIGUSR1, SIG_DFL);
	signal(SIGUSR2, SIG_DFL);
	CHECK(run(self, open_ones, environ) == count_open());
}

/* -- What a program is told of itself -------------------------------------------------- */

static void told(char **argv)
{
	char text[4096] = "", link[64];
	char *renamed[] = { self, (char *) "comm", NULL };
	const Elf64_Ehdr *vdso = (const void *) getauxval(AT_SYSINFO_EHDR);
	ssize_t n = readlink("/proc/self/exe", text, sizeof(text) - 1);
	FILE *file = fopen("/proc/self/cmdline", "r");

	CHECK(n > 0 && !strcmp(text, self));
	(void) snprintf(link, sizeof(link), "/proc/%d/exe", getpid());
	memset(text, 0, sizeof(text));
	CHECK(readlink(link, text, sizeof(text)) == n && !strcmp(text, self));
	CHECK(readlinkat(AT_FDCWD, "/proc/self/exe", text, 3) == 3);
	CHECK(run("/proc/self/exe", (char *[]){ self, (char *) "echo", (char *) "E", NULL },
		  environ) == 'E');
	CHECK(run("/proc/self/exe", (char *[]){ self, (char *) "itself", NULL }, environ) == 34);
	CHECK(file && fgets(text, sizeof(text), file) && !strcmp(text, argv[0]));
	fclose(file);
	file = fopen("/proc/self/environ", "r");
	CHECK(file && fgets(text, sizeof(text), file) && !strcmp(text, environ[0]));
	fclose(file);
	CHECK(getauxval(AT_PHDR) && getauxval(AT_PHNUM) > 2 && getauxval(AT_ENTRY));
	CHECK(getauxval(AT_RANDOM) && getauxval(AT_EXECFN));
	CHECK(!strcmp((const char *) getauxval(AT_EXECFN), argv[0]));
	CHECK(!strcmp((const char *) getauxval(AT_PLATFORM), "x86_64"));
	CHECK(getauxval(AT_UID) == getuid() && getauxval(AT_PAGESZ) == 4096);
	CHECK(!vdso || !memcmp(vdso->e_ident, ELFMAG, SELFMAG));
	CHECK(!symlink(self, "/tmp/renamed") || errno == EEXIST);
	CHECK(run("/tmp/renamed", renamed, environ) == 32);
	CHECK(!unlink("/tmp/renamed"));
}

int main(int argc, char **argv)
{
	char folder[] = "/tmp/guest-XXXXXX";

	if (argc > 1 || !strcmp(argv[0], "nobody"))
		return as_child(argc, argv);
	if (!realpath(argv[0], self) || !mkdtemp(folder))
		return 99;
	forks();
	vforks();
	vfork_shares();
	spawns();
	clones();
	scripts(folder);
	by_descriptor();
	environments();
	told(argv);
	CHECK(!rmdir(folder));
	return guest_end();
}
