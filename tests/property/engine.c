/* SPDX-License-Identifier: MIT */
/*
 * The two engines that scripts drive: the library, and the reference router.
 *
 * Each is a table of functions with the library's own signatures.  Only making and
 * freeing a cage differ: the library gets a plot as one of its memories, the
 * reference router as the bytes that it is.
 */
#include <stdlib.h>

#include "script.h"

static struct encase_cage *library_cage_new(struct encase_setup *setup, struct plot *plot)
{
	struct encase_cage *cage;

	plot_set_up(plot, setup);
	if (encase_cage_new(setup, &cage))
		abort();
	return cage;
}

static void library_cage_free(struct encase_cage *cage)
{
	if (encase_cage_free(cage))
		abort();
}

static struct encase_cage *reference_cage_new(struct encase_setup *setup, struct plot *plot)
{
	return ref_cage_new(setup, &plot->memory);
}

const struct engine engine_library = {
	.name = "library",
	.cage_new = library_cage_new,
	.cage_free = library_cage_free,
	.push = encase_push,
	.traffic = encase_traffic,
	.enter = encase_enter,
	.enter_checked = encase_enter_checked,
	.enter_number = encase_enter_number,
	.self = encase_self,
	.caller = encase_caller,
	.next = encase_next,
	.call_desc = encase_call_desc,
	.call_number = encase_call_number,
	.call_shape = encase_call_shape,
	.arg = encase_arg,
	.arg_word = encase_arg_word,
	.arg_data = encase_arg_data,
	.set_arg = encase_set_arg,
	.forward = encase_forward,
	.fail = encase_fail,
	.failed = encase_failed,
	.reach = encase_reach,
};

const struct engine engine_reference = {
	.name = "reference",
	.cage_new = reference_cage_new,
	.cage_free = ref_cage_free,
	.push = ref_push,
	.traffic = ref_traffic,
	.enter = ref_enter,
	.enter_checked = ref_enter_checked,
	.enter_number = ref_enter_number,
	.self = ref_self,
	.caller = ref_caller,
	.next = ref_next,
	.call_desc = ref_call_desc,
	.call_number = ref_call_number,
	.call_shape = ref_call_shape,
	.arg = ref_arg,
	.arg_word = ref_arg_word,
	.arg_data = ref_arg_data,
	.set_arg = ref_set_arg,
	.forward = ref_forward,
	.fail = ref_fail,
	.failed = ref_failed,
	.reach = ref_reach,
};
