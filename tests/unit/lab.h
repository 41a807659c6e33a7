/* SPDX-License-Identifier: MIT */
/*
 * The tests' own table (lab.def), declared: lab_next_put(), lab_desc_put, ...
 *
 * For each call of it and of Linux's there is a natural handler that only forwards,
 * and a function that answers as told; so tests can run through whole tables in a
 * loop.
 */
#ifndef UNIT_LAB_H
#define UNIT_LAB_H

#include <encase.h>

struct lab_pair {
	int64_t a, b;
};

#define ENCASE_PREFIX lab
#define ENCASE_TABLE  "lab.def"
#include <encase/declare.h>
#undef ENCASE_PREFIX
#undef ENCASE_TABLE

/* The natural handler that only forwards this call of lab_calls or encase_calls. */
encase_fn *lab_forwarder(const struct encase_desc *desc);
/* The raw one, for any call. */
long lab_forward(struct encase_call *call);
/* A lower layer's answer: 0, once all arguments are within reach. */
long lab_reach(struct encase_call *call);

/* The C function that leaves this errno and returns this word, cut to its type. */
encase_fn *lab_answerer(const struct encase_desc *desc);
extern struct lab_answer {
	encase_word word;
	int error;
	unsigned calls; /* so far */
} lab_answer;

/* Arguments for any call: host addresses of 512 zeros for pointers, 4 for scalars. */
void lab_words(const struct encase_desc *desc, encase_word words[ENCASE_MAX_ARGS]);

#endif
