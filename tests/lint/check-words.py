#!/usr/bin/env python3
"""check-words.py - files have no machine paths, unfinished work or obscure wording.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import re

import lintlib

C = r'.*\.(c|h)'
# (pattern, files that are searched, files in which it is allowed, complaint)
RULES = [
    (
        r'/(home|Users|work|workspace|builds)/\w+|/tmp/(build|h)\b',
        r'.*',
        None,
        'a path of one machine',
    ),
    (
        r'shared/vectors',
        r'.*',
        r'dev|docs/testing\.md',
        'foreign packages are found by BULLA_VECTORS',
    ),
    (
        r'deb\.debian\.org|registry\.npmjs',
        r'.*',
        None,
        'a registry',
    ),
    (
        r'\b(TODO|FIXME|XXX|HACK)\b',
        rf'{C}|.*\.(py|build|md)|dev',
        r'tests/.*summary\.py',
        'unfinished work',
    ),
    (r'[ \t]+$', rf'{C}|.*\.(py|build|md|ini|sh)|dev', None, 'blanks at the end of a line'),
    (
        r'^(answer|ask|fail|find|handle|refuse|take|tell|watch) \(',
        C,
        None,
        'a function without an object in its name',
    ),
    (
        r'\b(C?_|NC?_|ngettext) \(\s*(?:"(?:[^"\\]|\\.)*"\s*(?:,\s*)?)*'
        r'(G_G?U?INT|G_GS|G_GO|PRI)[A-Z0-9_]+',
        C,
        None,
        'a string that xgettext cannot read whole: format the number before, and use %s',
    ),
]
# habits of speech that make a reader guess: words that are in each, a pattern, what to write
RIDDLES = [
    (
        ' no ',
        r'(?P<fine>\b[Tt]here )?\b(is|are|was|were|be) no (?!longer\b|more than\b)',
        'negate the verb: “is not a …”',
    ),
    (
        'worth',
        r'\bwhat(ever)? (it|they|that|this) (is|are|was|were|would be) worth\b',
        'name the judgement',
    ),
    ('in vain', r'\bin vain\b', 'say what failed: “blocked requests”'),
    ('fared', r'\bhow (it|they) fared\b', 'say what happened'),
    (
        'elieve',
        r'\b([Ww]hom to believe|is believed|[Bb]elieve (the|it|them)\b)',
        'say what is accepted',
    ),
    ('be had', r'\b(can|could|cannot|not|to) be had\b', 'say what is fetched or found'),
    ('nothing of', r'\bknows? nothing of\b', 'say what does not depend on what'),
    ('driven by', r'\b[Bb]e driven by\b', '“allow control by”'),
    ('let go', r'\blet go\b', '“released”, “closed” or “dropped”'),
    ('be told', r'\bcannot be told\b', '“is not known”, “failed to parse”'),
    ('for good', r'\bfor good\b', '“forever”, “until …”'),
    (' about', r'\b(comes?|came) about\b', '“happens”, “is made”'),
    ('ebody else', r'\b[Ss]omebody else than\b', '“someone other than”'),
    ('all the same', r'\ball the same\b', '“nevertheless”, or leave it out'),
    (' of', r'\bwhat (becomes|became|comes|came) of\b', 'say what happens'),
    ('nobody', r'\b(is|are) nobody[’\']s\b', '“has no initiator”, “is not known”'),
    ('no friends', r'\bmakes? (it|them)self no friends\b', 'say what is prevented'),
]
# not ours, or quoted; or rewritten by commands
SPOKEN_ELSEWHERE = re.compile(
    r'LICENSE$|po/.*\.po$|tests/(snapshots|interop|fuzz/corpus)/|tests/fuzz/.*\.dict$'
)
THIS = 'tests/lint/check-words.py'


def check(root, _build):
    for name in lintlib.tracked(root):
        if name == THIS or name.endswith(('.png', '.po')):
            continue
        text = lintlib.read(root, name)
        yield from lintlib.find_patterns(RULES, name, text)
        if not SPOKEN_ELSEWHERE.match(name):
            yield from riddles(name, text)


def riddles(name, text):
    squeezed = ' '.join(re.split(r'[\s*#/"]+', text))
    for hint, what, better in RIDDLES:
        if hint not in squeezed:
            continue  # most files; what follows is slow
        # words may be apart by the end of a line of a comment or of a string
        gap = r'(?:\s|(?<=\n)[ \t]*(?:\*|#|//)|"\n\s*")+'
        for found in re.finditer(what.replace(' ', gap), text):
            if found.groupdict().get('fine'):
                continue
            line = text.count('\n', 0, found.start()) + 1
            said = ' '.join(re.sub(r'[\s*#"/]+', ' ', found[0]).split())
            yield f'{name}:{line}: “{said}”: {better}'


lintlib.run(
    'words',
    check,
    bad=[
        ('a machine path', {'docs/a.md': 'see\n/work/main'}, 'docs/a.md:2: a path of one machine'),
        (
            'a fixed place of vectors',
            {'tests/a.c': '"../shared/vectors"'},
            'tests/a.c:1: foreign',
        ),
        ('a registry', {'README.md': 'deb.debian.org'}, 'a registry'),
        ('unfinished work', {'policy/a.c': '/* TODO: more */'}, 'unfinished work'),
        ('a riddle', {'docs/a.md': 'what is no package'}, 'a.md:1: “is no”: negate the verb'),
        (
            'a riddle over two lines',
            {'loader/a.c': '/* a key that is\n * no key */'},
            'a.c:1: “is no”: negate',
        ),
        ('a riddle in words for users', {'shell/a.c': '_ ("asked in vain")'}, 'what failed'),
        ('trailing blanks', {'policy/a.c': 'int x; \n'}, 'blanks'),
        ('a bare verb', {'policy/a.c': 'static void\nfind (int x)\n'}, 'a function without'),
        (
            'a string in parts',
            {'shell/a.c': 'x (_ ("%" G_GUINT64_FORMAT " bytes"), n);\n'},
            'xgettext cannot read',
        ),
    ],
    good={'dev': 'cd ../shared/vectors\n', 'tests/a.c': 'mkstemp ("fileXXXXXX");\n'}
    | {'docs/a.md': 'There is no fault, and it is no longer than 3; is no more than 2.\n'},
)
