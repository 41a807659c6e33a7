/* SPDX-License-Identifier: MIT */
/*
 * The test kit's own: what a test is made of.  See encase/test.h for what it does.
 *
 * The kit is a client of the public headers alone, and a library of its own.  A
 * test's pointers are plain ones of this process; "words" in here have them so,
 * and only the cage and its layers know them by other addresses (memory.c).
 */
#ifndef ENC_KIT_H
#define ENC_KIT_H

#include <encase/test.h>
#include <stdbool.h>
#include <stdio.h>

#define ENC_KIT_INSIDE __attribute__((visibility("hidden")))
#define ENC_KIT_ERRNO  4095
/* Most that is kept of what one pointer points to. */
#define ENC_KIT_KEPT ((size_t) 1 << 20)

/* Disjoint ranges of addresses, in order. */
struct enc_kit_ranges {
	struct enc_kit_range {
		uintptr_t at, end;
	} * of;
	size_t n;
};

/* What the script says of one call to come. */
struct enc_kit_answer {
	struct enc_kit_answer *next;
	const struct encase_desc *desc;
	encase_fn *fn; /* it answers; else error, if that is not 0; else result */
	int error;
	encase_word result;
	bool always; /* else it is taken from the script when it is given */
	const char *file;
	int line;
	struct encase_test_fill
		fill[ENCASE_MAX_ARGS + 1]; /* up to a null from; their bytes are owned */
};

/* The cages behind encase_test_call() and encase_test_expected(), one of each per interface. */
struct enc_kit_gate {
	struct enc_kit_gate *next;
	const struct encase_interface *interfaces[2];
	struct encase_cage *calls, *expects;
};

struct encase_test {
	struct encase_cage *cage;
	const struct encase_interface *interfaces[3];
	struct enc_kit_gate *gates;

	struct enc_kit_answer *answers; /* oldest first */
	bool unscripted;                /* calls without an answer get this one: */
	long otherwise;

	unsigned depth;               /* of calls in flight */
	struct encase_test_call last; /* no desc: there was none */
	struct encase_test_call expected;
	struct encase_test_call **reached;
	size_t nreached, looked; /* those that expectations have gone past */

	struct enc_kit_ranges reads, writes; /* by layers, in the last call */
	struct enc_kit_ranges forbidden;
	bool blind; /* but for layers, nobody looks at what pointers point to */

	char **lines; /* logged */
	size_t nlines, lines_looked;

	encase_test_fail_fn *fail;
	void *fail_arg;
	int failures;
	char **waiting; /* failures inside a call */
	size_t nwaiting;
};

/* What a value of the call's type is as a word; false: the type has no such value. */
ENC_KIT_INSIDE bool enc_kit_word(unsigned type, struct encase_test_value value, encase_word *word);

/* memory.c */
extern ENC_KIT_INSIDE const struct encase_memory enc_kit_memory; /* its space: the test */
ENC_KIT_INSIDE bool enc_kit_is_bad(const struct encase_test *t, const void *p, size_t n);
/* What the cage knows by this word; of what it does not know comes a bad pointer. */
ENC_KIT_INSIDE const void *enc_kit_pointer(encase_word word);
ENC_KIT_INSIDE void enc_kit_ranges_add(struct enc_kit_ranges *ranges, const void *p, size_t n);
/* How many bytes of these are in the ranges. */
ENC_KIT_INSIDE size_t enc_kit_ranges_in(const struct enc_kit_ranges *ranges, const void *p,
					size_t n);
ENC_KIT_INSIDE void enc_kit_ranges_empty(struct enc_kit_ranges *ranges);

/* data.c: what arguments point to */
/*
 * How many bytes argument i of a call with these words reaches over, where its
 * pointer is not null: 0, or the errno with which a lower layer refuses it.  This is
 * the one place that knows.
 */
ENC_KIT_INSIDE int enc_kit_extent(const struct encase_test *t, const struct encase_desc *desc,
				  unsigned i, const encase_word *words, size_t *n);
/* A scalar's word as a count: what is negative counts nothing. */
ENC_KIT_INSIDE size_t enc_kit_count(unsigned type, encase_word word);
/* How many bytes of argument i, a buffer or an object and not null, are in the ranges. */
ENC_KIT_INSIDE size_t enc_kit_touched(const struct enc_kit_ranges *ranges,
				      const struct encase_desc *desc, unsigned i,
				      const encase_word *words, size_t n);
/* Keeps what the call reads, before it is made; the words are there.  0 or the first errno. */
ENC_KIT_INSIDE int enc_kit_keep_in(const struct encase_test *t, struct encase_test_call *note);
/* Keeps what the call wrote, when it has succeeded. */
ENC_KIT_INSIDE void enc_kit_keep_out(const struct encase_test *t, struct encase_test_call *note);
ENC_KIT_INSIDE void enc_kit_forget(struct encase_test_call *note);
/* Whether a call's argument i is what the test expects. */
ENC_KIT_INSIDE bool enc_kit_same(const struct encase_test *t, const struct encase_test_call *call,
				 unsigned i);
/* Whether there is a call in this note. */
static inline bool enc_kit_made(const struct encase_test_call *note)
{
	return note->shape.interface;
}
static inline bool enc_kit_points(const struct encase_desc *desc, unsigned i)
{
	return desc->pointers >> i & 1;
}

/* deep.c: enc_kit_extent() of an ENCASE_DEEP that is no vector */
ENC_KIT_INSIDE int enc_kit_deep_extent(const struct encase_test *t, const struct encase_desc *desc,
				       unsigned i, const encase_word *words, size_t *n);

/* vector.c: vectors, and pairs as such of one entry, whose entries name bytes by addresses of the cage's or of this process */
static inline bool enc_kit_is_vector(const struct encase_desc *desc, unsigned i)
{
	unsigned which = desc->arg[i].size & 0xff;

	return enc_kit_points(desc, i) && (desc->arg[i].kind & ENCASE_KIND) == ENCASE_DEEP &&
	       (which == ENCASE_IOVEC || which == ENCASE_PAIR);
}
/* A struct iovec. */
struct enc_kit_part {
	encase_word base, len;
};
/* How many entries there are: 0, or the errno with which a lower layer refuses them. */
ENC_KIT_INSIDE int enc_kit_entries(const struct encase_test *t, const struct encase_desc *desc,
				   unsigned i, const encase_word *words, size_t *n);
/* enc_kit_extent() of a vector: all bytes that it names, at addresses of this process. */
ENC_KIT_INSIDE int enc_kit_vector_extent(const struct encase_test *t,
					 const struct encase_desc *desc, unsigned i,
					 const encase_word *words, size_t *n);
/*
 * A copy of the entries, to be freed, in which bases are addresses of the cage's, or are no more;
 * null where they cannot be read.
 */
ENC_KIT_INSIDE void *enc_kit_vector_copy(const struct encase_test *t,
					 const struct encase_desc *desc, unsigned i,
					 const encase_word *words, bool of_cage);
/* Copies the first n of the bytes that a vector names, from it or to it. */
ENC_KIT_INSIDE void enc_kit_gather(encase_word vector, char *to, size_t n);
ENC_KIT_INSIDE void enc_kit_scatter(encase_word vector, const char *from, size_t n);

/* lower.c */
extern ENC_KIT_INSIDE const struct encase_lower enc_kit_bottom; /* its below: the test */
ENC_KIT_INSIDE void enc_kit_answer_free(struct enc_kit_answer *a);

/* show.c: in words */
ENC_KIT_INSIDE void enc_kit_show_call(FILE *out, const struct encase_test_call *call);
ENC_KIT_INSIDE void enc_kit_show_arg(FILE *out, const struct encase_test_call *call, unsigned i);
/* With its result: write(fd=1, buf="abc", count=3) = 3 */
ENC_KIT_INSIDE void enc_kit_show_answered(FILE *out, const struct encase_test_call *call);
ENC_KIT_INSIDE void enc_kit_show_word(FILE *out, unsigned type, encase_word word);
ENC_KIT_INSIDE void enc_kit_show_errno(FILE *out, int error);
ENC_KIT_INSIDE void enc_kit_show_value(FILE *out, struct encase_test_value value);

/* fail.c: a failure is a text that is written to open() and given back to close() */
struct enc_kit_text {
	FILE *out;
	char *text;
	size_t len;
};
ENC_KIT_INSIDE struct enc_kit_text *enc_kit_open(void);
/* printf() to a text, whose end tells of what could not be written; or to standard error. */
ENC_KIT_INSIDE void enc_kit_put(FILE *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The end of a text, which the caller frees. */
ENC_KIT_INSIDE char *enc_kit_close(struct enc_kit_text *text);
/* Reports it, or keeps it until the call in flight has returned; does not return if the hook does not. */
ENC_KIT_INSIDE void enc_kit_fail(struct encase_test *t, const char *file, int line,
				 struct enc_kit_text *text);
ENC_KIT_INSIDE void enc_kit_fail_waiting(struct encase_test *t, const char *file, int line);
/* Adds the last call, and what reached the bottom. */
ENC_KIT_INSIDE void enc_kit_tell_last(FILE *out, const struct encase_test *t);
ENC_KIT_INSIDE void enc_kit_tell_reached(FILE *out, const struct encase_test *t);

/* alloc.c: abort where there is no memory */
ENC_KIT_INSIDE void *enc_kit_alloc(size_t size);
ENC_KIT_INSIDE void *enc_kit_copy(const void *from, size_t n);
/* One more at the end of a list of n. */
ENC_KIT_INSIDE void *enc_kit_grow(void *list, size_t n, size_t size);
ENC_KIT_INSIDE _Noreturn void enc_kit_give_up(const char *why);

#endif
