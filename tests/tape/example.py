#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The SQLite example: a run that was recorded replays with no file touched.

example.py WRITE_COUNTER: prints TAP."""
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
TEXTS = {"src/a.txt": "some words\n" * 3000, "src/b.txt": "other words\n" * 9000,
         "src/deep/c.txt": "more words, below\n" * 500, "src/empty.txt": "", "src/binary": "\0"}
# What a replay may do but talk to its tape, once that is open: nothing that names a file or
# makes a descriptor.
HARMLESS = {"brk", "close", "exit_group", "fstat", "futex", "getpid", "ioctl", "madvise", "mmap",
            "mprotect", "munmap", "newfstatat", "pread64", "rt_sigaction", "rt_sigprocmask",
            "sched_yield", "sigaltstack", "write"}
NUMBER = 0


def limit(most):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def run(*args, before=(), most=None):
    """Runs the program; most: bytes of the largest file that it may write."""
    env = dict(os.environ)
    if before:  # a leak is not looked for under ptrace
        env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    return subprocess.run([*before, PROGRAM, *args], capture_output=True, text=True, check=False,
                          env=env, preexec_fn=(lambda: limit(most)) if most else None)


def tell(good, what, *more):
    global NUMBER
    NUMBER += 1
    print("ok" if good else "not ok", NUMBER, "-", what)
    if not good:
        for text in more:
            for line in str(text).splitlines():
                print("#", line)
    return good


def files():
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(".") for name in names)


def record():
    for path, text in TEXTS.items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
    os.mkdir("data")
    done = run("--record", "run.tape", "src", "data/files.db")
    tell(done.returncode == 0 and "4 text files loaded" in done.stdout
         and re.search(r"^run.tape: \d+ calls recorded$", done.stdout, re.MULTILINE),
         "a run is recorded", done.stdout, done.stderr)
    shutil.rmtree("src")
    shutil.rmtree("data")
    return done.stdout.replace("recorded", "replayed")


def replay(expected):
    done = run("--replay", "run.tape", "src", "data/files.db")
    tell(done.returncode == 0 and done.stdout == expected, "it replays, and counts the same",
         done.stdout, done.stderr)
    tell(files() == ["./run.tape"], "neither folder nor database came back", files())


def diverge():
    done = run("--replay", "run.tape", "other", "data/files.db")
    tell(done.returncode == 1 and re.search(
        r'^write_counter: run.tape: call \d+, linux.open: pathname is "other", was "src"$',
        done.stderr, re.MULTILINE), "another folder is not the recorded one", done.stderr)
    with open("run.tape", "rb") as tape:
        data = tape.read()
    with open("short.tape", "wb") as tape:
        tape.write(data[:len(data) // 2])
    done = run("--replay", "short.tape", "src", "data/files.db")
    tell(done.returncode == 1 and "the tape ends before it" in done.stderr,
         "half of a tape is not the run", done.stderr)
    os.remove("short.tape")


def refuse():
    done = run("--record", "/dev/full", "src", "data/files.db")
    tell(done.returncode == 1 and "/dev/full: No space left on device" in done.stderr,
         "a full disk is told", done.stderr)
    done = run("--record", "full.tape", "missing", "files.db", most=20)
    tell(done.returncode == 1 and "write_counter: full.tape: File too large\n" in done.stderr,
         "one that is full at the end is told", done.stderr)
    os.remove("full.tape")
    done = run("--replay", "/dev/null", "src", "data/files.db")
    tell(done.returncode == 1 and "/dev/null: Illegal seek" in done.stderr, "no tape is told",
         done.stderr)


def watch():
    what = "a replay makes no system call that touches a file"
    tracer = ("strace", "-f", "-o", "trace")
    if not shutil.which("strace") or subprocess.run([*tracer, "true"], capture_output=True,
                                                    check=False).returncode:
        return tell(True, what + " # SKIP strace is not there, or may not trace")
    run("--replay", "run.tape", "src", "data/files.db", before=tracer)
    with open("trace", encoding="utf-8", errors="replace") as lines:
        lines = lines.read().splitlines()
    start = [n for n, line in enumerate(lines) if 'openat(AT_FDCWD, "run.tape"' in line]
    calls = [(line.split(" ", 1)[1].strip(), line) for line in lines[start[-1] + 1:]] if start else []
    bad = [line for call, line in calls if not call.startswith(("+++", "---"))
           and (call.split("(")[0] not in HARMLESS
                or (call.startswith("newfstatat") and ', "", ' not in call))]
    return tell(len(calls) > 100 and not bad, what, "\n".join(bad[:20]))


def main():
    print("1..9")
    with tempfile.TemporaryDirectory(prefix="encase-") as scratch:
        os.chdir(scratch)
        replay(record())
        diverge()
        refuse()
        watch()
        os.chdir("/")


main()
