/* SPDX-License-Identifier: MIT */
/* encase run: an unmodified program under layers, by the dispatch gate. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <encase/dispatch.h>
#include <encase/plugin.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

/* Layers, the one nearest the kernel first; with their options, which may be null. */
struct layers {
	size_t n;
	struct {
		char *file; /* absolute */
		const char *options;
		const struct encase_layer *layer;
	} of[CLI_LAYERS];
};

static struct layers layers;
static int log_fd = -1;

__attribute__((format(printf, 2, 3))) static int fail(int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void) fputs("encase: ", stderr);
	(void) vfprintf(stderr, format, args);
	(void) fputs("\n", stderr);
	va_end(args);
	return status;
}

/* -- The log ------------------------------------------------------------------------ */

static void write_line(void *arg, const char *line, size_t len)
{
	(void) arg;
	while (len) {
		ssize_t n = write(log_fd, line, len);

		if (n < 0)
			return;
		line += n;
		len -= (size_t) n;
	}
}

/*
 * The highest number that programs are usually given: none comes upon it by chance.  Higher ones would make
 * each fork() copy a larger table.
 */
#define HIGHEST 1024

static void log_to(int fd)
{
	struct rlimit limit = { .rlim_cur = 256 };
	int high = -1;

	(void) getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur > HIGHEST)
		limit.rlim_cur = HIGHEST;
	for (int at = (int) limit.rlim_cur - 1; high < 0 && at > 2; at -= 1 + at / 4)
		high = fcntl(fd, F_DUPFD_CLOEXEC, at);
	log_fd = high;
	if (high >= 0)
		encase_log_to(write_line, NULL);
}

/* A file, or the number of a descriptor. */
static int open_log(const char *to)
{
	char *end;
	long fd = strtol(to, &end, 10);

	if (end == to || *end) {
		fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
		if (fd < 0)
			return fail(CLI_RUN, "%s: %s", to, strerror(errno));
	} else if (fcntl((int) fd, F_GETFD) < 0) {
		return fail(CLI_RUN, "-o %s: no such descriptor is open", to);
	}
	log_to((int) fd);
	return 0;
}

/* -- Layers ------------------------------------------------------------------------- */

/* Splits "NAME:OPTIONS" at the first colon that no backslash stands before, and takes that one away. */
static const char *split(char *word)
{
	char *to = word;

	for (; *word && *word != ':'; word++) {
		if (word[0] == '\\' && word[1] == ':')
			word++;
		*to++ = *word;
	}
	if (!*word) {
		*to = '\0';
		return NULL;
	}
	*to = '\0';
	return word + 1;
}

static int load(const char *name, const char *options)
{
	struct encase_plugin *plugin;
	char why[512];
	Dl_info info;

	if (layers.n == CLI_LAYERS)
		return fail(CLI_RUN, "more than %d layers", CLI_LAYERS);
	if (encase_plugin_load(name, &plugin, why, sizeof(why)))
		return fail(CLI_RUN, "layer %s: %s", name, why);
	layers.of[layers.n].layer = encase_plugin_layer(plugin);
	layers.of[layers.n].options = options;
	if (dladdr(layers.of[layers.n].layer, &info))
		layers.of[layers.n].file = realpath(info.dli_fname, NULL);
	if (!layers.of[layers.n].file)
		return fail(CLI_RUN, "layer %s: its file is not found again", name);
	layers.n++;
	return 0;
}

static int add_layer(const char *given)
{
	char *name = strdup(given);
	const char *options = name ? split(name) : NULL;

	return name ? load(name, options) : fail(CLI_RUN, "no memory");
}

static int push_all(struct encase_cage *cage)
{
	for (size_t i = 0; i < layers.n; i++) {
		int err = encase_push(cage, layers.of[i].layer, layers.of[i].options);

		if (err)
			return fail(CLI_RUN, "layer %s%s%s: %s", layers.of[i].layer->name,
				    layers.of[i].options ? ":" : "",
				    layers.of[i].options ? layers.of[i].options : "",
				    strerror(-err));
	}
	return 0;
}

/* -- The program -------------------------------------------------------------------- */

/*
 * Layers may be linked with what only that finds; nothing else of its environment matters to encase.
 * That of the first time counts: later on it may be the program's.
 */
static const char *const *own_environment(void)
{
	static const char *own[2];
	static bool looked;

	for (char **e = environ; *e && !looked; e++)
		if (!strncmp(*e, "LD_LIBRARY_PATH=", 16))
			own[0] = *e;
	looked = true;
	return own;
}

/* How this program finds its layers when it is started again; freed by its end. */
static const char *const *words_again(void)
{
	const char **words = calloc(5 + 2 * layers.n, sizeof(*words));
	static char fd[16], n[16];
	size_t at = 0;

	if (!words)
		return NULL;
	(void) snprintf(fd, sizeof(fd), "%d", log_fd);
	(void) snprintf(n, sizeof(n), "%zu", layers.n);
	words[at++] = "encase";
	words[at++] = CLI_AGAIN;
	words[at++] = fd;
	words[at++] = n;
	for (size_t i = 0; i < layers.n; i++) {
		words[at++] = layers.of[i].file;
		words[at++] = layers.of[i].options ? layers.of[i].options : "";
	}
	return words;
}

static int exec_status(int err)
{
	return err == -ENOENT ? CLI_NOT_FOUND : CLI_NOT_RUN;
}

static int run_under(struct encase_dispatch *run, const char *const *own)
{
	const struct encase_setup setup = {
		.memory = &encase_memory_host_checked,
		.lower = &encase_lower_dispatch,
		.unknown = 1,
	};
	char why[256];
	int err = encase_dispatch_check(why, sizeof(why));

	if (err)
		return fail(CLI_RUN, "the dispatch gate cannot be used: %s", why);
	err = encase_cage_new(&setup, &run->cage);
	if (err)
		return fail(CLI_RUN, "no cage: %s", strerror(-err));
	err = push_all(run->cage);
	if (err)
		return err;
	run->again = words_again();
	run->again_envp = own;
	for (unsigned i = 0; i < ENCASE_DISPATCH_KEEP; i++)
		run->keep[i] = -1;
	run->keep[0] = log_fd;
	err = run->again ? encase_dispatch_run(run) : -ENOMEM;
	return fail(exec_status(err), "%s: %s%s", run->path, strerror(-err),
		    err == -EPERM
			    ? " (set-user-ID, set-group-ID and capabilities cannot be had here)"
			    : "");
}

/* The file that a name without a slash names, as a shell looks for it; null: there is none. */
static const char *find_program(const char *name)
{
	const char *folders = getenv("PATH");
	static char path[4096];
	bool there = false;

	if (strchr(name, '/') || !*name)
		return name;
	for (folders = folders ? folders : "/bin:/usr/bin"; folders;
	     folders = strchr(folders, ':') ? strchr(folders, ':') + 1 : NULL) {
		int len = (int) strcspn(folders, ":");
		struct stat st;

		(void) snprintf(path, sizeof(path), "%.*s/%s", len ? len : 1, len ? folders : ".",
				name);
		if (stat(path, &st) || !S_ISREG(st.st_mode))
			continue;
		there = true;
		if (!access(path, X_OK))
			return path;
	}
	errno = there ? EACCES : ENOENT;
	return NULL;
}

/* Whether the program that is to be run is this one, with the command run: its layers are added to these. */
static bool is_own_run(const struct stat *it, const char *const *argv)
{
	struct stat own;

	return argv[0] && argv[1] && !strcmp(argv[1], "run") && !stat("/proc/self/exe", &own) &&
	       it->st_dev == own.st_dev && it->st_ino == own.st_ino;
}

/* Takes options up to the program's name: where that stands, or -1 after an error. */
static int take_options(int n, char **words, int *status)
{
	int at;

	for (at = 0; at < n && words[at][0] == '-'; at += 2) {
		if (!strcmp(words[at], "--"))
			return at + 1;
		if (strcmp(words[at], "-l") != 0 && strcmp(words[at], "-o") != 0)
			*status = (cli_usage("run: no option '%s'", words[at]), CLI_RUN);
		else if (at + 1 >= n)
			*status = (cli_usage("run: %s what?", words[at]), CLI_RUN);
		else
			*status = words[at][1] == 'l' ? add_layer(words[at + 1])
						      : open_log(words[at + 1]);
		if (*status)
			return -1;
	}
	return at;
}

int cli_run(int n, char **words)
{
	struct encase_dispatch run = { .envp = (const char *const *) environ };
	int status = 0, at = take_options(n, words, &status);
	struct stat it;

	if (at < 0)
		return status;
	if (at >= n)
		return cli_usage("run: which program?"), CLI_RUN;
	if (log_fd < 0)
		log_to(STDERR_FILENO);
	run.argv = (const char *const *) words + at;
	run.path = find_program(words[at]);
	if (!run.path)
		return fail(exec_status(-errno), "%s: %s", words[at], strerror(errno));
	if (!stat(run.path, &it) && is_own_run(&it, run.argv))
		return cli_run(n - at - 2, words + at + 2);
	return run_under(&run, own_environment());
}

/* -- Started again by the gate -------------------------------------------------------- */

static int run_own(const struct encase_dispatch *run)
{
	char **words = (char **) (uintptr_t) run->argv;
	int n = 0;

	(void) close(run->file);
	environ = (char **) (uintptr_t) run->envp;
	while (words[n])
		n++;
	return cli_run(n - 2, words + 2);
}

int cli_run_again(int n, char **words)
{
	struct encase_dispatch run = { 0 };
	int nlayers = n >= 2 ? atoi(words[1]) : -1;
	struct stat it;

	if (nlayers < 0 || n < 2 + 2 * nlayers)
		return fail(CLI_RUN, "%s is the gate's own", CLI_AGAIN);
	log_fd = atoi(words[0]);
	if (log_fd >= 0 && !fcntl(log_fd, F_SETFD, FD_CLOEXEC))
		encase_log_to(write_line, NULL);
	for (int i = 0; i < nlayers; i++) {
		char **layer = words + 2 + 2 * i;

		if (load(layer[0], *layer[1] ? layer[1] : NULL))
			return CLI_RUN;
	}
	if (encase_dispatch_again(words + 2 + 2 * nlayers, &run))
		return fail(CLI_RUN, "%s is the gate's own", CLI_AGAIN);
	(void) fcntl(run.file, F_SETFD, FD_CLOEXEC);
	(void) own_environment();
	if (!fstat(run.file, &it) && is_own_run(&it, run.argv))
		return run_own(&run);
	return run_under(&run, own_environment());
}
