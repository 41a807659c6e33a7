/* SPDX-License-Identifier: MIT */
/*
 * A host: one machine on the board, the cage that its calls enter, the things that it has
 * handles for, and its clock.
 *
 * Each machine has a clock of its own: an instruction takes a microsecond, and who waits finds
 * it moved on to what it waited for.  So nobody waits for anybody, and each run is the same.
 */
#ifndef RIOT_HOST_H
#define RIOT_HOST_H

#include <encase/handle.h>

#include "board.h"
#include "coap.h"
#include "machine.h"

#define HOST_THINGS   16    /* handles that a machine may have at once */
#define HOST_MACHINES 8     /* machines on a board */
#define HOST_CB_STEPS 10000 /* steps that a call back may take */

/* Rights to things. */
#define MAY_READ  1U
#define MAY_WRITE 2U

/* A timer: when it is due, and where it calls back. */
struct timer {
	uint64_t due; /* microseconds of the machine's clock */
	bool calls_back, called;
	uint16_t code, argument;
};

/* What a handle names; which of them, the handle's type says. */
struct thing {
	const struct encase_handle_type *type; /* null: it is free */
	union {
		struct device *device;
		unsigned next_device;
		struct timer timer;
		struct node *node; /* a file, a directory, the next entry of one */
		struct coap_message message;
	} as;
};

/* What a machine is to have. */
struct host_setup {
	const char *name; /* borrowed */
	bool says_name;   /* its lines on the console begin with its name */
	size_t memory;    /* bytes, VM_INSTRUCTION to VM_MOST */
	uint64_t steps;   /* that it may make */
	const char *root; /* the directory that it may see */
	unsigned saul;    /* its rights to devices; 0: it has none to see them */
	unsigned vfs;     /* its rights to files */
};

struct host {
	struct host_setup setup;
	struct board *board;
	struct vm vm;
	struct encase_arena arena; /* its memory, as the cage has it */
	struct encase_cage *cage;
	struct encase_grant grants[12];
	struct node *root;
	uint64_t slept;    /* microseconds */
	uint16_t messages; /* that it has made */
	struct thing things[HOST_THINGS];
};

/* The machines' handles; made before them and freed behind them. */
int host_handles_new(struct encase_handles **handles);
/* 0 or a negative errno: -ENOENT: there is no such root. */
int host_new(struct host *host, const struct host_setup *setup, struct board *board,
	     struct encase_handles *handles);
void host_free(struct host *host);
/* Makes steps, at most n, and what is due.  Whether the machine still runs; if not, its cage has ended. */
bool host_run(struct host *host, unsigned n);

/* -- For the calls ------------------------------------------------------------ */

/* The host whose machine makes the call that runs. */
static inline struct host *host_of_call(void)
{
	return encase_self();
}

/* The machine's clock, in microseconds. */
uint64_t host_now(const struct host *host);
/* Calls the machine back for the timers that are due, unless it is called back. */
void host_call_back(struct host *host);

/* Each table's handle has a type: type_saul, type_file, ... */
#define HANDLE(h, ...) extern const struct encase_handle_type type_##h;
#include <encase/record_entries.h>

/*
 * A new thing of this host's, in *handle, with the rights that the machine has to such things.
 * Null with errno: EPERM: the machine may have none; EMFILE.
 */
struct thing *host_give(const struct encase_handle_type *type, encase_word *handle);
/* Uses a thing by its handle.  Null with errno, as encase_handle_get() says; put it back by encase_handle_put(). */
struct thing *host_use(encase_word handle, const struct encase_handle_type *type, unsigned rights,
		       struct encase_use *use);
/* -1 and errno, from a negative number, or 0. */
int host_says(long result);

#endif
