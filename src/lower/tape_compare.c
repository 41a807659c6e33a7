/* SPDX-License-Identifier: MIT */
/*
 * Comparing a call's way down with the one on the tape, argument by argument.
 * What differs first is said.
 */
#include <string.h>

#include "tape.h"

/* Of a string that differs, after as many bytes as where says; the tape's begins at an offset. */
static enum enc_tape_verdict string_differs(struct encase_tape *t, const struct encase_desc *desc,
					    unsigned i, const struct enc_tape_arg *is, uint64_t at,
					    uint64_t nwas, uint64_t where)
{
	const unsigned char *now = is->in;
	char was[ENC_TAPE_QUOTE];
	unsigned char then = 0;

	t->reader.at = at;
	if (!enc_tape_get(&t->reader, was, nwas < sizeof(was) ? nwas : sizeof(was)))
		return ENC_TAPE_DAMAGED;
	if (enc_tape_say_string(t, desc, i, is, was, nwas))
		return ENC_TAPE_DIFFERS;
	t->reader.at = at + where;
	if (where < nwas && !enc_tape_get(&t->reader, &then, 1))
		return ENC_TAPE_DAMAGED;
	enc_tape_say_byte(t, desc, i, where, where < is->nin ? now[where] : 0, then);
	return ENC_TAPE_DIFFERS;
}

/* Where bytes differ. */
struct difference {
	uint64_t at; /* as many are alike */
	unsigned char is, was;
};

/* The reader's next n bytes against these, each of which is read once: they may be changing. */
static enum enc_tape_verdict compare_bytes(struct enc_tape_reader *r, const unsigned char *now,
					   uint64_t n, struct difference *d)
{
	for (d->at = 0; d->at < n;) {
		size_t some = n - d->at;
		const unsigned char *was = enc_tape_peek(r, &some);

		if (!was)
			return ENC_TAPE_DAMAGED;
		for (size_t k = memcmp(now + d->at, was, some) ? 0 : some; k < some; k++) {
			d->is = now[d->at + k];
			d->was = was[k];
			if (d->is == d->was)
				continue;
			d->at += k;
			return ENC_TAPE_DIFFERS;
		}
		d->at += some;
		r->at += some;
	}
	return ENC_TAPE_ALIKE;
}

/* The bytes that the reader is at, against an argument's. */
static enum enc_tape_verdict compare_data(struct encase_tape *t, const struct encase_desc *desc,
					  unsigned i, const struct enc_tape_arg *is, uint64_t nwas)
{
	uint64_t common = nwas < is->nin ? nwas : is->nin, at = t->reader.at;
	struct difference d;
	enum enc_tape_verdict verdict;

	if (nwas != is->nin && !is->string) {
		enc_tape_say_length(t, desc, i, is->nin, nwas);
		return ENC_TAPE_DIFFERS;
	}
	verdict = compare_bytes(&t->reader, is->in, common, &d);
	if (verdict == ENC_TAPE_DAMAGED || (verdict == ENC_TAPE_ALIKE && nwas == is->nin))
		return verdict;
	if (is->string)
		return string_differs(t, desc, i, is, at, nwas, d.at);
	enc_tape_say_byte(t, desc, i, d.at, d.is, d.was);
	return ENC_TAPE_DIFFERS;
}

/* A vector's head, up to its bytes, of which *n then says how many; false: it makes no sense. */
static bool skip_head(struct enc_tape_reader *r, uint64_t *n)
{
	uint64_t entries, len, sum = 0;

	if (!enc_tape_get_number(r, &entries) || entries > ENC_VECTOR_MAX)
		return false;
	while (entries--) {
		if (!enc_tape_get_number(r, &len) || len > ENCASE_TRANSFER_MAX - sum)
			return false;
		sum += len;
	}
	if (!enc_tape_get_number(r, n) || *n > r->end - r->at)
		return false;
	return !*n || *n == sum;
}

/* The lengths of a vector's entries, of which the tape's begin where the reader is. */
static enum enc_tape_verdict compare_lengths(struct encase_tape *t, const struct encase_desc *desc,
					     unsigned i, const struct enc_tape_arg *is)
{
	uint64_t entries = 0, len = 0;

	if (!enc_tape_get_number(&t->reader, &entries))
		return ENC_TAPE_DAMAGED;
	if (entries != is->nparts) {
		enc_tape_say_entries(t, desc, i, is->nparts, entries);
		return ENC_TAPE_DIFFERS;
	}
	for (size_t k = 0; k < entries; k++) {
		if (!enc_tape_get_number(&t->reader, &len))
			return ENC_TAPE_DAMAGED;
		if (len == is->parts[k].len)
			continue;
		enc_tape_say_entry_length(t, desc, i, k, is->parts[k].len, len);
		return ENC_TAPE_DIFFERS;
	}
	return ENC_TAPE_ALIKE;
}

static enum enc_tape_verdict compare_vector(struct encase_tape *t, const struct encase_desc *desc,
					    unsigned i, const struct enc_tape_arg *is)
{
	enum enc_tape_verdict verdict = compare_lengths(t, desc, i, is);
	struct difference d;
	uint64_t n;

	if (verdict != ENC_TAPE_ALIKE)
		return verdict;
	if (!enc_tape_get_number(&t->reader, &n))
		return ENC_TAPE_DAMAGED;
	if (n != is->nin) { /* one call reads them, one does not */
		enc_tape_say_length(t, desc, i, is->nin, n);
		return ENC_TAPE_DIFFERS;
	}
	for (size_t k = 0; n && k < is->nparts; k++) {
		verdict = compare_bytes(&t->reader,
					(const unsigned char *) (uintptr_t) is->parts[k].base,
					is->parts[k].len, &d);
		if (verdict == ENC_TAPE_DIFFERS)
			enc_tape_say_entry_byte(t, desc, i, k, d.at, d.is, d.was);
		if (verdict != ENC_TAPE_ALIKE)
			return verdict;
	}
	return ENC_TAPE_ALIKE;
}

/*
 * One argument; the words of all are compared before anything else is, for a
 * count says more than the buffer that it makes longer.
 */
static enum enc_tape_verdict compare_arg(struct encase_tape *t, const struct encase_desc *desc,
					 unsigned i, const struct enc_tape_arg *is, bool words)
{
	struct enc_tape_reader *r = &t->reader;
	encase_word word = 0;
	uint64_t n = 0, begin, behind;
	unsigned char tag;
	enum enc_tape_verdict verdict = ENC_TAPE_ALIKE;

	if (!enc_tape_get(r, &tag, 1) || tag >= ENC_TAGS)
		return ENC_TAPE_DAMAGED;
	if (tag == ENC_TAG_WORD && !enc_tape_get_word(r, &word))
		return ENC_TAPE_DAMAGED;
	if (tag == ENC_TAG_DATA && (!enc_tape_get_number(r, &n) || n > r->end - r->at))
		return ENC_TAPE_DAMAGED;
	begin = r->at;
	if (tag == ENC_TAG_VECTOR && !skip_head(r, &n))
		return ENC_TAPE_DAMAGED;
	behind = r->at + n;
	if (words && tag == ENC_TAG_WORD && is->tag == tag && word != is->word) {
		enc_tape_say_word(t, desc, i, is->word, word);
		return ENC_TAPE_DIFFERS;
	}
	if (!words && tag != is->tag) {
		enc_tape_say_tag(t, desc, i, is->tag, tag);
		return ENC_TAPE_DIFFERS;
	}
	if (!words && tag == ENC_TAG_DATA)
		verdict = compare_data(t, desc, i, is, n);
	r->at = begin;
	if (!words && tag == ENC_TAG_VECTOR)
		verdict = compare_vector(t, desc, i, is);
	r->at = behind;
	return verdict;
}

/* The arguments from an offset to the record's end. */
static enum enc_tape_verdict compare_args(struct encase_tape *t, const struct encase_desc *desc,
					  const struct enc_tape_arg *args, uint64_t at, bool words)
{
	t->reader.at = at;
	for (unsigned i = 0; i < desc->nargs; i++) {
		enum enc_tape_verdict verdict;

		if (t->reader.at == t->reader.end) {
			enc_tape_say(t, ENCASE_TAPE_DIVERGED, t->calls + 1,
				     ", %s.%s: has %u arguments, had %u", desc->interface->name,
				     encase_text(desc)->name, desc->nargs, i);
			return ENC_TAPE_DIFFERS;
		}
		verdict = compare_arg(t, desc, i, &args[i], words);
		if (verdict != ENC_TAPE_ALIKE)
			return verdict;
	}
	if (t->reader.at == t->reader.end)
		return ENC_TAPE_ALIKE;
	enc_tape_say(t, ENCASE_TAPE_DIVERGED, t->calls + 1, ", %s.%s: has %u arguments, had more",
		     desc->interface->name, encase_text(desc)->name, desc->nargs);
	return ENC_TAPE_DIFFERS;
}

enum enc_tape_verdict enc_tape_compare(struct encase_tape *t, const struct encase_desc *desc,
				       const struct enc_tape_arg *args, uint64_t at)
{
	enum enc_tape_verdict verdict = compare_args(t, desc, args, at, true);

	return verdict == ENC_TAPE_ALIKE ? compare_args(t, desc, args, at, false) : verdict;
}
