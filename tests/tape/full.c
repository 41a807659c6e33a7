/* SPDX-License-Identifier: MIT */
/* A tape that cannot be written to its end: the run goes on, and nothing is lost silently. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deck.h"

TestSuite(full, .init = deck_open, .fini = deck_close);

static char block[1000];

/* The largest file that this process may write. */
static void limit(rlim_t bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	same(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	same(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

Test(full, no_room_at_all)
{
	struct encase_tape *tape = NULL;

	same(encase_tape_record("/dev/full", &oracle_lower, NULL, &tape), -ENOSPC);
	limit(5);
	same(encase_tape_record(deck_path, &oracle_lower, NULL, &tape), -EFBIG);
	same(tape, NULL);
}

/* 300 calls go on as if nothing had been, and errno stays as it was. */
static void calls_go_on(struct encase_cage *cage, struct encase_tape *tape)
{
	long plain[300];

	oracle.seed = 5;
	oracle.calls = 0;
	errno = 77;
	for (unsigned i = 0; i < LENGTH(plain); i++)
		plain[i] = enter_lab(cage, put, WORD(block), sizeof(block));
	same(errno, 77);
	same(oracle.calls, LENGTH(plain));
	same(encase_tape_state(tape).how, ENCASE_TAPE_FAILED);
	unit_free(cage);
	cage = unit_cage_on(NULL, NULL, &oracle_lower, NULL);
	oracle.seed = 5;
	for (unsigned i = 0; i < LENGTH(plain); i++)
		same(enter_lab(cage, put, WORD(block), sizeof(block)), plain[i]);
	unit_free(cage);
}

Test(full, in_the_middle)
{
	struct encase_tape *tape = deck_record();
	struct encase_cage *cage = deck_cage(tape);
	struct stat status;
	unsigned calls = 0;

	limit(150000);
	calls_go_on(cage, tape);
	says(tape, ENCASE_TAPE_FAILED, "call 192: the tape cannot be written: File too large");
	same(encase_tape_state(tape).calls, 192);
	same(encase_tape_close(tape), -EFBIG);
	same(stat(deck_path, &status), 0);
	same(status.st_size, 150000);
	/* what is there can be replayed up to where it ends */
	tape = deck_replay();
	cage = deck_cage(tape);
	oracle.calls = 0;
	while (enter_lab(cage, put, WORD(block), sizeof(block)) != -ENOTRECOVERABLE)
		calls++;
	same(calls, encase_tape_state(tape).calls);
	holds(calls > 140 && calls < 150);
	same(encase_tape_state(tape).how, ENCASE_TAPE_TORN);
	same(oracle.calls, 0);
	deck_end(cage, tape, -ENOTRECOVERABLE);
}

/* A disk that is full from the second write on: the descriptor is made one of /dev/full. */
Test(full, a_full_disk)
{
	int next = dup(0), full;
	struct encase_tape *tape;

	close(next);
	tape = deck_record();
	full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	same(full, next + 1);
	same(dup2(full, next), next);
	close(full);
	calls_go_on(deck_cage(tape), tape);
	same(encase_tape_close(tape), -ENOSPC);
}

/* What is too little to be written before the end fails there. */
Test(full, at_the_end)
{
	struct encase_tape *tape = deck_record();
	struct encase_cage *cage = deck_cage(tape);

	enter_lab(cage, put, WORD(block), sizeof(block));
	limit(500);
	says(tape, ENCASE_TAPE_RUNS, "call 1 is the last one recorded");
	deck_end(cage, tape, -EFBIG);
}

/* A crash leaves what was written: here a tape that is never closed. */
Test(full, a_crash)
{
	struct encase_tape *tape = deck_record();
	struct encase_cage *cage = deck_cage(tape);
	unsigned calls = 0;

	oracle.seed = 3;
	for (unsigned i = 0; i < 100; i++)
		enter_lab(cage, put, WORD(block), sizeof(block));
	{
		struct encase_tape *torn = deck_replay();
		struct encase_cage *other = deck_cage(torn);

		oracle.seed = 3;
		while (enter_lab(other, put, WORD(block), sizeof(block)) != -ENOTRECOVERABLE)
			calls++;
		holds(calls >= 60 && calls < 70);
		same(encase_tape_state(torn).how, ENCASE_TAPE_TORN);
		deck_end(other, torn, -ENOTRECOVERABLE);
	}
	deck_end(cage, tape, 0);
}

/* A file that shrinks while it is replayed. */
Test(full, a_file_that_changes)
{
	static char large[200000];
	struct encase_tape *tape = deck_record();
	struct encase_cage *cage = deck_cage(tape);
	long result = enter_lab(cage, put, WORD(large), sizeof(large));

	enter_lab(cage, put, WORD(large), sizeof(large));
	deck_rewind(&tape, &cage);
	same(enter_lab(cage, put, WORD(large), sizeof(large)), result);
	same(truncate(deck_path, 20), 0);
	same(enter_lab(cage, put, WORD(large), sizeof(large)), -ENOTRECOVERABLE);
	same(encase_tape_state(tape).how, ENCASE_TAPE_DAMAGED);
	deck_end(cage, tape, -ENOTRECOVERABLE);
}
