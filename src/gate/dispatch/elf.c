/* SPDX-License-Identifier: MIT */
/* Gate "dispatch": ELF files, judged and mapped as the kernel does (fs/binfmt_elf.c). */
#define _GNU_SOURCE
#include <elf.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dispatch.h"

#define PAGE    UINT64_C(4096)
#define DOWN(n) ((n) & ~(PAGE - 1))
#define UP(n)   (((n) + PAGE - 1) & ~(PAGE - 1))
#define HEADERS 128

struct file {
	int fd;
	Elf64_Ehdr elf;
	Elf64_Phdr of[HEADERS];
};

/* -- Judging -------------------------------------------------------------------- */

static bool is_program(const Elf64_Ehdr *elf)
{
	return !memcmp(elf->e_ident, ELFMAG, SELFMAG) && elf->e_ident[EI_CLASS] == ELFCLASS64 &&
	       elf->e_machine == EM_X86_64 && (elf->e_type == ET_EXEC || elf->e_type == ET_DYN) &&
	       elf->e_phentsize == sizeof(Elf64_Phdr) && elf->e_phnum && elf->e_phnum <= HEADERS;
}

static int read_headers(int fd, struct file *file)
{
	size_t size;

	file->fd = fd;
	if (pread(fd, &file->elf, sizeof(file->elf), 0) != sizeof(file->elf) ||
	    !is_program(&file->elf))
		return -ENOEXEC;
	size = file->elf.e_phnum * sizeof(file->of[0]);
	if (pread(fd, file->of, size, (off_t) file->elf.e_phoff) != (ssize_t) size)
		return -ENOEXEC;
	return 0;
}

static int read_interpreter(const struct file *file, const Elf64_Phdr *p, struct enc_image *image)
{
	if (p->p_filesz < 2 || p->p_filesz > sizeof(image->interpreter))
		return -ENOEXEC;
	if (pread(file->fd, image->interpreter, p->p_filesz, (off_t) p->p_offset) !=
		    (ssize_t) p->p_filesz ||
	    image->interpreter[p->p_filesz - 1])
		return -ENOEXEC;
	return 0;
}

static int check(struct file *file, struct enc_image *image)
{
	bool loads = false;
	int err = 0;

	*image = (struct enc_image){ .nheaders = file->elf.e_phnum };
	for (unsigned i = 0; i < file->elf.e_phnum && !err; i++) {
		const Elf64_Phdr *p = &file->of[i];

		if (p->p_type == PT_INTERP && !image->interpreter[0])
			err = read_interpreter(file, p, image);
		if (p->p_type != PT_LOAD)
			continue;
		loads = true;
		if (p->p_filesz > p->p_memsz || p->p_vaddr + p->p_memsz < p->p_vaddr ||
		    p->p_vaddr % PAGE != p->p_offset % PAGE)
			err = -ENOEXEC;
	}
	return err ? err : loads ? 0 : -ENOEXEC;
}

int enc_image_check(int fd, struct enc_image *image)
{
	struct file file;
	int err = read_headers(fd, &file);

	return err ? err : check(&file, image);
}

/* -- Mapping -------------------------------------------------------------------- */

struct span {
	uint64_t low, high, align;
};

static struct span span_of(const struct file *file)
{
	struct span span = { .low = UINT64_MAX, .align = PAGE };

	for (unsigned i = 0; i < file->elf.e_phnum; i++) {
		const Elf64_Phdr *p = &file->of[i];

		if (p->p_type != PT_LOAD)
			continue;
		if (p->p_vaddr < span.low)
			span.low = DOWN(p->p_vaddr);
		if (p->p_vaddr + p->p_memsz > span.high)
			span.high = UP(p->p_vaddr + p->p_memsz);
		if (p->p_align > span.align && !(p->p_align & (p->p_align - 1)))
			span.align = p->p_align;
	}
	return span;
}

/* Room for all segments: where the file says, or anywhere. */
static int reserve(const struct file *file, const struct span *span, struct enc_image *image)
{
	static const int how = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	uint64_t n = span->high - span->low, at, place;

	if (file->elf.e_type == ET_EXEC) {
		at = (uint64_t) (uintptr_t) mmap((void *) (uintptr_t) span->low, n, PROT_NONE,
						 how | MAP_FIXED_NOREPLACE, -1, 0);
		return at == span->low ? 0 : -ENOMEM;
	}
	at = (uint64_t) (uintptr_t) mmap(NULL, n + span->align, PROT_NONE, how, -1, 0);
	if (at == (uint64_t) (uintptr_t) MAP_FAILED)
		return -ENOMEM;
	place = (at + span->align - 1) & ~(span->align - 1);
	if (place > at)
		munmap((void *) (uintptr_t) at, place - at);
	munmap((void *) (uintptr_t) (place + n), at + span->align - place);
	image->base = place - span->low;
	return 0;
}

static int rights_of(const Elf64_Phdr *p)
{
	return (p->p_flags & PF_R ? PROT_READ : 0) | (p->p_flags & PF_W ? PROT_WRITE : 0) |
	       (p->p_flags & PF_X ? PROT_EXEC : 0);
}

static bool map_at(uint64_t at, uint64_t n, int rights, int more, int fd, uint64_t offset)
{
	return !n || mmap((void *) (uintptr_t) at, n, rights, MAP_PRIVATE | MAP_FIXED | more, fd,
			  (off_t) offset) != MAP_FAILED;
}

/* What the file has, and behind it zeros. */
static int map_segment(const struct file *file, const Elf64_Phdr *p, uint64_t base)
{
	uint64_t begin = DOWN(base + p->p_vaddr), in_file = base + p->p_vaddr + p->p_filesz;
	uint64_t end = UP(base + p->p_vaddr + p->p_memsz), from = begin;
	int rights = rights_of(p);

	if (p->p_filesz) {
		from = UP(in_file);
		if (!map_at(begin, from - begin, rights, 0, file->fd, DOWN(p->p_offset)))
			return -ENOMEM;
	}
	if (end > from && !map_at(from, end - from, rights, MAP_ANONYMOUS, -1, 0))
		return -ENOMEM;
	if (p->p_filesz && p->p_memsz > p->p_filesz && rights & PROT_WRITE)
		memset((void *) (uintptr_t) in_file, 0, from - in_file);
	return 0;
}

static void find_headers(const struct file *file, struct enc_image *image)
{
	for (unsigned i = 0; i < file->elf.e_phnum; i++) {
		const Elf64_Phdr *p = &file->of[i];

		if (p->p_type == PT_LOAD && file->elf.e_phoff >= p->p_offset &&
		    file->elf.e_phoff < p->p_offset + p->p_filesz)
			image->headers = image->base + p->p_vaddr + file->elf.e_phoff - p->p_offset;
	}
}

int enc_image_map(int fd, struct enc_image *image)
{
	struct file file;
	int err = read_headers(fd, &file);
	struct span span;

	if (!err)
		err = check(&file, image);
	if (err)
		return err;
	span = span_of(&file);
	err = reserve(&file, &span, image);
	for (unsigned i = 0; i < file.elf.e_phnum && !err; i++)
		if (file.of[i].p_type == PT_LOAD)
			err = map_segment(&file, &file.of[i], image->base);
	image->entry = image->base + file.elf.e_entry;
	image->end = image->base + span.high;
	find_headers(&file, image);
	return err;
}
