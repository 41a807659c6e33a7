/* SPDX-License-Identifier: MIT */
/*
 * The loader of plugins, in place of the archive's: to this one the folder of the
 * installed layers is the build's.
 */
#include "../../src/plugin.c"
