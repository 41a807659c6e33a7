#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Programs as they are installed, and some that were made for it: under layers they say what they say natively.

programs.py ENCASE LAYERS POLICIES PROGRAM...  Each PROGRAM is a file that is executed, or a script whose head says what it
needs ("needs:"), and by which shells it is run ("with:"); or "without:TOOL", for programs that could not be made.  Prints TAP."""
import os
import re
import sys

import gated
import tap

HEAD = re.compile(r"^(?:#|//) (needs|with): (.*)$", re.MULTILINE)


class Program:
    def __init__(self, path):
        self.path = os.path.abspath(path)
        self.name = os.path.basename(path).removeprefix("guest_")
        with open(path, encoding="utf-8", errors="replace") as text:
            head = dict(HEAD.findall(text.read(600))) if path.endswith((".sh", ".py", ".pl", ".js")) else {}
        self.needs = head.get("needs", "").split()
        self.shells = [shell.split() for shell in head.get("with", "").split("|")]

    def ways(self):
        """What it is called, the words that run it, and the programs that these need."""
        for shell in self.shells:
            name = self.name + (f" by {' '.join(shell)}" if shell else "")
            yield name, [*shell, self.path], [*shell[:1], *self.needs]


def tests(programs, without):
    why = gated.refused()
    for program in programs:
        for name, words, needs in program.ways():
            yield name, gated.compared(words, needs, why)
    for tool in without:
        yield f"what {tool} makes", gated.compared([], [tool], why)


if __name__ == "__main__":
    sys.exit(tap.run(tests([Program(path) for path in sys.argv[4:] if ":" not in path],
                           [path.partition(":")[2] for path in sys.argv[4:] if ":" in path])))
