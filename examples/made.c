/* SPDX-License-Identifier: MIT */
/*
 * An interface that is made while the program runs, as one would for a scripting language:
 * a signature instead of a table, a rule and a function filled in by hand.
 */
#include <encase/make.h>

#include <encase.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct encase_signature say = {
	.name = "say",
	.type = ENCASE_S64,
	.limit = "len", /* of what it returns, as write() does */
	.nargs = 2,
	.args = { { "text", ENCASE_BUF | ENCASE_IN, .size = 1, .count = "len" },
		  { "len", ENCASE_SIZE, .type = ENCASE_U64 } },
};

/* What is below: a C function of the call's prototype. */
static long put(const char *text, size_t len)
{
	return (long) fwrite(text, 1, len, stdout);
}

/* A handler for calls of any prototype. */
static long count(struct encase_call *call)
{
	long n = encase_forward(call);

	if (n > 0)
		*(long *) encase_self() += n;
	return n;
}

static int start(void **state, const char *options)
{
	static long counted;

	(void) options;
	*state = &counted;
	return 0;
}

static int play(const struct encase_interface *voice)
{
	static const uint8_t modes[] = { ENCASE_PASS, 0, 0 }; /* per argument, then every */
	const struct encase_desc *desc = encase_find(voice, "say");
	const struct encase_rule rules[] = { { .desc = desc,
					       .handler = (encase_fn *) count,
					       .form = ENCASE_RAW,
					       .policy = modes },
					     ENCASE_END };
	const struct encase_layer counter = { .name = "counter", .rules = rules, .start = start };
	const struct encase_function below[] = { { .desc = desc, .fn = (encase_fn *) put },
						 ENCASE_FUNCTION_END };
	const struct encase_interface *const speaks[] = { voice, NULL };
	const struct encase_setup setup = { .interfaces = speaks,
					    .lower = &encase_lower_functions,
					    .below = below };
	struct encase_cage *cage;
	long (*caged_say)(const char *, size_t);
	int err = encase_cage_new(&setup, &cage);

	if (err)
		return err;
	err = encase_push(cage, &counter, NULL);
	caged_say = (long (*)(const char *, size_t)) encase_entry(cage, desc);
	if (!err && !caged_say)
		err = -ENOMEM;
	if (!err) {
		caged_say("hello\n", 6);
		printf("%ld bytes\n", *(long *) encase_state(cage, &counter));
	}
	encase_cage_free(cage);
	return err;
}

int main(void)
{
	const struct encase_interface *voice;
	char why[128] = "no memory";
	int err = encase_interface_make("voice", &say, 1, &voice, why, sizeof(why));

	if (err) {
		fprintf(stderr, "%s\n", why);
		return 1;
	}
	err = play(voice);
	encase_interface_free(voice);
	if (err)
		fprintf(stderr, "made: %s\n", strerror(-err));
	return err != 0;
}
