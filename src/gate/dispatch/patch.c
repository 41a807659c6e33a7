/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": which sites are changed.  A site is a place in a file's code from which calls
 * come again and again; code that was made at run time may be made anew, and stays as it is.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/syscall.h>

#include "dispatch.h"
#include "maps.h"
#include "sites/near.h"
#include "sites/sites.h"

/* -- Places that calls came from ---------------------------------------------------- */

/*
 * Hashed by address: of two that fall on one place that goes on which comes more often.  Threads write
 * here as they please: a count that is wrong does no harm.
 */
static struct {
	uint64_t site;
	uint32_t hits; /* NEVER: it cannot be changed */
} seen[1024];
#define NEVER UINT32_MAX

static bool begun; /* sites are changed */

static bool comes_often(uint64_t site, unsigned *where)
{
	unsigned i = (unsigned) (site * UINT64_C(0x9e3779b97f4a7c15) >> 54);

	*where = i;
	if (seen[i].site == site)
		return seen[i].hits < NEVER && ++seen[i].hits >= enc_program.often;
	if (seen[i].hits && seen[i].hits < NEVER && --seen[i].hits)
		return false;
	seen[i].site = site;
	seen[i].hits = 1;
	return enc_program.often == 1;
}

/*
 * The first change takes as much as some hundred caught calls do, since what it needs is loaded; those behind it
 * take a few: a program that makes no more calls than that is better off without.
 */
#define FEW 100

static bool makes_few(void)
{
	static uint32_t caught; /* as hits */

	if (enc_program.often == 1 || caught >= FEW)
		return false;
	caught++;
	return true;
}

/* -- Code ----------------------------------------------------------------------------- */

/* Mappings of files that can be executed and not written. */
struct code {
	uint64_t begin, end;
};
static struct code known[8]; /* under the lock */
static unsigned nknown;

static uint32_t lock; /* of all that changes sites */

static int find_code(void *arg, const struct enc_mapping *m)
{
	struct code *code = arg;

	if (code->begin < m->begin || code->begin >= m->end)
		return 0;
	if (strcmp(m->rights, "r-xp") != 0 || !m->inode)
		return -ENOTSUP;
	*code = (struct code){ m->begin, m->end };
	return 1;
}

static bool code_of(uint64_t at, struct code *code)
{
	for (unsigned i = 0; i < nknown; i++)
		if (at >= known[i].begin && at < known[i].end) {
			*code = known[i];
			return true;
		}
	code->begin = at;
	if (enc_mappings(find_code, code) != 1)
		return false;
	known[nknown < 8 ? nknown++ : at / 4096 % 8] = *code;
	return true;
}

/* -- Changing -------------------------------------------------------------------------- */

unsigned enc_sites_how(void)
{
	bool alone = __atomic_load_n(&enc_program.threads, __ATOMIC_RELAXED) == 1;

	return alone ? ENC_SITES_ALONE : 0;
}

static int change(uint64_t site)
{
	struct enc_place place = { 0 };
	struct code code;

	if (!begun && !enc_window_load()) {
		enc_program.often = 0;
		return -ENOTSUP;
	}
	if (!begun)
		enc_space_add();
	if (!begun)
		enc_sites_set_gate((uint64_t) (uintptr_t) enc_site_entry,
				   (uint64_t) (uintptr_t) enc_site_shared);
	begun = true;
	if (!code_of(site, &code))
		return -ENOTSUP;
	place.at = site - code.begin;
	return enc_sites_change(code.begin, (size_t) (code.end - code.begin), &place,
				enc_sites_how());
}

void enc_site_hit(const struct enc_context *ctx, uint64_t site, long number)
{
	unsigned i;

	/* Who kills a vfork()'s child does not mean to leave its parent with half of a change. */
	if (!enc_program.often || enc_program.aside || ctx->vforked || number == SYS_rt_sigreturn ||
	    makes_few() || enc_likely(!comes_often(site, &i)))
		return;
	if (enc_sites_own(site, 2) || __atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE))
		return;
	if (enc_program.often && !enc_program.aside && change(site))
		seen[i].hits = NEVER;
	enc_unlock_spin(&lock);
}

void enc_sites_aside(void)
{
	enc_lock_spin(&lock);
	enc_program.aside = true;
	enc_sites_set_gate((uint64_t) (uintptr_t) enc_site_aside,
			   (uint64_t) (uintptr_t) enc_site_aside);
	enc_unlock_spin(&lock);
}

bool enc_sites_in(uint64_t at, uint64_t n)
{
	bool in;

	enc_lock_spin(&lock);
	in = enc_sites_has(at, n);
	enc_unlock_spin(&lock);
	return in;
}

void enc_sites_moved(uint64_t at, uint64_t n, bool gone)
{
	enc_lock_spin(&lock);
	for (unsigned i = 0; i < nknown; i++)
		if (known[i].begin < at + n && known[i].end > at)
			known[i--] = known[--nknown];
	if (gone)
		enc_sites_forget(at, n);
	enc_unlock_spin(&lock);
}

bool enc_sites_own(uint64_t at, uint64_t n)
{
	return enc_near_is(at, n);
}

void enc_sites_hold(void)
{
	enc_lock_spin(&lock);
}

void enc_sites_drop(void)
{
	enc_unlock_spin(&lock);
}
