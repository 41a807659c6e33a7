/* SPDX-License-Identifier: MIT */
/* Linux's table as code: the only thing that the library compiles from linux.def. */
#define _GNU_SOURCE
#include <asm/ldt.h>
#include <linux/aio_abi.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <mqueue.h>
#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>
#include <utime.h>

#include "encase.h"
#include "kernel.h"
#include "symbols.h"

#define ENCASE_PREFIX encase
#define ENCASE_TABLE  "linux.def"
#define ENCASE_NAME   "linux"
#include "encase/define.h"

enum {
#define GROUP(...)
#define CALL(name, number, ...) number_of_##name = (number),
#include "encase/linux.def"
#undef CALL
#undef GROUP
	number_behind_the_last
};
_Static_assert(encase_ncalls == 337 + (number_behind_the_last - 424),
	       "numbers have no hole but the one that Linux has, and the last stands last");
_Static_assert(encase_ncalls * sizeof(struct encase_desc) <= 32 << 10,
	       "what calls need of the table fits into a processor's first cache");
