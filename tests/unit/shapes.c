/* SPDX-License-Identifier: MIT */
/*
 * Calls whose later arguments depend on the earlier ones: what they are by command,
 * and that what is not there is seen by nobody.  Rules: docs/forwarding.md, 1.9.
 */
#define _GNU_SOURCE
#include "unit.h"

#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/types.h>
#include <unistd.h>

#define IN     ENCASE_IN
#define OUT    ENCASE_OUT
#define INOUT  (ENCASE_IN | ENCASE_OUT)
#define STR    1 /* no direction */
#define HIDDEN 2

/* A call, how many arguments it has and, if the last is a pointer, to how many bytes. */
static const struct row {
	const struct encase_desc *desc;
	encase_word words[ENCASE_MAX_ARGS];
	unsigned nargs, dir;
	size_t size;
} rows[] = {
	{ &encase_desc_open, { 0, O_RDWR, 7 }, 2, 0, 0 },
	{ &encase_desc_open, { 0, O_CREAT, 7 }, 3, 0, 0 },
	{ &encase_desc_open, { 0, O_TMPFILE | O_RDWR, 7 }, 3, 0, 0 },
	{ &encase_desc_open, { 0, O_DIRECTORY, 7 }, 2, 0, 0 }, /* a bit of O_TMPFILE alone */
	{ &encase_desc_open, { 0, O_TMPFILE & ~O_DIRECTORY, 7 }, 2, 0, 0 },
	{ &encase_desc_open, { 0, UINT64_C(1) << 38 | O_RDWR, 7 }, 2, 0, 0 },
	{ &encase_desc_openat, { 0, 0, O_WRONLY, 7 }, 3, 0, 0 },
	{ &encase_desc_openat, { 0, 0, O_WRONLY | O_CREAT | O_EXCL, 7 }, 4, 0, 0 },
	{ &encase_desc_openat, { 0, 0, O_TMPFILE, 7 }, 4, 0, 0 },
	{ &encase_desc_fcntl, { 1, F_GETFD, 7 }, 2, 0, 0 },
	{ &encase_desc_fcntl, { 1, F_GETFL, 7 }, 2, 0, 0 },
	{ &encase_desc_fcntl, { 1, F_GETPIPE_SZ, 7 }, 2, 0, 0 },
	{ &encase_desc_fcntl, { 1, F_GET_SEALS, 7 }, 2, 0, 0 },
	{ &encase_desc_fcntl, { 1, F_GETOWN, 7 }, 2, 0, 0 },
	{ &encase_desc_fcntl, { 1, F_GETSIG, 7 }, 2, 0, 0 },
	{ &encase_desc_fcntl, { 1, F_GETLEASE, 7 }, 2, 0, 0 },
	{ &encase_desc_fcntl, { 1, F_SETFD, 7 }, 3, 0, 0 },
	{ &encase_desc_fcntl, { 1, F_DUPFD, 7 }, 3, 0, 0 },
	{ &encase_desc_fcntl, { 1, F_DUPFD_CLOEXEC, 7 }, 3, 0, 0 },
	{ &encase_desc_fcntl, { 1, 0x7777, 7 }, 3, 0, 0 }, /* nobody knows */
	{ &encase_desc_fcntl, { 1, F_GETLK, 64 }, 3, INOUT, sizeof(struct flock) },
	{ &encase_desc_fcntl, { 1, F_SETLK, 64 }, 3, IN, sizeof(struct flock) },
	{ &encase_desc_fcntl, { 1, F_SETLKW, 64 }, 3, IN, sizeof(struct flock) },
	{ &encase_desc_fcntl, { 1, F_OFD_GETLK, 64 }, 3, INOUT, sizeof(struct flock) },
	{ &encase_desc_fcntl, { 1, F_OFD_SETLK, 64 }, 3, IN, sizeof(struct flock) },
	{ &encase_desc_fcntl, { 1, F_OFD_SETLKW, 64 }, 3, IN, sizeof(struct flock) },
	{ &encase_desc_fcntl,
	  { 1, UINT64_C(5) << 32 | F_GETLK, 64 },
	  3,
	  INOUT,
	  sizeof(struct flock) },
	{ &encase_desc_fcntl, { 1, F_GETOWN_EX, 64 }, 3, OUT, sizeof(struct f_owner_ex) },
	{ &encase_desc_fcntl, { 1, F_SETOWN_EX, 64 }, 3, IN, sizeof(struct f_owner_ex) },
	{ &encase_desc_fcntl, { 1, F_GET_RW_HINT, 64 }, 3, OUT, 8 },
	{ &encase_desc_fcntl, { 1, F_SET_RW_HINT, 64 }, 3, IN, 8 },
	{ &encase_desc_ioctl, { 1, TCGETS, 64 }, 3, OUT, 36 },
	{ &encase_desc_ioctl, { 1, TCSETSW, 64 }, 3, IN, 36 },
	{ &encase_desc_ioctl, { 1, TIOCGWINSZ, 64 }, 3, OUT, 8 },
	{ &encase_desc_ioctl, { 1, TIOCSWINSZ, 64 }, 3, IN, 8 },
	{ &encase_desc_ioctl, { 1, FIONREAD, 64 }, 3, OUT, 4 },
	{ &encase_desc_ioctl, { 1, FIONBIO, 64 }, 3, IN, 4 },
	{ &encase_desc_ioctl, { 1, TIOCSTI, 64 }, 3, IN, 1 },
	{ &encase_desc_ioctl, { 1, FIOCLEX, 7 }, 2, 0, 0 },
	{ &encase_desc_ioctl, { 1, TIOCNOTTY, 7 }, 2, 0, 0 },
	{ &encase_desc_ioctl, { 1, TCFLSH, 7 }, 3, 0, 0 }, /* a number */
	{ &encase_desc_ioctl, { 1, _IOR('x', 1, char[300]), 64 }, 3, OUT, 300 },
	{ &encase_desc_ioctl, { 1, _IOW('x', 1, char[16383]), 64 }, 3, IN, 16383 },
	{ &encase_desc_ioctl, { 1, _IOWR('x', 1, long), 64 }, 3, INOUT, 8 },
	{ &encase_desc_ioctl, { 1, _IOR('x', 1, long) | UINT64_C(9) << 32, 64 }, 3, OUT, 8 },
	{ &encase_desc_ioctl, { 1, _IO('x', 1), 7 }, 3, 0, 0 },
	{ &encase_desc_ioctl, { 1, _IOC(_IOC_READ, 'x', 1, 0), 7 }, 3, 0, 0 },
	/* their numbers say long, and an int is moved */
	{ &encase_desc_ioctl, { 1, FS_IOC_GETFLAGS, 64 }, 3, OUT, 4 },
	{ &encase_desc_ioctl, { 1, FS_IOC_SETFLAGS, 64 }, 3, IN, 4 },
	{ &encase_desc_ioctl, { 1, FS_IOC_GETVERSION, 64 }, 3, IN | OUT, 8 },
	{ &encase_desc_ioctl, { 1, BLKBSZGET, 64 }, 3, IN | OUT, 8 },
	{ &encase_desc_ioctl, { 1, BLKGETSIZE64, 64 }, 3, OUT, 8 },
	{ &encase_desc_semctl, { 1, 0, IPC_RMID, 7 }, 3, 0, 0 },
	{ &encase_desc_semctl, { 1, 0, GETVAL, 7 }, 3, 0, 0 },
	{ &encase_desc_semctl, { 1, 0, SETVAL, 7 }, 4, 0, 0 },
	{ &encase_desc_semctl, { 1, 0, GETALL, 64 }, 4, HIDDEN, 1 },
	{ &encase_desc_semctl, { 1, 0, IPC_STAT, 64 }, 4, OUT, sizeof(struct semid_ds) },
	{ &encase_desc_semctl, { 1, 0, IPC_STAT | 0x100, 64 }, 4, OUT, sizeof(struct semid_ds) },
	{ &encase_desc_semctl, { 1, 0, IPC_SET, 64 }, 4, IN, sizeof(struct semid_ds) },
	{ &encase_desc_semctl, { 1, 0, SEM_INFO, 64 }, 4, OUT, sizeof(struct seminfo) },
	{ &encase_desc_prctl, { PR_GET_DUMPABLE, 7, 7, 7, 7 }, 1, 0, 0 },
	{ &encase_desc_prctl, { PR_SET_DUMPABLE, 7, 8, 9, 10 }, 2, 0, 0 },
	{ &encase_desc_prctl, { PR_SET_NO_NEW_PRIVS, 7, 8, 9, 10 }, 5, 0, 0 },
	{ &encase_desc_prctl, { 0x7777, 7, 8, 9, 10 }, 5, 0, 0 },
	{ &encase_desc_prctl, { PR_GET_PDEATHSIG, 64, 8, 9, 10 }, 2, OUT, 4 },
	{ &encase_desc_prctl, { PR_GET_NAME, 64, 8, 9, 10 }, 2, OUT, 16 },
	{ &encase_desc_prctl, { PR_SET_NAME, 64, 8, 9, 10 }, 2, STR, 4096 },
	{ &encase_desc_prctl, { PR_GET_TID_ADDRESS, 64, 8, 9, 10 }, 2, OUT, 8 },
	{ &encase_desc_mremap, { 4096, 1, 2, 0, 7 }, 4, 0, 0 },
	{ &encase_desc_mremap, { 4096, 1, 2, MREMAP_MAYMOVE, 7 }, 4, 0, 0 },
	{ &encase_desc_mremap, { 4096, 1, 2, MREMAP_MAYMOVE | MREMAP_FIXED, 7 }, 5, 0, 0 },
	{ &encase_desc_mremap, { 4096, 1, 2, MREMAP_MAYMOVE | 4, 7 }, 5, 0, 0 },
};

static void name(const struct row *row)
{
	unit_row("%s(%#lx, %#lx, %#lx)", encase_text(row->desc)->name, (long) row->words[0],
		 (long) row->words[1], (long) row->words[2]);
}

static void check_shape(const struct row *row, const struct encase_desc *shape)
{
	unsigned last = row->nargs - 1, whole = row->desc->pointers;

	same(shape->nargs, row->nargs);
	same(shape->interface, row->desc->interface);
	same(shape->index, row->desc->index);
	for (unsigned i = 0; i < row->desc->nargs; i++)
		if ((row->desc->arg[i].kind & ENCASE_KIND) == ENCASE_VARIES)
			whole &= ~(1U << i);
	whole &= (1U << row->nargs) - 1;
	same(shape->pointers, row->size ? whole | 1U << last : whole);
	same(shape->sized, 0);
	if (!row->size)
		return;
	if (row->dir == HIDDEN) {
		same(shape->arg[last].kind, ENCASE_DEEP | IN | ENCASE_NULLABLE);
		same(shape->arg[last].size, ENCASE_OPAQUE);
		return;
	}
	same(shape->arg[last].size, row->size);
	same(shape->arg[last].kind, row->dir == STR ? ENCASE_STR | IN : ENCASE_OBJ | row->dir);
}

Test(shapes, by_command)
{
	for (const struct row *row = rows; row < rows + LENGTH(rows); row++) {
		encase_word words[ENCASE_MAX_ARGS];
		struct encase_desc shape;

		name(row);
		memcpy(words, row->words, sizeof(words));
		encase_shape(row->desc, words, &shape);
		check_shape(row, &shape);
		for (unsigned i = 0; i < row->desc->nargs; i++)
			same(words[i], i < row->nargs ? row->words[i] : 0);
	}
}

Test(shapes, of_calls_that_do_not_vary)
{
	encase_word words[] = { 1, 2, 3 };
	struct encase_desc shape;

	encase_shape(&encase_desc_write, words, &shape);
	same(memcmp(&shape, &encase_desc_write, sizeof(shape)), 0);
	same(words[2], 3);
}

/* -- In a stack ------------------------------------------------------------- */

static const struct row *row_now;
static unsigned looks;

static long look(struct encase_call *call)
{
	looks++;
	same(encase_call_desc(call), row_now->desc);
	same(encase_call_number(call), encase_text(row_now->desc)->number);
	check_shape(row_now, encase_call_shape(call));
	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++)
		same(encase_arg_word(call, i),
		     i < row_now->nargs ? encase_widen(encase_arg_type(encase_call_shape(call), i),
						       row_now->words[i])
					: 0);
	return encase_forward(call);
}

static void enter_rows(struct encase_cage *cage, unsigned nlooks)
{
	for (row_now = rows; row_now < rows + LENGTH(rows); row_now++) {
		name(row_now);
		looks = 0;
		memset(&probe.words, 0xee, sizeof(probe.words));
		same(encase_enter(cage, row_now->desc, row_now->words), 0);
		same(looks, nlooks);
		for (unsigned i = 0; i < row_now->desc->nargs; i++)
			same(probe.words[i],
			     i < row_now->nargs ? encase_widen(encase_arg_type(row_now->desc, i),
							       row_now->words[i])
						: 0);
	}
}

/* No layer, raw layers, verdicts that are passed over, natural handlers: the same goes down. */
static const struct encase_rule mild[] = {
	ENCASE_FAIL(open, EDOM, .mode = ENCASE_IS(1)),
	ENCASE_FAIL(fcntl, EDOM, .arg = ENCASE_IS(1)),
	ENCASE_FAIL(ioctl, EDOM, .arg = ENCASE_IS(1)),
	ENCASE_FAIL(mremap, EDOM, .flags = ENCASE_IS(77)),
	ENCASE_FAIL(prctl, EDOM, .arg5 = ENCASE_IS(11)),
	ENCASE_END,
};
static const struct encase_layer mild_layer = { .name = "mild", .rules = mild };

Test(shapes, in_every_stack)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer raw[2], natural[7];
	const struct encase_desc *const all[] = { &encase_desc_open,   &encase_desc_openat,
						  &encase_desc_fcntl,  &encase_desc_ioctl,
						  &encase_desc_semctl, &encase_desc_prctl,
						  &encase_desc_mremap };

	enter_rows(cage, 0);
	unit_push_any(cage, &raw[0], look, ENCASE_PASS);
	enter_rows(cage, 1);
	unit_push(cage, &mild_layer);
	for (unsigned i = 0; i < LENGTH(all); i++) {
		unit_natural(&natural[i], all[i], lab_forwarder(all[i]), ENCASE_PASS);
		unit_push(cage, &natural[i].layer);
	}
	unit_push_any(cage, &raw[1], look, ENCASE_PASS);
	enter_rows(cage, 2);
	unit_free(cage);
}

/* -- As C declares them ----------------------------------------------------- */

static int seen_flags, seen_mode, seen_calls;

static int variadic_open(const char *path, int flags, ...)
{
	va_list args;

	seen_calls++;
	seen_flags = flags;
	seen_mode = -1;
	if (flags & O_CREAT) {
		va_start(args, flags);
		seen_mode = (int) va_arg(args, mode_t);
		va_end(args);
	}
	return encase_next_open(path, flags, seen_mode == -1 ? 0777 : (mode_t) seen_mode);
}

static int fixed_open(const char *path, int flags, mode_t mode)
{
	seen_flags = flags;
	seen_mode = (int) mode;
	return encase_next_open(path, flags, mode);
}

static const struct encase_rule variadic_rules[] = { ENCASE_ON(open, variadic_open), ENCASE_END };
static const struct encase_rule fixed_rules[] = { ENCASE_ON(open, fixed_open), ENCASE_END };
static const struct encase_layer variadic_layer = { .name = "variadic", .rules = variadic_rules };
static const struct encase_layer fixed_layer = { .name = "fixed", .rules = fixed_rules };

typedef int any_open(const char *path, int flags, ...);

/* What stands below on the stack is no argument. */
static __attribute__((noinline)) void soil_the_stack(void)
{
	volatile unsigned char dirt[4096];

	for (size_t i = 0; i < sizeof(dirt); i++)
		dirt[i] = 0xee;
}

/* An entry is called as open() is, with or without a third argument. */
Test(shapes, entries_and_handlers_with_dots)
{
	struct encase_cage *cage = unit_host_cage();
	any_open *entry = (any_open *) encase_entry(cage, &encase_desc_open);

	unit_push(cage, &fixed_layer);
	probe.result = 9;
	same(entry("x", O_CREAT | O_RDWR, 0640), 9);
	same(seen_mode, 0640);
	same(probe.words[2], 0640);
	soil_the_stack();
	same(entry("x", O_RDWR), 9);
	same(seen_mode, 0); /* absent reads 0 */
	same(probe.words[2], 0);
	unit_push(cage, &variadic_layer);
	same(entry("x", O_CREAT, 0600), 9);
	same(seen_calls, 1);
	same(probe.words[2], 0600);
	soil_the_stack();
	same(entry("x", O_RDONLY), 9);
	same(seen_flags, O_RDONLY);
	same(probe.words[2], 0); /* 0777 was not there to be given */
	unit_free(cage);
}

Test(shapes, handlers_with_dots_where_there_are_none)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layer;

	unit_natural(&layer, &encase_desc_write, lab_forwarder(&encase_desc_write), 0);
	layer.rules[0].form = ENCASE_VARIADIC;
	same(encase_push(cage, &layer.layer, NULL), -EINVAL);
	unit_free(cage);
}

/* libc's own, on real descriptors. */
static const struct encase_function libc_functions[] = {
	ENCASE_FUNCTION(open, open),   ENCASE_FUNCTION(openat, openat),
	ENCASE_FUNCTION(fcntl, fcntl), ENCASE_FUNCTION(close, close),
	ENCASE_FUNCTION_END,
};

static int flags_of(int fd)
{
	return fcntl(fd, F_GETFD);
}

static void use_libc(const struct encase_lower *lower, const void *below)
{
	struct encase_cage *cage;
	struct flock lock = { .l_type = F_WRLCK };
	char path[] = "/tmp/encase-XXXXXX";
	int fd = mkstemp(path), other;

	holds(fd >= 0);
	cage = unit_cage_on(NULL, NULL, lower, below);
	unit_push(cage,
		  &(struct encase_layer){ .name = "none",
					  .rules = (const struct encase_rule[]){ ENCASE_END } });
	same(enter(cage, fcntl, (encase_word) fd, F_SETFD, FD_CLOEXEC), 0);
	same(flags_of(fd), FD_CLOEXEC);
	same(enter(cage, fcntl, (encase_word) fd, F_GETFD, 12345), FD_CLOEXEC);
	same(enter(cage, fcntl, (encase_word) fd, F_GETLK, WORD(&lock)), 0);
	same(lock.l_type, F_UNLCK);
	same(enter(cage, fcntl, -1, F_GETFD, 0), -EBADF);
	same(unlink(path), 0);
	other = (int) enter(cage, open, WORD(path), O_RDWR, 0);
	same(other, -ENOENT);
	other = (int) enter(cage, openat, AT_FDCWD, WORD(path), O_RDWR | O_CREAT | O_EXCL, 0600);
	holds(other > fd);
	same(enter(cage, close, (encase_word) other), 0);
	same(unlink(path), 0);
	unit_free(cage);
	close(fd);
}

Test(shapes, libcs_functions_and_the_kernel_below)
{
	use_libc(&encase_lower_functions, libc_functions);
	use_libc(&encase_lower_kernel, NULL);
}
