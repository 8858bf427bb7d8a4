#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR GPL-2.0-only
"""ldoc.py DIR: writes one file for each C library into DIR, for LDoc to read.

LDoc wants a library in one file that begins with @module. Here a library may be
several files of a folder, and its description is the essay of the one that has
the `struct lunatik_library`.
"""

import os
import re
import sys

import source

ESSAY = re.compile(r"/\*\n \* [\w.]+ - (.*?)\n \*\n(.*?)\n \*/", re.S)


def libraries():
    """(name, path) of everything that require() can open."""
    for path in source.sources("core", "bind"):
        for kind, _, body, _ in source.tables(path):
            if kind == "lunatik_library":
                yield source.fields(body)["name"], path


def essay(path):
    found = ESSAY.search(source.read(path))
    return " ".join(source.strip(found.group(1)).split()) if found else os.path.basename(path)


def files_of(path):
    """A binding is its folder; a library of the core is its file."""
    folder = os.path.dirname(path)
    return [path] if folder == "core" else list(source.sources(folder))


def write(name, path, where):
    with open(os.path.join(where, name + ".c"), "w", encoding="utf-8") as file:
        file.write(f"/***\n * {essay(path)}.\n * @module {name}\n */\n\n")
        for part in files_of(path):
            for block in source.blocks(part, 3):
                text = "\n".join(" * " + line for line in block.text.split("\n"))
                file.write(f"/***\n{text}\n */\n{block.code}\n\n")


def main():
    for name, path in libraries():
        write(name, path, sys.argv[1])


main()
