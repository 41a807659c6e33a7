#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Programs' calls in the library's words are what strace prints, call by call.

tracer.py TRACER: the program that traces with the library.  Prints TAP.  Each program runs twice,
in a fresh folder of the same name, with the same environment and without random addresses; lines
are compared whole, but for what each run has of its own: see same().  Programs that are not there
are skipped, and so is all without a strace of the right version."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from strace import why_not

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

TRACER = os.path.abspath(sys.argv[1])
ENV = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0", "HOME": "/nowhere"}
# How a program starts whose addresses are the same each time.
FIXED = (shutil.which("setarch"), "-R")
# In a folder with these files:
FILES = {"a": "one\ntwo\nthree\n", "b": "zebra\napple\nmango\n" * 300, "d/e": "", "d/f": "x" * 5000}
TRACED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "traced.py")
# Each is one test.
PROGRAMS = (
    ("true",),
    ("echo", "hello"),
    ("cat", "a", "b"),
    ("cat", "missing"),
    ("ls", "-l", "--time-style=+"),
    ("mkdir", "-p", "x/y/z"),
    ("cp", "-p", "b", "c"),
    ("mv", "a", "d/a"),
    ("ln", "-s", "a", "link"),
    ("ln", "a", "a"),
    ("rm", "-r", "d"),
    ("touch", "-d", "2001-02-03 04:05:06.789", "a", "new"),
    ("sort", "-u", "b", "-o", "sorted"),
    ("sh", "-c", "echo x >f; read y <f; echo $y; cd d; trap : INT; kill -INT $$; exec cat ../f"),
    ("dd", "if=b", "of=c", "bs=512", "skip=1", "seek=2", "count=3", "status=none"),
    ("head", "-c", "100", "b"),
    ("wc", "a", "b", "d/f"),
    ("date", "-u", "-r", "a"),
    ("find", ".", "-type", "f", "-size", "+1"),
    ("tar", "-cf", "all.tar", "a", "b", "d"),
    ("gzip", "-nk", "b"),
    ("grep", "-r", "mango", "."),
    ("sed", "s/one/four/", "a"),
    ("stat", "-c", "%s %n", "a", "d"),
    ("chmod", "-R", "u=rwX,go=", "d"),
    ("truncate", "-s", "7k", "a"),
    ("sleep", "0.01"),
    ("split", "-l", "200", "b"),
    ("python3", "-sSB", TRACED),
)
# How some of them end; the others with 0.
STATUS = {("cat", "missing"): 1, ("ln", "a", "a"): 1}
# Calls that no program does without.
LEAST = 10


def prepare(folder):
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in FILES.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.utime(path, (10 ** 9, 10 ** 9))


def run(folder, tool, command):
    """How it ended, what it wrote, and the lines of its calls."""
    out, work = os.path.join(folder, "out"), os.path.join(folder, "work")
    prepare(work)
    done = subprocess.run([*tool, out, *command], capture_output=True, text=True, check=False,
                          env=ENV, cwd=work, stdin=subprocess.DEVNULL, timeout=60)
    with open(out, encoding="latin1") as file:
        lines = [re.sub(r"\) {2,}= ", ") = ", line.rstrip("\n")) for line in file]
    return done.returncode, done.stdout, [line for line in lines if not line.startswith(("---", "+++"))]


# Calls with numbers of processes.
PIDS = {"set_tid_address", "getpid", "gettid", "getppid", "getpgrp", "fork", "vfork", "clone", "clone3",
        "wait4", "kill", "tgkill", "rt_sigreturn"}


class Run:
    """Takes from lines what is the run's own, and leaves what can be compared."""

    def __init__(self):
        self.seen = {}

    def same(self, line):
        name = line.split("(")[0]
        # Random bytes.
        if name == "getrandom":
            line = re.sub(r'"(\\.|[^"])*"', '"..."', line)
        # The environment's address, in the tool's memory.
        if name == "execve":
            line = re.sub(r"0x\w+( /\* \d+ vars \*/)", r"ENVIRONMENT\1", line)
        if name in PIDS:
            line = re.sub(r"\b\d{3,}\b", self.token, line)
        # Others use the file system, too.
        if name in ("statfs", "fstatfs"):
            line = re.sub(r"(f_bfree|f_bavail|f_ffree)=\d+", r"\1=...", line)
        if name == "sysinfo":
            line = re.sub(r"=(\d+|\[[\d, ]+\])", "=...", line)
        # The library tells no dates behind times, and strace does.
        if name == "utimensat":
            line = re.sub(r" /\* [-0-9T:.+]+ \*/", "", line)
        # It does not know where the frame is, since it sees no registers but the arguments.
        if name == "rt_sigreturn":
            line = re.sub(r"\(\{mask=.*\}\)", "()", line)
        # Sets are what the call makes of them; strace tells it behind the result.
        if name in ("select", "pselect6"):
            line = re.sub(r"\((\d+), .*\) = (\d+) \(.*\)$|\((\d+), .*\) = (\d+)$",
                          r"(\1\3, ...) = \2\4", line)
        # It looks at memory once, and so has one value of what the call changes.
        line = re.sub(r"(\b\d+|\[\d+\]) => ", "", line)
        # Addresses: the first one is always the first, and so on.
        return re.sub(r"\b0x[0-9a-f]{9,16}\b", self.token, line)

    def token(self, found):
        return f"OWN{self.seen.setdefault(found[0], len(self.seen))}"


def compare(ours, theirs):
    mine, other = Run(), Run()
    for number, (our, their) in enumerate(zip(ours, theirs), 1):
        if mine.same(our) != other.same(their):
            yield f"call {number}: {our}"
            yield f"     strace: {their}"
    if len(ours) != len(theirs):
        yield f"{len(ours)} calls, and strace has {len(theirs)}"
    if len(ours) < LEAST:
        yield f"{len(ours)} calls are too few"


def check(reason, command):
    if reason:
        raise tap.Skip(reason)
    path = shutil.which(command[0], path=ENV["PATH"])
    if not path:
        raise tap.Skip(f"there is no {command[0]}")
    status, command = STATUS.get(command, 0), [path, *command[1:]]
    with tempfile.TemporaryDirectory() as folder:
        ours = run(folder, [*FIXED, TRACER], command)
        theirs = run(folder, [*FIXED, shutil.which("strace"), "-o"], command)
    if ours[0] != status:
        yield f"ended with {ours[0]}"
    if ours[:2] != theirs[:2]:
        yield f"ended with {ours[:2]}, under strace with {theirs[:2]}"
    yield from compare(ours[2], theirs[2])


def why_not_fixed():
    if not FIXED[0]:
        return "there is no setarch"
    done = subprocess.run([*FIXED, "true"], capture_output=True, text=True, check=False)
    return f"addresses are random: {done.stderr.strip()}" if done.returncode else None


def tests():
    reason = why_not() or why_not_fixed()
    for command in PROGRAMS:
        yield " ".join(command[:3]), check(reason, command)


if __name__ == "__main__":
    sys.exit(tap.run(tests()))
