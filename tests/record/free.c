/* SPDX-License-Identifier: MIT */
/* Both sides of free.def in an object that needs nothing from anywhere; see freestanding.py. */
#define ENCASE_PREFIX  free
#define ENCASE_RECORDS "free.def"
#include <encase/record_types.h>

#include <encase/record_caller.h>

static int valid_key(void *self, struct free_key h)
{
	(void) self;
	return h.bits == 1 ? 0 : -1;
}

static long on_ping(void *self, uint8_t *text, size_t text_count)
{
	(void) self;
	return text_count ? text[0] : 0;
}

static long on_look(void *self, _Bool again, enum free_mood mood, struct free_key *result)
{
	(void) self;
	result->bits = (uint16_t) (again + mood);
	return 0;
}

static long on_turn(void *self, const struct free_book *book, const struct free_page *page,
		    struct free_page *result)
{
	(void) self;
	result->bytes[1] = page ? page->bytes[2] : book->pages[2].bytes[3];
	return 0;
}

static long on_any(void *self, const struct free_thing *thing, uint32_t *words, size_t words_count,
		   struct free_thing *result)
{
	(void) self, (void) words, (void) words_count;
	result->tag = thing->tag;
	return 0;
}

static long on_count(void *self, uint64_t a, int8_t b, int16_t *text, size_t text_count)
{
	(void) self, (void) a, (void) b, (void) text, (void) text_count;
	return 0;
}

#include <encase/record_serve.h>

/* What an object of this makes of it. */
int serve(const struct encase_receiver *receiver, free_word number, free_word *registers);
int serve(const struct encase_receiver *receiver, free_word number, free_word *registers)
{
	return free_serve(receiver, number, registers);
}

int call(const struct free_caller *caller, const struct free_book *book, struct free_page *page);
int call(const struct free_caller *caller, const struct free_book *book, struct free_page *page)
{
	struct free_thing thing;
	struct free_key key;
	size_t n = 0;
	int err = free_call_abi(caller);

	thing.tag = free_thing_nothing;
	err |= free_call_turn(caller, book, page, page);
	err |= free_call_any(caller, &thing, NULL, 0, &thing);
	err |= free_call_ping(caller, page->bytes, 3, &n);
	err |= free_call_look(caller, 1, free_mood_bad, &key);
	return err | free_call_count(caller, n, -1, NULL, 0, &n);
}
