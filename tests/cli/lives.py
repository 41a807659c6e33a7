#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What layers hear of the processes of a run.

lives.py ENCASE LAYERS POLICIES FAMILY.  Prints TAP."""
import collections
import os
import re
import sys
import tempfile

from under import ENCASE, complaints, equal, run, tap

FAMILY = os.path.abspath(sys.argv[4])
GONE = -1  # ENCASE_DISPATCH_GONE

# For each way: children, executions, and what cages ended with.
WAYS = {
    "plain": (0, 1, [3]),
    "forks": (3, 1, [0, 10, 11, 12]),
    "grandchildren": (2, 1, [10, 11, 12]),
    "vforks": (2, 1, [0, 10, 11]),
    "vfork_execs": (1, 2, [GONE, 0, 10]),
    "fork_execs": (1, 2, [0, 10]),
    "spawns": (2, 2, [GONE, 0, 10, 127]),
    "executes": (0, 2, [10]),
    "executes_twice": (0, 3, [10]),
    "fails_to_execute": (1, 1, [4, 10]),
    "threads": (0, 1, [5]),
    "last_thread": (0, 1, [0]),
    "thread_leaves": (0, 1, [6]),
    "thread_executes": (0, 2, [10]),
    "killed": (2, 1, [GONE, 7]),
}


def lives(way, *before, prefix=""):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "lives")
        run(*before, "-l", f"life:{prefix}{path}", "--", FAMILY, way)
        with open(path, encoding="ascii") as file:
            lines = [line.split() for line in file]
    told = collections.Counter(what for what, *_ in lines)
    children, executions, ends = WAYS[way]
    equal((told["child"], told["exec"], told["first"]), (children, executions, executions))
    equal(sorted(int(status) for what, *_, status in lines if what == "end"), ends)
    # A cage's first call follows its execution, and its end is the last that is heard of it; its address may
    # be another one's afterwards.
    for cage in {(pid, cage) for what, pid, cage, _ in lines if what not in ("start", "stop")}:
        own = "".join(what + " " for what, *of, _ in lines if tuple(of) == cage)
        if not re.fullmatch(r"(child )?(exec first )*(end )?(child (exec first )*(end )?)*", own):
            raise AssertionError(f"{cage}: {own}")
    return lines


def lives_of(way):
    lives(way)
    lives(way, "-l", "count:output=/dev/null")
    lives(way, "-l", "count:output=/dev/null", "--", ENCASE, "run")


def one_process():
    """What is executed stays the process that it was, though a layer makes counters there, too."""
    lines = lives("executes_twice", prefix="+")
    equal(len({pid for what, pid, *_ in lines if what in ("exec", "end")}), 1)
    # It has stopped in that process, and in the one that has waited for it.
    equal(len({pid for what, pid, *_ in lines if what == "stop"}), 2)


def tests():
    for way in WAYS:
        yield f"what layers hear: {way}", complaints(lives_of, way)
    yield "an execution makes no process", complaints(one_process)


if __name__ == "__main__":
    sys.exit(tap.run(tests()))
