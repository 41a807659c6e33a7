/* SPDX-License-Identifier: MIT */
/* One way to make a plan's calls: straight, or through a cage with one of the memories. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "difference.h"

#define MARK 4000 /* an errno that no call sets */

const char *const way_names[WAYS] = { "straight", "host", "arena", "process" };

struct runner {
	enum way way;
	struct block block;
	struct encase_cage *cage;
	struct ids ids;
	unsigned char before[ROOM]; /* the block, as the last call left it */
	struct log *log;
};

static void make_cage(struct runner *runner, enum stack stack)
{
	static const struct encase_memory *const memories[WAYS] = {
		[HOST] = &encase_memory_host,
		[ARENA] = &encase_memory_arena,
		[PROCESS] = &encase_memory_process,
	};
	struct encase_setup setup = {
		.memory = memories[runner->way],
		.space = runner->way == ARENA ? (void *) &runner->block.arena
					      : (void *) &runner->block.process,
		.lower = &encase_lower_kernel,
	};

	if (encase_cage_new(&setup, &runner->cage) || layers_push(runner->cage, stack))
		_exit(5);
}

static long straight(const struct encase_desc *desc, const uint64_t *w)
{
	long result = syscall(encase_text(desc)->number, w[0], w[1], w[2], w[3], w[4], w[5]);

	if (result != -1)
		return result;
	result = -errno;
	errno = MARK;
	return result;
}

/* The words with the block where it is for this process: of calls whose structures have no pointers. */
static void translate(const struct runner *runner, const struct encase_desc *desc, uint64_t *words)
{
	struct encase_desc shape;

	encase_shape(desc, words, &shape);
	for (unsigned i = 0; i < shape.nargs; i++)
		if (shape.pointers >> i & 1 && words[i])
			words[i] += (uintptr_t) runner->block.here - BLOCK;
}

static long make_call(struct runner *runner, const struct planned *call, struct entry *entry)
{
	const struct row *row = row_at(call->row);
	uint64_t words[8] = { 0 };
	long result;

	memcpy(words, call->words, sizeof(call->words));
	if (row->how[0].how == HOW_LETTERS)
		words[0] = (unsigned) runner->ids.letters;
	if (row->how[0].how == HOW_SEMAPHORES)
		words[0] = (unsigned) runner->ids.semaphores;
	errno = MARK;
	if (runner->way == STRAIGHT) {
		result = straight(row->desc, words);
	} else {
		result = encase_enter(runner->cage, row->desc, words);
		entry->refused =
			runner->way >= ARENA && result == -ENOSYS && is_refused(row->desc, words);
	}
	/* What is refused is made all the same, so that what comes later is equal. */
	if (entry->refused) {
		translate(runner, row->desc, words);
		result = straight(row->desc, words);
	}
	entry->errno_kept = errno == MARK;
	return result;
}

/* What reads and has nothing to read must not wait: what a call has made does not. */
static void never_wait(const struct runner *runner, const struct planned *call, int64_t result)
{
	const struct encase_desc *desc = row_at(call->row)->desc;
	uint64_t pair = call->words[desc == &encase_desc_socketpair ? 3 : 0] - BLOCK;
	int fds[2] = { (int) result, -1 };

	/* Whose result could not be given may have made some, and nobody knows which. */
	for (int fd = FIRST_NEW; call->bad && fd < FDS; fd++)
		(void) fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	if (result < 0)
		return;
	if ((desc == &encase_desc_pipe || desc == &encase_desc_socketpair) &&
	    pair <= ROOM - sizeof(fds))
		memcpy(fds, runner->block.here + pair, sizeof(fds));
	for (unsigned i = 0; i < 2; i++)
		if (fds[i] >= FIRST_NEW && fds[i] < FDS)
			(void) fcntl(fds[i], F_SETFL, fcntl(fds[i], F_GETFL) | O_NONBLOCK);
}

/* The entry, with the chunks of the block that are others than before. */
static void note(struct runner *runner, unsigned i, struct entry *entry)
{
	struct log *log = runner->log;
	const unsigned char *now = runner->block.here;
	unsigned char *at = log->text + log->used;

	if (log->used + ROOM / CHUNK * (CHUNK + 4) + sizeof(*entry) > sizeof(log->text))
		_exit(6);
	log->at[i] = log->used;
	entry->chunks = 0;
	entry->bytes = sizeof(*entry);
	for (unsigned k = 0; k < ROOM; k += CHUNK) {
		if (!memcmp(now + k, runner->before + k, CHUNK))
			continue;
		memcpy(at + entry->bytes, &k, 4);
		memcpy(at + entry->bytes + 4, now + k, CHUNK);
		memcpy(runner->before + k, now + k, CHUNK);
		entry->bytes += CHUNK + 4;
		entry->chunks++;
	}
	memcpy(at, entry, sizeof(*entry));
	log->used += entry->bytes;
	log->calls = i + 1;
}

static void poke(struct runner *runner, const struct plan *plan, const struct planned *call)
{
	for (unsigned at = call->pokes; at < call->end;) {
		uint16_t head[2];

		memcpy(head, plan->pokes + at, sizeof(head));
		at += sizeof(head);
		memcpy(runner->block.here + head[0], plan->pokes + at, head[1]);
		memcpy(runner->before + head[0], plan->pokes + at, head[1]);
		at += head[1];
	}
}

static void run(struct runner *runner, const struct plan *plan)
{
	for (unsigned i = 0; i < CALLS; i++) {
		const struct planned *call = &plan->calls[i];
		struct entry entry = { .refused = 0 };

		/* It is trusted: what is bad faults there. */
		if (i == CALLS - LAST)
			tree_tell(runner->log->tree[0], sizeof(runner->log->tree[0]));
		if (call->bad && runner->way == HOST)
			break;
		poke(runner, plan, call);
		entry.result = make_call(runner, call, &entry);
		never_wait(runner, call, entry.result);
		mask_result(call, runner->block.here, runner->before, &entry.result);
		note(runner, i, &entry);
	}
	tree_tell(runner->log->tree[1], sizeof(runner->log->tree[1]));
	runner->log->done = 1;
}

static void fill(struct runner *runner, uint64_t seed)
{
	struct random random = { .state = ~seed };

	for (unsigned i = 0; i < ROOM; i += 8) {
		uint64_t word = random_word(&random);

		memcpy(runner->block.here + i, &word, 8);
	}
	memcpy(runner->before, runner->block.here, ROOM);
}

static void run_in(struct runner *runner, const struct plan *plan, const char *folder)
{
	if (chdir(folder))
		_exit(3);
	(void) close_range(3, ~0U, 0);
	(void) alarm(20);
	block_make(&runner->block, runner->way);
	fill(runner, plan->seed);
	setup_make();
	if (runner->way != STRAIGHT)
		make_cage(runner, plan->stack);
	run(runner, plan);
	block_free(&runner->block, runner->way);
}

int way_run(enum way way, const struct plan *plan, const char *folder, struct log *log)
{
	static struct runner runner;
	int status = -1;
	pid_t pid;

	log->calls = log->used = log->done = 0;
	memset(log->tree[0], 0, 2 * sizeof(log->tree[0]));
	runner.way = way;
	runner.log = log;
	setup_ids(&runner.ids);
	pid = fork();
	if (!pid) {
		run_in(&runner, plan, folder);
		_exit(0);
	}
	if (pid > 0)
		(void) waitpid(pid, &status, 0);
	setup_free_ids(&runner.ids);
	return status;
}
