/* SPDX-License-Identifier: MIT */
/* encase_parse(): names of calls, groups and arguments, and what is said of others. */
#include <criterion/criterion.h>
#include <encase/format.h>
#include <encase/make.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "port.h"

static struct encase_named named;
static char why[256];

static int parse(const struct encase_interface *interface, const char *name)
{
	memset(&named, 0x55, sizeof(named));
	memset(why, '#', sizeof(why));
	why[sizeof(why) - 1] = '\0';
	return encase_parse(interface, name, &named, why, sizeof(why));
}

Test(names, calls)
{
	for (size_t i = 0; i < encase_calls.ncalls; i++) {
		char number[16];

		cr_assert_eq(parse(&encase_calls, encase_calls.texts[i].name), 0);
		cr_assert_eq(named.what, ENCASE_NAME_CALL);
		cr_assert_eq(named.desc, encase_calls.calls[i]);
		cr_assert_eq(named.interface, &encase_calls);
		snprintf(number, sizeof(number), "%ld", encase_calls.texts[i].number);
		cr_assert_eq(parse(&encase_calls, number), 0);
		cr_assert_eq(named.desc, encase_calls.calls[i]);
	}
	cr_assert_eq(why[0], '#'); /* said when something is wrong */
}

Test(names, groups)
{
	for (unsigned i = 0; i < encase_calls.ngroups; i++) {
		cr_assert_eq(parse(&encase_calls, encase_calls.groups[i]), 0);
		cr_assert_eq(named.what, ENCASE_NAME_GROUP);
		cr_assert_eq(named.group, i);
		cr_assert_eq(named.desc, NULL);
	}
}

Test(names, arguments)
{
	for (size_t i = 0; i < encase_calls.ncalls; i++)
		for (unsigned k = 0; k < encase_calls.calls[i]->nargs; k++) {
			char name[64];

			snprintf(name, sizeof(name), "%s.%s", encase_calls.texts[i].name,
				 encase_calls.texts[i].arg[k].name);
			cr_assert_eq(parse(&encase_calls, name), 0);
			cr_assert_eq(named.what, ENCASE_NAME_ARG);
			cr_assert_eq(named.desc, encase_calls.calls[i]);
			cr_assert_eq(named.arg, k);
		}
	cr_assert_eq(parse(&encase_calls, "257.flags"), 0);
	cr_assert_eq(named.desc, &encase_desc_openat);
	cr_assert_eq(named.arg, 2);
}

static const struct {
	const char *name;
	int error;
	const char *why;
} wrong[] = {
	{ "opne", -ENOENT, "no call 'opne' in linux: did you mean 'open'?" },
	{ "Write", -ENOENT, "no call 'Write' in linux: did you mean 'write'?" },
	{ "openat3", -ENOENT, "no call 'openat3' in linux: did you mean 'openat'?" },
	{ "rt_sigprocmsak", -ENOENT,
	  "no call 'rt_sigprocmsak' in linux: did you mean 'rt_sigprocmask'?" },
	{ "zzzzzzzzzz", -ENOENT, "no call 'zzzzzzzzzz' in linux" },
	{ "%fiel", -ENOENT, "no group '%fiel' in linux: did you mean '%file'?" },
	{ "@file-systems", -ENOENT,
	  "no group '@file-systems' in linux: did you mean '@file-system'?" },
	{ "%", -ENOENT, "no group '%' in linux" },
	{ "openat.flgas", -ENOENT, "no argument 'flgas' in openat: did you mean 'flags'?" },
	{ "openat.xyzzyx", -ENOENT, "no argument 'xyzzyx' in openat" },
	{ "openta.flags", -ENOENT, "no call 'openta' in linux: did you mean 'openat'?" },
	{ "openat.", -ENOENT, "no argument '' in openat" },
	{ ".flags", -ENOENT, "no call '' in linux" },
	{ "getpid.x", -ENOENT, "no argument 'x' in getpid" },
	{ "400", -ENOENT, "no call of number 400 in linux" },
	{ "-1", -ENOENT, "no call of number -1 in linux" },
	{ "99999999999999999999", -ENOENT, "no call of number 99999999999999999999 in linux" },
	{ "", -EINVAL, "an empty name" },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", -ENOENT,
	  "no call 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' in linux" },
	{ "op\ne'\33[31m\377", -ENOENT, "no call 'op\\ne'\\33[31m\\377' in linux" },
	{ "openat.\n", -ENOENT, "no argument '\\n' in openat" },
	{ "%\t", -ENOENT, "no group '%\\t' in linux" },
};

Test(names, that_are_none)
{
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct encase_named untouched;

		memset(&untouched, 0x55, sizeof(untouched));
		errno = EXDEV;
		cr_assert_eq(parse(&encase_calls, wrong[i].name), wrong[i].error, "%s",
			     wrong[i].name);
		cr_assert_str_eq(why, wrong[i].why);
		cr_assert_eq(memcmp(&untouched, &named, sizeof(named)), 0);
		cr_assert_eq(errno, EXDEV);
	}
}

Test(names, little_room_for_why)
{
	char little[8] = "#######";

	cr_assert_eq(encase_parse(&encase_calls, "opne", &named, little, 5), -ENOENT);
	cr_assert_str_eq(little, "n...");
	cr_assert_eq(little[6], '#');
	cr_assert_eq(encase_parse(&encase_calls, "opne", &named, NULL, 0), -ENOENT);
}

/* Nobody bounds the names of a table of one's own. */
Test(names, of_any_length)
{
	char call[200] = "", arg[200] = "", both[400];
	const struct encase_signature signature = {
		.name = call,
		.type = ENCASE_S64,
		.nargs = 1,
		.args = { { .name = arg, .kind = ENCASE_NUM, .type = ENCASE_S64 } }
	};
	const struct encase_interface *made;

	memset(call, 'c', sizeof(call) - 1);
	memset(arg, 'a', sizeof(arg) - 1);
	snprintf(both, sizeof(both), "%s.%s", call, arg);
	cr_assert_eq(encase_interface_make("made", &signature, 1, &made, why, sizeof(why)), 0, "%s",
		     why);
	cr_assert_eq(parse(made, call), 0);
	cr_assert_eq(named.what, ENCASE_NAME_CALL);
	cr_assert_eq(parse(made, both), 0);
	cr_assert_eq(named.what, ENCASE_NAME_ARG);
	both[0] = 'x';
	cr_assert_eq(parse(made, both), -ENOENT);
	cr_assert_eq(strlen(why), sizeof(why) - 1);
	encase_interface_free(made);
}

Test(names, of_other_interfaces)
{
	cr_assert_eq(parse(&port_calls, "port_tune.hertz"), 0);
	cr_assert_eq(named.desc, &port_desc_port_tune);
	cr_assert_eq(parse(&port_calls, "@radio"), 0);
	cr_assert_eq(named.group, port_group_radio);
	cr_assert_eq(parse(&port_calls, "open"), -ENOENT);
	cr_assert_str_eq(why, "no call 'open' in port");
	cr_assert_eq(parse(&port_calls, "port_oben"), -ENOENT);
	cr_assert_str_eq(why, "no call 'port_oben' in port: did you mean 'port_open'?");
}
