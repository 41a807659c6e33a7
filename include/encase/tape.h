/* SPDX-License-Identifier: MIT */
/*
 * Lower layer "tape": records what went down and what came back to a file, and
 * replays it with nothing called.
 *
 *     encase_tape_record("run.tape", &encase_lower_kernel, NULL, &tape);
 *     setup.lower = &encase_lower_tape;
 *     setup.below = tape;
 *     ... encase_cage_new(&setup, &cage), calls, encase_cage_free(cage) ...
 *     err = encase_tape_close(tape);
 *
 * and the same with encase_tape_replay("run.tape", &tape).  Of a call's way down a
 * tape has which call it is, its scalars, and the bytes that it reads; of its way up
 * the result or the errno, and the bytes that it wrote.  Where pointers point to is
 * not on it, only whether they were null.  A replay compares the way down with the
 * tape byte by byte, padding of structures included, and answers as the tape says.
 * The file: docs/tape.md; what is recorded how: docs/forwarding.md, 10.
 *
 * A tape has one order: that in which its calls reached it, whatever cages and
 * threads they came from, and a replay wants them in the same one.  Threads that
 * do not take turns should have a cage and a tape each.
 *
 * Refused with ENOTSUP, by a replay as by the recording, and not put on the tape,
 * is what could not be replayed:
 *   - calls about the address space (ENCASE_SPACE);
 *   - calls about the thread or process (ENCASE_THREAD), but for Linux's getpid,
 *     getppid, geteuid and getgroups, which only ask;
 *   - calls that a command explains (ENCASE_COMMAND), but for Linux's fcntl, ioctl,
 *     semctl and prctl with the commands that docs/tape.md lists;
 *   - calls with messages, an array of strings, or what nobody has described
 *     (ENCASE_MESSAGE, ENCASE_MESSAGES, ENCASE_STRINGS, ENCASE_OPAQUE);
 *   - calls of unknown numbers;
 *   - calls made while another call is at this tape on the same thread: by the C
 *     functions below it, or by a signal's handler; or while a thread is at eight tapes,
 *     in one call inside another;
 *   - calls of a forked child: a tape is its own process's.
 *
 * A call that never returns, since a longjmp() left it or its thread has ended, has no answer on the
 * tape.  What comes after it is recorded, and a replay ends where it began.
 */
#ifndef ENCASE_TAPE_H
#define ENCASE_TAPE_H

#include "cage.h"

#ifdef __cplusplus
extern "C" {
#endif

struct encase_tape;

/* Its below is a tape, borrowed until the cage is freed; several cages may share one. */
extern ENCASE_API const struct encase_lower encase_lower_tape;

/*
 * Makes a file, or empties the one that is there, and a tape that records to it in *tape, to be
 * closed.  Calls go on to lower with its below, as in struct encase_setup, both
 * borrowed until then, and so are the interfaces of the cages over a tape, replays too.  -EINVAL: no path, a null tape, no lower layer, or one without the below that it
 * needs; -ENOMEM; or why the file cannot be made or written to.
 *
 * When the file cannot be written any more, because the disk is full, recording has
 * ended and the run has not: calls are made as before and nothing more is put on the
 * tape.  (It would come too late to fail them: those made last are in no file yet.)
 * The state tells, and so does the end.  A signal that comes with it, SIGXFSZ where files
 * have a limit or SIGPIPE, is the program's to ignore.  What a crash leaves can be replayed up to the last
 * record that was written whole; they are written 64 KiB at a time.
 */
ENCASE_API int encase_tape_record(const char *path, const struct encase_lower *lower,
				  const void *below, struct encase_tape **tape);
/*
 * Opens a file to replay it.  It may have any content: what is wrong there is found before
 * it is used; where it changes meanwhile, calls may come to what nobody recorded.  -EBADMSG: it is no tape; -EPROTONOSUPPORT: a tape of
 * another version or machine; -EISDIR, -ESPIPE: it is no regular file; -EINVAL: no path, or a null tape;
 * -ENOMEM; or why it cannot be opened or read.
 *
 * A call that is not the tape's next one, that differs from it, or comes when the tape is at its
 * end or damaged, fails with ENOTRECOVERABLE, and so do all calls from then on.  No call
 * of Linux's answers that, nobody tries again after it, and it is true.
 */
ENCASE_API int encase_tape_replay(const char *path, struct encase_tape **tape);

enum encase_tape_how {
	ENCASE_TAPE_RUNS,     /* it records; or it replays, and there is more on the tape */
	ENCASE_TAPE_ENDED,    /* all of the tape was replayed */
	ENCASE_TAPE_DIVERGED, /* a call was not the one on the tape, or one more than are on it */
	ENCASE_TAPE_TORN, /* the tape ends here, but was never closed; or this call never returned */
	ENCASE_TAPE_DAMAGED, /* here is what no recording wrote, or what cannot be read */
	ENCASE_TAPE_FAILED,  /* recording: the file cannot be written */
};
struct encase_tape_state {
	enum encase_tape_how how;
	uint64_t calls; /* recorded, or replayed, so far */
	/*
	 * A line without a newline that says so.  Of a divergence: the number of the
	 * call, counted from 1, its name, the argument's name, what it is, what it was:
	 * "call 3, linux.write: count is 6, was 5".
	 */
	char text[320];
};
/* How it went so far.  From any thread; not from a signal's handler. */
ENCASE_API struct encase_tape_state encase_tape_state(struct encase_tape *tape);

/*
 * Ends a tape, when its cages have been freed.  0: all that was recorded is in the
 * file, or all of the tape was replayed.  Else the tape is closed as well, and the
 * result is why the file could not be written, or -ENOTRECOVERABLE for a replay that
 * is not at the end of a whole tape.  -EBUSY: a call is at the tape, and it stays open.  Null is fine.
 * In a forked child, which has to close it, too, nothing is written.
 */
ENCASE_API int encase_tape_close(struct encase_tape *tape);

#ifdef __cplusplus
}
#endif
#endif
