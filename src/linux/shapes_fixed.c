/* SPDX-License-Identifier: MIT */
/*
 * The same as shapes.c for calls that C declares without "...".  What carries pointers
 * that nobody has described is UNKNOWN, and so is what only some kernels know.
 *
 * Sources: include/uapi of Linux 6.18, section 2 of the manual, ptrace(2), shmctl(2), msgctl(2).
 */
#define _GNU_SOURCE
#include <linux/dqblk_xfs.h>
#include <linux/if_packet.h>
#include <linux/quota.h>
#include <linux/seccomp.h>
#include <linux/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/msg.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/user.h>
#include <time.h>

#include "kernel.h"
#include "shapes.h"

/* -- System V's objects ---------------------------------------------------- */

static const struct enc_command shmctls[] = {
	{ IPC_RMID, NONE, 0 },
	{ SHM_LOCK, NONE, 0 },
	{ SHM_UNLOCK, NONE, 0 },
	OBJECT(IPC_SET, IN, struct shmid_ds),
	OBJECT(IPC_STAT, OUT, struct shmid_ds),
	OBJECT(SHM_STAT, OUT, struct shmid_ds),
	OBJECT(SHM_STAT_ANY, OUT, struct shmid_ds),
	OBJECT(IPC_INFO, OUT, struct shminfo),
	OBJECT(SHM_INFO, OUT, struct shm_info),
};

void enc_shape_shmctl(struct encase_desc *shape, const encase_word *words)
{
	enc_shape_by(shape, 2, shmctls, LENGTH(shmctls), (unsigned) words[1] & ~0x100U);
}

static const struct enc_command msgctls[] = {
	{ IPC_RMID, NONE, 0 },
	OBJECT(IPC_SET, IN, struct msqid_ds),
	OBJECT(IPC_STAT, OUT, struct msqid_ds),
	OBJECT(MSG_STAT, OUT, struct msqid_ds),
	OBJECT(MSG_STAT_ANY, OUT, struct msqid_ds),
	OBJECT(IPC_INFO, OUT, struct msginfo),
	OBJECT(MSG_INFO, OUT, struct msginfo),
};

void enc_shape_msgctl(struct encase_desc *shape, const encase_word *words)
{
	enc_shape_by(shape, 2, msgctls, LENGTH(msgctls), (unsigned) words[1] & ~0x100U);
}

/* -- Sockets --------------------------------------------------------------- */

#define FILTER        26 /* SO_ATTACH_FILTER, SO_GET_FILTER */
#define REUSEPORT_BPF 51 /* SO_ATTACH_REUSEPORT_CBPF */
#define ZEROCOPY      35 /* TCP_ZEROCOPY_RECEIVE: it has addresses */
#define TABLES        64 /* netfilter's options, and some behind it that have pointers */
#define ALG           279
#define VSOCK         40

/* Whether an option's value is known to be bytes without pointers. */
static bool is_flat(unsigned level, unsigned option)
{
	switch (level) {
	case SOL_SOCKET:
		return option != FILTER && option != REUSEPORT_BPF;
	case IPPROTO_IP:
		return option < TABLES;
	case IPPROTO_IPV6:
		return option != TABLES && option != TABLES + 1 && option < 96;
	case IPPROTO_TCP:
		return option != ZEROCOPY;
	case SOL_PACKET:
		return option != PACKET_FANOUT_DATA;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_RAW:
	case IPPROTO_MPTCP:
	case SOL_NETLINK:
	case SOL_TLS:
	case ALG:
	case VSOCK:
		return true;
	default:
		return false;
	}
}

void enc_shape_setsockopt(struct encase_desc *shape, const encase_word *words)
{
	if (!is_flat((unsigned) words[1], (unsigned) words[2]))
		encase_shape_opaque(shape, 3);
}

/* The length of a filter is counted in instructions of 8 bytes. */
void enc_shape_getsockopt(struct encase_desc *shape, const encase_word *words)
{
	if ((unsigned) words[1] == SOL_SOCKET && (unsigned) words[2] == FILTER)
		shape->arg[3].size = 8;
	else if (!is_flat((unsigned) words[1], (unsigned) words[2]))
		encase_shape_opaque(shape, 3);
}

/* -- Descriptors ----------------------------------------------------------- */

void enc_shape_epoll_ctl(struct encase_desc *shape, const encase_word *words)
{
	if ((unsigned) words[1] == EPOLL_CTL_DEL)
		encase_shape_number(shape, 3);
}

/* AT_HANDLE_MNT_ID_UNIQUE: the mount's number has 64 bits. */
void enc_shape_name_to_handle_at(struct encase_desc *shape, const encase_word *words)
{
	if (words[4] & 1)
		shape->arg[3].size = sizeof(uint64_t);
}

/* IORING_ENTER_EXT_ARG: a structure with pointers; _EXT_ARG_REG: a place in registered memory. */
void enc_shape_io_uring_enter(struct encase_desc *shape, const encase_word *words)
{
	if (words[3] & 1 << 6)
		encase_shape_number(shape, 4);
	else if (words[3] & 1 << 3)
		encase_shape_opaque(shape, 4);
}

enum { SET_STRING = 1, SET_BINARY, SET_PATH, SET_PATH_EMPTY }; /* FSCONFIG_* */

void enc_shape_fsconfig(struct encase_desc *shape, const encase_word *words)
{
	switch ((unsigned) words[1]) {
	case SET_STRING:
		encase_shape_string(shape, 3, ENCASE_STR, 4096);
		break;
	case SET_BINARY:
		encase_shape_buffer(shape, 3, IN, 1, 4);
		break;
	case SET_PATH:
	case SET_PATH_EMPTY:
		encase_shape_string(shape, 3, ENCASE_PATH, 4096);
		break;
	}
}

/* struct landlock_path_beneath_attr, which is packed, and struct landlock_net_port_attr. */
void enc_shape_landlock_add_rule(struct encase_desc *shape, const encase_word *words)
{
	if ((unsigned) words[1] == 1)
		encase_shape_object(shape, 2, IN, 12);
	else if ((unsigned) words[1] == 2)
		encase_shape_object(shape, 2, IN, 16);
	else
		encase_shape_opaque(shape, 2);
}

/* -- Security -------------------------------------------------------------- */

static const struct enc_command seccomps[] = {
	{ SECCOMP_SET_MODE_FILTER, UNKNOWN, 0 },
	OBJECT(SECCOMP_GET_ACTION_AVAIL, IN, uint32_t),
	OBJECT(SECCOMP_GET_NOTIF_SIZES, OUT, struct seccomp_notif_sizes),
};

void enc_shape_seccomp(struct encase_desc *shape, const encase_word *words)
{
	enc_shape_by(shape, 2, seccomps, LENGTH(seccomps), (unsigned) words[0]);
}

/* -- Disks ----------------------------------------------------------------- */

static const struct enc_command quotactls[] = {
	{ Q_SYNC, NONE, 0 },
	{ Q_QUOTAON, STRING, 0 },
	{ Q_QUOTAOFF, NONE, 0 },
	OBJECT(Q_GETFMT, OUT, uint32_t),
	OBJECT(Q_GETINFO, OUT, struct if_dqinfo),
	OBJECT(Q_SETINFO, IN, struct if_dqinfo),
	OBJECT(Q_GETQUOTA, OUT, struct if_dqblk),
	OBJECT(Q_SETQUOTA, IN, struct if_dqblk),
	OBJECT(Q_GETNEXTQUOTA, OUT, struct if_nextdqblk),
	OBJECT(Q_XQUOTAON, IN, uint32_t),
	OBJECT(Q_XQUOTAOFF, IN, uint32_t),
	OBJECT(Q_XGETQUOTA, OUT, struct fs_disk_quota),
	OBJECT(Q_XSETQLIM, IN, struct fs_disk_quota),
	OBJECT(Q_XGETQSTAT, OUT, struct fs_quota_stat),
	OBJECT(Q_XQUOTARM, IN, uint32_t),
	{ Q_XQUOTASYNC, NONE, 0 },
	OBJECT(Q_XGETQSTATV, INOUT, struct fs_quota_statv),
	OBJECT(Q_XGETNEXTQUOTA, OUT, struct fs_disk_quota),
};

void enc_shape_quotactl(struct encase_desc *shape, const encase_word *words)
{
	enc_shape_by(shape, 3, quotactls, LENGTH(quotactls), (unsigned) words[0] >> SUBCMDSHIFT);
}

void enc_shape_quotactl_fd(struct encase_desc *shape, const encase_word *words)
{
	enc_shape_by(shape, 3, quotactls, LENGTH(quotactls), (unsigned) words[1] >> SUBCMDSHIFT);
}

/* -- Processes ------------------------------------------------------------- */

static const struct enc_command ptraces[] = {
	OBJECT(PTRACE_PEEKTEXT, OUT, long),
	OBJECT(PTRACE_PEEKDATA, OUT, long),
	OBJECT(PTRACE_PEEKUSER, OUT, long),
	OBJECT(PTRACE_GETREGS, OUT, struct user_regs_struct),
	OBJECT(PTRACE_SETREGS, IN, struct user_regs_struct),
	OBJECT(PTRACE_GETFPREGS, OUT, struct user_fpregs_struct),
	OBJECT(PTRACE_SETFPREGS, IN, struct user_fpregs_struct),
	OBJECT(PTRACE_GETEVENTMSG, OUT, unsigned long),
	OBJECT(PTRACE_GETSIGINFO, OUT, siginfo_t),
	OBJECT(PTRACE_SETSIGINFO, IN, siginfo_t),
	OBJECT(PTRACE_GETSIGMASK, OUT, encase_ksigset),
	OBJECT(PTRACE_SETSIGMASK, IN, encase_ksigset),
	{ PTRACE_GETREGSET, UNKNOWN, 0 },
	{ PTRACE_SETREGSET, UNKNOWN, 0 },
	{ PTRACE_PEEKSIGINFO, UNKNOWN, 0 },
	{ PTRACE_SECCOMP_GET_FILTER, UNKNOWN, 0 },
	{ PTRACE_SECCOMP_GET_METADATA, UNKNOWN, 0 },
	{ PTRACE_GET_SYSCALL_INFO, UNKNOWN, 0 },
	{ PTRACE_GET_RSEQ_CONFIGURATION, UNKNOWN, 0 },
	{ 25 /* PTRACE_GET_THREAD_AREA */, UNKNOWN, 0 },
	{ 26 /* PTRACE_SET_THREAD_AREA */, UNKNOWN, 0 },
	{ 0x4210 /* PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG */, UNKNOWN, 0 },
	{ 0x4211 /* PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG */, UNKNOWN, 0 },
	{ 0x4212 /* PTRACE_SET_SYSCALL_INFO */, UNKNOWN, 0 },
};

/* Of addr only PTRACE_PEEKSIGINFO makes a pointer; of the others it is a number, or the tracee's. */
void enc_shape_ptrace(struct encase_desc *shape, const encase_word *words)
{
	if (words[0] == PTRACE_PEEKSIGINFO)
		encase_shape_opaque(shape, 2);
	enc_shape_by(shape, 3, ptraces, LENGTH(ptraces), words[0]);
}

static const struct enc_command arch_prctls[] = {
	{ 0x1011 /* ARCH_GET_CPUID */, NONE, 0 },
	OBJECT(0x1003 /* ARCH_GET_FS */, OUT, unsigned long),
	OBJECT(0x1004 /* ARCH_GET_GS */, OUT, unsigned long),
	OBJECT(0x1021 /* ARCH_GET_XCOMP_SUPP */, OUT, uint64_t),
	OBJECT(0x1022 /* ARCH_GET_XCOMP_PERM */, OUT, uint64_t),
	OBJECT(0x1024 /* ARCH_GET_XCOMP_GUEST_PERM */, OUT, uint64_t),
	OBJECT(0x4001 /* ARCH_GET_UNTAG_MASK */, OUT, unsigned long),
	OBJECT(0x4003 /* ARCH_GET_MAX_TAG_BITS */, OUT, unsigned long),
	OBJECT(0x5005 /* ARCH_SHSTK_STATUS */, OUT, unsigned long),
};

void enc_shape_arch_prctl(struct encase_desc *shape, const encase_word *words)
{
	enc_shape_by(shape, 1, arch_prctls, LENGTH(arch_prctls), (unsigned) words[0]);
}

/* KCMP_EPOLL_TFD */
void enc_shape_kcmp(struct encase_desc *shape, const encase_word *words)
{
	if ((unsigned) words[2] == 7)
		encase_shape_object(shape, 4, IN, sizeof(struct encase_kcmp_slot));
}

/* FUTEX_WAIT, _LOCK_PI, _WAIT_BITSET, _WAIT_REQUEUE_PI, _LOCK_PI2 have a time; others, a number. */
void enc_shape_futex(struct encase_desc *shape, const encase_word *words)
{
	const unsigned flags = 128 | 256, timed = 1 << 0 | 1 << 6 | 1 << 9 | 1 << 11 | 1 << 13;
	unsigned op = (unsigned) words[1] & ~flags;

	if (op < 14 && timed >> op & 1)
		encase_shape_object(shape, 3, IN | NULLS, sizeof(struct timespec));
}

/* -- The machine ----------------------------------------------------------- */

/* SYSLOG_ACTION_READ, _READ_ALL, _READ_CLEAR write; others do not look at the buffer. */
void enc_shape_syslog(struct encase_desc *shape, const encase_word *words)
{
	unsigned type = (unsigned) words[0];

	if (type < 2 || type > 4)
		encase_shape_number(shape, 1);
}

void enc_shape_reboot(struct encase_desc *shape, const encase_word *words)
{
	if ((unsigned) words[2] == 0xa1b2c3d4) /* LINUX_REBOOT_CMD_RESTART2 */
		encase_shape_string(shape, 3, ENCASE_STR, 4096);
}
