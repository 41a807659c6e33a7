#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Both sides of a record table compile where there is no libc, and need nothing: no symbol, not even
memcpy() that compilers call on their own account.

freestanding.py INCLUDE.  Prints TAP."""
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

HERE = os.path.dirname(os.path.abspath(__file__))
FLAGS = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-ffreestanding", "-nostdlib", "-fno-pic",
         "-fno-stack-protector"]
LEVELS = ("-O0", "-O1", "-O2", "-O3", "-Os")
WORDS = ((16, 4), (32, 6), (64, 4))


def run(command, text=None):
    done = subprocess.run(command, capture_output=True, text=True, input=text, check=False)
    return done.returncode, done.stdout + done.stderr


def needs(compiler, flags, source):
    """The complaints about an object: that it does not compile, or what it needs."""
    with tempfile.TemporaryDirectory() as folder:
        made = os.path.join(folder, "free.o")
        status, said = run([compiler, *FLAGS, *flags, "-I", HERE, "-c", source, "-o", made])
        if status:
            return said.splitlines()[:20]
        status, said = run(["nm", "-u", made])
        return [f"needs {line.split()[-1]}" for line in said.splitlines()]


def builds(compiler, machine, level, include):
    for word, registers in WORDS:
        flags = [machine, level, "-I", include, f"-DENCASE_WORD={word}", f"-DENCASE_REGISTERS={registers}"]
        yield from (f"{word} bits: {line}" for line in needs(compiler, flags, os.path.join(HERE, "free.c")))


def tells(compiler):
    """The test can fail: a copy that is left to libc is told."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "planted.c")
        with open(path, "w", encoding="utf-8") as out:
            out.write("#include <stddef.h>\nvoid *memcpy(void *, const void *, size_t);\n"
                      "void f(void *, void *, size_t);\n"
                      "void f(void *a, void *b, size_t n)\n{\n\tmemcpy(a, b, n);\n}\n")
        if needs(compiler, ["-O2"], path) != ["needs memcpy"]:
            yield "a planted memcpy() is not told"


def main(include):
    tests = []
    for compiler in ("gcc", "clang"):
        if not shutil.which(compiler):
            continue
        tests.append((f"{compiler}: a planted copy is told", tells(compiler)))
        for machine in ("-m64", "-m32"):
            tests += [(f"{compiler} {machine} {level}", builds(compiler, machine, level, include))
                      for level in LEVELS]
    return tap.run(tests) or not tests


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
