#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Installs the build into a scratch folder, and uses it as others would: by
pkg-config alone, in C and in C++, shared and static, and as a plugin's author.

install.py MESON BUILD SOURCES PREFIX LIBDIR ABI.  Prints TAP."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import tap

MADE_FOR_TABLES = re.compile(r"(declare|define|record_\w+|static(_table|_next)?)\.h$")  # headers that mean nothing alone
HERE = os.path.dirname(os.path.abspath(__file__))
WARNINGS = ["-O2", "-Wall", "-Wextra", "-Werror"]
MAY_NEED = re.compile(r"libffi\.so\.\d+|libc\.so\.6|ld-linux-x86-64\.so\.2")


class Wrong(Exception):
    """What is wrong, in lines."""


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    if done.returncode:
        raise Wrong(" ".join(command) + f"\nends with {done.returncode}\n" +
                    done.stdout + done.stderr)
    return done.stdout


def expected_of(name):
    """What a program is to print: a file without its comment."""
    with open(os.path.join(HERE, name), encoding="utf-8") as lines:
        return "".join(line for line in lines if not line.startswith("#"))


def files_below(folder):
    return {os.path.relpath(os.path.join(where, name), folder)
            for where, _, names in os.walk(folder) for name in names}


def same(got, expected):
    if got != expected:
        raise Wrong(f"got:\n{got}expected:\n{expected}")


class Installed:
    def __init__(self, scratch, meson, build, sources, prefix, libdir, abi):
        self.scratch, self.sources, self.abi = scratch, sources, abi
        self.folder = os.path.join(prefix, libdir)  # as it is told to the library
        run([meson, "install", "-C", build, "--no-rebuild", "--quiet", "--destdir",
             os.path.join(scratch, "tree")])
        self.tree = os.path.join(scratch, "tree") + prefix
        self.libdir = os.path.join(self.tree, libdir)
        path = os.path.join(self.libdir, "pkgconfig")
        self.env = {**os.environ, "LC_ALL": "C", "PKG_CONFIG_PATH": path}
        self.env.pop("LD_LIBRARY_PATH", None)
        self.env.pop("ENCASE_LAYERS", None)

    def pkg_config(self, *args):
        """The tree is not where it was configured to be: its prefix is told."""
        prefix = "--define-variable=prefix=" + self.tree
        return run(["pkg-config", prefix, *args], env=self.env).split()

    def build(self, compiler, name, sources, flags, libs):
        """Builds a program by what pkg-config says; its path."""
        program = os.path.join(self.scratch, name)
        run([compiler, *WARNINGS, *flags, "-I", HERE] +
            [os.path.join(HERE, source) for source in sources] + libs + ["-o", program],
            env=self.env)
        return program

    def flags(self, package):
        return self.pkg_config("--cflags", package)

    # -- The tests ------------------------------------------------------------

    def headers_are_all_there(self):
        expected = {os.path.join("encase", "policies.h")} | \
            files_below(os.path.join(self.sources, "include"))
        include = os.path.join(self.tree, "include")
        got = files_below(include)
        if got != expected:
            raise Wrong(f"missing: {expected - got}, too many: {got - expected}")
        for name in sorted(got):
            if MADE_FOR_TABLES.match(os.path.basename(name)) or not name.endswith(".h"):
                continue
            for compiler, language in (("gcc", "c"), ("g++", "c++")):
                run([compiler, *WARNINGS, *self.flags("encase"), "-x", language, "-fsyntax-only",
                     "-"], input=f"#include <{name}>\n", env=self.env)

    def pkg_config_says_what_is_needed(self):
        same(self.pkg_config("--libs", "encase"), ["-L" + self.libdir, "-lencase"])
        same(self.pkg_config("--libs", "encase-policies"),
             ["-L" + self.libdir, "-lencase-policies", "-lencase"])
        static = self.pkg_config("--static", "--libs", "encase")
        if "-lffi" not in static or "-lencase" not in static:
            raise Wrong(f"for static linking: {static}")
        same(self.pkg_config("--variable=abi", "encase"), [self.abi])
        self.pkg_config("--validate", "encase", "encase-policies")

    def the_shared_library_needs_little(self):
        library = os.path.join(self.libdir, "libencase.so")
        facts = run(["readelf", "-dW", library])
        same(re.findall(r"SONAME.*\[(.*)\]", facts), ["libencase.so." + self.abi])
        same(os.path.realpath(library), os.path.realpath(library + "." + self.abi))
        needed = re.findall(r"NEEDED.*\[(.*)\]", facts)
        odd = [name for name in needed if not MAY_NEED.fullmatch(name)]
        if odd or not needed:
            raise Wrong(f"it needs {needed}")
        if re.search("RPATH|RUNPATH", facts):
            raise Wrong("it has a run path")
        if "NODELETE" not in facts:
            raise Wrong("it can be unloaded, while its threads end in it")
        with open(library, "rb") as data:
            if os.path.join(self.folder, "encase").encode() + b"\0" not in data.read():
                raise Wrong("it does not know the folder of the installed layers")

    def consumer(self, compiler, name, libs, env=None):
        program = self.build(compiler, name, ["consumer.c", "bell.c"],
                             ["-std=gnu11", *self.flags("encase-policies")], libs)
        return program, run([program], env=env or self.env)

    def manual_pages(self):
        """One for each name in a page's NAME line."""
        if not shutil.which("scdoc"):
            raise tap.Skip("scdoc is not installed")
        folder, names = os.path.join(self.tree, "share/man"), []
        for page in os.listdir(os.path.join(self.sources, "docs/man")):
            if page.endswith(".scd"):
                with open(os.path.join(self.sources, "docs/man", page), encoding="utf-8") as text:
                    line = re.search(r"# NAME\n\n(.*?) - ", text.read())[1]
                number = page.split(".")[1]
                names += [f"man{number}/{name}.{number}" for name in line.split(", ")]
        same(sorted(files_below(folder)), sorted(names))
        for name in names:
            with open(os.path.join(folder, name), encoding="utf-8") as text:
                if "\n.TH " not in text.read():
                    raise Wrong(f"{name} is no manual page")

    def c_shared(self):
        for compiler in filter(shutil.which, ("gcc", "clang")):
            program, got = self.consumer(compiler, "shared-" + compiler,
                                         self.pkg_config("--libs", "encase-policies"),
                                         {**self.env, "LD_LIBRARY_PATH": self.libdir})
            same(got, expected_of("consumer.out"))
            if "libencase.so." + self.abi not in run(["readelf", "-dW", program]):
                raise Wrong("it does not use the shared library")

    def c_static(self):
        static = self.pkg_config("--static", "--libs", "encase-policies")
        archives = ["-l:lib" + flag[2:] + ".a" if flag.startswith("-lencase") else flag
                    for flag in static]
        for name, libs in (("static", ["-static", *static]), ("archive", archives)):
            program, got = self.consumer("gcc", name, libs)
            same(got, expected_of("consumer.out"))
            if "libencase" in run(["readelf", "-dW", program]):
                raise Wrong("it uses the shared library")

    def cxx(self):
        """A C++ host that loads a plugin built as its author would."""
        layers = os.path.join(self.scratch, "layers")
        os.mkdir(layers)
        self.build("gcc", "layers/no-access.so", ["layer.c"],
                   ["-shared", "-fPIC", *self.flags("encase")], self.pkg_config("--libs", "encase"))
        env = {**self.env, "LD_LIBRARY_PATH": self.libdir, "ENCASE_LAYERS": layers}
        expected = expected_of("host.out").replace("FOLDER", layers)
        expected = expected.replace("INSTALLED", os.path.join(self.folder, "encase"))
        for compiler in filter(shutil.which, ("g++", "clang++")):
            for name, libs in (("shared", []), ("exporting", ["-rdynamic"])):
                libs = libs + self.pkg_config("--static", "--libs", "encase-policies")
                if name == "exporting":
                    libs = [flag.replace("-lencase", "-l:libencase") + ".a"
                            if flag.startswith("-lencase") else flag for flag in libs]
                program = self.build(compiler, f"{name}-{compiler}", ["host.cpp"],
                                     ["-std=c++17", *self.flags("encase-policies")], libs)
                same(run([program], env=env), expected)

    def shipped_layers_are_plugins(self):
        folder = self.pkg_config("--variable=layersdir", "encase")[0]
        layers = files_below(folder)
        if {"trace.so", "deny.so"} - layers:
            raise Wrong(f"there is {layers}")
        for name in sorted(layers):
            path = os.path.join(folder, name)
            names = run(["nm", "-D", "--defined-only", path]).split()
            same(names[2::3], ["encase_layer"])
            # Found without help: beside the library, wherever both are.
            if os.path.realpath(self.libdir) not in run(["ldd", path], env=self.env):
                raise Wrong(f"{path} does not find the library")


TESTS = (
    ("every public header is installed and compiles alone", Installed.headers_are_all_there),
    ("pkg-config says what is needed", Installed.pkg_config_says_what_is_needed),
    ("the shared library's name, needs and folder", Installed.the_shared_library_needs_little),
    ("the shipped layers are plugins", Installed.shipped_layers_are_plugins),
    ("a manual page under each name", Installed.manual_pages),
    ("a C consumer with the shared library", Installed.c_shared),
    ("a C consumer with the archive", Installed.c_static),
    ("a C++ host and a plugin", Installed.cxx),
)


def complaints(test, installed):
    try:
        test(installed)
    except Wrong as wrong:
        yield from str(wrong).splitlines() or ["it is wrong"]


def main(args):
    with tempfile.TemporaryDirectory() as scratch:
        installed = Installed(scratch, *args)
        return tap.run((name, complaints(test, installed)) for name, test in TESTS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
