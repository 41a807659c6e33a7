/* SPDX-License-Identifier: MIT */
/* Sites of many shapes, entered from everywhere; those that cannot be; where stubs lie. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "site.h"
#include "sites/near.h"
#include "sites/poke.h"

Test(sites, shapes)
{
	unsigned char *page = make_page(SHAPES);

	set_up();
	for (size_t i = 0; i < SHAPES; i++) {
		uint64_t before = gate_calls;

		cr_expect(call(page + i * APART) == getpid(), "%s before", shapes[i].name);
		cr_expect(change_instance(page, i, i & 1) == 0, "%s", shapes[i].name);
		cr_expect(change_instance(page, i, false) == 0, "%s again", shapes[i].name);
		cr_expect(gate_calls == before);
		cr_expect(call(page + i * APART) == getpid(), "%s", shapes[i].name);
		cr_expect(gate_calls == before + 1, "%s", shapes[i].name);
	}
	cr_expect(turned == 0);
}

/* Whoever jumps to any instruction of a window, or stood there, gets on. */
Test(sites, entered_in_the_midst)
{
	static const unsigned char code[] = { 0xb8, 39,   0,    0,    0,    0x0f, 0x05, 0x48,
					      0x3d, 0x00, 0xf0, 0xff, 0xff, 0x48, 0x99, 0xc3 };
	unsigned char *page = make_page(1);
	uint64_t at = (uint64_t) (uintptr_t) page;

	set_up();
	cr_assert(enc_poke(at, code, sizeof(code)) == 0);
	/* nothing is known before: the window is syscall and cmp */
	cr_assert(enc_sites_change(at, sizeof(code), &(struct enc_place){ .at = 5 }, false) == 0);
	cr_expect(page[5] == 0xe9 && page[7] == ENC_TRAP);
	cr_expect(call(page) == getpid() && gate_calls == 1 && turned == 0);
	for (size_t in = 0; in < sizeof(code); in++) {
		uint64_t turn = enc_sites_turn(at + in);

		cr_expect((turn != at + in) == (in == 5 || in == 7), "byte %zu", in);
	}
	cr_expect(enc_sites_origin(enc_sites_turn(at + 7)) == at + 7);
	(void) call(page + 7);
	cr_expect(turned == 1 && gate_calls == 1);
	enc_sites_forget(at, 8);
	cr_expect(enc_sites_turn(at + 7) == 0 && enc_sites_turn(at + 5) == at + 5);
}

/* -- What cannot be ------------------------------------------------------------ */

Test(sites, refused)
{
	static const struct {
		const char *name;
		size_t size, at;
		unsigned char code[16];
	} none[] = {
		{ "a call behind", 9, 0, { 0x0f, 0x05, 0xe8, 0, 0, 0, 0, 0xc3, 0x90 } },
		{ "the end of what is known", 4, 0, { 0x0f, 0x05, 0x31, 0xc0 } },
		{ "another function behind",
		  8,
		  0,
		  { 0x0f, 0x05, 0xc3, 0x31, 0xc0, 0xc3, 0x90, 0x90 } },
		{ "a jump that cannot be long",
		  8,
		  0,
		  { 0x0f, 0x05, 0xe3, 0x01, 0xc3, 0x31, 0xc0, 0xc3 } },
		{ "another syscall behind",
		  8,
		  0,
		  { 0x0f, 0x05, 0x0f, 0x05, 0x90, 0x90, 0x90, 0xc3 } },
		{ "no syscall", 8, 0, { 0x31, 0xc0, 0x31, 0xc0, 0x31, 0xc0, 0xc3, 0x90 } },
	};

	set_up();
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		unsigned char *page = make_page(1);
		uint64_t at = (uint64_t) (uintptr_t) page;

		cr_assert(enc_poke(at, none[i].code, none[i].size) == 0);
		cr_expect(enc_sites_change(at, none[i].size,
					   &(struct enc_place){ .at = none[i].at },
					   true) == -ENOTSUP,
			  "%s", none[i].name);
		cr_expect(!memcmp(page, none[i].code, none[i].size), "%s", none[i].name);
		munmap(page, 4096);
	}
}

/* Two sites side by side: the second one's window would reach into the first one's. */
Test(sites, side_by_side)
{
	static const unsigned char code[] = { 0x0f, 0x05, 0x31, 0xd2, 0x31, 0xd2,
					      0x0f, 0x05, 0xc3, 0x31, 0xc0, 0xc3 };
	unsigned char *page = make_page(1);
	uint64_t at = (uint64_t) (uintptr_t) page;
	const struct enc_place first = { .at = 0 }, second = { 6, { 2 } };

	set_up();
	cr_assert(enc_poke(at, code, sizeof(code)) == 0);
	cr_assert(enc_sites_change(at, sizeof(code), &first, true) == 0);
	cr_expect(enc_sites_change(at, sizeof(code), &second, true) == -ENOTSUP);
	cr_expect(!memcmp(page + 6, code + 6, 6));
}

/* Distances that must have a byte here and there, near and far. */
Test(sites, near)
{
	static const uint32_t masks[] = { 0, 0xff, 0xff00, 0xff0000, 0xff000000, 0xffff00, 0xffff };
	uint64_t next = (uint64_t) (uintptr_t) gate;

	enc_near_set_gate(next, next);
	for (unsigned round = 0; round < 40; round++)
		for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
			uint64_t slot, at = enc_near_take(next, 1 + round * 5, masks[i],
							  0xcccccccc & masks[i], &slot);

			if (!at && masks[i] >> 16)
				continue; /* something else may lie there */
			cr_assert(at, "%x, round %u", masks[i], round);
			cr_expect((((uint32_t) (at - next) ^ 0xcccccccc) & masks[i]) == 0);
			cr_expect((int64_t) (at - next) == (int32_t) (at - next));
			cr_expect((int64_t) (slot - at) == (int32_t) (slot - at));
			cr_expect(*(uint64_t *) (uintptr_t) slot == next);
			cr_expect(enc_near_is(at, 1) && enc_near_is(at - 1, 2));
			if (round & 1)
				enc_near_give_back(at, 1 + round * 5);
		}
	cr_expect(!enc_near_is(next, 1));
}
