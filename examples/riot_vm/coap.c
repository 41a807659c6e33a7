/* SPDX-License-Identifier: MIT */
/* Messages of CoAP; see coap.h.  Numbers of sections are RFC 7252's. */
#include "coap.h"

#include <string.h>

#include "riot.h"

#define VERSION 1
#define MARKER  0xff

int coap_add(struct coap_message *m, uint16_t number, const uint8_t *value, size_t n)
{
	if (m->noptions && number < m->options[m->noptions - 1].number)
		return -riot_error_invalid;
	if (m->noptions == COAP_OPTIONS || n > (size_t) COAP_MOST - m->nvalues)
		return -riot_error_no_space;
	m->options[m->noptions++] = (struct coap_option){ number, m->nvalues, (uint16_t) n };
	if (n)
		memcpy(m->values + m->nvalues, value, n);
	m->nvalues = (uint16_t) (m->nvalues + n);
	return 0;
}

int coap_payload(struct coap_message *m, const uint8_t *bytes, size_t n)
{
	if (n > COAP_MOST)
		return -riot_error_no_space;
	if (n)
		memcpy(m->payload, bytes, n);
	m->npayload = (uint16_t) n;
	return 0;
}

/* -- Taking apart ------------------------------------------------------------- */

struct reader {
	const uint8_t *at, *end;
};

/* What a half of an option's first byte says, with the bytes that it asks for (3.1); -1: nonsense. */
static long extended(struct reader *r, unsigned half)
{
	size_t more = half == 13 ? 1 : half == 14 ? 2 : 0;
	long value = half;

	if (half == 15 || (size_t) (r->end - r->at) < more)
		return -1;
	if (more == 1)
		value = 13 + r->at[0];
	else if (more)
		value = 269 + (r->at[0] << 8 | r->at[1]);
	r->at += more;
	return value;
}

static int take_option(struct reader *r, struct coap_message *m, long *number)
{
	uint8_t first = *r->at++;
	long delta = extended(r, first >> 4), length;

	if (delta < 0)
		return -riot_error_bad_message;
	length = extended(r, first & 15);
	*number += delta;
	if (length < 0 || *number > UINT16_MAX || length > r->end - r->at)
		return -riot_error_bad_message;
	r->at += length;
	return coap_add(m, (uint16_t) *number, r->at - length, (size_t) length);
}

static int take_rest(struct reader *r, struct coap_message *m)
{
	long number = 0;
	int err = 0;

	while (!err && r->at < r->end && *r->at != MARKER)
		err = take_option(r, m, &number);
	if (err || r->at == r->end)
		return err;
	r->at++;
	if (r->at == r->end) /* a marker and no payload is no message (3) */
		return -riot_error_bad_message;
	return coap_payload(m, r->at, (size_t) (r->end - r->at));
}

int coap_parse(struct coap_message *m, const uint8_t *bytes, size_t n)
{
	struct reader r = { bytes, bytes + n };

	memset(m, 0, sizeof(*m));
	if (n < 4 || bytes[0] >> 6 != VERSION || (bytes[0] & 15) > COAP_TOKEN)
		return -riot_error_bad_message;
	m->type = bytes[0] >> 4 & 3;
	m->token_length = bytes[0] & 15;
	m->code = bytes[1];
	m->id = (uint16_t) (bytes[2] << 8 | bytes[3]);
	r.at += 4;
	if (r.end - r.at < m->token_length || (!m->code && n > 4)) /* an empty one is empty (4.1) */
		return -riot_error_bad_message;
	memcpy(m->token, r.at, m->token_length);
	r.at += m->token_length;
	return take_rest(&r, m);
}

/* -- Putting together --------------------------------------------------------- */

static unsigned half_of(unsigned value)
{
	return value < 13 ? value : value < 269 ? 13 : 14;
}

static size_t put_extended(uint8_t *to, unsigned value)
{
	if (value < 13)
		return 0;
	if (value < 269) {
		to[0] = (uint8_t) (value - 13);
		return 1;
	}
	to[0] = (uint8_t) ((value - 269) >> 8);
	to[1] = (uint8_t) (value - 269);
	return 2;
}

static size_t put_options(const struct coap_message *m, uint8_t *to)
{
	unsigned before = 0;
	size_t n = 0;

	for (unsigned i = 0; i < m->noptions; i++) {
		const struct coap_option *o = &m->options[i];
		unsigned delta = o->number - before;

		to[n++] = (uint8_t) (half_of(delta) << 4 | half_of(o->length));
		n += put_extended(to + n, delta);
		n += put_extended(to + n, o->length);
		memcpy(to + n, m->values + o->at, o->length);
		n += o->length;
		before = o->number;
	}
	return n;
}

long coap_build(const struct coap_message *m, uint8_t *bytes, size_t room)
{
	uint8_t wire[COAP_WIRE_MOST];
	size_t n = 4;

	wire[0] = (uint8_t) (VERSION << 6 | m->type << 4 | m->token_length);
	wire[1] = m->code;
	wire[2] = (uint8_t) (m->id >> 8);
	wire[3] = (uint8_t) m->id;
	memcpy(wire + n, m->token, m->token_length);
	n += m->token_length;
	n += put_options(m, wire + n);
	if (m->npayload) {
		wire[n++] = MARKER;
		memcpy(wire + n, m->payload, m->npayload);
		n += m->npayload;
	}
	if (!m->code && n > 4) /* an empty one is empty (4.1) */
		return -riot_error_invalid;
	if (n > room)
		return -riot_error_no_space;
	memcpy(bytes, wire, n);
	return (long) n;
}
