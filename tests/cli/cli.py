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
    has(prints("list", "call", "fcntl"), "commands:", "  F_GETFD                      no arg",
        "  F_SETLK                      arg: in, 32 bytes", "  F_DUPFD                      arg: number")
    has(prints("list", "call", "mount"), "  data             in, opaque: never copied, may be null")
    has(prints("list", "call", "rseq_slice_yield"), "groups: none")


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
            (("list", "group", "open"), "'open' is no group"),
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


def matrix():
    """docs/calls.md is what the table makes."""
    with open(os.path.join(ROOT, "docs/calls.md"), encoding="utf-8") as text:
        there = text.read()
    if run("list", "matrix").stdout != there:
        raise AssertionError("docs/calls.md is another: ./dev calls writes it")
    rows = [line for line in there.splitlines() if line.startswith("| `")]
    equal([re.findall(r"\| `(\w+)` \| (\d+) ", row)[0] for row in rows], table())


def complaints(test):
    try:
        test()
    except AssertionError as error:
        yield str(error)


if __name__ == "__main__":
    sys.exit(tap.run((test.__name__.replace("_", " "), complaints(test)) for test in (
        help_and_version, calls, groups, a_call, every_call, errors, no_room, matrix)))
