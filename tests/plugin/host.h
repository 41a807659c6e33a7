/* SPDX-License-Identifier: MIT */
/* What the host is, as a program or in a shared object: see host.c. */
#ifndef HOST_H
#define HOST_H

__attribute__((visibility("default"))) int host_run(int argc, char *argv[]);

#endif
