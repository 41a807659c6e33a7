#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Shells at a terminal: jobs that are stopped, continued and interrupted by its keys say natively and under layers the same.

terminal.py ENCASE LAYERS POLICIES.  Prints TAP."""
import os
import pty
import re
import select
import signal
import sys
import termios
import time

import gated
import tap

PROMPT = "<ready>"
SHELLS = {"bash": ["bash", "--norc", "--noprofile", "--noediting", "-i"], "dash": ["dash", "-i"]}
PATIENCE = 30  # seconds
JOBS = ("sleep", "cat")  # what is stopped; a shell's child that is no such program yet may ignore that, as the shell does
# A job that has just begun may ignore SIGTERM, as its shell does; so it is killed.
# What is typed, and what is waited for before the next: a prompt, or that a job has the terminal, and is asleep.
SESSION = [
    ("set -m; test -t 0 && echo terminal\n", "prompt"),
    ("sleep 100\n", "job"), ("\x1a", "prompt"), ("jobs\n", "prompt"),
    ("bg\n", "prompt"), ("fg\n", "job"), ("\x03", "prompt"), ("echo $?\n", "prompt"),
    ("cat | cat\n", "job"), ("line\n", "line\r\nline\r\n"), ("\x1a", "prompt"), ("fg\n", "job"),
    ("again\n", "again\r\nagain\r\n"), ("\x04", "prompt"), ("echo $?\n", "prompt"),
    ("sleep 100 &\n", "prompt"), ("sleep 101 | sleep 102 &\n", "prompt"), ("jobs\n", "prompt"),
    ("kill -9 %1; sleep 0.3; jobs\n", "prompt"), ("fg %2\n", "job"), ("\x1c", "prompt"),
    ("cat & sleep 0.3; jobs\n", "prompt"), ("fg\n", "job"), ("\x03", "prompt"),
    ("trap 'echo interrupted' INT; kill -INT $$; trap - INT\n", "prompt"),
    ("(trap 'exit 9' TSTP; sh -c 'kill -TSTP $PPID'; sleep 1); echo $?\n", "prompt"),
    ("stty -echo; stty -a | grep -c -- -echo; stty echo\n", "prompt"),
    ("sh -c 'sleep 0.1; exit 4' & wait $!; echo $?\n", "prompt"),
    ("exit 7\n", "end"),
]


class Terminal:
    """A program at a terminal of its own."""

    def __init__(self, words, folder):
        self.said = ""
        self.pid, self.fd = pty.fork()
        if not self.pid:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.chdir(folder)
            os.execvpe(words[0], words, {**gated.environment(folder), "PS1": PROMPT, "TERM": "dumb"})

    def read(self, seconds):
        """What comes within that time; false at the end."""
        if select.select([self.fd], [], [], seconds)[0]:
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                data = b""
            self.said += data.decode(errors="replace")
            return bool(data)
        return True

    def has_job(self):
        """Whether another group than the shell's has the terminal, and all of its processes are what was typed, and wait."""
        group = os.tcgetpgrp(self.fd)
        if group in (self.pid, 0):
            return False
        states = [(name in JOBS, state) for other, state, name in processes() if other == group]
        return bool(states) and set(states) == {(True, "S")}

    def type(self, keys, awaited):
        """Types, and waits; what was wrong, or nothing."""
        begin, end = len(self.said), time.monotonic() + PATIENCE
        os.write(self.fd, keys.encode())
        while time.monotonic() < end:
            more = self.read(0.01)
            new = self.said[begin:]
            if awaited == "end" and not more:
                return ""
            if awaited == "prompt" and new.endswith(PROMPT) or awaited == "job" and self.has_job() or \
                    awaited not in ("prompt", "job", "end") and awaited in new:
                return ""
        return f"after {keys!r} there came {new!r}, and no {awaited!r}"

    def close(self):
        for sign in signal.SIGHUP, signal.SIGKILL:
            for group in {group for group, _, _ in processes(session=self.pid)}:
                try:
                    os.killpg(group, sign)
                except ProcessLookupError:
                    pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def processes(session=None):
    """(process group, state, name) of each."""
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as stat:
                    name, _, words = stat.read().partition("(")[2].rpartition(")")
            except OSError:
                continue
            words = words.split()
            if session is None or int(words[3]) == session:
                yield int(words[2]), words[0], name


def talk(shell, stack, folder):
    """What is seen at the terminal, with no number of a process in it; and the shell's status."""
    folder.fresh()
    terminal = Terminal(gated.stack(stack, folder.beside) + SHELLS[shell], folder.path)
    wrong = terminal.type("", "prompt")
    for keys, awaited in SESSION:
        if wrong:
            break
        if awaited == "job":  # what is typed before is echoed at once
            time.sleep(0.01)
        wrong = terminal.type(keys, awaited)
    if wrong:
        os.kill(terminal.pid, signal.SIGKILL)
    status = terminal.close()
    return re.sub(r"^(\[\d\] )\d+(?=\r)", r"\1N", terminal.said, flags=re.MULTILINE).splitlines(), status, wrong


def compare(shell, stack, why):
    if why:
        raise tap.Skip(why)
    gated.wants(SHELLS[shell][:1])
    with gated.Folder() as folder:
        native, gate = talk(shell, "natively", folder), talk(shell, stack, folder)
        for what, one, two in zip(("status", "mistake"), native[1:], gate[1:]):
            if one != two:
                yield f"{what}: natively {one!r}, under layers {two!r}"
        if native[2]:
            yield f"natively: {native[2]}"
        for one, two in zip(native[0] + [""], gate[0] + [""]):
            if one != two:
                yield f"natively {one!r}, under layers {two!r}"
                break
        yield from gated.has_seen(stack, folder.beside)


def tests():
    why = gated.refused()
    for shell in SHELLS:
        for stack in gated.STACKS:
            yield f"{shell} at a terminal: {stack}", compare(shell, stack, why)


if __name__ == "__main__":
    sys.exit(tap.run(tests()))
