/* SPDX-License-Identifier: MIT */
/*
 * What is refused: set-ups, calls that could not be replayed, calls from where
 * none can be recorded.  And fcntl, of which some is not.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deck.h"

TestSuite(refuse, .init = deck_open, .fini = deck_close);

Test(refuse, set_ups)
{
	static const struct encase_lower without_call = { .name = "without" };
	struct encase_setup setup = { .lower = &encase_lower_tape };
	struct encase_tape *tape = NULL;
	struct encase_cage *cage = NULL;
	char path[5000];

	errno = 77;
	same(encase_tape_record(NULL, &oracle_lower, NULL, &tape), -EINVAL);
	same(encase_tape_record(deck_path, NULL, NULL, &tape), -EINVAL);
	same(encase_tape_record(deck_path, &oracle_lower, NULL, NULL), -EINVAL);
	same(encase_tape_replay(deck_path, NULL), -EINVAL);
	same(encase_tape_record(deck_path, &without_call, NULL, &tape), -EINVAL);
	same(encase_tape_record(deck_path, &encase_lower_functions, NULL, &tape), -EINVAL);
	same(encase_tape_record(deck_path, &encase_lower_tape, NULL, &tape), -EINVAL);
	same(encase_tape_record("/no/such/folder/tape", &oracle_lower, NULL, &tape), -ENOENT);
	same(encase_tape_record("/", &oracle_lower, NULL, &tape), -EISDIR);
	same(encase_tape_replay(NULL, &tape), -EINVAL);
	same(encase_tape_replay("/no/such/tape", &tape), -ENOENT);
	same(encase_tape_replay("/", &tape), -EISDIR);
	same(encase_tape_replay("/dev/null", &tape), -ESPIPE);
	same(encase_tape_replay(deck_path, &tape), -EBADMSG);
	snprintf(path, sizeof(path), "%s.pipe", deck_path);
	same(mkfifo(path, 0600), 0);
	same(encase_tape_replay(path, &tape), -ESPIPE);
	unlink(path);
	same(encase_cage_new(&setup, &cage), -EINVAL);
	same(encase_tape_close(NULL), 0);
	same(tape, NULL);
	same(cage, NULL);
	same(errno, 77);
}

/* Whether a call has only bytes, vectors and pairs. */
static bool is_plain(const struct encase_desc *desc)
{
	for (unsigned i = 0; i < desc->nargs; i++)
		if ((desc->arg[i].kind & ENCASE_KIND) == ENCASE_DEEP &&
		    ((desc->arg[i].size & 0xff) > ENCASE_PAIR ||
		     desc->arg[i].size == ENCASE_MESSAGES))
			return false;
	return true;
}

/* Which of Linux's calls are not recorded, and that neither recording nor replay counts them. */
static void classes(struct encase_cage *cage, struct encase_tape *tape)
{
	static const struct encase_desc *const questions[] = { &encase_desc_getpid,
							       &encase_desc_getppid,
							       &encase_desc_geteuid,
							       &encase_desc_getgroups };
	unsigned recorded = 0;

	for (size_t c = 0; c < encase_calls.ncalls; c++) {
		const struct encase_desc *desc = encase_calls.calls[c];
		unsigned class_ = encase_text(desc)->class_;
		bool known = class_ == ENCASE_ORDINARY || class_ == ENCASE_OWN;
		encase_word words[ENCASE_MAX_ARGS] = { 0 };

		for (size_t i = 0; i < LENGTH(questions); i++)
			known |= desc == questions[i];
		/* F_DUPFD, IPC_RMID */
		known |= desc == &encase_desc_fcntl || desc == &encase_desc_semctl;
		known = known && is_plain(desc);
		if (desc == &encase_desc_setsockopt || desc == &encase_desc_getsockopt) {
			words[1] = SOL_SOCKET;
			words[2] = SO_TYPE;
		}
		unit_row("%s", encase_text(desc)->name);
		same(encase_enter(cage, desc, words) == -ENOTSUP, !known);
		recorded += known;
		same(encase_tape_state(tape).calls, recorded);
	}
	same(enter(cage, mmap, 0, 4096), -ENOTSUP);
	same(enter(cage, ioctl, 1, 2), -ENOTSUP);
	same(enter(cage, setsockopt, 1, SOL_SOCKET, 999, 64, 4), -ENOTSUP); /* nobody knows */
}

Test(refuse, calls_that_cannot_be_replayed)
{
	struct encase_tape *tape = deck_record();
	struct encase_cage *cage = deck_cage(tape);

	oracle.seed = 99;
	classes(cage, tape);
	deck_rewind(&tape, &cage);
	classes(cage, tape);
	deck_end(cage, tape, 0);
}

/* -- fcntl ------------------------------------------------------------------ */

static const int plain[] = { F_GETFD, F_GETFL, F_GETPIPE_SZ,    F_GET_SEALS,  F_SETFD,
			     F_SETFL, F_DUPFD, F_DUPFD_CLOEXEC, F_SETPIPE_SZ, F_ADD_SEALS };
static const int locks[] = { F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW, F_GETLK, F_OFD_GETLK };
static const int unknown[] = { F_SETOWN, F_GETOWN, F_GETOWN_EX, F_SETLEASE, F_NOTIFY, 9999 };

/* Answers 0, and "gets" locks. */
static long lock_call(void *below, const void *bound, struct encase_call *call)
{
	static const struct flock held = { F_RDLCK, SEEK_CUR, 11, 22, 33 };
	int err = encase_reach(call);
	struct flock *lock = encase_arg(call, 2);
	encase_word op = encase_arg_word(call, 1);

	(void) below;
	(void) bound;
	if (err)
		return encase_fail(call, -err);
	oracle.calls++;
	if (op == F_GETLK || op == F_OFD_GETLK)
		memcpy(lock, &held, sizeof(held));
	return 0;
}
static const struct encase_lower lower_locks = { .name = "locks", .call = lock_call };

/* fill: what the padding has, and all that a lock does not need. */
static void all_commands(struct encase_cage *cage, int fill)
{
	struct flock lock;

	for (size_t i = 0; i < LENGTH(plain); i++)
		same(enter(cage, fcntl, 3, (encase_word) plain[i], i < 4 ? (encase_word) fill : 1),
		     0);
	for (size_t i = 0; i < LENGTH(locks); i++) {
		memset(&lock, fill, sizeof(lock));
		lock.l_type = F_WRLCK;
		lock.l_whence = SEEK_SET;
		lock.l_start = 4;
		lock.l_len = 5;
		unit_row("lock command %zu", i);
		same(enter(cage, fcntl, 3, (encase_word) locks[i], WORD(&lock)), 0);
		if (i >= 4) {
			same(lock.l_type, F_RDLCK);
			same(lock.l_whence, SEEK_CUR);
			same(lock.l_start, 11);
			same(lock.l_len, 22);
			same(lock.l_pid, 33);
		}
		same(enter(cage, fcntl, 3, (encase_word) F_SETLK, 0), 0);
	}
	for (size_t i = 0; i < LENGTH(unknown); i++)
		same(enter(cage, fcntl, 3, (encase_word) unknown[i], 1), -ENOTSUP);
	/* whose mode is not looked at where no file may be made */
	same(enter(cage, open, WORD("/"), O_RDONLY, (encase_word) fill), 0);
	same(enter(cage, openat, 3, WORD("/"), O_RDONLY | O_DIRECTORY, (encase_word) fill), 0);
}

Test(refuse, commands)
{
	struct encase_tape *tape = deck_record_on(&lower_locks, NULL);
	struct encase_cage *cage = deck_cage(tape);
	struct flock lock = { F_WRLCK, SEEK_SET, 4, 6, 0 };

	all_commands(cage, 0x11);
	same(oracle.calls, 24);
	deck_rewind(&tape, &cage);
	oracle.calls = 0;
	all_commands(cage, 0x22);
	same(oracle.calls, 0);
	deck_end(cage, tape, 0);
	/* another lock */
	tape = deck_replay();
	cage = deck_cage(tape);
	for (size_t i = 0; i < LENGTH(plain); i++)
		enter(cage, fcntl, 3, (encase_word) plain[i], 1);
	same(enter(cage, fcntl, 3, F_SETLK, WORD(&lock)), -ENOTRECOVERABLE);
	diverged(cage, tape, "call 11, linux.fcntl: byte 12 of arg is 0x06, was 0x05");
}

/* What a command points to is reached in any memory. */
Test(refuse, locks_in_another_memory)
{
	struct encase_tape *tape = deck_record_on(&lower_locks, NULL);
	static struct flock lock = { F_WRLCK, SEEK_SET, 4, 5,
				     6 }; /* static: its padding is written to the tape */
	struct flock got;
	struct encase_cage *cage =
		unit_cage_on(&encase_memory_arena, &unit_arena, &encase_lower_tape, tape);

	memcpy(unit_room + 64, &lock, sizeof(lock));
	same(enter(cage, fcntl, 3, F_GETLK, 64), 0);
	memcpy(&got, unit_room + 64, sizeof(got));
	same(got.l_start, 11);
	same(enter(cage, fcntl, 3, F_SETLK, UNIT_ROOM - 8), -EFAULT);
	same(enter(cage, fcntl, 3, F_GETFD), 0);
	same(oracle.calls, 2);
	deck_end(cage, tape, 0);
	/* the same from far away, whose lock has another padding */
	tape = deck_replay();
	cage = unit_cage_on(&unit_far_memory, NULL, &encase_lower_tape, tape);
	memset(unit_room + 64, 0x77, sizeof(lock));
	lock.l_pid = 99;
	memcpy(unit_room + 64, &lock, 4);
	memcpy(unit_room + 64 + 8, &lock.l_start, sizeof(lock) - 8);
	same(enter(cage, fcntl, 3, F_GETLK, UNIT_FAR + 64), 0);
	holds(!memcmp(unit_room + 64, &got, sizeof(got)));
	same(enter(cage, fcntl, 3, F_SETLK, UNIT_FAR + UNIT_ROOM - 8), -EFAULT);
	same(enter(cage, fcntl, 3, F_GETFD), 0);
	same(oracle.calls, 2);
	deck_end(cage, tape, 0);
}

/* -- Calls from within calls ------------------------------------------------ */

static struct encase_cage *nested_cage;
static long nested_result;
static struct encase_tape *nested_tape;

static long nested_call(void *below, const void *bound, struct encase_call *call)
{
	(void) below;
	(void) bound;
	(void) call;
	oracle.calls++;
	nested_result = enter_lab(nested_cage, arity0, 0);
	same(encase_tape_close(nested_tape), -EBUSY);
	return 5;
}
static const struct encase_lower lower_nested = { .name = "nested", .call = nested_call };

Test(refuse, calls_made_below)
{
	struct encase_tape *tape = nested_tape = deck_record_on(&lower_nested, NULL);
	struct encase_cage *cage = nested_cage = deck_cage(tape);

	same(enter_lab(cage, arity1, 1), 5);
	same(nested_result, -ENOTSUP);
	same(oracle.calls, 1);
	deck_rewind(&tape, &cage);
	same(enter_lab(cage, arity1, 1), 5);
	same(oracle.calls, 1);
	deck_end(cage, tape, 0);
}

/* A tape may record another: the inner one knows nothing of the outer one's being there. */
Test(refuse, a_tape_below_a_tape_is_fine)
{
	char inner_path[5000];
	struct encase_tape *inner = NULL, *outer;
	struct encase_cage *cage;
	long result;

	snprintf(inner_path, sizeof(inner_path), "%s.inner", deck_path);
	same(encase_tape_record(inner_path, &oracle_lower, NULL, &inner), 0);
	outer = deck_record_on(&encase_lower_tape, inner);
	cage = deck_cage(outer);
	oracle.seed = 4;
	result = enter_lab(cage, arity1, 1);
	deck_end(cage, outer, 0);
	same(encase_tape_close(inner), 0);
	inner = NULL;
	same(encase_tape_replay(inner_path, &inner), 0);
	outer = deck_record_on(&encase_lower_tape, inner); /* a replay, recorded */
	cage = deck_cage(outer);
	same(enter_lab(cage, arity1, 1), result);
	deck_end(cage, outer, 0);
	same(encase_tape_close(inner), 0);
	outer = deck_replay();
	cage = deck_cage(outer);
	same(enter_lab(cage, arity1, 1), result);
	same(oracle.calls, 1);
	deck_end(cage, outer, 0);
	unlink(inner_path);
}

/* Signals that come at any moment make calls of the same cage's: each is refused or recorded. */
static volatile unsigned signals;

static void make_a_call(int number)
{
	(void) number;
	signals++;
	nested_result = enter_lab(nested_cage, arity0, 0);
}

static long slow_call(void *below, const void *bound, struct encase_call *call)
{
	(void) below;
	(void) bound;
	(void) call;
	raise(SIGUSR1);
	return 6;
}
static const struct encase_lower lower_slow = { .name = "slow", .call = slow_call };

Test(refuse, calls_of_a_signals_handler_inside_a_call)
{
	struct encase_tape *tape = deck_record_on(&lower_slow, NULL);
	struct encase_cage *cage = nested_cage = deck_cage(tape);

	signal(SIGUSR1, make_a_call);
	same(enter_lab(cage, arity1, 1), 6);
	same(nested_result, -ENOTSUP);
	same(signals, 1);
	same(encase_tape_state(tape).calls, 1);
	deck_end(cage, tape, 0);
}

/* -- Forks ------------------------------------------------------------------ */

Test(refuse, a_forked_child)
{
	struct encase_tape *tape = deck_record();
	struct encase_cage *cage = deck_cage(tape);
	pid_t child;

	oracle.seed = 8;
	enter_lab(cage, arity1, 1);
	child = fork();
	if (!child) {
		same(enter_lab(cage, arity1, 2), -ENOTSUP);
		same(encase_cage_free(cage), 0);
		same(encase_tape_close(tape), 0); /* writes nothing */
		_exit(0);
	}
	unit_wait(child);
	enter_lab(cage, arity1, 3);
	deck_rewind(&tape, &cage);
	enter_lab(cage, arity1, 1);
	enter_lab(cage, arity1, 3);
	deck_end(cage, tape, 0);
}
