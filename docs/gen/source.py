# SPDX-License-Identifier: MIT OR GPL-2.0-only
"""What the generators of docs/ read from the C sources."""

import os
import re
from collections import namedtuple

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")

Block = namedtuple("Block", "path line text code")
Function = namedtuple("Function", "library owner name func flags runtime path line")
Class = namedtuple("Class", "library name runtime arms path")

COMMENT = re.compile(r"/\*(\*+)\n(.*?)\*/\n", re.S)
INITIALIZER = re.compile(r"struct (lunatik_method|lunatik_class|lunatik_library) (\w+)(\[\])? = \{\n(.*?)^\};",
                         re.S | re.M)
ROW = re.compile(r'\{\s*"(\w+)",\s*(\w+)\s*(?:,\s*([^}]*?)\s*)?\}')
FIELD = re.compile(r"\.(\w+)\s*=\s*([^,\n]+)")


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def sources(*folders):
    """The .c files below folders, as paths from the top."""
    for folder in folders:
        for where, _, names in sorted(os.walk(os.path.join(TOP, folder))):
            for name in sorted(names):
                if name.endswith(".c") and not name.endswith(".mod.c"):
                    yield os.path.relpath(os.path.join(where, name), TOP)


def strip(comment):
    """The text of a comment without its stars."""
    return "\n".join(re.sub(r"^ ?\* ?", "", line).rstrip() for line in comment.split("\n")).strip("\n")


def blocks(path, stars):
    """The documenting comments of a file: those that open with so many stars after the slash."""
    text = read(path)
    for found in COMMENT.finditer(text):
        if len(found.group(1)) + 1 != stars:
            continue
        code = text[found.end():].split("\n\n", 1)[0]
        yield Block(path, text.count("\n", 0, found.start()) + 1, strip(found.group(2)), code)


def documented(path):
    """Names of the C functions of a file that have an LDoc block right above, and the block."""
    found = {}
    for block in blocks(path, 3):
        match = re.match(r"(?:static )?int (\w+)\(lua_State", block.code)
        if match:
            found[match.group(1)] = block
    return found


def summary(block):
    """The first sentence of a block."""
    text = " ".join(block.text.split("\n@")[0].split("\n\n")[0].split())
    return re.match(r".*?[.](?= |$)|.*", text).group(0)


def fields(body):
    return {name: value.strip().strip('"&') for name, value in FIELD.findall(body)}


def tables(path):
    """(kind, name, body, line) of the tables and descriptions in a file."""
    text = read(path)
    for found in INITIALIZER.finditer(text):
        yield found.group(1), found.group(2), found.group(4), text.count("\n", 0, found.start(4)) + 1


def library_of(path):
    """The library that a file belongs to, as fields: its own, or that of its folder below bind/."""
    beside = [path]
    if not path.startswith("core"):
        beside += [other for other in sources(os.path.dirname(path)) if other != path]
    for other in beside:
        for kind, _, body, _ in tables(other):
            if kind == "lunatik_library":
                return fields(body)
    return {"name": "?"}


def owners(path):
    """For each method table of a file: (library, class or None, runtime that it needs)."""
    described = [(kind, fields(body)) for kind, _, body, _ in tables(path) if kind != "lunatik_method"]
    library = library_of(path)
    result = {None: (library["name"], None, runtime(library.get("flags", "")))}
    for kind, given in described:
        need = runtime(given.get("flags", "") + library.get("flags", ""))
        if kind == "lunatik_class" and "methods" in given:
            result[given["methods"]] = (library["name"], given["name"], need)
        elif "functions" in given:
            result[given["functions"]] = (given["name"], None, need)
    return result


def classes(path):
    """Every class that a file describes."""
    library = library_of(path)
    for kind, _, body, _ in tables(path):
        given = fields(body)
        if kind == "lunatik_class":
            yield Class(library["name"], given["name"], runtime(given.get("flags", "") + library.get("flags", "")),
                        "arm" in given, path)


def runtime(flags):
    if "LUNATIK_SLEEPABLE" in flags:
        return "sleepable"
    return "never sleeps" if "LUNATIK_ATOMIC" in flags else "any"


def functions(path):
    """Every row of every method table of a file."""
    known = owners(path)
    for kind, table, body, line in tables(path):
        if kind != "lunatik_method":
            continue
        library, owner, need = known.get(table, known[None])
        if table.startswith("sleepable_"):
            need = "sleepable"
        for row in ROW.finditer(body):
            yield Function(library, owner, row.group(1), row.group(2), row.group(3) or "", need, path,
                           line + body.count("\n", 0, row.start()))
