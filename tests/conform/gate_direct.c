/* SPDX-License-Identifier: MIT */
/*
 * Rows of gate "direct": by descriptor, by descriptor with the error apart, by a C
 * function; and by a C function that libffi makes where the library does without.
 *
 * C functions are called through the table's compiled thunks, as the library calls
 * handlers: that both sides agree on what an argument is, is a part of the test.
 */
#include <errno.h>

#include "ffi.h"
#include "gates.h"
#include "result.h"

static int by_enter(struct encase_cage *cage, const struct encase_desc *desc,
		    const encase_word *words, encase_word *result)
{
	long word = encase_enter(cage, desc, words);

	if (desc->result == ENCASE_FAILS && word < 0 && word >= -4095)
		return (int) -word;
	*result = encase_widen(desc->type, (encase_word) word);
	return 0;
}

const struct gate_row gate_row_enter = { .name = "encase_enter", .make = by_enter };

static int by_checked(struct encase_cage *cage, const struct encase_desc *desc,
		      const encase_word *words, encase_word *result)
{
	encase_word word = 77;
	int err = encase_enter_checked(cage, desc, words, &word);

	if (!err)
		*result = encase_widen(desc->type, word);
	else
		same(encase_text(desc)->name, word, 77);
	return -err;
}

const struct gate_row gate_row_checked = {
	.name = "encase_enter_checked",
	.make = by_checked,
	.overlaps = true,
};

/* Calls a C function that speaks libc; errno is what tests find afterwards. */
static int by_function(encase_fn *fn, const struct encase_desc *desc, const encase_word *words,
		       encase_word *result)
{
	int before = errno;
	encase_word word;

	errno = 0;
	word = desc->thunk(fn, words, 0);
	if (errno) {
		same(encase_text(desc)->name, word, desc->fail);
		return errno;
	}
	*result = word;
	errno = before;
	return 0;
}

static int by_entry(struct encase_cage *cage, const struct encase_desc *desc,
		    const encase_word *words, encase_word *result)
{
	int before = errno;
	encase_fn *fn = encase_entry(cage, desc);

	if (!fn)
		return errno;
	errno = before;
	return by_function(fn, desc, words, result);
}

const struct gate_row gate_row_entry = {
	.name = "encase_entry",
	.make = by_entry,
	.overlaps = true,
	.libc = true,
};

/* What an entry does when it is called. */
struct entry {
	struct encase_cage *cage;
	const struct encase_desc *desc;
};

static encase_word entered(void *arg, const encase_word *words)
{
	const struct entry *entry = arg;
	encase_word word = 0;
	int err = encase_enter_checked(entry->cage, entry->desc, words, &word);

	return enc_to_libc(entry->desc, (long) word, -err);
}

static int by_libffi(struct encase_cage *cage, const struct encase_desc *desc,
		     const encase_word *words, encase_word *result)
{
	struct entry entry = { cage, desc };
	int error = errno;
	struct enc_closure *closure = enc_closure_new_ffi(desc, entered, &entry);

	cr_assert(closure);
	errno = error; /* libffi may change it */
	error = by_function(enc_closure_code(closure), desc, words, result);
	enc_closure_free(closure);
	return error;
}

const struct gate_row gate_row_libffi = {
	.name = "an entry of libffi's",
	.make = by_libffi,
	.overlaps = true,
	.libc = true,
};
