#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# needs: python3
"""Python's ways to make and to wait for children."""
import asyncio
import concurrent.futures
import multiprocessing
import os
import pty
import signal
import subprocess
import sys


def square(n):
    return n * n


async def echo(n):
    child = await asyncio.create_subprocess_exec("sh", "-c", f"echo {n}; exit {n}", stdout=subprocess.PIPE)
    out, _ = await child.communicate()
    return out, child.returncode


async def echoes():
    print(await asyncio.gather(*(echo(n) for n in range(12))))


def forks():
    codes = []
    for n in range(20):
        pid = os.fork()
        if not pid:
            os._exit(n)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    print(codes)


def terminal():
    pid, fd = pty.fork()
    if not pid:
        os.execlp("sh", "sh", "-c", "test -t 0 && stty size && tty >/dev/null && echo terminal")
    out = b""
    try:
        while data := os.read(fd, 1000):
            out += data
    except OSError:
        pass
    print(out, os.waitpid(pid, 0)[1])


def main():
    print(subprocess.run(["sh", "-c", "echo $0; exit 4", "x"], capture_output=True, check=False))
    print(os.popen("echo popen").read())
    cat = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    print(len(cat.communicate(b"through" * 100000)[0]))
    print(subprocess.run(["cat"], input=b"preexec", capture_output=True, preexec_fn=os.setsid, check=True).stdout)
    try:
        subprocess.run(["sleep", "9"], timeout=0.1, check=False)
    except subprocess.TimeoutExpired:
        print("timed out")
    try:
        subprocess.run(["/nonexistent"], check=False)
    except FileNotFoundError as error:
        print(error)
    pid = os.posix_spawn("/bin/sh", ["sh", "-c", "kill -TERM $$"], os.environ, setsigmask=[signal.SIGUSR1])
    print(os.waitpid(pid, 0)[1])
    forks()
    terminal()
    asyncio.run(echoes())
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        with concurrent.futures.ProcessPoolExecutor(3, mp_context=context) as pool:
            print(method, sum(pool.map(square, range(60), chunksize=7)))
    os.execv(sys.executable, [sys.executable, "-S", "-c", "print('executed'); raise SystemExit(5)"])


if __name__ == "__main__":
    main()
