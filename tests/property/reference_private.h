/* SPDX-License-Identifier: MIT */
/*
 * The reference router's inside: a call as it arrived somewhere, and what its
 * parts need of each other.
 *
 *   reference.c          the way down, and the way up: which handler, which result
 *   reference_rules.c    which rule, which mode
 *   reference_call.c     what handlers do: looking at a call, and forwarding
 *   reference_forward.c  what goes down in a forward
 *   reference_copy.c     how bytes move: extents, shadows, flushes
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

#define REF_LAYERS_MAX 32

struct ref_cage {
	const struct encase_interface *const *interfaces;
	struct ref_memory memory;
	const struct encase_lower *lower;
	void *below;
	unsigned nlayers;
	const struct encase_layer *layer[REF_LAYERS_MAX]; /* newest first */
	void *state[REF_LAYERS_MAX];
	struct encase_traffic traffic;
};

/* A call as it arrived at one layer or at the lower layer. */
struct ref_call {
	struct ref_cage *cage;
	const struct encase_desc *desc;
	unsigned level; /* of the layer; cage->nlayers is the lower layer */
	struct ref_word arrived[ENCASE_MAX_ARGS]; /* of a nullified argument: null */
	unsigned mode[ENCASE_MAX_ARGS];           /* of the rule; 0 at the lower layer */
	bool copied[ENCASE_MAX_ARGS];             /* COPY, or fetched since */
	encase_word seen[ENCASE_MAX_ARGS];        /* what stands for a copied argument */
	struct ref_shadow *shadow[ENCASE_MAX_ARGS];
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
/* Visits the layers from level on that have a rule for the call, then the lower layer. */
struct ref_outcome ref_descend(struct ref_cage *cage, unsigned level,
			       const struct encase_desc *desc, const struct ref_word *words);

/* reference_rules.c */

/* The layer's rule for a call, or null. */
const struct encase_rule *ref_find_rule(const struct encase_layer *layer,
					const struct encase_desc *desc);
/* Of a pointer argument. */
unsigned ref_mode(const struct encase_rule *rule, const struct encase_desc *desc, unsigned i);
bool ref_is_policy(const struct encase_rule *rule);

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

/* Is there not even a byte where the argument points? */
bool ref_bad_address(const struct ref_call *call, unsigned i);
/* 0, or the error of section 3. */
int ref_fetch(struct ref_call *call, unsigned i);
/* The same for an argument that has reached the lower layer. */
int ref_translate(struct ref_call *call, unsigned i);
/* Rule 5.8: 0 or -EFAULT. */
int ref_flush(struct ref_call *call, encase_word result);
void ref_drop(struct ref_call *call);
/* Rule 4.5: does argument i of a forward, a pointer at a word, leave a shadow that is alive? */
bool ref_leaves(const struct encase_desc *desc, const encase_word *words, unsigned i);

#endif
