/* SPDX-License-Identifier: MIT */
/*
 * The board on which machines live: a source of random numbers, sensors and actuators, files, a
 * console.  All of it is simulated, the same in each run, and takes no memory but its own.
 */
#ifndef RIOT_BOARD_H
#define RIOT_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "riot.h"
#include "tree.h"

#define BOARD_NAME    "native"
#define BOARD_DEVICES 5

/* Classes of devices, as RIOT numbers them. */
enum device_class {
	DEVICE_LED = 0x41,
	DEVICE_SWITCH = 0x44,
	DEVICE_BUTTON = 0x81,
	DEVICE_TEMPERATURE = 0x82,
	DEVICE_ACCELERATION = 0x85,
};
#define UNIT_NONE    1
#define UNIT_CELSIUS 2
#define UNIT_G       9

struct device {
	const char *name;
	uint8_t class, dimensions;
	bool broken;
	struct riot_phydat set; /* what an actuator was told */
};

struct board {
	uint64_t random;      /* the state of the source */
	uint64_t random_left; /* bytes that it has yet */
	struct device devices[BOARD_DEVICES];
	struct tree tree;
	FILE *console; /* null: it is not read */
};

/* random_left says how many random bytes there are. */
void board_init(struct board *board, uint64_t random_left, FILE *console);
/* Fills n bytes; false: there are not as many, and none was taken. */
bool board_random(struct board *board, void *to, size_t n);
/* Measures at a moment in microseconds.  The dimensions, or a negative number of riot.def. */
int board_read(const struct device *device, uint64_t now, struct riot_phydat *data);
/* The same for what an actuator is to do. */
int board_write(struct device *device, const struct riot_phydat *data);
/* A line of a machine's, whose name stands before it, if it is not null. */
void board_say(const struct board *board, const char *name, const uint8_t *text, size_t n);

#endif
