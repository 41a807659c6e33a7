/* SPDX-License-Identifier: MIT */
/*
 * The caller's stubs of a record table.  Include it behind encase/record_types.h, with the
 * same definitions.  For prefix P and each call c:
 *
 *     int P_call_c(const struct P_caller *caller, arguments..., result)
 *
 * makes the call.  Returns 0, or the negative number with which it failed, an enum P_error or
 * one of enum encase_record_error.  Records and unions are given by pointer; options too,
 * none being null; a slice in(t) is two arguments, elements and their number, and null where
 * option_in(t) is none.  result is a pointer to where the result goes: of GIVES(t) a t, of
 * COUNT(a) a size_t, which is at most what was given for a.  It is written to if the call
 * succeeds; -EPROTO: the answer is none, and may have been written to it in part.
 *
 *     int P_call_abi(const struct P_caller *caller)
 *
 * is 0 if the receiver has the same table, else -EPROTO: to be asked once where the two
 * sides are not built together.
 *
 *     int P_slice_of(const struct P_caller *caller, const void *elements, size_t count,
 *                    struct P_slice *slice)
 *
 * makes a slice for a field of a record.  0, or -EOVERFLOW: the caller's words cannot say
 * where it is, or how long.
 */
/* clang-format off */
#include "record_words.h"

struct ENC_CAT(ENCASE_PREFIX, _caller) {
	/*
	 * Makes the call: the receiver gets number and registers, and leaves its answer in
	 * the registers and in the spill whose address is in one of them.
	 */
	void (*trap)(void *arg, ENC_REC_WORD number, ENC_REC_WORD registers[ENCASE_REGISTERS]);
	void *arg;   /* handed to it */
	char *base;  /* what addresses are counted from; null: they are the machine's */
	void *spill; /* where spills go, with sizeof(union P_any_spill); null: the stack */
	size_t spill_size; /* bytes */
};

static inline int ENC_CAT(ENCASE_PREFIX, _slice_of)(const struct ENC_CAT(ENCASE_PREFIX, _caller) *caller,
						    const void *elements, size_t count,
						    struct ENC_CAT(ENCASE_PREFIX, _slice) *slice)
{
	uintptr_t at = elements ? (uintptr_t) elements - (uintptr_t) caller->base : 0;

	slice->address = (ENC_REC_WORD) at;
	slice->count = (ENC_REC_WORD) count;
	return slice->address == at && slice->count == count ? 0 : -ENCASE_RECORD_EOVERFLOW;
}
static inline int ENC_CAT(ENCASE_PREFIX, _put_span_)(const struct ENC_CAT(ENCASE_PREFIX, _caller) *caller,
						     ENC_REC_WORD *w, size_t at, const void *elements,
						     size_t count)
{
	struct ENC_CAT(ENCASE_PREFIX, _slice) slice;
	int err = ENC_CAT(ENCASE_PREFIX, _slice_of)(caller, elements, count, &slice);

	ENC_CAT(ENCASE_PREFIX, _put_slice_)(w, at, &slice);
	return err;
}
static inline int ENC_CAT(ENCASE_PREFIX, _put_option_span_)(
	const struct ENC_CAT(ENCASE_PREFIX, _caller) *caller,
	ENC_REC_WORD *w, size_t at, const void *elements, size_t count)
{
	ENC_REC_PUT_BYTES(w, at, elements != NULL, 1);
	return ENC_CAT(ENCASE_PREFIX, _put_span_)(caller, w, at + 1, elements, elements ? count : 0);
}

/* Puts what is left of the arguments where the receiver finds it, and says where; results come there, too. */
static inline __attribute__((always_inline)) int
ENC_CAT(ENCASE_PREFIX, _spill_)(const struct ENC_CAT(ENCASE_PREFIX, _caller) *caller, uint8_t **spill,
				size_t args, size_t given, ENC_REC_WORD *address)
{
	struct ENC_CAT(ENCASE_PREFIX, _slice) slice;

	if (caller->spill) {
		if (caller->spill_size < ENC_REC_MORE(args, given))
			return -ENCASE_RECORD_ENOBUFS;
		enc_rec_copy(caller->spill, *spill, args);
		*spill = (uint8_t *) caller->spill;
	}
	if (ENC_CAT(ENCASE_PREFIX, _slice_of)(caller, *spill, 0, &slice))
		return -ENCASE_RECORD_EOVERFLOW;
	*address = slice.address;
	__asm__ volatile("" : : "r"(*spill) : "memory");
	return 0;
}

/* How a call ended, from the first register. */
static inline __attribute__((always_inline)) int ENC_CAT(ENCASE_PREFIX, _status_)(ENC_REC_WORD status)
{
	return status <= ENCASE_RECORD_ERRORS ? -(int) status : -ENCASE_RECORD_EPROTO;
}

#define ENC_REC_AT(c, a) offsetof(struct ENC_NAME(_, c##_call_image), a)
#define ENC_REC_TO_NONE(must, t, c)
#define ENC_REC_TO_VALUE(must, t, c) , ENC_REC_C_##t *result
#define ENC_REC_TO_COUNT(must, a, c) , size_t *result

#define ENC_REC_SEND(c, x)                        ENC_REC_KIND(ENC_REC_SEND, c, x)
#define ENC_REC_SEND_VALUE(c, t, a, type)         ENC_REC_PUT_##t(w, ENC_REC_AT(c, a), &a);
#define ENC_REC_SEND_HANDLE                       ENC_REC_SEND_VALUE
#define ENC_REC_SEND_POINTER(c, t, a, type)       ENC_REC_PUT_##t(w, ENC_REC_AT(c, a), a);
#define ENC_REC_SEND_OPTION(c, t, a, n)           ENC_NAME(_put_value_, n)(w, ENC_REC_AT(c, a), a);
#define ENC_REC_SEND_SPAN(c, t, a, ...)                                                            \
	err |= ENC_CAT(ENCASE_PREFIX, _put_span_)(caller, w, ENC_REC_AT(c, a), a, a##_count);
#define ENC_REC_SEND_OPTION_SPAN(c, t, a, ...)                                                     \
	err |= ENC_CAT(ENCASE_PREFIX, _put_option_span_)(caller, w, ENC_REC_AT(c, a), a, a##_count);

#define ENC_REC_FROM_NONE(must, t, c) return 0;
#define ENC_REC_FROM_VALUE(must, t, c) return ENC_REC_GET_##t(result, w, 0) ? -ENCASE_RECORD_EPROTO : 0;
#define ENC_REC_FROM_COUNT(must, a, c) ENC_REC_FROM_COUNT_(w[0], a)
#define ENC_REC_FROM_COUNT_(n, a)                                                                  \
	if ((n) > a##_count)                                                                       \
		return -ENCASE_RECORD_EPROTO;                                                      \
	*result = (size_t) (n);                                                                    \
	return 0;

#define GENERAL(c, number, res, groups, text, ...)                                                 \
	static inline __attribute__((unused)) int ENC_NAME(_call_, c)(                             \
		const struct ENC_CAT(ENCASE_PREFIX, _caller) *caller                               \
		ENC_REC_EACH(ENC_REC_PARAM, c __VA_OPT__(,) __VA_ARGS__)                           \
		ENC_REC_RESULT(ENC_REC_TO, res, c))                                                \
	{                                                                                          \
		ENC_REC_WORD w[ENC_NAME(_words_, c)], registers[ENCASE_REGISTERS];                 \
		uint8_t *spill = (uint8_t *) (w + ENC_REC_GIVEN);                                  \
		int err = 0;                                                                       \
		ENC_CAT(ENCASE_PREFIX, _none_)(w, ENC_NAME(_words_, c));                           \
		ENC_REC_EACH(ENC_REC_SEND, c __VA_OPT__(,) __VA_ARGS__)                            \
		if (err)                                                                           \
			return -ENCASE_RECORD_EOVERFLOW;                                           \
		ENC_CAT(ENCASE_PREFIX, _move_)(registers, w, ENCASE_REGISTERS);                    \
		if (ENC_NAME(_spills_, c)) {                                                       \
			err = ENC_CAT(ENCASE_PREFIX, _spill_)(caller, &spill,                      \
							      ENC_REC_REST(struct ENC_NAME(_, c##_call_image)), \
							      ENC_REC_REST(struct ENC_NAME(_, c##_call_result_image)), \
							      registers + ENC_REC_GIVEN);          \
			if (err)                                                                   \
				return err;                                                        \
		}                                                                                  \
		caller->trap(caller->arg, ENC_NAME(_number_, c), registers);                       \
		err = ENC_CAT(ENCASE_PREFIX, _status_)(registers[0]);                              \
		if (err)                                                                           \
			return err;                                                                \
		if (ENC_REC_REST(struct ENC_NAME(_, c##_call_result_image)))                            \
			enc_rec_copy(w + ENC_REC_GIVEN, spill,                                     \
				     ENC_REC_REST(struct ENC_NAME(_, c##_call_result_image)));          \
		ENC_CAT(ENCASE_PREFIX, _move_)(w, registers + 1,                                   \
					       ENC_REC_HEAD(struct ENC_NAME(_, c##_call_result_image))); \
		ENC_REC_RESULT(ENC_REC_FROM, res, c)                                               \
	}

#define ENC_REC_FSEND(c, x)                       ENC_REC_KIND(ENC_REC_FSEND, c, x)
#define ENC_REC_FSEND_VALUE(c, t, a, type)        ENC_REC_FPUT_##t(r.args.a, &a);
#define ENC_REC_FSEND_HANDLE                      ENC_REC_FSEND_VALUE
#define ENC_REC_FSEND_SPAN(c, t, a, ...)                                                           \
	{                                                                                          \
		struct ENC_CAT(ENCASE_PREFIX, _slice) slice;                                       \
		err |= ENC_CAT(ENCASE_PREFIX, _slice_of)(caller, a, a##_count, &slice);            \
		ENC_REC_FPUT_pair(r.args.a, &slice);                                               \
	}
#define ENC_REC_FFROM_NONE(must, t, c) return 0;
#define ENC_REC_FFROM_VALUE(must, t, c)                                                            \
	return ENC_REC_FGET_##t(result, r.words + 1) ? -ENCASE_RECORD_EPROTO : 0;
#define ENC_REC_FFROM_COUNT(must, a, c) ENC_REC_FROM_COUNT_(r.words[1], a)

#define FAST(c, number, res, groups, text, ...)                                                    \
	static inline __attribute__((unused)) int ENC_NAME(_call_, c)(                             \
		const struct ENC_CAT(ENCASE_PREFIX, _caller) *caller                               \
		ENC_REC_EACH(ENC_REC_PARAM, c __VA_OPT__(,) __VA_ARGS__)                           \
		ENC_REC_RESULT(ENC_REC_TO, res, c))                                                \
	{                                                                                          \
		union ENC_NAME(_, c##_registers) r;                                                \
		int err = 0;                                                                       \
		ENC_CAT(ENCASE_PREFIX, _none_)(r.words, ENCASE_REGISTERS);                         \
		ENC_REC_EACH(ENC_REC_FSEND, c __VA_OPT__(,) __VA_ARGS__)                           \
		if (err)                                                                           \
			return -ENCASE_RECORD_EOVERFLOW;                                           \
		caller->trap(caller->arg, ENC_NAME(_number_, c), r.words);                         \
		err = ENC_CAT(ENCASE_PREFIX, _status_)(r.words[0]);                                \
		if (err)                                                                           \
			return err;                                                                \
		ENC_REC_RESULT(ENC_REC_FFROM, res, c)                                              \
	}
#include "record_entries.h"

/* Call 0 of any table: the table's number, in one register or, of 16 bits, in two. */
static inline __attribute__((unused)) int
ENC_CAT(ENCASE_PREFIX, _call_abi)(const struct ENC_CAT(ENCASE_PREFIX, _caller) *caller)
{
	uint32_t abi = ENC_CAT(ENCASE_PREFIX, _abi)();
	ENC_REC_WORD registers[ENCASE_REGISTERS];

	ENC_CAT(ENCASE_PREFIX, _none_)(registers, ENCASE_REGISTERS);
	registers[0] = (ENC_REC_WORD) abi;
	if (ENCASE_WORD == 16)
		registers[1] = (ENC_REC_WORD) (abi >> 16);
	caller->trap(caller->arg, 0, registers);
	return ENC_CAT(ENCASE_PREFIX, _status_)(registers[0]);
}
