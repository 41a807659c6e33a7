/* SPDX-License-Identifier: MIT */
/*
 * Handles: words by which a cage's calls name objects of the host's or of a layer's, as
 * descriptors name files.
 *
 * A handle is good in one cage, for one type of object, with certain rights, until it is
 * closed.  It names a place in a table, and the round in which that place has it; a place is
 * given to somebody else in another round.  What is no such word, or not any more, is refused:
 *
 *   -EBADF       forged: no handle of the table's has been that word
 *   -ESTALE      it was one, and has been closed, consumed or revoked
 *   -EXDEV       it is one of another cage
 *   -EPROTOTYPE  of an object of another type
 *   -EACCES      without a right that is asked for
 *
 * Whoever uses an object pins it: encase_handle_get(), encase_handle_put().  A handle may be closed
 * meanwhile, by any thread and by its cage's end; the object is destroyed when its last handle is
 * closed and its last use is over, once, by the thread that ends it, with no lock held.
 *
 * Getting takes no lock and no memory, and one atomic read-modify-write, and so does putting: with
 * less, who closes a handle would have to wait for all threads before an object could be destroyed.
 * No encase_handle_*() takes a lock or memory, so all may be called in handlers of calls that a
 * signal's handler makes, if the types' destroy() may, as long as the cage is there.
 *
 * With the macros at the end, handles of each type are a C type of their own.
 */
#ifndef ENCASE_HANDLE_H
#define ENCASE_HANDLE_H

#include <stddef.h>

#include "desc.h"

#ifdef __cplusplus
extern "C" {
#endif

struct encase_cage;
struct encase_handles; /* a table of handles */

/* A type of objects; compared by address, and borrowed while a table has objects of it. */
struct encase_handle_type {
	const char *name;
	/* Its objects are accepted as such of this type, too, and of those above it; or null. */
	const struct encase_handle_type *super;
	/* Destroys an object; may make and close handles, not free tables nor cages.  May be null. */
	void (*destroy)(void *object);
};

/* Rights are bits, of the types' authors' choice but for this one: a handle may be duplicated. */
#define ENCASE_MAY_DUP 0x80000000U

/* -- Tables --------------------------------------------------------------- */

/*
 * What a table is made from.  Cages whose handles are to be told apart share a table.  Of a handle's
 * bits the lower ones, as many as places - 1 has (at least one), are its place; the others, 38 at most, are the
 * round, from 1 on: no handle is 0, and none has more bits than these.
 */
struct encase_handles_setup {
	uint32_t places; /* 1 to 1048576: handles there can be at once */
	uint8_t bits;    /* of a handle, 8 to 64: at least 4 more than its place takes */
	/*
	 * When a place has been through all of its rounds: 0: it is not used any more; else rounds begin
	 * again, and what was stale for so long is good again if its cage has that place.
	 */
	uint8_t again;
};

/*
 * Makes a table in *handles, the caller's to free.  -EINVAL: a null, or numbers that cannot
 * be; -ENOMEM.
 */
ENCASE_API int encase_handles_new(const struct encase_handles_setup *setup,
				  struct encase_handles **handles);
/*
 * Frees it; null is fine.  -EBUSY: a cage that has joined has not been freed, or an object that
 * one of its handles named is in use or has another cage's handle.
 */
ENCASE_API int encase_handles_free(struct encase_handles *handles);

/* Rights that a cage may have to objects of a type, or of one below it. */
struct encase_grant {
	const struct encase_handle_type *type;
	uint32_t rights;
};

/*
 * Gives a cage its part of a table, for good: most handles at once, and no more rights than grants
 * say, of which the first for a handle's type counts; a null type ends the list, which is borrowed until
 * the cage is freed.  Types that are not on it the cage may not have; a null list allows all.  All of a cage's
 * handles are closed when it ends or is freed, after its layers' end() and before those stop on
 * its account.  To be called before the cage makes calls, or in a layer's child().
 * -EINVAL: a null, or most is 0 or 4294967295; -EEXIST: the cage has a table; -ESRCH: it has ended; -ENOMEM.
 */
ENCASE_API int encase_handles_join(struct encase_handles *handles, struct encase_cage *cage,
				   uint32_t most, const struct encase_grant *grants);

/* -- Handles -------------------------------------------------------------- */

/*
 * Makes a handle of a cage's, in *handle, for an object, which is the table's from now on: it is
 * destroyed as its type says when no handle names it any more and nobody uses it.  An object gets
 * its first handle here and the others by encase_handle_dup().  When the cage ends at the same
 * time the handle may have been closed already.  -EINVAL: a null, or the cage has no
 * table; -ESRCH: it has ended; -EPERM: its grants do not allow type or rights; -EMFILE: it has as many
 * handles as it may; -ENFILE: the table is full.
 */
ENCASE_API int encase_handle_new(struct encase_cage *cage, const struct encase_handle_type *type,
				 void *object, uint32_t rights, encase_word *handle);

/* An object in use; place is the library's. */
struct encase_use {
	void *object;
	void *place;
};

/*
 * Uses the object of a cage's handle, which has to be of the type, or of one below it, and to have the
 * rights; null is any type.  The object lives until encase_handle_put(), which has to come: a use
 * that a longjmp() or a thread's end leaves behind keeps it for good.  -EBADF: no such handle has
 * been, or the cage has no table; -ESTALE: it has been closed, or another thread consumes it; -EXDEV: it is another
 * cage's; -EPROTOTYPE: another type; -EACCES: it lacks rights; -EAGAIN: there are
 * 2097152 uses and duplicates of it.
 */
ENCASE_API int encase_handle_get(struct encase_cage *cage, encase_word handle,
				 const struct encase_handle_type *type, uint32_t rights,
				 struct encase_use *use);
/*
 * The same for a call that consumes its handle: it is closed, and of several threads that try one
 * succeeds, the others get ESTALE.  Others may still use the object; errors as encase_handle_get()'s: -EBADF, -ESTALE,
 * -EXDEV, -EPROTOTYPE, -EACCES, -EAGAIN.
 */
ENCASE_API int encase_handle_take(struct encase_cage *cage, encase_word handle,
				  const struct encase_handle_type *type, uint32_t rights,
				  struct encase_use *use);
/*
 * Ends a use; any thread may, also when the cage has been freed.  If it was the last use of an object
 * without handles, that is destroyed now.  *use is null afterwards, and null is fine.
 */
ENCASE_API void encase_handle_put(struct encase_use *use);
/* Takes and puts: closes one handle.  -EBADF, -ESTALE, -EXDEV, -EPROTOTYPE, -EACCES, -EAGAIN. */
ENCASE_API int encase_handle_close(struct encase_cage *cage, encase_word handle,
				   const struct encase_handle_type *type, uint32_t rights);
/*
 * Makes another handle, in *dup, for the object of a handle that has ENCASE_MAY_DUP: of the same
 * cage or of another one that shares the table, with rights that the handle has.  As long as
 * there is one, the object's first handle keeps its place, also when it has been
 * closed.  -EINVAL: a null, or the other cage shares no table with this one; -ESRCH: it has ended; -EPERM: its grants
 * do not allow type or rights; -EMFILE, -ENFILE: as encase_handle_new(); -EBADF, -ESTALE, -EXDEV, -EACCES, -EAGAIN: as
 * encase_handle_get().
 */
ENCASE_API int encase_handle_dup(struct encase_cage *cage, encase_word handle, uint32_t rights,
				 struct encase_cage *to, encase_word *dup);
/*
 * Closes all handles for an object, of all cages that share this one's table, and those that
 * are just being made by encase_handle_dup().  It takes time as the table has places.  -EINVAL:
 * a null, or the cage has no table; -ENOENT: the table has no such object.
 */
ENCASE_API int encase_handle_revoke(struct encase_cage *cage, const void *object);
/*
 * Closes all handles that a cage has of a type, or of those below it; null: of all.  For
 * layers that leave a cage and take their types with them, and to begin anew.  -EINVAL: a null cage, or it has no table.
 */
ENCASE_API int encase_handle_clear(struct encase_cage *cage, const struct encase_handle_type *type);

/* -- Types in C ----------------------------------------------------------- */

/*
 * For a header: handles of a type are a struct NAME, with one member, word; their objects are OBJECTs.
 *
 *     ENCASE_HANDLE_TYPE(node, struct fs_node);
 *     ENCASE_HANDLE_SUBTYPE(file, struct fs_file, node, base);  // struct fs_file begins with a struct fs_node base
 *
 * Where no word is at hand but a handle of that type, a call cannot be made with another's.  Each
 * declares NAME_type and defines the functions above for it; a subtype's handle becomes one of
 * the type above it by NAME_up().
 *
 *     int NAME_new(cage, OBJECT *, rights, struct NAME *);
 *     int NAME_get(cage, struct NAME, rights, struct NAME_use *);   // use.object is an OBJECT *
 *     int NAME_take(cage, struct NAME, rights, struct NAME_use *);
 *     void NAME_put(struct NAME_use *);
 *     int NAME_close(cage, struct NAME, rights);
 *     int NAME_dup(cage, struct NAME, rights, to, struct NAME *);
 *     struct SUPER NAME_up(struct NAME);
 */
#define ENCASE_HANDLE_TYPE(name, object)                                      \
	typedef char name##_enc_top; /* ENCASE_HANDLE_DEFINE() asks for it */ \
	ENC_HANDLE_TYPE(name, object)
#define ENC_HANDLE_TYPE(name, object_)                                                       \
	struct name {                                                                        \
		encase_word word;                                                            \
	};                                                                                   \
	struct name##_use {                                                                  \
		object_ *object;                                                             \
		void *place;                                                                 \
	};                                                                                   \
	extern const struct encase_handle_type name##_type;                                  \
	ENC_HANDLE_FN(int)                                                                   \
	name##_new(struct encase_cage *cage, object_ *object, uint32_t rights,               \
		   struct name *handle)                                                      \
	{                                                                                    \
		return encase_handle_new(cage, &name##_type, object, rights, &handle->word); \
	}                                                                                    \
	ENC_HANDLE_USE(name, object_, get)                                                   \
	ENC_HANDLE_USE(name, object_, take)                                                  \
	ENC_HANDLE_FN(void) name##_put(struct name##_use *use)                               \
	{                                                                                    \
		struct encase_use plain = { use->object, use->place };                       \
                                                                                             \
		encase_handle_put(&plain);                                                   \
		use->object = NULL;                                                          \
		use->place = NULL;                                                           \
	}                                                                                    \
	ENC_HANDLE_FN(int)                                                                   \
	name##_close(struct encase_cage *cage, struct name handle, uint32_t rights)          \
	{                                                                                    \
		return encase_handle_close(cage, handle.word, &name##_type, rights);         \
	}                                                                                    \
	ENC_HANDLE_FN(int)                                                                   \
	name##_dup(struct encase_cage *cage, struct name handle, uint32_t rights,            \
		   struct encase_cage *to, struct name *dup)                                 \
	{                                                                                    \
		return encase_handle_dup(cage, handle.word, rights, to, &dup->word);         \
	}                                                                                    \
	struct name /* and a semicolon */

/* A type below another one: member is where its object begins with one of that type. */
#define ENCASE_HANDLE_SUBTYPE(name, object_, super, member)                            \
	ENC_HANDLE_TYPE(name, object_);                                                \
	_Static_assert(offsetof(object_, member) == 0 &&                               \
			       __builtin_types_compatible_p(                           \
				       __typeof__(((struct super##_use *) 0)->object), \
				       __typeof__(&((object_ *) 0)->member)),          \
		       #name " does not begin with the object of a " #super);          \
	ENC_HANDLE_FN(struct super) name##_up(struct name handle)                      \
	{                                                                              \
		struct super up = { handle.word };                                     \
                                                                                       \
		return up;                                                             \
	}                                                                              \
	struct name /* and a semicolon */

/*
 * For one C file: defines NAME_type, whose objects fn(OBJECT *) destroys.
 *
 *     ENCASE_HANDLE_DEFINE(node, free_node);
 *     ENCASE_HANDLE_DEFINE_SUBTYPE(file, close_file, node);
 */
#define ENCASE_HANDLE_DEFINE(name, fn)                                                 \
	_Static_assert(sizeof(name##_enc_top) == 1, #name " is a type below another"); \
	ENC_HANDLE_DEFINE(name, fn, NULL)
#define ENCASE_HANDLE_DEFINE_SUBTYPE(name, fn, super)                                           \
	_Static_assert(                                                                         \
		__builtin_types_compatible_p(__typeof__(name##_up), struct super(struct name)), \
		#super " is not the type above " #name);                                        \
	ENC_HANDLE_DEFINE(name, fn, &super##_type)

/* clang-format off */
#define ENC_HANDLE_FN(result) static inline __attribute__((unused)) result
#define ENC_HANDLE_USE(name, object_, how)                                                     \
	ENC_HANDLE_FN(int) name##_##how(struct encase_cage *cage, struct name handle,          \
					uint32_t rights, struct name##_use *use)               \
	{                                                                                      \
		struct encase_use plain;                                                       \
		int err = encase_handle_##how(cage, handle.word, &name##_type, rights, &plain); \
                                                                                               \
		if (!err) {                                                                    \
			use->object = (object_ *) plain.object;                                \
			use->place = plain.place;                                              \
		}                                                                              \
		return err;                                                                    \
	}
#define ENC_HANDLE_DEFINE(name, fn, super)                                                     \
	static void name##_enc_destroy(void *object)                                           \
	{                                                                                      \
		struct name##_use use = { object, NULL };                                      \
                                                                                               \
		(fn)(use.object);                                                              \
	}                                                                                      \
	const struct encase_handle_type name##_type = { #name, super, name##_enc_destroy }
/* clang-format on */

#ifdef __cplusplus
}
#endif
#endif
