#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What becomes of a stack that is resolved before run time, in the code that compilers make of it.

code.py INCLUDE.  Prints TAP."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, ".."))
import tap

WRAPPER = """
#include "{header}"
{table}
#define ENCASE_STATIC       made
#define ENCASE_STATIC_FILE  "{file}"
#define ENCASE_STATIC_LAYER thin
#define {over}
#include <encase/static.h>
"""
OWN_TABLE = '#define ENCASE_PREFIX trial\n#define ENCASE_TABLE "trial.def"'
SOURCES = {
    "functions": WRAPPER.format(header="trial.h", table=OWN_TABLE, file="thin.c",
                                over="ENCASE_STATIC_OVER_FUNCTIONS bottom"),
    "a layer": WRAPPER.format(header="trial.h", table=OWN_TABLE, file="thin.c",
                              over="ENCASE_STATIC_OVER lower"),
    "the kernel": WRAPPER.format(header="encase.h", table="", file="thin_write.c",
                                 over="ENCASE_STATIC_OVER_KERNEL"),
}
INSTRUCTION = re.compile(r"^\s*[0-9a-f]+:\t(\S+)\s*(.*?)\s*$")
RELOCATION = re.compile(r"^\s*[0-9a-f]+: (R_\S+)\t(\S+?)(?:[-+]0x[0-9a-f]+)?$")
PADDING = ("nop", "nopw", "nopl", "xchg", "data16", "endbr64", "cs")
SECOND = re.compile(r"%(rsi|esi|si|sil)\b")  # where a call has its second argument


def functions(code):
    """The instructions of each function, each with what it refers to, from objdump's text."""
    found, body = {}, []
    for line in code.splitlines():
        start = re.match(r"^[0-9a-f]+ <(\S+)>:$", line)
        if start:
            body = found.setdefault(start[1], [])
        elif RELOCATION.match(line) and body:
            body[-1] += " -> " + RELOCATION.match(line)[2]
        elif INSTRUCTION.match(line) and not line.split("\t")[1].startswith(PADDING):
            body.append(" ".join(INSTRUCTION.match(line).groups()))
    return found


def compiled(compiler, include, source):
    with tempfile.TemporaryDirectory() as folder:
        made = os.path.join(folder, "made.o")
        done = subprocess.run([compiler, "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-I", include,
                               "-I", HERE, "-x", "c", "-", "-c", "-o", made], input=source,
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        code = subprocess.run(["objdump", "-dr", "--no-show-raw-insn", made],
                              capture_output=True, text=True, check=True).stdout
    return functions(code)


def unlisted_function(made):
    """A call without a rule is one jump to what is below."""
    for call, below in (("plain", "bottom_plain"), ("receive", "bottom_receive"), ("stop", "bottom_stop")):
        body = made[f"made_{call}"]
        if len(body) != 1 or not body[0].startswith("jmp") or f"-> {below}" not in body[0]:
            yield from [f"made_{call} is no jump to {below}:"] + body


def unlisted_layer(made):
    """The same above a layer, also for the layers above this one."""
    for call in ("plain", "receive"):
        for name in (f"made_{call}", f"made_from_{call}"):
            body, below = made[name], name.replace("made", "lower")
            if len(body) != 1 or not body[0].startswith("jmp") or f"-> {below}" not in body[0]:
                yield from [f"{name} is no jump to {below}:"] + body


def unlisted_kernel(made):
    """Or the system call itself."""
    for call in ("read", "close", "getppid"):
        body = made[f"made_{call}"]
        before = body[: body.index("syscall ")] if "syscall " in body else None
        if before is None or any("call" in line or "(" in line for line in before):
            yield from [f"made_{call} does more than a system call:"] + body


def untouched(body, ends):
    """What is done to the second argument, on the way down as it is usual, which takes no branch."""
    for line in body:
        if ends(line):
            return
        if line.startswith(("call", "jmp")) or SECOND.search(line):
            yield f"before it is passed on: {line}"
    yield "is not passed on"


def handler(made, call, ends):
    body = made[f"made_{call}"]
    told = list(untouched(body, ends))
    told += [f"calls {line}" for line in body if re.search(r"-> encase_|<encase_|<count_|-> count_", line)]
    return told + body if told else []


def listed_function(made):
    return handler(made, "send", lambda line: line.startswith("call") and "-> bottom_send" in line)


def listed_layer(made):
    return handler(made, "send", lambda line: line.startswith("call") and "-> lower_send" in line)


def listed_kernel(made):
    return handler(made, "write", lambda line: line == "syscall ")


# What the optimiser has to look through, and does not compile where it cannot, or sees a mistake.
REFUSED = {
    "a rule behind its call's handler":
        ("a rule stands behind", "\tENCASE_END", "\tENCASE_FAIL_IN(trial, send, 5),\n\tENCASE_END"),
    "more than 32 rules":
        ("32 at most", "\tENCASE_END", "\tENCASE_FAIL_IN(trial, stop, 5),\n" * 32 + "\tENCASE_END"),
    "rules that may change": ("constant", "static const struct encase_rule", "struct encase_rule"),
}


def refused(compiler, include, said, old, new):
    with open(os.path.join(HERE, "thin.c"), encoding="utf-8") as text, \
            tempfile.TemporaryDirectory() as folder:
        layer = text.read()
        with open(os.path.join(folder, "changed.c"), "w", encoding="utf-8") as out:
            out.write(layer.replace(old, new))
        source = SOURCES["functions"].replace("thin.c", os.path.join(folder, "changed.c"))
        try:
            compiled(compiler, include, source)
        except RuntimeError as error:
            if said not in str(error) or layer.count(old) != 1:
                yield from ["does not compile for another reason:"] + str(error).splitlines()[:20]
        else:
            yield "compiles"


WORDS = re.compile(r"^#define ENC_(?:[KR]|[CN](?=_[A-Z]))_([A-Z_]+)", re.M)


def words(include):
    """The words of which tables are made."""
    found = {"CALL", "GROUP"}
    for name in ("table.h", "define.h"):
        with open(os.path.join(include, "encase", name), encoding="utf-8") as text:
            found.update(WORDS.findall(text.read()))
    return sorted(found)


def names(compiler, include):
    """A layer may have macros of any names, also of those that stand in tables."""
    with open(os.path.join(HERE, "thin.c"), encoding="utf-8") as text, \
            tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "named.c")
        with open(path, "w", encoding="utf-8") as out:
            out.write(text.read() + "".join(f"#define {word} of_the_layer\n" for word in words(include)))
        with open(os.path.join(include, "encase", "static_words.h"), encoding="utf-8") as undone:
            if re.findall(r"^#undef (\w+)$", undone.read(), re.M) != words(include) or len(words(include)) < 60:
                yield "static_words.h has other words than tables"
        yield from holds(compiler, include, SOURCES["functions"].replace("thin.c", path), listed_function)


def complaints(compiler, check, *args):
    if not shutil.which(compiler) or not shutil.which("objdump"):
        raise tap.Skip(f"{compiler} or objdump is not installed")
    yield from check(compiler, *args)


CHECKS = (("functions", "a call without a rule is a jump", unlisted_function),
          ("functions", "a handler is inlined, what is passed by stays in its register", listed_function),
          ("a layer", "a call without a rule is a jump", unlisted_layer),
          ("a layer", "a handler is inlined, what is passed by stays in its register", listed_layer),
          ("the kernel", "a call without a rule is the system call", unlisted_kernel),
          ("the kernel", "a handler is inlined, what is passed by stays in its register", listed_kernel))


def planted():
    """The checks can fail."""
    good = ["mov %eax,%edx", "call 9 -> bottom_send"]
    bad = {"a store": ["mov %rsi,0x8(%rsp)"] + good, "a call before": ["call 5 -> f"] + good,
           "a load": ["mov %rbx,%rsi"] + good, "nothing": ["ret"],
           "the library": good + ["call 9 -> encase_next"], "the handler": good + ["call 9 <count_send>"]}
    if listed_function({"made_send": good}):
        yield "what is good is told"
    for name, body in bad.items():
        if not listed_function({"made_send": body}):
            yield f"is not told: {name}"
    for body in (["call 5 -> bottom_plain", "ret"], ["jmp 5 -> encase_next"]):
        made = {f"made_{call}": [f"jmp 5 -> bottom_{call}"] for call in ("plain", "receive", "stop")}
        if list(unlisted_function(made)) or not list(unlisted_function({**made, "made_plain": body})):
            yield f"is not told: {body}"


def holds(compiler, include, below, check):
    """What is wrong with the code of one of the sources, or of another."""
    try:
        if below not in MADE.setdefault(compiler, {}):
            MADE[compiler][below] = compiled(compiler, include, SOURCES.get(below, below))
        yield from check(MADE[compiler][below])
    except RuntimeError as error:
        yield from ["does not compile:"] + str(error).splitlines()[:20]


MADE = {}


def main(include):
    if os.uname().machine != "x86_64":
        print("1..0 # SKIP the code is looked at on x86-64")
        return 0
    tests = [("planted faults are told", planted())]
    for compiler in ("gcc", "clang"):
        tests += [(f"{compiler}, over {below}: {name}", complaints(compiler, holds, include, below, check))
                  for below, name, check in CHECKS]
        tests.append((f"{compiler}: macros of a layer's that are named as words of tables",
                      complaints(compiler, names, include)))
        tests += [(f"{compiler}: {name} do not compile", complaints(compiler, refused, include, *what))
                  for name, what in REFUSED.items()]
    return tap.run(tests)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
