/* SPDX-License-Identifier: MIT */
/* Calls in words, of an interface of one's own: names of values, types, results, groups of groups. */
#include <criterion/criterion.h>
#include <encase/format.h>
#include <encase/make.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "port.h"

static char text[1024];
static const struct encase_source host = { .memory = &encase_memory_host };

#define WORD(p) ((encase_word) (uintptr_t) (p))
#define SHOWS(expected, desc, outcome, source, ...)                                            \
	do {                                                                                   \
		const encase_word shown_words[ENCASE_MAX_ARGS] = { __VA_ARGS__ };              \
		size_t shown_n =                                                               \
			encase_format(text, sizeof(text), desc, shown_words, outcome, source); \
		cr_assert_str_eq(text, expected);                                              \
		cr_assert_eq(shown_n, strlen(expected));                                       \
	} while (0)

static encase_word bits(double value)
{
	encase_word word;

	memcpy(&word, &value, sizeof(word));
	return word;
}

static encase_word float_bits(float value)
{
	uint32_t word;

	memcpy(&word, &value, sizeof(word));
	return word;
}

Test(own, sets_of_bits)
{
	static const struct {
		unsigned flags;
		const char *shown;
	} rows[] = {
		{ 0, "PORT_NONE" },
		{ 1, "PORT_READ" },
		{ 2, "PORT_WRITE" },
		{ 3, "0x3 /* PORT_??? */" },
		{ 0x11, "PORT_READ|PORT_FAST" },
		{ 0x31, "PORT_READ|PORT_FAST|0x20" },
		{ 0x22, "PORT_WRITE|PORT_SAFE" },
		{ 0xffffff40, "0xffffff40 /* PORT_??? */" },
		{ 0x80000001, "PORT_READ|0x80000000" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		encase_word words[ENCASE_MAX_ARGS] = { 0, rows[i].flags };
		size_t n = encase_format_arg(text, sizeof(text), &port_desc_port_open, words, 1,
					     NULL, NULL);

		cr_assert_str_eq(text, rows[i].shown);
		cr_assert_eq(n, strlen(text));
	}
}

Test(own, values_and_plain_flags)
{
	SHOWS("port_open(\"/dev/a\", PORT_READ, 0, SLOW)", &port_desc_port_open, NULL, &host,
	      WORD("/dev/a"), 1, 0, 0);
	SHOWS("port_open(NULL, PORT_READ, 0xff, 0x5 /* SPEED_??? */)", &port_desc_port_open, NULL,
	      &host, 0, 1, 0xff, 5);
	/* Words have more bits than the types; the rest does not count. */
	SHOWS("port_open(NULL, PORT_READ, 0x1, FAST)", &port_desc_port_open, NULL, &host, 0,
	      0x7700000001, 0xff00000001, 0x100000009);
}

Test(own, floats_and_narrow_types)
{
	const struct encase_outcome outcome = { .word = bits(0.5) };

	SHOWS("port_tune(2.5, -1, LOWEST, 0x1, 255) = 0.5", &port_desc_port_tune, &outcome, NULL,
	      bits(2.5), float_bits(-1), 0xffff, 1, 0xff);
	SHOWS("port_tune(0, 0, 0x2, 0, 0)", &port_desc_port_tune, NULL, NULL, 0, 0, 2);
}

Test(own, structures_by_type)
{
	const struct timespec until = { 3, 4 };
	const struct port_thing thing = { 1, 2 };
	const short marks[] = { -1, 2, 3 };
	int out[] = { 5, 6 };
	char expected[200];
	const struct encase_outcome null = { .error = ENOMEM }, done = { .word = 0x1000 },
				    zero = { 0 };

	snprintf(expected, sizeof(expected),
		 "port_wait({tv_sec=3, tv_nsec=4}, %p, [-1, 2, 3], 3, %p, SIGINT) = -1 ENOMEM "
		 "(Cannot allocate "
		 "memory)",
		 (const void *) &thing, (void *) out);
	SHOWS(expected, &port_desc_port_wait, &null, &host, WORD(&until), WORD(&thing), WORD(marks),
	      3, WORD(out), 2);
	snprintf(expected, sizeof(expected), "port_wait(NULL, %p, [], 0, [5, 6], SIGRT_2) = 0x1000",
		 (const void *) &thing);
	SHOWS(expected, &port_desc_port_wait, &done, &host, 0, WORD(&thing), WORD(marks), 0,
	      WORD(out), 34);
	SHOWS("port_wait(NULL, NULL, NULL, 0, NULL, 0) = 0", &port_desc_port_wait, &zero, &host, 0);
}

Test(own, shapes)
{
	const struct timespec time = { 1, 2 };

	SHOWS("port_set(SET_SPEED, FAST, NULL, AT_FDCWD)", &port_desc_port_set, NULL, &host, 1, 9,
	      0, (encase_word) -100);
	SHOWS("port_set(SET_TIME, {tv_sec=1, tv_nsec=2}, 0x10, 3)", &port_desc_port_set, NULL,
	      &host, 2, WORD(&time), 16, 3);
	SHOWS("port_set(0x3)", &port_desc_port_set, NULL, &host, 3, 4, 5, 6);
	SHOWS("port_set(0x4, 0x5, NULL, 0)", &port_desc_port_set, NULL, &host, 4, 5);
	cr_assert_eq(encase_format_arg(text, sizeof(text), &port_desc_port_set,
				       (encase_word[ENCASE_MAX_ARGS]){ 3 }, 1, NULL, &host),
		     0);
	cr_assert_str_eq(text, "");
	cr_assert_eq(encase_format_arg(text, sizeof(text), &port_desc_port_set,
				       (encase_word[ENCASE_MAX_ARGS]){ 3 }, 8, NULL, &host),
		     0);
}

Test(own, results)
{
	static const struct {
		struct encase_outcome outcome;
		const char *shown;
	} rows[] = {
		{ { .word = 7 }, "sync() = 7" },
		{ { .word = 0xffffffff }, "sync() = -1" },
		{ { .error = EPERM }, "sync() = -1 EPERM (Operation not permitted)" },
		{ { .error = 512 },
		  "sync() = ? ERESTARTSYS (To be restarted if SA_RESTART is set)" },
		{ { .error = 4000 }, "sync() = -1 (errno 4000)" },
		{ { .gone = 1, .error = EPERM }, "sync() = ?" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		SHOWS(rows[i].shown, &encase_desc_sync, &rows[i].outcome, NULL, 0);
}

Test(own, hidden_arguments)
{
	struct encase_source one = { .memory = &encase_memory_host, .hidden = 1 };
	char expected[100];

	snprintf(expected, sizeof(expected), "rename(%p, \"b\")", (const void *) "a");
	SHOWS(expected, &encase_desc_rename, NULL, &one, WORD("a"), WORD("b"));
}

/* Also where there would be nothing to read. */
Test(own, what_nobody_reads_is_an_address)
{
	static const struct encase_source hidden = { .memory = &encase_memory_host, .hidden = ~0U };
	const struct encase_outcome done = { 0 };

	for (size_t k = 0; k < encase_calls.ncalls; k++)
		for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++) {
			encase_word words[ENCASE_MAX_ARGS] = { 0 };
			struct encase_desc shape;

			words[i] = 0x1000;
			encase_shape(encase_calls.calls[k], words, &shape);
			if (!(shape.pointers >> i & 1))
				continue;
			for (int hide = 0; hide < 2; hide++) {
				(void) encase_format_arg(text, sizeof(text), encase_calls.calls[k],
							 words, i, &done, hide ? &hidden : NULL);
				cr_assert_str_eq(text, "0x1000", "%s", encase_calls.texts[k].name);
			}
		}
}

Test(own, made_at_run_time)
{
	static const struct encase_signature call = {
		.name = "put",
		.number = 5,
		.type = ENCASE_S64,
		.nargs = 3,
		.args = { { .name = "fd", .kind = ENCASE_FD, .type = ENCASE_S32 },
			  { .name = "buf",
			    .kind = ENCASE_BUF | ENCASE_IN,
			    .size = 1,
			    .count = "how" },
			  { .name = "how", .kind = ENCASE_FLAGS, .type = ENCASE_U32 } },
		.symbols = { [2] = &port_symbols_open },
	};
	const struct encase_interface *made;
	char why[100];

	cr_assert_eq(encase_interface_make("made", &call, 1, &made, why, sizeof(why)), 0, "%s",
		     why);
	SHOWS("put(-1, \"abc\", 0x3 /* PORT_??? */)", made->calls[0], NULL, &host, (encase_word) -1,
	      WORD("abcd"), 3);
	encase_interface_free(made);
}

Test(own, groups_of_groups)
{
	static const struct {
		const struct encase_desc *desc;
		uint64_t groups;
	} rows[] = {
		{ &port_desc_port_open, 1 << port_group_ports | 1 << port_group_all },
		{ &port_desc_port_tune, 1 << port_group_radio | 1 << port_group_ports |
						1 << port_group_all | 1 << port_group_other },
		{ &port_desc_port_wait, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_assert_eq(encase_text(rows[i].desc)->groups, rows[i].groups);
	cr_assert_eq(port_calls.ngroups, 4);
}

/* -- What is read -------------------------------------------------------------- */

static char page[256];
static unsigned beyond; /* reads of what the arguments do not reach */

static int from_page(void *space, encase_word from, void *to, size_t n)
{
	const size_t *end = space;

	if (from < WORD(page) || from + n > WORD(page) + *end) {
		beyond++;
		return -EFAULT;
	}
	memcpy(to, (const void *) (uintptr_t) from, n);
	return 0;
}

/* Of strings nothing behind the NUL, of buffers nothing behind their length. */
Test(own, no_more_is_read_than_arguments_reach)
{
	static const struct encase_memory careful = { .name = "careful", .read = from_page };
	const struct encase_outcome done = { .word = 40 };
	size_t end;
	struct encase_source source = { .memory = &careful, .space = &end };

	for (end = 1; end < sizeof(page); end++) {
		memset(page, 'x', sizeof(page));
		page[end - 1] = '\0';
		(void) encase_format(text, sizeof(text), &encase_desc_unlink,
				     (encase_word[ENCASE_MAX_ARGS]){ WORD(page) }, NULL, &source);
		(void) encase_format(text, sizeof(text), &encase_desc_memfd_create,
				     (encase_word[ENCASE_MAX_ARGS]){ WORD(page) }, NULL, &source);
		(void) encase_format(text, sizeof(text), &encase_desc_write,
				     (encase_word[ENCASE_MAX_ARGS]){ 1, WORD(page), end }, NULL,
				     &source);
		(void) encase_format(text, sizeof(text), &encase_desc_sethostname,
				     (encase_word[ENCASE_MAX_ARGS]){ WORD(page), end }, NULL,
				     &source);
		(void) encase_format(text, sizeof(text), &encase_desc_setgroups,
				     (encase_word[ENCASE_MAX_ARGS]){ end / 4, WORD(page) }, NULL,
				     &source);
		(void) encase_format(text, sizeof(text), &encase_desc_bind,
				     (encase_word[ENCASE_MAX_ARGS]){ 3, WORD(page), end }, NULL,
				     &source);
		(void) encase_format(text, sizeof(text), &encase_desc_read,
				     (encase_word[ENCASE_MAX_ARGS]){ 3, WORD(page), end }, &done,
				     &source);
		cr_assert_eq(beyond, 0, "%zu", end);
	}
}
