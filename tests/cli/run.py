#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""encase run and encase doctor: layers, options, the log, exit statuses, what is refused.

run.py ENCASE LAYERS POLICIES.  Prints TAP."""
import mmap
import os
import shutil
import signal
import stat
import struct
import subprocess
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

ENCASE, LAYERS, POLICIES = (os.path.abspath(path) for path in sys.argv[1:4])


def run(*words, env=None, **more):
    if env is None:
        env = {**os.environ, "ENCASE_LAYERS": f"{LAYERS}:{POLICIES}"}
    return subprocess.run([ENCASE, *words], capture_output=True, text=True, check=False, env=env, timeout=60, **more)


def equal(got, expected):
    if got != expected:
        raise AssertionError(f"got {got!r}, expected {expected!r}")


def fails(status, said, *words, **more):
    done = run(*words, **more)
    if done.returncode != status or said not in done.stderr or done.stdout:
        raise AssertionError(f"{words}: {done}")


def wants_gate():
    done = run("run", "--", "/bin/true")
    if done.returncode == 125:
        raise tap.Skip(done.stderr.strip())


def statuses():
    equal(run("run", "--", "sh", "-c", "exit 42").returncode, 42)
    equal(run("run", "sh", "-c", "kill -TERM $$").returncode, -signal.SIGTERM)
    equal(run("run", "sh", "-c", "kill -SEGV $$").returncode, -signal.SIGSEGV)
    fails(127, "nonexistent", "run", "--", "nonexistent")
    fails(127, "nonexistent", "run", "--", "/nonexistent")
    fails(126, "", "run", "--", "/etc/passwd")
    fails(126, "", "run", "--", "/etc")


def usage():
    fails(125, "which program?", "run")
    fails(125, "which program?", "run", "-l", "count")
    fails(125, "-l what?", "run", "-l")
    fails(125, "no option '-x'", "run", "-x", "y", "true")
    fails(125, "nonexistent.so", "run", "-l", "nonexistent", "true")
    fails(125, "layer deny:nonsense", "run", "-l", "deny:nonsense", "true")
    fails(125, "/nonexistent/log", "run", "-o", "/nonexistent/log", "true")
    fails(125, "no such descriptor", "run", "-o", "999", "true")
    fails(125, "no such descriptor", "run", "-o", "99999999999", "true")
    fails(125, "-o : No such file", "run", "-o", "", "true")
    fails(125, "-o what?", "run", "-o")
    fails(125, "no name", "run", "-l", "", "true")
    fails(125, "no name", "run", "-l", ":x", "true")
    fails(125, "a name has letters", "run", "-l", "a b", "true")
    fails(125, "/nonexistent.so", "run", "-l", "/nonexistent.so", "true")
    fails(125, "layer /etc/passwd", "run", "-l", "/etc/passwd", "true")
    fails(125, "more than 64 layers", "run", *["-l", "trace"] * 65, "true")
    fails(125, "layer count:output=/nonexistent/x", "run", "-l", f"{POLICIES}/count.so:output=/nonexistent/x", "true")
    fails(125, "layer count:x=y", "run", "-l", f"{POLICIES}/count.so:x=y", "true")
    fails(125, "layer trace:prefix", "run", "-l", "trace:prefix", "true")
    fails(125, "no option '-'", "run", "-", "true")
    fails(127, "No such file", "run", "--", "")
    fails(125, "the gate's own", "@again")
    fails(125, "the gate's own", "@again", "-1", "often", "-1", "x")


def layers_and_options():
    done = run("run", "-l", "deny:unlink=EPERM,unlinkat=EPERM", "--", "rm", "/nonexistent/a")
    equal((done.returncode, "Operation not permitted" in done.stderr), (1, True))
    # The leftmost is nearest the kernel: the upper one decides first.
    one, two = "deny:getpgid=EPERM", "deny:getpgid=EACCES"
    show = ["python3", "-S", "-c", "import ctypes as c; l = c.CDLL(None, use_errno=True); l.getpgid(0); print(c.get_errno())"]
    equal(run("run", "-l", one, "-l", two, "--", *show).stdout, "13\n")
    equal(run("run", "-l", two, "-l", one, "--", *show).stdout, "1\n")
    # An encase run inside adds its layers on top.
    equal(run("run", "-l", one, "--", ENCASE, "run", "-l", two, "--", *show).stdout, "13\n")
    equal(run("run", "-l", two, "--", ENCASE, "run", "-l", one, "--", *show).stdout, "1\n")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(os.path.join(POLICIES, "deny.so"), os.path.join(folder, "a:b.so"))
        done = run("run", "-l", folder + "/a\\:b.so:getpgid=EPERM", "--", *show,
                   env={**os.environ, "LD_LIBRARY_PATH": os.path.dirname(POLICIES)})
        equal(done.stdout, "1\n")
        # A layer's libraries are found by the programs that are executed, too.
        done = run("run", "-l", folder + "/a\\:b.so:getpgid=EPERM", "--", "sh", "-c", "unset LD_LIBRARY_PATH; env; " +
                   " ".join(show[:3]) + f" '{show[3]}'", env={**os.environ, "LD_LIBRARY_PATH": os.path.dirname(POLICIES)})
        equal((done.stdout[-2:], "LD_LIBRARY_PATH" in done.stdout), ("1\n", False))


def escapes():
    """What a layer's options mean is the layer's: they come as they are written, commas, colons and equals signs with them."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("a,b", "a=b", "a:b", "a\\b"):
            written = f"{folder}/{name}".replace("\\", "\\\\").replace(",", "\\,")
            equal(run("run", "-l", f"{POLICIES}/count.so:sort=bytes,output={written}", "--", "true").returncode, 0)
            with open(f"{folder}/{name}", encoding="utf-8") as out:
                if "\t" not in out.read():
                    raise AssertionError(f"{name}: nothing was counted")
        equal(sorted(os.listdir(folder)), sorted(("a,b", "a=b", "a:b", "a\\b")))
    lines = run("run", "-l", "trace:prefix=a,b=c:d ", "--", "true").stderr.splitlines()
    equal([line for line in lines if not line.startswith("a,b=c:d ")], [])


def what_there_is():
    """list layers has a line for each that is found by its name; the first folder's is the one."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(os.path.join(POLICIES, "deny.so"), os.path.join(folder, "count.so"))
        shutil.copy(os.path.join(POLICIES, "deny.so"), os.path.join(folder, "no.name.so"))
        for name in ("broken.so", "other.txt", ".so"):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write("no object\n")
        path = {"LD_LIBRARY_PATH": os.path.dirname(POLICIES)}
        done = run("list", "layers", env={**os.environ, **path, "ENCASE_LAYERS": f"{folder}:/nonexistent::{POLICIES}"})
        lines = {line.split()[0]: line for line in done.stdout.splitlines()}
        equal((done.returncode, done.stderr), (0, ""))
        if list(lines) != sorted(lines) or not {"broken", "count", "deny", "trace"} <= set(lines) or {"no.name", "other", ""} & set(lines):
            raise AssertionError(done.stdout)
        for name, said in (("broken", "cannot be loaded"), ("count", f"errno: CALL|%GROUP=ERRNO,... ({folder}/count.so)"),
                           ("trace", "logs each call"), ("deny", f"({POLICIES}/deny.so)")):
            if said not in lines[name]:
                raise AssertionError(lines[name])
    fails(2, "'x' is too much", "list", "layers", "x")


def help_and_words():
    for words in (("run", "--help"), ("run", "-l", "trace", "--help")):
        done = run(*words)
        equal((done.returncode, done.stderr, "-o FILE" in done.stdout, "Exit status" in done.stdout), (0, "", True, True))
    equal("run --help" in run("--help").stdout, True)
    # Behind the program's name all words are the program's.
    equal(run("run", "echo", "--help", "-l", "x").stdout, "--help -l x\n")
    equal(run("run", "--", "echo", "--").stdout, "--\n")


def descriptors():
    """A program has those that it has natively, and no more, wherever the log goes."""
    first = ["python3", "-S", "-c", "import os; print(os.open('/', 0))"]
    native = subprocess.run(first, capture_output=True, text=True, check=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        for words in ([], ["-o", f"{folder}/log"], ["-o", f"{folder}/log", "-o", f"{folder}/other"], ["-o", "2"],
                      ["-l", f"{POLICIES}/count.so:output={folder}/counts"], ["-l", f"{POLICIES}/count.so:output={folder}/counts", "-o", f"{folder}/log"]):
            equal(run("run", *words, "--", *first).stdout, native)
            equal(run("run", *words, "--", "sh", "-c", "exec \"$@\"", "sh", *first).stdout, native)


def total(path):
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 8192, prot=mmap.PROT_READ) as memory:
        return [n for n, in struct.iter_unpack("Q", memory[:8192])]


def nested():
    """run -l a -l b -- P is run -l a -- encase run -l b -- P: both layers see the same calls of P's."""
    with tempfile.TemporaryDirectory() as folder:
        files = [os.path.join(folder, str(i)) for i in range(4)]
        program = ["sh", "-c", "pwd; exec ls /"]
        run("run", "-l", f"count:{files[0]}", "-l", f"count:{files[1]}", "--", *program)
        run("run", "-l", f"count:{files[2]}", "--", ENCASE, "run", "-l", f"count:{files[3]}", "--", *program)
        counts = [total(path) for path in files]
        equal(counts[0], counts[1])
        equal(counts[0], counts[3])
        equal(counts[0], counts[2])
        if sum(counts[0]) < 50:
            raise AssertionError(f"counts: {counts[0]}")


def the_log():
    lines = run("run", "-l", "trace:prefix=T", "--", "true").stderr.splitlines()
    if len(lines) < 5 or not all(line.startswith("T") for line in lines):
        raise AssertionError(lines)
    with tempfile.NamedTemporaryFile("r+") as log:
        done = run("run", "-o", log.name, "-l", "trace", "--", "sh", "-c", "ls / >/dev/null; exec 9>&-; echo out")
        equal((done.stdout, done.stderr), ("out\n", ""))
        text = log.read()
        if "vfork(" not in text or "getdents64(" not in text:
            raise AssertionError(text[-2000:])
        # A number is a descriptor's.
        log.seek(0)
        log.truncate()
        done = run("run", "-o", str(log.fileno()), "-l", "trace", "--", "true", pass_fds=(log.fileno(),))
        equal((done.stdout, done.stderr), ("", ""))
        log.seek(0)
        if "mmap(" not in log.read():
            raise AssertionError("nothing in the log")


def first_execution():
    """It goes through the layers, too."""
    fails(126, "Permission denied", "run", "-l", "deny:execve=EACCES", "--", "true")


def environments():
    equal(run("run", "--", "env", env={}).stdout, "")
    equal(run("run", "--", "/usr/bin/env", "-i", "/bin/sh", "-c", "/usr/bin/env", env={"A": "1"}).stdout.count("="), 1)
    # The dynamic linker's variables are the program's, not encase's.
    done = run("run", "--", "sh", "-c", "LD_TRACE_LOADED_OBJECTS=1 /bin/true")
    equal(("libc.so" in done.stdout, "libffi" in done.stdout, done.returncode), (True, False, 0))


def refused():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        copy = os.path.join(folder, "true")
        shutil.copy("/bin/true", copy)
        with open(copy, "r+b") as file:  # a program for 32-bit processors
            file.seek(4)
            file.write(b"\x01")
        fails(126, "Exec format error", "run", "--", copy)
        done = run("run", "--", "sh", "-c", f"{copy}; echo $?")
        equal(done.stdout, "126\n" if "126" in done.stdout else "2\n")
        shutil.copy("/bin/true", copy)
        os.chmod(copy, 0o4755)
        if os.geteuid():
            raise tap.Skip("only root can make a program of another user's")
        os.chown(copy, 12345, 12345)
        os.chmod(copy, 0o4755)
        if os.statvfs(folder).f_flag & os.ST_NOSUID:
            raise tap.Skip("set-user-ID means nothing here")
        fails(126, "set-user-ID", "run", "--", copy)
        done = run("run", "--", "python3", "-S", "-c", f"import os\ntry: os.execv('{copy}', ['x'])\n"
                   "except OSError as e: print(e.errno)")
        equal((done.stdout, "other rights" in done.stderr), ("1\n", True))
        os.chmod(copy, stat.S_IRUSR | stat.S_IXUSR)
        equal(run("run", "--", copy).returncode, 0)


def doctor():
    done = run("doctor")
    equal(done.stderr, "")
    if not done.stdout.splitlines()[-1].startswith("encase run: "):
        raise AssertionError(done.stdout)
    equal(done.returncode, 0 if run("run", "true").returncode == 0 else 1)
    fails(2, "'x' is too much", "doctor", "x")


def starts_lightly():
    maps = run("run", "-l", "count", "--", "cat", "/proc/self/maps").stdout
    equal(("count.so" in maps, "libencase.so" in maps), (True, False))  # the library is in here already
    if not shutil.which("strace"):
        raise tap.Skip("there is no strace")
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        done = subprocess.run(["strace", "-f", "-e", "trace=mmap", "-o", log, ENCASE, "run", "--", "dd", "bs=1",
                               "if=/dev/zero", "of=/dev/null", "count=200"], capture_output=True, text=True, check=False, timeout=60)
        if done.returncode:
            raise tap.Skip("strace: " + done.stderr.strip().splitlines()[-1])
        with open(log, encoding="utf-8") as file:
            equal(sum("mmap(" in line for line in file) < 300, True)  # where there is room for stubs is soon found


def complaints(test):
    if test not in (usage, doctor, what_there_is):
        wants_gate()
    try:
        test()
    except (AssertionError, subprocess.TimeoutExpired) as error:
        yield str(error)


if __name__ == "__main__":
    sys.exit(tap.run((test.__name__.replace("_", " "), complaints(test)) for test in (
        statuses, usage, layers_and_options, escapes, what_there_is, help_and_words, descriptors, nested, the_log, first_execution, environments, refused, doctor,
        starts_lightly)))
