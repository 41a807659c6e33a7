#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No call is missed, whichever sites are changed, and whatever becomes executable meanwhile; and calls of which all sites
are changed are not caught.

made.py ENCASE LAYERS GUEST...  Prints TAP."""
import os
import shutil
import struct
import subprocess
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

ENCASE, LAYERS, *GUESTS = (os.path.abspath(path) for path in sys.argv[1:])
GETPPID, CALLS = 110, 20000
ENVIRONMENT = {**os.environ, "ENCASE_LAYERS": LAYERS}


def wants_gate():
    done = subprocess.run([ENCASE, "run", "--", "/bin/true"], capture_output=True, text=True, check=False)
    if done.returncode == 125:
        raise tap.Skip(done.stderr.strip())


def counted(guest, sites):
    wants_gate()
    with tempfile.TemporaryDirectory() as folder:
        counts = os.path.join(folder, "counts")
        command = [ENCASE, "run", "-s", sites, "-l", "count:" + counts, "--", guest]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=ENVIRONMENT)
        if done.returncode or "not ok" in done.stdout or done.stderr:
            yield f"{done}"
        with open(counts, "rb") as file:
            made = struct.unpack("1024Q", file.read())[GETPPID]
        # A call that a signal comes before is made twice.
        if not CALLS <= made <= CALLS + 4:
            yield f"{made} calls of {CALLS}"


def caught(sites):
    """How many calls were caught of a program that makes 30,000, as strace sees it."""
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        command = ["strace", "-f", "-e", "trace=none", "-e", "signal=SIGSYS", "-o", log, ENCASE, "run", "-s", sites,
                   "--", "dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=15000", "status=none"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode:
            raise tap.Skip("strace: " + done.stderr.strip().splitlines()[-1])
        with open(log, encoding="utf-8") as file:
            return sum("SYS_USER_DISPATCH" in line for line in file)


def rarely():
    wants_gate()
    if not shutil.which("strace"):
        raise tap.Skip("there is no strace")
    for sites, most in ("often", 500), ("first", 150), ("all-at-once", 150):
        calls = caught(sites)
        if not 0 < calls < most:
            yield f"-s {sites}: {calls} were caught"
    if caught("never") < 30000:
        yield "-s never: not all were caught"


def timed(guest):
    """Threads of a layer's own, and its calls, go through code that is the program's, too."""
    wants_gate()
    command = [ENCASE, "run", "-s", "all-at-once", "-l", "timed", "--", guest]
    for _ in range(10):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=ENVIRONMENT)
        if done.returncode or "not ok" in done.stdout or done.stderr:
            yield f"{done}"


def tests():
    for guest in GUESTS:
        for sites in "never", "often", "first", "all", "all-at-once":
            yield f"no call is missed: {os.path.basename(guest)}, -s {sites}", counted(guest, sites)
    yield "calls are caught rarely", rarely()
    yield "a layer that asks for the time", timed(GUESTS[0])


if __name__ == "__main__":
    sys.exit(tap.run(tests()))
