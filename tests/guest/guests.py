#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each guest says the same of the kernel and of the dispatch gate, whatever layers there are, and
whichever of its sites are changed.

guests.py ENCASE LAYERS GUEST...  Prints TAP."""
import os
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

ENCASE, LAYERS = sys.argv[1:3]
STACKS = {"no gate": None, "no layer": [], "count": ["-l", "count"], "copy": ["-l", "copy"],
          "both": ["-l", "count", "-l", "copy"], "no sites": ["-s", "never"],
          "sites at first": ["-s", "first"], "sites at first, copy": ["-s", "first", "-l", "copy"],
          "sites at first, bare": ["-s", "first", "-l", "bare"], "all sites": ["-s", "all-at-once"],
          "all sites, bare": ["-s", "all-at-once", "-l", "bare"]}


def refused():
    """Why there is no gate here, or nothing."""
    done = subprocess.run([ENCASE, "run", "--", "/bin/true"], capture_output=True, text=True, check=False)
    return done.stderr.strip() if done.returncode == 125 else ""


def complaints(guest, layers, why):
    command = [os.path.abspath(guest)]
    if layers is not None:
        if why:
            raise tap.Skip(why)
        command = [ENCASE, "run", "-o", "/dev/null", *layers, "--", *command]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120,
                              errors="replace", env={**os.environ, "ENCASE_LAYERS": LAYERS})
    except subprocess.TimeoutExpired:
        yield "does not end"
        return
    for line in done.stdout.splitlines():
        if not line.startswith(("ok ", "1..", "# ")):
            yield line
    if not done.stdout.splitlines() or not done.stdout.splitlines()[-1].startswith("1.."):
        yield "does not come to its end"
    if done.returncode or done.stderr:
        yield f"ends with {done.returncode}: {done.stderr}"


def tests():
    why = refused()
    for guest in sys.argv[3:]:
        for name, layers in STACKS.items():
            yield f"{os.path.basename(guest)}: {name}", complaints(guest, layers, why)


if __name__ == "__main__":
    sys.exit(tap.run(tests()))
