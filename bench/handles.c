/* SPDX-License-Identifier: MIT */
/* What it takes to use an object by its handle, of a type below the one that is asked for. */
#include <encase/handle.h>

#include "bench.h"
#include "measure.h"

static const struct encase_handle_type node = { "node", NULL, NULL };
static const struct encase_handle_type file = { "file", &node, NULL };

struct user {
	struct encase_cage *cage;
	encase_word handle;
};

/* Gets and puts: two atomic operations. */
static void use(void *arg, long n)
{
	const struct user *u = arg;
	struct encase_use one;

	while (n--) {
		check(encase_handle_get(u->cage, u->handle, &node, 1, &one), "get");
		encase_handle_put(&one);
	}
}

void bench_handles(void)
{
	static const struct encase_handles_setup setup = { .places = 64, .bits = 16 };
	struct user u = { .cage = make_cage(NULL, 0) };
	struct encase_handles *table;
	int object;

	check(encase_handles_new(&setup, &table), "handles");
	check(encase_handles_join(table, u.cage, 64, NULL), "handles");
	check(encase_handle_new(u.cage, &file, &object, 1, &u.handle), "handle");
	measure_print("handle/get", measure(use, &u, NULL, NULL, measure_getppid, NULL), 0);
	encase_cage_free(u.cage);
	encase_handles_free(table);
}
