/* SPDX-License-Identifier: MIT */
/*
 * commands.def as code: lists of commands, how one is found in them, and the shapes of
 * calls that have one.  Values are told apart by a switch, so two that are the same do not
 * compile, and a call costs no walk through a list.
 */
#define _GNU_SOURCE
#include "commands.h"

#define ENCASE_MACROS_ONLY
#include "encase/define.h"

_Static_assert(sizeof(struct encase_ktermios) == sizeof(struct termios), "as the kernel has it");
_Static_assert(sizeof(struct encase_ktermio) == sizeof(struct termio), "as the kernel has it");
_Static_assert(sizeof(struct encase_kwinsize) == sizeof(struct winsize), "as the kernel has it");

/* -- The lists ------------------------------------------------------------- */

/* Where the arguments behind a call's command begin: a struct of conditions has one per argument. */
#define OPTION(level, option, how)
#define END(call)
#define COMMAND(call, ...)
#define COMMANDS(call, op, key, others)                                  \
	enum {                                                           \
		op_##call = offsetof(struct encase_##call##_where, op) / \
			    sizeof(struct encase_condition),             \
		first_##call = op_##call + 1                             \
	};
#include "commands.def"
#undef COMMAND
#undef COMMANDS

/* clang-format off */
/* The places of a command's arguments by name; and what a table's own must be, these must, too. */
#define COMMANDS(call, op, key, others)
#define COMMAND(call, name, cls, ...)                                                              \
	struct at_##call##_##name {                                                                \
		char before[first_##call];                                                         \
		ENC_EACH(ENC_PLACE, __VA_OPT__(,) __VA_ARGS__) char end;                           \
	};                                                                                         \
	struct types_##call##_##name {                                                             \
		ENC_EACH(ENC_TYPED, __VA_OPT__(,) __VA_ARGS__)                                     \
		ENC_EACH(ENC_KINDED, __VA_OPT__(,) __VA_ARGS__) char enc_shaped[1];                \
	};                                                                                         \
	ENC_EACH(ENC_CHECK, types_##call##_##name __VA_OPT__(,) __VA_ARGS__)                       \
	_Static_assert(first_##call + ENC_COUNT(__VA_ARGS__) <= ENCASE_MAX_ARGS, #name);
#include "commands.def"
#undef COMMAND
#undef COMMANDS
#undef END

#define ARG(c, i, arg)           { ENC_ARG_NAMES arg, .is = ENC_ARG(c, i, arg) },
#define ENC_ARG_NAMES(t, a, ...) .name = #a, .type = #t
#define VALUE(name)              ((encase_word) (uint32_t) (name))
#define COMMANDS(call, op, key, others) static const struct encase_command list_##call[] = {
#define COMMAND(call, label, cls, ...)                                                             \
	{ .name = #label,                                                                          \
	  .value = VALUE(label),                                                                   \
	  .args = (const struct encase_command_arg[]) {                                            \
		  ENC_EACH(ARG, at_##call##_##label __VA_OPT__(,) __VA_ARGS__) { 0 } },            \
	  .nargs = first_##call + ENC_COUNT(__VA_ARGS__),                                          \
	  .pointers = (0 ENC_EACH(ENC_POINTERS, __VA_OPT__(,) __VA_ARGS__)) << first_##call,       \
	  .sized = (0 ENC_EACH(ENC_SIZED, __VA_OPT__(,) __VA_ARGS__)) << first_##call,             \
	  .class_ = ENCASE_##cls },
#define END(call) };
#include "commands.def"
#undef COMMAND
#undef COMMANDS
#undef END

#define COMMANDS(call, op, key, others) enum {
#define COMMAND(call, label, ...) index_##call##_##label,
#define END(call) count_##call };
#include "commands.def"
#undef COMMAND
#undef COMMANDS
#undef END

#define COMMANDS(call, op, key, others)                                                            \
	static const struct encase_command *find_##call(encase_word command)                       \
	{                                                                                          \
		switch (command) {
#define COMMAND(call, label, ...)                                                                  \
		case VALUE(label):                                                                 \
			return &list_##call[index_##call##_##label];
#define END(call)                                                                                  \
		default:                                                                           \
			return NULL;                                                               \
		}                                                                                  \
	}
#include "commands.def"
#undef COMMAND
#undef COMMANDS
#undef END
#undef OPTION
/* clang-format on */

/* -- Socket options --------------------------------------------------------- */

/* What their values are: those that are set, and those that are asked for. */
struct at_value {
	char before[3], optval, optlen;
};
/* IPv6 takes a null for 0; others judge it below, too. */
#define SET_FLAT    (const void *, optval, IN(optlen), NULLABLE), (encase_socklen, optlen, SIZE)
#define SET_WRITTEN (void *, optval, INOUT_ALL(optlen), NULLABLE), (encase_socklen, optlen, SIZE)
#define SET_HIDDEN  (const void *, optval, OPAQUE, NULLABLE), (encase_socklen, optlen, SIZE)
#define GET_LENGTH  (encase_socklen *, optlen, INOUT_OBJ(encase_socklen))
#define GET_FLAT    (void *, optval, INOUT_LEN(optlen)), GET_LENGTH
#define GET_HIDDEN  (void *, optval, OPAQUE, NULLABLE), GET_LENGTH
#define VALUE_ARGS(name, ...) \
	static const struct encase_command_arg name[] = { ENC_EACH(ARG, at_value, __VA_ARGS__) };
VALUE_ARGS(set_flat, SET_FLAT)
VALUE_ARGS(set_written, SET_WRITTEN)
VALUE_ARGS(set_hidden, SET_HIDDEN)
VALUE_ARGS(get_flat, GET_FLAT)
VALUE_ARGS(get_hidden, GET_HIDDEN)
/* The length of a filter is counted in instructions of 8 bytes. */
static const struct encase_command_arg get_filter[] = {
	{ .name = "optval",
	  .type = "struct sock_filter *",
	  .is = { .kind = ENCASE_BUF | ENCASE_IN | ENCASE_OUT | ENCASE_FILLED,
		  .count = 4,
		  .size = 8 } },
	ENC_LIST(ARG, at_value, GET_LENGTH)
};
#define SET_OF_FLAT    .args = set_flat, .pointers = 1 << 3, .sized = 1 << 3
#define SET_OF_WRITTEN .args = set_written, .pointers = 1 << 3, .sized = 1 << 3
#define SET_OF_UNBOUND SET_OF_FLAT
#define SET_OF_HIDDEN  .args = set_hidden, .pointers = 1 << 3
#define SET_OF_FILTER  SET_OF_HIDDEN
#define GET_OF_FLAT    .args = get_flat, .pointers = 3 << 3
#define GET_OF_WRITTEN GET_OF_FLAT
#define GET_OF_HIDDEN  .args = get_hidden, .pointers = 3 << 3
#define GET_OF_UNBOUND GET_OF_HIDDEN
#define GET_OF_FILTER  .args = get_filter, .pointers = 3 << 3

#define LEVELED(level, option) ((encase_word) (uint32_t) (level) << 32 | (uint32_t) (option))
#define COMMANDS(...)
#define COMMAND(...)
#define END(call)
#define OPTION(level, option, how) \
	{ .name = #option, .value = LEVELED(level, option), .nargs = 5, SET_OF_##how },
static const struct encase_command list_setsockopt[] = {
#include "commands.def"
};
#undef OPTION
#define OPTION(level, option, how) \
	{ .name = #option, .value = LEVELED(level, option), .nargs = 5, GET_OF_##how },
static const struct encase_command list_getsockopt[] = {
#include "commands.def"
};
#undef OPTION

enum {
#define OPTION(level, option, how) index_##level##_##option,
#include "commands.def"
#undef OPTION
	count_options
};

static int find_option(encase_word key)
{
	switch (key) {
#define OPTION(level, option, how)   \
	case LEVELED(level, option): \
		return index_##level##_##option;
#include "commands.def"
#undef OPTION
	default:
		return -1;
	}
}
#undef COMMANDS
#undef COMMAND
#undef END

static const struct encase_command *find_setsockopt(encase_word key)
{
	int i = find_option(key);

	return i < 0 ? NULL : &list_setsockopt[i];
}

static const struct encase_command *find_getsockopt(encase_word key)
{
	int i = find_option(key);

	return i < 0 ? NULL : &list_getsockopt[i];
}

/* -- Which part of its word is a command ------------------------------------- */

static encase_word low(const encase_word *words, unsigned op)
{
	return (uint32_t) words[op];
}

static encase_word whole(const encase_word *words, unsigned op)
{
	return words[op];
}

/* Without IPC_64 (ipc/util.h). */
static encase_word ipc(const encase_word *words, unsigned op)
{
	return (uint32_t) words[op] & ~0x100U;
}

/* Without FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME. */
static encase_word futex_op(const encase_word *words, unsigned op)
{
	return (uint32_t) words[op] & ~(uint32_t) (FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
}

/* Without the type of quota. */
static encase_word quota(const encase_word *words, unsigned op)
{
	return (uint32_t) words[op] >> SUBCMDSHIFT;
}

/* Without IORING_REGISTER_USE_REGISTERED_RING. */
static encase_word ring(const encase_word *words, unsigned op)
{
	return (uint32_t) words[op] & ~(UINT32_C(1) << 31);
}

static encase_word option(const encase_word *words, unsigned op)
{
	return words[op - 1] << 32 | (uint32_t) words[op];
}

/* -- What others are ---------------------------------------------------------- */

/* What C declares as a pointer is one to nobody knows what; what it declares as a number is one. */
static void by_type(struct encase_desc *shape, const encase_word *words)
{
	const struct encase_desc *desc = shape->interface->calls[shape->index];

	(void) words;
	for (unsigned i = 0; i < desc->nargs; i++) {
		const char *type = encase_text(desc)->arg[i].type;

		if (desc->arg[i].kind == ENCASE_VARIES && type[strlen(type) - 1] == '*')
			encase_shape_opaque(shape, i);
	}
}

/* Since Linux 1.3 the low 32 bits tell direction and size. */
static void by_number(struct encase_desc *shape, const encase_word *words)
{
	unsigned request = (unsigned) words[op_ioctl];
	unsigned dir = (_IOC_DIR(request) & _IOC_READ ? ENCASE_OUT : 0) |
		       (_IOC_DIR(request) & _IOC_WRITE ? ENCASE_IN : 0);

	if (dir && _IOC_SIZE(request))
		encase_shape_object(shape, first_ioctl, dir, _IOC_SIZE(request));
}

static void hidden_value(struct encase_desc *shape, const encase_word *words)
{
	(void) words;
	encase_shape_opaque(shape, 3);
}

/* -- Sets ---------------------------------------------------------------------- */

struct set {
	struct encase_commands is;
	const struct encase_command *(*find)(encase_word key);
	encase_word (*key)(const encase_word *words, unsigned op);
	void (*others)(struct encase_desc *shape, const encase_word *words);
};

#define OPTION(level, option, how)
#define COMMAND(call, ...)
#define END(call)
#define COMMANDS(call, o, k, rest)                   \
	static const struct set set_##call = {       \
		.is = { .desc = &encase_desc_##call, \
			.list = list_##call,         \
			.n = count_##call,           \
			.op = op_##call,             \
			.first = first_##call },     \
		.find = find_##call,                 \
		.key = k,                            \
		.others = rest,                      \
	};
#include "commands.def"
#undef COMMANDS

static const struct set set_setsockopt = {
	.is = { &encase_desc_setsockopt, list_setsockopt, count_options, 2, 3 },
	.find = find_setsockopt,
	.key = option,
	.others = hidden_value,
};
static const struct set set_getsockopt = {
	.is = { &encase_desc_getsockopt, list_getsockopt, count_options, 2, 3 },
	.find = find_getsockopt,
	.key = option,
	.others = hidden_value,
};
/* Its command stands where quotactl() has the disk. */
static const struct set set_quotactl_fd = {
	.is = { &encase_desc_quotactl_fd, list_quotactl, count_quotactl, 1, 1 },
	.find = find_quotactl,
	.key = quota,
	.others = by_type,
};

static const struct set *const sets[] = {
#define COMMANDS(call, op, key, others) &set_##call,
#include "commands.def"
#undef COMMANDS
	&set_setsockopt, &set_getsockopt, &set_quotactl_fd
};

static const struct encase_command *find(const struct set *set, const encase_word *words)
{
	return set->find(set->key(words, set->is.op));
}

/* The shape of a call becomes that of its command. */
static void shape_by(const struct set *set, struct encase_desc *shape, const encase_word *words)
{
	const struct encase_command *command = find(set, words);
	unsigned behind = ~0U << (set->is.op + 1);

	if (!command) {
		set->others(shape, words);
		return;
	}
	for (unsigned i = set->is.op + 1U; i < command->nargs; i++)
		shape->arg[i] = command->args[i - set->is.first].is;
	shape->nargs = command->nargs;
	shape->pointers = (uint8_t) ((shape->pointers & ~behind) | (command->pointers & behind));
	shape->sized = (uint8_t) ((shape->sized & ~behind) | (command->sized & behind));
}

#define SHAPE(call)                                                                \
	void enc_shape_##call(struct encase_desc *shape, const encase_word *words) \
	{                                                                          \
		shape_by(&set_##call, shape, words);                               \
	}
#define COMMANDS(call, op, key, others) SHAPE(call)
#include "commands.def"
SHAPE(setsockopt)
SHAPE(getsockopt)
SHAPE(quotactl_fd)

/* -- For all -------------------------------------------------------------------- */

static const struct set *set_of(const struct encase_desc *desc)
{
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		if (enc_is_same(sets[i]->is.desc, desc))
			return sets[i];
	return NULL;
}

const struct encase_commands *encase_commands(const struct encase_desc *desc)
{
	const struct set *set = set_of(desc);

	return set ? &set->is : NULL;
}

const struct encase_command *encase_command(const struct encase_desc *desc,
					    const encase_word *words)
{
	const struct set *set = set_of(desc);

	return set ? find(set, words) : NULL;
}
