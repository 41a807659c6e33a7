/* SPDX-License-Identifier: MIT */
/*
 * Every command of every call: that it is found by its value, and that its arguments are ones
 * that its call can have.  More on those of ioctl(): ioctls.c.
 */
#define _GNU_SOURCE
#include "unit.h"

#include <linux/bpf.h>
#include <linux/futex.h>
#include <linux/in6.h>
#include <linux/keyctl.h>
#include <netinet/in.h>
#include <sys/ipc.h>
#include <sys/quota.h>
#include <sys/socket.h>

typedef void fn(const struct encase_commands *of, const struct encase_command *command);

static void each(fn *f)
{
	size_t n = 0;

	for (size_t i = 0; i < encase_calls.ncalls; i++) {
		const struct encase_commands *of = encase_commands(encase_calls.calls[i]);

		for (size_t k = 0; of && k < of->n; k++, n++) {
			unit_row("%s, %s", encase_text(of->desc)->name, of->list[k].name);
			f(of, &of->list[k]);
		}
	}
	holds(n > 1200);
}

/* Words with that command; of quotas and options it is a part of a word, or two. */
static void words_of(const struct encase_commands *of, const struct encase_command *command,
		     encase_word *words)
{
	memset(words, 0, ENCASE_MAX_ARGS * sizeof(*words));
	words[of->op] = command->value;
	if (of->desc == &encase_desc_quotactl || of->desc == &encase_desc_quotactl_fd)
		words[of->op] = QCMD(command->value, USRQUOTA);
	if (command->value >> 32) {
		words[of->op - 1] = command->value >> 32;
		words[of->op] = (uint32_t) command->value;
	}
}

static void is_found(const struct encase_commands *of, const struct encase_command *command)
{
	encase_word words[ENCASE_MAX_ARGS];

	words_of(of, command, words);
	same(encase_command(of->desc, words), command);
	same(of->desc->arg[of->op].kind, ENCASE_OP);
	for (const struct encase_command *p = of->list; p < command; p++)
		holds(strcmp(p->name, command->name) || p->value >> 32 != command->value >> 32);
}

Test(commands, are_found_by_their_values)
{
	each(is_found);
}

/* -- Arguments --------------------------------------------------------------- */

static bool points(const struct encase_command *command, unsigned i)
{
	return command->pointers >> i & 1;
}

static unsigned kind_of(const struct encase_command_arg *arg)
{
	return arg->is.kind & ENCASE_KIND;
}

static bool is_integer(const struct encase_arg *arg)
{
	return (arg->kind & ENCASE_KIND) <= ENCASE_ADDR && arg->type < ENCASE_F32;
}

static void check_buffer(const struct encase_desc *shape, unsigned i)
{
	const struct encase_arg *arg = &shape->arg[i];

	holds(arg->count < shape->nargs);
	holds(arg->size);
	if (shape->sized >> i & 1)
		holds(is_integer(&shape->arg[arg->count]));
	else /* its length is behind a pointer */
		same(shape->arg[arg->count].kind, ENCASE_OBJ | ENCASE_IN | ENCASE_OUT);
}

static void check_arg(const struct encase_desc *desc, const struct encase_desc *shape,
		      const struct encase_command_arg *arg, unsigned i)
{
	const unsigned both = ENCASE_IN | ENCASE_OUT;
	bool varies = (desc->arg[i].kind & ENCASE_KIND) == ENCASE_VARIES;

	holds(arg->name && *arg->name && arg->type && *arg->type);
	same(memcmp(&shape->arg[i], &arg->is, sizeof(arg->is)), 0);
	same(shape->pointers >> i & 1, kind_of(arg) >= ENCASE_STR);
	if (!(shape->pointers >> i & 1)) {
		same(arg->is.kind & ~ENCASE_KIND, 0);
		holds(arg->is.type <= ENCASE_POINTER);
		if (!varies && !(desc->pointers >> i & 1)) /* as wide as C has it */
			same(arg->is.type, desc->arg[i].type);
		return;
	}
	holds(desc->pointers >> i & 1); /* a thunk can hide no other */
	holds(strchr(arg->type, '*'));
	holds(arg->is.kind & both);
	if (kind_of(arg) <= ENCASE_PATH)
		same(arg->is.kind & both, ENCASE_IN);
	if (kind_of(arg) == ENCASE_BUF)
		check_buffer(shape, i);
	else if (kind_of(arg) != ENCASE_DEEP)
		holds(arg->is.size);
	else if (arg->is.size == ENCASE_OPAQUE) /* null is fine where nobody knows */
		holds(arg->is.kind & ENCASE_NULLABLE);
	if (strstr(arg->type, "const ")) /* nor is it written */
		holds(!(arg->is.kind & ENCASE_OUT));
}

static void is_well_formed(const struct encase_commands *of, const struct encase_command *command)
{
	encase_word words[ENCASE_MAX_ARGS];
	struct encase_desc shape;

	words_of(of, command, words);
	encase_shape(of->desc, words, &shape);
	same(shape.nargs, command->nargs);
	holds(shape.nargs > of->op && shape.nargs <= of->desc->nargs);
	holds(command->class_ <= ENCASE_COMMAND);
	same(command->sized & ~(unsigned) command->pointers, 0);
	for (unsigned i = of->op + 1U; i < shape.nargs; i++) {
		check_arg(of->desc, &shape, &command->args[i - of->first], i);
		for (unsigned k = of->op + 1U; k < i; k++)
			holds(strcmp(command->args[k - of->first].name,
				     command->args[i - of->first].name));
	}
	for (unsigned i = shape.nargs; i < ENCASE_MAX_ARGS; i++)
		holds(!points(command, i));
}

Test(commands, have_arguments_that_their_calls_can_have)
{
	each(is_well_formed);
}

/* A class or a shape that says that there is a command, and a list of those that there are. */
Test(commands, of_which_calls)
{
	static const struct encase_desc *const without[] = {
		&encase_desc_setxattrat,
		&encase_desc_perf_event_open,
		&encase_desc_getxattrat,
	};
	encase_word words[ENCASE_MAX_ARGS] = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < encase_calls.ncalls; i++) {
		const struct encase_desc *desc = encase_calls.calls[i];
		bool listed = encase_commands(desc);

		unit_row("%s", encase_text(desc)->name);
		if (listed) {
			same(encase_commands(desc)->desc, desc);
			holds(encase_text(desc)->shape);
		} else if (encase_text(desc)->class_ == ENCASE_COMMAND) {
			for (size_t k = 0; k < LENGTH(without); k++)
				listed = listed || without[k] == desc;
			holds(listed);
			n++;
		}
	}
	same(n, LENGTH(without));
	same(encase_commands(&encase_desc_write), NULL);
	same(encase_command(&encase_desc_write, words), NULL);
	words[1] = 0x7777;
	same(encase_command(&encase_desc_fcntl, words), NULL);
	words[0] = 1;
	same(encase_command(&encase_desc_ptrace, words)->nargs, 4);
	words[0] |= UINT64_C(1) << 32; /* of its command all bits count */
	same(encase_command(&encase_desc_ptrace, words), NULL);
}

/* -- Others, and parts of words ---------------------------------------------------- */

#define OPAQUE (ENCASE_DEEP | ENCASE_IN | ENCASE_NULLABLE)

/* What one argument is of calls with these words: kind and size; of a number, of 8 bytes. */
static const struct {
	const struct encase_desc *desc;
	encase_word words[5];
	unsigned i, kind, size;
} shapes[] = {
	{ &encase_desc_fcntl, { 0, 0x7777, 64 }, 2, ENCASE_NUM, 0 },
	{ &encase_desc_shmctl, { 0, 0x77, 64 }, 2, OPAQUE, ENCASE_OPAQUE },
	{ &encase_desc_bpf, { 0x7777, 64, 8 }, 1, OPAQUE, ENCASE_OPAQUE },
	{ &encase_desc_bpf, { BPF_PROG_LOAD, 64, 8 }, 1, ENCASE_BUF | 0xc0, 1 },
	{ &encase_desc_setsockopt, { 0, SOL_SOCKET, 999, 64, 8 }, 3, OPAQUE, ENCASE_OPAQUE },
	{ &encase_desc_setsockopt, { 0, SOL_SOCKET, SO_RCVBUF, 64, 8 }, 3, ENCASE_BUF | 0x60, 1 },
	{ &encase_desc_setsockopt,
	  { 0, IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, 64, 32 },
	  3,
	  ENCASE_BUF | 0xe0,
	  1 },
	{ &encase_desc_setsockopt,
	  { 0, IPPROTO_IP, IP_MSFILTER, 64, 16 },
	  3,
	  ENCASE_BUF | 0x60,
	  1 },
	{ &encase_desc_getsockopt,
	  { 0, IPPROTO_IP, IP_MSFILTER, 64, 8 },
	  3,
	  OPAQUE,
	  ENCASE_OPAQUE },
	{ &encase_desc_getsockopt,
	  { 0, IPPROTO_IP, MCAST_MSFILTER, 64, 8 },
	  3,
	  OPAQUE,
	  ENCASE_OPAQUE },
	{ &encase_desc_getsockopt,
	  { 0, IPPROTO_IPV6, MCAST_MSFILTER, 64, 8 },
	  3,
	  OPAQUE,
	  ENCASE_OPAQUE },
	{ &encase_desc_getsockopt,
	  { 0, IPPROTO_TCP, 41 /* TCP_AO_GET_KEYS */, 64, 8 },
	  3,
	  OPAQUE,
	  ENCASE_OPAQUE },
	{ &encase_desc_setsockopt, { 0, 0x77, SO_RCVBUF, 64, 8 }, 3, OPAQUE, ENCASE_OPAQUE },
	{ &encase_desc_setsockopt,
	  { 0, SOL_SOCKET, SO_ZEROCOPY, 64, 4 },
	  3,
	  OPAQUE,
	  ENCASE_OPAQUE },
	{ &encase_desc_getsockopt, { 0, SOL_SOCKET, 999, 64, 8 }, 3, OPAQUE, ENCASE_OPAQUE },
	{ &encase_desc_getsockopt, { 0, SOL_SOCKET, SO_RCVBUF, 64, 8 }, 3, ENCASE_BUF | 0xd0, 1 },
	{ &encase_desc_getsockopt,
	  { 0, SOL_SOCKET, SO_GET_FILTER, 64, 8 },
	  3,
	  ENCASE_BUF | 0xd0,
	  8 },
	{ &encase_desc_futex,
	  { 64, FUTEX_WAIT | FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME, 0, 64 },
	  3,
	  ENCASE_OBJ | ENCASE_IN | ENCASE_NULLABLE,
	  16 },
	{ &encase_desc_futex, { 64, FUTEX_REQUEUE, 0, 64 }, 3, ENCASE_NUM, 8 },
	{ &encase_desc_quotactl,
	  { QCMD(Q_GETFMT, GRPQUOTA), 0, 0, 64 },
	  3,
	  ENCASE_OBJ | ENCASE_OUT,
	  4 },
	{ &encase_desc_quotactl_fd,
	  { 0, QCMD(Q_GETFMT, GRPQUOTA), 0, 64 },
	  3,
	  ENCASE_OBJ | ENCASE_OUT,
	  4 },
	{ &encase_desc_quotactl_fd, { 0, QCMD(0x800077, 0), 0, 64 }, 3, OPAQUE, ENCASE_OPAQUE },
	{ &encase_desc_io_uring_register,
	  { 0, 4 | 1U << 31, 64, 1 },
	  2,
	  ENCASE_OBJ | ENCASE_IN,
	  4 },
	{ &encase_desc_keyctl,
	  { KEYCTL_UPDATE, 1, 64, 5 },
	  2,
	  ENCASE_BUF | ENCASE_IN | ENCASE_NULLABLE,
	  1 },
};

Test(commands, and_others)
{
	for (size_t n = 0; n < LENGTH(shapes); n++) {
		encase_word words[ENCASE_MAX_ARGS] = { 0 };
		struct encase_desc shape;
		unsigned i = shapes[n].i;

		memcpy(words, shapes[n].words, sizeof(shapes[n].words));
		unit_row("row %zu, %s", n, encase_text(shapes[n].desc)->name);
		encase_shape(shapes[n].desc, words, &shape);
		same(shape.arg[i].kind, shapes[n].kind);
		same(shape.arg[i].size, shapes[n].size);
		same(shape.pointers >> i & 1, shapes[n].kind > ENCASE_VARIES);
	}
}
