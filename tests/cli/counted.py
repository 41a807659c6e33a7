#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""encase run -l count: one summary at the end of a run, right for all that ran.

counted.py ENCASE LAYERS POLICIES LAYER SCRIPT: those of the example write_counter.  Prints TAP."""
import glob
import os
import pty
import shutil
import signal
import subprocess
import sys
import tempfile

from under import ENCASE, ENV, complaints, equal, run, tap

CALLS, ERRORS, IN, OUT = range(4)
UNLESS = {"tar": "tar", "compressed": "gzip", "sqlite": "sqlite3", "demo": "sqlite3"}
WORDS = os.path.abspath(__file__)  # something to read


def rows_of(text):
    rows = {}
    for line in text.splitlines():
        path, *columns = line.split("\t")
        equal((len(columns), path in rows), (4, False))
        rows[path] = [int(column) for column in columns]
    return rows


def counted(*program, status=0, said="", **more):
    """The rows of a run: "-o" puts them into a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "counts")
        done = run("-o", path, "-l", "count", "--", *program, **more)
        equal((done.returncode, done.stderr), (status, said))
        with open(path, encoding="ascii") as file:
            return rows_of(file.read()), done.stdout


def written(rows, *files):
    """What was written to these files is what is there."""
    for file in files:
        equal((file, rows[file][OUT]), (file, os.stat(file).st_size))


# -- Programs, by files that they write: what is in a folder -------------------------------------------------


def pipelines(folder):
    rows, out = counted("sh", "-c", f"head -c 100000 /dev/zero | tr '\\0' x | tee a | cat > b; wc -c < b; cat '{WORDS}' > c", cwd=folder)
    equal(out.strip(), "100000")
    written(rows, *(f"{folder}/{name}" for name in "abc"))
    equal((rows[WORDS][IN], rows["/dev/zero"][IN] >= 100000), (os.stat(WORDS).st_size, True))
    equal(rows["pipe:[...]"][IN] >= 300000, True)


def descriptors(folder):
    """Inherited, duplicated, closed by an execution, from all kinds of children."""
    program = "import os, subprocess, sys; " \
              "os.write(7, b'12345'); d = os.dup(7); os.write(d, b'678'); os.dup2(d, 8); os.write(8, b'9'); " \
              "pid = os.fork() or (os.write(7, b'f') and os._exit(0)); os.waitpid(pid, 0); " \
              "subprocess.run(['sh', '-c', 'echo spawned >&8'], close_fds=False); " \
              "c = os.open('closed', os.O_WRONLY | os.O_CREAT, 0o600); os.write(c, b'abc'); " \
              "os.execvp('sh', ['sh', '-c', 'echo more >&7; echo no >&%d; exec 7>other; echo other >&7' % c])"
    rows, _ = counted("sh", "-c", f"exec 7>seven; exec '{sys.executable}' -S -c \"$1\" 2>/dev/null", "sh", program, cwd=folder)
    written(rows, *(f"{folder}/{name}" for name in ("seven", "closed", "other")))
    equal(os.stat(f"{folder}/seven").st_size, 9 + 1 + 8 + 5)


def threads(folder):
    program = "import threading\n" \
              "def write(i):\n" \
              "    with open(f'thread{i}', 'wb', 0) as file:\n" \
              "        for _ in range(200): file.write(b'x' * (100 + i))\n" \
              "all = [threading.Thread(target=write, args=(i,)) for i in range(8)]\n" \
              "[t.start() for t in all]; [t.join() for t in all]"
    rows, _ = counted(sys.executable, "-S", "-c", program, cwd=folder)
    written(rows, *(f"{folder}/thread{i}" for i in range(8)))
    equal([rows[f"{folder}/thread{i}"][OUT] for i in range(8)], [200 * (100 + i) for i in range(8)])


def killed(folder):
    """What is killed has counted, the first process as well."""
    rows, _ = counted("sh", "-c", "(echo child > child; kill -9 $(sh -c 'echo $PPID')); echo first > first; kill -9 $$",
                      cwd=folder, status=-signal.SIGKILL, said="Killed\n")
    written(rows, f"{folder}/child", f"{folder}/first")


def crowd(folder):
    """Many at once."""
    rows, _ = counted("sh", "-c", "seq 200 | xargs -P 8 -I{} sh -c 'echo {} >>all; (cat all >/dev/null; echo {} | cat >own{})'", cwd=folder)
    written(rows, f"{folder}/all", *glob.glob(f"{folder}/own*"))
    equal(len(glob.glob(f"{folder}/own*")), 200)


def background(folder):
    """The summary waits for who outlives the first process."""
    rows, _ = counted("sh", "-c", "(sleep 0.5; echo late > late) >/dev/null 2>&1 & exit 3", cwd=folder, status=3)
    written(rows, f"{folder}/late")


def copies(folder):
    rows, _ = counted("sh", "-c", f"dd if='{WORDS}' of=dd bs=100 2>/dev/null; cp --reflink=never '{WORDS}' cp; "
                      f"split -b 1000 '{WORDS}' part; sort '{WORDS}' -o sorted; sed -n 1,20p '{WORDS}' > sed", cwd=folder)
    written(rows, *(f"{folder}/{name}" for name in ("dd", "cp", "sorted", "sed")), *glob.glob(f"{folder}/part*"))
    equal(len(glob.glob(f"{folder}/part*")), (os.stat(WORDS).st_size + 999) // 1000)


def tar(folder):
    for i in range(20):
        with open(f"{folder}/file{i}", "wb") as file:
            file.write(os.urandom(i * 1111))
    rows, _ = counted("tar", "cf", "archive.tar", *(f"file{i}" for i in range(20)), cwd=folder)
    written(rows, f"{folder}/archive.tar")
    equal([rows[f"{folder}/file{i}"][IN] for i in range(1, 20)], [i * 1111 for i in range(1, 20)])
    os.mkdir(f"{folder}/there")
    rows, _ = counted("tar", "xf", "archive.tar", "-C", "there", cwd=folder)
    written(rows, *(f"{folder}/there/file{i}" for i in range(1, 20)))
    equal(rows[f"{folder}/archive.tar"][IN], os.stat(f"{folder}/archive.tar").st_size)


def compressed(folder):
    rows, _ = counted("sh", "-c", "tar czf a.tgz /usr/include/x86_64-linux-gnu/bits 2>/dev/null; gzip -dc a.tgz | tar tf - >list", cwd=folder)
    written(rows, f"{folder}/a.tgz", f"{folder}/list")
    equal(rows[f"{folder}/a.tgz"][IN], os.stat(f"{folder}/a.tgz").st_size)


def sqlite(folder):
    # In one transaction each page is written once.
    sql = "CREATE TABLE t (x); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) " \
          "INSERT INTO t SELECT i || 'abcdefghijkl' FROM n;"
    subprocess.run(["sqlite3", f"{folder}/from.db", sql], check=True)
    rows, _ = counted("sqlite3", "from.db", "VACUUM INTO 'to.db'; SELECT count(*) FROM t;", cwd=folder)
    written(rows, f"{folder}/to.db")
    rows, out = counted("sqlite3", "to.db", ".dump", cwd=folder)
    equal((rows[f"{folder}/to.db"][OUT], out.count("INSERT")), (0, 20000))
    if rows[f"{folder}/to.db"][IN] < os.stat(f"{folder}/to.db").st_size:
        raise AssertionError(rows)


# -- The summary ------------------------------------------------------------------------------------------


def output(folder):
    """Where it goes; what the program says is the program's alone."""
    program = ["sh", "-c", "echo out; echo err >&2; cat /etc/passwd >x"]
    for words, file in ([["-l", "count"], None], [["-o", "log", "-l", "count"], "log"],
                        [["-l", "count:output=own"], "own"], [["-o", "log", "-l", "count:output=own"], "own"],
                        [["-l", "count:output=a\\,b=c:d,sort=bytes"], "a,b=c:d"]):
        done = run(*words, "--", *program, cwd=folder)
        lines = done.stderr.splitlines(True)
        equal((done.returncode, done.stdout, lines[0]), (0, "out\n", "err\n"))
        equal(len(lines) == 1, file is not None)
        text = "".join(lines[1:])
        if file:
            with open(f"{folder}/{file}", encoding="ascii") as it:
                text = it.read()
        written(rows_of(text), f"{folder}/x")
    equal(rows_of(text) and [*rows_of(text)][0], max(rows_of(text), key=lambda path: sum(rows_of(text)[path][IN:])))
    done = run("-l", "count:output=/nonexistent/x", "--", "touch", f"{folder}/touched")
    equal((done.returncode, "/nonexistent/x" in done.stderr, os.path.exists(f"{folder}/touched")), (125, True, False))


def table(folder):
    master, slave = pty.openpty()
    with subprocess.Popen([ENCASE, "run", "-l", "count", "--", "sh", "-c", "echo 12345 >x"], cwd=folder, env=ENV, stdin=slave,
                          stdout=slave, stderr=slave) as done:
        os.close(slave)
        text = b""
        try:
            while True:
                text += os.read(master, 65536)
        except OSError:  # nobody has the other end any more
            os.close(master)
    lines = text.decode().split("\r\n")
    equal((done.returncode, lines[0].split()), (0, ["calls", "errors", "bytes", "in", "bytes", "out", "path"]))
    equal([line.split()[3] for line in lines if line.endswith(f" {folder}/x")], ["6"])
    equal(lines[-2].split()[-1], "all")


def nested(folder):
    """An encase run inside another one tells when it ends, and what the other one tells stays right."""
    inner = f"'{ENCASE}' run -l count:output=inner -- sh -c 'cat /etc/passwd >one; exit 7'; echo $?; cat inner; cat one >two"
    rows, out = counted("sh", "-c", inner, cwd=folder)
    equal(out[:2], "7\n")
    written(rows, f"{folder}/one", f"{folder}/two")
    written(rows_of(out[2:]), f"{folder}/one")
    equal((f"{folder}/two" in rows_of(out[2:]), rows[f"{folder}/one"][IN]), (False, os.stat(f"{folder}/one").st_size))
    # The same layers by one encase, and by two.
    program = ["sh", "-c", "cat /etc/passwd | cat >x; exit 5"]
    one, two = ["-l", "count:output=0"], ["-l", "count:output=1"]
    texts = []
    for words in ([*one, *two], [*one, "--", ENCASE, "run", *two], [*one, *two, "--", ENCASE, "run"]):
        for name in "01":
            open(f"{folder}/file{name}", "wb").close()
        words = [word.replace("output=", "output=file") for word in words]
        equal(run(*words, "--", *program, cwd=folder).returncode, 5)
        for name in "01":
            with open(f"{folder}/file{name}", encoding="ascii") as file:
                texts.append(file.read())
    for i in (0, 1):
        equal((texts[i], texts[i]), (texts[i + 2], texts[i + 4]))
    equal(len(rows_of(texts[0])) > 5, True)


def kept(folder):
    """What all processes share is none of the program's: it can neither be closed nor used."""
    program = "import os, resource\n" \
              "hidden = []\n" \
              "for fd in map(int, os.listdir('/proc/self/fd')):\n" \
              "    try: os.fstat(fd)\n" \
              "    except OSError: hidden += [fd] if os.path.lexists(f'/proc/self/fd/{fd}') else []\n" \
              "done = 0\n" \
              "for fd in hidden:\n" \
              "    for do in os.close, os.dup, lambda fd: os.write(fd, b'x'), lambda fd: os.dup2(1, fd):\n" \
              "        try: do(fd); done += 1\n" \
              "        except OSError: pass\n" \
              "os.closerange(3, 1 << 20)\n" \
              "print(len(hidden), done, flush=True)\n" \
              "resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))\n" \
              "os.execvp('sh', ['sh', '-c', 'echo 123456 >x; exec sh -c \"echo 78 >>x\"'])"
    rows, out = counted(sys.executable, "-S", "-c", program, cwd=folder)
    equal(out, "3 0\n")  # the log, counters, the end of a pipe
    written(rows, f"{folder}/x")


def demo(folder):
    """The example's layer, unchanged, says of two programs' archives what lies on disk."""
    layer, script = map(os.path.abspath, sys.argv[4:6])
    liar = os.path.join(folder, "encase")
    with open(liar, "w", encoding="ascii") as file:
        file.write(f"#!/bin/sh\n'{ENCASE}' \"$@\"\necho more >>files.tar\n")
    os.chmod(liar, 0o755)
    for encase, status, holds in (ENCASE, 0, 2), (liar, 1, 0):
        done = subprocess.run([script, encase, layer, os.path.dirname(WORDS)], capture_output=True, text=True, check=False)
        equal((done.returncode, done.stdout.count("holds:")), (status, holds))
        equal("does not hold" in done.stderr, bool(status))


def fresh(test):
    need = UNLESS.get(test.__name__)
    if need and not shutil.which(need):
        raise tap.Skip(f"there is no {need}")
    with tempfile.TemporaryDirectory() as folder:
        yield from complaints(test, os.path.realpath(folder))


if __name__ == "__main__":
    sys.exit(tap.run((test.__name__, fresh(test)) for test in (
        pipelines, descriptors, threads, killed, crowd, background, copies, tar, compressed, sqlite,
        output, table, nested, kept, demo)))
