/* SPDX-License-Identifier: MIT */
/* Windows found and moved; see window.h. */
#include "window.h"

#include <errno.h>
#include <string.h>

#include "zydis.h"

bool enc_window_load(void)
{
	return enc_zydis_load();
}

/* An instruction with its operands. */
struct insn {
	ZydisDecodedInstruction is;
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
};

static bool decode(const unsigned char *code, size_t size, struct insn *insn)
{
	ZydisDecoder decoder;

	enc_zydis.ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
	return ZYAN_SUCCESS(
		enc_zydis.ZydisDecoderDecodeFull(&decoder, code, size, &insn->is, insn->operands));
}

/* -- What can be moved ------------------------------------------------------- */

static bool is_syscall(const struct insn *insn)
{
	return insn->is.mnemonic == ZYDIS_MNEMONIC_SYSCALL;
}

/* What follows it is other code's. */
static bool is_end(const struct insn *insn)
{
	return insn->is.meta.category == ZYDIS_CATEGORY_RET ||
	       insn->is.meta.category == ZYDIS_CATEGORY_UNCOND_BR;
}

static bool is_padding(const struct insn *insn)
{
	return insn->is.mnemonic == ZYDIS_MNEMONIC_NOP || insn->is.mnemonic == ZYDIS_MNEMONIC_INT3;
}

/* Jumps that reach no farther than 127 bytes, whatever they are told. */
static bool is_short_jump(const struct insn *insn)
{
	switch (insn->is.mnemonic) {
	case ZYDIS_MNEMONIC_JCXZ:
	case ZYDIS_MNEMONIC_JECXZ:
	case ZYDIS_MNEMONIC_JRCXZ:
	case ZYDIS_MNEMONIC_LOOP:
	case ZYDIS_MNEMONIC_LOOPE:
	case ZYDIS_MNEMONIC_LOOPNE:
	case ZYDIS_MNEMONIC_XBEGIN:
		return true;
	default:
		return false;
	}
}

/* A call would leave the stub's address on the stack, where an unwinder finds it. */
static bool can_move(const struct insn *insn)
{
	return insn->is.meta.category != ZYDIS_CATEGORY_CALL &&
	       insn->is.meta.category != ZYDIS_CATEGORY_INTERRUPT && !is_short_jump(insn);
}

/* -- Finding ----------------------------------------------------------------- */

/* The window that begins at from. */
static bool make(const unsigned char *code, size_t size, size_t from, size_t at,
		 struct enc_window *w)
{
	size_t end = from;
	bool ended = false;

	*w = (struct enc_window){ .before = (uint8_t) (at - from) };
	while (end < at + ENC_SYSCALL || end - from < ENC_JUMP) {
		struct insn insn;

		if (w->nstarts == ENC_WINDOW_STARTS || !decode(code + end, size - end, &insn))
			return false;
		if (ended && !is_padding(&insn))
			return false;
		if (end == at ? !is_syscall(&insn) : is_syscall(&insn) || !can_move(&insn))
			if (!ended)
				return false;
		if (end < at && (is_end(&insn) || end + insn.is.length > at))
			return false;
		ended |= is_end(&insn);
		w->starts[w->nstarts++] = (uint8_t) (end - from);
		end += insn.is.length;
	}
	w->length = (uint8_t) (end - from);
	return end - from <= ENC_WINDOW_MOST;
}

void enc_window_bits(const struct enc_window *w, uint32_t *mask, uint32_t *value)
{
	*mask = 0;
	for (unsigned i = 0; i < w->nstarts; i++)
		if (w->starts[i] && w->starts[i] < ENC_JUMP)
			*mask |= 0xffU << (w->starts[i] - 1) * 8;
	*value = *mask & (ENC_TRAP * 0x01010101U);
}

/* How little freedom it leaves: the topmost byte says how far away a stub must be. */
static unsigned cost(const struct enc_window *w)
{
	uint32_t mask, value;

	enc_window_bits(w, &mask, &value);
	return (unsigned) __builtin_popcount(mask) + (mask >> 24 ? 64 : 0);
}

bool enc_window_find(const unsigned char *code, size_t size, const struct enc_place *place,
		     struct enc_window *w)
{
	bool found = make(code, size, place->at, place->at, w);

	for (unsigned i = 0; i < ENC_EARLIER && place->back[i]; i++) {
		struct enc_window other;

		if (place->back[i] > place->at ||
		    !make(code, size, place->at - place->back[i], place->at, &other))
			break;
		if (!found || cost(&other) < cost(w))
			*w = other;
		found = true;
	}
	return found;
}

/* Those of the starts before this place, last first, that are near. */
static struct enc_place place_of(size_t at, const size_t *earlier, unsigned n)
{
	struct enc_place place = { .at = at };

	for (unsigned i = 0; i < n && at - earlier[i] < ENC_WINDOW_MOST; i++)
		place.back[i] = (uint8_t) (at - earlier[i]);
	return place;
}

static bool is_entry(const ZydisDecodedInstruction *insn)
{
	return insn->mnemonic == ZYDIS_MNEMONIC_SYSENTER ||
	       insn->meta.category == ZYDIS_CATEGORY_INTERRUPT;
}

int enc_window_look(const unsigned char *code, size_t size, size_t *from, size_t at,
		    struct enc_place *found)
{
	size_t earlier[ENC_EARLIER], next = *from;
	unsigned n = 0;
	ZydisDecodedInstruction insn;
	ZydisDecoder decoder;

	enc_zydis.ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
	for (; next <= at; next += insn.length) {
		if (ZYAN_FAILED(enc_zydis.ZydisDecoderDecodeInstruction(&decoder, NULL, code + next,
									size - next, &insn)))
			return -ENOTSUP;
		*from = n ? earlier[n - 1] : next;
		if (next == at)
			break;
		memmove(earlier + 1, earlier, sizeof(earlier) - sizeof(earlier[0]));
		earlier[0] = next;
		n += n < ENC_EARLIER;
	}
	if (next != at)
		return 0;
	*found = place_of(at, earlier, n);
	if (insn.mnemonic == ZYDIS_MNEMONIC_SYSCALL)
		return 1;
	return is_entry(&insn) ? -ENOTSUP : 0;
}

/* -- Moving ------------------------------------------------------------------ */

static bool reaches(uint64_t from, uint64_t to, int32_t *distance)
{
	int64_t d = (int64_t) (to - from);

	*distance = (int32_t) d;
	return d == *distance;
}

static void append(struct enc_moved *m, const void *bytes, size_t n)
{
	memcpy(m->code + m->length, bytes, n);
	m->length = (uint8_t) (m->length + n);
}

/* One whose meaning depends on where it stands, encoded anew. */
static bool encode(const struct insn *insn, uint64_t from, uint64_t to, struct enc_moved *m)
{
	ZydisEncoderRequest request;
	ZyanUSize room = ENC_MOVED_MOST - m->length;

	if (ZYAN_FAILED(enc_zydis.ZydisEncoderDecodedInstructionToEncoderRequest(
		    &insn->is, insn->operands, insn->is.operand_count_visible, &request)))
		return false;
	request.branch_type = ZYDIS_BRANCH_TYPE_NONE;
	request.branch_width = ZYDIS_BRANCH_WIDTH_NONE;
	for (unsigned i = 0; i < request.operand_count; i++) {
		ZyanU64 target;

		if (ZYAN_FAILED(enc_zydis.ZydisCalcAbsoluteAddress(&insn->is, &insn->operands[i],
								   from, &target)))
			continue;
		if (insn->operands[i].type == ZYDIS_OPERAND_TYPE_MEMORY)
			request.operands[i].mem.displacement = (ZyanI64) target;
		else
			request.operands[i].imm.u = target;
	}
	if (ZYAN_FAILED(enc_zydis.ZydisEncoderEncodeInstructionAbsolute(
		    &request, m->code + m->length, &room, to + m->length)))
		return false;
	m->length = (uint8_t) (m->length + room);
	return true;
}

/* lea back(%rip), %rcx; jmp *gate(%rip); syscall; back: */
static bool append_gate(struct enc_moved *m, uint64_t to, uint64_t gate)
{
	static const unsigned char lea[] = { 0x48, 0x8d, 0x0d, 0x08, 0, 0, 0 };
	static const unsigned char jmp[] = { 0xff, 0x25 };
	static const unsigned char syscall[] = { 0x0f, 0x05 };
	int32_t distance;

	append(m, lea, sizeof(lea));
	append(m, jmp, sizeof(jmp));
	if (!reaches(to + m->length + 4U, gate, &distance))
		return false;
	append(m, &distance, sizeof(distance));
	append(m, syscall, sizeof(syscall));
	m->back = m->length;
	return true;
}

static bool append_jump(struct enc_moved *m, uint64_t to, uint64_t where)
{
	static const unsigned char jmp[] = { 0xe9 };
	int32_t distance;

	append(m, jmp, sizeof(jmp));
	if (!reaches(to + m->length + 4U, where, &distance))
		return false;
	append(m, &distance, sizeof(distance));
	return true;
}

bool enc_window_move(const struct enc_window *w, const unsigned char *code, uint64_t from,
		     uint64_t to, uint64_t gate, struct enc_moved *m)
{
	bool ended = false;

	memset(m, 0, sizeof(*m));
	for (unsigned i = 0; i < w->nstarts; i++) {
		unsigned at = w->starts[i];
		struct insn insn;

		m->starts[i] = m->length;
		if (m->length + 32U > ENC_MOVED_MOST || !decode(code + at, w->length - at, &insn))
			return false;
		if (at == w->before) {
			if (!append_gate(m, to, gate))
				return false;
		} else if (insn.is.attributes & ZYDIS_ATTRIB_IS_RELATIVE) {
			if (!encode(&insn, from + at, to, m))
				return false;
		} else {
			append(m, code + at, insn.is.length);
		}
		ended |= is_end(&insn);
	}
	m->end = m->length;
	return ended || append_jump(m, to, from + w->length);
}
