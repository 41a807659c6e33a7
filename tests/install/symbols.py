#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the library exports is what src/encase.symbols lists, one name a line.

symbols.py LIST INCLUDE SHARED ARCHIVE HOST, where HOST is a program that is linked with the
archive, exports its symbols and loads plugins.  Prints TAP.
symbols.py --write LIST SHARED: makes the list anew, to be read before it is committed."""
import glob
import os
import re
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

HEAD = """# SPDX-License-Identifier: MIT
# What libencase exports.  To drop one, or to change what it is, raises ENCASE_ABI
# (include/encase/plugin.h).  tests/install/symbols.py --write makes this list.
"""
DECLARED = re.compile(r"^(?:ENCASE_API [^;#]*?\b(encase_\w+)\(|extern ENCASE_API [^;#]*?\b(encase_\w+);)",
                      re.MULTILINE)
CALL = re.compile(r"^CALL\((\w+),", re.MULTILINE)
SYMBOL = re.compile(r"^ *\d+: +[0-9a-f]+ +\S+ +(\S+) +(\S+) +(\S+) +(\S+) +(\S+)$", re.MULTILINE)


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def exported(path):
    """Names that a shared object or a program exports."""
    lines = run("nm", "-D", "--defined-only", path).splitlines()
    return {line.split()[-1] for line in lines}


def in_archive(path):
    """(open, hidden) global names that the files of an archive define."""
    names = {"DEFAULT": set(), "HIDDEN": set()}
    for kind, binding, visibility, section, name in SYMBOL.findall(run("readelf", "-sW", path)):
        if binding in ("GLOBAL", "WEAK") and section != "UND" and kind != "FILE":
            names[visibility].add(name)
    return names["DEFAULT"], names["HIDDEN"]


def listed(path):
    with open(path, encoding="utf-8") as lines:
        names = [line.strip() for line in lines if not line.startswith("#")]
    return names


def declared(include):
    """What the headers declare, and what they make of Linux's table."""
    names = {"encase_calls"}
    for path in glob.glob(os.path.join(include, "**", "*.*"), recursive=True):
        with open(path, encoding="utf-8") as lines:
            text = lines.read()
        if path.endswith(".h"):
            names.update("".join(pair) for pair in DECLARED.findall(text))
        elif path.endswith("linux.def"):
            names.update(f"encase_{kind}_{name}" for name in CALL.findall(text)
                         for kind in ("next", "desc"))
    return names


def differences(listed_names, found, what):
    return [f"{name}: listed, and not in {what}" for name in sorted(listed_names - found)] + \
           [f"{name}: not listed, and in {what}" for name in sorted(found - listed_names)]


def checks(path, include, shared, archive, host):
    names = listed(path)
    opened, hidden = in_archive(archive)
    want = set(names)
    yield "the list is sorted, each name once", [] if names == sorted(want) else ["it is not"]
    yield "what is listed is what the headers declare", differences(want, declared(include), "a header")
    yield "the shared library exports what is listed", differences(want, exported(shared), "the library")
    yield "all that is exported begins with encase_", \
        [name for name in sorted(exported(shared)) if not name.startswith("encase_")]
    yield "the archive shows the same", differences(want, opened, "the archive")
    yield "what the archive hides begins with enc_, and there is such", \
        [name for name in sorted(hidden) if not name.startswith("enc_")] or \
        ([] if hidden else ["nothing is hidden"])
    yield "a program that loads plugins has all of the archive for them", \
        sorted(want - exported(host))


def write(path, shared):
    with open(path, "w", encoding="utf-8") as out:
        out.write(HEAD + "".join(name + "\n" for name in sorted(exported(shared))))


def main(args):
    if args[0] == "--write":
        return write(*args[1:])
    return tap.run(checks(*args))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
