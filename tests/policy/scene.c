/* SPDX-License-Identifier: MIT */
/*
 * Cages and the probe; see scene.h.
 *
 * The probe answers by the kernel's convention: encase_fail() for errors, so
 * that they are errors also where any word may be a result.
 */
#include "scene.h"

#include "blocks.h"

#include <string.h>
#include <sys/mman.h>

struct probe probe;

static struct encase_cage *make_cage(struct encase_setup setup)
{
	static const struct encase_interface *const interfaces[] = { &encase_calls, &odd_calls,
								     NULL };
	struct encase_cage *cage;

	setup.interfaces = interfaces;
	cr_assert_eq(encase_cage_new(&setup, &cage), 0);
	return cage;
}

struct encase_cage *scene_cage(void)
{
	return make_cage((struct encase_setup){ .lower = &encase_lower_void });
}

struct encase_cage *scene_cage_over(const struct encase_function *functions)
{
	return make_cage(
		(struct encase_setup){ .lower = &encase_lower_functions, .below = functions });
}

struct encase_cage *scene_cage_in(const struct encase_arena *arena,
				  const struct encase_function *functions)
{
	return make_cage((struct encase_setup){ .lower = functions ? &encase_lower_functions
								   : &encase_lower_void,
						.below = functions,
						.memory = &encase_memory_arena,
						.space = arena });
}

void scene_push(struct encase_cage *cage, const struct encase_layer *layer, const char *options)
{
	cr_assert_eq(encase_push(cage, layer, options), 0, "%s with '%s'", layer->name,
		     options ? options : "");
}

void scene_free(struct encase_cage *cage)
{
	struct encase_traffic traffic = encase_traffic(cage);

	cr_assert_eq(traffic.from_cage, 0);
	cr_assert_eq(traffic.to_cage, 0);
	cr_assert_eq(encase_cage_free(cage), 0);
}

void scene_leaves_nothing(const struct encase_layer *layer, const char *bad, const char *good)
{
	long live = blocks_live();
	unsigned refused = 0;
	int err;

	do {
		struct encase_cage *cage = scene_cage();

		cr_assert_eq(encase_push(cage, layer, bad), -EINVAL);
		blocks_refuse_after(refused);
		err = encase_push(cage, layer, good);
		blocks_refuse_after(1000);
		cr_assert(!err || err == -ENOMEM, "%d after %u", err, refused);
		scene_push(cage, layer, good);
		cr_assert_gt(blocks_live(), live);
		scene_free(cage);
		cr_assert_eq(blocks_live(), live, "after %u", refused);
		refused += err != 0;
	} while (err);
	cr_assert_geq(refused, 3, "some of the layer's own, and some of the library's");
}

void *scene_forbidden_page(void)
{
	void *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(page, MAP_FAILED);
	return page;
}

static long on_any(struct encase_call *call)
{
	probe.calls++;
	probe.desc = encase_call_desc(call);
	for (unsigned i = 0; i < probe.desc->nargs; i++)
		probe.words[i] = encase_arg_word(call, i);
	if (!probe.answers)
		return encase_forward(call);
	return probe.error ? encase_fail(call, probe.error) : probe.result;
}

static const struct encase_rule rules[] = { ENCASE_ON_ANY(on_any), ENCASE_END };
const struct encase_layer probe_layer = { .name = "probe", .rules = rules };

void probe_answers(long result)
{
	memset(&probe, 0, sizeof(probe));
	probe.answers = true;
	probe.result = result;
}

void probe_fails(int error)
{
	probe_answers(0);
	probe.error = error;
}
