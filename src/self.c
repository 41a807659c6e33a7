/* SPDX-License-Identifier: MIT */
/* Fetching what tells itself how far it reaches; see self.h. */
#include "self.h"

#include <string.h>

#include "extent.h"
#include "fetch.h"
#include "memory.h"
#include "traffic.h"

/* First the bytes that every such thing has, then the rest. */
int enc_self_fetch(struct encase_call *call, unsigned i)
{
	const struct encase_arg *arg = &enc_desc(call)->arg[i];
	struct enc_home home = call->flight->stack->home;
	char head[ENC_SELF_MOST];
	size_t least = ENC_SELF_LEAST(arg), n;
	struct enc_shadow *s;

	if (enc_is_opaque(arg))
		return enc_memory_is_own(home.memory) ? 0 : -ENOSYS;
	if (enc_memory_read(home, call->words[i], head, least))
		return -EFAULT;
	n = enc_extent_self(arg, head);
	s = enc_fetch_shadow(call, i, n);
	if (!s)
		return -ENOMEM;
	memcpy(s->data, head, least);
	if ((n > least && s->home + least < least) || /* the rest would begin at 0 */
	    enc_memory_read(home, s->home + least, s->data + least, n - least))
		return -EFAULT;
	enc_traffic_add(call->flight->stack->meter, n, 0);
	enc_fetch_settle(call, i, s->data);
	return 0;
}
