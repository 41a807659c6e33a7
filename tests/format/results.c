/* SPDX-License-Identifier: MIT */
/* Calls of Linux that returned more than 0: how much of their data is shown, and what follows the result. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <encase.h>
#include <encase/format.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#define WORD(p)    ((encase_word) (uintptr_t) (p))
#define WORDS(...) ((const encase_word[ENCASE_MAX_ARGS]){ __VA_ARGS__ })

static const struct encase_source host = { .memory = &encase_memory_host };

static void shows(const char *expected, const struct encase_desc *desc, long result,
		  const encase_word *words)
{
	const struct encase_outcome outcome = { .word = (encase_word) result };
	char text[1024];

	cr_assert_eq(encase_format(text, sizeof(text), desc, words, &outcome, &host), strlen(text));
	cr_assert_str_eq(text, expected);
}

Test(results, tell_how_much_was_written)
{
	char four[] = "abcd", target[] = "target",
	     letter[16] = { 5, 0, 0, 0, 0, 0, 0, 0, 'h', 'i', '!' };
	char two[2] = "de";
	struct iovec entries[] = { { four, 2 }, { two, 2 } };

	shows("read(3, \"abc\", 4) = 3", &encase_desc_read, 3, WORDS(3, WORD(four), 4));
	shows("read(3, \"abcd\", 4) = 9", &encase_desc_read, 9, WORDS(3, WORD(four), 4));
	shows("readlink(\"l\", \"tar\", 6) = 3", &encase_desc_readlink, 3,
	      WORDS(WORD("l"), WORD(target), 6));
	shows("readv(3, [{iov_base=\"ab\", iov_len=2}, {iov_base=\"d\", iov_len=2}], 2) = 3",
	      &encase_desc_readv, 3, WORDS(3, WORD(entries), 2));
	shows("msgrcv(1, {mtype=5, mtext=\"hi\"}, 8, 0, 0) = 2", &encase_desc_msgrcv, 2,
	      WORDS(1, WORD(letter), 8, 0, 0));
	shows("getgroups(3, [7]) = 1", &encase_desc_getgroups, 1,
	      WORDS(3, WORD(((gid_t[]){ 7, 8, 9 }))));
}

#define ONE(bytes, rest)                                                                      \
	"{msg_hdr={msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=" bytes ", iov_len=4}], " \
	"msg_iovlen=1, msg_controllen=0, msg_flags=0}" rest "}"

Test(results, of_many_messages)
{
	char four[] = "abcd", more[] = "efgh";
	struct iovec entries[] = { { four, 4 }, { more, 4 } };
	struct mmsghdr m[] = {
		{ { .msg_iov = &entries[0], .msg_iovlen = 1 }, 2 },
		{ { .msg_iov = &entries[1], .msg_iovlen = 1 }, 3 },
	};

	shows("sendmmsg(3, [" ONE("\"abcd\"", ", msg_len=2") ", " ONE("\"efgh\"",
								      "") "], 2, 0) = 1",
	      &encase_desc_sendmmsg, 1, WORDS(3, WORD(m), 2));
	shows("recvmmsg(3, [" ONE("\"ab\"", ", msg_len=2") "], 2, 0, NULL) = 1",
	      &encase_desc_recvmmsg, 1, WORDS(3, WORD(m), 2));
	shows("recvmmsg(3, [" ONE("\"ab\"", ", msg_len=2") ", " ONE(
		      "\"efg\"", ", msg_len=3") "], 2, 0, NULL) = 2",
	      &encase_desc_recvmmsg, 2, WORDS(3, WORD(m), 2));
	shows("recvmmsg(3, [], 0, 0, NULL) = 0 (Timeout)", &encase_desc_recvmmsg, 0,
	      WORDS(3, WORD(m), 0));
}

Test(results, of_sleeps)
{
	static const struct {
		const char *shown; /* null: the address */
		int error;
		unsigned flags;
	} rows[] = {
		{ "{tv_sec=3, tv_nsec=4}", EINTR, 0 },
		{ "{tv_sec=3, tv_nsec=4}", 516, 0 },
		{ NULL, EINTR, TIMER_ABSTIME },
		{ NULL, EINVAL, 0 },
		{ NULL, 0, 0 },
	};
	struct timespec left = { 3, 4 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct encase_outcome outcome = { .error = rows[i].error };
		const encase_word *words = WORDS(1, rows[i].flags, 0, WORD(&left));
		char text[200], address[32];

		(void) snprintf(address, sizeof(address), "%p", (void *) &left);
		(void) encase_format_arg(text, sizeof(text), &encase_desc_clock_nanosleep, words, 3,
					 &outcome, &host);
		cr_expect_str_eq(text, rows[i].shown ? rows[i].shown : address);
	}
}

Test(results, of_children)
{
	static const struct {
		int status;
		const char *shown;
	} rows[] = {
		{ 0x300, "WIFEXITED(s) && WEXITSTATUS(s) == 3" },
		{ 9, "WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL" },
		{ 0x8b, "WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV && WCOREDUMP(s)" },
		{ 0x137f, "WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP" },
		{ 0xffff, "WIFCONTINUED(s)" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char expected[200];

		snprintf(expected, sizeof(expected), "wait4(-1, [{%s}], 0, NULL) = 42",
			 rows[i].shown);
		shows(expected, &encase_desc_wait4, 42,
		      WORDS((encase_word) -1, WORD(&rows[i].status)));
	}
}

Test(results, are_explained)
{
	struct pollfd fds[] = { { 3, POLLIN, 0 }, { 4, POLLOUT, POLLOUT | POLLHUP } };

	shows("poll([{fd=3, events=POLLIN}, {fd=4, events=POLLOUT}], 2, 0) = 1 ([{fd=4, "
	      "revents=POLLOUT|POLLHUP}])",
	      &encase_desc_poll, 1, WORDS(WORD(fds), 2));
	shows("poll([{fd=3, events=POLLIN}], 1, 0) = 0 (Timeout)", &encase_desc_poll, 0,
	      WORDS(WORD(fds), 1));
	shows("fcntl(3, F_GETFD) = 0x1 (flags FD_CLOEXEC)", &encase_desc_fcntl, 1, WORDS(3, 1));
	shows("fcntl(3, F_GETFL) = 0x401 (flags O_WRONLY|O_APPEND)", &encase_desc_fcntl, 0x401,
	      WORDS(3, 3));
	shows("personality(0xffffffff) = 0 (PER_LINUX)", &encase_desc_personality, 0,
	      WORDS(0xffffffff));
	shows("umask(077) = 022", &encase_desc_umask, 022, WORDS(077));
	shows("mmap(NULL, 1, PROT_READ, MAP_SHARED, 3, 0) = 0x7000", &encase_desc_mmap, 0x7000,
	      WORDS(0, 1, 1, 1, 3, 0));
}

Test(results, of_directories_and_processors)
{
	/* Two records: a number, an offset, the record's length. */
	static const struct {
		uint64_t number, offset;
		uint16_t length;
		char rest[6];
	} records[] = { { 1, 2, 24, "" }, { 3, 4, 24, "" } };
	uint64_t set[2] = { 5, 0 };
	char expected[200];

	snprintf(expected, sizeof(expected), "getdents64(3, %p /* 2 entries */, 100) = 48",
		 (const void *) records);
	shows(expected, &encase_desc_getdents64, sizeof(records), WORDS(3, WORD(records), 100));
	/* A result says more than there is room for. */
	snprintf(expected, sizeof(expected), "getdents64(3, %p /* 1 entries */, 47) = 48",
		 (const void *) records);
	shows(expected, &encase_desc_getdents64, sizeof(records), WORDS(3, WORD(records), 47));
	shows("sched_getaffinity(0, 16, [0 2]) = 8", &encase_desc_sched_getaffinity, 8,
	      WORDS(0, 16, WORD(set)));
}
