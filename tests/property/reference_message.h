/* SPDX-License-Identifier: MIT */
/*
 * The reference router: messages, one (struct msghdr) or many (struct mmsghdr).
 *
 *   reference_message.c         how they come: section 3
 *   reference_message_flush.c   what goes up, and what may go down: 5.8, 4.5
 *
 * All of an argument's messages have one shadow: the structures, the entries of all, then
 * of each its control data, the name and what the entries name.  What the cage's own structure
 * and entries said is kept beside it: handlers may write to those that they see.
 */
#ifndef PROPERTY_REFERENCE_MESSAGE_H
#define PROPERTY_REFERENCE_MESSAGE_H

#include <sys/socket.h>

#include "reference_private.h"

#define REF_NAME_MOST 128 /* bytes of a name */

/* One of many is a struct mmsghdr: a message, and how many bytes it was. */
#define REF_MANY_SIZE   64
#define REF_MANY_LENGTH 56

struct ref_message {
	struct msghdr own; /* with the lengths that count, as the handler sees them */
	struct ref_range *range;
	size_t shown; /* where the structure is in the shadow */
	size_t entries, control, name, data;
};

static inline bool ref_is_many(const struct encase_desc *shape, unsigned i)
{
	return ref_deep(shape, i) == ENCASE_MESSAGES;
}

static inline size_t ref_message_unit(const struct encase_desc *shape, unsigned i)
{
	return ref_is_many(shape, i) ? REF_MANY_SIZE : sizeof(struct msghdr);
}

/* Does the call fill messages in, or does it send them? */
static inline bool ref_message_receives(const struct encase_desc *shape, unsigned i)
{
	return shape->arg[i].kind & (ref_is_many(shape, i) ? ENCASE_FILLED : ENCASE_OUT);
}

static inline size_t ref_message_control_length(const struct ref_message *m)
{
	return m->own.msg_control ? m->own.msg_controllen : 0;
}

static inline size_t ref_message_name_length(const struct ref_message *m)
{
	return m->own.msg_name ? m->own.msg_namelen : 0;
}

#endif
