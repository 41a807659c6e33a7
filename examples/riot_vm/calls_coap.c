/* SPDX-License-Identifier: MIT */
/* Calls: CoAP messages. */
#include <errno.h>
#include <string.h>

#include "calls.h"
#include "host.h"

static struct coap_message *give(struct riot_message *result)
{
	encase_word handle;
	struct thing *thing = host_give(&type_message, &handle);

	if (!thing)
		return NULL;
	result->bits = (uint16_t) handle;
	return &thing->as.message;
}

/* A token of none is not an empty one: none is ours to choose. */
int on_coap_new(enum riot_coap_type type, uint8_t code, const uint8_t *token, size_t token_count,
		struct riot_message *result)
{
	struct host *host = host_of_call();
	struct coap_message *m;

	if (token_count > COAP_TOKEN)
		return host_says(-riot_error_invalid);
	m = give(result);
	if (!m)
		return -1;
	m->type = (uint8_t) type;
	m->code = code;
	m->id = ++host->messages;
	m->token_length = (uint8_t) (token ? token_count : sizeof(m->id));
	if (token)
		memcpy(m->token, token, token_count);
	else
		memcpy(m->token, &m->id, sizeof(m->id));
	return 0;
}

int on_coap_parse(const uint8_t *bytes, size_t bytes_count, struct riot_message *result)
{
	struct coap_message parsed, *m;

	if (host_says(coap_parse(&parsed, bytes, bytes_count)))
		return -1;
	m = give(result);
	if (!m)
		return -1;
	*m = parsed;
	return 0;
}

/* A message in use; encase_handle_put() ends that. */
static struct coap_message *message_of(riot_message_bits message, struct encase_use *use)
{
	struct thing *thing = host_use(message, &type_message, 0, use);

	return thing ? &thing->as.message : NULL;
}

int on_coap_get_code(riot_message_bits message, uint8_t *result)
{
	struct encase_use use;
	const struct coap_message *m = message_of(message, &use);

	if (!m)
		return -1;
	*result = m->code;
	encase_handle_put(&use);
	return 0;
}

int on_coap_add_option(riot_message_bits message, uint16_t number, const uint8_t *value,
		       size_t value_count)
{
	struct encase_use use;
	struct coap_message *m = message_of(message, &use);
	int err;

	if (!m)
		return -1;
	err = coap_add(m, number, value, value_count);
	encase_handle_put(&use);
	return host_says(err);
}

int on_coap_next_option(riot_message_bits message, uint16_t place, uint8_t *value,
			size_t value_count, struct riot_coap_option_or_none *result)
{
	struct encase_use use;
	const struct coap_message *m = message_of(message, &use);
	size_t n;

	if (!m)
		return -1;
	result->there = place < m->noptions;
	if (result->there) {
		const struct coap_option *o = &m->options[place];

		result->value = (struct riot_coap_option){ o->number, o->length };
		n = o->length < value_count ? o->length : value_count;
		if (n)
			memcpy(value, m->values + o->at, n);
	}
	encase_handle_put(&use);
	return 0;
}

int on_coap_set_payload(riot_message_bits message, const uint8_t *data, size_t data_count)
{
	struct encase_use use;
	struct coap_message *m = message_of(message, &use);
	int err;

	if (!m)
		return -1;
	err = coap_payload(m, data, data_count);
	encase_handle_put(&use);
	return host_says(err);
}

long on_coap_get_payload(riot_message_bits message, uint8_t *data, size_t data_count)
{
	struct encase_use use;
	const struct coap_message *m = message_of(message, &use);
	size_t n;

	if (!m)
		return -1;
	n = m->npayload < data_count ? m->npayload : data_count;
	if (n)
		memcpy(data, m->payload, n);
	encase_handle_put(&use);
	return (long) n;
}

long on_coap_build(riot_message_bits message, uint8_t *bytes, size_t bytes_count)
{
	struct encase_use use;
	const struct coap_message *m = message_of(message, &use);
	long n;

	if (!m)
		return -1;
	n = coap_build(m, bytes, bytes_count);
	encase_handle_put(&use);
	return host_says(n) ? -1 : n;
}
