#!/usr/bin/env python3
"""check-reasons.py - every reason has an explanation and a test package.

SPDX-License-Identifier: LGPL-2.1-or-later

Every reason in policy/bulla-reasons.def is explained in data/reasons.d and provoked by a vector,
and nothing else is explained or provoked.
"""
import configparser
import pathlib
import re

import lintlib

CATALOGUE = 'policy/bulla-reasons.def'
ROW = re.compile(
    r'^REASON \((\w+),\s*"([^"]*)",\s*(?:"([^"]*)"|NULL),\s*(?:"([^"]*)"|NULL)\)', re.MULTILINE
)
NICK = re.compile(r'[a-z0-9]+([.-][a-z0-9]+)*')
KEYS = ('Meaning', 'Impact', 'Remedy', 'Spec')


def check(root, _build):
    if not (pathlib.Path(root) / CATALOGUE).exists():
        yield f'{CATALOGUE} is missing'
        return
    text = lintlib.read(root, CATALOGUE)
    rows = ROW.findall(text)
    if len(rows) != len(re.findall(r'^REASON\b', text, re.MULTILINE)):
        yield f'{CATALOGUE}: a row is not REASON (ID, "nick", "report" or NULL, "chromium" or NULL)'
    ids, nicks = [row[0] for row in rows], [row[1] for row in rows]
    for seen in (ids, nicks):
        yield from (
            f'{CATALOGUE}: {name} stands twice'
            for name in sorted(set(seen))
            if seen.count(name) > 1
        )
    yield from (
        f'{CATALOGUE}: "{nick}" is not a nick' for nick in nicks if not NICK.fullmatch(nick)
    )

    explained = {
        pathlib.Path(name).stem: name
        for name in lintlib.tracked(root, '.ini')
        if name.startswith('data/reasons.d/')
    }
    provoked = {
        pathlib.Path(name).parent.name
        for name in lintlib.tracked(root, '.ini')
        if re.match(r'tests/vectors/[^/]+/[^/]+\.ini$', name)
    }
    for nick in sorted(set(nicks)):
        if nick not in explained:
            yield f'{nick}: data/reasons.d/{nick}.ini is missing'
        if nick not in provoked:
            yield f'{nick}: no vector in tests/vectors/{nick}/ provokes it'
    for nick in sorted(explained.keys() - set(nicks)):
        yield f'{explained[nick]}: explains an unknown reason'
    for nick in sorted(provoked - set(nicks) - {'good'}):
        yield f'tests/vectors/{nick}/: provokes an unknown reason'
    for name in explained.values():
        yield from check_explanation(root, name)


def check_explanation(root, name):
    parser = configparser.ConfigParser(interpolation=None, strict=True, delimiters=('=',))
    parser.optionxform = str
    try:
        parser.read_string(lintlib.read(root, name))
    except configparser.Error as error:
        yield f'{name}: {error}'
        return
    for key in KEYS:
        if not parser.get('Reason', key, fallback='').strip():
            yield f'{name}: [Reason] has no {key}'


EXPLANATION = '# purpose\n[Reason]\n' + ''.join(f'{key}=said\n' for key in KEYS)
WHOLE = {
    CATALOGUE: 'REASON (SXG_MAGIC, "sxg.magic", "parse_error", NULL)\n',
    'data/reasons.d/sxg.magic.ini': EXPLANATION,
    'tests/vectors/sxg.magic/one.ini': '',
    'tests/vectors/good/one.ini': '',
}


def without(name):
    return {key: text for key, text in WHOLE.items() if key != name}


lintlib.run(
    'reasons',
    check,
    bad=[
        (
            'a reason without explanation',
            without('data/reasons.d/sxg.magic.ini'),
            '/sxg.magic.ini is missing',
        ),
        ('a reason without vector', without('tests/vectors/sxg.magic/one.ini'), 'no vector in'),
        (
            'an explanation of nothing',
            WHOLE | {'data/reasons.d/ghost.ini': EXPLANATION},
            'an unknown reason',
        ),
        (
            'a vector for nothing',
            WHOLE | {'tests/vectors/ghost/one.ini': ''},
            'tests/vectors/ghost/',
        ),
        (
            'an explanation without remedy',
            WHOLE | {'data/reasons.d/sxg.magic.ini': '[Reason]\nMeaning=x\n'},
            'no Remedy',
        ),
        (
            'a row out of form',
            WHOLE | {CATALOGUE: WHOLE[CATALOGUE] + 'REASON (X)\n'},
            'a row is not',
        ),
        ('a reason said twice', WHOLE | {CATALOGUE: WHOLE[CATALOGUE] * 2}, 'stands twice'),
        ('no catalogue', without(CATALOGUE), 'is missing'),
    ],
    good=WHOLE,
)
