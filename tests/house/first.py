#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The programs of README: they do what they say they do, and README shows them, whole or in part.

first.py ROOT PROGRAM...  Prints TAP."""
import os
import re
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

SAYS = {
    "first": """hello
6 bytes to standard output, 0 of them copied
""",
    "first_test": "",
    "guard": """/etc/passwd: Permission denied
the first file that was opened: /dev/null
/dev/null: opened
/tmp/new: Read-only file system
the first file that was opened: /dev/zero
/dev/zero: opened
user 1000
no call is in the greeter any more
""",
    "made": "hello\n6 bytes\n",
}
WHOLE = {"examples/first.c", "examples/first_test.c"}
CODE = re.compile(r"^```c\n(.*?)^```$", re.M | re.S)
SHOWN = re.compile(r"\[(examples/\w+\.c)\]\(\1\)([^\n]*):\n\n```c\n(.*?)^```$", re.M | re.S)
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


def shows(text, sources):
    """What is wrong with the code that a text shows; sources are the programs' texts by name."""
    shown, wrong = SHOWN.findall(text), []
    if len(shown) != len(CODE.findall(text)):
        wrong.append("README shows code, and does not say of which program")
    for name, how, code in shown:
        source = HEAD.sub("", sources.get(name, "")).expandtabs(8)
        if ("whole" in how) != (name in WHOLE):
            wrong.append(f"README shows {name}, and not as much of it as it says")
        if code != source if name in WHOLE else "\n" + code not in source:
            wrong.append(f"README shows another {name}")
    wrong += [f"README does not show {name}" for name in sorted(WHOLE - {name for name, *_ in shown})]
    return wrong


def planted(text, sources):
    """The check tells when a program or the text is another."""
    for name in {name for name, *_ in SHOWN.findall(text)}:
        others = {**sources, name: sources[name].replace(";", " ;")}
        if not shows(text, others):
            yield f"is not told: another {name}"
    if not shows(text + "\n```c\nint i;\n```\n", sources):
        yield "is not told: code of no program"


def main(root, *programs):
    names = [os.path.basename(program) for program in programs]
    text = read(root, "README.md")
    sources = {f"examples/{name}.c": read(root, "examples", f"{name}.c") for name in names}
    checks = [(name, prints(program, SAYS[name])) for name, program in zip(names, programs)]
    checks += [("README shows them", shows(text, sources)),
               ("planted faults are told", planted(text, sources))]
    return tap.run(checks) or set(names) != set(SAYS)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
