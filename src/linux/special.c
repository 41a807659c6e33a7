/* SPDX-License-Identifier: MIT */
/* Arguments that strace shows in ways of their own. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "data.h"
#include "encase.h"
#include "symbols.h"

static void show_status(struct encase_showing *s)
{
	encase_word at = s->words[s->arg];
	int status;

	if (!at || !enc_show_is_done(s) || !s->outcome->word ||
	    !enc_show_read(s, at, &status, sizeof(status))) {
		enc_show_address(s, at);
		return;
	}
	enc_put(&s->line, "[{");
	if (WIFEXITED(status)) {
		enc_putf(&s->line, "WIFEXITED(s) && WEXITSTATUS(s) == %d", WEXITSTATUS(status));
	} else if (WIFSTOPPED(status)) {
		enc_put(&s->line, "WIFSTOPPED(s) && WSTOPSIG(s) == ");
		enc_show_signal(s, (encase_word) WSTOPSIG(status));
	} else if (WIFCONTINUED(status)) {
		enc_put(&s->line, "WIFCONTINUED(s)");
	} else {
		enc_put(&s->line, "WIFSIGNALED(s) && WTERMSIG(s) == ");
		enc_show_signal(s, (encase_word) WTERMSIG(status));
		if (WCOREDUMP(status))
			enc_put(&s->line, " && WCOREDUMP(s)");
	}
	enc_put(&s->line, "}]");
}

/* What a child used, if there was one. */
static void show_usage(struct encase_showing *s)
{
	if (enc_show_is_done(s) && s->outcome->word)
		enc_show_data(s);
	else
		enc_show_address(s, s->words[s->arg]);
}

/* A set of processors: as many bytes as the argument before says, or as the result does. */
static void show_processors(struct encase_showing *s)
{
	size_t n = (unsigned) s->words[1];
	encase_word at = s->words[2];
	unsigned char bits[128];

	if (enc_show_is(s, &encase_desc_sched_getaffinity)) {
		if (!enc_show_is_done(s))
			n = 0;
		else if (s->outcome->word < n)
			n = s->outcome->word;
	}
	if (n > sizeof(bits))
		n = sizeof(bits);
	if (!n || !at || !enc_show_read(s, at, bits, n))
		enc_show_address(s, at);
	else
		enc_show_fd_set(s, bits, n);
}

/* Times of which the nanoseconds may say more. */
static void show_file_times(struct encase_showing *s)
{
	encase_word at = s->words[s->arg];
	struct timespec times[2];

	if (!at || !enc_show_read(s, at, times, sizeof(times))) {
		enc_show_address(s, at);
		return;
	}
	for (int i = 0; i < 2; i++) {
		enc_put(&s->line, i ? ", " : "[");
		if (times[i].tv_nsec == UTIME_NOW)
			enc_put(&s->line, "UTIME_NOW");
		else if (times[i].tv_nsec == UTIME_OMIT)
			enc_put(&s->line, "UTIME_OMIT");
		else
			enc_putf(&s->line, "{tv_sec=%lld, tv_nsec=%ld}",
				 (long long) times[i].tv_sec, times[i].tv_nsec);
	}
	enc_put_char(&s->line, ']');
}

/* How many strings there are, of which no one wants to read all. */
static void show_environment(struct encase_showing *s)
{
	encase_word at = s->words[s->arg], word = 1;
	unsigned n = 0;

	enc_show_address(s, at);
	while (at && n < 65536 && enc_show_read(s, at + 8 * n, &word, sizeof(word)) && word)
		n++;
	if (!word)
		enc_putf(&s->line, " /* %u var%s */", n, n == 1 ? "" : "s");
}

/* Records of varying length, the first 16 bits behind two numbers being theirs. */
static void show_entries(struct encase_showing *s)
{
	encase_word at = s->words[s->arg], n = (uint32_t) s->words[2];
	unsigned entries = 0;
	uint16_t length;

	enc_show_address(s, at);
	if (!enc_show_is_done(s))
		return;
	if (s->outcome->word < n)
		n = s->outcome->word;
	if (!enc_show_read(s, at, &length, n ? 1 : 0))
		return;
	while (n >= 18 && enc_show_read(s, at + 16, &length, sizeof(length)) && length >= 18 &&
	       length <= n) {
		at += length;
		n -= length;
		entries++;
	}
	enc_putf(&s->line, " /* %u entries */", entries);
}

/* Most options' values are integers; a few are text. */
static void show_option(struct encase_showing *s)
{
	encase_word at = s->words[3], length = s->words[4];
	unsigned arg = s->arg, level = (unsigned) s->words[1], option = (unsigned) s->words[2];
	bool is_text =
		(level == 1 && option == 25) || (level == 6 && (option == 13 || option == 31));
	bool is_get = enc_show_is(s, &encase_desc_getsockopt);
	int value;

	if (is_get) {
		s->arg = 4;
		if (!enc_show_read(s, s->words[4], &value, sizeof(value)))
			value = 0;
		s->arg = arg;
		length = (encase_word) value;
	}
	if (length == sizeof(value) && !is_text && at && s->desc->pointers >> 3 & 1 &&
	    (!is_get || enc_show_is_done(s)) && enc_show_read(s, at, &value, sizeof(value)))
		enc_putf(&s->line, "[%d]", value);
	else if (is_get && !enc_show_is_done(s))
		enc_show_address(s, at);
	else
		enc_show_data(s);
}

/* The time that was left: only of interrupted sleeps, and only of those that are no times of day. */
static void show_left(struct encase_showing *s)
{
	encase_word at = s->words[s->arg];
	int error = s->outcome && !s->outcome->gone ? s->outcome->error : 0;
	bool is_told = error == EINTR || (error >= 512 && error <= 516); /* ERESTARTSYS, ... */

	if (enc_show_is(s, &encase_desc_clock_nanosleep) && s->words[1] & TIMER_ABSTIME)
		is_told = false;
	if (!is_told || !at ||
	    !enc_show_objects(s, at, 1, sizeof(struct timespec), "struct timespec *", false))
		enc_show_address(s, at);
}

/* What only a call that succeeds tells, though the kernel may have read it, or written it in vain. */
static void show_outcome(struct encase_showing *s)
{
	if (enc_show_is_done(s))
		enc_show_data(s);
	else
		enc_show_address(s, s->words[s->arg]);
}

/* A name of a file that the call writes, with its NUL. */
static void show_folder(struct encase_showing *s)
{
	encase_word at = s->words[0], size = s->words[1];

	if (!at || !size || !enc_show_is_done(s)) {
		enc_show_address(s, at);
		return;
	}
	if (s->outcome->word && s->outcome->word < size)
		size = s->outcome->word;
	enc_show_string(s, at, size, true);
}

static void show_id(struct encase_showing *s)
{
	if ((uint32_t) s->words[s->arg] == UINT32_MAX)
		enc_put(&s->line, "-1");
	else
		enc_putf(&s->line, "%" PRIu32, (uint32_t) s->words[s->arg]);
}

/* A descriptor that may be none, but the highest. */
static void show_bound(struct encase_showing *s)
{
	enc_putf(&s->line, "%" PRIu32, (uint32_t) s->words[s->arg]);
}

static void show_device(struct encase_showing *s)
{
	enc_show_makedev(s, s->words[s->arg]);
}

static const struct {
	const struct encase_desc *desc;
	unsigned arg;
	void (*show)(struct encase_showing *s);
} specials[] = {
	{ &encase_desc_wait4, 1, show_status },
	{ &encase_desc_wait4, 3, show_usage },
	{ &encase_desc_waitid, 2, show_outcome },
	{ &encase_desc_waitid, 4, show_outcome },
	{ &encase_desc_socketpair, 3, show_outcome },
	{ &encase_desc_io_setup, 1, show_outcome },
	{ &encase_desc_move_pages, 4, show_outcome },
	{ &encase_desc_close_range, 0, show_bound },
	{ &encase_desc_close_range, 1, show_bound },
	{ &encase_desc_sched_setaffinity, 2, show_processors },
	{ &encase_desc_sched_getaffinity, 2, show_processors },
	{ &encase_desc_utimensat, 2, show_file_times },
	{ &encase_desc_nanosleep, 1, show_left },
	{ &encase_desc_clock_nanosleep, 3, show_left },
	{ &encase_desc_timer_create, 2, show_outcome },
	{ &encase_desc_getcwd, 0, show_folder },
	{ &encase_desc_setsockopt, 3, show_option },
	{ &encase_desc_getsockopt, 3, show_option },
	{ &encase_desc_execve, 2, show_environment },
	{ &encase_desc_execveat, 3, show_environment },
	{ &encase_desc_getdents, 1, show_entries },
	{ &encase_desc_getdents64, 1, show_entries },
};

static const struct {
	const char *type;
	void (*show)(struct encase_showing *s);
} types[] = {
	{ "uid_t", show_id },
	{ "gid_t", show_id },
	{ "dev_t", show_device },
};

bool enc_show_special(struct encase_showing *s)
{
	for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++)
		if (specials[i].arg == s->arg && enc_show_is(s, specials[i].desc)) {
			specials[i].show(s);
			return true;
		}
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(types[i].type, s->text->arg[s->arg].type)) {
			types[i].show(s);
			return true;
		}
	return false;
}
