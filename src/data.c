/* SPDX-License-Identifier: MIT */
/* Arguments that handlers ask for: fetched if they were not, and given on from then on. */
#include <string.h>

#include "extent.h"
#include "marshal.h"
#include "scratch.h"
#include "shadows.h"
#include "strings.h"

/* Fetches an argument or changes nothing: the length of a buffer may have come before it. */
static int fetch_or_not(struct encase_call *call, unsigned i)
{
	const struct encase_desc *desc = enc_desc(call);
	unsigned count = enc_is_pointed(desc, i) ? desc->arg[i].count : i;
	encase_word length = call->words[count];
	const struct enc_shadow *mark;
	uint8_t theirs = call->theirs;
	int err;

	if (!call->made) /* those of who stood in its place: the mark must not be one */
		enc_shadows_drop((uintptr_t) call);
	mark = enc_thread.shadows;
	err = enc_marshal_fetch(call, 1U << i);
	if (!err)
		return 0;
	while (enc_thread.shadows != mark)
		enc_shadow_drop(enc_thread.shadows);
	if (call->words[count] != length) {
		call->own[count] = length;
		call->theirs = theirs;
	}
	return err;
}

/* The count of argument i, which a copy may lower; 8: there is none. */
static unsigned count_of(const struct encase_desc *desc, unsigned i)
{
	return desc->sized >> i & 1 ? desc->arg[i].count : ENCASE_MAX_ARGS;
}

/* A count that was lowered (3.2, 3.10) is what is given with the copy, unless another one was set. */
static void lower(struct encase_call *call, unsigned count, encase_word before)
{
	if (call->odd & ENC_ODD_SET && call->sent[count] == before)
		call->sent[count] = call->words[count];
}

/* What is fetched is shown, and is what is given from now on. */
static void show(struct encase_call *call, unsigned i)
{
	call->passed &= (uint8_t) ~(1U << i);
	if (call->odd & ENC_ODD_SET)
		call->sent[i] = call->words[i];
}

/* The pointers to strings, with the null, in bytes; there is room for so many. */
static size_t pointers(const char *p, size_t room)
{
	const char *string;
	size_t n = 0;

	do {
		memcpy(&string, p + n, sizeof(string));
		n += sizeof(string);
	} while (string && n + sizeof(string) <= room);
	return n;
}

/*
 * Of what memory tells how far it reaches: what was fetched, whatever the handler has made of
 * it since; of what is the layers', as it is now, but no more than there is of a shadow.
 */
static size_t measure_self(const struct encase_call *call, unsigned i)
{
	const struct encase_arg *arg = &enc_desc(call)->arg[i];
	const char *p = (const char *) (uintptr_t) call->words[i];
	const struct enc_shadow *s = enc_shadows_of(call, i), *in = enc_shadow_at(p);
	size_t room = in ? (size_t) (in->data + in->size - p) : SIZE_MAX, n;

	if (enc_is_strings(arg))
		return s ? s->said : pointers(p, room);
	if (s && enc_deep(arg) <= ENCASE_TRAILED)
		return s->size;
	n = enc_extent_self(arg, p);
	return n < room ? n : room;
}

/* Bytes of what was fetched, of a string without its NUL, of what has pointers inside its own. */
static int measure(const struct encase_call *call, unsigned i, size_t *n)
{
	const struct encase_desc *desc = enc_desc(call);
	const char *p = (const char *) (uintptr_t) call->words[i];
	int err = 0;

	*n = 0;
	if (p && enc_kind(&desc->arg[i]) <= ENCASE_PATH)
		*n = strlen(p);
	else if (p && enc_is_self(&desc->arg[i]))
		*n = measure_self(call, i);
	else if (p)
		err = enc_shadows_extent(call, i, n);
	return err;
}

int encase_arg_data(struct encase_call *call, unsigned i, void **data, size_t *len)
{
	const struct encase_desc *desc = enc_desc(call);
	encase_word before = 0;
	unsigned count;
	bool nulled;
	size_t n;
	int err;

	if (i >= ENCASE_MAX_ARGS || !(desc->pointers >> i & 1))
		return -EINVAL;
	count = count_of(desc, i);
	if (count < ENCASE_MAX_ARGS)
		before = call->words[count];
	nulled = call->step->nulled >> i & 1;
	err = nulled ? 0 : fetch_or_not(call, i);
	if (!err)
		err = measure(call, i, &n);
	if (err)
		return err;
	show(call, i);
	if (count < ENCASE_MAX_ARGS)
		lower(call, count, before);
	if (!nulled && enc_is_pointed(desc, i) && call->passed >> desc->arg[i].count & 1)
		show(call, desc->arg[i].count);
	if (data)
		*data = (void *) (uintptr_t) call->words[i];
	if (len)
		*len = n;
	return 0;
}
