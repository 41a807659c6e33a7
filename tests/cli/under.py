# SPDX-License-Identifier: MIT
"""For the suites that run programs under layers: SUITE ENCASE LAYERS POLICIES..."""
import os
import signal
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

ENCASE, LAYERS, POLICIES = (os.path.abspath(path) for path in sys.argv[1:4])
ENV = {**os.environ, "ENCASE_LAYERS": f"{POLICIES}:{LAYERS}"}


def run(*words, **more):
    more = {"capture_output": True, "text": True, "check": False, "env": ENV, "timeout": 60, **more}
    return subprocess.run([ENCASE, "run", *words], **more)


def equal(got, expected):
    if got != expected:
        raise AssertionError(f"got {got!r}, expected {expected!r}")


def out_of_time(*_):
    raise TimeoutError("it does not come to an end")


def complaints(test, *args):
    """What is wrong by a test that fails with an exception, where there is a gate."""
    done = run("--", "/bin/true")
    if done.returncode == 125:
        raise tap.Skip(done.stderr.strip())
    signal.signal(signal.SIGALRM, out_of_time)
    signal.alarm(100)
    try:
        test(*args)
    except (AssertionError, LookupError, OSError, ValueError, subprocess.TimeoutExpired) as error:
        yield f"{type(error).__name__}: {error}"
    finally:
        signal.alarm(0)
