#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What must compile, and what must not.

  ok_*      compile, with each compiler, in each dialect; those with a line
            "links:" are programs, which are linked with the library and run
  no_*.c    have one mistake each, and a head that says what becomes of it:
              mend:  `OLD` => `NEW`, the one edit after which the file compiles
              gcc:, clang:   a pattern for the first diagnostic, its notes included
              flags: more flags, for mistakes of which compilers only warn
  headers   compile, each alone

run.py INCLUDE [LIBRARY]: without a library nothing is linked.  Prints TAP."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

HERE = os.path.dirname(os.path.abspath(__file__))
C = {"gcc": ["gnu11", "c11", "gnu2x"], "clang": ["gnu11", "c11", "gnu2x"]}
CXX = {"g++": ["gnu++17", "c++17"], "clang++": ["gnu++17", "c++17"]}
MADE_FOR_TABLES = re.compile(r"(declare|define|record_\w+|static(_table|_next|_words)?)\.h$")  # headers that mean nothing alone
LONGEST = 30  # lines of complaints about one test
WARNINGS = ["-Wall", "-Wextra", "-Werror"]
FACT = re.compile(r"^ \* (mend|gcc|clang|flags|links): *(.*)$", re.MULTILINE)
MEND = re.compile(r"^`(.+)` => `(.*)`$")


def read(path):
    with open(path, encoding="utf-8") as text:
        return text.read()


def files(pattern):
    return sorted(glob.glob(os.path.join(HERE, pattern)))


class Suite:
    def __init__(self, include, library):
        self.include, self.library = include, library and os.path.abspath(library)

    def run(self, compiler, args, text=None):
        """Runs a compiler, on a text if there is one; (whether it succeeded, what it said)."""
        language = "c++" if compiler in CXX else "c"
        command = [compiler, "-I", self.include, "-I", HERE] + args
        if text is not None:
            command += ["-fsyntax-only", "-x", language, "-"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False,
                              env={**os.environ, "LC_ALL": "C"})
        return done.returncode == 0, done.stderr

    def refused(self, compiler, text):
        """What is wrong with a file that must not compile."""
        facts = dict(FACT.findall(text))
        mend = MEND.match(facts["mend"])
        head, code = text.split("\n */\n", 1)
        if code.count(mend[1]) != 1:
            return [f"what is to be mended is there {code.count(mend[1])} times"]
        complaints = []
        compiles, said = self.run(compiler, ["-std=gnu11"] + facts.get("flags", "").split(), text)
        first = (re.split("error: |warning: ", said) + [""])[1]
        if compiles:
            complaints.append("compiles")
        elif not re.search(facts[compiler], first):
            complaints += ["does not compile for another reason:"] + said.splitlines()
        compiles, said = self.run(compiler, ["-std=gnu11"] + WARNINGS + ["-Wno-unused-parameter"],
                                  head + "\n */\n" + code.replace(mend[1], mend[2]))
        if not compiles:
            complaints += ["does not compile when mended:"] + said.splitlines()
        return complaints

    def compiles(self, compiler, dialect, texts):
        """What is wrong with texts, by name, that must compile."""
        complaints = []
        for name, text in texts.items():
            good, said = self.run(compiler, ["-std=" + dialect] + WARNINGS, text)
            if not good:
                complaints += [f"{name} does not compile:"] + said.splitlines()
        return complaints

    def works(self, compiler, path, others):
        """What is wrong with a program that must link and run."""
        with tempfile.TemporaryDirectory() as folder:
            program = os.path.join(folder, "program")
            sources = [path] + [os.path.join(HERE, other) for other in others]
            good, said = self.run(compiler, ["-std=gnu++17" if compiler in CXX else "-std=gnu11"] +
                                  WARNINGS + sources + [self.library, "-lffi", "-pthread",
                                                        "-o", program])
            if not good:
                return ["does not link:"] + said.splitlines()
            status = subprocess.run([program], check=False).returncode
        return [f"ends with {status}"] if status else []

    def tells(self, compiler):
        """The suite itself can fail: on a mistake that is none, another one, a bad mend."""
        head = "/*\n * mend: `{}` => `{}`\n * gcc: {}\n * clang: {}\n */\nint one = 1;\nint two = {};\n"
        planted = {"compiles": head.format("one", "three", "x", "x", "2"),
                   "another reason": head.format("nil", "2", "elsewhere", "elsewhere", "nil"),
                   "when mended": head.format("nil", "null", "nil", "nil", "nil"),
                   "times": head.format("int", "long", "nil", "nil", "nil")}
        missed = [f"a planted fault is not told: {word}" for word, text in planted.items()
                  if word not in " ".join(self.refused(compiler, text))]
        good = head.format("nil", "2", "nil", "nil", "nil")
        return missed + self.refused(compiler, good)

    def headers(self):
        """A text that includes it, for each public header."""
        paths = glob.glob(os.path.join(self.include, "**", "*.h"), recursive=True)
        names = sorted(os.path.relpath(path, self.include) for path in paths)
        return {name: f"#include <{name}>\nextern int nothing;\n" for name in names
                if not MADE_FOR_TABLES.match(os.path.basename(name))}

    def tests(self):
        """(name, what makes its complaints, its arguments), or the reason to skip it."""
        sources = {"C": files("ok_*.c"), "C++": files("ok_*.cpp")}
        for language, compilers in (("C", C), ("C++", CXX)):
            texts = {os.path.basename(path): read(path) for path in sources[language]}
            for compiler, dialects in compilers.items():
                if not shutil.which(compiler):
                    yield compiler, f"{compiler} is not installed", ()
                    continue
                for dialect in dialects:
                    yield (f"{compiler} -std={dialect}: headers, {', '.join(texts)}",
                           self.compiles, (compiler, dialect, {**self.headers(), **texts}))
                for path in sources[language]:
                    links = dict(FACT.findall(read(path))).get("links")
                    if links is not None:
                        yield (f"{compiler} {os.path.basename(path)}: links and runs",
                               self.works if self.library else "no library to link with",
                               (compiler, path, links.split()))
        for compiler in filter(shutil.which, C):
            yield f"{compiler}: planted faults are told", self.tells, (compiler,)
            for path in files("no_*.c"):
                yield (f"{compiler} {os.path.basename(path)}: compiles when mended, and not before",
                       self.refused, (compiler, read(path)))


def complaints(check, running):
    if not running:
        raise tap.Skip(check)
    yield from running.result()[:LONGEST]


def main(include, library=""):
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return tap.run([(name, complaints(check, None if isinstance(check, str) else
                                          pool.submit(check, *args)))
                        for name, check, args in Suite(include, library).tests()])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
