/* SPDX-License-Identifier: MIT */
/*
 * Calls: timers, and waiting for them.  A timer is an event; pause_vm() tells of one that has come,
 * once, and its handle is gone.  A timer with a call back has come when that is over.
 */
#include <errno.h>

#include "calls.h"
#include "host.h"

#define MOST_EVENTS 8 /* to wait for at once */
#define NEVER       UINT64_MAX

static struct timer *set_timer(uint32_t ms, struct riot_timer *result)
{
	encase_word handle;
	struct thing *thing = host_give(&type_timer, &handle);

	if (!thing)
		return NULL;
	thing->as.timer.due = host_now(host_of_call()) + (uint64_t) ms * 1000;
	result->bits = (uint16_t) handle;
	return &thing->as.timer;
}

int on_timer_set_ms(uint32_t ms, struct riot_timer *result)
{
	return set_timer(ms, result) ? 0 : -1;
}

int on_timer_set_cb(uint32_t ms, uint16_t code, uint16_t argument, struct riot_timer *result)
{
	struct timer *timer = set_timer(ms, result);

	if (!timer)
		return -1;
	timer->code = code;
	timer->argument = argument;
	timer->calls_back = true;
	return 0;
}

int on_timer_cancel(riot_timer_bits timer)
{
	return host_says(encase_handle_close(host_of_call()->cage, timer, &type_timer, 0));
}

/* -- Waiting -------------------------------------------------------------------- */

static uint64_t sooner(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static bool has_come(const struct host *host, const struct timer *timer)
{
	return timer->due <= host_now(host) && (!timer->calls_back || timer->called);
}

/*
 * Looks at the events that are waited for: which of them has come (and is gone then), and else when
 * the next one will.  1, 0, or -1 with errno: one of them is none.
 */
static int look(struct host *host, const struct riot_event *events, size_t n,
		struct riot_event *come, uint64_t *next)
{
	for (size_t i = 0; i < n; i++) {
		struct encase_use use;
		const struct thing *thing = host_use(events[i].bits, &type_event, 0, &use);
		bool is_there;

		if (!thing)
			return -1;
		is_there = has_come(host, &thing->as.timer);
		if (!thing->as.timer.calls_back) /* of others in_time() knows */
			*next = sooner(*next, thing->as.timer.due);
		encase_handle_put(&use);
		if (!is_there)
			continue;
		*come = events[i];
		return host_says(encase_handle_close(host->cage, events[i].bits, NULL, 0)) ? -1 : 1;
	}
	return 0;
}

/* When the machine will be called back; never while it is. */
static uint64_t in_time(const struct host *host)
{
	uint64_t next = NEVER;

	for (const struct thing *t = host->things; t < host->things + HOST_THINGS; t++)
		if (t->type == &type_timer && t->as.timer.calls_back && !t->as.timer.called &&
		    !host->vm.called_back)
			next = sooner(next, t->as.timer.due);
	return next;
}

/* The list is copied: a call back may write to the machine's own. */
static int wait_for(struct host *host, const struct riot_event *events, size_t n, uint64_t until,
		    struct riot_event *come)
{
	for (;;) {
		uint64_t next = until;
		int found;

		host_call_back(host);
		if (host->vm.end)
			return host_says(-ECANCELED);
		found = look(host, events, n, come, &next);
		if (found)
			return found < 0 ? -1 : 0;
		if (until <= host_now(host))
			return host_says(-riot_error_try_again);
		next = sooner(next, in_time(host));
		if (next == NEVER)
			return host_says(-riot_error_would_hang);
		if (next > host_now(host))
			host->slept += next - host_now(host);
	}
}

int on_pause_vm(const struct riot_event *events, size_t events_count, const uint32_t *limit,
		struct riot_event *result)
{
	struct host *host = host_of_call();
	struct riot_event copy[MOST_EVENTS];

	if (events_count > MOST_EVENTS)
		return host_says(-riot_error_invalid);
	for (size_t i = 0; i < events_count; i++)
		copy[i] = events[i];
	return wait_for(host, copy, events_count,
			limit ? host_now(host) + (uint64_t) *limit * 1000 : NEVER, result);
}
