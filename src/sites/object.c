/* SPDX-License-Identifier: MIT */
/* A file's sites; see object.h. */
#define _GNU_SOURCE /* memmem() */
#include "object.h"

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* What .eh_frame_hdr begins with where it has a table (LSB core, 10.6.2). */
struct header {
	uint8_t version, frame_encoding, count_encoding, table_encoding;
	int32_t frame;
	uint32_t count;
	struct entry {
		int32_t code, frame; /* from where the header is */
	} table[];
};
enum { UDATA4 = 0x03, DATAREL_SDATA4 = 0x3b };

struct object {
	const unsigned char *file;
	size_t size;
	const Elf64_Phdr *ph;
	unsigned nph;
	const struct header *header; /* null: none */
	uint64_t header_at;          /* its address */
};

static const void *part(const struct object *o, uint64_t at, uint64_t n)
{
	return at <= o->size && n <= o->size - at ? o->file + at : NULL;
}

static void find_header(struct object *o, const Elf64_Phdr *ph)
{
	const struct header *h = part(o, ph->p_offset, sizeof(*h));

	if (!h || h->version != 1 || h->count_encoding != UDATA4 ||
	    h->table_encoding != DATAREL_SDATA4 ||
	    !part(o, ph->p_offset, sizeof(*h) + h->count * sizeof(h->table[0])))
		return;
	o->header = h;
	o->header_at = ph->p_vaddr;
}

static bool open_object(struct object *o)
{
	const Elf64_Ehdr *eh = part(o, 0, sizeof(*eh));

	if (!eh || memcmp(eh->e_ident, ELFMAG, SELFMAG) != 0 ||
	    eh->e_ident[EI_CLASS] != ELFCLASS64 || eh->e_machine != EM_X86_64 ||
	    eh->e_phentsize != sizeof(*o->ph) || eh->e_phoff % sizeof(uint64_t))
		return false;
	o->nph = eh->e_phnum;
	o->ph = part(o, eh->e_phoff, o->nph * sizeof(*o->ph));
	for (unsigned i = 0; o->ph && i < o->nph; i++)
		if (o->ph[i].p_type == PT_GNU_EH_FRAME && o->ph[i].p_offset % sizeof(int32_t) == 0)
			find_header(o, &o->ph[i]);
	return o->ph;
}

/* The last place at or before an address at which a function begins, or where its segment does. */
static uint64_t function_of(const struct object *o, const Elf64_Phdr *ph, uint64_t at)
{
	size_t low = 0, high = o->header ? o->header->count : 0;
	uint64_t begin;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (o->header_at + (uint64_t) (int64_t) o->header->table[middle].code <= at)
			low = middle + 1;
		else
			high = middle;
	}
	begin = low ? o->header_at + (uint64_t) (int64_t) o->header->table[low - 1].code : 0;
	return begin > ph->p_vaddr ? begin : ph->p_vaddr;
}

/* All places with two bytes in a segment. */
static int scan_for(const struct object *o, const Elf64_Phdr *ph, const unsigned char *pair,
		    enc_object_fn *visit, void *arg)
{
	const unsigned char *code = o->file + ph->p_offset, *at = code;
	size_t size = ph->p_filesz, from = 0;

	while ((at = memmem(at, size - (size_t) (at - code), pair, 2))) {
		uint64_t where = ph->p_vaddr + (uint64_t) (at - code);
		size_t function = function_of(o, ph, where) - ph->p_vaddr;
		struct enc_place place;
		int is;

		if (function > from)
			from = function;
		is = enc_window_look(code, size, &from, (size_t) (at - code), &place);
		if (is < 0)
			return is;
		place.at += ph->p_offset;
		if (is)
			is = visit(arg, &place);
		if (is)
			return is;
		at++;
	}
	return 0;
}

int enc_object_scan(const unsigned char *file, size_t size, enc_object_fn *visit, void *arg)
{
	static const unsigned char entries[][2] = { { 0x0f, 0x05 },
						    { 0x0f, 0x34 },
						    { 0xcd, 0x80 } };
	struct object o = { .file = file, .size = size };
	int err = 0;

	if (!open_object(&o))
		return -ENOTSUP;
	for (unsigned i = 0; !err && i < o.nph; i++) {
		const Elf64_Phdr *ph = &o.ph[i];

		if (ph->p_type != PT_LOAD || !(ph->p_flags & PF_X) || !ph->p_filesz)
			continue;
		if (!part(&o, ph->p_offset, ph->p_filesz))
			return -ENOTSUP;
		for (unsigned k = 0; !err && k < 3; k++)
			err = scan_for(&o, ph, entries[k], visit, arg);
	}
	return err;
}
