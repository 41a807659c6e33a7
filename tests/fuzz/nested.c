/* SPDX-License-Identifier: MIT */
/*
 * Fuzzer of nested arguments; see nested.h.
 *
 * What must hold: layers, and what stands below, find all that they are shown in copies or in the
 * cage's memory; what was checked is what is sent; nothing is written but what the call's arguments
 * name; errors are ones that the call can have; nothing is kept.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "enc.h"
#include "nested.h"

static const struct encase_desc *const calls[] = {
	&encase_desc_pselect6,        &encase_desc_sendmsg,
	&encase_desc_recvmsg,         &encase_desc_execve,
	&encase_desc_execveat,        &encase_desc_sched_setattr,
	&encase_desc_perf_event_open, &encase_desc_name_to_handle_at,
	&encase_desc_select,          &encase_desc_open_by_handle_at,
	&encase_desc_msgrcv,          &encase_desc_msgsnd,
	&encase_desc_mincore,         &encase_desc_migrate_pages,
	&encase_desc_get_mempolicy,   &encase_desc_io_pgetevents,
	&encase_desc_sendmmsg,        &encase_desc_recvmmsg,
	&encase_desc_readv,           &encase_desc_writev,
};
/* Those whose arguments a command explains. */
static const struct encase_desc *const commanded[] = {
	&encase_desc_fcntl,
	&encase_desc_ioctl,
	&encase_desc_prctl,
	&encase_desc_arch_prctl,
	&encase_desc_futex,
	&encase_desc_semctl,
	&encase_desc_shmctl,
	&encase_desc_msgctl,
	&encase_desc_keyctl,
	&encase_desc_bpf,
	&encase_desc_quotactl,
	&encase_desc_quotactl_fd,
	&encase_desc_fsconfig,
	&encase_desc_setsockopt,
	&encase_desc_getsockopt,
	&encase_desc_ptrace,
	&encase_desc_io_uring_register,
};

/* The call, as it entered. */
static struct encase_desc shape;
static encase_word words[ENCASE_MAX_ARGS];

static encase_word somewhere(void)
{
	size_t size = trial.image.arena.size;
	uint64_t dice = random_below(&trial.random, 100);

	if (dice < 85)
		return 1 + random_below(&trial.random, size);
	if (dice < 92)
		return 0;
	return dice < 97 ? size - random_below(&trial.random, 9) : random_word(&trial.random);
}

static uint64_t some_length(void)
{
	uint64_t dice = random_below(&trial.random, 100);

	if (dice < 85)
		return random_below(&trial.random, 64);
	return dice < 95 ? random_below(&trial.random, 5000) : random_word(&trial.random);
}

/* Entries of a vector: a few more than are read at a time. */
#define ENTRIES 140

static uint64_t some_count(void)
{
	return random_chance(&trial.random, 50) ? random_below(&trial.random, ENTRIES)
						: some_length();
}

static void put(encase_word at, const void *bytes, size_t n)
{
	if (at && image_holds(at, n))
		memcpy((char *) trial.image.arena.base + at, bytes, n);
}

static void plant_vector(encase_word at, uint64_t n)
{
	for (uint64_t k = 0; k < n && k < ENTRIES; k++) {
		encase_word part[2];

		part[0] = somewhere();
		part[1] = some_length();
		put(at + 16 * k, part, sizeof(part));
	}
}

static void plant_message(encase_word at)
{
	struct msghdr m = { .msg_flags = 1 };
	encase_word iov = somewhere();

	m.msg_name = (void *) somewhere();
	m.msg_namelen = (uint32_t) some_length();
	m.msg_iov = (struct iovec *) iov;
	m.msg_iovlen =
		random_chance(&trial.random, 90) ? random_below(&trial.random, 7) : some_count();
	m.msg_control = (void *) somewhere();
	m.msg_controllen = some_length();
	put(at, &m, sizeof(m));
	plant_vector(iov, m.msg_iovlen);
}

/* How many messages are planted where there are many. */
#define MANY 4

static void plant_strings(encase_word at)
{
	encase_word word = 1;

	for (uint64_t n = random_below(&trial.random, 9); word; n--, at += sizeof(word)) {
		word = n && n < 9 ? somewhere() : 0;
		put(at, &word, sizeof(word));
	}
}

/* Bytes alone seldom are a structure that could be good. */
static void plant(const struct encase_arg *arg, encase_word at)
{
	uint32_t said = (uint32_t) some_length();

	if (random_chance(&trial.random, 10))
		return;
	switch (arg->size & 0xff) {
	case ENCASE_IOVEC:
		plant_vector(at, words[arg->count]);
		break;
	case ENCASE_PAIR:
		plant_vector(at, 1);
		break;
	case ENCASE_MESSAGE:
		plant_message(at);
		break;
	case ENCASE_MESSAGES:
		for (unsigned k = 0; k < MANY; k++)
			plant_message(at + k * MANY_SIZE);
		break;
	case ENCASE_STRINGS:
		plant_strings(at);
		break;
	case ENCASE_SIZED:
	case ENCASE_TRAILED:
		put(at + arg->count, &said, sizeof(said));
	}
}

/* Of a structure some is written, and the rest is what it was; of what is sent only its length. */
static struct range writable(const struct encase_arg *arg, bool deep, struct range r, size_t k)
{
	unsigned which = deep ? arg->size & 0xff : ENCASE_OPAQUE;
	bool message = which == ENCASE_MESSAGE && !k;
	bool one_of_many = which == ENCASE_MESSAGES && r.head && r.n == MANY_SIZE;

	if (which == ENCASE_MESSAGES && !(arg->kind & ENCASE_FILLED))
		return (struct range){ r.at + MANY_LENGTH, one_of_many ? 4 : 0, false };
	return r.head && !message && !one_of_many ? (struct range){ 0 } : r;
}

void nested_allow(void)
{
	static struct ranges ranges;

	for (unsigned i = 0; i < shape.nargs; i++) {
		encase_word at = words[i];
		bool deep = is_deep(&shape, i);

		if (!points(&shape, i) || !(shape.arg[i].kind & ENCASE_OUT))
			continue;
		if (!deep) {
			uint64_t n = 1;

			if (kind_of(&shape, i) == ENCASE_BUF)
				n = count_of(&shape, shape.arg[i].count, words[shape.arg[i].count]);
			n = n < IMAGE_MOST ? n : IMAGE_MOST;
			ranges.of[0] = (struct range){ at, n * shape.arg[i].size, false };
			ranges.n = 1;
		} else {
			ranges_take(&ranges, &shape, i, words, true);
		}
		for (size_t k = 0; k < ranges.n; k++) {
			struct range r = writable(&shape.arg[i], deep, ranges.of[k], k);

			for (size_t n = 0; n < r.n && image_holds(r.at, n + 1); n++)
				trial.image.allowed[r.at + n] = true;
		}
	}
}

static void check_result(long result)
{
	static const int librarys[] = { EFAULT, EINVAL, ENAMETOOLONG, ENOMEM,
					EIO,    E2BIG,  EMSGSIZE,     ENOBUFS };

	for (size_t i = 0; i < sizeof(librarys) / sizeof(librarys[0]); i++)
		if (result == -librarys[i])
			return;
	for (unsigned i = 0; result == -ENOSYS && i < shape.nargs; i++)
		if (is_deep(&shape, i) && shape.arg[i].size == ENCASE_OPAQUE)
			return;
	FUZZ_CHECK(result >= 0 || trial.error[-result], "nobody has said %ld", result);
}

/* One of the commands that there are, where the call has it. */
static void choose_command(const struct encase_desc *desc)
{
	const struct encase_commands *set = encase_commands(desc);
	encase_word value;

	if (random_chance(&trial.random, 10))
		return;
	value = set->list[random_below(&trial.random, set->n)].value;
	if (desc == &encase_desc_setsockopt || desc == &encase_desc_getsockopt)
		words[set->op - 1] = value >> 32;
	if (desc == &encase_desc_quotactl || desc == &encase_desc_quotactl_fd)
		value <<= 8;
	words[set->op] = (uint32_t) value;
}

static bool is_many(const struct encase_desc *desc)
{
	return desc == &encase_desc_sendmmsg || desc == &encase_desc_recvmmsg;
}

static void call(struct encase_cage *cage)
{
	const struct encase_desc *desc = random_chance(&trial.random, 20)
						 ? RANDOM_OF(&trial.random, commanded)
						 : RANDOM_OF(&trial.random, calls);
	long result;

	memset(words, 0, sizeof(words));
	for (unsigned i = 0; i < desc->nargs; i++)
		words[i] = points(desc, i) ? somewhere() : some_length();
	if (is_many(desc) && random_chance(&trial.random, 85))
		words[2] = random_below(&trial.random, MANY + 2);
	if (encase_commands(desc))
		choose_command(desc);
	encase_shape(desc, words, &shape);
	for (unsigned i = 0; i < shape.nargs; i++)
		if (points(&shape, i) && !points(desc, i))
			words[i] = somewhere();
	for (unsigned i = 0; i < shape.nargs; i++)
		if (is_deep(&shape, i))
			plant(&shape.arg[i], words[i]);
	memset(trial.error, 0, sizeof(trial.error));
	memset(nested_given, 0, sizeof(nested_given));
	memcpy(trial.image.before, trial.image.arena.base, trial.image.arena.size);
	memset(trial.image.allowed, false, sizeof(trial.image.allowed));
	nested_allow();
	trial.events = 0;
	result = encase_enter(cage, desc, words);
	FUZZ_CHECK(!enc_thread.shadows, "a shadow is left");
	FUZZ_CHECK(enc_thread.top == &enc_nobody, "a frame is left");
	image_check();
	check_result(result);
}

/* Layers that copy, or pass some by. */
static void push(struct encase_cage *cage)
{
	static const uint8_t copy[] = { ENCASE_COPY }, pass[] = { ENCASE_PASS };
	static struct encase_rule rules[LAYERS][2];
	static struct encase_layer layers[LAYERS];

	memset(rules, 0, sizeof(rules));
	for (uint64_t l = random_below(&trial.random, LAYERS + 1); l; l--) {
		rules[l - 1][0] = (struct encase_rule){
			.handler = (encase_fn *) nested_call,
			.form = ENCASE_RAW,
			.policy = random_chance(&trial.random, 70) ? copy : pass,
		};
		layers[l - 1] = (struct encase_layer){ .name = "fuzz", .rules = rules[l - 1] };
		FUZZ_CHECK(!encase_push(cage, &layers[l - 1], NULL), "a layer cannot be pushed");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	image_try(data, size, &nested_lower, push, call);
	return 0;
}
