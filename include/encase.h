/* SPDX-License-Identifier: MIT */
/*
 * encase.h - the one door into encase.
 *
 * A cage makes calls: system calls, or those of any interface described in a
 * table.  Each call falls through the cage's stack of layers, newest first, and
 * lands on its lower layer, usually the kernel.  A layer is a table of rules; a
 * rule ties one call to a handler, written with that call's own prototype, and
 * its policy says what the handler sees of each pointer argument.
 *
 * Three conventions for errors meet here, and each keeps to its side:
 *   - functions that set things up return 0 or a negative errno;
 *   - natural handlers, and the encase_next_*() they forward with, speak libc:
 *     the call's failure value, and errno;
 *   - gates, raw handlers and lower layers speak kernel: -4095..-1 is -errno.
 *
 * Where to look: encase/layer.h for writing a layer, encase/call.h for what a
 * handler may do, encase/cage.h for running cages, encase/plugin.h for layers in
 * shared objects, encase/table.h for describing an interface of one's own,
 * encase/linux.def for Linux's calls, encase/command.h for their commands.  Not included here: encase/make.h for interfaces
 * that are made at run time, encase/handle.h for typed handles, encase/static.h for stacks that
 * the compiler resolves, encase/stats.h for counters that processes share, encase/test.h for
 * testing layers.
 */
#ifndef ENCASE_H
#define ENCASE_H

#include <sys/select.h>
#include <sys/types.h>

#include "encase/cage.h"
#include "encase/call.h"
#include "encase/command.h"
#include "encase/desc.h"
#include "encase/layer.h"
#include "encase/plugin.h"

/* Linux's calls.  Structures are the kernel's; where libc's has the same layout, libc's. */
struct __sysctl_args;
struct __user_cap_data_struct;
struct __user_cap_header_struct;
struct cachestat;
struct cachestat_range;
struct clone_args;
struct epoll_event;
struct file_attr;
struct file_handle;
struct futex_waitv;
struct getcpu_cache;
struct io_event;
struct io_uring_params;
struct iocb;
struct iovec;
struct itimerspec;
struct itimerval;
struct kernel_sym;
struct kexec_segment;
struct landlock_ruleset_attr;
struct linux_dirent;
struct lsm_ctx;
struct mmsghdr;
struct mnt_id_req;
struct mount_attr;
struct mq_attr;
struct msghdr;
struct msqid_ds;
struct nfsctl_arg;
struct ns_id_req;
struct open_how;
struct perf_event_attr;
struct pollfd;
struct rlimit;
struct robust_list_head;
struct rseq;
struct rusage;
struct sched_attr;
struct sched_param;
struct sembuf;
struct shmid_ds;
struct sockaddr;
struct stat;
struct statfs;
struct statmount;
struct statx;
struct sysinfo;
struct timespec;
struct timeval;
struct timex;
struct timezone;
struct tms;
struct user_desc;
struct ustat;
struct utimbuf;
struct utsname;
struct xattr_args;
struct sigevent;
union bpf_attr;
union nfsctl_res;

/* Where it has not, or names none, the kernel's: struct sigaction, the pair of pselect6(2), siginfo_t, stack_t. */
struct encase_ksigaction;
struct encase_ksigarg;
struct encase_ksiginfo;
struct encase_kstack;
typedef uint64_t encase_ksigset; /* bit n - 1: signal n */
typedef int encase_ktimer;
typedef unsigned encase_socklen; /* socklen_t */

#define ENCASE_PREFIX encase
#define ENCASE_TABLE  "linux.def"
#include "encase/declare.h"
#undef ENCASE_PREFIX
#undef ENCASE_TABLE

#endif
