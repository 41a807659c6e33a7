/* SPDX-License-Identifier: MIT */
/*
 * Gate "direct": calls that a host program makes for its cages, by descriptor or
 * through C functions that are made for it.
 *
 * It promises nothing about calls that the program makes past it.
 */
#include <stdlib.h>

#include "cage.h"
#include "desc.h"
#include "ffi.h"
#include "memory.h"
#include "router.h"

struct enc_entry {
	struct enc_entry *next;
	struct encase_cage *cage;
	const struct encase_desc *desc;
	struct enc_closure *closure;
};

/* A call's words are read once, wherever the host has them.  Not by memcpy(): for so few it is slow. */
static inline void take_words(encase_word *own, const struct encase_desc *desc,
			      const encase_word *words)
{
	for (unsigned i = 0; i < desc->nargs; i++) {
		own[i] = words[i];
		__asm__("" : "+r"(i));
	}
}

ENC_ON_A_LINE long encase_enter(struct encase_cage *cage, const struct encase_desc *desc,
				const encase_word *words)
{
	encase_word own[ENCASE_MAX_ARGS];

	take_words(own, desc, words);
	return enc_router_enter(cage, desc, own).result;
}

long encase_enter_held(struct encase_cage *cage, const struct encase_desc *desc,
		       const encase_word *words, unsigned held)
{
	encase_word own[ENCASE_MAX_ARGS];

	take_words(own, desc, words);
	return enc_router_enter_with(cage, desc, own, ENC_ALL & ~held).result;
}

int encase_cage_check(const struct encase_cage *cage, encase_word at, size_t n)
{
	return enc_memory_check(cage->plan.home, at, n);
}

int encase_cage_read(const struct encase_cage *cage, encase_word from, void *to, size_t n)
{
	int err = enc_memory_check(cage->plan.home, from, n);

	return err ? err : enc_memory_read(cage->plan.home, from, to, n);
}

int encase_cage_write(const struct encase_cage *cage, encase_word to, const void *from, size_t n)
{
	int err = enc_memory_check(cage->plan.home, to, n);

	return err ? err : enc_memory_write(cage->plan.home, to, from, n);
}

int encase_enter_checked(struct encase_cage *cage, const struct encase_desc *desc,
			 const encase_word *words, encase_word *result)
{
	encase_word own[ENCASE_MAX_ARGS];
	struct enc_outcome outcome;

	take_words(own, desc, words);
	outcome = enc_router_enter(cage, desc, own);
	if (!outcome.error)
		*result = (encase_word) outcome.result;
	return -outcome.error;
}

long encase_enter_number(struct encase_cage *cage, const struct encase_interface *interface,
			 long number, const encase_word words[6])
{
	const struct encase_desc *desc = encase_find_number(interface, number);
	encase_word own[ENCASE_MAX_ARGS] = { 0 };
	struct enc_unknown unknown;

	for (unsigned i = 0; i < 6; i++)
		own[i] = words[i];
	if (!desc) {
		unknown = enc_unknown(interface, number);
		desc = &unknown.desc;
	}
	return enc_router_enter(cage, desc, own).result;
}

/* What an entry does when it is called. */
static encase_word entered(void *arg, const encase_word *words)
{
	const struct enc_entry *entry = arg;
	struct enc_outcome outcome = enc_router_enter(entry->cage, entry->desc, words);

	return enc_to_libc(entry->desc, outcome.result, outcome.error);
}

static void free_entries(struct enc_entry *entry)
{
	while (entry) {
		struct enc_entry *next = entry->next;

		enc_closure_free(entry->closure);
		free(entry);
		entry = next;
	}
}

static struct enc_entry *make_entry(struct encase_cage *cage, const struct encase_desc *desc)
{
	struct enc_entry *entry = calloc(1, sizeof(*entry));

	if (!entry)
		return NULL;
	entry->cage = cage;
	entry->desc = desc;
	entry->closure = enc_closure_new(desc, entered, entry);
	if (!entry->closure) {
		free(entry);
		return NULL;
	}
	entry->next = cage->entries;
	cage->entries = entry;
	cage->free_entries = free_entries;
	return entry;
}

/* Under the cage's lock: the entry, old or new; null: no memory. */
static struct enc_entry *find_entry(struct encase_cage *cage, const struct encase_desc *desc)
{
	struct enc_entry *entry = cage->entries;

	while (entry && entry->desc != desc)
		entry = entry->next;
	return entry ? entry : make_entry(cage, desc);
}

encase_fn *encase_entry(struct encase_cage *cage, const struct encase_desc *desc)
{
	bool held = enc_cage_hold(cage);
	bool spoken = enc_stack_chain(cage->stack, desc);
	struct enc_entry *entry = spoken ? find_entry(cage, desc) : NULL;

	enc_cage_let_go(cage, held);
	if (!entry)
		errno = spoken ? ENOMEM : ENOSYS;
	return entry ? enc_closure_code(entry->closure) : NULL;
}
