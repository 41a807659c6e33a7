/* SPDX-License-Identifier: MIT */
/*
 * Showing: what is known of the call that is being printed, and the printers of numbers, of
 * structures and of arguments with ways of their own.  All of them print to showing->line,
 * and read by enc_show_read() alone.
 */
#ifndef ENC_LINUX_SHOW_H
#define ENC_LINUX_SHOW_H

#include "encase/format.h"
#include "line.h"

struct encase_showing {
	struct enc_line line;
	const struct encase_desc *desc; /* the call's shape */
	const struct encase_text *text; /* null: its number is in no table */
	const encase_word *words;
	const struct encase_outcome *outcome; /* null: it has not returned */
	const struct encase_source *source;   /* null: nothing is read */
	unsigned arg;                         /* the argument that is being shown */
	bool copies; /* what is read is what a handler of this thread sees */
};

/* -- What all printers use (show.c) --------------------------------------- */

/* How many bytes there are at an address: up to the end of the copy that it points into, if it does. */
size_t enc_show_room(const struct encase_showing *s, encase_word at);
/* Copies n bytes of what the argument points to; false: they cannot be read. */
bool enc_show_read(const struct encase_showing *s, encase_word from, void *to, size_t n);
/* Whether the call has returned without failing. */
static inline bool enc_show_is_done(const struct encase_showing *s)
{
	return s->outcome && !s->outcome->gone && !s->outcome->error;
}
/* The low size bytes (1, 2, 4, 8) of a word. */
static inline encase_word enc_show_low(encase_word word, size_t size)
{
	return size >= sizeof(word) ? word : word & (((encase_word) 1 << 8 * size) - 1);
}

void enc_show_address(struct encase_showing *s, encase_word word);
/* A word of size bytes by a set; without one as a number in hex. */
void enc_show_symbol(struct encase_showing *s, const struct encase_symbols *set, encase_word word,
		     size_t size);
/* The names of the bits that are there, and what is left of the word then. */
encase_word enc_show_bits(struct encase_showing *s, const struct encase_symbols *set,
			  encase_word word);
void enc_show_mode(struct encase_showing *s, encase_word word);
/* Text at an address: up to its NUL (of a name of a file, all of it), most bytes at most. */
void enc_show_string(struct encase_showing *s, encase_word at, size_t most, bool whole);
/* n bytes at an address as text. */
void enc_show_bytes(struct encase_showing *s, encase_word at, size_t n);

/* -- Values of sets that are no lists (values.c) ---------------------------- */

void enc_show_clone_flags(struct encase_showing *s, encase_word word);
void enc_show_decimal(struct encase_showing *s, encase_word word);
void enc_show_number(struct encase_showing *s, encase_word word);
void enc_show_file_mode(struct encase_showing *s, encase_word word);
void enc_show_futex(struct encase_showing *s, encase_word word);
void enc_show_hex(struct encase_showing *s, encase_word word);
void enc_show_ioctl(struct encase_showing *s, encase_word word);
void enc_show_ioprio(struct encase_showing *s, encase_word word);
void enc_show_ipc_get(struct encase_showing *s, encase_word word);
void enc_show_keyring(struct encase_showing *s, encase_word word);
void enc_show_makedev(struct encase_showing *s, encase_word word);
void enc_show_personality(struct encase_showing *s, encase_word word);
void enc_show_quotactl(struct encase_showing *s, encase_word word);
void enc_show_shm_get(struct encase_showing *s, encase_word word);
void enc_show_swapon(struct encase_showing *s, encase_word word);
void enc_show_syslog(struct encase_showing *s, encase_word word);
void enc_show_signal(struct encase_showing *s, encase_word word);

#endif
