/* SPDX-License-Identifier: MIT */
/*
 * Calls in words, as strace(1) prints them:
 *
 *     openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3
 *     read(3, "root:x:0:0:root:/root:/bin/bash\n"..., 4096) = 1024
 *     mkdir("/etc", 0755) = -1 EEXIST (File exists)
 *
 * and names in words made calls, groups and arguments again.  Nothing is allocated, and
 * nothing is kept; errno stays as it was.
 *
 * What is shown of data: names of files whole, other text up to 32 bytes, up to 32 elements of
 * an array, with "..." where there is more; of long structures what matters most, as strace
 * does.  What cannot be read, what the call would only have written, and what nobody has
 * described is shown as its address.  Values have names where the table says so (FLAGS(open), ...);
 * structures are known by the C type that the table gives, in anybody's table.
 */
#ifndef ENCASE_FORMAT_H
#define ENCASE_FORMAT_H

#include "cage.h"
#include "call.h"
#include "desc.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How a call ended. */
struct encase_outcome {
	encase_word word; /* its result, if it did not fail */
	int error;        /* 0; or the errno with which it failed */
	int gone;         /* 1: it does not return; word and error mean nothing */
};

/* Where the data of a call's arguments can be read. */
struct encase_source {
	const struct encase_memory *memory; /* null: nowhere */
	void *space;                        /* handed to the memory */
	unsigned hidden;                    /* bit i: nothing of argument i is read */
};

/*
 * Prints a call: desc, one word per argument, and what became of it; a null outcome: it
 * has not returned, and the line ends behind the arguments.  A null source: no data is read.
 * What is read is bounded by the descriptor, as a layer's copy would be, and read through
 * the source alone; each byte perhaps more than once, so memory that somebody changes meanwhile may
 * show as a mixture.  A length that the call writes (of a name, of messages) is believed: what a source must
 * not give away it must not read.
 *
 * Returns the length of the whole line, without NUL, like snprintf(); if that is room or
 * more, out has as much as fits, and ends in "...".  With room 0 out may be null.
 */
ENCASE_API size_t encase_format(char *out, size_t room, const struct encase_desc *desc,
				const encase_word *words, const struct encase_outcome *outcome,
				const struct encase_source *source);
/* The same for argument i (0..nargs-1) alone; for one that is not there this time: nothing. */
ENCASE_API size_t encase_format_arg(char *out, size_t room, const struct encase_desc *desc,
				    const encase_word *words, unsigned i,
				    const struct encase_outcome *outcome,
				    const struct encase_source *source);
/*
 * The same for a raw handler's call, on its thread.  Shows the data that the handler sees anyway, in its
 * layer's copies, and nothing behind their ends; of what is passed by, the address.  Nothing is fetched: encase_arg_data() is for that.
 * Calls of unknown numbers are shown as syscall_0x1ff(0, 0, 0, 0, 0, 0).
 */
ENCASE_API size_t encase_format_call(char *out, size_t room, const struct encase_call *call,
				     const struct encase_outcome *outcome);

/* What a name means. */
enum encase_name {
	ENCASE_NAME_CALL,  /* "openat", "257": one call */
	ENCASE_NAME_GROUP, /* "%file", "@file-system": a group of calls */
	ENCASE_NAME_ARG,   /* "openat.flags": an argument of a call */
};
struct encase_named {
	const struct encase_interface *interface; /* whose */
	const struct encase_desc *desc;           /* of a call or an argument; else null */
	unsigned what;                            /* enum encase_name */
	unsigned group;                           /* of a group: its number */
	unsigned arg;                             /* of an argument: its place */
};

/*
 * Finds what a name means in an interface and stores it in *named.  -ENOENT: nothing is named so;
 * -EINVAL: it is empty.  Then why (size bytes, may be 0) has a line of text, as much as fits, that says
 * what is wrong: "no call 'opne' in linux: did you mean 'open'?"
 */
ENCASE_API int encase_parse(const struct encase_interface *interface, const char *name,
			    struct encase_named *named, char *why, size_t size);

#ifdef __cplusplus
}
#endif
#endif
