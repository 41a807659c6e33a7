/* SPDX-License-Identifier: MIT */
/* Handlers of calls that were described at run time; beside them what libffi takes by itself. */
#include <encase/make.h>
#include <ffi.h>
#include <stdio.h>

#include "bench.h"
#include "measure.h"

static const struct encase_signature put = {
	.name = "put",
	.number = 1,
	.type = ENCASE_S64,
	.nargs = 3,
	.args = { { "fd", ENCASE_FD, ENCASE_S32, 0, NULL },
		  { "buf", ENCASE_BUF | ENCASE_IN, 0, 1, "n" },
		  { "n", ENCASE_SIZE, ENCASE_U64, 0, NULL } },
};

static const struct encase_desc *desc;

static long on_put(int fd, const void *buf, size_t n)
{
	encase_word words[3] = { (encase_word) fd, (encase_word) buf, n };

	return (long) encase_next(desc, words);
}

static void enter(void *arg, long n)
{
	static const encase_word words[3] = { 1, 4096, 3 };
	struct encase_cage *cage = arg;

	while (n--)
		encase_enter(cage, desc, words);
}

static long nothing(int fd, const void *buf, size_t n)
{
	(void) fd;
	(void) buf;
	(void) n;
	return 0;
}

static void call_by_libffi(void *arg, long n)
{
	encase_word words[3] = { 1, 4096, 3 };
	void *args[3] = { &words[0], &words[1], &words[2] };
	ffi_arg result;

	while (n--)
		ffi_call(arg, FFI_FN(nothing), &result, args);
}

void bench_made(void)
{
	static const uint8_t passing[4] = { [3] = ENCASE_PASS };
	ffi_type *types[3] = { &ffi_type_sint32, &ffi_type_pointer, &ffi_type_uint64 };
	struct encase_rule rules[2] = { { .handler = (encase_fn *) on_put, .policy = passing },
					ENCASE_END };
	const struct encase_layer layer = { .name = "made", .rules = rules };
	const struct encase_interface *made[2] = { NULL, NULL };
	struct encase_setup setup = { .interfaces = made, .lower = &constant };
	struct encase_cage *cage;
	char why[200];
	ffi_cif cif;

	check(encase_interface_make("made", &put, 1, &made[0], why, sizeof(why)), "make");
	desc = made[0]->calls[0];
	rules[0].desc = desc;
	check(encase_cage_new(&setup, &cage), "cage");
	check(encase_push(cage, &layer, NULL), "push");
	measure_print("route/ffi/1", measure(enter, cage, NULL, NULL, measure_getppid, NULL), 0.40);
	encase_cage_free(cage);
	encase_interface_free(made[0]);

	check(ffi_prep_cif(&cif, FFI_DEFAULT_ABI, 3, &ffi_type_sint64, types), "libffi");
	measure_print("call/libffi",
		      measure(call_by_libffi, &cif, NULL, NULL, measure_getppid, NULL), 0);
}
