#!/usr/bin/env python3
"""check-headers.py - each file begins with its purpose and its licence.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import pathlib
import re

import lintlib

LICENCE = 'SPDX-License-Identifier: LGPL-2.1-or-later'
# for each language: the line of the purpose, and that of the licence; both must be whole lines
FORMS = {
    ('.c', '.h', '.def'): (r'/\* {name} - \S.*', rf' \* {LICENCE}( \*/)?'),
    ('.py',): (r'"""{name} - \S.*', LICENCE),
    ('.mjs', '.cjs'): (r'// {name} - \S.*', f'// {LICENCE}'),
    ('',): (r'# {name} - \S.*', f'# {LICENCE}'),
}


def check(root, _build):
    more = lintlib.tracked(root, '.mjs', '.cjs')
    for name in [*lintlib.code(root), *more]:
        text = lintlib.read(root, name)
        lines = text.splitlines()[:5]
        base = pathlib.PurePosixPath(name).name
        if not text.strip():
            continue
        purpose, licence = next(form for ends, form in FORMS.items() if name.endswith(ends))
        purpose = purpose.format(name=re.escape(base))
        at = next((i for i, line in enumerate(lines) if re.fullmatch(purpose, line)), None)
        if at is None:
            yield f'{name}: no line says "{base} - what it is for", in the form of its language'
        elif not any(re.fullmatch(licence, line) for line in lines[at + 1 : at + 3]):
            yield f'{name}: the line below its purpose is not {LICENCE}'
        if name.endswith('.h') and not re.search(r'^#pragma once$', text, re.MULTILINE):
            yield f'{name}: has no #pragma once'


GOOD = f'/* a.h - a sample\n * {LICENCE} */\n#pragma once\n'

lintlib.run(
    'headers',
    check,
    bad=[
        (
            'a file without licence',
            {'policy/a.h': '/* a.h - a sample */\n#pragma once\n'},
            'a.h: the line below its purpose',
        ),
        (
            'a file without purpose',
            {'policy/a.h': f'/* {LICENCE} */\n#pragma once\n'},
            'what it is for',
        ),
        (
            'a licence at the end of the purpose',
            {'policy/a.c': f'/* a.c - a sample of what was\n * made {LICENCE} */\n'},
            'the line below its purpose',
        ),
        (
            'a licence with a comment behind it',
            {'tests/a.py': f'"""a.py - a sample\n\n{LICENCE}, mostly\n"""\n'},
            'the line below its purpose',
        ),
        ("another file's purpose", {'policy/b.h': GOOD}, '"b.h - what it is for"'),
        (
            'a header without guard',
            {'policy/a.h': GOOD.replace('#pragma once', '')},
            'no #pragma once',
        ),
    ],
    good={
        'policy/a.h': GOOD,
        'tests/a.py': f'"""a.py - a sample\n\n{LICENCE}\n"""\n',
        'dev': f'#!/bin/sh\n# dev - a sample\n# {LICENCE}\n',
    },
)
