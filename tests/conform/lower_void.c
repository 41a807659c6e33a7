/* SPDX-License-Identifier: MIT */
/* Row of lower layer "void", which answers nothing, and a test that it looks at nothing. */
#include <errno.h>
#include <string.h>

#include "lowers.h"
#include "mix.h"

const struct lower_row lower_row_void = { .lower = &encase_lower_void };

/* No word is too bad for it: none is looked at. */
static void all_calls_of(struct bench *b, const struct encase_interface *interface)
{
	encase_word words[ENCASE_MAX_ARGS];

	for (size_t c = 0; c < interface->ncalls; c++) {
		const struct encase_desc *desc = interface->calls[c];

		for (size_t i = 0; i < ENCASE_MAX_ARGS; i++)
			words[i] = b->space.row->nowhere + i;
		same(encase_text(desc)->name, encase_enter(b->cage, desc, words), -ENOSYS);
	}
}

Test(lower_void, looks_at_nothing)
{
	for (size_t i = 0; memory_rows[i]; i++) {
		struct encase_traffic traffic;
		struct bench b;

		bench_open(&b, &lower_row_void, memory_rows[i]);
		all_calls_of(&b, &encase_calls);
		all_calls_of(&b, &mix_calls);
		traffic = encase_traffic(b.cage);
		same(b.who, traffic.from_cage + traffic.to_cage, 0);
		bench_close(&b);
	}
}
