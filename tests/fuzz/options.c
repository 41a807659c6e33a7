/* SPDX-License-Identifier: MIT */
/*
 * Fuzzer of what people write: the options of the layers that come with encase, and the
 * names of plugins.
 *
 * The first byte says which; the rest is the text.  A text is taken or refused as its
 * documentation says, a refusal says why, and what was taken is then done.
 */
#define _GNU_SOURCE /* strsep() */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "policies.h"

static struct {
	unsigned lines;
	char last[1024];
	size_t len;
} said;

static void listen(void *arg, const char *line, size_t len)
{
	(void) arg;
	FUZZ_CHECK(len && len <= sizeof(said.last) && line[len - 1] == '\n',
		   "a line of %zu bytes, or without its end", len);
	said.lines++;
	said.len = len;
	memcpy(said.last, line, len);
}

static struct encase_cage *make_cage(void)
{
	struct encase_setup setup = { .lower = &encase_lower_void };
	struct encase_cage *cage;

	FUZZ_CHECK(!encase_cage_new(&setup, &cage), "no cage is made");
	return cage;
}

/* Whether a layer takes the options; if it does not, it says a line about it. */
static bool takes(struct encase_cage *cage, const struct encase_layer *layer, const char *options)
{
	int rc;

	said.lines = 0;
	rc = encase_push(cage, layer, options);
	FUZZ_CHECK(rc == 0 || rc == -EINVAL, "a push says %d", rc);
	FUZZ_CHECK(said.lines == (rc ? 1 : 0), "%u lines are said", said.lines);
	return !rc;
}

static long enter(struct encase_cage *cage, const struct encase_desc *desc)
{
	encase_word words[ENCASE_MAX_ARGS] = { 0 };

	return encase_enter(cage, desc, words);
}

/* -- deny ------------------------------------------------------------------ */

/* The errno of an entry, if it is a number; 0: it is a name, which is not looked up here. */
static long number_of(const char *word)
{
	return word[strspn(word, "0123456789")] ? 0 : strtol(word, NULL, 10);
}

/* A call has the errno of its own entry, else it may have that of a group. */
static void check_denied(const struct encase_desc *desc, long result, const char *options)
{
	char *copy = strdup(options), *rest = copy, *entry;
	bool may = false, named = false;

	while ((entry = strsep(&rest, ","))) {
		char *word = strchr(entry, '=');

		FUZZ_CHECK(word && word != entry && word[1], "an entry is none, and is taken");
		*word++ = '\0';
		FUZZ_CHECK(entry[0] == '%' || entry[0] == '@'
				   ? encase_find_group(&encase_calls, entry) >= 0
				   : encase_find(&encase_calls, entry) != NULL,
			   "an entry is for nothing, and is taken");
		if (entry[0] == '%' || entry[0] == '@') {
			int group = encase_find_group(&encase_calls, entry);

			may |= encase_text(desc)->groups >> group & 1;
		} else if (encase_find(&encase_calls, entry) == desc) {
			FUZZ_CHECK(!named, "%s is listed twice, and taken", entry);
			may = named = true;
			if (number_of(word))
				FUZZ_CHECK(result == -number_of(word), "%s says %ld", entry,
					   result);
		}
	}
	FUZZ_CHECK(may || result == -ENOSYS, "%s says %ld, and is not listed",
		   encase_text(desc)->name, result);
	FUZZ_CHECK(result < 0 && result >= -4095, "%ld is no errno", result);
	free(copy);
}

static void deny(const char *options)
{
	struct encase_cage *cage = make_cage();

	if (takes(cage, &encase_deny, options))
		for (size_t i = 0; i < encase_calls.ncalls; i++)
			check_denied(encase_calls.calls[i], enter(cage, encase_calls.calls[i]),
				     options);
	FUZZ_CHECK(!encase_cage_free(cage), "a cage is not freed");
}

/* -- trace ----------------------------------------------------------------- */

static void trace(const char *options)
{
	static const char key[] = "prefix=";
	struct encase_cage *cage = make_cage();
	bool has = !strncmp(options, key, strlen(key));
	const char *prefix = has ? options + strlen(key) : "";
	size_t n = strlen(prefix), lines = 0;
	bool good = !*options || (has && n >= 1 && n <= 64);

	FUZZ_CHECK(takes(cage, &encase_trace, options) == good, "options are taken, or refused");
	for (size_t i = 0; good && i < encase_calls.ncalls; i++) {
		const char *name = encase_text(encase_calls.calls[i])->name;

		said.lines = 0;
		(void) enter(cage, encase_calls.calls[i]);
		FUZZ_CHECK(said.lines >= 1 && said.len > n + strlen(name) &&
				   !memcmp(said.last, prefix, n) &&
				   !memcmp(said.last + n, name, strlen(name)),
			   "a line does not begin with its prefix and %s", name);
		lines += said.lines;
	}
	FUZZ_CHECK(!good || lines == encase_calls.ncalls + 5, "%zu lines",
		   lines); /* execve, ... have two */
	FUZZ_CHECK(!encase_cage_free(cage), "a cage is not freed");
}

/* -- Plugins --------------------------------------------------------------- */

static bool is_name(const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char) text[i]) && text[i] != '_' && text[i] != '-')
			return false;
	return n >= 1 && n <= 64;
}

/* No file of the machine's is loaded: a slash becomes a letter, and folders are not there. */
static void plugin(char *text)
{
	struct encase_plugin *loaded = NULL;
	char *name = text, why[60];
	size_t room = strlen(text) % sizeof(why);
	int rc;

	for (char *p = text; *p; p++)
		if (*p == '/')
			*p = 'x';
	text = strchr(name, ':');
	if (text)
		*text++ = '\0';
	FUZZ_CHECK(!setenv("ENCASE_LAYERS", text ? text : "", 1), "no environment");
	memset(why, '#', sizeof(why));
	rc = encase_plugin_load(name, &loaded, room ? why : NULL, room);
	if (rc == -EXDEV || !rc) /* it is installed here */
		encase_plugin_unload(loaded);
	else
		FUZZ_CHECK(rc == (is_name(name) ? -ENOENT : -EINVAL), "'%s' says %d", name, rc);
	for (size_t i = room; i < sizeof(why); i++)
		FUZZ_CHECK(why[i] == '#', "more is said than there is room for");
	FUZZ_CHECK(!rc || !room || memchr(why, 0, room), "what is said has no end");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (!size)
		return 0;
	text = strndup((const char *) data + 1, size - 1);
	if (!text)
		abort();
	encase_log_to(listen, NULL);
	switch (data[0] % 4) {
	case 0:
		plugin(text);
		break;
	case 1:
		trace(text);
		break;
	default:
		deny(text);
	}
	free(text);
	return 0;
}
