/* SPDX-License-Identifier: MIT */
/* Guest storm: acts that are calls alone: counted ones, pipes, threads, call sites, code that is made, memory. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "call.h"
#include "storm.h"

bool storm_count(struct storm_worker *w)
{
	bool good = true;

	for (uint32_t n = storm_draw(w, 20) + 1; n; n--)
		good &= storm_step();
	return good;
}

static bool write_all(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size) {
		ssize_t n = write(fd, at, size);

		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? n : 0;
		size -= n > 0 ? (size_t) n : 0;
	}
	return true;
}

static bool read_all(int fd, void *data, size_t size)
{
	char *at = data;

	while (size) {
		ssize_t n = read(fd, at, size);

		if (!n || (n < 0 && errno != EINTR))
			return false;
		at += n > 0 ? n : 0;
		size -= n > 0 ? (size_t) n : 0;
	}
	return true;
}

/* Numbers go in and come out, each once. */
bool storm_pipe(struct storm_worker *w)
{
	uint64_t numbers[64], back[64];
	size_t n = storm_draw(w, 64) + 1;
	bool good = true;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return false;
	for (size_t i = 0; i < n; i++) {
		numbers[i] = (uint64_t) storm_draw(w, 1000) << 32 | i;
		good &= write_all(fds[1], &numbers[i], sizeof(numbers[i]));
	}
	good &= read_all(fds[0], back, n * sizeof(back[0])) &&
		!memcmp(numbers, back, n * sizeof(back[0]));
	close(fds[0]);
	close(fds[1]);
	return good;
}

/* -- Threads ------------------------------------------------------------------- */

struct belt {
	int fds[2];
	uint32_t n;
	bool good;
};

static void *put_on(void *arg)
{
	struct belt *belt = arg;

	for (uint32_t i = 0; i < belt->n; i++)
		belt->good &= write_all(belt->fds[1], &i, sizeof(i));
	return arg;
}

/* One thread writes into a pipe that is soon full, another one reads: both wait, and are interrupted. */
bool storm_conveyor(struct storm_worker *w)
{
	struct belt belt = { .n = storm_draw(w, 8000) + 1, .good = true };
	pthread_t thread;
	uint32_t got;
	bool good = true;

	if (pipe2(belt.fds, O_CLOEXEC))
		return false;
	(void) fcntl(belt.fds[1], F_SETPIPE_SZ, 4096);
	if (pthread_create(&thread, NULL, put_on, &belt))
		return false;
	for (uint32_t i = 0; i < belt.n; i++)
		good &= read_all(belt.fds[0], &got, sizeof(got)) && got == i;
	good &= !pthread_join(thread, NULL) && belt.good;
	close(belt.fds[0]);
	close(belt.fds[1]);
	return good;
}

static void *be_light(void *arg)
{
	struct storm_worker own = { .seed = *(const uint64_t *) arg };
	bool good;

	storm_me = &own;
	own.tid = (pid_t) syscall(SYS_gettid);
	errno = EXDEV;
	good = storm_acts(&own, storm_draw(&own, 3), true);
	return good ? arg : NULL;
}

bool storm_threads(struct storm_worker *w)
{
	uint64_t seeds[8];
	pthread_t threads[8];
	uint32_t n = storm_draw(w, 8) + 1, made = 0;
	bool good = true;
	void *result;

	for (; made < n; made++) {
		seeds[made] = storm_draw(w, 1000000) + 1;
		if (pthread_create(&threads[made], NULL, be_light, &seeds[made]))
			break;
	}
	good = made == n;
	for (uint32_t i = 0; i < made; i++)
		good &= !pthread_join(threads[i], &result) && result == &seeds[i];
	return good;
}

bool storm_sleep(struct storm_worker *w)
{
	struct timespec left = { .tv_nsec = storm_draw(w, 300000) };
	int error;

	while ((error = clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left)) == EINTR)
		;
	return !error;
}

/* -- The processor --------------------------------------------------------------- */

bool storm_state(struct storm_worker *w)
{
	const uint64_t parent = (uint64_t) getppid(), own = (uint64_t) getpid();
	struct guest_state state, before;

	for (uint32_t n = storm_draw(w, 30) + 1; n; n--) {
		const struct guest_site *site = &guest_sites()[storm_draw(w, 10)];

		guest_state_fill(&state, w->seed);
		state.rax = SYS_getppid;
		before = state;
		guest_call(&state, site->at);
		if (guest_state_differs(&before, &state, site) ||
		    state.rax != (site->number == SYS_getpid ? own : parent))
			return false;
	}
	return true;
}

/* mov $number, %eax; syscall; ret, anywhere on two pages; then what is there is made something else. */
bool storm_made(struct storm_worker *w)
{
	unsigned char code[] = { 0xb8, 0, 0, 0, 0, 0x0f, 0x05, 0xc3 };
	const size_t size = 8192;
	unsigned char *at = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bool good = at != MAP_FAILED;

	for (uint32_t n = storm_draw(w, 6) + 1; n && good; n--) {
		unsigned char *place = at + storm_draw(w, (uint32_t) (size - sizeof(code)));
		uint32_t number = storm_draw(w, 2) ? SYS_getpid : SYS_getppid;
		long (*fn)(void), value = number == SYS_getpid ? getpid() : getppid();

		memcpy(code + 1, &number, sizeof(number));
		memcpy(place, code, sizeof(code));
		memcpy(&fn, &place, sizeof(fn));
		for (int i = 0; i < 3; i++)
			good &= fn() == value;
		place[5] = 0xc3; /* returns the number */
		good &= fn() == (long) number;
	}
	return good && !munmap(at, size);
}

/* What is mapped holds what was written, and what was taken away is gone. */
bool storm_memory(struct storm_worker *w)
{
	size_t size = (size_t) (storm_draw(w, 40) + 2) * 4096;
	char *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bool good = at != MAP_FAILED;
	unsigned char there;

	if (!good)
		return false;
	memset(at, (int) (size >> 12), size);
	good = !mprotect(at, size, PROT_READ) && at[size - 1] == (char) (size >> 12);
	good &= syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, at, 8) < 0 && errno == EFAULT;
	good &= !munmap(at + size - 4096, 4096);
	good &= mincore(at, 4096, &there) == 0;
	return good && !munmap(at, size - 4096);
}
