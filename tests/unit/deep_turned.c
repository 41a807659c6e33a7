/* SPDX-License-Identifier: MIT */
/* Vectors that handlers change: docs/forwarding.md, 4.2, 4.4, 4.5, and sums, 3.7. */
#include "deep.h"

static unsigned visits;

/* -- What a handler changes ----------------------------------------------- */

static struct iovec *shown(struct encase_call *call)
{
	return encase_arg(call, 1);
}

static long change(struct encase_call *call)
{
	static char mine[] = "mine!";
	struct iovec *iov = shown(call), own[4] = { iov[0], iov[1], iov[2], { mine, 5 } };

	iov[0].iov_len = 13; /* beyond the shadow */
	same(encase_forward(call), -EINVAL);
	iov[0].iov_len = 12; /* to its end */
	same(encase_forward(call), 0);
	same(deep_ncame, 19);
	iov[0].iov_len = 2;
	same(encase_forward(call), 0);
	same(deep_ncame, 9);
	holds(!memcmp(deep_came, "he, world", 9));
	iov[0] = (struct iovec){ mine, 5 };
	same(encase_forward(call), 0);
	holds(!memcmp(deep_came, "mine!, world", 12));
	iov[0] = (struct iovec){ (char *) iov[2].iov_base + 3, 5 };
	same(encase_forward(call), -EINVAL);
	iov[0] = own[0];
	same(encase_set_arg(call, 2, 4), 0); /* more than arrived */
	same(encase_forward(call), -EINVAL);
	same(encase_set_arg(call, 1, WORD(own)), 0);
	same(encase_forward(call), 0);
	holds(!memcmp(deep_came, "hello, worldmine!", 17));
	own[3].iov_base = iov[2].iov_base;
	own[3].iov_len = 8;
	same(encase_forward(call), -EINVAL);
	same(encase_set_arg(call, 2, 3), 0);
	same(encase_forward(call), 0);
	same(encase_set_arg(call, 1, WORD(iov + 3)), 0); /* where 12 bytes are left */
	same(encase_set_arg(call, 2, 1), 0);
	same(encase_forward(call), -EINVAL);
	same(encase_set_arg(call, 1, WORD(iov + 1)), 0);
	same(encase_set_arg(call, 2, 1 << 20), 0); /* the entries leave the shadow */
	same(encase_forward(call), -EINVAL);
	same(encase_set_arg(call, 1, WORD(ENCASE_NULL)), 0);
	same(encase_set_arg(call, 2, 0), 0);
	return encase_forward(call);
}

Test(deep_vectors, handlers_change_them)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layer;

	deep_make_three();
	probe.answer = deep_bottom;
	deep_raw(cage, &layer, writev, change, ENCASE_COPY);
	same(enter(cage, writev, 1, DEEP_AT, 3), 0);
	same(probe.calls, 6);
	same(deep_ncame, 0);
	unit_free(cage);
}

/* A lower layer leaves an upper one's entry too long: whoever passes it by sends it no more. */
static long spoil(struct encase_call *call)
{
	if (visits++)
		return 0;
	shown(call)[2].iov_len = 8;
	return 0;
}

static long twice(struct encase_call *call)
{
	same(encase_forward(call), 0);
	return encase_forward(call);
}

static ssize_t twice_writev(int fd, const struct iovec *iov, int n)
{
	same(encase_next_writev(fd, iov, n), 0);
	return encase_next_writev(fd, iov, n);
}

Test(deep_vectors, are_looked_at_again)
{
	struct unit_layer layers[3];

	for (unsigned raw = 0; raw < 2; raw++) {
		struct encase_cage *cage = unit_arena_cage();

		deep_make_three();
		visits = 0;
		deep_raw(cage, &layers[0], writev, spoil, ENCASE_COPY);
		if (raw)
			deep_raw(cage, &layers[1], writev, twice, ENCASE_PASS);
		else
			deep_natural(cage, &layers[1], writev, twice_writev, ENCASE_PASS);
		deep_raw(cage, &layers[2], writev, lab_forward, ENCASE_COPY);
		unit_row("raw %u", raw);
		same(enter(cage, writev, 1, DEEP_AT, 3), -EINVAL);
		same(visits, 1);
		unit_free(cage);
	}
}

static long replace(struct encase_call *call)
{
	static char mine[] = "mine";
	static const struct iovec own = { mine, 4 };

	same(encase_set_arg(call, 1, WORD(&own)), 0);
	same(encase_set_arg(call, 2, 1), 0);
	return encase_forward(call);
}

Test(deep_vectors, are_replaced)
{
	struct encase_cage *cage = unit_arena_cage();
	struct unit_layer layers[2];

	deep_make_three();
	probe.answer = deep_bottom;
	deep_raw(cage, &layers[0], writev, replace, ENCASE_PASS | ENCASE_REPLACE);
	same(enter(cage, writev, 1, DEEP_AT, 3), 0);
	holds(!memcmp(deep_came, "mine", 4));
	same(encase_traffic(cage).from_cage, 0);
	unit_raw(&layers[1], &encase_desc_writev, replace, ENCASE_NULLIFY);
	same(encase_push(cage, &layers[1].layer, NULL), -EINVAL);
	unit_free(cage);
}

/* -- Sums ----------------------------------------------------------------- */

static void *anywhere(void *space, encase_word at, size_t n)
{
	(void) space;
	(void) n;
	return (char *) unit_room + at;
}

/* 3.7: what all of them together have too much is cut off, and not looked at. */
Test(deep_vectors, sums_are_cut)
{
	struct encase_memory wide = turning;
	struct encase_cage *cage;

	wide.place = anywhere;
	cage = unit_cage(&wide, NULL);
	deep_make_three();
	deep_entry(DEEP_AT, 0, DEEP_BYTES, ENCASE_TRANSFER_MAX - 3);
	deep_entry(DEEP_AT, 1, DEEP_BYTES, 100);
	deep_entry(DEEP_AT, 2, UINT64_MAX, INT64_MAX);
	probe.answer = deep_bottom;
	same(enter(cage, writev, 1, DEEP_AT, 3), 0);
	same(deep_at_bottom[0].iov_len, ENCASE_TRANSFER_MAX - 3);
	same(deep_at_bottom[1].iov_len, 3);
	same(deep_at_bottom[2].iov_len, 0);
	unit_free(cage);
}
