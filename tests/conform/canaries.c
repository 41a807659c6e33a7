/* SPDX-License-Identifier: MIT */
/*
 * What the table says of Linux's calls, against the kernel: each call here is made
 * straight, and through the cages of the suite of lower layers, on blocks of bytes
 * that are the same before; results and all bytes must be the same after.  What the
 * kernel writes and the table does not say, or the other way round, makes a difference.
 *
 * Calls with answers that change are compared by which bytes are written, which is
 * found by making them on two patterns.
 */
#define _GNU_SOURCE
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <linux/random.h>
#include <linux/serial.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "canary_rows.h"
#include "lowers.h"

/* -- The scene ------------------------------------------------------------- */

static int queue = -1, sems = -1, shm = -1;
static pid_t child; /* one that runs, so that there is something to wait for */

static void put(int from, int at)
{
	holds("scene", from >= 0 && dup3(from, at, O_CLOEXEC) == at);
	close(from);
}

static bool has_word(const struct row *row, encase_word word)
{
	for (unsigned i = 0; i < 6; i++)
		if (row->words[i] == word)
			return true;
	return false;
}

/* What takes the kernel long to take away is there for those rows alone that need it. */
static void prepare_rarely(const struct row *row)
{
	int file = -1;

	close(TERMINAL);
	if (has_word(row, TERMINAL))
		file = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	if (file >= 0) /* without one its rows are EBADF, both ways */
		put(file, TERMINAL);
	close(INET6);
	file = has_word(row, INET6) ? socket(AF_INET6, SOCK_DGRAM, 0) : -1;
	if (file >= 0) /* the same */
		put(file, INET6);
	if (sems >= 0)
		semctl(sems, 0, IPC_RMID);
	sems = has_word(row, SEMS) ? semget(IPC_PRIVATE, 2, 0600) : -1;
	if (shm >= 0)
		shmctl(shm, IPC_RMID, NULL);
	shm = has_word(row, SHM) ? shmget(IPC_PRIVATE, 4096, 0600) : -1;
}

/* As it is before each call, whatever the one before it has done. */
static void prepare(const struct row *row)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = 7 };
	struct itimerspec never = { .it_value.tv_sec = 1000 };
	struct {
		long type;
		char text[5];
	} letter = { 3, "text" };
	struct stat status;
	int pair[2], file;

	if (!child) {
		if (!getgroups(0, NULL)) /* may fail: then SO_PEERGROUPS does not */
			setgroups(1, &(gid_t){ getgid() });
		child = fork();
		if (!child)
			prctl(PR_SET_PDEATHSIG, SIGKILL); /* also where the test fails */
		while (!child)
			pause();
	}
	file = open("canary", O_RDWR | O_CREAT, 0600);
	holds("scene", !fstat(file, &status) && pwrite(file, "The quick brown fox", 19, 0) == 19);
	if (status.st_size > 19) /* which takes long where the disk is asked */
		holds("scene", !ftruncate(file, 19));
	put(file, FILE_FD);
	holds("scene", !pipe(pair) && write(pair[1], "through a pipe", 14) == 14);
	put(pair[0], PIPE_IN);
	put(pair[1], PIPE_OUT);
	holds("scene", !socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) &&
			       write(pair[1], "datagram", 8) == 8 &&
			       write(pair[1], "another", 7) == 7);
	holds("scene", !setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &(int){ 1 }, sizeof(int)));
	put(pair[0], PAIR);
	put(pair[1], PAIR_PEER);
	put(eventfd(5, 0), EVENT);
	put(epoll_create1(0), EPOLL);
	holds("scene", !epoll_ctl(EPOLL, EPOLL_CTL_ADD, EVENT, &event));
	put(timerfd_create(CLOCK_MONOTONIC, 0), TIMER);
	holds("scene", !timerfd_settime(TIMER, 0, &never, NULL));
	put(open(".", O_RDONLY | O_DIRECTORY), DIRECTORY);
	put(socket(AF_UNIX, SOCK_STREAM, 0), LISTENER);
	prepare_rarely(row);
	unlink("link");
	holds("scene", !symlink("canary", "link"));
	if (queue >= 0)
		msgctl(queue, IPC_RMID, NULL);
	queue = msgget(IPC_PRIVATE, 0600);
	if (queue >= 0)
		holds("scene", !msgsnd(queue, &letter, sizeof(letter.text), 0));
}

static void clear(void)
{
	if (queue >= 0)
		msgctl(queue, IPC_RMID, NULL);
	if (sems >= 0)
		semctl(sems, 0, IPC_RMID);
	if (shm >= 0)
		shmctl(shm, IPC_RMID, NULL);
	queue = sems = shm = -1;
	unlink("canary");
	unlink("link");
	if (child > 0) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	child = 0;
}

/* -- Both ways ------------------------------------------------------------- */

/* A byte that is always written may look like one pattern, but hardly like all. */
static const unsigned char patterns[] = { 0x5a, 0xa5, 0x3c, 0xc3 };
static char block[COUNT_OF(patterns)][BENCH_SIZE];

static void fill(char *bytes, const struct row *row, int pattern)
{
	memset(bytes, pattern, BENCH_SIZE);
	strcpy(bytes + NAME, "canary");
	strcpy(bytes + LINK, "link");
	strcpy(bytes + NOTHING, "nothing");
	bytes[EMPTY] = 0;
	memcpy(bytes + LENGTH, &row->length, sizeof(row->length));
	memcpy(bytes + INPUT, row->input, sizeof(row->input));
	memset(bytes + INPUT + sizeof(row->input), 0, 160 - sizeof(row->input));
}

/* A message of input's lengths, its entries, and all that they name from output on. */
static void point_one(struct msghdr *msg, struct iovec *iov, const uint32_t *in, encase_word base,
		      encase_word at, encase_word output)
{
	if (base) {
		msg->msg_namelen = in[0];
		msg->msg_controllen = in[1];
		msg->msg_flags = (int) in[2];
	}
	msg->msg_name = (void *) (base + output);
	msg->msg_iov = (void *) (base + at);
	msg->msg_iovlen = 2;
	msg->msg_control = (void *) (base + output + 256);
	iov[0] = (struct iovec){ (void *) (base + output + 512), in[3] };
	iov[1] = (struct iovec){ (void *) (base + output + 1024), in[4] };
}

/* The pointers inside, for a block that is there for who makes the call; 0: as in any block. */
static void point(char *bytes, const struct row *row, encase_word base)
{
	const uint32_t *in = row->input;
	struct pointers *p = (struct pointers *) (bytes + MSG);
	struct many *many = (struct many *) (bytes + MSG);

	if (row->how & PAIRED) {
		memcpy(bytes + MSG, (encase_word[]){ base + NOTHING + 8, 8 }, 16);
		return;
	}
	if (row->how & MESSAGE)
		point_one(&p->msg, p->iov, in, base, MSG + offsetof(struct pointers, iov), OUTPUT);
	for (size_t k = 0; row->how & MANY && k < MESSAGES; k++)
		point_one(&many->msg[k].msg_hdr, many->iov[k], in, base,
			  MSG + offsetof(struct many, iov[k]), OUTPUT + k * 128);
	if (row->how & MANY && in[5] && base)
		many->msg[in[5] - 1].msg_hdr.msg_namelen = UINT32_MAX;
}

static void words_for(const struct row *row, encase_word base, encase_word *words)
{
	memset(words, 0, ENCASE_MAX_ARGS * sizeof(*words));
	for (unsigned i = 0; i < 6; i++) {
		words[i] = row->words[i];
		if (words[i] == QUEUE)
			words[i] = (encase_word) queue;
		else if (words[i] == SEMS)
			words[i] = (encase_word) sems;
		else if (words[i] == SHM)
			words[i] = (encase_word) shm;
		else if (words[i] >= AT(0) && words[i] <= END)
			words[i] += base - AT(0);
	}
}

static long straight(const struct row *row, char *bytes, int pattern)
{
	encase_word w[ENCASE_MAX_ARGS];
	long result;

	prepare(row);
	fill(bytes, row, pattern);
	point(bytes, row, (uintptr_t) bytes);
	words_for(row, (uintptr_t) bytes, w);
	result = syscall(encase_text(row->desc)->number, w[0], w[1], w[2], w[3], w[4], w[5]);
	point(bytes, row, 0);
	return result == -1 ? -errno : result;
}

static long caged(const struct bench *b, const struct row *row, int pattern)
{
	encase_word words[ENCASE_MAX_ARGS];
	long result;

	prepare(row);
	fill(b->space.bytes, row, pattern);
	point(b->space.bytes, row, b->space.base);
	words_for(row, b->space.base, words);
	result = encase_enter(b->cage, row->desc, words);
	point(b->space.bytes, row, 0);
	return result;
}

static bool is_written(char (*blocks)[BENCH_SIZE], size_t i)
{
	for (size_t k = 0; k < COUNT_OF(patterns); k++)
		if (blocks[k][i] != (char) patterns[k])
			return true;
	return false;
}

static void same_places(const char *who, char (*by_cage)[BENCH_SIZE])
{
	for (size_t i = OUTPUT; i < BENCH_SIZE; i++)
		if (is_written(block, i) != is_written(by_cage, i))
			cr_assert_fail("%s: byte %zu was%s written", who, i - OUTPUT,
				       is_written(by_cage, i) ? "" : " not");
}

static void same_bytes(const char *who, const char *by_kernel, const char *by_cage)
{
	for (size_t i = 0; i < BENCH_SIZE; i++)
		if (by_kernel[i] != by_cage[i])
			cr_assert_fail("%s: byte %zu is %02x, not %02x", who, i, by_cage[i] & 0xff,
				       by_kernel[i] & 0xff);
}

static void try_row(const struct bench *b, const struct row *row)
{
	static char got[COUNT_OF(patterns)][BENCH_SIZE];
	bool changes = row->how & CHANGES;
	char who[200];

	snprintf(who, sizeof(who), "%s, row %zu of %s", b->who, (size_t) (row - rows),
		 encase_text(row->desc)->name);
	for (size_t i = 0; i < (changes ? COUNT_OF(patterns) : 2); i++) {
		long wanted = straight(row, block[i], patterns[i]);
		long result = caged(b, row, patterns[i]);

		if (!changes || wanted < 0)
			same(who, result, wanted);
		else
			holds(who, result >= 0);
		if (row->desc == &encase_desc_openat2 && result >= 0) {
			close((int) result);
			close((int) wanted);
		}
		if (!changes)
			same_bytes(who, block[i], b->space.bytes);
		memcpy(got[i], b->space.bytes, BENCH_SIZE);
	}
	if (changes)
		same_places(who, got);
}

/* Copies whatever a call points to. */
static long copy_all(struct encase_call *call)
{
	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++) {
		int err = encase_arg_data(call, i, NULL, NULL);

		if (err && err != -EINVAL)
			return encase_fail(call, -err);
	}
	return encase_forward(call);
}

static const struct encase_rule copying[] = { ENCASE_ON_ANY(copy_all), ENCASE_END };
static const struct encase_layer copier = { .name = "copier", .rules = copying };

static void each_call(struct bench *b)
{
	bool host = row_is_own(b->space.row);

	if (b->row->lower != &encase_lower_kernel)
		return;
	if (host) /* whose calls need no copies, and get some */
		same(b->who, encase_push(b->cage, &copier, NULL), 0);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (!host &&
		    (rows[i].how & REFUSED ||
		     (rows[i].how & HOST && encase_text(rows[i].desc)->class_ != ENCASE_ORDINARY)))
			same(encase_text(rows[i].desc)->name, caged(b, &rows[i], 0), -ENOSYS);
		else
			try_row(b, &rows[i]);
	}
	clear();
}

/* Also after a row that failed. */
static void leave(void)
{
	clear();
	leave_directory();
}

Test(canaries, the_kernel_writes_what_the_table_says, .init = enter_directory, .fini = leave,
     .timeout = 200)
{
	BAD_ADDRESSES_BEGIN;
	each_bench(each_call);
	BAD_ADDRESSES_END;
}
