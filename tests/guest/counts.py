#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Layers see each call that strace sees, of each kind as many.

counts.py ENCASE LAYERS POLICIES.  Prints TAP."""
import collections
import mmap
import os
import re
import shutil
import struct
import subprocess
import sys

import gated
import tap

SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "scripts")
CALL = re.compile(r"^(?:\d+ +)?(\w+)\(", re.MULTILINE)
PROGRAMS = [(f, [os.path.join(SCRIPTS, f)]) for f in sorted(os.listdir(SCRIPTS)) if not f.startswith("shell")]
BUILD = sys.argv[2]
PROGRAMS += [(f, [os.path.join(BUILD, f)]) for f in sorted(os.listdir(BUILD)) if f.startswith("guest_") and os.path.isfile(os.path.join(BUILD, f))]


def names():
    listed = subprocess.run([gated.ENCASE, "list", "calls"], capture_output=True, text=True, check=True).stdout
    return {int(line.split()[0]): line.split()[1] for line in listed.splitlines()}


def run(words, folder):
    folder.fresh()
    subprocess.run(words, capture_output=True, check=False, timeout=120, stdin=subprocess.DEVNULL,
                   cwd=folder.path, env=gated.environment(folder.path))


def seen_by_layer(words, folder):
    at = f"{folder.beside}.calls"
    run([gated.ENCASE, "run", "-l", f"{gated.LAYERS}/count.so:{at}", "--", *words], folder)
    with open(at, "rb") as counts, mmap.mmap(counts.fileno(), 8192, prot=mmap.PROT_READ) as memory:
        seen = {name: struct.unpack_from("Q", memory, 8 * number)[0] for number, name in names().items()}
    os.unlink(at)
    return collections.Counter({name: n for name, n in seen.items() if n})


def seen_by_strace(words, folder):
    at = f"{folder.beside}.log"
    run(["strace", "-f", "-s", "0", "-e", "verbose=none", "-e", "signal=none", "-o", at, *words], folder)
    with open(at, encoding="utf-8", errors="replace") as log:
        seen = collections.Counter(CALL.findall(log.read()))
    os.unlink(at)
    return seen
