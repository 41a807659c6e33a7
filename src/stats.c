/* SPDX-License-Identifier: MIT */
/*
 * Stats: rows of counters in shared memory; see encase/stats.h.
 *
 * A region begins with a head and a hash table of offsets; rows are put behind them, one
 * after another, and then into the table, by one exchange.  Who is killed in between leaves a
 * row that nobody finds.  Whatever another process may have written there, nothing is read or
 * written outside the region, which cannot shrink: its memory is sealed.
 */
#define _GNU_SOURCE
#include <encase/stats.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lock.h"
#include "sealed.h"

#define SIZE     ((size_t) 64 << 20) /* of a region: pages that nobody writes to cost nothing */
#define BUCKETS  ((size_t) ENCASE_STATS_ROWS * 2)
#define MAGIC    0x31737461747365ULL /* "estats1" */
#define KEY_MOST 65535U
#define LAST     (SIZE - 2 * (KEY_MOST + 1)) /* where a row may begin at the latest */

struct head {
	uint64_t magic;
	uint32_t columns;
	uint32_t rows; /* in the table; atomic */
	char name[ENCASE_STATS_NAME + 1];
	uint64_t used; /* bytes; atomic */
	uint64_t others[ENCASE_STATS_COLUMNS];
	uint32_t buckets[BUCKETS]; /* offset of a row in units of 8 bytes; 0: none; atomic */
};

struct row {
	uint64_t length; /* of the key, which stands behind the columns */
	uint64_t columns[];
};

struct encase_stats {
	struct encase_stats *next;
	struct head *head;
	char name[ENCASE_STATS_NAME + 1]; /* this and columns: as they were when it was mapped */
	unsigned columns;
	unsigned opened;
	int fd;
	pid_t maker; /* 0: another process */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct encase_stats *all; /* under the lock */

/* A child has made none, whatever its number is. */
static void forget_making(void)
{
	for (struct encase_stats *s = all; s; s = s->next)
		s->maker = 0;
}

ENC_WATCH_FORKS(lock, forget_making)

static __attribute__((constructor)) void set_up(void)
{
	(void) watch_forks();
}

/* -- Rows -------------------------------------------------------------------- */

static size_t row_size(const struct encase_stats *stats, size_t length)
{
	return (sizeof(struct row) + stats->columns * sizeof(uint64_t) + length + 8) & ~(size_t) 7;
}

static char *key_of(const struct encase_stats *stats, struct row *row)
{
	return (char *) &row->columns[stats->columns];
}

/* The row at an offset, with the length of its key; null: there can be none. */
static struct row *row_at(const struct encase_stats *stats, uint32_t offset, size_t *length)
{
	uint64_t at = (uint64_t) offset * 8;
	struct row *row;

	if (at < sizeof(struct head) || at > LAST)
		return NULL;
	row = (struct row *) ((char *) stats->head + at);
	*length = __atomic_load_n(&row->length, __ATOMIC_RELAXED);
	return *length <= KEY_MOST ? row : NULL;
}

/* The row at an offset if it has this key. */
static struct row *row_of(const struct encase_stats *stats, uint32_t offset, const void *key,
			  size_t length)
{
	size_t is;
	struct row *row = row_at(stats, offset, &is);

	return row && is == length && !memcmp(key_of(stats, row), key, length) ? row : NULL;
}

/* FNV-1a. */
static uint64_t hash(const unsigned char *key, size_t length)
{
	uint64_t h = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < length; i++)
		h = (h ^ key[i]) * 0x100000001b3ULL;
	return h ^ h >> 32;
}

/* Whether one more may be made; looks before it counts, so that no number runs over. */
static bool has_room(struct head *head)
{
	return __atomic_load_n(&head->used, __ATOMIC_RELAXED) <= LAST &&
	       __atomic_load_n(&head->rows, __ATOMIC_RELAXED) < ENCASE_STATS_ROWS &&
	       __atomic_fetch_add(&head->rows, 1, __ATOMIC_RELAXED) < ENCASE_STATS_ROWS;
}

/* Puts a row behind the others, which nobody finds yet; null: no room. */
static struct row *append(struct encase_stats *stats, const void *key, size_t length)
{
	size_t size = row_size(stats, length);
	struct row *row;
	uint64_t at;

	if (!has_room(stats->head))
		return NULL;
	at = __atomic_fetch_add(&stats->head->used, size, __ATOMIC_RELAXED);
	if (at < sizeof(struct head) || at > LAST || at % 8)
		return NULL;
	row = (struct row *) ((char *) stats->head + at);
	row->length = length;
	memcpy(key_of(stats, row), key, length);
	return row;
}

static uint32_t offset_of(const struct encase_stats *stats, const struct row *row)
{
	return (uint32_t) ((size_t) ((const char *) row - (const char *) stats->head) / 8);
}

uint64_t *encase_stats_row(struct encase_stats *stats, const void *key, size_t length)
{
	struct head *head = stats->head;
	struct row *own = NULL, *row;

	if (length > KEY_MOST || !length)
		return head->others;
	for (size_t tries = 0, i = hash(key, length); tries < BUCKETS; tries++, i++) {
		uint32_t *bucket = &head->buckets[i % BUCKETS];
		uint32_t found = __atomic_load_n(bucket, __ATOMIC_ACQUIRE);

		if (!found && !own && !(own = append(stats, key, length)))
			break;
		if (!found &&
		    __atomic_compare_exchange_n(bucket, &found, offset_of(stats, own), false,
						__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			return own->columns;
		row = row_of(stats, found, key, length);
		if (row)
			return row->columns;
	}
	return head->others;
}

void encase_stats_each(const struct encase_stats *stats, encase_stats_fn *visit, void *arg)
{
	const struct head *head = stats->head;
	bool others = false;

	for (size_t i = 0; i < BUCKETS; i++) {
		uint32_t at = __atomic_load_n(&head->buckets[i], __ATOMIC_ACQUIRE);
		size_t length;
		struct row *row = row_at(stats, at, &length);

		if (row)
			visit(arg, key_of(stats, row), length, row->columns);
	}
	for (unsigned i = 0; i < stats->columns; i++)
		others |= __atomic_load_n(&head->others[i], __ATOMIC_RELAXED) != 0;
	if (others)
		visit(arg, "", 0, head->others);
}

/* -- Regions ----------------------------------------------------------------- */

/* Under the lock. */
static struct encase_stats *find(const char *name)
{
	struct encase_stats *s = all;

	while (s && strcmp(s->name, name) != 0)
		s = s->next;
	return s;
}

/* Under the lock: takes over a descriptor of a region. */
static int map(int fd, struct encase_stats **stats)
{
	struct encase_stats *s = calloc(1, sizeof(*s));
	void *at;

	if (!s)
		return -ENOMEM;
	at = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED) {
		free(s);
		return -errno;
	}
	(void) madvise(at, SIZE, MADV_DONTDUMP);
	s->head = at;
	s->fd = fd;
	*stats = s;
	return 0;
}

/* Under the lock: what is known of it from now on.  -EINVAL: it is damaged; -EEXIST. */
static int join(struct encase_stats *s)
{
	s->columns = s->head->columns;
	memcpy(s->name, s->head->name, sizeof(s->name));
	if (s->head->magic != MAGIC || !s->columns || s->columns > ENCASE_STATS_COLUMNS ||
	    !s->name[0] || !memchr(s->name, '\0', sizeof(s->name)))
		return -EINVAL;
	if (find(s->name))
		return -EEXIST;
	s->next = all;
	all = s;
	return 0;
}

/* Gives a region back, but for its descriptor. */
static void unmap(struct encase_stats *s)
{
	munmap(s->head, SIZE);
	free(s);
}

/* Under the lock. */
static int make(const char *name, unsigned columns, struct encase_stats **stats)
{
	int fd = enc_sealed_new(SIZE), err;

	if (fd < 0)
		return fd;
	err = map(fd, stats);
	if (err) {
		close(fd);
		return err;
	}
	(*stats)->maker = getpid();
	(*stats)->head->columns = columns;
	(*stats)->head->used = (sizeof(struct head) + 7) & ~(uint64_t) 7;
	strcpy((*stats)->head->name, name);
	(*stats)->head->magic = MAGIC;
	return join(*stats);
}

static int inherit(int fd)
{
	struct encase_stats *s;
	struct stat st;
	int err, seals;

	if (fstat(fd, &st))
		return -errno;
	seals = fcntl(fd, F_GET_SEALS);
	if (!S_ISREG(st.st_mode) || st.st_size != (off_t) SIZE || seals < 0 ||
	    !(seals & F_SEAL_SHRINK))
		return -EINVAL;
	err = map(fd, &s);
	if (err)
		return err;
	err = join(s);
	if (err)
		unmap(s);
	else
		(void) fcntl(fd, F_SETFD, FD_CLOEXEC);
	return err;
}

int encase_stats_inherit(int fd)
{
	sigset_t saved;
	int err;

	enc_lock(&lock, &saved);
	err = inherit(fd);
	enc_unlock(&lock, &saved);
	return err;
}

int encase_stats_open(const char *name, unsigned columns, struct encase_stats **stats)
{
	struct encase_stats *s;
	sigset_t saved;
	int err = 0;

	if (!name || !stats || !*name || strlen(name) > ENCASE_STATS_NAME || !columns ||
	    columns > ENCASE_STATS_COLUMNS)
		return -EINVAL;
	enc_lock(&lock, &saved);
	s = find(name);
	if (s && s->columns != columns)
		err = -EEXIST;
	else if (!s)
		err = make(name, columns, &s);
	if (!err) {
		s->opened++;
		*stats = s;
	}
	enc_unlock(&lock, &saved);
	return err;
}

void encase_stats_close(struct encase_stats *stats)
{
	struct encase_stats **at = &all;
	sigset_t saved;

	if (!stats)
		return;
	enc_lock(&lock, &saved);
	if (--stats->opened == 0) {
		while (*at != stats)
			at = &(*at)->next;
		*at = stats->next;
		close(stats->fd);
		unmap(stats);
	}
	enc_unlock(&lock, &saved);
}

int encase_stats_fd(const struct encase_stats *stats)
{
	return stats->fd;
}

size_t encase_stats_fds(int *fds, size_t n)
{
	sigset_t saved;
	size_t found = 0;

	enc_lock(&lock, &saved);
	for (const struct encase_stats *s = all; s; s = s->next, found++)
		if (found < n)
			fds[found] = s->fd;
	enc_unlock(&lock, &saved);
	return found;
}

int encase_stats_made_here(const struct encase_stats *stats)
{
	return stats->maker && stats->maker == getpid();
}
