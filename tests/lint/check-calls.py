#!/usr/bin/env python3
"""check-calls.py - C code calls no banned function outside of the listed files.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import lintlib

C = r'.*\.(c|h)'
# (what, where it is looked for, where it is allowed, what to say)
RULES = [
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
]


def check(root, _build):
    for name in lintlib.tracked(root):
        if name.endswith(('.c', '.h')):
            yield from lintlib.find_patterns(RULES, name, lintlib.read(root, name))


lintlib.run(
    'calls',
    check,
    bad=[
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
    ],
    good={'tests/a.c': 'g_strlcpy (a, b, sizeof a);\n'},
)
