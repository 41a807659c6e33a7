/* SPDX-License-Identifier: MIT */
/*
 * The reference page of a record table, in Markdown.  Include it behind encase/record_types.h,
 * with its definitions, in a program that has a libc:
 *
 *     int P_page(FILE *out)       0, or -1 and errno where it cannot be written
 */
/* clang-format off */
#include <stdio.h>

#include "record_words.h"

#define ENC_REC_TEXT_(...)     #__VA_ARGS__
#define ENC_REC_TEXT(...)      ENC_REC_TEXT_(__VA_ARGS__)

/* One field: its bytes from ... on. */
#define ENC_REC_PAGE_FIELD(r, f) ENC_REC_RUN(ENC_REC_PAGE_FIELD_, r, ENC_STRIP f)
#define ENC_REC_PAGE_FIELD_(r, t, a, ...)                                                          \
	fprintf(out, "| | %zu | %zu | `" #a "` | " #t __VA_OPT__("[" #__VA_ARGS__ "]") " |\n", \
		offsetof(struct ENC_NAME(_, r##_image), a), sizeof(((struct ENC_NAME(_, r##_image) *) 0)->a));
#define ENC_REC_PAGE_VALUE(e, x) ENC_REC_RUN(ENC_REC_PAGE_VALUE_, e, ENC_STRIP x)
#define ENC_REC_PAGE_VALUE_(e, v, n, ...)                                                          \
	fprintf(out, "%s`" #v "` %lld" __VA_OPT__(": " #__VA_ARGS__), between, (long long) (n));   \
	between = ", ";
/* One argument: its bytes, or its registers. */
#define ENC_REC_PAGE_ARG(c, x)   ENC_REC_RUN(ENC_REC_PAGE_ARG_, c, ENC_STRIP x)
#define ENC_REC_PAGE_ARG_(c, t, a)                                                                 \
	fprintf(out, "| | %zu | %zu | `" #a "` | " #t " |\n", offsetof(struct ENC_NAME(_, c##_call_image), a), \
		sizeof(((struct ENC_NAME(_, c##_call_image) *) 0)->a));
#define ENC_REC_PAGE_FAST(c, x)  ENC_REC_RUN(ENC_REC_PAGE_FAST_, c, ENC_STRIP x)
#define ENC_REC_PAGE_FAST_(c, t, a)                                                                \
	fprintf(out, "| | r%zu", offsetof(struct ENC_NAME(_, c##_fast), a) / ENC_REC_WORD_SIZE);   \
	if (ENC_REC_FI_##t == 2)                                                                   \
		fprintf(out, ", r%zu", offsetof(struct ENC_NAME(_, c##_fast), a) / ENC_REC_WORD_SIZE + 1); \
	fprintf(out, " | | `" #a "` | " #t " |\n");
#define ENC_REC_PAGE_GROUP(c, g) fprintf(out, "%s" #g, between), between = ", ";
#define ENC_REC_PAGE_GROUPS(...) ENC_REC_EACH(ENC_REC_PAGE_GROUP, c __VA_OPT__(,) __VA_ARGS__)
#define ENC_REC_PAGE_GIVES_NONE(must, t, c)  "nothing", must
#define ENC_REC_PAGE_GIVES_VALUE(must, t, c) #t, must
#define ENC_REC_PAGE_GIVES_COUNT(must, a, c) "how many of `" #a "`", must

static inline void ENC_CAT(ENCASE_PREFIX, _page_call_)(FILE *out, const char *name, unsigned number,
						       const char *text, const char *gives, int must)
{
	fprintf(out, "\n### %u `%s`\n\n%s. Gives %s.%s", number, name, text, gives,
		must ? " Where it fails the caller ends." : "");
}

static inline void ENC_CAT(ENCASE_PREFIX, _page_types_)(FILE *out)
{
	const char *between = "";

	(void) between;
	fprintf(out, "\n## Errors\n\n| number | name | |\n| --- | --- | --- |\n");
#define ERROR(e, number, text) fprintf(out, "| %d | `" #e "` | %s |\n", number, text);
#include "record_entries.h"
	fprintf(out, "\n## Handles\n\n| handle | bytes | one of |\n| --- | --- | --- |\n");
#define HANDLE(h, t, ...)                                                                          \
	fprintf(out, "| `" #h "` | %zu | " __VA_OPT__("`" #__VA_ARGS__ "`") " |\n", sizeof(struct ENC_NAME(_, h##_image)));
#include "record_entries.h"
	fprintf(out, "\n## Types\n\n| type | at | bytes | part | |\n| --- | --- | --- | --- | --- |\n");
#define ENUM(e, t, ...)                                                                            \
	fprintf(out, "| `" #e "` | | %zu | | enum of " #t ": ", sizeof(struct ENC_NAME(_, e##_image))); \
	between = "";                                                                              \
	ENC_REC_EACH(ENC_REC_PAGE_VALUE, e, __VA_ARGS__)                                           \
	fprintf(out, " |\n");
#define RECORD(r, ...)                                                                             \
	fprintf(out, "| `" #r "` | | %zu | | record |\n", sizeof(struct ENC_NAME(_, r##_image)));  \
	ENC_REC_EACH(ENC_REC_PAGE_FIELD, r, __VA_ARGS__)
#define UNION(u, t, ...)                                                                           \
	fprintf(out, "| `" #u "` | | %zu | | union, by a tag of " #t ": ", sizeof(struct ENC_NAME(_, u##_image))); \
	between = "";                                                                              \
	ENC_REC_EACH(ENC_REC_PAGE_VALUE, u, __VA_ARGS__)                                           \
	fprintf(out, " |\n");
#define OPTION(o, t)                                                                               \
	fprintf(out, "| `" #o "` | | %zu | | option: " #t " |\n", sizeof(struct ENC_NAME(_, o##_image)));
#include "record_entries.h"
}

static inline __attribute__((unused)) int ENC_CAT(ENCASE_PREFIX, _page)(FILE *out)
{
	const char *between = "";

	fprintf(out, "<!-- SPDX-License-Identifier: MIT -->\n# Calls of " ENC_REC_TEXT(ENCASE_PREFIX) "\n\n"
		     "Words of %d bits, %d registers; the table's number is 0x%08x. What a record looks like, and which part of a\n"
		     "call is where, is said in `docs/encoding.md`; offsets and sizes are bytes.\n",
		ENCASE_WORD, ENCASE_REGISTERS, (unsigned) ENC_CAT(ENCASE_PREFIX, _abi)());
	ENC_CAT(ENCASE_PREFIX, _page_types_)(out);
	fprintf(out, "\n## Calls\n");
#define GENERAL(c, number, res, groups, text, ...)                                                 \
	ENC_CAT(ENCASE_PREFIX, _page_call_)(out, #c, number, text, ENC_REC_RESULT(ENC_REC_PAGE_GIVES, res, c)); \
	between = " Groups: ";                                                                     \
	ENC_REC_PAGE_GROUPS groups                                                                 \
	fprintf(out, "\n\n| general | at | bytes | argument | |\n| --- | --- | --- | --- | --- |\n"); \
	ENC_REC_EACH(ENC_REC_PAGE_ARG, c __VA_OPT__(,) __VA_ARGS__)                                \
	fprintf(out, "| | | %zu | result | |\n", sizeof(struct ENC_NAME(_, c##_call_result_image))); \
	if (ENC_NAME(_spills_, c))                                                                 \
		fprintf(out, "\nThe address of a spill is in r%d: %zu bytes of arguments, %zu of the result.\n", \
			ENC_REC_GIVEN, (size_t) ENC_REC_REST(struct ENC_NAME(_, c##_call_image)),  \
			(size_t) ENC_REC_REST(struct ENC_NAME(_, c##_call_result_image)));
#define FAST(c, number, res, groups, text, ...)                                                    \
	ENC_CAT(ENCASE_PREFIX, _page_call_)(out, #c, number, text, ENC_REC_RESULT(ENC_REC_PAGE_GIVES, res, c)); \
	between = " Groups: ";                                                                     \
	ENC_REC_PAGE_GROUPS groups                                                                 \
	fprintf(out, "\n\n| fast | at | | argument | |\n| --- | --- | --- | --- | --- |\n");       \
	ENC_REC_EACH(ENC_REC_PAGE_FAST, c __VA_OPT__(,) __VA_ARGS__)
#include "record_entries.h"
	return fflush(out) || ferror(out) ? -1 : 0;
}
