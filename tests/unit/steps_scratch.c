/* SPDX-License-Identifier: MIT */
/*
 * Signals at each instruction at which a thread makes its scratch, takes a mapping,
 * or gives one back: a signal's handler that does the same leaves everything in
 * order, and no mapping is used twice or lost.
 */
#include "step.h"

#include <limits.h>
#include <pthread.h>

#include "alloc.h"
#include "cage.h"
#include "scratch.h"
#include "traffic.h"

static void use_shadow(size_t size, char letter)
{
	struct enc_shadow *s = enc_shadow_new(size);

	s->data[0] = letter;
	s->data[size - 1] = letter;
	step_expect(s->size == size && s->data[0] == letter && s->data[size - 1] == letter);
	enc_shadow_drop(s);
}

static void use_large(void)
{
	use_shadow(80000, 'l');
}

/* What a signal's handler does: a small one, a large one, and one within another. */
static void use_shadows(void)
{
	struct enc_shadow *s;

	use_shadow(200, 's');
	use_large();
	s = enc_shadow_new(80000);
	s->data[79999] = 'l';
	use_shadow(70000, 'm');
	step_expect(s->data[79999] == 'l');
	enc_shadow_drop(s);
}

/* -- The scratch ---------------------------------------------------------- */

static unsigned long instruction, counted;

/* Of what is only written: the last thing before a copy is made. */
static int check_and_begin(void *space, encase_word at, size_t n)
{
	(void) space;
	(void) at;
	(void) n;
	step_traps = 0;
	step_last = instruction;
	step_begin();
	return 0;
}

static ssize_t end(void *buf, size_t n)
{
	step_end();
	counted = step_traps;
	memset(buf, 'e', n);
	return (ssize_t) n;
}

static const struct encase_memory beginning = {
	.name = "beginning",
	.read = step_read,
	.write = step_write,
	.check = check_and_begin,
	.read_string = unit_no_string,
};

/* A tally is made first, in a lock that cannot be stepped through. */
static void *first_call(void *cage)
{
	char buf[30] = { 0 };

	enc_traffic_add(&((struct encase_cage *) cage)->meter, 0, 0);
	step_expect(enter_lab(cage, get, WORD(buf), sizeof(buf)) == sizeof(buf));
	step_expect(buf[0] == 'e' && buf[29] == 'e');
	step_expect(!enc_thread.shadows && !enc_thread.used);
	return NULL;
}

/* How many instructions were stepped through, n being the last. */
static unsigned long call_until(struct encase_cage *cage, unsigned long n)
{
	struct alloc_live before = alloc_live();
	pthread_t thread;

	instruction = n;
	same(pthread_create(&thread, NULL, first_call, cage), 0);
	same(pthread_join(thread, NULL), 0);
	holds(alloc_same(before, alloc_live()));
	return counted;
}

Test(steps, a_threads_first_copy_at_each_instruction)
{
	struct encase_cage *cage = unit_cage_on(&beginning, NULL, &step_lower, NULL);
	struct unit_layer layer;
	unsigned long count;

	step_set_up();
	unit_push_natural(cage, &layer, get, end, ENCASE_COPY);
	step_on_trap = use_shadows;
	call_until(cage, ULONG_MAX); /* so that the dynamic linker's work is done, too */
	count = call_until(cage, ULONG_MAX);
	holds(count > 50);
	for (unsigned long n = 1; call_until(cage, n) >= n; n += step_stride(count)) {
		unit_row("after instruction %lu of about %lu", n, count);
		same(step_wrong, 0);
	}
	unit_free(cage);
}

/* -- Mappings ------------------------------------------------------------- */

Test(steps, mappings_taken_and_kept_at_each_instruction)
{
	struct alloc_live before = alloc_live();
	unsigned long count;

	step_set_up();
	step_on_trap = use_shadows;
	use_shadows();
	step_until(ULONG_MAX, use_large);
	count = step_traps;
	holds(count > 50);
	for (unsigned long n = 1; step_until(n, use_large); n += step_stride(count)) {
		unit_row("after instruction %lu of about %lu", n, count);
		same(step_wrong, 0);
		unit_idle();
	}
	/* the scratch and some mappings: nothing is lost on the way, however often it went */
	holds(alloc_live().maps - before.maps < 8);
	holds(alloc_live().map_bytes - before.map_bytes <= (long) (ENC_SCRATCH + ENC_SPARE_MAX));
}
