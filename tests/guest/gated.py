# SPDX-License-Identifier: MIT
"""Programs natively and under layers, in a folder of their own: for the suites that compare the two."""
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

ENCASE, LAYERS, POLICIES = (os.path.abspath(path) for path in sys.argv[1:4])
WHERE = f"{LAYERS}:{POLICIES}"
NGINX = os.environ.get("NGINX", "nginx")  # where it is not installed, its program
# What a folder holds besides the program's files; the layers' own are beside it.
COUNTS, LINES = "counts", "lines"


def refused():
    """Why there is no gate here, or nothing."""
    done = subprocess.run([ENCASE, "run", "--", "/bin/true"], capture_output=True, text=True, check=False)
    return done.stderr.strip() if done.returncode == 125 else ""


def stack(name, beside):
    """The words before a program's own, by the name of a stack: what it logs and counts goes beside."""
    return {
        "natively": [],
        "empty": [ENCASE, "run", "-s", "first", "-o", "/dev/null", "-l", f"{LAYERS}/empty.so", "--"],
        "never": [ENCASE, "run", "-s", "never", "-o", "/dev/null", "-l", f"{LAYERS}/empty.so", "--"],
        "bare": [ENCASE, "run", "-s", "all-at-once", "-o", "/dev/null", "-l", f"{LAYERS}/bare.so", "--"],
        "count": [ENCASE, "run", "-s", "all-at-once", "-l", f"{POLICIES}/count.so:output={beside}/{COUNTS}", "--"],
        # Each call is told, and what it points to copied.
        "trace": [ENCASE, "run", "-o", f"{beside}/{LINES}", "-l", f"{POLICIES}/trace.so", "-l", f"{LAYERS}/copy.so", "--"],
    }[name]


STACKS = ("empty", "count", "trace")


def has_seen(name, beside):
    """What a stack's layers should have left, and have not."""
    for stack_of, file, sign in (("count", COUNTS, "\t"), ("trace", LINES, "execve")):
        if name == stack_of:
            path = os.path.join(beside, file)
            with open(path, encoding="utf-8", errors="replace") as text:
                if sign not in text.read():
                    yield f"the layer {name} has seen nothing"


def environment(folder):
    return {"PATH": os.environ["PATH"], "HOME": folder, "LC_ALL": "C", "TZ": "UTC", "ENCASE_LAYERS": WHERE,
            "TMPDIR": folder, "SHELL": "/bin/sh", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b",
            "GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z"}


class Folder:
    """A folder that is made anew for each run, at the same place, so that runs can be compared."""

    def __init__(self, fill=None):
        self.fill, self.path = fill, ""

    def __enter__(self):
        self.beside = tempfile.mkdtemp(prefix="encase-")
        self.path = os.path.join(self.beside, "in")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.beside, ignore_errors=True)

    def fresh(self):
        shutil.rmtree(self.beside, ignore_errors=True)
        os.makedirs(self.path)
        if self.fill:
            self.fill(self.path)

    def run(self, words, name="natively", timeout=120):
        """(status, output, errors) of a program in a fresh folder; what is there afterwards stays."""
        self.fresh()
        done = subprocess.run(stack(name, self.beside) + words, capture_output=True, check=False, timeout=timeout,
                              stdin=subprocess.DEVNULL, cwd=self.path, env=environment(self.path), errors="replace")
        return done.returncode, done.stdout, done.stderr


def wants(tools):
    """Skips where a program is not installed."""
    for tool in tools:
        if not shutil.which(tool):
            raise tap.Skip(f"{tool} is not installed")


def differences(native, gated):
    for what, one, two in zip(("status", "output", "errors"), native, gated):
        if one != two:
            yield f"{what}: natively {one!r}, under layers {two!r}"


def compared(words, tools, why, fill=None, stacks=STACKS):
    """Complaints about what a program does otherwise under layers, for all stacks at once."""
    if why:
        raise tap.Skip(why)
    wants(tools)
    with Folder(fill) as folder:
        native = folder.run(words)
        for name in stacks:
            try:
                gated = folder.run(words, name)
            except subprocess.TimeoutExpired:
                yield f"{name}: does not end"
                continue
            for line in (*differences(native, gated), *has_seen(name, folder.beside)):
                yield f"{name}: {line}"
