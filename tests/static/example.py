#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The example of a layer that is resolved before run time prints what its README shows, and both ways the same.

example.py FOLDER PROGRAM.  Prints TAP."""
import os
import re
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

SHOWN = re.compile(r"^    \$ build/examples/counted/counted\n((?:    .*\n)+)", re.M)


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as text:
        return text.read()


def differences(said, text):
    """What is wrong with what the program said, by a README's text."""
    shown = SHOWN.search(text)
    if not shown or re.sub(r"^    ", "", shown[1], flags=re.M) != said:
        yield from ["README shows something else than:"] + said.splitlines()
    ways = re.split(r"^.*:\n", said, flags=re.M)
    if len(ways) != 3 or ways[1] != ways[2] or not ways[1]:
        yield "the ways have not counted the same"


def code(source, text):
    block = re.search(r"^```c\n(.*?)^```$", text, re.M | re.S)
    if not block or not source.endswith(block[1]):
        yield "README shows another counted.c"


def planted(said, text, source):
    if not list(differences(said, text.replace("minutes", "moments", 1))):
        yield "is not told: another README"
    if not list(differences(said.replace("60", "61", 1), text.replace("60 writes", "61 writes", 1))):
        yield "is not told: other counts"
    if not list(code(source + "\n", text)):
        yield "is not told: another counted.c"


def main(folder, program):
    done = subprocess.run([program], capture_output=True, text=True, check=False)
    text, source = read(folder, "README.md"), read(folder, "counted.c")
    ended = [f"ended with {done.returncode}: {done.stderr}"] if done.returncode or done.stderr else []
    return tap.run([("the program prints what README shows", ended + list(differences(done.stdout, text))),
                    ("README shows the source", code(source, text)),
                    ("planted faults are told", planted(done.stdout, text, source))])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
