/* SPDX-License-Identifier: MIT */
/* Many messages in a cage, as tests of them lay them out. */
#ifndef MESSAGES_TEST_H
#define MESSAGES_TEST_H

#include "unit.h"

#include <sys/socket.h>
#include <sys/uio.h>

#define BASE UNIT_FAR
#define ALL  3
/* Where they stand, then what each has: entries, name, control data, and two runs of bytes. */
enum { AT_MMSG = 64, AT_EACH = 1024, EACH = 512, IOV = 0, NAME = 64, CONTROL = 128, DATA = 256 };
enum { MORE = 320, AT_HEAD = 4096 };

static inline size_t at_of(size_t k)
{
	return AT_EACH + k * EACH;
}

static inline struct mmsghdr *lay(encase_word base)
{
	struct mmsghdr *m = (struct mmsghdr *) (unit_room + AT_MMSG);

	unit_paint();
	memset(m, 0, ALL * sizeof(*m));
	for (size_t k = 0; k < ALL; k++) {
		struct iovec *iov = (struct iovec *) (unit_room + at_of(k) + IOV);

		m[k].msg_hdr = (struct msghdr){
			.msg_name = (void *) (base + at_of(k) + NAME),
			.msg_namelen = (socklen_t) (7 + k),
			.msg_iov = (void *) (base + at_of(k) + IOV),
			.msg_iovlen = k + 1,
			.msg_control = (void *) (base + at_of(k) + CONTROL),
			.msg_controllen = 21 + k,
		};
		m[k].msg_len = (unsigned) (70 + k);
		for (size_t i = 0; i <= k; i++)
			iov[i] = (struct iovec){ (void *) (base + at_of(k) + DATA + i * 20),
						 11 + i };
	}
	return m;
}

#endif
