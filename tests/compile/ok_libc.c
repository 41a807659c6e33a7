/* SPDX-License-Identifier: MIT */
/*
 * libc's functions as C functions for Linux's calls, and entries where a program
 * wants libc's: they have the calls' prototypes, so far as libc has not its own
 * idea of a call (getcwd, the "..." of open and fcntl, structures of its own).
 */
#define _GNU_SOURCE
#include <encase.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

const struct encase_function libc[] = {
	ENCASE_FUNCTION(read, read),
	ENCASE_FUNCTION(write, write),
	ENCASE_FUNCTION(close, close),
	ENCASE_FUNCTION(stat, stat),
	ENCASE_FUNCTION(fstat, fstat),
	ENCASE_FUNCTION(lstat, lstat),
	ENCASE_FUNCTION(lseek, lseek),
	ENCASE_FUNCTION(mmap, mmap),
	ENCASE_FUNCTION(munmap, munmap),
	ENCASE_FUNCTION(pread64, pread),
	ENCASE_FUNCTION(pwrite64, pwrite),
	ENCASE_FUNCTION(access, access),
	ENCASE_FUNCTION(dup, dup),
	ENCASE_FUNCTION(getpid, getpid),
	ENCASE_FUNCTION(uname, uname),
	ENCASE_FUNCTION(fsync, fsync),
	ENCASE_FUNCTION(fdatasync, fdatasync),
	ENCASE_FUNCTION(ftruncate, ftruncate),
	ENCASE_FUNCTION(rename, rename),
	ENCASE_FUNCTION(mkdir, mkdir),
	ENCASE_FUNCTION(rmdir, rmdir),
	ENCASE_FUNCTION(unlink, unlink),
	ENCASE_FUNCTION(fchmod, fchmod),
	ENCASE_FUNCTION(fchown, fchown),
	ENCASE_FUNCTION(geteuid, geteuid),
	ENCASE_FUNCTION(getppid, getppid),
	ENCASE_FUNCTION(getgroups, getgroups),
	ENCASE_FUNCTION(clock_gettime, clock_gettime),
	ENCASE_FUNCTION(newfstatat, fstatat),
	ENCASE_FUNCTION(unlinkat, unlinkat),
	ENCASE_FUNCTION(fallocate, fallocate),
	ENCASE_FUNCTION(pipe2, pipe2),
	ENCASE_FUNCTION(getrandom, getrandom),
	ENCASE_FUNCTION(statx, statx),
	ENCASE_FUNCTION_END,
};

static struct {
	ssize_t (*write)(int, const void *, size_t);
	int (*fstat)(int, struct stat *);
	pid_t (*getpid)(void);
} calls;

void make_entries(struct encase_cage *cage);
void make_entries(struct encase_cage *cage)
{
	calls.write = ENCASE_ENTRY(cage, write);
	calls.fstat = ENCASE_ENTRY(cage, fstat);
	calls.getpid = ENCASE_ENTRY(cage, getpid);
}
