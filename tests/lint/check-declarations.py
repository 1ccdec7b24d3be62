#!/usr/bin/env python3
"""check-declarations.py - a blank line follows the declarations at the beginning of a function.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import re

import lintlib

QUALIFIERS = r'(?:(?:const|static|unsigned|signed|struct|enum|union|volatile|register)\s+)*'
DECLARATION = re.compile(
    r'g_auto(?:ptr|list|slist|queue)? \(|g_autofree |'
    + QUALIFIERS
    + r'(?!(?:return|goto|else|case|break|continue|do|if|for|while|switch|default)\b)'
    r'[A-Za-z_]\w*(?:\s+const)?\s*[\s*]+(?:const\s+)?'
    r'(?:[A-Za-z_]\w*\s*(?:\[[^;=]*\]\s*)*[=,;]|\(\*\w+\) ?\()'
)
LITERAL = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|/\*.*?\*/')


def skip_comment(lines, at):
    while at < len(lines) and '*/' not in lines[at]:
        at += 1
    return at + 1


def skip_declaration(lines, at):
    """The line after the declaration that begins at line AT."""
    depth = 0
    while at < len(lines):
        text = LITERAL.sub('', lines[at]).rstrip()
        depth += text.count('{') + text.count('(') - text.count('}') - text.count(')')
        at += 1
        if depth <= 0 and text.endswith(';'):
            break
    return at


def skip_declarations(lines, at):
    """The line after the declarations that begin at line AT; AT itself if line AT is not one."""
    while at < len(lines):
        following = at
        if lines[at].lstrip().startswith('/*'):
            following = skip_comment(lines, at)
        if following >= len(lines) or not DECLARATION.match(lines[following].strip()):
            return at
        at = skip_declaration(lines, following)
    return at


def check(root, _build):
    for name in lintlib.tracked(root, '.c'):
        lines = lintlib.read(root, name).splitlines()
        for number, line in enumerate(lines):
            if line != '{':
                continue
            end = skip_declarations(lines, number + 1)
            if number + 1 < end < len(lines) and lines[end].strip() not in ('', '}'):
                yield f'{name}:{end + 1}: no blank line after the declarations'


lintlib.run(
    'declarations',
    check,
    bad=[
        (
            'a call right after a declaration',
            {'policy/a.c': 'void\nf (void)\n{\n  int a = 1;\n  g (a);\n}\n'},
            'a.c:5: no blank line',
        ),
        (
            'a condition after an initialiser of several lines',
            {
                'policy/a.c': 'void\nf (void)\n{\n  g_autofree char *a =\n      g ("{");\n'
                '  if (a)\n    h ();\n}\n'
            },
            'a.c:6: no blank line',
        ),
    ],
    good={
        'policy/a.c': 'void\nf (void)\n{\n  /* kept */\n  int a[] = {1, 2}, *b;\n'
        '  g_autoptr (A) c = NULL;\n  char **d = NULL;\n\n'
        '  g (a);\n}\n\nvoid\nh (void)\n{\n  g (1);\n  a = 2;\n  return f ();\n}\n',
    },
)
