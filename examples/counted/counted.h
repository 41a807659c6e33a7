/* SPDX-License-Identifier: MIT */
/* What counted.c makes, as far as this program needs it. */
#ifndef COUNTED_H
#define COUNTED_H

#include <encase.h>

encase_openat_fn counted_openat;
encase_write_fn counted_write;
encase_close_fn counted_close;

int start_counted(struct encase_cage *cage, const char *options);
void stop_counted(void);
void *state_counted(void);

#endif
