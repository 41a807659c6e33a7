/* SPDX-License-Identifier: MIT */
/*
 * The fuzzer of copies: one call of Linux's after another, in a cage whose memory and
 * words come from an input's bytes, with layers that copy and change all they can.
 *
 * An image is the cage's memory; a trial is one input's run.  Half of the trials are
 * restless: the cage's memory changes behind each read, and whenever a layer looks away,
 * as if a second thread wrote to it.
 */
#ifndef FUZZ_MEMORY_H
#define FUZZ_MEMORY_H

#include <encase.h>
#include <stdbool.h>

#include "fuzz.h"

#define IMAGE_MOST 4096 /* bytes */
#define LAYERS     3
#define EVENTS     40 /* handlers and lower layers in one call; above it all are brief */

/* What is seen of a call: pointers that may be followed, or null, and how far. */
struct view {
	struct encase_desc shape;
	encase_word number[ENCASE_MAX_ARGS]; /* widened */
	unsigned char *at[ENCASE_MAX_ARGS];
	size_t len[ENCASE_MAX_ARGS]; /* bytes; of a string with its NUL, of a vector its entries' */
	bool known[ENCASE_MAX_ARGS]; /* it was seen before, when there was so much room: */
	size_t room[ENCASE_MAX_ARGS];
	uint64_t sum[ENCASE_MAX_ARGS]; /* of the bytes, and of those that a vector names */
};

struct image {
	struct encase_arena arena;        /* the first: it is the space of the library's arena */
	unsigned char before[IMAGE_MOST]; /* as it was when the call entered */
	bool allowed[IMAGE_MOST];         /* the call may write there */
};

extern struct trial {
	struct random random;
	struct image image;
	bool restless;
	unsigned events, depth;
	bool error[4096]; /* errnos that layers and the lower one came up with */
	/* What the layer above is known to have sent: where it sent nothing else, at is null. */
	struct view given;
} trial;

/* -- memory_image.c ------------------------------------------------------- */

/* A trial: some calls of a cage that has the image made of these bytes, with layers that push() puts on it. */
void image_try(const uint8_t *data, size_t size, const struct encase_lower *lower,
	       void (*push)(struct encase_cage *cage), void (*call)(struct encase_cage *cage));
/* Before a call: what it may write; after it: that it wrote nothing else. */
void image_expect(const struct encase_desc *desc, const encase_word *words);
void image_check(void);
/* Lengths in memory may have changed since: they are about to be read, or just were. */
void image_allow(void);
/* The second thread. */
void image_stir(void);
/* Whether n bytes from at on are the image's, and where they stand in it. */
bool image_holds(encase_word at, uint64_t n);

/* -- memory_view.c -------------------------------------------------------- */

/*
 * Looks at a call, of which arguments were brought within reach; sums what is there.  What
 * the view has already does not grow: an empty one is { 0 }.
 */
void view_take(struct view *view, const struct encase_call *call, bool reached);
/* Finds what cannot be in the arguments in mask, which were copied just now. */
void view_check(const struct view *view, struct encase_call *call, unsigned mask);
/* What was sent is what has come. */
void view_compare(const struct view *given, const struct view *view);
/* Writes to what pointer i points to; a layer now and then to what is only read. */
void view_write(const struct view *view, unsigned i, bool below);
/* Whether nobody has described what an argument of such a call is: rule 3.9. */
bool view_is_opaque(const struct encase_desc *shape);
/* Whether argument i is the length of another one. */
bool view_is_length(const struct encase_desc *shape, unsigned i);

static inline unsigned kind_of(const struct encase_desc *desc, unsigned i)
{
	return desc->arg[i].kind & ENCASE_KIND;
}
static inline bool points(const struct encase_desc *desc, unsigned i)
{
	return desc->pointers >> i & 1;
}
/* The count in argument i; a negative one is 0. */
static inline uint64_t count_of(const struct encase_desc *desc, unsigned i, encase_word word)
{
	encase_word value = encase_widen(desc->arg[i].type, word);

	return desc->arg[i].type % 2 == 0 && (int64_t) value < 0 ? 0 : value;
}
/* The length that stands at a place of ours, an object of 4 or 8 bytes; a negative one is 0. */
uint64_t length_at(const void *at, size_t size);

/* -- memory_flush.c ------------------------------------------------------- */

/* Nothing is known of the next call; what its topmost handler leaves when it returns; what has come of it. */
void flush_forget(void);
void flush_expect(const struct view *view, struct encase_call *call, long result);
void flush_check(long result);

/* -- memory_layers.c ------------------------------------------------------ */

/* The handler of all layers. */
long on_call(struct encase_call *call);
/* The layers' own memory, as it is when a trial begins. */
void own_make(void);
extern const struct encase_lower memory_lower;

/* -- memory_push.c -------------------------------------------------------- */

/* Makes as many layers as the input says and pushes them. */
void layers_push(struct encase_cage *cage);

#endif
