#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Adds up the TAP lines of all suites in meson's logs, and prints
"N passed, N failed, N skipped".  Fails when a test failed, when a suite ran no
test, and when meson was content with fewer results than the suite's plan said; and, if
the first argument is "--skips=N", when more than N were skipped."""
import json
import re
import sys

RESULT = re.compile(r"^(not )?ok\b[^#]*(#\s*skip)?", re.IGNORECASE)
PLAN = re.compile(r"^1\.\.(\d+)")


def count(output):
    """(passed, failed, skipped, planned or None) of one suite's TAP."""
    passed = failed = skipped = 0
    planned = None
    for line in output.splitlines():
        plan = PLAN.match(line)
        result = RESULT.match(line)
        if plan:
            planned = int(plan.group(1))
        elif result and result.group(2):
            skipped += 1
            print("skipped:", line)
        elif result and result.group(1):
            failed += 1
        elif result:
            passed += 1
    return passed, failed, skipped, planned


def lines_of(logs):
    for log in logs:
        with open(log, encoding="utf-8") as lines:
            yield from lines


def main(logs):
    total = [0, 0, 0]
    bad = []
    most = int(logs.pop(0).partition("=")[2]) if logs[0].startswith("--skips=") else None
    for line in lines_of(logs):
        suite = json.loads(line)
        passed, failed, skipped, planned = count(suite.get("stdout") or "")
        ran = passed + failed + skipped
        if not ran:
            bad.append(f"{suite['name']}: ran no test")
        if planned is not None and planned != ran:
            bad.append(f"{suite['name']}: planned {planned} tests and ran {ran}")
        if suite["result"] not in ("OK", "SKIP") and not failed:
            bad.append(f"{suite['name']}: {suite['result']}")
        total = [a + b for a, b in zip(total, (passed, failed, skipped))]
    if not sum(total):
        bad.append("no suite ran")
    if most is not None and total[2] > most:
        bad.append(f"{total[2]} were skipped, {most} are the most")
    for complaint in bad:
        print("FAILED:", complaint)
    print(f"{total[0]} passed, {total[1] + len(bad)} failed, {total[2]} skipped")
    return bool(total[1] or bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
