/* SPDX-License-Identifier: MIT */
/*
 * What the files of lower layer "tape" share.  Those: tape.c is the lower layer,
 * tape_inside.c knows at which tapes a thread is, tape_known.c says which calls can be put on a tape, tape_args.c what of them,
 * tape_open.c opens and closes, tape_write.c and tape_read.c know the file,
 * tape_replay.c finds a call's records and answers it, tape_compare.c compares,
 * tape_text.c says what differs.
 *
 * A tape's lock is held by whoever reads or changes anything behind it.  It is
 * not held while the lower layer below is called.
 */
#ifndef ENC_TAPE_H
#define ENC_TAPE_H

#include <pthread.h>
#include <sys/types.h>
#include <unistd.h>

#include "enc.h"
#include "encase/tape.h"
#include "lock.h"
#include "vector.h"

/* The file: docs/tape.md. */
#define ENC_TAPE_MAGIC \
	"\x89"         \
	"enctape"
enum {
	ENC_TAPE_VERSION = 1,
	ENC_TAPE_HEADER = 12,    /* bytes */
	ENC_TAPE_WINDOW = 65536, /* bytes that are written or read at a time */
	ENC_TAPE_NAME_MAX = 255, /* bytes of an interface's or a call's name */
	ENC_TAPE_NAMES_MAX = 65536,
	ENC_TAPE_QUOTE = 96,     /* bytes of a string that is shown, quotes and all */
	ENC_TAPE_INSIDE_MAX = 8, /* tapes at which a thread is, call inside call */
};
/* A record's first byte. */
enum enc_tape_kind {
	ENC_TAPE_NAME = 'N',
	ENC_TAPE_DOWN = 'D',
	ENC_TAPE_UP = 'U',
	ENC_TAPE_END = 'E',
};
/* An argument's first byte. */
enum enc_tape_tag {
	ENC_TAG_NULL,   /* a null pointer */
	ENC_TAG_THERE,  /* a pointer that is not null and is not read */
	ENC_TAG_DATA,   /* a pointer, and the bytes that the call reads */
	ENC_TAG_WORD,   /* a scalar */
	ENC_TAG_NONE,   /* an argument that the call does not look at */
	ENC_TAG_LOST,   /* a pointer to where nothing can be read */
	ENC_TAG_VECTOR, /* a vector: its entries' lengths, and the bytes that the call reads */
	ENC_TAGS,
};

/* What of an argument is put on the tape. */
struct enc_tape_arg {
	enum enc_tape_tag tag;
	encase_word word;             /* WORD */
	bool string;                  /* DATA: of characters, the NUL left away */
	const void *in;               /* DATA */
	size_t nin;                   /* DATA, VECTOR: bytes that the call reads */
	size_t room;                  /* bytes that the call may write; 0: it writes none */
	void *out;                    /* where; null for a vector, which says so itself */
	const struct enc_part *parts; /* VECTOR: as they were when the call came, cut */
	size_t nparts;
	char own[24]; /* for in */
};

/* One call of an interface that some cage over this tape speaks. */
struct enc_tape_call {
	const struct encase_desc *desc;
	const void *bound; /* by the lower layer below */
	uint64_t number;   /* on the tape that is recorded, if named */
	bool known, named, refused;
};
struct enc_tape_calls {
	struct enc_tape_calls *next;
	const struct encase_interface *interface;
	struct enc_tape_call call[]; /* by index */
};

struct enc_tape_writer {
	int fd, error; /* errno; then nothing more is written */
	uint32_t crc;  /* of the record so far */
	size_t used;
	unsigned char window[ENC_TAPE_WINDOW];
};

struct enc_tape_reader {
	int fd, error;    /* errno, if reading failed */
	uint64_t size;    /* bytes of the file */
	uint64_t at, end; /* offsets: of what is read next, and what is not read any more */
	uint64_t base;    /* the window's, in the file */
	size_t have;      /* bytes in the window */
	unsigned char window[ENC_TAPE_WINDOW];
};

/* A record that is whole and sound. */
struct enc_tape_record {
	unsigned char kind;
	uint64_t at, payload, end,
		next; /* offsets: its own, its payload's, that one's end, behind it */
};

/* A name on a tape that is replayed, and the call that it was last found to be. */
struct enc_tape_name {
	char *interface, *call; /* one allocation, the interface's */
	const struct enc_tape_call *as;
};

struct encase_tape {
	pthread_mutex_t
		lock[2]; /* the owner's; its children's, since a fork may find the first taken */
	pid_t owner;
	unsigned inside; /* calls that are at it; atomic */
	bool replays;
	const struct encase_lower *lower; /* recording: what is below */
	void *below;
	struct enc_tape_calls *interfaces;
	uint64_t calls;  /* recorded or replayed */
	uint64_t nnames; /* on the tape so far */
	struct encase_tape_state state;
	uint64_t next; /* replaying: offset of the next record */
	struct enc_tape_name *names;
	union {
		struct enc_tape_writer writer;
		struct enc_tape_reader reader;
	};
};

/*
 * The lock, where a signal's handler that makes calls might find it taken by its own thread:
 * everywhere but in a call that is at the tape, inside of which others are refused.
 */
static inline void enc_tape_lock(struct encase_tape *tape, sigset_t *saved)
{
	enc_lock(&tape->lock[tape->owner != getpid()], saved);
}

static inline void enc_tape_unlock(struct encase_tape *tape, const sigset_t *saved)
{
	enc_unlock(&tape->lock[tape->owner != getpid()], saved);
}

/* -- tape_inside.c -------------------------------------------------------- */

/*
 * A call comes to a tape; *outer is for its end.  0; -ENOTSUP: it is inside another call at
 * that tape, or at too many others; -ENOMEM.
 */
int enc_tape_enter(struct encase_tape *tape, struct encase_call *call, unsigned *outer);
void enc_tape_leave(unsigned outer);
/* Whether a call is at a tape, on any thread. */
bool enc_tape_is_busy(struct encase_tape *tape);

/* -- tape_known.c --------------------------------------------------------- */

/* Whether no call of this kind can be replayed; and whether this one of the others can. */
bool enc_tape_refuses(const struct encase_desc *desc);
bool enc_tape_knows(const struct encase_call *call);

/* -- tape_args.c ---------------------------------------------------------- */

/*
 * What of each argument is put on the tape, once encase_reach() has been tried.
 * 0; -ENOTSUP: of this call that is not known; -ENOMEM.
 */
int enc_tape_look(struct encase_call *call, struct enc_tape_arg *args);
/* How many bytes of argument i a call that succeeded with this result has written. */
size_t enc_tape_written(const struct encase_call *call, unsigned i, const struct enc_tape_arg *args,
			long result);

/* -- tape_write.c --------------------------------------------------------- */

/* Each puts one record on the tape; what went wrong is in writer->error. */
void enc_tape_put_header(struct enc_tape_writer *w);
void enc_tape_put_name(struct enc_tape_writer *w, const struct encase_desc *desc);
void enc_tape_put_down(struct enc_tape_writer *w, uint64_t number, unsigned nargs,
		       const struct enc_tape_arg *args);
void enc_tape_put_up(struct enc_tape_writer *w, uint64_t position, const struct encase_call *call,
		     const struct enc_tape_arg *args, int error, long result);
void enc_tape_put_end(struct enc_tape_writer *w, uint64_t calls);
void enc_tape_flush(struct enc_tape_writer *w);

/* The CRC-32 of IEEE 802.3, as zlib has it, goes on over n more bytes; begins with 0. */
uint32_t enc_tape_crc(uint32_t crc, const void *data, size_t n);

/* -- tape_read.c ---------------------------------------------------------- */

enum enc_tape_found { ENC_FOUND_RECORD, ENC_FOUND_NOTHING, ENC_FOUND_PIECE, ENC_FOUND_WRONG };
/*
 * Looks for a record at an offset and checks it: there is one, the file ends
 * there, it ends within the record, or there is something else.
 */
enum enc_tape_found enc_tape_find(struct enc_tape_reader *r, uint64_t at,
				  struct enc_tape_record *record);
/* Reading begins at the payload of a record, and ends with it. */
void enc_tape_open_record(struct enc_tape_reader *r, const struct enc_tape_record *record);
/*
 * The next bytes, one at least and *n at most, of which *n then says how many; they
 * stay where they are.  Null: there are none.
 */
const unsigned char *enc_tape_peek(struct enc_tape_reader *r, size_t *n);
/* Each false: there are fewer, or it is no number. */
bool enc_tape_get(struct enc_tape_reader *r, void *to, size_t n);
bool enc_tape_get_number(struct enc_tape_reader *r, uint64_t *number);
bool enc_tape_get_word(struct enc_tape_reader *r, encase_word *word);
bool enc_tape_skip(struct enc_tape_reader *r, uint64_t n);

/* -- tape_compare.c ------------------------------------------------------- */

enum enc_tape_verdict { ENC_TAPE_ALIKE, ENC_TAPE_DIFFERS, ENC_TAPE_DAMAGED };
/*
 * The arguments on the tape, which are from an offset to the end of the record at hand,
 * against a call's.  If they differ that has been said.
 */
enum enc_tape_verdict enc_tape_compare(struct encase_tape *tape, const struct encase_desc *desc,
				       const struct enc_tape_arg *args, uint64_t at);

/* -- tape_replay.c -------------------------------------------------------- */

/*
 * Goes on to the next call on the tape and finds its record.  False: there is none,
 * and the state says why, unless the tape is at its end as it should be.
 */
bool enc_tape_advance(struct encase_tape *tape, struct enc_tape_record *down);
/* Compares the call with the tape's next one and answers as that was answered. */
long enc_tape_replay(struct encase_tape *tape, const struct enc_tape_call *known,
		     struct encase_call *call, const struct enc_tape_arg *args);

/* -- tape_text.c ---------------------------------------------------------- */

/* How it goes from now on, and the text, which begins with the number of a call. */
void enc_tape_say(struct encase_tape *tape, enum encase_tape_how how, uint64_t number,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Argument i differs: the tape has another word, tag, length, byte. */
void enc_tape_say_word(struct encase_tape *tape, const struct encase_desc *desc, unsigned i,
		       encase_word is, encase_word was);
void enc_tape_say_tag(struct encase_tape *tape, const struct encase_desc *desc, unsigned i,
		      enum enc_tape_tag is, enum enc_tape_tag was);
void enc_tape_say_length(struct encase_tape *tape, const struct encase_desc *desc, unsigned i,
			 uint64_t is, uint64_t was);
void enc_tape_say_byte(struct encase_tape *tape, const struct encase_desc *desc, unsigned i,
		       uint64_t offset, unsigned is, unsigned was);
/* The same of vectors: how many entries, and entry k's length and byte. */
void enc_tape_say_entries(struct encase_tape *tape, const struct encase_desc *desc, unsigned i,
			  uint64_t is, uint64_t was);
void enc_tape_say_entry_length(struct encase_tape *tape, const struct encase_desc *desc, unsigned i,
			       size_t k, uint64_t is, uint64_t was);
void enc_tape_say_entry_byte(struct encase_tape *tape, const struct encase_desc *desc, unsigned i,
			     size_t k, uint64_t offset, unsigned is, unsigned was);
/*
 * The same of strings, of which the tape's has nwas bytes; was has the first
 * ENC_TAPE_QUOTE of them, if there are so many.  False: what would be shown is alike, and nothing was said.
 */
bool enc_tape_say_string(struct encase_tape *tape, const struct encase_desc *desc, unsigned i,
			 const struct enc_tape_arg *is, const char *was, uint64_t nwas);

#endif
