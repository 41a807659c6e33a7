/* SPDX-License-Identifier: MIT */
/*
 * Layers that do with a call's arguments all that raw handlers can, and a lower layer that
 * brings them within reach, reads all of them and writes to those that are written.
 *
 * They keep to what is asked of layers: a pointer of a layer's own has as many bytes
 * behind it as the call may use, and what varies is changed with its pointer or not at all.
 */
#include <errno.h>
#include <string.h>
#include <sys/uio.h>

#include "memory.h"

#define ROOM 0x4000 /* bytes that a call may use of a layer's own memory */

/* A layer's own memory: where pointers of its own go, wherever they are moved by those below. */
static char own[8 * ROOM];
static struct iovec own_vector[64];

/* A handler at work. */
struct work {
	struct encase_call *call;
	struct view view, arrived;
	encase_word stands[ENCASE_MAX_ARGS]; /* what was set, or what is seen */
	bool set;
	unsigned forwards;
	long result;
};

static bool weary(void)
{
	return trial.events >= EVENTS;
}

static long fail(struct encase_call *call, int error)
{
	trial.error[error] = true;
	return random_chance(&trial.random, 50) ? -error : encase_fail(call, error);
}

void own_make(void)
{
	for (size_t i = 0; i < sizeof(own); i++)
		own[i] = i % 16 == 15 ? 0 : 'o';
	for (size_t i = 0; i < 64; i++)
		own_vector[i] = (struct iovec){ own + 64 * i, 1 + i };
}

/* -- What is set ---------------------------------------------------------- */

static bool is_own(encase_word word)
{
	return word >= (uintptr_t) own && word < (uintptr_t) own + sizeof(own);
}

/* Bytes of a layer's own memory that the call would use by what was set. */
static uint64_t use_of(const struct work *work, unsigned i)
{
	const struct encase_desc *shape = &work->view.shape;
	unsigned count = shape->arg[i].count;
	uint64_t n;

	if (kind_of(shape, i) != ENCASE_BUF)
		return 0;
	if (!points(shape, count))
		n = count_of(shape, count, work->stands[count]);
	else if (!is_own(work->stands[count]) &&
		 work->stands[count] != (uintptr_t) work->view.at[count])
		return UINT64_MAX;
	else
		n = length_at((const void *) work->stands[count], shape->arg[count].size);
	return n > ROOM ? UINT64_MAX : n * shape->arg[i].size;
}

/* A layer vouches for its pointers: where there is too little behind one, null goes instead. */
static void vouch(struct work *work)
{
	const struct encase_desc *shape = &work->view.shape;

	for (unsigned i = 0; i < shape->nargs; i++) {
		bool much = false;

		if (!points(shape, i))
			continue;
		if (is_own(work->stands[i]))
			much = use_of(work, i) > ROOM;
		else if (work->stands[i] == (uintptr_t) own_vector)
			much = count_of(shape, shape->arg[i].count,
					work->stands[shape->arg[i].count]) > 64;
		if (!much)
			continue;
		work->stands[i] = (uintptr_t) ENCASE_NULL;
		work->set = true;
		FUZZ_CHECK(!encase_set_arg(work->call, i, work->stands[i]), "no null is taken");
	}
}

static encase_word scalar_for(const struct work *work, unsigned i)
{
	encase_word seen = work->view.number[i];

	switch (random_below(&trial.random, 5)) {
	case 0:
		return seen - 1;
	case 1:
		return seen + 1;
	case 2:
		return seen / 2;
	case 3:
		return random_word(&trial.random);
	default:
		return random_below(&trial.random, 40);
	}
}

/*
 * Whether a pointer that is seen may be given for argument i: what is written must not be
 * a string as well, which would lose its end; nor a length, or a vector.
 */
static bool suits(const struct work *work, unsigned from, unsigned i)
{
	const struct encase_desc *shape = &work->view.shape;
	bool writes = shape->arg[from].kind & ENCASE_OUT;

	if (!work->view.at[from] || is_own((uintptr_t) work->view.at[from]) ||
	    kind_of(shape, i) == ENCASE_DEEP || kind_of(shape, from) == ENCASE_DEEP ||
	    view_is_length(shape, i) || view_is_length(shape, from))
		return false;
	if (kind_of(shape, i) <= ENCASE_PATH || kind_of(shape, from) <= ENCASE_PATH)
		return !writes && !(shape->arg[i].kind & ENCASE_OUT);
	return true;
}

static encase_word pointer_for(const struct work *work, unsigned i)
{
	unsigned from = (unsigned) random_below(&trial.random, work->view.shape.nargs);
	bool vector = kind_of(&work->view.shape, i) == ENCASE_DEEP;

	switch (random_below(&trial.random, 4)) {
	case 0:
		return 0;
	case 1:
		return (uintptr_t) ENCASE_NULL;
	case 2:
		if (suits(work, from, i))
			return (uintptr_t) work->view.at[from] +
			       random_below(&trial.random, work->view.len[from] + 1);
	}
	return vector ? (uintptr_t) own_vector : (uintptr_t) own + random_below(&trial.random, 99);
}

/* Whether a scalar's new value would make other arguments what they were not. */
static bool reshapes(const struct work *work, unsigned i, encase_word word)
{
	const struct encase_desc *shape = &work->view.shape;
	encase_word words[ENCASE_MAX_ARGS];
	struct encase_desc other;

	memcpy(words, work->stands, sizeof(words));
	words[i] = word;
	encase_shape(shape->interface->calls[shape->index], words, &other);
	return other.nargs != shape->nargs || other.pointers != shape->pointers ||
	       memcmp(other.arg, shape->arg, sizeof(other.arg)) != 0;
}

static void set(struct work *work)
{
	unsigned n = work->view.shape.nargs, i;
	encase_word word;
	int rc;

	if (!n)
		return;
	i = (unsigned) random_below(&trial.random, n);
	word = points(&work->view.shape, i) ? pointer_for(work, i) : scalar_for(work, i);
	if (!points(&work->view.shape, i) && reshapes(work, i, word))
		return;
	rc = encase_set_arg(work->call, i, word);
	FUZZ_CHECK(!rc || (rc == -EINVAL && points(&work->view.shape, i)),
		   "encase_set_arg(%u) says %d", i, rc);
	if (rc)
		return;
	work->stands[i] = encase_widen(encase_arg_type(&work->view.shape, i), word);
	work->set = true;
}

/* -- What else a handler does --------------------------------------------- */

static void take(struct work *work)
{
	view_take(&work->view, work->call, true);
	for (unsigned i = 0; i < ENCASE_MAX_ARGS && !work->set; i++)
		work->stands[i] = points(&work->view.shape, i) ? (uintptr_t) work->view.at[i]
							       : work->view.number[i];
}

static void fetch(struct work *work)
{
	unsigned i = (unsigned) random_below(&trial.random, ENCASE_MAX_ARGS);
	bool seen = work->view.at[i];
	size_t len = 0;
	void *data = NULL;
	int rc;

	if (work->forwards)
		return;
	image_allow();
	rc = encase_arg_data(work->call, i, &data, &len);
	FUZZ_CHECK(rc == 0 || rc == -EFAULT || rc == -EINVAL || rc == -ENAMETOOLONG ||
			   rc == -ENOMEM || (rc == -ENOSYS && view_is_opaque(&work->view.shape)),
		   "encase_arg_data() says %d", rc);
	if (rc)
		return;
	FUZZ_CHECK(data == encase_arg(work->call, i), "encase_arg_data() and encase_arg() differ");
	work->stands[i] = (uintptr_t) data;
	take(work);
	if (!seen)
		view_check(&work->view, work->call, 1U << i);
	if (data && kind_of(&work->view.shape, i) != ENCASE_STR &&
	    kind_of(&work->view.shape, i) != ENCASE_PATH && !seen)
		FUZZ_CHECK(len == work->view.len[i], "encase_arg_data() says another length");
}

static void forward(struct work *work)
{
	take(work);
	vouch(work);
	trial.given = work->arrived;
	for (unsigned i = 0; i < ENCASE_MAX_ARGS; i++) {
		/* What is passed by may have been written to by the forward before. */
		if (work->set || work->forwards || !encase_arg_word(work->call, i))
			trial.given.at[i] = NULL;
		if (!work->set && encase_arg_word(work->call, i) && work->view.at[i]) {
			trial.given.at[i] = work->view.at[i];
			trial.given.len[i] = work->view.len[i];
			trial.given.sum[i] = work->view.sum[i];
		}
	}
	image_stir();
	work->result = encase_forward(work->call);
	work->forwards++;
	if (work->result < 0 && work->result >= -4095)
		FUZZ_CHECK(encase_failed(work->call) == -work->result, "encase_failed() says %d",
			   encase_failed(work->call));
}

/* Forwards with something in a vector or a length that is none of the cage's, then puts it back. */
static void forward_spoiled(struct work *work)
{
	unsigned i = (unsigned) random_below(&trial.random, ENCASE_MAX_ARGS);
	size_t n = work->view.len[i] / sizeof(struct iovec), at;
	unsigned char kept[sizeof(struct iovec)], *place = work->view.at[i];
	bool vector = place && n && kind_of(&work->view.shape, i) == ENCASE_DEEP;

	if (!place || work->set || (!vector && !view_is_length(&work->view.shape, i)))
		return;
	if (vector && place == (unsigned char *) own_vector)
		return;
	at = vector ? random_below(&trial.random, n) * sizeof(struct iovec) : 0;
	n = vector ? sizeof(struct iovec) : work->view.len[i];
	memcpy(kept, place + at, n);
	if (vector) {
		struct iovec *iov = (struct iovec *) (place + at);
		size_t offset = iov->iov_len ? random_below(&trial.random, iov->iov_len) : 0;

		/* Beyond its bytes it would be another pointer, and the layer's own. */
		if (iov->iov_len)
			iov->iov_len += random_below(&trial.random, 33) - 16;
		iov->iov_base = (char *) iov->iov_base + offset;
	} else {
		place[random_below(&trial.random, n)] ^=
			(unsigned char) random_below(&trial.random, 256);
	}
	memset(&trial.given, 0, sizeof(trial.given));
	work->result = encase_forward(work->call);
	work->forwards++;
	memcpy(place + at, kept, n);
}

static void step(struct work *work)
{
	uint64_t dice = random_below(&trial.random, 100);

	if (dice < 45)
		forward(work);
	else if (dice < 55)
		forward_spoiled(work);
	else if (dice < 70)
		set(work);
	else if (dice < 85)
		fetch(work);
	else
		view_write(&work->view, (unsigned) random_below(&trial.random, ENCASE_MAX_ARGS),
			   false);
}

static long choose_result(const struct view *view)
{
	unsigned limit = view->shape.limit;
	uint64_t most = random_chance(&trial.random, 50) ? 64 : 4096;

	if (limit)
		most = count_of(&view->shape, limit - 1U, view->number[limit - 1]);
	if (random_chance(&trial.random, 5))
		return (long) random_word(&trial.random);
	if (random_chance(&trial.random, 40))
		return (long) most;
	return (long) random_below(&trial.random, most < 4096 ? most + 1 : 4096);
}

/* Any result may be an errno, too. */
static long result_of(const struct view *view)
{
	long word = choose_result(view);

	if (word < 0 && word >= -4095)
		trial.error[-word] = true;
	return word;
}

static long answer(const struct work *work)
{
	if (work->forwards && random_chance(&trial.random, 80))
		return work->result;
	if (random_chance(&trial.random, 30))
		return fail(work->call, 1 + (int) random_below(&trial.random, 4095));
	return result_of(&work->view);
}

long on_call(struct encase_call *call)
{
	long result;
	struct work work = { .call = call, .arrived = trial.given };
	unsigned steps = (unsigned) random_below(&trial.random, 5);

	trial.events++;
	trial.depth++;
	image_allow();
	image_stir();
	take(&work);
	view_check(&work.view, call, ~0U);
	view_compare(&trial.given, &work.view);
	for (; steps && !weary(); steps--)
		step(&work);
	if (!work.forwards && !weary() && random_chance(&trial.random, 70))
		forward(&work);
	image_stir();
	result = answer(&work);
	take(&work);
	if (!--trial.depth)
		flush_expect(&work.view, call, result);
	return result;
}

/* -- The lower layer ------------------------------------------------------ */

static long lower_call(void *below, const void *bound, struct encase_call *call)
{
	struct view view = { 0 };
	bool reaches = random_chance(&trial.random, 90);
	int rc;

	(void) below;
	(void) bound;
	trial.events++;
	image_allow();
	rc = reaches ? encase_reach(call) : 0;
	FUZZ_CHECK(rc == 0 || rc == -EFAULT || rc == -EINVAL || rc == -ENAMETOOLONG ||
			   rc == -ENOMEM ||
			   (rc == -ENOSYS && view_is_opaque(encase_call_shape(call))),
		   "encase_reach() says %d", rc);
	if (rc)
		return rc;
	image_stir();
	view_take(&view, call, reaches);
	view_compare(&trial.given, &view);
	for (unsigned i = 0; i < view.shape.nargs; i++)
		view_write(&view, i, true);
	if (random_chance(&trial.random, 20))
		return fail(call, 1 + (int) random_below(&trial.random, 4095));
	return result_of(&view);
}

const struct encase_lower memory_lower = { .name = "fuzz", .call = lower_call };
