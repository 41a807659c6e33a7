/* SPDX-License-Identifier: MIT */
/*
 * The layers that come with encase.  They use nothing but its public headers, so each is
 * also a model for a layer of one's own.
 *
 * A layer may be pushed as often as one likes, each time with other options; an
 * options string is needed only for the time of the push.  Options that are not
 * understood make encase_push() fail with -EINVAL, and encase_log() tells why.
 */
#ifndef POLICIES_H
#define POLICIES_H

#include "encase.h"

/*
 * Logs a line for each call that reaches it, when it has returned, and changes nothing:
 *
 *     openat(AT_FDCWD, 0x7ffc54a1e8d0, O_RDONLY|O_CLOEXEC) = 3
 *     write(-1, 0x7ffc54a1e8d0, 5) = -1 EBADF (Bad file descriptor)
 *
 * In the words of encase/format.h, but pointers are not followed.  Works for any interface.  A line
 * of more than 1023 bytes ends in "...".  Calls that do not return when they succeed (exit, exit_group,
 * execve, execveat, rt_sigreturn) have a line before them as well, which ends behind the arguments.
 *
 * Options: none, or "prefix=TEXT": each line begins with TEXT, 1 to 64 bytes.
 */
extern const struct encase_layer encase_trace;

/*
 * Ends calls of Linux's table with an errno; all others are handed on as they came.
 *
 * Options: a list such as "unlink=EPERM,%file=EACCES,rename=13".  Each entry is a
 * call or a group and an errno, by name or as a number in 1..4095.  A call's own
 * entry goes before its groups', the first listed group before a later one.  An
 * entry for a call that cannot fail is refused; in a group such calls are spared.
 */
extern const struct encase_layer encase_deny;

/*
 * Counts calls, calls that failed, and bytes in and out per path, and changes nothing.  Of what calls point to
 * paths alone are copied, and the messages of sendmmsg() and recvmmsg(), whose lengths stand there.
 *
 * All threads and processes of a run count in the same rows, in shared memory (encase/stats.h): what was
 * counted is not lost when one is killed.  The process in which the layer was pushed first writes
 * them when the layer stops there: a line per path, tab-separated,
 *
 *     path  calls  errors  bytes in  bytes out
 *
 * sorted, with what is not printable in the path as in C's strings: \t, \n, \\, \303; on a terminal a table.
 *
 * A call counts for each path that it names, and for each descriptor's.  Paths are as the program
 * names them, made absolute; what a descriptor is that it did not open so is as /proc/self/fd says, but
 * "pipe:[...]" and "socket:[...]" stand for all of them, "[unknown]" for what has no name, and
 * "[others]" for what found no room (ENCASE_STATS_ROWS).  Bytes are those that calls move to or from
 * a descriptor, not what goes through mapped memory or io_uring.  close_range(), poll() and their like are for
 * no path.  A cage is taken for a process: it has descriptors of its own, a child of it begins with its.
 *
 * Options: none, or a list such as "output=counts.txt,sort=bytes".  In a value a backslash
 * stands before a comma or backslash that is meant.
 *
 *   output=FILE   is made empty at the push, and written at the end
 *   output=N      the descriptor of this number
 *   output=stderr the default
 *   sort=path     the default; or sort=bytes: most bytes, in and out, first
 *
 * encase_push() fails with -EBADF, or what open(2) says, if that cannot be written to; and as encase_stats_open() does.
 */
extern const struct encase_layer encase_count;

/*
 * Writes what the newest push of encase_count onto a cage has counted so far to a descriptor, in the
 * same way.  0; or -ENOENT: it is not on the cage, or that is null; -ENOMEM; or what write(2) says.
 */
int encase_count_print(const struct encase_cage *cage, int fd);

#endif
