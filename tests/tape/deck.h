/* SPDX-License-Identifier: MIT */
/*
 * What the tests of tapes share: files, cages over tapes, a lower layer to record.
 *
 * The lower layer "oracle" answers any call out of a generator of numbers, fills
 * what the call writes, and counts.  Each test has one file, deck_path.
 */
#ifndef DECK_H
#define DECK_H

#include <encase/tape.h>

#include "unit.h"

extern char deck_path[4096];
/* Make and remove the file; for .init and .fini. */
void deck_open(void);
void deck_close(void);
/* All of a file, to be freed, and a file with just this. */
unsigned char *deck_read(const char *path, size_t *n);
void deck_write(const char *path, const void *data, size_t n);

/* Tapes of deck_path.  The first records the oracle. */
struct encase_tape *deck_record(void);
struct encase_tape *deck_record_on(const struct encase_lower *lower, const void *below);
struct encase_tape *deck_replay(void);
/* A cage over a tape, with the host's memory. */
struct encase_cage *deck_cage(struct encase_tape *tape);
/* The memories in which tapes are recorded and replayed; unit_room is theirs. */
#define DECK_SORTS 3
extern const struct deck_sort {
	const char *name;
	const struct encase_memory *memory;
	const void *space;
} deck_sorts[DECK_SORTS];
/* The address at which a cage with such a memory has unit_room; such a cage, over a tape. */
encase_word deck_base(const struct deck_sort *sort);
struct encase_cage *deck_cage_on(const struct deck_sort *sort, struct encase_tape *tape);
/* What is in unit_room from a byte on. */
void deck_room_is(size_t at, const char *want);
/* The state of a tape has to be this; text: the whole line. */
#define says(tape, how, text) deck_says(__FILE__, __LINE__, (tape), (how), (text))
void deck_says(const char *file, int line, struct encase_tape *tape, enum encase_tape_how how,
	       const char *text);
/* Frees a cage and closes its tape; the latter has to return result. */
void deck_end(struct encase_cage *cage, struct encase_tape *tape, int result);
/* The same, of a replay that met another call than it had to: text is what its tape says. */
#define diverged(cage, tape, text) deck_diverged(__FILE__, __LINE__, (cage), (tape), (text))
void deck_diverged(const char *file, int line, struct encase_cage *cage, struct encase_tape *tape,
		   const char *text);
/* Ends a run that went well, and begins a replay, in the host's memory. */
void deck_rewind(struct encase_tape **tape, struct encase_cage **cage);

/*
 * Runs a script in each memory while it is recorded, and then in each while that is
 * replayed.  The lower layer counts its calls in oracle: there are some, and none more while
 * it is replayed.  look() is called when deck_path is a tape, unless it is null.
 */
typedef void deck_script(struct encase_cage *cage, const struct deck_sort *sort);
void deck_everywhere(deck_script *script, const struct encase_lower *lower, void (*look)(void));

extern struct oracle {
	uint64_t seed;  /* of what it answers */
	unsigned calls; /* so far */
	bool refuses;   /* as a tape does, and is not asked */
} oracle;
extern const struct encase_lower oracle_lower;
uint64_t deck_random(uint64_t *seed);

/* An address that no memory has. */
#define DECK_NOWHERE (UINT64_C(1) << 62)

#endif
