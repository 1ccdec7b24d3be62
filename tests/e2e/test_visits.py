#!/usr/bin/env python3
"""test_visits.py - a window lists where it has been, and goes back there.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import sys

from harness import case, equal, main
from bundles import SITE, bundle, page
from driver.keys import Keyboard
from free_shell import FreeShell
from wpt_world import PAGE, WptWorld


def open_pages(bench):
    """A shell after a page, a bundle and another page; the keyboard, and their addresses."""
    world = bench.world
    path = world.folder / 'visited.wbn'
    path.write_bytes(bundle({f'{SITE}/': page('visited')}, f'{SITE}/'))
    first = world.put(world.url(PAGE, '/first'), '<title>first</title>first')
    last = world.put(world.url(PAGE, '/last'), '<title>last</title>last')
    shell = bench.open(FreeShell, bench, first)
    keys = bench.open(Keyboard, bench.display)
    shown = [shell.decisions.wait_page(0)]
    for address in (str(path), last):
        mark = shell.decisions.mark()
        keys.press('Control+l')
        keys.write(address)
        keys.press('Return')
        shown.append(shell.decisions.wait_page(mark))
    equal('standings', [each['standing'] for each in shown], ['live', 'separate-origin', 'live'])
    return shell, keys, [each['url'] for each in shown]


def choose(bench, shell, keys, rows, opens='Control+h'):
    """Chooses the entry below ROWS newer ones; the page."""
    before = bench.display.still()
    if opens:
        keys.press(opens)
    else:
        keys.click(25, 25, 3)
    bench.display.still(but=before)
    for _ in range(rows):
        keys.press('Down')
    mark = shell.decisions.mark()
    keys.press('Return')
    return shell.decisions.wait_page(mark)['url']


@case
def go_back(bench):
    """a page that was left is chosen with the keyboard, and then the newest one"""
    shell, keys, (first, _, last) = open_pages(bench)
    equal('page', choose(bench, shell, keys, 2), first)
    equal('page', choose(bench, shell, keys, 1), last)


@case
def back_button(bench):
    """a right click on the Back button opens the list"""
    shell, keys, (first, *_) = open_pages(bench)
    equal('page', choose(bench, shell, keys, 2, opens=None), first)


@case
def package(bench):
    """the package view of a bundle is shown again, without asking anybody"""
    _, keys, _ = open_pages(bench)
    before = bench.display.still()
    asked = len(bench.world.requests)
    keys.press('Control+h')
    listed = bench.display.still(but=before)
    keys.press('Down')
    keys.press('Return')
    bench.display.still(but=listed)
    bench.display.still(but=before)
    equal('requests', len(bench.world.requests), asked)


@case
def forgotten(bench):
    """what came in packages is listed no longer once it is forgotten"""
    shell, keys, (first, _, _) = open_pages(bench)
    before = bench.display.still()
    keys.press('Control+Shift+Delete')
    bench.display.still(but=before)  # a notice
    equal('page', choose(bench, shell, keys, 1), first)


if __name__ == '__main__':
    sys.exit(main(WptWorld))
