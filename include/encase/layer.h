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
 * Of a layer's rules those for the call itself go first, then those for groups
 * that the call is in, as listed, then those for any call.  The first handler takes the call;
 * a verdict before it decides where its conditions hold, and else is passed over:
 *
 *             ENCASE_FAIL(openat, EROFS, .flags = ENCASE_HAS(O_CREAT)),
 *             ENCASE_RETURN(geteuid, 1000),
 *             ENCASE_FAIL_GROUP(process, EPERM),
 */
#ifndef ENCASE_LAYER_H
#define ENCASE_LAYER_H

#include "bare.h"
#include "call.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a handler gets to see of a pointer argument.  An argument left out of a
 * policy does as .every says, and that left out is COPY for rules of one call,
 * PASS for rules of a group or of any call, and for bare handlers, which have no other.  Scalars always arrive.
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

/* Instead of a handler: what becomes of a call. */
struct encase_verdict {
	int error;         /* 1..4095: it fails with that; 0: */
	encase_word value; /* it returns that */
};

/* What a handler is, told from its type. */
enum encase_form {
	ENCASE_NATURAL,  /* the call's own prototype */
	ENCASE_RAW,      /* encase_raw_fn */
	ENCASE_VARIADIC, /* as libc declares it: int open(const char *, int, ...) */
	ENCASE_BARE,     /* encase_bare_fn */
};

/*
 * Made by the macros below; by hand for calls that are known at run time only.  Rules of a
 * group and of any call have raw handlers and a policy of one mode.
 */
struct encase_rule {
	const struct encase_desc *desc;           /* of one call, or null */
	const struct encase_interface *interface; /* of a group, or null */
	encase_fn *handler;                       /* null: a verdict, or the end */
	const uint8_t *policy;                    /* a mode per argument, then every; 0: default */
	const struct encase_verdict *verdict;     /* null: a handler, or the end */
	const struct encase_condition
		*where; /* one per argument, all of which must hold; or null */
	uint8_t group;  /* of rules of a group: its number */
	uint8_t form;   /* of the handler, enum encase_form */
	uint16_t call;  /* encase/static.h: 1 + the call's place in its table; else 0 */
};

/* Whether a rule is a table's end. */
static inline int encase_is_end(const struct encase_rule *rule)
{
	return !rule->handler && !rule->verdict;
}

struct encase_layer {
	const char *name;
	const struct encase_rule *rules; /* up to ENCASE_END */
	/*
	 * Makes the layer's state for one push, from that push's options (may be
	 * null).  0, or a negative errno: then nothing was pushed.  A layer without
	 * start() has a null state.  Handlers of several threads share the state.  It
	 * must not change the cage's stack.
	 */
	int (*start)(void **state, const char *options);
	/*
	 * Ends it, once the last call in flight has left the layer: in a function of
	 * encase/cage.h that sets something up, or on a thread of the library's; never in a signal's
	 * handler, unless that calls such a function.  May be null, as the others may.
	 */
	void (*stop)(void *state);
	/* The state is shared by a child of the cage's from now on; see struct encase_setup. */
	void (*child)(void *state, struct encase_cage *child);
	/* A cage that the layer is on has ended, with what encase_end() was told. */
	void (*end)(void *state, struct encase_cage *cage, int status);
	/*
	 * A cage's process runs another program from now on: told by the gate, before that one makes its
	 * first call, and so never of an execution that fails.  See encase/dispatch.h.
	 */
	void (*exec)(void *state, struct encase_cage *cage);
	/* In a few words what it does, and its options, for people; may be null.  See encase list layers. */
	const char *about;
};

/*
 * A rule for one call of Linux, and for one of another table.  Does not compile
 * unless handler has the call's own prototype (with "...", where C declares the call so,
 * or with all arguments) or is an encase_raw_fn or encase_bare_fn, and unless
 * each mode is for a pointer argument of that call.  Rules stand at file scope: inside
 * a function their policies would end with it; a table that does not end in ENCASE_END
 * is read beyond its end.
 */
#define ENCASE_ON(c, ...) \
	ENC_ON(&encase_desc_##c, encase_##c, struct encase_##c##_policy, __VA_ARGS__, )
#define ENCASE_ON_IN(prefix, c, ...) \
	ENC_ON(&prefix##_desc_##c, prefix##_##c, struct prefix##_##c##_policy, __VA_ARGS__, )
/* A rule for a group's calls; the handler is raw or bare, and may be followed by one mode for all. */
#define ENCASE_ON_GROUP(g, ...) \
	ENC_ON_MANY(&encase_calls, encase_group_##g, __VA_ARGS__, ENCASE_PASS, )
#define ENCASE_ON_GROUP_IN(prefix, g, ...) \
	ENC_ON_MANY(&prefix##_calls, prefix##_group_##g, __VA_ARGS__, ENCASE_PASS, )
/* A rule for any call of any interface; as above. */
#define ENCASE_ON_ANY(...) ENC_ON_MANY(NULL, 0, __VA_ARGS__, ENCASE_PASS, )
/*
 * Verdicts: the call fails with an errno, or returns a value, where all conditions
 * hold: .argument = ENCASE_IS(value), ENCASE_HAS(bits) or { mask, value }, which holds
 * where the argument's word, widened from its type, masked is value.  Where one does not,
 * the layer's next rule for the call has its turn.
 */
#define ENCASE_FAIL(c, ...) \
	ENC_VERDICT(&encase_desc_##c, struct encase_##c##_where, ENC_FAILS, __VA_ARGS__, )
#define ENCASE_FAIL_IN(prefix, c, ...) \
	ENC_VERDICT(&prefix##_desc_##c, struct prefix##_##c##_where, ENC_FAILS, __VA_ARGS__, )
#define ENCASE_RETURN(c, ...) \
	ENC_VERDICT(&encase_desc_##c, struct encase_##c##_where, ENC_RETURNS, __VA_ARGS__, )
#define ENCASE_RETURN_IN(prefix, c, ...) \
	ENC_VERDICT(&prefix##_desc_##c, struct prefix##_##c##_where, ENC_RETURNS, __VA_ARGS__, )
#define ENCASE_IS(value)                            \
	{                                           \
		~UINT64_C(0), (encase_word) (value) \
	}
#define ENCASE_HAS(bits)                                  \
	{                                                 \
		(encase_word)(bits), (encase_word) (bits) \
	}
/* The calls of a group, or all, fail. */
#define ENCASE_FAIL_GROUP(g, errno_) ENC_FAIL_MANY(&encase_calls, encase_group_##g, errno_)
#define ENCASE_FAIL_GROUP_IN(prefix, g, errno_) \
	ENC_FAIL_MANY(&prefix##_calls, prefix##_group_##g, errno_)
#define ENCASE_FAIL_ANY(errno_) ENC_FAIL_MANY(NULL, 0, errno_)
/* clang-format off */
#define ENCASE_END { .handler = NULL }

#define ENC_ON(...)        { ENC_ON_IS(__VA_ARGS__) }
#define ENC_ON_IS(d, prefix, policy_type, fn, ...)                                               \
	.desc = (d), .handler = (encase_fn *) (fn),                                              \
	.policy = (const uint8_t *) &(const policy_type){ .end = 0, __VA_ARGS__ },               \
	.form = _Generic((fn), prefix##_fn *: ENCASE_NATURAL, encase_raw_fn *: ENCASE_RAW,       \
			 encase_bare_fn *: ENCASE_BARE, prefix##_variadic_fn *: ENCASE_VARIADIC)
#define ENC_VERDICT(...)   { ENC_VERDICT_IS(__VA_ARGS__) }
#define ENC_VERDICT_IS(d, type, what, outcome, ...)                                              \
	.desc = (d), .verdict = &(const struct encase_verdict) what(outcome),                    \
	.where = (const struct encase_condition *) &(const type){ .end = { 0, 0 }, __VA_ARGS__ }
#define ENC_FAIL_MANY(...) { ENC_FAIL_MANY_IS(__VA_ARGS__) }
#define ENC_FAIL_MANY_IS(in, number, errno_)                                                     \
	.interface = (in), .verdict = &(const struct encase_verdict) ENC_FAILS(errno_),          \
	.group = (number)
#define ENC_FAILS(errno_)  { .error = (errno_) }
#define ENC_RETURNS(value_) { .value = (encase_word) (value_) }
#define ENC_ON_MANY(in, number, fn, mode, ...)                                                   \
	{ .interface = (in), .handler = (encase_fn *) (fn),                                      \
	  .policy = (const uint8_t *) &(const struct encase_any_policy){                         \
		  mode, ENC_NEVER_NULLIFY(mode) },                                               \
	  .group = (number), .form = _Generic((fn), encase_raw_fn *: ENCASE_RAW,                 \
							   encase_bare_fn *: ENCASE_BARE) }
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
