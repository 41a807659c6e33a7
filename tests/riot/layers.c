/* SPDX-License-Identifier: MIT */
/* Layers on the machines' calls: they count, log, refuse, look and change, as on any. */
#include "layers.h"

#include <errno.h>
#include <policies.h>
#include <string.h>

#include "scene.h"

static char lines[4000];

static void sink(void *arg, const char *line, size_t n)
{
	(void) arg;
	if (strlen(lines) + n < sizeof(lines))
		strncat(lines, line, n);
}

/* Whether a line was logged; then all lines are forgotten. */
static bool logged(const char *line)
{
	bool is = strstr(lines, line);

	if (!is)
		printf("# logged: %s\n", lines);
	lines[0] = '\0';
	return is;
}

static void test_deny(void)
{
	struct encase_cage *cage;

	scene_begin();
	cage = scene.hosts[A].cage;
	tap_ok(!encase_push(cage, &riot_deny, "puts=EPERM,%vfs=EACCES,random_u16=EBUSY"),
	       "a layer that refuses");
	tap_ok(CALL(A, puts, 100, 1) == EPERM && CALL(A, vfs_root) == EACCES && !*scene_said(),
	       "a call, and a group of calls");
	tap_ok(!CALL(A, get_board_name, 100, 5) && !CALL(B, puts, 100, 1), "and no others");
	tap_ok(scene_run(A, "sys random_u32\nsys random_u16\nhalt 0", 100) == VM_REFUSED &&
		       scene.hosts[A].vm.status == EBUSY,
	       "a call that must not fail ends the machine");
	tap_ok(encase_push(scene.hosts[B].cage, &riot_deny, "openat=EPERM") == -EINVAL,
	       "Linux's calls are none of these");
	scene_end();
}

static void test_trace(void)
{
	scene_begin();
	encase_log_to(sink, NULL);
	tap_ok(!encase_push(scene.hosts[A].cage, &encase_trace, "prefix=a: "), "a layer that logs");
	(void) CALL(A, get_board_name, 100, 3);
	tap_ok(logged("a: get_board_name(0x64, 3) = 3\n"), "a call and its result");
	(void) CALL(A, puts, 5000, 1);
	tap_ok(!lines[0], "what reaches outside the machine's memory reaches no layer");
	(void) CALL(A, saul_get_type, 0);
	tap_ok(!lines[0], "nor does a handle that is none");
	(void) CALL(A, vfs_root);
	lines[0] = '\0';
	tap_ok(CALL(A, saul_get_type, scene_gave(A, 1)) == riot_error_other_kind && !lines[0],
	       "or of another kind");
	(void) CALL(A, vfs_root);
	lines[0] = '\0';
	(void) CALL(A, opendir_at, scene_gave(A, 1), 100, 1);
	tap_ok(logged("-1 ENOENT (No such file or directory)\n"), "an error");
	scene_end();
	encase_log_to(NULL, NULL);
}

static void test_count(void)
{
	scene_begin();
	encase_log_to(sink, NULL);
	tap_ok(!encase_push(scene.hosts[A].cage, &riot_count, "a: "), "a layer that counts");
	(void) CALL(A, puts, 100, 1);
	(void) CALL(A, puts, 100, 1);
	(void) CALL(B, puts, 100, 1);
	(void) CALL(A, pause_vm, 0, 0, 0, 300);
	(void) encase_end(scene.hosts[A].cage, 0);
	tap_ok(strstr(lines, "a: pause_vm           made   1, failed   1\n") &&
		       logged("a: puts               made   2, failed   0\n"),
	       "says so when the machine ends");
	scene_end();
	encase_log_to(NULL, NULL);
}

/* -- A layer with copies --------------------------------------------------------- */

static const void *seen;
static struct riot_phydat told;

static int shout(const uint8_t *text, size_t text_count)
{
	uint8_t loud[32];

	seen = text;
	for (size_t i = 0; i < text_count && i < sizeof(loud); i++)
		loud[i] = text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i];
	return riot_next_puts(loud, text_count < sizeof(loud) ? text_count : sizeof(loud));
}

static int dim(riot_saul_bits device, const struct riot_phydat *data, uint8_t *result)
{
	struct riot_phydat half = *data;

	told = half;
	half.val[0] /= 2;
	return riot_next_saul_write(device, &half, result);
}

static long rename_board(uint8_t *name, size_t name_count)
{
	long n = riot_next_get_board_name(name, name_count);

	if (n > 0)
		name[0] = 'N';
	return n;
}

static unsigned wrong; /* what is forwarded for a timer */
static int swap(riot_timer_bits timer)
{
	(void) timer;
	return riot_next_timer_cancel((riot_timer_bits) wrong);
}

static const struct encase_rule rules[] = {
	ENCASE_ON_IN(riot, timer_cancel, swap),
	ENCASE_ON_IN(riot, puts, shout),
	ENCASE_ON_IN(riot, saul_write, dim, ENCASE_COPY_ALL),
	ENCASE_ON_IN(riot, get_board_name, rename_board),
	ENCASE_END,
};
static const struct encase_layer changer = { .name = "changer", .rules = rules };

static void test_copies(void)
{
	unsigned iter, device;

	scene_begin();
	tap_ok(!encase_push(scene.hosts[A].cage, &changer, NULL), "a layer that changes");
	scene_put(A, 100, "hello", 5);
	tap_ok(!CALL(A, puts, 100, 5) && !strcmp(scene_said(), "a: HELLO\n") &&
		       scene_has(A, 100, "hello", 5) && seen != scene.hosts[A].vm.memory + 100,
	       "what is in a slice, in a copy of its own");
	tap_ok(!CALL(A, get_board_name, 100, 9) && scene_has(A, 100, "Native", 6),
	       "what is given back");
	(void) CALL(A, saul_iter_init);
	iter = scene_gave(A, 1);
	(void) CALL(A, saul_iter_next, iter);
	device = scene_gave(A, 1) >> 8 | (scene_gave(A, 2) & 255U) << 8;
	scene_put(A, 300, "\3\0\1\0", 4);
	tap_ok(!CALL(A, saul_write, device, 10, 20, 300) && told.val[0] == 10 && told.val[2] == 3 &&
		       scene.board.devices[0].set.val[0] == 5 &&
		       scene.board.devices[0].set.val[1] == 20,
	       "a record");
	(void) CALL(A, timer_set_ms, 5, 0);
	wrong = device;
	tap_ok(CALL(A, timer_cancel, scene_gave(A, 1)) == riot_error_other_kind,
	       "a handle that a layer has made up is none, either");
	tap_ok(!encase_pop(scene.hosts[A].cage, &changer) && !CALL(A, puts, 100, 1), "and goes");
	scene_end();
}

void test_layers(void)
{
	test_deny();
	test_trace();
	test_count();
	test_copies();
}
