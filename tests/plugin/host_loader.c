/* SPDX-License-Identifier: MIT */
/*
 * A program that knows nothing of encase and loads the host, for itself alone:
 * the first argument is the host's file.
 */
#include <dlfcn.h>
#include <stdio.h>

typedef int run_fn(int argc, char *argv[]);

int main(int argc, char *argv[])
{
	void *host = argc > 1 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
	run_fn *run = host ? (run_fn *) dlsym(host, "host_run") : NULL;

	if (run)
		return run(argc - 1, argv + 1);
	fprintf(stderr, "%s\n", dlerror());
	return 2;
}
