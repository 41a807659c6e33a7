/* SPDX-License-Identifier: MIT */
/* Structures that are no plain lists of members. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <inttypes.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "kernel.h"
#include "layouts.h"
#include "symbols.h"

/* -- Numbers ----------------------------------------------------------------- */

void enc_show_limit(struct encase_showing *s, const void *at, size_t got)
{
	uint64_t limit;

	memcpy(&limit, at, sizeof(limit));
	(void) got;
	if (limit == UINT64_MAX)
		enc_put(&s->line, "RLIM64_INFINITY");
	else if (limit > 1024 && limit % 1024 == 0)
		enc_putf(&s->line, "%" PRIu64 "*1024", limit / 1024);
	else
		enc_putf(&s->line, "%" PRIu64, limit);
}

void enc_show_sched_param(struct encase_showing *s, const void *at, size_t got)
{
	int priority;

	memcpy(&priority, at, sizeof(priority));
	(void) got;
	enc_putf(&s->line, "[%d]", priority);
}

void enc_show_mode_of(struct encase_showing *s, const void *at, size_t got)
{
	uint64_t mode = 0;

	memcpy(&mode, at, got);
	enc_putf(&s->line, "%#03" PRIo64, mode);
}

void enc_show_fsid(struct encase_showing *s, const void *at, size_t got)
{
	uint32_t val[2];

	memcpy(val, at, sizeof(val));
	(void) got;
	enc_putf(&s->line, "{val=[%#x, %#x]}", val[0], val[1]);
}

void enc_show_loads(struct encase_showing *s, const void *at, size_t got)
{
	uint64_t loads[3];

	memcpy(loads, at, sizeof(loads));
	(void) got;
	enc_putf(&s->line, "[%" PRIu64 ", %" PRIu64 ", %" PRIu64 "]", loads[0], loads[1], loads[2]);
}

void enc_show_sem_flags(struct encase_showing *s, const void *at, size_t got)
{
	uint16_t flags;
	encase_word left;

	memcpy(&flags, at, sizeof(flags));
	(void) got;
	left = flags;
	if (!left)
		enc_put_char(&s->line, '0');
	if (left & 010000)
		enc_put(&s->line, "SEM_UNDO");
	left &= ~(encase_word) 010000;
	if (left & 04000)
		enc_put(&s->line, flags & 010000 ? "|IPC_NOWAIT" : "IPC_NOWAIT");
	left &= ~(encase_word) 04000;
	if (left)
		enc_putf(&s->line, "%s%#" PRIx64, flags & 014000 ? "|" : "", left);
}

/* -- Files ------------------------------------------------------------------- */

void enc_show_stat(struct encase_showing *s, const void *at, size_t got)
{
	struct stat stat;

	memcpy(&stat, at, sizeof(stat));
	(void) got;
	enc_put(&s->line, "{st_mode=");
	enc_show_file_mode(s, stat.st_mode);
	if (S_ISCHR(stat.st_mode) || S_ISBLK(stat.st_mode)) {
		enc_put(&s->line, ", st_rdev=");
		enc_show_makedev(s, stat.st_rdev);
	} else {
		enc_putf(&s->line, ", st_size=%lld", (long long) stat.st_size);
	}
	enc_put(&s->line, ", ...}");
}

/* -- Sets ---------------------------------------------------------------------- */

void enc_show_sigset(struct encase_showing *s, const void *at, size_t got)
{
	uint64_t set;
	const char *between = "";

	memcpy(&set, at, sizeof(set));
	(void) got;
	if (__builtin_popcountll(set) >= 43) { /* most are there: tell those that are not */
		enc_put_char(&s->line, '~');
		set = ~set;
	}
	enc_put_char(&s->line, '[');
	for (int sig = 1; sig <= 64; sig++) {
		struct encase_showing name = *s;
		char text[16];

		if (!(set >> (sig - 1) & 1))
			continue;
		name.line = (struct enc_line){ .out = text, .room = sizeof(text) };
		enc_show_signal(&name, (encase_word) sig);
		(void) enc_line_end(&name.line);
		enc_putf(&s->line, "%s%s", between, text + strlen("SIG"));
		between = " ";
	}
	enc_put_char(&s->line, ']');
}

void enc_show_fd_set(struct encase_showing *s, const void *at, size_t got)
{
	const unsigned char *bytes = at;
	const char *between = "";

	enc_put_char(&s->line, '[');
	for (unsigned fd = 0; fd < 8 * got; fd++) {
		if (!(bytes[fd / 8] >> fd % 8 & 1))
			continue;
		enc_putf(&s->line, "%s%u", between, fd);
		between = " ";
	}
	enc_put_char(&s->line, ']');
}

void enc_show_pollfd(struct encase_showing *s, const void *at, size_t got)
{
	struct pollfd fd;

	memcpy(&fd, at, sizeof(fd));
	(void) got;
	enc_putf(&s->line, "{fd=%d", fd.fd);
	if (fd.fd >= 0) {
		enc_put(&s->line, ", events=");
		enc_show_symbol(s, &encase_symbols_poll_events, (uint16_t) fd.events, 2);
	}
	enc_put_char(&s->line, '}');
}

void enc_show_epoll_event(struct encase_showing *s, const void *at, size_t got)
{
	struct epoll_event event;

	memcpy(&event, at, sizeof(event));
	(void) got;
	enc_put(&s->line, "{events=");
	enc_show_symbol(s, &encase_symbols_epoll_events, event.events, 4);
	enc_putf(&s->line, ", data={u32=%u, u64=%llu}}", event.data.u32,
		 (unsigned long long) event.data.u64);
}

/* -- Signals ------------------------------------------------------------------- */

void enc_show_sigaction(struct encase_showing *s, const void *at, size_t got)
{
	struct encase_ksigaction action;
	uintptr_t handler;

	memcpy(&action, at, sizeof(action));
	(void) got;
	handler = (uintptr_t) action.handler;
	enc_put(&s->line, "{sa_handler=");
	if (handler + 1 <= 2)
		enc_show_symbol(s, &encase_symbols_handler, handler, 8);
	else
		enc_show_address(s, handler);
	enc_put(&s->line, ", sa_mask=");
	enc_show_sigset(s, &action.mask, sizeof(action.mask));
	enc_put(&s->line, ", sa_flags=");
	enc_show_symbol(s, &encase_symbols_sa_flags, action.flags, 8);
	if (action.flags & 0x4000000) {
		enc_put(&s->line, ", sa_restorer=");
		enc_show_address(s, (uintptr_t) action.restorer);
	}
	enc_put_char(&s->line, '}');
}

/* What stands behind the code, of a child that ended, of kill() and of sigqueue(). */
static void show_sender(struct encase_showing *s, const struct encase_ksiginfo *info)
{
	int32_t rest[28];

	memcpy(rest, info->rest, sizeof(rest));
	enc_putf(&s->line, ", si_pid=%d, si_uid=%d", rest[0], rest[1]);
	if (info->signo == 17 && info->code > 0) {
		enc_put(&s->line, ", si_status=");
		if (info->code == 1)
			enc_show_decimal(s, (encase_word) (int64_t) rest[2]);
		else
			enc_show_signal(s, (encase_word) (int64_t) rest[2]);
		enc_putf(&s->line, ", si_utime=%lld, si_stime=%lld", (long long) info->rest[2],
			 (long long) info->rest[3]);
	} else if (info->code == -1) {
		enc_putf(&s->line, ", si_int=%d, si_ptr=", rest[2]);
		enc_show_address(s, info->rest[1]);
	}
}

void enc_show_siginfo(struct encase_showing *s, const void *at, size_t got)
{
	struct encase_ksiginfo info;

	memcpy(&info, at, sizeof(info));
	(void) got;
	if (!info.signo && !info.code && !info.error) {
		enc_put(&s->line, "{}");
		return;
	}
	enc_put(&s->line, "{si_signo=");
	enc_show_signal(s, (encase_word) (int64_t) info.signo);
	enc_put(&s->line, ", si_code=");
	enc_show_symbol(s,
			info.signo == 17 && info.code > 0 ? &encase_symbols_child_code
							  : &encase_symbols_sent_code,
			(encase_word) (int64_t) info.code, 4);
	if (info.error)
		enc_putf(&s->line, ", si_errno=%d", info.error);
	if (info.code == 0 || info.code == -1 || info.code == -6 ||
	    (info.signo == 17 && info.code > 0)) {
		show_sender(s, &info);
	} else if (info.code > 0 &&
		   (info.signo == 11 || info.signo == 7 || info.signo == 4 || info.signo == 8)) {
		enc_put(&s->line, ", si_addr=");
		enc_show_address(s, info.rest[0]);
	} else {
		enc_put(&s->line, ", ...");
	}
	enc_put_char(&s->line, '}');
}

/* -- Addresses ----------------------------------------------------------------- */

static void show_un(struct encase_showing *s, const struct sockaddr_un *un, size_t got)
{
	size_t n = got - offsetof(struct sockaddr_un, sun_path);

	if (!n) {
		return;
	}
	enc_put(&s->line, ", sun_path=");
	if (un->sun_path[0]) {
		enc_put_quoted(&s->line, (const unsigned char *) un->sun_path,
			       strnlen(un->sun_path, n));
	} else {
		enc_put_char(&s->line, '@');
		enc_put_quoted(&s->line, (const unsigned char *) un->sun_path + 1, n - 1);
	}
}

static void show_in(struct encase_showing *s, const struct sockaddr_in *in)
{
	char text[INET_ADDRSTRLEN];

	enc_putf(&s->line, ", sin_port=htons(%u), sin_addr=inet_addr(\"%s\")", ntohs(in->sin_port),
		 inet_ntop(AF_INET, &in->sin_addr, text, sizeof(text)));
}

static void show_in6(struct encase_showing *s, const struct sockaddr_in6 *in, size_t got)
{
	char text[INET6_ADDRSTRLEN];

	enc_putf(&s->line, ", sin6_port=htons(%u), sin6_flowinfo=htonl(%u)", ntohs(in->sin6_port),
		 ntohl(in->sin6_flowinfo));
	enc_putf(&s->line, ", inet_pton(AF_INET6, \"%s\", &sin6_addr)",
		 inet_ntop(AF_INET6, &in->sin6_addr, text, sizeof(text)));
	if (got >= sizeof(*in))
		enc_putf(&s->line, ", sin6_scope_id=%u", in->sin6_scope_id);
}

void enc_show_sockaddr(struct encase_showing *s, const void *at, size_t got)
{
	union {
		struct sockaddr any;
		struct sockaddr_un un;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_nl nl;
		unsigned char bytes[128];
	} address = { .bytes = { 0 } };
	unsigned family;

	memcpy(&address, at, got < sizeof(address) ? got : sizeof(address));
	family = address.any.sa_family;
	enc_put(&s->line, "{sa_family=");
	enc_show_symbol(s, &encase_symbols_af, family, 2);
	if (family == AF_UNIX) {
		show_un(s, &address.un, got < sizeof(address.un) ? got : sizeof(address.un));
	} else if (family == AF_INET && got >= 16) {
		show_in(s, &address.in);
	} else if (family == AF_INET6 && got >= 24) {
		show_in6(s, &address.in6, got);
	} else if (family == AF_NETLINK && got >= sizeof(address.nl)) {
		enc_putf(&s->line, ", nl_pid=%u, nl_groups=%#08x", address.nl.nl_pid,
			 address.nl.nl_groups);
	} else if (got > 2) {
		enc_put(&s->line, ", sa_data=");
		enc_put_quoted(&s->line, address.bytes + 2, got - 2);
	}
	enc_put_char(&s->line, '}');
}
