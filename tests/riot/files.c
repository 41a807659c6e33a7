/* SPDX-License-Identifier: MIT */
/* Files and directories, as machines have them. */
#include <string.h>

#include "scene.h"

static int at(unsigned number, unsigned dir, const char *path)
{
	scene_put(A, 200, path, strlen(path));
	return scene_call(A, number, dir, 200, (unsigned) strlen(path), 0);
}
#define OPEN_DIR(dir, path)  at(riot_number_opendir_at, dir, path)
#define OPEN_FILE(dir, path) at(riot_number_openfile_at, dir, path)

/* Reads n bytes from offset on to 300: of the arguments the slice is spilled. */
static unsigned slice(unsigned file, unsigned long offset, unsigned n)
{
	scene_put_word(A, 400, 300);
	scene_put_word(A, 402, n);
	scene_put(A, 300, "xxxxxxxx", 8);
	return CALL(A, readslice, file, offset & 0xffff, offset >> 16, 400) ? 9999
									    : scene_gave(A, 1);
}

static void test_paths(unsigned root)
{
	tap_ok(!OPEN_DIR(root, "") && !OPEN_DIR(root, "///"), "an empty path is the directory");
	tap_ok(OPEN_DIR(root, "notes") == riot_error_not_a_dir &&
		       OPEN_FILE(root, "") == riot_error_is_a_dir,
	       "files are no directories, nor the other way round");
	tap_ok(OPEN_FILE(root, "note") == riot_error_no_entry &&
		       OPEN_FILE(root, "notes2") == riot_error_no_entry &&
		       OPEN_FILE(root, "notes/x") == riot_error_no_entry,
	       "what is not there");
	tap_ok(OPEN_DIR(root, "..") == riot_error_no_entry &&
		       OPEN_FILE(root, "../b/notes") == riot_error_no_entry &&
		       OPEN_FILE(root, "/home/b/notes") == riot_error_no_entry,
	       "there is no way up");
}

static void test_content(unsigned root)
{
	unsigned file = OPEN_FILE(root, "/notes") ? 0 : scene_gave(A, 1);
	unsigned empty = OPEN_FILE(root, "empty") ? 0 : scene_gave(A, 1);

	scene_put(A, 600, "0123456789", 10);
	tap_ok(!CALL(A, replace, file, 600, 10) && slice(file, 0, 8) == 8 &&
		       scene_has(A, 300, "01234567", 8),
	       "another content");
	tap_ok(slice(file, 8, 8) == 2 && scene_has(A, 300, "89xxxxxx", 8), "its end");
	tap_ok(slice(file, 10, 8) == 0 && slice(file, 0xffffffff, 8) == 0 && slice(file, 3, 0) == 0,
	       "nothing behind it");
	tap_ok(slice(file, 0x10000, 8) == 0, "offsets have 32 bits");
	tap_ok(CALL(A, replace, file, 600, TREE_FILE_MOST + 1) == riot_error_no_space &&
		       !CALL(A, replace, file, 600, TREE_FILE_MOST) &&
		       !CALL(A, replace, file, 0, 0) && slice(file, 0, 8) == 0,
	       "as large as a file may be, and empty");
	tap_ok(empty && slice(empty, 0, 8) == 0, "an empty one that was there");
}

static void test_entries(unsigned root)
{
	unsigned iter = CALL(A, readdir, root) ? 0 : scene_gave(A, 1);

	scene_put(A, 500, "xxxxxxxx", 8);
	tap_ok(!CALL(A, next, iter, 500, 3) && scene_gave(A, 1) == (1 | 5 << 8) &&
		       scene_gave(A, 2) == riot_entry_kind_file << 8 &&
		       scene_has(A, 500, "notxxxxx", 8),
	       "an entry, and as much of its name as there is room for");
	tap_ok(!CALL(A, next, iter, 500, 8) && scene_has(A, 500, "emptyxxx", 8),
	       "what is behind a name stays as it was");
	tap_ok(!CALL(A, next, iter, 500, 8) && !scene_gave(A, 1) && !scene_gave(A, 2) &&
		       !CALL(A, next, iter, 0, 0) && !scene_gave(A, 1),
	       "none, as often as it is asked");
}

static void test_whole(void)
{
	unsigned root, home, file;

	root = CALL(B, vfs_root) ? 0 : scene_gave(B, 1);
	scene_put(B, 200, "home/a/notes", 12);
	home = CALL(B, opendir_at, root, 200, 6) ? 0 : scene_gave(B, 1);
	file = CALL(B, openfile_at, home, 207, 5) ? 0 : scene_gave(B, 1);
	tap_ok(root && home && file, "another machine sees more");
	tap_ok(!CALL(B, close, root) && !CALL(B, close, home) &&
		       !CALL(B, readslice, file, 0, 0, 300),
	       "and a file without its directory");
	tap_ok(tree_replace(&scene.board.tree.nodes[1], (const uint8_t *) "x", 1) ==
		       -riot_error_read_only,
	       "some files are not to be changed");
}

/* A handle that its machine's rights would not have given it. */
static unsigned with_rights(const struct encase_handle_type *type, unsigned rights)
{
	struct thing *thing = &scene.hosts[A].things[HOST_THINGS - 1];
	encase_word handle = 0;

	thing->type = type;
	thing->as.node = scene.hosts[A].root;
	(void) encase_handle_new(scene.hosts[A].cage, type, thing, rights, &handle);
	return (unsigned) handle;
}

static void test_rights_to_write(void)
{
	unsigned handle;

	scene_begin();
	handle = with_rights(&type_dir, MAY_WRITE);
	tap_ok(OPEN_DIR(handle, "") == riot_error_denied &&
		       OPEN_FILE(handle, "notes") == riot_error_denied &&
		       CALL(A, readdir, handle) == riot_error_denied && !CALL(A, close, handle),
	       "a directory that is not to be read");
	handle = with_rights(&type_dir_iter, MAY_WRITE);
	tap_ok(CALL(A, next, handle, 100, 5) == riot_error_denied && !CALL(A, close, handle),
	       "nor its entries");
	handle = with_rights(&type_file, MAY_WRITE);
	tap_ok(slice(handle, 0, 0) == 9999 && scene_gave(A, 0) == riot_error_denied, "nor a file");
	scene_end();
}

void test_files(void)
{
	unsigned root;

	scene_begin();
	root = CALL(A, vfs_root) ? 0 : scene_gave(A, 1);
	test_paths(root);
	test_whole();
	scene_end();
	scene_begin();
	root = CALL(A, vfs_root) ? 0 : scene_gave(A, 1);
	test_content(root);
	test_entries(root);
	scene_end();
	test_rights_to_write();
}
