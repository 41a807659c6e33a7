# SPDX-License-Identifier: MIT
"""TAP, for the suites that are scripts; they put this folder on their path."""


class Skip(Exception):
    """A test cannot run here; its text says why."""


def run(tests):
    """Prints the results of tests: pairs of a name and complaints, lines on what is wrong.  Complaints
    may be a generator, which works when its turn comes, and may raise Skip.  True: one has failed."""
    tests, failed = list(tests), False
    print(f"1..{len(tests)}")
    for number, (name, complaints) in enumerate(tests, 1):
        try:
            lines, skip = list(complaints), ""
        except Skip as reason:
            lines, skip = [], f" # SKIP {reason}"
        failed |= bool(lines)
        print("not ok" if lines else "ok", number, "-", name + skip, flush=True)
        for line in lines:
            print("#", line)
    return failed
