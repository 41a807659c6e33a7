/* SPDX-License-Identifier: MIT */
/*
 * Shapes of calls of which more than one argument varies: keyctl(), sysfs(), mq_open().
 * Sources: keyctl(2), security/keys/keyctl.c, sysfs(2), mq_open(3).
 */
#include <fcntl.h>
#include <linux/keyctl.h>

#include "shapes.h"

/* A key's bytes: to the kernel, or from it. */
static void key_in(struct encase_desc *shape, unsigned i)
{
	encase_shape_buffer(shape, i, IN | NULLS, 1, i + 1);
}

/* As many bytes are there as the result says, but where there is no room for all, none is written. */
static void key_out(struct encase_desc *shape, unsigned i)
{
	encase_shape_buffer(shape, i, INOUT | NULLS, 1, i + 1);
}

static void string(struct encase_desc *shape, unsigned i)
{
	encase_shape_string(shape, i, ENCASE_STR | NULLS, 4096);
}

void enc_shape_keyctl(struct encase_desc *shape, const encase_word *words)
{
	switch ((unsigned) words[0]) {
	case KEYCTL_JOIN_SESSION_KEYRING:
		string(shape, 1);
		break;
	case KEYCTL_UPDATE:
	case KEYCTL_INSTANTIATE:
		key_in(shape, 2);
		break;
	case KEYCTL_DESCRIBE:
	case KEYCTL_READ:
	case KEYCTL_GET_SECURITY:
		key_out(shape, 2);
		break;
	case KEYCTL_CAPABILITIES:
		key_out(shape, 1);
		break;
	case KEYCTL_SEARCH:
	case KEYCTL_RESTRICT_KEYRING:
		string(shape, 2);
		string(shape, 3);
		break;
	case KEYCTL_INSTANTIATE_IOV:
		encase_shape_opaque(shape, 2);
		break;
	case KEYCTL_DH_COMPUTE:
	case KEYCTL_PKEY_QUERY:
	case KEYCTL_PKEY_ENCRYPT:
	case KEYCTL_PKEY_DECRYPT:
	case KEYCTL_PKEY_SIGN:
	case KEYCTL_PKEY_VERIFY:
		for (unsigned i = 1; i < 5; i++)
			encase_shape_opaque(shape, i);
		break;
	}
}

/* The name that option 2 writes has no bound. */
void enc_shape_sysfs(struct encase_desc *shape, const encase_word *words)
{
	if ((unsigned) words[0] == 1) {
		encase_shape_string(shape, 1, ENCASE_STR, 4096);
		shape->nargs = 2;
	} else if ((unsigned) words[0] == 2) {
		encase_shape_opaque(shape, 2);
	} else if ((unsigned) words[0] == 3) {
		shape->nargs = 1;
	}
}

void enc_shape_mq_open(struct encase_desc *shape, const encase_word *words)
{
	if (!(words[1] & O_CREAT))
		shape->nargs = 2;
}
