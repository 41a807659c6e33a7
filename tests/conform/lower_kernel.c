/* SPDX-License-Identifier: MIT */
/*
 * Row of lower layer "kernel", and tests of what only it has: whose call it makes,
 * and for whom it makes none.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lowers.h"

const struct lower_row lower_row_kernel = { .lower = &encase_lower_kernel, .answers = true };

/* Words with which a call does no harm, and fails for the most part: no descriptor, null. */
static void harmless(const struct encase_desc *desc, encase_word *words)
{
	memset(words, 0, ENCASE_MAX_ARGS * sizeof(*words));
	for (unsigned i = 0; i < desc->nargs; i++)
		if (!(desc->pointers >> i & 1) &&
		    (desc->arg[i].kind == ENCASE_FD || desc->arg[i].kind == ENCASE_AT ||
		     desc->arg[i].kind == ENCASE_NUM)) /* a set of semaphores, too */
			words[i] = (encase_word) -1;
}

/* Some of each class, which do no harm with such words. */
static const struct encase_desc *const made[] = {
	&encase_desc_read,     &encase_desc_write,         &encase_desc_open,
	&encase_desc_close,    &encase_desc_stat,          &encase_desc_fstat,
	&encase_desc_lstat,    &encase_desc_lseek,         &encase_desc_mmap,
	&encase_desc_munmap,   &encase_desc_ioctl,         &encase_desc_pread64,
	&encase_desc_pwrite64, &encase_desc_readv,         &encase_desc_writev,
	&encase_desc_access,   &encase_desc_mremap,        &encase_desc_dup,
	&encase_desc_getpid,   &encase_desc_accept,        &encase_desc_recvfrom,
	&encase_desc_uname,    &encase_desc_semctl,        &encase_desc_fcntl,
	&encase_desc_fsync,    &encase_desc_ftruncate,     &encase_desc_getcwd,
	&encase_desc_rename,   &encase_desc_mkdir,         &encase_desc_rmdir,
	&encase_desc_unlink,   &encase_desc_readlink,      &encase_desc_fchmod,
	&encase_desc_fchown,   &encase_desc_geteuid,       &encase_desc_getppid,
	&encase_desc_prctl,    &encase_desc_clock_gettime, &encase_desc_openat,
	&encase_desc_statx,    &encase_desc_newfstatat,    &encase_desc_unlinkat,
	&encase_desc_pipe2,    &encase_desc_preadv,        &encase_desc_getrandom,
	&encase_desc_kill,     &encase_desc_sched_yield,   &encase_desc_getpriority,
	&encase_desc_flock,    &encase_desc_sendmsg,       &encase_desc_epoll_ctl,
};

/* Those that would end or stop this process if they were made by mistake. */
static bool ends(const struct encase_desc *desc)
{
	static const struct encase_desc *const list[] = {
		&encase_desc_exit,
		&encase_desc_exit_group,
		&encase_desc_rt_sigreturn,
		&encase_desc_pause,
		&encase_desc_fork,
		&encase_desc_vfork,
		&encase_desc_clone,
		&encase_desc_vhangup,
		&encase_desc_restart_syscall,
		&encase_desc_rseq_slice_yield,
		&encase_desc_reboot,
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (list[i] == desc)
			return true;
	return false;
}

static bool may_make(const struct bench *b, const struct encase_desc *desc)
{
	unsigned class_ = encase_text(desc)->class_;
	encase_word words[ENCASE_MAX_ARGS];
	const struct encase_command *command;

	harmless(desc, words);
	command = class_ == ENCASE_COMMAND ? encase_command(desc, words) : NULL;
	if (command)
		class_ = command->class_;
	return row_is_own(b->space.row) || class_ == ENCASE_ORDINARY || class_ == ENCASE_OWN;
}

/* For another memory: those that are described and about no thread, and no others. */
static void commands(struct bench *b)
{
	encase_word fd = (encase_word) b->pipe[0];

	same(b->who, make(b, fcntl, fd, F_GETFD), FD_CLOEXEC);
	memset(b->space.bytes, 0x55, 8);
	same(b->who, make(b, ioctl, fd, FIONREAD, at(b, 0)), 0);
	same(b->who, memcmp(b->space.bytes, "\0\0\0\0UUUU", 8), 0);
	same(b->who, make(b, fcntl, fd, 0x7777, 0), -ENOSYS);
	same(b->who, make(b, ioctl, fd, _IOR('x', 1, long), at(b, 0)), -ENOSYS);
	same(b->who, make(b, ioctl, fd, SIOCGIFCONF, at(b, 0)), -ENOSYS);   /* pointers inside */
	same(b->who, make(b, ioctl, fd, FS_IOC_FIEMAP, at(b, 0)), -ENOSYS); /* opaque */
	same(b->who, make(b, ioctl, fd, TIOCGPGRP, at(b, 0)), -ENOSYS);     /* this process's */
	same(b->who, make(b, prctl, PR_GET_NAME, at(b, 0)), -ENOSYS);
	same(b->who, make(b, futex, at(b, 0), FUTEX_WAKE, 1), -ENOSYS);
}

/* Calls about the thread or the address space, or of unknown pointers, are this thread's alone. */
static void classes(struct bench *b)
{
	bool host = row_is_own(b->space.row);
	encase_word words[ENCASE_MAX_ARGS];

	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		harmless(made[i], words);
		holds(encase_text(made[i])->name,
		      (encase_enter(b->cage, made[i], words) == -ENOSYS) == !may_make(b, made[i]));
	}
	for (size_t c = 0; c < encase_calls.ncalls; c++) {
		const struct encase_desc *desc = encase_calls.calls[c];

		if (may_make(b, desc) || ends(desc))
			continue;
		harmless(desc, words);
		same(encase_text(desc)->name, encase_enter(b->cage, desc, words), -ENOSYS);
	}
	if (host)
		return;
	same(b->who, make(b, getpid, 0), -ENOSYS);
	same(b->who, make(b, geteuid, 0), -ENOSYS);
	same(b->who, make(b, getgroups, 0, 0), -ENOSYS);
	same(b->who, make(b, munmap, at(b, 0), PAGE), -ENOSYS);
	same(b->who, make(b, mmap, 0, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS), -ENOSYS);
	commands(b);
}

Test(lower_kernel, whose_calls_it_makes)
{
	BAD_ADDRESSES_BEGIN;
	for (size_t i = 0; memory_rows[i]; i++) {
		struct bench b;

		bench_open(&b, &lower_row_kernel, memory_rows[i]);
		classes(&b);
		bench_close(&b);
	}
	BAD_ADDRESSES_END;
}

/* For this process's own memory those calls are made, and mean this process. */
Test(lower_kernel, calls_about_this_process)
{
	struct utsname got, wanted;
	char *p;
	struct bench b;
	long result;

	bench_open(&b, &lower_row_kernel, &memory_row_host);
	same("getpid", make(&b, getpid, 0), getpid());
	same("getppid", make(&b, getppid, 0), getppid());
	same("geteuid", make(&b, geteuid, 0), geteuid());
	same("getgroups", make(&b, getgroups, 0, 0), getgroups(0, NULL));
	same("fcntl", make(&b, fcntl, (encase_word) b.pipe[0], F_GETFD), FD_CLOEXEC);
	result = make(&b, mmap, 0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		      (encase_word) -1, 0);
	p = (char *) result;
	p[PAGE - 1] = 'x';
	same("munmap", make(&b, munmap, (encase_word) result, PAGE), 0);
	same("uname", make(&b, uname, at(&b, 0)), 0);
	memcpy(&got, b.space.bytes, sizeof(got));
	cr_assert(!uname(&wanted));
	same("uname", strcmp(got.release, wanted.release), 0);
	bench_close(&b);
}
