# SPDX-License-Identifier: MIT
"""What the public headers declare: functions, objects, structures and macros, and the comments before them."""
import glob
import os
import re
from collections import namedtuple

# Of tables' own declarations encase_next(3), encase-table(5) and encase-record(5) tell, of the test kit's encase/test.h.
MACHINERY = re.compile(r"(declare|define|table|static(_next|_table)?|test_inside|record_\w+)\.h$")
COMMENT = r"(?:/\*(?P<doc>(?:(?!\*/).)*)\*/\s*)?"
# The test kit is an archive alone: its functions are not exported.
RESULT = r"(?:int|void|size_t|encase_word|(?:const )?struct \w+ \*)"
FUNCTION = re.compile(COMMENT + rf"^(?:ENCASE_API |static inline |(?={RESULT} ?\w+\())" r"(?P<text>[^;{}#]*?\w+\([^;{}#]*?\))"
                      r"\s*(?:__attribute__\(\(.*?\)\)\)?)?\s*[;{]", re.DOTALL | re.MULTILINE)
OBJECT = re.compile(COMMENT + r"^extern (?P<text>(?:ENCASE_API )?[^;{}()#]*\w)\s*;",
                    re.DOTALL | re.MULTILINE)
STRUCT = re.compile(r"^struct (\w+) (\{.*?^\});", re.DOTALL | re.MULTILINE)
MACRO = re.compile(r"^#define (ENCASE_\w+)", re.MULTILINE)
ERRNO = re.compile(r"\bE(?:[A-Z][A-Z0-9]+|2BIG)\b")

Declared = namedtuple("Declared", "text doc")


def plain(text):
    """A declaration without comments, attributes, and spaces that mean nothing."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\b(ENCASE_API|extern|static|inline)\b|__attribute__\(\(.*\)\)", " ", text)
    text = " ".join(text.split())
    return re.sub(r" ?([*(){},;\[\]]) ?", r"\1", text)


def name_of(text):
    """What a declaration declares."""
    return re.search(r"(\w+)(?=\(|$)", text)[1]


def paths(root):
    found = glob.glob(os.path.join(root, "include", "**", "*.h"), recursive=True)
    return sorted(p for p in found if not MACHINERY.match(os.path.basename(p))) + \
        [os.path.join(root, "policies", "policies.h")]


def functions(text):
    return {name_of(m["text"]): Declared(plain(m["text"]), m["doc"] or "")
            for m in FUNCTION.finditer(text) if name_of(m["text"]).startswith("encase_")}


def objects(text):
    return {name_of(plain(m["text"])): Declared(plain(m["text"]), m["doc"] or "")
            for m in OBJECT.finditer(text) if not plain(m["text"]).startswith('"C"')}


def macros(text):
    return {name for name in MACRO.findall(text) if not name.endswith("_H")}


def structures(text):
    return {name: plain(body) for name, body in STRUCT.findall(text)}


class Headers:
    def __init__(self, texts):
        self.functions, self.objects, self.structures, self.macros = {}, {}, {}, set()
        for text in texts:
            self.functions.update(functions(text))
            self.objects.update(objects(text))
            self.structures.update(structures(text))
            self.macros |= macros(text)

    @staticmethod
    def of(root):
        texts = []
        for path in paths(root):
            with open(path, encoding="utf-8") as text:
                texts.append(text.read())
        return Headers(texts)
