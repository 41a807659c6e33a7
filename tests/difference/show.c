/* SPDX-License-Identifier: MIT */
/* Calls and what came of them, as TAP's comments. */
#include <stdio.h>
#include <string.h>

#include "difference.h"

/* What the plan itself put at an address; null: nothing, before this call. */
static const unsigned char *poked(const struct plan *plan, const struct planned *call, uint64_t at,
				  size_t *n)
{
	const unsigned char *found = NULL;

	for (unsigned i = call->pokes; i < call->end;) {
		uint16_t head[2];

		memcpy(head, plan->pokes + i, sizeof(head));
		i += sizeof(head);
		if (BLOCK + head[0] == at) {
			found = plan->pokes + i;
			*n = head[1];
		}
		i += head[1];
	}
	return found;
}

static void show_bytes(const unsigned char *bytes, size_t n)
{
	bool text = n > 0 && memchr(bytes, 0, n) == bytes + n - 1;

	for (size_t i = 0; text && i + 1 < n; i++)
		text = bytes[i] >= ' ' && bytes[i] < 0x7f;
	if (text) {
		printf("=\"%.60s\"", (const char *) bytes);
		return;
	}
	printf("=");
	for (size_t i = 0; i < n && i < 64; i++)
		printf("%s%02x", i % 8 ? "" : " ", bytes[i]);
}

void show_call(const struct plan *plan, unsigned i)
{
	const struct planned *call = &plan->calls[i];
	const struct encase_desc *desc = row_at(call->row)->desc;
	struct encase_desc shape;
	uint64_t words[8] = { 0 };

	memcpy(words, call->words, sizeof(call->words));
	encase_shape(desc, words, &shape);
	printf("# call %u%s: %s(", i, call->bad_arg >= 0 ? " (spoilt)" : "",
	       encase_text(desc)->name);
	for (unsigned k = 0; k < desc->nargs; k++) {
		uint64_t word = words[k];
		const unsigned char *bytes;
		size_t n;

		printf("%s%s=", k ? ", " : "", encase_text(desc)->arg[k].name);
		if (!(shape.pointers >> k & 1) || !word) {
			printf("%lld", (long long) word);
			continue;
		}
		printf("block+%#llx", (long long) (word - BLOCK));
		bytes = poked(plan, call, word, &n);
		if (bytes)
			show_bytes(bytes, n);
	}
	printf(")\n");
}

void show_entry(enum way way, const struct log *log, unsigned i)
{
	struct entry entry;

	if (i >= log->calls) {
		printf("#   %s: not made\n", way_names[way]);
		return;
	}
	memcpy(&entry, log->text + log->at[i], sizeof(entry));
	printf("#   %-8s %lld%s%s, %u pieces of the block changed\n", way_names[way],
	       (long long) entry.result, entry.refused ? " (refused, made straight)" : "",
	       entry.errno_kept ? "" : ", errno is not what it was", entry.chunks);
}

/* The chunk at that place of the block, in an entry; null: it did not change. */
static const unsigned char *chunk_at(const struct log *log, unsigned i, unsigned place)
{
	const unsigned char *at = log->text + log->at[i];
	struct entry entry;

	memcpy(&entry, at, sizeof(entry));
	at += sizeof(entry);
	for (unsigned k = 0; k < entry.chunks; k++, at += CHUNK + 4)
		if (!memcmp(at, &place, 4))
			return at + 4;
	return NULL;
}

static void show_chunk(const char *name, const unsigned char *chunk)
{
	printf("#     %-8s", name);
	for (unsigned k = 0; chunk && k < CHUNK; k++)
		printf("%s%02x", k % 8 ? "" : " ", chunk[k]);
	printf("%s\n", chunk ? "" : " as before");
}

void show_difference(const struct log *one, const struct log *two, unsigned i)
{
	unsigned shown = 0;

	for (unsigned place = 0; place < ROOM && shown < 3; place += CHUNK) {
		const unsigned char *a = chunk_at(one, i, place), *b = chunk_at(two, i, place);

		if ((!a && !b) || (a && b && !memcmp(a, b, CHUNK)))
			continue;
		for (unsigned k = 0; a && b && k < CHUNK; k++)
			if (a[k] != b[k]) {
				printf("#   the first byte that differs: block+%#x\n", place + k);
				break;
			}
		printf("#   at block+%#x\n", place);
		show_chunk("one", a);
		show_chunk("other", b);
		shown++;
	}
}
