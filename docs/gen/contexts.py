#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR GPL-2.0-only
"""Prints docs/contexts.md, from contexts.in and the method tables of the C sources.

--undocumented: prints the functions that have no LDoc block instead, and fails if
there are any. A metamethod (__close) needs none, nor does a second spelling.
"""

import os
import sys

import source

FOLDERS = ("core", "bind")


def spelled(function):
    if function.owner:
        return f"{function.owner}:{function.name}()"
    return f"{function.library}.{function.name}()"


def everything():
    """(function, its LDoc block or None), sorted by library."""
    found = []
    for folder in FOLDERS:
        paths = list(source.sources(folder))
        docs = {path: source.documented(path) for path in paths}
        for path in paths:
            for function in source.functions(path):
                beside = [docs[other] for other in paths if os.path.dirname(other) == os.path.dirname(path)]
                block = docs[path].get(function.func) or next((d[function.func] for d in beside
                                                               if function.func in d), None)
                found.append((function, block))
    return sorted(found, key=lambda pair: (pair[0].library, pair[0].owner or "", pair[0].path, pair[0].line))


def undocumented():
    bad = 0
    for function, block in everything():
        if not block and not function.name.startswith("__"):
            print(f"{function.path}:{function.line}: {spelled(function)} has no LDoc block above {function.func}()")
            bad = 1
    return bad


def row(function, block):
    sleeps = "LUNATIK_SLEEPS" in function.flags
    return "| `{}` | {} | {} | {} |".format(spelled(function), function.runtime,
                                            "refused" if sleeps else "yes",
                                            source.summary(block) if block else "")


def table():
    rows = ["| function | runtimes | where sleeping is impossible | what it does |", "|---|---|---|---|"]
    shown = set()
    for function, block in everything():
        if not function.name.startswith("__") and spelled(function) not in shown:
            shown.add(spelled(function))
            rows.append(row(function, block))
    return "\n".join(rows)


def main():
    if sys.argv[1:] == ["--undocumented"]:
        return undocumented()
    sys.stdout.write(source.read("docs/gen/contexts.in").replace("@TABLE@", table()))
    return 0


sys.exit(main())
