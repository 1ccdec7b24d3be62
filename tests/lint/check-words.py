#!/usr/bin/env python3
"""check-words.py - what must not be written: foreign places, unfinished work, banned calls.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import re

import lintlib

C = r'.*\.(c|h)'
# (what, where it is looked for, where it may stand all the same, what to say)
RULES = [
    (r'/work/|/tmp/(build|h)\b|/home/\w+/', r'.*', None, 'a path of one machine'),
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
    (r'\bgoto\b', C, None, 'goto; use g_autoptr'),
    (
        r'\b(g_usleep|usleep|sleep|nanosleep) \(',
        rf'tests/{C}',
        None,
        'a fixed wait; wait for the event',
    ),
    (
        r'\bg_(log|error|critical|warning|message|info|debug) \(',
        rf'policy/{C}',
        None,
        'policy does not log',
    ),
    (r'\bcbor_load\b', C, None, 'cbor_load builds trees of hostile input; decode item by item'),
    (
        r'webkit_uri_scheme_request_get_http_body|webkit_network_session_prefetch_dns',
        C,
        None,
        'a call that a page can turn against the shell',
    ),
    (
        r'\b(soup_session_(new|send|preconnect|websocket)\w*|g_socket_client_(new|connect)\w*'
        r'|SOUP_TYPE_SESSION|g_resolver_lookup\w*)',
        rf'(loader|shell)/{C}',
        r'loader/fetch/bulla-connector\.c',
        'a way to the network that the ledger does not see',
    ),
    (r'\b(strcpy|strcat|sprintf|gets|atoi|alloca|g_alloca) \(', C, None, 'a call without a bound'),
    (
        r'\b(g_(strdup|strndup|memdup2?|string_new|string_new_len|utf8_\w+)|strlen|str[a-z]+) '
        r'\((\(const char \*\))?g_bytes_get_data\b',
        rf'(loader|policy|shell)/{C}',
        None,
        'no bytes are NULL there; use bulla_bytes_dup_text()',
    ),
    (r'[ \t]+$', rf'{C}|.*\.(py|build|md|ini|sh)|dev', None, 'blanks at the end of a line'),
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
        for what, where, exempt, complaint in RULES:
            if not re.fullmatch(where, name) or (exempt and re.fullmatch(exempt, name)):
                continue
            for found in re.finditer(what, text, re.MULTILINE):
                line = text.count('\n', 0, found.start()) + 1
                yield f'{name}:{line}: {complaint} ({found[0].strip()})'
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
        ('a decision that logs', {'policy/a.c': 'g_warning ("x");'}, 'policy does not log'),
        ('goto', {'policy/a.c': 'goto out;'}, 'goto'),
        ('a fixed wait', {'tests/a.c': 'g_usleep (1);'}, 'a fixed wait'),
        ('a tree of hostile CBOR', {'loader/a.c': 'cbor_load (x);'}, 'cbor_load'),
        (
            'a contact that is not written down',
            {'loader/a.c': 'soup_session_send_async (session);'},
            'a way to the network',
        ),
        ('an unbounded copy', {'loader/a.c': 'strcpy (a, b);'}, 'without a bound'),
        (
            'a text of no bytes',
            {'shell/a.c': 'g_strndup (g_bytes_get_data (b, NULL), n);'},
            'no bytes are NULL',
        ),
        ('a riddle', {'docs/a.md': 'what is no package'}, 'a.md:1: “is no”: negate the verb'),
        (
            'a riddle over two lines',
            {'loader/a.c': '/* a key that is\n * no key */'},
            'a.c:1: “is no”: negate',
        ),
        ('a riddle in words for users', {'shell/a.c': '_ ("asked in vain")'}, 'what failed'),
        ('trailing blanks', {'policy/a.c': 'int x; \n'}, 'blanks'),
    ],
    good={'dev': 'cd ../shared/vectors\n', 'tests/a.c': 'mkstemp ("fileXXXXXX");\n'}
    | {'docs/a.md': 'There is no fault, and it is no longer than 3; is no more than 2.\n'},
)
