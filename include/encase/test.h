/* SPDX-License-Identifier: MIT */
/*
 * Testing layers: script what the lower layer answers, push the layer, make
 * calls, and say what must have come of it.
 *
 *     struct encase_test *t = ENCASE_TEST(&counter, NULL);
 *
 *     ENCASE_ANSWER(t, write, 3);
 *     ENCASE_CALL_GIVES(t, 3, write, 1, "abc", 3);
 *     ENCASE_EXPECT_REACHED(t, write, 1, "abc", 3);
 *     ENCASE_EXPECT_NOT_READ(t, write, buf);
 *     encase_test_end(t);
 *
 * A test is a cage over a lower layer that answers as it was told to, and calls
 * for which no answer is left fail the test.  Arguments are checked by the compiler
 * against the call's prototype, and are plain pointers of the test's, in vectors and pairs
 * too (in messages and arrays of strings they are the cage's: encase_test_address()): its cage's
 * memory is this process's memory at other addresses, so that a layer gets what it
 * gets of a foreign memory, and a layer that follows what it may not faults.  The
 * kit sees each byte that layers read or write there; what the script and the test
 * themselves read does not count.
 *
 * A macro that names a call is for Linux's table; with _IN behind its name and a
 * prefix in front of its arguments it is for another one:
 *
 *     struct encase_test *t = ENCASE_TEST_IN(riot, &layer, NULL);
 *     ENCASE_CALL_GIVES_IN(riot, t, 0, puts, "hello");
 *
 * Failures.  Where <criterion/criterion.h> was included before, a failure is a
 * failed assertion of Criterion's, and ends the test.  Else it is printed to standard
 * error and counted, the test goes on, and encase_test_end() tells.  Whoever defines
 * ENCASE_TEST_FAIL as an encase_test_fail_fn before including this has those
 * called.  A failure inside a call is reported when the call has returned.
 *
 * To be linked: libencase-test.  C only.  A test is one thread's; it takes over
 * encase_log_to() until it ends.  Where memory runs out the kit aborts.
 */
#ifndef ENCASE_TEST_H
#define ENCASE_TEST_H

#include <encase.h>

#ifdef __cplusplus
extern "C" {
#endif

struct encase_test;

/* What is told of a failure: where the test says so, and lines without a last newline. */
typedef void encase_test_fail_fn(void *arg, const char *file, int line, const char *message);

/* -- A test --------------------------------------------------------------- */

/*
 * A cage that speaks Linux, or a table P_calls and Linux, with a layer pushed: null
 * for none.  Fails if the push fails, and tells what the layer logged.
 */
#define ENCASE_TEST(layer, options)            ENC_TEST_NEW(NULL, layer, options)
#define ENCASE_TEST_IN(prefix, layer, options) ENC_TEST_NEW(&prefix##_calls, layer, options)
/* One more layer on top; and a push that must be refused with this errno. */
#define ENCASE_PUSH(t, layer, options) \
	encase_test_push((t), 0, (layer), (options), __FILE__, __LINE__)
#define ENCASE_PUSH_FAILS(t, error, layer, options) \
	encase_test_push((t), (error), (layer), (options), __FILE__, __LINE__)
/*
 * Ends the test and frees it and its cage.  Fails for each ENCASE_ANSWER() that
 * nothing asked for.  Returns how often the test failed.  Inside a call, or while a
 * layer starts, it fails and ends nothing.
 */
int encase_test_end(struct encase_test *t);
/* Failures of this test go here from now on. */
void encase_test_on_failure(struct encase_test *t, encase_test_fail_fn *fail, void *arg);
/* Its cage: for encase_state(), encase_traffic(). */
struct encase_cage *encase_test_cage(const struct encase_test *t);

/* -- The script ----------------------------------------------------------- */

/*
 * The next call c that reaches the bottom, of those that have no answer yet, returns
 * a value.  What it writes to its arguments is listed behind it: name, from where, bytes.
 *
 *     ENCASE_ANSWER(t, read, 5, (buf, "hello", 5));
 *
 * It fails the test at once if the call cannot return that value, or the call's
 * argument has not that much room when it comes.
 */
#define ENCASE_ANSWER(t, c, ...) \
	ENC_TEST_ANSWER(encase_desc_##c, struct encase_##c##_policy, 0, t, __VA_ARGS__)
#define ENCASE_ANSWER_IN(prefix, t, c, ...) \
	ENC_TEST_ANSWER(prefix##_desc_##c, struct prefix##_##c##_policy, 0, t, __VA_ARGS__)
/* The same for every call c for which the above has no answer left. */
#define ENCASE_ANSWER_ALWAYS(t, c, ...) \
	ENC_TEST_ANSWER(encase_desc_##c, struct encase_##c##_policy, 1, t, __VA_ARGS__)
#define ENCASE_ANSWER_ALWAYS_IN(prefix, t, c, ...) \
	ENC_TEST_ANSWER(prefix##_desc_##c, struct prefix##_##c##_policy, 1, t, __VA_ARGS__)
/* The next call c fails with an errno, 1..4095. */
#define ENCASE_ANSWER_FAIL(t, c, error)            ENC_TEST_ANSWER_FAIL(encase_desc_##c, t, error)
#define ENCASE_ANSWER_FAIL_IN(prefix, t, c, error) ENC_TEST_ANSWER_FAIL(prefix##_desc_##c, t, error)
/* For every call c without another answer: a C function of the call's prototype, libc's convention. */
#define ENCASE_ANSWER_BY(t, c, function) \
	ENC_TEST_ANSWER_BY(encase_desc_##c, encase_##c##_fn, t, function)
#define ENCASE_ANSWER_BY_IN(prefix, t, c, function) \
	ENC_TEST_ANSWER_BY(prefix##_desc_##c, prefix##_##c##_fn, t, function)
/*
 * Calls for which the script has no answer get this one from now on, by the kernel's
 * convention (-ENOSYS, 0), and fail no test.
 */
void encase_test_unscripted(struct encase_test *t, long answer);
/*
 * Reading or writing these bytes is EFAULT to the layers and the bottom, as are for
 * every test addresses below 65536: (void *) 1 is a bad pointer.
 */
void encase_test_forbid(struct encase_test *t, const void *p, size_t n);
/*
 * From now on nothing at the bottom looks at what pointers point to: they are compared as
 * addresses.  For words that stand for no data, as in loops over a table's calls.
 */
void encase_test_blind(struct encase_test *t);

/* -- Calls ---------------------------------------------------------------- */

/* Makes a call; its value is the call's, of the call's type, and errno as libc has it. */
#define ENCASE_CALL(t, c, ...) ENC_TEST_CALL(encase_desc_##c, encase_##c##_fn, t, __VA_ARGS__)
#define ENCASE_CALL_IN(prefix, t, c, ...) \
	ENC_TEST_CALL(prefix##_desc_##c, prefix##_##c##_fn, t, __VA_ARGS__)
/* Makes a call, which must return a value; and one that must fail with an errno. */
#define ENCASE_CALL_GIVES(t, value, c, ...) \
	ENC_TEST_GIVES(encase_desc_##c, encase_##c##_fn, t, value, __VA_ARGS__)
#define ENCASE_CALL_GIVES_IN(prefix, t, value, c, ...) \
	ENC_TEST_GIVES(prefix##_desc_##c, prefix##_##c##_fn, t, value, __VA_ARGS__)
#define ENCASE_CALL_FAILS(t, error, c, ...) \
	ENC_TEST_FAILS(encase_desc_##c, encase_##c##_fn, t, error, __VA_ARGS__)
#define ENCASE_CALL_FAILS_IN(prefix, t, error, c, ...) \
	ENC_TEST_FAILS(prefix##_desc_##c, prefix##_##c##_fn, t, error, __VA_ARGS__)
/*
 * Makes a call by its descriptor, with a word per argument, pointers being the
 * test's own; for loops over tables.  Its value is a word by the kernel's convention.
 */
#define ENCASE_CALL_WORDS(t, desc, words) \
	encase_test_call_words((t), (desc), (words), __FILE__, __LINE__)

/*
 * Makes a call by its number, with six words; one that no table has reaches the bottom, too.
 * Pointers are the cage's then: encase_test_address().
 */
#define ENCASE_CALL_NUMBER(t, number, words) \
	encase_test_call_number((t), &encase_calls, (number), (words), __FILE__, __LINE__)
#define ENCASE_CALL_NUMBER_IN(prefix, t, number, words) \
	encase_test_call_number((t), &prefix##_calls, (number), (words), __FILE__, __LINE__)

/* Anything else that must be so. */
#define ENCASE_EXPECT(t, condition) \
	encase_test_expect((t), (condition) ? 1 : 0, #condition, __FILE__, __LINE__)

/* -- What came of the last call ------------------------------------------- */

#define ENCASE_EXPECT_RESULT(t, value) \
	encase_test_expect_result((t), ENC_TEST_VALUE(value), __FILE__, __LINE__)
#define ENCASE_EXPECT_ERRNO(t, error) encase_test_expect_errno((t), (error), __FILE__, __LINE__)
/*
 * Of the bytes that argument arg of the last call, a call c, pointed to, layers have
 * read none; and written none; of a vector's neither its entries' nor those that they name.  Fails where there are no such bytes: a null, a length of 0.
 */
#define ENCASE_EXPECT_NOT_READ(t, c, arg) \
	ENC_TEST_UNTOUCHED(encase_desc_##c, struct encase_##c##_policy, arg, t, 0)
#define ENCASE_EXPECT_NOT_READ_IN(prefix, t, c, arg) \
	ENC_TEST_UNTOUCHED(prefix##_desc_##c, struct prefix##_##c##_policy, arg, t, 0)
#define ENCASE_EXPECT_NOT_WRITTEN(t, c, arg) \
	ENC_TEST_UNTOUCHED(encase_desc_##c, struct encase_##c##_policy, arg, t, 1)
#define ENCASE_EXPECT_NOT_WRITTEN_IN(prefix, t, c, arg) \
	ENC_TEST_UNTOUCHED(prefix##_desc_##c, struct prefix##_##c##_policy, arg, t, 1)
/* Nothing at all of the cage's memory was read or written by layers in the last call. */
#define ENCASE_EXPECT_UNTOUCHED(t) encase_test_expect_untouched((t), __FILE__, __LINE__)
/* How many of these bytes layers have read, and written, in the last call. */
size_t encase_test_bytes_read(const struct encase_test *t, const void *p, size_t n);
size_t encase_test_bytes_written(const struct encase_test *t, const void *p, size_t n);

/* -- What reached the bottom ---------------------------------------------- */

/*
 * The next call c that reached the bottom had these arguments: the same scalars, the
 * same bytes behind pointers that are read, a null where a null is given, and none
 * elsewhere.  "Next" goes on from the last call that was found so: calls that
 * came before are not looked at again, those of other names between are passed over.
 */
#define ENCASE_EXPECT_REACHED(t, c, ...) \
	ENC_TEST_REACHED(encase_desc_##c, encase_##c##_fn, t, __VA_ARGS__)
#define ENCASE_EXPECT_REACHED_IN(prefix, t, c, ...) \
	ENC_TEST_REACHED(prefix##_desc_##c, prefix##_##c##_fn, t, __VA_ARGS__)
#define ENCASE_EXPECT_REACHED_WORDS(t, desc, words) \
	encase_test_expect_words((t), (desc), (words), __FILE__, __LINE__)
/* In the place of a pointer there: whatever it was. */
#define ENCASE_ANYTHING ((void *) encase_test_anything)
/* No call c, and no call at all, has reached the bottom after that one. */
#define ENCASE_EXPECT_NOT_REACHED(t, c) \
	encase_test_expect_not_reached((t), &encase_desc_##c, __FILE__, __LINE__)
#define ENCASE_EXPECT_NOT_REACHED_IN(prefix, t, c) \
	encase_test_expect_not_reached((t), &prefix##_desc_##c, __FILE__, __LINE__)
#define ENCASE_EXPECT_NOTHING_REACHED(t) \
	encase_test_expect_not_reached((t), NULL, __FILE__, __LINE__)

/* One call: as the test made it, or as it reached the bottom. */
struct encase_test_call {
	const struct encase_desc *desc; /* null: its number is in no table */
	long number;
	struct encase_desc shape; /* what this call's arguments are, where that varies */
	/* Pointers as addresses of this process, in vectors too. */
	encase_word words[ENCASE_MAX_ARGS];
	uint8_t passed; /* bit i: argument i points into the cage's memory, no layer's copy */
	uint8_t owned;  /* bit i: it points to a copy of a vector's entries, with such addresses */
	/*
	 * What pointers pointed to: in-data as it came, out-data as it went; a MiB at most.
	 * Of a vector the bytes that its entries name, one after another, of a pair those that it
	 * names; of a message the structure, of an array of strings its first pointer.
	 */
	struct {
		void *bytes; /* null: nothing that could be looked at */
		size_t n, extent;
	} data[ENCASE_MAX_ARGS];
	int error; /* 0: it succeeded */
	encase_word result;
};
/* The number i, from 0, of all that reached the bottom; null: there were no more.  The test's. */
const struct encase_test_call *encase_test_reached(const struct encase_test *t, size_t i);
/* The address by which the cage knows this pointer: what a layer would print. */
encase_word encase_test_address(const void *p);

/* -- What was logged ------------------------------------------------------ */

/* The next line that was logged, by encase_log(), is this one: a format as printf() has it. */
#define ENCASE_EXPECT_LOGGED(t, ...) encase_test_expect_logged((t), __FILE__, __LINE__, __VA_ARGS__)
/* There is no next one. */
#define ENCASE_EXPECT_NOTHING_LOGGED(t) encase_test_expect_not_logged((t), __FILE__, __LINE__)

#ifdef __cplusplus
}
#endif

#include "test_inside.h"

#endif
