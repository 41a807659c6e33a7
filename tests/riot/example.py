#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The example riot_vm from outside: its README shows what its programs print and how the machine is made;
its tour makes every call; the command line says what is wrong.

example.py FOLDER RIOT_VM RIOT_ASM.  Prints TAP."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

BLOCK = re.compile(r"(?:^(?:    .*|)\n)+", re.M)
OPERATION = re.compile(r'^OP\((\w+), *(\d+), (\w+), *"(.*)"\)', re.M)
OPERANDS = {"N": "", "R": "a", "I": "I", "RR": "a, b", "RI": "a, I", "RRI": "a, b, I", "RX": "a, X", "S": "call"}
WRONG = '\tset  r0, text\n\tsys  put\n\thalt zero\ntext:\t.text "unfinished\n'


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as text:
        return text.read()


def shown(text):
    """The commands in a text, each with the output that is shown below it."""
    found = []
    for block in BLOCK.findall(text):
        lines = [line[4:] for line in block.rstrip("\n").split("\n")]
        for line in lines:
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif found and line + "\n" != "\n":
                found[-1][1].append(line)
    return [(command, "".join(line + "\n" for line in output)) for command, output in found]


class Example:
    def __init__(self, folder, vm, asm, there):
        self.folder, self.there = folder, there
        for path in glob.glob(os.path.join(folder, "*.s")):
            shutil.copy(path, there)
        with open(os.path.join(there, "wrong.s"), "w", encoding="utf-8") as wrong:
            wrong.write(WRONG)
        folders = [os.path.dirname(os.path.abspath(program)) for program in (vm, asm)]
        self.path = os.pathsep.join(folders + [os.environ["PATH"]])

    def run(self, command):
        done = subprocess.run(command, shell=True, cwd=self.there, stdout=subprocess.PIPE, check=False,
                              stderr=subprocess.STDOUT, text=True, env={**os.environ, "PATH": self.path})
        return done.returncode, done.stdout

    def differ(self, command, output):
        said = self.run(command)[1]
        if said != output:
            yield f"$ {command}"
            yield from said.splitlines()

    def readme(self):
        text = read(self.folder, "README.md")
        commands = shown(text)
        if len(commands) != text.count("\n    $ ") or len(commands) < 10:
            yield f"{len(commands)} commands were found"
        for command, output in commands:
            yield from self.differ(command, output)

    def planted(self):
        """A README that shows another output is told."""
        for command, output in shown(read(self.folder, "README.md")):
            if not list(self.differ(command, output + "x\n")):
                yield f"is not told: another output of {command}"

    def instructions(self):
        text = read(self.folder, "README.md")
        rows = [f"| `{name}` | {OPERANDS[form]} | {what} |"
                for name, _, form, what in OPERATION.findall(read(self.folder, "ops.def"))]
        if "\n".join(rows) not in text or len(rows) < 30:
            yield "README has another table of instructions than ops.def"

    def files(self):
        text = read(self.folder, "README.md")
        for name in sorted(os.listdir(self.folder)):
            if re.search(r"\.(c|def|s)$", name) and name not in ("page.c", "asm_main.c", "program.c") \
                    and f"]({name})" not in text and name != "hello.s":
                yield f"README does not name {name}"

    def tour(self):
        calls = re.findall(r"^(?:FAST|GENERAL)\((\w+)", read(self.folder, "riot.def"), re.M)
        status, said = self.run("riot_vm --count tour.s")
        made = set(re.findall(r"^tour: (\w+) +made +[1-9]", said, re.M))
        if status or len(calls) != 32:
            yield f"status {status}, {len(calls)} calls"
        yield from (f"tour.s makes no {call}" for call in calls if call not in made)
        if len([call for call in calls if call.startswith("coap_")]) != 8:
            yield "there are not eight calls coap_*"

    def includes(self):
        """Lines of included files are told by these files' names and lines."""
        texts = {"a.s": '\thalt 0\n .include "part/b.s" ; b\nstop\n', "part/b.s": '\n.include "c.s"\nwrong',
                 "part/c.s": "set\n", "self.s": '.include "self.s"\n', "gone.s": '\n\n.include "gone"\n',
                 "text.s": 'halt 0\n.text ".include \\"c.s\\""\n', "half.s": '.include "c.s\n'}
        os.mkdir(os.path.join(self.there, "part"))
        for name, text in texts.items():
            with open(os.path.join(self.there, name), "w", encoding="utf-8") as file:
                file.write(text)
        rows = [("a.s", "part/c.s:1: a register is missing: r0 to r7, or sp\n"
                        "part/b.s:3: there is no instruction 'wrong'\na.s:3: there is no instruction 'stop'\n"),
                ("self.s", "self.s:1: these are too many files\n"),
                ("gone.s", "gone.s:3: No such file or directory\n"),
                ("half.s", "half.s:1: there is no instruction '.include'\n")]
        for name, expected in rows:
            yield from self.differ(f"riot_asm {name}", expected)
        for n in 16, 17:
            with open(os.path.join(self.there, f"many{n}.s"), "w", encoding="utf-8") as file:
                file.write(n * '.include "none.s"\n' + "halt 0\n")
        rows = [("many16.s", ""), ("many17.s", "many17.s:17: these are too many files\n")]
        for name, expected in rows:
            yield from self.differ(f": >none.s; riot_vm {name}", expected)
        if self.run("riot_vm text.s")[0]:
            yield "a text that is somewhat like an include"

    def statuses(self):
        """What programs end with, and words that have to be in what is said."""
        rows = [("riot_vm hello.s", 0, "native!"), ("riot_vm", 2, "usage:"),
                ("riot_vm --count", 2, "usage:"), ("riot_vm hello.s --count", 2, "usage:"),
                ("riot_vm --memory 255 hello.s", 2, "usage:"), ("riot_vm --memory 65537 hello.s", 2, "usage:"),
                ("riot_vm --memory 65536 hello.s", 0, "native!"), ("riot_vm --steps 0 hello.s", 2, "usage:"),
                ("riot_vm --steps 5x hello.s", 2, "usage:"), ("riot_vm --files some hello.s", 2, "usage:"),
                ("riot_vm --nothing x hello.s", 2, "usage:"),
                ("riot_vm" + 9 * " hello.s", 2, "usage:"), ("riot_vm" + 8 * " hello.s", 0, "native!"),
                ("riot_vm nothing.s", 1, "nothing.s: No such file"), ("riot_vm .", 1, "Is a directory"),
                ("riot_vm wrong.s", 1, "wrong.s:2: "), ("riot_vm --root nowhere hello.s", 1, "No such file"),
                ("riot_vm --root readme hello.s", 1, "No such file"),
                ("riot_vm --memory 256 tour.s", 1, "larger than the machine's memory"),
                ("riot_vm --steps 3 hello.s", 1, "all the steps"),
                ("riot_vm --deny put=EPERM hello.s", 1, "deny: no such call: 'put'"),
                ("riot_vm --deny random_u16=EPERM dice.s", 1, "must not fail: Operation not permitted"),
                ("riot_vm --files none keeper.s", 1, "status 1"), ("riot_vm --root home/a keeper.s", 0, "nobody"),
                ("riot_vm --name x --trace hello.s", 0, "x: puts("),
                ("riot_vm --name x hello.s --name y hello.s", 0, "x: Hello, this is RIOT on native!\ny: Hello"),
                ("riot_asm", 2, "usage:"), ("riot_asm wrong.s", 1, "wrong.s:4: "),
                ("riot_asm hello.s nowhere/image", 1, "No such file"), ("riot_asm dice.s", 0, "0000  02 04 04 00 30 00 01 00"),
                ("riot_vm /dev/null", 1, "that is no instruction"),
                ("head -c 2000000 /dev/zero >large; riot_vm large", 1, "too large"),
                ("(printf 'riot-16\\n'; head -c 70000 /dev/zero) >large; riot_vm large", 1, "larger than")]
        for command, status, word in rows:
            got, said = self.run(command)
            if got != status or word not in said:
                yield f"$ {command}: status {got}"
                yield from said.splitlines()[:3]


def main(folder, vm, asm):
    with tempfile.TemporaryDirectory() as there:
        example = Example(folder, vm, asm, there)
        return tap.run([("README shows what programs print", example.readme()),
                        ("another output is told", example.planted()),
                        ("README shows the instructions", example.instructions()),
                        ("README names the files", example.files()),
                        ("the tour makes every call", example.tour()),
                        ("included files", example.includes()),
                        ("the command line", example.statuses())])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
