/* SPDX-License-Identifier: MIT */
/* The board of the tests; see scene.h. */
#include "scene.h"

#include <stdlib.h>
#include <string.h>

unsigned tap_tests, tap_failures;
struct scene scene;

static void must(bool good, const char *what)
{
	if (good)
		return;
	printf("Bail out! %s\n", what);
	exit(1);
}

void scene_begin_with(size_t memory, uint64_t random_left)
{
	struct host_setup setup = { .name = "a",
				    .says_name = true,
				    .memory = memory,
				    .steps = 100000,
				    .root = "home/a",
				    .saul = MAY_READ | MAY_WRITE,
				    .vfs = MAY_READ | MAY_WRITE };
	FILE *console = open_memstream(&scene.said, &scene.said_size);

	must(console, "a console");
	board_init(&scene.board, random_left, console);
	must(!host_handles_new(&scene.handles), "handles");
	must(!host_new(&scene.hosts[A], &setup, &scene.board, scene.handles), "a machine");
	setup.name = "b";
	setup.memory = SCENE_MEMORY;
	setup.root = "";
	setup.saul = setup.vfs = MAY_READ;
	must(!host_new(&scene.hosts[B], &setup, &scene.board, scene.handles), "a machine");
	vm_load(&scene.hosts[A].vm, NULL, 0);
	vm_load(&scene.hosts[B].vm, NULL, 0);
}

void scene_begin(void)
{
	scene_begin_with(SCENE_MEMORY, 1000);
}

void scene_end(void)
{
	host_free(&scene.hosts[A]);
	host_free(&scene.hosts[B]);
	tap_ok(!encase_handles_free(scene.handles), "everything goes");
	(void) fclose(scene.board.console);
	free(scene.said);
	scene.said = NULL;
}

const char *scene_said(void)
{
	static char copy[2000];

	(void) fflush(scene.board.console);
	(void) snprintf(copy, sizeof(copy), "%s", scene.said);
	rewind(scene.board.console);
	memset(scene.said, 0, scene.said_size);
	return copy;
}

int scene_call(unsigned who, unsigned number, unsigned r0, unsigned r1, unsigned r2, unsigned r3)
{
	struct vm *vm = &scene.hosts[who].vm;
	int err;

	vm->r[0] = (uint16_t) r0;
	vm->r[1] = (uint16_t) r1;
	vm->r[2] = (uint16_t) r2;
	vm->r[3] = (uint16_t) r3;
	err = vm->trap(vm, (uint16_t) number);
	return err ? err : vm->r[0];
}

uint16_t scene_gave(unsigned who, unsigned reg)
{
	return scene.hosts[who].vm.r[reg];
}

void scene_put(unsigned who, size_t at, const void *bytes, size_t n)
{
	must(at + n <= scene.hosts[who].vm.size, "the test's own memory");
	memcpy(scene.hosts[who].vm.memory + at, bytes, n);
}

void scene_put_word(unsigned who, size_t at, unsigned word)
{
	const uint8_t bytes[2] = { (uint8_t) word, (uint8_t) (word >> 8) };

	scene_put(who, at, bytes, 2);
}

bool scene_has(unsigned who, size_t at, const void *bytes, size_t n)
{
	must(at + n <= scene.hosts[who].vm.size, "the test's own memory");
	return !memcmp(scene.hosts[who].vm.memory + at, bytes, n);
}

unsigned scene_word(unsigned who, size_t at)
{
	const uint8_t *bytes = scene.hosts[who].vm.memory + at;

	return bytes[0] | (unsigned) bytes[1] << 8;
}

static void tell(void *arg, unsigned line, const char *text)
{
	(void) arg;
	printf("# line %u: %s\n", line, text);
}

enum vm_end scene_run(unsigned who, const char *text, uint64_t most)
{
	static struct asm_image image;
	struct vm *vm = &scene.hosts[who].vm;

	must(!asm_assemble(text, strlen(text), &image, tell, NULL), "a program of the tests");
	must(image.size <= vm->size, "room for a program of the tests");
	vm_load(vm, image.bytes, image.size);
	vm->most = most;
	while (host_run(&scene.hosts[who], 100))
		;
	return vm->end;
}

int main(void)
{
	test_asm();
	test_machine();
	test_slices();
	test_options();
	test_devices();
	test_rights();
	test_handles();
	test_neighbours();
	test_timers();
	test_files();
	test_coap();
	test_layers();
	return tap_end();
}
