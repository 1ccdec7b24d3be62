"""exports.py - writes the version script of libbulla-1: which symbols it exports, and to whom.

SPDX-License-Identifier: LGPL-2.1-or-later

Usage: exports.py VERSION OUTPUT HEADER...

What a HEADER marks with BULLA_API has the version BULLA_1: the public interface, which stays. The
other functions of the library have one that names its release, so that the dynamic linker refuses
programs of another release; see docs/layers.md.
"""
import pathlib
import re
import sys

MARKED = re.compile(r'^BULLA_API\b[^;(]*?(\w+) \(', re.MULTILINE)
TYPES = re.compile(r'^BULLA_API\s+G_DECLARE_\w+ \((\w+), (\w+),', re.MULTILINE)


def names_of(text):
    yield from (name for name in MARKED.findall(text) if not name.startswith('G_DECLARE_'))
    yield from (f'{prefix}_get_type' for _, prefix in TYPES.findall(text))


def main():
    version, output, *headers = sys.argv[1:]
    names = set()
    for header in headers:
        names.update(names_of(pathlib.Path(header).read_text(encoding='utf-8')))
    public = ''.join(f'    {name};\n' for name in sorted(names))
    pathlib.Path(output).write_text(
        f'BULLA_1 {{\n  global:\n{public}  local:\n    *;\n}};\n'
        f'BULLA_PRIVATE_{version} {{\n  global:\n    bulla_*;\n}};\n',
        encoding='utf-8',
    )


main()
