/* SPDX-License-Identifier: MIT */
/*
 * Calls in words: write(fd=1, buf="abc", count=3) = 3
 *
 * Strings and bytes are quoted, other objects shown in hex, both as far as a line
 * bears; what is only written shows its room until the call has succeeded.
 */
#define _GNU_SOURCE /* strerrorname_np() */
#include <inttypes.h>
#include <string.h>

#include <encase/format.h>

#include "kit.h"

#define SHOWN 32 /* bytes of data */

void enc_kit_show_errno(FILE *out, int error)
{
	const char *name = strerrorname_np(error);

	if (name && error)
		enc_kit_put(out, "%s", name);
	else
		enc_kit_put(out, "errno %d", error);
}

static void show_float(FILE *out, unsigned type, encase_word word)
{
	union {
		encase_word word;
		float f32;
		double f64;
	} value = { .word = word };

	enc_kit_put(out, "%.*g", type == ENCASE_F32 ? 9 : 17,
		    type == ENCASE_F32 ? (double) value.f32 : value.f64);
}

void enc_kit_show_word(FILE *out, unsigned type, encase_word word)
{
	word = encase_widen(type, word);
	switch (type) {
	case ENCASE_F32:
	case ENCASE_F64:
		show_float(out, type, word);
		break;
	case ENCASE_POINTER:
		if (word)
			enc_kit_put(out, "0x%" PRIx64, word);
		else
			enc_kit_put(out, "NULL");
		break;
	case ENCASE_S8:
	case ENCASE_S16:
	case ENCASE_S32:
	case ENCASE_S64:
		enc_kit_put(out, "%" PRId64, (int64_t) word);
		break;
	default:
		enc_kit_put(out, "%" PRIu64, word);
	}
}

void enc_kit_show_value(FILE *out, struct encase_test_value value)
{
	switch (value.kind) {
	case ENC_TEST_SIGNED:
		enc_kit_put(out, "%" PRId64, value.s);
		break;
	case ENC_TEST_UNSIGNED:
		enc_kit_put(out, "%" PRIu64, value.u);
		break;
	case ENC_TEST_FLOAT:
		enc_kit_put(out, "%.17g", value.f);
		break;
	case ENC_TEST_POINTER:
		enc_kit_show_word(out, ENCASE_POINTER, (uintptr_t) value.p);
		break;
	}
}

static void show_char(FILE *out, unsigned char c)
{
	static const char named[] = "\aa\bb\tt\nn\vv\ff\rr\"\"\\\\";
	const char *at = c ? memchr(named, c, sizeof(named) - 1) : NULL;

	/* The list has a character and its name in turn. */
	if (at && (at - named) % 2 == 0)
		enc_kit_put(out, "\\%c", at[1]);
	else if (c >= ' ' && c < 127)
		enc_kit_put(out, "%c", c);
	else
		enc_kit_put(out, "\\%03o", c);
}

static void show_bytes(FILE *out, const unsigned char *p, size_t n, size_t whole, bool as_text)
{
	size_t shown = n < SHOWN ? n : SHOWN;

	enc_kit_put(out, "%c", as_text ? '"' : '{');
	for (size_t i = 0; i < shown; i++) {
		if (as_text)
			show_char(out, p[i]);
		else
			enc_kit_put(out, "%s%02x", i ? " " : "", p[i]);
	}
	enc_kit_put(out, "%c", as_text ? '"' : '}');
	if (shown < whole)
		enc_kit_put(out, "... of %zu bytes", whole);
}

static void show_data(FILE *out, const struct encase_test_call *call, unsigned i)
{
	const struct encase_arg *arg = &call->shape.arg[i];
	unsigned kind = arg->kind & ENCASE_KIND;
	const void *p = (const void *) (uintptr_t) call->words[i];
	const unsigned char *bytes = call->data[i].bytes;
	size_t n = call->data[i].n, whole = call->data[i].extent;

	if (p == ENCASE_ANYTHING)
		enc_kit_put(out, "ENCASE_ANYTHING");
	else if (bytes && (kind == ENCASE_STR || kind == ENCASE_PATH))
		show_bytes(out, bytes, n - 1, n - 1, true);
	else if (bytes)
		show_bytes(out, bytes, n, arg->kind & ENCASE_IN ? whole : n,
			   enc_kit_is_vector(&call->shape, i) ||
				   (kind == ENCASE_BUF && arg->size == 1));
	else if (whole)
		enc_kit_put(out, "[%zu bytes]", whole);
	else
		enc_kit_show_word(out, ENCASE_POINTER, call->words[i]);
}

/* As encase/format.h has it, by name where the values have names. */
static void show_scalar(FILE *out, const struct encase_test_call *call, unsigned i)
{
	char text[256];

	if (!call->desc) {
		enc_kit_show_word(out, encase_arg_type(&call->shape, i), call->words[i]);
		return;
	}
	encase_format_arg(text, sizeof(text), call->desc, call->words, i, NULL, NULL);
	enc_kit_put(out, "%s", text);
}

void enc_kit_show_arg(FILE *out, const struct encase_test_call *call, unsigned i)
{
	if (enc_kit_points(&call->shape, i))
		show_data(out, call, i);
	else
		show_scalar(out, call, i);
}

void enc_kit_show_call(FILE *out, const struct encase_test_call *call)
{
	if (call->desc)
		enc_kit_put(out, "%s(", encase_text(call->desc)->name);
	else
		enc_kit_put(out, "call %ld(", call->number);
	for (unsigned i = 0; i < call->shape.nargs; i++) {
		enc_kit_put(out, "%s", i ? ", " : "");
		if (call->desc)
			enc_kit_put(out, "%s=", encase_text(call->desc)->arg[i].name);
		enc_kit_show_arg(out, call, i);
	}
	enc_kit_put(out, "%c", ')');
}

void enc_kit_show_answered(FILE *out, const struct encase_test_call *call)
{
	enc_kit_show_call(out, call);
	enc_kit_put(out, " = ");
	if (call->error)
		enc_kit_show_errno(out, call->error);
	else
		enc_kit_show_word(out, call->shape.type, call->result);
}
