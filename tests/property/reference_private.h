/* SPDX-License-Identifier: MIT */
/*
 * The reference router's inside: a call as it arrived somewhere, and what its
 * parts need of each other.
 *
 *   reference.c          the way down, and the way up: which handler, which result
 *   reference_rules.c    which rule, which mode, which shape
 *   reference_call.c     what handlers do: looking at a call, and forwarding
 *   reference_forward.c  what goes down in a forward
 *   reference_gate.c     cages, and entering them
 *   reference_memory.c   counts, and a cage's bytes
 *   reference_copy.c     how bytes come: extents, shadows
 *   reference_flush.c    how they go back
 *   reference_deep.c     the same of vectors, and of lengths behind pointers
 *   reference_nested.c   of pairs, strings, what tells its own size, and what nobody knows
 *   reference_message*.c of messages, one or many
 */
#ifndef PROPERTY_REFERENCE_PRIVATE_H
#define PROPERTY_REFERENCE_PRIVATE_H

#include "reference.h"

enum ref_home {
	REF_NOWHERE, /* null words */
	REF_CAGE,
	REF_LAYERS,
};

/* A word on its way down. */
struct ref_word {
	encase_word word;
	enum ref_home home;
};

/* A copy of a cage's bytes, on the list of those alive. */
struct ref_shadow {
	unsigned char *bytes;
	size_t len;
	struct ref_shadow *next;
};

/* A cage's own entries of a vector, as they were read and cut. */
struct ref_range {
	encase_word base, len;
};

/* A message of a cage's, as it was read, and where it is in its shadow. */
struct ref_message;

#define REF_LAYERS_MAX 32
#define REF_ENTRIES    1024 /* of a vector, or messages, at most */

struct ref_cage {
	const struct encase_interface *const *interfaces;
	struct ref_memory memory;
	const struct encase_lower *lower;
	void *below, *self;
	int refuse;   /* 1.10 */
	bool unknown; /* 1.11: such numbers go down */
	unsigned nlayers;
	const struct encase_layer *layer[REF_LAYERS_MAX]; /* newest first */
	void *state[REF_LAYERS_MAX];
	struct encase_traffic traffic;
};

/* A call as it arrived at one layer or at the lower layer. */
struct ref_call {
	struct ref_cage *cage;
	const struct encase_desc *desc; /* null: of an unknown number */
	long number;
	struct encase_desc shape; /* 1.9: what the arguments are this time */
	unsigned level;           /* of the layer; cage->nlayers is the lower layer */
	struct ref_word arrived[ENCASE_MAX_ARGS]; /* of a nullified argument: null */
	unsigned mode[ENCASE_MAX_ARGS];           /* of the rule; 0 at the lower layer */
	bool copied[ENCASE_MAX_ARGS];             /* COPY, or fetched since */
	encase_word seen[ENCASE_MAX_ARGS];        /* what stands for a copied argument */
	struct ref_shadow *shadow[ENCASE_MAX_ARGS];
	uint64_t was[ENCASE_MAX_ARGS]; /* 3.6, 4.4: what stood behind a length when it arrived */
	bool noted[ENCASE_MAX_ARGS];   /* was is known */
	struct ref_range *range[ENCASE_MAX_ARGS]; /* of a vector with a shadow */
	size_t nrange[ENCASE_MAX_ARGS]; /* also of strings: their pointers, with the null */
	struct ref_message *message[ENCASE_MAX_ARGS]; /* of messages with a shadow */
	size_t nmessage[ENCASE_MAX_ARGS];
	bool set[ENCASE_MAX_ARGS]; /* by ref_set_arg(), to: */
	encase_word given[ENCASE_MAX_ARGS];
	bool spent;     /* 4.1: it has gone down before */
	bool unreached; /* the lower layer could not reach an argument: 6.1 */
	int failed;     /* the errno of the last forward */
	int fail;       /* the errno of ref_fail() */
	struct ref_call *outer;
	bool out_of_reach; /* 6.1: what came of it is not flushed */
};

/* How a call, or a forward, ended. */
struct ref_outcome {
	bool failed;
	int error;        /* if it failed: 1..4095 */
	encase_word word; /* if it did not */
};

/* reference.c */

/* The call whose handler, or lower layer, runs now; null outside. */
extern struct ref_call *ref_frame;

struct ref_outcome ref_refusal(int error);
struct ref_outcome ref_failure(const struct encase_desc *desc, int error);
bool ref_speaks(const struct ref_cage *cage, const struct encase_interface *interface);
/*
 * A way down: visits the layers from call->level on that have a rule for the call, then the
 * lower layer.  Of the call there are cage, desc, number, shape, level and what arrived.
 */
struct ref_outcome ref_descend(struct ref_call *call);

/* reference_rules.c */

/*
 * 1.9: what the arguments of a call with these words are; words of those that are
 * not there become 0.  Of no descriptor: six numbers (1.11).
 */
struct encase_desc ref_shape(const struct encase_desc *desc, encase_word *words);
/*
 * 1.2: the layer's rule that decides a call: with a handler, or with a verdict whose
 * conditions hold; or null.
 */
const struct encase_rule *ref_find_rule(const struct encase_layer *layer,
					const struct ref_call *call);
/* Has the layer any rule for the call, be it one that would be passed over? */
bool ref_has_rule(const struct encase_layer *layer, const struct encase_desc *desc);
/* Of a pointer argument. */
unsigned ref_mode(const struct encase_rule *rule, const struct encase_desc *shape, unsigned i);
bool ref_is_policy(const struct encase_rule *rule);
bool ref_is_verdict(const struct encase_rule *rule);
/* Is there a rule for the same, before this one, that decides whatever the call? */
bool ref_is_hidden(const struct encase_rule *first, const struct encase_rule *rule);

/* reference_forward.c */

/* PASS, in whatever company, and not fetched since. */
bool ref_is_passed(const struct ref_call *call, unsigned i);
/* 4.2: may a handler of this call give this word for a pointer argument? */
bool ref_may_give(const struct ref_call *call, unsigned i, encase_word word);
/* Forwards values: of the same call or of another one. */
struct ref_outcome ref_send(struct ref_call *call, const struct encase_desc *desc,
			    const encase_word *words);

/* reference_copy.c */

/* A count: cut to its type, a negative one is 0. */
uint64_t ref_count(const struct encase_desc *desc, unsigned i, encase_word word);
bool ref_is_pointer(const struct encase_desc *desc, unsigned i);
unsigned ref_kind(const struct encase_desc *desc, unsigned i);
/* Of an argument that is ENCASE_DEEP: which rule, enum encase_deep; of others -1. */
int ref_deep(const struct encase_desc *desc, unsigned i);

/* Is there not even a byte where the argument points? */
bool ref_bad_address(const struct ref_call *call, unsigned i);
/* 0, or the error of section 3. */
int ref_fetch(struct ref_call *call, unsigned i);
/* The same for an argument that has reached the lower layer. */
int ref_translate(struct ref_call *call, unsigned i);
/* Rule 5.8: 0 or -EFAULT. */
int ref_flush(struct ref_call *call, encase_word result);
void ref_drop(struct ref_call *call);
void ref_drop_one(struct ref_call *call, unsigned i);
/* 5.9: the same of a call that failed. */
void ref_flush_anyway(struct ref_call *call);
bool ref_is_anyway(const struct ref_call *call, unsigned i);
/* Writes to the cage, if its memory lets us: 0 or -EFAULT. */
int ref_put(struct ref_call *call, encase_word to, const void *from, size_t n, bool *flushed);
/* What may be done with what a pointer of the cage's memory points to. */
bool ref_refused(const struct ref_memory *memory, encase_word at, uint64_t n);
bool ref_refused_to_write(const struct ref_memory *memory, encase_word at, uint64_t n);
unsigned char *ref_bytes_at(const struct ref_memory *memory, encase_word at);
/* A shadow for argument i, of zeros or of bytes from somewhere. */
void ref_make_shadow(struct ref_call *call, unsigned i, const void *from, uint64_t len);
/* 2.5; 1 if there is something to fetch. */
int ref_look_at_null(const struct ref_call *call, unsigned i, uint64_t extent);
/* Rule 4.5: does argument i of a forward with these words, a pointer, leave a shadow that is alive? */
bool ref_leaves(const struct encase_desc *shape, const struct ref_word *down, unsigned i);
bool ref_range_leaves(encase_word at, uint64_t extent);
/* Bytes up to the end of the shadow in which that is; elsewhere SIZE_MAX. */
size_t ref_room_at(encase_word at);
/* The same of a string: does no NUL end it in the shadow? */
bool ref_string_leaves(encase_word at);

/* reference_deep.c */

/* The argument that holds the length of buffer i, which it points to; -1: none does. */
int ref_length_of(const struct encase_desc *shape, unsigned i);
/* The buffer whose length argument i points to; -1: i is no such length. */
int ref_buffer_of(const struct encase_desc *shape, unsigned i);
bool ref_is_vector(const struct encase_desc *shape, unsigned i);
/* Bytes that another argument, or what it points to, counts; not a vector. */
bool ref_is_counted(const struct encase_desc *shape, unsigned i);
/* Its extent by that count, or an object's by 1; false: more than 64 bits. */
bool ref_reaches(const struct encase_desc *shape, unsigned i, uint64_t count, uint64_t *extent);
/* The integer behind a length, a pointer to the layers' memory or null; a negative one is 0. */
uint64_t ref_read_length(const struct encase_desc *shape, unsigned i, encase_word word);
/* Section 3 and 3.7 of n entries that were read: 0 or the error; the second cuts their lengths. */
int ref_look_at_lengths(const struct ref_range *range, size_t n);
int ref_look_at_ranges(const struct ref_memory *memory, struct ref_range *range, size_t n);
/* Section 3 of a vector: in place, as the lower layer has it, or copied whole. */
int ref_fetch_vector(struct ref_call *call, unsigned i, bool in_place);
/* 5.8: 0 or -EFAULT; *flushed becomes true when anything was. */
int ref_flush_vector(struct ref_call *call, unsigned i, encase_word result, bool *flushed);
/* 4.5 */
bool ref_vector_leaves(const struct encase_desc *shape, const struct ref_word *down, unsigned i);
bool ref_entries_leave(encase_word at, uint64_t n);

/* reference_nested.c */

/* What has its rules there or in reference_message.c: is always in a shadow of its own. */
bool ref_is_nested(const struct encase_desc *shape, unsigned i);
bool ref_is_message(const struct encase_desc *shape, unsigned i);
/* Section 3, by kind. */
int ref_fetch_nested(struct ref_call *call, unsigned i);
/* 4.5 */
bool ref_nested_leaves(const struct encase_desc *shape, const struct ref_word *down, unsigned i);
/* 2.6: what encase_arg_data() tells of argument i, which is seen. */
size_t ref_nested_length(const struct ref_call *call, unsigned i);

/* reference_message.c, reference_message_flush.c */

int ref_fetch_messages(struct ref_call *call, unsigned i);
/* 5.8: 0 or -EFAULT. */
int ref_flush_messages(struct ref_call *call, unsigned i, encase_word result, bool *flushed);
bool ref_messages_leave(const struct encase_desc *shape, const struct ref_word *down, unsigned i);
void ref_drop_messages(struct ref_call *call, unsigned i);

#endif
