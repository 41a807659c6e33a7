/* SPDX-License-Identifier: MIT */
/* Arguments: numbers by kind, type and set, pointers by what they point to. */
#include "data.h"

#include <inttypes.h>
#include <string.h>

#include "encase/command.h"
#include "result.h"
#include "symbols.h"

/* -- C types by name --------------------------------------------------------- */

static const struct {
	const char *name;
	uint8_t type;
} integers[] = {
	{ "int", ENCASE_S32 },
	{ "unsigned", ENCASE_U32 },
	{ "unsigned int", ENCASE_U32 },
	{ "long", ENCASE_S64 },
	{ "unsigned long", ENCASE_U64 },
	{ "long long", ENCASE_S64 },
	{ "short", ENCASE_S16 },
	{ "unsigned short", ENCASE_U16 },
	{ "size_t", ENCASE_U64 },
	{ "ssize_t", ENCASE_S64 },
	{ "off_t", ENCASE_S64 },
	{ "time_t", ENCASE_S64 },
	{ "pid_t", ENCASE_S32 },
	{ "uid_t", ENCASE_U32 },
	{ "gid_t", ENCASE_U32 },
	{ "int8_t", ENCASE_S8 },
	{ "int16_t", ENCASE_S16 },
	{ "int32_t", ENCASE_S32 },
	{ "int64_t", ENCASE_S64 },
	{ "uint8_t", ENCASE_U8 },
	{ "uint16_t", ENCASE_U16 },
	{ "uint32_t", ENCASE_U32 },
	{ "uint64_t", ENCASE_U64 },
	{ "encase_ktimer", ENCASE_S32 },
	{ "encase_socklen", ENCASE_U32 },
	{ "socklen_t", ENCASE_U32 },
	{ "float", ENCASE_F32 },
	{ "double", ENCASE_F64 },
};
static const uint8_t sizes[] = { 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 8 };

/* What a pointer's type points to. */
struct target {
	const struct enc_layout *layout;
	int type;   /* enum encase_type, or -1 */
	bool bytes; /* char, void */
};

static bool is(const char *name, size_t n, const char *what)
{
	return strlen(what) == n && !strncmp(name, what, n);
}

static struct target target_of(const char *type)
{
	struct target target = { .type = -1 };
	size_t n;

	if (!strncmp(type, "const ", 6))
		type += 6;
	n = strlen(type);
	if (n && type[n - 1] == '*')
		n--;
	while (n && type[n - 1] == ' ')
		n--;
	target.bytes = is(type, n, "char") || is(type, n, "void") || is(type, n, "unsigned char");
	target.layout = enc_layout_find(type, n);
	if (n && type[n - 1] == '*')
		target.type = ENCASE_POINTER;
	for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++)
		if (is(type, n, integers[i].name))
			target.type = integers[i].type;
	return target;
}

/* -- Numbers ------------------------------------------------------------------- */

static void show_float(struct encase_showing *s, unsigned type, encase_word word)
{
	union {
		encase_word word;
		float f32;
		double f64;
	} value = { .word = word };

	if (type == ENCASE_F32)
		enc_putf(&s->line, "%.9g", (double) value.f32);
	else
		enc_putf(&s->line, "%.17g", value.f64);
}

static void show_number(struct encase_showing *s, unsigned type, encase_word word)
{
	word = encase_widen(type, word);
	if (type == ENCASE_F32 || type == ENCASE_F64)
		show_float(s, type, word);
	else if (type == ENCASE_POINTER)
		enc_show_address(s, word);
	else if (type == ENCASE_U8 || type == ENCASE_U16 || type == ENCASE_U32 ||
		 type == ENCASE_U64)
		enc_putf(&s->line, "%" PRIu64, word);
	else
		enc_putf(&s->line, "%" PRId64, (int64_t) word);
}

void enc_show_scalar(struct encase_showing *s, unsigned kind, unsigned type, encase_word word,
		     const struct encase_symbols *symbols)
{
	word = encase_widen(type, word);
	if (type == ENCASE_F32 || type == ENCASE_F64) {
		show_float(s, type, word);
	} else if (symbols) {
		enc_show_symbol(s, symbols, word, sizes[type]);
	} else if (kind == ENCASE_AT && (int32_t) word == -100) {
		enc_put(&s->line, "AT_FDCWD");
	} else if (kind == ENCASE_FD || kind == ENCASE_AT || kind == ENCASE_PID) {
		enc_putf(&s->line, "%d", (int) word);
	} else if (kind == ENCASE_SIG) {
		enc_show_signal(s, word);
	} else if (kind == ENCASE_MODE) {
		enc_show_mode(s, word);
	} else if (kind == ENCASE_FLAGS || kind == ENCASE_OP) {
		enc_show_hex(s, enc_show_low(word, sizes[type]));
	} else if (kind == ENCASE_ADDR) {
		enc_show_address(s, word);
	} else {
		show_number(s, type, word);
	}
}

/* -- Objects ------------------------------------------------------------------- */

static bool show_object(struct encase_showing *s, const struct target *target, encase_word at,
			size_t size)
{
	encase_word buffer[ENC_LARGEST / sizeof(encase_word)] = { 0 };
	const struct enc_layout *layout = target->layout;
	size_t n;

	if (!layout) {
		n = sizes[target->type];
		if (!enc_show_read(s, at, buffer, n))
			return false;
		show_number(s, (unsigned) target->type, buffer[0]);
		return true;
	}
	n = layout->size;
	if (layout->show && size > n)
		n = size < layout->most ? size : layout->most;
	if (!enc_show_read(s, at, buffer, n))
		return false;
	enc_layout_show(s, layout, buffer, n);
	return true;
}

bool enc_show_objects(struct encase_showing *s, encase_word at, size_t n, size_t size,
		      const char *type, bool is_array)
{
	struct target target = target_of(type);
	size_t least = target.layout      ? target.layout->size
		       : target.type >= 0 ? sizes[target.type]
					  : SIZE_MAX,
	       before = s->line.len;

	if (size < least)
		return false;
	if (target.layout && !is_array)
		return show_object(s, &target, at, size);
	enc_put_char(&s->line, '[');
	for (size_t i = 0; i < n; i++) {
		enc_put(&s->line, i ? ", " : "");
		if (i == ENC_SHOWN) {
			enc_put(&s->line, "...");
			break;
		}
		if (show_object(s, &target, at + i * size, size))
			continue;
		if (i) {
			enc_putf(&s->line, "... /* 0x%" PRIx64 " */", at + i * size);
			break;
		}
		s->line.len = before;
		return false;
	}
	enc_put_char(&s->line, ']');
	return true;
}

/* -- How far arguments reach ------------------------------------------------------ */

/* The number that an argument counts by, or that it points to; false: it cannot be read. */
static bool count_of(struct encase_showing *s, size_t *n)
{
	const struct encase_desc *desc = s->desc;
	unsigned by = desc->arg[s->arg].count, arg = s->arg;
	encase_word word = 0;
	size_t room;
	bool there;

	if (desc->sized >> s->arg & 1) {
		unsigned type = desc->arg[by].type;

		*n = enc_count(desc, by, s->words[by]);
		return (type & 1) || type > ENCASE_U64 ||
		       (int64_t) encase_widen(type, s->words[by]) >= 0;
	}
	s->arg = by;
	there = enc_show_read(s, s->words[by], &word, desc->arg[by].size == 8 ? 8 : 4);
	s->arg = arg;
	room = enc_show_room(s, s->words[arg]) / desc->arg[arg].size;
	*n = word < room ? word : room; /* calls may tell of more than there is room for */
	return there;
}

/* How many of a buffer's objects there are to show. */
static bool filled(struct encase_showing *s, size_t *n)
{
	const struct encase_arg *arg = &s->desc->arg[s->arg];
	bool pointed = !(s->desc->sized >> s->arg & 1);

	if (!count_of(s, n))
		return false;
	if (arg->kind & ENCASE_FILLED && !pointed && enc_show_is_done(s)) {
		encase_word result = encase_widen(s->desc->type, s->outcome->word);

		if ((int64_t) result >= 0 && result < *n)
			*n = result;
	}
	return true;
}

static void show_buffer(struct encase_showing *s, const char *type)
{
	const struct encase_arg *arg = &s->desc->arg[s->arg];
	encase_word at = s->words[s->arg];
	struct target target = target_of(type);
	size_t n;

	if (!filled(s, &n)) {
		enc_show_address(s, at);
	} else if (arg->size == 1 && target.layout) {
		if (n < target.layout->size || !enc_show_objects(s, at, 1, n, type, false))
			enc_show_address(s, at);
	} else if (arg->size == 1 && target.bytes) {
		enc_show_bytes(s, at, n);
	} else if (arg->size == 1 || !enc_show_objects(s, at, n, arg->size, type, true)) {
		enc_show_address(s, at);
	}
}

/* One object, or several: int[2]. */
static void show_one(struct encase_showing *s, const char *type)
{
	size_t size = s->desc->arg[s->arg].size, unit = size;
	encase_word at = s->words[s->arg];
	struct target target = target_of(type);

	if (target.bytes && size > 1 && strstr(type, "char")) {
		enc_show_string(s, at, size, false);
		return;
	}
	if (target.layout && !target.layout->show && size % target.layout->size == 0)
		unit = target.layout->size;
	else if (!target.layout && target.type >= 0 && size % sizes[target.type] == 0)
		unit = sizes[target.type];
	if (!enc_show_objects(s, at, size / unit, unit, type, size > unit))
		enc_show_address(s, at);
}

/* What the call's command says of the argument; null: nothing. */
static const struct encase_command_arg *behind(const struct encase_showing *s)
{
	const struct encase_commands *of = encase_commands(s->desc);
	const struct encase_command *command = encase_command(s->desc, s->words);

	if (!command || s->arg <= of->op || s->arg >= command->nargs)
		return NULL;
	return &command->args[s->arg - of->first];
}

/* The type that a set or a command tells for what varies; else the table's, if it is a pointer's. */
static const char *type_of(const struct encase_showing *s)
{
	const struct encase_symbols *set = s->text->arg[s->arg].symbols;
	const struct encase_command_arg *arg = behind(s);
	const char *type = arg ? arg->type : s->text->arg[s->arg].type;

	if (set && set->naming == ENCASE_NAMES_BY)
		for (unsigned i = 0; i < set->n; i++)
			if (set->cases[i].type &&
			    set->cases[i].value == enc_show_low(s->words[set->by], 4))
				return set->cases[i].type;
	return strchr(type, '*') ? type : "";
}

void enc_show_data(struct encase_showing *s)
{
	const struct encase_arg *arg = &s->desc->arg[s->arg];
	encase_word at = s->words[s->arg];
	bool is_out = (arg->kind & (ENCASE_IN | ENCASE_OUT)) == ENCASE_OUT;

	if (enc_kind(arg) == ENCASE_DEEP && (arg->size & 0xff) == ENCASE_IOVEC)
		is_out = false; /* the entries are read in any case */
	if (!at || !enc_show_read(s, at, NULL, 0) || (is_out && !enc_show_is_done(s))) {
		enc_show_address(s, at);
		return;
	}
	switch (enc_kind(arg)) {
	case ENCASE_PATH:
		enc_show_string(s, at, arg->size, true);
		break;
	case ENCASE_STR:
		enc_show_string(s, at, arg->size, false);
		break;
	case ENCASE_BUF:
		show_buffer(s, type_of(s));
		break;
	case ENCASE_OBJ:
		show_one(s, type_of(s));
		break;
	default:
		enc_show_deep(s);
	}
}

/* The set that names an argument's values this time. */
static const struct encase_symbols *symbols_of(const struct encase_showing *s)
{
	const struct encase_symbols *set = s->text->arg[s->arg].symbols;

	if (!set || set->naming != ENCASE_NAMES_BY)
		return set;
	for (unsigned i = 0; i < set->n; i++)
		if (set->cases[i].value == enc_show_low(s->words[set->by], 4))
			return set->cases[i].symbols;
	return NULL;
}

/* What may be a pointer, and is a number this time. */
static void show_varying(struct encase_showing *s)
{
	const struct encase_arg *arg = &s->desc->arg[s->arg];
	encase_word word = s->words[s->arg];

	if (strchr(s->text->arg[s->arg].type, '*'))
		enc_show_address(s, word);
	else if (enc_kind(arg) == ENCASE_NUM && arg->type == ENCASE_U64)
		enc_show_hex(s, word); /* nobody knows what it says */
	else
		enc_show_scalar(s, enc_kind(arg), arg->type, word, NULL);
}

void enc_show_arg(struct encase_showing *s, unsigned i)
{
	const struct encase_symbols *symbols;

	s->arg = i;
	if (enc_show_special(s))
		return;
	if (s->desc->pointers >> i & 1) {
		enc_show_data(s);
		return;
	}
	symbols = symbols_of(s);
	if (!symbols && s->desc->interface->calls[s->desc->index]->pointers >> i & 1)
		show_varying(s);
	else
		enc_show_scalar(s, enc_kind(&s->desc->arg[i]), s->desc->arg[i].type, s->words[i],
				symbols);
}
