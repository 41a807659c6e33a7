/* SPDX-License-Identifier: MIT */
/*
 * What encase/static.h makes its functions of: a layer's state, the frame of a running
 * handler, the search for a rule, which the compiler does, and the functions of the
 * library's for what has to be decided while a call runs.  Nobody includes this by hand.
 */
#ifndef ENCASE_STATIC_INSIDE_H
#define ENCASE_STATIC_INSIDE_H

#include <errno.h>

#include "cage.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A layer of such a stack, as start_P() makes it; zero before and afterwards. */
struct encase_static {
	void *state;              /* encase_self() */
	struct encase_cage *cage; /* encase_caller() */
	void *inside;             /* the library's */
};

/* A call that is not all passed by, at one layer. */
struct encase_static_call {
	const encase_word *words; /* what arrived, with copies in place of what is copied */
	unsigned hidden;          /* bit i: the handler gets null */
	encase_word result;       /* of a call that has ended */
	encase_word inside[64];   /* the library's */
};

/* What becomes of a call at a layer. */
enum encase_static_way {
	ENCASE_STATIC_HANDLER, /* its handler is to be called, then encase_static_leave() */
	ENCASE_STATIC_BELOW,   /* it goes down with these words: no verdict decided */
	ENCASE_STATIC_ENDED,   /* it has its result; errno is set if it has failed */
};

/*
 * Starts a layer for the calls of a cage, whose own stack it is not put on: the cage is
 * who has made the calls (encase_caller()), its traffic counts what is copied, and it is to be freed after
 * encase_static_stop().  -EINVAL: a null, a memory that is not the host's, what encase_push() refuses of a
 * layer's rules, or a start() that returned a positive number; -EEXIST: two rules, as for
 * encase_push(); -EBUSY: it has started; -ENOMEM; or what start() said.
 */
ENCASE_API int encase_static_start(struct encase_static *layer, struct encase_cage *cage,
				   const struct encase_layer *rules, const char *options);
/* Ends it, by its end() and stop(), while no call is in it; fine for one that has not started. */
ENCASE_API void encase_static_stop(struct encase_static *layer);
/*
 * A call arrives at a layer: its shape, verdicts, copies.  theirs has a bit for each pointer that is
 * the cage's own; at is an address above *call on the stack.  Of a layer that has not started
 * all such calls fail with ESRCH.
 */
ENCASE_API enum encase_static_way encase_static_enter(struct encase_static_call *call,
						      const struct encase_static *layer,
						      const struct encase_desc *desc,
						      const encase_word *words, unsigned theirs,
						      const void *at);
/*
 * A forward by its handler: words become what goes down, and *theirs which of them are the cage's
 * own.  A null call: the handler runs outside of such a call, and forwards another.  0, or -EINVAL
 * as of encase_next().
 */
ENCASE_API int encase_static_next(struct encase_static_call *call, const struct encase_desc *desc,
				  encase_word *words, unsigned *theirs);
/* The handler has returned this: checks it, writes back what is to be.  The result; errno is set if it is a failure. */
ENCASE_API encase_word encase_static_leave(struct encase_static_call *call, encase_word result);

#ifdef __cplusplus
}
#endif

#define ENC_STATIC_INLINE static inline __attribute__((always_inline, unused))

/* Pointers' homes: all are the cage's. */
#define ENC_STATIC_THEIRS 0xffU

/* The handler that runs on this thread.  No int in it: what is behind an int * leaves it as it is. */
struct enc_static_frame {
	encase_word
		call; /* 1 + the place in its table of a call all of whose pointers are passed; or 0 */
	encase_word theirs;             /* bit i: pointer i is the cage's */
	struct encase_static_call *odd; /* of a call that is not such a one */
	/* Of such a one: pointers as they arrived, and their lengths. */
	encase_word words[ENCASE_MAX_ARGS], lengths[ENCASE_MAX_ARGS];
};

/* -- Rules, looked through by the compiler --------------------------------- */

#define ENC_STATIC_RULES 32
/* Never linked: the compiler tells of them where they are called. */
extern void enc_static_many(void)
	__attribute__((error("encase/static.h: a layer's rules are constant, and 32 at most")));
extern void enc_static_behind(void) __attribute__((error(
	"encase/static.h: a rule stands behind its call's handler, or rules are not constant")));

/* In struct encase_rule.call: a verdict for many calls. */
#define ENC_STATIC_MANY UINT16_MAX
/* Behind a layer's rules there are as many ends as are looked at. */
#define ENC_STATIC_END          \
	{                       \
		.handler = NULL \
	}
#define ENC_STATIC_ENDS_4 ENC_STATIC_END, ENC_STATIC_END, ENC_STATIC_END, ENC_STATIC_END
#define ENC_STATIC_ENDS_16 \
	ENC_STATIC_ENDS_4, ENC_STATIC_ENDS_4, ENC_STATIC_ENDS_4, ENC_STATIC_ENDS_4

#define ENC_STATIC_VERDICT 0x100
/*
 * What a layer has for a call: 1 + the place of the rule with its handler, and ENC_STATIC_VERDICT if a
 * verdict may decide; 0: nothing.  Not a loop, since the compiler is to have done with it before it inlines,
 * and in few words: that is done for each call of the table.
 */
ENC_STATIC_INLINE unsigned enc_static_find(const struct encase_rule *rules, unsigned call,
					   uint64_t groups)
{
	unsigned found = 0, many = 0;

#define ENC_STATIC_LOOK(i)                                                \
	if (rules[i].call == call) {                                      \
		if (found % ENC_STATIC_VERDICT)                           \
			enc_static_behind();                              \
		found |= rules[i].handler ? (i) + 1 : ENC_STATIC_VERDICT; \
	}                                                                 \
	if (rules[i].call == ENC_STATIC_MANY)                             \
		many |= !rules[i].interface || groups >> rules[i].group & 1;
#define ENC_STATIC_LOOK_4(i) \
	ENC_STATIC_LOOK(i) ENC_STATIC_LOOK(i + 1) ENC_STATIC_LOOK(i + 2) ENC_STATIC_LOOK(i + 3)
	ENC_STATIC_LOOK_4(0)
	ENC_STATIC_LOOK_4(4)
	ENC_STATIC_LOOK_4(8)
	ENC_STATIC_LOOK_4(12)
	ENC_STATIC_LOOK_4(16)
	ENC_STATIC_LOOK_4(20)
	ENC_STATIC_LOOK_4(24)
	ENC_STATIC_LOOK_4(28)
#undef ENC_STATIC_LOOK_4
#undef ENC_STATIC_LOOK
	if (!encase_is_end(&rules[ENC_STATIC_RULES]))
		enc_static_many();
	return found ? found : many ? ENC_STATIC_VERDICT : 0;
}

/* Whether a policy passes argument i by, and nothing else. */
ENC_STATIC_INLINE int enc_static_passes(const uint8_t *policy, unsigned i, unsigned nargs)
{
	return (policy[i] ? policy[i] : policy[nargs]) == ENCASE_PASS;
}

/* The same for all pointers in mask. */
ENC_STATIC_INLINE int enc_static_passes_all(const uint8_t *policy, unsigned mask, unsigned nargs)
{
#define ENC_STATIC_PASS(i) (!(mask >> i & 1) || enc_static_passes(policy, i, nargs))
	return ENC_STATIC_PASS(0) && ENC_STATIC_PASS(1) && ENC_STATIC_PASS(2) &&
	       ENC_STATIC_PASS(3) && ENC_STATIC_PASS(4) && ENC_STATIC_PASS(5) &&
	       ENC_STATIC_PASS(6) && ENC_STATIC_PASS(7);
#undef ENC_STATIC_PASS
}

/* -- Words and results ----------------------------------------------------- */

ENC_STATIC_INLINE int enc_static_is_negative(unsigned type, encase_word word)
{
	return (type == ENCASE_S64 || type == ENCASE_S32 || type == ENCASE_S16 ||
		type == ENCASE_S8) &&
	       (int64_t) word < 0;
}

/* A widened word as a count: negative is 0. */
ENC_STATIC_INLINE encase_word enc_static_count(unsigned type, encase_word word)
{
	return enc_static_is_negative(type, word) ? 0 : word;
}

/*
 * Whether a handler's result is one that its call can have: 0, or the errno of the failure that
 * it is, or is taken for.  See docs/forwarding.md, 5.2 and 5.7.
 */
ENC_STATIC_INLINE int enc_static_error(unsigned type, encase_word word, encase_word fail,
				       int limited, encase_word limit, int error)
{
	if (word == fail)
		return error > 0 && error <= 4095 ? error : EIO;
	if (word > (encase_word) -4096)
		return EIO;
	if ((limited || type == ENCASE_S32) && enc_static_is_negative(type, word))
		return EIO;
	return limited && word > limit ? EIO : 0;
}

/* A failed call's errno. */
static __attribute__((noinline, cold, unused)) void enc_static_fail(int error)
{
	errno = error;
}

#if defined(__x86_64__)
/* syscall(2), "Architecture calling conventions". */
ENC_STATIC_INLINE long enc_static_syscall(long number, const encase_word *w, unsigned n)
{
	register encase_word r10 __asm__("r10") = n > 3 ? w[3] : 0;
	register encase_word r8 __asm__("r8") = n > 4 ? w[4] : 0;
	register encase_word r9 __asm__("r9") = n > 5 ? w[5] : 0;
	long result;

#define ENC_STATIC_SYSCALL(...)                                   \
	__asm__ volatile("syscall"                                \
			 : "=a"(result)                           \
			 : "a"(number) __VA_OPT__(, ) __VA_ARGS__ \
			 : "rcx", "r11", "memory")
	if (n == 0)
		ENC_STATIC_SYSCALL();
	else if (n == 1)
		ENC_STATIC_SYSCALL("D"(w[0]));
	else if (n == 2)
		ENC_STATIC_SYSCALL("D"(w[0]), "S"(w[1]));
	else if (n == 3)
		ENC_STATIC_SYSCALL("D"(w[0]), "S"(w[1]), "d"(w[2]));
	else if (n == 4)
		ENC_STATIC_SYSCALL("D"(w[0]), "S"(w[1]), "d"(w[2]), "r"(r10));
	else if (n == 5)
		ENC_STATIC_SYSCALL("D"(w[0]), "S"(w[1]), "d"(w[2]), "r"(r10), "r"(r8));
	else
		ENC_STATIC_SYSCALL("D"(w[0]), "S"(w[1]), "d"(w[2]), "r"(r10), "r"(r8), "r"(r9));
#undef ENC_STATIC_SYSCALL
	return result;
}
#endif

#endif
