/* SPDX-License-Identifier: MIT */
/*
 * Sizes of what Linux's calls point to, as the kernel has them on x86-64.  The table
 * takes them from the system's headers: here they are numbers, by the argument's C type.
 */
#include "unit.h"

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
