/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": the address space.  The program break is the program's own, beside the host's; and what
 * the host needs to live is not taken away from it by a program that takes it for nobody's.
 */
#define _GNU_SOURCE
#include <link.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/syscall.h>

#include "dispatch.h"
#include "maps.h"

#define PAGE  UINT64_C(4096)
#define SPANS 256
#define UP(n) (((n) + PAGE - 1) & ~(PAGE - 1))

/* -- The program break ----------------------------------------------------------- */

/* As much as there is; a program that is given none maps its memory instead. */
void enc_break_begin(void)
{
	uint64_t size = UINT64_C(1) << 30;
	void *at;

	do {
		at = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			  0);
		size /= 2;
	} while (at == MAP_FAILED && size >= PAGE);
	if (at == MAP_FAILED)
		return;
	enc_program.brk.begin = enc_program.brk.now = (uint64_t) (uintptr_t) at;
	enc_program.brk.end = enc_program.brk.begin + 2 * size;
}

static bool move_break(uint64_t from, uint64_t to)
{
	if (to > from)
		return !enc_sys(SYS_mprotect, from, to - from, PROT_READ | PROT_WRITE);
	if (to < from)
		return enc_sys(SYS_mmap, to, from - to, PROT_NONE,
			       MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			       0) == (long) to;
	return true;
}

long enc_op_brk(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	uint64_t now;

	(void) ctx;
	(void) call;
	enc_lock_spin(&enc_program.brk.lock);
	now = enc_program.brk.now;
	if (words[0] >= enc_program.brk.begin && words[0] <= enc_program.brk.end &&
	    move_break(UP(now), UP(words[0])))
		now = enc_program.brk.now = words[0];
	enc_unlock_spin(&enc_program.brk.lock);
	return (long) now;
}

/* -- What is the host's ------------------------------------------------------------ */

/* All that is mapped before the program is, but what the kernel has put there; neighbours are one. */
static struct span {
	uint64_t begin, end;
} spans[SPANS];
static unsigned nspans;

static bool is_kernels(const char *name)
{
	return !strncmp(name, "[v", 2) || !strncmp(name, "[stack", 6);
}

static int add_mapping(void *arg, const struct enc_mapping *m)
{
	(void) arg;
	if (is_kernels(m->path))
		return 0;
	if (nspans && spans[nspans - 1].end == m->begin)
		spans[nspans - 1].end = m->end;
	else if (nspans < SPANS)
		spans[nspans++] = (struct span){ m->begin, m->end };
	return 0;
}

void enc_space_begin(void)
{
	nspans = 0;
	(void) enc_mappings(add_mapping, NULL);
}

static int add_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void) size;
	(void) arg;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		uint64_t begin = (info->dlpi_addr + ph->p_vaddr) & ~(PAGE - 1);
		uint64_t end = UP(info->dlpi_addr + ph->p_vaddr + ph->p_memsz);
		unsigned n = nspans;

		if (ph->p_type != PT_LOAD || enc_space_is_hosts(begin, end - begin) ||
		    strstr(info->dlpi_name, "vdso") || n == SPANS)
			continue;
		spans[n] = (struct span){ begin, end };
		__atomic_store_n(&nspans, n + 1, __ATOMIC_RELEASE);
	}
	return 0;
}

void enc_space_add(void)
{
	(void) dl_iterate_phdr(add_object, NULL);
}

bool enc_space_is_hosts(uint64_t at, uint64_t n)
{
	for (unsigned i = 0; i < nspans; i++)
		if (spans[i].begin < at + n && spans[i].end > at)
			return true;
	return false;
}

static bool is_hosts(uint64_t at, uint64_t n)
{
	if (!n || at + n < at)
		return false;
	return enc_space_is_hosts(at, n) || enc_context_owns(at, n) || enc_sites_own(at, n);
}

long enc_op_mmap(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	if (words[3] & MAP_FIXED && (words[3] & MAP_FIXED_NOREPLACE) != MAP_FIXED_NOREPLACE &&
	    is_hosts(words[0], words[1]))
		return -ENOMEM;
	if (words[3] & MAP_FIXED)
		enc_sites_moved(words[0], words[1], false);
	if (words[2] & PROT_EXEC)
		return enc_pass_code(ctx, SYS_mmap, words);
	return enc_pass(ctx, SYS_mmap, words);
}

/*
 * What becomes executable by its rights may have been written before, whatever file it is of; and pages that are dropped come
 * back as the file has them.
 */
static long pass(struct enc_context *ctx, long number, const uint64_t words[6])
{
	if ((number == SYS_mprotect || number == SYS_pkey_mprotect) && words[2] & PROT_EXEC)
		enc_all_give_up(ctx);
	if (number == SYS_madvise && enc_sites_in(words[0], words[1]))
		return enc_pass_code(ctx, number, words);
	return enc_pass(ctx, number, words);
}

/* Page by page, around the host's; a span that is nobody's is what usually comes. */
static long around(struct enc_context *ctx, long number, uint64_t words[6])
{
	uint64_t at = words[0], end = at + UP(words[1]);
	long result = 0;

	if (!is_hosts(words[0], words[1]) || at % PAGE)
		return pass(ctx, number, words);
	for (; !result && at < end; at += PAGE) {
		words[0] = at;
		words[1] = PAGE;
		if (!is_hosts(at, PAGE))
			result = pass(ctx, number, words);
	}
	return result;
}

long enc_op_munmap(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	enc_sites_moved(words[0], UP(words[1]), true);
	return around(ctx, SYS_munmap, words);
}

long enc_op_mprotect(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	if (words[2] & PROT_WRITE)
		enc_sites_moved(words[0], words[1], false);
	return around(ctx, SYS_mprotect, words);
}

long enc_op_pkey_mprotect(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	if (words[2] & PROT_WRITE)
		enc_sites_moved(words[0], words[1], false);
	return around(ctx, SYS_pkey_mprotect, words);
}

/* What else makes something executable is too rare to be followed. */
long enc_op_shmat(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	if (words[2] & SHM_EXEC)
		enc_all_give_up(ctx);
	return enc_pass(ctx, SYS_shmat, words);
}

long enc_op_personality(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	if (words[0] != UINT32_MAX && words[0] & READ_IMPLIES_EXEC)
		enc_all_give_up(ctx);
	return enc_pass(ctx, SYS_personality, words);
}

long enc_op_madvise(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	return around(ctx, SYS_madvise, words);
}

long enc_op_mremap(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	if (enc_sites_in(words[0], words[1])) /* jumps cannot be moved */
		return -ENOMEM;
	if (is_hosts(words[0], words[1]) ||
	    (words[3] & MREMAP_FIXED && is_hosts(words[4], words[2])))
		return -EFAULT;
	if (words[3] & MREMAP_FIXED)
		enc_sites_moved(words[4], words[2], false);
	return enc_pass(ctx, SYS_mremap, words);
}

/* -- Calls of the processor's and the process's --------------------------------------- */

#define ARCH_SET_GS   0x1001
#define ARCH_SET_FS   0x1002
#define ARCH_GET_FS   0x1003
#define ARCH_GET_GS   0x1004
#define NOT_CANONICAL UINT64_C(0x7ffffffff000)

/* Sites need GS as much as the program does, which hardly any does: it is its own from then on. */
static long prctl_gs(struct enc_context *ctx, uint64_t words[6])
{
	static const uint64_t none;

	if (enc_program.aside)
		return enc_pass(ctx, SYS_arch_prctl, words);
	if ((int) words[0] == ARCH_GET_GS)
		return enc_write_theirs(words[1], &none, sizeof(none));
	if (words[1] >= NOT_CANONICAL)
		return -EPERM;
	enc_all_give_up(ctx);
	enc_sites_aside();
	return enc_pass(ctx, SYS_arch_prctl, words);
}

/* The thread pointer is loaded when the gate is left. */
long enc_op_arch_prctl(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	if ((int) words[0] == ARCH_SET_GS || (int) words[0] == ARCH_GET_GS)
		return prctl_gs(ctx, words);
	if ((int) words[0] == ARCH_GET_FS)
		return enc_write_theirs(words[1], &ctx->fs, sizeof(ctx->fs));
	if ((int) words[0] != ARCH_SET_FS)
		return enc_pass(ctx, SYS_arch_prctl, words);
	if (words[1] >= NOT_CANONICAL)
		return -EPERM;
	ctx->fs = words[1];
	return 0;
}

/*
 * What a filter that is about to be loaded makes of the gate's own calls is not known: no site is changed any more, and calls
 * are caught.  The strictest one allows not even what sites need to leave the gate.
 */
static void before_filter(struct enc_context *ctx, bool strict, uint64_t filter)
{
	if (ctx->vforked || !(strict || filter))
		return;
	enc_all_give_up(ctx);
	enc_sites_hold();
	enc_program.often = 0;
	enc_sites_drop();
	if (strict)
		enc_sites_aside();
}

long enc_op_seccomp(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	if ((unsigned) words[0] <= SECCOMP_SET_MODE_FILTER)
		before_filter(ctx, (unsigned) words[0] == SECCOMP_SET_MODE_STRICT, words[2]);
	return enc_pass(ctx, SYS_seccomp, words);
}

/* The dispatch is the gate's: to the program the kernel has none. */
long enc_op_prctl(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	if ((int) words[0] == PR_SET_SYSCALL_USER_DISPATCH)
		return -EINVAL;
	if ((int) words[0] == PR_SET_SECCOMP)
		before_filter(ctx, words[1] == SECCOMP_MODE_STRICT, words[2]);
	return enc_pass(ctx, SYS_prctl, words);
}

/*
 * A child whose parent waits in vfork() and traces it would stop at its next call, for good: the gate's
 * signals stop it, too.
 */
long enc_op_ptrace(struct enc_context *ctx, struct encase_call *call, uint64_t words[6])
{
	(void) call;
	if (!ctx->vforked || words[0] != PTRACE_TRACEME)
		return enc_pass(ctx, SYS_ptrace, words);
	ctx->traced = true;
	return 0;
}
