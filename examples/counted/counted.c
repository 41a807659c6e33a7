/* SPDX-License-Identifier: MIT */
/* The write counter over the kernel, resolved by the compiler: counted_write(), counted_openat(), ... */
#define ENCASE_STATIC       counted
#define ENCASE_STATIC_FILE  "../write_counter/write_counter.c"
#define ENCASE_STATIC_LAYER write_counter
#define ENCASE_STATIC_OVER_KERNEL
#include <encase/static.h>
