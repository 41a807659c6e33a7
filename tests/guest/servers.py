#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Servers under layers, with a load from outside and from inside: what is asked and saved is what it is natively.

servers.py ENCASE LAYERS POLICIES.  Prints TAP."""
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import gated
import tap

PATIENCE = 30  # seconds
REDIS = "redis-check-rdb"  # the server itself, by another name: redis-tools has it, and starts none when it is installed
BODY = b"what is served\n" * 5000


class Server:
    """A program that runs until it is told to end."""

    def __init__(self, folder, stack, words, **more):
        self.log = open(f"{folder.beside}/said", "wb")  # pylint: disable=consider-using-with
        self.child = subprocess.Popen(gated.stack(stack, folder.beside) + words, stdin=subprocess.DEVNULL, stdout=self.log,
                                      stderr=self.log, cwd=folder.path, env=gated.environment(folder.path), **more)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        self.log.close()

    def answers(self, path):
        """Waits until somebody listens there."""
        for _ in range(PATIENCE * 50):
            with socket.socket(socket.AF_UNIX) as client:
                if not client.connect_ex(path):
                    return
            if self.child.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"it does not answer: {open(self.log.name, 'rb').read()[-1000:]!r}")

    def end(self):
        return self.child.wait(PATIENCE)


def run(words, folder, stack="natively", **more):
    done = subprocess.run(gated.stack(stack, folder.path) + words, capture_output=True, check=False, timeout=120,
                          stdin=subprocess.DEVNULL, cwd=folder.path, env=gated.environment(folder.path), **more)
    if done.returncode:
        raise AssertionError(f"{words}: {done}")
    return done.stdout.decode(errors="replace")


def redis(folder, stack):
    """What a session with redis-server comes to: the same for the same commands."""
    os.symlink(shutil.which(REDIS), f"{folder.path}/redis-server")
    at = f"{folder.path}/socket"
    client = ["redis-cli", "-s", at]
    server = [f"{folder.path}/redis-server", "--port", "0", "--unixsocket", at, "--save", "", "--appendonly", "yes",
              "--enable-debug-command", "yes"]
    with Server(folder, stack, server) as running:
        running.answers(at)
        told = []
        for load in stack, "natively":
            run(["redis-benchmark", "-s", at, "-q", "-n", "4000", "-c", "20", "-t", "set,incr,lpush,mset"],
                folder, load)
        # What it did is known: that many calls of each, all answered.
        told.append(run([*client, "get", "counter:__rand_int__"], folder))
        told.append(run([*client, "eval", "for i = 1, 5000 do redis.call('set', 'k' .. i, i) end return redis.call('dbsize')", "0"],
                        folder))
        run([*client, "config", "set", "save", "100 1"], folder)
        for what in "bgsave", "bgrewriteaof":  # a child for each
            run([*client, what], folder)
            while any(f"{busy}_in_progress:1" in run([*client, "info", "persistence"], folder)
                      for busy in ("rdb_bgsave", "aof_rewrite")):
                time.sleep(0.02)
        told += [line for line in run([*client, "info", "persistence"], folder).split() if "_status:" in line]
        told.append(run([*client, "debug", "digest"], folder))
        told.append(run([*client, "debug", "reload"], folder))
        told.append(run([*client, "debug", "digest"], folder))
        subprocess.run([*client, "shutdown"], check=False, capture_output=True, timeout=PATIENCE)
        told.append(running.end())
    told.append(run([shutil.which(REDIS), f"{folder.path}/dump.rdb"], folder).count("OK"))
    return told


CONFIGURATION = """worker_processes 3;
daemon off;
pid {0}/pid;
error_log {0}/errors notice;
{1}events {{ worker_connections 200; }}
http {{
	access_log {0}/access;
	client_body_temp_path {0}/t1; proxy_temp_path {0}/t2; fastcgi_temp_path {0}/t3; uwsgi_temp_path {0}/t4; scgi_temp_path {0}/t5;
	sendfile on;
	aio threads;
	server {{ listen unix:{0}/socket; root {0}/html; gzip off; }}
	server {{ listen unix:{0}/other; location / {{ proxy_pass http://unix:{0}/socket; }} }}
}}
"""


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=PATIENCE)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)


def fetch(path, count, good):
    """Asks that often; a connection that the server closes before it is used again is opened anew, as clients do."""
    connection = Connection(path)
    for _ in range(count):
        for _ in range(3):
            try:
                connection.request("GET", "/file")
                answer = connection.getresponse()
                good.append((answer.status, answer.read() == BODY))
                break
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                connection.close()
    connection.close()


def nginx(folder, stack):
    """Workers that serve while they are replaced, and one that is killed."""
    os.mkdir(f"{folder.path}/html")
    with open(f"{folder.path}/html/file", "wb") as file:
        file.write(BODY)
    with open(f"{folder.path}/conf", "w", encoding="utf-8") as file:
        file.write(CONFIGURATION.format(folder.path, "" if os.geteuid() else "user root;\n"))
    good = []
    with Server(folder, stack, [gated.NGINX, "-c", f"{folder.path}/conf", "-p", folder.path]) as running:
        running.answers(f"{folder.path}/other")
        with open(f"{folder.path}/pid", encoding="utf-8") as file:
            master = int(file.read())
        threads = [threading.Thread(target=fetch, args=(f"{folder.path}/{where}", 100, good))
                   for where in ("socket", "socket", "other", "other")]
        for thread in threads:
            thread.start()
        for _ in range(4):
            time.sleep(0.1)
            os.kill(master, signal.SIGHUP)
        for thread in threads:
            thread.join()
        told = [sorted(set(good)), len(good)]
        if shutil.which("curl"):
            told.append(run(["sh", "-c", f"for i in 1 2 3; do curl -s --unix-socket {folder.path}/other http://x/file | cksum; done"],
                            folder, stack))
        os.kill(master, signal.SIGUSR1)  # opens its logs anew
        os.kill(master, signal.SIGQUIT)
        told.append(running.end())
    with open(f"{folder.path}/errors", encoding="utf-8") as file:
        told += [line for line in file if any(f"[{bad}]" in line for bad in ("emerg", "alert", "crit"))]
    return told


SERVERS = {"redis-server": (redis, [REDIS, "redis-cli", "redis-benchmark"]), "nginx": (nginx, [gated.NGINX])}


def compare(name, why):
    if why:
        raise tap.Skip(why)
    session, needs = SERVERS[name]
    gated.wants(needs)
    with gated.Folder() as folder:
        told = {}
        for stack in ("natively", *gated.STACKS):
            folder.fresh()
            try:
                told[stack] = session(folder, stack)
            except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
                yield f"{stack}: {error!r}"
                continue
            if stack != "natively" and told[stack] != told.get("natively"):
                yield f"{stack}: natively {told.get('natively')}, under layers {told[stack]}"
            yield from gated.has_seen(stack, folder.beside)


def tests():
    why = gated.refused()
    for name in SERVERS:
        yield name, compare(name, why)


if __name__ == "__main__":
    sys.exit(tap.run(tests()))
