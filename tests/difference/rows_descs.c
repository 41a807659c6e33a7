/* SPDX-License-Identifier: MIT */
/* Calls that are made: those on descriptors, and those that make some. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "rows.h"

NUMBERS(offsets, 0, 1, 10, 100, 4090, 5000, 40000, -1, 65530);
NUMBERS(whences, SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, SEEK_HOLE, 99);
NUMBERS(counts, 0, 1, 2, 3, 4, 8);
NUMBERS(few, 0, 1, 2, 3);
NUMBERS(lengths, 0, 1, 10, 100, 4096, 5000, 40000, -1);
NUMBERS(rw_flags, 0, 0, 0, RWF_NOWAIT, RWF_APPEND, RWF_HIPRI, 1 << 30);
NUMBERS(zero, 0);
NUMBERS(modes, 0644, 0600, 0755, 0, 0777, -1);
NUMBERS(owners, -1, -1, 0, 12345);
NUMBERS(allocations, 0, 1, 3, 16, 8, 2, 99);
NUMBERS(locks, LOCK_SH | LOCK_NB, LOCK_EX | LOCK_NB, LOCK_UN, 99);
NUMBERS(advices, 0, 1, 2, 3, 4, 5, 99);
NUMBERS(pipe_flags, O_NONBLOCK, O_NONBLOCK | O_CLOEXEC, O_NONBLOCK | O_DIRECT, 1 << 30);
NUMBERS(dup_flags, 0, O_CLOEXEC, 99);
NUMBERS(numbers, 40, 41, 42, 43, 44, 45, 46, 47, FDS, -1);
NUMBERS(firsts, 40, 43, 45, 100);
NUMBERS(lasts, 44, 45, 47, 47, 0);
NUMBERS(close_flags, 0, 4, 99);
NUMBERS(clocks, 0, 1, 7, 99);
NUMBERS(timer_flags, 0, O_NONBLOCK, O_CLOEXEC, 99);
NUMBERS(settime_flags, 0, 0, 1, 99);
NUMBERS(values, 0, 1, 5, 99);
NUMBERS(event_flags, 0, 1, O_NONBLOCK, O_CLOEXEC, 99);
NUMBERS(epoll_flags, 0, O_CLOEXEC, 99);
NUMBERS(epoll_ops, EPOLL_CTL_ADD, EPOLL_CTL_ADD, EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL, 99);
NUMBERS(events, 1, 2, 8, 20, 0, -1);
NUMBERS(no_wait, 0);
NUMBERS(set_sizes, 8, 8, 8, 8, 0, 4);
NUMBERS(nfds, 0, 1, 8, 20, 32, 40, 48, 48);
NUMBERS(splice_flags, 2, 3, 7, 99);
NUMBERS(sync_flags, 0, 2, 7, 99);
NUMBERS(watch_numbers, 1, 1, 2, 3, 99);
NUMBERS(fcntls, F_GETFD, F_SETFD, F_GETFL, F_GETLK, F_SETLK, F_OFD_SETLK, F_OFD_GETLK, F_GETPIPE_SZ,
	F_GET_SEALS, F_DUPFD, F_DUPFD_CLOEXEC, F_GETOWN, F_GETSIG, F_GET_RW_HINT, F_GETOWN_EX, 999);
NUMBERS(ioctls, FIONREAD, FIONREAD, FIOCLEX, FIONCLEX, FIOQSIZE, TIOCOUTQ, TCGETS, 0x1234);
NUMBERS(priorities, 0, 1, 5, 40000);

/* clang-format off */
const struct row rows_descs[] = {
	ROW(read, 40, FD(READABLE | FOLDER | MADE), DATA, LENGTH(8192)),
	ROW(write, 40, FD(WRITABLE | MADE), DATA, LENGTH(8192)),
	ROW(pread64, 20, FD(FILES | MADE), DATA, LENGTH(8192), SET(offsets)),
	ROW(pwrite64, 20, FD(FILES | MADE), DATA, LENGTH(8192), SET(offsets)),
	ROW(readv, 20, FD(READABLE | MADE), DATA, SET(counts)),
	ROW(writev, 20, FD(WRITABLE | MADE), DATA, SET(counts)),
	ROW(preadv, 12, FD(FILES | MADE), DATA, SET(counts), SET(offsets), SET(zero)),
	ROW(pwritev, 12, FD(FILES | MADE), DATA, SET(counts), SET(offsets), SET(zero)),
	ROW(preadv2, 12, FD(FILES | MADE), DATA, SET(counts), SET(offsets), SET(zero), SET(rw_flags)),
	ROW(pwritev2, 12, FD(FILES | MADE), DATA, SET(counts), SET(offsets), SET(zero), SET(rw_flags)),
	ROW(lseek, 12, FD(FILES | MADE), SET(offsets), SET(whences)),
	ROW(fstat, 10, FD(~0U), DATA),
	ROW(fstatfs, 5, FD(FILES | FOLDER | MADE), DATA),
	ROW(getdents, 10, FD(FOLDER), DATA, LENGTH(2000)),
	ROW(getdents64, 12, FD(FOLDER), DATA, LENGTH(2000)),
	ROW(fchmod, 6, FD(FILES | FOLDER | MADE), SET(modes)),
	ROW(fchown, 5, FD(FILES | FOLDER | MADE), SET(owners), SET(owners)),
	ROW(ftruncate, 8, FD(FILES | MADE), SET(lengths)),
	ROW(fallocate, 8, FD(FILES | MADE), SET(allocations), SET(offsets), SET(lengths)),
	ROW(fadvise64, 5, FD(FILES | MADE), SET(offsets), SET(lengths), SET(advices)),
	ROW(readahead, 4, FD(FILES | MADE), SET(offsets), SET(lengths)),
	ROW(sync_file_range, 3, FD(FILES), SET(zero), SET(zero), SET(sync_flags)),
	ROW(cachestat, 4, FD(FILES), FILL(fill_zeros), DATA, SET(zero)),
	ROW(flock, 6, FD(FILES | MADE), SET(locks)),
	ROW(fsetxattr, 8, FD(FILES), NAME(names_xattr), DATA, LENGTH(40), SET(few)),
	ROW(fgetxattr, 8, FD(FILES), NAME(names_xattr), DATA, LENGTH(60)),
	ROW(flistxattr, 8, FD(FILES), DATA, LENGTH(200)),
	ROW(fremovexattr, 4, FD(FILES), NAME(names_xattr)),
	ROW(fchdir, 3, FD(FOLDER)),
	ROW(close, 40, FD(MADE)),
	ROW(close_range, 6, SET(firsts), SET(lasts), SET(close_flags)),
	ROW(dup, 8, FD(~0U)),
	ROW(dup2, 8, FD(~0U), SET(numbers)),
	ROW(dup3, 8, FD(~0U), SET(numbers), SET(dup_flags)),
	ROW(pipe, 6, DATA),
	ROW(pipe2, 8, DATA, SET(pipe_flags)),
	ROW(eventfd, 3, SET(values)),
	ROW(eventfd2, 4, SET(values), SET(event_flags)),
	ROW(timerfd_create, 4, SET(clocks), SET(timer_flags)),
	ROW(timerfd_settime, 8, FD(TIMER), SET(settime_flags), FILL(fill_itimerspec), DATA),
	ROW(timerfd_gettime, 8, FD(TIMER), DATA),
	ROW(inotify_init, 2, ),
	ROW(inotify_init1, 3, SET(timer_flags)),
	ROW(inotify_rm_watch, 4, FD(INOTIFY), SET(watch_numbers)),
	ROW(signalfd, 4, FD(SIGNALS), FILL(fill_sigset), SET(set_sizes)),
	ROW(signalfd4, 4, FD(SIGNALS), FILL(fill_sigset), SET(set_sizes), SET(timer_flags)),
	ROW(epoll_create, 2, SET(values)),
	ROW(epoll_create1, 3, SET(epoll_flags)),
	ROW(epoll_ctl, 20, FD(EPOLL), SET(epoll_ops), FD(~0U), FILL(fill_event)),
	ROW(epoll_wait, 10, FD(EPOLL), DATA, SET(events), SET(no_wait)),
	ROW(epoll_pwait, 10, FD(EPOLL), DATA, SET(events), SET(no_wait), FILL(fill_sigset), SET(set_sizes)),
	ROW(epoll_pwait2, 10, FD(EPOLL), DATA, SET(events), WAIT(fill_no_time), FILL(fill_sigset),
	    SET(set_sizes)),
	ROW(poll, 15, FILL(fill_pollfds), SET(counts), SET(no_wait)),
	ROW(ppoll, 15, FILL(fill_pollfds), SET(counts), WAIT(fill_no_time), FILL(fill_sigset), SET(set_sizes)),
	ROW(select, 15, SET(nfds), FILL(fill_set), FILL(fill_set), FILL(fill_set), WAIT(fill_no_timeval)),
	ROW(pselect6, 15, SET(nfds), FILL(fill_set), FILL(fill_set), FILL(fill_set), WAIT(fill_no_time),
	    FILL(fill_pair)),
	ROW(sendfile, 15, FD(WRITABLE), FD(FILES), FILL(fill_offset), LENGTH(6000)),
	ROW(copy_file_range, 15, FD(FILES), FILL(fill_offset), FD(FILES), FILL(fill_offset), LENGTH(6000),
	    SET(zero)),
	ROW(splice, 15, FD(FILES | PIPES | STREAM), FILL(fill_offset), FD(FILES | PIPES | STREAM),
	    FILL(fill_offset), LENGTH(6000), SET(splice_flags)),
	ROW(tee, 15, FD(PIPES), FD(PIPES), LENGTH(6000), SET(splice_flags)),
	ROW(mq_timedsend, 8, FD(QUEUE), DATA, LENGTH(70), SET(priorities), FILL(fill_no_time)),
	ROW(mq_timedreceive, 8, FD(QUEUE), DATA, LENGTH(200), DATA, FILL(fill_no_time)),
	ROW(mq_getsetattr, 6, FD(QUEUE), FILL(fill_mq_attr), DATA),
	ROW(fcntl, 20, FD(~0U), SET(fcntls), FILL(fill_lock)),
	ROW(ioctl, 15, FD(~0U), SET(ioctls), DATA),
	{ .desc = NULL },
};
/* clang-format on */
