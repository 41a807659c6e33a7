/* SPDX-License-Identifier: MIT */
/*
 * Interfaces and call descriptors: what is known of a call for good.
 *
 * Descriptors are constant, live as long as their interface, and are compared by
 * address.  A table of calls (encase/table.h) makes them, or signatures at run time
 * (encase/make.h); nobody writes one by hand.  A descriptor has what each call in flight
 * needs, in 64 bytes; names, types and what is rarely asked for stand apart in struct
 * encase_text.
 */
#ifndef ENCASE_DESC_H
#define ENCASE_DESC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ENCASE_API      __attribute__((visibility("default")))
#define ENCASE_MAX_ARGS 8

/* A register: a number, an address in some memory, or the bits of a double. */
typedef uint64_t encase_word;
/* Any function; never called through this type. */
typedef void encase_fn(void);

/*
 * Calls fn, which has the prototype of one particular call, with the words as
 * arguments; an argument whose bit is set in hidden is given as a null pointer.
 * The result comes back as a word, sign- or zero-extended as its type says.
 */
typedef encase_word encase_thunk(encase_fn *fn, const encase_word *words, unsigned hidden);

/* What an argument means.  The scalars come first. */
enum encase_kind {
	ENCASE_NUM,   /* a number */
	ENCASE_SIZE,  /* a length or a count */
	ENCASE_FD,    /* a descriptor of the caller's */
	ENCASE_AT,    /* a directory's descriptor, or AT_FDCWD */
	ENCASE_FLAGS, /* a set of bits */
	ENCASE_MODE,  /* permission bits */
	ENCASE_OP,    /* a command: says what the other arguments mean */
	ENCASE_PID,   /* a process, a thread or a group of them */
	ENCASE_SIG,   /* a signal */
	ENCASE_ADDR,  /* an address that is an identity: passed on, never followed */
	/* From here on the word points to data. */
	ENCASE_VARIES, /* a pointer, a number or not there: see encase_shape_fn */
	ENCASE_STR,    /* a string that ends in NUL; without its end in bounds: EINVAL */
	ENCASE_PATH,   /* the same, a file's name; without its end in bounds: ENAMETOOLONG */
	ENCASE_BUF,    /* as many objects as another argument says, or points to */
	ENCASE_OBJ,    /* one object of fixed size */
	ENCASE_DEEP,   /* bytes whose extent another rule tells: see enum encase_deep */
};
/* Which rule, in the low byte of encase_arg.size; n is what argument encase_arg.count holds. */
enum encase_deep {
	ENCASE_IOVEC,  /* n struct iovec; what they name is one run of bytes */
	ENCASE_BITS,   /* n bits, in whole 64-bit words: a set of descriptors for select() */
	ENCASE_NODES,  /* n - 1 bits, likewise: a set of memory's nodes; above 32768: none */
	ENCASE_PAGES,  /* a byte for each page that n bytes touch */
	ENCASE_LETTER, /* a 64-bit number and n bytes: a message's type and text */
	ENCASE_MESSAGES, /* n struct mmsghdr, 1024 at most, and what they point to; as many are written
			  * as the result says: with ENCASE_FILLED whole, else each one's msg_len */
	/* From here on memory tells, and encase_arg.count is something else. */
	ENCASE_SIZED,   /* as many bytes as the 32-bit number at byte encase_arg.count of it says */
	ENCASE_TRAILED, /* 8 bytes, and as many behind them as their first 32 bits say */
	ENCASE_PAIR,    /* a pointer and a 64-bit length, and the bytes that they name */
	ENCASE_MESSAGE, /* struct msghdr, and what it points to */
	ENCASE_STRINGS, /* pointers to strings, up to a null one */
	ENCASE_OPAQUE,  /* something that nobody has described: never copied */
};
/* Of those: how many bytes there are at least, in units of 8, stands in the high byte. */
#define ENCASE_DEEP_SIZE(which, least) ((uint16_t) ((which) | (least) / 8 << 8))
enum {
	ENCASE_KIND = 0x0f,     /* the part of encase_arg.kind that is an enum encase_kind */
	ENCASE_FILLED = 0x10,   /* written as far as the result says, not whole */
	ENCASE_NULLABLE = 0x20, /* null is a valid value of this pointer */
	ENCASE_IN = 0x40,       /* read by the call */
	ENCASE_OUT = 0x80,      /* written by the call */
};

/* The C type of an argument or a result, as far as registers care. */
enum encase_type {
	ENCASE_S8,
	ENCASE_U8,
	ENCASE_S16,
	ENCASE_U16,
	ENCASE_S32,
	ENCASE_U32,
	ENCASE_S64,
	ENCASE_U64,
	ENCASE_F32,
	ENCASE_F64,
	ENCASE_POINTER,
};

/* One argument, as the call path sees it. */
struct encase_arg {
	uint8_t kind; /* enum encase_kind, with the bits above */
	union {
		uint8_t type;  /* scalars: enum encase_type */
		uint8_t count; /* _BUF, _DEEP: the argument that holds the count, or points to it */
	};
	uint16_t size; /* _BUF, _OBJ: bytes of one object; _STR, _PATH: most bytes, NUL included;
			* _DEEP: an enum encase_deep */
};

/* What may run where.  The kernel refuses some of these to a foreign memory. */
enum encase_class {
	ENCASE_ORDINARY, /* every pointer is described; may be made on another's behalf */
	ENCASE_THREAD,   /* acts on the calling thread or process */
	ENCASE_SPACE,    /* about the address space: addresses are identities */
	ENCASE_OWN,      /* on what is the caller's own: its descriptors, also those that its data
			  * names, its locks, itself where that is 0 */
	ENCASE_COMMAND,  /* one argument says what another one is: encase/command.h has its class */
	ENCASE_DEAD,     /* no kernel of today has it */
};

/* How a result tells of failure. */
enum encase_result {
	ENCASE_FAILS,    /* a word in -4095..-1 is -errno */
	ENCASE_NEVER,    /* cannot fail: every word is a result */
	ENCASE_OVERLAPS, /* can fail, and every word may be a result: see encase_fail() */
};

struct encase_desc {
	const struct encase_interface *interface;
	encase_thunk *thunk; /* null: see struct encase_text */
	encase_word fail;    /* what the C function returns on failure, as thunk returns it */
	uint16_t index;      /* its place in the interface */
	uint8_t nargs;       /* 0..ENCASE_MAX_ARGS */
	uint8_t type;        /* of the result, enum encase_type */
	uint8_t result;      /* enum encase_result */
	uint8_t limit;       /* 1 + the argument that the result cannot exceed; 0: none */
	uint8_t pointers;    /* bit i: argument i points to data */
	uint8_t sized;       /* bit i: another argument holds the length of argument i */
	struct encase_arg arg[ENCASE_MAX_ARGS];
};

/* Linux moves at most this many bytes in one call (MAX_RW_COUNT, include/linux/fs.h). */
#define ENCASE_TRANSFER_MAX 0x7ffff000

/*
 * For calls in which one argument says what others are, or whether they are there.
 * shape is a copy of the call's descriptor, in which each ENCASE_VARIES argument is a number
 * of 64 bits: makes it that of a call with these words. It may lower nargs, and of such an
 * argument, or of another pointer, it says what it is this time, with encase_shape_*().
 */
typedef void encase_shape_fn(struct encase_desc *shape, const encase_word *words);

/* A name for words of which (word & mask) == value. */
struct encase_symbol {
	const char *name;
	encase_word mask, value;
};
/* What an argument is if another argument's word is value. */
struct encase_case {
	encase_word value;
	const struct encase_symbols *symbols; /* of a number; may be null */
	const char *type;                     /* what a pointer points to; may be null */
};
/* How a set names words. */
enum encase_naming {
	ENCASE_NAMES_VALUES, /* the first symbol that fits, else a number and unknown */
	ENCASE_NAMES_BITS, /* all that fit, in their order, each seeing what those before it left */
	ENCASE_NAMES_BY,   /* by another argument: n cases */
	ENCASE_NAMES_BUILTIN, /* by a function of the library's */
};
struct encase_showing; /* private */
/* The names of an argument's values: for printing, see encase/format.h. Constant. */
struct encase_symbols {
	uint8_t naming;      /* enum encase_naming */
	uint8_t by;          /* _BY: the argument that tells */
	uint16_t n;          /* how many there are */
	const char *unknown; /* what follows a number that has no name: "O_???"; or null */
	union {
		const struct encase_symbol *list;
		const struct encase_case *cases;                                /* _BY */
		void (*show)(struct encase_showing *showing, encase_word word); /* _BUILTIN */
	};
};

/* The names that go with a descriptor. */
struct encase_text {
	const char *name;
	const char *result; /* the C type of the result */
	long number;        /* what a gate knows the call by: Linux's system call number */
	uint64_t groups;    /* bit i: the call is in the interface's group i */
	uint8_t class_;     /* enum encase_class */
	uint8_t transfer;   /* 1: the limit is clamped at ENCASE_TRANSFER_MAX, as Linux does */
	uint8_t anyway;     /* bit i: argument i is written by calls that fail, too */
	encase_thunk
		*blind; /* the thunk for handlers that are shown no pointer; null: the other does */
	encase_thunk *variadic; /* of functions as libc declares them; null: it has no "..." */
	/*
	 * Where a descriptor has no thunk, since it was made at run time: does what that does.
	 * desc may be a shape of the call.
	 */
	encase_word (*call)(const struct encase_desc *desc, encase_fn *fn, const encase_word *words,
			    unsigned hidden);
	const void *caller;     /* what call needs */
	encase_shape_fn *shape; /* null: all its calls have the same */
	struct {
		const char *name, *type;
		const struct encase_symbols *symbols; /* null: its values have no names */
	} arg[ENCASE_MAX_ARGS];
};

/* A named table of calls.  Made by encase/define.h or encase_interface_make(); constant. */
struct encase_interface {
	const char *name;
	size_t ncalls, ngroups;
	const struct encase_desc *const *calls; /* by index */
	const struct encase_text *texts;        /* by index */
	const char *const *groups;              /* "%file", ... */
};

/* Names, types, number and groups of a call that is in a table.  Never null. */
static inline const struct encase_text *encase_text(const struct encase_desc *desc)
{
	return &desc->interface->texts[desc->index];
}

/* The type of argument i (0..nargs-1), enum encase_type. */
static inline unsigned encase_arg_type(const struct encase_desc *desc, unsigned i)
{
	return desc->pointers >> i & 1 ? (unsigned) ENCASE_POINTER : desc->arg[i].type;
}

/* The call of that name or number; null if the interface has none. */
ENCASE_API const struct encase_desc *encase_find(const struct encase_interface *interface,
						 const char *name);
ENCASE_API const struct encase_desc *encase_find_number(const struct encase_interface *interface,
							long number);
/* The number of the group of that name ("%file"), 0..ngroups-1; -1 if the interface has none. */
ENCASE_API int encase_find_group(const struct encase_interface *interface, const char *name);

/*
 * A word of a type from its low bits: sign- or zero-extended to 64 bits.  Types
 * of 64 bits, pointers and the bits of a float or double are left as they are.
 */
static inline encase_word encase_widen(unsigned type, encase_word word)
{
	switch (type) {
	case ENCASE_S8:
		return (encase_word) (int8_t) word;
	case ENCASE_U8:
		return (uint8_t) word;
	case ENCASE_S16:
		return (encase_word) (int16_t) word;
	case ENCASE_U16:
		return (uint16_t) word;
	case ENCASE_S32:
		return (encase_word) (int32_t) word;
	case ENCASE_U32:
	case ENCASE_F32:
		return (uint32_t) word;
	default:
		return word;
	}
}

/*
 * Argument i of a shape points to an object of that size (1..65535), a string, or
 * as many objects as argument count says; dir is ENCASE_IN, ENCASE_OUT or both, with
 * ENCASE_NULLABLE or ENCASE_FILLED if it is that, too.
 */
static inline void encase_shape_object(struct encase_desc *shape, unsigned i, unsigned dir,
				       size_t size)
{
	shape->pointers |= (uint8_t) (1U << i);
	shape->arg[i].kind = (uint8_t) (ENCASE_OBJ | dir);
	shape->arg[i].count = 0;
	shape->arg[i].size = (uint16_t) size;
}
/* It is a number, whatever its kind: with these words nobody looks at what it points to. */
static inline void encase_shape_number(struct encase_desc *shape, unsigned i)
{
	shape->pointers &= (uint8_t) ~(1U << i);
	shape->sized &= (uint8_t) ~(1U << i);
	shape->arg[i].kind = ENCASE_NUM;
	shape->arg[i].type = ENCASE_U64;
	shape->arg[i].size = sizeof(encase_word);
}
/* It points to what nobody has described. */
static inline void encase_shape_opaque(struct encase_desc *shape, unsigned i)
{
	encase_shape_number(shape, i);
	encase_shape_object(shape, i, ENCASE_IN | ENCASE_NULLABLE, ENCASE_OPAQUE);
	shape->arg[i].kind = ENCASE_DEEP | ENCASE_IN | ENCASE_NULLABLE;
}
static inline void encase_shape_string(struct encase_desc *shape, unsigned i, unsigned kind,
				       size_t most)
{
	encase_shape_object(shape, i, ENCASE_IN, most);
	shape->arg[i].kind = (uint8_t) (kind | ENCASE_IN);
}
static inline void encase_shape_buffer(struct encase_desc *shape, unsigned i, unsigned dir,
				       size_t size, unsigned count)
{
	encase_shape_object(shape, i, dir, size);
	shape->arg[i].kind = (uint8_t) (ENCASE_BUF | dir);
	shape->arg[i].count = (uint8_t) count;
	shape->sized |= (uint8_t) (1U << i);
}

/*
 * The shape of a call with these words in *shape, which is the call's descriptor where all
 * its calls have the same.  Words of arguments that are not there become 0.
 */
ENCASE_API void encase_shape(const struct encase_desc *desc, encase_word *words,
			     struct encase_desc *shape);

/* A condition on an argument: (word & mask) == value. */
struct encase_condition {
	encase_word mask, value;
};

#ifdef __cplusplus
}
#endif
#endif
