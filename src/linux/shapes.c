/* SPDX-License-Identifier: MIT */
/*
 * Linux's calls whose later arguments depend on earlier ones: what they are, by
 * command.  A command that is not listed has numbers.
 *
 * Sources: include/uapi of Linux 6.x, fcntl(2), ioctl_tty(2), semctl(2), prctl(2).
 */
#define _GNU_SOURCE
#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/ioctl.h>
#include <stdbool.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>

#include "kernel.h"
#include "shapes.h"

static const struct enc_command fcntls[] = {
	{ F_GETFD, NONE, 0 },
	{ F_GETFL, NONE, 0 },
	{ F_GETOWN, NONE, 0 },
	{ F_GETSIG, NONE, 0 },
	{ F_GETLEASE, NONE, 0 },
	{ F_GETPIPE_SZ, NONE, 0 },
	{ F_GET_SEALS, NONE, 0 },
	OBJECT(F_GETLK, INOUT, struct flock),
	OBJECT(F_SETLK, IN, struct flock),
	OBJECT(F_SETLKW, IN, struct flock),
	OBJECT(F_OFD_GETLK, INOUT, struct flock),
	OBJECT(F_OFD_SETLK, IN, struct flock),
	OBJECT(F_OFD_SETLKW, IN, struct flock),
	OBJECT(F_SETOWN_EX, IN, struct f_owner_ex),
	OBJECT(F_GETOWN_EX, OUT, struct f_owner_ex),
	OBJECT(17 /* F_GETOWNER_UIDS */, OUT, uid_t[2]),
	OBJECT(F_GET_RW_HINT, OUT, uint64_t),
	OBJECT(F_SET_RW_HINT, IN, uint64_t),
	OBJECT(F_GET_FILE_RW_HINT, OUT, uint64_t),
	OBJECT(F_SET_FILE_RW_HINT, IN, uint64_t),
};

/* Requests from before numbers told direction and size, and some that tell a wrong size: ioctl_iflags(2). */
static const struct enc_command ioctls[] = {
	OBJECT(FS_IOC_GETFLAGS, OUT, int),
	OBJECT(FS_IOC_SETFLAGS, IN, int),
	OBJECT(FS_IOC_GETVERSION, OUT, int),
	OBJECT(FS_IOC_SETVERSION, IN, int),
	OBJECT(BLKBSZGET, OUT, int),
	OBJECT(BLKBSZSET, IN, int),
	OBJECT(TCGETS, OUT, struct encase_ktermios),
	OBJECT(TCSETS, IN, struct encase_ktermios),
	OBJECT(TCSETSW, IN, struct encase_ktermios),
	OBJECT(TCSETSF, IN, struct encase_ktermios),
	OBJECT(TIOCGPGRP, OUT, int),
	OBJECT(TIOCSPGRP, IN, int),
	OBJECT(TIOCOUTQ, OUT, int),
	OBJECT(TIOCSTI, IN, char),
	OBJECT(TIOCGWINSZ, OUT, struct encase_kwinsize),
	OBJECT(TIOCSWINSZ, IN, struct encase_kwinsize),
	OBJECT(TIOCMGET, OUT, int),
	OBJECT(TIOCMBIS, IN, int),
	OBJECT(TIOCMBIC, IN, int),
	OBJECT(TIOCMSET, IN, int),
	OBJECT(TIOCGSOFTCAR, OUT, int),
	OBJECT(TIOCSSOFTCAR, IN, int),
	OBJECT(FIONREAD, OUT, int),
	OBJECT(TIOCPKT, IN, int),
	OBJECT(FIONBIO, IN, int),
	OBJECT(TIOCSETD, IN, int),
	OBJECT(TIOCGETD, OUT, int),
	OBJECT(TIOCGSID, OUT, int),
	OBJECT(FIOASYNC, IN, int),
	OBJECT(FIOQSIZE, OUT, int64_t),
	{ FIONCLEX, NONE, 0 },
	{ FIOCLEX, NONE, 0 },
	{ TIOCEXCL, NONE, 0 },
	{ TIOCNXCL, NONE, 0 },
	{ TIOCNOTTY, NONE, 0 },
	{ TIOCCONS, NONE, 0 },
};

/* The arrays of GETALL and SETALL are as long as the set, which no argument tells. */
static const struct enc_command semctls[] = {
	{ IPC_RMID, NONE, 0 },
	{ GETPID, NONE, 0 },
	{ GETVAL, NONE, 0 },
	{ GETNCNT, NONE, 0 },
	{ GETZCNT, NONE, 0 },
	OBJECT(IPC_SET, IN, struct semid_ds),
	OBJECT(IPC_STAT, OUT, struct semid_ds),
	OBJECT(SEM_STAT, OUT, struct semid_ds),
	OBJECT(SEM_STAT_ANY, OUT, struct semid_ds),
	OBJECT(IPC_INFO, OUT, struct seminfo),
	OBJECT(SEM_INFO, OUT, struct seminfo),
};

/* Of those that have one argument, what it points to; and those that have none. */
static const struct enc_command prctls[] = {
	{ PR_GET_DUMPABLE, NONE, 0 },
	{ PR_GET_KEEPCAPS, NONE, 0 },
	{ PR_GET_TIMING, NONE, 0 },
	{ PR_GET_SECCOMP, NONE, 0 },
	{ PR_GET_SECUREBITS, NONE, 0 },
	{ PR_GET_TIMERSLACK, NONE, 0 },
	{ PR_TASK_PERF_EVENTS_DISABLE, NONE, 0 },
	{ PR_TASK_PERF_EVENTS_ENABLE, NONE, 0 },
	OBJECT(PR_GET_PDEATHSIG, OUT, int),
	OBJECT(PR_GET_UNALIGN, OUT, int),
	OBJECT(PR_GET_FPEMU, OUT, int),
	OBJECT(PR_GET_FPEXC, OUT, int),
	OBJECT(PR_GET_ENDIAN, OUT, int),
	OBJECT(PR_GET_TSC, OUT, int),
	OBJECT(PR_GET_CHILD_SUBREAPER, OUT, int),
	OBJECT(PR_GET_TID_ADDRESS, OUT, int *),
	OBJECT(PR_GET_NAME, OUT, char[16]),
};

/* A file may be made: open(2), "mode". */
static bool has_mode(encase_word flags)
{
	return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
}

void enc_shape_open(struct encase_desc *shape, const encase_word *words)
{
	if (!has_mode(words[1]))
		shape->nargs = 2;
}

void enc_shape_openat(struct encase_desc *shape, const encase_word *words)
{
	if (!has_mode(words[2]))
		shape->nargs = 3;
}

/* The new address counts with these flags (mm/mremap.c). */
void enc_shape_mremap(struct encase_desc *shape, const encase_word *words)
{
	if (!(words[3] & (MREMAP_FIXED | 4 /* MREMAP_DONTUNMAP */)))
		shape->nargs = 4;
}

void enc_shape_fcntl(struct encase_desc *shape, const encase_word *words)
{
	enc_shape_by(shape, 2, fcntls, LENGTH(fcntls), (unsigned) words[1]);
}

/* The kernel cuts the request to 32 bits, which since Linux 1.3 tell direction and size. */
void enc_shape_ioctl(struct encase_desc *shape, const encase_word *words)
{
	unsigned request = (unsigned) words[1];
	unsigned dir = (_IOC_DIR(request) & _IOC_READ ? OUT : 0) |
		       (_IOC_DIR(request) & _IOC_WRITE ? IN : 0);

	if (!enc_shape_by(shape, 2, ioctls, LENGTH(ioctls), request) && dir && _IOC_SIZE(request))
		encase_shape_object(shape, 2, dir, _IOC_SIZE(request));
}

/* libc may add IPC_64, which the kernel drops (ipc/util.h). */
void enc_shape_semctl(struct encase_desc *shape, const encase_word *words)
{
	enc_shape_by(shape, 3, semctls, LENGTH(semctls), (unsigned) words[2] & ~0x100U);
}

void enc_shape_prctl(struct encase_desc *shape, const encase_word *words)
{
	unsigned option = (unsigned) words[0];

	if (option == PR_SET_NAME)
		encase_shape_string(shape, 1, ENCASE_STR, 4096);
	else
		enc_shape_by(shape, 1, prctls, LENGTH(prctls), option);
	if (shape->pointers)
		shape->nargs = 2;
}
