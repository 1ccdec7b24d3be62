#!/usr/bin/env python3
"""variants.py - who reaches which value of Variants, as snapshots.

SPDX-License-Identifier: LGPL-2.1-or-later

    variants.py BULLA SNAPSHOTS [--update]

Signs a small site with a missing combination, and keeps the matrix of all shipped clients, in every
profile. A changed client file, or another reading of the drafts, is a diff here.
"""
import difflib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

URL = 'https://news.example'
LANGUAGES = 'accept-language;en;fr;br'
PICTURES = 'accept;image/jpeg;image/webp;image/avif'
# path, media type, Variants, key, further fields
SITE = [
    ('/', 'text/html', LANGUAGES, 'en', 'Content-Language: en'),
    ('/', 'text/html', LANGUAGES, 'fr', 'Content-Language: fr'),
    ('/', 'text/html', LANGUAGES, 'br', 'Content-Language: br'),
    ('/alps', 'image/jpeg', PICTURES, 'image/jpeg', None),
    ('/alps', 'image/avif', PICTURES, 'image/avif', None),  # no image/webp
    ('/page', 'text/html', f'{LANGUAGES}, accept-encoding;br;identity', 'en;br', None),
    ('/page', 'text/html', f'{LANGUAGES}, accept-encoding;br;identity', 'en;identity', None),
    ('/page', 'text/html', f'{LANGUAGES}, accept-encoding;br;identity', 'fr;identity', None),
    ('/style.css', 'text/css', None, None, None),
]
WAYS = ('first_choice', 'later_choice', 'wildcard', 'default', 'unusable')


def run(bulla, folder, *arguments, allowed=(0,)):
    environment = dict(os.environ, LC_ALL='C.UTF-8', LANGUAGE='', XDG_CONFIG_HOME=str(folder))
    done = subprocess.run(
        [bulla, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in allowed:
        raise OSError(f'bulla {arguments[0]}: {done.returncode}: {done.stderr.strip()}')
    return done.stdout


def make(bulla, folder):
    run(bulla, folder, 'create', 'authority', 'a')
    run(bulla, folder, 'create', 'chain', '--authority', 'a', '--host', 'news.example', 'c.cbor')
    (folder / 'content').write_text('<p>Good morning')
    (folder / 'site').mkdir()
    for number, (path, kind, variants, key, more) in enumerate(SITE):
        fields = [f'Content-Type: {kind}']
        for name, suffix in (('04', variants), ('key', key)):
            if suffix is not None:
                fields.append(f'{"Variants-04" if name == "04" else "Variant-Key-04"}: {suffix}')
        fields += [more] if more else []
        words = [word for field in fields for word in ('--header', field)]
        run(
            bulla, folder, 'create', 'exchange', '--ignore-errors', '--certificate', 'c.pem',
            '--private-key', 'c.key', '--url', URL + path, '--cert-url', f'{URL}/c', '--content',
            'content', *words, f'site/{number}.sxg',
        )


def matrix(bulla, folder, profile):
    """A line for each value: who reaches it, and how."""
    printed = run(
        bulla, folder, 'variants', '--all-clients', '--matrix', '--json', '--profile', profile,
        '--set', 'request.variants-headers=04', 'site', allowed=(0, 1),
    )
    lines = []
    for each in map(json.loads, printed.splitlines()):
        if each['record'] != 'cell':
            continue
        reached = '; '.join(f'{way}: {", ".join(each[way])}' for way in WAYS if each[way])
        lines.append(f'{each["url"]}  {each["axis"]}  {each["value"]}\n    {reached or "nobody"}\n')
    return ''.join(lines)


def trouble_with(path, text):
    if not path.is_file():
        return f'{path} is missing'
    kept = path.read_text(encoding='utf-8')
    if kept == text:
        return None
    lines = difflib.unified_diff(kept.splitlines(), text.splitlines(), 'kept', 'now', '', '', 0, '')
    return '\n'.join(lines)


def main():
    arguments = [each for each in sys.argv[1:] if each != '--update']
    update = len(arguments) < len(sys.argv) - 1
    bulla, snapshots = pathlib.Path(arguments[0]).resolve(), pathlib.Path(arguments[1])
    failed = False
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        profiles = [line.split()[0] for line in run(bulla, folder, 'profiles', 'list').splitlines()]
        print(f'1..{len(profiles)}')
        make(bulla, folder)
        for number, profile in enumerate(profiles, 1):
            text = matrix(bulla, folder, profile)
            path = snapshots / f'{profile}.txt'
            if update:
                snapshots.mkdir(exist_ok=True)
                path.write_text(text, encoding='utf-8')
            trouble = trouble_with(path, text)
            print(f"{'not ok' if trouble else 'ok'} {number} {profile}")
            for line in (trouble or '').splitlines():
                print(f'# {line}')
            failed = failed or trouble is not None
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
