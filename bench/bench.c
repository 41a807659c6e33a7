/* SPDX-License-Identifier: MIT */
/*
 * What README claims about speed, measured.
 *
 * The calls have three arguments, and the lower layer answers 0 to all of them.
 * Prints, with tabs between: name, value, unit, ratio, goal.  The ratio is to a
 * getppid in the same run, but for copy/arena/: there it is what COPY adds to PASS,
 * divided by memcpy's time for the same bytes; for copy/four/process, where it is to one
 * bare read of the same bytes; and for run/ and strace/, where it is to the same natively.  What is no time of a call has no ratio, and its
 * goal is for the value.
 */
#include <encase.h>
#include <errno.h>
#include <ffi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "measure.h"

static long answer(void *below, const void *bound, struct encase_call *call)
{
	(void) below;
	(void) bound;
	(void) call;
	return 0;
}
const struct encase_lower constant = { .name = "constant", .call = answer };

static ssize_t natural_write(int fd, const void *buf, size_t count)
{
	return encase_next_write(fd, buf, count);
}

static ssize_t natural_readlink(const char *pathname, char *buf, int bufsiz)
{
	return encase_next_readlink(pathname, buf, bufsiz);
}

static long raw(struct encase_call *call)
{
	return encase_forward(call);
}

static const struct encase_rule natural_rules[] = {
	ENCASE_ON(write, natural_write, .buf = ENCASE_PASS),
	ENCASE_ON(readlink, natural_readlink, .pathname = ENCASE_PASS, .buf = ENCASE_PASS),
	ENCASE_END,
};
static const struct encase_rule raw_rules[] = {
	ENCASE_ON(write, raw, .buf = ENCASE_PASS),
	ENCASE_END,
};
const struct encase_layer natural_layer = { .name = "natural", .rules = natural_rules };
static const struct encase_layer raw_layer = { .name = "raw", .rules = raw_rules };

void check(int err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "bench: %s: %s\n", what, strerror(-err));
	exit(1);
}

void bench_push(struct encase_cage *cage, const struct encase_layer *layer, int layers)
{
	while (layers--)
		check(encase_push(cage, layer, NULL), layer->name);
}

struct encase_cage *make_cage(const struct encase_layer *layer, int layers)
{
	static const struct encase_setup setup = { .lower = &constant };
	struct encase_cage *cage;

	check(encase_cage_new(&setup, &cage), "cage");
	bench_push(cage, layer, layers);
	return cage;
}

void bench_enter(void *arg, long n)
{
	const struct subject *s = arg;

	while (n--)
		encase_enter(s->cage, s->desc, s->words);
}

/* An empty stack's, or that many layers'. */
static void route(const char *name, const struct encase_desc *desc,
		  const struct encase_layer *layer, int layers, double goal)
{
	static char bytes[16] = "abc";
	struct subject s = { .desc = desc };

	s.words[0] = desc == &encase_desc_write ? 1 : (encase_word) bytes;
	s.words[1] = (encase_word) bytes;
	s.words[2] = sizeof(bytes);
	s.cage = make_cage(layer, layers);
	measure_print(name, measure(bench_enter, &s, NULL, NULL, measure_getppid, NULL), goal);
	encase_cage_free(s.cage);
}

static void call_entry(void *arg, long n)
{
	encase_write_fn **fn = arg;

	while (n--)
		(*fn)(1, "abc", 3);
}

static void bare_closure(ffi_cif *cif, void *result, void **args, void *arg)
{
	(void) cif;
	(void) args;
	(void) arg;
	*(ffi_arg *) result = 0;
}

/* An entry, and beside it a closure of libffi's that does nothing: what of it is not ours. */
static void entries(void)
{
	static const struct encase_setup setup = { .lower = &constant };
	ffi_type *types[3] = { &ffi_type_sint32, &ffi_type_pointer, &ffi_type_uint64 };
	encase_write_fn *fn;
	struct encase_cage *cage;
	ffi_closure *closure;
	void *code;
	ffi_cif cif;

	check(encase_cage_new(&setup, &cage), "cage");
	fn = ENCASE_ENTRY(cage, write);
	check(fn ? 0 : -ENOMEM, "entry");
	measure_print("entry/closure", measure(call_entry, &fn, NULL, NULL, measure_getppid, NULL),
		      0.25);
	encase_cage_free(cage);

	closure = ffi_closure_alloc(sizeof(*closure), &code);
	if (!closure || ffi_prep_cif(&cif, FFI_DEFAULT_ABI, 3, &ffi_type_sint64, types) ||
	    ffi_prep_closure_loc(closure, &cif, bare_closure, NULL, code))
		check(-ENOMEM, "libffi");
	memcpy(&fn, &code, sizeof(code));
	measure_print("entry/libffi", measure(call_entry, &fn, NULL, NULL, measure_getppid, NULL),
		      0);
	ffi_closure_free(closure);
}

int main(void)
{
	const struct encase_desc *write = &encase_desc_write, *readlink = &encase_desc_readlink;

	route("route/empty", write, &raw_layer, 0, 0.06);
	route("route/raw/1", write, &raw_layer, 1, 0.10);
	route("route/natural/1", write, &natural_layer, 1, 0.12);
	route("route/natural/3x2", readlink, &natural_layer, 3, 0.25);
	route("route/raw/16", write, &raw_layer, 16, 0.70);
	route("route/natural/16", write, &natural_layer, 16, 1.02);
	entries();
	bench_static();
	bench_copies();
	bench_made();
	bench_records();
	bench_handles();
	bench_cages();
	bench_run();
	return 0;
}
