#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The rows' lines are what strace prints for the same calls, and Linux's groups are strace's.

strace.py ROWS FILE: the program, and its rows.  Prints TAP; without a strace that may trace, and
for another version than the one whose lines the rows are, it skips, and says why."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

VERSION = "6.1"
ENV = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}


def strace(options, command):
    """Lines that strace prints for a command, with one blank before results."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out")
        done = subprocess.run(["strace", "-o", out, *options, *command], capture_output=True,
                              text=True, check=False, env=ENV)
        with open(out, encoding="latin1") as text:
            lines = [re.sub(r"\) {2,}= ", ") = ", line.rstrip("\n")) for line in text]
    return done.returncode, lines


def why_not():
    if not shutil.which("strace"):
        return "there is no strace"
    version = subprocess.run(["strace", "-V"], capture_output=True, text=True, check=False).stdout
    version = version.split("\n")[0].split()[-1] if version else "?"
    if version != VERSION:
        return f"strace is {version}, the rows are {VERSION}'s"
    try:
        status, lines = strace([], ["true"])
    except FileNotFoundError:
        return "strace may not trace"
    return None if status == 0 and lines else "strace may not trace"


def rows(path):
    """(line, whether strace prints it so) of each row."""
    with open(path, encoding="utf-8") as file:
        return [(line[2:].rstrip("\n"), line[0] == "=") for line in file if line[:2] in ("= ", "! ")]


def check_lines(program, path):
    status, lines = strace([], [program, "--stub", path])
    if status:
        return [f"the program ended with {status}"]
    lines = [line for line in lines if line]
    start = next(i for i, line in enumerate(lines) if line.startswith("prctl(PR_SET_SECCOMP")) + 1
    wrong, at = [], start
    for number, (row, is_strace) in enumerate(rows(path)):
        name, end = row.split("(")[0], row.rsplit(" = ", 1)[1].split(" ")[0:2]
        # The program's own calls stand between the rows'.
        while at < len(lines) and (lines[at].split("(")[0] != name or " = " not in lines[at] or
                                   lines[at].rsplit(" = ", 1)[1].split(" ")[0:2] != end):
            at += 1
        if at == len(lines):
            return wrong + [f"row {number}, {row}, is not there"]
        if is_strace and lines[at] != row:
            wrong += [f"row {number}: {row}", f"  strace: {lines[at]}"]
        at += 1
    return wrong


def tests(program, path):
    def complaints():
        reason = why_not()
        if reason:
            raise tap.Skip(reason)
        yield from check_lines(program, path)
    count = sum(1 for _, is_strace in rows(path) if is_strace)
    yield f"{count} lines are strace's", complaints()


if __name__ == "__main__":
    sys.exit(tap.run(tests(*sys.argv[1:])))
