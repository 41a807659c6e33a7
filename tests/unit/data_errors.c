/* SPDX-License-Identifier: MIT */
/* Arguments that cannot be fetched: what encase_arg_data() and encase_reach() say.  docs/forwarding.md, section 3. */
#define _GNU_SOURCE
#include "unit.h"

#include <sys/sem.h>
#include <sys/socket.h>

#define BASE UNIT_FAR

enum { AT_MSG = 64, AT_ARGV = 1024, AT_TEXT = 2048 };

static unsigned asked;
static long said;

static long ask(struct encase_call *call)
{
	size_t n = 77;
	void *data = &n;

	said = encase_arg_data(call, asked, &data, &n);
	if (said) { /* nothing has changed */
		same(data, &n);
		same(n, 77);
		same(encase_arg(call, asked), NULL);
	}
	return said;
}

static void write_message(size_t iovlen, size_t controllen)
{
	struct msghdr m = { .msg_iovlen = iovlen, .msg_controllen = controllen };

	memcpy(unit_room + AT_MSG, &m, sizeof(m));
}

static void write_large_string(void)
{
	encase_word argv[50] = { 0 };

	memset(unit_room + AT_TEXT, 'x', UNIT_ROOM - AT_TEXT);
	unit_room[UNIT_ROOM - 1] = 0;
	argv[0] = BASE + AT_TEXT;
	memcpy(unit_room + AT_ARGV, argv, sizeof(argv));
}

static void many_messages(void)
{
	write_message(1025, 0);
}

static void much_control(void)
{
	write_message(0, UINT64_C(1) << 31);
}

static const struct {
	const struct encase_desc *desc;
	encase_word words[ENCASE_MAX_ARGS];
	unsigned arg;
	void (*lay)(void);
	long err;
} rows[] = {
	{ &encase_desc_sendmsg, { 1, BASE + AT_MSG }, 1, many_messages, -EMSGSIZE },
	{ &encase_desc_sendmsg, { 1, BASE + AT_MSG }, 1, much_control, -ENOBUFS },
	{ &encase_desc_execve, { BASE, BASE + AT_ARGV }, 1, write_large_string, 0 },
	{ &encase_desc_semctl, { 0, 0, GETALL, BASE + 64 }, 3, unit_paint, -ENOSYS },
	{ &encase_desc_writev, { 1, BASE + 64, 1025 }, 1, unit_paint, -EINVAL },
	{ &encase_desc_writev, { 1, BASE + UNIT_ROOM, 1 }, 1, unit_paint, -EFAULT },
};

Test(data_errors, of_deep_arguments)
{
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct encase_cage *cage = unit_far_cage();
		struct unit_layer layer;

		unit_row("row %zu", i);
		probe.answer = lab_reach;
		rows[i].lay();
		same(encase_enter(cage, rows[i].desc, rows[i].words), rows[i].err);
		asked = rows[i].arg;
		unit_raw(&layer, rows[i].desc, ask, ENCASE_PASS);
		unit_push(cage, &layer.layer);
		same(encase_enter(cage, rows[i].desc, rows[i].words), rows[i].err);
		unit_free(cage);
	}
}

/* Of a string what is too much, and in a memory that is larger. */
Test(data_errors, of_strings)
{
	static char text[131073 + 1];
	static char *argv[] = { text, NULL };
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layer;

	memset(text, 'x', sizeof(text) - 1);
	asked = 1;
	unit_raw(&layer, &encase_desc_execve, ask, ENCASE_PASS);
	unit_push(cage, &layer.layer);
	same(enter(cage, execve, WORD("x"), WORD(argv)), -E2BIG);
	text[131071] = 0;
	same(enter(cage, execve, WORD("x"), WORD(argv)), 0);
	unit_free(cage);
}

/* -- A memory at both ends of all addresses ---------------------------------- */

#define LAST 64
static char edges[LAST + 4096];

static char *at_edge(encase_word at, size_t n)
{
	encase_word from = at + LAST;

	return from <= sizeof(edges) && n <= sizeof(edges) - from ? edges + from : NULL;
}

static int edge_read(void *space, encase_word from, void *to, size_t n)
{
	const char *p = at_edge(from, n);

	(void) space;
	if (!p)
		return -EFAULT;
	memcpy(to, p, n);
	return 0;
}

/* All are empty. */
static long edge_string(void *space, encase_word from, char *to, size_t room)
{
	(void) space;
	(void) from;
	(void) room;
	*to = 0;
	return 1;
}

static int edge_write(void *space, encase_word to, const void *from, size_t n)
{
	char *p = at_edge(to, n);

	(void) space;
	if (!p)
		return -EFAULT;
	memcpy(p, from, n);
	return 0;
}

static const struct encase_memory edge = {
	.name = "edge",
	.read = edge_read,
	.write = edge_write,
	.read_string = edge_string,
};

#define END(n) (-(encase_word) (n))

/* What is read piece by piece goes no further than addresses do. */
Test(data_errors, at_the_end_of_all_addresses)
{
	struct encase_cage *cage = unit_cage(&edge, NULL);
	uint32_t size = 24;

	probe.answer = lab_reach;
	memset(edges, 0, sizeof(edges));
	memcpy(edges + LAST - 24, &size, sizeof(size));
	same(enter(cage, statmount, END(24), 8, 0, 0), 0);
	same(enter(cage, execve, 8, END(8), 0), 0);
	size = 32;
	memcpy(edges + LAST - 24, &size, sizeof(size));
	same(enter(cage, statmount, END(24), 8, 0, 0), -EFAULT);
	memset(edges + LAST - 16, 1, 16);
	same(enter(cage, execve, 8, END(16), 0), -EFAULT);
	unit_free(cage);
}
