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

/* The bytes that the reader is at, against an argument's. */
static enum enc_tape_verdict compare_data(struct encase_tape *t, const struct encase_desc *desc,
					  unsigned i, const struct enc_tape_arg *is, uint64_t nwas)
{
	struct enc_tape_reader *r = &t->reader;
	const unsigned char *now = is->in;
	uint64_t common = nwas < is->nin ? nwas : is->nin, done = 0, at = r->at;

	if (nwas != is->nin && !is->string) {
		enc_tape_say_length(t, desc, i, is->nin, nwas);
		return ENC_TAPE_DIFFERS;
	}
	while (done < common) {
		size_t n = common - done;
		const unsigned char *was = enc_tape_peek(r, &n);

		if (!was)
			return ENC_TAPE_DAMAGED;
		if (memcmp(now + done, was, n) != 0) {
			while (now[done] == *was) {
				done++;
				was++;
			}
			if (is->string)
				return string_differs(t, desc, i, is, at, nwas, done);
			enc_tape_say_byte(t, desc, i, done, now[done], *was);
			return ENC_TAPE_DIFFERS;
		}
		done += n;
		r->at += n;
	}
	if (nwas == is->nin)
		return ENC_TAPE_ALIKE;
	return string_differs(t, desc, i, is, at, nwas, done);
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
	uint64_t n = 0, behind;
	unsigned char tag;
	enum enc_tape_verdict verdict = ENC_TAPE_ALIKE;

	if (!enc_tape_get(r, &tag, 1) || tag >= ENC_TAGS)
		return ENC_TAPE_DAMAGED;
	if (tag == ENC_TAG_WORD && !enc_tape_get_word(r, &word))
		return ENC_TAPE_DAMAGED;
	if (tag == ENC_TAG_DATA && (!enc_tape_get_number(r, &n) || n > r->end - r->at))
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
