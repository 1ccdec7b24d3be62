#!/usr/bin/env python3
"""check-length.py - files have at most 500 lines (or 800), functions 60, lines 100 columns.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import ast
import re

import lintlib

FILE_MAX, WHOLE_MAX, FUNCTION_MAX, COLUMN_MAX = 500, 800, 60, 100
# a line in a file's header with the reason why the file is longer than others
WHOLE = re.compile(r'^(/\*| \*|#)? ?Whole because: \S.{15,}', re.MULTILINE)
HEADER_LINES = 12


def functions_in_c(text):
    """(name, first line, lines) of each definition, counted from its type on."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line != '{':
            continue
        end = next(
            (at for at in range(number, len(lines)) if lines[at].startswith('}')), len(lines) - 1
        )
        start = number
        while (
            start
            and lines[start - 1].strip()
            and not lines[start - 1].startswith(('}', '#', ' */', '/*'))
        ):
            start -= 1
        name = (
            next((each for each in lines[start:number] if '(' in each), lines[start])
            .split('(')[0]
            .strip()
        )
        yield name, start + 1, end - start + 1


def functions_in_python(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node.lineno, node.end_lineno - node.lineno + 1


def functions(name, text):
    if name.endswith(('.c', '.h')):
        return functions_in_c(text)
    return functions_in_python(text) if name.endswith('.py') else ()


def check(root, _build):
    for name in lintlib.code(root):
        text = lintlib.read(root, name)
        lines = text.splitlines()
        whole = WHOLE.search('\n'.join(lines[:HEADER_LINES]))
        most = WHOLE_MAX if whole else FILE_MAX
        if len(lines) > most:
            yield f'{name}: {len(lines)} lines, at most {most}'
        elif whole and len(lines) <= FILE_MAX:
            yield f'{name}: says why it is whole, and is no longer than others'
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMN_MAX and not name.endswith('.def'):  # a row of a table is one line
                yield f'{name}:{number}: {len(line)} columns, at most {COLUMN_MAX}'
        for function, line, length in functions(name, text):
            if length > FUNCTION_MAX:
                yield f'{name}:{line}: {function} has {length} lines, at most {FUNCTION_MAX}'


def c_function(length):
    return 'static int\nlong_one (int a,\n          int b)\n{\n' + '  a++;\n' * (length - 5) + '}\n'


def python_function(length):
    return 'def long_one():\n' + '    pass\n' * (length - 1)


WHOLE_HEADER = '/* a.c - a sample\n *\n * Whole because: its states call each other */\n'

lintlib.run(
    'lengths',
    check,
    bad=[
        ('a long file', {'policy/a.c': '\n' * 501}, 'policy/a.c: 501 lines'),
        ('a long script', {'dev': '\n' * 501}, 'dev: 501 lines'),
        (
            'a file too long for any reason',
            {'policy/a.c': WHOLE_HEADER + '\n' * 799},
            'policy/a.c: 802 lines, at most 800',
        ),
        (
            'a long file with a word for a reason',
            {'policy/a.c': '/* a.c - a\n * Whole because: so */\n' + '\n' * 499},
            'policy/a.c: 501 lines, at most 500',
        ),
        (
            'a reason that nothing needs',
            {'policy/a.c': WHOLE_HEADER},
            'policy/a.c: says why it is whole',
        ),
        ('a long line', {'dev': '#' * 101}, 'dev:1: 101 columns'),
        (
            'a long C function',
            {'policy/a.c': '#include "a.h"\n\n' + c_function(61)},
            'a.c:3: long_one has 61 lines',
        ),
        (
            'a long Python function',
            {'tests/a.py': python_function(61)},
            'a.py:1: long_one has 61 lines',
        ),
    ],
    good={
        'policy/whole.c': WHOLE_HEADER + '\n' * 600,
        'policy/a.c': '\n' * 100 + c_function(60) + '\n' + c_function(60),
        'tests/a.py': python_function(60) * 2,
    },
)
