/* SPDX-License-Identifier: MIT */
/* Calls: random numbers, devices, the console. */
#include <errno.h>
#include <string.h>

#include "calls.h"
#include "host.h"

/* -- %random: whoever gets none does not go on ---------------------------------- */

static int fill(void *to, size_t n)
{
	return host_says(board_random(host_of_call()->board, to, n) ? 0 : -riot_error_io);
}

int on_random_u16(uint16_t *result)
{
	return fill(result, sizeof(*result));
}

int on_random_u32(uint32_t *result)
{
	return fill(result, sizeof(*result));
}

int on_fill_random_buffer(uint8_t *buffer, size_t buffer_count)
{
	return fill(buffer, buffer_count);
}

/* -- %saul ---------------------------------------------------------------------- */

int on_saul_iter_init(struct riot_saul_iter *result)
{
	encase_word handle;

	if (!host_give(&type_saul_iter, &handle))
		return -1;
	result->bits = (uint16_t) handle;
	return 0;
}

/* Each device of the board, once, with a new handle; then none. */
static int next_device(struct thing *iter, struct riot_saul_or_none *result)
{
	struct thing *thing;
	encase_word handle;

	result->there = iter->as.next_device < BOARD_DEVICES;
	if (!result->there)
		return 0;
	thing = host_give(&type_saul, &handle);
	if (!thing)
		return -1;
	thing->as.device = &host_of_call()->board->devices[iter->as.next_device++];
	result->value.bits = (uint16_t) handle;
	return 0;
}

int on_saul_iter_next(riot_saul_iter_bits iter, struct riot_saul_or_none *result)
{
	struct encase_use use;
	struct thing *thing = host_use(iter, &type_saul_iter, 0, &use);
	int err;

	if (!thing)
		return -1;
	err = next_device(thing, result);
	encase_handle_put(&use);
	return err;
}

int on_handler_is_valid(uint16_t number, _Bool *result)
{
	struct encase_use use;

	*result = host_use(number, &type_saul, 0, &use);
	if (*result)
		encase_handle_put(&use);
	return 0;
}

/* The board's devices outlive their handles. */
static struct device *device_of(riot_saul_bits handle, unsigned rights)
{
	struct encase_use use;
	struct thing *thing = host_use(handle, &type_saul, rights, &use);
	struct device *device = thing ? thing->as.device : NULL;

	if (thing)
		encase_handle_put(&use);
	return device;
}

int on_saul_get_type(riot_saul_bits device, uint8_t *result)
{
	const struct device *it = device_of(device, 0);

	if (!it)
		return -1;
	*result = it->class;
	return 0;
}

/* As much as there is room for. */
static long copy(const void *from, size_t n, uint8_t *to, size_t room)
{
	if (n > room)
		n = room;
	if (n)
		memcpy(to, from, n);
	return (long) n;
}

long on_saul_read_name(riot_saul_bits device, uint8_t *name, size_t name_count)
{
	const struct device *it = device_of(device, 0);

	return it ? copy(it->name, strlen(it->name), name, name_count) : -1;
}

int on_saul_read(riot_saul_bits device, struct riot_reading *result)
{
	const struct device *it = device_of(device, MAY_READ);
	int dimensions;

	if (!it)
		return -1;
	dimensions = board_read(it, host_now(host_of_call()), &result->data);
	result->dimensions = (uint8_t) dimensions;
	return host_says(dimensions);
}

int on_saul_write(riot_saul_bits device, const struct riot_phydat *data, uint8_t *result)
{
	struct device *it = device_of(device, MAY_WRITE);
	int dimensions;

	if (!it)
		return -1;
	dimensions = board_write(it, data);
	*result = (uint8_t) dimensions;
	return host_says(dimensions);
}

/* -- %console --------------------------------------------------------------------- */

int on_puts(const uint8_t *text, size_t text_count)
{
	const struct host *host = host_of_call();

	board_say(host->board, host->setup.says_name ? host->setup.name : NULL, text, text_count);
	return 0;
}

long on_get_board_name(uint8_t *name, size_t name_count)
{
	return copy(BOARD_NAME, strlen(BOARD_NAME), name, name_count);
}
