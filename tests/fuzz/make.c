/* SPDX-License-Identifier: MIT */
/*
 * Fuzzer of interfaces made at run time: signatures from bytes are refused with a reason,
 * or make descriptors that say what they said; their calls reach C functions of their
 * prototype, from an entry through a layer, with every argument as it was given.
 */
#include <encase.h>
#include <encase/make.h>
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "make.h"

struct trial trial;

static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h", "", "aa" };

static const char *name_any(unsigned percent)
{
	return random_chance(&trial.random, percent) ? RANDOM_OF(&trial.random, names) : NULL;
}

static uint8_t byte_any(unsigned most)
{
	if (random_chance(&trial.random, 3))
		return (uint8_t) random_below(&trial.random, 256);
	return (uint8_t) random_below(&trial.random, most + 1U);
}

/* Says of each argument that varies what the first word says, if that is a number: others change on the way. */
static void shape(struct encase_desc *desc, const encase_word *words)
{
	const struct encase_desc *whole = desc->interface->calls[desc->index];

	for (unsigned i = 1; i < whole->nargs && !(whole->pointers & 1); i++)
		if ((whole->arg[i].kind & ENCASE_KIND) == ENCASE_VARIES && words[0] >> i & 1)
			encase_shape_object(desc, i, ENCASE_IN | ENCASE_OUT, 16);
}

static void make_arg(struct encase_signature_arg *arg, unsigned i)
{
	static const uint8_t types[] = { ENCASE_S32, ENCASE_U64, ENCASE_S64, ENCASE_U32 };

	arg->name = random_chance(&trial.random, 95) ? names[i % 8] : name_any(90);
	arg->kind = byte_any(ENCASE_DEEP);
	arg->type = random_chance(&trial.random, 50) ? RANDOM_OF(&trial.random, types)
						     : byte_any(ENCASE_POINTER);
	if (arg->kind == ENCASE_OBJ && random_chance(&trial.random, 40)) {
		arg->kind |= ENCASE_IN | ENCASE_OUT;
		arg->size = random_chance(&trial.random, 50) ? 4 : 8;
		return;
	}
	if (arg->kind >= ENCASE_VARIES && arg->kind <= ENCASE_PATH)
		arg->kind |= (uint8_t) (random_below(&trial.random, 4) << 4);
	else if (arg->kind > ENCASE_PATH)
		arg->kind |= (uint8_t) (random_below(&trial.random, 16) << 4);
	arg->size = (uint16_t) random_below(&trial.random, 12);
	if (random_chance(&trial.random, 4))
		arg->size = (uint16_t) random_word(&trial.random);
	if ((arg->kind & ENCASE_KIND) == ENCASE_DEEP && random_chance(&trial.random, 90))
		arg->size = ENCASE_IOVEC;
	if ((arg->kind & ENCASE_KIND) >= ENCASE_BUF || random_chance(&trial.random, 5))
		arg->count = random_chance(&trial.random, 90)
				     ? names[random_below(&trial.random, 8)]
				     : name_any(50);
}

static void make_call(struct encase_signature *call, unsigned i)
{
	memset(call, 0, sizeof(*call));
	call->name = random_chance(&trial.random, 97) ? names[i] : name_any(50);
	call->number = (long) random_below(&trial.random, 10);
	call->type = byte_any(ENCASE_POINTER);
	call->result = byte_any(ENCASE_OVERLAPS);
	call->class_ = byte_any(ENCASE_COMMAND);
	call->nargs = (uint8_t) random_below(&trial.random, 9);
	if (random_chance(&trial.random, 2))
		call->nargs = byte_any(20);
	if (random_chance(&trial.random, 15))
		call->fixed = byte_any(8);
	if (random_chance(&trial.random, 30))
		call->shape = shape;
	if (random_chance(&trial.random, 20))
		call->limit = names[random_below(&trial.random, 8)];
	else if (random_chance(&trial.random, 30))
		call->fail = (int8_t) random_below(&trial.random, 256);
	if (random_chance(&trial.random, 10))
		call->transfer = 1;
	if (random_chance(&trial.random, 5))
		call->null = 1;
	for (unsigned k = 0; k < ENCASE_MAX_ARGS; k++)
		make_arg(&call->args[k], k);
}

/* The argument that can count for argument i, if there is one; else what needs no count. */
static void mend_count(struct encase_signature *call, unsigned i)
{
	struct encase_signature_arg *arg = &call->args[i];

	for (unsigned k = 0; k < call->nargs; k++)
		if (call->args[k].kind <= ENCASE_ADDR && call->args[k].type < ENCASE_F32) {
			arg->count = call->args[k].name;
			return;
		}
	arg->kind = (uint8_t) ((arg->kind & ~ENCASE_KIND) | ENCASE_OBJ);
	arg->count = NULL;
	arg->size |= 1;
}

static void mend_arg(struct encase_signature *call, unsigned i)
{
	struct encase_signature_arg *arg = &call->args[i];
	unsigned kind = arg->kind & ENCASE_KIND;

	arg->name = names[i];
	if (kind < ENCASE_BUF)
		arg->count = NULL;
	if (kind < ENCASE_VARIES) {
		arg->kind = (uint8_t) kind;
		arg->type =
			call->fixed && i >= call->fixed ? ENCASE_U64 : (uint8_t) (arg->type % 11);
		return;
	}
	if (kind == ENCASE_VARIES)
		call->shape = shape;
	if (!(arg->kind & (ENCASE_IN | ENCASE_OUT)) || kind <= ENCASE_PATH)
		arg->kind = (uint8_t) ((arg->kind & ~ENCASE_OUT) | ENCASE_IN);
	if (kind == ENCASE_OBJ)
		arg->count = NULL;
	if (!arg->size)
		arg->size = 8;
	if (kind == ENCASE_DEEP)
		arg->size = ENCASE_IOVEC;
}

/* Most of what bytes say can be no call: this one can be. */
static void mend(struct encase_signature *call, unsigned n)
{
	call->name = names[n];
	call->nargs %= ENCASE_MAX_ARGS + 1;
	call->fixed = call->fixed > call->nargs ? 0 : call->fixed;
	call->type %= 11;
	call->result %= 3;
	call->class_ %= 5;
	call->limit = NULL;
	call->transfer = 0;
	for (unsigned i = 0; i < call->nargs; i++)
		mend_arg(call, i);
	for (unsigned i = 0; i < call->nargs; i++)
		if ((call->args[i].kind & ENCASE_KIND) == ENCASE_BUF ||
		    (call->args[i].kind & ENCASE_KIND) == ENCASE_DEEP)
			mend_count(call, i);
}

/* -- What was made -------------------------------------------------------- */

static bool names_one(const struct encase_signature *call, const char *name)
{
	for (unsigned i = 0; i < call->nargs; i++)
		if (!strcmp(call->args[i].name, name))
			return true;
	return false;
}

static void check_arg(const struct encase_signature *call, const struct encase_desc *desc,
		      unsigned i)
{
	const struct encase_signature_arg *arg = &call->args[i];
	unsigned kind = arg->kind & ENCASE_KIND;

	FUZZ_CHECK(!strcmp(encase_text(desc)->arg[i].name, arg->name), "another argument's name");
	FUZZ_CHECK((desc->arg[i].kind & ENCASE_KIND) == kind, "another kind");
	FUZZ_CHECK((desc->pointers >> i & 1) == (kind >= ENCASE_VARIES),
		   "what is no pointer is one");
	if (kind < ENCASE_VARIES)
		FUZZ_CHECK(arg->type <= ENCASE_POINTER && desc->arg[i].type == arg->type,
			   "a type that there is not");
	if (kind == ENCASE_VARIES)
		FUZZ_CHECK(call->shape, "what varies has no shape");
	if (kind != ENCASE_BUF && kind != ENCASE_DEEP)
		return;
	FUZZ_CHECK(arg->count && names_one(call, arg->count) && desc->arg[i].count < desc->nargs &&
			   !strcmp(encase_text(desc)->arg[desc->arg[i].count].name, arg->count),
		   "argument %u is counted by another one", i);
	FUZZ_CHECK((desc->sized >> i & 1) != (desc->pointers >> desc->arg[i].count & 1),
		   "a count that is a pointer");
}

static void check_made(const struct encase_interface *made, const struct encase_signature *calls,
		       size_t n)
{
	FUZZ_CHECK(made->ncalls == n && !strcmp(made->name, "made"), "another interface");
	for (size_t c = 0; c < n; c++) {
		const struct encase_desc *desc = made->calls[c];

		FUZZ_CHECK(desc->interface == made && desc->index == c, "a call has another place");
		FUZZ_CHECK(encase_find(made, calls[c].name) == desc, "a call is not found");
		FUZZ_CHECK(desc->nargs == calls[c].nargs && desc->type == calls[c].type &&
				   desc->result == calls[c].result && desc->nargs <= 8 &&
				   desc->type <= ENCASE_POINTER,
			   "a call is another one");
		FUZZ_CHECK(!desc->limit == !calls[c].limit && desc->limit <= desc->nargs,
			   "a result has another limit");
		for (unsigned i = 0; i < desc->nargs; i++)
			check_arg(&calls[c], desc, i);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct encase_interface *made = NULL;
	struct encase_signature calls[5];
	char why[40];
	size_t room;
	unsigned n;
	bool good;
	int rc;

	trial.random = fuzz_front(data, size);
	n = (unsigned) random_below(&trial.random, 5);
	good = random_chance(&trial.random, 60);
	for (unsigned i = 0; i < n; i++) {
		make_call(&calls[i], i);
		if (good)
			mend(&calls[i], i);
	}
	room = random_below(&trial.random, sizeof(why) + 1);
	memset(why, '#', sizeof(why));
	rc = encase_interface_make("made", calls, n, &made, room ? why : NULL, room);
	FUZZ_CHECK(rc == 0 || (rc == -EINVAL && !good), "an interface says %d: %s", rc,
		   room ? why : "");
	for (size_t i = room; i < sizeof(why); i++)
		FUZZ_CHECK(why[i] == '#', "more is said than there is room for");
	if (rc) {
		FUZZ_CHECK(!made, "something was made all the same");
		FUZZ_CHECK(!room || memchr(why, 0, room), "what is said has no end");
		return 0;
	}
	check_made(made, calls, n);
	made_use(made);
	encase_interface_free(made);
	return 0;
}
