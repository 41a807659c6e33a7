/* SPDX-License-Identifier: MIT */
/*
 * The difference test: what its files share.
 *
 * A plan is some hundred calls that a seed makes.  Each way makes them in a process and
 * a folder of its own, and keeps a log of what came of them; logs must be equal.
 * All that calls point to stands in one block, which has the same address for all ways, so that
 * words, pointers inside structures and bytes are equal, too: straight and in the host's memory it
 * is there; in the arena it is that far from the base; in the other process it is there, and
 * not here.  Behind the block there is nothing.
 */
#ifndef DIFFERENCE_H
#define DIFFERENCE_H

#include <encase.h>
#include <stdbool.h>
#include <stdint.h>

#include "random.h"

#define BLOCK     UINT64_C(0x10000000) /* its address */
#define ROOM      0x8000U              /* bytes */
#define CALLS     400                  /* of a plan, in all */
#define LAST      40                   /* of those the last may have bad addresses */
#define FIRST_NEW 3                    /* descriptors that calls make have these numbers */
#define FDS       48                   /* all numbers are below */
#define ROOT      (FDS + 2)            /* the folder, for nobody but the test */
#define EMPTY     0x5a                 /* stands for what differs by its nature */

enum way { STRAIGHT, HOST, ARENA, PROCESS, WAYS };
/* What is on the cages' stacks, by seed. */
enum stack { NO_LAYER, COPIES, COPIES_NATURAL, PASSES_NATURAL, STACKS };

/* Kinds of descriptors, as bits; where they stand: setup.c. */
enum {
	FILE_RW = 1,
	FILE_RO = 2,
	FOLDER = 4,
	PIPE_OUT = 8, /* the end that is read */
	PIPE_IN = 16,
	DATAGRAM = 32,
	STREAM = 64,
	LISTENER = 128,
	UNBOUND = 256,
	EVENT = 512,
	TIMER = 1024,
	EPOLL = 2048,
	INOTIFY = 4096,
	SIGNALS = 8192,
	NAME_ONLY = 16384, /* O_PATH */
	QUEUE = 32768,
	MADE = 65536, /* by calls of the plan */
	FILES = FILE_RW | FILE_RO,
	PIPES = PIPE_OUT | PIPE_IN,
	SOCKETS = DATAGRAM | STREAM | LISTENER | UNBOUND,
	READABLE = FILES | PIPE_OUT | DATAGRAM | STREAM | EVENT | TIMER | INOTIFY,
	WRITABLE = FILE_RW | PIPE_IN | DATAGRAM | STREAM | EVENT,
};
/* The kind of each number below FDS; 0: free at first. */
extern const unsigned fd_kinds[FDS];

struct set {
	const int64_t *values;
	unsigned n;
};

/* How an argument of a call is drawn: rows_*.c. */
struct plan;
struct planned;
typedef void fill_fn(struct plan *plan, struct planned *call, unsigned i, uint64_t at, size_t n);
struct how {
	enum {
		HOW_NONE,
		HOW_FD,
		HOW_AT,
		HOW_SET,
		HOW_LENGTH, /* 0..most */
		HOW_NAME,
		HOW_DATA, /* a pointer: what its extent is, the descriptor says */
		HOW_LETTERS,
		HOW_SEMAPHORES,
	} how;
	unsigned kinds; /* of descriptors */
	unsigned most;
	bool never_null;
	const struct set *set;
	const char *const *names;
	fill_fn *fill;
};
struct row {
	const struct encase_desc *desc;
	unsigned weight;
	struct how how[6];
};
/* Ended by a row without a descriptor. */
extern const struct row rows_files[], rows_descs[], rows_rest[];
unsigned row_count(void);
const struct row *row_at(unsigned i);
/* Whether the lower layer makes no such call for another memory than the host's. */
bool is_refused(const struct encase_desc *desc, const uint64_t *words);

/* One call of a plan. */
struct planned {
	unsigned row;
	bool bad;    /* an address is wrong, or a length */
	int bad_arg; /* which, or -1 */
	uint64_t words[6];
	unsigned pokes, end; /* what stands in the block before it: bytes of the plan's pokes */
};
struct plan {
	uint64_t seed;
	enum stack stack;
	struct random random;
	struct planned calls[CALLS];
	unsigned char pokes[1 << 20];
	unsigned poked;
	/* Where the arguments of the call that is being drawn stand. */
	struct {
		uint64_t at, end;
	} taken[32];
	unsigned ntaken;
	uint32_t said; /* what a length of that call says that stands behind a pointer */
};
void plan_make(struct plan *plan, uint64_t seed);
/* Bytes that are to stand at an address of the block before the call that is being drawn. */
void plan_poke(struct plan *plan, uint64_t at, const void *bytes, size_t n);
/* A place for n bytes; mostly one that no other argument of the call has. */
uint64_t plan_place(struct plan *plan, size_t n);
int64_t plan_pick(struct plan *plan, const struct set *set);
int plan_fd(struct plan *plan, unsigned kinds);
/* Structures with pointers inside, and one argument that is made bad: nested.c. */
void plan_vector(struct plan *plan, struct planned *call, unsigned i, uint64_t count);
void plan_message(struct plan *plan, uint64_t at, bool sent);
void plan_messages(struct plan *plan, uint64_t at, uint64_t count, bool sent);
void plan_spoil(struct plan *plan, struct planned *call);

fill_fn fill_timespecs, fill_timevals, fill_utimbuf, fill_no_time, fill_no_timeval, fill_pollfds,
	fill_set, fill_itimerspec, fill_event, fill_address, fill_open_how, fill_sigset,
	fill_offset, fill_sembufs, fill_letter, fill_options, fill_number, fill_lock, fill_pair,
	fill_handle, fill_mq_attr, fill_zeros, fill_capability;

/*
 * What came of a plan: for each call an entry, then the folder's text.  Shared with
 * the process that writes it.
 */
struct entry {
	int64_t result;
	uint32_t errno_kept; /* 1; 0: the call changed errno */
	uint32_t refused;    /* 1: the lower layer made no such call */
	uint32_t chunks;     /* of the block that changed, each with its number before it */
	uint32_t bytes;      /* of this entry in all */
};
#define CHUNK 64
struct log {
	volatile unsigned calls; /* entries that are there */
	volatile unsigned used;
	unsigned done;         /* 1: the way came to its end */
	unsigned at[CALLS];    /* where entries stand */
	char tree[2][1 << 16]; /* the folder: before the bad calls, and at the end */
	unsigned char text[8 << 20];
};
/* Forks, and makes the plan's calls this way, in the folder; 0 or a wait status. */
int way_run(enum way way, const struct plan *plan, const char *folder, struct log *log);
/* Where the block stands, for who makes the calls; another process has it for PROCESS. */
struct block {
	unsigned char *here;
	union {
		struct encase_arena arena;
		struct encase_process process;
	};
};
void block_make(struct block *block, enum way way);
void block_free(struct block *block, enum way way);
/* Whether this process may reach another one's memory. */
bool block_is_reached(void);
int layers_push(struct encase_cage *cage, enum stack stack);
extern const char *const way_names[WAYS], *const stack_names[STACKS];

/* System V's queue and semaphores, which have a number in the whole system. */
struct ids {
	int letters, semaphores;
};
void setup_ids(struct ids *ids);
void setup_free_ids(const struct ids *ids);
/* Fills the process's folder and makes its descriptors; what of it the machine lacks is not there. */
void setup_make(void);
/* The process may have more of them than its calls. */
void setup_more_descriptors(bool more);
/* Says in text what is in the folder, and in what state descriptors are. */
void tree_tell(char *text, size_t room);
void tree_remove(const char *folder);

/* Puts EMPTY over what differs by its nature in what a call has written, and 0 for such a result. */
void mask_result(const struct planned *call, unsigned char *block, const unsigned char *before,
		 int64_t *result);

/* Prints a call with its arguments, and what came of it. */
void show_call(const struct plan *plan, unsigned i);
void show_entry(enum way way, const struct log *log, unsigned i);
void show_difference(const struct log *one, const struct log *two, unsigned i);

#endif
