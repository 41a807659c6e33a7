/* SPDX-License-Identifier: MIT */
/*
 * Guest: filters of the program's own (seccomp), loaded when its sites have been changed: what they answer by a signal is the
 * program's to see, and what they end a process for is what the program does, not what a gate does for itself.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "guest.h"

static volatile int hits, wrong;

/* As those look who answer in the kernel's stead. */
static void answer(int sig, siginfo_t *info, void *context)
{
	greg_t *regs = ((ucontext_t *) context)->uc_mcontext.gregs;

	wrong |= sig != SIGSYS || regs[REG_RAX] != info->si_syscall ||
		 (greg_t) (uintptr_t) info->si_call_addr != regs[REG_RIP];
	regs[REG_RAX] = -ENOLINK;
	hits++;
}

static bool filter(unsigned number, unsigned action)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { .len = 4, .filter = code };

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void warm(void)
{
	for (int i = 0; i < 200; i++) {
		(void) close(-1);
		(void) lseek(-1, 0, SEEK_SET);
	}
}

static int be_answered(void)
{
	const struct sigaction action = { .sa_sigaction = answer, .sa_flags = SA_SIGINFO };
	bool good = !sigaction(SIGSYS, &action, NULL);

	warm();
	good &= filter(SYS_close, SECCOMP_RET_TRAP) && filter(SYS_lseek, SECCOMP_RET_TRAP);
	for (int i = 0; i < 20; i++) {
		good &= close(-1) < 0 && errno == ENOLINK;
		good &= lseek(-1, 0, SEEK_SET) < 0 && errno == ENOLINK;
	}
	return !(good && hits == 40 && !wrong);
}

/* New sites come to make calls when others are not to be made any more. */
static int go_on(unsigned number)
{
	bool good;

	warm();
	good = filter(number, SECCOMP_RET_KILL_PROCESS);
	for (int i = 0; i < 200; i++)
		good &= getppid() > 0 && getuid() == geteuid() && getgid() == getegid();
	return !good;
}

/* What a child has ended with. */
static int child(int (*act)(unsigned), unsigned number)
{
	pid_t pid = fork();
	int status = -1;

	if (!pid)
		_exit(act ? act(number) : be_answered());
	return waitpid(pid, &status, 0) == pid ? status : -1;
}

int main(void)
{
	CHECK(!child(NULL, 0));
	CHECK(!child(go_on, SYS_openat));
	CHECK(!child(go_on, SYS_close));
	CHECK(!child(go_on, SYS_membarrier));
	return guest_end();
}
