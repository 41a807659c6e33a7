/* SPDX-License-Identifier: MIT */
/* The calls of canaries.c, which alone includes this, with arguments that do no harm. */
#ifndef CANARY_ROWS_H
#define CANARY_ROWS_H

#include "lowers.h"

/* The scene's descriptors. */
enum {
	FILE_FD = 100,
	PIPE_IN,
	PIPE_OUT,
	PAIR,
	PAIR_PEER,
	EVENT,
	EPOLL,
	TIMER,
	DIRECTORY,
	LISTENER,
	TERMINAL,
	INET6
};

/* -- The calls ------------------------------------------------------------- */

/* A word that stands for byte n of the block; names and small inputs are put there before. */
#define AT(n) (UINT64_C(0x7a00000000000000) + (n))
#define END   AT(BENCH_SIZE)
#define QUEUE UINT64_C(0x7b00000000000000)
#define SEMS  UINT64_C(0x7c00000000000000)
#define SHM   UINT64_C(0x7d00000000000000)
#define CWD   ((encase_word) (int) AT_FDCWD)
enum { NAME = 0, LINK = 16, NOTHING = 32, EMPTY = 48, LENGTH = 64, INPUT = 128, OUTPUT = 1024 };

enum { SAME, CHANGES = 1, HOST = 2, MESSAGE = 4, PAIRED = 8, REFUSED = 16, MANY = 32 };

/* A message at MSG, of which input has namelen, controllen, flags and two lengths; or a pair there. */
enum { MSG = 512 };
struct pointers {
	struct msghdr msg;
	struct iovec iov[2];
};
/* Or many of them, all the same, but that of which input has the number behind that is bad. */
enum { MESSAGES = 3 };
struct many {
	struct mmsghdr msg[MESSAGES];
	struct iovec iov[MESSAGES][2];
};

struct row {
	const struct encase_desc *desc;
	encase_word words[6];
	int how;
	uint32_t input[8]; /* what stands at INPUT */
	uint32_t length;   /* what stands at LENGTH */
};
#define C(c, ...)           \
	&encase_desc_##c,   \
	{                   \
		__VA_ARGS__ \
	}

static const struct row rows[] = {
#include "canary_commands.h"
	{ C(read, FILE_FD, AT(OUTPUT), 10), SAME, { 0 }, 0 },
	{ C(read, FILE_FD, AT(OUTPUT), 100), SAME, { 0 }, 0 },
	{ C(read, FILE_FD, AT(OUTPUT), 0), SAME, { 0 }, 0 },
	{ C(read, 99, AT(OUTPUT), 10), SAME, { 0 }, 0 },
	{ C(read, PIPE_IN, AT(OUTPUT), 5), SAME, { 0 }, 0 },
	{ C(pread64, FILE_FD, AT(OUTPUT), 100, 7), SAME, { 0 }, 0 },
	{ C(write, FILE_FD, AT(INPUT), 32), SAME, { 1, 2 }, 0 },
	{ C(getdents64, DIRECTORY, AT(OUTPUT), 8), SAME, { 0 }, 0 },
	{ C(getdents, DIRECTORY, AT(OUTPUT), 8), SAME, { 0 }, 0 },
	{ C(stat, AT(NAME), AT(OUTPUT)), CHANGES, { 0 }, 0 },
	{ C(stat, AT(NOTHING), AT(OUTPUT)), SAME, { 0 }, 0 },
	{ C(lstat, AT(LINK), AT(OUTPUT)), CHANGES, { 0 }, 0 },
	{ C(fstat, FILE_FD, AT(OUTPUT)), CHANGES, { 0 }, 0 },
	{ C(newfstatat, CWD, AT(NAME), AT(OUTPUT), 0), CHANGES, { 0 }, 0 },
	{ C(newfstatat, FILE_FD, AT(EMPTY), AT(OUTPUT), AT_EMPTY_PATH), CHANGES, { 0 }, 0 },
	{ C(statx, CWD, AT(NAME), 0, 0x7ff, AT(OUTPUT)), CHANGES, { 0 }, 0 },
	{ C(statfs, AT(NAME), AT(OUTPUT)), CHANGES, { 0 }, 0 },
	{ C(fstatfs, FILE_FD, AT(OUTPUT)), CHANGES, { 0 }, 0 },
	{ C(access, AT(NAME), R_OK), SAME, { 0 }, 0 },
	{ C(faccessat2, CWD, AT(NAME), R_OK, 0), SAME, { 0 }, 0 },
	{ C(readlink, AT(LINK), AT(OUTPUT), 100), SAME, { 0 }, 0 },
	{ C(readlink, AT(LINK), AT(OUTPUT), 3), SAME, { 0 }, 0 },
	{ C(readlink, AT(NAME), AT(OUTPUT), 100), SAME, { 0 }, 0 },
	{ C(readlinkat, CWD, AT(LINK), AT(OUTPUT), 100), SAME, { 0 }, 0 },
	{ C(openat2, CWD, AT(NAME), AT(INPUT), 24), CHANGES, { O_RDONLY | O_CLOEXEC }, 0 },
	{ C(openat2, CWD, AT(NAME), AT(INPUT), 7), SAME, { 0 }, 0 },
	{ C(listxattr, AT(NAME), AT(OUTPUT), 100), SAME, { 0 }, 0 },
	{ C(getxattr, AT(NAME), AT(LINK), AT(OUTPUT), 100), SAME, { 0 }, 0 },
	{ C(getcwd, AT(OUTPUT), 1000), SAME, { 0 }, 0 },
	{ C(getcwd, AT(OUTPUT), 2), SAME, { 0 }, 0 },
	{ C(uname, AT(OUTPUT)), SAME, { 0 }, 0 },
	{ C(sysinfo, AT(OUTPUT)), CHANGES, { 0 }, 0 },
	{ C(clock_gettime, CLOCK_REALTIME, AT(OUTPUT)), CHANGES, { 0 }, 0 },
	{ C(clock_gettime, 77, AT(OUTPUT)), SAME, { 0 }, 0 },
	{ C(clock_gettime, CLOCK_REALTIME, 0), SAME, { 0 }, 0 },
	/* A clock of a process that is not there: the timer has its number before that is seen. */
	{ C(timer_create, (encase_word) ((~99999999 * 8) | 2), 0, AT(OUTPUT)),
	  CHANGES | HOST,
	  { 0 },
	  0 },
	{ C(mount, AT(NAME), AT(NOTHING), 0, 4096 /* MS_BIND */, 0), SAME, { 0 }, 0 },
	{ C(mount, AT(NAME), AT(NOTHING), 0, 4096 /* MS_BIND */, AT(NAME)), REFUSED, { 0 }, 0 },
	{ C(kexec_load, 0, 0, 0, 0x7777), SAME, { 0 }, 0 },
	{ C(kexec_load, 0, 1, AT(INPUT), 0x7777), REFUSED, { 0 }, 0 },
	{ C(io_submit, 0, 0, 0), REFUSED, { 0 }, 0 },
	{ C(perf_event_open, AT(INPUT), 0, 0, 0, 0), REFUSED, { 0 }, 0 },
	{ C(setxattrat, CWD, AT(NAME), 0, AT(LINK), AT(INPUT), 16), REFUSED, { 0 }, 0 },
	{ C(getxattrat, CWD, AT(NAME), 0, AT(LINK), AT(INPUT), 16), REFUSED, { 0 }, 0 },
	{ C(clock_getres, CLOCK_REALTIME, AT(OUTPUT)), SAME, { 0 }, 0 },
	{ C(clock_getres, CLOCK_REALTIME, 0), SAME, { 0 }, 0 },
	{ C(gettimeofday, AT(OUTPUT), AT(2048)), CHANGES, { 0 }, 0 },
	{ C(time, AT(OUTPUT)), CHANGES, { 0 }, 0 },
	{ C(adjtimex, AT(OUTPUT)), HOST, { 0 }, 0 },
	{ C(prlimit64, 0, RLIMIT_NOFILE, 0, AT(OUTPUT)), SAME, { 0 }, 0 },
	{ C(prlimit64, 0, 99, 0, AT(OUTPUT)), SAME, { 0 }, 0 },
	{ C(getrlimit, RLIMIT_STACK, AT(OUTPUT)), HOST, { 0 }, 0 },
	{ C(getrusage, RUSAGE_SELF, AT(OUTPUT)), CHANGES | HOST, { 0 }, 0 },
	{ C(times, AT(OUTPUT)), CHANGES | HOST, { 0 }, 0 },
	{ C(poll, AT(INPUT), 3, 0), SAME, { PIPE_IN, POLLIN, PIPE_OUT, POLLOUT, 99, POLLIN }, 0 },
	{ C(poll, AT(INPUT), 0, 0), SAME, { 0 }, 0 },
	{ C(ppoll, AT(INPUT), 1, AT(OUTPUT), 0, 8), CHANGES, { PIPE_IN, POLLIN }, 0 },
	{ C(ppoll, AT(INPUT), 1, AT(INPUT + 16), 0, 8), SAME, { PIPE_IN, POLLIN }, 0 },
	{ C(select, 128, AT(INPUT), 0, 0, AT(INPUT + 16)), SAME, { 0, 0, 0, 0x20 }, 0 },
	{ C(select, 128, 0, AT(INPUT), AT(INPUT), AT(INPUT + 16)), SAME, { 0, 0, 0, 0x40 }, 0 },
	{ C(select, 70, AT(INPUT), 0, 0, AT(INPUT + 16)), SAME, { 1 << 31 }, 0 },
	{ C(epoll_wait, EPOLL, AT(OUTPUT), 8, 0), SAME, { 0 }, 0 },
	{ C(epoll_wait, EPOLL, AT(OUTPUT), 0, 0), SAME, { 0 }, 0 },
	{ C(epoll_pwait, EPOLL, AT(OUTPUT), 8, 0, AT(INPUT), 8), SAME, { 0 }, 0 },
	{ C(epoll_ctl, EPOLL, EPOLL_CTL_MOD, EVENT, AT(INPUT)), SAME, { EPOLLOUT }, 0 },
	{ C(epoll_ctl, EPOLL, EPOLL_CTL_DEL, EVENT, 0x1234), SAME, { 0 }, 0 },
	{ C(timerfd_gettime, TIMER, AT(OUTPUT)), CHANGES, { 0 }, 0 },
	{ C(timerfd_settime, TIMER, 0, AT(INPUT), AT(OUTPUT)), CHANGES, { 0 }, 0 },
	{ C(getsockname, PAIR, AT(OUTPUT), AT(LENGTH)), SAME, { 0 }, 100 },
	{ C(getsockname, PAIR, AT(OUTPUT), AT(LENGTH)), SAME, { 0 }, 1 },
	{ C(getpeername, LISTENER, AT(OUTPUT), AT(LENGTH)), SAME, { 0 }, 100 },
	{ C(getsockopt, PAIR, SOL_SOCKET, SO_TYPE, AT(OUTPUT), AT(LENGTH)), SAME, { 0 }, 4 },
	{ C(getsockopt, PAIR, SOL_SOCKET, SO_TYPE, AT(OUTPUT), AT(LENGTH)), SAME, { 0 }, 100 },
	{ C(getsockopt, PAIR, SOL_SOCKET, SO_TYPE, AT(OUTPUT), AT(LENGTH)), SAME, { 0 }, 2 },
	{ C(getsockopt, PAIR, SOL_SOCKET, 26, AT(OUTPUT), AT(LENGTH)), SAME, { 0 }, 4 },
	{ C(getsockopt, PAIR, SOL_SOCKET, 999, AT(OUTPUT), AT(LENGTH)), REFUSED, { 0 }, 4 },
	{ C(setsockopt, PAIR, SOL_SOCKET, SO_SNDBUF, AT(INPUT), 4), SAME, { 9999 }, 0 },
	{ C(setsockopt, PAIR, SOL_SOCKET, SO_SNDBUF, AT(INPUT), 3), SAME, { 9999 }, 0 },
	{ C(recvfrom, PAIR, AT(OUTPUT), 100, 0, AT(2048), AT(LENGTH)), SAME, { 0 }, 50 },
	{ C(recvfrom, PAIR, AT(OUTPUT), 3, 0, 0, 0), SAME, { 0 }, 0 },
	{ C(recvfrom, PAIR, AT(OUTPUT), 3, MSG_TRUNC, 0, 0), SAME, { 0 }, 0 },
	{ C(sendto, PAIR, AT(INPUT), 20, 0, 0, 0), SAME, { 5 }, 0 },
	{ C(bind, LISTENER, AT(INPUT), 2), SAME, { AF_UNIX }, 0 },
	{ C(connect, LISTENER, AT(INPUT), 8), SAME, { AF_UNIX, 'x' }, 0 },
	{ C(pipe2, AT(OUTPUT), 0xffff), SAME, { 0 }, 0 },
	{ C(socketpair, AF_UNIX, 99, 0, AT(OUTPUT)), SAME, { 0 }, 0 },
	{ C(sendfile, PIPE_OUT, FILE_FD, AT(INPUT), 6), SAME, { 3 }, 0 },
	{ C(splice, FILE_FD, AT(INPUT), PIPE_OUT, 0, 6, 0), SAME, { 3 }, 0 },
	{ C(copy_file_range, FILE_FD, AT(INPUT), FILE_FD, AT(INPUT + 8), 4, 0),
	  SAME,
	  { 3, 0, 30 },
	  0 },
	{ C(msgrcv, QUEUE, AT(OUTPUT), 100, 0, IPC_NOWAIT), SAME, { 0 }, 0 },
	{ C(msgrcv, QUEUE, AT(OUTPUT), 2, 0, IPC_NOWAIT), SAME, { 0 }, 0 },
	{ C(msgrcv, QUEUE, AT(OUTPUT), 2, 0, IPC_NOWAIT | MSG_NOERROR), SAME, { 0 }, 0 },
	{ C(msgrcv, QUEUE, AT(OUTPUT), 100, 9, IPC_NOWAIT), SAME, { 0 }, 0 },
	{ C(msgsnd, QUEUE, AT(INPUT), 10, IPC_NOWAIT), SAME, { 1 }, 0 },
	{ C(sched_getaffinity, 0, 128, AT(OUTPUT)), SAME, { 0 }, 0 },
	{ C(sched_getaffinity, 0, 3, AT(OUTPUT)), SAME, { 0 }, 0 },
	{ C(sched_getparam, 0, AT(OUTPUT)), SAME, { 0 }, 0 },
	{ C(sched_getattr, 0, AT(OUTPUT), 48, 0), SAME, { 0 }, 0 },
	{ C(sched_getattr, 0, AT(OUTPUT), 200, 0), SAME, { 0 }, 0 },
	{ C(sched_getattr, 0, AT(OUTPUT), 8, 0), SAME, { 0 }, 0 },
	{ C(sched_setattr, -1, AT(INPUT), 0), SAME, { 48 }, 0 },
	{ C(sched_setattr, 0, AT(INPUT), 0), SAME, { 7 }, 0 },
	{ C(sched_setattr, 0, AT(INPUT), 0), SAME, { 5000 }, 0 },
	{ C(sched_rr_get_interval, 0, AT(OUTPUT)), SAME, { 0 }, 0 },
	{ C(getresuid, AT(OUTPUT), AT(OUTPUT + 8), AT(OUTPUT + 16)), HOST, { 0 }, 0 },
	{ C(getgroups, 0, AT(OUTPUT)), HOST, { 0 }, 0 },
	{ C(capget, AT(INPUT), AT(OUTPUT)), SAME, { 0x20080522 }, 0 },
	{ C(capget, AT(INPUT), AT(OUTPUT)), SAME, { 0x99 }, 0 },
	{ C(capget, AT(INPUT), 0), SAME, { 0x99 }, 0 },
	{ C(name_to_handle_at, CWD, AT(NAME), AT(INPUT), AT(OUTPUT), 0), SAME, { 0 }, 0 },
	{ C(name_to_handle_at, CWD, AT(NAME), AT(INPUT), AT(OUTPUT), 0), SAME, { 128 }, 0 },
	{ C(name_to_handle_at, CWD, AT(NOTHING), AT(INPUT), AT(OUTPUT), 0), SAME, { 8 }, 0 },
	{ C(wait4, 0, AT(OUTPUT), WNOHANG, AT(2048)), HOST, { 0 }, 0 },
	{ C(waitid, P_ALL, 0, AT(OUTPUT), WEXITED | WNOHANG, AT(2048)), HOST, { 0 }, 0 },
	{ C(nanosleep, AT(INPUT), AT(OUTPUT)), HOST, { 0 }, 0 },
	{ C(nanosleep, AT(INPUT), AT(OUTPUT)), HOST, { 0, 0, UINT32_MAX }, 0 },
	{ C(rt_sigprocmask, 0, 0, AT(OUTPUT), 8), HOST, { 0 }, 0 },
	{ C(rt_sigprocmask, 0, 0, AT(OUTPUT), 4), HOST, { 0 }, 0 },
	{ C(rt_sigaction, 10, 0, AT(OUTPUT), 8), HOST, { 0 }, 0 },
	{ C(rt_sigpending, AT(OUTPUT), 5), HOST, { 0 }, 0 },
	{ C(sigaltstack, 0, AT(OUTPUT)), CHANGES | HOST, { 0 }, 0 },
	{ C(getitimer, 0, AT(OUTPUT)), HOST, { 0 }, 0 },
	{ C(getcpu, AT(OUTPUT), AT(2048), 0), CHANGES | HOST, { 0 }, 0 },
	{ C(get_robust_list, 0, AT(OUTPUT), AT(2048)), CHANGES, { 0 }, 0 },
	{ C(get_mempolicy, AT(OUTPUT), AT(2048), 1024, 0, 0), HOST, { 0 }, 0 },
	{ C(get_mempolicy, AT(OUTPUT), AT(2048), 1089, 0, 0), HOST, { 0 }, 0 },
	{ C(getrandom, AT(OUTPUT), 100, 0), CHANGES, { 0 }, 0 },
	{ C(lsm_list_modules, AT(OUTPUT), AT(LENGTH), 0), SAME, { 0 }, 200 },
	{ C(lsm_list_modules, AT(OUTPUT), AT(LENGTH), 0), SAME, { 0 }, 0 },
	{ C(lsm_list_modules, 0, AT(LENGTH), 0), SAME, { 0 }, 0 },
	{ C(cachestat, FILE_FD, AT(INPUT), AT(OUTPUT), 0), CHANGES, { 0 }, 0 },
	{ C(file_getattr, CWD, AT(NAME), AT(OUTPUT), 24, 0), SAME, { 0 }, 0 },
	{ C(file_getattr, CWD, AT(NAME), AT(OUTPUT), 100, 0), SAME, { 0 }, 0 },
	{ C(statmount, AT(INPUT), AT(OUTPUT), 600, 0), SAME, { 24 }, 0 },
	{ C(listmount, AT(INPUT), AT(OUTPUT), 3, 0), SAME, { 24, 0, UINT32_MAX, UINT32_MAX }, 0 },
	{ C(process_vm_readv, -1, AT(INPUT), 0, AT(INPUT), 0, 0), SAME, { 0 }, 0 },
	{ C(syslog, 10, 0x1234, 0), SAME, { 0 }, 0 },
	{ C(recvmsg, PAIR, AT(MSG), 0), MESSAGE, { 110, 100, 9, 5, 100 }, 0 },
	{ C(recvmsg, PAIR, AT(MSG), MSG_PEEK), MESSAGE, { 110, 20, 9, 3, 2 }, 0 },
	{ C(recvmsg, PAIR, AT(MSG), MSG_TRUNC), MESSAGE, { 0, 0, 0, 3, 0 }, 0 },
	{ C(recvmsg, EVENT, AT(MSG), 0), MESSAGE, { 110, 100, 9, 5, 100 }, 0 },
	{ C(recvmsg, PAIR, AT(MSG), 0), MESSAGE, { UINT32_MAX, 0, 0, 5, 0 }, 0 },
	{ C(sendmsg, PAIR, AT(MSG), 0), MESSAGE, { 0, 0, 9, 5, 100 }, 0 },
	{ C(sendmsg, PAIR, AT(MSG), 0), MESSAGE, { 8, 0, 9, 5, 100 }, 0 },
	{ C(sendmsg, PAIR, AT(MSG), 0), MESSAGE, { 0, 40, 9, 5, 100 }, 0 },
	{ C(recvmmsg, PAIR, AT(MSG), 3, MSG_DONTWAIT, 0), MANY, { 110, 100, 9, 5, 100 }, 0 },
	{ C(recvmmsg, PAIR, AT(MSG), 3, MSG_DONTWAIT, 0), MANY, { 110, 20, 9, 3, 2 }, 0 },
	{ C(recvmmsg, PAIR, AT(MSG), 3, MSG_PEEK, 0), MANY, { 0, 0, 9, 3, 2 }, 0 },
	{ C(recvmmsg, PAIR, AT(MSG), 2, 0, 0), MANY, { 0, 0, 0, 5, 100 }, 0 },
	{ C(recvmmsg, PAIR, AT(MSG), 0, 0, 0), MANY, { 0, 0, 0, 5, 100 }, 0 },
	{ C(recvmmsg, PAIR, AT(MSG), 3, 0, AT(INPUT + 64)), MANY, { 110, 100, 9, 5, 100 }, 0 },
	{ C(recvmmsg, PAIR, AT(MSG), 3, 0, 0), MANY, { 110, 100, 9, 5, 100, 1 }, 0 },
	{ C(recvmmsg, PAIR, AT(MSG), 3, 0, 0), MANY, { 110, 100, 9, 5, 100, 3 }, 0 },
	{ C(recvmmsg, EVENT, AT(MSG), 3, 0, 0), MANY, { 110, 100, 9, 5, 100 }, 0 },
	{ C(sendmmsg, PAIR, AT(MSG), 3, 0), MANY, { 0, 0, 9, 5, 100 }, 0 },
	{ C(sendmmsg, PAIR, AT(MSG), 0, 0), MANY, { 0, 0, 9, 5, 100 }, 0 },
	{ C(sendmmsg, PAIR, AT(MSG), 3, 0), MANY, { 0, 0, 9, 5, 100, 1 }, 0 },
	{ C(sendmmsg, PAIR, AT(MSG), 3, 0), MANY, { 0, 0, 9, 5, 100, 2 }, 0 },
	{ C(sendmmsg, PAIR, AT(MSG), 3, 0), MANY, { 0, 40, 9, 5, 100 }, 0 },
	{ C(sendmmsg, EVENT, AT(MSG), 3, 0), MANY, { 0, 0, 9, 5, 100 }, 0 },
	{ C(pselect6, 128, AT(INPUT), 0, 0, 0, AT(MSG)), PAIRED, { 0, 0, 0, 0x20 }, 0 },
	{ C(pselect6, 128, AT(INPUT), 0, 0, AT(INPUT + 16), AT(MSG)), PAIRED, { 0 }, 0 },
	/* at the end of the memory, and behind it */
	{ C(uname, END - 390), SAME, { 0 }, 0 },
	{ C(getrandom, END - 8, 8, 0), CHANGES, { 0 }, 0 },
	{ C(sched_getparam, 0, END - 4), SAME, { 0 }, 0 },
};

#endif
