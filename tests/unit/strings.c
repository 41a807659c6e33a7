/* SPDX-License-Identifier: MIT */
/*
 * Strings: how long they may be, where they may end, and what is not one.
 * docs/forwarding.md, section 3, rows STR and PATH, and rule 3.5.
 */
#include "unit.h"

#include <sys/mman.h>
#include <unistd.h>

/* What the handler saw of the first argument, by encase_arg_data(). */
static size_t seen_length;
static char *seen;
static unsigned runs;

static long look(struct encase_call *call)
{
	void *data;

	runs++;
	same(encase_arg_data(call, 0, &data, &seen_length), 0);
	seen = data;
	if (data) {
		same(strlen(data), seen_length);
		same(encase_arg(call, 0), data);
	}
	return encase_forward(call);
}

/* One cage per memory, with a layer that copies all strings. */
struct scene {
	struct encase_cage *cage;
	struct unit_layer layer;
	encase_word base;
};

static void make_scene(struct scene *s, const struct encase_memory *memory, const void *space,
		       encase_word base)
{
	s->cage = unit_cage(memory, space);
	s->base = base;
	unit_push_any(s->cage, &s->layer, look, ENCASE_COPY);
}

#define text_at(s, c, at) encase_enter((s)->cage, &lab_desc_##c, WORDS((at), (at)))

/* -- How long ------------------------------------------------------------- */

/* n characters and a NUL at a place of the room. */
static encase_word write_text(const struct scene *s, size_t at, size_t n)
{
	memset(unit_room + at, 't', n);
	unit_room[at + n] = 0;
	return s->base + at;
}

static void try_lengths(struct scene *s)
{
	static const size_t lengths[] = {
		0, 1, 7, 62, 63, 64, 65, 127, 128, 4093, 4094, 4095, 100
	};

	for (size_t i = 0; i < LENGTH(lengths); i++)
		for (size_t at = 4096; at < 4096 + 130; at += 1 + at % 3) {
			unit_row("%zu at %zu", lengths[i], at);
			same(text_at(s, text, write_text(s, at, lengths[i])), 0);
			same(seen_length, lengths[i]);
			holds(!memcmp(seen, unit_room + at, lengths[i] + 1));
		}
	same(text_at(s, text, write_text(s, 4096, 4096)), -EINVAL);
	same(text_at(s, text, write_text(s, 4097, 20000)), -EINVAL);
	same(text_at(s, short_text, write_text(s, 4096, 7)), 0);
	same(text_at(s, short_text, write_text(s, 4096, 8)), -EINVAL);
	same(text_at(s, long_text, write_text(s, 0x101, 65000)), 0);
	same(seen_length, 65000);
}

/* A name that is too long has an error of its own. */
static void try_paths(struct scene *s)
{
	write_text(s, 64, 3);
	same(encase_enter(s->cage, &lab_desc_text, WORDS(s->base + 64, write_text(s, 4096, 4095))),
	     0);
	same(encase_enter(s->cage, &lab_desc_text, WORDS(s->base + 64, write_text(s, 4096, 4096))),
	     -ENAMETOOLONG);
	same(encase_enter(s->cage, &encase_desc_open, WORDS(write_text(s, 4096, 4096))),
	     -ENAMETOOLONG);
}

static void try_all(const struct encase_memory *memory, const void *space, encase_word base)
{
	struct scene s;

	make_scene(&s, memory, space, base);
	try_lengths(&s);
	try_paths(&s);
	unit_free(s.cage);
}

Test(strings, lengths_and_bounds)
{
	try_all(&encase_memory_arena, &unit_arena, 0);
	try_all(&encase_memory_host, NULL, WORD(unit_room));
	try_all(&unit_far_memory, NULL, UNIT_FAR);
}

/* -- Where they end ------------------------------------------------------- */

static void try_end(struct scene *s, encase_word end)
{
	memset(unit_room, 'e', UNIT_ROOM);
	unit_room[UNIT_ROOM - 1] = 0;
	for (size_t n = 1; n < 200; n++) {
		unit_row("%zu bytes before the end", n);
		same(text_at(s, text, end - n), 0);
		same(seen_length, n - 1);
	}
	same(text_at(s, text, end - 4096), 0);
	same(text_at(s, text, end - 4097), -EINVAL);
	same(text_at(s, text, end), -EFAULT);
	same(text_at(s, text, end + 1), -EFAULT);
	unit_room[UNIT_ROOM - 1] = 'e';
	runs = 0;
	for (size_t n = 1; n < 200; n++) {
		unit_row("%zu bytes before the end, which is no NUL", n);
		same(text_at(s, text, end - n), -EFAULT);
		same(text_at(s, short_text, end - n), n < 8 ? -EFAULT : -EINVAL);
	}
	same(text_at(s, text, end - 4095), -EFAULT);
	same(text_at(s, text, end - 4096), -EINVAL);
	same(runs, 0);
	same(text_at(s, text, UINT64_MAX), -EFAULT);
	same(text_at(s, text, UINT64_MAX - 10), -EFAULT);
	same(text_at(s, text, UINT64_C(0x8000000000000000)), -EFAULT);
}

/* The last byte of a memory may be a string's NUL, and behind it is nothing to be read. */
Test(strings, ends_of_memories)
{
	struct scene s;

	make_scene(&s, &encase_memory_arena, &unit_arena, 0);
	try_end(&s, UNIT_ROOM);
	unit_free(s.cage);
	make_scene(&s, &unit_far_memory, NULL, UNIT_FAR);
	try_end(&s, UNIT_FAR + UNIT_ROOM);
	unit_free(s.cage);
}

/* A NUL right behind the end of an arena of any size is not the string's. */
Test(strings, nothing_behind_an_arena_is_read)
{
	for (size_t n = 1; n < 200; n++) {
		struct encase_arena arena = { unit_room, 4096 + n };
		struct scene s;

		unit_row("%zu bytes behind a page", n);
		memset(unit_room, 'e', UNIT_ROOM);
		unit_room[4096 + n] = 0;
		make_scene(&s, &encase_memory_arena, &arena, 0);
		same(text_at(&s, text, 4096), -EFAULT);
		same(text_at(&s, text, 4096 + n), -EFAULT);
		unit_room[4096 + n - 1] = 0;
		same(text_at(&s, text, 4096), 0);
		unit_free(s.cage);
	}
}

/* A page, and behind it one that nobody may touch. */
static char *page_before_nothing(size_t size)
{
	char *page =
		mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	same(mprotect(page + size, size, PROT_NONE), 0);
	memset(page, 'p', size);
	page[size - 1] = 0;
	return page;
}

static void try_page(struct scene *s, encase_word end)
{
	for (size_t n = 1; n < 300; n++) {
		unit_row("%zu bytes before the page's end", n);
		same(text_at(s, text, end - n), 0);
		same(seen_length, n - 1);
		same(text_at(s, short_text, end - n), n <= 8 ? 0 : -EINVAL);
	}
	same(text_at(s, text, end - 4095), 0); /* not 4096: in an arena that is null */
	same(text_at(s, long_text, end - 4095), 0);
}

/* 3.5, in the host's memory, in an arena that ends there, and in one that does not. */
Test(strings, ends_of_mappings)
{
	size_t size = (size_t) sysconf(_SC_PAGESIZE);
	char *page = page_before_nothing(size);
	struct encase_arena ends = { page, size }, goes_on = { page, 2 * size };
	struct scene s;

	make_scene(&s, &encase_memory_host, NULL, 0);
	try_page(&s, WORD(page) + size);
	unit_free(s.cage);
	make_scene(&s, &encase_memory_arena, &ends, 0);
	try_page(&s, size);
	unit_free(s.cage);
	make_scene(&s, &encase_memory_arena, &goes_on, 0);
	try_page(&s, size);
	unit_free(s.cage);
}

/* -- Null ----------------------------------------------------------------- */

Test(strings, null)
{
	struct scene s;

	make_scene(&s, NULL, NULL, 0);
	same(text_at(&s, text, 0), -EFAULT);
	same(text_at(&s, long_text, 0), -EFAULT);
	same(encase_enter(s.cage, &encase_desc_access, WORDS(0, 0)), -EFAULT);
	same(runs, 0);
	seen = unit_room;
	seen_length = 5;
	same(text_at(&s, short_text, 0), 0);
	same(runs, 1);
	same(seen, NULL);
	same(seen_length, 0);
	same(probe.words[0], 0);
	unit_free(s.cage);
}

/* -- What is kept of them ------------------------------------------------- */

static long look_at_room(struct encase_call *call)
{
	char *own = encase_arg(call, 0);

	memset(unit_room, 'z', UNIT_ROOM);
	holds(!strcmp(own, "tttttttttt"));
	return encase_forward(call);
}

static long look_below(struct encase_call *call)
{
	same(encase_reach(call), 0);
	holds(!strcmp(encase_arg(call, 0), "tttttttttt"));
	return 0;
}

/* Handlers have a copy, whatever becomes of the cage's bytes; it is counted with its NUL. */
Test(strings, are_read_once)
{
	struct scene s;
	struct unit_layer first;

	make_scene(&s, &unit_far_memory, NULL, UNIT_FAR);
	unit_push_any(s.cage, &first, look_at_room, ENCASE_COPY);
	probe.answer = look_below;
	write_text(&s, 64, 10);
	write_text(&s, 128, 3);
	same(encase_enter(s.cage, &lab_desc_text, WORDS(UNIT_FAR + 64, UNIT_FAR + 128)), 0);
	same(unit_far.strings, 2);
	same(unit_far.writes, 0);
	same(encase_traffic(s.cage).from_cage, 11 + 4);
	unit_free(s.cage);
}
