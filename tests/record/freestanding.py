#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Both sides of a record table compile where there is no libc, and need nothing: no symbol, not even
memcpy() that compilers call on their own account.

freestanding.py INCLUDE.  Prints TAP."""
import os
import re
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
# Narrow machines that clang knows, and what their compilers' own runtime has for them: shifts of long
# numbers, products; and what a linker sets.
TARGETS = ("thumbv6m-none-eabi", "armv7a-none-eabi", "riscv32-unknown-elf", "wasm32-unknown-unknown", "msp430")
RUNTIME = re.compile(r"__aeabi_ll(sl|sr)|__(ashl|lshr)di3|__mspabi_(mpyi|mpyl|slll|srll)|__stack_pointer")
WORDS = ((16, 4), (32, 6), (64, 4))


def run(command, text=None):
    done = subprocess.run(command, capture_output=True, text=True, input=text, check=False)
    return done.returncode, done.stdout + done.stderr


def symbols():
    """What lists the symbols of any machine's objects, or None."""
    return next(filter(None, map(shutil.which, ("llvm-nm", "llvm-nm-14", "llvm-nm-15", "llvm-nm-16"))), None)


def needs(compiler, flags, source, nm="nm"):
    """The complaints about an object: that it does not compile, or what it needs."""
    with tempfile.TemporaryDirectory() as folder:
        made = os.path.join(folder, "free.o")
        status, said = run([compiler, *FLAGS, *flags, "-I", HERE, "-c", source, "-o", made])
        if status:
            return said.splitlines()[:20]
        status, said = run([nm, "-u", made])
        return [f"needs {line.split()[-1]}" for line in said.splitlines()]


def builds(compiler, machine, level, include):
    for word, registers in WORDS:
        flags = [machine, level, "-I", include, f"-DENCASE_WORD={word}", f"-DENCASE_REGISTERS={registers}"]
        yield from (f"{word} bits: {line}" for line in needs(compiler, flags, os.path.join(HERE, "free.c")))


def builds_for(target, include):
    nm = symbols()
    if not nm or run(["clang", "--target=" + target, "-fsyntax-only", "-x", "c", "-"], "")[0]:
        raise tap.Skip("no llvm-nm, or a clang without it")
    for word, registers in WORDS:
        for level in ("-O2", "-Os"):
            flags = ["--target=" + target, level, "-I", include, f"-DENCASE_WORD={word}",
                     f"-DENCASE_REGISTERS={registers}"]
            yield from (f"{word} bits, {level}: {line}"
                        for line in needs("clang", flags, os.path.join(HERE, "free.c"), nm)
                        if not RUNTIME.fullmatch(line.removeprefix("needs ")))


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
    if shutil.which("clang"):
        tests += [(f"clang for {target}", builds_for(target, include)) for target in TARGETS]
    return tap.run(tests) or not tests


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
