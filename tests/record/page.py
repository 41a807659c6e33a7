#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The reference page of a record table: it is what the table says, and the table's number is what
docs/encoding.md (6.2) says.

page.py PROGRAM TABLE PAGE.  Prints TAP."""
import os
import re
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

ENTRY = re.compile(r"\b(ERROR|HANDLE|ENUM|RECORD|UNION|OPTION|GENERAL|FAST)\(")


def read(path):
    with open(path, encoding="utf-8") as text:
        return text.read()


def parts(text, at):
    """The arguments of a macro that begin at a place, each with its white space made one space."""
    depth, quoted, found, now = 1, False, [], ""
    for c in text[at:]:
        quoted ^= c == '"'
        if not quoted:
            depth += {"(": 1, ")": -1}.get(c, 0)
        if not depth:
            break
        if c == "," and depth == 1 and not quoted:
            found, now = found + [now], ""
        else:
            now += c
    return [" ".join(part.split()) for part in found + [now]]


def entries(text):
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    return [(m[1], parts(text, m.end())) for m in ENTRY.finditer(text)]


def line(word, args):
    """What of an entry counts for the table's number."""
    if word == "ERROR":
        return f"error {args[0]} {args[1]}"
    if word in ("GENERAL", "FAST"):
        return f"{word.lower()} {args[0]} {args[1]} {args[2]} {', '.join(args[5:])}"
    return f"{word.lower()} {', '.join(args)}"


def number(text, word, registers):
    value = (2166136261 ^ word ^ registers) * 16777619 & 0xffffffff
    for c in "".join(line(*entry) for entry in entries(text)).encode():
        value = (value ^ c) * 16777619 & 0xffffffff
    return value


def check_number(table, page):
    word, registers, said = re.search(r"Words of (\d+) bits, (\d+) registers; the table's number is (0x\w+)",
                                      page).groups()
    if number(table, int(word), int(registers)) != int(said, 16):
        yield f"it is {number(table, int(word), int(registers)):#x}, and said to be {said}"
    if number(table.replace("FAST(", "GENERAL(", 1), int(word), int(registers)) == int(said, 16):
        yield "another table has the same"


def check_entries(table, page):
    for word, args in entries(table):
        shown = f"`{args[0]}`" in page
        if word in ("GENERAL", "FAST"):
            shown = f"### {args[1]} `{args[0]}`\n" in page
            shown &= all(f"`{arg.strip('()').rpartition(', ')[2]}`" in page for arg in args[5:])
        if not shown:
            yield f"{args[0]} is not there"


def check_page(program, page):
    done = subprocess.run([program], capture_output=True, text=True, check=False)
    if done.returncode or done.stdout != page:
        yield "is another one: ./dev records"


def main(program, table, page):
    table, page = read(table), read(page)
    return tap.run((("the page is what the program prints", check_page(program, page)),
                    ("all entries are there", check_entries(table, page)),
                    ("the table's number", check_number(table, page))))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
