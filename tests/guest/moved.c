/* SPDX-License-Identifier: MIT */
/*
 * Guest: code that goes and comes again, is dropped, is moved, or is written into a mapping of a file, after all that there is has
 * made calls for some time.  Makes exactly 20000 getppid()s, however it goes; and a signal that is blocked stays so.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define CALLS 20000
#define ROUND 2000
#define LIBCS 32 /* a signal that libc keeps for itself */
#define PAGE  4096UL

typedef long call_fn(void);
static char library[PATH_MAX];
static int made;

/* So many that all sites are changed meanwhile, if they are to be. */
static void warm(void)
{
	for (int i = 0; i < 20000; i++)
		(void) getpid();
}

static bool call(call_fn *fn)
{
	bool good = true;

	warm();
	for (int i = 0; i < ROUND; i++, made++)
		good &= fn() > 0;
	return good;
}

static void *page_of(call_fn *fn)
{
	return (void *) ((uintptr_t) fn & ~(PAGE - 1));
}

static call_fn *load(void **handle)
{
	*handle = dlopen(library, RTLD_NOW);
	return *handle ? (call_fn *) dlsym(*handle, "moved_getppid") : NULL;
}

/* It lies where it lay before, most often. */
static void again(void)
{
	void *handle;
	call_fn *fn;

	for (int round = 0; round < 3; round++) {
		CHECK((fn = load(&handle)));
		CHECK(call(fn));
		CHECK(!dlclose(handle));
	}
}

/* Pages come back as the file has them. */
static void dropped(void)
{
	void *handle;
	call_fn *fn = load(&handle);

	warm();
	CHECK(!madvise(page_of(fn), PAGE, MADV_DONTNEED));
	CHECK(call(fn));
	CHECK(!dlclose(handle));
}

/* As those do that put a program's code on larger pages. */
static void copied(void)
{
	static char copy[PAGE];
	void *handle;
	call_fn *fn = load(&handle);
	void *at = page_of(fn);

	warm();
	memcpy(copy, at, PAGE);
	CHECK(mmap(at, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		   0) == at);
	memcpy(at, copy, PAGE);
	CHECK(!mprotect(at, PAGE, PROT_READ | PROT_EXEC));
	CHECK(call(fn));
	CHECK(!dlclose(handle));
}

static void written(void)
{
	static const unsigned char code[] = { 0xb8, 110, 0, 0, 0, 0x0f, 0x05, 0xc3 };
	int fd = open(library, O_RDONLY | O_CLOEXEC);
	unsigned char *at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, PAGE);

	CHECK(at != MAP_FAILED);
	memcpy(at + PAGE / 2, code, sizeof(code));
	CHECK(!mprotect(at, PAGE, PROT_READ | PROT_EXEC));
	CHECK(call((call_fn *) (uintptr_t) (at + PAGE / 2)));
	CHECK(!close(fd));
}

/* Who may not move it leaves it where it is; the library cannot be used any more. */
static void moved(void)
{
	void *to = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *handle;
	call_fn *fn = load(&handle);

	warm();
	if (mremap(page_of(fn), PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to)
		fn = (call_fn *) ((uintptr_t) to + (uintptr_t) fn % PAGE);
	CHECK(call(fn));
}

static long by_libc(void)
{
	return getppid();
}

/* In a child of its own: what one does to code and its rights is no other one's. */
static void in_child(void (*act)(void), int calls)
{
	pid_t pid = fork();
	int status = 0;

	if (!pid) {
		act();
		_exit(guest_failed);
	}
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && !status);
	made += calls;
}

int main(int argc, char **argv)
{
	const uint64_t libcs = UINT64_C(1) << (LIBCS - 1);
	uint64_t mask = 0;

	(void) argc;
	(void) snprintf(library, sizeof(library), "%s/moved_code.so", dirname(argv[0]));
	CHECK(!syscall(SYS_rt_sigprocmask, SIG_BLOCK, &libcs, NULL, sizeof(libcs)));
	again();
	in_child(dropped, ROUND);
	in_child(moved, ROUND);
	in_child(copied, ROUND);
	in_child(written, ROUND);
	CHECK(!syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &mask, sizeof(mask)));
	CHECK(mask & libcs);
	while (made < CALLS)
		CHECK(call(by_libc));
	return guest_end();
}
