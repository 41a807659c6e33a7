/* SPDX-License-Identifier: MIT */
/* No memory for a tape, for what it knows of calls, for the names that are on it: each is told. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "deck.h"

TestSuite(no_memory, .init = deck_open, .fini = deck_close);

Test(no_memory, for_a_tape)
{
	static const char content[] = "what is there stays";
	struct alloc_live before = alloc_live();
	struct encase_tape *tape = NULL;
	unsigned char *data;
	size_t n;

	deck_write(deck_path, content, sizeof(content));
	errno = 77;
	alloc_fail_at(1);
	same(encase_tape_record(deck_path, &oracle_lower, NULL, &tape), -ENOMEM);
	holds(alloc_failed());
	alloc_fail_at(1);
	same(encase_tape_replay(deck_path, &tape), -ENOMEM);
	holds(alloc_failed());
	same(tape, NULL);
	same(errno, 77);
	holds(alloc_same(before, alloc_live()));
	data = deck_read(deck_path, &n);
	same(n, sizeof(content));
	holds(!memcmp(data, content, n));
	free(data);
}

/* The lowest descriptor that is free. */
static int free_descriptor(void)
{
	int fd = dup(0);

	holds(fd > 0);
	close(fd);
	return fd;
}

/* Where no tape is made nothing stays behind. */
Test(no_memory, that_is_lost)
{
	struct alloc_live before = alloc_live();
	struct encase_tape *tape = NULL;
	int fd = free_descriptor();

	same(encase_tape_record("/dev/full", &oracle_lower, NULL, &tape), -ENOSPC);
	same(encase_tape_record("/", &oracle_lower, NULL, &tape), -EISDIR);
	same(encase_tape_replay(deck_path, &tape), -EBADMSG);
	same(encase_tape_replay("/no/such/tape", &tape), -ENOENT);
	same(tape, NULL);
	same(free_descriptor(), fd);
	holds(alloc_same(before, alloc_live()));
}

static const struct encase_interface *const both[] = { &encase_calls, &lab_calls, NULL };

/* How many are made of two calls, the first of each interface; the others fail. */
static unsigned made_of_two(struct encase_cage *cage)
{
	unsigned made = 0;

	for (size_t i = 0; both[i]; i++) {
		long result = encase_enter(cage, both[i]->calls[0], WORDS(0));

		holds(result == 0 || result == -ENOMEM);
		made += result == 0;
	}
	return made;
}

static long say_0(void *nothing, const void *bound, struct encase_call *call)
{
	(void) nothing;
	(void) bound;
	(void) call;
	return 0;
}
static const struct encase_lower lower_0 = { .name = "0", .call = say_0 };

/* A cage is made or not; a call that the tape could not note fails in it. */
Test(no_memory, for_what_a_tape_knows)
{
	struct encase_setup setup = { .interfaces = both, .lower = &encase_lower_tape };
	unsigned n = 0, crippled = 0;
	bool failed;

	do {
		struct encase_tape *tape = deck_record_on(&lower_0, NULL);
		struct encase_cage *cage = NULL;
		unsigned made = 2;
		int err;

		setup.below = tape;
		unit_row("allocation %u", ++n);
		alloc_fail_at(n);
		err = encase_cage_new(&setup, &cage);
		failed = alloc_failed();
		holds(!err || (err == -ENOMEM && failed));
		if (!err) {
			made = made_of_two(cage);
			same(made, failed ? 1 : 2);
			crippled += failed;
			unit_free(cage);
		}
		same(encase_tape_state(tape).calls, err ? 0 : made);
		/* the next one has it all */
		cage = deck_cage(tape);
		same(made_of_two(cage), 2);
		deck_end(cage, tape, 0);
	} while (failed);
	same(crippled, 2); /* once for each interface */
}

/* A replay that cannot remember a name has come to its end there, and says why. */
Test(no_memory, for_names)
{
	struct encase_tape *tape = deck_record_on(&lower_0, NULL);
	struct encase_cage *cage = deck_cage(tape);

	same(made_of_two(cage), 2);
	deck_end(cage, tape, 0);
	for (unsigned n = 1; n <= 4; n++) {
		struct alloc_live before;

		tape = deck_replay();
		cage = deck_cage(tape);
		unit_row("allocation %u", n);
		before = alloc_live();
		alloc_fail_at(n);
		same(encase_enter(cage, encase_calls.calls[0], WORDS(0)),
		     n > 2 ? 0 : -ENOTRECOVERABLE);
		same(encase_enter(cage, lab_calls.calls[0], WORDS(0)), -ENOTRECOVERABLE);
		holds(alloc_failed());
		same(encase_tape_state(tape).how, ENCASE_TAPE_DAMAGED);
		holds(strstr(encase_tape_state(tape).text, "Cannot allocate memory"));
		deck_end(cage, tape, -ENOTRECOVERABLE);
		holds(alloc_live().blocks < before.blocks);
	}
}
