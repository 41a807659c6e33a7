/* SPDX-License-Identifier: MIT */
/* Structures as data: what their members are called, where they stand, how they are printed. */
#ifndef ENC_LINUX_LAYOUTS_H
#define ENC_LINUX_LAYOUTS_H

#include "show.h"

struct enc_field {
	const char *name;
	uint16_t offset, size;
	uint8_t how;      /* enum enc_how */
	const void *more; /* of SYMBOL: the set; of INNER: the layout */
	void (*show)(struct encase_showing *s, const void *field, size_t size); /* of SHOW */
};
enum enc_how {
	ENC_INT,
	ENC_UINT,
	ENC_HEX,
	ENC_ADDRESS,
	ENC_CHARS,
	ENC_SYMBOL,
	ENC_INNER,
	ENC_SHOW
};

struct enc_layout {
	const char *type; /* as C spells it, without const and pointer */
	uint16_t size;    /* of what is read */
	uint8_t n;        /* members that are shown */
	uint8_t more;     /* 1: "..." follows them */
	const struct enc_field *fields;
	/* Or, for what is no list of members: at has got bytes, size at least. */
	void (*show)(struct encase_showing *s, const void *at, size_t got);
	uint16_t most; /* with show: got at most */
};
enum { ENC_LARGEST = 512 }; /* bytes of a structure */

/* The layout of a type, size bytes of it; null: there is none. */
const struct enc_layout *enc_layout_find(const char *type, size_t length);
/* A structure in the library's own memory, with got bytes. */
void enc_layout_show(struct encase_showing *s, const struct enc_layout *layout, const void *at,
		     size_t got);

/* -- Structures with ways of their own (structs.c) --------------------------- */

void enc_show_sockaddr(struct encase_showing *s, const void *at, size_t got);
void enc_show_stat(struct encase_showing *s, const void *at, size_t got);
void enc_show_sigset(struct encase_showing *s, const void *at, size_t got);
void enc_show_fd_set(struct encase_showing *s, const void *at, size_t got);
void enc_show_sigaction(struct encase_showing *s, const void *at, size_t got);
void enc_show_siginfo(struct encase_showing *s, const void *at, size_t got);
void enc_show_epoll_event(struct encase_showing *s, const void *at, size_t got);
void enc_show_pollfd(struct encase_showing *s, const void *at, size_t got);
void enc_show_limit(struct encase_showing *s, const void *at, size_t got);
void enc_show_mode_of(struct encase_showing *s, const void *at, size_t got);
void enc_show_fsid(struct encase_showing *s, const void *at, size_t got);
void enc_show_loads(struct encase_showing *s, const void *at, size_t got);
void enc_show_sched_param(struct encase_showing *s, const void *at, size_t got);
void enc_show_sem_flags(struct encase_showing *s, const void *at, size_t got);
/* In structs_process.c: */
void enc_show_clone_args(struct encase_showing *s, const void *at, size_t got);
void enc_show_sigevent(struct encase_showing *s, const void *at, size_t got);

#endif
