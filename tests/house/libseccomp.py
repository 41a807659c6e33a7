#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Linux's table against libseccomp: the calls that it knows have the same names and numbers there.

libseccomp.py ENCASE: the command.  Prints TAP; without the library it skips.  Calls that are newer
than the library are told, and not wrong."""
import ctypes
import os
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

ENCASE = sys.argv[1]
LIBRARY = "libseccomp.so.2"
# Calls that came later than their neighbours.
LATE = {"uretprobe", "uprobe"}
ARCH_X86_64 = 0xc000003e  # AUDIT_ARCH_X86_64, which is SCMP_ARCH_X86_64


class Seccomp:
    def __init__(self):
        try:
            self.library = ctypes.CDLL(LIBRARY)
        except OSError as error:
            raise tap.Skip(f"there is no {LIBRARY}") from error
        self.library.seccomp_syscall_resolve_name_arch.argtypes = [ctypes.c_uint32, ctypes.c_char_p]
        # The text is malloc()ed: as a plain pointer it can be given back.
        self.library.seccomp_syscall_resolve_num_arch.argtypes = [ctypes.c_uint32, ctypes.c_int]
        self.library.seccomp_syscall_resolve_num_arch.restype = ctypes.c_void_p
        self.free = ctypes.CDLL(None).free
        self.free.argtypes = [ctypes.c_void_p]

    def number(self, name):
        """Of a name; negative: there is none."""
        return self.library.seccomp_syscall_resolve_name_arch(ARCH_X86_64, name.encode())

    def name(self, number):
        """Of a number; None: it has none."""
        text = self.library.seccomp_syscall_resolve_num_arch(ARCH_X86_64, number)
        if not text:
            return None
        name = ctypes.string_at(text).decode()
        self.free(text)
        return name


def calls():
    """Names by numbers."""
    text = subprocess.run([ENCASE, "list", "calls"], capture_output=True, text=True, check=True)
    return {int(number): name for number, name in
            (line.split()[:2] for line in text.stdout.splitlines())}


def of_ours(mine, new):
    """Each of our calls is theirs, or newer than they are."""
    seccomp = Seccomp()
    newest = max((number for number in mine if seccomp.name(number)), default=0)
    for number, name in sorted(mine.items()):
        theirs = seccomp.name(number), seccomp.number(name)
        if theirs[0] is None and theirs[1] < 0 and (number > newest or name in LATE):
            new.append(name)
        elif theirs != (name, number):
            yield f"{name} {number}: the library has {theirs[0]} there, and {theirs[1]} for {name}"
    if len(mine) - len(new) < 300:
        yield f"the library knows {len(mine) - len(new)} calls"


def of_theirs(mine):
    """Each of their calls is ours."""
    seccomp = Seccomp()
    for number in range(1024):
        name = seccomp.name(number)
        if name is not None and mine.get(number) != name:
            yield f"{name} {number} is {mine.get(number, 'nothing')} here"


def main():
    mine, new = calls(), []
    failed = tap.run((("calls have libseccomp's names and numbers", of_ours(mine, new)),
                      ("all of libseccomp's calls are there", of_theirs(mine))))
    print(f"# {len(mine)} calls; newer than the library: {' '.join(new) or 'none'}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
