/* SPDX-License-Identifier: MIT */
/* The host as a program. */
#include "host.h"

int main(int argc, char *argv[])
{
	return host_run(argc, argv);
}
