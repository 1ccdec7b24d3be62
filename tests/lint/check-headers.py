#!/usr/bin/env python3
"""check-headers.py - each file says in its first lines what it is for, and under which licence.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import pathlib
import re

import lintlib

LICENCE = 'SPDX-License-Identifier: LGPL-2.1-or-later'


def check(root, _build):
    for name in lintlib.code(root):
        text = lintlib.read(root, name)
        head = '\n'.join(text.splitlines()[:6])
        base = pathlib.PurePosixPath(name).name
        if not text.strip():
            continue
        if LICENCE not in head:
            yield f'{name}: its first lines do not say {LICENCE}'
        if not re.search(rf'(^|[\s"*]){re.escape(base)} - \S', head):
            yield f'{name}: its first lines do not say "{base} - what it is for"'
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
            'a.h: its first lines',
        ),
        (
            'a file without purpose',
            {'policy/a.h': f'/* {LICENCE} */\n#pragma once\n'},
            'what it is for',
        ),
        ("another file's purpose", {'policy/b.h': GOOD}, '"b.h - what it is for"'),
        (
            'a header without guard',
            {'policy/a.h': GOOD.replace('#pragma once', '')},
            'no #pragma once',
        ),
    ],
    good={'policy/a.h': GOOD, 'dev': f'#!/bin/sh\n# dev - a sample\n# {LICENCE}\n'},
)
