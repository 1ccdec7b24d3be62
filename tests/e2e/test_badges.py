#!/usr/bin/env python3
"""test_badges.py - the badges of pages that neither a server nor a package sent are true.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import signal
import subprocess
import sys

from harness import case, equal, main
from driver import wait
from driver.keys import Keyboard
from free_shell import FreeShell, children
from wpt_world import INNER, PAGE, Answer, WptWorld

TEXT, OUTLINE = 4.5, 3.0  # least contrasts of the Web Content Accessibility Guidelines
SCHEMES = {
    'light': {},
    'dark': {'ADW_DEBUG_COLOR_SCHEME': 'prefer-dark'},
    'light, high contrast': {'ADW_DEBUG_HIGH_CONTRAST': '1'},
    'dark, high contrast': {
        'ADW_DEBUG_COLOR_SCHEME': 'prefer-dark',
        'ADW_DEBUG_HIGH_CONTRAST': '1',
    },
}


def luminance(colour):
    """The relative luminance of a COLOUR of six hexadecimal digits."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """The contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def leave(bench, shell):
    """Leaves the page that SHELL shows for another; the badge that it had."""
    world = bench.world
    keys = bench.open(Keyboard, bench.display)
    mark = shell.decisions.mark()
    keys.press('Control+l')
    keys.write(world.put(world.url(PAGE, '/next'), 'next'))
    keys.press('Return')
    return wait.until('a page is left', lambda: shell.decisions.since(mark, 'left'))[0]['badge']


@case
def local_file(bench):
    """a file is called a local file"""
    path = bench.world.folder / 'notes.html'
    path.write_text('<title>notes</title>notes', encoding='utf-8')
    shell = bench.open(FreeShell, bench, str(path))
    equal('page', shell.decisions.wait_page(0)['url'], path.as_uri())
    equal('badge', leave(bench, shell), 'Local file')


@case
def error_page(bench):
    """an error page in place of a live page is called an error page"""
    world = bench.world
    broken = Answer(200, {'Content-Type': 'text/html', 'Content-Length': '9'}, b'another length')
    url = world.put(world.url(PAGE, '/broken'), lambda request: broken)
    shell = bench.open(FreeShell, bench, url)
    shell.decisions.wait_page(0)
    equal('badge', leave(bench, shell), 'Error page')


@case
def crashed(bench):
    """a page from a package whose process ends is called crashed, and loads again"""
    world = bench.world
    signed = world.sign(world.put(world.url(INNER, '/signed'), 'live'), 'signed')
    url = world.put_exchange(world.url(PAGE, '/signed.sxg'), signed)
    shell = bench.open(FreeShell, bench, url)
    shell.decisions.wait_page(0, 'the package', lambda each: each['standing'] == 'substituted')
    mark = shell.decisions.mark()
    for pid, name in children(shell.process.pid).items():
        if name.startswith('WebKitWebProces'):
            os.kill(pid, signal.SIGKILL)
    shell.decisions.wait_page(mark, 'the error page', lambda each: each['standing'] == 'none')
    before = shell.decisions.since(mark, 'left')[0]
    equal('badge of the page', before['badge'], 'Substituted')
    equal('badge', leave(bench, shell), 'Crashed')


@case
def contrasts(bench):
    """text of badges is readable in each colour scheme, and high contrast has solid borders"""
    seen = {}
    for name, scheme in SCHEMES.items():
        printed = subprocess.run(
            [str(bench.build / 'tests/e2e/badge-colours')],
            env={**bench.display.environment(), **scheme},
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        ).stdout
        seen[name] = [line.split() for line in printed.splitlines()]
        equal('badges', len(seen[name]), 9)
        for style, text, below, edge, around in seen[name]:
            found = contrast(text, below)
            assert found >= TEXT, f'text of {style} in {name}: {text} on {below}, {found:.2f}'
            found = contrast(edge, around)
            assert 'high' not in name or found >= OUTLINE, (
                f'border of {style} in {name}: {edge} beside {around}, {found:.2f}'
            )
    equal('different schemes', len({repr(each) for each in seen.values()}), len(SCHEMES))


if __name__ == '__main__':
    sys.exit(main(WptWorld))
