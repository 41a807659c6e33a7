/* SPDX-License-Identifier: MIT */
/* What the two runs show, side by side, on stdout. */
#ifndef REPORT_H
#define REPORT_H

#include "run.h"

void report_handover(const struct run *run);
void report_files(const struct run *run, const struct path_list *list);
void report_counts(const struct run *passing, const struct run *copying);
/* Compares what can be compared.  0, or -1 with lines on stderr if something does not hold. */
int report_checks(const struct run *passing, const struct run *copying);

#endif
