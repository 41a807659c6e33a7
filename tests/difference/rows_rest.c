/* SPDX-License-Identifier: MIT */
/* Calls that are made: sockets, System V's, and those on nothing in particular. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "rows.h"

NUMBERS(domains, AF_UNIX, AF_UNIX, AF_UNIX, AF_UNIX, 999);
NUMBERS(types, SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM | SOCK_NONBLOCK,
	SOCK_DGRAM | SOCK_CLOEXEC, 99);
NUMBERS(protocols, 0, 0, 0, 0, 99);
NUMBERS(address_sizes, 4, 4, 6, 5, 60, 110, 128, 0, 1, 129);
NUMBERS(send_flags, MSG_DONTWAIT, MSG_DONTWAIT, MSG_DONTWAIT | MSG_NOSIGNAL,
	MSG_DONTWAIT | MSG_OOB);
NUMBERS(receive_flags, MSG_DONTWAIT, MSG_DONTWAIT, MSG_DONTWAIT | MSG_PEEK,
	MSG_DONTWAIT | MSG_TRUNC, MSG_DONTWAIT | MSG_CMSG_CLOEXEC, MSG_DONTWAIT | MSG_WAITALL);
NUMBERS(hows, 0, 99, 99, 99);
NUMBERS(levels, SOL_SOCKET, SOL_SOCKET, SOL_SOCKET, SOL_SOCKET, 6);
NUMBERS(options, SO_TYPE, SO_DOMAIN, SO_PROTOCOL, SO_ACCEPTCONN, SO_ERROR, SO_SNDBUF, SO_RCVBUF,
	SO_RCVLOWAT, SO_LINGER, SO_REUSEADDR, SO_PEERCRED, SO_PASSCRED, SO_RCVTIMEO, SO_PEEK_OFF);
NUMBERS(set_options, SO_RCVBUF, SO_SNDBUF, SO_RCVLOWAT, SO_LINGER, SO_REUSEADDR, SO_KEEPALIVE,
	SO_PRIORITY);
NUMBERS(option_sizes, 4, 4, 4, 8, 16, 2, 0);
NUMBERS(backlogs, 0, 1, 5);
NUMBERS(accept_flags, 0, SOCK_NONBLOCK, SOCK_CLOEXEC, 99);
NUMBERS(counts, 0, 1, 1, 2, 3);
NUMBERS(ipc_flags, IPC_NOWAIT);
NUMBERS(ipc_receive, IPC_NOWAIT, IPC_NOWAIT | 010000);
NUMBERS(kinds, 0, 1, 2, -2);
NUMBERS(clocks, 0, 1, 4, 5, 6, 7, 99);
NUMBERS(random_flags, 0, 1, 4, 99);
NUMBERS(policies, SCHED_OTHER, SCHED_FIFO, SCHED_BATCH, 99);
NUMBERS(nobody, 0, 0, 0, 0x3ffffffe, -1);
NUMBERS(cpu_sizes, 8, 16, 128, 1024, 7, 0);
NUMBERS(whiches, PRIO_PROCESS, PRIO_PROCESS, PRIO_PGRP, 99);
NUMBERS(resources, RLIMIT_NOFILE, RLIMIT_FSIZE, RLIMIT_CORE, 99);
NUMBERS(masks, 0, 022, 077);
NUMBERS(who, RUSAGE_SELF, RUSAGE_CHILDREN, 99);
NUMBERS(list_sizes, 0, 1, 64, 64);
NUMBERS(attribute_sizes, 48, 56, 128, 0, 47);
NUMBERS(zero, 0, 0, 0, 99);
NUMBERS(set_sizes, 8, 8, 8, 4);
NUMBERS(ways, 0, 1, 2, 99);
NUMBERS(timers, 0, 1, 2, 99);
NUMBERS(clock_flags, 0, 0, 0, 1);
NUMBERS(prctls, 3, 7, 16, 21, 30, 38, 39, 2, 999);
NUMBERS(io_whiches, 1, 1, 2, 99);
NUMBERS(fss, 3, 3, 99);

/* clang-format off */
const struct row rows_rest[] = {
	ROW(socket, 6, SET(domains), SET(types), SET(protocols)),
	ROW(socketpair, 10, SET(domains), SET(types), SET(protocols), DATA),
	ROW(bind, 8, FD(SOCKETS | MADE), FILL(fill_address), SET(address_sizes)),
	ROW(listen, 4, FD(LISTENER | MADE), SET(backlogs)),
	ROW(connect, 12, FD(UNBOUND | DATAGRAM | MADE), FILL(fill_address), SET(address_sizes)),
	ROW(accept, 10, FD(LISTENER), DATA, FILL(fill_number)),
	ROW(accept4, 10, FD(LISTENER), DATA, FILL(fill_number), SET(accept_flags)),
	ROW(getsockname, 12, FD(SOCKETS | MADE), DATA, FILL(fill_number)),
	ROW(getpeername, 12, FD(SOCKETS | MADE), DATA, FILL(fill_number)),
	ROW(sendto, 25, FD(DATAGRAM | STREAM | UNBOUND), DATA, LENGTH(4000), SET(send_flags),
	    FILL(fill_address), SET(address_sizes)),
	ROW(recvfrom, 25, FD(DATAGRAM | STREAM | UNBOUND), DATA, LENGTH(4000), SET(receive_flags), DATA,
	    FILL(fill_number)),
	ROW(sendmsg, 25, FD(DATAGRAM | STREAM), DATA, SET(send_flags)),
	ROW(recvmsg, 25, FD(DATAGRAM | STREAM), DATA, SET(receive_flags)),
	ROW(sendmmsg, 20, FD(DATAGRAM | STREAM), DATA, LENGTH(3), SET(send_flags)),
	ROW(recvmmsg, 20, FD(DATAGRAM | STREAM), DATA, LENGTH(3), SET(receive_flags), FILL(fill_no_time)),
	ROW(shutdown, 3, FD(SOCKETS | MADE), SET(hows)),
	ROW(getsockopt, 15, FD(SOCKETS | MADE), SET(levels), SET(options), DATA, FILL(fill_number)),
	ROW(setsockopt, 12, FD(SOCKETS | MADE), SET(levels), SET(set_options), FILL(fill_options),
	    SET(option_sizes)),
	ROW(msgsnd, 10, LETTERS, FILL(fill_letter), LENGTH(100), SET(ipc_flags)),
	ROW(msgrcv, 10, LETTERS, DATA, LENGTH(120), SET(kinds), SET(ipc_receive)),
	ROW(semop, 8, SEMAPHORES, FILL(fill_sembufs), SET(counts)),
	ROW(semtimedop, 8, SEMAPHORES, FILL(fill_sembufs), SET(counts), FILL(fill_no_time)),
	ROW(uname, 4, DATA),
	ROW(sysinfo, 3, DATA),
	ROW(gettimeofday, 4, DATA, DATA),
	ROW(time, 4, DATA),
	ROW(clock_gettime, 5, SET(clocks), DATA),
	ROW(clock_getres, 5, SET(clocks), DATA),
	ROW(getrandom, 5, DATA, LENGTH(500), SET(random_flags)),
	ROW(sched_get_priority_max, 2, SET(policies)),
	ROW(sched_get_priority_min, 2, SET(policies)),
	ROW(sched_getparam, 3, SET(nobody), DATA),
	ROW(sched_getscheduler, 2, SET(nobody)),
	ROW(sched_getattr, 4, SET(nobody), DATA, SET(attribute_sizes), SET(zero)),
	ROW(sched_rr_get_interval, 3, SET(nobody), DATA),
	ROW(sched_getaffinity, 4, SET(nobody), SET(cpu_sizes), DATA),
	ROW(getpriority, 3, SET(whiches), SET(nobody)),
	ROW(ioprio_get, 3, SET(io_whiches), SET(nobody)),
	ROW(prlimit64, 4, SET(nobody), SET(resources), NULLS, DATA),
	ROW(capget, 5, FILL(fill_capability), DATA),
	ROW(getpgid, 3, SET(nobody)),
	ROW(getsid, 3, SET(nobody)),
	ROW(lsm_list_modules, 3, DATA, FILL(fill_number), SET(zero)),
	ROW(sysfs, 2, SET(fss)),
	/* For these the lower layer wants the host's own memory. */
	ROW(umask, 3, SET(masks)),
	ROW(getpid, 1, ),
	ROW(getuid, 1, ),
	ROW(getresuid, 3, DATA, DATA, DATA),
	ROW(getresgid, 3, DATA, DATA, DATA),
	ROW(getgroups, 3, SET(list_sizes), DATA),
	ROW(getrlimit, 3, SET(resources), DATA),
	ROW(getrusage, 3, SET(who), DATA),
	ROW(times, 2, DATA),
	ROW(getcpu, 2, DATA, DATA),
	ROW(getitimer, 2, SET(timers), DATA),
	ROW(rt_sigprocmask, 4, SET(ways), FILL(fill_sigset), DATA, SET(set_sizes)),
	ROW(rt_sigpending, 3, DATA, SET(set_sizes)),
	ROW(sigaltstack, 3, NULLS, DATA),
	ROW(nanosleep, 3, WAIT(fill_no_time), DATA),
	ROW(clock_nanosleep, 3, SET(timers), SET(clock_flags), WAIT(fill_no_time), DATA),
	ROW(prctl, 5, SET(prctls), DATA),
	{ .desc = NULL },
};
/* clang-format on */
