#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Layers see each call that strace sees, of each kind as many, in programs that do the same each time.

counts.py ENCASE LAYERS POLICIES GUEST...  Prints TAP."""
import collections
import mmap
import os
import re
import shlex
import struct
import subprocess
import sys

import gated
import tap

CALL = re.compile(r"^(?:\d+ +)?(\w+)\(", re.MULTILINE)
# What differs for good, in any program.
DIFFER = {
    **dict.fromkeys(("clock_gettime", "gettimeofday", "time", "getcpu", "clock_getres"),
                    "made in the program by the vDSO, which strace does not see; a layer with a rule for them does"),
    "restart_syscall": "the kernel makes it, where a stopped or interrupted wait goes on; in the gate the wait itself is made again",
}
# What may differ by some for each program that is executed.
NEARLY = {"mmap": (2, "ld.so's first allocations take pages one by one, and fewer where they happen to follow one another")}
HEAP = {"brk": "how often the heap grows depends on where it begins, and that is random"}
NAMES = {"getrandom": "names of temporary files are made of random bits, and more are asked for where these would not do"}
MAPS = {**dict.fromkeys(("mmap", "munmap", "lseek", "read"),
                        "it reads /proc/self/maps in a buffer that grows, and there the gate's mappings stand, too")}
CHILDREN = {"wait4": "the shell asks once more after each signal of a child's, and two of these may become one",
            "rt_sigreturn": "as often as signals of children came one by one",
            "rt_sigsuspend": "a shell that waits, unless the signal has come"}
COMMIT = "git -c gc.auto=0 commit -qm"
# Name, words, what differs in it.
COUNTED = [
    ("true", "true", {}),
    ("ls", "ls -lR /usr/include/linux", {}),
    ("cp, mv, rm", "sh -c 'cp -a src two; mv two three; ln -s three four; rm -r three; stat -c %s four'", {}),
    ("find", "find /usr/include/linux -name '*.h' -size +8 -exec cksum {} ;", {}),
    ("sort", "sort --parallel=1 /usr/include/linux/fs.h", {}),
    ("tar", "tar -cf a.tar -C /usr/include linux", {}),
    ("tar, unpacking", "sh -c 'tar -cf a.tar src; mkdir out; tar -C out -xf a.tar'", {}),
    ("sed", "sed -n s/o/0/gp /usr/include/linux/fs.h", {}),
    ("grep", "grep -rc define /usr/include/linux", MAPS),
    ("a pipeline", "sh -c 'echo a | cat | tr a b'", CHILDREN),
    ("dash", "dash -c 'for i in 1 2 3; do /bin/true; (exit $i); done; x=$(echo a); trap : USR1; kill -USR1 $$; exec ls src'", CHILDREN),
    ("bash", "bash -c 'for i in 1 2 3; do /bin/true; (exit $i); done; x=$(echo a); trap : USR1; kill -USR1 $$; exec ls src'", CHILDREN),
    ("python3", "python3 -S -c 'print(1)'", {}),
    ("python3 and its children", "python3 -S -c 'import os; [os.waitpid(os.fork() or os._exit(0), 0) for i in range(9)]; "
                                 "os.system(\"exit 3\"); os.execlp(\"true\", \"true\")'", {}),
    ("perl", "perl -e 'print `echo a`; exit 3 unless fork; wait; system q(true)'", {}),
    ("git", f"sh -c 'git init -q .; git add src; {COMMIT} one; echo x >src/b; touch -d @1 src/b; git add .; {COMMIT} two; git log --stat; git diff HEAD~1'", NAMES),
    ("gcc", "gcc -O1 -c src/a.c", {**HEAP, **NAMES}),
    ("make", "make -s -f src/Makefile", {}),
    ("sqlite3", "sqlite3 a.db 'create table t(a); insert into t values(1),(2); select sum(a) from t; vacuum'", {}),
    ("busybox", "busybox sh -c 'ls /; busybox cksum src/a.c'", {}),
    ("nothing but calls", "guest_plain", {"getpid": "once by int 0x80, the way of 32-bit programs, which is refused"}),
]


def files(folder):
    os.mkdir(f"{folder}/src")
    with open(f"{folder}/src/a.c", "w", encoding="utf-8") as file:
        file.write("#include <stdio.h>\nint main(void) { puts(\"made\"); return 7; }\n")
    with open(f"{folder}/src/Makefile", "w", encoding="utf-8") as file:
        file.write("all: one two three\n%:\n\techo $@ > $@\n")
    for name in "a.c", "Makefile":  # git looks once more at what is as new as its index
        os.utime(f"{folder}/src/{name}", (1, 1))


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
    return collections.Counter(seen)


def seen_by_strace(words, folder):
    at = f"{folder.beside}.log"
    run(["strace", "-f", "-s", "0", "-e", "verbose=none", "-e", "signal=none", "-o", at, *words], folder)
    with open(at, encoding="utf-8", errors="replace") as log:
        seen = collections.Counter(CALL.findall(log.read()))
    os.unlink(at)
    return seen


def count(words, differ, why):
    if why:
        raise tap.Skip(why)
    gated.wants([words[0], "strace"])
    with gated.Folder(files) as folder:
        layer, strace = seen_by_layer(words, folder), seen_by_strace(words, folder)
    if layer["execve"] < 1 or sum(layer.values()) < 3:
        yield "the layer sees hardly anything"
    for name in sorted(set(layer) | set(strace)):
        some = NEARLY.get(name, (0, ""))[0] * strace["execve"]
        if name not in {**DIFFER, **differ} and abs(layer[name] - strace[name]) > some:
            yield f"{name}: the layer sees {layer[name]}, strace {strace[name]}"


def tests():
    why = gated.refused()
    # Whatever stands before Python in the path may be a script.
    programs = {os.path.basename(path): os.path.abspath(path) for path in sys.argv[4:]} | {"python3": sys.executable}
    for name, line, differ in COUNTED:
        words = shlex.split(line)
        yield f"as many calls as strace sees: {name}", count([programs.get(words[0], words[0]), *words[1:]], differ, why)


if __name__ == "__main__":
    sys.exit(tap.run(tests()))
