/* SPDX-License-Identifier: MIT */
/* Calls that are made: those with a file's name. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/stat.h>
#include <sys/stat.h>

#include "rows.h"

const char *const names_path[] = { "a",   "a",     "a",   "b",    "b",  "c",    "d",   "d",
				   "d/e", "d/e",   "d/g", "l",    "l",  "m",    "o",   "n",
				   "n2",  "n3",    "",    ".",    "a/", "d/",   "a/x", "n/x",
				   "./a", "./d/e", "l/",  "long", "s",  "d//e", NULL };
const char *const names_xattr[] = { "user.one", "user.one", "user.two", "user.",
				    "one",      "",         "bad.one",  NULL };
const char *const names_memfd[] = { "memory", "", "a/b", NULL };

NUMBERS(oflags, O_RDONLY, O_WRONLY, O_RDWR, O_RDWR | O_CREAT, O_WRONLY | O_CREAT | O_EXCL,
	O_RDWR | O_TRUNC, O_WRONLY | O_APPEND, O_DIRECTORY, O_PATH, O_RDONLY | O_NOFOLLOW,
	O_PATH | O_NOFOLLOW, O_CREAT | O_DIRECTORY | O_RDWR, O_TMPFILE | O_RDWR, O_ACCMODE,
	O_RDWR | O_CREAT | O_CLOEXEC);
NUMBERS(modes, 0644, 0600, 0755, 0, 0777, 01777, 04755, 0100644, -1);
NUMBERS(checks, F_OK, R_OK, W_OK, X_OK, R_OK | W_OK, 8, -1);
NUMBERS(check_flags, 0, AT_EACCESS, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, 1 << 30);
NUMBERS(stat_flags, 0, 0, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, AT_NO_AUTOMOUNT, 1 << 30);
NUMBERS(stat_masks, STATX_BASIC_STATS, STATX_ALL, 0, STATX_SIZE, STATX_MODE | STATX_UID);
NUMBERS(lengths, 0, 1, 10, 100, 4096, 5000, 40000, -1, 1 << 20);
NUMBERS(owners, -1, -1, 0, 12345);
NUMBERS(unlink_flags, 0, 0, AT_REMOVEDIR, 1 << 30);
NUMBERS(link_flags, 0, 0, AT_SYMLINK_FOLLOW, AT_EMPTY_PATH, 1 << 30);
NUMBERS(rename_flags, 0, 0, 1, 2, 3, 1 << 30);
NUMBERS(node_modes, S_IFREG | 0644, S_IFSOCK | 0600, 0600, S_IFDIR | 0755);
NUMBERS(xattr_flags, 0, 0, 1, 2, 3, 99);
NUMBERS(at_flags, 0, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, 99);
NUMBERS(watches, 0x2, 0x4, 0x100, 0x300, 0x2 | 0x4 | 0x100 | 0x200 | 0x20, 0);
NUMBERS(how_sizes, 24, 24, 24, 32, 16, 0);
NUMBERS(memfd_flags, 0, 1, 2, 99);
NUMBERS(attr_sizes, 24, 24, 64, 23, 0);

/* clang-format off */
const struct row rows_files[] = {
	ROW(open, 20, PATH, SET(oflags), SET(modes)),
	ROW(openat, 40, AT, PATH, SET(oflags), SET(modes)),
	ROW(openat2, 20, AT, PATH, FILL(fill_open_how), SET(how_sizes)),
	ROW(creat, 6, PATH, SET(modes)),
	ROW(stat, 10, PATH, DATA),
	ROW(lstat, 10, PATH, DATA),
	ROW(newfstatat, 10, AT, PATH, DATA, SET(stat_flags)),
	ROW(statx, 12, AT, PATH, SET(stat_flags), SET(stat_masks), DATA),
	ROW(statfs, 6, PATH, DATA),
	ROW(access, 8, PATH, SET(checks)),
	ROW(faccessat, 8, AT, PATH, SET(checks)),
	ROW(faccessat2, 8, AT, PATH, SET(checks), SET(check_flags)),
	ROW(truncate, 8, PATH, SET(lengths)),
	ROW(rename, 8, PATH, PATH),
	ROW(renameat, 6, AT, PATH, AT, PATH),
	ROW(renameat2, 8, AT, PATH, AT, PATH, SET(rename_flags)),
	ROW(mkdir, 10, PATH, SET(modes)),
	ROW(mkdirat, 10, AT, PATH, SET(modes)),
	ROW(rmdir, 6, PATH),
	ROW(link, 8, PATH, PATH),
	ROW(linkat, 8, AT, PATH, AT, PATH, SET(link_flags)),
	ROW(unlink, 6, PATH),
	ROW(unlinkat, 6, AT, PATH, SET(unlink_flags)),
	ROW(symlink, 8, PATH, PATH),
	ROW(symlinkat, 8, PATH, AT, PATH),
	ROW(readlink, 10, PATH, DATA, LENGTH(64)),
	ROW(readlinkat, 10, AT, PATH, DATA, LENGTH(64)),
	ROW(chmod, 6, PATH, SET(modes)),
	ROW(fchmodat, 6, AT, PATH, SET(modes)),
	ROW(fchmodat2, 6, AT, PATH, SET(modes), SET(at_flags)),
	ROW(chown, 5, PATH, SET(owners), SET(owners)),
	ROW(lchown, 5, PATH, SET(owners), SET(owners)),
	ROW(fchownat, 5, AT, PATH, SET(owners), SET(owners), SET(at_flags)),
	ROW(utime, 6, PATH, FILL(fill_utimbuf)),
	ROW(utimes, 6, PATH, FILL(fill_timevals)),
	ROW(futimesat, 6, AT, PATH, FILL(fill_timevals)),
	ROW(utimensat, 10, AT, PATH, FILL(fill_timespecs), SET(at_flags)),
	ROW(mknod, 5, PATH, SET(node_modes), NUMBER0),
	ROW(mknodat, 5, AT, PATH, SET(node_modes), NUMBER0),
	ROW(setxattr, 10, PATH, NAME(names_xattr), DATA, LENGTH(40), SET(xattr_flags)),
	ROW(lsetxattr, 8, PATH, NAME(names_xattr), DATA, LENGTH(40), SET(xattr_flags)),
	ROW(getxattr, 8, PATH, NAME(names_xattr), DATA, LENGTH(60)),
	ROW(lgetxattr, 8, PATH, NAME(names_xattr), DATA, LENGTH(60)),
	ROW(listxattr, 8, PATH, DATA, LENGTH(200)),
	ROW(llistxattr, 8, PATH, DATA, LENGTH(200)),
	ROW(removexattr, 5, PATH, NAME(names_xattr)),
	ROW(lremovexattr, 5, PATH, NAME(names_xattr)),
	ROW(listxattrat, 6, AT, PATH, SET(at_flags), DATA, LENGTH(200)),
	ROW(removexattrat, 6, AT, PATH, SET(at_flags), NAME(names_xattr)),
	ROW(file_getattr, 6, AT, PATH, DATA, SET(attr_sizes), SET(at_flags)),
	ROW(inotify_add_watch, 8, FD(INOTIFY), PATH, SET(watches)),
	ROW(name_to_handle_at, 8, AT, PATH, FILL(fill_handle), DATA, SET(at_flags)),
	ROW(chdir, 3, NAME(names_path)),
	ROW(getcwd, 6, DATA, LENGTH(200)),
	ROW(memfd_create, 5, NAME(names_memfd), SET(memfd_flags)),
	{ .desc = NULL },
};
/* clang-format on */
