#!/usr/bin/env python3
"""check-tests.py - tests read no files of the user, and expect whole numbers.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import re

import lintlib

BUILD = 'tests/meson.build'
# functions that name a folder of the user, and the variables that replace it
FOLDERS = {'g_get_user_config_dir': 'XDG_CONFIG_HOME', 'g_get_user_data_dir': 'XDG_DATA_HOME'}
# (pattern, files that are searched, files in which it is allowed, complaint)
RULES = [
    (
        # a case of command-cases.h: a text of digits alone is compared with a whole line
        r'\b(wc -[clw]|grep -c)\b[^\n]*",\s*\d+,\s*"(?=[^"]*[^"\d])[^"]*\d"',
        r'tests/unit/.*\.[ch]',
        None,
        'a longer number passes, too: end the text with \\n',
    ),
    (
        r"\bHOME=|'HOME'\s*[:\]]",
        r'tests/(docs|snapshots|vectors)/.*\.py',
        r'tests/docs/(site_servers|installed)\.py',
        'GLib takes XDG_CONFIG_HOME before HOME: set that',
    ),
]


def check(root, _build):
    names = list(lintlib.tracked(root))
    build = lintlib.read(root, BUILD) if BUILD in names else ''
    for name in names:
        text = lintlib.read(root, name) if name.endswith(('.c', '.h', '.py')) else ''
        yield from lintlib.find_patterns(RULES, name, text)
        if name.startswith(('loader/', 'shell/')):
            yield from (
                f'{BUILD}: does not set {variable}, but {name} calls {function}()'
                for function, variable in FOLDERS.items()
                if re.search(rf'\b{function} \(', text) and f"'{variable}'" not in build
            )


lintlib.run(
    'rules of tests',
    check,
    bad=[
        (
            'a part of a number',
            {'tests/unit/a.c': '{"cat f; ls | wc -l", 0, "kept1"},'},
            'tests/unit/a.c:1: a longer number',
        ),
        ('a folder of the user', {'loader/a.c': 'g_get_user_config_dir ()'}, 'XDG_CONFIG_HOME'),
        ('another home alone', {'tests/docs/a.py': 'dict (HOME=x)'}, 'set that'),
    ],
    good={
        'tests/unit/a.c': '{"ls | wc -l", 0, "1"}, {"cat f; ls | wc -l", 0, "kept1\\n"},',
        'loader/a.c': 'g_get_user_data_dir ()',
        'tests/meson.build': "tests_env.set('XDG_DATA_HOME', x)",
    },
)
