/* SPDX-License-Identifier: MIT */
/*
 * Plans: which calls, with which words, and what stands in the block before each.
 *
 * Scalars are drawn first, then what pointers point to, whose extents come from the call's
 * descriptor, the library's own: where that says too little, bytes differ; where it says too much,
 * calls fail whose argument ends right before the block's end (spoil.c).
 */
#include <string.h>

#include "difference.h"

#define ROWS 400

static const struct row *all[ROWS];
static unsigned nrows, weights;

static void find_rows(void)
{
	static const struct row *const lists[] = { rows_files, rows_descs, rows_rest };

	if (nrows)
		return;
	for (unsigned l = 0; l < sizeof(lists) / sizeof(lists[0]); l++)
		for (const struct row *row = lists[l]; row->desc && nrows < ROWS; row++) {
			weights += row->weight;
			all[nrows++] = row;
		}
}

unsigned row_count(void)
{
	find_rows();
	return nrows;
}

const struct row *row_at(unsigned i)
{
	return all[i];
}

bool is_refused(const struct encase_desc *desc, const uint64_t *words)
{
	const struct encase_command *command = encase_command(desc, words);
	unsigned class_ = command ? command->class_ : encase_text(desc)->class_;

	if (encase_commands(desc) && !command)
		return true;
	return class_ != ENCASE_ORDINARY && class_ != ENCASE_OWN;
}

/* Whether nobody has described what an argument is: COPY refuses it in any memory. */
static bool is_opaque(const struct encase_desc *desc, const uint64_t *words)
{
	return encase_text(desc)->class_ == ENCASE_ORDINARY && encase_commands(desc) &&
	       !encase_command(desc, words);
}

/* A row by its weight. */
static unsigned pick_row(struct plan *plan)
{
	unsigned drawn = (unsigned) random_below(&plan->random, weights), i = 0;

	while (drawn >= all[i]->weight)
		drawn -= all[i++]->weight;
	return i;
}

void plan_poke(struct plan *plan, uint64_t at, const void *bytes, size_t n)
{
	uint16_t head[2] = { (uint16_t) (at - BLOCK), (uint16_t) n };

	if (at < BLOCK || at >= BLOCK + ROOM || plan->poked + n + 8 > sizeof(plan->pokes))
		return;
	n = n < BLOCK + ROOM - at ? n : BLOCK + ROOM - at;
	head[1] = (uint16_t) n;
	memcpy(plan->pokes + plan->poked, head, sizeof(head));
	memcpy(plan->pokes + plan->poked + sizeof(head), bytes, n);
	plan->poked += (unsigned) (n + sizeof(head));
}

/* Whether another argument of the call has some of these bytes. */
static bool is_taken(const struct plan *plan, uint64_t at, size_t n)
{
	for (unsigned i = 0; i < plan->ntaken; i++)
		if (at < plan->taken[i].end && plan->taken[i].at < at + n)
			return true;
	return false;
}

uint64_t plan_place(struct plan *plan, size_t n)
{
	uint64_t at = BLOCK;

	for (unsigned tries = 0; tries < 50; tries++) {
		uint64_t drawn = random_word(&plan->random);

		at = n > ROOM ? BLOCK : BLOCK + drawn % (ROOM - n + 1);
		if (drawn >> 62) /* most are aligned */
			at &= ~UINT64_C(7);
		if (!is_taken(plan, at, n))
			break;
	}
	if (plan->ntaken < sizeof(plan->taken) / sizeof(plan->taken[0])) {
		plan->taken[plan->ntaken].at = at;
		plan->taken[plan->ntaken++].end = at + n;
	}
	return at;
}

int64_t plan_pick(struct plan *plan, const struct set *set)
{
	return set->values[random_below(&plan->random, set->n)];
}

int plan_fd(struct plan *plan, unsigned kinds)
{
	static const int bad[] = { -1, FDS - 1, 1000 };
	unsigned drawn = (unsigned) random_below(&plan->random, 100);

	if (drawn < 4)
		return RANDOM_OF(&plan->random, bad);
	if (drawn < 8)
		kinds = ~0U;
	for (;;) {
		unsigned fd = FIRST_NEW + (unsigned) random_below(&plan->random, FDS - FIRST_NEW);

		if (fd_kinds[fd] & kinds)
			return (int) fd;
	}
}

static uint64_t draw_at(struct plan *plan)
{
	int fd = plan_fd(plan, FOLDER);

	return random_chance(&plan->random, 60) ? (uint64_t) (int64_t) -100 : (uint64_t) fd;
}

static uint64_t draw_length(struct plan *plan, unsigned most)
{
	unsigned drawn = (unsigned) random_below(&plan->random, 10);

	if (!most)
		return 0;
	if (drawn < 1)
		return 0;
	return random_below(&plan->random, drawn < 6 && most > 64 ? 64 : most) + 1;
}

static uint64_t draw_scalar(struct plan *plan, const struct how *how)
{
	switch (how->how) {
	case HOW_FD:
		return (uint64_t) plan_fd(plan, how->kinds);
	case HOW_AT:
		return draw_at(plan);
	case HOW_SET:
		return (uint64_t) plan_pick(plan, how->set);
	case HOW_LENGTH:
		return draw_length(plan, how->most);
	case HOW_LETTERS:
	case HOW_SEMAPHORES: /* each way has its own */
	default:
		return 0;
	}
}

/* A name; sometimes one of the longest that there can be. */
static uint64_t draw_name(struct plan *plan, const struct how *how)
{
	char longest[300];
	const char *name;
	unsigned n = 0;
	uint64_t at;

	while (how->names[n])
		n++;
	name = how->names[random_below(&plan->random, n)];
	if (!strcmp(name, "long")) {
		unsigned len = 254 + (unsigned) random_below(&plan->random, 3);

		memset(longest, 'q', len);
		longest[len] = 0;
		name = longest;
	}
	at = plan_place(plan, strlen(name) + 1);
	plan_poke(plan, at, name, strlen(name) + 1);
	return at;
}

/* How many bytes an argument has. */
static size_t extent(const struct plan *plan, const struct encase_desc *shape, unsigned i,
		     const uint64_t *words)
{
	const struct encase_arg *arg = &shape->arg[i];
	uint64_t count = 0;

	if ((arg->kind & ENCASE_KIND) == ENCASE_OBJ)
		return arg->size;
	if (!(shape->pointers >> arg->count & 1))
		count = encase_widen(shape->arg[arg->count].type, words[arg->count]);
	else if ((arg->kind & ENCASE_KIND) == ENCASE_BUF)
		return plan->said;
	if ((arg->kind & ENCASE_KIND) == ENCASE_BUF)
		return (int64_t) count < 0 ? 0 : count * arg->size;
	switch (arg->size & 0xff) {
	case ENCASE_BITS:
		return (count + 63) / 64 * 8;
	case ENCASE_LETTER:
		return count + 8;
	case ENCASE_TRAILED:
		return 8 + 128;
	case ENCASE_PAIR:
		return 16;
	case ENCASE_MESSAGE:
		return 56;
	case ENCASE_MESSAGES:
		return count * 64;
	default:
		return 0;
	}
}

static void draw_data(struct plan *plan, struct planned *call, const struct encase_desc *shape,
		      unsigned i)
{
	const struct how *how = &row_at(call->row)->how[i];
	const struct encase_arg *arg = &shape->arg[i];
	bool deep = (arg->kind & ENCASE_KIND) == ENCASE_DEEP;
	bool null = random_chance(&plan->random, 20) && !how->never_null;
	static const char before[256] = { [0 ... 255] = 'w' }; /* what no call writes by chance */
	size_t n;

	if (!(shape->pointers >> i & 1)) { /* a number this time */
		call->words[i] = (uint64_t) random_below(&plan->random, 3) * 20;
		return;
	}
	if (how->how == HOW_LENGTH || (null && arg->kind & ENCASE_NULLABLE)) {
		call->words[i] = 0;
		return;
	}
	n = extent(plan, shape, i, call->words);
	call->words[i] = plan_place(plan, n);
	if (deep && (arg->size & 0xff) == ENCASE_IOVEC)
		plan_vector(plan, call, i, call->words[arg->count]);
	else if (deep && (arg->size & 0xff) == ENCASE_MESSAGE)
		plan_message(plan, call->words[i], !(arg->kind & ENCASE_OUT));
	else if (deep && (arg->size & 0xff) == ENCASE_MESSAGES)
		plan_messages(plan, call->words[i], call->words[arg->count],
			      !(arg->kind & ENCASE_FILLED));
	else if (how->fill)
		how->fill(plan, call, i, call->words[i], n);
	else if (!(arg->kind & ENCASE_IN))
		plan_poke(plan, call->words[i], before, n < sizeof(before) ? n : sizeof(before));
}

/* The length of a buffer, behind a pointer; where it may be null it is, if the buffer is. */
static void draw_pointed(struct plan *plan, struct planned *call, const struct encase_desc *shape,
			 unsigned i)
{
	const struct encase_arg *arg = &shape->arg[i];
	uint32_t said = plan->said;

	if (!(shape->pointers >> i & 1) || (arg->kind & ENCASE_KIND) != ENCASE_BUF ||
	    !(shape->pointers >> arg->count & 1))
		return;
	if (!call->words[i] && shape->arg[arg->count].kind & ENCASE_NULLABLE)
		return;
	call->words[arg->count] = plan_place(plan, 8);
	plan_poke(plan, call->words[arg->count], &said, sizeof(said));
}

static void draw_call(struct plan *plan, struct planned *call, bool bad)
{
	static const uint32_t said[] = { 0, 1, 2, 4, 8, 12, 16, 64, 110, 128, 200 };
	const struct row *row = row_at(call->row = pick_row(plan));
	struct encase_desc shape;

	memset(call->words, 0, sizeof(call->words));
	call->bad = bad;
	call->bad_arg = -1;
	call->pokes = plan->poked;
	plan->ntaken = 0;
	plan->said = RANDOM_OF(&plan->random, said);
	do
		for (unsigned i = 0; i < row->desc->nargs; i++)
			call->words[i] = draw_scalar(plan, &row->how[i]);
	while (is_opaque(row->desc, call->words));
	encase_shape(row->desc, call->words, &shape);
	for (unsigned i = 0; i < row->desc->nargs; i++) {
		if (row->how[i].how == HOW_NAME)
			call->words[i] = draw_name(plan, &row->how[i]);
		else if (row->how[i].how == HOW_DATA && row->how[i].fill != fill_number)
			draw_data(plan, call, &shape, i);
		draw_pointed(plan, call, &shape, i);
	}
	if (bad && !is_refused(row->desc, call->words))
		plan_spoil(plan, call);
	call->end = plan->poked;
}

void plan_make(struct plan *plan, uint64_t seed)
{
	find_rows();
	plan->seed = seed;
	plan->stack = seed % STACKS;
	plan->random = (struct random){ .state = seed };
	plan->poked = 0;
	for (unsigned i = 0; i < CALLS; i++)
		draw_call(plan, &plan->calls[i], i >= CALLS - LAST);
}
