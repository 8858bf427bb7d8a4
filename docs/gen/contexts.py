#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR GPL-2.0-only
"""Prints docs/contexts.md, from contexts.in and the method tables of the C sources.

--undocumented: prints the functions that have no LDoc block instead, and fails if
there are any. A metamethod (__close) needs none, nor does a second spelling.

--lua: prints what the document says as a Lua table instead, for the suite that
holds the core to it (tests/suites/vm/contexts).
"""

import os
import sys
from collections import namedtuple

import source

FOLDERS = ("core", "bind")
DRIVER = ("control",)       # libraries that no other script can have

# where a call can come from: is the runtime one that may sleep, and may the entry?
Context = namedtuple("Context", "name title sleepable may_sleep")
CONTEXTS = (
    Context("process", "process entry, sleepable runtime", True, True),
    Context("atomic", "atomic entry, sleepable runtime", True, False),
    Context("load", "loading, runtime that never sleeps", False, True),
    Context("never", "entry, runtime that never sleeps", False, False),
)

REFUSED = "{} may sleep, which is impossible in this context"
NOT_SLEEPABLE = "cannot use '{}' class on non-sleepable runtime"
NOT_ATOMIC = "cannot use sleepable runtime in this context"


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


def excluded(need, name, context):
    """Why a library or a class that needs a kind of runtime cannot be had in a context; None: it can."""
    if need == "sleepable" and not context.sleepable:
        return NOT_SLEEPABLE.format(name)
    return NOT_ATOMIC if need == "never sleeps" and context.sleepable else None


def refused(function, context):
    """What a function raises in a context before it looks at its arguments; None: nothing."""
    if "LUNATIK_SLEEPS" in function.flags and not context.may_sleep:
        return REFUSED.format(function.name)
    return None


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


def all_classes():
    found = [given for path in source.sources(*FOLDERS) for given in source.classes(path)]
    return sorted(found, key=lambda given: (given.library, given.name))


def methods_of(given, functions):
    """The methods of a class, each name once."""
    own = {function.name: function for function in functions if function.owner == given.name and
           function.library == given.library}
    return list(own.values())


def cell(given, methods, context):
    """What can be done with the objects of a class in a context."""
    if excluded(given.runtime, given.name, context):
        return "no such object"
    barred = ["creation"] if given.arms and not context.may_sleep else []
    barred += [f"`{method.name}`" for method in methods if refused(method, context)]
    return "all but " + ", ".join(barred) if barred else "all"


def matrix():
    functions = [function for function, _ in everything()]
    rows = ["| class | " + " | ".join(context.title for context in CONTEXTS) + " |",
            "|---" * (1 + len(CONTEXTS)) + "|"]
    for given in all_classes():
        cells = [cell(given, methods_of(given, functions), context) for context in CONTEXTS]
        rows.append(f"| `{given.name}` | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def lua(value):
    """A Lua expression."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {lua(item)}" for name, item in value.items() if item is not None) + "}"
    if isinstance(value, list):
        return "{\n" + ",\n".join(map(lua, value)) + "}"
    return str(value).lower() if isinstance(value, bool) else '"' + value.replace('"', '\\"') + '"'


def expected(judge):
    """What is raised in each context: {context: message}."""
    return {context.name: judge(context) for context in CONTEXTS}


def expectations(functions):
    """[{name, expect}] of functions; absent = true where a runtime does not have the function at all."""
    return [{"name": function.name, "expect": expected(lambda context, f=function: refused(f, context)),
             "sleepable": function.runtime == "sleepable"} for function in functions]


def data():
    """What the suite is to find, library by library."""
    functions = [function for function, _ in everything()]
    libraries = []
    for path in source.sources(*FOLDERS):
        for kind, _, body, _ in source.tables(path):
            if kind != "lunatik_library" or source.fields(body)["name"] in DRIVER:
                continue
            name = source.fields(body)["name"]
            need = source.runtime(source.fields(body).get("flags", ""))
            own = {f.name: f for f in functions if f.library == name and not f.owner}
            libraries.append({
                "name": name,
                "expect": expected(lambda context, need=need, name=name: excluded(need, name, context)),
                "functions": expectations(own.values()),
                "classes": [{"name": given.name, "arms": given.arms,
                             "expect": expected(lambda context, g=given: excluded(g.runtime, g.name, context)),
                             "methods": expectations(methods_of(given, functions))}
                            for given in all_classes() if given.library == name]})
    return libraries


def main():
    if sys.argv[1:] == ["--undocumented"]:
        return undocumented()
    if sys.argv[1:] == ["--lua"]:
        print("-- made by docs/gen/contexts.py\nreturn " + lua(data()))
        return 0
    page = source.read("docs/gen/contexts.in")
    sys.stdout.write(page.replace("@TABLE@", table()).replace("@CLASSES@", matrix()))
    return 0


sys.exit(main())
