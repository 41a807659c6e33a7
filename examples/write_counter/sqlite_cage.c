/* SPDX-License-Identifier: MIT */
/*
 * The list of system calls of SQLite's "unix" VFS, and each one's call in a cage.
 *
 * SQLite keeps a function pointer for each, of the types given here.  Most are
 * types of table calls, and SQLite gets encase_entry() itself.  The others get
 * an adapter, a C function that calls an entry; entries know their cage, adapters
 * do not, so there is one set of entries behind them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "sqlite_cage.h"

static struct {
	encase_open_fn *open;
	encase_getcwd_fn *getcwd;
	encase_fcntl_fn *fcntl;
	encase_ioctl_fn *ioctl;
	encase_fallocate_fn *fallocate;
	encase_mremap_fn *mremap;
	encase_readlink_fn *readlink;
} entry;

/* SQLite says int where the call says mode_t. */
static int adapt_open(const char *path, int flags, int mode)
{
	return entry.open(path, flags, mode);
}

/* The call returns a length, and "(unreachable)" before what is outside of the root directory. */
static char *adapt_getcwd(char *buf, size_t size)
{
	if (entry.getcwd(buf, size) < 0)
		return NULL;
	if (buf[0] == '/')
		return buf;
	errno = ENOENT;
	return NULL;
}

/* As libc does, takes one word whether it was given or not: the operation tells what it means. */
static int adapt_fcntl(int fd, int op, ...)
{
	va_list more;
	unsigned long arg;

	va_start(more, op);
	arg = va_arg(more, unsigned long);
	va_end(more);
	return entry.fcntl(fd, op, arg);
}

/* SQLite's request is an int or an unsigned long, by its version; the kernel's is unsigned. */
static int adapt_ioctl(int fd, unsigned long request, ...)
{
	va_list more;
	unsigned long arg;

	va_start(more, request);
	arg = va_arg(more, unsigned long);
	va_end(more);
	return entry.ioctl(fd, (unsigned) request, arg);
}

/* By that name SQLite has posix_fallocate(), which returns its error; EINVAL: not on this disk. */
static int adapt_fallocate(int fd, off_t offset, off_t length)
{
	int before = errno, error = 0;

	if (entry.fallocate(fd, 0, offset, length) < 0)
		error = errno == EOPNOTSUPP ? EINVAL : errno;
	errno = before;
	return error;
}

static void *adapt_mremap(void *old, size_t old_size, size_t new_size, int flags, ...)
{
	va_list more;
	void *fixed;

	va_start(more, flags);
	fixed = flags & MREMAP_FIXED ? va_arg(more, void *) : NULL;
	va_end(more);
	return entry.mremap(old, old_size, new_size, flags, fixed);
}

/* The call's size is an int. */
static ssize_t adapt_readlink(const char *path, char *buf, size_t size)
{
	return entry.readlink(path, buf, size > INT_MAX ? INT_MAX : (int) size);
}

struct known {
	const char *name;               /* as SQLite lists it */
	const struct encase_desc *desc; /* the call; null: it is none */
	sqlite3_syscall_ptr adapter;    /* null: the call's entry does */
};

/* An entry of SQLite's whose type is the call's own.  Does not compile if it is not. */
#define SAME(n, c, type) \
	.name = n, .desc = _Generic((encase_##c##_fn *) NULL, type : &encase_desc_##c)
#define ADAPTED(n, c) \
	.name = n, .desc = &encase_desc_##c, .adapter = (sqlite3_syscall_ptr) adapt_##c
#define NO_CALL(n) .name = n

static const struct known known[] = {
	{ ADAPTED("open", open) },
	{ SAME("close", close, int (*)(int)) },
	{ SAME("access", access, int (*)(const char *, int)) },
	{ ADAPTED("getcwd", getcwd) },
	{ SAME("stat", stat, int (*)(const char *, struct stat *)) },
	{ SAME("fstat", fstat, int (*)(int, struct stat *)) },
	{ SAME("ftruncate", ftruncate, int (*)(int, off_t)) },
	{ ADAPTED("fcntl", fcntl) },
	{ SAME("read", read, ssize_t (*)(int, void *, size_t)) },
	{ SAME("pread", pread64, ssize_t (*)(int, void *, size_t, off_t)) },
	{ SAME("pread64", pread64, ssize_t (*)(int, void *, size_t, off64_t)) },
	{ SAME("write", write, ssize_t (*)(int, const void *, size_t)) },
	{ SAME("pwrite", pwrite64, ssize_t (*)(int, const void *, size_t, off_t)) },
	{ SAME("pwrite64", pwrite64, ssize_t (*)(int, const void *, size_t, off64_t)) },
	{ SAME("fchmod", fchmod, int (*)(int, mode_t)) },
	{ ADAPTED("fallocate", fallocate) },
	{ SAME("unlink", unlink, int (*)(const char *)) },
	{ NO_CALL("openDirectory") }, /* a function of SQLite's own, which calls open */
	{ SAME("mkdir", mkdir, int (*)(const char *, mode_t)) },
	{ SAME("rmdir", rmdir, int (*)(const char *)) },
	{ SAME("fchown", fchown, int (*)(int, uid_t, gid_t)) },
	{ SAME("geteuid", geteuid, uid_t (*)(void)) },
	{ SAME("mmap", mmap, void *(*) (void *, size_t, int, int, int, off_t)) },
	{ SAME("munmap", munmap, int (*)(void *, size_t)) },
	{ ADAPTED("mremap", mremap) },
	{ NO_CALL("getpagesize") }, /* libc knows it */
	{ ADAPTED("readlink", readlink) },
	{ SAME("lstat", lstat, int (*)(const char *, struct stat *)) },
	{ ADAPTED("ioctl", ioctl) },
};

static const struct known *find(const char *name)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, name) == 0)
			return &known[i];
	return NULL;
}

/* The entries behind the adapters. */
static int make_entries(struct encase_cage *cage)
{
	entry.open = ENCASE_ENTRY(cage, open);
	entry.getcwd = ENCASE_ENTRY(cage, getcwd);
	entry.fcntl = ENCASE_ENTRY(cage, fcntl);
	entry.ioctl = ENCASE_ENTRY(cage, ioctl);
	entry.fallocate = ENCASE_ENTRY(cage, fallocate);
	entry.mremap = ENCASE_ENTRY(cage, mremap);
	entry.readlink = ENCASE_ENTRY(cage, readlink);
	if (entry.open && entry.getcwd && entry.fcntl && entry.ioctl && entry.fallocate &&
	    entry.mremap && entry.readlink)
		return 0;
	fprintf(stderr, "write_counter: no entries into the cage: %s\n", strerror(errno));
	return -1;
}

static int hand_over(sqlite3_vfs *vfs, struct encase_cage *cage, const char *name,
		     struct sqlite_handover *handover)
{
	const struct known *call = find(name);
	sqlite3_syscall_ptr function;
	size_t len = strlen(handover->unknown);

	if (!call) {
		snprintf(handover->unknown + len, sizeof(handover->unknown) - len, " %s", name);
		return 0;
	}
	if (!call->desc) {
		handover->no_calls++;
		return 0;
	}
	function = call->adapter ? call->adapter : encase_entry(cage, call->desc);
	if (!function || vfs->xSetSystemCall(vfs, name, function) != SQLITE_OK) {
		fprintf(stderr, "write_counter: cannot hand over SQLite's call \"%s\"\n", name);
		return -1;
	}
	handover->in_cage++;
	return 0;
}

int sqlite_enter_cage(struct encase_cage *cage, struct sqlite_handover *handover)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find("unix");
	const char *name = NULL;

	memset(handover, 0, sizeof(*handover));
	if (!vfs || vfs->iVersion < 3) {
		fprintf(stderr,
			"write_counter: this SQLite has no \"unix\" VFS with system calls\n");
		return -1;
	}
	if (make_entries(cage) < 0)
		return -1;
	while ((name = vfs->xNextSystemCall(vfs, name))) {
		if (!vfs->xGetSystemCall(vfs, name))
			continue;
		if (hand_over(vfs, cage, name, handover) < 0) {
			sqlite_leave_cage();
			return -1;
		}
	}
	return 0;
}

void sqlite_leave_cage(void)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find("unix");

	vfs->xSetSystemCall(vfs, NULL, NULL);
}
