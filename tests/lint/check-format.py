#!/usr/bin/env python3
"""check-format.py - clang-format 14 with .clang-format reproduces every C file.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import pathlib
import shutil
import subprocess
import sys

import lintlib

STYLE = pathlib.Path(sys.argv[1]).resolve() / '.clang-format'


def check(root, _build):
    program = shutil.which('clang-format-14')
    if program is None:
        yield 'clang-format-14 is not installed'
        return
    names = list(lintlib.tracked(root, '.c', '.h'))
    if not names:
        return
    result = subprocess.run(
        [program, '--dry-run', '-Werror', '--ferror-limit=1', f'--style=file:{STYLE}', *names],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in result.stderr.splitlines() if ': error: ' in line]
    if result.returncode and not said:
        said = result.stderr.splitlines()
    yield from said


lintlib.run(
    'formats',
    check,
    bad=[
        ('a tab', {'policy/a.c': 'int\nf (void)\n{\n\treturn 1;\n}\n'}, 'a.c:3'),
        (
            'a brace that hangs',
            {'policy/a.h': 'static inline int\nf (void) {\n  return 1;\n}\n'},
            'a.h:2',
        ),
    ],
    good={'policy/a.c': 'int\nf (void)\n{\n  return 1;\n}\n'},
)
