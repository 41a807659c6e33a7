/* SPDX-License-Identifier: MIT */
/*
 * Fuzzer of calls in words: any call of Linux with any words, on memory that holds the input,
 * and any text as a name.
 *
 * What must hold: nothing is read but through the source, nothing of what is hidden, and nothing behind the
 * end of what an argument points to; nothing is written behind the room that there is, and what is there is the
 * beginning of the whole line; the same call is printed the same again, and its arguments are in it.
 */
#include <ctype.h>
#include <encase.h>
#include <encase/format.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "fuzz.h"

enum { MEMORY = 4096, LONGEST = 1 << 18 };

static struct {
	unsigned char bytes[MEMORY];
	unsigned reads;
	/* Where arguments point, and how far they reach; if bounded, nothing else may be read. */
	struct {
		encase_word at, n;
	} reach[ENCASE_MAX_ARGS];
	unsigned nreach;
	bool bounded;
} memory;

static bool is_within_reach(encase_word from, size_t n)
{
	for (unsigned i = 0; i < memory.nreach; i++)
		if (from - memory.reach[i].at <= memory.reach[i].n &&
		    n <= memory.reach[i].n - (from - memory.reach[i].at))
			return true;
	return false;
}

/* Bytes of an argument whose extent its descriptor and the words tell; false: memory tells. */
static bool extent(const struct encase_desc *shape, const encase_word *words, unsigned i,
		   encase_word *n)
{
	const struct encase_arg *arg = &shape->arg[i];

	switch (arg->kind & ENCASE_KIND) {
	case ENCASE_STR:
	case ENCASE_PATH:
	case ENCASE_OBJ:
		*n = arg->size;
		return true;
	case ENCASE_BUF:
		*n = encase_widen(shape->arg[arg->count].type, words[arg->count]);
		if (shape->arg[arg->count].type % 2 == 0 && (int64_t) *n < 0)
			*n = 0;
		*n = *n > MEMORY ? UINT64_MAX / 2 : *n * arg->size; /* all that there is */
		return shape->sized >> i & 1;
	default:
		return false;
	}
}

static void bound(const struct encase_desc *desc, const encase_word *words)
{
	encase_word shown[ENCASE_MAX_ARGS];
	struct encase_desc shape;

	memcpy(shown, words, sizeof(shown));
	encase_shape(desc, shown, &shape);
	memory.nreach = 0;
	memory.bounded = true;
	for (unsigned i = 0; i < shape.nargs; i++)
		if (shape.pointers >> i & 1) {
			memory.reach[memory.nreach].at = shown[i];
			if (!extent(&shape, shown, i, &memory.reach[memory.nreach++].n))
				memory.bounded = false;
		}
}

/* Addresses begin at 4096; what is behind the end cannot be read. */
static int from_memory(void *space, encase_word from, void *to, size_t n)
{
	encase_word at = from - 4096;

	FUZZ_CHECK(space == &memory, "another space is read");
	memory.reads++;
	FUZZ_CHECK(!memory.bounded || is_within_reach(from, n),
		   "%zu bytes at %#" PRIx64 " are of no argument", n, from);
	if (at > MEMORY || n > MEMORY - at)
		return -EFAULT;
	memcpy(to, memory.bytes + at, n);
	return 0;
}

static const struct encase_memory reader = { .name = "fuzz", .read = from_memory };

static char whole[LONGEST], again[LONGEST];

static void check_rooms(const struct encase_desc *desc, const encase_word *words,
			const struct encase_outcome *outcome, const struct encase_source *source,
			size_t n, size_t room)
{
	char *little = malloc(room + !room);
	size_t kept = room > 4 ? room - 4 : 0;

	if (!little)
		abort();
	FUZZ_CHECK(encase_format(room ? little : NULL, room, desc, words, outcome, source) == n,
		   "the length depends on the room");
	if (room > n)
		FUZZ_CHECK(!strcmp(little, whole), "'%s', and with more room '%s'", little, whole);
	else if (room)
		FUZZ_CHECK(strlen(little) == room - 1 && !memcmp(little, whole, kept),
			   "'%s' is no beginning of '%s'", little, whole);
	free(little);
}

static void check_hidden(const struct encase_desc *desc, const encase_word *words,
			 const struct encase_outcome *outcome, size_t n)
{
	const struct encase_source none = { .memory = &reader, .space = &memory, .hidden = ~0U };

	memory.reads = 0;
	(void) encase_format(again, LONGEST, desc, words, outcome, &none);
	(void) encase_format(whole, LONGEST, desc, words, outcome, NULL);
	FUZZ_CHECK(!memory.reads, "what is hidden is read");
	FUZZ_CHECK(!strcmp(whole, again), "'%s', and without a source '%s'", again, whole);
	FUZZ_CHECK(n < LONGEST, "a line of %zu bytes", n);
}

/* Each argument by itself is what it is in the line, where a line is its arguments in their order. */
static void check_args(const struct encase_desc *desc, const encase_word *words,
		       const struct encase_outcome *outcome, const struct encase_source *source)
{
	for (unsigned i = 0; i <= ENCASE_MAX_ARGS; i++) {
		size_t n = encase_format_arg(again, LONGEST, desc, words, i, outcome, source);

		FUZZ_CHECK(n == strlen(again), "%zu bytes are %zu", strlen(again), n);
		FUZZ_CHECK(i < desc->nargs || !n, "argument %u is there: %s", i, again);
		FUZZ_CHECK(i || strstr(whole, again), "'%s' is not in '%s'", again, whole);
	}
}

static encase_word draw_word(struct random *random)
{
	switch (random_below(random, 6)) {
	case 0:
		return random_below(random, 64);
	case 1:
		return random_word(random);
	case 2:
		return (encase_word) -1;
	case 3:
		return (encase_word) 1 << random_below(random, 64);
	default:
		return 4096 + random_below(random, MEMORY);
	}
}

static void try_call(struct random *random)
{
	const struct encase_desc *desc =
		encase_calls.calls[random_below(random, encase_calls.ncalls)];
	struct encase_source source = { .memory = &reader, .space = &memory };
	struct encase_outcome outcome = { .word = draw_word(random) }, *ended = &outcome;
	encase_word words[ENCASE_MAX_ARGS];
	size_t n;

	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++)
		words[i] = draw_word(random);
	outcome.error = random_below(random, 3) ? 0 : (int) random_below(random, 600);
	outcome.gone = !random_below(random, 20);
	if (!random_below(random, 5))
		ended = NULL;
	if (!random_below(random, 5))
		source.hidden = (unsigned) random_word(random);
	bound(desc, words);
	errno = EXDEV;
	n = encase_format(whole, LONGEST, desc, words, ended, &source);
	FUZZ_CHECK(errno == EXDEV, "errno is another");
	FUZZ_CHECK(n == strlen(whole), "%zu bytes are %zu", strlen(whole), n);
	FUZZ_CHECK(encase_format(again, LONGEST, desc, words, ended, &source) == n &&
			   !strcmp(whole, again),
		   "'%s', and again '%s'", whole, again);
	for (size_t i = 0; i < n; i++)
		FUZZ_CHECK(isprint((unsigned char) whole[i]),
			   "a byte that is not printable in '%s'", whole);
	check_args(desc, words, ended, &source);
	check_rooms(desc, words, ended, &source, n, random_below(random, 40));
	check_rooms(desc, words, ended, &source, n, n);
	check_rooms(desc, words, ended, &source, n, n + 1);
	check_hidden(desc, words, ended, n);
}

static void check_named(const struct encase_named *named, const char *name)
{
	const char *there = named->what == ENCASE_NAME_GROUP ? encase_calls.groups[named->group]
							     : encase_text(named->desc)->name;

	if (named->what == ENCASE_NAME_ARG)
		there = encase_text(named->desc)->arg[named->arg].name;
	FUZZ_CHECK(isdigit((unsigned char) name[0]) || strstr(name, there),
		   "'%s' is taken for '%s'", name, there);
}

static void try_name(struct random *random)
{
	struct encase_named named;
	char name[80], why[64];
	size_t n = random_below(random, sizeof(name));
	int err;

	if (random_below(random, 2)) { /* one that there is, with a fault */
		(void) snprintf(name, sizeof(name), "%s",
				encase_calls.texts[random_below(random, encase_calls.ncalls)].name);
		name[random_below(random, strlen(name))] = (char) random_word(random);
	} else {
		for (size_t i = 0; i < n; i++)
			name[i] = (char) random_word(random);
		name[n] = '\0';
	}
	n = random_below(random, sizeof(why));
	memset(why, '#', sizeof(why));
	err = encase_parse(&encase_calls, name, &named, why, n);
	FUZZ_CHECK(!err || err == -ENOENT || err == -EINVAL, "'%s' is %d", name, err);
	for (size_t i = n; i < sizeof(why); i++)
		FUZZ_CHECK(why[i] == '#', "byte %zu of %zu is written", i, n);
	if (!err)
		check_named(&named, name);
	else if (n)
		for (size_t i = 0; i < strlen(why); i++)
			FUZZ_CHECK(isprint((unsigned char) why[i]), "'%s' is no line", why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct random random = fuzz_front(data, size);
	size_t n = size < MEMORY ? size : MEMORY;

	memset(&memory, 0, sizeof(memory));
	for (size_t i = 0; i < MEMORY && n; i++)
		memory.bytes[i] = data[size - 1 - i % n];
	for (unsigned i = 0; i < 20; i++) {
		try_call(&random);
		if (i % 5 == 0) /* which takes longer */
			try_name(&random);
	}
	return 0;
}
