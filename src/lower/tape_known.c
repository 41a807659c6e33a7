/* SPDX-License-Identifier: MIT */
/*
 * Which calls can be put on a tape.
 *
 * Of calls that a command explains those whose commands are listed here, and no
 * others: that the shape of a call knows a pointer does not tell that what is there has no
 * addresses in it, nor that a number is none, and a number of an ioctl may lie about size
 * and direction.  So whoever lists a command has read what the kernel does with it.
 */
#define _GNU_SOURCE
#include <asm/ioctls.h>
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/sem.h>

#include "extent.h"
#include "tape.h"

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

/* Of the calls about the thread or process those that change nothing. */
static const struct encase_desc *const questions[] = {
	&encase_desc_getpid,
	&encase_desc_getppid,
	&encase_desc_geteuid,
	&encase_desc_getgroups,
};

/* Descriptors, flags, pipes, seals, locks; not owners, signals and leases, which come when they come. */
static const unsigned fcntls[] = {
	F_GETFD,
	F_SETFD,
	F_GETFL,
	F_SETFL,
	F_DUPFD,
	F_DUPFD_CLOEXEC,
	F_GETPIPE_SZ,
	F_SETPIPE_SZ,
	F_GET_SEALS,
	F_ADD_SEALS,
	F_GETLK,
	F_SETLK,
	F_SETLKW,
	F_OFD_GETLK,
	F_OFD_SETLK,
	F_OFD_SETLKW,
	F_GET_RW_HINT,
	F_SET_RW_HINT,
	F_GET_FILE_RW_HINT,
	F_SET_FILE_RW_HINT,
};

/* Terminals, and what is left unread; not what changes whose terminal it is. */
static const unsigned ioctls[] = {
	TCGETS,   TCSETS,   TCSETSW,      TCSETSF,      TCSBRK,    TCSBRKP,
	TCXONC,   TCFLSH,   TIOCGWINSZ,   TIOCSWINSZ,   TIOCGPGRP, TIOCGSID,
	TIOCOUTQ, TIOCGETD, TIOCEXCL,     TIOCNXCL,     TIOCMGET,  TIOCMSET,
	TIOCMBIS, TIOCMBIC, TIOCGSOFTCAR, TIOCSSOFTCAR, TIOCGPTN,  TIOCSPTLCK,
	FIONREAD, FIONBIO,  FIOQSIZE,     FIOCLEX,      FIONCLEX,
};

/* Not the two that take an array, whose length is known to nobody. */
static const unsigned semctls[] = {
	GETVAL,  SETVAL,   GETPID,   GETNCNT,      GETZCNT,  IPC_RMID,
	IPC_SET, IPC_STAT, SEM_STAT, SEM_STAT_ANY, IPC_INFO, SEM_INFO,
};

/* Questions only: a process that is replayed is another one. */
static const unsigned prctls[] = {
	PR_GET_DUMPABLE,        PR_GET_KEEPCAPS,   PR_GET_TIMING,
	PR_GET_SECUREBITS,      PR_GET_TIMERSLACK, PR_GET_PDEATHSIG,
	PR_GET_CHILD_SUBREAPER, PR_GET_TSC,        PR_GET_NAME,
};

static const struct explained {
	const struct encase_desc *desc;
	unsigned op;   /* the argument that is the command, of which the kernel takes 32 bits */
	unsigned drop; /* and not these: see src/linux/commands.c */
	const unsigned *commands;
	size_t n;
} explained[] = {
	{ &encase_desc_fcntl, 1, 0, fcntls, LENGTH(fcntls) },
	{ &encase_desc_ioctl, 1, 0, ioctls, LENGTH(ioctls) },
	{ &encase_desc_semctl, 2, 0x100, semctls, LENGTH(semctls) },
	{ &encase_desc_prctl, 0, 0, prctls, LENGTH(prctls) },
};

static const struct explained *explained_of(const struct encase_desc *desc)
{
	for (size_t i = 0; i < LENGTH(explained); i++)
		if (explained[i].desc == desc)
			return &explained[i];
	return NULL;
}

static bool is_question(const struct encase_desc *desc)
{
	for (size_t i = 0; i < LENGTH(questions); i++)
		if (questions[i] == desc)
			return true;
	return false;
}

bool enc_tape_refuses(const struct encase_desc *desc)
{
	switch (encase_text(desc)->class_) {
	case ENCASE_ORDINARY:
	case ENCASE_OWN:
		return false;
	case ENCASE_THREAD:
		return !is_question(desc);
	case ENCASE_COMMAND:
		return !explained_of(desc);
	default:
		return true;
	}
}

/* Whether it is more than bytes, vectors and pairs. */
static bool is_rich(const struct encase_arg *arg)
{
	return enc_kind(arg) == ENCASE_DEEP &&
	       (enc_deep(arg) > ENCASE_PAIR || enc_deep(arg) == ENCASE_MESSAGES);
}

/* Whether nothing that this call points to is. */
static bool is_plain(const struct encase_desc *desc)
{
	unsigned pointers = desc->pointers;

	ENC_FOREACH_BIT(i, pointers)
	{
		if (is_rich(&desc->arg[i]))
			return false;
	}
	return true;
}

bool enc_tape_knows(const struct encase_call *call)
{
	const struct explained *by = explained_of(encase_call_desc(call));
	unsigned command;

	if (!is_plain(enc_desc(call)))
		return false;
	if (!by)
		return true;
	command = (unsigned) encase_arg_word(call, by->op) & ~by->drop;
	for (size_t i = 0; i < by->n; i++)
		if (by->commands[i] == command)
			return true;
	return false;
}
