#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""encase run with layers that count for the whole run: to signals, shells and terminals it is the program.

jobs.py ENCASE LAYERS POLICIES.  Prints TAP."""
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import time

from under import ENCASE, ENV, complaints, equal, run, tap

COUNT = ["-l", "count:output=/dev/null"]
# Says which signals come, one by one, and ends with SIGTERM.
LISTEN = ["python3", "-S", "-c", """
import os, signal, sys
some = [signal.SIGUSR1, signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGCONT, signal.SIGRTMIN]
signal.pthread_sigmask(signal.SIG_BLOCK, some)
print('listens', os.getpid(), flush=True)
if len(sys.argv) > 1: os.kill(0, getattr(signal, sys.argv[1]))
while info := signal.sigtimedwait(some, 0.5 if len(sys.argv) > 1 else 20):
    print(signal.Signals(info.si_signo).name, flush=True)
    if info.si_signo == signal.SIGTERM: sys.exit(9)
sys.exit(8)
"""]


def start(*program, **more):
    more = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "env": ENV, **more}
    return subprocess.Popen([ENCASE, "run", *COUNT, "--", *program], **more)


def pid_of(listener):
    return int(listener.stdout.readline().split()[1])


def state_of(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        return file.read().rsplit(")", 1)[1].split()[0]


def wait_for(true):
    end = time.monotonic() + 10
    while not true():
        if time.monotonic() > end:
            raise AssertionError("it does not come to that")
        time.sleep(0.01)


def statuses():
    equal(run(*COUNT, "sh", "-c", "exit 42").returncode, 42)
    for name in ("TERM", "SEGV", "KILL", "ABRT"):
        equal(run(*COUNT, "sh", "-c", f"kill -{name} $$").returncode, -signal.Signals["SIG" + name])
        done = subprocess.run(["sh", "-c", f"'{ENCASE}' run {' '.join(COUNT)} sh -c 'kill -{name} $$'; exit $?"],
                              env=ENV, check=False, capture_output=True)
        equal(done.returncode, 128 + signal.Signals["SIG" + name])
    equal(run(*COUNT, "--", "nonexistent").returncode, 127)
    equal(run(*COUNT, "--", "/nonexistent").returncode, 127)
    equal(run(*COUNT, "--", "/etc/passwd").returncode, 126)
    # Who started it may ignore the ends of children, and have all signals blocked.
    done = run(*COUNT, "sh", "-c", "exit 42", preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
    equal(done.returncode, 42)
    for words in COUNT, []:
        done = run(*words, "grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status", preexec_fn=lambda: (
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP}), signal.signal(signal.SIGCHLD, signal.SIG_IGN)))
        blocked, ignored = (int(line.split()[1], 16) for line in done.stdout.splitlines())
        equal((blocked, ignored >> signal.SIGCHLD - 1 & 1), (1, 1))


def handed_on():
    """What is sent to encase comes to the program, once."""
    process = start(*LISTEN)
    pid_of(process)
    for name in ("SIGUSR1", "SIGINT", "SIGHUP", "SIGQUIT", "SIGCONT", "SIGRTMIN"):
        process.send_signal(signal.Signals[name])
        equal(process.stdout.readline(), name + "\n")
    time.sleep(0.1)
    process.terminate()
    equal((process.communicate(timeout=10)[0], process.returncode), ("SIGTERM\n", 9))


def in_a_group():
    """What the program sends to its group has reached it."""
    for name in ("SIGUSR1", "SIGINT"):
        process = start(*LISTEN, name, start_new_session=True)
        equal(process.communicate(timeout=10)[0].split()[2:], [name])
        equal(process.returncode, 8)
    # A child's, too, which is still there to be asked.
    process = start("sh", "-c", "trap 'echo got' USR1; sh -c 'trap "" USR1; kill -USR1 0; sleep 0.3'; exit 8", start_new_session=True)
    equal((process.communicate(timeout=10)[0].split().count("got"), process.returncode), (1, 8))


def killed_by_alarm():
    """An alarm goes on in who executes encase, and is the program's."""
    done = run(*COUNT, "sleep", "20", preexec_fn=lambda: signal.alarm(1))
    equal(done.returncode, -signal.SIGALRM)


def wait_is_ended():
    """Once the program has ended, a signal ends the wait for others."""
    process = start("sh", "-c", "sleep 20 >/dev/null 2>&1 & echo $!; exit 4")
    sleeps = int(process.stdout.readline())
    time.sleep(0.3)
    equal(process.poll(), None)
    process.send_signal(signal.SIGUSR1)
    time.sleep(0.1)
    equal(process.poll(), None)
    process.terminate()
    equal(process.wait(timeout=10), 4)
    equal(state_of(sleeps), "S")
    os.kill(sleeps, signal.SIGKILL)


def stops_without_a_shell():
    """Nobody looks after the stops of who is in his parent's group: encase stays awake."""
    process = start(*LISTEN)
    program = pid_of(process)
    os.kill(program, signal.SIGSTOP)
    wait_for(lambda: state_of(program) == "T")
    time.sleep(0.1)
    equal(state_of(process.pid), "S")
    process.send_signal(signal.SIGCONT)
    equal(process.stdout.readline(), "SIGCONT\n")
    process.terminate()
    equal(process.wait(timeout=10), 9)


def stops_with_a_parent():
    """Who has it in a group of its own sees it stop, and goes on with it."""
    process = start(*LISTEN, process_group=0) if sys.version_info >= (3, 11) else start(*LISTEN, preexec_fn=os.setpgrp)
    program = pid_of(process)
    for stop in (signal.SIGSTOP, signal.SIGTSTP):
        for go_on in (os.kill, os.killpg):
            os.kill(program, stop)
            equal(os.WSTOPSIG(os.waitpid(process.pid, os.WUNTRACED)[1]), stop)
            go_on(process.pid, signal.SIGCONT)
            equal(process.stdout.readline(), "SIGCONT\n")
            wait_for(lambda: (state_of(program), state_of(process.pid)) == ("S", "S"))
            equal(select.select([process.stdout], [], [], 0.1)[0], [])
    process.terminate()
    equal((process.communicate(timeout=10)[0], process.returncode), ("SIGTERM\n", 9))


class Shell:
    """An interactive bash on a terminal of its own."""

    def __init__(self):
        self.pid, self.terminal = pty.fork()
        if not self.pid:
            os.environ.update(ENV, LISTEN=LISTEN[-1], PS1="$ ", TERM="dumb", INPUTRC="/dev/null")
            os.execvp("bash", ["bash", "--norc", "--noprofile", "--noediting", "-i"])

    def type(self, text, *expected):
        """What comes, up to the last of what is expected, all of which comes in this order."""
        os.write(self.terminal, text.encode())
        came, end = "", time.monotonic() + 20
        for words in expected:
            while words not in came:
                if not select.select([self.terminal], [], [], max(0, end - time.monotonic()))[0]:
                    raise AssertionError(f"{text!r}: no {words!r} in {came!r}")
                came += os.read(self.terminal, 65536).decode(errors="replace")
            before, _, came = came.partition(words)
        return before

    def foreground(self):
        """Goes on with the job, and waits until it has the terminal and runs."""
        shell = os.tcgetpgrp(self.terminal)
        self.type("fg\n", "sleep 50")
        wait_for(lambda: os.tcgetpgrp(self.terminal) != shell)
        wait_for(lambda: state_of(os.tcgetpgrp(self.terminal)) == "S")

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


def at_a_terminal():
    if not shutil.which("bash"):
        raise tap.Skip("there is no bash")
    shell = Shell()
    command = f"'{ENCASE}' run {' '.join(COUNT)} -- "
    try:
        shell.type(command + "sh -c 'echo be''gun; exec sleep 50'\n", "begun")
        shell.type("\x1a", "Stopped", "$ ")
        shell.foreground()
        shell.type("\x1a", "Stopped", "$ ")
        shell.type("bg\n", "&", "$ ")
        shell.type("jobs\n", "Running", "$ ")
        shell.foreground()
        shell.type("\x03", "$ ")
        shell.type("echo =$?=\n", "=130=", "$ ")
        # Once, and not to encase.
        shell.type(command + "python3 -S -c \"$LISTEN\"\n", "listens")
        for _ in range(5):
            os.write(shell.terminal, b"\x03")
            time.sleep(0.2)
            equal(os.read(shell.terminal, 1000).count(b"SIGINT"), 1)
        shell.type("\x1c", "SIGQUIT")
        os.killpg(os.tcgetpgrp(shell.terminal), signal.SIGTERM)
        shell.type("", "SIGTERM", "$ ")
        shell.type("echo =$?=\n", "=9=", "$ ")
        # A shell inside has its own jobs, and the terminal.
        shell.type(command + "bash --norc --noprofile --noediting -i\n", "$ ")
        shell.type("sh -c 'echo in''side; exec sleep 50'\n", "inside")
        shell.type("\x1a", "Stopped", "$ ")
        shell.foreground()
        shell.type("\x03", "$ ")
        shell.type("exit 6\n", "exit", "exit", "$ ")
        shell.type("echo =$?=\n", "=6=", "$ ")
    finally:
        shell.close()


if __name__ == "__main__":
    sys.exit(tap.run((test.__name__.replace("_", " "), complaints(test)) for test in (
        statuses, handed_on, in_a_group, killed_by_alarm, wait_is_ended, stops_without_a_shell, stops_with_a_parent,
        at_a_terminal)))
