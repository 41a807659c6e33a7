/* SPDX-License-Identifier: MIT */
/*
 * Interfaces made at run time: signatures are checked as encase/define.h has the
 * compiler check a table, and become the same descriptors but for their thunks.
 */
#include "encase/make.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desc.h"
#include "ffi.h"

struct made {
	struct encase_interface interface; /* the first: it is what users have */
	char *name;
	struct encase_desc *descs;
	const struct encase_desc **list;
	struct encase_text *texts;
};

/* Where to say what is wrong, and of what: a call without a name has a number. */
struct why {
	char *text;
	size_t size;
	const char *call;
	size_t number;
};

static __attribute__((format(printf, 2, 3))) int refuse(const struct why *why, const char *format,
							...)
{
	int n = why->call ? snprintf(why->text, why->size, "%s: ", why->call)
			  : snprintf(why->text, why->size, "call %zu: ", why->number);
	va_list args;

	va_start(args, format);
	if (n >= 0 && (size_t) n < why->size)
		(void) vsnprintf(why->text + n, why->size - (size_t) n, format, args);
	va_end(args);
	return -EINVAL;
}

static bool is_scalar(const struct encase_signature_arg *arg)
{
	return (arg->kind & ENCASE_KIND) <= ENCASE_ADDR;
}

static bool is_integer(const struct encase_signature_arg *arg)
{
	return is_scalar(arg) && arg->type < ENCASE_F32;
}

/* The argument of that name, or nargs. */
static unsigned find(const struct encase_signature *call, const char *name)
{
	unsigned i = 0;

	while (i < call->nargs && strcmp(call->args[i].name, name) != 0)
		i++;
	return i;
}

/* A count is an integer; of a buffer also an object that is read and written and holds one. */
static int check_count(const struct encase_signature *call, unsigned i, const struct why *why)
{
	const struct encase_signature_arg *arg = &call->args[i], *count;
	const unsigned length = ENCASE_OBJ | ENCASE_IN | ENCASE_OUT;
	unsigned k = arg->count ? find(call, arg->count) : call->nargs;

	if (k == call->nargs)
		return refuse(why, "%s: nothing counts it", arg->name);
	count = &call->args[k];
	if (is_integer(count))
		return 0;
	if ((arg->kind & ENCASE_KIND) == ENCASE_BUF && (count->kind & ~ENCASE_NULLABLE) == length &&
	    (count->size == 4 || count->size == 8))
		return 0;
	return refuse(why, "%s: %s is no count", arg->name, count->name);
}

/* Whether a deep argument tells itself how far it reaches; nothing counts it, then. */
static bool is_self(const struct encase_signature_arg *arg)
{
	return (arg->kind & ENCASE_KIND) == ENCASE_DEEP && (arg->size & 0xff) >= ENCASE_SIZED &&
	       (arg->size & 0xff) <= ENCASE_OPAQUE;
}

/* Whether a deep argument's size names a rule, and as many bytes as that needs. */
static bool is_rule(const struct encase_signature_arg *arg)
{
	unsigned least = arg->size >> 8 << 3;

	switch (arg->size & 0xff) {
	case ENCASE_SIZED:
		return arg->type + 4U <= least;
	case ENCASE_TRAILED:
	case ENCASE_STRINGS:
		return least == 8;
	case ENCASE_PAIR:
		return least == 16;
	case ENCASE_MESSAGE:
		return least == 56;
	default:
		return arg->size <= ENCASE_MESSAGES || arg->size == ENCASE_OPAQUE;
	}
}

/* Whether it can go in these directions: what tells itself how far it reaches is read. */
static bool may_go(const struct encase_signature_arg *arg, unsigned dir)
{
	if ((arg->kind & ENCASE_KIND) <= ENCASE_PATH)
		return !(dir & ENCASE_OUT);
	if ((arg->kind & ENCASE_KIND) == ENCASE_DEEP && arg->size == ENCASE_MESSAGES)
		return dir == (ENCASE_IN | ENCASE_OUT);
	if (!is_self(arg))
		return dir;
	if ((arg->size & 0xff) < ENCASE_PAIR || (arg->size & 0xff) == ENCASE_MESSAGE)
		return dir & ENCASE_IN;
	return dir == ENCASE_IN;
}

static int check_pointer(const struct encase_signature *call, unsigned i, const struct why *why)
{
	const struct encase_signature_arg *arg = &call->args[i];
	unsigned kind = arg->kind & ENCASE_KIND, dir = arg->kind & (ENCASE_IN | ENCASE_OUT);

	if (kind == ENCASE_VARIES)
		return call->shape ? 0 : refuse(why, "%s varies, and no shape says how", arg->name);
	if (kind != ENCASE_DEEP && !arg->size)
		return refuse(why, "%s has no size", arg->name);
	if (kind == ENCASE_DEEP && !is_rule(arg))
		return refuse(why, "%s points to no structure that there is", arg->name);
	if (!may_go(arg, dir))
		return refuse(why, "%s goes in no direction that it can have", arg->name);
	if (call->anyway >> i & 1 && (dir != (ENCASE_IN | ENCASE_OUT) || arg->kind & ENCASE_FILLED))
		return refuse(why, "%s is written anyway, and not read and written whole",
			      arg->name);
	if (kind != ENCASE_BUF && (kind != ENCASE_DEEP || is_self(arg)))
		return 0;
	return check_count(call, i, why);
}

static int check_arg(const struct encase_signature *call, unsigned i, const struct why *why)
{
	const struct encase_signature_arg *arg = &call->args[i];

	for (unsigned k = 0; k < i; k++)
		if (!strcmp(call->args[k].name, arg->name))
			return refuse(why, "two arguments are named %s", arg->name);
	if (arg->count && (arg->kind & ENCASE_KIND) != ENCASE_BUF &&
	    ((arg->kind & ENCASE_KIND) != ENCASE_DEEP || is_self(arg)))
		return refuse(why, "%s is counted, and is neither a buffer nor a vector",
			      arg->name);
	if (!is_scalar(arg))
		return check_pointer(call, i, why);
	if (call->anyway >> i & 1)
		return refuse(why, "%s is written anyway, and points to nothing", arg->name);
	if (arg->kind > ENCASE_ADDR)
		return refuse(why, "%s is no pointer, and is marked as one", arg->name);
	if (arg->type > ENCASE_POINTER)
		return refuse(why, "%s: there is no type %d", arg->name, arg->type);
	if (call->fixed && i >= call->fixed && arg->type != ENCASE_POINTER &&
	    (arg->type < ENCASE_S32 || arg->type == ENCASE_F32))
		return refuse(why, "%s stands behind \"...\", where C makes it wider", arg->name);
	return 0;
}

static int check_call(const struct encase_signature *call, const struct why *why)
{
	if (!call->name)
		return refuse(why, "it has no name");
	if (call->nargs > ENCASE_MAX_ARGS)
		return refuse(why, "it has %d arguments, %d are the most", call->nargs,
			      ENCASE_MAX_ARGS);
	if (call->fixed > call->nargs)
		return refuse(why, "it has fewer arguments than stand before its \"...\"");
	if (call->type > ENCASE_POINTER)
		return refuse(why, "there is no type %d", call->type);
	if (call->result > ENCASE_OVERLAPS)
		return refuse(why, "there is no result %d", call->result);
	if (call->class_ > ENCASE_DEAD)
		return refuse(why, "there is no class %d", call->class_);
	if (call->anyway >> call->nargs)
		return refuse(why, "what is written anyway is no argument");
	for (unsigned i = 0; i < call->nargs; i++)
		if (!call->args[i].name)
			return refuse(why, "argument %u has no name", i);
	for (unsigned i = 0; i < call->nargs; i++) {
		int err = check_arg(call, i, why);

		if (err)
			return err;
	}
	if (!call->limit)
		return call->transfer ? refuse(why, "nothing limits its transfer") : 0;
	if (call->result != ENCASE_FAILS || (call->fail && call->fail != -1) || call->null)
		return refuse(why, "its result has a limit, and does not fail with -1");
	if (call->type >= ENCASE_F32)
		return refuse(why, "its result has a limit, and is no integer");
	if (find(call, call->limit) == call->nargs ||
	    !is_integer(&call->args[find(call, call->limit)]))
		return refuse(why, "%s is no limit", call->limit);
	return 0;
}

static int check(const struct encase_signature *calls, size_t n, struct why *why)
{
	if (n > UINT16_MAX - 1)
		return refuse(why, "it has too many calls");
	for (size_t i = 0; i < n; i++) {
		int err;

		why->call = calls[i].name;
		why->number = i;
		err = check_call(&calls[i], why);
		if (err)
			return err;
		for (size_t k = 0; k < i; k++)
			if (!strcmp(calls[k].name, calls[i].name))
				return refuse(why, "there are two of that name");
	}
	return 0;
}

static void describe_arg(struct encase_desc *desc, const struct encase_signature *call, unsigned i)
{
	const struct encase_signature_arg *from = &call->args[i];
	struct encase_arg *arg = &desc->arg[i];

	arg->kind = from->kind;
	arg->size = from->size;
	if (is_scalar(from)) {
		arg->type = from->type;
		return;
	}
	if ((from->kind & ENCASE_KIND) == ENCASE_STR || (from->kind & ENCASE_KIND) == ENCASE_PATH)
		arg->kind |= ENCASE_IN; /* as all strings are, said or not */
	desc->pointers |= (uint8_t) (1U << i);
	if (is_self(from))
		arg->count = from->type; /* where its size stands */
	if (is_self(from) ||
	    ((from->kind & ENCASE_KIND) != ENCASE_BUF && (from->kind & ENCASE_KIND) != ENCASE_DEEP))
		return;
	arg->count = (uint8_t) find(call, from->count);
	if (is_scalar(&call->args[arg->count]))
		desc->sized |= (uint8_t) (1U << i);
}

/* The failure value, as encase/define.h makes it: of float and double, its bits. */
static encase_word failure(const struct encase_signature *call)
{
	int value = call->null ? 0 : call->fail ? call->fail : -1;

	if (call->result == ENCASE_NEVER)
		value = 0;
	if (call->type == ENCASE_F32)
		return value ? UINT32_C(0xbf800000) : 0;
	if (call->type == ENCASE_F64)
		return value ? UINT64_C(0xbff0000000000000) : 0;
	return encase_widen(call->type, (encase_word) (long) value);
}

static char *copy(const char *text)
{
	size_t n = strlen(text) + 1;
	char *own = malloc(n);

	return own ? memcpy(own, text, n) : NULL;
}

/* One call; its strings are copies, and freed with the rest. */
static int describe(struct made *made, size_t c, const struct encase_signature *call)
{
	static const char *const types[] = { "int8_t",  "uint8_t",  "int16_t", "uint16_t",
					     "int32_t", "uint32_t", "int64_t", "uint64_t",
					     "float",   "double",   "void *" };
	struct encase_desc *desc = &made->descs[c];
	struct encase_text *text = &made->texts[c];

	desc->interface = &made->interface;
	desc->index = (uint16_t) c;
	desc->nargs = call->nargs;
	desc->type = call->type;
	desc->result = call->result;
	desc->fail = failure(call);
	desc->limit = call->limit ? (uint8_t) (1 + find(call, call->limit)) : 0;
	for (unsigned i = 0; i < call->nargs; i++)
		describe_arg(desc, call, i);
	text->name = copy(call->name);
	text->result = types[call->type];
	text->number = call->number;
	text->class_ = call->class_;
	text->transfer = call->transfer;
	text->anyway = call->anyway;
	text->shape = call->shape;
	text->call = enc_caller_call;
	for (unsigned i = 0; i < call->nargs; i++) {
		text->arg[i].name = copy(call->args[i].name);
		text->arg[i].type = types[encase_arg_type(desc, i)];
		text->arg[i].symbols = call->symbols[i];
		if (!text->arg[i].name)
			return -ENOMEM;
	}
	text->caller = enc_caller_new(desc, call->fixed);
	return text->name && text->caller ? 0 : -ENOMEM;
}

int encase_interface_make(const char *name, const struct encase_signature *calls, size_t n,
			  const struct encase_interface **interface, char *text, size_t size)
{
	struct why why = { text, size, "the interface", 0 };
	struct made *made;
	int err = !name        ? refuse(&why, "it has no name")
		  : !interface ? refuse(&why, "there is no place for it")
			       : check(calls, n, &why);

	if (err)
		return err;
	made = calloc(1, sizeof(*made));
	if (!made)
		return -ENOMEM;
	made->name = copy(name);
	made->descs = calloc(n + 1, sizeof(*made->descs));
	made->list = calloc(n + 1, sizeof(*made->list));
	made->texts = calloc(n + 1, sizeof(*made->texts));
	made->interface = (struct encase_interface){
		.name = made->name,
		.ncalls = n,
		.calls = made->list,
		.texts = made->texts,
	};
	if (!made->name || !made->descs || !made->list || !made->texts) {
		made->interface.ncalls = 0;
		err = -ENOMEM;
	}
	for (size_t c = 0; !err && c < n; c++) {
		made->list[c] = &made->descs[c];
		err = describe(made, c, &calls[c]);
	}
	if (err)
		encase_interface_free(&made->interface);
	else
		*interface = &made->interface;
	return err;
}

void encase_interface_free(const struct encase_interface *interface)
{
	struct made *made = (struct made *) interface;

	if (!made)
		return;
	for (size_t c = 0; c < interface->ncalls; c++) {
		free((char *) made->texts[c].name);
		for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++)
			free((char *) made->texts[c].arg[i].name);
		enc_caller_free((struct enc_caller *) made->texts[c].caller);
	}
	free(made->name);
	free(made->descs);
	free(made->list);
	free(made->texts);
	free(made);
}
