/* SPDX-License-Identifier: MIT */
/*
 * What the type words of a record table become; see encase/record.h.  For a word t:
 *
 *   C_t     its C type                       I_t     its bytes in a record
 *   PUT_t(w, at, &v)   puts a value into words that were 0, from byte at on
 *   GET_t(&v, w, at)   takes it from there; 0 where that is a value
 *   FI_t, FPUT_t, FGET_t   the same for the registers of a FAST call
 */
/* clang-format off */
#ifndef ENCASE_RECORD_WORDS_H
#define ENCASE_RECORD_WORDS_H

#include "record.h"

#define ENC_REC_WORD           ENC_CAT3(uint, ENCASE_WORD, _t)
#define ENC_REC_WORD_SIZE      (ENCASE_WORD / 8)
#define ENC_REC_WORD_IMAGE     struct ENC_CAT(enc_image_, ENCASE_WORD)
#define ENC_REC_PUT_BYTES      ENC_CAT(ENCASE_PREFIX, _put_bytes_)
#define ENC_REC_GET_BYTES      ENC_CAT(ENCASE_PREFIX, _get_bytes_)

#define ENC_REC_C_u8           uint8_t
#define ENC_REC_C_u16          uint16_t
#define ENC_REC_C_u32          uint32_t
#define ENC_REC_C_u64          uint64_t
#define ENC_REC_C_s8           int8_t
#define ENC_REC_C_s16          int16_t
#define ENC_REC_C_s32          int32_t
#define ENC_REC_C_s64          int64_t
#define ENC_REC_C_bool         _Bool
#define ENC_REC_C__Bool        _Bool /* of <stdbool.h>'s users */
#define ENC_REC_C_handle(n)    struct ENC_NAME(_, n)
#define ENC_REC_C_enum(n)      enum ENC_NAME(_, n)
#define ENC_REC_C_record(n)    struct ENC_NAME(_, n)
#define ENC_REC_C_union(n)     struct ENC_NAME(_, n)
#define ENC_REC_C_option(n)    struct ENC_NAME(_, n)
#define ENC_REC_C_slice(t)     struct ENC_CAT(ENCASE_PREFIX, _slice)
#define ENC_REC_C_in           ENC_REC_C_slice
#define ENC_REC_C_filled       ENC_REC_C_slice
#define ENC_REC_C_out          ENC_REC_C_slice
#define ENC_REC_C_inout        ENC_REC_C_slice
#define ENC_REC_C_option_in(t) struct ENC_CAT(ENCASE_PREFIX, _option_slice)
#define ENC_REC_C_option_out   ENC_REC_C_option_in
#define ENC_REC_C_option_inout ENC_REC_C_option_in

/* Elements of slices: the caller's memory has them as C has them. */
#define ENC_REC_E_u8           uint8_t
#define ENC_REC_E_u16          uint16_t
#define ENC_REC_E_u32          uint32_t
#define ENC_REC_E_u64          uint64_t
#define ENC_REC_E_s8           int8_t
#define ENC_REC_E_s16          int16_t
#define ENC_REC_E_s32          int32_t
#define ENC_REC_E_s64          int64_t
#define ENC_REC_E_handle(n)    struct ENC_NAME(_, n)

#define ENC_REC_I_u8           struct enc_image_8
#define ENC_REC_I_u16          struct enc_image_16
#define ENC_REC_I_u32          struct enc_image_32
#define ENC_REC_I_u64          struct enc_image_64
#define ENC_REC_I_s8           struct enc_image_8
#define ENC_REC_I_s16          struct enc_image_16
#define ENC_REC_I_s32          struct enc_image_32
#define ENC_REC_I_s64          struct enc_image_64
#define ENC_REC_I_bool         struct enc_image_8
#define ENC_REC_I__Bool        struct enc_image_8
#define ENC_REC_I_handle(n)    struct ENC_NAME(_, n##_image)
#define ENC_REC_I_enum         ENC_REC_I_handle
#define ENC_REC_I_record       ENC_REC_I_handle
#define ENC_REC_I_union        ENC_REC_I_handle
#define ENC_REC_I_option       ENC_REC_I_handle
#define ENC_REC_I_slice(t)     struct ENC_CAT(ENCASE_PREFIX, _slice_image)
#define ENC_REC_I_in           ENC_REC_I_slice
#define ENC_REC_I_filled       ENC_REC_I_slice
#define ENC_REC_I_out          ENC_REC_I_slice
#define ENC_REC_I_inout        ENC_REC_I_slice
#define ENC_REC_I_option_in(t) struct ENC_CAT(ENCASE_PREFIX, _option_slice_image)
#define ENC_REC_I_option_out   ENC_REC_I_option_in
#define ENC_REC_I_option_inout ENC_REC_I_option_in

#define ENC_REC_PUT_u8(w, at, v) ENC_REC_PUT_BYTES(w, at, *(v), 1)
#define ENC_REC_PUT_u16(w, at, v) ENC_REC_PUT_BYTES(w, at, *(v), 2)
#define ENC_REC_PUT_u32(w, at, v) ENC_REC_PUT_BYTES(w, at, *(v), 4)
#define ENC_REC_PUT_u64(w, at, v) ENC_REC_PUT_BYTES(w, at, *(v), 8)
#define ENC_REC_PUT_s8(w, at, v) ENC_REC_PUT_BYTES(w, at, (uint8_t) *(v), 1)
#define ENC_REC_PUT_s16(w, at, v) ENC_REC_PUT_BYTES(w, at, (uint16_t) *(v), 2)
#define ENC_REC_PUT_s32(w, at, v) ENC_REC_PUT_BYTES(w, at, (uint32_t) *(v), 4)
#define ENC_REC_PUT_s64(w, at, v) ENC_REC_PUT_BYTES(w, at, (uint64_t) *(v), 8)
#define ENC_REC_PUT_bool(w, at, v) ENC_REC_PUT_BYTES(w, at, *(v), 1)
#define ENC_REC_PUT__Bool      ENC_REC_PUT_bool
#define ENC_REC_PUT_handle(n)  ENC_NAME(_put_, n)
#define ENC_REC_PUT_enum       ENC_REC_PUT_handle
#define ENC_REC_PUT_record     ENC_REC_PUT_handle
#define ENC_REC_PUT_union      ENC_REC_PUT_handle
#define ENC_REC_PUT_option     ENC_REC_PUT_handle
#define ENC_REC_PUT_slice(t)   ENC_CAT(ENCASE_PREFIX, _put_slice_)

#define ENC_REC_GET_u8(v, w, at) (*(v) = (uint8_t) ENC_REC_GET_BYTES(w, at, 1), 0)
#define ENC_REC_GET_u16(v, w, at) (*(v) = (uint16_t) ENC_REC_GET_BYTES(w, at, 2), 0)
#define ENC_REC_GET_u32(v, w, at) (*(v) = (uint32_t) ENC_REC_GET_BYTES(w, at, 4), 0)
#define ENC_REC_GET_u64(v, w, at) (*(v) = (uint64_t) ENC_REC_GET_BYTES(w, at, 8), 0)
#define ENC_REC_GET_s8(v, w, at) (*(v) = (int8_t) ENC_REC_GET_BYTES(w, at, 1), 0)
#define ENC_REC_GET_s16(v, w, at) (*(v) = (int16_t) ENC_REC_GET_BYTES(w, at, 2), 0)
#define ENC_REC_GET_s32(v, w, at) (*(v) = (int32_t) ENC_REC_GET_BYTES(w, at, 4), 0)
#define ENC_REC_GET_s64(v, w, at) (*(v) = (int64_t) ENC_REC_GET_BYTES(w, at, 8), 0)
#define ENC_REC_GET_bool(v, w, at) enc_rec_bool(v, (uint8_t) ENC_REC_GET_BYTES(w, at, 1))
#define ENC_REC_GET__Bool      ENC_REC_GET_bool
#define ENC_REC_GET_handle(n)  ENC_NAME(_get_, n)
#define ENC_REC_GET_enum       ENC_REC_GET_handle
#define ENC_REC_GET_record     ENC_REC_GET_handle
#define ENC_REC_GET_union      ENC_REC_GET_handle
#define ENC_REC_GET_option     ENC_REC_GET_handle
#define ENC_REC_GET_slice(t)   ENC_CAT(ENCASE_PREFIX, _get_slice_)
#define ENC_REC_GET_in         ENC_REC_GET_slice
#define ENC_REC_GET_filled     ENC_REC_GET_slice
#define ENC_REC_GET_out        ENC_REC_GET_slice
#define ENC_REC_GET_inout      ENC_REC_GET_slice
#define ENC_REC_GET_option_in(t) ENC_CAT(ENCASE_PREFIX, _get_option_slice_)
#define ENC_REC_GET_option_out ENC_REC_GET_option_in
#define ENC_REC_GET_option_inout ENC_REC_GET_option_in

/* Registers of a FAST call: one for a value, two for a slice; of a narrow value the low bits count. */
#define ENC_REC_FI_u8          1
#define ENC_REC_FI_u16         1
#define ENC_REC_FI_u32         1
#define ENC_REC_FI_u64         1
#define ENC_REC_FI_s8          1
#define ENC_REC_FI_s16         1
#define ENC_REC_FI_s32         1
#define ENC_REC_FI_s64         1
#define ENC_REC_FI_bool        1
#define ENC_REC_FI__Bool       1
#define ENC_REC_FI_handle(n)   1
#define ENC_REC_FI_enum(n)     1
#define ENC_REC_FI_record(n)   enc_a_fast_call_has_no_records
#define ENC_REC_FI_union(n)    enc_a_fast_call_has_no_unions
#define ENC_REC_FI_option(n)   enc_a_fast_call_has_no_options
#define ENC_REC_FI_in(t)       2
#define ENC_REC_FI_filled(t)   2
#define ENC_REC_FI_out(t)      2
#define ENC_REC_FI_inout(t)    2
#define ENC_REC_FI_option_in(t) enc_a_fast_call_has_no_options
#define ENC_REC_FI_option_out  ENC_REC_FI_option_in
#define ENC_REC_FI_option_inout ENC_REC_FI_option_in
/* What of it has to fit into one. */
#define ENC_REC_FW(t)          (ENC_REC_FI_##t == 2 ? ENC_REC_WORD_SIZE : sizeof(ENC_REC_I_##t))

#define ENC_REC_FPUT_u8(w, v)  (*(w) = (ENC_REC_WORD) *(v))
#define ENC_REC_FPUT_u16       ENC_REC_FPUT_u8
#define ENC_REC_FPUT_u32       ENC_REC_FPUT_u8
#define ENC_REC_FPUT_u64       ENC_REC_FPUT_u8
#define ENC_REC_FPUT_s8        ENC_REC_FPUT_u8
#define ENC_REC_FPUT_s16       ENC_REC_FPUT_u8
#define ENC_REC_FPUT_s32       ENC_REC_FPUT_u8
#define ENC_REC_FPUT_s64       ENC_REC_FPUT_u8
#define ENC_REC_FPUT_bool      ENC_REC_FPUT_u8
#define ENC_REC_FPUT__Bool     ENC_REC_FPUT_u8
#define ENC_REC_FPUT_enum(n)   ENC_REC_FPUT_u8
#define ENC_REC_FPUT_handle(n) ENC_REC_FPUT_opaque
#define ENC_REC_FPUT_opaque(w, v) (*(w) = (ENC_REC_WORD) (v)->bits)
#define ENC_REC_FPUT_pair(w, v) ((w)[0] = (v)->address, (w)[1] = (v)->count)

#define ENC_REC_FGET_u8(v, w)  (*(v) = (uint8_t) *(w), 0)
#define ENC_REC_FGET_u16(v, w) (*(v) = (uint16_t) *(w), 0)
#define ENC_REC_FGET_u32(v, w) (*(v) = (uint32_t) *(w), 0)
#define ENC_REC_FGET_u64(v, w) (*(v) = (uint64_t) *(w), 0)
#define ENC_REC_FGET_s8(v, w)  (*(v) = (int8_t) *(w), 0)
#define ENC_REC_FGET_s16(v, w) (*(v) = (int16_t) *(w), 0)
#define ENC_REC_FGET_s32(v, w) (*(v) = (int32_t) *(w), 0)
#define ENC_REC_FGET_s64(v, w) (*(v) = (int64_t) *(w), 0)
#define ENC_REC_FGET_bool(v, w) enc_rec_bool(v, (uint8_t) *(w))
#define ENC_REC_FGET__Bool     ENC_REC_FGET_bool
#define ENC_REC_FGET_enum(n)   ENC_NAME(_enum_, n)
#define ENC_REC_FGET_handle(n) ENC_REC_FGET_opaque
#define ENC_REC_FGET_opaque(v, w) ((v)->bits = (__typeof__((v)->bits)) *(w), 0)
#define ENC_REC_FGET_pair(v, w) ((v)->address = (w)[0], (v)->count = (w)[1], 0)
#define ENC_REC_FGET_in(t)     ENC_REC_FGET_pair
#define ENC_REC_FGET_filled    ENC_REC_FGET_in
#define ENC_REC_FGET_out       ENC_REC_FGET_in
#define ENC_REC_FGET_inout     ENC_REC_FGET_in

/* As an argument of a C function: its kind and its type. */
#define ENC_REC_K_u8           VALUE, uint8_t
#define ENC_REC_K_u16          VALUE, uint16_t
#define ENC_REC_K_u32          VALUE, uint32_t
#define ENC_REC_K_u64          VALUE, uint64_t
#define ENC_REC_K_s8           VALUE, int8_t
#define ENC_REC_K_s16          VALUE, int16_t
#define ENC_REC_K_s32          VALUE, int32_t
#define ENC_REC_K_s64          VALUE, int64_t
#define ENC_REC_K_bool         VALUE, _Bool
#define ENC_REC_K__Bool        VALUE, _Bool
#define ENC_REC_K_enum(n)      VALUE, enum ENC_NAME(_, n)
#define ENC_REC_K_handle(n)    HANDLE, n
#define ENC_REC_K_record(n)    POINTER, struct ENC_NAME(_, n)
#define ENC_REC_K_union(n)     POINTER, struct ENC_NAME(_, n)
#define ENC_REC_K_option(n)    OPTION, n
#define ENC_REC_K_in(t)        SPAN, const ENC_REC_E_##t, IN_N
#define ENC_REC_K_filled(t)    SPAN, ENC_REC_E_##t, OUT_N
#define ENC_REC_K_out(t)       SPAN, ENC_REC_E_##t, OUT_ALL_N
#define ENC_REC_K_inout(t)     SPAN, ENC_REC_E_##t, INOUT_ALL_N
#define ENC_REC_K_option_in(t) OPTION_SPAN, const ENC_REC_E_##t, IN_N
#define ENC_REC_K_option_out(t) OPTION_SPAN, ENC_REC_E_##t, OUT_ALL_N
#define ENC_REC_K_option_inout(t) OPTION_SPAN, ENC_REC_E_##t, INOUT_ALL_N

/* m_KIND(c, word, name, type, ...) for the argument (word, name). */
#define ENC_REC_KIND(m, c, x)  ENC_REC_RUN(ENC_REC_KIND_1, m, c, ENC_STRIP x)
#define ENC_REC_KIND_1(m, c, t, a) ENC_REC_KIND_2(m, c, t, a, ENC_REC_K_##t)
#define ENC_REC_KIND_2(...)    ENC_REC_KIND_3(__VA_ARGS__)
#define ENC_REC_KIND_3(m, c, t, a, kind, ...) m##_##kind(c, t, a, __VA_ARGS__)

/* Parameters, each behind a comma. */
#define ENC_REC_PARAM(c, x)    ENC_REC_KIND(ENC_REC_PARAM, c, x)
#define ENC_REC_PARAM_VALUE(c, t, a, type) , type a
#define ENC_REC_PARAM_HANDLE(c, t, a, n) , struct ENC_NAME(_, n) a
#define ENC_REC_PARAM_POINTER(c, t, a, type) , const type *a
#define ENC_REC_PARAM_OPTION(c, t, a, n) , const ENC_NAME(_, n##_value) *a
#define ENC_REC_PARAM_SPAN(c, t, a, type, ...) , type *a, size_t a##_count
#define ENC_REC_PARAM_OPTION_SPAN ENC_REC_PARAM_SPAN

/* A bool has one of two bytes. */
static inline __attribute__((always_inline)) int enc_rec_bool(_Bool *value, uint8_t byte)
{
	*value = byte == 1;
	return byte > 1;
}

#endif
