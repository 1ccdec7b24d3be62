#!/usr/bin/env python3
"""check-translations.py - po/POTFILES lists exactly the files with translatable strings.

SPDX-License-Identifier: LGPL-2.1-or-later

Each language of po/LINGUAS has a file that msgfmt accepts. The check prints how much of it is
translated, and does not fail for missing translations.
"""
import pathlib
import re
import subprocess

import lintlib

MARKED = {
    '.c': re.compile(r'\b(C?_|N_|NC_|ngettext|gettext|g_dngettext|g_dpgettext2) \("'),
    '.h': re.compile(r'\b(C?_|N_|NC_) \("'),
    '.ui': re.compile(r'translatable="(yes|true)"'),
    '.desktop.in': re.compile(r'^Name=', re.MULTILINE),
    '.metainfo.xml.in': re.compile(r'<summary>'),
    '.gschema.xml': re.compile(r'<summary>'),
}


def check(root, _build):
    listed = pathlib.Path(root) / 'po/POTFILES'
    lines = listed.read_text(encoding='utf-8').splitlines() if listed.exists() else []
    named = {line.strip() for line in lines if line.strip() and not line.startswith('#')}
    marked = {
        name
        for name in lintlib.tracked(root, *MARKED)
        if not name.startswith('tests/')
        and any(
            name.endswith(end) and words.search(lintlib.read(root, name))
            for end, words in MARKED.items()
        )
    }
    # a source that the build generates from the key files: po/meson.build
    if any(name.startswith('data/reasons.d/') for name in lintlib.tracked(root, '.ini')):
        marked.add('po/reasons.pot')
    yield from (
        f'{name}: has words for the user, but po/POTFILES does not list it'
        for name in sorted(marked - named)
    )
    yield from (f'po/POTFILES: {name} has no words for the user' for name in sorted(named - marked))
    yield from trouble_with_languages(pathlib.Path(root) / 'po')


def trouble_with_languages(folder):
    listed = folder / 'LINGUAS'
    for language in listed.read_text(encoding='utf-8').split() if listed.exists() else []:
        if not (folder / f'{language}.po').exists():
            yield f'po/LINGUAS: there is no po/{language}.po'
            continue
        done = subprocess.run(
            ['msgfmt', '--check', '--statistics', '--output-file=/dev/null', f'{language}.po'],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        last = done.stderr.strip().splitlines()[-1:]
        print(f'# {language}: {"".join(last)}')
        if done.returncode:
            yield f'po/{language}.po: {done.stderr.strip()}'


lintlib.run(
    'translations',
    check,
    bad=[
        (
            'a file left out',
            {'shell/a.c': 'puts (_ ("Open"));', 'po/POTFILES': ''},
            'shell/a.c: has words',
        ),
        (
            'reasons left out',
            {'data/reasons.d/a.b.ini': '[Reason]\n', 'po/POTFILES': ''},
            'po/reasons.pot: has words',
        ),
        ('a file that is gone', {'po/POTFILES': 'shell/a.c\n'}, 'shell/a.c has no words'),
        ('a language left out', {'po/LINGUAS': 'de\n'}, 'there is no po/de.po'),
        (
            'a translation that would crash',
            {
                'po/LINGUAS': 'de\n',
                'po/de.po': 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
                '#, c-format\nmsgid "%s"\nmsgstr "%d"\n',
            },
            'po/de.po',
        ),
    ],
    good={'shell/a.c': 'puts (_ ("Open"));', 'po/POTFILES': '# C\nshell/a.c\n'},
)
