/* SPDX-License-Identifier: MIT */
/*
 * Sizes of what Linux's calls point to, as the kernel has them on x86-64.  The table
 * takes them from the system's headers: here they are numbers, by the argument's C type.  Those
 * of commands, too.
 */
#include "unit.h"

#include <linux/ioctl.h>

static const struct {
	const char *type;
	size_t size;
} sizes[] = {
	{ "struct stat", 144 },
	{ "struct statx", 256 },
	{ "struct statfs", 120 },
	{ "struct ustat", 32 },
	{ "struct utsname", 390 },
	{ "struct sysinfo", 112 },
	{ "struct timespec", 16 },
	{ "struct timeval", 16 },
	{ "struct timezone", 8 },
	{ "struct itimerval", 32 },
	{ "struct itimerspec", 32 },
	{ "struct timex", 208 },
	{ "struct tms", 32 },
	{ "struct utimbuf", 16 },
	{ "struct rlimit", 16 },
	{ "struct rusage", 144 },
	{ "struct sched_param", 4 },
	{ "struct pollfd", 8 },
	{ "struct epoll_event", 12 },
	{ "struct iovec", 16 },
	{ "struct sembuf", 6 },
	{ "struct mq_attr", 64 },
	{ "struct sigevent", 64 },
	{ "struct encase_ksigaction", 32 },
	{ "struct encase_ksiginfo", 128 },
	{ "struct encase_kstack", 24 },
	{ "struct __user_cap_header_struct", 8 },
	{ "struct __user_cap_data_struct", 24 },
	{ "struct io_event", 32 },
	{ "struct io_uring_params", 120 },
	{ "struct futex_waitv", 24 },
	{ "struct user_desc", 16 },
	{ "struct cachestat_range", 16 },
	{ "struct cachestat", 40 },
	{ "siginfo_t", 128 },
	{ "struct __ptrace_peeksiginfo_args", 16 },
	{ "struct arpreq", 68 },
	{ "struct blkpg_ioctl_arg", 24 },
	{ "struct encase_kcmp_slot", 12 },
	{ "struct encase_ktermio", 18 },
	{ "struct encase_ktermios", 36 },
	{ "struct encase_kwinsize", 8 },
	{ "struct f_owner_ex", 8 },
	{ "struct flock", 32 },
	{ "struct fs_disk_quota", 112 },
	{ "struct fs_quota_stat", 80 },
	{ "struct fs_quota_statv", 160 },
	{ "struct if_dqblk", 72 },
	{ "struct if_dqinfo", 24 },
	{ "struct if_nextdqblk", 72 },
	{ "struct ifconf", 16 },
	{ "struct ifreq", 40 },
	{ "struct io_uring_buf_reg", 40 },
	{ "struct io_uring_file_index_range", 16 },
	{ "struct io_uring_files_update", 16 },
	{ "struct io_uring_restriction", 16 },
	{ "struct io_uring_rsrc_update", 16 },
	{ "struct io_uring_sqe", 64 },
	{ "struct io_uring_sync_cancel_reg", 64 },
	{ "struct kbentry", 4 },
	{ "struct kbkeycode", 8 },
	{ "struct kbsentry", 513 },
	{ "struct keyctl_dh_params", 12 },
	{ "struct keyctl_pkey_params", 40 },
	{ "struct keyctl_pkey_query", 56 },
	{ "struct landlock_path_beneath_attr", 12 },
	{ "struct loop_config", 304 },
	{ "struct loop_info", 168 },
	{ "struct loop_info64", 232 },
	{ "struct msginfo", 32 },
	{ "struct msqid_ds", 120 },
	{ "struct rtentry", 120 },
	{ "struct seccomp_notif_sizes", 6 },
	{ "struct semid_ds", 104 },
	{ "struct seminfo", 40 },
	{ "struct serial_icounter_struct", 80 },
	{ "struct serial_rs485", 32 },
	{ "struct serial_struct", 72 },
	{ "struct shm_info", 48 },
	{ "struct shmid_ds", 112 },
	{ "struct shminfo", 72 },
	{ "struct sock_filter", 8 },
	{ "struct user_fpregs_struct", 512 },
	{ "struct user_regs_struct", 216 },
	{ "struct vlan_ioctl_args", 56 },
	{ "struct vt_consize", 12 },
	{ "struct vt_mode", 8 },
	{ "struct vt_sizes", 6 },
	{ "struct vt_stat", 6 },
	{ "struct robust_list_head *", 8 },
	{ "encase_socklen", 4 },
	{ "encase_ktimer", 4 },
	{ "off_t", 8 },
	{ "time_t", 8 },
	{ "size_t", 8 },
	{ "uint64_t", 8 },
	{ "uint32_t", 4 },
	{ "uid_t", 4 },
	{ "gid_t", 4 },
	{ "unsigned long", 8 },
	{ "unsigned", 4 },
	{ "void *", 8 },
	{ "int", 4 },
};

/* Arguments that point to two of a type. */
static const struct {
	const struct encase_desc *desc;
	unsigned arg;
} pairs[] = {
	{ &encase_desc_pipe, 0 },          { &encase_desc_pipe2, 0 },
	{ &encase_desc_socketpair, 3 },    { &encase_desc_utimes, 1 },
	{ &encase_desc_futimesat, 2 },     { &encase_desc_utimensat, 2 },
	{ &encase_desc_futex_requeue, 0 },
};

/* The size of what a type points to, or 0. */
static size_t size_of(const char *type)
{
	if (!strncmp(type, "const ", 6))
		type += 6;
	for (size_t i = 0; i < LENGTH(sizes); i++) {
		size_t n = strlen(sizes[i].type);

		if (!strncmp(type, sizes[i].type, n) &&
		    (!strcmp(type + n, " *") || !strcmp(type + n, "*")))
			return sizes[i].size;
	}
	return 0;
}

static size_t times(const struct encase_desc *desc, unsigned arg)
{
	for (size_t i = 0; i < LENGTH(pairs); i++)
		if (pairs[i].desc == desc && pairs[i].arg == arg)
			return 2;
	return 1;
}

Test(sizes, are_the_kernels)
{
	size_t checked = 0;

	for (size_t c = 0; c < encase_calls.ncalls; c++) {
		const struct encase_desc *desc = encase_calls.calls[c];

		for (unsigned i = 0; i < desc->nargs; i++) {
			unsigned kind = desc->arg[i].kind & ENCASE_KIND;
			const char *type = encase_text(desc)->arg[i].type;

			if (kind != ENCASE_OBJ && (kind != ENCASE_BUF || desc->arg[i].size == 1))
				continue;
			unit_row("%s, %s %s", encase_text(desc)->name, type,
				 encase_text(desc)->arg[i].name);
			same(desc->arg[i].size, times(desc, i) * size_of(type));
			checked++;
		}
	}
	holds(checked > 130);
}

/* -- Commands -------------------------------------------------------------------- */

static bool has_size(const struct encase_arg *arg)
{
	unsigned kind = arg->kind & ENCASE_KIND;

	return kind == ENCASE_OBJ || (kind == ENCASE_BUF && arg->size > 1);
}

/* Structures; of what else is pointed to commands.def itself has the size. */
static size_t check_command(const struct encase_commands *of, const struct encase_command *command)
{
	size_t checked = 0;

	unit_row("%s, %s", encase_text(of->desc)->name, command->name);
	for (unsigned i = of->first; i < command->nargs; i++) {
		const struct encase_command_arg *arg = &command->args[i - of->first];

		if (!(command->pointers >> i & 1) || !has_size(&arg->is) ||
		    !strstr(arg->type, "struct "))
			continue;
		if (of->desc == &encase_desc_ioctl &&
		    arg->is.size == _IOC_SIZE((unsigned) command->value))
			continue; /* as its number says: ioctls.c */
		same(arg->is.size, size_of(arg->type));
		checked++;
	}
	return checked;
}

Test(sizes, of_commands_are_the_kernels)
{
	size_t checked = 0;

	for (size_t i = 0; i < encase_calls.ncalls; i++) {
		const struct encase_commands *of = encase_commands(encase_calls.calls[i]);

		for (size_t k = 0; of && k < of->n; k++)
			checked += check_command(of, &of->list[k]);
	}
	holds(checked > 140);
}
