/* SPDX-License-Identifier: MIT */
/* Opening and closing tapes, and telling how they go. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tape.h"

/* One that records what a lower layer does; or replays, if that is null. */
static struct encase_tape *make(const struct encase_lower *lower, const void *below)
{
	struct encase_tape *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->replays = !lower;
	t->lower = lower;
	t->below = (void *) below;
	t->owner = getpid();
	t->state.how = ENCASE_TAPE_RUNS;
	for (unsigned i = 0; i < 2; i++) /* plain ones: it cannot fail */
		pthread_mutex_init(&t->lock[i], NULL);
	return t;
}

static void destroy(struct encase_tape *t)
{
	while (t->interfaces) {
		struct enc_tape_calls *next = t->interfaces->next;

		free(t->interfaces);
		t->interfaces = next;
	}
	for (uint64_t i = 0; t->replays && i < t->nnames; i++)
		free(t->names[i].interface);
	free(t->names);
	for (unsigned i = 0; i < 2; i++)
		pthread_mutex_destroy(&t->lock[i]);
	free(t);
}

/* Whether calls can be handed on to it. */
static bool is_complete(const struct encase_lower *lower, const void *below)
{
	if (!lower || !lower->call)
		return false;
	if (lower == &encase_lower_functions || lower == &encase_lower_tape)
		return below;
	return true;
}

/* Makes a new file of it; 0 or -errno. */
static int begin(struct encase_tape *t, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);

	if (fd < 0)
		return -errno;
	t->writer.fd = fd;
	enc_tape_put_header(&t->writer);
	enc_tape_flush(&t->writer);
	if (t->writer.error)
		close(fd);
	return -t->writer.error;
}

/* Whether the file is a tape that can be read here; the reader is at its first record then. */
static int check_header(struct encase_tape *t)
{
	unsigned char header[ENC_TAPE_HEADER];
	struct enc_tape_reader *r = &t->reader;
	struct stat status;

	if (fstat(r->fd, &status) < 0)
		return -errno;
	if (S_ISDIR(status.st_mode))
		return -EISDIR;
	if (!S_ISREG(status.st_mode))
		return -ESPIPE;
	r->size = r->end = (uint64_t) status.st_size;
	if (!enc_tape_get(r, header, sizeof(header)))
		return r->error ? -r->error : -EBADMSG;
	if (memcmp(header, ENC_TAPE_MAGIC, 8) != 0)
		return -EBADMSG;
	if (header[8] != ENC_TAPE_VERSION || header[9] != 'L' || header[10] != sizeof(void *) ||
	    header[11])
		return -EPROTONOSUPPORT;
	t->next = r->at;
	return 0;
}

/* Opens a file that has to be there already; 0 or -errno. */
static int resume(struct encase_tape *t, const char *path)
{
	/* A pipe must not be waited for. */
	int err, fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return -errno;
	t->reader.fd = fd;
	err = check_header(t);
	if (err)
		close(fd);
	return err;
}

static int open_tape(const char *path, const struct encase_lower *lower, const void *below,
		     struct encase_tape **tape)
{
	int err = -ENOMEM, saved = errno;
	struct encase_tape *t = make(lower, below);

	if (t)
		err = t->replays ? resume(t, path) : begin(t, path);
	if (!err)
		*tape = t;
	else if (t)
		destroy(t);
	errno = saved;
	return err;
}

int encase_tape_record(const char *path, const struct encase_lower *lower, const void *below,
		       struct encase_tape **tape)
{
	if (!path || !tape || !is_complete(lower, below))
		return -EINVAL;
	return open_tape(path, lower, below, tape);
}

int encase_tape_replay(const char *path, struct encase_tape **tape)
{
	return path && tape ? open_tape(path, NULL, NULL, tape) : -EINVAL;
}

/* Brings the state of one that goes on up to date; with the lock. */
static void look_ahead(struct encase_tape *t)
{
	struct enc_tape_record down;
	uint64_t number;

	if (t->state.how != ENCASE_TAPE_RUNS)
		return;
	if (!t->replays) {
		enc_tape_say(t, ENCASE_TAPE_RUNS, t->calls, " is the last one recorded");
		return;
	}
	if (!enc_tape_advance(t, &down))
		return;
	if (enc_tape_get_number(&t->reader, &number) && number < t->nnames)
		enc_tape_say(t, ENCASE_TAPE_RUNS, t->calls + 1, ", %s.%s, is to come",
			     t->names[number].interface, t->names[number].call);
	else
		enc_tape_say(t, ENCASE_TAPE_DAMAGED, t->calls + 1,
			     ": the tape is damaged at byte %llu", (unsigned long long) down.at);
}

struct encase_tape_state encase_tape_state(struct encase_tape *t)
{
	struct encase_tape_state state;
	int saved = errno;
	sigset_t mask;

	enc_tape_lock(t, &mask);
	look_ahead(t);
	t->state.calls = t->calls;
	state = t->state;
	enc_tape_unlock(t, &mask);
	errno = saved;
	return state;
}

static int end_recording(struct encase_tape *t)
{
	int fd = t->writer.fd;

	if (t->owner == getpid()) {
		enc_tape_put_end(&t->writer, t->calls);
		enc_tape_flush(&t->writer);
	}
	if (close(fd) < 0 && !t->writer.error)
		t->writer.error = errno;
	return -t->writer.error;
}

int encase_tape_close(struct encase_tape *t)
{
	int err = 0, saved = errno;

	if (!t)
		return 0;
	if (enc_tape_is_busy(t))
		return -EBUSY;
	if (!t->replays) {
		err = end_recording(t);
	} else {
		look_ahead(t);
		if (t->state.how != ENCASE_TAPE_ENDED)
			err = -ENOTRECOVERABLE;
		close(t->reader.fd);
	}
	destroy(t);
	errno = saved;
	return err;
}
