#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Linux's groups are strace's classes and systemd's sets, as far as these know the calls.

groups.py ENCASE ROWS: the command, and the program that makes calls for strace to see.
Prints TAP; a tool that is not there, or of another version than the one that the groups were taken from, is
skipped, and it says why."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from strace import strace, why_not

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

ENCASE, ROWS = sys.argv[1:3]
# The sets change from version to version.
SYSTEMD = "252"
# Newer kernels do this one below seccomp.
NOT_STUBBED = {"uretprobe", "uprobe"}


def lines(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()


def ours(prefix):
    """Groups whose name begins so, and their calls."""
    names = [line.split()[0] for line in lines(ENCASE, "list", "groups")]
    return {name: set(lines(ENCASE, "list", "group", name)) for name in names if name[0] == prefix}


def differences(mine, theirs, known):
    for name in sorted(set(mine) | set(theirs)):
        if name not in mine or name not in theirs:
            yield f"{name}: is only {'ours' if name in mine else 'theirs'}"
            continue
        for call in sorted((mine[name] ^ theirs[name]) & known):
            yield f"{name}: {call} is only {'ours' if call in mine[name] else 'theirs'}"


def traced(option):
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as rows:
        for line in lines(ENCASE, "list", "calls"):
            name = line.split()[1]
            if name not in NOT_STUBBED:
                rows.write(f"call fails {name}\n= {name}\n")
        rows.flush()
        status, found = strace(["-e", "raw=all", *option], [ROWS, "--stub", rows.name])
    if status:
        raise AssertionError(f"the program ended with {status}")
    return {line.split("(")[0] for line in found if "EDOTDOT" in line}


def of_strace():
    known = {name for name in traced([]) if not name.startswith("syscall_")}
    mine = ours("%")
    theirs = {name: traced(["-e", "trace=" + name]) for name in mine}
    wrong = list(differences(mine, theirs, known))
    return wrong if len(known) > 300 else wrong + [f"strace has shown {len(known)} calls"]


def of_systemd():
    sets, name = {}, None
    for line in lines("systemd-analyze", "syscall-filter", "--no-pager"):
        if line.startswith(("@", "#")):
            name = line.strip() if line[0] == "@" else None
            sets.setdefault(name, set())
        elif line.strip() and line.strip()[0] != "#":
            sets[name].add(line.strip())
    known = sets.pop("@known", set()) | sets.get("@obsolete", set())
    sets.pop(None, None)

    def whole(name):
        return {call for word in sets[name] for call in (whole(word) if word[0] == "@" else {word})}
    theirs = {name: whole(name) for name in sets}
    calls = {line.split()[1] for line in lines(ENCASE, "list", "calls")}
    mine = ours("@")
    wrong = list(differences(mine, {name: s & calls for name, s in theirs.items()},
                             known | set().union(*theirs.values())))
    return wrong if len(sets) > 20 else wrong + [f"systemd-analyze has listed {len(sets)} sets"]


def why_not_systemd():
    if not shutil.which("systemd-analyze"):
        return "there is no systemd-analyze"
    version = re.match(r"systemd (\d+)", "\n".join(lines("systemd-analyze", "--version")))
    if not version or version[1] != SYSTEMD:
        return f"systemd is {version[1] if version else '?'}, the sets are {SYSTEMD}'s"
    return None


def unless(reason, check):
    if reason:
        raise tap.Skip(reason)
    yield from check()


if __name__ == "__main__":
    sys.exit(tap.run((("groups are strace's", unless(why_not(), of_strace)),
                      ("sets are systemd's", unless(why_not_systemd(), of_systemd)))))
