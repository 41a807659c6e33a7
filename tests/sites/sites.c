/* SPDX-License-Identifier: MIT */
/* Sites changed while they are used: by this process's own calls, by threads, from everywhere. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "sites/near.h"
#include "sites/poke.h"
#include "sites/sites.h"

/*
 * A gate that makes each call as it comes, and counts.  The child of a clone() with a stack of its
 * own would not find its way back.  sigreturn (15) finds its frame by the stack's pointer.
 */
static uint64_t gate_calls __attribute__((used));
void gate(void);
__asm__(".text\n"
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

static unsigned long turned;

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

static void set_up(void)
{
	struct sigaction act = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO };

	sigaction(SIGTRAP, &act, NULL);
	enc_sites_set_gate((uint64_t) (uintptr_t) gate);
}

/* -- This process's own library ---------------------------------------------- */

struct changes {
	size_t sites, changed;
	struct enc_place places[2000];
};

static void note_site(void *arg, const struct enc_place *place)
{
	struct changes *c = arg;

	c->places[c->sites++] = *place;
	cr_assert(c->sites < sizeof(c->places) / sizeof(c->places[0]));
}

static int change_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct changes *c = arg;
	uint64_t code;
	size_t first;

	(void) size;
	if (!strstr(info->dlpi_name, "libc.so") && !strstr(info->dlpi_name, "ld-linux"))
		return 0;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];

		if (p->p_type != PT_LOAD || !(p->p_flags & PF_X))
			continue;
		code = info->dlpi_addr + p->p_vaddr;
		first = c->sites;
		cr_expect(enc_window_scan((const unsigned char *) code, p->p_filesz, note_site, c));
		for (size_t k = first; k < c->sites; k++)
			c->changed += enc_sites_change(code, p->p_filesz, &c->places[k], true) == 0;
	}
	return 0;
}

/* Things that a C library does by system calls. */
static bool library_works(void)
{
	char text[32] = "", path[] = "/tmp/encase-sites-XXXXXX";
	int fd = mkstemp(path), status;
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r+");
	pid_t child;

	if (!file || fputs("through the gate\n", file) < 0 || fflush(file))
		return false;
	rewind(file);
	if (!fgets(text, sizeof(text), file) || strcmp(text, "through the gate\n"))
		return false;
	fclose(file);
	if (unlink(path) || open(path, 0) >= 0 || errno != ENOENT)
		return false;
	child = fork();
	if (!child)
		_exit(getppid() == getpid() ? 1 : 42);
	return waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 42 &&
	       raise(SIGUSR1) == 0;
}

static volatile sig_atomic_t heard;

static void hear(int sig)
{
	heard = sig;
}

/* Nearly all: what else there may be in other builds of it is said, not hidden. */
Test(sites, own_library)
{
	static struct changes c;
	uint64_t before;

	set_up();
	signal(SIGUSR1, hear);
	dl_iterate_phdr(change_object, &c);
	before = gate_calls;
	cr_expect(library_works());
	cr_expect(heard == SIGUSR1);
	cr_expect(gate_calls > before + 10);
	cr_expect(c.sites > 100 && c.changed * 100 >= c.sites * 95, "%zu of %zu", c.changed,
		  c.sites);
}

/* -- Shapes ------------------------------------------------------------------ */

static const struct shape {
	const char *name;
	size_t size;
	struct enc_place place;
	unsigned char code[16];
} shapes[] = {
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
#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))
#define APART  64

/* A page full of instances of a shape each. */
static unsigned char *make_page(size_t n)
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

static int change_instance(unsigned char *page, size_t i, bool alone)
{
	const struct shape *shape = &shapes[i % SHAPES];

	return enc_sites_change((uint64_t) (uintptr_t) (page + i * APART), shape->size,
				&shape->place, alone);
}

static long call(const unsigned char *code)
{
	long (*fn)(void);

	memcpy(&fn, &code, sizeof(fn));
	return fn();
}

Test(sites, shapes)
{
	unsigned char *page = make_page(SHAPES);

	set_up();
	for (size_t i = 0; i < SHAPES; i++) {
		uint64_t before = gate_calls;

		cr_expect(call(page + i * APART) == getpid(), "%s before", shapes[i].name);
		cr_expect(change_instance(page, i, i & 1) == 0, "%s", shapes[i].name);
		cr_expect(change_instance(page, i, false) == 0, "%s again", shapes[i].name);
		cr_expect(gate_calls == before);
		cr_expect(call(page + i * APART) == getpid(), "%s", shapes[i].name);
		cr_expect(gate_calls == before + 1, "%s", shapes[i].name);
	}
	cr_expect(turned == 0);
}

/* Whoever jumps to any instruction of a window, or stood there, gets on. */
Test(sites, entered_in_the_midst)
{
	static const unsigned char code[] = { 0xb8, 39,   0,    0,    0,    0x0f, 0x05, 0x48,
					      0x3d, 0x00, 0xf0, 0xff, 0xff, 0x48, 0x99, 0xc3 };
	unsigned char *page = make_page(1);
	uint64_t at = (uint64_t) (uintptr_t) page;

	set_up();
	cr_assert(enc_poke(at, code, sizeof(code)) == 0);
	/* nothing is known before: the window is syscall and cmp */
	cr_assert(enc_sites_change(at, sizeof(code), &(struct enc_place){ .at = 5 }, false) == 0);
	cr_expect(page[5] == 0xe9 && page[7] == ENC_TRAP);
	cr_expect(call(page) == getpid() && gate_calls == 1 && turned == 0);
	for (size_t in = 0; in < sizeof(code); in++) {
		uint64_t turn = enc_sites_turn(at + in);

		cr_expect((turn != at + in) == (in == 5 || in == 7), "byte %zu", in);
	}
	cr_expect(enc_sites_origin(enc_sites_turn(at + 7)) == at + 7);
	(void) call(page + 7);
	cr_expect(turned == 1 && gate_calls == 1);
	enc_sites_forget(at, 8);
	cr_expect(enc_sites_turn(at + 7) == 0 && enc_sites_turn(at + 5) == at + 5);
}

/* -- Threads ------------------------------------------------------------------ */

#define INSTANCES 600
static unsigned char *busy_page;
static bool over;
static unsigned long wrong;

static void *call_all(void *arg)
{
	unsigned x = (unsigned) (uintptr_t) arg + 1;

	while (!__atomic_load_n(&over, __ATOMIC_ACQUIRE)) {
		x = x * 1664525 + 1013904223;
		if (call(busy_page + (x >> 8) % INSTANCES * APART) != getpid())
			__atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

Test(sites, changed_under_threads)
{
	pthread_t threads[4];
	unsigned changed = 0;

	set_up();
	busy_page = make_page(INSTANCES);
	if (enc_poke_settle())
		cr_skip_test("membarrier(2) has no SYNC_CORE here");
	for (size_t i = 0; i < 4; i++)
		cr_assert(pthread_create(&threads[i], NULL, call_all, (void *) i) == 0);
	for (size_t i = 0; i < INSTANCES; i++)
		changed += change_instance(busy_page, i, false) == 0;
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	cr_expect(changed == INSTANCES && wrong == 0, "%u changed, %lu wrong", changed, wrong);
	for (size_t i = 0; i < INSTANCES; i++)
		cr_expect(call(busy_page + i * APART) == getpid());
}

/* A call of any number, in code whose window is syscall and cmp. */
static const unsigned char any_call[] = {
	0x48, 0x89, 0xf8,                         /* mov %rdi, %rax */
	0x48, 0x89, 0xf7,                         /* mov %rsi, %rdi */
	0x48, 0x89, 0xd6,                         /* mov %rdx, %rsi */
	0x48, 0x89, 0xca,                         /* mov %rcx, %rdx */
	0x0f, 0x05,                               /* syscall */
	0x48, 0x3d, 0x00, 0xf0, 0xff, 0xff, 0xc3, /* cmp; ret */
};
static int ends[2];

static void *read_by_site(void *page)
{
	static char byte;
	long (*fn)(long, long, char *, long);

	memcpy(&fn, &page, sizeof(fn));
	return (void *) fn(SYS_read, ends[0], &byte, 1);
}

/* Whether a thread sleeps in the kernel. */
static bool sleeps(pid_t tid)
{
	char path[64], text[64] = "";
	int fd;

	(void) snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	fd = open(path, O_RDONLY);
	if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0)
		close(fd);
	return strstr(text, ") S ");
}

static pid_t reader_tid;

static void *read_it(void *page)
{
	__atomic_store_n(&reader_tid, gettid(), __ATOMIC_RELEASE);
	return read_by_site(page);
}

/* A thread that is in a call comes back to the midst of the window. */
Test(sites, changed_while_inside)
{
	unsigned char *page = make_page(1);
	uint64_t at = (uint64_t) (uintptr_t) page;
	pthread_t thread;
	void *result;

	set_up();
	cr_assert(enc_poke(at, any_call, sizeof(any_call)) == 0 && pipe(ends) == 0);
	if (enc_poke_settle())
		cr_skip_test("membarrier(2) has no SYNC_CORE here");
	cr_assert(pthread_create(&thread, NULL, read_it, page) == 0);
	while (!__atomic_load_n(&reader_tid, __ATOMIC_ACQUIRE) || !sleeps(reader_tid))
		usleep(1000);
	cr_assert(enc_sites_change(at, sizeof(any_call), &(struct enc_place){ .at = 12 }, false) ==
		  0);
	cr_assert(write(ends[1], "x", 1) == 1 && pthread_join(thread, &result) == 0);
	cr_expect(result == (void *) 1 && turned == 1 && gate_calls == 0);
	cr_assert(write(ends[1], "x", 1) == 1);
	cr_expect(read_by_site(page) == (void *) 1 && turned == 1 && gate_calls == 1);
}

/* -- What cannot be ------------------------------------------------------------ */

Test(sites, refused)
{
	static const struct {
		const char *name;
		size_t size, at;
		unsigned char code[16];
	} none[] = {
		{ "a call behind", 9, 0, { 0x0f, 0x05, 0xe8, 0, 0, 0, 0, 0xc3, 0x90 } },
		{ "the end of what is known", 4, 0, { 0x0f, 0x05, 0x31, 0xc0 } },
		{ "another function behind",
		  8,
		  0,
		  { 0x0f, 0x05, 0xc3, 0x31, 0xc0, 0xc3, 0x90, 0x90 } },
		{ "a jump that cannot be long",
		  8,
		  0,
		  { 0x0f, 0x05, 0xe3, 0x01, 0xc3, 0x31, 0xc0, 0xc3 } },
		{ "another syscall behind",
		  8,
		  0,
		  { 0x0f, 0x05, 0x0f, 0x05, 0x90, 0x90, 0x90, 0xc3 } },
		{ "no syscall", 8, 0, { 0x31, 0xc0, 0x31, 0xc0, 0x31, 0xc0, 0xc3, 0x90 } },
	};

	set_up();
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		unsigned char *page = make_page(1);
		uint64_t at = (uint64_t) (uintptr_t) page;

		cr_assert(enc_poke(at, none[i].code, none[i].size) == 0);
		cr_expect(enc_sites_change(at, none[i].size,
					   &(struct enc_place){ .at = none[i].at },
					   true) == -ENOTSUP,
			  "%s", none[i].name);
		cr_expect(!memcmp(page, none[i].code, none[i].size), "%s", none[i].name);
		munmap(page, 4096);
	}
}

/* Two sites side by side: the second one's window would reach into the first one's. */
Test(sites, side_by_side)
{
	static const unsigned char code[] = { 0x0f, 0x05, 0x31, 0xd2, 0x31, 0xd2,
					      0x0f, 0x05, 0xc3, 0x31, 0xc0, 0xc3 };
	unsigned char *page = make_page(1);
	uint64_t at = (uint64_t) (uintptr_t) page;
	const struct enc_place first = { .at = 0 }, second = { 6, { 2 } };

	set_up();
	cr_assert(enc_poke(at, code, sizeof(code)) == 0);
	cr_assert(enc_sites_change(at, sizeof(code), &first, true) == 0);
	cr_expect(enc_sites_change(at, sizeof(code), &second, true) == -ENOTSUP);
	cr_expect(!memcmp(page + 6, code + 6, 6));
}

/* Distances that must have a byte here and there, near and far. */
Test(sites, near)
{
	static const uint32_t masks[] = { 0, 0xff, 0xff00, 0xff0000, 0xff000000, 0xffff00, 0xffff };
	uint64_t next = (uint64_t) (uintptr_t) gate;

	enc_near_set_gate(next);
	for (unsigned round = 0; round < 40; round++)
		for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
			uint64_t slot, at = enc_near_take(next, 1 + round * 5, masks[i],
							  0xcccccccc & masks[i], &slot);

			if (!at && masks[i] >> 16)
				continue; /* something else may lie there */
			cr_assert(at, "%x, round %u", masks[i], round);
			cr_expect((((uint32_t) (at - next) ^ 0xcccccccc) & masks[i]) == 0);
			cr_expect((int64_t) (at - next) == (int32_t) (at - next));
			cr_expect((int64_t) (slot - at) == (int32_t) (slot - at));
			cr_expect(*(uint64_t *) (uintptr_t) slot == next);
			cr_expect(enc_near_is(at, 1) && enc_near_is(at - 1, 2));
			if (round & 1)
				enc_near_give_back(at, 1 + round * 5);
		}
	cr_expect(!enc_near_is(next, 1));
}
