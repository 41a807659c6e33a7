/* SPDX-License-Identifier: MIT */
/*
 * The reference router: what a descriptor says of an argument, and a cage's bytes.
 */
#include "hits.h"
#include "reference_private.h"

bool ref_is_pointer(const struct encase_desc *desc, unsigned i)
{
	return i < desc->nargs && ref_kind(desc, i) >= ENCASE_VARIES;
}

unsigned ref_kind(const struct encase_desc *desc, unsigned i)
{
	return desc->arg[i].kind & ENCASE_KIND;
}

int ref_deep(const struct encase_desc *desc, unsigned i)
{
	return ref_kind(desc, i) == ENCASE_DEEP ? desc->arg[i].size & 0xff : -1;
}

uint64_t ref_count(const struct encase_desc *desc, unsigned i, encase_word word)
{
	uint64_t value = encase_widen(desc->arg[i].type, word);

	switch (desc->arg[i].type) {
	case ENCASE_S8:
	case ENCASE_S16:
	case ENCASE_S32:
	case ENCASE_S64:
		if ((int64_t) value < 0) {
			hit(HIT_NEGATIVE_COUNT);
			return 0;
		}
		return value;
	default:
		return value;
	}
}

static bool overlap(uint64_t at, uint64_t n, uint64_t from, uint64_t size)
{
	return n && size && at < from + size && from < at + n;
}

bool ref_refused(const struct ref_memory *memory, encase_word at, uint64_t n)
{
	uint64_t offset = at - memory->base;

	if (memory->host)
		return false;
	if (at < memory->base || offset > memory->size || n > memory->size - offset)
		return true;
	return overlap(offset, n, memory->hole, memory->hole_size);
}

bool ref_refused_to_write(const struct ref_memory *memory, encase_word at, uint64_t n)
{
	return ref_refused(memory, at, n) ||
	       (!memory->host && overlap(at - memory->base, n, memory->stone, memory->stone_size));
}

bool ref_bad_address(const struct ref_call *call, unsigned i)
{
	return call->arrived[i].home == REF_CAGE &&
	       ref_refused(&call->cage->memory, call->arrived[i].word, 1);
}

unsigned char *ref_bytes_at(const struct ref_memory *memory, encase_word at)
{
	/* As a number: of no bytes the place may be anywhere. */
	return (unsigned char *) ((uintptr_t) memory->bytes + (at - memory->base));
}
