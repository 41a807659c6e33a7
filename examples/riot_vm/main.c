/* SPDX-License-Identifier: MIT */
/*
 * riot_vm: machines on a board, each with its program, its rights and its layers, which run in
 * turns until all of them have ended.
 */
#include <errno.h>
#include <policies.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "layers.h"
#include "program.h"

#define SLICE 1000 /* steps in a turn */

static const char usage[] =
	"usage: riot_vm [--random BYTES] {[OPTION...] PROGRAM}...\n"
	"\n"
	"  --random BYTES   the board has so many random bytes, for all machines\n"
	"\n"
	"Options of the program behind them:\n"
	"\n"
	"  --name NAME      instead of the file's\n"
	"  --memory BYTES   of its machine, 256 to 65536; 8192\n"
	"  --steps N        that it may make; 10000000\n"
	"  --root DIR       the directory that it may see; /\n"
	"  --devices RIGHTS to sensors and actuators: none, read, write; write\n"
	"  --files RIGHTS   to files: the same\n"
	"  --count          counts its calls\n"
	"  --trace          logs its calls\n"
	"  --deny LIST      fails calls: puts=EPERM,%vfs=EACCES\n";

/* A program with what stands before it. */
struct row {
	struct host_setup setup;
	const char *path, *deny;
	bool count, trace;
};

static struct {
	unsigned nrows;
	struct row rows[HOST_MACHINES];
	uint64_t random;
	struct board board;
	struct host hosts[HOST_MACHINES];
	struct encase_handles *handles;
	char names[HOST_MACHINES][32];
} all = { .random = 1 << 20 };

static const struct row fresh = { .setup = { .memory = 8192,
					     .steps = 10000000,
					     .root = "/",
					     .saul = MAY_READ | MAY_WRITE,
					     .vfs = MAY_READ | MAY_WRITE } };

/* -- The command line ---------------------------------------------------------- */

static bool number(const char *text, uint64_t least, uint64_t most, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	return *text >= '0' && *text <= '9' && !*end && !errno && *value >= least && *value <= most;
}

static bool rights(const char *text, unsigned *to)
{
	static const char *const words[] = { "none", "read", NULL, "write" };

	for (unsigned i = 0; i < 4; i++)
		if (words[i] && !strcmp(words[i], text)) {
			*to = i;
			return true;
		}
	return false;
}

static bool option(struct row *row, const char *name, const char *text)
{
	uint64_t value;

	if (!strcmp(name, "--random"))
		return number(text, 0, UINT64_MAX, &all.random);
	if (!strcmp(name, "--steps"))
		return number(text, 1, UINT64_MAX, &row->setup.steps);
	if (!strcmp(name, "--devices"))
		return rights(text, &row->setup.saul);
	if (!strcmp(name, "--files"))
		return rights(text, &row->setup.vfs);
	if (!strcmp(name, "--memory")) {
		if (!number(text, 256, VM_MOST, &value))
			return false;
		row->setup.memory = (size_t) value;
	} else if (!strcmp(name, "--name")) {
		row->setup.name = text;
	} else if (!strcmp(name, "--root")) {
		row->setup.root = text;
	} else if (!strcmp(name, "--deny")) {
		row->deny = text;
	} else {
		return false;
	}
	return true;
}

/* A program ends its row. */
static bool program(struct row *row, const char *path)
{
	const char *base = strrchr(path, '/');
	char *name = all.names[all.nrows];

	if (all.nrows == HOST_MACHINES)
		return false;
	base = base ? base + 1 : path;
	(void) snprintf(name, sizeof(all.names[0]), "%.*s", (int) strcspn(base, "."), base);
	row->path = path;
	if (!row->setup.name)
		row->setup.name = name;
	all.rows[all.nrows++] = *row;
	*row = fresh;
	return true;
}

static bool parse(char **arg)
{
	struct row row = fresh;
	bool ended = false; /* options have their program behind them */

	for (; *arg; arg++) {
		ended = **arg != '-';
		if (ended && !program(&row, *arg))
			return false;
		if (ended)
			continue;
		if (!strcmp(*arg, "--count"))
			row.count = true;
		else if (!strcmp(*arg, "--trace"))
			row.trace = true;
		else if (!arg[1] || !option(&row, arg[0], arg[1]))
			return false;
		else
			arg++;
	}
	return ended;
}

/* -- The machines ---------------------------------------------------------------- */

static int push_layers(struct host *host, const struct row *row)
{
	char prefix[48], options[64];
	int err = 0;

	(void) snprintf(prefix, sizeof(prefix), "%.40s: ", row->setup.name);
	(void) snprintf(options, sizeof(options), "prefix=%s", prefix);
	if (row->deny)
		err = encase_push(host->cage, &riot_deny, row->deny);
	if (!err && row->count)
		err = encase_push(host->cage, &riot_count, prefix);
	if (!err && row->trace)
		err = encase_push(host->cage, &encase_trace, options);
	return err;
}

static bool make(struct host *host, struct row *row)
{
	static struct asm_image image;
	int err;

	if (!program_read(row->path, &image))
		return false;
	if (image.size > row->setup.memory) {
		(void) fprintf(stderr, "%s: larger than the machine's memory\n", row->path);
		return false;
	}
	row->setup.says_name = all.nrows > 1;
	err = host_new(host, &row->setup, &all.board, all.handles);
	if (!err)
		err = push_layers(host, row);
	if (err) {
		(void) fprintf(stderr, "%s: %s\n", row->setup.name, strerror(-err));
		return false;
	}
	vm_load(&host->vm, image.bytes, image.size);
	return true;
}

static bool report(const struct host *host)
{
	char why[128];

	if (host->vm.end == VM_HALTED && !host->vm.status)
		return true;
	vm_why(&host->vm, why, sizeof(why));
	(void) fprintf(stderr, "%s: ended: %s\n", host->setup.name, why);
	return false;
}

/* Whether all of them halted with status 0. */
static bool run(void)
{
	unsigned running;
	bool good = true;

	do {
		running = 0;
		for (unsigned i = 0; i < all.nrows; i++)
			running += host_run(&all.hosts[i], SLICE);
	} while (running);
	for (unsigned i = 0; i < all.nrows; i++)
		good &= report(&all.hosts[i]);
	return good;
}

static void line(void *arg, const char *text, size_t n)
{
	(void) arg;
	(void) fwrite(text, 1, n, stdout);
	(void) fflush(stdout);
}

int main(int argc, char **argv)
{
	bool good = argc > 0 && parse(argv + 1);

	if (!good) {
		(void) fputs(usage, stderr);
		return 2;
	}
	encase_log_to(line, NULL);
	board_init(&all.board, all.random, stdout);
	if (host_handles_new(&all.handles)) {
		(void) fputs("riot_vm: no memory\n", stderr);
		return 1;
	}
	for (unsigned i = 0; good && i < all.nrows; i++)
		good = make(&all.hosts[i], &all.rows[i]);
	good = good && run();
	for (unsigned i = 0; i < all.nrows; i++)
		host_free(&all.hosts[i]);
	(void) encase_handles_free(all.handles);
	return !good;
}
