/* SPDX-License-Identifier: MIT */
/* The list of memories, and what their rows are made with; see memories.h. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include "memories.h"

const struct memory_row *const memory_rows[] = {
	&memory_row_host,
	&memory_row_arena,
	&memory_row_far,
	&memory_row_process,
	&memory_row_host_checked,
	&memory_row_host_armed,
	NULL,
};

static size_t whole_pages(size_t size)
{
	return (size + PAGE - 1) / PAGE * PAGE;
}

void block_open(struct memory_space *s, size_t lead)
{
	size_t size = lead + whole_pages(s->size);
	char *all = mmap(NULL, size + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert(all != MAP_FAILED);
	cr_assert(!mprotect(all + PAGE, size, PROT_READ | PROT_WRITE));
	s->bytes = all + PAGE + lead;
}

void block_close(struct memory_space *s, size_t lead)
{
	munmap(s->bytes - lead - PAGE, lead + whole_pages(s->size) + 2 * PAGE);
}

void space_open(struct memory_space *s, const struct memory_row *row, size_t size)
{
	*s = (struct memory_space){ .row = row, .size = size };
	row->open(s);
}

void space_close(struct memory_space *s)
{
	s->row->close(s);
}

void space_fill(struct memory_space *s)
{
	for (size_t i = 0; i < s->size; i++)
		s->bytes[i] = (char) (1 + (i * 7 + i / 255) % 255);
}

void each_memory(void (*test)(struct memory_space *s), size_t size)
{
	for (size_t i = 0; memory_rows[i]; i++) {
		struct memory_space s;

		space_open(&s, memory_rows[i], size);
		test(&s);
		space_close(&s);
	}
}
