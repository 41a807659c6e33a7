/* SPDX-License-Identifier: MIT */
/*
 * Random deeds on a small table, and what must come of them by a model that knows no places and no
 * rounds: a list of all handles that were ever given.
 */
#include "handles.h"

#define CAGES   3
#define PLACES  12
#define OBJECTS 2000

static const struct encase_handle_type *const types[] = { &hnd_node, &hnd_dir, &hnd_file,
							  &hnd_log };

static struct object {
	struct hnd_object self;
	const struct encase_handle_type *type;
	unsigned handles, uses; /* it is there while there are any */
} objects[OBJECTS];

/* By word: what was last given, of 16 bits. */
static struct given {
	struct object *object; /* null: never */
	unsigned cage;
	uint32_t rights;
	bool live;
} given[1 << 16];

static struct use {
	struct encase_use use;
	struct object *object; /* null: not in use */
} uses[8];

static struct encase_cage *cages[CAGES];
static unsigned nobjects, full;
static uint64_t seed;

static unsigned any(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned) (seed >> 11) % n;
}

/* One of the last that were given, most of the time. */
static encase_word last[24];
static unsigned nlast;

static encase_word any_word(void)
{
	return any(10) ? last[any(LENGTH(last))] : any(1 << 16);
}

static void note(encase_word w, struct object *object, unsigned cage, uint32_t rights)
{
	same(given[w].live, false);
	given[w] = (struct given){ object, cage, rights, true };
	object->handles++;
	last[nlast++ % LENGTH(last)] = w;
}

static int refused(unsigned cage, encase_word w, const struct encase_handle_type *type,
		   uint32_t rights)
{
	const struct given *g = &given[w];
	const struct encase_handle_type *t;

	if (!g->live)
		return g->object ? -ESTALE : -EBADF;
	if (g->cage != cage)
		return -EXDEV;
	for (t = g->object->type; t && t != type;)
		t = t->super;
	if (type && !t)
		return -EPROTOTYPE;
	return rights & ~g->rights ? -EACCES : 0;
}

static void close_given(struct given *g)
{
	g->live = false;
	g->object->handles--;
}

static void check_object(const struct object *object)
{
	same(object->self.destroyed, !object->handles && !object->uses);
	same(object->self.as, object->self.destroyed ? object->type : NULL);
}

static void make(void)
{
	unsigned cage = any(CAGES);
	struct object *object = &objects[nobjects];
	uint32_t rights = any(8) << 29;
	encase_word w = 0;
	int err;

	object->type = types[any(LENGTH(types))];
	err = encase_handle_new(cages[cage], object->type, &object->self, rights, &w);
	if (err) {
		same(err, -ENFILE);
		full++;
		return;
	}
	nobjects++;
	note(w, object, cage, rights);
}

static void dup(void)
{
	unsigned cage = any(CAGES), to = any(CAGES);
	uint32_t rights = any(8) << 29;
	encase_word w = any_word(), got = 0;
	int err = encase_handle_dup(cages[cage], w, rights, cages[to], &got);
	int want = refused(cage, w, NULL, rights | ENCASE_MAY_DUP);

	same(err, !want && err == -ENFILE ? err : want);
	if (!err)
		note(got, given[w].object, to, rights);
}

static void use(void)
{
	unsigned cage = any(CAGES), needs = any(8) & any(8) & any(8);
	const struct encase_handle_type *type = any(3) ? NULL : types[any(LENGTH(types))];
	struct use *u = &uses[any(LENGTH(uses))];
	bool takes = any(3);
	encase_word w = any_word();
	int want = refused(cage, w, type, needs << 29);

	if (u->object) {
		encase_handle_put(&u->use);
		u->object->uses--;
		check_object(u->object);
		u->object = NULL;
	} else {
		same((takes ? encase_handle_take : encase_handle_get)(cages[cage], w, type,
								      needs << 29, &u->use),
		     want);
		if (want)
			return;
		same(u->use.object, &given[w].object->self);
		u->object = given[w].object;
		u->object->uses++;
		if (takes)
			close_given(&given[w]);
	}
}

static void revoke(void)
{
	struct object *object = &objects[nobjects - any(nobjects < 20 ? nobjects + 1 : 20)];
	bool was = object->handles || object->uses;

	same(encase_handle_revoke(cages[any(CAGES)], &object->self), was ? 0 : -ENOENT);
	for (encase_word w = 0; w < 1 << 16; w++)
		if (given[w].live && given[w].object == object)
			close_given(&given[w]);
	if (was)
		check_object(object);
}

/* A cage ends, and another comes in its place. */
static void end(struct encase_handles *table)
{
	unsigned cage = any(CAGES);

	if (any(2))
		same(encase_end(cages[cage], 0), 0);
	unit_free(cages[cage]);
	cages[cage] = hnd_cage(table, PLACES, NULL);
	for (encase_word w = 0; w < 1 << 16; w++)
		if (given[w].live && given[w].cage == cage)
			close_given(&given[w]);
	for (unsigned i = 0; i < nobjects; i++)
		check_object(&objects[i]);
}

static void run(uint64_t with)
{
	struct encase_handles *table = hnd_table(PLACES, 16, false);

	seed = 88172645463325252ULL * with;
	memset(objects, 0, sizeof(objects));
	memset(given, 0, sizeof(given));
	nobjects = full = 0;
	for (unsigned i = 0; i < CAGES; i++)
		cages[i] = hnd_cage(table, PLACES, NULL);
	for (unsigned i = 0; i < 6000 && nobjects < OBJECTS - 1; i++) {
		static void (*const deeds[])(void) = { make, dup, use, use, use, use };
		unsigned deed = any(400);

		unit_row("seed %u, deed %u", (unsigned) with, i);
		if (deed == 0)
			end(table);
		else if (deed < 60)
			revoke();
		else
			deeds[deed % LENGTH(deeds)]();
	}
	for (unsigned i = 0; i < LENGTH(uses); i++) {
		encase_handle_put(&uses[i].use);
		uses[i].object = NULL;
	}
	for (unsigned i = 0; i < CAGES; i++)
		unit_free(cages[i]);
	unit_row("%u objects, %u times full", nobjects, full);
	holds(nobjects > 300 && full > 10);
	for (unsigned i = 0; i < nobjects; i++)
		same(objects[i].self.destroyed, 1);
	hnd_free(table);
}

Test(handles_model, agrees)
{
	for (uint64_t with = 1; with <= 10; with++)
		run(with);
}
