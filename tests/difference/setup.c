/* SPDX-License-Identifier: MIT */
/* What each process begins with: files in its folder, and a descriptor of each kind. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "difference.h"

enum { HERE = 8 }; /* where they begin */

const unsigned fd_kinds[FDS] = {
	/* clang-format off */
	[3] = MADE, [4] = MADE, [5] = MADE, [6] = MADE, [7] = MADE,
	[HERE] = FILE_RW, FILE_RW, FILE_RW, FILE_RW, FILE_RO, FOLDER, FOLDER, PIPE_OUT, PIPE_IN, PIPE_OUT,
	PIPE_IN, DATAGRAM, DATAGRAM, STREAM, STREAM, STREAM, STREAM, LISTENER, UNBOUND, EVENT, TIMER,
	EPOLL, INOTIFY, SIGNALS, NAME_ONLY, QUEUE,
	[34] = MADE, MADE, MADE, MADE, MADE, MADE, MADE, MADE, MADE, MADE, MADE, MADE, MADE,
	/* clang-format on */
};

static int next;

/* Moves a descriptor to the next of the fixed numbers. */
static void keep(int fd)
{
	if (fd >= 0 && dup3(fd, next, O_CLOEXEC) >= 0)
		(void) close(fd);
	next++;
}

static void keep_pair(const int fds[2])
{
	keep(fds[0]);
	keep(fds[1]);
}

static void make_file(const char *name, size_t n, mode_t mode)
{
	int fd = open(name, O_CREAT | O_WRONLY | O_EXCL, mode);
	char text[5000];

	for (size_t i = 0; i < n; i++)
		text[i] = (char) ('a' + i % 23);
	if (fd < 0 || write(fd, text, n) != (ssize_t) n || close(fd))
		_exit(3);
}

static void make_files(void)
{
	make_file("a", 5000, 0644);
	make_file("b", 100, 0600);
	make_file("c", 0, 0600);
	if (mkdir("d", 0755) || symlink("a", "l") || symlink("missing", "m") || symlink("o", "o"))
		_exit(3);
	make_file("d/e", 10, 0755);
	(void) setxattr("a", "user.one", "value", 5, 0);
}

static void make_sockets(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "s" };
	int pair[2] = { -1, -1 }, fd;

	(void) socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair);
	keep_pair(pair);
	(void) socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair);
	keep_pair(pair);
	(void) socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair);
	keep_pair(pair);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	(void) bind(fd, (struct sockaddr *) &address, 4);
	(void) listen(fd, 5);
	keep(fd);
	keep(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
}

static void make_descs(int queue)
{
	int pair[2] = { -1, -1 };
	sigset_t signals;

	next = HERE;
	keep(open("a", O_RDWR));
	keep(open("b", O_RDWR));
	keep(memfd_create("m", MFD_ALLOW_SEALING));
	keep(open("c", O_RDWR | O_APPEND));
	keep(open("a", O_RDONLY));
	keep(open(".", O_RDONLY | O_DIRECTORY));
	keep(open("d", O_RDONLY | O_DIRECTORY));
	for (unsigned i = 0; i < 2; i++) {
		(void) pipe2(pair, O_NONBLOCK);
		keep_pair(pair);
	}
	make_sockets();
	keep(eventfd(3, EFD_NONBLOCK));
	keep(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
	keep(epoll_create1(0));
	keep(inotify_init1(IN_NONBLOCK));
	(void) sigemptyset(&signals);
	(void) sigaddset(&signals, SIGUSR1);
	keep(signalfd(-1, &signals, SFD_NONBLOCK));
	keep(open("a", O_PATH));
	keep(queue);
}

/* A queue that has no name any more; -1: the machine has none. */
static int make_queue(void)
{
	struct mq_attr attr = { .mq_maxmsg = 3, .mq_msgsize = 64 };
	char name[64];
	int fd;

	(void) snprintf(name, sizeof(name), "/encase-difference-%d", (int) getpid());
	fd = (int) mq_open(name, O_CREAT | O_EXCL | O_RDWR | O_NONBLOCK, 0600, &attr);
	if (fd >= 0)
		(void) mq_unlink(name);
	return fd;
}

static void limit(int which, rlim_t most)
{
	struct rlimit limits = { most, 4 * most };

	if (setrlimit(which, &limits))
		_exit(3);
}

void setup_more_descriptors(bool more)
{
	struct rlimit limits = { more ? 4 * FDS : FDS, 4 * FDS };

	(void) setrlimit(RLIMIT_NOFILE, &limits);
}

void setup_ids(struct ids *ids)
{
	ids->letters = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	ids->semaphores = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);
}

void setup_free_ids(const struct ids *ids)
{
	if (ids->letters >= 0)
		(void) msgctl(ids->letters, IPC_RMID, NULL);
	if (ids->semaphores >= 0)
		(void) semctl(ids->semaphores, 0, IPC_RMID);
}

void setup_make(void)
{
	int root = open(".", O_RDONLY | O_DIRECTORY), queue = make_queue();

	(void) umask(022);
	(void) signal(SIGPIPE, SIG_IGN);
	(void) signal(SIGXFSZ, SIG_IGN);
	if (root < 0 || dup3(root, ROOT, O_CLOEXEC) < 0)
		_exit(3);
	(void) close(root);
	make_files();
	make_descs(queue);
	limit(RLIMIT_FSIZE, 0x10000);
	limit(RLIMIT_NOFILE, FDS);
	limit(RLIMIT_CORE, 0);
}
