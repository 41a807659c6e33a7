/* SPDX-License-Identifier: MIT */
/*
 * Fuzzer of examples/riot_vm: random code on a machine beside another one.  Whatever it does, it
 * makes no more steps than it may, reaches nothing outside its memory (sanitizers see that), changes
 * nothing of the other machine's, and leaves nothing behind.  Also what takes bytes from
 * outside: the assembler, and messages.
 */
#include <policies.h>
#include <string.h>

#include "asm.h"
#include "fuzz.h"
#include "host.h"
#include "layers.h"

#define MOST    3000 /* steps */
#define SECRET  0x5a
#define OTHER   1024 /* bytes of the other machine */
#define HANDLES 8
#define ZEROS   64 /* where the other machine has some, for its spills */

static struct fuzz {
	struct random random;
	struct board board;
	struct encase_handles *handles;
	struct host it, other;
	uint16_t made[HANDLES]; /* handles that it has */
	unsigned nmade;
	uint16_t root, file; /* the other one's */
	uint8_t code[4096];
	size_t n;
} fuzz;

static uint16_t below(unsigned n)
{
	return (uint16_t) random_below(&fuzz.random, n);
}

/* -- The machines ------------------------------------------------------------------ */

static int call(struct host *host, unsigned number, uint16_t r0, uint16_t r1, uint16_t r2,
		uint16_t r3)
{
	const uint16_t r[] = { r0, r1, r2, r3 };
	int err;

	memcpy(host->vm.r, r, sizeof(r));
	err = host->vm.trap(&host->vm, (uint16_t) number);
	return err ? err : host->vm.r[0];
}

/* All pointers are copied for it, and back. */
static long forward(struct encase_call *c)
{
	return encase_forward(c);
}
static const struct encase_rule rules[] = { ENCASE_ON_ANY(forward, ENCASE_COPY), ENCASE_END };
static const struct encase_layer copier = { .name = "copier", .rules = rules };

static void push_layers(void)
{
	static const struct {
		const struct encase_layer *layer;
		const char *options;
	} layers[] = { { &copier, NULL },
		       { &riot_count, "it" },
		       { &encase_trace, NULL },
		       { &riot_deny, "puts=EPERM,%coap=EACCES,random_u32=EIO" } };
	unsigned which = below(16);

	for (unsigned i = 0; i < 4; i++)
		FUZZ_CHECK(!(which >> i & 1) ||
				   !encase_push(fuzz.it.cage, layers[i].layer, layers[i].options),
			   "layer %u cannot be pushed", i);
}

static void furnish_other(void)
{
	struct host *o = &fuzz.other;

	memset(o->vm.memory, SECRET, OTHER);
	memset(o->vm.memory + ZEROS, 0, 8);
	memcpy(o->vm.memory + 8, "notes", 5);
	FUZZ_CHECK(!call(o, riot_number_vfs_root, 0, 0, 0, 0), "no root");
	fuzz.root = o->vm.r[1];
	FUZZ_CHECK(!call(o, riot_number_openfile_at, fuzz.root, 8, 5, 0), "no file");
	fuzz.file = o->vm.r[1];
	memset(o->vm.memory + 8, SECRET, 5);
}

static void check_other(void)
{
	struct host *o = &fuzz.other;

	for (size_t i = 0; i < OTHER; i++)
		FUZZ_CHECK(o->vm.memory[i] == (i >= ZEROS && i < ZEROS + 8 ? 0 : SECRET),
			   "byte %zu of the other machine's changed", i);
	FUZZ_CHECK(!call(o, riot_number_readdir, fuzz.root, 0, 0, 0), "its directory is gone");
	FUZZ_CHECK(!call(o, riot_number_readslice, fuzz.file, 0, 0, ZEROS), "its file is gone");
	FUZZ_CHECK(!memcmp(tree_find(fuzz.board.tree.nodes, "home/b/notes", 12)->bytes,
			   "b's notes\n", 10),
		   "its file has changed");
}

static void make_machines(void)
{
	static const size_t sizes[] = { 256, 1000, 4096, 65535, 65536 };
	struct host_setup setup = { .name = "it",
				    .memory = RANDOM_OF(&fuzz.random, sizes),
				    .steps = MOST,
				    .root = "home/a",
				    .saul = below(4),
				    .vfs = below(4) };

	board_init(&fuzz.board, below(2000), NULL);
	FUZZ_CHECK(!host_handles_new(&fuzz.handles), "no handles");
	FUZZ_CHECK(!host_new(&fuzz.it, &setup, &fuzz.board, fuzz.handles), "no machine");
	setup = (struct host_setup){ .name = "other",
				     .memory = OTHER,
				     .steps = 1,
				     .root = "home/b",
				     .saul = MAY_READ,
				     .vfs = MAY_READ };
	FUZZ_CHECK(!host_new(&fuzz.other, &setup, &fuzz.board, fuzz.handles), "no other machine");
	furnish_other();
}

/* -- Code -------------------------------------------------------------------------- */

static void keep(void)
{
	if (fuzz.nmade < HANDLES)
		fuzz.made[fuzz.nmade++] = fuzz.it.vm.r[1];
}

/* Handles from which one gets something: a directory's entries, a message with an option and a payload. */
static void make_full(void)
{
	uint16_t message;

	if (!call(&fuzz.it, riot_number_vfs_root, 0, 0, 0, 0) &&
	    !call(&fuzz.it, riot_number_readdir, fuzz.it.vm.r[1], 0, 0, 0))
		keep();
	if (call(&fuzz.it, riot_number_coap_new, 0x100, 0, 0, 0))
		return;
	keep();
	message = fuzz.it.vm.r[1];
	(void) call(&fuzz.it, riot_number_coap_add_option, message, 11, 8, 60);
	(void) call(&fuzz.it, riot_number_coap_set_payload, message, 8, 60, 0);
}

/* Calls that give handles in r1. */
static void make_handles(void)
{
	static const struct {
		uint16_t number, r0, r2;
	} makers[] = { { riot_number_vfs_root, 0, 0 },
		       { riot_number_saul_iter_init, 0, 0 },
		       { riot_number_timer_set_ms, 3, 0 },
		       { riot_number_timer_set_cb, 1, 0 },
		       { riot_number_coap_new, 0x100, 0 } };

	if (below(2))
		make_full();
	for (unsigned n = below(HANDLES + 1); n; n--) {
		unsigned i = below(5);

		if (!call(&fuzz.it, makers[i].number, makers[i].r0, 0, makers[i].r2, 0))
			keep();
	}
}

static uint16_t word(void)
{
	uint16_t size = (uint16_t) fuzz.it.vm.size;

	switch (below(8)) {
	case 0:
	case 1:
		return fuzz.nmade ? fuzz.made[below(fuzz.nmade)] : 1;
	case 2:
		return below(20);
	case 3:
		return (uint16_t) (size - below(20));
	case 4:
		return (uint16_t) -below(20);
	case 5:
		return below(2) ? fuzz.root : fuzz.file; /* which are not its own */
	case 6:
		return (uint16_t) (below((unsigned) fuzz.it.vm.size) & ~1U);
	default:
		return (uint16_t) random_word(&fuzz.random);
	}
}

static void emit(unsigned number, unsigned registers, uint16_t i)
{
	const uint8_t in[] = { (uint8_t) number, (uint8_t) registers, (uint8_t) i,
			       (uint8_t) (i >> 8) };

	if (fuzz.n + sizeof(in) > sizeof(fuzz.code) || fuzz.n + sizeof(in) > fuzz.it.vm.size)
		return;
	memcpy(fuzz.code + fuzz.n, in, sizeof(in));
	fuzz.n += sizeof(in);
}

/* Arguments that fit: a handle of its own, and a slice that ends where the memory does, or before. */
static void emit_fitting(void)
{
	unsigned at = 1 + below(2), room = below(20) + 1;

	emit(VM_set, 0, fuzz.nmade ? fuzz.made[below(fuzz.nmade)] : 1);
	emit(VM_set, 3 - 2 * (at - 1), below(3));
	emit(VM_set, at, (uint16_t) (fuzz.it.vm.size - room));
	emit(VM_set, at + 1, below(room + 1));
}

static void emit_any(void)
{
	for (unsigned r = 0; r < 4; r++)
		if (below(4))
			emit(below(3) ? VM_set : VM_mov, r | (4 + below(3)) << 4, word());
}

static void emit_call(void)
{
	if (below(2))
		emit_fitting();
	else
		emit_any();
	emit(VM_sys, 0,
	     below(20) ? (uint16_t) riot_calls.texts[below((unsigned) riot_calls.ncalls)].number
		       : word());
	if (below(2))
		emit(VM_mov, (4 + below(3)) | 1 << 4, 0);
}

static void emit_code(void)
{
	static const uint8_t numbers[] = {
#define OP(name, number, ...) (number),
#include "../../examples/riot_vm/ops.def"
#undef OP
	};

	for (unsigned n = below(120) + 1; n; n--) {
		if (below(16)) /* most of the others end it */
			emit_call();
		else if (below(8))
			emit(RANDOM_OF(&fuzz.random, numbers), below(256),
			     below(4) ? (uint16_t) (4 * below((unsigned) fuzz.n / 4 + 4)) : word());
		else
			emit((uint8_t) random_word(&fuzz.random), below(256), word());
	}
}

static void run_machine(void)
{
	struct vm *vm = &fuzz.it.vm;
	unsigned turns = 0;

	make_machines();
	make_handles();
	push_layers();
	emit_code();
	vm_load(vm, fuzz.code, fuzz.n);
	for (size_t i = fuzz.n; i < vm->size && i < fuzz.n + 600; i++)
		vm->memory[i] = (uint8_t) below(256);
	while (host_run(&fuzz.it, 500))
		FUZZ_CHECK(++turns <= MOST / 500 + 1, "it runs for ever");
	FUZZ_CHECK(vm->end > VM_RUNS && vm->end < VM_NENDS && vm->steps <= MOST,
		   "it ended with %d after %llu steps", vm->end, (unsigned long long) vm->steps);
	for (unsigned i = 0; i < HOST_THINGS; i++)
		FUZZ_CHECK(!fuzz.it.things[i].type, "thing %u is left", i);
	check_other();
	host_free(&fuzz.it);
	host_free(&fuzz.other);
	FUZZ_CHECK(!fuzz.it.cage && !encase_handles_free(fuzz.handles), "something is held");
}

/* -- Bytes from outside ---------------------------------------------------------------- */

static unsigned told;
static void tell(void *arg, unsigned line, const char *text)
{
	(void) arg;
	FUZZ_CHECK(line && *text, "an error without a line or a text");
	told++;
}

/* Text that is somewhat like a program. */
static void run_assembler(void)
{
	static const char *const words[] = { "set ",    "r1",          ", ",     "halt",   "sys ",
					     "puts",    "a",           ":",      "\n",     " ",
					     ";",       "'x'",         "-",      "+",      "0x1f",
					     "12",      ".byte ",      ".word ", ".text ", "\"",
					     ".space ", ".align ",     ".equ ",  "b",      "65535",
					     "\\",      "error_stale", "sp",     "'",      "," };
	static struct asm_image image;
	char text[400];
	size_t n = 0;

	for (unsigned k = below(60); k; k--) {
		const char *one = RANDOM_OF(&fuzz.random, words);

		for (; *one && n < sizeof(text); one++)
			text[n++] = below(40) ? *one : (char) random_word(&fuzz.random);
	}
	told = 0;
	FUZZ_CHECK(asm_assemble(text, n, &image, tell, NULL) == told, "an error that is not told");
	FUZZ_CHECK(image.size <= VM_MOST, "an image that is too large");
}

/* What is a message is built of it again: in other bytes perhaps, but the same. */
static void run_message(void)
{
	struct coap_message message, again;
	uint8_t bytes[300], wire[COAP_WIRE_MOST];
	size_t n = below(sizeof(bytes) + 1);
	long length;

	for (size_t i = 0; i < n; i++)
		bytes[i] = (uint8_t) (below(2) ? below(256) : below(16));
	if (n && below(8))
		bytes[0] = (uint8_t) (0x40 | (bytes[0] & 0x3f));
	if (coap_parse(&message, bytes, n))
		return;
	length = coap_build(&message, wire, sizeof(wire));
	FUZZ_CHECK(length > 0 && (size_t) length <= n, "a message has become longer: %ld", length);
	FUZZ_CHECK(!coap_parse(&again, wire, (size_t) length) &&
			   !memcmp(&again, &message, sizeof(message)),
		   "a message has become another");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	memset(&fuzz, 0, sizeof(fuzz));
	fuzz.random = fuzz_front(data, size);
	switch (below(8)) {
	case 0:
		run_assembler();
		break;
	case 1:
		run_message();
		break;
	default:
		run_machine();
	}
	return 0;
}
