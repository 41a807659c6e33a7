/* SPDX-License-Identifier: MIT */
/*
 * Two layers: one whose rules are verdicts and a handler, and one that takes itself
 * off the stack; and a child, which has its parent's layers.
 */
#include <encase.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static int on_openat(int dirfd, const char *pathname, int flags, mode_t mode)
{
	if (!strncmp(pathname, "/etc/", 5)) { /* a copy: nobody changes it after this look */
		errno = EACCES;
		return -1;
	}
	return encase_next_openat(dirfd, pathname, flags, mode);
}

static const struct encase_rule guard_rules[] = {
	ENCASE_FAIL(openat, EROFS, .flags = ENCASE_HAS(O_CREAT)), /* others go on to on_openat() */
	ENCASE_RETURN(geteuid, 1000),
	ENCASE_FAIL_GROUP(network, EPERM),
	ENCASE_ON(openat, on_openat, .pathname = ENCASE_COPY),
	ENCASE_END,
};
static const struct encase_layer guard = { .name = "guard", .rules = guard_rules };

static const struct encase_layer greeter;

static int greet(int dirfd, const char *pathname, int flags, mode_t mode)
{
	int fd = encase_next_openat(dirfd, pathname, flags, mode);

	if (fd >= 0 && !encase_pop(encase_caller(), &greeter)) /* from the next call on */
		printf("the first file that was opened: %s\n", pathname);
	return fd;
}

static void greeter_stop(void *state)
{
	(void) state;
	printf("no call is in the greeter any more\n");
}

static const struct encase_rule greeter_rules[] = { ENCASE_ON(openat, greet), ENCASE_END };
static const struct encase_layer greeter = { .name = "greeter",
					     .rules = greeter_rules,
					     .stop = greeter_stop };

static void try_to_open(struct encase_cage *cage, const char *name, int flags)
{
	encase_openat_fn *caged_openat = ENCASE_ENTRY(cage, openat);
	encase_close_fn *caged_close = ENCASE_ENTRY(cage, close);
	int fd = caged_openat && caged_close ? caged_openat(AT_FDCWD, name, flags, 0600) : -1;

	printf("%s: %s\n", name, fd < 0 ? strerror(errno) : "opened");
	if (fd >= 0)
		caged_close(fd);
}

static int play(struct encase_cage *cage)
{
	static const encase_word none[ENCASE_MAX_ARGS];
	const struct encase_setup of_child = { .parent = cage };
	struct encase_cage *child;
	int err = encase_push(cage, &guard, NULL);

	if (!err)
		err = encase_push(cage, &greeter, NULL);
	if (!err)
		err = encase_cage_new(&of_child, &child);
	if (err)
		return err;
	try_to_open(cage, "/etc/passwd", O_RDONLY);
	try_to_open(cage, "/dev/null", O_RDONLY);
	try_to_open(cage, "/tmp/new", O_WRONLY | O_CREAT);
	try_to_open(child, "/dev/zero", O_RDONLY);
	printf("user %ld\n", encase_enter(child, &encase_desc_geteuid, none));
	return encase_cage_free(child);
}

int main(void)
{
	static const struct encase_setup setup = { .lower = &encase_lower_kernel };
	struct encase_cage *cage;
	int err = encase_cage_new(&setup, &cage);

	if (!err)
		err = play(cage);
	if (!err)
		err = encase_cage_free(cage);
	if (err)
		fprintf(stderr, "guard: %s\n", strerror(-err));
	return err != 0;
}
