/* SPDX-License-Identifier: MIT */
/*
 * Handlers for the calls of trial.def, which do whatever may be drawn: forward never or more than once, give
 * other pointers and lengths, make other calls, return what they must not.  A layer's file
 * defines LAYER, its number, and includes this.
 */
#include <errno.h>
#include <string.h>
#include <sys/uio.h>

#include "trial.h"

/* What is given for a pointer: most often what was seen. */
static void *give(const void *seen)
{
	switch (draw(10)) {
	case 0:
		return NULL;
	case 1:
		return ENCASE_NULL;
	case 2:
		return own[LAYER];
	default:
		return (void *) (uintptr_t) seen;
	}
}

static size_t give_length(size_t n)
{
	switch (draw(8)) {
	case 0:
		return n + 1;
	case 1:
		return n / 2;
	default:
		return n;
	}
}

static void arrived(const char *call, const void *p)
{
	const int *state = encase_self();

	note_arrival(LAYER, call, p);
	note(" self %d caller %d", state ? *state : -1, encase_caller() == caller);
	if (!draw(6))
		errno = EDOM;
}

static unsigned times(void)
{
	static const unsigned n[] = { 1, 1, 1, 1, 1, 0, 2, 3 };

	return n[draw(8)];
}

/* After a forward. */
static long came_back(long n)
{
	note(" <%d: %ld errno %d>", LAYER, n, errno);
	return n;
}

/* Another call. */
static void another(void)
{
	struct iovec part = { own[LAYER] + 3, 5 };

	if (draw(12))
		return;
	note(" other");
	switch (draw(7)) {
	case 6: /* from the top again */
		if (!nested++)
			came_back(again(2, own[LAYER], 5));
		nested--;
		return;
	case 0:
		came_back(trial_next_send(1, draw(2) ? own[LAYER] : ENCASE_NULL, draw(9)));
		return;
	case 1:
		came_back(trial_next_close((int) draw(5)));
		return;
	case 2:
		came_back(trial_next_find("elsewhere", (int) draw(3), 7));
		return;
	case 3:
		came_back(trial_next_gather(&part, 1));
		return;
	case 4:
		came_back(trial_next_plain(9, NULL));
		return;
	default:
		came_back((long) trial_next_count((unsigned char) draw(300)));
	}
}

/* What a handler returns, given what came back: most often that. */
static long answer(long n, long fail)
{
	switch (draw(20)) {
	case 0:
		errno = draw(2) ? EXDEV : 0;
		return fail;
	case 1:
		return draw(2) ? -3 : -5000;
	case 2:
		return n + 1;
	case 3:
		return 0;
	case 4:
		errno = ERANGE; /* says nothing about what succeeds */
		return n;
	default:
		return n;
	}
}

#define FORWARD(call)                                   \
	do {                                            \
		long got = -1;                          \
		for (unsigned k = times(); k; k--) {    \
			got = came_back((long) (call)); \
			another();                      \
		}                                       \
		n = got;                                \
	} while (0)

static __attribute__((unused)) long on_send(int port, const char *data, size_t len)
{
	long n;

	arrived("send", data);
	note_bytes("data", data, len);
	FORWARD(trial_next_send(port, give(data), give_length(len)));
	return answer(n, -1);
}

static __attribute__((unused)) long on_receive(int port, char *data, size_t room,
					       struct trial_from *from)
{
	long n;

	arrived("receive", data);
	note_bytes("from", from, from ? sizeof(from->address) : 0);
	FORWARD(trial_next_receive(port, give(data), give_length(room), give(from)));
	if (data && room && !draw(3))
		data[0] = 'l';
	return answer(n, -1);
}

static __attribute__((unused)) int on_find(const char *name, int flags, unsigned mode)
{
	long n;

	arrived("find", name);
	note_string("name", name);
	note(" flags %d mode %u", flags, mode);
	FORWARD(trial_next_find(give(name), draw(4) ? flags : flags ^ 1, mode));
	return (int) answer(n, -1);
}

static __attribute__((unused)) int on_wait(long *left, short ticks)
{
	long n;

	arrived("wait", left);
	note_bytes("left", left, left ? sizeof(*left) : 0);
	FORWARD(trial_next_wait(give(left), (short) (ticks + (short) draw(2))));
	if (left && !draw(3))
		*left += 100;
	return (int) answer(n, -1);
}

static __attribute__((unused)) long on_gather(const struct iovec *iov, int n_iov)
{
	struct iovec parts[2] = { { own[LAYER] + 1, 9 }, { own[LAYER] + 9, 2 } };
	long n;

	arrived("gather", iov);
	for (int i = 0; iov && i < n_iov; i++)
		note_bytes("part", iov[i].iov_base, iov[i].iov_len);
	FORWARD(trial_next_gather(draw(5) ? (draw(5) ? iov : (struct iovec *) ENCASE_NULL) : parts,
				  draw(5) ? n_iov : (int) draw(3)));
	return answer(n, -1);
}

static __attribute__((unused)) int on_name(char *text, unsigned *len)
{
	unsigned mine = 16;
	long n;

	arrived("name", text);
	note_bytes("len", len, len ? sizeof(*len) : 0);
	FORWARD(trial_next_name(give(text), draw(6) ? len : &mine));
	return (int) answer(n, -1);
}

static __attribute__((unused)) unsigned on_count(unsigned char pin)
{
	long n;

	arrived("count", NULL);
	note(" pin %d", pin);
	FORWARD(trial_next_count((unsigned char) (pin + draw(2))));
	return (unsigned) answer(n, -1);
}

static __attribute__((unused)) unsigned long on_peek(unsigned long where)
{
	long n;

	arrived("peek", NULL);
	FORWARD(trial_next_peek(where + draw(2)));
	return (unsigned long) answer(n, -1);
}

static __attribute__((unused)) struct trial_port *on_open(const char *mode)
{
	long n;

	arrived("open", mode);
	note_string("mode", mode);
	FORWARD((uintptr_t) trial_next_open(give(mode)));
	return (struct trial_port *) answer(n, 0);
}

static __attribute__((unused)) double on_scale(double a, float b)
{
	double n = trial_next_scale(a + draw(2), b);

	arrived("scale", NULL);
	return draw(4) ? n : -1;
}

static __attribute__((unused)) int on_sort(unsigned char count, short *ranks, _Bool down)
{
	long n;

	arrived("sort", ranks);
	note_bytes("ranks", ranks, count * sizeof(*ranks));
	FORWARD(trial_next_sort((unsigned char) give_length(count), give(ranks), down ^ draw(2)));
	return (int) answer(n, -2);
}

static __attribute__((unused)) int on_close(int port)
{
	long n;

	arrived("close", NULL);
	FORWARD(trial_next_close(port + (int) draw(2)));
	return (int) answer(n, -1);
}

static __attribute__((unused)) int on_tell(long *left, const char *name)
{
	long n;

	arrived("tell", left);
	note_bytes("left", left, left ? sizeof(*left) : 0);
	note_string("name", name);
	FORWARD(trial_next_tell(give(left), give(name)));
	return (int) answer(n, -1);
}

/* As an ordinary function: what arg is depends on what is to be done. */
static __attribute__((unused)) int on_control(int port, int what, unsigned long arg)
{
	int other = draw(6) ? what : (int) draw(4);
	long n;

	arrived("control", what == CONTROL_NUMBER ? NULL : (void *) arg);
	note(" what %d", what);
	if (what == CONTROL_NUMBER)
		note(" number %lu", arg);
	if (what == CONTROL_TEXT)
		note_string("text", (const char *) arg);
	if (what == CONTROL_LONG)
		note_bytes("long", (void *) arg, arg ? sizeof(long) : 0);
	if (other != what) /* another shape: nothing of the caller's that may be anything */
		arg = other == CONTROL_NUMBER ? 5 : (unsigned long) own[LAYER];
	FORWARD(trial_next_control(port, other, arg));
	return (int) answer(n, -1);
}

static __attribute__((unused)) int on_stop(void)
{
	long n;

	arrived("stop", NULL);
	FORWARD(trial_next_stop());
	return (int) answer(n, -1);
}

static int start(void **state, const char *options)
{
	(void) options;
	return state_start(state, LAYER);
}
