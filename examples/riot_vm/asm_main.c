/* SPDX-License-Identifier: MIT */
/* riot_asm PROGRAM.s [IMAGE]: assembles, and writes an image or shows the bytes. */
#include <stdio.h>

#include "program.h"

static void show(const struct asm_image *image)
{
	for (size_t at = 0; at < image->size; at += 16) {
		printf("%04zx ", at);
		for (size_t k = at; k < at + 16 && k < image->size; k++)
			printf(" %02x", image->bytes[k]);
		putchar('\n');
	}
}

int main(int argc, char **argv)
{
	static struct asm_image image;

	if (argc != 2 && argc != 3) {
		(void) fputs("usage: riot_asm PROGRAM.s [IMAGE]\n", stderr);
		return 2;
	}
	if (!program_read(argv[1], &image))
		return 1;
	if (argc == 3)
		return !program_write(argv[2], &image);
	show(&image);
	return 0;
}
