/* SPDX-License-Identifier: MIT */
/*
 * Lower layer "kernel": makes the system call.
 *
 * A memory that is not the host's belongs to somebody who is not this thread:
 * calls about the thread or the address space would be made for the wrong one.
 * Of calls whose arguments a command explains those commands are made that are known,
 * and are about neither.
 */
#include "arch.h"
#include "desc.h"
#include "enc.h"
#include "memory.h"

/* Whether a call may be made for a cage with this memory. */
static bool may_make(const struct encase_call *call, const struct encase_memory *memory)
{
	const struct encase_desc *desc = enc_desc(call);
	const struct encase_command *command;
	unsigned class_;

	if (enc_memory_is_own(memory))
		return true;
	class_ = encase_text(desc)->class_;
	if (class_ == ENCASE_COMMAND) {
		command = encase_command(desc, call->words);
		if (command)
			class_ = command->class_;
	}
	return class_ == ENCASE_ORDINARY || class_ == ENCASE_OWN;
}

/* The call's number, plus one since a null would say that it is not Linux's. */
static const void *kernel_bind(void *below, const struct encase_desc *desc)
{
	(void) below;
	if (desc->interface != &encase_calls)
		return NULL;
	return (const void *) (uintptr_t) (encase_text(desc)->number + 1);
}

/* Nothing is known of its words: they must mean here what they mean to the cage. */
static long call_unknown(struct encase_call *call)
{
	if (enc_desc(call)->interface != &encase_calls ||
	    !enc_memory_is_own(call->flight->stack->home.memory))
		return encase_fail(call, ENOSYS);
	return enc_arch_syscall(encase_call_number(call), call->words);
}

static long kernel_call(void *below, const void *bound, struct encase_call *call)
{
	const struct encase_desc *desc = enc_desc(call);
	uint64_t words[6] = { 0 };
	int err;

	(void) below;
	if (enc_is_unknown(desc))
		return call_unknown(call);
	if (!bound || !may_make(call, call->flight->stack->home.memory))
		return encase_fail(call, ENOSYS);
	err = encase_reach(call);
	if (err)
		return encase_fail(call, -err);
	for (unsigned i = 0; i < desc->nargs; i++)
		words[i] = call->words[i];
	return enc_arch_syscall((long) (uintptr_t) bound - 1, words);
}

const struct encase_lower encase_lower_kernel = {
	.name = "kernel",
	.bind = kernel_bind,
	.call = kernel_call,
};
