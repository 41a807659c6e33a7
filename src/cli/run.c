/* SPDX-License-Identifier: MIT */
/* encase run: an unmodified program under layers, by the dispatch gate. */
#define _GNU_SOURCE
#include <encase/dispatch.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

int cli_fail(int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void) fputs("encase: ", stderr);
	(void) vfprintf(stderr, format, args);
	(void) fputs("\n", stderr);
	va_end(args);
	return status;
}

static const char help[] =
	"usage: encase run [-o FILE|FD] [-l LAYER[:OPTIONS]]... [--] PROGRAM [ARGUMENT]...\n"
	"\n"
	"Runs PROGRAM, unmodified.  All system calls of its threads, of its children, and of the "
	"programs that\n"
	"these execute go through the layers, each of which may see, change or refuse them.\n"
	"\n"
	"  -l LAYER[:OPTIONS]  a layer; the first is nearest the kernel, the last sees calls "
	"first.  LAYER is a\n"
	"                      name (encase list layers), of NAME.so in the folders of "
	"ENCASE_LAYERS or the\n"
	"                      installed ones; or a file, with a slash.  A colon in it is written "
	"\\:.  All\n"
	"                      behind the first other colon is the layer's own, as it stands\n"
	"  -o FILE             what layers log goes to FILE, which is emptied first, and not to "
	"standard error\n"
	"  -o FD               or to the open descriptor of that number; a file of such a name is "
	"./FD\n"
	"  -s WHEN             changes the program's instructions that make calls, so that they "
	"need not "
	"be caught:\n"
	"                      'often', where calls come again and again, which is meant else; "
	"'first', "
	"at their\n"
	"                      first call; 'all', all of them once there are many calls; "
	"'all-at-once'; 'never'\n"
	"  --help              this\n"
	"\n"
	"The program finds neither the log nor layers' files among its descriptors.  Programs with "
	"other rights than\n"
	"their caller's (set-user-ID), for 32-bit processors or other machines are refused.  It is "
	"cooperation, not a\n"
	"wall: a program that wants to get round its layers can.\n"
	"\n"
	"Exit status: the program's own, 128+N for a shell if signal N ended it; 125: encase "
	"fails; 126: the program\n"
	"cannot be run; 127: there is no such program.\n"
	"\n"
	"  encase run -l trace -- ls /                       each call of ls, a line\n"
	"  encase run -o calls.txt -l trace -- sh -c 'date | cat'\n"
	"  encase run -l deny:unlink=EPERM,%network=EACCES -- make\n"
	"  encase run -l count -- tar cf a.tar .             calls, errors and bytes of each path\n"
	"  encase run -l 'count:output=a\\,b.txt' -- tar cf x.tar .   its file is called a,b.txt\n"
	"  encase run -l ./mine.so:debug -- python3          one of your own\n";

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

static const char *const sites[] = {
	[ENCASE_SITES_OFTEN] = "often",
	[ENCASE_SITES_NEVER] = "never",
	[ENCASE_SITES_FIRST] = "first",
	[ENCASE_SITES_ALL] = "all",
	[ENCASE_SITES_ALL_AT_ONCE] = "all-at-once",
};
static int which_sites;

static int choose_sites(const char *word)
{
	for (unsigned i = 0; i < sizeof(sites) / sizeof(sites[0]); i++)
		if (!strcmp(word, sites[i])) {
			which_sites = (int) i;
			return 0;
		}
	return cli_fail(CLI_RUN,
			"-s %s: that is not 'often', 'never', 'first', 'all' or 'all-at-once'",
			word);
}

/* How this program finds its layers when it is started again; freed by its end. */
static const char *const *words_again(const struct encase_dispatch *run)
{
	const char **words = calloc(6 + 2 * cli_layers_count(), sizeof(*words));
	static char n[16];

	if (!words)
		return NULL;
	(void) snprintf(n, sizeof(n), "%zu", cli_layers_count());
	words[0] = "encase";
	words[1] = CLI_AGAIN;
	words[2] = cli_kept_word(run->keep, run->nkeep);
	words[3] = sites[run->sites];
	words[4] = n;
	cli_layers_words(words + 5);
	return words;
}

static int exec_status(int err)
{
	return err == -ENOENT ? CLI_NOT_FOUND : CLI_NOT_RUN;
}

static int become(struct encase_dispatch *run)
{
	int err = cli_kept(&run->keep, &run->nkeep);

	if (err)
		return err;
	run->sites = which_sites;
	run->again = words_again(run);
	err = run->again ? encase_dispatch_run(run) : -ENOMEM;
	return cli_fail(exec_status(err), "%s: %s%s", run->path, strerror(-err),
			err == -EPERM
				? " (set-user-ID, set-group-ID and capabilities cannot be had here)"
				: "");
}

/* The program is another process than this one, which tells in the end what was counted. */
static int become_two(struct encase_dispatch *run)
{
	int end, err, status;
	pid_t program = cli_fork(&end);

	if (program < 0)
		return cli_fail(CLI_RUN, "no second process: %s", strerror(-program));
	if (!program) {
		err = cli_keep_end(end);
		return err ? err : become(run);
	}
	status = cli_wait(program, end);
	cli_log_is_stderr();
	cli_layers_stop(run->cage);
	return cli_leave(status);
}

/* Whose program executes another one cannot become two: it is a process that others know. */
static int run_under(struct encase_dispatch *run, const char *const *own)
{
	const struct encase_setup setup = {
		.memory = &encase_memory_host_checked,
		.lower = &encase_lower_dispatch,
		.unknown = 1,
	};
	bool made_stats;
	char why[256];
	int err = encase_dispatch_check(why, sizeof(why));

	if (err)
		return cli_fail(CLI_RUN, "the dispatch gate cannot be used: %s", why);
	err = encase_cage_new(&setup, &run->cage);
	if (err)
		return cli_fail(CLI_RUN, "no cage: %s", strerror(-err));
	err = cli_layers_push(run->cage, &made_stats);
	if (err)
		return err;
	run->again_envp = own;
	return made_stats && !run->file ? become_two(run) : become(run);
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

static int take_option(const char *option, const char *word)
{
	switch (option[1]) {
	case 'l':
		return cli_layer_add(word);
	case 'o':
		return cli_log_open(word);
	default:
		return choose_sites(word);
	}
}

/* Takes options up to the program's name: where that stands; or -1: it is done, with that status. */
static int take_options(int n, char **words, int *status)
{
	int at;

	for (at = 0; at < n && words[at][0] == '-'; at += 2) {
		if (!strcmp(words[at], "--"))
			return at + 1;
		if (!strcmp(words[at], "--help")) {
			(void) fputs(help, stdout);
			return -1;
		}
		if (!words[at][1] || words[at][2] || !strchr("los", words[at][1]))
			*status = (cli_usage("run: no option '%s'", words[at]), CLI_RUN);
		else if (at + 1 >= n)
			*status = (cli_usage("run: %s what?", words[at]), CLI_RUN);
		else
			*status = take_option(words[at], words[at + 1]);
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
	cli_log_begin();
	run.argv = (const char *const *) words + at;
	run.path = find_program(words[at]);
	if (!run.path)
		return cli_fail(exec_status(-errno), "%s: %s", words[at], strerror(errno));
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
	int nlayers = n >= 3 ? atoi(words[2]) : -1;
	struct stat it;

	if (nlayers < 0 || n < 3 + 2 * nlayers)
		return cli_fail(CLI_RUN, "%s is the gate's own", CLI_AGAIN);
	if (cli_kept_take(words[0]) || choose_sites(words[1]))
		return CLI_RUN;
	for (int i = 0; i < nlayers; i++) {
		char **layer = words + 3 + 2 * i;

		if (cli_layer_load(layer[0], *layer[1] ? layer[1] : NULL))
			return CLI_RUN;
	}
	if (encase_dispatch_again(words + 3 + 2 * nlayers, &run))
		return cli_fail(CLI_RUN, "%s is the gate's own", CLI_AGAIN);
	(void) fcntl(run.file, F_SETFD, FD_CLOEXEC);
	(void) own_environment();
	if (!fstat(run.file, &it) && is_own_run(&it, run.argv))
		return run_own(&run);
	return run_under(&run, own_environment());
}
