/* SPDX-License-Identifier: MIT */
/*
 * Declares the calls of the table ENCASE_TABLE under the prefix ENCASE_PREFIX.
 * Include it once per table.  For prefix P and each call c:
 *
 *   P_c_fn             the call's prototype, and so the one of its handlers
 *   P_next_c()         hands c to the layer below; see encase/call.h
 *   P_desc_c           its descriptor
 *   struct P_c_policy  a mode for each pointer argument, by name; see encase/layer.h
 *   struct P_c_where   a condition for each argument, by name
 *   P_c_variadic_fn    its prototype with "...", where C declares it so
 *
 * and P_calls, the table as a whole, and P_group_g, the number of group g.
 */
/* clang-format off */
#include "table.h"

#ifdef __cplusplus
extern "C" {
#endif

extern ENCASE_API const struct encase_interface ENC_CAT(ENCASE_PREFIX, _calls);

#define ENC_POLICY(c, i, arg)                     ENC_FORM(ENC_POLICY, c, i, arg)
#define ENC_POLICY_SCALAR(c, i, t, a, ...)        uint8_t a##_is_not_a_pointer;
#define ENC_POLICY_STRING(c, i, t, a, ...)        uint8_t a;
#define ENC_POLICY_BUFFER(c, i, t, a, ...)        uint8_t a;
#define ENC_POLICY_OBJECT(c, i, t, a, ...)        uint8_t a;
#define ENC_POLICY_POINTED(c, i, t, a, ...)       uint8_t a;
#define ENC_POLICY_DEEP(c, i, t, a, ...)          uint8_t a;
#define ENC_POLICY_SELF(c, i, t, a, ...)          uint8_t a;
#define ENC_POLICY_VARYING(c, i, t, a, ...)       uint8_t a;
#define ENC_WHERE(c, i, arg)                      ENC_WHERE_ arg
#define ENC_WHERE_(t, a, ...)                     struct encase_condition a;

#define GROUP(...)
#define CALL(c, number, type, res, cls, groups, ...)                                               \
	typedef type ENC_NAME(_, c##_fn)(ENC_PARAMS(__VA_ARGS__));                                 \
	ENCASE_API type ENC_NAME(_next_, c)(ENC_PARAMS(__VA_ARGS__));                              \
	extern ENCASE_API const struct encase_desc ENC_NAME(_desc_, c);                            \
	struct ENC_NAME(_, c##_policy) {                                                           \
		ENC_EACH(ENC_POLICY, __VA_OPT__(,) __VA_ARGS__) uint8_t every, end;                \
	};                                                                                         \
	struct ENC_NAME(_, c##_where) {                                                            \
		ENC_EACH(ENC_WHERE, __VA_OPT__(,) __VA_ARGS__) struct encase_condition end;        \
	};                                                                                         \
	ENC_VARIADIC(cls, type, c, __VA_ARGS__)
#include ENCASE_TABLE
#undef CALL
#undef GROUP

enum {
#define GROUP(g, ...) ENC_NAME(_group_, g),
#define CALL(...)
#include ENCASE_TABLE
#undef CALL
#undef GROUP
	ENC_CAT(ENCASE_PREFIX, _ngroups)
};

#undef ENC_POLICY
#undef ENC_POLICY_SCALAR
#undef ENC_POLICY_STRING
#undef ENC_POLICY_BUFFER
#undef ENC_POLICY_OBJECT
#undef ENC_POLICY_POINTED
#undef ENC_POLICY_DEEP
#undef ENC_POLICY_SELF
#undef ENC_POLICY_VARYING
#undef ENC_WHERE
#undef ENC_WHERE_

#ifdef __cplusplus
}
#endif
