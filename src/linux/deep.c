/* SPDX-License-Identifier: MIT */
/* Data that has pointers inside, and data that tells itself how far it reaches. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "data.h"
#include "result.h"
#include "symbols.h"

/* n entries, and of what they name the first bytes. */
void enc_show_vector(struct encase_showing *s, encase_word at, size_t n, size_t bytes)
{
	size_t before = s->line.len;

	enc_put_char(&s->line, '[');
	for (size_t i = 0; i < n; i++) {
		struct iovec entry;
		size_t shown;

		enc_put(&s->line, i ? ", " : "");
		if (i == ENC_SHOWN) {
			enc_put(&s->line, "...");
			break;
		}
		if (!enc_show_read(s, at + i * sizeof(entry), &entry, sizeof(entry))) {
			if (i) {
				enc_putf(&s->line, "... /* 0x%" PRIx64 " */",
					 at + i * sizeof(entry));
				break;
			}
			s->line.len = before;
			enc_show_address(s, at);
			return;
		}
		shown = entry.iov_len < bytes ? entry.iov_len : bytes;
		bytes -= shown;
		enc_put(&s->line, "{iov_base=");
		if (entry.iov_base)
			enc_show_bytes(s, (uintptr_t) entry.iov_base, shown);
		else
			enc_put(&s->line, "NULL");
		enc_putf(&s->line, ", iov_len=%zu}", entry.iov_len);
	}
	enc_put_char(&s->line, ']');
}

/* Entries whose bytes are not to be looked at. */
static void show_entries(struct encase_showing *s, encase_word at, size_t n)
{
	size_t before = s->line.len;

	enc_put_char(&s->line, '[');
	for (size_t i = 0; i < n && i < ENC_SHOWN; i++) {
		struct iovec entry;

		if (!enc_show_read(s, at + i * sizeof(entry), &entry, sizeof(entry))) {
			s->line.len = before;
			enc_show_address(s, at);
			return;
		}
		enc_put(&s->line, i ? ", {iov_base=" : "{iov_base=");
		enc_show_address(s, (uintptr_t) entry.iov_base);
		enc_putf(&s->line, ", iov_len=%zu}", entry.iov_len);
	}
	enc_put(&s->line, n > ENC_SHOWN ? ", ...]" : "]");
}

/* How many bytes of what the call moves are there to show; none, before it has written them. */
static size_t moved(const struct encase_showing *s)
{
	encase_word result;

	if (!(s->desc->arg[s->arg].kind & ENCASE_OUT))
		return SIZE_MAX;
	if (!enc_show_is_done(s))
		return 0;
	result = encase_widen(s->desc->type, s->outcome->word);
	return (int64_t) result < 0 ? 0 : result;
}

static void show_iovec(struct encase_showing *s)
{
	const struct encase_arg *arg = &s->desc->arg[s->arg];
	encase_word n = encase_widen(s->desc->arg[arg->count].type, s->words[arg->count]);

	if (n > 1024)
		enc_show_address(s, s->words[s->arg]);
	else if (arg->kind & ENCASE_OUT && !enc_show_is_done(s))
		show_entries(s, s->words[s->arg], n);
	else
		enc_show_vector(s, s->words[s->arg], n, moved(s));
}

/* Whether messages are received; those that are sent, if they are many, have their lengths written. */
static bool are_received(const struct encase_showing *s)
{
	const struct encase_arg *arg = &s->desc->arg[s->arg];

	return arg->kind & ((arg->size & 0xff) == ENCASE_MESSAGES ? ENCASE_FILLED : ENCASE_OUT);
}

/* A message, of whose bytes so many are there; false: it cannot be read. */
static bool show_header(struct encase_showing *s, encase_word at, size_t bytes)
{
	struct msghdr message;

	if (!enc_show_read(s, at, &message, sizeof(message)))
		return false;
	enc_put(&s->line, "{msg_name=");
	if (!message.msg_name || message.msg_namelen < 2 || !bytes ||
	    !enc_show_objects(s, (uintptr_t) message.msg_name, 1, message.msg_namelen,
			      "struct sockaddr *", false))
		enc_show_address(s, (uintptr_t) message.msg_name);
	enc_putf(&s->line, ", msg_namelen=%u, msg_iov=", message.msg_namelen);
	if (!message.msg_iov)
		enc_put(&s->line, "NULL");
	else if (are_received(s) && !enc_show_is_done(s))
		show_entries(s, (uintptr_t) message.msg_iov, message.msg_iovlen);
	else
		enc_show_vector(s, (uintptr_t) message.msg_iov, message.msg_iovlen, bytes);
	enc_putf(&s->line, ", msg_iovlen=%zu", message.msg_iovlen);
	if (message.msg_controllen) {
		enc_put(&s->line, ", msg_control=");
		enc_show_address(s, (uintptr_t) message.msg_control);
	}
	enc_putf(&s->line, ", msg_controllen=%zu, msg_flags=", message.msg_controllen);
	enc_show_symbol(s, &encase_symbols_msg, (unsigned) message.msg_flags, 4);
	enc_put_char(&s->line, '}');
	return true;
}

static void show_message(struct encase_showing *s)
{
	bool failed = are_received(s) && s->outcome && !enc_show_is_done(s);

	if (failed || !show_header(s, s->words[s->arg], moved(s)))
		enc_show_address(s, s->words[s->arg]);
}

/* Of messages that are received those that were, of those that are sent how much of them was. */
static void show_messages(struct encase_showing *s)
{
	const struct encase_arg *arg = &s->desc->arg[s->arg];
	encase_word n = encase_widen(s->desc->arg[arg->count].type, s->words[arg->count]);
	size_t before = s->line.len, done = enc_show_is_done(s) ? moved(s) : 0;
	uint32_t length = 0;

	if (are_received(s))
		n = n < done ? n : done;
	if (are_received(s) && !enc_show_is_done(s)) {
		enc_show_address(s, s->words[s->arg]);
		return;
	}
	enc_put_char(&s->line, '[');
	for (size_t k = 0; k < n && k < ENC_SHOWN; k++) {
		encase_word at = s->words[s->arg] + k * sizeof(struct mmsghdr);

		enc_put(&s->line, k ? ", {msg_hdr=" : "{msg_hdr=");
		if (!enc_show_read(s, at + sizeof(struct msghdr), &length, sizeof(length)) ||
		    !show_header(s, at, are_received(s) ? length : SIZE_MAX)) {
			s->line.len = before;
			enc_show_address(s, s->words[s->arg]);
			return;
		}
		if (k < done)
			enc_putf(&s->line, ", msg_len=%u", length);
		enc_put_char(&s->line, '}');
	}
	enc_put(&s->line, n > ENC_SHOWN ? ", ...]" : "]");
}

static void show_strings(struct encase_showing *s)
{
	encase_word at = s->words[s->arg], word;
	size_t before = s->line.len;

	enc_put_char(&s->line, '[');
	for (size_t i = 0;; i++, at += sizeof(word)) {
		if (!enc_show_read(s, at, &word, sizeof(word))) {
			if (i) {
				enc_putf(&s->line, ", ... /* 0x%" PRIx64 " */", at);
				break;
			}
			s->line.len = before;
			enc_show_address(s, s->words[s->arg]);
			return;
		}
		if (!word)
			break;
		enc_put(&s->line, i ? ", " : "");
		if (i == ENC_SHOWN) {
			enc_put(&s->line, "...");
			break;
		}
		enc_show_string(s, word, 131072, false);
	}
	enc_put_char(&s->line, ']');
}

static void show_letter(struct encase_showing *s)
{
	const struct encase_arg *arg = &s->desc->arg[s->arg];
	size_t n = enc_count(s->desc, arg->count, s->words[arg->count]), whole = moved(s);
	encase_word at = s->words[s->arg];
	int64_t type;

	if ((arg->kind & ENCASE_OUT && !enc_show_is_done(s)) ||
	    !enc_show_read(s, at, &type, sizeof(type))) {
		enc_show_address(s, at);
		return;
	}
	enc_putf(&s->line, "{mtype=%" PRId64 ", mtext=", type);
	enc_show_bytes(s, at + sizeof(type), whole < n ? whole : n);
	enc_put_char(&s->line, '}');
}

static void show_pair(struct encase_showing *s)
{
	encase_word at = s->words[s->arg];
	uint64_t pair[2];

	if (!enc_show_read(s, at, pair, sizeof(pair))) {
		enc_show_address(s, at);
		return;
	}
	enc_put(&s->line, "{sigmask=");
	if (!pair[0] || pair[1] != 8 ||
	    !enc_show_objects(s, pair[0], 1, 8, "encase_ksigset *", false))
		enc_show_address(s, pair[0]);
	enc_putf(&s->line, ", sigsetsize=%" PRIu64 "}", pair[1]);
}

/* A structure that begins, or nearly, with its size: the size that its layout has is shown. */
static void show_sized(struct encase_showing *s)
{
	encase_word at = s->words[s->arg];
	size_t least = (size_t) (s->desc->arg[s->arg].size >> 8) * 8;

	if (!enc_show_objects(s, at, 1, least, s->text->arg[s->arg].type, false))
		enc_show_address(s, at);
}

/* select()'s set: as many bits as the count says. */
static void show_descriptors(struct encase_showing *s)
{
	const struct encase_arg *arg = &s->desc->arg[s->arg];
	size_t n = enc_count(s->desc, arg->count, s->words[arg->count]);
	unsigned char bits[1024 / 8];

	if (n > 1024)
		n = 1024;
	if ((int64_t) encase_widen(s->desc->arg[arg->count].type, s->words[arg->count]) < 0 ||
	    !enc_show_read(s, s->words[s->arg], bits, (n + 7) / 8)) {
		enc_show_address(s, s->words[s->arg]);
		return;
	}
	if (n % 8)
		bits[n / 8] &= (unsigned char) ((1U << n % 8) - 1);
	enc_show_fd_set(s, bits, (n + 7) / 8);
}

static void show_nodes(struct encase_showing *s)
{
	const struct encase_arg *arg = &s->desc->arg[s->arg];
	size_t n = enc_count(s->desc, arg->count, s->words[arg->count]);
	size_t words = n <= 1 ? 0 : (n - 1 + 63) / 64, before = s->line.len;

	if (n > 32769) {
		enc_show_address(s, s->words[s->arg]);
		return;
	}
	enc_put_char(&s->line, '[');
	for (size_t i = 0; i < words && i < ENC_SHOWN; i++) {
		uint64_t word;

		if (!enc_show_read(s, s->words[s->arg] + 8 * i, &word, 8)) {
			s->line.len = before;
			enc_show_address(s, s->words[s->arg]);
			return;
		}
		enc_putf(&s->line, "%s%#016" PRIx64, i ? ", " : "", word);
	}
	enc_put(&s->line, words > ENC_SHOWN ? ", ...]" : "]");
}

void enc_show_deep(struct encase_showing *s)
{
	const struct encase_arg *arg = &s->desc->arg[s->arg];

	switch (arg->size & 0xff) {
	case ENCASE_IOVEC:
		show_iovec(s);
		break;
	case ENCASE_MESSAGE:
		show_message(s);
		break;
	case ENCASE_MESSAGES:
		show_messages(s);
		break;
	case ENCASE_STRINGS:
		show_strings(s);
		break;
	case ENCASE_LETTER:
		show_letter(s);
		break;
	case ENCASE_PAIR:
		show_pair(s);
		break;
	case ENCASE_BITS:
		show_descriptors(s);
		break;
	case ENCASE_NODES:
		show_nodes(s);
		break;
	case ENCASE_SIZED:
		show_sized(s);
		break;
	default:
		enc_show_address(s, s->words[s->arg]);
	}
}
