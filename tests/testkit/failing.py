#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Failures of the kit's are Criterion's: reported where the test says so, and its end.

failing.py PROGRAM SOURCE: runs each test of failing.c.  Prints TAP."""
import os
import re
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

SAID = {
    "not_at_all": "Passing: 1 ",
    "by_a_result": "expected the result 0, got EIO",
    "inside_a_layer": "the script has no answer for a call that reached the bottom: fsync(fd=3)",
    "by_an_answer_that_is_left": "nothing asked for this answer: fsync = 0",
    "by_a_push": 'pushing bare with "x": expected success, got EINVAL',
}


def places(source):
    """The line that is marked in each test."""
    test, marked = None, {}
    with open(source, encoding="utf-8") as text:
        for number, line in enumerate(text, 1):
            found = re.match(r"Test\(failing, (\w+)\)", line)
            test = found[1] if found else test
            if "/* HERE */" in line:
                marked[test] = number
    return marked


def complaints(program, name, line):
    done = subprocess.run([program, "--filter", f"failing/{name}"], capture_output=True,
                          text=True, check=False)
    out = done.stdout + done.stderr
    wrong = []
    if "Tested: 1 " not in out:
        wrong.append("it did not run")
    if (done.returncode != 0) != bool(line):
        wrong.append(f"it ended with {done.returncode}")
    if SAID[name] not in out:
        wrong.append(f"it did not say: {SAID[name]}")
    if line and f"failing.c:{line}: Assertion Failed" not in out:
        wrong.append(f"it did not name line {line}")
    if "went on" in out:
        wrong.append("it went on")
    return wrong + (out.splitlines() if wrong else [])


def main(program, source):
    marked = places(source)
    return tap.run((name, complaints(program, name, marked.get(name))) for name in SAID)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
