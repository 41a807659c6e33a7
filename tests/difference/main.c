/* SPDX-License-Identifier: MIT */
/*
 * The difference test: random harmless calls made straight, and through cages whose memory is the
 * host's, an arena or another process, come to the same: results, errno, bytes, files.
 *
 *     difference                       100,000 calls by some hundred seeds
 *     difference --first N --count M   M seeds from N on
 *     difference --verbose N           seed N alone, with all its calls
 *
 * Prints TAP.  But for the last calls of a seed no argument is bad, and nothing may differ.  Of the
 * last ones what the design excepts may: EFAULT and what else is wrong with an argument comes
 * before other errors; transfers that end at a bad page fail (docs/forwarding.md, 3).
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "difference.h"
#include "tap.h"

#define SEEDS          250
#define BLOCK_OF_SEEDS 25
#define SHOWN          5

unsigned tap_tests, tap_failures;

static struct log *logs[WAYS];
static struct plan plan;
static char base[4096], folder[sizeof(base) + 8];
static unsigned shown, ways = WAYS;

/* What has been reached, by row. */
static unsigned long made[400], succeeded[400], missing[400];
static unsigned long calls, refused, excepted;

static struct entry entry_of(const struct log *log, unsigned i)
{
	struct entry entry;

	memcpy(&entry, log->text + log->at[i], sizeof(entry));
	return entry;
}

static bool same(const struct log *one, const struct log *two, unsigned i)
{
	struct entry a = entry_of(one, i), b = entry_of(two, i);

	return a.result == b.result && a.errno_kept && b.errno_kept && a.bytes == b.bytes &&
	       !memcmp(one->text + one->at[i] + sizeof(a), two->text + two->at[i] + sizeof(b),
		       a.bytes - sizeof(a));
}

/* The argument that is bad, in the shape that the call has; null: none. */
static const struct encase_arg *bad_arg(const struct planned *call, struct encase_desc *shape)
{
	uint64_t words[8] = { 0 };

	memcpy(words, call->words, sizeof(call->words));
	encase_shape(row_at(call->row)->desc, words, shape);
	return call->bad_arg < 0 ? NULL : &shape->arg[call->bad_arg];
}

/* Whether a call may succeed before it has looked at all of an argument, or not look at it. */
static bool may_end_before(const struct planned *call)
{
	const struct encase_desc *desc = row_at(call->row)->desc;
	struct encase_desc shape;
	const struct encase_arg *arg = bad_arg(call, &shape);

	if (!arg)
		return false;
	if (desc->limit && !call->words[desc->limit - 1])
		return true;
	if (desc == &encase_desc_capget) /* of a version that it does not know it takes no more */
		return true;
	if (desc == &encase_desc_setsockopt) /* of an option that is a number it takes no more */
		return true;
	/* A length that is wrong makes its buffer wrong. */
	for (unsigned i = 0; i < desc->nargs; i++)
		if ((desc->arg[i].kind & ENCASE_KIND) == ENCASE_BUF &&
		    &shape.arg[desc->arg[i].count] == arg)
			return true;
	return arg->kind & ENCASE_FILLED || (arg->kind & ENCASE_KIND) == ENCASE_DEEP ||
	       encase_text(desc)->transfer;
}

/* Whether the call was made before its result could not be given: no memory tells without writing. */
static bool may_be_done(enum way way, const struct planned *call, struct entry caged)
{
	struct encase_desc shape;
	const struct encase_arg *arg = bad_arg(call, &shape);

	return way == PROCESS && caged.result == -EFAULT && arg && arg->kind & ENCASE_OUT;
}

/* What the design excepts of calls with a bad argument. */
static bool is_excepted(const struct planned *call, struct entry plain, struct entry caged)
{
	if (!call->bad || !caged.errno_kept || caged.result >= 0)
		return false;
	if (plain.result ==
	    -EFAULT) /* where the address is one that nobody has, Linux tells so first */
		return true;
	if (caged.result != -EFAULT && caged.result != -ENAMETOOLONG && caged.result != -EINVAL)
		return false;
	return plain.result < 0 || may_end_before(call);
}

static void show_trees(enum way way, unsigned which)
{
	const char *a = logs[STRAIGHT]->tree[which], *b = logs[way]->tree[which];

	while (*a && *b) {
		size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");

		if (n != m || memcmp(a, b, n)) {
			printf("#   straight: %.*s\n#   %s: %.*s\n", (int) n, a, way_names[way],
			       (int) m, b);
			return;
		}
		a += n + (a[n] != 0);
		b += m + (b[m] != 0);
	}
	printf("#   straight goes on: %.200s\n#   %s goes on: %.200s\n", a, way_names[way], b);
}

static void complain(enum way way, const char *what)
{
	printf("# seed %llu, %s, %s: %s\n", (unsigned long long) plan.seed, stack_names[plan.stack],
	       way_names[way], what);
}

static bool compare_trees(enum way way, unsigned which)
{
	if (!strcmp(logs[STRAIGHT]->tree[which], logs[way]->tree[which]))
		return true;
	if (shown++ < SHOWN) {
		complain(way, "descriptors or the folder are others in the end");
		show_trees(way, which);
	}
	return false;
}

/* The calls of one way against those made straight, up to the first that may differ. */
static bool compare(enum way way)
{
	const struct log *plain = logs[STRAIGHT], *caged = logs[way];
	unsigned end = way == HOST ? CALLS - LAST : CALLS;

	for (unsigned i = 0; i < end; i++) {
		const struct planned *call = &plan.calls[i];

		if (same(plain, caged, i) && !may_be_done(way, call, entry_of(caged, i)))
			continue;
		if (is_excepted(call, entry_of(plain, i), entry_of(caged, i))) {
			excepted++;
			return i < CALLS - LAST || compare_trees(way, 0);
		}
		if (shown++ < SHOWN) {
			complain(way, "a call came to something else");
			show_call(&plan, i);
			show_entry(STRAIGHT, plain, i);
			show_entry(way, caged, i);
			show_difference(plain, caged, i);
		}
		return false;
	}
	return compare_trees(way, 0) && (way == HOST || compare_trees(way, 1));
}

static void count(void)
{
	for (unsigned i = 0; i < CALLS; i++) {
		unsigned row = plan.calls[i].row;
		struct entry entry = entry_of(logs[STRAIGHT], i);

		made[row]++;
		succeeded[row] += entry.result >= 0;
		missing[row] += entry.result == -ENOSYS || entry.result == -EOPNOTSUPP;
		refused += entry_of(logs[ARENA], i).refused;
	}
	calls += CALLS;
}

static bool run_seed(uint64_t seed)
{
	bool good = true;

	plan_make(&plan, seed);
	for (unsigned way = 0; good && way < ways; way++) {
		int status;

		if (mkdir(folder, 0755)) {
			complain(way, strerror(errno));
			return false;
		}
		status = way_run(way, &plan, folder, logs[way]);
		tree_remove(folder);
		if (status || !logs[way]->done) {
			complain(way, "it did not come to its end");
			printf("#   wait status %#x after %u calls\n", (unsigned) status,
			       logs[way]->calls);
			if (logs[way]->calls < CALLS)
				show_call(&plan, logs[way]->calls);
			return false;
		}
		if (way != STRAIGHT)
			good &= compare(way);
	}
	if (good)
		count();
	return good;
}

static void run_seeds(uint64_t first, uint64_t n)
{
	while (n) {
		uint64_t some = n < BLOCK_OF_SEEDS ? n : BLOCK_OF_SEEDS;
		unsigned failures = 0;
		char name[80];

		for (uint64_t seed = first; seed < first + some; seed++)
			failures += !run_seed(seed);
		(void) snprintf(name, sizeof(name), "seeds %llu to %llu",
				(unsigned long long) first,
				(unsigned long long) (first + some - 1));
		tap_ok(!failures, name);
		first += some;
		n -= some;
	}
}

/* Each call of the list has succeeded, but for those that the machine lacks. */
static void check_reached(void)
{
	unsigned rows = row_count(), never = 0;

	for (unsigned row = 0; row < rows; row++) {
		const char *name = encase_text(row_at(row)->desc)->name;

		if (succeeded[row])
			continue;
		if (made[row] && missing[row] * 2 > made[row]) {
			printf("ok %u - %s # SKIP the machine does not have it\n", ++tap_tests,
			       name);
			continue;
		}
		printf("# %s: made %lu times, and never with success\n", name, made[row]);
		never++;
	}
	printf("# %lu calls of %u kinds, each in %u ways; %lu of classes that are refused to other "
	       "memories; "
	       "%lu times a bad argument made a difference that is excepted\n",
	       calls, rows, ways, refused, excepted);
	tap_ok(!never, "each call succeeds sometimes");
}

static void verbose(uint64_t seed)
{
	bool good = run_seed(seed);

	for (unsigned i = 0; i < CALLS; i++) {
		show_call(&plan, i);
		for (unsigned way = 0; way < ways; way++)
			show_entry(way, logs[way], i);
	}
	printf("# the folder in the end\n%s", logs[STRAIGHT]->tree[1]);
	tap_ok(good, "the seed");
}

static uint64_t number(int argc, char **argv, const char *option, uint64_t none)
{
	for (int i = 1; i + 1 < argc; i++)
		if (!strcmp(argv[i], option))
			return strtoull(argv[i + 1], NULL, 0);
	return none;
}

static void make_folder(void)
{
	const char *tmp = getenv("TMPDIR");

	(void) snprintf(base, sizeof(base), "%s/encase-difference-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(base)) {
		printf("Bail out! no folder %s: %s\n", base, strerror(errno));
		exit(1);
	}
	(void) snprintf(folder, sizeof(folder), "%s/w", base);
}

int main(int argc, char **argv)
{
	uint64_t one = number(argc, argv, "--verbose", UINT64_MAX);
	uint64_t first = number(argc, argv, "--first", UINT64_MAX);

	for (unsigned way = 0; way < WAYS; way++) {
		logs[way] = mmap(NULL, sizeof(struct log), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (logs[way] == MAP_FAILED)
			return 1;
	}
	if (!block_is_reached()) {
		ways = PROCESS;
		printf("ok %u - another process # SKIP its memory cannot be reached\n",
		       ++tap_tests);
	}
	(void) signal(SIGPIPE, SIG_IGN); /* whoever reads no more: what was made is still removed */
	make_folder();
	if (one != UINT64_MAX) {
		verbose(one);
	} else if (first != UINT64_MAX) {
		run_seeds(first, number(argc, argv, "--count", SEEDS));
	} else {
		run_seeds(1, SEEDS);
		check_reached();
	}
	(void) rmdir(base);
	return tap_end();
}
