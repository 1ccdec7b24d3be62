#!/usr/bin/env python3
"""test_narrow.py - a window of 360 pixels shows everything that a wide one does.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import sys

from harness import case, equal, main
from driver import wait
from driver.keys import Keyboard
from driver.windows import Windows
from driver.world import Shell
from free_shell import FreeShell
from wpt_world import INNER, PAGE, WptWorld

NARROW, HEIGHT = 360, 640
PANELS = ('F7', 'F8', 'F9')


def smallest(bench, *more, **environment):
    """The smallest widths of a window at a page, without a panel and with each; and a picture."""
    world = bench.world
    signed = world.sign(world.put(world.url(INNER, '/signed'), 'live'), 'signed')
    url = world.put_exchange(world.url(PAGE, '/signed.sxg'), signed)
    plain = bench.display.environment
    bench.display.environment = lambda: {**plain(), **environment}
    try:
        shell = bench.open(FreeShell, bench, *more, url)
    finally:
        bench.display.environment = plain
    shell.decisions.wait_page(0, 'the package', lambda each: each['standing'] == 'substituted')
    windows, keys = bench.open(Windows, bench.display), bench.open(Keyboard, bench.display)
    picture = bench.display.still()
    found = [windows.minimum(windows.main())[0]]
    for key in PANELS:
        before = bench.display.still()
        keys.press(key)
        bench.display.still(but=before)
        found.append(windows.minimum(windows.main())[0])
    return found, picture


@case
def minimum(bench):
    """a window can be 360 pixels wide, a private one too, with any panel"""
    found, _ = smallest(bench, '--private')
    assert max(found) <= NARROW, found


@case
def large_text(bench):
    """a window with text of one and a half times the size can be 360 pixels wide"""
    resources = bench.world.folder / 'Xresources'
    resources.write_text('Xft.dpi: 144\n')
    _, usual = smallest(bench)
    bench.tidy(False)
    found, large = smallest(bench, XENVIRONMENT=str(resources))
    assert large != usual, 'the text is not larger'
    assert max(found) <= NARROW, found


@case
def panel(bench):
    """a panel lies beside the page in a wide window; above it in a narrow one, until Escape"""
    world = bench.world
    shell = bench.open(Shell, bench.build, bench.display, world)
    shell.go(world.put(world.url(PAGE, '/page'), 'page'))
    windows, keys = bench.open(Windows, bench.display), bench.open(Keyboard, bench.display)

    def width():
        return shell.run('return innerWidth')

    wide = width()
    keys.press('F9')
    wait.until('a narrower page', lambda: width() < wide)
    keys.press('F9')
    wait.until('the page', lambda: width() == wide)
    windows.resize(windows.main(), NARROW, HEIGHT)
    wait.until('a narrow page', lambda: width() <= NARROW)
    without, narrow = bench.display.still(), width()
    assert narrow > NARROW - 20, narrow
    keys = bench.open(Keyboard, bench.display, (180, 400))
    keys.press('F9')
    bench.display.still(but=without)
    equal('width of the page', width(), narrow)
    keys.press('Escape')
    wait.until('no panel', lambda: bench.display.still()[2][100:600] == without[2][100:600])


@case
def host(bench):
    """the address of a narrow window shows the host, and is edited there"""
    world = bench.world
    text = '<!doctype html><title>same</title>same'
    one, other = (world.put(world.url(host, '/'), text) for host in (PAGE, INNER))
    shell = bench.open(FreeShell, bench, one)
    shell.decisions.wait_page(0)
    windows, keys = bench.open(Windows, bench.display), bench.open(Keyboard, bench.display)
    wide = bench.display.still()
    windows.resize(windows.main(), NARROW, HEIGHT)
    before = bench.display.still(but=wide)
    keys = bench.open(Keyboard, bench.display, (180, 400))
    mark = shell.decisions.mark()
    keys.press('Control+l')
    keys.write(other)
    keys.press('Return')
    equal('page', shell.decisions.wait_page(mark)['url'], other)
    after = bench.display.still()
    assert after[2][:95] != before[2][:95], 'the header bar looks the same for two hosts'
    equal('page', after[2][110:600], before[2][110:600])


@case
def close_panel(bench):
    """a panel above the page has a button that closes it"""
    url = bench.world.put(bench.world.url(PAGE, '/page'), 'page')
    shell = bench.open(FreeShell, bench, url)
    shell.decisions.wait_page(0)
    windows, keys = bench.open(Windows, bench.display), bench.open(Keyboard, bench.display)
    before = bench.display.still()
    windows.resize(windows.main(), NARROW, HEIGHT)
    keys = bench.open(Keyboard, bench.display, (180, 400))
    without = bench.display.still(but=before)
    for key in ('F7', 'F8'):
        keys.press(key)
        shown = bench.display.still(but=without)
        keys.press('F6')
        bench.display.still(but=shown)
        keys.press('Return')
        wait.until('no panel', lambda: bench.display.still()[2][100:300] == without[2][100:300])


if __name__ == '__main__':
    sys.exit(main(WptWorld))
