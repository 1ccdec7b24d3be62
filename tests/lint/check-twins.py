#!/usr/bin/env python3
"""check-twins.py - every web-platform-test of packages has a verdict and an existing twin.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import pathlib
import re

import lintlib

TABLE = 'docs/testing.md'
HEAD = '## Web-platform-tests'

# number of tests in each folder of signed-exchange/, and in that of web-bundle/
FOLDERS = {
    '': 28,
    'appcache': 2,
    'reporting': 28,
    'service-workers': 3,
    'subresource': 2,
    'subresource-loading': 35,
}

ROW = re.compile(r'\| `([\w/-]+)` \| (.+) \| `e2e/(\w+)#(\w+)` \|')
VERDICT = re.compile(r'holds|(differs|not possible in WebKitGTK) because .+')


def rows(root):
    text = lintlib.read(root, TABLE) if (pathlib.Path(root) / TABLE).is_file() else ''
    section = text.partition(HEAD)[2].partition('\n## ')[0]
    return [found for line in section.splitlines() if (found := ROW.fullmatch(line))]


def check(root, _build):
    found = rows(root)
    names = [row[1] for row in found]
    for row in found:
        name, verdict, program, case = row.groups()
        if not VERDICT.fullmatch(verdict):
            yield f'{name}: neither holds, nor differs nor is not possible because of something'
        if case != name.rpartition('/')[2].replace('-', '_'):
            yield f'{name}: its twin has another name'
        path = pathlib.Path(root) / 'tests/e2e' / f'test_{program}.py'
        if not path.is_file():
            yield f'{name}: there is no {program}'
        elif f"'{case}'" not in path.read_text(encoding='utf-8'):
            yield f'{name}: there is no such case in {program}'
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f'{name}: more than one row'
    for folder, count in FOLDERS.items():
        here = {name for name in names if name.rpartition('/')[0] == folder}
        if len(here) != count:
            yield f'{folder or "signed-exchange"}: {len(here)} tests instead of {count}'


def sample(change='', by=''):
    names = [
        f'{folder}/a-{number}' if folder else f'a-{number}'
        for folder, count in FOLDERS.items()
        for number in range(count)
    ]
    lines = [HEAD]
    for name in names:
        case = name.rpartition('/')[2].replace('-', '_')
        lines.append(f'| `{name}` | holds | `e2e/web#{case}` |')
    text = '\n'.join(lines)
    cases = [f"twin('a_{number}')" for number in range(max(FOLDERS.values()))]
    return {
        TABLE: (text.replace(change, by, 1) if change else text) + '\n',
        'tests/e2e/test_web.py': '\n'.join(cases) + '\n',
    }


lintlib.run(
    'twins',
    check,
    bad=[
        ('no table', {'README.md': ''}, 'signed-exchange: 0 tests'),
        ('a row less', sample('| `a-1` |', '| a-1 |'), 'signed-exchange: 27 tests'),
        ('a row twice', sample('`a-1`', '`a-2`'), 'a-2: more than one row'),
        ('no verdict', sample('holds', 'so so'), 'a-0: neither'),
        ('no cause', sample('holds', 'differs because '), 'a-0: neither'),
        ('a twin of another', sample('#a_1`', '#a_2`'), 'a-1: its twin has another name'),
        ('a lost program', sample('e2e/web#', 'e2e/wide#'), 'a-0: there is no wide'),
        (
            'a lost case',
            sample() | {'tests/e2e/test_web.py': "twin('a_0')\n"},
            'a-1: there is no such case',
        ),
    ],
    good=sample(),
)
