/* SPDX-License-Identifier: MIT */
/*
 * Reading a tape, which may be anything: through a window of fixed size, no byte
 * behind the end that was set, and nothing of a record before its sum was checked.
 */
#include <string.h>
#include <unistd.h>

#include "tape.h"

/* Fills the window from r->at on; false: there is nothing. */
static bool fill(struct enc_tape_reader *r)
{
	ssize_t n;

	r->have = 0;
	r->base = r->at;
	do
		n = pread(r->fd, r->window, sizeof(r->window), (off_t) r->at);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		r->error = errno;
	if (n <= 0)
		return false;
	r->have = (size_t) n;
	return true;
}

const unsigned char *enc_tape_peek(struct enc_tape_reader *r, size_t *n)
{
	uint64_t there;

	if (r->at >= r->end || !*n)
		return NULL;
	if ((r->at < r->base || r->at - r->base >= r->have) && !fill(r))
		return NULL;
	there = r->base + r->have - r->at;
	if (there > r->end - r->at)
		there = r->end - r->at;
	if (*n > there)
		*n = there;
	return r->window + (r->at - r->base);
}

bool enc_tape_get(struct enc_tape_reader *r, void *to, size_t n)
{
	char *p = to;

	while (n) {
		size_t some = n;
		const unsigned char *from = enc_tape_peek(r, &some);

		if (!from)
			return false;
		memcpy(p, from, some);
		r->at += some;
		p += some;
		n -= some;
	}
	return true;
}

bool enc_tape_skip(struct enc_tape_reader *r, uint64_t n)
{
	if (n > r->end - r->at)
		return false;
	r->at += n;
	return true;
}

bool enc_tape_get_number(struct enc_tape_reader *r, uint64_t *number)
{
	uint64_t sum = 0;
	unsigned char byte;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		if (!enc_tape_get(r, &byte, 1))
			return false;
		if (shift == 63 && byte > 1)
			return false;
		sum |= (uint64_t) (byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			*number = sum;
			return true;
		}
	}
	return false;
}

bool enc_tape_get_word(struct enc_tape_reader *r, encase_word *word)
{
	uint64_t folded;

	if (!enc_tape_get_number(r, &folded))
		return false;
	*word = folded >> 1 ^ (folded & 1 ? UINT64_MAX : 0);
	return true;
}

/* Whether the bytes from begin to end have the sum that follows them; leaves r->at behind it. */
static bool sum_is_right(struct enc_tape_reader *r, uint64_t begin, uint64_t end)
{
	unsigned char sum[4];
	uint32_t crc = 0;

	r->at = begin;
	while (r->at < end) {
		size_t n = end - r->at;
		const unsigned char *p = enc_tape_peek(r, &n);

		if (!p)
			return false;
		crc = enc_tape_crc(crc, p, n);
		r->at += n;
	}
	if (!enc_tape_get(r, sum, sizeof(sum)))
		return false;
	return crc == (sum[0] | sum[1] << 8 | sum[2] << 16 | (uint32_t) sum[3] << 24);
}

enum enc_tape_found enc_tape_find(struct enc_tape_reader *r, uint64_t at,
				  struct enc_tape_record *record)
{
	uint64_t length;

	r->at = record->at = at;
	r->end = r->size;
	if (at == r->size)
		return ENC_FOUND_NOTHING;
	if (!enc_tape_get(r, &record->kind, 1))
		return ENC_FOUND_PIECE;
	if (!enc_tape_get_number(r, &length))
		return r->at < r->end ? ENC_FOUND_WRONG : ENC_FOUND_PIECE;
	record->payload = r->at;
	if (length > r->size - r->at || r->size - r->at - length < 4)
		return ENC_FOUND_PIECE;
	record->end = r->at + length;
	record->next = record->end + 4;
	if (!sum_is_right(r, at, record->end))
		return ENC_FOUND_WRONG;
	return ENC_FOUND_RECORD;
}

void enc_tape_open_record(struct enc_tape_reader *r, const struct enc_tape_record *record)
{
	r->at = record->payload;
	r->end = record->end;
}
