/* SPDX-License-Identifier: MIT */
/*
 * What an argument points to that is a pointer for some commands only: copied,
 * passed by, replaced; forwards that change the command; and C functions below.
 */
#define _GNU_SOURCE
#include "unit.h"

#include <asm/ioctls.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "enc.h"

#define GET  _IOR('t', 1, struct lab_pair)
#define PUT  _IOW('t', 2, struct lab_pair)
#define SWAP _IOWR('t', 3, struct lab_pair)
#define BARE _IO('t', 4)

static struct encase_cage *cage;

/* The pair below is replaced by its opposite, where the command says that it is written. */
static struct lab_pair got;
static bool reached;

static long pair_below(struct encase_call *call)
{
	const struct encase_desc *shape = encase_call_shape(call);
	int err = encase_reach(call);
	struct lab_pair *pair;

	reached = true;
	if (err)
		return err;
	if (!(shape->pointers & 4))
		return (long) encase_arg_word(call, 2);
	pair = encase_arg(call, 2);
	if (!pair)
		return -EFAULT;
	got = *pair;
	if (shape->arg[2].kind & ENCASE_OUT)
		*pair = (struct lab_pair){ -got.a - 1, -got.b - 1 };
	return 0;
}

#define AT 320 /* in the arena */
static struct lab_pair *const there = (struct lab_pair *) (unit_room + AT);

static void set_up(unsigned far)
{
	unit_paint();
	*there = (struct lab_pair){ 30, 40 };
	cage = far ? unit_far_cage() : unit_arena_cage();
	probe.answer = pair_below;
}

#define ADDRESS(far) ((far) ? UNIT_FAR + AT : AT)

/* -- Copies ----------------------------------------------------------------- */

static struct lab_pair shown;
static unsigned handled;

static int natural(int fd, unsigned long request, unsigned long arg)
{
	handled++;
	if (request == BARE) {
		same(arg, 77);
	} else {
		const struct lab_pair *p = (const struct lab_pair *) arg;

		holds(p != there && arg != AT && arg != UNIT_FAR + AT);
		shown = *p;
	}
	return encase_next_ioctl(fd, request, arg);
}

static long raw(struct encase_call *call)
{
	size_t len = 5;
	void *data = NULL;
	int err = encase_arg_data(call, 2, &data, &len);

	handled++;
	if (encase_arg_word(call, 1) == BARE) {
		same(err, -EINVAL);
		same(encase_arg(call, 2), NULL);
		same(encase_arg_word(call, 2), 77);
	} else {
		same(err, 0);
		same(len, sizeof(struct lab_pair));
		same(encase_arg(call, 2), data);
		shown = *(struct lab_pair *) data;
	}
	return encase_forward(call);
}

static const struct encase_rule natural_rules[] = { ENCASE_ON(ioctl, natural), ENCASE_END };
static const struct encase_rule raw_rules[] = { ENCASE_ON(ioctl, raw, .arg = ENCASE_COPY),
						ENCASE_END };
static const struct encase_rule asking_rules[] = { ENCASE_ON(ioctl, raw, .arg = ENCASE_PASS),
						   ENCASE_END };
static const struct encase_layer copying[] = { { .name = "natural", .rules = natural_rules },
					       { .name = "raw", .rules = raw_rules },
					       { .name = "asking", .rules = asking_rules } };

static long ioctl_of(encase_word request, encase_word arg)
{
	handled = 0;
	reached = false;
	return enter(cage, ioctl, 3, request, arg);
}

Test(shapes_data, copies)
{
	for (unsigned how = 0; how < 6; how++) {
		unsigned far = how / 3;
		const size_t size = sizeof(struct lab_pair);

		unit_row("%u", how);
		set_up(far);
		unit_push(cage, &copying[how % 3]);

		same(ioctl_of(GET, ADDRESS(far)), 0);
		same(handled, 1);
		same(shown.a, 0); /* nothing is read */
		same(there->a, -1);
		same(encase_traffic(cage).from_cage, 0);
		same(encase_traffic(cage).to_cage, size);

		*there = (struct lab_pair){ 30, 40 };
		same(ioctl_of(PUT, ADDRESS(far)), 0);
		same(shown.b, 40);
		same(got.a, 30);
		same(there->a, 30); /* nothing is written */
		same(encase_traffic(cage).from_cage, size);
		same(encase_traffic(cage).to_cage, size);

		same(ioctl_of(SWAP, ADDRESS(far)), 0);
		same(shown.b, 40);
		same(there->b, -41);
		same(encase_traffic(cage).to_cage, 2 * size);

		same(ioctl_of(BARE, 77), 77);
		same(handled, 1);
		same(encase_traffic(cage).from_cage, 2 * size);
		holds(unit_painted_but(AT, size));
		unit_free(cage);
	}
}

Test(shapes_data, bad_pointers)
{
	for (unsigned how = 0; how < 3; how++) {
		unit_row("%u", how);
		set_up(0);
		unit_push(cage, &copying[how < 2 ? how : 1]);
		same(ioctl_of(PUT, UNIT_ROOM - 8), -EFAULT);
		same(handled, 0);
		same(ioctl_of(GET, 0), -EFAULT);
		same(ioctl_of(GET, UINT64_MAX - 3), -EFAULT);
		same(ioctl_of(BARE, 77), 77); /* which points nowhere either */
		holds(unit_painted_but(AT, sizeof(struct lab_pair)));
		unit_free(cage);
	}
}

/* -- Passed by -------------------------------------------------------------- */

static struct lab_pair mine;
static unsigned long give[3];

static int passing(int fd, unsigned long request, unsigned long arg)
{
	handled++;
	same(arg, request == BARE ? 77 : 0);
	if (give[0])
		return encase_next_ioctl(fd, give[0], give[1]);
	return encase_next_ioctl(fd, request, arg);
}

static const struct encase_rule pass_rules[] = { ENCASE_ON(ioctl, passing, .arg = ENCASE_PASS),
						 ENCASE_END };
static const struct encase_rule once_rules[] = {
	ENCASE_ON(ioctl, passing, .arg = ENCASE_PASS | ENCASE_ONCE), ENCASE_END
};
static const struct encase_rule replace_rules[] = {
	ENCASE_ON(ioctl, passing, .arg = ENCASE_PASS | ENCASE_REPLACE), ENCASE_END
};
static const struct encase_layer pass_layer = { .name = "pass", .rules = pass_rules };
static const struct encase_layer once_layer = { .name = "once", .rules = once_rules };
static const struct encase_layer replace_layer = { .name = "replace", .rules = replace_rules };

Test(shapes_data, passed_by)
{
	static const struct encase_layer *const layers[] = { &pass_layer, &once_layer,
							     &replace_layer };

	for (unsigned i = 0; i < 3; i++) {
		unit_row("%s", layers[i]->name);
		set_up(0);
		unit_push(cage, layers[i]);
		same(ioctl_of(SWAP, AT), 0);
		same(got.b, 40);
		same(there->b, -41);
		same(encase_traffic(cage).from_cage, 0);
		same(ioctl_of(BARE, 77), 77);
		same(ioctl_of(SWAP, UNIT_ROOM), -EFAULT); /* from the lower layer */
		holds(reached);
		unit_free(cage);
	}
}

Test(shapes_data, replaced)
{
	set_up(0);
	unit_push(cage, &replace_layer);
	mine = (struct lab_pair){ 1, 2 };
	give[0] = SWAP;
	give[1] = WORD(&mine);
	same(ioctl_of(SWAP, AT), 0);
	same(got.a, 1);
	same(mine.a, -2);
	same(there->a, 30);
	unit_free(cage);

	set_up(0);
	unit_push(cage, &pass_layer); /* without REPLACE */
	same(ioctl_of(SWAP, AT), -EINVAL);
	holds(!reached);
	unit_free(cage);
}

/* -- Forwards to another command -------------------------------------------- */

static const struct {
	encase_word from, arg, to, given;
	long result;
	int64_t got, there, mine; /* the first numbers afterwards */
} turns[] = {
	{ SWAP, AT, BARE, 0, 0, 0, 30, 1 },    /* 0 is the number 0 */
	{ SWAP, AT, BARE, 5, 5, 0, 30, 1 },    /* and others are what they are */
	{ SWAP, AT, FIOCLEX, 5, 0, 0, 30, 1 }, /* no argument any more */
	{ BARE, 77, BARE, 78, 78, 0, 30, 1 },
	{ BARE, 77, PUT, 1, 0, 1, 30, 1 }, /* 1: the handler's own pair */
	{ BARE, 77, SWAP, 1, 0, 1, 30, -2 },
	{ SWAP, AT, GET, 0, 0, 30, -31, 1 }, /* still the same pointer */
	{ GET, AT, PUT, 0, 0, 30, 30, 1 },
};

Test(shapes_data, forwards_that_change_the_command)
{
	for (size_t i = 0; i < LENGTH(turns); i++) {
		unit_row("row %zu", i);
		set_up(0);
		unit_push(cage, &pass_layer);
		got = (struct lab_pair){ 0, 0 };
		mine = (struct lab_pair){ 1, 2 };
		give[0] = turns[i].to;
		give[1] = turns[i].given == 1 ? WORD(&mine) : turns[i].given;
		same(ioctl_of(turns[i].from, turns[i].arg), turns[i].result);
		holds(reached);
		same(got.a, turns[i].got);
		same(there->a, turns[i].there);
		same(mine.a, turns[i].mine);
		unit_free(cage);
	}
}

/* The same by a raw handler; the shadow's bound holds for what the new command would move. */
static long change_raw(struct encase_call *call)
{
	handled++;
	same(encase_set_arg(call, 1, give[0]), 0);
	if (give[1])
		same(encase_set_arg(call, 2, give[1]), 0);
	return encase_forward(call);
}

static const struct encase_rule change_pass[] = { ENCASE_ON(ioctl, change_raw, .arg = ENCASE_PASS),
						  ENCASE_END };
static const struct encase_rule change_copy[] = { ENCASE_ON(ioctl, change_raw), ENCASE_END };
static const struct encase_layer change_layers[] = { { .name = "p", .rules = change_pass },
						     { .name = "c", .rules = change_copy } };

Test(shapes_data, raw_forwards_that_change_the_command)
{
	for (unsigned copied = 0; copied < 2; copied++) {
		set_up(0);
		unit_push(cage, &change_layers[copied]);
		give[0] = PUT;
		give[1] = 0;
		same(ioctl_of(GET, AT), 0);
		same(got.a, copied ? 0 : 30);
		give[0] = _IOR('t', 1, char[17]); /* a byte more than there is */
		same(ioctl_of(GET, AT), copied ? -EINVAL : 0);
		same(reached, !copied);
		give[0] = BARE;
		give[1] = 6;
		if (!copied)
			give[1] = 0; /* no pointer can be set for what is passed */
		same(ioctl_of(GET, AT), copied ? 6 : 0);
		unit_free(cage);
	}
}

/* -- C functions below ------------------------------------------------------ */

static int functions_calls;
static unsigned long last_arg;

static int variadic_ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	unsigned long arg;

	va_start(args, request);
	arg = va_arg(args, unsigned long);
	va_end(args);
	functions_calls++;
	last_arg = arg;
	if (request == SWAP)
		*(struct lab_pair *) arg = (struct lab_pair){ fd, -fd };
	if (request == GET) {
		errno = ENOTTY;
		return -1;
	}
	return 5;
}

static int fixed_ioctl(int fd, unsigned long request, unsigned long arg)
{
	return variadic_ioctl(fd, request, arg);
}

static const struct encase_function variadic_functions[] = { ENCASE_FUNCTION(ioctl, variadic_ioctl),
							     ENCASE_FUNCTION_END };
static const struct encase_function fixed_functions[] = { ENCASE_FUNCTION(ioctl, fixed_ioctl),
							  ENCASE_FUNCTION_END };

Test(shapes_data, c_functions_below)
{
	for (unsigned how = 0; how < 4; how++) {
		unit_row("%u", how);
		unit_paint();
		*there = (struct lab_pair){ 30, 40 };
		cage = unit_cage_on(how & 1 ? &encase_memory_arena : &unit_far_memory,
				    how & 1 ? &unit_arena : NULL, &encase_lower_functions,
				    how & 2 ? variadic_functions : fixed_functions);
		same(enter(cage, ioctl, 3, SWAP, ADDRESS(!(how & 1))), 5);
		same(there->a, 3);
		same(there->b, -3);
		same(enter(cage, ioctl, 3, BARE, 77), 5);
		same(last_arg, 77);
		same(enter(cage, ioctl, 3, FIOCLEX, 77), 5);
		same(last_arg, 0); /* not there */
		same(enter(cage, ioctl, 3, GET, ADDRESS(!(how & 1))), -ENOTTY);
		same(there->a, 3);
		holds(unit_painted_but(AT, sizeof(struct lab_pair)));
		unit_free(cage);
	}
	same(functions_calls, 16);
}
