/* SPDX-License-Identifier: MIT */
/* Linux's table as code: the only thing that the library compiles from linux.def. */
#define _GNU_SOURCE
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>

#include "encase.h"

#define ENCASE_PREFIX encase
#define ENCASE_TABLE  "linux.def"
#define ENCASE_NAME   "linux"
#include "encase/define.h"
