/* SPDX-License-Identifier: MIT */
/*
 * Zydis, the disassembler, loaded when it is needed first: most programs end before that, and a program
 * that is linked with the archive needs none.
 */
#ifndef ENC_ZYDIS_H
#define ENC_ZYDIS_H

#include <Zydis/Zydis.h>
#include <stdbool.h>

#define ENC_ZYDIS_FUNCTIONS(F)                            \
	F(ZydisDecoderInit)                               \
	F(ZydisDecoderDecodeFull)                         \
	F(ZydisDecoderDecodeInstruction)                  \
	F(ZydisCalcAbsoluteAddress)                       \
	F(ZydisEncoderDecodedInstructionToEncoderRequest) \
	F(ZydisEncoderEncodeInstructionAbsolute)

struct enc_zydis {
#define ENC_ZYDIS_MEMBER(name) __typeof__(name) *name;
	ENC_ZYDIS_FUNCTIONS(ENC_ZYDIS_MEMBER)
};
extern struct enc_zydis enc_zydis;

/* Before any of them; false: it is not to be had.  One thread at a time. */
bool enc_zydis_load(void);

#endif
