/* SPDX-License-Identifier: MIT */
/*
 * encase.h - the one door into encase.
 *
 * A cage makes calls: system calls, or those of any interface described in a
 * table.  Each call falls through the cage's stack of layers, newest first, and
 * lands on its lower layer, usually the kernel.  A layer is a table of rules; a
 * rule ties one call to a handler, written with that call's own prototype, and
 * its policy says what the handler sees of each pointer argument.
 *
 * Three conventions for errors meet here, and each keeps to its side:
 *   - functions that set things up return 0 or a negative errno;
 *   - natural handlers, and the encase_next_*() they forward with, speak libc:
 *     the call's failure value, and errno;
 *   - gates, raw handlers and lower layers speak kernel: -4095..-1 is -errno.
 *
 * Where to look: encase/layer.h for writing a layer, encase/call.h for what a
 * handler may do, encase/cage.h for running cages, encase/plugin.h for layers in
 * shared objects, encase/table.h for describing an interface of one's own,
 * encase/linux.def for Linux's calls.  Not included here: encase/make.h for interfaces
 * that are made at run time, encase/test.h for testing layers.
 */
#ifndef ENCASE_H
#define ENCASE_H

#include <sys/types.h>

#include "encase/cage.h"
#include "encase/call.h"
#include "encase/desc.h"
#include "encase/layer.h"
#include "encase/plugin.h"

/* Linux's calls.  Structures are the kernel's; where libc's has the same layout, libc's. */
struct stat;
struct timespec;
struct utsname;
struct statx;
struct iovec;
struct sockaddr;
typedef unsigned encase_socklen; /* socklen_t */

#define ENCASE_PREFIX encase
#define ENCASE_TABLE  "linux.def"
#include "encase/declare.h"
#undef ENCASE_PREFIX
#undef ENCASE_TABLE

#endif
