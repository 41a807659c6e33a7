/* SPDX-License-Identifier: MIT */
/* Calls that strace shows in ways of their own: the order of their arguments, what follows results. */
#include <inttypes.h>
#include <poll.h>

#include "data.h"
#include "encase.h"
#include "symbols.h"

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

/* The first n of those that the call has. */
static void show_first(struct encase_showing *s, unsigned n)
{
	for (unsigned i = 0; i < n && i < s->desc->nargs; i++)
		show_named(s, i ? ", " : "", i);
}

/* Two words make one place in the file; of the first the kernel takes it all. */
static void show_placed(struct encase_showing *s)
{
	show_first(s, 3);
	enc_putf(&s->line, ", %" PRId64, (int64_t) s->words[3]);
	if (s->desc->nargs > 5)
		show_named(s, ", ", 5);
}

/* Only devices have numbers. */
static void show_mknod(struct encase_showing *s)
{
	unsigned last = s->desc->nargs - 1U;
	unsigned type = (unsigned) s->words[last - 1] & 0170000;

	show_first(s, last);
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
	unsigned op = (unsigned) s->words[0], n = ENCASE_MAX_ARGS;

	if (op < 64 && none >> op & 1)
		n = 1;
	else if (op == 0x59616d61 /* PR_SET_PTRACER */ || (op < 64 && one >> op & 1))
		n = 2;
	else if (op == 22 || op == 53)
		n = 3;
	show_first(s, n);
}

/* Most actions have nothing but themselves. */
static void show_syslog(struct encase_showing *s)
{
	static const uint64_t alone = OP(0) | OP(1) | OP(5) | OP(6) | OP(7) | OP(9) | OP(10);
	unsigned op = (unsigned) s->words[0];

	show_first(s, op < 64 && alone >> op & 1 ? 1 : 3);
}

bool enc_show_special_args(struct encase_showing *s)
{
	if (enc_show_is(s, &encase_desc_clone))
		show_clone(s);
	else if (enc_show_is(s, &encase_desc_prctl))
		show_prctl(s);
	else if (enc_show_is(s, &encase_desc_mknod) || enc_show_is(s, &encase_desc_mknodat))
		show_mknod(s);
	else if (enc_show_is(s, &encase_desc_preadv) || enc_show_is(s, &encase_desc_pwritev) ||
		 enc_show_is(s, &encase_desc_preadv2) || enc_show_is(s, &encase_desc_pwritev2))
		show_placed(s);
	else if (enc_show_is(s, &encase_desc_futex))
		show_futex(s);
	else if (enc_show_is(s, &encase_desc_syslog))
		show_syslog(s);
	else if (enc_show_is(s, &encase_desc_membarrier))
		show_first(s, s->words[1] & 1 /* MEMBARRIER_CMD_FLAG_CPU */ ? 3 : 2);
	else
		return false;
	return true;
}

/* -- Results ---------------------------------------------------------------------- */

bool enc_show_is_hex(const struct encase_showing *s)
{
	if (enc_show_is(s, &encase_desc_fcntl))
		return (unsigned) s->words[1] == 1 ||
		       (unsigned) s->words[1] == 3; /* F_GETFD, F_GETFL */
	return enc_show_is(s, &encase_desc_personality);
}

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
	if (enc_show_is(s, &encase_desc_fcntl)) {
		show_fcntl_result(s);
	} else if (enc_show_is(s, &encase_desc_poll) || enc_show_is(s, &encase_desc_ppoll)) {
		show_poll_result(s);
	} else if ((enc_show_is(s, &encase_desc_select) || enc_show_is(s, &encase_desc_pselect6) ||
		    enc_show_is(s, &encase_desc_recvmmsg)) &&
		   !s->outcome->word) {
		enc_put(&s->line, " (Timeout)");
	} else if (enc_show_is(s, &encase_desc_sched_getscheduler)) {
		enc_put(&s->line, " (");
		enc_show_symbol(s, &encase_symbols_sched_policy, s->outcome->word, 4);
		enc_put_char(&s->line, ')');
	} else if (enc_show_is(s, &encase_desc_ioprio_get)) {
		enc_put(&s->line, " (");
		enc_show_ioprio(s, s->outcome->word);
		enc_put_char(&s->line, ')');
	} else if (enc_show_is(s, &encase_desc_personality)) {
		enc_put(&s->line, " (");
		enc_show_personality(s, s->outcome->word);
		enc_put_char(&s->line, ')');
	}
}
