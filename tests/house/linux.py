#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Linux's table against the running kernel's own: which calls there are, how many arguments each
has, which of them are pointers, and how wide lengths are.

linux.py TABLE [FOLDER], FOLDER being the syscalls' of tracefs.  Prints TAP; what cannot be read,
which is usual for who is not root, is skipped."""
import os
import re
import sys

TABLE = sys.argv[1]
FOLDER = sys.argv[2] if len(sys.argv) > 2 else "/sys/kernel/tracing/events/syscalls"
# Names of the kernel's functions that are not the calls'.
NAMES = {"stat": "newstat", "fstat": "newfstat", "lstat": "newlstat", "uname": "newuname",
         "sendfile": "sendfile64", "umount2": "umount", "_sysctl": "sysctl"}
# Without arguments, or with registers for arguments, calls have no entry there.
NO_ENTRY = {"clone", "uretprobe", "uprobe", "rt_sigreturn", "modify_ldt", "arch_prctl", "iopl",
            "mmap", "ioperm"}
# Numbers that are pointers here, or the other way round: shown as what the manual has.
POINTERS = {"mmap addr", "munmap addr", "mprotect addr", "brk addr", "mremap old_address",
            "mremap new_address", "msync addr", "mincore addr", "madvise addr", "mlock addr",
            "munlock addr", "mlock2 addr", "remap_file_pages addr", "mbind addr",
            "get_mempolicy addr", "pkey_mprotect addr", "mseal addr", "ptrace addr",
            "ptrace data", "set_mempolicy_home_node start", "map_shadow_stack addr",
            "process_madvise iovec", "clone stack"}
# Lengths that the kernel's own functions cut further: import_iovec().
CUT = {"iovcnt"}


def calls(path):
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.DOTALL)
    for entry in re.findall(r"^CALL\((.*?)\)\n(?=CALL|\n|\Z)", text, re.MULTILINE | re.DOTALL):
        parts, depth, part = [], 0, ""
        for char in entry + ",":
            depth += {"(": 1, ")": -1}.get(char, 0)
            if char == "," and depth == 0:
                parts.append(part.strip())
                part = ""
            else:
                part += char
        args = [re.match(r"\((.*?), (\w+), (\w+)", part).groups() for part in parts[6:]]
        yield parts[0], parts[4], args


def fields(name):
    """Types of the arguments as the kernel has them, or null."""
    try:
        with open(f"{FOLDER}/sys_enter_{name}/format", encoding="utf-8") as file:
            found = re.findall(r"field:(.*?) ?(\w+);\toffset:(\d+);", file.read())
    except FileNotFoundError:
        return None
    return [kind.replace("cap_user_header_t", "struct *").replace("cap_user_data_t", "struct *")
            for kind, name, offset in found if int(offset) >= 16]


def width(kind):
    return 8 if re.search(r"\blong\b|size_t|off_t|u64|__u64|aio_context_t|uint64_t|\*", kind) else 4


def check(name, args, types):
    wrong = []
    if len(args) != len(types):
        return [f"{name}: {len(args)} arguments, and the kernel has {len(types)}"]
    for (kind, arg, what), theirs in zip(args, types):
        if what not in ("ARG", "ADDR") and ("*" in kind) != ("*" in theirs) \
                and f"{name} {arg}" not in POINTERS:
            wrong.append(f"{name}: {arg} is {kind}, and the kernel's {theirs}")
        if what == "SIZE" and arg not in CUT and width(kind) != width(theirs):
            wrong.append(f"{name}: the length {arg} is {kind}, and the kernel's {theirs}")
    return wrong


def main():
    try:
        there = len(os.listdir(FOLDER))
    except OSError:
        there = 0
    if not there:
        print(f"1..1\nok 1 - the kernel's calls # SKIP {FOLDER} cannot be read")
        return 0
    missing, wrong, looked = [], [], 0
    for name, kind, args in calls(TABLE):
        types = fields(NAMES.get(name, name))
        if types is not None:
            looked += 1
            wrong += check(name, args, types)
        elif "DEAD" not in kind and name not in NO_ENTRY:
            missing.append(name)
    print("1..2")
    for number, what, bad in ((1, "calls are as the kernel has them", wrong),
                              (2, "most calls were found", [] if looked > 300 else missing)):
        print(f"{'not ok' if bad else 'ok'} {number} - {what}")
        for line in bad:
            print(f"# {line}")
    print(f"# looked at {looked}, not there: {' '.join(missing)}")
    return 1 if wrong or looked <= 300 else 0


if __name__ == "__main__":
    sys.exit(main())
