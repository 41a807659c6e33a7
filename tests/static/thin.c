/* SPDX-License-Identifier: MIT */
/* A layer whose code is looked at: it counts what is sent, and passes the bytes by. */
#include "trial.h"

static size_t sent;

static long count_send(int port, const char *data, size_t len)
{
	long n = trial_next_send(port, data, len);

	if (n > 0)
		sent += (size_t) n;
	return n;
}

static const struct encase_rule thin_rules[] = {
	ENCASE_ON_IN(trial, send, count_send, .data = ENCASE_PASS),
	ENCASE_END,
};
static const struct encase_layer thin = { .name = "thin", .rules = thin_rules };
