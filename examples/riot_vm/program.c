/* SPDX-License-Identifier: MIT */
/* Programs in files; see program.h. */
#include "program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC_SIZE (sizeof(PROGRAM_MAGIC) - 1)

static void tell(void *arg, unsigned line, const char *text)
{
	(void) fprintf(stderr, "%s:%u: %s\n", (const char *) arg, line, text);
}

static bool take(const char *path, const char *bytes, size_t n, struct asm_image *image)
{
	if (n < MAGIC_SIZE || memcmp(bytes, PROGRAM_MAGIC, MAGIC_SIZE) != 0)
		return !asm_assemble(bytes, n, image, tell, (void *) path);
	image->size = n - MAGIC_SIZE;
	if (image->size > VM_MOST) {
		(void) fprintf(stderr, "%s: larger than a machine's memory\n", path);
		return false;
	}
	memcpy(image->bytes, bytes + MAGIC_SIZE, image->size);
	return true;
}

bool program_read(const char *path, struct asm_image *image)
{
	FILE *file = fopen(path, "rb");
	char *bytes = malloc(PROGRAM_MOST + 1);
	size_t n = file && bytes ? fread(bytes, 1, PROGRAM_MOST + 1, file) : 0;
	bool good = file && bytes && !ferror(file);

	if (!good)
		(void) fprintf(stderr, "%s: %s\n", path, strerror(errno));
	else if (n > PROGRAM_MOST)
		(void) fprintf(stderr, "%s: too large for a program\n", path);
	good = good && n <= PROGRAM_MOST && take(path, bytes, n, image);
	if (file)
		(void) fclose(file);
	free(bytes);
	return good;
}

bool program_write(const char *path, const struct asm_image *image)
{
	FILE *file = fopen(path, "wb");
	bool good = file && fwrite(PROGRAM_MAGIC, 1, MAGIC_SIZE, file) == MAGIC_SIZE &&
		    fwrite(image->bytes, 1, image->size, file) == image->size;

	if (file && fclose(file))
		good = false;
	if (!good)
		perror(path);
	return good;
}
