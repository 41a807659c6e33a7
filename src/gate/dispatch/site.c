/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": calls that come from changed sites, without a signal; see enc_site_entry in entry.S.
 *
 * They take no look at the thread's mask: the program's is in force, but for signals that came meanwhile
 * and are put off, which the way back unblocks.  What needs all of the program's state goes
 * back to the site's stub, in which an instruction for the same call stands, and is
 * caught there.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/auxv.h>
#include <sys/platform/x86.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "dispatch.h"
#include "sites/sites.h"
#include "wait.h"

/* -- What a thread needs for it --------------------------------------------------- */

/* Parts of the processor's state, by their bits in XCR0 (SDM 1, 13.1): the tiles of AMX are no layer's. */
#define TILES UINT64_C(0x60000)

/*
 * Which registers are to be kept, and bytes enough for them; 0: it is not known.  The instruction CPUID
 * says so, too, but takes some 20 us in many a virtual machine: libc has asked it already, and the kernel tells
 * what its signal frames take (Linux 5.14), which have the same in them.
 */
static uint32_t state_size(uint64_t *mask)
{
	uint32_t low, high;

	if (!x86_cpu_present(x86_cpu_OSXSAVE) || !x86_cpu_present(x86_cpu_XSAVEC))
		return 0;
	__asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	*mask = ((uint64_t) high << 32 | low) & ~TILES;
	return (uint32_t) getauxval(AT_MINSIGSTKSZ);
}

void enc_site_prepare(struct enc_context *ctx)
{
	static uint64_t mask;
	static uint32_t size; /* threads find the same */
	uint64_t top = (uint64_t) (uintptr_t) ctx + ENC_BLOCK_SIZE - 128;

	if (!size)
		size = state_size(&mask);
	top = (top - size) & ~UINT64_C(63);
	ctx->self = ctx;
	ctx->host = &enc_thread;
	ctx->state = (void *) (uintptr_t) top;
	ctx->state_mask = mask;
	ctx->top = top;
	if (!size)
		enc_sites_aside();
}

/* -- What stubs stand for ------------------------------------------------------------ */

uint64_t enc_sites_origin_of(uint64_t rip)
{
	uint64_t origin = enc_sites_own(rip, 1) ? enc_sites_origin(rip) : 0;

	return origin ? origin : rip;
}

/* -- A call ------------------------------------------------------------------------ */

void enc_site_call(struct enc_context *ctx)
{
	long result;

	if (enc_unlikely(ctx->left)) {
		ctx->left = false;
		enc_slot_left(&enc_thread.slot[0]);
		return;
	}
	if (enc_unlikely(enc_program.looks) && !(ctx->calls & enc_program.patience))
		enc_all_try(ctx);
	if (enc_unlikely(ctx->due & ENC_DUE_FREE))
		enc_let_go(ctx);
	enc_thread.armed = !(ctx->put_off & ENC_TELL); /* by a signal that has come since */
	result = enc_make(ctx, (int) ctx->site.number, ctx->site.words);
	if (enc_unlikely(result == -ENC_AGAIN))
		enc_site_again(ctx);
	else
		ctx->site.result = (uint64_t) result;
}

/* A call that is to be caught is made at the site once more: nobody may be catching now. */
static uint64_t from_site(const struct enc_site_call *site)
{
	static const unsigned char call[] = { 0x0f, 0x05 };

	if (memcmp((const void *) (uintptr_t) site->back, call, sizeof(call)) != 0)
		return site->back;
	return enc_sites_origin_of(site->back);
}

/*
 * The registers that calls keep are the program's already, all others are what they are to become.  What was put
 * off comes behind this signal.
 */
uint64_t enc_site_at_leave(struct enc_context *ctx, struct enc_ucontext *uc, uint64_t fs)
{
	const struct enc_site_call *site = &ctx->site;

	uc->rdi = site->words[0];
	uc->rsi = site->words[1];
	uc->rdx = site->words[2];
	uc->r10 = site->words[3];
	uc->r8 = site->words[4];
	uc->r9 = site->words[5];
	uc->rax = site->result;
	uc->rcx = site->back;
	uc->rip = from_site(site);
	uc->r11 = uc->eflags = site->flags;
	uc->rsp = site->sp;
	uc->mask &= ~ctx->put_off;
	return fs;
}
