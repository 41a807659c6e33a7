/* SPDX-License-Identifier: MIT */
/* The gate and the code; see site.h. */
#define _GNU_SOURCE
#include "site.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

/*
 * A gate that makes each call as it comes, and counts.  The child of a clone() with a stack of its
 * own would not find its way back.  sigreturn (15) finds its frame by the stack's pointer.
 */
uint64_t gate_calls;
__asm__(".text\n"
	".globl gate\n"
	"gate:\n"
	"	lea	-256(%rsp), %rsp\n"
	"	push	%rcx\n"
	"	pushf\n"
	"	lock	incq gate_calls(%rip)\n"
	"	cmp	$15, %rax\n"
	"	je	1f\n"
	"	popf\n"
	"	syscall\n"
	"	pop	%rcx\n"
	"	lea	256(%rsp), %rsp\n"
	"	jmp	*%rcx\n"
	"1:	lea	272(%rsp), %rsp\n"
	"	syscall\n");

unsigned long turned;

static void on_trap(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	uint64_t to = enc_sites_turn((uint64_t) uc->uc_mcontext.gregs[REG_RIP] - 1);

	(void) sig;
	(void) info;
	if (!to)
		_exit(77);
	__atomic_fetch_add(&turned, 1, __ATOMIC_RELAXED);
	uc->uc_mcontext.gregs[REG_RIP] = (greg_t) to;
}

void set_up(void)
{
	struct sigaction act = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO };

	sigaction(SIGTRAP, &act, NULL);
	cr_assert(enc_window_load());
	enc_sites_set_gate((uint64_t) (uintptr_t) gate, (uint64_t) (uintptr_t) gate);
}

const struct shape shapes[SHAPES] = {
	{ "mov, then syscall", 8, { 5, { 5 } }, { 0xb8, 39, 0, 0, 0, 0x0f, 0x05, 0xc3 } },
	{ "syscall, cmp, ret",
	  13,
	  { 4, { 2, 4 } },
	  { 0x31, 0xc0, 0xb0, 39, 0x0f, 0x05, 0x48, 0x3d, 0x00, 0xf0, 0xff, 0xff, 0xc3 } },
	{ "nothing known before; test, jump",
	  15,
	  { 5, { 0 } },
	  { 0xb8, 39, 0, 0, 0, 0x0f, 0x05, 0x85, 0xc0, 0x78, 0x01, 0xc3, 0x31, 0xc0, 0xc3 } },
	{ "lea of an address",
	  15,
	  { 12, { 7, 12 } },
	  { 0xb8, 39, 0, 0, 0, 0x48, 0x8d, 0x15, 0, 0, 0, 0, 0x0f, 0x05, 0xc3 } },
	{ "padding behind the end",
	  12,
	  { 5, { 0 } },
	  { 0xb8, 39, 0, 0, 0, 0x0f, 0x05, 0xc3, 0x0f, 0x1f, 0x40, 0x00 } },
	{ "short ones before",
	  9,
	  { 6, { 2, 3, 4, 6 } },
	  { 0x6a, 39, 0x58, 0x90, 0x66, 0x90, 0x0f, 0x05, 0xc3 } },
};

unsigned char *make_page(size_t n)
{
	size_t size = (n * APART + 4095) & ~(size_t) 4095;
	unsigned char *page =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert(page != MAP_FAILED);
	memset(page, 0x90, size);
	for (size_t i = 0; i < n; i++)
		memcpy(page + i * APART, shapes[i % SHAPES].code, shapes[i % SHAPES].size);
	cr_assert(mprotect(page, size, PROT_READ | PROT_EXEC) == 0);
	return page;
}

int change_instance(unsigned char *page, size_t i, bool alone)
{
	const struct shape *shape = &shapes[i % SHAPES];

	return enc_sites_change((uint64_t) (uintptr_t) (page + i * APART), shape->size,
				&shape->place, alone);
}

long call(const unsigned char *code)
{
	long (*fn)(void);

	memcpy(&fn, &code, sizeof(fn));
	return fn();
}
