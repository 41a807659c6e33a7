/* SPDX-License-Identifier: MIT */
/* Calls that strace shows in ways of their own: arguments, their order, what follows results. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "data.h"
#include "desc.h"
#include "encase.h"
#include "symbols.h"

static bool is(const struct encase_showing *s, const struct encase_desc *desc)
{
	return s->desc->interface == desc->interface && s->desc->index == desc->index;
}

/* -- Arguments ------------------------------------------------------------------- */

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

/* A set of processors: as many bytes as the argument before says, or as the result does. */
static void show_processors(struct encase_showing *s)
{
	size_t n = (unsigned) s->words[1];
	encase_word at = s->words[2];
	unsigned char bits[128];

	if (is(s, &encase_desc_sched_getaffinity)) {
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
	encase_word at = s->words[s->arg], word;
	unsigned n = 0;

	enc_show_address(s, at);
	while (at && n < 65536 && enc_show_read(s, at + 8 * n, &word, sizeof(word)) && word)
		n++;
	if (n && n < 65536 && !word)
		enc_putf(&s->line, " /* %u var%s */", n, n == 1 ? "" : "s");
}

/* Records of varying length, the first 16 bits behind two numbers being theirs. */
static void show_entries(struct encase_showing *s)
{
	encase_word at = s->words[s->arg], n = enc_show_is_done(s) ? s->outcome->word : 0;
	unsigned entries = 0;
	uint16_t length;

	enc_show_address(s, at);
	if (!enc_show_is_done(s) || (int64_t) n < 0)
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
	bool is_get = is(s, &encase_desc_getsockopt);
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

static void show_id(struct encase_showing *s)
{
	if ((uint32_t) s->words[s->arg] == UINT32_MAX)
		enc_put(&s->line, "-1");
	else
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
	{ &encase_desc_sched_setaffinity, 2, show_processors },
	{ &encase_desc_sched_getaffinity, 2, show_processors },
	{ &encase_desc_utimensat, 2, show_file_times },
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
		if (specials[i].arg == s->arg && is(s, specials[i].desc)) {
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

/* -- Lists of arguments ------------------------------------------------------------ */

static void show_named(struct encase_showing *s, const char *name, unsigned i)
{
	enc_put(&s->line, name);
	enc_show_arg(s, i);
}

static void show_clone(struct encase_showing *s)
{
	encase_word flags = s->words[0];

	show_named(s, "child_stack=", 1);
	show_named(s, ", flags=", 0);
	if (flags & (0x100000 | 0x1000)) /* CLONE_PARENT_SETTID, CLONE_PIDFD */
		show_named(s, ", parent_tid=", 2);
	if (flags & 0x80000) { /* CLONE_SETTLS */
		enc_put(&s->line, ", tls=");
		enc_show_hex(s, s->words[4]);
	}
	if (flags & (0x1000000 | 0x200000)) /* CLONE_CHILD_SETTID, _CLEARTID */
		show_named(s, ", child_tidptr=", 3);
}

static void show_number(struct encase_showing *s, encase_word word)
{
	enc_putf(&s->line, ", %" PRIu32, (uint32_t) word);
}

static void show_bitset(struct encase_showing *s)
{
	if ((uint32_t) s->words[5] == UINT32_MAX)
		enc_put(&s->line, ", FUTEX_BITSET_MATCH_ANY");
	else
		enc_putf(&s->line, ", %#" PRIx32, (uint32_t) s->words[5]);
}

/* By operation, those that count. */
static void show_futex(struct encase_showing *s)
{
	unsigned op = (unsigned) s->words[1] & ~0x180U;

	enc_show_arg(s, 0);
	show_named(s, ", ", 1);
	if (op == 7 || op == 8)
		return;
	show_number(s, s->words[2]);
	if (op == 1 || op == 2)
		return;
	if (op == 10) {
		show_bitset(s);
		return;
	}
	if (op == 3 || op == 4 || op == 5 || op == 12)
		show_number(s, s->words[3]);
	else
		show_named(s, ", ", 3);
	if (op == 0 || op == 6 || op == 13)
		return;
	if (op == 9) {
		show_bitset(s);
		return;
	}
	show_named(s, ", ", 4);
	if (op == 3 || op == 11)
		return;
	if (op == 5)
		enc_putf(&s->line, ", %#" PRIx32, (uint32_t) s->words[5]);
	else
		show_number(s, s->words[5]);
}

/* Two words make one place in the file; of the first the kernel takes it all. */
static void show_placed(struct encase_showing *s)
{
	for (unsigned i = 0; i < 3; i++)
		show_named(s, i ? ", " : "", i);
	enc_putf(&s->line, ", %" PRId64, (int64_t) s->words[3]);
	if (s->desc->nargs > 5)
		show_named(s, ", ", 5);
}

/* Only devices have numbers. */
static void show_mknod(struct encase_showing *s)
{
	unsigned last = s->desc->nargs - 1U;
	unsigned type = (unsigned) s->words[last - 1] & 0170000;

	for (unsigned i = 0; i < last; i++)
		show_named(s, i ? ", " : "", i);
	if (type == 0020000 || type == 0060000)
		show_named(s, ", ", last);
}

#define OP(n) (UINT64_C(1) << (n))

/* Many options look at fewer arguments than four, and libc's function wants zeros for the rest. */
static void show_prctl(struct encase_showing *s)
{
	static const uint64_t none = OP(3) | OP(7) | OP(13) | OP(21) | OP(27) | OP(30) | OP(31) |
				     OP(32) | OP(46) | OP(51);
	static const uint64_t one = OP(1) | OP(2) | OP(4) | OP(5) | OP(6) | OP(8) | OP(9) | OP(10) |
				    OP(11) | OP(12) | OP(14) | OP(15) | OP(16) | OP(19) | OP(20) |
				    OP(23) | OP(24) | OP(25) | OP(26) | OP(28) | OP(29) | OP(36) |
				    OP(37) | OP(40) | OP(45) | OP(50) | OP(52) | OP(63);
	unsigned op = (unsigned) s->words[0], n = s->desc->nargs;

	if (op < 64 && none >> op & 1 && n > 1)
		n = 1;
	else if ((op == 0x59616d61 /* PR_SET_PTRACER */ || (op < 64 && one >> op & 1)) && n > 2)
		n = 2;
	else if ((op == 22 || op == 53) && n > 3)
		n = 3;
	for (unsigned i = 0; i < n; i++)
		show_named(s, i ? ", " : "", i);
}

bool enc_show_special_args(struct encase_showing *s)
{
	if (is(s, &encase_desc_clone))
		show_clone(s);
	else if (is(s, &encase_desc_prctl))
		show_prctl(s);
	else if (is(s, &encase_desc_mknod) || is(s, &encase_desc_mknodat))
		show_mknod(s);
	else if (is(s, &encase_desc_preadv) || is(s, &encase_desc_pwritev) ||
		 is(s, &encase_desc_preadv2) || is(s, &encase_desc_pwritev2))
		show_placed(s);
	else if (is(s, &encase_desc_futex))
		show_futex(s);
	else
		return false;
	return true;
}

/* -- Results ---------------------------------------------------------------------- */

static void show_flags(struct encase_showing *s, const struct encase_symbols *set)
{
	enc_put(&s->line, " (flags ");
	enc_show_symbol(s, set, s->outcome->word, 4);
	enc_put_char(&s->line, ')');
}

static void show_fcntl_result(struct encase_showing *s)
{
	switch ((unsigned) s->words[1]) {
	case 1: /* F_GETFD */
		if (s->outcome->word)
			show_flags(s, &encase_symbols_fd_cloexec);
		break;
	case 3: /* F_GETFL */
		show_flags(s, &encase_symbols_open);
		break;
	}
}

/* What came of poll(). */
static void show_poll_result(struct encase_showing *s)
{
	unsigned n = (unsigned) s->words[1], shown = 0;

	if (!s->outcome->word) {
		enc_put(&s->line, " (Timeout)");
		return;
	}
	s->arg = 0;
	enc_put(&s->line, " ([");
	for (unsigned i = 0; i < n; i++) {
		struct pollfd fd;

		if (!enc_show_read(s, s->words[0] + i * sizeof(fd), &fd, sizeof(fd)))
			break;
		if (!fd.revents)
			continue;
		if (shown++ >= ENC_SHOWN) {
			enc_put(&s->line, ", ...");
			break;
		}
		enc_putf(&s->line, "%s{fd=%d, revents=", shown > 1 ? ", " : "", fd.fd);
		enc_show_symbol(s, &encase_symbols_poll_events, (uint16_t) fd.revents, 2);
		enc_put_char(&s->line, '}');
	}
	enc_put(&s->line, "])");
}

void enc_show_special_result(struct encase_showing *s)
{
	if (is(s, &encase_desc_fcntl)) {
		show_fcntl_result(s);
	} else if (is(s, &encase_desc_poll) || is(s, &encase_desc_ppoll)) {
		show_poll_result(s);
	} else if ((is(s, &encase_desc_select) || is(s, &encase_desc_pselect6)) &&
		   !s->outcome->word) {
		enc_put(&s->line, " (Timeout)");
	} else if (is(s, &encase_desc_personality)) {
		enc_put(&s->line, " (");
		enc_show_personality(s, s->outcome->word);
		enc_put_char(&s->line, ')');
	}
}
