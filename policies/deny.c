/* SPDX-License-Identifier: MIT */
/*
 * Layer "deny": ends calls with an errno, as its options say; see policies.h.
 *
 *     encase_push(cage, &encase_deny, "unlink=EPERM,%file=EACCES");
 *
 * All looking up is done when the layer starts: the options become one errno per
 * call of Linux's table.  From then on that table never changes, so the handler,
 * which runs on any thread, is one load from it and takes no lock.
 */
#define _GNU_SOURCE /* strerrorname_np(), strsep() */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "policies.h"

#define ERRNO_MAX 4095

struct deny {
	uint64_t groups; /* bit i: group i was listed */
	struct {
		uint16_t error; /* 0: not denied */
		bool named;     /* by an entry of its own */
	} call[];               /* by index */
};

/* encase_fail() is right for calls of any kind, also where -errno may be a result. */
static long on_any(struct encase_call *call)
{
	const struct encase_desc *desc = encase_call_desc(call);
	const struct deny *deny = encase_self();
	int error = 0;

	if (desc && desc->interface == &encase_calls)
		error = deny->call[desc->index].error;

	return error ? encase_fail(call, error) : encase_forward(call);
}

static int refuse(const char *why, const char *word)
{
	encase_log("deny: %s: '%s'", why, word);
	return -EINVAL;
}

/* The errno of that name or number; 0 if there is none. */
static uint16_t find_errno(const char *word)
{
	/* Of several names for one number, libc's function knows the first. */
	static const struct {
		const char *name;
		uint16_t error;
	} also[] = { { "EWOULDBLOCK", EWOULDBLOCK },
		     { "EDEADLOCK", EDEADLOCK },
		     { "ENOTSUP", ENOTSUP } };
	unsigned long number;

	for (uint16_t error = 1; error <= ERRNO_MAX; error++) {
		const char *name = strerrorname_np(error);

		if (name && !strcmp(name, word))
			return error;
	}
	for (size_t i = 0; i < sizeof(also) / sizeof(also[0]); i++)
		if (!strcmp(also[i].name, word))
			return also[i].error;
	if (word[strspn(word, "0123456789")])
		return 0;
	number = strtoul(word, NULL, 10);
	return number <= ERRNO_MAX ? (uint16_t) number : 0;
}

static int add_call(struct deny *deny, const char *name, uint16_t error)
{
	const struct encase_desc *desc = encase_find(&encase_calls, name);

	if (!desc)
		return refuse("no such call", name);
	if (desc->result == ENCASE_NEVER)
		return refuse("cannot fail", name);
	if (deny->call[desc->index].named)
		return refuse("listed twice", name);
	deny->call[desc->index].error = error;
	deny->call[desc->index].named = true;
	return 0;
}

/* Calls that have an errno keep it: it is their own, or that of an earlier group. */
static int add_group(struct deny *deny, const char *name, uint16_t error)
{
	int group = encase_find_group(&encase_calls, name);

	if (group < 0)
		return refuse("no such group", name);
	if (deny->groups >> group & 1)
		return refuse("listed twice", name);
	deny->groups |= UINT64_C(1) << group;
	for (size_t i = 0; i < encase_calls.ncalls; i++) {
		const struct encase_desc *desc = encase_calls.calls[i];

		if (encase_text(desc)->groups >> group & 1 && desc->result != ENCASE_NEVER &&
		    !deny->call[i].error)
			deny->call[i].error = error;
	}
	return 0;
}

static int add_entry(struct deny *deny, char *entry)
{
	char *word = strchr(entry, '=');
	uint16_t error;

	if (!word || word == entry || !word[1])
		return refuse("not NAME=ERRNO", entry);
	*word++ = '\0';
	error = find_errno(word);
	if (!error)
		return refuse("no such errno", word);
	return entry[0] == '%' || entry[0] == '@' ? add_group(deny, entry, error)
						  : add_call(deny, entry, error);
}

static int start(void **state, const char *options)
{
	struct deny *deny = calloc(1, sizeof(*deny) + encase_calls.ncalls * sizeof(deny->call[0]));
	char *copy = strdup(options ? options : ""), *rest = copy, *entry;
	int err = deny && copy ? 0 : -ENOMEM;

	while (!err && (entry = strsep(&rest, ",")))
		err = add_entry(deny, entry);
	free(copy);
	if (err)
		free(deny);
	else
		*state = deny;
	return err;
}

static const struct encase_rule rules[] = { ENCASE_ON_ANY(on_any), ENCASE_END };

const struct encase_layer encase_deny = {
	.name = "deny",
	.rules = rules,
	.start = start,
	.stop = free,
	.about = "ends calls with an errno: CALL|%GROUP=ERRNO,...",
};
