/* SPDX-License-Identifier: MIT */
/*
 * Inside a handler: looking at a call, and handing it on.
 *
 * A natural handler has the call's own prototype and speaks libc: it returns
 * the failure value and sets errno.  A raw handler gets the call itself and
 * speaks kernel: it returns a word, and -4095..-1 is -errno.  Both run on the
 * thread that made the call, and a call and what it points to live until the
 * handler returns.  errno starts at 0 and matters only when a handler fails.
 *
 * A handler hands its call on with P_next_c().  What its policy passes by it gets
 * as null and gives as null, and the layer below gets what arrived:
 *
 *     static ssize_t on_write(int fd, const void *buf, size_t count)
 *     {
 *             return encase_next_write(fd, buf, count);
 *     }
 *
 * It may do so never, once or often, and may make other calls of the cage's.
 * ENCASE_NULL in place of a pointer sends a null where null means "as it arrived".
 *
 * A handler that is left by longjmp(), by its thread's end or by an exception has ended
 * its call without a result; who catches it in a handler above may return, and not
 * forward any more; see docs/forwarding.md, 9.  EIO from a layer above which all
 * is well means that the layer's result was refused: more bytes than asked for, a
 * negative number that is no errno, or failure with no errno; see docs/forwarding.md, 5.
 */
#ifndef ENCASE_CALL_H
#define ENCASE_CALL_H

#include "desc.h"

#ifdef __cplusplus
extern "C" {
#endif

struct encase_cage;
struct encase_call; /* one call on its way down, as it arrived at one layer */

/* A null that is meant, in any forward; no process has this address, and no layer sees it. */
#define ENCASE_NULL ((void *) -4096L)

/* A handler for calls of any prototype. */
typedef long encase_raw_fn(struct encase_call *call);

/*
 * The state of the running handler's layer, as its start() made it; in a C function at the bottom,
 * or another lower layer, what the cage's setup says (struct encase_setup.self). Null outside of these,
 * and in one to which a longjmp() has come back out of a call that it had made.
 */
ENCASE_API void *encase_self(void);
/* The cage that made the call; null likewise. */
ENCASE_API struct encase_cage *encase_caller(void);

/*
 * What P_next_c() is made of: hands call desc to the layer below, with one word
 * per argument; they are overwritten.  Returns the result, of which the low bits that
 * the call's C type has count; on failure that is its failure value, and errno is set.  Fails with
 *   EPERM   outside a handler
 *   EINVAL  an argument that is passed without ENCASE_REPLACE, or nullified, was
 *           given a pointer; or a length exceeds the bound of its pointer
 *   ENOSYS  the cage does not speak the call's interface
 * and with whatever the layers below answer.
 */
ENCASE_API encase_word encase_next(const struct encase_desc *desc, encase_word *words);

/* -- Raw handlers and lower layers ---------------------------------------- */

/* What is known of the call for good; null: nothing, its number is in no table. */
ENCASE_API const struct encase_desc *encase_call_desc(const struct encase_call *call);
/* The number by which gates know it. */
ENCASE_API long encase_call_number(const struct encase_call *call);
/*
 * The descriptor for what this very call's arguments are, where these vary (ENCASE_VARIES);
 * else the same, and for an unknown number one with six numbers as arguments, which has no
 * encase_text().  Never null.  Lives until the handler returns; to be looked at, not to be
 * compared with others: encase_call_desc() is for that.
 */
ENCASE_API const struct encase_desc *encase_call_shape(const struct encase_call *call);
/*
 * Argument i (0..nargs-1) as a pointer that may be followed: the layer's copy of
 * a copied argument; null for a passed one, a scalar, or a null pointer.
 */
ENCASE_API void *encase_arg(const struct encase_call *call, unsigned i);
/* Argument i as a number, widened from its type's bits: to compare and print, never to follow. */
ENCASE_API encase_word encase_arg_word(const struct encase_call *call, unsigned i);
/*
 * A copy of pointer argument i in the layer's memory, fetched when first asked for, also
 * where the policy passes it by; from then on that copy is what is forwarded, and what
 * the call writes to it goes to the cage when the handler has returned.  Ask before the
 * first forward.  Stores where it is in *data and its length in bytes, of a string
 * without its NUL, in *len (either may be null).  Returns 0; for a null that is valid
 * *data is null and *len 0.  -EINVAL: i is not a pointer argument; -EFAULT,
 * -ENAMETOOLONG, -EINVAL, -ENOMEM, -E2BIG, -EMSGSIZE, -ENOBUFS: it cannot be fetched;
 * -ENOSYS: nobody has described it, and the memory is not the host's.
 */
ENCASE_API int encase_arg_data(struct encase_call *call, unsigned i, void **data, size_t *len);
/*
 * Changes what later forwards of this call send for argument i: a scalar's value,
 * of which the bits of its type count, or a pointer of the layer's own, which vouches
 * for its size; 0 for a passed argument is again "as it arrived", ENCASE_NULL a null.
 * An argument that is not there counts if what else was set makes it be there.
 * What encase_arg() and its kin tell stays what it was.  Returns 0; -EINVAL: no
 * such argument, or a pointer for one that is passed without ENCASE_REPLACE, or
 * nullified; -EPERM to a lower layer.
 */
ENCASE_API int encase_set_arg(struct encase_call *call, unsigned i, encase_word word);
/*
 * Hands the call to the layer below as it arrived, copies in place of what was
 * copied and with what encase_set_arg() changed, and returns what came back.  As often
 * as one likes.  -EINVAL: after a change a length exceeds the bound of its pointer.
 * -EPERM to a lower layer.
 */
ENCASE_API long encase_forward(struct encase_call *call);
/*
 * Ends a call with an errno (1..4095; others are EIO): return encase_fail(call, EACCES).  Only
 * calls whose results overlap with errors (ENCASE_OVERLAPS) need it; for others
 * -EACCES says the same.
 */
ENCASE_API long encase_fail(struct encase_call *call, int error);
/* The errno with which the last encase_forward() of this call failed, or of encase_fail(); 0: none. */
ENCASE_API int encase_failed(const struct encase_call *call);

/*
 * For lower layers: brings every pointer argument of the call within reach, so
 * that encase_arg() gives what may be handed to a C function or to the kernel.
 * Memory that can be addressed from here is used in place.  Returns 0 or
 * -EFAULT, -ENAMETOOLONG, -EINVAL, -ENOMEM, -E2BIG, -EMSGSIZE, -ENOBUFS, -ENOSYS as
 * docs/forwarding.md says; -EPERM to a layer.  Before it, and if it fails, encase_arg() is null for what is out of reach.
 */
ENCASE_API int encase_reach(struct encase_call *call);

#ifdef __cplusplus
}
#endif
#endif
