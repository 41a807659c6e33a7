/* SPDX-License-Identifier: MIT */
/*
 * Layers' files compiled into direct calls do what they do on a cage: random calls are made by both
 * ways, with the same draws, and must come to the same: results, errno, what each handler saw and got back,
 * what reached the bottom, the caller's memory, bytes counted.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "../property/tap.h"
#include "trial.h"

unsigned tap_tests, tap_failures;

#define ROUNDS 30000UL

#define GROUP(...)
/* A way for calls to take. */
struct way {
#define CALL(c, ...) trial_##c##_fn *c;
#include "trial.def"
#undef CALL
};

extern const struct encase_layer *const routed_one, *const routed_two, *const routed_three;
extern const struct encase_layer *const down_1, *const down_2, *const down_3;
extern const struct encase_layer *const up_1, *const up_2, *const up_3;

#define STARTS(name)                                                     \
	int start_##name(struct encase_cage *cage, const char *options); \
	void stop_##name(void);
STARTS(down_1)
STARTS(down_2)
STARTS(down_3)
STARTS(up_1)
STARTS(up_2)
STARTS(up_3)

#define CALL(c, ...) trial_##c##_fn down_1_##c, up_2_##c;
#include "trial.def"
#undef CALL

static const struct way down = {
#define CALL(c, ...) .c = down_1_##c,
#include "trial.def"
#undef CALL
};
static const struct way up = {
#define CALL(c, ...) .c = up_2_##c,
#include "trial.def"
#undef CALL
};

static struct encase_cage *make_cage(void)
{
	static const struct encase_interface *const speaks[] = { &trial_calls, NULL };
	const struct encase_setup setup = { .interfaces = speaks,
					    .lower = &encase_lower_functions,
					    .below = bottom };
	struct encase_cage *cage;

	if (encase_cage_new(&setup, &cage))
		abort();
	return cage;
}

/* A cage with these layers, oldest first, and its entries. */
static struct encase_cage *route(struct way *way, const struct encase_layer *const *layers)
{
	struct encase_cage *cage = make_cage();

	for (; *layers; layers++)
		if (encase_push(cage, *layers, NULL))
			abort();
#define CALL(c, ...) way->c = ENCASE_ENTRY_IN(trial, cage, c);
#include "trial.def"
#undef CALL
	return cage;
}

/* What a program has in its memory, and what is said of a call that it made. */
struct memory {
	char data[64];
	struct trial_from from;
	long left;
	unsigned len;
	short ranks[16];
};

static void fill(struct memory *m)
{
	for (size_t i = 0; i < sizeof(*m); i++)
		((char *) m)[i] = (char) draw(256);
	m->len = draw(40);
	memset(own, 0, sizeof(own));
	for (int i = 0; i < LAYERS; i++)
		snprintf(own[i], OWN, "own %d %u", i, draw(100));
}

static void done(long result)
{
	note("\n= %ld errno %d", result, errno);
}

static void call_io(const struct way *way, struct memory *m)
{
	struct iovec parts[2] = { { m->data, draw(20) }, { m->data + 30, draw(20) } };
	int port = (int) draw(6);

	switch (draw(4)) {
	case 0:
		done(way->send(port, m->data, draw(60)));
		return;
	case 1:
		done(way->receive(port, m->data, draw(60), draw(3) ? &m->from : NULL));
		return;
	case 2:
		done(way->gather(parts, (int) draw(4) - 1));
		return;
	default:
		done(way->name(draw(9) ? m->data : NULL, &m->len));
	}
}

static void call_control(const struct way *way, struct memory *m)
{
	int what = (int) draw(5);
	unsigned long arg = draw(100);

	if (what == CONTROL_TEXT)
		arg = (unsigned long) (draw(4) ? "short" : draw(2) ? "far too long" : NULL);
	if (what == CONTROL_LONG)
		arg = (unsigned long) (draw(9) ? &m->left : NULL);
	done(way->control((int) draw(6), what, arg));
}

static void call_pointers(const struct way *way, struct memory *m)
{
	static const char long_name[5000] = { [0 ... 4998] = 'x' };

	switch (draw(7)) {
	case 5:
		done(way->tell(draw(9) ? &m->left : NULL, draw(3) ? "name" : "far too long"));
		return;
	case 6:
		call_control(way, m);
		return;
	case 0:
		done(way->find(draw(9) ? "name" : long_name, (int) draw(4), draw(10)));
		return;
	case 1:
		done(way->wait(draw(9) ? &m->left : NULL, (short) draw(70000)));
		return;
	case 2:
		done((long) (uintptr_t) way->open(draw(3)   ? "rw"
						  : draw(2) ? "far too long"
							    : NULL));
		return;
	case 3:
		done(way->sort((unsigned char) draw(16), draw(9) ? m->ranks : NULL, draw(2)));
		return;
	default:
		done(way->plain((int) draw(9), "plain"));
	}
}

static void call_scalars(const struct way *way)
{
	switch (draw(5)) {
	case 0:
		done((long) way->count((unsigned char) draw(256)));
		return;
	case 1:
		done((long) way->peek(draw(5)));
		return;
	case 2:
		done((long) (4 * way->scale(draw(5), 0.5F)));
		return;
	case 3:
		done(way->close((int) draw(5)));
		return;
	default:
		done(way->stop());
	}
}

/* One call, and all that can be told of it. */
static const char *play(unsigned long seed, const struct way *way, struct encase_cage *cage)
{
	struct encase_traffic before = encase_traffic(cage), after;
	struct memory m;

	caller = cage;
	again = way->send;
	draw_from(seed);
	fill(&m);
	errno = (int) draw(3);
	switch (draw(3)) {
	case 0:
		call_io(way, &m);
		break;
	case 1:
		call_pointers(way, &m);
		break;
	default:
		call_scalars(way);
	}
	after = encase_traffic(cage);
	note("\ncopied %lu %lu", (unsigned long) (after.from_cage - before.from_cage),
	     (unsigned long) (after.to_cage - before.to_cage));
	note_bytes("\nmemory", &m, sizeof(m));
	note_bytes("\nown", own, sizeof(own));
	return notes();
}

/* Both ways, with the same draws, again and again. */
static bool same(const struct way *a, struct encase_cage *cage_a, const struct way *b,
		 struct encase_cage *cage_b)
{
	static char first[1 << 16];
	const char *second;

	for (unsigned long seed = 1; seed <= ROUNDS; seed++) {
		strcpy(first, play(seed, a, cage_a));
		second = play(seed, b, cage_b);
		if (strcmp(first, second) != 0) {
			printf("# seed %lu, by the router:%s\n# and resolved:%s\n", seed, first,
			       second);
			return false;
		}
	}
	return true;
}

/* Frees a cage from further down the stack than its calls were made: it has none in flight. */
static __attribute__((noinline)) int free_below(struct encase_cage *cage, unsigned depth)
{
	volatile char room[256];

	room[depth % sizeof(room)] = 0;
	return depth ? free_below(cage, depth - 1) + room[depth % sizeof(room)]
		     : encase_cage_free(cage);
}

static void test_down(void)
{
	const struct encase_layer *const layers[] = { routed_three, routed_two, routed_one, NULL };
	const struct encase_layer *const made[] = { down_3, down_2, down_1, NULL };
	struct encase_cage *plain = make_cage();
	struct way routed, other;
	struct encase_cage *cage = route(&routed, layers), *cage_made = route(&other, made);

	if (start_down_3(plain, NULL) || start_down_2(plain, NULL) || start_down_1(plain, NULL))
		abort();
	tap_ok(same(&routed, cage, &down, plain), "one over two over three: as by the router");
	tap_ok(same(&routed, cage, &other, cage_made),
	       "the file that is resolved serves the router, too");
	(void) down_1_send(1, "ended", 5); /* no verdict of one's, and no handler there */
	(void) notes();
	stop_down_1();
	stop_down_2();
	stop_down_3();
	tap_ok(!free_below(plain, 40), "no call is in flight");
	tap_ok(!encase_cage_free(cage_made) && !encase_cage_free(cage), "cages go");
}

static void test_up(void)
{
	const struct encase_layer *const layers[] = { routed_one, routed_three, routed_two, NULL };
	struct encase_cage *plain = make_cage();
	struct way routed;
	struct encase_cage *cage = route(&routed, layers);

	if (start_up_1(plain, NULL) || start_up_3(plain, NULL) || start_up_2(plain, NULL))
		abort();
	tap_ok(same(&routed, cage, &up, plain), "two over three over one: as by the router");
	stop_up_2();
	stop_up_3();
	stop_up_1();
	tap_ok(!free_below(plain, 40) && !encase_cage_free(cage), "cages go");
}

int main(void)
{
	test_down();
	test_up();
	return tap_end();
}
