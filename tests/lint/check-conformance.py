#!/usr/bin/env python3
"""check-conformance.py - the tests that docs/conformance.md and docs/threats.md name exist.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import pathlib
import re

import lintlib

TABLE = 'docs/conformance.md'
THREATS = 'docs/threats.md'

# numbers of the conditions, first and last of each range
CONDITIONS = {
    'SX': [(1, 15), (20, 41), (50, 81), (90, 107), (110, 155), (160, 173)],
    'CC': [(1, 20)],
    'CT': [(1, 29)],
    'LD': [(1, 30)],
    'WB': [(1, 53)],
    'BS': [(1, 9)],
    'IB': [(1, 18)],
}

ROW = re.compile(r'\| ((?:SX|CC|CT|LD|WB|BS|IB)-\d+) \| (.+) \| (.+) \|')


def wanted():
    for group, runs in CONDITIONS.items():
        for first, last in runs:
            yield from (f'{group}-{number:03}' for number in range(first, last + 1))


def trouble_with(root, test):
    """What is wrong with one `test` of a row, or None."""
    kind, _, name = test.partition('/')
    if kind == 'vectors':
        path = pathlib.Path(root) / 'tests/vectors' / f'{name}.ini'
        return None if path.is_file() else 'there is no such recipe'
    program, _, case = name.partition('#')
    if kind == 'unit':
        path = pathlib.Path(root) / 'tests/unit' / f'test-{program}.c'
    elif kind == 'e2e':
        path = pathlib.Path(root) / 'tests/e2e' / f'test_{program}.py'
    else:
        return 'it is neither a vector nor a test of ours'
    if not path.is_file():
        return 'there is no such program'
    if case not in path.read_text(encoding='utf-8'):
        return 'there is no such case in it'
    return None


def trouble_with_shown(root, test):
    """What is wrong with a test or lint of the page about threats, or None."""
    kind, _, name = test.partition('/')
    if kind == 'lint':
        path = pathlib.Path(root) / 'tests/lint' / f'check-{name}.py'
        return None if path.is_file() else 'there is no such check'
    if kind == 'vectors' and (pathlib.Path(root) / 'tests/vectors' / name).is_dir():
        return None
    program, _, case = name.partition('#')
    trouble = trouble_with(root, f'{kind}/{program}#')
    if trouble or not case:
        return trouble
    if kind == 'e2e':
        text = lintlib.read(root, f'tests/e2e/test_{program}.py')
        return None if re.search(rf'^def {case}\b', text, re.MULTILINE) else 'no such case'
    # paths are put together from literals: "click" and "%s/expired"
    text = lintlib.read(root, f'tests/unit/test-{program}.c')
    known = {part for string in re.findall(r'"([^"\s]*)"', text) for part in string.split('/')}
    return None if set(case.split('/')) <= known else 'no such case'


def check_threats(root):
    """Complaints about the page about threats; its first paragraph names the form of tests."""
    _, _, rows = lintlib.read(root, THREATS).partition('\n## ')
    for test in re.findall(r'`((?:unit|e2e|lint|vectors)/[^`]+)`', rows):
        trouble = trouble_with_shown(root, test)
        if trouble:
            yield f'{THREATS}: {test}: {trouble}'
    for line in rows.splitlines():
        tests = re.findall(r'`((?:unit|e2e)/[^`]+#[^`]+)`', line)
        yield from (
            f'{THREATS}: {test} is named twice in a row'
            for test in sorted(set(tests))
            if tests.count(test) > 1
        )


def check(root, _build):
    if (pathlib.Path(root) / THREATS).is_file():
        yield from check_threats(root)
    else:
        yield f'{THREATS} is missing'
    path = pathlib.Path(root) / TABLE
    if not path.is_file():
        yield f'{TABLE} is missing'
        return
    seen = []
    for line in path.read_text(encoding='utf-8').splitlines():
        row = ROW.fullmatch(line)
        if not row:
            continue
        seen.append(row[1])
        tests = re.findall(r'`([^`]+)`', row[3])
        if not tests and not row[3].startswith('decided: '):
            yield f'{row[1]}: neither a test nor a decision'
        for test in tests:
            trouble = trouble_with(root, test)
            if trouble:
                yield f'{row[1]}: {test}: {trouble}'
    for row in wanted():
        if seen.count(row) != 1:
            yield f'{row}: {seen.count(row)} rows instead of one'
    for row in sorted(set(seen) - set(wanted())):
        yield f'{row}: there is no such condition'


SHOWN = '`unit/load#first`, `unit/load`, `e2e/page#shown`, `lint/calls`, `vectors/good`'


def sample(change='', by='', shown=SHOWN):
    rows = [f'| {row} | a condition | `vectors/good/page` |' for row in wanted()]
    rows[1] = '| SX-002 | another | `unit/load#first`, decided: more |'
    rows[2] = '| SX-003 | a third | decided: nothing to hold |'
    rows[3] = '| SX-004 | a fourth | `e2e/page#shown` |'
    text = '\n'.join(rows).replace(change, by, 1) if change else '\n'.join(rows)
    return {
        TABLE: text + '\n',
        THREATS: f'`unit/PROGRAM#CASE`\n## Threats\n{shown}\n',
        'tests/lint/check-calls.py': '',
        'tests/vectors/good/page.ini': '[package]\n',
        'tests/e2e/test_page.py': 'def shown(bench):\n',
        'tests/unit/test-load.c': 'g_test_add_func ("/load/first", test_first);\n',
    }


lintlib.run(
    'conformance rows',
    check,
    bad=[
        ('no table', {'README.md': ''}, 'is missing'),
        ('a row less', sample('| CT-029 |', '| ct |'), 'CT-029: 0 rows'),
        ('a row twice', sample('| CT-028 |', '| CT-029 |'), 'CT-029: 2 rows'),
        ('an invented row', sample('| LD-006 |', '| LD-031 |'), 'LD-031: there is no such'),
        ('no test', sample('`vectors/good/page`', 'tested'), 'SX-001: neither'),
        ('a lost recipe', sample('good/page', 'good/other'), 'no such recipe'),
        ('a lost program', sample('unit/load', 'unit/walk'), 'no such program'),
        ('a lost case', sample('#first', '#second'), 'no such case'),
        ('a lost case in the shell', sample('#shown', '#hidden'), 'no such case'),
        ('another kind', sample('vectors/', 'foreign/'), 'neither a vector'),
        ('a threat without a program', sample(shown='`unit/walk`'), 'walk: there is no such prog'),
        ('a threat without a case', sample(shown='`unit/load#fir`'), 'load#fir: no such case'),
        ('a threat without a page', sample(shown='`e2e/page#show`'), 'page#show: no such case'),
        ('a threat without a check', sample(shown='`lint/words`'), 'words: there is no such check'),
        ('a threat without recipes', sample(shown='`vectors/bad`'), 'no such recipe'),
        ('a case twice', sample(shown='`unit/load#first` `unit/load#first`'), 'named twice'),
    ],
    good=sample(),
)
