/* SPDX-License-Identifier: MIT */
/*
 * Arguments that are not there read 0: docs/forwarding.md, 1.9.
 *
 * Of openat() the mode, through natural and raw handlers that copy,
 * on a stack that is not clean.
 */
#include "unit.h"

#include <fcntl.h>

static unsigned visits;

static int on_openat(int dirfd, const char *path, int flags, mode_t mode)
{
	visits++;
	holds(!strcmp(path, "name"));
	same(mode, 0);
	return encase_next_openat(dirfd, path, flags, 0666);
}

static long on_raw(struct encase_call *call)
{
	visits++;
	same(encase_call_shape(call)->nargs, 3);
	same(encase_arg_word(call, 3), 0);
	same(encase_set_arg(call, 3, 0666), 0); /* counts where it is there */
	same(encase_forward(call), 0);
	same(probe.words[3], 0);
	same(encase_set_arg(call, 2, O_CREAT), 0);
	same(encase_forward(call), 0);
	same(probe.words[3], 0666);
	same(encase_set_arg(call, 4, 1), -EINVAL);
	return 0;
}

/* What stands below here is what frames are made of. */
static __attribute__((noinline)) void soil(void)
{
	volatile char stack[16384];

	memset((char *) stack, 0xa5, sizeof(stack));
}

Test(absent, arguments_read_0)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layers[2];

	memcpy(unit_room + 8, "name", 5);
	unit_natural(&layers[0], &encase_desc_openat, (encase_fn *) on_openat, ENCASE_COPY);
	unit_push(cage, &layers[0].layer);
	soil();
	same(enter(cage, openat, AT_FDCWD, 8, O_RDONLY, 0777), 0);
	same(probe.words[3], 0);
	unit_raw(&layers[1], &encase_desc_openat, on_raw, ENCASE_COPY);
	unit_push(cage, &layers[1].layer);
	soil();
	same(encase_pop(cage, &layers[0].layer), 0);
	same(enter(cage, openat, AT_FDCWD, 8, O_RDONLY, 0777), 0);
	same(visits, 2);
	unit_free(cage);
}

/* A verdict without conditions is all that a call's layers look at, whatever stands behind it. */
Test(absent, what_is_behind_a_verdict)
{
	static const struct encase_verdict verdict = { .error = EPERM };
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;
	struct encase_rule rules[3];

	unit_any(&layer, on_raw, ENCASE_COPY);
	rules[0] = (struct encase_rule){ .desc = &encase_desc_write, .verdict = &verdict };
	rules[1] = layer.rules[0];
	rules[2] = (struct encase_rule) ENCASE_END;
	layer.layer.rules = rules;
	unit_push(cage, &layer.layer);
	same(encase_sight(cage, &encase_desc_write), ENCASE_SEES_VERDICTS);
	same(encase_sight(cage, &encase_desc_read), ENCASE_SEES_POINTERS);
	same(enter(cage, write, 1, 8, 1), -EPERM);
	unit_free(cage);
}
