#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# needs: python3
"""Python's threads, with what they wait for, signals, timers, sockets and memory."""
import hashlib
import mmap
import os
import queue
import select
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import zlib

COUNT = 64


def many():
    out = []
    threads = [threading.Thread(target=out.append, args=(i,)) for i in range(COUNT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sorted(out) == list(range(COUNT)))


def queues():
    work, done = queue.Queue(8), queue.Queue()

    def worker():
        while (n := work.get()) is not None:
            done.put(n * n)
    threads = [threading.Thread(target=worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for n in range(2000):
        work.put(n)
    for thread in threads:
        work.put(None)
    for thread in threads:
        thread.join()
    print(sum(done.get() for _ in range(2000)))


def children_of_threads():
    out = {}

    def run(n):
        out[n] = subprocess.run(["sh", "-c", f"echo {n}"], capture_output=True, text=True, check=True).stdout
    threads = [threading.Thread(target=run, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sorted(out.items()))


def alarms():
    came = []
    signal.signal(signal.SIGALRM, lambda *_: came.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
    while len(came) < 50:
        time.sleep(0.01)
        hashlib.sha256(os.urandom(5000)).digest()
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    print("alarms")
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)
    print(signal.sigpending(), signal.sigwait([signal.SIGUSR1]))


def sockets():
    server = socket.create_server(("127.0.0.1", 0))
    total = []

    def serve():
        for _ in range(4):
            connection, _ = server.accept()
            with connection:
                while data := connection.recv(65536):
                    total.append(len(data))
                    connection.sendall(b"%d." % len(data))
    thread = threading.Thread(target=serve)
    thread.start()
    for size in 1, 1000, 100000, 7:
        with socket.create_connection(server.getsockname()) as client:
            client.sendall(b"x" * size)
            client.shutdown(socket.SHUT_WR)
            while client.recv(65536):
                pass
    thread.join()
    server.close()
    print(sum(total))
    one, two = socket.socketpair()
    poll = select.epoll()
    poll.register(two, select.EPOLLIN)
    socket.send_fds(one, [b"fd"], [0])
    print(poll.poll(1)[0][1], socket.recv_fds(two, 10, 1)[0])


def memory():
    with tempfile.TemporaryFile() as file:
        file.truncate(1 << 20)
        with mmap.mmap(file.fileno(), 0) as view:
            view[::4096] = b"m" * 256
            view.flush()
        print(zlib.crc32(file.read()))
    base = sqlite3.connect("a.db", isolation_level=None)
    base.execute("pragma journal_mode=wal")
    base.execute("create table t(a)")
    base.execute("begin")
    base.executemany("insert into t values(?)", ((i,) for i in range(500)))
    base.execute("commit")
    print(base.execute("select sum(a) from t").fetchall())


if __name__ == "__main__":
    for test in many, queues, children_of_threads, alarms, sockets, memory:
        test()
