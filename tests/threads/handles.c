/* SPDX-License-Identifier: MIT */
/*
 * Handles that many threads use, duplicate, consume and revoke at once, while cages come and
 * end.  Objects are freed when they are destroyed, and looked at without any care: one that
 * is destroyed too early is a race and a use after free, one that is not is missed in the end.
 */
#include <errno.h>
#include <sched.h>

#include <encase/handle.h>

#include "threads.h"

enum { PLACES = 24, BOARD = 8, MAY_USE = 1 };

struct thing {
	uint32_t alive; /* LIFE_ALIVE; never atomic */
};

static struct encase_handles *table;
static struct encase_cage *cages[2];
static uint64_t board[BOARD]; /* handles with their cage in the lowest bit; atomic */
static void *any_thing;       /* the last that was made, or was there; atomic */
static unsigned long made, destroyed, got, taken, missed, revoked, ended; /* atomic */

static void count(unsigned long *what)
{
	__atomic_fetch_add(what, 1, __ATOMIC_RELAXED);
}

static void destroy(void *object)
{
	struct thing *thing = object;

	expect(thing->alive == LIFE_ALIVE);
	thing->alive = 0xdead;
	free(thing);
	count(&destroyed);
}

static const struct encase_handle_type base = { "base", NULL, NULL };
static const struct encase_handle_type type = { "thing", &base, destroy };

static int make_thing(struct encase_cage *cage, uint32_t rights, encase_word *handle)
{
	struct thing *thing = malloc(sizeof(*thing));
	int err;

	if (!thing)
		exit(1);
	thing->alive = LIFE_ALIVE;
	err = encase_handle_new(cage, &type, thing, rights, handle);
	if (err) {
		expect(err == -ENFILE || err == -ESRCH);
		free(thing);
		return err;
	}
	count(&made);
	__atomic_store_n(&any_thing, thing, __ATOMIC_RELAXED);
	return 0;
}

static void look_at(const struct encase_use *use)
{
	const struct thing *thing = use->object;

	expect(thing->alive == LIFE_ALIVE);
	count(&got);
}

/* -- Deeds of handlers ------------------------------------------------------ */

static void use_it(struct encase_cage *cage, encase_word handle)
{
	struct encase_use use;
	int err = encase_handle_get(cage, handle, any(2) ? &base : &type, MAY_USE, &use);

	if (err) {
		expect(err == -ESTALE);
		count(&missed);
		return;
	}
	look_at(&use);
	encase_handle_put(&use);
}

static void take_it(struct encase_cage *cage, encase_word handle)
{
	struct encase_use use;
	int err = encase_handle_take(cage, handle, &type, 0, &use);

	if (err) {
		expect(err == -ESTALE);
		count(&missed);
		return;
	}
	look_at(&use);
	expect(encase_handle_close(cage, handle, NULL, 0) == -ESTALE);
	encase_handle_put(&use);
	count(&taken);
}

/* A handle of the other cage's takes a place of the board's, and closes what was there. */
static void hang_out(encase_word handle, unsigned cage)
{
	uint64_t old =
		__atomic_exchange_n(&board[any(BOARD)], handle << 1 | cage, __ATOMIC_RELAXED);
	int err = old ? encase_handle_close(cages[old & 1], old >> 1, NULL, 0) : 0;

	expect(!err || err == -ESTALE);
}

static void dup_it(struct encase_cage *cage, encase_word handle)
{
	unsigned to = any(2);
	encase_word dup;
	int err = encase_handle_dup(cage, handle, MAY_USE | ENCASE_MAY_DUP, cages[to], &dup);

	expect(!err || err == -ESTALE || err == -ENFILE || err == -EACCES);
	if (!err)
		hang_out(dup, to);
}

static long on_visit(struct trace *trace, long inside)
{
	static void (*const deeds[])(struct encase_cage *,
				     encase_word) = { use_it, use_it,  use_it,
						      use_it, take_it, dup_it };
	struct life *life = life_enter();

	if (inside)
		deeds[any(6)](encase_caller(), (encase_word) inside);
	trace->n++;
	life_leave(life);
	return threads_next_visit(trace, inside);
}

static const struct encase_rule rules[] = { ENCASE_ON_IN(threads, visit, on_visit), ENCASE_END };
static const struct encase_layer layer = {
	.name = "handles", .rules = rules, .start = life_start, .stop = life_stop
};

/* -- Threads --------------------------------------------------------------- */

static void caller(__attribute__((unused)) unsigned number)
{
	while (!is_over()) {
		uint64_t word = __atomic_load_n(&board[any(BOARD)], __ATOMIC_RELAXED);
		struct trace trace = { .n = 0 };
		struct encase_use use;
		int err;

		if (!word)
			continue;
		visit(cages[word & 1], &trace, (long) (word >> 1));
		expect(trace.n == 1);
		err = encase_handle_get(cages[!(word & 1)], word >> 1, NULL, 0, &use);
		expect(err == -EXDEV || err == -ESTALE);
	}
}

static void maker(unsigned number)
{
	while (!is_over()) {
		encase_word handle;

		if (!make_thing(cages[number & 1], MAY_USE | ENCASE_MAY_DUP, &handle))
			hang_out(handle, number & 1);
		if (any(16) == 0) {
			void *thing = __atomic_load_n(&any_thing, __ATOMIC_RELAXED);
			int err = thing ? encase_handle_revoke(cages[0], thing) : 0;

			count(err ? &missed : &revoked);
		}
		if (any(64) == 0)
			expect(encase_handle_clear(cages[number & 1], &base) == 0);
	}
}

static struct encase_cage *ending;

static void *live_there(void *arg)
{
	struct encase_use use;
	encase_word handle, dup;

	for (int err = 0; !err;) {
		err = make_thing(ending, MAY_USE | ENCASE_MAY_DUP, &handle);
		if (err == -ENFILE)
			err = 0;
		else if (!err && !encase_handle_get(ending, handle, NULL, MAY_USE, &use)) {
			look_at(&use);
			if (!encase_handle_dup(ending, handle, MAY_USE, cages[0], &dup))
				hang_out(dup, 0);
			look_at(&use);
			encase_handle_put(&use);
			encase_handle_close(ending, handle, NULL, 0);
		}
	}
	return arg;
}

static void ender(__attribute__((unused)) unsigned number)
{
	while (!is_over()) {
		struct encase_use use = { NULL, NULL }, again;
		encase_word handle;
		pthread_t thread;
		int err;

		ending = make_cage(NULL);
		expect(encase_handles_join(table, ending, PLACES, NULL) == 0);
		err = make_thing(ending, 0, &handle);
		if (!err && encase_handle_get(ending, handle, &type, 0, &use))
			count(&missed); /* revoked */
		if (pthread_create(&thread, NULL, live_there, NULL))
			exit(1);
		for (unsigned i = any(2000); i; i--)
			__atomic_signal_fence(__ATOMIC_SEQ_CST);
		expect(encase_end(ending, 0) == 0);
		expect(err || encase_handle_get(ending, handle, NULL, 0, &again) == -ESTALE);
		pthread_join(thread, NULL);
		free_cage(ending);
		encase_handle_put(&use);
		count(&ended);
	}
}

bool handles_are_enough(void)
{
	return count_of(&got) > 100 && count_of(&taken) > 10 && count_of(&missed) > 0 &&
	       count_of(&revoked) > 10 && count_of(&ended) > 3 && count_of(&sums.calls) > 0;
}

static void set_up(void)
{
	static const struct encase_handles_setup setup = { PLACES, 64, 0 };

	made = destroyed = got = taken = missed = revoked = ended = 0;
	expect(encase_handles_new(&setup, &table) == 0);
	for (unsigned i = 0; i < 2; i++) {
		cages[i] = make_cage(NULL);
		expect(encase_handles_join(table, cages[i], PLACES, NULL) == 0);
		expect(push(cages[i], &layer, i) == 0);
	}
}

static void take_down(void)
{
	for (unsigned i = 0; i < 2; i++)
		free_cage(cages[i]);
	expect(made == destroyed);
	expect(encase_handles_free(table) == 0);
}

void test_handles(void)
{
	worker_fn *const fns[] = { maker, maker, caller, caller, caller, ender };

	set_up();
	for (unsigned i = 0; i < BOARD; i++)
		board[i] = 0;
	run_workers(6, fns);
	expect(handles_are_enough());
	take_down();
}

/* -- At the same moment ---------------------------------------------------- */

enum { ROUNDS = 4000, MANY = 20 };

static pthread_barrier_t start_line;
static unsigned started;          /* the round; atomic */
static unsigned here, others;     /* threads that await it; all but the first; atomic */
static encase_word handles[MANY]; /* of the first cage's */
static unsigned winners[MANY];    /* atomic */

/* Returns in all threads at about the same time, after the first of them has made something. */
static void start(unsigned number, unsigned round, void (*make)(void))
{
	pthread_barrier_wait(&start_line);
	if (number) {
		__atomic_fetch_add(&here, 1, __ATOMIC_RELAXED);
	} else {
		make();
		while (__atomic_load_n(&here, __ATOMIC_RELAXED) < others)
			sched_yield(); /* until all of them run */
		__atomic_store_n(&here, 0, __ATOMIC_RELAXED);
		__atomic_store_n(&started, round + 1, __ATOMIC_RELEASE);
	}
	for (unsigned i = 1; __atomic_load_n(&started, __ATOMIC_ACQUIRE) <= round; i++)
		if (i % 1024 == 0)
			sched_yield();
}

static void make_many(void)
{
	for (unsigned i = 0; i < MANY; i++) {
		winners[i] = 0;
		expect(make_thing(cages[0], MAY_USE | ENCASE_MAY_DUP, &handles[i]) == 0);
	}
}

/* All try to consume the same handles; one of them, now and then, closes whatever there is. */
static void contender(unsigned number)
{
	for (unsigned round = 0; round < ROUNDS / 4; round++) {
		bool clears = number == 2 && round % 4 == 0;

		start(number, round, make_many);
		if (clears)
			expect(encase_handle_clear(cages[0], NULL) == 0);
		for (unsigned i = 0; i < MANY && !clears; i++) {
			int err = encase_handle_close(cages[0], handles[i], &base, MAY_USE);

			if (!err)
				__atomic_fetch_add(&winners[i], 1, __ATOMIC_RELAXED);
			expect(!err || err == -ESTALE);
		}
		pthread_barrier_wait(&start_line);
		for (unsigned i = 0; i < MANY; i++)
			expect(winners[i] == 1 || (winners[i] == 0 && round % 4 == 0));
		expect(destroyed == (round + 1) * MANY);
	}
}

static void make_one(void)
{
	expect(make_thing(cages[0], MAY_USE | ENCASE_MAY_DUP, &handles[0]) == 0);
}

/* One revokes an object that the other one duplicates: nothing of it is left. */
static void reviver(unsigned number)
{
	for (unsigned round = 0; round < ROUNDS; round++) {
		encase_word dup;

		start(number, round, make_one);
		if (number == 0)
			expect(encase_handle_revoke(cages[0], any_thing) == 0);
		while (number && !encase_handle_dup(cages[0], handles[0], 0, cages[0], &dup))
			encase_handle_close(cages[0], dup, NULL, 0);
		pthread_barrier_wait(&start_line);
		expect(destroyed == round + 1);
	}
}

static void make_a_cage(void)
{
	ending = make_cage(NULL);
	expect(encase_handles_join(table, ending, PLACES, NULL) == 0);
}

static void latecomer(unsigned number)
{
	for (unsigned round = 0; round < ROUNDS; round++) {
		encase_word handle;

		start(number, round, make_a_cage);
		if (number == 0)
			expect(encase_end(ending, 0) == 0);
		while (number && make_thing(ending, 0, &handle) != -ESRCH)
			encase_handle_close(ending, handle, NULL, 0);
		pthread_barrier_wait(&start_line);
		expect(destroyed == made);
		if (number == 0)
			free_cage(ending);
	}
}

static void race(unsigned n, worker_fn *worker)
{
	struct trace trace = { .n = 0 };

	set_up();
	visit(cages[0], &trace, 0);
	started = 0;
	others = n - 1;
	pthread_barrier_init(&start_line, NULL, n);
	run_three(n, worker, NULL, NULL);
	pthread_barrier_destroy(&start_line);
	take_down();
}

void test_consumed_once(void)
{
	race(3, contender);
}

void test_revoked_for_good(void)
{
	race(2, reviver);
}

void test_made_too_late(void)
{
	race(2, latecomer);
}
