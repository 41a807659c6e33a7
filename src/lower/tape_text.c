/* SPDX-License-Identifier: MIT */
/* What is said of a tape's state: one line that can be shown, with the numbers a reader would want. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tape.h"

void enc_tape_say(struct encase_tape *t, enum encase_tape_how how, uint64_t number,
		  const char *format, ...)
{
	va_list args;
	int n = snprintf(t->state.text, sizeof(t->state.text), "call %llu",
			 (unsigned long long) number);

	t->state.how = how;
	va_start(args, format);
	vsnprintf(t->state.text + n, sizeof(t->state.text) - (size_t) n, format, args);
	va_end(args);
	/* Names may be anything. */
	for (char *c = t->state.text; *c; c++)
		if ((unsigned char) *c < ' ' || *c == 0x7f)
			*c = '?';
}

/* A divergence of the call that is at the tape now. */
#define DIVERGED(t, desc, format, ...)                                              \
	enc_tape_say((t), ENCASE_TAPE_DIVERGED, (t)->calls + 1, ", %s.%s: " format, \
		     (desc)->interface->name, encase_text(desc)->name, __VA_ARGS__)

/* A scalar as people write it. */
static void show(char *to, size_t room, const struct encase_desc *desc, unsigned i,
		 encase_word word)
{
	union {
		encase_word word;
		double f64;
		float f32;
	} as = { .word = word };

	switch (encase_arg_type(desc, i)) {
	case ENCASE_F32:
		snprintf(to, room, "%.9g", (double) as.f32);
		return;
	case ENCASE_F64:
		snprintf(to, room, "%.17g", as.f64);
		return;
	default:
		break;
	}
	if (desc->arg[i].kind == ENCASE_FLAGS)
		snprintf(to, room, "0x%llx", (unsigned long long) word);
	else if (desc->arg[i].kind == ENCASE_MODE)
		snprintf(to, room, "0%llo", (unsigned long long) word);
	else if (encase_arg_type(desc, i) == ENCASE_U64)
		snprintf(to, room, "%llu", (unsigned long long) word);
	else
		snprintf(to, room, "%lld", (long long) word);
}

void enc_tape_say_word(struct encase_tape *t, const struct encase_desc *desc, unsigned i,
		       encase_word is, encase_word was)
{
	char now[48], then[48];

	show(now, sizeof(now), desc, i, is);
	show(then, sizeof(then), desc, i, was);
	if (!strcmp(now, then)) { /* two NaNs, or 0 and -0 */
		snprintf(now, sizeof(now), "0x%llx", (unsigned long long) is);
		snprintf(then, sizeof(then), "0x%llx", (unsigned long long) was);
	}
	DIVERGED(t, desc, "%s is %s, was %s", encase_text(desc)->arg[i].name, now, then);
}

void enc_tape_say_tag(struct encase_tape *t, const struct encase_desc *desc, unsigned i,
		      enum enc_tape_tag is, enum enc_tape_tag was)
{
	static const char *const shown[ENC_TAGS] = {
		[ENC_TAG_NULL] = "null",          [ENC_TAG_THERE] = "a pointer, not read",
		[ENC_TAG_DATA] = "data",          [ENC_TAG_WORD] = "a number",
		[ENC_TAG_NONE] = "not looked at", [ENC_TAG_LOST] = "out of reach",
		[ENC_TAG_VECTOR] = "a vector",
	};

	DIVERGED(t, desc, "%s is %s, was %s", encase_text(desc)->arg[i].name, shown[is],
		 shown[was]);
}

void enc_tape_say_length(struct encase_tape *t, const struct encase_desc *desc, unsigned i,
			 uint64_t is, uint64_t was)
{
	DIVERGED(t, desc, "%s has %llu bytes, had %llu", encase_text(desc)->arg[i].name,
		 (unsigned long long) is, (unsigned long long) was);
}

/* A string's beginning in quotes, with what is no plain character as \xNN; less than room is read. */
static void quote(char *to, size_t room, const char *string, uint64_t n)
{
	size_t used = 1;

	to[0] = '"';
	for (uint64_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char) string[i];

		if (used + 9 > room) {
			strcpy(to + used, "\"...");
			return;
		}
		if (c >= ' ' && c < 0x7f && c != '"' && c != '\\')
			to[used++] = (char) c;
		else
			used += (size_t) sprintf(to + used, "\\x%02x", c);
	}
	strcpy(to + used, "\"");
}

bool enc_tape_say_string(struct encase_tape *t, const struct encase_desc *desc, unsigned i,
			 const struct enc_tape_arg *is, const char *was, uint64_t nwas)
{
	char now[ENC_TAPE_QUOTE], then[ENC_TAPE_QUOTE];

	quote(now, sizeof(now), is->in, is->nin);
	quote(then, sizeof(then), was, nwas);
	if (!strcmp(now, then))
		return false;
	DIVERGED(t, desc, "%s is %s, was %s", encase_text(desc)->arg[i].name, now, then);
	return true;
}

void enc_tape_say_byte(struct encase_tape *t, const struct encase_desc *desc, unsigned i,
		       uint64_t offset, unsigned is, unsigned was)
{
	DIVERGED(t, desc, "byte %llu of %s is 0x%02x, was 0x%02x", (unsigned long long) offset,
		 encase_text(desc)->arg[i].name, is, was);
}

void enc_tape_say_entries(struct encase_tape *t, const struct encase_desc *desc, unsigned i,
			  uint64_t is, uint64_t was)
{
	DIVERGED(t, desc, "%s has %llu entries, had %llu", encase_text(desc)->arg[i].name,
		 (unsigned long long) is, (unsigned long long) was);
}

void enc_tape_say_entry_length(struct encase_tape *t, const struct encase_desc *desc, unsigned i,
			       size_t k, uint64_t is, uint64_t was)
{
	DIVERGED(t, desc, "%s[%zu] has %llu bytes, had %llu", encase_text(desc)->arg[i].name, k,
		 (unsigned long long) is, (unsigned long long) was);
}

void enc_tape_say_entry_byte(struct encase_tape *t, const struct encase_desc *desc, unsigned i,
			     size_t k, uint64_t offset, unsigned is, unsigned was)
{
	DIVERGED(t, desc, "byte %llu of %s[%zu] is 0x%02x, was 0x%02x", (unsigned long long) offset,
		 encase_text(desc)->arg[i].name, k, is, was);
}
