/* SPDX-License-Identifier: MIT */
/* encase_format_call(): a raw handler prints what its policy lets it see, and changes nothing. */
#include <criterion/criterion.h>
#include <encase/format.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "port.h"

static char before[512], after[512];

static long show(struct encase_call *call)
{
	struct encase_outcome outcome;
	long word;

	cr_assert_eq(encase_format_call(before, sizeof(before), call, NULL), strlen(before));
	word = encase_forward(call);
	outcome =
		(struct encase_outcome){ .word = (encase_word) word, .error = encase_failed(call) };
	cr_assert_eq(encase_format_call(after, sizeof(after), call, &outcome), strlen(after));
	return word;
}

static const struct encase_rule copies[] = { ENCASE_ON_ANY(show, ENCASE_COPY), ENCASE_END };
static const struct encase_rule passes[] = { ENCASE_ON_ANY(show), ENCASE_END };
static const struct encase_rule first[] = {
	ENCASE_ON(rename, show, .oldpath = ENCASE_COPY, .newpath = ENCASE_PASS), ENCASE_END
};
static const struct encase_layer copying = { .name = "copying", .rules = copies },
				 passing = { .name = "passing", .rules = passes },
				 half = { .name = "half", .rules = first };

static ssize_t fake_read(int fd, void *buf, size_t count)
{
	(void) fd;
	memcpy(buf, "abcdef", count < 6 ? count : 6);
	return 3;
}
static ssize_t fake_writev(int fd, const struct iovec *iov, int n)
{
	(void) fd;
	(void) iov;
	(void) n;
	return 6;
}
static int fake_rename(const char *from, const char *to)
{
	(void) from;
	(void) to;
	errno = EXDEV;
	return -1;
}

/* Fills what room there is, and tells of more. */
static int fake_getsockname(int fd, struct sockaddr *addr, encase_socklen *length)
{
	(void) fd;
	memset(addr, 'x', *length);
	addr->sa_family = AF_UNIX;
	*length = 20;
	return 0;
}

static const struct encase_function below[] = { ENCASE_FUNCTION(read, fake_read),
						ENCASE_FUNCTION(writev, fake_writev),
						ENCASE_FUNCTION(getsockname, fake_getsockname),
						ENCASE_FUNCTION(rename, fake_rename),
						ENCASE_FUNCTION_END };

/* Memory whose addresses are offsets: whoever follows one by himself ends here. */
static char bytes[256];
static struct encase_arena arena = { bytes, sizeof(bytes) };

static struct encase_cage *cage_with(const struct encase_layer *layer)
{
	struct encase_setup setup = { .lower = &encase_lower_functions,
				      .below = below,
				      .memory = &encase_memory_arena,
				      .space = &arena,
				      .unknown = 0 };
	struct encase_cage *cage;

	cr_assert_eq(encase_cage_new(&setup, &cage), 0);
	cr_assert_eq(encase_push(cage, layer, NULL), 0);
	before[0] = after[0] = '\0';
	return cage;
}

static void starts(const char *text, const char *with)
{
	cr_assert(!strncmp(text, with, strlen(with)), "%s", text);
}

Test(handler, sees_copies)
{
	struct encase_cage *cage = cage_with(&copying);

	cr_assert_eq(encase_enter(cage, &encase_desc_read, (encase_word[]){ 3, 16, 100 }), 3);
	starts(before, "read(3, 0x"); /* not yet written: an address, of the copy */
	cr_assert_str_eq(after, "read(3, \"abc\", 100) = 3");
	strcpy(bytes + 32, "old");
	strcpy(bytes + 40, "new");
	cr_assert_eq(encase_enter(cage, &encase_desc_rename, (encase_word[]){ 32, 40 }), -EXDEV);
	cr_assert_str_eq(before, "rename(\"old\", \"new\")");
	cr_assert_str_eq(after, "rename(\"old\", \"new\") = -1 EXDEV (Invalid cross-device link)");
	cr_assert_eq(encase_cage_free(cage), 0);
}

Test(handler, sees_vectors)
{
	struct encase_cage *cage = cage_with(&copying);
	const struct iovec entries[] = { { (void *) 64, 3 }, { (void *) 67, 3 } };

	memcpy(bytes + 64, "onetwo", 6);
	memcpy(bytes + 128, entries, sizeof(entries));
	cr_assert_eq(encase_enter(cage, &encase_desc_writev, (encase_word[]){ 1, 128, 2 }), 6);
	cr_assert_str_eq(
		before,
		"writev(1, [{iov_base=\"one\", iov_len=3}, {iov_base=\"two\", iov_len=3}], 2)");
	cr_assert_eq(encase_cage_free(cage), 0);
}

/* What lies behind a copy is another's. */
Test(handler, sees_nothing_behind_a_copy)
{
	struct encase_cage *cage = cage_with(&copying);
	static const char *const shown[] = {
		"getsockname(3, {sa_family=AF_UNIX, sun_path=\"xxxxxxxxxxxxxxxxxx\"}, [20]) = 0",
		"getsockname(3, {sa_family=AF_UNIX, sun_path=\"xx\"}, [20]) = 0",
	};

	for (size_t i = 0; i < 2; i++) {
		const encase_socklen length =
			i ? 4 : 40; /* the second copy lies where the first did */

		memcpy(bytes + 64, &length, sizeof(length));
		cr_assert_eq(
			encase_enter(cage, &encase_desc_getsockname, (encase_word[]){ 3, 16, 64 }),
			0);
		cr_assert_str_eq(after, shown[i]);
	}
	cr_assert_eq(encase_cage_free(cage), 0);
}

Test(handler, what_is_passed_by_is_an_address)
{
	struct encase_cage *cage = cage_with(&passing);

	cr_assert_eq(encase_enter(cage, &encase_desc_read, (encase_word[]){ 3, 16, 100 }), 3);
	cr_assert_str_eq(before, "read(3, 0x10, 100)");
	cr_assert_str_eq(after, "read(3, 0x10, 100) = 3");
	cr_assert_eq(encase_traffic(cage).from_cage, 0);
	cr_assert_eq(encase_cage_free(cage), 0);
	cage = cage_with(&half);
	strcpy(bytes + 32, "old");
	cr_assert_eq(encase_enter(cage, &encase_desc_rename, (encase_word[]){ 32, 40 }), -EXDEV);
	cr_assert_str_eq(before, "rename(\"old\", 0x28)");
	cr_assert_eq(encase_cage_free(cage), 0);
}

/* Of the host's own memory, too, where anybody could follow the pointer. */
Test(handler, passed_by_in_the_hosts_memory)
{
	struct encase_setup setup = { .lower = &encase_lower_functions, .below = below };
	struct encase_cage *cage;
	char expected[100];

	cr_assert_eq(encase_cage_new(&setup, &cage), 0);
	cr_assert_eq(encase_push(cage, &half, NULL), 0);
	snprintf(expected, sizeof(expected), "rename(\"old\", %p)", (const void *) "new");
	(void) encase_enter(cage, &encase_desc_rename,
			    (encase_word[]){ (uintptr_t) "old", (uintptr_t) "new" });
	cr_assert_str_eq(before, expected);
	cr_assert_eq(encase_cage_free(cage), 0);
}

Test(handler, unknown_numbers)
{
	struct encase_cage *cage = cage_with(&passing);

	(void) encase_enter_number(cage, &encase_calls, 511, (encase_word[]){ 0, 1, 2, 3, 4, 5 });
	cr_assert_str_eq(before, "syscall_0x1ff(0, 0x1, 0x2, 0x3, 0x4, 0x5)");
	cr_assert_str_eq(
		after,
		"syscall_0x1ff(0, 0x1, 0x2, 0x3, 0x4, 0x5) = -1 ENOSYS (Function not implemented)");
	cr_assert_eq(encase_cage_free(cage), 0);
}
