/* SPDX-License-Identifier: MIT */
/*
 * What docs/encoding.md says that records look like, written again, a byte at a time; and
 * values drawn for them.
 */
#ifndef BYTES_H
#define BYTES_H

#include "all.h"
#include "random.h"

struct bytes {
	size_t n;
	uint8_t at[1024];
};

/* The caller's memory: addresses are offsets. */
#define ARENA_SIZE 60000
extern char arena[ARENA_SIZE + 8];

/* The low n bytes of a number, the lowest first. */
void bytes_put(struct bytes *b, uint64_t value, unsigned n);
/* The number that n bytes at a place say. */
uint64_t bytes_get(const uint8_t *at, unsigned n);
/* A slice: where it begins, and how many. */
void bytes_slice(struct bytes *b, const void *at, size_t count);

void bytes_small(struct bytes *b, const struct all_small *v);
void bytes_sample(struct bytes *b, const struct all_sample *v);
void bytes_mixed(struct bytes *b, const struct all_mixed *v);
void bytes_maybe(struct bytes *b, const uint32_t *value); /* null: none */
void bytes_sample_or_none(struct bytes *b, const struct all_sample *value);
void bytes_deep(struct bytes *b, const struct all_deep *v);
void bytes_event(struct bytes *b, const struct all_event *v);

struct all_small draw_small(struct random *r);
struct all_sample draw_sample(struct random *r);
struct all_mixed draw_mixed(struct random *r);
struct all_maybe draw_maybe(struct random *r);
struct all_sample_or_none draw_sample_or_none(struct random *r);
struct all_deep draw_deep(struct random *r);
struct all_event draw_event(struct random *r);
enum all_mode draw_mode(struct random *r);
/* An integer of some bytes: small ones, large ones and those at the ends as often as others. */
uint64_t draw_int(struct random *r, unsigned size);
/* A handle that valid_node() and its like accept. */
uint16_t draw_handle(struct random *r);
#define HANDLE_KEY 0x1234
/* count elements of a size in the arena, aligned; sometimes none. */
void *draw_span(struct random *r, unsigned size, size_t *count);

/* Whether the caller was given it. */
int valid_node(void *self, struct all_node h);
int valid_file(void *self, struct all_file h);
int valid_tree(void *self, struct all_tree h);
#define NOT_GIVEN 9 /* the error of handles that it was not given */

#endif
