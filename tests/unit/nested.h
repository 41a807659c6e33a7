/* SPDX-License-Identifier: MIT */
/* The message that tests of nested structures look at. */
#ifndef UNIT_NESTED_H
#define UNIT_NESTED_H

#include "unit.h"

#include <sys/socket.h>
#include <sys/uio.h>

#define BASE UNIT_FAR
enum {
	AT_MSG = 64,
	AT_IOV = 256,
	AT_NAME = 512,
	AT_CONTROL = 1024,
	AT_DATA = 2048,
	AT_MORE = 4096
};

/* A message in the cage: two entries, of 10 and 20 bytes. */
static inline struct msghdr *lay(encase_word base)
{
	struct msghdr *m = (struct msghdr *) (unit_room + AT_MSG);
	struct iovec *iov = (struct iovec *) (unit_room + AT_IOV);

	unit_paint();
	memset(m, 0, sizeof(*m));
	m->msg_name = (void *) (base + AT_NAME);
	m->msg_namelen = 16;
	m->msg_iov = (void *) (base + AT_IOV);
	m->msg_iovlen = 2;
	m->msg_control = (void *) (base + AT_CONTROL);
	m->msg_controllen = 24;
	iov[0] = (struct iovec){ (void *) (base + AT_DATA), 10 };
	iov[1] = (struct iovec){ (void *) (base + AT_MORE), 20 };
	return m;
}

#endif
