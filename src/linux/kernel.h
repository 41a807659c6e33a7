/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own structures, where libc has others or none: what linux.def needs
 * for their sizes.  Each tells its source in Linux 6.18.
 */
#ifndef ENC_LINUX_KERNEL_H
#define ENC_LINUX_KERNEL_H

#include <stdint.h>

/* struct sigaction, arch/x86/include/uapi/asm/signal.h, of 64-bit programs. */
struct encase_ksigaction {
	void *handler;
	uint64_t flags;
	void *restorer;
	uint64_t mask;
};

/* struct sigset_argpack, fs/select.c; struct __aio_sigset, include/uapi/linux/aio_abi.h. */
struct encase_ksigarg {
	const uint64_t *sigmask;
	uint64_t sigsetsize;
};

/* siginfo_t, include/uapi/asm-generic/siginfo.h: what stands behind code depends on that. */
struct encase_ksiginfo {
	int32_t signo, error, code, pad;
	uint64_t rest[14];
};

/* stack_t, arch/x86/include/uapi/asm/signal.h. */
struct encase_kstack {
	void *ss_sp;
	int32_t ss_flags;
	uint64_t ss_size;
};

/* struct ustat, include/linux/types.h. */
struct encase_kustat {
	int32_t tfree;
	uint64_t tinode;
	char fname[6], fpack[6];
};

/* struct cachestat_range and struct cachestat, include/uapi/linux/mman.h. */
struct encase_kcachestat_range {
	uint64_t off, len;
};
struct encase_kcachestat {
	uint64_t nr_cache, nr_dirty, nr_writeback, nr_evicted, nr_recently_evicted;
};

/* struct termios, struct termio and struct winsize, include/uapi/asm-generic/termbits.h, termios.h. */
struct encase_ktermios {
	uint32_t c_iflag, c_oflag, c_cflag, c_lflag;
	uint8_t c_line, c_cc[19];
};
struct encase_ktermio {
	uint16_t flags[4];
	uint8_t line, cc[8];
};
struct encase_kwinsize {
	uint16_t ws_row, ws_col, ws_xpixel, ws_ypixel;
};

/* struct kcmp_epoll_slot, include/uapi/linux/kcmp.h. */
struct encase_kcmp_slot {
	uint32_t efd, tfd, toff;
};

/* struct open_how, include/uapi/linux/openat2.h. */
struct encase_open_how {
	uint64_t flags, mode, resolve;
};

/* struct sched_attr, include/uapi/linux/sched/types.h: the oldest of its sizes. */
struct encase_sched_attr {
	uint32_t size, sched_policy;
	uint64_t sched_flags;
	int32_t sched_nice;
	uint32_t sched_priority;
	uint64_t sched_runtime, sched_deadline, sched_period;
};

/* What F_SET_RW_HINT and its like point to. */
struct encase_rw_hint {
	uint64_t hint;
};

#endif
