#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Programs as they are installed: under layers they say what they say natively, and layers see the calls that strace sees.

programs.py ENCASE LAYERS.  Prints TAP."""
import collections
import mmap
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

ENCASE, LAYERS = sys.argv[1:3]
STACKS = {"no layer": [], "copy": ["-l", "copy"]}
THREADS = """import threading
out = []
threads = [threading.Thread(target=out.append, args=(i,)) for i in range(64)]
for t in threads: t.start()
for t in threads: t.join()
print(sorted(out) == list(range(64)))"""
CHILDREN = """import subprocess, os
print(subprocess.run(['sh', '-c', 'echo $0; exit 4', 'x'], capture_output=True))
print(os.popen('echo popen').read())
p = subprocess.Popen(['cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
print(p.communicate(b'through')[0])"""
SOURCE = "#include <stdio.h>\nint main(void) { puts(\"made\"); return 7; }\n"
# Name, words; {} is a folder with some files in it, a copy for each run.
PROGRAMS = [
    ("true", ["true"]), ("false", ["false"]),
    ("ls", ["ls", "-lR", "/usr/include/linux"]),
    ("tar", ["sh", "-c", "cd {} && tar cf a.tar src && tar tf a.tar | sort && tar xf a.tar -O | cksum"]),
    ("sed, grep, sort", ["sh", "-c", "sed -n 's/o/0/gp' {}/src/a.c | grep -c 0; sort {}/src/a.c | uniq -c"]),
    ("pipelines", ["sh", "-c", "echo a | cat | tr a b | wc -c; (exit 3); echo $?; exit 5"]),
    ("bash: jobs and traps", ["bash", "-c", "set -m; trap 'echo usr' USR1; sleep 0.05 & kill -USR1 $$; wait; jobs;"
                              "diff <(echo a) <(echo b); echo ${PIPESTATUS[*]}; kill -TERM $$"]),
    ("dash: a fault", ["dash", "-c", "kill -SEGV $$"]),
    ("python3: threads", ["python3", "-c", THREADS]),
    ("python3: children", ["python3", "-c", CHILDREN]),
    ("git", ["sh", "-c", "cd {} && git init -q . && git add src && git -c user.name=a -c user.email=b "
             "commit -qm first && git clone -q . ../clone-$$ && rm -rf ../clone-$$ && git gc -q && git log --format=%s --stat"]),
    ("gcc", ["sh", "-c", "cd {} && gcc -O1 src/a.c -o a && ./a"]),
    ("make", ["sh", "-c", "cd {} && make -s -j3 -f src/Makefile && cat one two three"]),
    ("perl", ["perl", "-e", "$|=1; print `echo back`; my $p = fork; exit 9 unless $p; waitpid $p, 0; print $? >> 8, qq(\\n)"]),
    ("sqlite3", ["sh", "-c", "cd {} && sqlite3 a.db 'create table t(a); insert into t values(1),(2); select sum(a) from t'"]),
    ("busybox", ["busybox", "sh", "-c", "busybox ls /usr/include/linux | busybox wc -l; busybox false"]),
    ("strace inside", ["strace", "-o", "/dev/null", "true"]),
    ("env", ["env", "-i", "A=b", "env"]),
    ("timeout", ["timeout", "0.2", "sleep", "5"]),
    ("xargs", ["sh", "-c", "echo a b c | xargs -n1 -P2 echo | sort"]),
]
# Seen by strace and by layers alike, but for those that the vDSO answers where no layer has a rule for them, and
# for those that are made again, or not, as chance will have it.
DIFFER = {"clock_gettime", "gettimeofday", "time", "getcpu", "clock_getres", "restart_syscall"}
COUNTED = [("true", ["true"]), ("ls", ["ls", "-l", "/usr/include/linux"]),
           ("a pipeline", ["sh", "-c", "echo a | cat | tr a b"]),
           ("python3", ["python3", "-S", "-c", "print(1)"]),
           ("git", ["git", "--version"]),
           ("busybox", ["busybox", "ls", "/"])]


def refused():
    done = subprocess.run([ENCASE, "run", "--", "/bin/true"], capture_output=True, text=True, check=False)
    return done.stderr.strip() if done.returncode == 125 else ""


def files(folder):
    os.mkdir(os.path.join(folder, "src"))
    with open(os.path.join(folder, "src", "a.c"), "w", encoding="utf-8") as out:
        out.write(SOURCE)
    with open(os.path.join(folder, "src", "Makefile"), "w", encoding="utf-8") as out:
        out.write("all: one two three\n%:\n\techo $@ > $@\n")


def run(words, layers=None):
    with tempfile.TemporaryDirectory() as folder:
        files(folder)
        command = [word.replace("{}", folder) for word in words]
        if layers is not None:
            command = [ENCASE, "run", "-o", "/dev/null", *layers, "--", *command]
        done = subprocess.run(command, capture_output=True, check=False, timeout=120, stdin=subprocess.DEVNULL,
                              env={**os.environ, "ENCASE_LAYERS": LAYERS, "LC_ALL": "C"})
        return [done.returncode] + [out.replace(folder.encode(), b"FOLDER") for out in (done.stdout, done.stderr)]


def compare(words, layers, why):
    if why:
        raise tap.Skip(why)
    for tool in (words[0], *(word for word in ("git", "gcc", "make", "sqlite3") if words[0] == "sh" and word in words[2])):
        if not shutil.which(tool):
            raise tap.Skip(f"{tool} is not installed")
    native, caged = run(words), run(words, layers)
    for what, one, two in zip(("status", "output", "errors"), native, caged):
        if one != two:
            yield f"{what}: natively {one!r}, under layers {two!r}"


def names():
    listed = subprocess.run([ENCASE, "list", "calls"], capture_output=True, text=True, check=True).stdout
    return {int(line.split()[0]): line.split()[1] for line in listed.splitlines()}


def seen_by_layer(words):
    with tempfile.NamedTemporaryFile() as counts:
        subprocess.run([ENCASE, "run", "-l", f"count:{counts.name}", "--", *words], capture_output=True, check=False,
                       env={**os.environ, "ENCASE_LAYERS": LAYERS}, timeout=60)
        with mmap.mmap(counts.fileno(), 8192, prot=mmap.PROT_READ) as memory:
            return {name: struct.unpack_from("Q", memory, 8 * number)[0] for number, name in names().items()}


def seen_by_strace(words):
    with tempfile.NamedTemporaryFile("r") as log:
        subprocess.run(["strace", "-f", "-o", log.name, *words], capture_output=True, check=False, timeout=60)
        return collections.Counter(re.findall(r"^(?:\d+ +)?(\w+)\(", log.read(), re.MULTILINE))


def count(words, why):
    for tool in (words[0], "strace"):
        if not shutil.which(tool):
            raise tap.Skip(f"{tool} is not installed")
    if why:
        raise tap.Skip(why)
    layer, strace = seen_by_layer(words), seen_by_strace(words)
    if sum(layer.values()) < 5:
        yield "the layer sees hardly anything"
    for name in sorted(set(layer) | set(strace)):
        if name not in DIFFER and layer.get(name, 0) != strace[name]:
            yield f"{name}: the layer sees {layer.get(name, 0)}, strace {strace[name]}"


def tests():
    why = refused()
    for name, words in PROGRAMS:
        for stack, layers in STACKS.items():
            yield f"{name}: {stack}", compare(words, layers, why)
    for name, words in COUNTED:
        yield f"{name}: as many calls as strace sees", count(words, why)


if __name__ == "__main__":
    sys.exit(tap.run(tests()))
