/* SPDX-License-Identifier: MIT */
/*
 * Guest: a storm of signals, forks, threads, vforks, executions, timers, alternate stacks and longjmps, for as many
 * seconds as the first argument says, by the seed that is the second.  No call is lost, made twice, or hangs.
 */
#define _GNU_SOURCE
#include "storm.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "guest.h"

#define PATIENCE 90 /* seconds for an act, on a machine that is busy */

struct storm_ledger *storm_ledger;
int storm_counter = -1;
const char *storm_self;
struct storm_worker storm_workers[STORM_WORKERS];
_Thread_local struct storm_worker *storm_me;
volatile bool storm_over;

static const struct storm_act acts[] = {
	{ storm_count, "count", true },
	{ storm_pipe, "pipe", true },
	{ storm_sleep, "sleep", true },
	{ storm_state, "state", true },
	{ storm_made, "made code", true },
	{ storm_memory, "memory", true },
	{ storm_masks, "masks", true },
	{ storm_altstack, "alternate stack", true },
	{ storm_wait, "signal that is waited for", true },
	{ storm_suspend, "sigsuspend", true },
	{ storm_fork, "fork", true },
	{ storm_vfork, "vfork", true },
	{ storm_kill, "kill", true },
	{ storm_stop, "stop", true },
	{ storm_vfork_exec, "vfork and exec", true },
	{ storm_exec, "fork and exec", true },
	{ storm_spawn, "posix_spawn", false },
	{ storm_conveyor, "conveyor", false },
	{ storm_threads, "threads", false },
	{ storm_queue, "queued signals", false },
	{ storm_timer, "timer", false },
	{ storm_leave, "longjmp", false },
};
enum { ACTS = sizeof(acts) / sizeof(acts[0]) };
static uint64_t done[ACTS];

uint32_t storm_draw(struct storm_worker *w, uint32_t n)
{
	w->seed ^= w->seed << 13;
	w->seed ^= w->seed >> 7;
	w->seed ^= w->seed << 17;
	return (uint32_t) (w->seed >> 32) % n;
}

bool storm_step(void)
{
	const uint64_t one = 1;
	ssize_t n;

	do
		n = write(storm_counter, &one, sizeof(one));
	while (n < 0 && errno == EINTR);
	if (n != sizeof(one))
		return false;
	storm_add(&storm_ledger->steps, 1);
	return true;
}

static void note_wrong(const char *name)
{
	if (__atomic_fetch_add(&storm_ledger->wrong, 1, __ATOMIC_SEQ_CST))
		return;
	storm_ledger->first_errno = errno;
	storm_ledger->first_wrong = name;
}

bool storm_acts(struct storm_worker *w, unsigned n, bool light)
{
	bool good = true;

	while (n) {
		unsigned i = storm_draw(w, ACTS);
		const char *outer = w->doing;

		if (light && !acts[i].light)
			continue;
		w->doing = acts[i].name;
		errno = 0;
		if (!acts[i].fn(w)) {
			note_wrong(acts[i].name);
			good = false;
		}
		w->doing = outer;
		w->rounds++;
		__atomic_add_fetch(&done[i], 1, __ATOMIC_RELAXED);
		n--;
	}
	return good;
}

static uint32_t arrived[3];

static void arrive(unsigned at)
{
	__atomic_add_fetch(&arrived[at], 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&arrived[at], __ATOMIC_SEQ_CST) < STORM_WORKERS)
		usleep(1000);
}

/* Nobody sends anything any more once all have come to their last act; then each takes what was sent to it. */
static void *work(void *arg)
{
	struct storm_worker *w = storm_me = arg;

	w->tid = (pid_t) syscall(SYS_gettid);
	w->doing = "wait for the others to begin";
	arrive(0);
	while (!storm_over)
		storm_acts(w, 1, false);
	w->doing = "wait for the others to end";
	arrive(1);
	usleep(1000);
	arrive(2);
	return NULL;
}

/* The name of an act that has not come to its end for too long. */
static const char *hung(void)
{
	static uint64_t rounds[STORM_WORKERS];
	static time_t since[STORM_WORKERS];
	const time_t now = time(NULL);

	for (int i = 0; i < STORM_WORKERS; i++) {
		if (rounds[i] != storm_workers[i].rounds || !since[i]) {
			rounds[i] = storm_workers[i].rounds;
			since[i] = now;
		}
		if (now - since[i] > PATIENCE)
			return storm_workers[i].doing;
	}
	return NULL;
}

static bool are_there(unsigned at)
{
	return __atomic_load_n(&arrived[at], __ATOMIC_SEQ_CST) == STORM_WORKERS;
}

static void watch(int seconds)
{
	const char *hangs = NULL;

	for (time_t end = time(NULL) + seconds; time(NULL) < end && !(hangs = hung());)
		usleep(10000);
	storm_over = true;
	while (!hangs && !are_there(2)) {
		usleep(10000);
		hangs = hung();
	}
	if (!hangs)
		return;
	printf("# hangs: %s\n", hangs);
	CHECK(!"an act hangs");
	_exit(guest_end());
}

static void tell(uint64_t seed)
{
	for (int i = 0; i < ACTS; i++)
		printf("# %lu %s\n", (unsigned long) done[i], acts[i].name);
	printf("# %lu calls counted, %lu signals, %lu alarms\n",
	       (unsigned long) storm_ledger->steps, (unsigned long) storm_ledger->sent,
	       (unsigned long) storm_ledger->alarms);
	if (storm_ledger->wrong)
		printf("# seed %lu: %lu acts were wrong, the first one: %s, %s\n",
		       (unsigned long) seed, (unsigned long) storm_ledger->wrong,
		       storm_ledger->first_wrong ? storm_ledger->first_wrong : "?",
		       strerror(storm_ledger->first_errno));
}

static bool begin(uint64_t seed)
{
	storm_ledger = mmap(NULL, sizeof(*storm_ledger), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	storm_counter = eventfd(0, 0);
	if (storm_ledger == MAP_FAILED || storm_counter < 0 || !storm_signals_begin())
		return false;
	for (unsigned i = 0; i < STORM_WORKERS; i++) {
		storm_workers[i].seed = (seed + i + 1) * 0x9e3779b97f4a7c15u;
		if (pthread_create(&storm_workers[i].thread, NULL, work, &storm_workers[i]))
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	const struct itimerval often = { .it_interval.tv_usec = 3000, .it_value.tv_usec = 3000 };
	const struct itimerval never = { .it_value.tv_sec = 0 };
	uint64_t seed = argc > 2 ? strtoul(argv[2], NULL, 10) : (uint64_t) time(NULL), counted = 0;

	if (argc > 3)
		return storm_executed(argc, argv);
	storm_self = argv[0];
	printf("# seed %lu\n", (unsigned long) seed);
	CHECK(begin(seed));
	CHECK(!setitimer(ITIMER_REAL, &often, NULL));
	watch(argc > 1 ? atoi(argv[1]) : 3);
	CHECK(!setitimer(ITIMER_REAL, &never, NULL));
	for (int i = 0; i < STORM_WORKERS; i++)
		CHECK(!pthread_join(storm_workers[i].thread, NULL));
	tell(seed);
	CHECK(read(storm_counter, &counted, sizeof(counted)) == sizeof(counted));
	CHECK(counted == storm_ledger->steps);
	CHECK(storm_ledger->sent == storm_ledger->taken);
	CHECK(!storm_ledger->wrong);
	return guest_end();
}
