#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR GPL-2.0-only
"""Prints docs/capi.md, from capi.in and the kernel-doc comments of include/.

--undocumented: prints the functions of the headers without kernel-doc instead, and
fails if there are any.
"""

import os
import re
import sys

import source

# from the outside in; those of single bindings come last
HEADERS = {
    "lunatik.h": "Runtimes",
    "lunatik_object.h": "Libraries, classes and objects",
    "lunatik_lock.h": "Locks",
    "lunatik_value.h": "Values and loans",
    "lunatik_entry.h": "Entries",
}
PRIVATE = {"lunatik_entry_begin", "lunatik_entry_end"}     # lunatik_run() is their documentation
PROTOTYPE = re.compile(r"^(?:static inline )?(?!typedef)[a-z][\w *]*?\b(lunatik_\w+)\([^;{]*\)\s*(?:;|\n\{)", re.M)
SECTION = re.compile(r"^(Context|Return): ?(.*)$")
PARAMETER = re.compile(r"^@(\w+|\.\.\.): ?(.*)$")


def headers():
    """Paths and titles of the public headers."""
    others = sorted(name for name in os.listdir(os.path.join(source.TOP, "include")) if name not in HEADERS)
    for name in [*HEADERS, *others]:
        yield "include/" + name, HEADERS.get(name, f"`<{name}>`")


def undocumented():
    bad = 0
    for path, _ in headers():
        text = source.read(path)
        have = {re.match(r"(?:struct |typedef )?(\w+)", block.text).group(1) for block in source.blocks(path, 2)}
        for found in PROTOTYPE.finditer(text):
            if found.group(1) not in have | PRIVATE:
                print(f"{path}:{text.count(chr(10), 0, found.start()) + 1}: {found.group(1)}() has no kernel-doc")
                bad = 1
    return bad


def markup(text):
    """@name and name() as code."""
    text = re.sub(r"(?<![\w`])@(\w+)", r"*\1*", text)
    return re.sub(r"(?<![\w`])((?:lunatik|lua|luaL)_\w+\(\))", r"`\1`", text)


def paragraphs(lines):
    """Text of wrapped lines: an empty line ends a paragraph."""
    return [" ".join(part.split()) for part in "\n".join(lines).split("\n\n") if part.strip()]


def split(block):
    """A block's title, its parameters, its prose and its sections."""
    lines = block.text.split("\n")
    parameters, sections, prose = [], [], []
    into = prose
    for line in lines[1:]:
        parameter, section = PARAMETER.match(line), SECTION.match(line)
        if parameter:
            parameters.append((parameter.group(1), into := [parameter.group(2)]))
        elif section:
            sections.append((section.group(1), into := [section.group(2)]))
        elif not line.strip():
            into = prose
            prose.append("")
        else:
            into.append(line.strip())
    return lines[0], parameters, prose, sections


def declaration(code):
    """What stands below a comment, up to the end of the declaration."""
    if code.startswith("#define"):
        return code.split(")")[0] + ")"
    if code.startswith("struct") and "{" in code:
        return code.split(" {")[0] + " { ... }"
    return re.split(r";|\n\{", code)[0] + ";"


def page(block):
    title, parameters, prose, sections = split(block)
    name, _, what = title.partition(" - ")
    out = [f"### {name.strip()}", "", "```c", declaration(block.code), "```", "",
           what[:1].upper() + markup(what[1:]) + ".", ""]
    for parameter, lines in parameters:
        out.append(f"* *{parameter}*: {markup(' '.join(lines).strip())}")
    out += [""] if parameters else []
    for text in paragraphs(prose):
        out += [markup(text), ""]
    for section, lines in sections:
        out += [f"**{section}**: {markup(' '.join(lines).strip())}", ""]
    return "\n".join(out)


def main():
    if sys.argv[1:] == ["--undocumented"]:
        return undocumented()
    pages = "\n".join(f"## {title}\n\n" + "\n".join(page(block) for block in source.blocks(path, 2))
                      for path, title in headers())
    sys.stdout.write(source.read("docs/gen/capi.in").replace("@PAGES@", pages.rstrip("\n")))
    return 0


sys.exit(main())
