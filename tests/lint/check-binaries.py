#!/usr/bin/env python3
"""check-binaries.py - the repository has no binaries and no private keys.

SPDX-License-Identifier: LGPL-2.1-or-later

Pictures (PNG) may lie in docs/ and data/, and those of the demo's article in data/demo/article/;
vectors are recipes, built when they are needed.
"""
import pathlib
import re

import lintlib

PNG = b'\x89PNG\r\n\x1a\n'
ARTICLE = 'data/demo/article/'
# how files of each format begin
PICTURES = {
    '.jpg': rb'\xff\xd8\xff',
    '.webp': rb'RIFF.{4}WEBP',
    '.avif': rb'.{4}ftypavif',
}
PRIVATE = b'PRIVATE KEY' + b'-----'


def check(root, _build):
    for name in lintlib.tracked(root):
        data = (pathlib.Path(root) / name).read_bytes()
        if name.endswith('.png') and name.startswith(('docs/', 'data/')):
            if not data.startswith(PNG):
                yield f'{name}: is not a PNG picture'
            continue
        beginning = PICTURES.get(pathlib.PurePath(name).suffix)
        if name.startswith(ARTICLE) and beginning is not None:
            if not re.match(beginning, data, re.DOTALL):
                yield f'{name}: is not a picture of that format'
            continue
        try:
            data.decode()
        except UnicodeDecodeError as error:
            yield f'{name}: is not text (byte {error.start})'
            continue
        if b'\0' in data:
            yield f'{name}: is not text (byte {data.index(0)})'
        if PRIVATE in data:
            yield f'{name}: holds a private key'


lintlib.run(
    'texts',
    check,
    bad=[
        ('a NUL', {'tests/a': b'text\0'}, 'tests/a: is not text (byte 4)'),
        ('bytes that are not UTF-8', {'tests/a': b'\xff\xfe'}, 'tests/a: is not text (byte 0)'),
        ('a picture elsewhere', {'tests/a.png': PNG}, 'tests/a.png'),
        ('a false picture', {'docs/a.png': b'GIF89a'}, 'is not a PNG picture'),
        ('a false JPEG', {f'{ARTICLE}a.jpg': PNG}, 'is not a picture of that format'),
        ('a JPEG elsewhere', {'data/a.jpg': b'\xff\xd8\xff'}, 'data/a.jpg: is not text'),
        ('a private key', {'data/a.pem': b'-----BEGIN EC ' + PRIVATE}, 'holds a private key'),
    ],
    good={
        'docs/images/a.png': PNG + b'\0',
        f'{ARTICLE}a.webp': b'RIFF\0\0\0\0WEBP\xff',
        'README.md': '# Ünïcode\n',
    },
)
