/* SPDX-License-Identifier: MIT */
/* A gate that the tests' sites jump to, and pages of code with sites. */
#ifndef SITE_H
#define SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sites/sites.h"

/* Calls that came to the gate; traps that threads came upon; atomic. */
extern uint64_t gate_calls;
extern unsigned long turned;
void gate(void);
void set_up(void);

/* Code with a site, which returns the process's number. */
#define SHAPES 6
extern const struct shape {
	const char *name;
	size_t size;
	struct enc_place place;
	unsigned char code[16];
} shapes[SHAPES];

/* Pages with n instances of shapes, in turns, so many bytes apart. */
#define APART 64
unsigned char *make_page(size_t n);
/* As enc_sites_change(), for an instance. */
int change_instance(unsigned char *page, size_t i, bool alone);
long call(const unsigned char *code);

#endif
