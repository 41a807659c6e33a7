/* SPDX-License-Identifier: MIT */
/* The simulated board; see board.h. */
#include "board.h"

#include <string.h>

static const struct device devices[BOARD_DEVICES] = {
	{ .name = "led0", .class = DEVICE_LED, .dimensions = 3 },
	{ .name = "relay", .class = DEVICE_SWITCH, .dimensions = 1 },
	{ .name = "temp0", .class = DEVICE_TEMPERATURE, .dimensions = 1 },
	{ .name = "accel0", .class = DEVICE_ACCELERATION, .dimensions = 3 },
	{ .name = "button", .class = DEVICE_BUTTON, .dimensions = 1, .broken = true },
};

void board_init(struct board *board, uint64_t random_left, FILE *console)
{
	memset(board, 0, sizeof(*board));
	memcpy(board->devices, devices, sizeof(devices));
	board->random = 1;
	board->random_left = random_left;
	board->console = console;
	tree_init(&board->tree);
}

/* splitmix64: no secret, but no two are alike. */
static uint8_t random_byte(struct board *board)
{
	uint64_t z = board->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (uint8_t) (z >> 56);
}

bool board_random(struct board *board, void *to, size_t n)
{
	uint8_t *bytes = to;

	if (n > board->random_left)
		return false;
	board->random_left -= n;
	for (size_t i = 0; i < n; i++)
		bytes[i] = random_byte(board);
	return true;
}

int board_read(const struct device *device, uint64_t now, struct riot_phydat *data)
{
	int16_t second = (int16_t) (now / 1000000 % 60);

	if (device->broken)
		return -riot_error_io;
	*data = (struct riot_phydat){ .unit = UNIT_NONE };
	switch (device->class) {
	case DEVICE_TEMPERATURE: /* it gets warmer by the second */
		*data = (struct riot_phydat){ { (int16_t) (215 + second) }, UNIT_CELSIUS, -1 };
		break;
	case DEVICE_ACCELERATION: /* it lies still */
		*data = (struct riot_phydat){ { 3, -5, 1002 }, UNIT_G, -3 };
		break;
	case DEVICE_SWITCH: /* says what it was told */
		*data = device->set;
		break;
	default:
		return -riot_error_not_that_way;
	}
	return device->dimensions;
}

int board_write(struct device *device, const struct riot_phydat *data)
{
	if (device->class != DEVICE_LED && device->class != DEVICE_SWITCH)
		return -riot_error_not_that_way;
	device->set = *data;
	return device->dimensions;
}

/* Nothing of it does more to a terminal than a letter does. */
void board_say(const struct board *board, const char *name, const uint8_t *text, size_t n)
{
	if (!board->console)
		return;
	if (name)
		(void) fprintf(board->console, "%s: ", name);
	for (size_t i = 0; i < n; i++)
		(void) fputc(text[i] >= ' ' && text[i] <= '~' ? text[i] : '?', board->console);
	(void) fputc('\n', board->console);
	(void) fflush(board->console);
}
