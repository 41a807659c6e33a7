/* SPDX-License-Identifier: MIT */
/*
 * Writing a tape: records, through a window, with no allocation.
 *
 * After the first error nothing more is written: what is in the file stays a tape
 * up to the last record that got there whole.
 */
#include <string.h>
#include <unistd.h>

#include "extent.h"
#include "tape.h"

/* crc_of[k][b]: what byte b comes to, k bytes before the end of a group of eight. */
static uint32_t crc_of[8][256];
static pthread_once_t crc_once = PTHREAD_ONCE_INIT;

static void make_crc_table(void)
{
	for (uint32_t b = 0; b < 256; b++) {
		uint32_t crc = b;

		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ UINT32_C(0xedb88320) : crc >> 1;
		crc_of[0][b] = crc;
	}
	for (int k = 1; k < 8; k++)
		for (int b = 0; b < 256; b++)
			crc_of[k][b] = crc_of[k - 1][b] >> 8 ^ crc_of[0][crc_of[k - 1][b] & 0xff];
}

uint32_t enc_tape_crc(uint32_t crc, const void *data, size_t n)
{
	const unsigned char *p = data;
	uint64_t word;

	pthread_once(&crc_once, make_crc_table);
	crc = ~crc;
	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&word, p, 8); /* low bytes first, as on x86-64 */
		word ^= crc;
		crc = 0;
		for (int k = 0; k < 8; k++)
			crc ^= crc_of[7 - k][word >> 8 * k & 0xff];
	}
	while (n--)
		crc = crc >> 8 ^ crc_of[0][(crc ^ *p++) & 0xff];
	return ~crc;
}

static void write_all(struct enc_tape_writer *w, const unsigned char *p, size_t n)
{
	while (n && !w->error) {
		ssize_t done = write(w->fd, p, n);

		if (done > 0) {
			p += done;
			n -= (size_t) done;
		} else if (done == 0) {
			w->error = EIO;
		} else if (errno != EINTR) {
			w->error = errno;
		}
	}
}

void enc_tape_flush(struct enc_tape_writer *w)
{
	write_all(w, w->window, w->used);
	w->used = 0;
}

/* The sum is that of the copy: another thread may be changing what is recorded. */
static void put(struct enc_tape_writer *w, const void *data, size_t n)
{
	const char *p = data;

	while (n) {
		size_t some = sizeof(w->window) - w->used;

		if (some > n)
			some = n;
		memcpy(w->window + w->used, p, some);
		w->crc = enc_tape_crc(w->crc, w->window + w->used, some);
		w->used += some;
		p += some;
		n -= some;
		if (w->used == sizeof(w->window))
			enc_tape_flush(w);
	}
}

static unsigned number_size(uint64_t number)
{
	unsigned n = 1;

	while (number >>= 7)
		n++;
	return n;
}

static void put_number(struct enc_tape_writer *w, uint64_t number)
{
	unsigned char bytes[10];
	unsigned n = 0;

	for (; number >= 0x80; number >>= 7)
		bytes[n++] = (unsigned char) (number | 0x80);
	bytes[n++] = (unsigned char) number;
	put(w, bytes, n);
}

/* Numbers near 0 are short, whatever their sign. */
static uint64_t folded(encase_word word)
{
	return word << 1 ^ (word >> 63 ? UINT64_MAX : 0);
}

static void begin(struct enc_tape_writer *w, enum enc_tape_kind kind, uint64_t length)
{
	unsigned char byte = (unsigned char) kind;

	w->crc = 0;
	put(w, &byte, 1);
	put_number(w, length);
}

static void end(struct enc_tape_writer *w)
{
	uint32_t crc = w->crc;
	unsigned char bytes[4] = { (unsigned char) crc, (unsigned char) (crc >> 8),
				   (unsigned char) (crc >> 16), (unsigned char) (crc >> 24) };

	put(w, bytes, sizeof(bytes));
}

void enc_tape_put_header(struct enc_tape_writer *w)
{
	static const unsigned char after[4] = { ENC_TAPE_VERSION, 'L', sizeof(void *), 0 };

	put(w, ENC_TAPE_MAGIC, 8);
	put(w, after, sizeof(after));
}

static void put_bytes(struct enc_tape_writer *w, const void *data, size_t n)
{
	put_number(w, n);
	put(w, data, n);
}

/* The first n bytes of a vector, which has so many. */
static void put_parts(struct enc_tape_writer *w, const struct enc_part *parts, size_t n)
{
	put_number(w, n);
	for (; n; parts++) {
		size_t some = parts->len < n ? parts->len : n;

		put(w, (const void *) (uintptr_t) parts->base, some);
		n -= some;
	}
}

void enc_tape_put_name(struct enc_tape_writer *w, const struct encase_desc *desc)
{
	const char *interface = desc->interface->name, *call = encase_text(desc)->name;
	size_t ninterface = strnlen(interface, ENC_TAPE_NAME_MAX);
	size_t ncall = strnlen(call, ENC_TAPE_NAME_MAX);

	begin(w, ENC_TAPE_NAME, number_size(ninterface) + ninterface + number_size(ncall) + ncall);
	put_bytes(w, interface, ninterface);
	put_bytes(w, call, ncall);
	end(w);
}

static uint64_t vector_size(const struct enc_tape_arg *arg)
{
	uint64_t size = number_size(arg->nparts) + number_size(arg->nin) + (uint64_t) arg->nin;

	for (size_t k = 0; k < arg->nparts; k++)
		size += number_size(arg->parts[k].len);
	return size;
}

static uint64_t arg_size(const struct enc_tape_arg *arg)
{
	if (arg->tag == ENC_TAG_WORD)
		return 1 + number_size(folded(arg->word));
	if (arg->tag == ENC_TAG_DATA)
		return 1 + number_size(arg->nin) + (uint64_t) arg->nin;
	if (arg->tag == ENC_TAG_VECTOR)
		return 1 + vector_size(arg);
	return 1;
}

static void put_vector(struct enc_tape_writer *w, const struct enc_tape_arg *arg)
{
	put_number(w, arg->nparts);
	for (size_t k = 0; k < arg->nparts; k++)
		put_number(w, arg->parts[k].len);
	put_parts(w, arg->parts, arg->nin);
}

static void put_arg(struct enc_tape_writer *w, const struct enc_tape_arg *arg)
{
	unsigned char tag = (unsigned char) arg->tag;

	put(w, &tag, 1);
	if (arg->tag == ENC_TAG_WORD)
		put_number(w, folded(arg->word));
	else if (arg->tag == ENC_TAG_DATA)
		put_bytes(w, arg->in, arg->nin);
	else if (arg->tag == ENC_TAG_VECTOR)
		put_vector(w, arg);
}

void enc_tape_put_down(struct enc_tape_writer *w, uint64_t number, unsigned nargs,
		       const struct enc_tape_arg *args)
{
	uint64_t length = number_size(number);

	for (unsigned i = 0; i < nargs; i++)
		length += arg_size(&args[i]);
	begin(w, ENC_TAPE_DOWN, length);
	put_number(w, number);
	for (unsigned i = 0; i < nargs; i++)
		put_arg(w, &args[i]);
	end(w);
}

void enc_tape_put_up(struct enc_tape_writer *w, uint64_t position, const struct encase_call *call,
		     const struct enc_tape_arg *args, int error, long result)
{
	uint64_t word = folded((encase_word) result), length, n[ENCASE_MAX_ARGS] = { 0 };
	unsigned anyway = enc_anyway(enc_desc(call));

	length = number_size(position) + number_size((uint64_t) error);
	if (!error)
		length += number_size(word);
	for (unsigned i = 0; i < enc_desc(call)->nargs; i++) {
		if (error && !(anyway >> i & 1))
			continue;
		n[i] = enc_tape_written(call, i, args, result);
		if (n[i])
			length += 1 + number_size(n[i]) + n[i];
	}
	begin(w, ENC_TAPE_UP, length);
	put_number(w, position);
	put_number(w, (uint64_t) error);
	if (!error)
		put_number(w, word);
	for (unsigned i = 0; i < enc_desc(call)->nargs; i++) {
		if (!n[i])
			continue;
		put_number(w, i);
		if (args[i].parts)
			put_parts(w, args[i].parts, n[i]);
		else
			put_bytes(w, args[i].out, n[i]);
	}
	end(w);
}

void enc_tape_put_end(struct enc_tape_writer *w, uint64_t calls)
{
	begin(w, ENC_TAPE_END, number_size(calls));
	put_number(w, calls);
	end(w);
}
