#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""README's first program and its test: they do what README says, and README shows them.

first.py ROOT PROGRAM TEST.  Prints TAP."""
import os
import re
import subprocess
import sys

SHOWN = re.compile(r"^\[(examples/\w+\.c)\]\(\1\)[^\n]*:\n\n```c\n(.*?)^```$", re.M | re.S)
HEAD = re.compile(r"\A(/\*.*?\*/\n)+", re.S)


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as text:
        return text.read()


def prints(program, expected):
    done = subprocess.run([program], capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if done.returncode or said != expected:
        return [f"ended with {done.returncode}"] + said.splitlines()
    return []


def shows(root, names):
    """What is wrong with the programs that README shows: all of them, but for their first comments."""
    shown = dict(SHOWN.findall(read(root, "README.md")))
    wrong = [f"README does not show {name}" for name in names if name not in shown]
    for name, code in shown.items():
        if HEAD.sub("", read(root, name)).expandtabs(8) != code:
            wrong.append(f"README shows another {name}")
    return wrong


def main(root, program, test):
    hello = "hello\n6 bytes to standard output, 0 of them copied\n"
    names = ["examples/first.c", "examples/first_test.c"]
    failed = False
    checks = [("the first program", prints(program, hello)), ("its test", prints(test, "")),
              ("README shows both", shows(root, names))]
    print(f"1..{len(checks)}")
    for number, (name, complaints) in enumerate(checks, 1):
        failed |= bool(complaints)
        print("not ok" if complaints else "ok", number, "-", name)
        for complaint in complaints:
            print("#", complaint)
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
