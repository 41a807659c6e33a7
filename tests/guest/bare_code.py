#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a bare call comes by uses no thread pointer and no vector registers, in the code that the compiler has made.

bare_code.py ARCHIVE LAYER.  Prints TAP."""
import os
import re
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap

ARCHIVE, LAYER = sys.argv[1:]
BEGIN = ["enc_site_begin", "enc_bare_forward"]
# In assembly.
OTHERS = {"enc_checked_copy", "enc_window"}
FORBIDDEN = re.compile(r"%(fs|[xyz]mm\d|mm\d|st\b|k[1-7]\b)|TPOFF|TLS")
START = re.compile(r"^[0-9a-f]+ <(\S+)>:$")
RELOCATION = re.compile(r"^\s*[0-9a-f]+: (R_\S+)\t(\S+?)(?:[-+]0x[0-9a-f]+)?$")
DIRECT = re.compile(r"\t(?:call|jmp)\s+[0-9a-f]+ <([^>+]+)>")


def functions(path):
    """Each function's lines."""
    text = subprocess.run(["objdump", "-dr", "--no-show-raw-insn", path], capture_output=True, text=True,
                          check=True).stdout
    found, body = {}, []
    for line in text.splitlines():
        start = START.match(line)
        if start:
            body = found.setdefault(start[1], [])
        elif line.strip():
            body.append(line)
    return found


def called(body):
    for before, line in zip([""] + body, body):
        to = RELOCATION.match(line)
        if to and re.search(r"\t(call|jmp)\s", before) and "*" not in before:
            yield to[2]
        elif DIRECT.search(line):
            yield DIRECT.search(line)[1]


def complaints(found, begin):
    ahead, seen = list(begin), set()
    while ahead:
        name = ahead.pop()
        if name in seen or name in OTHERS:
            continue
        seen.add(name)
        if name not in found:
            yield f"{name} is not compiled for it"
            continue
        for line in found[name]:
            if FORBIDDEN.search(line):
                yield f"{name}: {line.strip()}"
        ahead += called(found[name])
    if seen == set(begin):
        yield f"only {sorted(seen)} were looked at: calls are not found"


def tests():
    yield "calls that are made bare", complaints(functions(ARCHIVE), BEGIN)
    layer = functions(LAYER)
    yield "a bare handler", (line for line in layer["on_any"] if FORBIDDEN.search(line))
    # The same look at what is not: it has to find something.
    all_of_it = functions(ARCHIVE)
    yield "what is not bare", ([] if list(complaints(all_of_it, ["encase_self", "encase_caller"]))
                               else ["nothing is found in encase_self()"])


if __name__ == "__main__":
    sys.exit(tap.run(tests()))
