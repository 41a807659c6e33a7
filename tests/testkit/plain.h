/* SPDX-License-Identifier: MIT */
#ifndef PLAIN_H
#define PLAIN_H

/* Whether ENCASE_TEST_FAIL, as plain_hook.c defines it, is told of failures. */
int plain_hook(void);

#endif
