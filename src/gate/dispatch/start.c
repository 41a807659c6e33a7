/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": a program begins: its stack, as the kernel would have made it, below what this
 * process has used of its own; then its first instruction.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/prctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cage.h"
#include "dispatch.h"
#include "thread.h"

#define AUX_MOST 64
#define GAP      UINT64_C(32768) /* for what is still to be called here */

struct enc_program enc_program;

/* A stack that is made from its upper end down, and what the kernel is told of it. */
struct stack {
	uint64_t sp;
	uint64_t args, args_end, env_end, aux;
	uint64_t naux;
};

static uint64_t push(struct stack *stack, const void *bytes, size_t n)
{
	stack->sp -= n;
	memcpy((void *) (uintptr_t) stack->sp, bytes, n);
	return stack->sp;
}

static size_t count(const char *const *strings)
{
	size_t n = 0;

	while (strings[n])
		n++;
	return n;
}

static size_t bytes_of(const char *const *strings)
{
	size_t n = 0;

	for (; *strings; strings++)
		n += strlen(*strings) + 1;
	return n;
}

/* One behind the other, upwards, as ps(1) reads them; *to is where the next one goes. */
static void put_strings(const char *const *strings, uint64_t *to, uint64_t *pointers)
{
	for (; *strings; strings++) {
		size_t n = strlen(*strings) + 1;

		memcpy((void *) (uintptr_t) *to, *strings, n);
		*pointers++ = *to;
		*to += n;
	}
	*pointers = 0;
}

/* -- The auxiliary vector ---------------------------------------------------------- */

/* Whether a layer waits for calls that the vDSO would answer without one. */
static bool sees_time(const struct encase_cage *cage)
{
	static const struct encase_desc *const answered[] = {
		&encase_desc_clock_gettime, &encase_desc_gettimeofday, &encase_desc_time,
		&encase_desc_getcpu,        &encase_desc_clock_getres,
	};

	for (unsigned i = 0; i < sizeof(answered) / sizeof(answered[0]); i++)
		if (encase_sight(cage, answered[i]) > ENCASE_SEES_NOTHING)
			return true;
	return false;
}

struct told {
	const struct enc_image *program;
	uint64_t base, name, random, platform;
};

/* What the kernel told this process, with what is another's replaced; false: left out. */
static bool tell(const struct told *told, Elf64_auxv_t *v)
{
	switch (v->a_type) {
	case AT_PHDR:
		v->a_un.a_val = told->program->headers;
		break;
	case AT_PHNUM:
		v->a_un.a_val = told->program->nheaders;
		break;
	case AT_BASE:
		v->a_un.a_val = told->base;
		break;
	case AT_ENTRY:
		v->a_un.a_val = told->program->entry;
		break;
	case AT_EXECFN:
		v->a_un.a_val = told->name;
		break;
	case AT_RANDOM:
		v->a_un.a_val = told->random;
		break;
	case AT_PLATFORM:
		v->a_un.a_val = told->platform;
		break;
	case AT_SYSINFO_EHDR:
		return !sees_time(enc_program.cage);
	default:
		break;
	}
	return true;
}

static size_t make_aux(const struct told *told, Elf64_auxv_t *aux)
{
	static const unsigned long kept[] = {
		AT_SYSINFO_EHDR,
		AT_HWCAP,
		AT_PAGESZ,
		AT_CLKTCK,
		AT_PHDR,
		AT_PHENT,
		AT_PHNUM,
		AT_BASE,
		AT_FLAGS,
		AT_ENTRY,
		AT_UID,
		AT_EUID,
		AT_GID,
		AT_EGID,
		AT_SECURE,
		AT_RANDOM,
		AT_HWCAP2,
		AT_EXECFN,
		AT_PLATFORM,
		27 /* AT_RSEQ_FEATURE_SIZE */,
		28 /* AT_RSEQ_ALIGN */,
		AT_MINSIGSTKSZ,
	};
	size_t n = 0;

	for (unsigned i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		errno = 0;
		aux[n] = (Elf64_auxv_t){ .a_type = kept[i], .a_un.a_val = getauxval(kept[i]) };
		if ((aux[n].a_un.a_val || !errno) && tell(told, &aux[n]))
			n++;
	}
	aux[n++] = (Elf64_auxv_t){ .a_type = AT_NULL };
	return n;
}

/* -- The stack --------------------------------------------------------------------- */

/* argc, argv, envp and the auxiliary vector, in the order in which a program finds them. */
static void push_words(struct stack *stack, const struct enc_launch *launch,
		       const struct told *told)
{
	size_t argc = count(launch->argv), envc = count(launch->envp), naux;
	uint64_t strings = stack->args, *words;
	Elf64_auxv_t aux[AUX_MOST];

	naux = make_aux(told, aux);
	stack->sp -= naux * sizeof(aux[0]) + (argc + envc + 3) * sizeof(*words);
	stack->sp &= ~UINT64_C(15);
	words = (void *) (uintptr_t) stack->sp;
	words[0] = argc;
	put_strings(launch->argv, &strings, words + 1);
	stack->args_end = strings;
	put_strings(launch->envp, &strings, words + argc + 2);
	stack->env_end = strings;
	stack->aux =
		(uint64_t) (uintptr_t) memcpy(words + argc + envc + 3, aux, naux * sizeof(aux[0]));
	stack->naux = naux;
}

/* The kernel learns where they are, for those who look at the process from outside; if it cannot be, they do not. */
static void tell_kernel(const struct stack *stack, const struct enc_image *program)
{
	struct prctl_mm_map map = {
		.start_code = program->base ? program->base : program->headers,
		.end_code = program->end,
		.start_data = program->end,
		.end_data = program->end,
		.start_brk = (uint64_t) (uintptr_t) sbrk(0),
		.brk = (uint64_t) (uintptr_t) sbrk(0),
		.start_stack = stack->sp,
		.arg_start = stack->args,
		.arg_end = stack->args_end,
		.env_start = stack->args_end,
		.env_end = stack->env_end,
		.auxv = (void *) (uintptr_t) stack->aux,
		.auxv_size = (uint32_t) (stack->naux * sizeof(Elf64_auxv_t)),
		.exe_fd = (uint32_t) -1,
	};

	(void) enc_sys(SYS_prctl, PR_SET_MM, PR_SET_MM_MAP, &map, sizeof(map), 0);
}

uint64_t enc_stack_make(const struct enc_launch *launch, const struct enc_image *program,
			uint64_t base)
{
	struct stack stack = { .sp = (uint64_t) (uintptr_t) __builtin_frame_address(0) - GAP };
	struct told told = { .program = program, .base = base };
	unsigned char random[16];

	(void) !getrandom(random, sizeof(random), GRND_NONBLOCK);
	stack.sp &= ~UINT64_C(4095);
	stack.sp -= sizeof(uint64_t);
	told.name = push(&stack, launch->name, strlen(launch->name) + 1);
	stack.args = stack.sp -= bytes_of(launch->argv) + bytes_of(launch->envp);
	told.platform = push(&stack, "x86_64", sizeof("x86_64"));
	told.random = push(&stack, random, sizeof(random));
	stack.sp &= ~UINT64_C(15);
	push_words(&stack, launch, &told);
	tell_kernel(&stack, program);
	return stack.sp;
}

/* -- Launching --------------------------------------------------------------------- */

void enc_name_process(const char *name)
{
	const char *slash = strrchr(name, '/');

	(void) enc_sys(SYS_prctl, PR_SET_NAME, slash ? slash + 1 : name);
}

/* Where the link to the executable points; what cannot be told is what it was called. */
static void note_path(int file)
{
	char link[64];
	ssize_t n;

	(void) snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
	n = readlink(link, enc_program.path, sizeof(enc_program.path) - 1);
	enc_program.path[n > 0 ? n : 0] = '\0';
}

/* The interpreter's image, if there is one. */
static int map_interpreter(const struct enc_image *program, struct enc_image *interpreter)
{
	int fd = open(program->interpreter, O_RDONLY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = enc_image_map(fd, interpreter);
	(void) close(fd);
	return err;
}

/* From the first mapping on there is no way back: an error ends the process. */
int enc_launch(struct enc_context *ctx, const struct enc_launch *launch)
{
	struct enc_image program, interpreter = { 0 };
	uint64_t sp;

	enc_space_begin();
	if (enc_image_map(launch->file, &program))
		enc_fail("the program cannot be mapped");
	if (program.interpreter[0] && map_interpreter(&program, &interpreter))
		enc_fail("the program's ELF interpreter cannot be mapped");
	enc_cage_tell_exec(ctx->cage);
	note_path(launch->file);
	(void) close(launch->file);
	enc_break_begin();
	enc_name_process(launch->name);
	sp = enc_stack_make(launch, &program, interpreter.base);
	enc_program.threads = 1;
	enc_thread_abandon(0);
	enc_context_no_rseq();
	enc_context_catch(ctx);
	enc_gs(ctx);
	enc_gate_start(sp, program.interpreter[0] ? interpreter.entry : program.entry, ctx);
}
