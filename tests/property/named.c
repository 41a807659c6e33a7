/* SPDX-License-Identifier: MIT */
/*
 * Tests with a name and an expectation of their own: what the reference router and
 * the library must not get wrong together.
 *
 * One small table; cages over a few bytes of arena; a lower layer that does as
 * the test at hand says.  Each test is a function that returns whether it holds.
 */
#include <errno.h>
#include <string.h>

#include "builder.h"
#include "tap.h"

#define DEEP 16 /* layers through which each errno goes */

static struct kit_table table;
static const struct encase_interface *const spoken[] = { &table.interface, NULL };
static const struct encase_desc *number; /* int number(int), FAILS */
static const struct encase_desc *move;   /* int64_t move(IN(a1), uint64_t), MOVED(a1) */
static const struct encase_desc *copy;   /* int64_t copy(IN_N(1, a1), uint64_t), FAILS */
static const struct encase_desc *never;  /* int64_t never(OUT_OBJ(8), STR(8)), NEVER */

static char bytes[64];
static struct encase_arena arena = { bytes, sizeof(bytes) };

/* What the lower layer does, and what it saw. */
static long answer;
static unsigned calls;
static char seen[2][8];
static encase_word inner; /* of a forward that it tried */
static int inner_errno;

static long lower_call(void *below, const void *bound, struct encase_call *call)
{
	const struct encase_desc *desc = encase_call_desc(call);
	encase_word words[ENCASE_MAX_ARGS] = { 0 };
	int before = errno;

	(void) below;
	(void) bound;
	if (desc == move && calls < 2 && !encase_reach(call) && encase_arg(call, 0))
		memcpy(seen[calls], encase_arg(call, 0), encase_arg_word(call, 1));
	calls++;
	inner = encase_next(number, words);
	inner_errno = errno;
	errno = before;
	return answer;
}

static const struct encase_lower lower = { .name = "named", .call = lower_call };

static void make_table(void)
{
	struct encase_desc *desc;

	kit_table(&table, 0, "named");
	number = desc = kit_call(&table, ENCASE_S32, 0);
	kit_scalar(desc, ENCASE_NUM, ENCASE_S32);
	move = desc = kit_call(&table, ENCASE_S64, 0);
	kit_buffer(desc, 0, ENCASE_IN, 1, 1, 0);
	kit_scalar(desc, ENCASE_SIZE, ENCASE_U64);
	kit_moved(desc, 1);
	copy = desc = kit_call(&table, ENCASE_S64, 0);
	kit_buffer(desc, 0, ENCASE_IN, 1, 1, 0);
	kit_scalar(desc, ENCASE_SIZE, ENCASE_U64);
	never = desc = kit_call(&table, ENCASE_S64, 0);
	kit_object(desc, 0, ENCASE_OUT, 8);
	kit_string(desc, ENCASE_STR, 0, 8);
	kit_never(desc);
}

static unsigned unfreed;

static void free_cage(struct encase_cage *cage)
{
	unfreed += encase_cage_free(cage) != 0;
}

static struct encase_cage *make_cage(const struct encase_memory *memory, void *space)
{
	struct encase_setup setup = {
		.interfaces = spoken, .memory = memory, .space = space, .lower = &lower
	};
	struct encase_cage *cage = NULL;

	if (encase_cage_new(&setup, &cage))
		printf("# cannot make a cage\n");
	memset(bytes, 0, sizeof(bytes));
	memset(seen, 0, sizeof(seen));
	memcpy(bytes + 8, "hello", 6);
	calls = 0;
	answer = 0;
	return cage;
}

/* One layer of one rule, pushed as often as one likes. */
struct one {
	struct encase_layer layer;
	struct encase_rule rules[2];
	uint8_t policy[ENCASE_MAX_ARGS + 1];
};

static void push(struct encase_cage *cage, struct one *one, const struct encase_desc *desc,
		 kit_fn *natural, encase_raw_fn *raw, unsigned every)
{
	memset(one, 0, sizeof(*one));
	one->policy[desc->nargs] = (uint8_t) every;
	one->rules[0].desc = desc;
	one->rules[0].handler = raw ? (encase_fn *) raw : (encase_fn *) natural;
	one->rules[0].form = raw ? ENCASE_RAW : ENCASE_NATURAL;
	one->rules[0].policy = one->policy;
	one->layer.name = "one";
	one->layer.rules = one->rules;
	if (encase_push(cage, &one->layer, NULL))
		printf("# cannot push a layer\n");
}

/* -- Errors through a deep stack ------------------------------------------ */

static unsigned wrong; /* handlers that saw another errno than the lower layer's */

static encase_word pass_natural(const struct encase_desc *desc, const encase_word *words)
{
	encase_word down[ENCASE_MAX_ARGS], result;

	memcpy(down, words, desc->nargs * sizeof(*words));
	wrong += errno != 0;
	result = encase_next(desc, down);
	wrong += errno != -answer || result != desc->fail;
	return result;
}

static long pass_raw(struct encase_call *call)
{
	long result = encase_forward(call);

	wrong += result != answer || encase_failed(call) != -answer;
	return result;
}

/* kind: 0 natural, 1 raw, 2 one after the other */
static bool errnos_go_through(unsigned kind)
{
	struct encase_cage *cage = make_cage(&encase_memory_arena, &arena);
	encase_word words[] = { 7 };
	struct one one[DEEP];
	unsigned bad = 0;

	for (unsigned i = 0; i < DEEP; i++) {
		bool raw = kind == 1 || (kind == 2 && i % 2);

		push(cage, &one[i], number, pass_natural, raw ? pass_raw : NULL, 0);
	}
	wrong = 0;
	for (int e = 1; e <= 4095; e++) {
		answer = -e;
		errno = 4096 - e;
		bad += encase_enter(cage, number, words) != -e;
		bad += errno != 4096 - e;
	}
	free_cage(cage);
	if (bad || wrong || calls != 4095)
		printf("# %u wrong results, %u wrong forwards, %u calls\n", bad, wrong, calls);
	return !bad && !wrong && calls == 4095;
}

/* -- Passed arguments ----------------------------------------------------- */

static encase_word override(const struct encase_desc *desc, const encase_word *words)
{
	static char mine[] = "mine!";
	encase_word given[] = { (uintptr_t) mine, words[1] }, plain[] = { words[0], words[1] };

	wrong += words[0] != 0;
	wrong += encase_next(desc, given) != desc->fail || errno != EINVAL || calls != 0;
	errno = 0;
	return encase_next(desc, plain);
}

static bool override_is_refused(void)
{
	struct encase_cage *cage = make_cage(&encase_memory_arena, &arena);
	encase_word words[] = { 8, 5 };
	struct one one;
	bool good;

	push(cage, &one, move, override, NULL, ENCASE_PASS);
	wrong = 0;
	answer = 5;
	good = encase_enter(cage, move, words) == 5 && !wrong && calls == 1;
	free_cage(cage);
	return good && !memcmp(seen[0], "hello", 5);
}

static encase_word twice(const struct encase_desc *desc, const encase_word *words)
{
	encase_word down[] = { words[0], words[1] };

	encase_next(desc, down);
	down[0] = words[0];
	down[1] = words[1];
	return encase_next(desc, down);
}

static long twice_raw(struct encase_call *call)
{
	encase_forward(call);
	return encase_forward(call);
}

static bool twice_sends_it_twice(encase_raw_fn *raw, unsigned every)
{
	struct encase_cage *cage = make_cage(&encase_memory_arena, &arena);
	encase_word words[] = { 8, 5 };
	struct one one;
	bool good;

	push(cage, &one, move, twice, raw, every);
	answer = 3;
	good = encase_enter(cage, move, words) == 3 && calls == 2;
	free_cage(cage);
	return good && !memcmp(seen[0], "hello", 5) && !memcmp(seen[1], "hello", 5);
}

/* 5.1: a bound that is itself as large as an errno's word hides no failure. */
static bool no_bound_hides_an_errno(kit_fn *natural, encase_raw_fn *raw)
{
	struct encase_cage *cage = make_cage(&encase_memory_arena, &arena);
	encase_word words[] = { 8, UINT64_MAX }, result = 0;
	struct one one;
	bool good;

	push(cage, &one, move, natural, raw, ENCASE_PASS);
	wrong = 0;
	answer = -EBADF;
	good = encase_enter_checked(cage, move, words, &result) == -EBADF && !wrong && calls == 1;
	free_cage(cage);
	return good;
}

/* -- No frame ------------------------------------------------------------- */

static bool next_needs_a_handler(void)
{
	struct encase_cage *cage = make_cage(&encase_memory_arena, &arena);
	encase_word words[] = { 1 };
	bool good;

	errno = 0;
	good = encase_next(number, words) == number->fail && errno == EPERM;
	good &= !encase_self() && !encase_caller();
	words[0] = 1;
	good &= encase_enter(cage, number, words) == 0 && calls == 1;
	good &= inner == number->fail && inner_errno == EPERM;
	free_cage(cage);
	return good;
}

/* -- A memory of any size ------------------------------------------------- */

static size_t read_size; /* what the last read asked for */

static int wide_read(void *space, encase_word from, void *to, size_t n)
{
	(void) space;
	(void) from;
	(void) to;
	read_size = n;
	return -EFAULT;
}

static int wide_write(void *space, encase_word to, const void *from, size_t n)
{
	(void) space;
	(void) to;
	(void) from;
	(void) n;
	return -EFAULT;
}

static long wide_read_string(void *space, encase_word from, char *to, size_t room)
{
	return wide_read(space, from, to, room);
}

static int wide_check(void *space, encase_word at, size_t n)
{
	(void) space;
	(void) at;
	(void) n;
	return 0;
}

static const struct encase_memory wide = { .name = "wide",
					   .read = wide_read,
					   .write = wide_write,
					   .read_string = wide_read_string,
					   .check = wide_check };

static encase_word unreached(const struct encase_desc *desc, const encase_word *words)
{
	(void) words;
	wrong++;
	return desc->fail;
}

static bool no_memory;

/* 3.2: without the lowering the copy would be ENOMEM; memory for it may be short, too. */
static bool transfers_are_lowered(void)
{
	struct encase_cage *cage = make_cage(&wide, NULL);
	encase_word words[] = { 8, UINT64_C(0x7ffff005) };
	struct one one;
	long result;

	push(cage, &one, move, unreached, NULL, ENCASE_COPY);
	wrong = 0;
	read_size = 0;
	result = encase_enter(cage, move, words);
	free_cage(cage);
	no_memory = result == -ENOMEM && !read_size;
	if (!no_memory && (result != -EFAULT || read_size != ENCASE_TRANSFER_MAX))
		wrong++;
	return !wrong;
}

static bool others_are_ENOMEM(void)
{
	struct encase_cage *cage = make_cage(&wide, NULL);
	encase_word words[] = { 8, UINT64_C(0x7ffff001) };
	struct one one;
	long result;

	push(cage, &one, copy, unreached, NULL, ENCASE_COPY);
	wrong = 0;
	result = encase_enter(cage, copy, words);
	free_cage(cage);
	return result == -ENOMEM && !wrong;
}

/* 2.7: nor is anything written when a call that cannot fail is not made. */
static bool failed_fetch_writes_nothing(void)
{
	struct encase_cage *cage = make_cage(&encase_memory_arena, &arena);
	encase_word words[] = { 8, sizeof(bytes) };
	struct one one;
	long result;

	push(cage, &one, never, unreached, NULL, ENCASE_COPY);
	wrong = 0;
	result = encase_enter(cage, never, words);
	free_cage(cage);
	return result == -EFAULT && !wrong && !calls && !strcmp(bytes + 8, "hello");
}

void named_tests(void)
{
	bool good;

	make_table();
	tap_ok(errnos_go_through(0), "each errno goes through 16 natural layers");
	tap_ok(errnos_go_through(1), "each errno goes through 16 raw layers");
	tap_ok(errnos_go_through(2), "each errno goes through 16 mixed layers");
	tap_ok(override_is_refused(), "overriding a passed argument is EINVAL");
	tap_ok(twice_sends_it_twice(NULL, ENCASE_PASS), "forwarding twice: passed both times");
	tap_ok(twice_sends_it_twice(twice_raw, ENCASE_PASS), "the same, raw");
	tap_ok(twice_sends_it_twice(NULL, ENCASE_COPY), "forwarding twice: the copy both times");
	tap_ok(no_bound_hides_an_errno(pass_natural, NULL), "no bound hides an errno: natural");
	tap_ok(no_bound_hides_an_errno(NULL, pass_raw), "no bound hides an errno: raw");
	tap_ok(next_needs_a_handler(), "a forward without a handler is EPERM");
	good = transfers_are_lowered();
	tap_ok(good, no_memory ? "a transfer above its bound # SKIP no memory for two gigabytes"
			       : "a transfer above its bound is lowered");
	tap_ok(others_are_ENOMEM(), "a copy above that bound is ENOMEM");
	tap_ok(failed_fetch_writes_nothing(), "a failed fetch writes nothing, whatever the call");
	tap_ok(!unfreed, "their cages are freed");
}
