#!/usr/bin/env python3
"""check-circles.py - dependency cycles of files stay within a folder and have at most three files.

SPDX-License-Identifier: LGPL-2.1-or-later

Computed from the symbols of the built objects of the library and of the programs.
"""
import collections
import glob
import pathlib
import subprocess

import lintlib

FILES_MAX = 3
# object files of the library, of the shell, of the command
PARTS = ('loader/*.a.p', 'shell/bulla-shell.p', 'shell/cli/bulla.p')


def read_needs(build, part):
    """File of PART -> the files of PART that it needs."""
    wants, makers = {}, {}
    for path in sorted(glob.glob(f'{glob.escape(build)}/{part}/*.o')):
        name = pathlib.Path(path).name.removesuffix('.o')
        wants[name] = set()
        listing = subprocess.run(['nm', path], capture_output=True, text=True, check=True)
        for line in listing.stdout.splitlines():
            *_, kind, symbol = line.split()
            if kind == 'U':
                wants[name].add(symbol)
            elif kind in 'TDBRV':
                makers[symbol] = name
    return {
        name: {makers[symbol] for symbol in symbols if symbol in makers} - {name}
        for name, symbols in wants.items()
    }


def reach(needs, start):
    seen, waiting = set(), collections.deque([start])
    while waiting:
        for name in needs[waiting.popleft()] - seen:
            seen.add(name)
            waiting.append(name)
    return seen


def circles(needs):
    """The strongly connected sets of files."""
    reached = {name: reach(needs, name) for name in needs}
    left = {name for name in needs if name in reached[name]}
    while left:
        first = min(left)
        circle = {name for name in reached[first] if first in reached[name]}
        left -= circle
        yield circle


def folder_of(name):
    """As meson names objects: FOLDER_FILE.c, or FOLDER_ROOM_FILE.c; of the part itself FILE.c."""
    return name.rpartition('_')[0]


def check(_root, build):
    parts = [read_needs(build or '.', part) for part in PARTS]
    if not parts[0]:
        yield 'no object of loader/ was built'
    for needs in parts:  # the shell need not be built
        yield from judge(needs)


def judge(needs):
    for circle in circles(needs):
        folders = {folder_of(name) for name in circle}
        names = ', '.join(sorted(circle))
        if len(folders) > 1:
            yield f'a circle of {len(folders)} folders: {names}'
        elif len(circle) > FILES_MAX:
            yield f'a circle of {len(circle)} files: {names}'


def prepare(directory):
    for part, place in (('.', 'loader/l.a.p'), ('shell', 'shell/bulla-shell.p')):
        compile_sources(pathlib.Path(directory, part), pathlib.Path(directory, place))


def compile_sources(sources, folder):
    folder.mkdir(parents=True)
    for source in sources.glob('*.c'):
        name = source.name if '_' in source.name else f'gateway_{source.name}'
        output = folder / f'{name}.o'
        subprocess.run(['cc', '-c', '-w', '-x', 'c', source, '-o', output], check=True)


def ring(size):
    """SIZE files, each of which calls the next, and the last one the first."""
    return {
        f'f{i}.c': f'int f{(i + 1) % size} (); int f{i} () {{ return f{(i + 1) % size} (); }}\n'
        for i in range(size)
    }


lintlib.run(
    'circles',
    check,
    prepare=prepare,
    bad=[
        ('a circle of four', ring(4), 'a circle of 4 files: gateway_f0.c, gateway_f1.c'),
        (
            'a circle of two folders',
            {
                'parse_a.c': 'int b (); int a () { return b (); }\n',
                'fetch_b.c': 'int a (); int b () { return a (); }\n',
            },
            'a circle of 2 folders: fetch_b.c, parse_a.c',
        ),
        (
            'a circle of two rooms of a folder',
            {
                'gateway_session_a.c': 'int b (); int a () { return b (); }\n',
                'gateway_request_b.c': 'int a (); int b () { return a (); }\n',
            },
            'a circle of 2 folders: gateway_request_b.c, gateway_session_a.c',
        ),
        (
            'a circle of two folders of the shell',
            {
                'parse_a.c': 'int a () { return 1; }\n',
                'shell/engine_a.c': 'int b (); int a () { return b (); }\n',
                'shell/view_b.c': 'int a (); int b () { return a (); }\n',
            },
            'a circle of 2 folders: engine_a.c, view_b.c',
        ),
        ('a build without objects', {}, 'no object of loader/ was built'),
    ],
    good=ring(3),
)
