/* SPDX-License-Identifier: MIT */
/*
 * Call descriptors made at run time, for tests that want tables by the thousand.
 *
 * A struct kit_table is an interface that grows by kit_call() and the functions
 * that add arguments to a call; the masks of a descriptor come out as
 * encase/define.h composes them from a table, and the order of the functions is
 * the order of the grammar in encase/table.h.
 *
 * Handlers of such calls have one C type, kit_fn.  They get what a handler with
 * the call's own prototype would get: each word cut to its parameter's type, null
 * for a hidden argument.  What they return is cut to the type of the result.
 */
#ifndef KIT_BUILDER_H
#define KIT_BUILDER_H

#include <encase.h>

#define KIT_TABLES 4
#define KIT_CALLS  16
#define KIT_GROUPS 6

/* The modes that pass an argument by, for lists of modes. */
#define KIT_PASSES                                                            \
	ENCASE_PASS, ENCASE_PASS | ENCASE_ONCE, ENCASE_PASS | ENCASE_REPLACE, \
		ENCASE_PASS | ENCASE_ONCE | ENCASE_REPLACE

typedef encase_word kit_fn(const struct encase_desc *desc, const encase_word *words);

#define KIT_SHAPES 4

/* What one argument of a call that varies is in one of its shapes. */
struct kit_variant {
	uint8_t kind; /* ENCASE_NUM; _OBJ, _STR, _PATH, _BUF; _DEEP: an opaque one */
	uint8_t dir;  /* of _OBJ, _BUF */
	uint16_t size;
	uint8_t count; /* of _BUF */
};

/* A call whose shape is said by the two low bits of one of its scalars. */
struct kit_shapes {
	unsigned op; /* the scalar */
	struct kit_shape {
		unsigned nargs;
		struct kit_variant arg[ENCASE_MAX_ARGS]; /* of the ENCASE_VARIES */
	} of[KIT_SHAPES];
};

struct kit_table {
	struct encase_interface interface; /* the first: a shape finds its table by it */
	unsigned number;
	struct kit_shapes shapes[KIT_CALLS];
	struct encase_desc desc[KIT_CALLS];
	const struct encase_desc *list[KIT_CALLS];
	struct encase_text text[KIT_CALLS];
};

/* Empties a table.  Of one number (0..KIT_TABLES-1) there may be one table at a time. */
void kit_table(struct kit_table *table, unsigned number, const char *name);
/* One more call: no arguments yet, FAILS with -1, a result of an enum encase_type. */
struct encase_desc *kit_call(struct kit_table *table, unsigned type, uint64_t groups);

/*
 * One more argument of a call; each returns its position.  null is 0 or
 * ENCASE_NULLABLE, dir is ENCASE_IN, ENCASE_OUT or both; len is the position of
 * the argument that counts, which may be added later.
 */
unsigned kit_scalar(struct encase_desc *desc, unsigned kind, unsigned type);
unsigned kit_string(struct encase_desc *desc, unsigned kind, unsigned null, unsigned most);
unsigned kit_buffer(struct encase_desc *desc, unsigned null, unsigned dir, unsigned unit,
		    unsigned len, int fills);
unsigned kit_object(struct encase_desc *desc, unsigned null, unsigned dir, unsigned size);

/* As many bytes as the integer behind argument len says, an object of 4 or 8 bytes. */
unsigned kit_pointed(struct encase_desc *desc, unsigned null, unsigned dir, unsigned len);
unsigned kit_vector(struct encase_desc *desc, unsigned null, unsigned dir, unsigned len, int fills);
/* The same of what another rule counts: an enum encase_deep below ENCASE_SIZED. */
unsigned kit_deep(struct encase_desc *desc, unsigned null, unsigned dir, unsigned which,
		  unsigned len, int fills);
/* The same of what tells itself how far it reaches: from ENCASE_SIZED on; least is a multiple of 8. */
unsigned kit_self(struct encase_desc *desc, unsigned null, unsigned dir, unsigned which,
		  unsigned at, unsigned least);
/* Argument i, which is read and written whole, is written by calls that fail, too. */
void kit_anyway(struct encase_desc *desc, unsigned i);
/* An argument that is a pointer, a number or not there, as the call's shapes say. */
unsigned kit_varies(struct encase_desc *desc);
/* The shapes of a call, the caller's to fill in. */
struct kit_shapes *kit_shapes(struct encase_desc *desc);

/* An enum encase_class; ORDINARY if never said. */
void kit_class(struct encase_desc *desc, unsigned class_);
/* Gives a call the second thunk, for handlers that are shown no pointer. */
void kit_blind(struct encase_desc *desc);
/* The forms of a result. */
void kit_fails_with(struct encase_desc *desc, int value);
void kit_count(struct encase_desc *desc, unsigned arg);
void kit_moved(struct encase_desc *desc, unsigned arg);
void kit_never(struct encase_desc *desc);
void kit_overlaps(struct encase_desc *desc);

/* Bytes of a value of an enum encase_type. */
unsigned kit_size(unsigned type);

#endif
