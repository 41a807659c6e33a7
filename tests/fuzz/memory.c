/* SPDX-License-Identifier: MIT */
/*
 * Fuzzer of copies: hostile words and bytes for all of Linux's calls; see memory.h.
 *
 * What must hold: nothing outside of the cage's memory is touched, and in it nothing
 * but what the call's arguments name; a copy is what was there, and what was checked is
 * what is used, whatever happens to the cage's memory meanwhile; results and errors are
 * ones that the call can have; nothing is kept when the call has returned.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/ioctl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <termios.h>

#include "enc.h"
#include "memory.h"

/* Of calls with commands, some that are known; others are the input's. */
static encase_word command_for(const struct encase_desc *desc)
{
	static const unsigned ioctls[] = { 0x5401, 0x5402,     0x5413, 0x5414, 0x541b,
					   0x5450, 0x80045430, 0x5421, 0x5460, 0xc0ff1234 };
	static const unsigned fcntls[] = { F_GETLK, F_SETLK, F_GETOWN_EX, F_SETOWN_EX, F_GETFD,
					   F_DUPFD, 1035,    1036,        F_OFD_GETLK, 17 };
	static const unsigned prctls[] = { PR_SET_NAME,      PR_GET_NAME, PR_GET_PDEATHSIG,
					   PR_SET_PDEATHSIG, PR_GET_TSC,  PR_GET_TID_ADDRESS,
					   PR_GET_DUMPABLE };
	static const unsigned semctls[] = { IPC_STAT, IPC_SET, IPC_RMID, GETVAL, SETALL, IPC_INFO };

	if (random_chance(&trial.random, 20))
		return random_word(&trial.random);
	if (desc == &encase_desc_ioctl)
		return RANDOM_OF(&trial.random, ioctls);
	if (desc == &encase_desc_fcntl)
		return RANDOM_OF(&trial.random, fcntls);
	if (desc == &encase_desc_prctl)
		return RANDOM_OF(&trial.random, prctls);
	return RANDOM_OF(&trial.random, semctls);
}

static encase_word scalar_for(const struct encase_desc *desc, unsigned i)
{
	static const encase_word odd[] = { 0x7ffff000, 0x7ffff001, UINT64_MAX,       1ULL << 63,
					   1ULL << 61, 1ULL << 32, (1ULL << 63) - 1, 1024 };
	uint64_t dice = random_below(&trial.random, 100);

	if (desc->arg[i].kind == ENCASE_OP)
		return command_for(desc);
	if (dice < 60)
		return random_below(&trial.random, 32);
	if (dice < 75)
		return random_below(&trial.random, trial.image.arena.size + 2);
	return dice < 90 ? RANDOM_OF(&trial.random, odd) : random_word(&trial.random);
}

static encase_word pointer_for(void)
{
	size_t size = trial.image.arena.size;
	uint64_t dice = random_below(&trial.random, 100);

	if (dice < 80)
		return 1 + random_below(&trial.random, size);
	if (dice < 86)
		return 0;
	if (dice < 96)
		return size - random_below(&trial.random, size < 40 ? size : 40);
	return random_word(&trial.random);
}

static void put(encase_word at, const void *bytes, size_t n)
{
	if (at && image_holds(at, n))
		memcpy((char *) trial.image.arena.base + at, bytes, n);
}

/* Vectors, and lengths behind pointers, that could be good: bytes alone seldom are. */
static void plant(const struct encase_desc *desc, encase_word *words)
{
	for (unsigned i = 0; i < desc->nargs; i++) {
		uint64_t length = random_below(&trial.random, 64);

		if (!points(desc, i) || random_chance(&trial.random, 20))
			continue;
		if (kind_of(desc, i) == ENCASE_BUF && points(desc, desc->arg[i].count))
			put(words[desc->arg[i].count], &length, 4);
		if (kind_of(desc, i) != ENCASE_DEEP)
			continue;
		if (random_chance(&trial.random, 90))
			words[desc->arg[i].count] = random_below(&trial.random, 6);
		for (unsigned k = 0; k < words[desc->arg[i].count] && k < 6; k++) {
			encase_word part[2] = { pointer_for(), random_below(&trial.random, 64) };

			if (random_chance(&trial.random, 10))
				part[1] = random_word(&trial.random);
			put(words[i] + 16 * k, part, sizeof(part));
		}
	}
}

static void make_words(const struct encase_desc *desc, encase_word *words)
{
	struct encase_desc shape;

	for (unsigned i = 0; i < desc->nargs; i++)
		if (!points(desc, i) && desc->arg[i].kind != ENCASE_VARIES)
			words[i] = scalar_for(desc, i);
	encase_shape(desc, words, &shape);
	for (unsigned i = 0; i < shape.nargs; i++)
		if (points(&shape, i))
			words[i] = pointer_for();
	plant(&shape, words);
}

static void check_result(const struct encase_desc *desc, const encase_word *words, long result)
{
	static const int librarys[] = { EFAULT, EINVAL, ENAMETOOLONG, ENOMEM, EIO };
	encase_word own[ENCASE_MAX_ARGS];
	struct encase_desc shape;

	for (size_t i = 0; i < sizeof(librarys) / sizeof(librarys[0]); i++)
		if (result == -librarys[i])
			return;
	memcpy(own, words, sizeof(own));
	encase_shape(desc, own, &shape);
	if (result == -ENOSYS && view_is_opaque(&shape))
		return;
	if (result < 0 && result >= -4095)
		FUZZ_CHECK(trial.error[-result], "nobody has said %ld", result);
	else if (desc->limit && result)
		FUZZ_CHECK((uint64_t) result <=
				   count_of(desc, desc->limit - 1U, words[desc->limit - 1]),
			   "the result is above its limit: %ld", result);
}

/* The library is as if nothing had happened. */
static void check_thread(void)
{
	FUZZ_CHECK(!enc_thread.shadows, "a shadow is left");
	FUZZ_CHECK(enc_thread.top == &enc_nobody, "a frame is left");
	FUZZ_CHECK(!enc_thread.slot[0].base && !enc_thread.nest, "an entry is left");
}

/* Whether all of its arguments are of kinds that the view knows. */
static bool is_known(const struct encase_desc *desc)
{
	if (encase_text(desc)->anyway || (encase_text(desc)->shape && !encase_text(desc)->variadic))
		return false;
	for (unsigned i = 0; i < desc->nargs; i++)
		if (kind_of(desc, i) == ENCASE_DEEP && desc->arg[i].size != ENCASE_IOVEC)
			return false;
	return true;
}

/* Any call; of those that are simple, and the most, fewer. */
static const struct encase_desc *choose_call(void)
{
	const struct encase_desc *desc;
	bool deep = false;

	for (unsigned n = 0; n < 4 && !deep; n++) {
		do
			desc = encase_calls.calls[random_below(&trial.random, encase_calls.ncalls)];
		while (!is_known(desc));
		deep = encase_text(desc)->shape;
		for (unsigned i = 0; i < desc->nargs; i++)
			deep |= kind_of(desc, i) == ENCASE_DEEP || view_is_length(desc, i);
	}
	return desc;
}

static void call(struct encase_cage *cage)
{
	encase_word words[ENCASE_MAX_ARGS] = { 0 };
	const struct encase_desc *desc = choose_call();
	long result;

	make_words(desc, words);
	memset(trial.error, 0, sizeof(trial.error));
	memset(&trial.given, 0, sizeof(trial.given));
	trial.events = 0;
	flush_forget();
	image_expect(desc, words);
	errno = 17;
	result = encase_enter(cage, desc, words);
	FUZZ_CHECK(errno == 17, "errno has become %d", errno);
	check_thread();
	image_check();
	flush_check(result);
	check_result(desc, words, result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	image_try(data, size, &memory_lower, layers_push, call);
	return 0;
}
