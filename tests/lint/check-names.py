#!/usr/bin/env python3
"""check-names.py - files, functions, checks and links that docs/ name exist.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import pathlib
import re

import lintlib

FILE = re.compile(r'`([\w./-]+\.(?:[ch]|def|py|ini|build))`')
FUNCTION = re.compile(r'`(bulla_\w+)(?: \(\))?`')
# in the walk, also functions that are static
STATIC = re.compile(r'`([a-z]+(?:_[a-z]+)+)`')
CHECK = re.compile(r'tests/lint/(check-([\w-]+)\.py)')
LINK = re.compile(r'\]\((?!https?:)([^)#]*)(?:#[^)]*)?\)')


def check(root, _build):
    names = list(lintlib.tracked(root))
    words = set()
    yield from checks_not_run(root, names)
    for name in names:
        if name.endswith(('.c', '.h')):
            words.update(re.findall(r'\bbulla_\w+', lintlib.read(root, name)))
    for page in names:
        if not (page.endswith('.md') and page.startswith('docs/')):
            continue
        text = lintlib.read(root, page)
        for found in FILE.finditer(text):
            # `-trust.c` continues a list of names with the same beginning
            if 'NAME' in found[1]:
                continue
            end = found[1] if found[1].startswith('-') else '/' + found[1].lstrip('./')
            if not any(f'/{name}'.endswith(end) for name in names):
                yield f'{page}: there is no file {found[1]}'
        if page == 'docs/walk.md':
            yield from rooms_left_out(names, text)
            yield from functions_gone(root, names, text)
        if page == 'docs/style.md':
            yield from checks_left_out(names, text)
        for found in FUNCTION.finditer(text):
            if found[1] not in words and 'xxx' not in found[1]:
                yield f'{page}: there is no function {found[1]}'
        for found in LINK.finditer(text):
            target = pathlib.PurePosixPath(page).parent / found[1]
            if found[1] and not (pathlib.Path(root) / target).exists():
                yield f'{page}: its link to {found[1]} leads nowhere'


def rooms_left_out(names, text):
    """The folders of loader/ and shell/ that contain code but are missing in the walk."""
    rooms = {
        '/'.join(name.split('/')[:2])
        for name in names
        if re.match(r'(loader|shell)/\w[\w-]*/.*\.c$', name)
    }
    yield from (
        f'docs/walk.md: leaves out {room}/' for room in sorted(rooms) if f'`{room}/`' not in text
    )


def functions_gone(root, names, text):
    """The functions that the walk names but that no C file has."""
    code = ' '.join(lintlib.read(root, name) for name in names if name.endswith('.c'))
    yield from (
        f'docs/walk.md: there is no function {name}'
        for name in sorted(set(STATIC.findall(text)))
        if not name.startswith('bulla_') and not re.search(rf'\b{name}\b', code)
    )


def checks_left_out(names, text):
    """The checks that the page about style does not mention."""
    yield from (
        f'docs/style.md: leaves out {found[1]}'
        for found in map(CHECK.fullmatch, names)
        if found and f'`{found[1]}`' not in text
    )


def checks_not_run(root, names):
    """The checks that are not tests of the suite."""
    build = 'tests/lint/meson.build'
    text = lintlib.read(root, build) if build in names else ''
    for found in filter(None, map(CHECK.fullmatch, names)):
        if f"'{found[2]}'" not in text:
            yield f'{build}: does not run {found[1]}'


GOOD = {
    'policy/a.c': 'void bulla_a (void) {}\n',
    'docs/a.md': 'see `policy/a.c` and `a.c`, `bulla_a`, [b](b.md#x)\n',
    'docs/b.md': '',
    'docs/style.md': '`check-a.py`',
    'docs/walk.md': '`take_bytes`, `bulla_a`',
    'policy/b.c': 'take_bytes ();\n',
    'tests/lint/check-a.py': '',
    'tests/lint/meson.build': "'a',",
}

lintlib.run(
    'names',
    check,
    bad=[
        ('a file that is gone', GOOD | {'docs/b.md': '`policy/c.c`'}, 'no file policy/c.c'),
        ('a function that is gone', GOOD | {'docs/b.md': '`bulla_b`'}, 'no function bulla_b'),
        (
            'a room that is left out',
            GOOD | {'docs/walk.md': '`loader/a/`', 'loader/a/a.c': '', 'loader/b/b.c': ''},
            'leaves out loader/b/',
        ),
        (
            'a static function that is gone',
            GOOD | {'policy/b.c': 'take_bytes_again ();'},
            'no function take_bytes',
        ),
        (
            'a check that is left out',
            GOOD | {'tests/lint/check-ab.py': ''},
            'leaves out check-ab.py',
        ),
        ('a check that is not run', GOOD | {'tests/lint/check-b.py': ''}, 'not run check-b.py'),
        ('a link to nothing', GOOD | {'docs/b.md': '[c](c.md)'}, 'leads nowhere'),
    ],
    good=GOOD,
)
