/* SPDX-License-Identifier: MIT */
/* Values that are made of parts, or computed: what lists of symbols cannot say. */
#define _GNU_SOURCE /* sigabbrev_np() */
#include <inttypes.h>
#include <linux/ioctl.h>
#include <signal.h>
#include <string.h>

#include "show.h"
#include "symbols.h"

void enc_show_decimal(struct encase_showing *s, encase_word word)
{
	enc_putf(&s->line, "%" PRId64, (int64_t) word);
}

/* Of an argument whose type is narrower for some commands. */
void enc_show_number(struct encase_showing *s, encase_word word)
{
	enc_show_decimal(s, encase_widen(encase_arg_type(s->desc, s->arg), word));
}

void enc_show_hex(struct encase_showing *s, encase_word word)
{
	enc_putf(&s->line, "%#" PRIx64, word);
}

/* The kernel's numbers: libc keeps the first real-time signals for itself. */
void enc_show_signal(struct encase_showing *s, encase_word word)
{
	int sig = (int) word;
	const char *name = sig > 0 && sig < 32 ? sigabbrev_np(sig) : NULL;

	if (sig == SIGIO)
		name = "IO"; /* libc's is POLL, which is the same signal */
	if (name)
		enc_putf(&s->line, "SIG%s", name);
	else if (sig == 32)
		enc_put(&s->line, "SIGRTMIN");
	else if (sig > 32 && sig <= 64)
		enc_putf(&s->line, "SIGRT_%d", sig - 32);
	else
		enc_putf(&s->line, "%d", sig);
}

void enc_show_file_mode(struct encase_showing *s, encase_word word)
{
	const struct encase_symbols *types = &encase_symbols_file_type;

	for (unsigned i = 0; i < types->n; i++)
		if ((word & types->list[i].mask) == types->list[i].value) {
			enc_putf(&s->line, "%s|", types->list[i].name);
			word &= ~types->list[i].mask;
			if (word & 04000)
				enc_put(&s->line, "S_ISUID|");
			if (word & 02000)
				enc_put(&s->line, "S_ISGID|");
			if (word & 01000)
				enc_put(&s->line, "S_ISVTX|");
			word &= ~(encase_word) 07000;
		}
	enc_show_mode(s, word);
}

void enc_show_makedev(struct encase_showing *s, encase_word word)
{
	unsigned dev = (unsigned) word;

	enc_putf(&s->line, "makedev(%#x, %#x)", dev >> 8 & 0xfff,
		 (dev & 0xff) | (dev >> 12 & 0xfff00));
}

void enc_show_clone_flags(struct encase_showing *s, encase_word word)
{
	encase_word signal = word & 0x7f, left, before = s->line.len;

	left = enc_show_bits(s, &encase_symbols_clone, word & ~(encase_word) 0xff);
	if (left)
		enc_putf(&s->line, "%s%#" PRIx64, s->line.len > before ? "|" : "", left);
	if (signal || s->line.len == before) {
		enc_put(&s->line, s->line.len > before ? "|" : "");
		enc_show_signal(s, signal);
	}
}

void enc_show_futex(struct encase_showing *s, encase_word word)
{
	enc_show_symbol(s, &encase_symbols_futex_op, word & ~(encase_word) 0x180, 4);
	if (word & 0x80)
		enc_put(&s->line, "_PRIVATE");
	if (word & 0x100)
		enc_put(&s->line, "|FUTEX_CLOCK_REALTIME");
}

void enc_show_ioprio(struct encase_showing *s, encase_word word)
{
	enc_put(&s->line, "IOPRIO_PRIO_VALUE(");
	enc_show_symbol(s, &encase_symbols_ioprio_class, word >> 13, 4);
	enc_putf(&s->line, ", %u)", (unsigned) word & 0x1fff);
}

void enc_show_personality(struct encase_showing *s, encase_word word)
{
	encase_word flags = (uint32_t) word & ~(encase_word) 0xff;

	if ((uint32_t) word == 0xffffffff) {
		enc_put(&s->line, "0xffffffff");
		return;
	}
	enc_show_symbol(s, &encase_symbols_personality_type, word & 0xff, 4);
	if (flags) {
		enc_put_char(&s->line, '|');
		enc_show_symbol(s, &encase_symbols_personality_flags, flags, 4);
	}
}

void enc_show_quotactl(struct encase_showing *s, encase_word word)
{
	enc_put(&s->line, "QCMD(");
	enc_show_symbol(s, &encase_symbols_quota_cmd, word >> 8, 4);
	enc_put(&s->line, ", ");
	enc_show_symbol(s, &encase_symbols_quota_type, word & 0xff, 4);
	enc_put_char(&s->line, ')');
}

/* Keys have numbers of their own, and some keyrings names. */
void enc_show_keyring(struct encase_showing *s, encase_word word)
{
	const struct encase_symbols *names = &encase_symbols_own_keyring;
	int key = (int) word;

	if (key < 0 && key >= -(int) names->n)
		enc_put(&s->line, names->list[-1 - key].name);
	else
		enc_putf(&s->line, "%d", key);
}

/* The numbers are better known than their names. */
void enc_show_syslog(struct encase_showing *s, encase_word word)
{
	const struct encase_symbols *actions = &encase_symbols_syslog_action;
	const char *name = word < actions->n ? actions->list[word].name : actions->unknown;

	enc_putf(&s->line, "%d /* %s */", (int) word, name);
}

/* Flags, and a priority below them. */
void enc_show_swapon(struct encase_showing *s, encase_word word)
{
	if (word & ~(encase_word) 0x7fff) {
		enc_show_symbol(s, &encase_symbols_swapon_flags, word & ~(encase_word) 0x7fff, 4);
		enc_put_char(&s->line, '|');
	}
	enc_putf(&s->line, "%u", (unsigned) word & 0x7fff);
}

/* Flags and permissions in one word. */
static void show_get(struct encase_showing *s, const struct encase_symbols *flags, encase_word word)
{
	if (word & ~(encase_word) 0777) {
		enc_show_symbol(s, flags, word & ~(encase_word) 0777, 4);
		enc_put_char(&s->line, '|');
	}
	enc_show_mode(s, word & 0777);
}

void enc_show_ipc_get(struct encase_showing *s, encase_word word)
{
	show_get(s, &encase_symbols_ipc_get_flags, word);
}

void enc_show_shm_get(struct encase_showing *s, encase_word word)
{
	show_get(s, &encase_symbols_shm_get_flags, word);
}

void enc_show_ioctl(struct encase_showing *s, encase_word word)
{
	static const char *const directions[] = { "_IOC_NONE", "_IOC_WRITE", "_IOC_READ",
						  "_IOC_READ|_IOC_WRITE" };
	const struct encase_symbols *known = &encase_symbols_ioctl_request;
	unsigned request = (unsigned) word;

	for (unsigned i = 0; i < known->n; i++)
		if (known->list[i].value == request) {
			enc_put(&s->line, known->list[i].name);
			return;
		}
	enc_putf(&s->line, "_IOC(%s, %#x, %#x, %#x)", directions[_IOC_DIR(request)],
		 _IOC_TYPE(request), _IOC_NR(request), _IOC_SIZE(request));
}
