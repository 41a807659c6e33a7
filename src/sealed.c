/* SPDX-License-Identifier: MIT */
/* Memory that keeps its size, and whose descriptor is in nobody's way; see sealed.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sealed.h"

#define HIGHEST 1024 /* a descriptor is below: more would make large tables of the kernel's */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

/* Who may not make files so large would get a signal. */
static int make(size_t size)
{
	struct rlimit limit;
	int fd, err;

	if (!getrlimit(RLIMIT_FSIZE, &limit) && limit.rlim_cur < size)
		return -EFBIG;
	fd = memfd_create("encase-stats", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
	if (fd < 0 && errno == EINVAL) /* Linux before 6.3 */
		fd = memfd_create("encase-stats", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -errno;
	if (ftruncate(fd, size) ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)) {
		err = -errno;
		close(fd);
		fd = err;
	}
	return fd;
}

/* Moves it out of the way: what the cages open has the numbers that it would have without it. */
static int move_up(int fd)
{
	struct rlimit limit;
	int at = HIGHEST;

	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur < (rlim_t) at)
		at = (int) limit.rlim_cur;
	while (--at > fd) {
		int high = fcntl(fd, F_DUPFD_CLOEXEC, at);

		if (high >= 0)
			close(high == at ? fd : high);
		if (high == at)
			return high;
	}
	return fd;
}

int enc_sealed_new(size_t size)
{
	int fd = make(size);

	return fd < 0 ? fd : move_up(fd);
}
