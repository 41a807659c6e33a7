#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The command encase: what it prints, its errors and exit statuses, and docs/calls.md, which it makes.

cli.py ENCASE ROOT VERSION.  Prints TAP."""
import os
import re
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

ENCASE, ROOT, VERSION = sys.argv[1:4]


def run(*words, **more):
    return subprocess.run([ENCASE, *words], capture_output=True, text=True, check=False, **more)


def prints(*words):
    """The lines of a command that must succeed and say nothing on standard error."""
    done = run(*words)
    if done.returncode or done.stderr:
        raise AssertionError(f"{words}: {done.returncode} {done.stderr}")
    return done.stdout.splitlines()


def equal(got, expected):
    if got != expected:
        raise AssertionError(f"got {got!r}, expected {expected!r}")


def has(lines, *wanted):
    for line in wanted:
        if line not in lines:
            raise AssertionError(f"no line {line!r} in {lines}")


def table():
    """Names and numbers of linux.def, read without the compiler."""
    with open(os.path.join(ROOT, "include/encase/linux.def"), encoding="utf-8") as text:
        return re.findall(r"^CALL\((\w+), (\d+),", text.read(), re.MULTILINE)


def help_and_version():
    equal(prints("--version"), [f"encase {VERSION}"])
    lines = prints("--help")
    for word in ("list calls", "list groups", "list call", "list group", "list matrix", "--version"):
        if not any(word in line for line in lines):
            raise AssertionError(f"help does not say {word}")


def calls():
    equal([line.split() for line in prints("list", "calls")], [[n, name] for name, n in table()])


def groups():
    listed = {line.split()[0]: int(line.split()[1]) for line in prints("list", "groups")}
    for name in ("%file", "%%stat", "@file-system", "@system-service"):
        if name not in listed:
            raise AssertionError(f"no group {name}")
    for name, n in listed.items():
        equal(len(prints("list", "group", name)), n)
    # A set has the calls of the sets in it.
    for inner, outer in (("%stat", "%%stat"), ("@clock", "@privileged"), ("@basic-io", "@system-service")):
        has(prints("list", "group", outer), *prints("list", "group", inner))


def a_call():
    lines = prints("list", "call", "read")
    equal(lines, prints("list", "call", "0"))
    equal(lines, ["ssize_t read(int fd, void *buf, size_t count);", "number: 0", "class: ordinary",
                  "groups: %desc, @system-service, @basic-io",
                  "result: at most count, which counts up to 0x7ffff000", "arguments:",
                  "  fd               descriptor",
                  "  buf              out, count bytes, written as far as the result says",
                  "  count            length"])
    has(prints("list", "call", "getpid"), "pid_t getpid(void);", "class: thread")
    has(prints("list", "call", "uname"), "groups: @system-service", "  buf              out, 390 bytes")
    has(prints("list", "call", "select"), "  nfds             length",
        "  readfds          in and out, nfds bits, in 64-bit words, may be null")
    has(prints("list", "call", "recvfrom"),
        "  src_addr         out, *addrlen bytes, written as far as it says then, may be null")
    has(prints("list", "call", "mremap"), "  flags            flags")
    has(prints("list", "call", "mount"), "  data             in, opaque: never copied, may be null")
    has(prints("list", "call", "rseq_slice_yield"), "groups: none")


def commands():
    """What stands behind each, and its class where it is not the call's."""
    has(prints("list", "call", "fcntl"), "commands:", "  F_GETFD                      (own)",
        "  F_GETLK                      lock: in and out, 32 bytes (own)",
        "  F_DUPFD                      least: number (own)",
        "  F_OFD_SETLK                  lock: in, 32 bytes (ordinary)")
    has(prints("list", "call", "setsockopt"), "  SO_DEBUG                     optval: in, optlen bytes, may be null; optlen: length")
    has(prints("list", "call", "getsockopt"),
        "  SO_ATTACH_FILTER             optval: in and out, *optlen times 8 bytes, written as far as it says then; "
        "optlen: in and out, 4 bytes")
    has(prints("list", "call", "ioctl"), "  FS_IOC_ENABLE_VERITY         arg: in, 128 bytes (hidden pointers)",
        "  FS_IOC_MEASURE_VERITY        digest: in, opaque: never copied, may be null (ordinary)")
    has(prints("list", "call", "io_uring_register"),
        "  IORING_REGISTER_PERSONALITY  arg: number; nr_args: number (thread)")
    for name in ("openat", "mremap", "read"):  # no argument of these is a command
        if "commands:" in prints("list", "call", name):
            raise AssertionError(f"{name} has commands")


def every_call():
    for name, number in table():
        lines = prints("list", "call", name)
        equal(lines[1], f"number: {number}")
        if not re.match(rf"\w[\w *]*\b{name}\(.*\);$", lines[0]):
            raise AssertionError(f"no prototype: {lines[0]}")


def errors():
    for words, said in (
            ((), "a command is missing"), (("lst",), "no command 'lst'"), (("list",), "list what?"),
            (("--help", "x"), "'x' is too much"), (("list", "calls", "x"), "'x' is too much"),
            (("list", "cals"), "nothing to list is called 'cals'"),
            (("list", "call"), "one name is wanted"), (("list", "call", "a", "b"), "one name is wanted"),
            (("list", "call", "opne"), "no call 'opne' in linux: did you mean 'open'?"),
            (("list", "call", "99999"), "no call of number 99999 in linux"),
            (("list", "call", "%file"), "is a group, not a call"),
            (("list", "call", "openat.flags"), "'openat.flags' is an argument, not a call"),
            (("list", "group", "open"), "'open' is a call, not a group"),
            (("list", "group", "file"), "no group 'file' in linux: did you mean '%file'?"),
            (("list", "group", "file-system"), "no group 'file-system' in linux: did you mean '@file-system'?"),
            (("list", "group", ""), "an empty name"),
            (("list", "group", "zzzzzzzzzzzzzzz"), "no group 'zzzzzzzzzzzzzzz' in linux"),
            (("list", "group", "%fiel"), "no group '%fiel' in linux: did you mean '%file'?")):
        done = run(*words)
        if done.returncode != 2 or done.stdout or said not in done.stderr or \
                not done.stderr.startswith("encase: "):
            raise AssertionError(f"{words}: {done}")


def no_room():
    """What cannot be written is told."""
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([ENCASE, "list", "calls"], stdout=full, stderr=subprocess.PIPE,
                              text=True, check=False)
    equal(done.returncode, 1)
    if "standard output" not in done.stderr:
        raise AssertionError(done.stderr)


def lines_behind(head, call):
    lines = prints("list", "call", call)
    return lines[lines.index(head) + 1:]


def matrix():
    """docs/calls.md is what the table makes."""
    with open(os.path.join(ROOT, "docs/calls.md"), encoding="utf-8") as text:
        there = text.read()
    if run("list", "matrix").stdout != there:
        raise AssertionError("docs/calls.md is another: ./dev calls writes it")
    calls_told, _, commands_told = there.partition("\n## Commands\n")
    rows = [line for line in calls_told.splitlines() if line.startswith("| `")]
    equal([re.findall(r"\| `(\w+)` \| (\d+) ", row)[0] for row in rows], table())
    # As many commands as the table says, in a section that its link names.
    counts = {name: int(n) for n, name in re.findall(r" \[(\d+)\]\(#(\w+)\) \|$", calls_told, re.MULTILINE)}
    sections = {section.split("\n")[0]: len(re.findall(r"^\| `\w+` \| (?:yes|no)", section, re.MULTILINE))
                for section in commands_told.split("\n### ")[1:]}
    equal(sections, counts)
    if "openat" in sections or sections["fcntl"] != len(lines_behind("commands:", "fcntl")):
        raise AssertionError(f"sections: {sections}")
    has(there.splitlines(), "| `F_GETLK` | yes: own | `lock` in and out: 32 bytes |", "| `F_GETFL` | yes | |",
        "| `FS_IOC_MEASURE_VERITY` | no: opaque | `digest` in: opaque: never copied |")


def complaints(test):
    try:
        test()
    except AssertionError as error:
        yield str(error)


if __name__ == "__main__":
    sys.exit(tap.run((test.__name__.replace("_", " "), complaints(test)) for test in (
        help_and_version, calls, groups, a_call, commands, every_call, errors, no_room, matrix)))
