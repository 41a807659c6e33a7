/* SPDX-License-Identifier: MIT */
/*
 * Messages of CoAP (RFC 7252), built and taken apart in a place of their own, which does not
 * grow.  What is not well-formed is no message.
 */
#ifndef RIOT_COAP_H
#define RIOT_COAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COAP_MOST      192 /* bytes of options, and as many of payload */
#define COAP_OPTIONS   12
#define COAP_TOKEN     8
#define COAP_WIRE_MOST (4 + COAP_TOKEN + COAP_MOST + 5 * COAP_OPTIONS + 1 + COAP_MOST)

struct coap_option {
	uint16_t number, at, length; /* its value's place in values */
};
struct coap_message {
	uint8_t type, code, token_length;
	uint16_t id;
	uint8_t token[COAP_TOKEN];
	unsigned noptions;
	struct coap_option options[COAP_OPTIONS];
	uint16_t nvalues, npayload; /* bytes */
	uint8_t values[COAP_MOST], payload[COAP_MOST];
};

/* Each returns 0, or the negative number of an error of riot.def; then the message is as it was. */
int coap_add(struct coap_message *m, uint16_t number, const uint8_t *value, size_t n);
int coap_payload(struct coap_message *m, const uint8_t *bytes, size_t n);
/* The bytes may be any; m is not a message unless they are one. */
int coap_parse(struct coap_message *m, const uint8_t *bytes, size_t n);
/*
 * How many bytes it has on the wire, and puts them there; or -riot_error_no_space, or
 * -riot_error_invalid: its code is 0, and it has more than a head.
 */
long coap_build(const struct coap_message *m, uint8_t *bytes, size_t room);

#endif
