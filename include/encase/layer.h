/* SPDX-License-Identifier: MIT */
/*
 * Layers: named tables of rules.  A rule ties a call to a handler and says what
 * the handler sees of the call's pointer arguments.
 *
 *     static const struct encase_rule rules[] = {
 *             ENCASE_ON(openat, on_openat, ENCASE_COPY_ALL),
 *             ENCASE_ON(write, on_write, .buf = ENCASE_PASS),
 *             ENCASE_ON_GROUP(memory, on_memory),
 *             ENCASE_ON_ANY(on_any),
 *             ENCASE_END
 *     };
 *
 * Of a layer's rules the one for the call itself goes first, then the one for
 * the first listed group that the call is in, then the one for any call.
 */
#ifndef ENCASE_LAYER_H
#define ENCASE_LAYER_H

#include "call.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a handler gets to see of a pointer argument.  An argument left out of a
 * policy does as .every says, and that left out is COPY for rules of one call,
 * PASS for rules of a group or of any call.  Scalars always arrive.
 */
enum encase_mode {
	ENCASE_COPY = 1, /* the layer's own copy, filled before and flushed after */
	ENCASE_PASS = 2, /* null, and the bytes are never read: below goes what arrived */
	/*
	 * Null for good, for this layer and all below: for arguments that the table
	 * marks NULLABLE, in rules for one call.
	 */
	ENCASE_NULLIFY = 4,
	/* With PASS: below goes what arrived on the call's first forward, and null later. */
	ENCASE_ONCE = 8,
	/* With PASS: a pointer that the handler gives goes down instead of what arrived. */
	ENCASE_REPLACE = 16,
};
#define ENCASE_COPY_ALL      .every = ENCASE_COPY
#define ENCASE_PASS_POINTERS .every = ENCASE_PASS

/* Made by the macros below. */
struct encase_rule {
	const struct encase_desc *desc;           /* of one call, or null */
	const struct encase_interface *interface; /* of a group, or null */
	encase_fn *handler;                       /* null: the end */
	const uint8_t *policy;                    /* a mode per argument, then every */
	uint8_t group;                            /* of rules of a group: its number */
	uint8_t raw;                              /* 1: handler is an encase_raw_fn */
};

struct encase_layer {
	const char *name;
	const struct encase_rule *rules; /* up to ENCASE_END */
	/*
	 * Makes the layer's state for one push, from that push's options (may be
	 * null).  0, or a negative errno: then nothing was pushed.  A layer without
	 * start() has a null state.  Handlers of several threads share the state.
	 */
	int (*start)(void **state, const char *options);
	void (*stop)(void *state); /* ends it, after the last call; may be null, as start() may */
};

/*
 * A rule for one call of Linux, and for one of another table.  Does not compile
 * unless handler has the call's own prototype or is an encase_raw_fn, and unless
 * each mode is for a pointer argument of that call.  Rules stand at file scope: inside
 * a function their policies would end with it; a table that does not end in ENCASE_END
 * is read beyond its end.
 */
#define ENCASE_ON(c, ...) \
	ENC_ON(&encase_desc_##c, encase_##c##_fn, struct encase_##c##_policy, __VA_ARGS__, )
#define ENCASE_ON_IN(prefix, c, ...) \
	ENC_ON(&prefix##_desc_##c, prefix##_##c##_fn, struct prefix##_##c##_policy, __VA_ARGS__, )
/* A rule for a group's calls; the handler is raw, and may be followed by one mode for all. */
#define ENCASE_ON_GROUP(g, ...) \
	ENC_ON_MANY(&encase_calls, encase_group_##g, __VA_ARGS__, ENCASE_PASS, )
#define ENCASE_ON_GROUP_IN(prefix, g, ...) \
	ENC_ON_MANY(&prefix##_calls, prefix##_group_##g, __VA_ARGS__, ENCASE_PASS, )
/* A rule for any call of any interface; as above. */
#define ENCASE_ON_ANY(...) ENC_ON_MANY(NULL, 0, __VA_ARGS__, ENCASE_PASS, )
/* clang-format off */
#define ENCASE_END { NULL, NULL, NULL, NULL, 0, 0 }

#define ENC_ON(d, type, policy_type, fn, ...)                                                    \
	{ .desc = (d), .handler = (encase_fn *) (fn),                                            \
	  .policy = (const uint8_t *) &(const policy_type){ .end = 0, __VA_ARGS__ },             \
	  .raw = _Generic((fn), type *: 0, encase_raw_fn *: 1) }
#define ENC_ON_MANY(in, number, fn, mode, ...)                                                   \
	{ .interface = (in), .handler = (encase_fn *) (fn),                                      \
	  .policy = (const uint8_t *) &(const struct encase_any_policy){                         \
		  mode, ENC_NEVER_NULLIFY(mode) },                                               \
	  .group = (number), .raw = _Generic((fn), encase_raw_fn *: 1) }
#define ENC_NEVER_NULLIFY(mode) 0 * sizeof(char[(mode) & ENCASE_NULLIFY ? -1 : 1])
/* clang-format on */

/* The policy of a rule for many calls: one mode. */
struct encase_any_policy {
	uint8_t every, end;
};

#ifdef __cplusplus
}
#endif
#endif
