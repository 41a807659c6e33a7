/* SPDX-License-Identifier: MIT */
/* encase_sight(): what a gate may know of a cage's layers, for each combination of rules. */
#include "unit.h"

static ssize_t natural(const void *buf, size_t n)
{
	return lab_next_put(buf, n);
}

static long raw(struct encase_call *call)
{
	return encase_forward(call);
}

static long natural_arity1(long a)
{
	return lab_next_arity1(a);
}

static int natural_fcntl(int fd, int op, unsigned long arg)
{
	return encase_next_fcntl(fd, op, arg);
}

static const struct encase_rule by_verdict[] = { ENCASE_FAIL_IN(lab, put, 1, .n = ENCASE_IS(1)),
						 ENCASE_END };
static const struct encase_rule by_natural_pass[] = {
	ENCASE_ON_IN(lab, put, natural, ENCASE_PASS_POINTERS), ENCASE_END
};
static const struct encase_rule by_natural_replace[] = {
	ENCASE_ON_IN(lab, put, natural, .buf = ENCASE_PASS | ENCASE_REPLACE), ENCASE_END
};
static const struct encase_rule by_natural_copy[] = { ENCASE_ON_IN(lab, put, natural), ENCASE_END };
static const struct encase_rule by_raw_pass[] = { ENCASE_ON_IN(lab, put, raw, ENCASE_PASS_POINTERS),
						  ENCASE_END };
static const struct encase_rule by_any[] = { ENCASE_ON_ANY(raw), ENCASE_END };
static const struct encase_rule by_group_verdict[] = { ENCASE_FAIL_GROUP_IN(lab, first, 1),
						       ENCASE_END };
static const struct encase_rule by_both[] = { ENCASE_FAIL_IN(lab, put, 1, .n = ENCASE_IS(1)),
					      ENCASE_ON_IN(lab, put, natural), ENCASE_END };
static const struct encase_rule by_another[] = { ENCASE_ON_IN(lab, get, raw), ENCASE_END };

static const struct {
	const struct encase_rule *rules;
	int put;
} kinds[] = {
	{ by_another, ENCASE_SEES_NOTHING },
	{ by_verdict, ENCASE_SEES_VERDICTS },
	{ by_group_verdict, ENCASE_SEES_VERDICTS },
	{ by_natural_pass, ENCASE_SEES_SCALARS },
	{ by_natural_replace, ENCASE_SEES_POINTERS },
	{ by_natural_copy, ENCASE_SEES_POINTERS },
	{ by_raw_pass, ENCASE_SEES_POINTERS }, /* it may ask for the data */
	{ by_any, ENCASE_SEES_POINTERS },
	{ by_both, ENCASE_SEES_POINTERS },
};

/* Of each pair of layers, in either order, the one that sees more counts. */
Test(sight, of_pairs_of_layers)
{
	for (size_t i = 0; i < LENGTH(kinds); i++)
		for (size_t k = 0; k < LENGTH(kinds); k++) {
			struct encase_layer a = { .name = "a", .rules = kinds[i].rules };
			struct encase_layer b = { .name = "b", .rules = kinds[k].rules };
			struct encase_cage *cage = unit_host_cage();

			unit_row("%zu over %zu", k, i);
			same(encase_sight(cage, &lab_desc_put), ENCASE_SEES_NOTHING);
			unit_push(cage, &a);
			same(encase_sight(cage, &lab_desc_put), kinds[i].put);
			unit_push(cage, &b);
			same(encase_sight(cage, &lab_desc_put),
			     kinds[i].put > kinds[k].put ? kinds[i].put : kinds[k].put);
			same(encase_pop(cage, &a), 0);
			same(encase_sight(cage, &lab_desc_put), kinds[k].put);
			unit_free(cage);
		}
}

static const struct encase_rule scalar_rules[] = {
	ENCASE_ON_IN(lab, arity1, natural_arity1),
	ENCASE_ON_IN(lab, arity2, raw),
	ENCASE_ON(fcntl, natural_fcntl),
	ENCASE_ON(prctl, raw, ENCASE_PASS_POINTERS),
	ENCASE_FAIL(ioctl, EPERM, .request = ENCASE_IS(1)),
	ENCASE_ON(open, raw),
	ENCASE_END,
};
static const struct encase_layer scalar_layer = { .name = "scalars", .rules = scalar_rules };

Test(sight, of_scalars_and_of_what_varies)
{
	struct encase_cage *cage = unit_host_cage();

	same(encase_sight(cage, &encase_desc_fcntl), ENCASE_SEES_NOTHING);
	unit_push(cage, &scalar_layer);
	same(encase_sight(cage, &lab_desc_arity1), ENCASE_SEES_SCALARS);
	same(encase_sight(cage, &lab_desc_arity2), ENCASE_SEES_SCALARS);
	same(encase_sight(cage, &lab_desc_arity3), ENCASE_SEES_NOTHING);
	same(encase_sight(cage, &encase_desc_fcntl), ENCASE_SEES_POINTERS);
	same(encase_sight(cage, &encase_desc_prctl), ENCASE_SEES_POINTERS);
	same(encase_sight(cage, &encase_desc_ioctl), ENCASE_SEES_VERDICTS);
	same(encase_sight(cage, &encase_desc_open), ENCASE_SEES_POINTERS);
	same(encase_sight(cage, &encase_desc_mremap), ENCASE_SEES_NOTHING);
	unit_free(cage);
}

Test(sight, of_what_is_not_spoken_or_refused)
{
	static const struct encase_interface *const lab_alone[] = { &lab_calls, NULL };
	struct encase_setup setup = { .interfaces = lab_alone,
				      .lower = &probe_lower,
				      .refuse = EPERM };
	struct encase_cage *cage;

	same(encase_cage_new(&setup, &cage), 0);
	same(encase_sight(cage, &encase_desc_getpid), -ENOSYS);
	same(encase_sight(cage, &lab_desc_put), ENCASE_SEES_NOTHING);
	unit_free(cage);
}
