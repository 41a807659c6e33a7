/* SPDX-License-Identifier: MIT */
/*
 * A thread's scratch: shadows by themselves, many of them alive at a time, and that
 * a thread gives all back.  src/scratch.h.
 */
#include "unit.h"

#include <pthread.h>
#include <stdlib.h>

#include "alloc.h"
#include "scratch.h"
#include "thread.h"

/* -- Shadows by themselves ------------------------------------------------ */

/* Scratch is for threads that make calls. */
static void join(void)
{
	holds(enc_thread_clear((uintptr_t) __builtin_dwarf_cfa()));
}

/* The newest one first; each keeps its bytes while others come and go. */
Test(scratch, is_a_stack_of_shadows, .init = join)
{
	static const size_t sizes[] = { 0, 1, 64, 65, 1000, 30000, 30000, 30000, 5, 70000, 7 };
	struct enc_shadow *s[LENGTH(sizes)];

	for (size_t i = 0; i < LENGTH(sizes); i++) {
		s[i] = enc_shadow_new(sizes[i]);
		holds(s[i]);
		same(enc_thread.shadows, s[i]);
		same(s[i]->size, sizes[i]);
		same(WORD(s[i]->data) % 64, 0);
		memset(s[i]->data, (int) i, sizes[i]);
	}
	for (size_t i = LENGTH(sizes); i--;) {
		unit_row("shadow %zu", i);
		same(enc_thread.shadows, s[i]);
		for (size_t k = 0; k < sizes[i]; k++)
			if (s[i]->data[k] != (char) i)
				same(k, 0);
		enc_shadow_drop(s[i]);
	}
	unit_idle();
}

/* The room that a shadow does not need after all is the next one's. */
Test(scratch, shadows_shrink, .init = join)
{
	struct enc_shadow *first = enc_shadow_new(4096), *second;
	size_t used = enc_thread.used;

	enc_shadow_shrink(first, 10);
	same(first->size, 10);
	holds(enc_thread.used <= used - 4000);
	second = enc_shadow_new(100);
	holds(second->data >= first->data + 10);
	enc_shadow_drop(second);
	enc_shadow_drop(first);
	first = enc_shadow_new(70000);
	used = enc_thread.used;
	enc_shadow_shrink(first, 10);
	same(first->size, 10);
	same(enc_thread.used, used);
	enc_shadow_drop(first);
	unit_idle();
}

/* Of the shadows alive the one in which a pointer lies, its end included, and no other. */
Test(scratch, shadows_are_found_by_pointers, .init = join)
{
	static const size_t sizes[] = { 10, 0, 64, 128, 70000, 1 };
	struct enc_shadow *s[LENGTH(sizes)];
	char own[100];

	for (size_t i = 0; i < LENGTH(sizes); i++)
		s[i] = enc_shadow_new(sizes[i]);
	for (size_t i = 0; i < LENGTH(sizes); i++) {
		unit_row("shadow %zu", i);
		same(enc_shadow_at(s[i]->data), s[i]);
		same(enc_shadow_at(s[i]->data + sizes[i] / 2), s[i]);
		same(enc_shadow_at(s[i]->data + sizes[i]), s[i]);
		holds(enc_shadow_at(s[i]->data - 1) != s[i]);
		holds(enc_shadow_at(s[i]->data + sizes[i] + 1) != s[i]);
	}
	same(enc_shadow_at(own), NULL);
	same(enc_shadow_at(NULL), NULL);
	for (size_t i = LENGTH(sizes); i--;) {
		const char *p = s[i]->data;

		enc_shadow_drop(s[i]);
		same(enc_shadow_at(p), NULL);
	}
	unit_idle();
}

static char *bytes;

static void fill_bytes(size_t n)
{
	bytes = malloc(n);
	for (size_t i = 0; i < n; i++)
		bytes[i] = unit_byte(i);
}

/* -- Many at a time ------------------------------------------------------- */

static struct encase_cage *nesting;
static unsigned depth, deepest;
static size_t step;

/* Checks its copy before and after all that is nested in it. */
static long nest(struct encase_call *call)
{
	const char *copy = encase_arg(call, 1);
	size_t n = encase_arg_word(call, 2), at = encase_arg_word(call, 3);

	holds(!memcmp(copy, bytes + at, n));
	if (depth++ < deepest)
		same(encase_enter(nesting, &encase_desc_pwrite64,
				  WORDS(1, WORD(bytes + depth * 7), step, depth * 7)),
		     0);
	holds(!memcmp(copy, bytes + at, n));
	return encase_forward(call);
}

/* Calls within calls, until the scratch overflows into mappings many times over. */
Test(scratch, many_copies_alive_at_a_time)
{
	static const size_t steps[] = { 1, 100, 1000, 4096, 30000, 65472, 100000 };
	struct alloc_live before = alloc_live();
	struct unit_layer layer;

	fill_bytes(1 << 20);
	nesting = unit_host_cage();
	unit_raw(&layer, &encase_desc_pwrite64, nest, ENCASE_COPY);
	unit_push(nesting, &layer.layer);
	for (size_t i = 0; i < LENGTH(steps); i++) {
		unit_row("%zu bytes each", steps[i]);
		depth = 0;
		deepest = 100;
		step = steps[i];
		same(encase_enter(nesting, &encase_desc_pwrite64, WORDS(1, WORD(bytes), step, 0)),
		     0);
		same(depth, 101);
		unit_idle();
	}
	holds(alloc_live().map_bytes - before.map_bytes <= (long) (ENC_SCRATCH + ENC_SPARE_MAX));
	free(bytes);
	unit_free(nesting);
}

static long nest_text(struct encase_call *call)
{
	const char *copy = encase_arg(call, 1);

	holds(!strcmp(copy, "short"));
	if (depth++ < deepest)
		same(enter_lab(nesting, text, WORD("text"), WORD("short")), 0);
	holds(!strcmp(copy, "short"));
	return encase_forward(call);
}

/* A short string takes little room, though nobody knows before how short it is. */
Test(scratch, short_strings_take_little_room)
{
	struct unit_layer layer;

	nesting = unit_host_cage();
	unit_push_raw(nesting, &layer, text, nest_text, ENCASE_COPY);
	same(enter_lab(nesting, text, WORD("text"), WORD("short")), 0); /* makes the scratch */
	alloc_maps = depth = 0;
	deepest = 200;
	same(enter_lab(nesting, text, WORD("text"), WORD("short")), 0);
	same(depth, 201);
	same(alloc_maps, 0);
	unit_free(nesting);
}

/* -- A thread's end ------------------------------------------------------- */

static void *use_much(void *cage)
{
	if (enter_lab(cage, put, WORD(bytes), 100) || enter_lab(cage, put, WORD(bytes), 1 << 20) ||
	    enter_lab(cage, put, WORD(bytes), 2 << 20))
		return cage;
	return NULL;
}

Test(scratch, a_thread_gives_all_back)
{
	struct encase_cage *cage = unit_host_cage();
	struct unit_layer layer;
	struct alloc_live before;

	unit_push_any(cage, &layer, lab_forward, ENCASE_COPY);
	before = alloc_live();
	fill_bytes(2 << 20);
	for (unsigned i = 0; i < 3; i++) {
		pthread_t thread;
		void *failed;

		same(pthread_create(&thread, NULL, use_much, cage), 0);
		same(pthread_join(thread, &failed), 0);
		same(failed, NULL);
	}
	holds(alloc_maps >= 3);
	free(bytes);
	holds(alloc_same(before, alloc_live()));
	unit_free(cage);
}
