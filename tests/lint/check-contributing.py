#!/usr/bin/env python3
"""check-contributing.py - docs/contributing.md lists the files that a change touches.

SPDX-License-Identifier: LGPL-2.1-or-later

Each table between `<!-- files KIND NAME… -->` and `<!-- end -->` is compared with the files that
mention the reasons, rules, settings or verbs of those names: each file is in the table, each row
that is needed always has a file for each name, and the heading counts those rows.
"""
import fnmatch
import re

import lintlib

PAGE = 'docs/contributing.md'
TABLE = re.compile(
    r'^### [^\n]*?(?P<count>\d+) files\n(?:(?!^### ).)*?'
    r'^<!-- files (?P<kind>\w+) (?P<names>[^\n]*) -->\n(?P<rows>.*?)^<!-- end -->',
    re.MULTILINE | re.DOTALL,
)
ROW = re.compile(r'^\| `([^`]+)` \|.*\| (always|if needed) \|$', re.MULTILINE)
# written by commands, or derived from all files
LEFT_OUT = re.compile(
    r'po/.*\.po$|tests/(snapshots|lint|fuzz/corpus)/|tests/fuzz/.*\.dict|.*\.png$|(NEWS|README.md)$'
)


def whole(name):
    """A pattern that matches NAME but not longer names."""
    return rf'(?<![\w.-]){re.escape(name)}(?![\w-]|\.[a-z])'


def mention(kind, name):
    """A pattern for files that concern the NAME of that KIND."""
    last = name.split('.')[-1]
    if kind == 'reason':
        code = re.sub('[.-]', '_', name.upper())
        row = rf'\bBULLA_REASON_{code}\b|^REASON \({code},|reasons\.d/{name}\.ini'
        return re.compile(f'{row}|{whole(name)}', re.MULTILINE)
    if kind == 'setting':
        return re.compile(rf'(?<![\w-]){last}(?![\w-])|\b{last.replace("-", "_")}\b')
    if kind == 'verb':
        return re.compile(rf'\b(bulla_verb_|verb-){last}\b|\b{last}(-command|\.py)\b')
    return re.compile(whole(name))


def files_of(texts, kind, name):
    pattern = mention(kind, name)
    in_tables = re.compile(rf'"{name.split(".")[-1]}"')  # macros add the prefix
    for file, text in texts.items():
        if (
            pattern.search(text)
            or re.search(rf'/{name}\.(ini|py)$|^tests/vectors/{name}/', file)
            or (kind == 'rule' and file.startswith('policy/rules/') and in_tables.search(text))
        ):
            yield file


def matches(file, row, name):
    return fnmatch.fnmatchcase(file, row.replace('NAME', name))


def check_table(texts, found):
    kind, rows = found['kind'], ROW.findall(found['rows'])
    always = [row for row, when in rows if when == 'always']
    if int(found['count']) != len(always):
        yield f'{PAGE}: a {kind} always touches {len(always)} files, and not {found["count"]}'
    for name in found['names'].split():
        files = list(files_of(texts, kind, name))
        if not files:
            yield f'{PAGE}: there is no {kind} {name}'
            continue
        yield from (
            f'{PAGE}: {file} mentions the {kind} {name}, but is not listed'
            for file in files
            if not any(matches(file, row, name) for row, _ in rows)
        )
        yield from (
            f'{PAGE}: the {kind} {name} is not in {row}'
            for row in always
            if not any(matches(file, row, name) for file in files)
        )


def check_rows(names, found):
    """Complaints about rows of a table that match no file, whatever the name."""
    yield from (
        f'{PAGE}: {row}: there is no such file'
        for row, _ in ROW.findall(found['rows'])
        if not any(matches(file, row, '*') for file in names)
    )


def check(root, _build):
    names = [name for name in lintlib.tracked(root) if not LEFT_OUT.match(name) and name != PAGE]
    texts = {name: lintlib.read(root, name) for name in names}
    tables = list(TABLE.finditer(lintlib.read(root, PAGE)))
    if {found['kind'] for found in tables} != {'reason', 'rule', 'setting', 'verb'}:
        yield f'{PAGE}: has no table for each of reason, rule, setting and verb'
    for found in tables:
        yield from check_table(texts, found)
        yield from check_rows(list(lintlib.tracked(root)), found)


def page(count=1, rows='| `a/NAME.c` | x | always |\n| `b/*.c` | x | if needed |\n'):
    kinds = ('reason', 'rule', 'setting', 'verb')
    return ''.join(
        f'### A {kind}: {count} files\n\n<!-- files {kind} one -->\n{rows}<!-- end -->\n'
        for kind in kinds
    )


TREE = {'a/one.c': 'verb-one one', 'b/x.c': 'one verb-one'}

lintlib.run(
    'lists of files',
    check,
    bad=[
        ('a file that is not listed', TREE | {PAGE: page(), 'c/x.c': 'one'}, 'c/x.c mentions'),
        ('a row without a file', {PAGE: page(), 'b/x.c': 'one verb-one'}, 'is not in a/NAME.c'),
        ('a row of no file', {PAGE: page(), 'a/one.c': 'verb-one one'}, 'there is no such file'),
        ('a count that is wrong', TREE | {PAGE: page(2)}, 'touches 1 files, and not 2'),
        ('an example that is gone', {PAGE: page(), 'a/x.c': ''}, 'there is no reason one'),
        ('no table', {PAGE: '', 'a/x.c': ''}, 'has no table'),
    ],
    good=TREE | {PAGE: page()},
)
