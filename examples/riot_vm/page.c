/* SPDX-License-Identifier: MIT */
/* Prints the reference page of the machine's calls, CALLS.md. */
#include "riot.h"

#include <encase/record_page.h>

int main(void)
{
	return riot_page(stdout);
}
