/* SPDX-License-Identifier: MIT */
/* Plugins with one fault each, which its file's FAULT names. */
#include <encase.h>

#define NOTHING_EXPORTED 1
#define OTHER_ABI        2
#define NO_LAYER         3
#define NO_NAME          4
#define NO_RULES         5
#define NO_CORE          6
#define UNRESOLVED       7
#define NUMBER_ALONE     8
#define CHARACTER        9

int bad_unresolved(void);
int bad_undefined_anywhere(void);

#if FAULT == UNRESOLVED
int bad_unresolved(void)
{
	return bad_undefined_anywhere();
}
#endif

static const struct encase_rule rules[] = { ENCASE_END };
extern const struct encase_layer bad_layer;
const struct encase_layer bad_layer = {
	.name = FAULT == NO_NAME ? NULL : "bad",
	.rules = FAULT == NO_RULES ? NULL : rules,
};

/* Other things by that name; what stands behind them is none of theirs. */
#if FAULT == NUMBER_ALONE
extern ENCASE_API const uint64_t encase_layer;
const uint64_t encase_layer = ENCASE_ABI;
#elif FAULT == CHARACTER
extern ENCASE_API const char encase_layer;
const char encase_layer = ENCASE_ABI;
#elif FAULT != NOTHING_EXPORTED
extern ENCASE_API const struct encase_export encase_layer;
const struct encase_export encase_layer = {
	.abi = ENCASE_ABI + (FAULT == OTHER_ABI),
	.core = FAULT == NO_CORE ? NULL : &encase_core,
	/* What stands behind another number means nothing. */
	.layer = FAULT == OTHER_ABI  ? (const struct encase_layer *) 1
		 : FAULT == NO_LAYER ? NULL
				     : &bad_layer,
};
#endif
