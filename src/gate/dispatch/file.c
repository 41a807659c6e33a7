/* SPDX-License-Identifier: MIT */
/*
 * Gate "dispatch": which file execve() comes to, and whether it can be run here: scripts are followed to their
 * interpreters (fs/binfmt_script.c), rights looked at (fs/exec.c).
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/prctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "file.h"

#define LINE    256 /* of a script's first line, what counts */
#define DEEPEST 5
#define BLANKS  " \t"

/* -- Rights ---------------------------------------------------------------------- */

/* Whether what the file adds to its caller's rights is ignored anyway. */
static bool is_plain(int fd)
{
	struct statvfs fs;

	return enc_sys(SYS_prctl, PR_GET_NO_NEW_PRIVS) == 1 ||
	       (!fstatvfs(fd, &fs) && fs.f_flag & ST_NOSUID);
}

/* Rights that the gate could not give: a caller that has them already misses nothing. */
static bool adds_rights(int fd, const struct stat *st)
{
	bool user = st->st_mode & S_ISUID && st->st_uid != geteuid();
	bool group = (st->st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) &&
		     st->st_gid != getegid();
	bool capable = geteuid() != 0 && fgetxattr(fd, "security.capability", NULL, 0) > 0;

	return (user || group || capable) && !is_plain(fd);
}

static int check_rights(int fd)
{
	struct statvfs fs;
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EACCES;
	if (!fstatvfs(fd, &fs) && fs.f_flag & ST_NOEXEC)
		return -EACCES;
	if (enc_sys(SYS_faccessat2, fd, "", X_OK, AT_EMPTY_PATH | AT_EACCESS))
		return -EACCES;
	if (adds_rights(fd, &st)) {
		encase_log("encase: refused: a program with other rights than its caller's");
		return -EPERM;
	}
	return 0;
}

/* Out of the way of standard descriptors that are not open: the program finds them so. */
static int move_up(int fd)
{
	int high = fcntl(fd, F_DUPFD_CLOEXEC, 64), error = errno;

	if (high < 0)
		high = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	(void) close(fd);
	errno = error;
	return high;
}

/* -- Scripts --------------------------------------------------------------------- */

/* Splits a script's first line into its interpreter and an argument, which may be null. */
static int split(char *line, char **interpreter, char **arg)
{
	char *end = strchr(line, '\n'), *rest;

	if (end)
		*end = '\0';
	*interpreter = line + strspn(line, BLANKS);
	if (!**interpreter || (!end && !strpbrk(*interpreter, BLANKS)))
		return -ENOEXEC;
	end = *interpreter + strlen(*interpreter);
	while (end > *interpreter && strchr(BLANKS, end[-1]))
		*--end = '\0';
	rest = strpbrk(*interpreter, BLANKS);
	*arg = NULL;
	if (rest) {
		*rest++ = '\0';
		rest += strspn(rest, BLANKS);
		*arg = *rest ? rest : NULL;
	}
	return 0;
}

/* In front of what is there goes the interpreter, with its argument; in the first's place the script's own name. */
static int put_before(struct enc_file *file, char *interpreter, char *arg)
{
	unsigned n = arg ? 3 : 2;

	if (file->nbefore)
		file->nbefore--;
	if (file->nbefore + n > ENC_FILE_WORDS)
		return -ELOOP;
	memmove(file->before + n, file->before, file->nbefore * sizeof(file->before[0]));
	file->before[0] = interpreter;
	if (arg)
		file->before[1] = arg;
	file->before[n - 1] = file->path;
	file->nbefore += n;
	return 0;
}

/* A script is followed by one step: its interpreter is opened in its place. */
static int follow(struct enc_file *file, unsigned depth)
{
	char *line = file->lines[depth], *interpreter, *arg;
	int err = split(line + 2, &interpreter, &arg), fd;

	if (!err && file->unreachable)
		err = -ENOENT;
	if (!err)
		err = put_before(file, interpreter, arg);
	if (err)
		return err;
	fd = open(interpreter, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	(void) close(file->fd);
	file->fd = move_up(fd);
	file->path = interpreter;
	return file->fd < 0 ? -errno : 0;
}

/* -- Programs --------------------------------------------------------------------- */

static int check_interpreter(const struct enc_image *image)
{
	struct enc_image own;
	int fd, err;

	if (!image->interpreter[0])
		return 0;
	fd = open(image->interpreter, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = enc_image_check(fd, &own);
	(void) close(fd);
	return err == -ENOEXEC ? -ELIBBAD : err;
}

/* 0: a program; 1: a script, which is followed. */
static int look(struct enc_file *file, unsigned depth)
{
	char *line = file->lines[depth];
	struct enc_image image;
	ssize_t n;
	int err = check_rights(file->fd);

	if (err)
		return err;
	n = pread(file->fd, line, LINE - 1, 0);
	if (n < 0)
		return -errno;
	line[n] = '\0';
	if (n >= 2 && line[0] == '#' && line[1] == '!') {
		err = follow(file, depth);
		return err ? err : 1;
	}
	err = enc_image_check(file->fd, &image);
	if (err && n >= 4 && !memcmp(line, "\177ELF", 4))
		encase_log("encase: refused: no program for x86-64: %s", file->path);
	return err ? err : check_interpreter(&image);
}

int enc_file_find(struct enc_file *file)
{
	int more = 1;

	for (unsigned depth = 0; more == 1; depth++) {
		if (depth == DEEPEST)
			return -ELOOP;
		more = look(file, depth);
	}
	return more;
}

int enc_file_open(struct enc_file *file, int at, const char *path, int flags)
{
	int how = O_RDONLY | O_CLOEXEC | (flags & AT_SYMLINK_NOFOLLOW ? O_NOFOLLOW : 0);
	const char *it = enc_is_own_exe(path) ? enc_program.path : path;

	*file = (struct enc_file){ .fd = -1 };
	if (!*path && !(flags & AT_EMPTY_PATH))
		return -ENOENT;
	if (flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | ENC_EXECVE_CHECK))
		return -EINVAL;
	(void) snprintf(file->name, sizeof(file->name), "%s", path);
	if (!*path) {
		(void) snprintf(file->name, sizeof(file->name), "/dev/fd/%d", at);
		file->fd = open(file->name, how);
	} else {
		if (at != AT_FDCWD && *path != '/')
			(void) snprintf(file->name, sizeof(file->name), "/dev/fd/%d/%s", at, path);
		file->fd = openat(at, it, how);
	}
	if (file->fd >= 0)
		file->fd = move_up(file->fd);
	if (file->fd < 0)
		return -errno;
	/* By such a name the script's interpreter would not find it. */
	file->unreachable =
		!strncmp(file->name, "/dev/fd/", 8) && enc_sys(SYS_fcntl, at, F_GETFD) & FD_CLOEXEC;
	file->path = file->name;
	return 0;
}
