/* SPDX-License-Identifier: MIT */
/*
 * The commands of ioctl(): they move as much as their numbers say, but for a list of those
 * that lie, and what is made for other memories reaches as far as a file may think.
 */
#include "unit.h"

#include <linux/fuse.h>
#include <linux/input.h>
#include <linux/ioctl.h>
#include <linux/uinput.h>

static void each(void (*f)(const struct encase_command *command))
{
	const struct encase_commands *of = encase_commands(&encase_desc_ioctl);

	holds(of->n > 330);
	for (size_t k = 0; k < of->n; k++) {
		unit_row("%s", of->list[k].name);
		f(&of->list[k]);
	}
}

static bool points(const struct encase_command *command)
{
	return command->pointers >> 2 & 1;
}

static unsigned kind_of(const struct encase_command_arg *arg)
{
	return arg->is.kind & ENCASE_KIND;
}

/* -- ioctl()'s numbers ---------------------------------------------------------- */

/* Whose numbers say something else than commands.def; its sources are named there. */
static const char *const liars[] = {
	"FIFREEZE",
	"FITHAW",
	"FICLONE",
	"FIDEDUPERANGE",
	"FS_IOC_FIEMAP",
	"FS_IOC_GETFLAGS",
	"FS_IOC_SETFLAGS",
	"FS_IOC_GETVERSION",
	"FS_IOC_SET_ENCRYPTION_POLICY",
	"FS_IOC_GET_ENCRYPTION_POLICY",
	"FS_IOC_GET_ENCRYPTION_PWSALT",
	"FS_IOC_GET_ENCRYPTION_POLICY_EX",
	"FS_IOC_ADD_ENCRYPTION_KEY",
	"FS_IOC_MEASURE_VERITY",
	"FS_IOC_READ_VERITY_METADATA",
	"BLKBSZGET",
	"TIOCSIG",
	"TUNSETIFF",
	"TUNGETIFF",
	"TUNSETPERSIST",
	"TUNSETOWNER",
	"TUNSETGROUP",
	"TUNSETLINK",
	"TUNSETNOCSUM",
	"TUNSETOFFLOAD",
	"TUNSETTXFILTER",
	"TUNDETACHFILTER",
	"TUNSETQUEUE",
	"TUNSETSTEERINGEBPF",
	"TUNSETFILTEREBPF",
	"NS_GET_PID_FROM_PIDNS",
	"NS_GET_TGID_FROM_PIDNS",
	"NS_GET_PID_IN_PIDNS",
	"NS_GET_TGID_IN_PIDNS",
	"RTC_PARAM_GET",
	"EVIOCRMFF",
	"EVIOCGRAB",
	"EVIOCREVOKE",
	"UI_SET_EVBIT",
	"UI_SET_KEYBIT",
	"UI_SET_RELBIT",
	"UI_SET_ABSBIT",
	"UI_SET_MSCBIT",
	"UI_SET_LEDBIT",
	"UI_SET_SNDBIT",
	"UI_SET_FFBIT",
	"UI_SET_SWBIT",
	"UI_SET_PROPBIT",
	"UI_SET_PHYS",
	"FUSE_DEV_IOC_CLONE",
	"PERF_EVENT_IOC_SET_FILTER",
	"PERF_EVENT_IOC_SET_BPF",
	"PERF_EVENT_IOC_PAUSE_OUTPUT",
	"PERF_EVENT_IOC_QUERY_BPF",
	"PERF_EVENT_IOC_MODIFY_ATTRIBUTES",
	"SECCOMP_IOCTL_NOTIF_SEND",
	"SECCOMP_IOCTL_NOTIF_SET_FLAGS",
	"RNDADDENTROPY",
	"RTC_IRQP_SET",
	"RTC_EPOCH_SET",
	"UFFDIO_UNREGISTER",
	"UFFDIO_WAKE",
};

static bool lies(const char *name)
{
	for (size_t i = 0; i < LENGTH(liars); i++)
		if (!strcmp(liars[i], name))
			return true;
	return false;
}

static void is_as_its_number_says(const struct encase_command *command)
{
	unsigned request = (unsigned) command->value, dir = _IOC_DIR(request), size = 0, is = 0;
	const struct encase_command_arg *arg = &command->args[0];

	if (!_IOC_SIZE(request))
		return;
	if (points(command) && kind_of(arg) == ENCASE_OBJ) {
		size = arg->is.size;
		is = (arg->is.kind & ENCASE_IN ? _IOC_WRITE : 0U) |
		     (arg->is.kind & ENCASE_OUT ? _IOC_READ : 0U);
	}
	same(is == dir && size == _IOC_SIZE(request), !lies(command->name));
}

Test(commands, of_ioctl_move_what_their_numbers_say)
{
	each(is_as_its_number_says);
}

/* -- What a file may make of them --------------------------------------------------- */

/* The kernel answers these itself, whatever file it is. */
static const char *const not_asked[] = { "FICLONE", "FS_IOC_GETFLAGS", "FS_IOC_SETFLAGS" };

/*
 * A FUSE file system has the kernel read and write, at the argument, as many bytes as the
 * number says (fs/fuse/ioctl.c).  So what other memories make has nothing there, or that many.
 */
static void is_safe_on_any_file(const struct encase_command *command)
{
	unsigned request = (unsigned) command->value;

	if (_IOC_DIR(request) == _IOC_NONE ||
	    (command->class_ != ENCASE_ORDINARY && command->class_ != ENCASE_OWN))
		return;
	for (size_t i = 0; i < LENGTH(not_asked); i++)
		if (!strcmp(command->name, not_asked[i]))
			return;
	if (command->nargs == 2)
		return;
	holds(points(command));
	if (kind_of(&command->args[0]) == ENCASE_DEEP)
		same(command->args[0].is.size, ENCASE_OPAQUE);
	else
		holds(kind_of(&command->args[0]) == ENCASE_OBJ &&
		      command->args[0].is.size >= _IOC_SIZE(request));
}

Test(commands, of_ioctl_reach_as_far_as_a_file_may)
{
	each(is_safe_on_any_file);
}

/* Numbers that the library has of its own, since their headers do not go with others. */
Test(commands, have_the_numbers_of_headers_that_are_left_out)
{
	static const struct {
		const char *name;
		unsigned request;
	} numbers[] = {
#define NUMBER(name) { #name, name }
		NUMBER(FUSE_DEV_IOC_CLONE), NUMBER(EVIOCRMFF),     NUMBER(EVIOCGRAB),
		NUMBER(EVIOCREVOKE),        NUMBER(UI_SET_EVBIT),  NUMBER(UI_SET_KEYBIT),
		NUMBER(UI_SET_RELBIT),      NUMBER(UI_SET_ABSBIT), NUMBER(UI_SET_MSCBIT),
		NUMBER(UI_SET_LEDBIT),      NUMBER(UI_SET_SNDBIT), NUMBER(UI_SET_FFBIT),
		NUMBER(UI_SET_PHYS),        NUMBER(UI_SET_SWBIT),  NUMBER(UI_SET_PROPBIT),
	};

	for (size_t i = 0; i < LENGTH(numbers); i++) {
		encase_word words[ENCASE_MAX_ARGS] = { 0, numbers[i].request };
		const struct encase_command *command = encase_command(&encase_desc_ioctl, words);

		unit_row("%s", numbers[i].name);
		holds(command && !strcmp(command->name, numbers[i].name));
	}
}
