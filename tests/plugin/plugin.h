/* SPDX-License-Identifier: MIT */
/* What the files of this suite share: where its plugins are, and loading them. */
#ifndef PLUGIN_TEST_H
#define PLUGIN_TEST_H

#include <criterion/criterion.h>
#include <encase.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

/* Of a file FOLDER/NAME.so; of this test until the next is asked for. */
const char *file_of(const char *folder, const char *name);
/* Loads what must load. */
struct encase_plugin *loaded(const char *name);
/* Whether a file is in the process. */
bool is_there(const char *path);
/* A cage over a lower layer whose getpid() answers 7, and what its getpid() answers. */
struct encase_cage *new_cage(void);
long answer_of(struct encase_cage *cage);
/* A folder for this test, which at_end() removes with what is in it. */
const char *scratch_folder(void);
void remove_scratch(void);
/* Copies a file. */
void copy_file(const char *from, const char *to);

/* The load fails with the error, says so with a text in which there is word, and leaves the rest. */
void refused(const char *name, int error, const char *word);

#endif
