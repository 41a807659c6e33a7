/* SPDX-License-Identifier: MIT */
/* Structures that are no plain lists of members: of new processes, and of signals to come. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>

#include "layouts.h"
#include "symbols.h"

static void show_place(struct encase_showing *s, const char *name, encase_word at)
{
	enc_putf(&s->line, ", %s=", name);
	enc_show_address(s, at);
}

/* Those that their flags make count, and those that each call has. */
static void show_places(struct encase_showing *s, const struct clone_args *args)
{
	if (args->flags & CLONE_PIDFD)
		show_place(s, "pidfd", args->pidfd);
	if (args->flags & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID))
		show_place(s, "child_tid", args->child_tid);
	if (args->flags & CLONE_PARENT_SETTID)
		show_place(s, "parent_tid", args->parent_tid);
	enc_put(&s->line, ", exit_signal=");
	if (args->exit_signal <= INT32_MAX)
		enc_show_signal(s, args->exit_signal);
	else
		enc_putf(&s->line, "%" PRIu64, (uint64_t) args->exit_signal);
	show_place(s, "stack", args->stack);
	enc_putf(&s->line, ", stack_size=%#" PRIx64, (uint64_t) args->stack_size);
	if (args->flags & CLONE_SETTLS)
		show_place(s, "tls", args->tls);
}

/* The ids stand where nobody's descriptor reaches: they are an address. */
void enc_show_clone_args(struct encase_showing *s, const void *at, size_t got)
{
	struct clone_args args = { 0 };

	memcpy(&args, at, got < sizeof(args) ? got : sizeof(args));
	enc_put(&s->line, "{flags=");
	enc_show_symbol(s, &encase_symbols_clone, args.flags, sizeof(args.flags));
	show_places(s, &args);
	if (args.set_tid || args.set_tid_size) {
		show_place(s, "set_tid", args.set_tid);
		enc_putf(&s->line, ", set_tid_size=%" PRIu64, (uint64_t) args.set_tid_size);
	}
	if (args.cgroup)
		enc_putf(&s->line, ", cgroup=%" PRIu64, (uint64_t) args.cgroup);
	enc_put_char(&s->line, '}');
}

void enc_show_sigevent(struct encase_showing *s, const void *at, size_t got)
{
	struct sigevent event;
	int how;

	memcpy(&event, at, sizeof(event));
	(void) got;
	how = event.sigev_notify;
	enc_put_char(&s->line, '{');
	if (event.sigev_value.sival_ptr) {
		enc_putf(&s->line, "sigev_value={sival_int=%d", event.sigev_value.sival_int);
		show_place(s, "sival_ptr", (uintptr_t) event.sigev_value.sival_ptr);
		enc_put(&s->line, "}, ");
	}
	enc_put(&s->line, "sigev_signo=");
	if (how == SIGEV_SIGNAL || how == SIGEV_THREAD || how == SIGEV_THREAD_ID)
		enc_show_signal(s, (encase_word) (int64_t) event.sigev_signo);
	else
		enc_putf(&s->line, "%u", (unsigned) event.sigev_signo);
	enc_put(&s->line, ", sigev_notify=");
	enc_show_symbol(s, &encase_symbols_sigev_notify, (encase_word) (int64_t) how, sizeof(how));
	if (how == SIGEV_THREAD_ID) {
		enc_putf(&s->line, ", sigev_notify_thread_id=%d", event._sigev_un._tid);
	} else if (how == SIGEV_THREAD) {
		show_place(s, "sigev_notify_function", (uintptr_t) event.sigev_notify_function);
		show_place(s, "sigev_notify_attributes", (uintptr_t) event.sigev_notify_attributes);
	}
	enc_put_char(&s->line, '}');
}
