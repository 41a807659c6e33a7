#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The manual says what the headers say: every public function has a page under its name,
with the prototype and the errors of the header; examples compile.

man.py ROOT.  Prints TAP."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

from headers import ERRNO, Headers, plain

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

SECTIONS = {"1": ["NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "EXAMPLE", "SEE ALSO"],
            "3": ["NAME", "SYNOPSIS", "DESCRIPTION", "RETURN VALUE", "ERRORS", "EXAMPLE", "SEE ALSO"],
            "5": ["NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLE", "SEE ALSO"],
            "7": ["NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLE", "SEE ALSO"]}
# Nobody uses it by hand; ENCASE_PLUGIN() does.
NO_PAGE = {"encase_core"}
NOT_TOLD = {"ENCASE_API", "ENCASE_PREFIX", "ENCASE_TABLE"}  # for the headers themselves
BLOCK = re.compile(r"^```\n(.*?)^```$", re.DOTALL | re.MULTILINE)
STRUCT = re.compile(r"^struct (\w+) (\{.*?^\});", re.DOTALL | re.MULTILINE)
LISTED = re.compile(r"^\*(E[A-Z0-9]+)\*$", re.MULTILINE)
REFERENCE = re.compile(r"\*(encase[\w-]*)\*\((\d)\)")
FLAGS = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"]


class Page:
    def __init__(self, file, text):
        self.file, self.number, self.text = file, file.split(".")[1], text
        parts = re.split(r"^# (.*)$", text, flags=re.MULTILINE)
        self.sections = dict(zip(parts[1::2], parts[2::2]))
        self.order = parts[1::2]
        self.names = self.sections.get("NAME", "").split(" - ")[0].strip().split(", ")

    def blocks(self, section=None):
        """Literal text; a backslash is written twice there."""
        text = self.text if section is None else self.sections.get(section, "")
        return [block.replace("\\\\", "\\") for block in BLOCK.findall(text)]

    def prototypes(self):
        """What the synopsis declares, in the headers' plain form."""
        text = re.sub(r"^#.*$", "", "".join(self.blocks("SYNOPSIS")), flags=re.MULTILINE)
        return {plain(part) for part in text.split(";") if re.search(r"\bencase_\w+(\(|$)", part)
                and "typedef" not in part}


def check_names(headers, pages):
    """Each function and object is in the NAME line of one page."""
    for name in sorted(set(headers.functions) | set(headers.objects) - NO_PAGE):
        files = [page.file for page in pages if page.number == "3" and name in page.names]
        if len(files) != 1:
            yield f"{name}: " + (f"has the pages {files}" if files else "has no page")


def check_macros(headers, pages):
    """Each macro is told of somewhere."""
    words = {word for page in pages for word in re.findall(r"\bENCASE_\w+", page.text)}
    for name in sorted(headers.macros - words - NOT_TOLD):
        yield f"{name}: no page tells of it"


def check_file_names(_, pages):
    for page in pages:
        if page.file.split(".")[0] != page.names[0]:
            yield f"{page.file}: is named {page.names[0]}"


def check_synopses(headers, pages):
    declared = {**headers.functions, **headers.objects}
    for page in pages:
        shown = page.prototypes()
        for name in page.names:
            if name in declared and declared[name].text not in shown:
                yield f"{page.file}: the synopsis does not have {declared[name].text}"
        for text in shown - {d.text for d in declared.values()} if page.number == "3" else ():
            yield f"{page.file}: no header has {text}"


def check_structures(headers, pages):
    for page in pages:
        for name, body in STRUCT.findall("".join(page.blocks())):
            if name.startswith("encase_") and headers.structures.get(name) != plain(body):
                yield f"{page.file}: struct {name} is another in the headers"


def check_errors(headers, pages):
    for page in pages:
        functions = [headers.functions[name] for name in page.names if name in headers.functions]
        said = set(ERRNO.findall(" ".join(function.doc for function in functions)))
        for name in sorted(said - set(ERRNO.findall(page.text))):
            yield f"{page.file}: {name} is missing"
        for name in LISTED.findall(page.sections.get("ERRORS", "")):
            if functions and name not in said:
                yield f"{page.file}: no header says {name}"


def check_sections(_, pages):
    for page in pages:
        want = SECTIONS[page.number]
        if [name for name in page.order if name in want] != want:
            yield f"{page.file}: has the sections {page.order}"
        if not page.blocks("EXAMPLE"):
            yield f"{page.file}: has no example"


def check_references(_, pages):
    there = {(name, page.number) for page in pages for name in page.names}
    for page in pages:
        for name, number in REFERENCE.findall(page.text):
            if (name, number) not in there:
                yield f"{page.file}: there is no {name}({number})"


def check_words(root):
    """Whatever a table or a policy can say is explained."""
    def words(header, pattern):
        with open(os.path.join(root, "include/encase", header), encoding="utf-8") as text:
            return set(re.findall(pattern, text.read(), re.MULTILINE))

    def body(header, enum):
        with open(os.path.join(root, "include/encase", header), encoding="utf-8") as text:
            found = re.search(rf"^enum {enum} \{{(.*?)^\}};", text.read(), re.DOTALL | re.MULTILINE)
        return re.findall(r"^\t(ENCASE_\w+)", found[1], re.MULTILINE)

    def complaints(_, pages):
        by_name = {page.names[0]: page.text for page in pages}
        table = words("table.h", r"^#define ENC_K_(\w+)") | words("define.h", r"^#define ENC_R_(\w+)")
        table |= {name.replace("ENCASE_", "") for name in body("desc.h", "encase_class")}
        records = words("record.h", r"^#define ENC_REC_R_(\w+)") | \
            words("record_entries.h", r"^#define (\w+)\(")
        types = words("record_words.h", r"^#define ENC_REC_(?:C|K)_([a-z]\w*)")
        wanted = [("encase-table", word) for word in table] + \
                 [("encase-record", word) for word in records | types] + \
                 [("encase-policies", word) for word in body("layer.h", "encase_mode")]
        for page, word in sorted(wanted):
            if f"*{word}*" not in by_name[page]:
                yield f"{page}: does not explain {word}"
    return complaints


def compile_examples(root, compiler):
    def complaints(_, pages):
        for page in pages:
            if page.number == "1":  # shows commands
                continue
            with tempfile.TemporaryDirectory() as folder:
                yield from (f"{page.file}: {line}" for line in compile_page(page, folder))

    def compile_page(page, folder):
        os.mkdir(os.path.join(folder, "encase"))
        shutil.copy(os.path.join(root, "policies/policies.h"), os.path.join(folder, "encase"))
        for number, block in enumerate(page.blocks("EXAMPLE")):
            named = re.match(r"/\* (\w+\.\w+) \*/\n", block)
            with open(os.path.join(folder, named[1] if named else f"{number}.c"), "w",
                      encoding="utf-8") as out:
                out.write(block)
        sources = sorted(glob.glob(os.path.join(folder, "*.c")))
        done = subprocess.run([compiler, *FLAGS, "-I", os.path.join(root, "include"), "-I", folder,
                               *sources], capture_output=True, text=True, check=False)
        return done.stderr.splitlines() if done.returncode or not sources else []
    return complaints


CHECKS = (
    ("every public function and object has a page", check_names),
    ("every public macro is told of", check_macros),
    ("pages' files are named as they are", check_file_names),
    ("synopses are the headers'", check_synopses),
    ("structures are the headers'", check_structures),
    ("errors are the headers'", check_errors),
    ("pages have their sections", check_sections),
    ("pages that are referred to are there", check_references),
)


def self_test():
    """Each check tells a planted fault."""
    header = ("/* Fails with -EBUSY. */\nENCASE_API int encase_f(struct encase_s *s,\n\tint i);\n"
              "struct encase_s {\n\tint i; /* a number */\n};\n#define ENCASE_M 1\n"
              "void encase_kit(long n);\n")
    good = "".join(f"# {name}\n\n" + {
        "NAME": "encase_f, encase_kit - x\n",
        "SYNOPSIS": "```\nint encase_f(struct encase_s *s, int i);\nvoid encase_kit(long n);\n```\n",
        "ERRORS": "*EBUSY*\n\tx\n", "EXAMPLE": "```\nstruct encase_s {\n\tint i;\n};\n```\n",
        "SEE ALSO": "*encase_f*(3)\n", "DESCRIPTION": "ENCASE_M\n"}.get(name, "x\n") for name in SECTIONS["3"])
    faults = {"encase_f, encase_kit": "encase_g, encase_kit", ", encase_kit -": " -",
              "long n)": "int n)", "int i);": "int j);", "\tint i;": "\tint j;",
              "*EBUSY*": "*EPERM*", "# ERRORS": "# FAULTS", "ENCASE_M": "ENCASE_N", "*encase_f*(3)": "*encase_h*(3)"}
    headers = Headers([header])
    for old, new in faults.items():
        if good.count(old) != 1:
            yield f"{old} is there {good.count(old)} times"
        pages = [Page("encase_f.3.scd", good.replace(old, new))]
        if not any(list(check(headers, pages)) for _, check in CHECKS):
            yield f"is not told: {new} for {old}"
    for _, check in CHECKS:
        yield from check(headers, [Page("encase_f.3.scd", good)])


def main(root):
    headers = Headers.of(root)
    pages = []
    for path in sorted(glob.glob(os.path.join(root, "docs/man/*.scd"))):
        with open(path, encoding="utf-8") as text:
            pages.append(Page(os.path.basename(path), text.read()))
    checks = [("planted faults are told", lambda *_: self_test()), *CHECKS,
              ("all words of tables and policies are explained", check_words(root))]
    checks += [(f"examples compile with {compiler}", compile_examples(root, compiler))
               for compiler in ("gcc", "clang") if shutil.which(compiler)]
    failed = tap.run((name, check(headers, pages)) for name, check in checks)
    return failed or not pages or not headers.functions or not headers.objects


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
