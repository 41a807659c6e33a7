/* SPDX-License-Identifier: MIT */
/* The checks that hold for every memory; see memory.h. */
#include "memory.h"

static bool wraps(encase_word at, size_t n)
{
	return n && at + (n - 1) < at;
}

int enc_memory_check(struct enc_home home, encase_word at, size_t n)
{
	if (!n)
		return 0;
	if (!at || wraps(at, n))
		return -EFAULT;
	return home.memory->check ? home.memory->check(home.space, at, n) : 0;
}

int enc_memory_read(struct enc_home home, encase_word from, void *to, size_t n)
{
	if (!n)
		return 0;
	return wraps(from, n) ? -EFAULT : home.memory->read(home.space, from, to, n);
}

int enc_memory_write(struct enc_home home, encase_word to, const void *from, size_t n)
{
	if (!n)
		return 0;
	return wraps(to, n) ? -EFAULT : home.memory->write(home.space, to, from, n);
}

int enc_memory_gather(struct enc_home home, const struct encase_range *ranges, size_t count)
{
	bool bad = false;
	int err = 0;

	for (size_t i = 0; i < count; i++)
		bad |= ranges[i].from + (ranges[i].n - 1) < ranges[i].from;
	if (bad)
		return -EFAULT;
	if (home.memory->gather)
		return count ? home.memory->gather(home.space, ranges, count) : 0;
	for (size_t i = 0; !err && i < count; i++)
		err = home.memory->read(home.space, ranges[i].from, ranges[i].to, ranges[i].n);
	return err;
}

int enc_reads_end(struct enc_reads *reads)
{
	size_t n = reads->n;

	reads->n = 0;
	return enc_memory_gather(reads->home, reads->range, n);
}

int enc_reads_add(struct enc_reads *reads, encase_word from, void *to, size_t n)
{
	int err = reads->n == ENC_READS ? enc_reads_end(reads) : 0;

	if (!err && n)
		reads->range[reads->n++] = (struct encase_range){ from, to, n };
	return err;
}

long enc_memory_read_string(struct enc_home home, encase_word from, char *to, size_t room)
{
	return home.memory->read_string(home.space, from, to, room);
}

bool enc_memory_has_place(struct enc_home home)
{
	return home.memory->place;
}

void *enc_memory_place(struct enc_home home, encase_word at, size_t n)
{
	return wraps(at, n) ? NULL : home.memory->place(home.space, at, n);
}
