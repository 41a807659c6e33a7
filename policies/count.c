/* SPDX-License-Identifier: MIT */
/*
 * Layer "count": calls, errors and bytes per path; see policies.h.
 *
 *     encase_push(cage, &encase_count, "output=counts.txt");
 *
 * Raw handlers, by which all pointers pass but paths, which are asked for.  A call counts before it
 * goes down, so that one that never comes back has been counted; errors and bytes are added when it has.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "count.h"
#include "policies.h"

/* The rows that a call counts in, each once. */
struct rows {
	uint64_t *at[ENCASE_MAX_ARGS];
	unsigned n;
};

static void add_row(struct rows *rows, uint64_t *row)
{
	for (unsigned i = 0; i < rows->n; i++)
		if (rows->at[i] == row)
			return;
	if (row)
		rows->at[rows->n++] = row;
}

static struct enc_count_map *own_map(void)
{
	return enc_count_map(encase_self(), encase_caller());
}

static int fd_of(const struct encase_call *call, unsigned i)
{
	return (int) encase_arg_word(call, i);
}

static uint64_t *fd_row(int fd)
{
	return enc_count_fd(encase_self(), own_map(), fd);
}

/* -- What a call names ------------------------------------------------------------- */

/* Arguments that look as if they named a file that the call is about, and do not. */
static bool names_nothing(const struct encase_call *call, const struct encase_desc *desc,
			  unsigned i)
{
	int fd = fd_of(call, i);

	if (desc == &encase_desc_symlink || desc == &encase_desc_symlinkat)
		return i == 0; /* what stands in the link */
	if (desc == &encase_desc_dup2 || desc == &encase_desc_dup3)
		return i == 1;
	if (desc == &encase_desc_mmap)
		return fd < 0 || encase_arg_word(call, 3) & MAP_ANONYMOUS;
	if (desc == &encase_desc_perf_event_open || desc == &encase_desc_signalfd ||
	    desc == &encase_desc_signalfd4)
		return fd < 0; /* none yet */
	return false;
}

static uint64_t *directory(int dirfd)
{
	return dirfd == AT_FDCWD ? enc_count_cwd(encase_self()) : fd_row(dirfd);
}

/* A directory's descriptor belongs to the path behind it; where there is none it stands for itself. */
static struct rows find_rows(struct encase_call *call)
{
	const struct encase_desc *desc = encase_call_desc(call);
	struct rows rows = { .n = 0 };
	const int none = AT_FDCWD;
	int dirfd = none;
	bool at = false;

	for (unsigned i = 0; i < desc->nargs; i++) {
		unsigned kind = desc->arg[i].kind & ENCASE_KIND;
		uint64_t *row;

		if (names_nothing(call, desc, i))
			continue;
		if (kind == ENCASE_FD) {
			add_row(&rows, fd_row(fd_of(call, i)));
		} else if (kind == ENCASE_AT) {
			dirfd = fd_of(call, i);
			at = true;
		} else if (kind == ENCASE_PATH) {
			row = enc_count_path(encase_self(), call, i, at ? dirfd : none);
			add_row(&rows, row || !at ? row : directory(dirfd));
			at = false;
		}
	}
	if (at)
		add_row(&rows, directory(dirfd));
	return rows;
}

static void add_to(const struct rows *rows, unsigned column, uint64_t n)
{
	for (unsigned i = 0; i < rows->n; i++)
		encase_stats_add(rows->at[i], column, n);
}

/* Hands a call on, and counts it in these rows. */
static long count_in(struct encase_call *call, const struct rows *rows)
{
	long result;

	add_to(rows, COUNT_CALLS, 1);
	result = encase_forward(call);
	if (encase_failed(call))
		add_to(rows, COUNT_ERRORS, 1);
	return result;
}

static long on_any(struct encase_call *call)
{
	struct rows rows = find_rows(call);

	return count_in(call, &rows);
}

/* -- Bytes --------------------------------------------------------------------------- */

static long count_bytes(struct encase_call *call, unsigned column)
{
	uint64_t *row = fd_row(fd_of(call, 0));
	const struct rows rows = { { row }, 1 };
	long n = count_in(call, &rows);

	if (n > 0)
		encase_stats_add(row, column, (uint64_t) n);
	return n;
}

static long on_in(struct encase_call *call)
{
	return count_bytes(call, COUNT_IN);
}

static long on_out(struct encase_call *call)
{
	return count_bytes(call, COUNT_OUT);
}

/* mq_timedsend() returns 0 for all of its message. */
static long on_letter(struct encase_call *call)
{
	struct rows rows = { { fd_row(fd_of(call, 0)) }, 1 };
	long result = count_in(call, &rows);

	if (!encase_failed(call))
		add_to(&rows, COUNT_OUT, encase_arg_word(call, 2));
	return result;
}

/* What is only looked at comes again; and of what is cut no more comes than there is room for. */
static long on_receive(struct encase_call *call)
{
	bool from = encase_call_desc(call) == &encase_desc_recvfrom;
	struct rows rows = { { fd_row(fd_of(call, 0)) }, 1 };
	long n = count_in(call, &rows);
	uint64_t came = n > 0 ? (uint64_t) n : 0;

	if (from && came > encase_arg_word(call, 2))
		came = encase_arg_word(call, 2);
	if (!(encase_arg_word(call, from ? 3 : 2) & MSG_PEEK))
		add_to(&rows, COUNT_IN, came);
	return n;
}

/* How much each message was is told in its header alone, so these two have a copy. */
static long count_messages(struct encase_call *call, unsigned column, bool peeks)
{
	struct rows rows = { { fd_row(fd_of(call, 0)) }, 1 };
	const struct mmsghdr *messages = encase_arg(call, 1);
	long n = count_in(call, &rows);

	for (long i = 0; messages && !peeks && i < n; i++)
		add_to(&rows, column, messages[i].msg_len);
	return n;
}

static long on_messages_in(struct encase_call *call)
{
	return count_messages(call, COUNT_IN, encase_arg_word(call, 3) & MSG_PEEK);
}

static long on_messages_out(struct encase_call *call)
{
	return count_messages(call, COUNT_OUT, false);
}

/* From one descriptor to another one. */
static long count_move(struct encase_call *call, unsigned from, unsigned to)
{
	uint64_t *in = fd_row(fd_of(call, from)), *out = fd_row(fd_of(call, to));
	struct rows rows = { .n = 0 };
	long n;

	add_row(&rows, in);
	add_row(&rows, out);
	n = count_in(call, &rows);
	if (n > 0) {
		encase_stats_add(in, COUNT_IN, (uint64_t) n);
		encase_stats_add(out, COUNT_OUT, (uint64_t) n);
	}
	return n;
}

static long on_sendfile(struct encase_call *call)
{
	return count_move(call, 1, 0);
}

static long on_splice(struct encase_call *call)
{
	return count_move(call, 0, 2);
}

static long on_tee(struct encase_call *call)
{
	return count_move(call, 0, 1);
}

/* Into a pipe that can be written to, else out of it. */
static long on_vmsplice(struct encase_call *call)
{
	int flags = encase_next_fcntl(fd_of(call, 0), F_GETFL, 0);

	return count_bytes(call,
			   flags < 0 || (flags & O_ACCMODE) == O_RDONLY ? COUNT_IN : COUNT_OUT);
}

/* -- Descriptors that come and go ---------------------------------------------------- */

static long on_open(struct encase_call *call)
{
	struct rows rows = find_rows(call);
	long fd = count_in(call, &rows);

	if (fd >= 0 && rows.n)
		enc_count_opened(own_map(), (int) fd, rows.at[0]);
	return fd;
}

static long on_close(struct encase_call *call)
{
	struct rows rows = find_rows(call);
	struct enc_count_map *map = own_map();
	struct enc_count_closing closing;
	long result;

	enc_count_close(map, fd_of(call, 0), &closing);
	result = count_in(call, &rows);
	enc_count_closed(map, &closing, false, NULL);
	return result;
}

static long on_close_range(struct encase_call *call)
{
	unsigned first = (unsigned) encase_arg_word(call, 0);
	unsigned last = (unsigned) encase_arg_word(call, 1);
	struct enc_count_map *map = own_map();
	long result;

	if (encase_arg_word(call, 2) & CLOSE_RANGE_CLOEXEC)
		return encase_forward(call);
	enc_count_close_range(map, first, last);
	result = encase_forward(call);
	enc_count_closed_range(map);
	return result;
}

/* The row that a duplicate of fd has: none if fd has become another file since it was looked at. */
static uint64_t *row_of_copy(struct enc_count_map *map, int fd, uint64_t noted, uint64_t *row)
{
	return enc_count_noted(map, fd) == noted ? row : NULL;
}

/* dup(), and fcntl() with such commands. */
static long on_dup(struct encase_call *call)
{
	struct enc_count_map *map = own_map();
	int old = fd_of(call, 0);
	struct rows rows = { { fd_row(old) }, 1 };
	uint64_t noted = enc_count_noted(map, old);
	long fd = count_in(call, &rows);

	if (fd >= 0)
		enc_count_opened(map, (int) fd, row_of_copy(map, old, noted, rows.at[0]));
	return fd;
}

static long on_fcntl(struct encase_call *call)
{
	encase_word op = encase_arg_word(call, 1);

	return op == F_DUPFD || op == F_DUPFD_CLOEXEC ? on_dup(call) : on_any(call);
}

/* dup2() and dup3(): of the two descriptors it is the first one's file that counts. */
static long on_dup2(struct encase_call *call)
{
	struct enc_count_map *map = own_map();
	int old = fd_of(call, 0), new = fd_of(call, 1);
	struct rows rows = { { fd_row(old) }, 1 };
	uint64_t noted = enc_count_noted(map, old);
	struct enc_count_closing closing;
	long fd;

	if (old == new)
		return count_in(call, &rows);
	enc_count_close(map, new, &closing);
	fd = count_in(call, &rows);
	enc_count_closed(map, &closing, fd < 0, row_of_copy(map, old, noted, rows.at[0]));
	return fd;
}

#define PASSING ENCASE_PASS_POINTERS

static const struct encase_rule rules[] = {
	ENCASE_ON(read, on_in, PASSING),
	ENCASE_ON(pread64, on_in, PASSING),
	ENCASE_ON(readv, on_in, PASSING),
	ENCASE_ON(preadv, on_in, PASSING),
	ENCASE_ON(preadv2, on_in, PASSING),
	ENCASE_ON(mq_timedreceive, on_in, PASSING),
	ENCASE_ON(write, on_out, PASSING),
	ENCASE_ON(pwrite64, on_out, PASSING),
	ENCASE_ON(writev, on_out, PASSING),
	ENCASE_ON(pwritev, on_out, PASSING),
	ENCASE_ON(pwritev2, on_out, PASSING),
	ENCASE_ON(mq_timedsend, on_letter, PASSING),
	ENCASE_ON(sendto, on_out, PASSING),
	ENCASE_ON(sendmsg, on_out, PASSING),
	ENCASE_ON(sendmmsg, on_messages_out, .msgvec = ENCASE_COPY),
	ENCASE_ON(recvfrom, on_receive, PASSING),
	ENCASE_ON(recvmsg, on_receive, PASSING),
	ENCASE_ON(recvmmsg, on_messages_in, .msgvec = ENCASE_COPY, .timeout = ENCASE_PASS),
	ENCASE_ON(sendfile, on_sendfile, PASSING),
	ENCASE_ON(splice, on_splice, PASSING),
	ENCASE_ON(tee, on_tee, PASSING),
	ENCASE_ON(copy_file_range, on_splice, PASSING),
	ENCASE_ON(vmsplice, on_vmsplice, PASSING),
	ENCASE_ON(open, on_open, PASSING),
	ENCASE_ON(openat, on_open, PASSING),
	ENCASE_ON(openat2, on_open, PASSING),
	ENCASE_ON(creat, on_open, PASSING),
	ENCASE_ON(mq_open, on_open, PASSING),
	ENCASE_ON(mq_unlink, on_any, PASSING),
	ENCASE_ON(close, on_close),
	ENCASE_ON(close_range, on_close_range),
	ENCASE_ON(dup, on_dup),
	ENCASE_ON(dup2, on_dup2),
	ENCASE_ON(dup3, on_dup2),
	ENCASE_ON(fcntl, on_fcntl, PASSING),
	ENCASE_ON_GROUP(file, on_any),
	ENCASE_ON_GROUP(desc, on_any),
	ENCASE_ON_GROUP(network, on_any),
	ENCASE_END,
};

const struct encase_layer encase_count = {
	.name = "count",
	.rules = rules,
	.start = enc_count_start,
	.stop = enc_count_stop,
	.child = enc_count_child,
	.end = enc_count_end,
	.about = "counts calls, errors and bytes for each path: output=FILE|FD|stderr, "
		 "sort=path|bytes",
};
