#!/usr/bin/env python3
"""check-layers.py - each folder includes only the folders and libraries it is allowed to.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import pathlib
import re

import lintlib

# A library is identified by its headers. `c` is the part of C that only computes; `system` is
# every header that no other row lists.
LIBRARIES = {
    'c': r'(assert|ctype|float|inttypes|limits|math|std(align|arg|bool|def|int)|string)\.h',
    'glib': r'glib(-object)?\.h|glib/.*|gobject/.*',
    'glib-testing': r'libglib-testing/.*',
    'gio': r'gio/.*|glib-unix\.h',
    'cbor': r'cbor\.h|cbor/.*',
    'openssl': r'openssl/.*',
    'curl': r'curl/.*',
    'nghttp2': r'nghttp2/.*',
    'soup': r'libsoup/.*',
    'json': r'json-glib/.*',
    'brotli': r'brotli/.*',
    'sqlite': r'sqlite3\.h',
    'archive': r'archive(_entry)?\.h',
    'unbound': r'unbound\.h',
    'x11': r'X11/.*',
    'gtk': r'(gtk|gdk|gsk|pango)/.*|adwaita\.h',
    'webkit': r'(webkit|jsc).*',
    'system': r'.*',
}

# The longest matching path decides: the libraries that a file may use, and the headers that it may
# include besides those of its own folder: folders with their subfolders, and prefixes of names.
BELOW_ALL = 'policy/ loader/bulla-error loader/bulla-door loader/bulla-explain'

# The public part of the gateway is below its folders, decisions are below the code that decides,
# and the rest of the front is above all of them.
GATEWAY_ROOMS = {
    'loader/gateway/bulla-navigation-answer': 'c glib gio soup system',
    'loader/gateway/bulla-gateway-delegate': 'c glib gio',
    'loader/gateway/bulla-gateway.h': 'glib gio',
    'loader/gateway/bulla-gateway-internal.h': '',
    'loader/gateway/bulla-gateway-emit': '',
    'loader/gateway/bulla-gateway-limits': 'glib',
    'loader/gateway/session/': 'c glib gio system',
    'loader/gateway/connection/': 'c glib gio soup system',
    'loader/gateway/request/': 'c glib gio soup',
    'loader/gateway/transfer/': 'c glib gio soup',
    'loader/gateway/bulla-gateway-decision': '',
    'loader/gateway/bulla-gateway-trust': '',
    'loader/gateway/prefetch/': 'c glib gio soup',
    'loader/gateway/handlers/': 'c glib gio soup',
    'loader/gateway/': 'c glib gio soup',
}

# The folders of the network in order; the connector and the fetcher are above them.
FETCH_ROOMS = {
    'loader/fetch/address/': 'c glib gio system',
    'loader/fetch/dns/': 'c glib gio',
    'loader/fetch/message/': 'c glib gio soup',
    'loader/fetch/connection/': 'c glib gio curl system',
    'loader/fetch/transfer/': 'c glib gio curl soup system',
    'loader/fetch/': 'c glib gio soup',
}

# The folders of loader/ in order: each may include those before it, and use their libraries.
FACADE = 'loader/bulla-loader'
ROOMS = {
    'loader/bytes/': 'c glib gio json brotli system',
    'loader/parse/': 'c glib',
    'loader/verify/': 'c glib gio openssl json',
    'loader/ledger/': 'c glib gio json soup system',
    'loader/store/': 'c glib gio json sqlite system',
    **FETCH_ROOMS,
    'loader/exchange/': 'c glib gio json system',
    'loader/bundle/': 'c glib gio json system',
    FACADE: 'c glib gio json system',
    'loader/substitute/': 'c glib gio json system',
    'loader/report/': 'c glib gio json',
    **GATEWAY_ROOMS,
    'loader/package-door/': 'c glib gio soup system',
}

# The same for the folders of shell/: the engine does not include views, and views do not include
# windows. extension/ has the declarations that the shell and its web processes share.
SHELL_BELOW_ALL = 'policy/ loader/ shell/extension/bulla-unknown'
SHELL_ROOMS = {
    'shell/engine/': 'c glib gio webkit system',
    'shell/view/': 'c glib gio json gtk webkit',
    'shell/panels/': 'c glib gio gtk',
    'shell/window/': 'c glib gio gtk webkit',
}


# What every folder of the command may use.
CLI_BELOW_ALL = 'policy/ loader/ shell/cli/output/ shell/cli/input/ shell/cli/frame/'

# The same for the folders with which the command makes packages.
MAKERS = [
    'shell/cli/resources/',
    'shell/cli/recordings/',
    'shell/cli/signers/',
    'shell/cli/site/',
    'shell/cli/create/',
]


def rooms_before(room, rooms=ROOMS, below_all=BELOW_ALL):
    names = list(rooms)
    return ' '.join([below_all, *names[: names.index(room)]])


RULES = {
    'policy/fields/': ('c glib', 'policy/bulla-reason policy/bulla-macros'),
    'policy/caa/': ('c glib', 'policy/bulla-reason policy/bulla-macros'),
    'policy/variants/': (
        'c glib',
        'policy/bulla-macros policy/bulla-request-facts policy/bulla-parsed-part '
        'policy/fields/bulla-field-kind',
    ),
    'policy/': ('c glib', 'policy/fields/ policy/caa/ policy/variants/'),
    'policy/rules/': ('c glib', 'policy/'),
    'loader/': ('c glib gio json system', 'policy/ loader/'),
    'loader/bulla-error': ('c glib gio', 'policy/'),
    'loader/bulla-door': ('c glib', 'policy/'),
    **{room: (libraries, rooms_before(room)) for room, libraries in ROOMS.items()},
    'loader/bytes/bulla-tls-stream.c': (
        'c glib gio openssl system',
        rooms_before('loader/bytes/'),
    ),
    'loader/bytes/bulla-http2-fields': ('c glib nghttp2', rooms_before('loader/bytes/')),
    'loader/parse/bulla-cbor.c': ('c glib cbor', BELOW_ALL),
    **{
        f'loader/fetch/connection/bulla-http2-{part}': (
            'c glib gio nghttp2',
            rooms_before('loader/fetch/connection/'),
        )
        for part in ('frames.c', 'stream.c', 'session')
    },
    'loader/fetch/connection/bulla-http2-wire.c': (
        'c glib gio openssl system',
        rooms_before('loader/fetch/connection/'),
    ),
    'loader/fetch/connection/bulla-http-tls.c': (
        'c glib gio openssl',
        rooms_before('loader/fetch/connection/'),
    ),
    'loader/fetch/dns/bulla-unbound-context.c': (
        'c glib gio unbound',
        rooms_before('loader/fetch/dns/'),
    ),
    'loader/gateway/connection/bulla-gateway-certificate.c': (
        'c glib gio openssl',
        rooms_before('loader/gateway/connection/'),
    ),
    **{
        f'loader/gateway/connection/bulla-gateway-h2-{part}': (
            'c glib gio soup system nghttp2',
            rooms_before('loader/gateway/connection/'),
        )
        for part in ('callbacks', 'fields', 'session.c', 'stream')
    },
    'loader/write/': ('c glib gio openssl', f'{BELOW_ALL} loader/bytes/'),
    'loader/write/forge/': ('c glib gio openssl', f'{BELOW_ALL} loader/write/'),
    'shell/': ('c glib gio gtk webkit system', ' '.join([SHELL_BELOW_ALL, *SHELL_ROOMS])),
    **{
        room: (libraries, rooms_before(room, SHELL_ROOMS, SHELL_BELOW_ALL))
        for room, libraries in SHELL_ROOMS.items()
    },
    'shell/extension/': ('c glib gio json webkit system', 'policy/ loader/'),
    'shell/cli/': ('c glib gio json system', CLI_BELOW_ALL),
    'shell/cli/output/': ('c glib gio json system', 'policy/ loader/'),
    'shell/cli/input/': ('c glib gio json system', 'policy/ loader/ shell/cli/output/'),
    'loader/on-demand/': ('c glib system', 'policy/'),
    **{
        f'loader/on-demand/bulla-on-demand-{library}.c': (f'c glib gio {library}', '')
        for library in ('brotli', 'curl', 'nghttp2', 'soup', 'sqlite', 'unbound')
    },
    'loader/on-demand/bulla-on-demand-ssl.c': ('c glib gio openssl', ''),
    'shell/cli/on-demand/': ('c glib gio archive', 'loader/on-demand/'),
    'shell/cli/recordings/bulla-cli-archive': ('c glib gio archive', 'policy/ loader/'),
    **{
        room: (
            'c glib gio json system',
            rooms_before(room, MAKERS, CLI_BELOW_ALL),
        )
        for room in MAKERS
    },
    'shell/cli/bundle/': (
        'c glib gio json system',
        f'{CLI_BELOW_ALL} shell/cli/inspect/',
    ),
    'shell/cli/compare/': (
        'c glib gio json system',
        f'{CLI_BELOW_ALL} shell/cli/verify/',
    ),
    'shell/cli/sign/': (
        'c glib gio json system',
        f'{CLI_BELOW_ALL} shell/cli/inspect/ shell/cli/bundle/'
        ' shell/cli/resources/ shell/cli/signers/',
    ),
    'shell/cli/frame/main.c': ('c glib gio json system', 'policy/ loader/ shell/cli/'),
    'shell/demo/': ('c glib gio json soup system', 'policy/ loader/'),
    'shell/demo/bulla-demo-http2.c': ('c glib gio nghttp2 soup', ''),
    'shell/demo/bulla-demo-representations.c': ('c glib gio brotli', 'policy/'),
    'tests/': (
        'c glib glib-testing gio json cbor openssl soup sqlite system',
        'policy/ loader/ tests/',
    ),
    **{
        f'tests/unit/test-demo-{part}.c': (
            'c glib gio soup system',
            'policy/ loader/ tests/ shell/demo/',
        )
        for part in ('front', 'relay')
    },
    'tests/unit/http2-': ('c glib gio nghttp2 openssl system', 'policy/ loader/ tests/'),
    'tests/unit/h2-kit': ('c glib gio nghttp2', 'policy/ loader/ tests/'),
    'tests/unit/test-gateway-h2-curl.c': ('c glib gio curl', 'policy/ loader/ tests/'),
    'tests/unit/test-languages.c': ('glib', 'shell/engine/bulla-languages'),
    'tests/unit/test-address.c': ('c glib gio', 'policy/ loader/ shell/view/bulla-address'),
    'tests/unit/test-download-name.c': ('c glib', 'shell/window/bulla-download-name'),
    'tests/e2e/badge-colours.c': ('glib gtk', ''),
    'tests/e2e/drag-source.c': ('c x11 system', ''),
    'tests/bench/bench-caa.c': ('c glib unbound system', 'policy/ loader/ tests/'),
    'tests/bench/bench-page.c': (
        'c glib gio soup webkit system',
        'policy/ loader/ tests/ shell/demo/',
    ),
    'tests/bench/bench-parts.c': ('c glib gio soup webkit system', 'policy/ loader/ tests/'),
}

# The writer and the parsers share no code, so that tests of one can find errors of the other.
EXCEPT = {'loader/': 'loader/write/', 'loader/write/': 'loader/parse/'}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.MULTILINE)


def rule_of(name):
    place = max((key for key in RULES if name.startswith(key)), key=len, default=None)
    return place, RULES.get(place)


def library_of(header):
    return next(key for key, pattern in LIBRARIES.items() if re.fullmatch(pattern, header))


def reachable(name, place, header, others):
    """Whether NAME, at PLACE, may include the project's HEADER."""
    folder = str(pathlib.PurePosixPath(header).parent) + '/'
    if folder == str(pathlib.PurePosixPath(name).parent) + '/':
        return True
    for barred in (
        EXCEPT.get(place),
        EXCEPT.get('loader/') if name.startswith('loader/') else None,
    ):
        if barred and folder.startswith(barred) and not name.startswith(barred):
            return False
    return any(header.startswith(other) for other in others.split())


def lent(name, header):
    """Whether NAME may see HEADER: one that ends in -private.h is for its folder and the tests."""
    folder = pathlib.PurePosixPath(header).parent
    return (
        not header.endswith('-private.h')
        or folder in pathlib.PurePosixPath(name).parents
        or name.startswith('tests/')
    )


def check(root, _build):
    headers = {
        pathlib.PurePosixPath(name).name: name for name in lintlib.tracked(root, '.h', '.def')
    }
    for name in lintlib.tracked(root, '.c', '.h'):
        place, rule = rule_of(name)
        if rule is None:
            yield f'{name}: no rule says what this place may include'
            continue
        text = lintlib.read(root, name)
        for found in INCLUDE.finditer(text):
            spot = f'{name}:{text.count(chr(10), 0, found.start(2)) + 1}'
            ours = headers.get(pathlib.PurePosixPath(found[2]).name)
            if ours:
                if not reachable(name, place, ours, rule[1]):
                    yield f'{spot}: {place} must not include {ours}'
                elif not lent(name, ours):
                    yield f'{spot}: {ours} is private to its folder'
            elif found[1] == '<' and library_of(found[2]) not in rule[0].split():
                yield f'{spot}: {place} must not use {library_of(found[2])} (<{found[2]}>)'


lintlib.run(
    'layers',
    check,
    bad=[
        (
            'GIO in policy',
            {'policy/a.c': '#include <gio/gio.h>\n'},
            'policy/a.c:1: policy/ must not use gio',
        ),
        ('stdio in policy', {'policy/a.c': '\n#include <stdio.h>\n'}, 'policy/a.c:2'),
        (
            'policy looking up',
            {'policy/a.c': '#include "b.h"\n', 'loader/b.h': ''},
            'include loader/b.h',
        ),
        (
            'loader looking up',
            {'loader/a.c': '#include "b.h"\n', 'shell/b.h': ''},
            'include shell/b.h',
        ),
        (
            'a room looking up',
            {'loader/parse/a.c': '#include "b.h"\n', 'loader/gateway/b.h': ''},
            'loader/parse/ must not include loader/gateway/b.h',
        ),
        (
            'a room looking at the front door',
            {'loader/bundle/a.c': '#include "bulla-loader.h"\n', 'loader/bulla-loader.h': ''},
            'loader/bundle/ must not include loader/bulla-loader.h',
        ),
        (
            'a verb looking at another family',
            {'shell/cli/verify/a.c': '#include "b.h"\n', 'shell/cli/sign/b.h': ''},
            'must not include shell/cli/sign/b.h',
        ),
        (
            'an engine that knows a view',
            {'shell/engine/a.c': '#include "b.h"\n', 'shell/view/b.h': ''},
            'shell/engine/ must not include shell/view/b.h',
        ),
        (
            'a view that knows a window',
            {'shell/view/a.c': '#include "b.h"\n', 'shell/window/b.h': ''},
            'shell/view/ must not include shell/window/b.h',
        ),
        ('GTK in the command', {'shell/cli/a.c': '#include <gtk/gtk.h>\n'}, 'must not use gtk'),
        (
            'a shell header in the command',
            {'shell/cli/a.c': '#include "b.h"\n', 'shell/b.h': ''},
            'shell/b.h',
        ),
        (
            'WebKit in the loader',
            {'loader/a.c': '#include <webkit/webkit.h>\n'},
            'must not use webkit',
        ),
        (
            'a second user of libcbor',
            {'loader/parse/a.c': '#include <cbor.h>\n'},
            'must not use cbor',
        ),
        (
            'OpenSSL in the gateway',
            {'loader/gateway/a.c': '#include <openssl/evp.h>\n'},
            'use openssl',
        ),
        (
            'a connection that knows a request',
            {
                'loader/gateway/connection/a.c': '#include "b.h"\n',
                'loader/gateway/request/b.h': '',
            },
            'loader/gateway/connection/ must not include loader/gateway/request/b.h',
        ),
        (
            'a handler that carries out what it decides',
            {
                'loader/gateway/handlers/a.c': '#include "bulla-gateway-execute.h"\n',
                'loader/gateway/bulla-gateway-execute.h': '',
            },
            'loader/gateway/handlers/ must not include loader/gateway/bulla-gateway-execute.h',
        ),
        (
            'curl in the gateway',
            {'loader/gateway/a.c': '#include <curl/curl.h>\n'},
            'must not use curl',
        ),
        ('files in a parser', {'loader/parse/a.c': '#include <fcntl.h>\n'}, 'must not use system'),
        (
            'a parser that fetches',
            {'loader/parse/a.c': '#include "b.h"\n', 'loader/fetch/b.h': ''},
            'fetch/b.h',
        ),
        (
            'a writer that parses',
            {'loader/write/a.c': '#include "b.h"\n', 'loader/parse/b.h': ''},
            'parse/b.h',
        ),
        (
            'a loader that writes',
            {'loader/a.c': '#include "b.h"\n', 'loader/write/b.h': ''},
            'write/b.h',
        ),
        (
            "another folder's private header",
            {'loader/fetch/a.c': '#include "b-private.h"\n', 'loader/bytes/b-private.h': ''},
            'loader/bytes/b-private.h is private to its folder',
        ),
        ('a place without a rule', {'attic/a.c': ''}, 'no rule'),
    ],
    good={
        'policy/a.c': '#include "a.h"\n#include <string.h>\n',
        'policy/a-private.h': '',
        'policy/b.c': '#include "a-private.h"\n',
        'tests/a.c': '#include "a-private.h"\n',
        'policy/a.h': '#include <glib-object.h>\n',
        'loader/parse/bulla-cbor.c': '#include "a.h"\n#include <cbor.h>\n',
        'loader/verify/b.c': '#include "../parse/p.h"\n#include <openssl/x509.h>\n',
        'loader/parse/p.h': '',
        'shell/cli/w.c': '#include "w.h"\n#include "config.h"\n',
        'loader/write/w.h': '',
    },
)
