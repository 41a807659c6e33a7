/* SPDX-License-Identifier: MIT */
/* A memory that changes, and vectors in it; see deep.h. */
#include "deep.h"

struct turn turn;

static char *find(encase_word at, size_t n)
{
	return at && at < UNIT_ROOM && n <= UNIT_ROOM - at ? unit_room + at : NULL;
}

static int turning_read(void *space, encase_word from, void *to, size_t n)
{
	const char *p = find(from, n);

	(void) space;
	if (!p)
		return -EFAULT;
	memcpy(to, p, n);
	if (turn.n && turn.at >= from && turn.at + turn.n <= from + n) {
		turn.reads++;
		memcpy(unit_room + turn.at, turn.to, turn.n);
	}
	return 0;
}

static int turning_write(void *space, encase_word to, const void *from, size_t n)
{
	char *p = find(to, n);

	(void) space;
	if (p)
		memcpy(p, from, n);
	return p ? 0 : -EFAULT;
}

static long turning_read_string(void *space, encase_word from, char *to, size_t room)
{
	(void) space;
	(void) from;
	(void) to;
	(void) room;
	return -EFAULT;
}

static int turning_check(void *space, encase_word at, size_t n)
{
	(void) space;
	return find(at, n) ? 0 : -EFAULT;
}

static void *turning_place(void *space, encase_word at, size_t n)
{
	(void) space;
	return find(at, n);
}

const struct encase_memory turning = {
	.name = "turning",
	.read = turning_read,
	.write = turning_write,
	.read_string = turning_read_string,
	.check = turning_check,
	.place = turning_place,
};

const struct encase_memory turning_far = {
	.name = "turning far",
	.read = turning_read,
	.write = turning_write,
	.read_string = turning_read_string,
	.check = turning_check,
};

void deep_entry(size_t at, unsigned k, encase_word base, encase_word len)
{
	encase_word entry[2] = { base, len };

	memcpy(ROOM_AT(at + k * sizeof(entry)), entry, sizeof(entry));
}

void deep_length(size_t at, int32_t length)
{
	memcpy(ROOM_AT(at), &length, sizeof(length));
}

int32_t deep_length_at(size_t at)
{
	int32_t length;

	memcpy(&length, ROOM_AT(at), sizeof(length));
	return length;
}

struct encase_traffic deep_traffic(const struct encase_cage *cage)
{
	static struct encase_traffic before;
	struct encase_traffic now = encase_traffic(cage), since;

	since.from_cage = now.from_cage - before.from_cage;
	since.to_cage = now.to_cage - before.to_cage;
	before = now;
	return since;
}

/* Three entries of 5, 0 and 7 bytes, not side by side. */
void deep_make_three(void)
{
	unit_paint();
	deep_entry(DEEP_AT, 0, DEEP_BYTES, 5);
	deep_entry(DEEP_AT, 1, UINT64_MAX, 0);
	deep_entry(DEEP_AT, 2, DEEP_BYTES + 100, 7);
	memcpy(ROOM_AT(DEEP_BYTES), "hello", 5);
	memcpy(ROOM_AT(DEEP_BYTES + 100), ", world", 7);
}

/* The lower layer: what came, and where it stands. */
char deep_came[64];
size_t deep_ncame;
struct iovec deep_at_bottom[8];
int deep_reached;

long deep_bottom(struct encase_call *call)
{
	const struct iovec *iov;
	size_t n = encase_arg_word(call, 2);

	deep_reached = encase_reach(call);
	if (deep_reached)
		return deep_reached;
	iov = encase_arg(call, 1);
	deep_ncame = 0;
	for (size_t k = 0; iov && k < n && k < LENGTH(deep_at_bottom); k++) {
		deep_at_bottom[k] = iov[k];
		if (deep_ncame + iov[k].iov_len <= sizeof(deep_came) && iov[k].iov_len)
			memcpy(deep_came + deep_ncame, iov[k].iov_base, iov[k].iov_len);
		deep_ncame += iov[k].iov_len;
	}
	return probe.result;
}
