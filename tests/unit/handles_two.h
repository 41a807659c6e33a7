/* SPDX-License-Identifier: MIT */
/* Two cages that share a table of 8 places, for a file of tests. */
#ifndef UNIT_HANDLES_TWO_H
#define UNIT_HANDLES_TWO_H

#include "handles.h"

static struct encase_handles *table;
static struct encase_cage *cage, *other;
static struct hnd_object objects[8];

static void set_up(void)
{
	table = hnd_table(8, 16, false);
	cage = hnd_cage(table, 8, NULL);
	other = hnd_cage(table, 8, NULL);
}

static void take_down(void)
{
	hnd_on_destroy = NULL;
	unit_free(cage);
	unit_free(other);
	hnd_free(table);
}

#endif
