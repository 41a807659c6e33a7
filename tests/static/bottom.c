/* SPDX-License-Identifier: MIT */
/* The bottom of trial.def, its table, and what is drawn and noted; see trial.h. */
#include "trial.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/uio.h>

static unsigned long state;

void draw_from(unsigned long seed)
{
	state = seed * 2654435761 + 88172645463325252;
}

unsigned draw(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned) (state >> 33) % n;
}

static char noted[1 << 16];
static size_t length;

void note(const char *format, ...)
{
	int error = errno;
	va_list args;

	va_start(args, format);
	length += (size_t) vsnprintf(noted + length, sizeof(noted) - length, format, args);
	va_end(args);
	errno = error;
}

void note_bytes(const char *what, const void *p, size_t n)
{
	const unsigned char *bytes = p;

	note(" %s %s", what, p ? "" : "null");
	for (size_t i = 0; p && i < n; i++)
		note("%02x", bytes[i]);
}

void note_string(const char *what, const char *s)
{
	note(" %s %s", what, s ? s : "(null)");
}

const char *notes(void)
{
	length = 0;
	return noted;
}

char own[LAYERS][OWN];
struct encase_cage *caller;
trial_send_fn *again;
int nested;

/* Whose buffer a pointer leads into: 0 somebody's else. */
static int whose(const void *p)
{
	for (int i = 0; i < LAYERS; i++)
		if ((uintptr_t) p - (uintptr_t) own[i] < OWN)
			return i;
	return 0;
}

void note_arrival(int layer, const char *call, const void *p)
{
	note("\n%d %s errno %d %s%d", layer, call, errno, p ? "p" : "null", whose(p));
}

int state_start(void **state_, int layer)
{
	static int states[LAYERS];

	states[layer] = layer;
	*state_ = &states[layer];
	return 0;
}

/* Half of the calls that reach the bottom fail, or some. */
static bool fails(void)
{
	if (draw(4))
		return false;
	errno = draw(2) ? ENXIO : EINTR;
	return true;
}

long bottom_send(int port, const char *data, size_t len)
{
	note("\nbottom send %d", port);
	note_bytes("data", data, len);
	return fails() ? -1 : (long) (draw(2) ? len : len / 2);
}

long bottom_receive(int port, char *data, size_t room, struct trial_from *from)
{
	note("\nbottom receive %d %zu %d %d", port, room, whose(data), from != NULL);
	if (data)
		memset(data, 'r', room);
	if (from)
		*from = (struct trial_from){ .address = port, .port = 9 };
	return fails() ? -1 : (long) (draw(2) ? room : room / 2);
}

int bottom_find(const char *name, int flags, unsigned mode)
{
	note("\nbottom find %d %u", flags, mode);
	note_string("name", name);
	return fails() ? -1 : (int) draw(9);
}

int bottom_wait(long *left, short ticks)
{
	note("\nbottom wait %d", ticks);
	note_bytes("left", left, left ? sizeof(*left) : 0);
	if (left)
		*left += 7;
	return fails() ? -1 : 0;
}

long bottom_gather(const struct iovec *iov, int n)
{
	note("\nbottom gather %d", n);
	for (int i = 0; iov && i < n; i++)
		note_bytes("part", iov[i].iov_base, iov[i].iov_len);
	if (iov && n > 0 &&
	    !draw(6)) /* whose vector it is looks at it again before it goes down again */
		((struct iovec *) (uintptr_t) iov)->iov_len++;
	return fails() ? -1 : 3;
}

int bottom_name(char *name, unsigned *len)
{
	note("\nbottom name");
	note_bytes("len", len, len ? sizeof(*len) : 0);
	if (!name || !len) {
		errno = EFAULT;
		return -1;
	}
	memset(name, 'n', *len);
	*len -= *len ? draw(2) : 0;
	return fails() ? -1 : 0;
}

unsigned bottom_count(unsigned char pin)
{
	note("\nbottom count %d", pin);
	return pin * 3U;
}

unsigned long bottom_peek(unsigned long where)
{
	note("\nbottom peek %lu", where);
	if (!fails())
		return draw(2) ? where : (unsigned long) -1;
	return (unsigned long) -1;
}

struct trial_port *bottom_open(const char *mode)
{
	note("\nbottom open");
	note_string("mode", mode);
	return fails() ? NULL : (struct trial_port *) (uintptr_t) (16 * (1 + draw(4)));
}

double bottom_scale(double a, float b)
{
	note("\nbottom scale %g", a);
	return a * (double) b;
}

int bottom_sort(unsigned char n, short *ranks, _Bool down)
{
	note("\nbottom sort %d", down);
	note_bytes("ranks", ranks, n * sizeof(*ranks));
	if (ranks && n)
		ranks[0]++;
	return fails() ? -2 : n;
}

int bottom_plain(int a, const char *s)
{
	note("\nbottom plain %d", a);
	note_string("s", s);
	return fails() ? -1 : a + 1;
}

int bottom_close(int port)
{
	note("\nbottom close %d", port);
	return fails() ? -1 : 0;
}

int bottom_tell(long *left, const char *name)
{
	note("\nbottom tell");
	note_string("name", name);
	if (left)
		*left += 3;
	return fails() ? -1 : 0;
}

int bottom_control(int port, int what, unsigned long arg)
{
	note("\nbottom control %d %d", port, what);
	if (what == CONTROL_NUMBER)
		note(" %lu", arg);
	if (what == CONTROL_TEXT)
		note_string("arg", (const char *) arg);
	if (what == CONTROL_LONG && arg)
		*(long *) arg += 5;
	return fails() ? -1 : (int) draw(3);
}

/* bottom_stop() is not there: ENOSYS. */

const struct encase_function bottom[] = {
	ENCASE_FUNCTION_IN(trial, send, bottom_send),
	ENCASE_FUNCTION_IN(trial, receive, bottom_receive),
	ENCASE_FUNCTION_IN(trial, find, bottom_find),
	ENCASE_FUNCTION_IN(trial, wait, bottom_wait),
	ENCASE_FUNCTION_IN(trial, gather, bottom_gather),
	ENCASE_FUNCTION_IN(trial, name, bottom_name),
	ENCASE_FUNCTION_IN(trial, count, bottom_count),
	ENCASE_FUNCTION_IN(trial, peek, bottom_peek),
	ENCASE_FUNCTION_IN(trial, open, bottom_open),
	ENCASE_FUNCTION_IN(trial, scale, bottom_scale),
	ENCASE_FUNCTION_IN(trial, sort, bottom_sort),
	ENCASE_FUNCTION_IN(trial, plain, bottom_plain),
	ENCASE_FUNCTION_IN(trial, close, bottom_close),
	ENCASE_FUNCTION_IN(trial, tell, bottom_tell),
	ENCASE_FUNCTION_IN(trial, control, bottom_control),
	ENCASE_FUNCTION_END,
};

/* The third argument of find is there if bit 0 of the second is set. */
void trial_shape_find(struct encase_desc *shape, const encase_word *words)
{
	if (!(words[1] & 1))
		shape->nargs = 2;
}

void trial_shape_control(struct encase_desc *shape, const encase_word *words)
{
	static const struct encase_arg text = { .kind = ENCASE_STR | ENCASE_IN, .size = 8 };
	static const struct encase_arg number = { .kind = ENCASE_OBJ | ENCASE_IN | ENCASE_OUT,
						  .size = sizeof(long) };
	int what = (int) words[1];

	if (what == CONTROL_NOTHING)
		shape->nargs = 2;
	if (what != CONTROL_TEXT && what != CONTROL_LONG)
		return;
	shape->arg[2] = what == CONTROL_TEXT ? text : number;
	shape->pointers |= 1 << 2;
}

#define ENCASE_PREFIX trial
#define ENCASE_TABLE  "trial.def"
#define ENCASE_NAME   "trial"
#include <encase/define.h>
