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

#endif
