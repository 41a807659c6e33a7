/* SPDX-License-Identifier: MIT */
/*
 * Signals between any two instructions of a call: their handlers make calls of
 * their own, and neither notices the other.  Copies, errors that travel beside the
 * result, and what is counted.
 */
#include "step.h"

#include "traffic.h"

static struct unit_layer layers[6];
static struct encase_cage *stepped, *stepping;

/* -- Copies --------------------------------------------------------------- */

static struct encase_cage *make_cage(struct unit_layer *l)
{
	struct encase_cage *cage = unit_cage_on(&step_memory, NULL, &step_lower, NULL);

	unit_push_natural(cage, &l[0], swap, step_forward, ENCASE_COPY);
	unit_push_natural(cage, &l[1], swap, step_forward, ENCASE_PASS);
	unit_push_raw(cage, &l[2], swap, lab_forward, ENCASE_COPY);
	return cage;
}

static void call_in_trap(void)
{
	static char buf[80000];

	step_swap(step_traps & 1 ? stepped : stepping, buf, 40, 's');
	if (step_traps % 509 == 0)
		step_swap(stepped, buf, sizeof(buf), 't');
}

static void call_stepped(char *buf, size_t n)
{
	errno = 0;
	step_begin();
	step_swap(stepped, buf, n, 'm');
	step_swap(stepped, buf, n, 'n');
	step_end();
	step_expect(errno == 0);
}

/* In the scratch and in a mapping: what one has there stays, wherever the signal strikes. */
Test(steps, copies_between_any_two_instructions)
{
	static char buf[100000];

	step_set_up();
	stepped = make_cage(&layers[0]);
	stepping = make_cage(&layers[3]);
	call_in_trap(); /* makes what a thread makes once */
	step_swap(stepped, buf, sizeof(buf), 'w');
	step_on_trap = call_in_trap;
	call_stepped(buf, 100);
	call_stepped(buf, sizeof(buf));
	call_stepped(buf, 50000);
	holds(step_traps > 1000);
	same(step_wrong, 0);
	unit_free(stepped);
	unit_free(stepping);
}

/* -- Errors that travel beside the result --------------------------------- */

static int64_t overlap_naturally(int64_t a)
{
	int64_t result = lab_next_overlaps(a);

	step_expect(result == -1 && errno == a);
	return result;
}

static long overlap_raw(struct encase_call *call)
{
	long result = encase_forward(call);

	step_expect(encase_failed(call) == (int) encase_arg_word(call, 0));
	return result;
}

static void overlap_in_trap(void)
{
	encase_word result;

	step_expect(encase_enter_checked(stepping, &lab_desc_overlaps, WORDS(EDOM), &result) ==
		    -EDOM);
}

static void overlap_stepped(void)
{
	encase_word result;
	int err;

	step_begin();
	err = encase_enter_checked(stepped, &lab_desc_overlaps, WORDS(EACCES), &result);
	step_end();
	step_expect(err == -EACCES);
}

/* The errno of a call whose results overlap with errors is that call's, not another one's. */
Test(steps, overlapping_errors_between_any_two_instructions)
{
	step_set_up();
	stepped = unit_cage_on(&step_memory, NULL, &step_lower, NULL);
	stepping = unit_cage_on(&step_memory, NULL, &step_lower, NULL);
	unit_push_natural(stepped, &layers[0], overlaps, overlap_naturally, 0);
	unit_push_raw(stepped, &layers[1], overlaps, overlap_raw, 0);
	overlap_in_trap();
	step_on_trap = overlap_in_trap;
	overlap_stepped();
	holds(step_traps > 50);
	same(step_wrong, 0);
	unit_free(stepped);
	unit_free(stepping);
}

/* -- Tallies -------------------------------------------------------------- */

#define METERS 9 /* more than a thread has tallies for */

static struct enc_meter meters[METERS + 1];

/* Takes all of this thread's tallies for other cages. */
static void take_tallies(void)
{
	for (unsigned i = 1; i <= METERS; i++)
		enc_traffic_add(&meters[i], 1, 0);
}

static void count_once(void)
{
	enc_traffic_add(&meters[0], 1000, 1000);
}

/* Bytes are counted for the cage that they were copied for, also where its tally goes meanwhile. */
Test(steps, tallies_taken_between_any_two_instructions)
{
	unsigned long n = 0;

	step_set_up();
	step_on_trap = take_tallies;
	while (true) {
		count_once();
		unit_row("instruction %lu", ++n);
		if (!step_until(n, count_once))
			break;
		same(enc_traffic_read(&meters[0]).from_cage, 2000 * n);
		same(enc_traffic_read(&meters[0]).to_cage, 2000 * n);
	}
	holds(n > 5);
	same(enc_traffic_read(&meters[1]).from_cage, n - 1);
	for (unsigned i = 0; i <= METERS; i++)
		enc_traffic_forget(&meters[i]);
}
