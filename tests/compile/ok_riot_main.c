/* SPDX-License-Identifier: MIT */
/*
 * A program that uses an interface of its own: C functions at the bottom, a layer
 * over them, and calls by entries.  It returns 0 if all went as it should.
 *
 * links: ok_riot.c
 */
#include <errno.h>
#include <string.h>

#include "riot.h"

/* The bottom: ordinary functions, which set errno when they fail. */
static double uptime(void)
{
	return 1.5;
}

static long count(int port, const void *data, size_t len)
{
	(void) data;
	if (port >= 0)
		return (long) len;
	errno = EBADF;
	return -1;
}

static long receive(int port, void *data, size_t room, struct riot_from *from)
{
	if (from)
		*from = (struct riot_from){ .address = 77, .port = (short) port };
	memcpy(data, "hello", room < 5 ? room : 5);
	return room < 5 ? (long) room : 5;
}

static double mix(double a, float b, double c, float d, const struct riot_from *from, int *sum,
		  char *text, int size)
{
	*sum += from->port;
	memset(text, 'x', (size_t) size);
	return a + (double) b + c + (double) d;
}

static const struct encase_function functions[] = {
	ENCASE_FUNCTION_IN(riot, uptime, uptime),
	ENCASE_FUNCTION_IN(riot, send, count),
	ENCASE_FUNCTION_IN(riot, receive, receive),
	ENCASE_FUNCTION_IN(riot, mix, mix),
	ENCASE_FUNCTION_END,
};

/* The layer: doubles the time, and counts what goes out and comes in. */
static long sent, calls;

static double on_uptime(void)
{
	return 2 * riot_next_uptime();
}

static long on_send(int port, const void *data, size_t len)
{
	long n = riot_next_send(port, data, len);

	sent += n > 0 ? n : 0;
	return n;
}

static double on_mix(double a, float b, double c, float d, const struct riot_from *from, int *sum,
		     char *text, int size)
{
	return riot_next_mix(a, b, c, d, from, sum, text, size);
}

static long on_any(struct encase_call *call)
{
	calls++;
	return encase_forward(call);
}

static const struct encase_rule rules[] = {
	ENCASE_ON_IN(riot, uptime, on_uptime),
	ENCASE_ON_IN(riot, send, on_send, .data = ENCASE_PASS),
	ENCASE_ON_IN(riot, mix, on_mix, .text = ENCASE_PASS),
	ENCASE_ON_GROUP_IN(riot, in, on_any),
	ENCASE_END,
};
static const struct encase_layer layer = { .name = "riot", .rules = rules };

static int try_calls(struct encase_cage *cage)
{
	riot_uptime_fn *up = ENCASE_ENTRY_IN(riot, cage, uptime);
	riot_send_fn *out = ENCASE_ENTRY_IN(riot, cage, send);
	riot_receive_fn *in = ENCASE_ENTRY_IN(riot, cage, receive);
	riot_mix_fn *all = ENCASE_ENTRY_IN(riot, cage, mix);
	struct riot_from from;
	char text[8] = "";
	int sum = 1;

	if (up() != 3.0 || out(1, "abc", 3) != 3 || sent != 3)
		return 1;
	if (out(-1, "abc", 3) != -1 || errno != EBADF)
		return 2;
	if (in(4, text, sizeof(text), &from) != 5 || strcmp(text, "hello") != 0)
		return 3;
	if (from.address != 77 || from.port != 4 || calls != 1)
		return 4;
	if (in(4, text, 3, NULL) != 3)
		return 5;
	if (all(1, 2, 3, 4, &from, &sum, text, 2) != 10 || sum != 5 || strcmp(text, "xxllo") != 0)
		return 6;
	return 0;
}

int main(void)
{
	static const struct encase_interface *const speaks[] = { &riot_calls, &encase_calls, NULL };
	const struct encase_setup setup = { .interfaces = speaks,
					    .lower = &encase_lower_functions,
					    .below = functions };
	struct encase_cage *cage;
	int status;

	if (encase_cage_new(&setup, &cage))
		return 10;
	status = encase_push(cage, &layer, NULL) ? 11 : try_calls(cage);
	encase_cage_free(cage);
	return status;
}
