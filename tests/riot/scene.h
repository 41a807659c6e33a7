/* SPDX-License-Identifier: MIT */
/*
 * For the tests of examples/riot_vm: a board with two machines, of which a test makes calls
 * straight, as their instruction does, or by programs.
 */
#ifndef RIOT_SCENE_H
#define RIOT_SCENE_H

#include <stdio.h>

#include "asm.h"
#include "host.h"
#include "tap.h"

#define SCENE_MEMORY 4096
#define A            0
#define B            1

struct scene {
	struct board board;
	struct encase_handles *handles;
	struct host hosts[2];
	char *said; /* on the console, up to now */
	size_t said_size;
};

/* Two machines, A with files below /home/a; B has no right to write. */
extern struct scene scene;
void scene_begin(void);
/* The same with other memory for A, and so many random bytes. */
void scene_begin_with(size_t memory, uint64_t random_left);
/* Everything goes; if something is still held the test has failed. */
void scene_end(void);
/* What has been said on the console since the last time it was asked. */
const char *scene_said(void);

/*
 * A call of a machine's with four registers.  Returns the status; what it gives is in the registers
 * of its machine.  One that ends the machine returns its error, negative.
 */
int scene_call(unsigned who, unsigned number, unsigned r0, unsigned r1, unsigned r2, unsigned r3);
#define CALL_4(who, c, r0, r1, r2, r3, ...) scene_call(who, riot_number_##c, r0, r1, r2, r3)
#define CALL(who, ...)                      CALL_4(who, __VA_ARGS__, 0, 0, 0, 0, 0)
/* What the last call gave. */
uint16_t scene_gave(unsigned who, unsigned reg);

/* Memory of a machine's: bytes are put there, words are. */
void scene_put(unsigned who, size_t at, const void *bytes, size_t n);
void scene_put_word(unsigned who, size_t at, unsigned word);
bool scene_has(unsigned who, size_t at, const void *bytes, size_t n);
unsigned scene_word(unsigned who, size_t at);

/* Assembles a program for a machine, and runs it to its end, or as many steps. */
enum vm_end scene_run(unsigned who, const char *text, uint64_t most);

/* The suites. */
void test_asm(void);
void test_machine(void);
void test_slices(void);
void test_options(void);
void test_devices(void);
void test_rights(void);
void test_handles(void);
void test_neighbours(void);
void test_timers(void);
void test_layers(void);
void test_coap(void);
void test_files(void);

#endif
