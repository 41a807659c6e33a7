/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": all sites of the program changed, so that its calls need not be caught any more, and
 * cost the kernel nothing more (ENCASE_SITES_ALL).
 *
 * That is so as long as the program can execute nothing but files' code, all of whose sites are known and have
 * been changed.  Before anything else can be executed, the calls of all its threads are caught again.  A
 * thread in the gate learns of it on its way back; one that is in the program gets a
 * signal.  Threads are let go one by one, in calls of theirs.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/membarrier.h>
#include <linux/prctl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dispatch.h"
#include "maps.h"
#include "sites/object.h"
#include "sites/poke.h"
#include "sites/sites.h"

/* Held while something becomes executable, and while it is found out what is. */
static uint32_t lock;

void enc_all_hold(void)
{
	enc_lock_spin(&lock);
}

void enc_all_drop(void)
{
	enc_unlock_spin(&lock);
}

/* -- Threads ---------------------------------------------------------------------- */

void enc_catch(struct enc_context *ctx)
{
	if (!ctx->caught)
		enc_context_catch(ctx);
	__atomic_fetch_and(&ctx->due, ~(uint32_t) ENC_DUE_CATCH, __ATOMIC_RELAXED);
}

void enc_let_go(struct enc_context *ctx)
{
	enc_lock_spin(&enc_contexts_lock);
	__atomic_fetch_and(&ctx->due, ~(uint32_t) ENC_DUE_FREE, __ATOMIC_RELAXED);
	if (enc_program.free && ctx->caught && !ctx->vforked) {
		(void) enc_sys(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF, 0, 0,
			       0);
		ctx->caught = 0;
	}
	enc_unlock_spin(&enc_contexts_lock);
}

/* What a thread is told by; nobody else sends that. */
static siginfo_t message(void)
{
	siginfo_t info = { .si_signo = SIGSYS, .si_code = SI_QUEUE };

	info.si_pid = getpid();
	info.si_ptr = &enc_program;
	return info;
}

bool enc_is_message(const siginfo_t *info)
{
	return info->si_code == SI_QUEUE && info->si_ptr == &enc_program;
}

/* Until it has been heard, or the thread is in the gate. */
static void tell(const struct enc_context *other)
{
	siginfo_t info = message();
	const volatile uint32_t *caught = &other->caught;

	if (*caught || other->selector != ENC_BLOCK)
		return;
	(void) enc_sys(SYS_rt_tgsigqueueinfo, other->process, other->number, SIGSYS, &info);
	while (!*caught && other->selector == ENC_BLOCK)
		(void) enc_sys(SYS_sched_yield);
}

static void catch_all(struct enc_context *ctx)
{
	if (!enc_program.free)
		return;
	enc_lock_spin(&enc_contexts_lock);
	enc_program.free = false;
	for (struct enc_context *other = enc_contexts; other; other = other->next) {
		__atomic_fetch_or(&other->due, ENC_DUE_CATCH, __ATOMIC_RELAXED);
		__atomic_store_n(&other->waiting, 1, __ATOMIC_RELAXED);
	}
	/* From here on a thread that is seen in the gate sees that. */
	(void) enc_sys(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
	for (const struct enc_context *other = enc_contexts; other; other = other->next)
		if (other != ctx)
			tell(other);
	enc_unlock_spin(&enc_contexts_lock);
	enc_catch(ctx);
}

void enc_all_give_up(struct enc_context *ctx)
{
	enc_lock_spin(&lock);
	enc_program.all = enc_program.looks = false;
	catch_all(ctx);
	enc_unlock_spin(&lock);
}

long enc_pass_code(struct enc_context *ctx, long number, const uint64_t words[6])
{
	long result;

	if (!enc_program.all)
		return enc_pass(ctx, number, words);
	enc_lock_spin(&lock);
	catch_all(ctx);
	enc_program.looks = true;
	result = enc_pass(ctx, number, words);
	enc_unlock_spin(&lock);
	return result;
}

/* -- What can be executed ----------------------------------------------------------- */

struct changing {
	const struct enc_mapping *in;
	unsigned how;
};

/* place->at is a place in the file. */
static int change_one(void *arg, const struct enc_place *place)
{
	const struct changing *c = arg;
	struct enc_place at = *place;

	if (place->at < c->in->offset || place->at - c->in->offset >= c->in->end - c->in->begin)
		return 0;
	at.at -= c->in->offset;
	return enc_sites_change(c->in->begin, (size_t) (c->in->end - c->in->begin), &at, c->how);
}

/* All sites of a mapping, whose file, or memory that is as a file, is here. */
static int change_all(const struct enc_mapping *m, const unsigned char *file, size_t size,
		      unsigned how)
{
	struct changing c = { m, enc_sites_how() | how };

	return enc_object_scan(file, size, change_one, &c);
}

static int change_file(const struct enc_mapping *m)
{
	int fd = open(m->path, O_RDONLY | O_CLOEXEC), err = -ENOTSUP;
	struct stat is;
	void *file;

	if (fd < 0)
		return -ENOTSUP;
	if (!fstat(fd, &is) && is.st_ino == m->inode && is.st_dev == m->device) {
		file = mmap(NULL, (size_t) is.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd,
			    0);
		if (file != MAP_FAILED) {
			err = change_all(m, file, (size_t) is.st_size, 0);
			(void) munmap(file, (size_t) is.st_size);
		}
	}
	(void) close(fd);
	return err;
}

/* 0: all calls in this mapping come to the gate, or nobody of the program's is there. */
static int settle(void *arg, const struct enc_mapping *m)
{
	(void) arg;
	if (m->rights[2] != 'x' || enc_space_is_hosts(m->begin, m->end - m->begin) ||
	    enc_sites_own(m->begin, m->end - m->begin) || !strcmp(m->path, "[vsyscall]"))
		return 0;
	if (!strcmp(m->path, "[vdso]"))
		return change_all(m, (const unsigned char *) (uintptr_t) m->begin,
				  (size_t) (m->end - m->begin), ENC_SITES_SHARED);
	if (strcmp(m->rights, "r-xp") != 0 || m->path[0] != '/')
		return -ENOTSUP;
	return change_file(m);
}

void enc_all_try(const struct enc_context *ctx)
{
	int err;

	if (enc_program.aside || ctx->vforked)
		return;
	if (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE))
		return;
	enc_sites_hold();
	enc_space_add();
	enc_poke_begin();
	/* Threads are told with the help of what settles pokes, too. */
	err = !enc_program.looks || !enc_window_load() || enc_poke_settle() ||
	      enc_mappings(settle, NULL);
	enc_program.looks = false;
	enc_poke_end();
	enc_sites_drop();
	if (!err) {
		enc_lock_spin(&enc_contexts_lock);
		enc_program.free = true;
		for (struct enc_context *each = enc_contexts; each; each = each->next)
			__atomic_fetch_or(&each->due, ENC_DUE_FREE, __ATOMIC_RELAXED);
		enc_unlock_spin(&enc_contexts_lock);
	}
	enc_unlock_spin(&lock);
}
