#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The storm, for some seconds in all, by the kernel and under layers by turns, from a seed that is told.

storm.py ENCASE LAYERS POLICIES STORM SECONDS [SEED].  Prints TAP."""
import os
import subprocess
import sys
import tempfile
import time

import gated
import tap

# A part of the time for each; the kernel's own is to show that the storm is not at fault.
PARTS = {"natively": 1, "never": 1, "empty": 2, "count": 2, "trace": 2, "bare": 2}
LONGEST = 60  # seconds in one go
PATIENCE = 240  # more than the storm's own


def storms(seconds):
    """(stack, seconds) as they are run: in rounds, each of which has all stacks."""
    rounds = max(1, round(seconds / (LONGEST * len(PARTS))))
    for _ in range(rounds):
        for stack, part in PARTS.items():
            yield stack, max(1, round(seconds * part / sum(PARTS.values()) / rounds))


def storm(stack, seconds, seed, why):
    if why and stack != "natively":
        raise tap.Skip(why)
    with tempfile.TemporaryDirectory(prefix="encase-") as folder:
        words = [*gated.stack(stack, folder), os.path.abspath(sys.argv[4]), str(seconds), str(seed)]
        if stack == "trace":  # minutes of it are gigabytes
            words[words.index("-o") + 1] = "/dev/null"
        try:
            done = subprocess.run(words, capture_output=True, text=True, errors="replace", check=False,
                                  timeout=seconds + PATIENCE, cwd=folder)
        except subprocess.TimeoutExpired:
            yield "does not end"
            return
        if done.returncode or done.stderr or "\n1.." not in done.stdout:
            yield f"ends with {done.returncode}: {done.stderr}"
            yield from (line.removeprefix("# ") for line in done.stdout.splitlines() if not line.startswith("ok "))


def tests():
    why = gated.refused()
    seed = int(sys.argv[6]) if len(sys.argv) > 6 else time.time_ns() % 1000000
    for stack, seconds in storms(int(sys.argv[5])):
        yield f"storm, {seconds} s, seed {seed}: {stack}", storm(stack, seconds, seed, why)
        seed += 1


if __name__ == "__main__":
    sys.exit(tap.run(tests()))
