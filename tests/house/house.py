#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The house keeps its order: include ranks (ranks.txt), licence lines, file lengths; documents know it.

Prints TAP.  house.py ROOT"""
import contextlib
import io
import os
import re
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"][^>"]+[>"])', re.MULTILINE)
LONGEST = 400  # lines of a file that is not a table
LINK = re.compile(r"\]\(([^):#]+)\)")
ROW = re.compile(r"^\| (`[^|]*`) \|", re.MULTILINE)


class Ranks:
    def __init__(self, path):
        self.order, self.files, self.sees, self.only = [], {}, {}, {}
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                words = line.split("#")[0].split()
                if words and words[0] == "only":
                    self.only[words[1]] = set(words[2:])
                elif words:
                    self.add(words)

    def add(self, words):
        name, sees = words[0], None
        if "->" in words:
            sees = words[words.index("->") + 1]
            words = words[: words.index("->")]
        else:
            self.order.append(name)
        self.sees[name] = sees or name
        for file in words[1:]:
            self.files[file] = name

    def of(self, path):
        """The rank of a file, by its own line or its folder's."""
        if path in self.files:
            return self.files[path]
        for folder in (f for f in self.files if f.endswith("/")):
            if path.startswith(folder):
                return self.files[folder]
        return None

    def may(self, path, included):
        """Whether a file may include another; both are in the project."""
        mine, other = self.of(path), self.of(included)
        if other not in self.order:  # a side room's headers are its own
            return mine == other and os.path.dirname(path) == os.path.dirname(included)
        if self.order.index(other) < self.order.index(self.sees[mine]):
            return True
        if mine != self.sees[mine] and other == self.sees[mine]:
            return True
        same_room = os.path.splitext(included)[0] in (os.path.splitext(path)[0],
                                                      os.path.dirname(path))
        return other == mine and (same_room or mine in ("public", "enc"))


def resolve(root, path, name):
    """The project's file that an include names, or None."""
    folders = [os.path.dirname(path), "src", "include"]
    for folder in folders if name[0] == '"' else ["include"]:
        found = os.path.normpath(os.path.join(folder, name[1:-1]))
        if os.path.exists(os.path.join(root, found)):
            return found
    return None


def check_ranks(root, files):
    ranks = Ranks(os.path.join(root, "tests/house/ranks.txt"))
    complaints = []
    for path in files:
        if not path.endswith((".c", ".h", ".S")) or path.startswith(("tests/", "bench/")):
            continue
        if not ranks.of(path):
            complaints.append(f"{path}: has no rank in tests/house/ranks.txt")
            continue
        with open(os.path.join(root, path), encoding="utf-8") as text:
            includes = INCLUDE.findall(text.read())
        for name in includes:
            found = resolve(root, path, name)
            if found and not ranks.may(path, found):
                complaints.append(f"{path}: must not include {found}")
            if name in ranks.only and path not in ranks.only[name]:
                complaints.append(f"{path}: must not include {name}")
    return complaints


def check_licence(root, files):
    complaints = []
    for path in files:
        if path == "LICENSE" or path.startswith("tests/fuzz/seeds/"):
            continue
        if os.path.getsize(os.path.join(root, path)) == 0:
            continue
        with open(os.path.join(root, path), encoding="utf-8", errors="replace") as text:
            head = "".join(text.readline() for _ in range(3))
        if "SPDX-License-Identifier: MIT" not in head:
            complaints.append(f"{path}: no SPDX line at its beginning")
    return complaints


def check_length(root, files):
    complaints = []
    for path in files:
        if path.endswith((".c", ".h", ".S", ".py", ".sh")):
            with open(os.path.join(root, path), encoding="utf-8") as text:
                n = sum(1 for _ in text)
            if n > LONGEST:
                complaints.append(f"{path}: {n} lines, {LONGEST} are the most")
    return complaints


def rooms_of(text):
    """The rooms that the architecture's table tells of, in its order."""
    rows = ROW.findall(text.partition("## Rooms and ranks")[2].partition("\n## ")[0])
    names = [name.strip("/") for row in rows for name in re.findall(r"`([^`]*)`", row)]
    return [{"include": "public", "src/enc.h": "enc"}.get(name, name) for name in names]


def check_rooms(root, _):
    ranks = Ranks(os.path.join(root, "tests/house/ranks.txt"))
    with open(os.path.join(root, "docs/architecture.md"), encoding="utf-8") as text:
        told = rooms_of(text.read())
    there = list(ranks.sees)
    return [f"docs/architecture.md does not tell of {name}" for name in there if name not in told] + \
           [f"docs/architecture.md: there is no room {name}" for name in told if name not in there] or \
           ([] if told == there else ["docs/architecture.md has another order than ranks.txt"])


def check_links(root, files):
    complaints = []
    for path in files:
        if not path.endswith(".md"):
            continue
        with open(os.path.join(root, path), encoding="utf-8") as text:
            for name in LINK.findall(text.read()):
                if not os.path.exists(os.path.join(root, os.path.dirname(path), name)):
                    complaints.append(f"{path}: there is no {name}")
    return complaints


def self_test():
    """The checks can fail: an upward include is told."""
    ranks = Ranks(os.path.join(os.path.dirname(os.path.abspath(__file__)), "ranks.txt"))
    wrong = [("src/result.c", "src/marshal.h"), ("src/lower/void.c", "src/frame.h"),
             ("policies/trace.c", "src/enc.h"), ("src/memory/arena.c", "src/memory/host.h"),
             ("include/encase.h", "src/enc.h")]
    right = [("src/marshal.c", "src/result.h"), ("src/lower/void.c", "src/enc.h"),
             ("policies/trace.c", "include/encase.h"), ("src/gate/direct.c", "src/router.h"),
             ("src/memory/arena.c", "src/memory.h"), ("src/cage.c", "src/cage.h")]
    return [f"{a} may include {b}" for a, b in wrong if ranks.may(a, b)] + \
           [f"{a} may not include {b}" for a, b in right if not ranks.may(a, b)]


def project_files(root):
    """What git knows or would add; without git, all but what is built."""
    git = ["git", "-C", root, "ls-files", "-co", "--exclude-standard"]
    try:
        files = subprocess.run(git, capture_output=True, text=True, check=False).stdout.splitlines()
    except FileNotFoundError:
        files = []
    if not files:
        files = [os.path.relpath(os.path.join(folder, name), root)
                 for folder, _, names in os.walk(root) for name in names]
        files = [f for f in files if not f.startswith((".git/", "build"))]
    return [f for f in files if os.path.isfile(os.path.join(root, f))]


def check_tap():
    """What tap.run() prints of a good test, a bad one, and one that is skipped."""
    def skips():
        yield from ()
        raise tap.Skip("no reason")

    for tests, failed, text in (
            ([("a", []), ("b", ["1", "2"])], True, "1..2\nok 1 - a\nnot ok 2 - b\n# 1\n# 2\n"),
            ([("a", ["1"]), ("b", iter(()))], True, "1..2\nnot ok 1 - a\n# 1\nok 2 - b\n"),
            ([("a", skips())], False, "1..1\nok 1 - a # SKIP no reason\n")):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            told = tap.run(tests)
        if told != failed or said.getvalue() != text:
            yield f"{text!r} is printed as {said.getvalue()!r}, and {told} given"


def main(root):
    files = project_files(root)
    checks = [("scripts tell what fails", check_tap()),
              ("the check of ranks can fail", self_test()),
              ("include ranks hold", check_ranks(root, files)),
              ("every file names the licence", check_licence(root, files)),
              (f"no file has more than {LONGEST} lines", check_length(root, files)),
              ("the architecture tells of every room", check_rooms(root, files)),
              ("documents' links lead somewhere", check_links(root, files))]
    return tap.run(checks)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
