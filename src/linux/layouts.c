/* SPDX-License-Identifier: MIT */
/* layouts.def as data, and how members are printed. */
#define _GNU_SOURCE
#include "layouts.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <mqueue.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>
#include <utime.h>

#include "kernel.h"
#include "symbols.h"

#define ALL  0
#define MORE 1

#define FIELD(layout, member, ...)                                                  \
	{                                                                           \
		.name = #member, .offset = offsetof(struct_##layout, member),       \
		.size = sizeof(((struct_##layout *) 0)->member), .how = __VA_ARGS__ \
	}
#define INT(layout, member)        FIELD(layout, member, ENC_INT)
#define UINT(layout, member)       FIELD(layout, member, ENC_UINT)
#define HEX(layout, member)        FIELD(layout, member, ENC_HEX)
#define ADDR(layout, member)       FIELD(layout, member, ENC_ADDRESS)
#define CHARS(layout, member)      FIELD(layout, member, ENC_CHARS)
#define SYM(layout, member, set)   FIELD(layout, member, ENC_SYMBOL, .more = &encase_symbols_##set)
#define IN(layout, member, inner)  FIELD(layout, member, ENC_INNER, .more = &layout_##inner)
#define BY_HAND(layout, member, f) FIELD(layout, member, ENC_SHOW, .show = (f))

#define LAYOUT(id, ctype, rest, ...) LAYOUT_OF(id, ctype, #ctype, rest, __VA_ARGS__)
#define LAYOUT_OF(id, ctype, name, rest, ...)                          \
	typedef ctype struct_##id;                                     \
	static const struct enc_field fields_##id[] = { __VA_ARGS__ }; \
	static const struct enc_layout layout_##id = {                 \
		.type = (name),                                        \
		.size = sizeof(struct_##id),                           \
		.n = sizeof(fields_##id) / sizeof(fields_##id[0]),     \
		.more = (rest),                                        \
		.fields = fields_##id,                                 \
	};                                                             \
	_Static_assert(sizeof(struct_##id) <= ENC_LARGEST, "it fits into the printers' buffer");
#define SHOWN(id, ctype, least, largest, function)                                     \
	static const struct enc_layout layout_##id = {                                 \
		.type = #ctype, .size = (least), .most = (largest), .show = (function) \
	};                                                                             \
	_Static_assert((largest) <= ENC_LARGEST, "it fits into the printers' buffer");
#include "layouts.def"
#undef LAYOUT
#undef LAYOUT_OF
#undef SHOWN

static const struct enc_layout *const layouts[] = {
#define LAYOUT(id, ...)    &layout_##id,
#define LAYOUT_OF(id, ...) &layout_##id,
#define SHOWN(id, ...)     &layout_##id,
#include "layouts.def"
};

const struct enc_layout *enc_layout_find(const char *type, size_t length)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		if (!strncmp(layouts[i]->type, type, length) && !layouts[i]->type[length])
			return layouts[i];
	return NULL;
}

/* An integer of a structure, sign-extended if it is signed. */
static encase_word value(const struct enc_field *field, const char *at)
{
	encase_word word = 0;
	unsigned unused = 8 * (unsigned) (sizeof(word) - field->size);

	memcpy(&word, at, field->size);
	if (field->how == ENC_INT && unused)
		word = (encase_word) ((int64_t) (word << unused) >> unused);
	return word;
}

static void show_field(struct encase_showing *s, const struct enc_field *field, const char *at)
{
	switch ((enum enc_how) field->how) {
	case ENC_INT:
		enc_putf(&s->line, "%" PRId64, (int64_t) value(field, at));
		break;
	case ENC_UINT:
		enc_putf(&s->line, "%" PRIu64, value(field, at));
		break;
	case ENC_HEX:
		enc_putf(&s->line, "%#" PRIx64, value(field, at));
		break;
	case ENC_ADDRESS:
		enc_show_address(s, value(field, at));
		break;
	case ENC_CHARS:
		enc_put_quoted(&s->line, (const unsigned char *) at, strnlen(at, field->size));
		break;
	case ENC_SYMBOL:
		enc_show_symbol(s, field->more, value(field, at), field->size);
		break;
	case ENC_INNER:
		enc_layout_show(s, field->more, at, field->size);
		break;
	case ENC_SHOW:
		field->show(s, at, field->size);
		break;
	}
}

void enc_layout_show(struct encase_showing *s, const struct enc_layout *layout, const void *at,
		     size_t got)
{
	if (layout->show) {
		layout->show(s, at, got);
		return;
	}
	enc_put_char(&s->line, '{');
	for (unsigned i = 0; i < layout->n; i++) {
		enc_putf(&s->line, "%s%s=", i ? ", " : "", layout->fields[i].name);
		show_field(s, &layout->fields[i], (const char *) at + layout->fields[i].offset);
	}
	enc_put(&s->line, layout->more ? ", ...}" : "}");
}
