"""recipes.py - writes the recipes of the tests, and the decisions on them, as a C file.

SPDX-License-Identifier: LGPL-2.1-or-later

Usage: recipes.py VECTORS SNAPSHOTS OUTPUT DEPFILE

The file has one array: for each recipe its name, its text, and a line “PROFILE OUTCOME REASON” for
each profile; each of them ends with a zero byte, and the array with an empty name.
"""
import pathlib
import re
import sys


def decisions(folder):
    """Lines for each recipe, from the snapshots."""
    lines = {}
    for path in sorted(folder.glob('*.txt')):
        for line in path.read_text(encoding='utf-8').splitlines():
            name, outcome, reason = re.match(r'(\S+): (\S+) (\S+?)(?:;| |$)', line).groups()
            lines.setdefault(name, []).append(f'{path.stem} {outcome} {reason}\n')
    return lines


def literal(text):
    """TEXT as C strings, a line each, and a zero byte."""
    escaped = ''.join(
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else f'\\{byte:03o}'
        for byte in text.encode()
    )
    pieces = [escaped[at : at + 4000] for at in range(0, len(escaped), 4000)] or ['']
    # an escape must not be cut
    if len(pieces) > 1:
        pieces = re.findall(r'(?:\\[0-7]{3}|[^\\]){1,1000}', escaped)
    return '\n'.join(f'  "{piece}"' for piece in pieces) + ' "\\0"\n'


def main():
    vectors, snapshots, output, depfile = map(pathlib.Path, sys.argv[1:])
    known = decisions(snapshots)
    files = sorted(vectors.glob('*/*.ini'), key=lambda path: str(path.relative_to(vectors)))
    parts = []
    for path in files:
        name = str(path.relative_to(vectors))[: -len('.ini')]
        text = path.read_text(encoding='utf-8').replace(':PORT', '')
        if re.search(r'^\[package\]', text, re.MULTILINE) or '[caa]' not in text:
            parts += [name, text, ''.join(known[name])]
    output.write_text(
        '/* written by recipes.py */\n#include "bulla-cli-recipes.h"\n\n'
        'const char bulla_cli_recipes_data[] =\n' + ''.join(map(literal, parts)) + ';\n',
        encoding='utf-8',
    )
    needed = ' '.join(map(str, [*files, *sorted(snapshots.glob('*.txt'))]))
    depfile.write_text(f'{output}: {needed}\n', encoding='utf-8')


main()
