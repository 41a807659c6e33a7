/* SPDX-License-Identifier: MIT */
/*
 * What the tests of layer "count" share: a test whose cage has descriptors with names, and what
 * was counted as text.
 */
#ifndef COUNT_KIT_H
#define COUNT_KIT_H

#include <criterion/criterion.h>

#include <encase/test.h>

/*
 * A test with the layer, which writes nowhere.  The working directory is /cwd; descriptors that
 * count_names() was told of have names, others none.
 */
struct encase_test *count_test(const char *options);
/* A descriptor's name from now on; null: it has none. */
void count_names(int fd, const char *name);
/* How often a descriptor's name has been asked for. */
unsigned count_asked(void);

/* What was counted is this, a line per path. */
void count_holds(struct encase_test *t, const char *file, int line, const char *want);
#define COUNT_HOLDS(t, want) count_holds((t), __FILE__, __LINE__, (want))
/* What encase_count_print() writes; until the next one is asked for. */
const char *count_printed(const struct encase_cage *cage);

#endif
