/* SPDX-License-Identifier: MIT */
/*
 * The main() of a harness without libFuzzer: a test, so that harnesses cannot rot.
 *
 *     PROGRAM FOLDER     the inputs in a folder, and some hundred pseudo-random ones: TAP
 *     PROGRAM FILE...    inputs, as a fuzzer's finding is repeated
 *     PROGRAM --random N    the pseudo-random input N alone
 *
 * Whoever aborts, says so by SIGABRT's handler: which input it was.
 */
#include <dirent.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

#define INPUTS  400
#define BLOCK   100
#define LONGEST 2048 /* bytes of a pseudo-random input */

static char input[512]; /* what is being run */

static void say_which(int signal)
{
	static const char text[] = "# the input was: ";

	(void) signal;
	if (write(STDERR_FILENO, text, strlen(text)) < 0 ||
	    write(STDERR_FILENO, input, strlen(input)) < 0 || write(STDERR_FILENO, "\n", 1) < 0)
		return;
}

/* A copy of just that size: sanitizers see a look behind its end. */
static void run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + !size);

	if (!copy)
		abort();
	if (size)
		memcpy(copy, data, size);
	(void) LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void run_file(const char *path)
{
	static uint8_t bytes[1 << 20];
	FILE *file = fopen(path, "rb");
	size_t n;

	(void) snprintf(input, sizeof(input), "%s", path);
	if (!file) {
		perror(path);
		exit(2);
	}
	n = fread(bytes, 1, sizeof(bytes), file);
	(void) fclose(file);
	run(bytes, n);
}

static unsigned run_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[512];
	unsigned n = 0;

	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		(void) snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		run_file(path);
		n++;
	}
	if (dir)
		(void) closedir(dir);
	return n;
}

/* Some are short, so that there is a bit of everything. */
static void run_random(unsigned long number)
{
	struct random random = { .state = number };
	uint8_t bytes[LONGEST];
	size_t size = random_below(&random, number % 4 ? LONGEST : 64);

	(void) snprintf(input, sizeof(input), "--random %lu", number);
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t) random_word(&random);
	run(bytes, size);
}

static int test(const char *folder)
{
	unsigned n = 1, seeds = run_folder(folder);

	printf("%s 1 - %u inputs that are kept\n", seeds ? "ok" : "not ok", seeds);
	for (unsigned i = 0; i < INPUTS; i++) {
		run_random(i);
		if (i % BLOCK == BLOCK - 1)
			printf("ok %u - pseudo-random inputs %u to %u\n", ++n, i + 1 - BLOCK, i);
	}
	printf("1..%u\n", n);
	return seeds ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct stat stat;

	(void) signal(SIGABRT, say_which);
	if (argc == 2 && !lstat(argv[1], &stat) && S_ISDIR(stat.st_mode))
		return test(argv[1]);
	if (argc == 3 && !strcmp(argv[1], "--random")) {
		run_random(strtoul(argv[2], NULL, 0));
		return 0;
	}
	for (int i = 1; i < argc; i++)
		run_file(argv[i]);
	return 0;
}
