/* SPDX-License-Identifier: MIT */
/*
 * Descriptors: how they are found, and what encase/define.h makes of a table's
 * entries, of each form of the grammar in encase/table.h.
 */
#include "unit.h"

_Static_assert(sizeof(struct encase_desc) == 64, "all that a call looks at is one cache line");
_Static_assert(sizeof(struct encase_arg) == 4, "two words of a descriptor hold four arguments");

/* -- Lookups -------------------------------------------------------------- */

Test(desc, is_found_by_name_and_number)
{
	const struct encase_interface *tables[] = { &encase_calls, &lab_calls };

	for (size_t t = 0; t < LENGTH(tables); t++)
		for (size_t i = 0; i < tables[t]->ncalls; i++) {
			const struct encase_desc *desc = tables[t]->calls[i];
			const struct encase_text *text = encase_text(desc);

			unit_row("%s of %s", text->name, tables[t]->name);
			same(encase_find(tables[t], text->name), desc);
			same(encase_find_number(tables[t], text->number), desc);
			same(desc->index, i);
			same(desc->interface, tables[t]);
		}
	same(encase_find(&encase_calls, "write"), &encase_desc_write);
	same(encase_find_number(&encase_calls, 257), &encase_desc_openat);
	same(encase_find(&lab_calls, "put"), &lab_desc_put);
	same(encase_find_number(&lab_calls, 200), &lab_desc_put);
}

Test(desc, is_not_found)
{
	static const char *const names[] = { "", "writ", "writes", "Write", " write", "put" };
	static const long numbers[] = { -1, 100000, 0x40000001 };

	for (size_t i = 0; i < LENGTH(names); i++)
		same(encase_find(&encase_calls, names[i]), NULL);
	for (size_t i = 0; i < LENGTH(numbers); i++)
		same(encase_find_number(&encase_calls, numbers[i]), NULL);
	same(encase_find(&lab_calls, "write"), NULL);
	same(encase_find_number(&lab_calls, 1), NULL);
}

Test(desc, groups_are_found)
{
	same(encase_find_group(&encase_calls, "%file"), encase_group_file);
	same(encase_find_group(&encase_calls, "%clock"), encase_group_clock);
	same(encase_find_group(&lab_calls, "%third"), lab_group_third);
	same(encase_find_group(&lab_calls, "%file"), -1);
	same(encase_find_group(&encase_calls, "file"), -1);
	same(encase_find_group(&encase_calls, "%"), -1);
	same(encase_find_group(&encase_calls, ""), -1);
	same(lab_calls.ngroups, 3);
	same(lab_ngroups, 3);
	holds(!strcmp(lab_calls.groups[2], "%third"));
	same(lab_calls.groups[3], NULL);
}

/* -- What is made of arguments -------------------------------------------- */

enum { F = ENCASE_FILLED, N = ENCASE_NULLABLE, I = ENCASE_IN, O = ENCASE_OUT };

static const struct {
	const struct encase_desc *desc;
	unsigned i;
	struct encase_arg arg;
	const char *name, *type;
} args[] = {
	{ &encase_desc_write, 0, { ENCASE_FD, { ENCASE_S32 }, 4 }, "fd", "int" },
	{ &encase_desc_write, 1, { ENCASE_BUF | I, { 2 }, 1 }, "buf", "const void *" },
	{ &encase_desc_write, 2, { ENCASE_SIZE, { ENCASE_U64 }, 8 }, "count", "size_t" },
	{ &encase_desc_read, 1, { ENCASE_BUF | O | F, { 2 }, 1 }, "buf", "void *" },
	{ &encase_desc_getgroups, 1, { ENCASE_BUF | O | F, { 0 }, 4 }, "list", "gid_t *" },
	{ &encase_desc_openat, 0, { ENCASE_AT, { ENCASE_S32 }, 4 }, "dirfd", "int" },
	{ &encase_desc_openat, 1, { ENCASE_PATH | I, { 0 }, 4096 }, "pathname", "const char *" },
	{ &encase_desc_openat, 3, { ENCASE_MODE, { ENCASE_U32 }, 4 }, "mode", "mode_t" },
	{ &encase_desc_pipe2, 0, { ENCASE_OBJ | O, { 0 }, 8 }, "pipefd", "int *" },
	{ &encase_desc_statx, 1, { ENCASE_PATH | I | N, { 0 }, 4096 }, "pathname", "const char *" },
	{ &encase_desc_mmap, 0, { ENCASE_ADDR, { ENCASE_POINTER }, 8 }, "addr", "void *" },
	{ &lab_desc_swap, 0, { ENCASE_BUF | I | O | F, { 1 }, 1 }, "buf", "void *" },
	{ &lab_desc_fill, 0, { ENCASE_BUF | O, { 1 }, 1 }, "buf", "void *" },
	{ &lab_desc_fill_ints, 0, { ENCASE_BUF | O, { 1 }, 4 }, "buf", "uint32_t *" },
	{ &lab_desc_list, 0, { ENCASE_BUF | O | F | N, { 1 }, 4 }, "buf", "uint32_t *" },
	{ &lab_desc_send_ints, 0, { ENCASE_BUF | I, { 1 }, 4 }, "buf", "const uint32_t *" },
	{ &lab_desc_swap_s8, 0, { ENCASE_BUF | I | O | F, { 1 }, 2 }, "buf", "uint16_t *" },
	{ &lab_desc_swap_s8, 1, { ENCASE_SIZE, { ENCASE_S8 }, 1 }, "n", "int8_t" },
	{ &lab_desc_text, 0, { ENCASE_STR | I, { 0 }, 4096 }, "s", "const char *" },
	{ &lab_desc_short_text, 0, { ENCASE_STR | I | N, { 0 }, 8 }, "s", "const char *" },
	{ &lab_desc_long_text, 0, { ENCASE_STR | I, { 0 }, 65535 }, "s", "const char *" },
	{ &lab_desc_pairs, 0, { ENCASE_OBJ | I, { 0 }, 16 }, "in", "const struct lab_pair *" },
	{ &lab_desc_pairs, 2, { ENCASE_OBJ | I | O | N, { 0 }, 16 }, "both", "struct lab_pair *" },
	{ &lab_desc_mixed8, 0, { ENCASE_NUM, { ENCASE_F64 }, 8 }, "a", "double" },
	{ &lab_desc_mixed8, 1, { ENCASE_NUM, { ENCASE_F32 }, 4 }, "b", "float" },
	{ &lab_desc_several, 1, { ENCASE_BUF | I, { 2 }, 1 }, "in", "const void *" },
	{ &lab_desc_several, 3, { ENCASE_BUF | O | F, { 4 }, 1 }, "out", "void *" },
	{ &lab_desc_echo_bool, 0, { ENCASE_NUM, { ENCASE_U8 }, 1 }, "a", "_Bool" },
};

Test(desc, arguments)
{
	for (size_t i = 0; i < LENGTH(args); i++) {
		const struct encase_arg *arg = &args[i].desc->arg[args[i].i];
		const struct encase_text *text = encase_text(args[i].desc);

		unit_row("%s, %u", text->name, args[i].i);
		same(arg->kind, args[i].arg.kind);
		same(arg->type, args[i].arg.type);
		same(arg->size, args[i].arg.size);
		holds(!strcmp(text->arg[args[i].i].name, args[i].name));
		holds(!strcmp(text->arg[args[i].i].type, args[i].type));
	}
}

/* -- What is made of calls ------------------------------------------------ */

/* A set of systemd's, which is in a larger one. */
#define SERVICE(set) (G(sd_##set) | G(sd_system_service))
#define G(group)     (UINT64_C(1) << encase_group_##group)

static const struct {
	const struct encase_desc *desc;
	uint8_t nargs, type, result, limit, pointers, sized;
	encase_word fail;
	uint8_t class_, transfer;
	uint64_t groups;
} calls[] = {
	{ &encase_desc_write, 3, ENCASE_S64, ENCASE_FAILS, 3, 2, 2, UINT64_MAX, ENCASE_ORDINARY, 1,
	  G(desc) | SERVICE(basic_io) },
	{ &encase_desc_getcwd, 2, ENCASE_S64, ENCASE_FAILS, 2, 1, 1, UINT64_MAX, ENCASE_ORDINARY, 0,
	  G(file) | SERVICE(file_system) },
	{ &encase_desc_getpid, 0, ENCASE_S32, ENCASE_FAILS, 0, 0, 0, UINT64_MAX, ENCASE_THREAD, 0,
	  G(pure) | SERVICE(default) },
	{ &encase_desc_geteuid, 0, ENCASE_U32, ENCASE_FAILS, 0, 0, 0, 0xffffffff, ENCASE_THREAD, 0,
	  G(creds) | G(pure) | SERVICE(default) },
	{ &encase_desc_mmap, 6, ENCASE_POINTER, ENCASE_FAILS, 0, 0, 0, UINT64_MAX, ENCASE_SPACE, 0,
	  G(desc) | G(memory) | SERVICE(default) },
	{ &encase_desc_close, 1, ENCASE_S32, ENCASE_FAILS, 0, 0, 0, UINT64_MAX, ENCASE_OWN, 0,
	  G(desc) | SERVICE(basic_io) | SERVICE(file_system) },
	{ &encase_desc_fcntl, 3, ENCASE_S32, ENCASE_FAILS, 0, 4, 0, UINT64_MAX, ENCASE_COMMAND, 0,
	  G(desc) | SERVICE(file_system) },
	{ &encase_desc_uname, 1, ENCASE_S32, ENCASE_FAILS, 0, 1, 0, UINT64_MAX, ENCASE_ORDINARY, 0,
	  G(sd_system_service) },
	{ &lab_desc_several, 6, ENCASE_S64, ENCASE_FAILS, 5, 43, 10, UINT64_MAX, ENCASE_ORDINARY, 0,
	  1 << lab_group_third },
	{ &lab_desc_ints8, 8, ENCASE_S64, ENCASE_FAILS, 0, 0, 0, UINT64_MAX, ENCASE_ORDINARY, 0,
	  7 },
	{ &lab_desc_never, 1, ENCASE_U64, ENCASE_NEVER, 0, 0, 0, 0, ENCASE_ORDINARY, 0, 0 },
	{ &lab_desc_overlaps, 1, ENCASE_S64, ENCASE_OVERLAPS, 0, 0, 0, UINT64_MAX, ENCASE_ORDINARY,
	  0, 0 },
	{ &lab_desc_fails_5, 1, ENCASE_S32, ENCASE_FAILS, 0, 0, 0, 5, ENCASE_ORDINARY, 0, 0 },
	{ &lab_desc_fails_low, 1, ENCASE_S64, ENCASE_FAILS, 0, 0, 0, (encase_word) -128,
	  ENCASE_ORDINARY, 0, 0 },
	{ &lab_desc_fails_127, 1, ENCASE_U8, ENCASE_FAILS, 0, 0, 0, 127, ENCASE_ORDINARY, 0, 0 },
	{ &lab_desc_fails_u16, 1, ENCASE_U16, ENCASE_FAILS, 0, 0, 0, 0xffff, ENCASE_ORDINARY, 0,
	  0 },
	{ &lab_desc_fails_s8, 1, ENCASE_S8, ENCASE_FAILS, 0, 0, 0, UINT64_MAX, ENCASE_ORDINARY, 0,
	  0 },
	{ &lab_desc_fails_f32, 1, ENCASE_F32, ENCASE_FAILS, 0, 0, 0, 0xbf800000, ENCASE_ORDINARY, 0,
	  0 },
	{ &lab_desc_fails_f0, 1, ENCASE_F32, ENCASE_FAILS, 0, 0, 0, 0, ENCASE_ORDINARY, 0, 0 },
	{ &lab_desc_fails_f64, 1, ENCASE_F64, ENCASE_FAILS, 0, 0, 0, UINT64_C(0xbff0000000000000),
	  ENCASE_ORDINARY, 0, 0 },
	{ &lab_desc_fails_ptr, 1, ENCASE_POINTER, ENCASE_FAILS, 0, 0, 0, 0, ENCASE_ORDINARY, 0, 0 },
};

Test(desc, calls)
{
	for (size_t i = 0; i < LENGTH(calls); i++) {
		const struct encase_desc *desc = calls[i].desc;
		const struct encase_text *text = encase_text(desc);

		unit_row("%s", text->name);
		same(desc->nargs, calls[i].nargs);
		same(desc->type, calls[i].type);
		same(desc->result, calls[i].result);
		same(desc->limit, calls[i].limit);
		same(desc->pointers, calls[i].pointers);
		same(desc->sized, calls[i].sized);
		same(desc->fail, calls[i].fail);
		same(text->class_, calls[i].class_);
		same(text->transfer, calls[i].transfer);
		same(text->groups, calls[i].groups);
	}
	holds(!strcmp(encase_text(&encase_desc_write)->result, "ssize_t"));
	holds(!strcmp(encase_text(&encase_desc_mmap)->result, "void *"));
}
