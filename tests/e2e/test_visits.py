#!/usr/bin/env python3
"""test_visits.py - a window lists where it has been, and goes back there.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import sys

from harness import case, equal, main
from bundles import SITE, bundle, page
from driver.keys import Keyboard
from driver.windows import Windows
from free_shell import FreeShell
from wpt_world import PAGE, WptWorld

BACK = (28, 28)  # the Back button, the first thing at the left edge


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
        keys.click(*BACK, 3)
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
def narrow(bench):
    """the Back button is where it was when the window becomes narrow"""
    world = bench.world
    first = world.put(world.url(PAGE, '/first'), 'first')
    shell = bench.open(FreeShell, bench, first)
    shell.decisions.wait_page(0)
    keys, windows = bench.open(Keyboard, bench.display), bench.open(Windows, bench.display)
    mark = shell.decisions.mark()
    keys.press('Control+l')
    keys.write(world.put(world.url(PAGE, '/last'), 'last'))
    keys.press('Return')
    shell.decisions.wait_page(mark)
    before = bench.display.still()
    windows.resize(windows.main(), 360, 640)
    bench.display.still(but=before)
    mark = shell.decisions.mark()
    keys.click(*BACK)
    equal('page', shell.decisions.wait_page(mark)['url'], first)


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
