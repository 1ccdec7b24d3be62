#!/usr/bin/env python3
"""test_start_page.py - a new window offers a package, the demo, and the recent packages.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import pathlib
import sys
import tempfile

from harness import case, equal, main
from bundles import SITE, bundle, page
from driver import wait
from driver.keys import Keyboard
from free_shell import FreeShell
from wpt_world import PAGE, WptWorld

DEMO = pathlib.Path(__file__).resolve().parents[2] / 'shell/demo/demo.py'


def urls(shell):
    return [each['url'] for each in shell.decisions.since(0, 'page')]


class Recent:
    """The desktop's list of recent files, in the environment of the display's programs."""

    def __init__(self, bench):
        self.path = pathlib.Path(bench.display.environment()['XDG_DATA_HOME'])
        self.path /= 'recently-used.xbel'

    def has(self, name):
        return self.path.exists() and name in self.path.read_text(encoding='utf-8')

    def close(self):
        self.path.unlink(missing_ok=True)


def open_package(bench, name, *more):
    """A shell that shows the bundle in the file NAME, whose page has that title."""
    path = bench.world.folder / name
    path.write_bytes(bundle({f'{SITE}/': page(name)}, f'{SITE}/'))
    shell = bench.open(FreeShell, bench, *more, str(path))
    shell.decisions.wait_page(0, 'the bundle', lambda each: each['standing'] == 'separate-origin')
    return shell


def close(bench, shell):
    """Closes SHELL before the end of the case."""
    bench.opened.remove(shell)
    shell.close()


def remember(bench, recent, name):
    """Opens the bundle NAME in a shell, until it is one of the recent packages; its pages."""
    shell = open_package(bench, name)
    wait.until('an entry', lambda: recent.has(name))
    shown = urls(shell)
    close(bench, shell)
    return shown


def start(bench, *more):
    """A shell without arguments, with the focus on the first button of its page; the keyboard."""
    before = bench.display.still()
    shell = bench.open(FreeShell, bench, *more)
    keys = bench.open(Keyboard, bench.display)
    bench.display.still(but=before)
    keys.press('F6')
    return shell, keys


@case
def open_recent(bench):
    """a package that was opened before is opened again from the start page"""
    recent = bench.open(Recent, bench)
    remember(bench, recent, 'first.wbn')
    last = remember(bench, recent, 'last.wbn')
    shell, keys = start(bench)
    for _ in range(3):  # the demo, Forget All, the newest package
        keys.press('Tab')
    keys.press('Return')
    shell.decisions.wait_page(0, 'the package')
    equal('pages', urls(shell), last)


@case
def forget(bench):
    """the list of recent packages can be emptied; it holds no address of the web"""
    recent = bench.open(Recent, bench)
    shell = open_package(bench, 'kept.wbn')
    wait.until('an entry', lambda: recent.has('kept.wbn'))
    live = bench.world.put(bench.world.url(PAGE, '/live'), 'live')
    keys = bench.open(Keyboard, bench.display)
    keys.press('Control+l')
    keys.write(live)
    keys.press('Return')
    shell.decisions.wait_page(0, 'a live page', lambda each: each['url'] == live)
    close(bench, shell)
    _, keys = start(bench)
    assert recent.has('kept.wbn') and not recent.has(PAGE), 'the list of recent files'
    keys.press('Tab')
    keys.press('Tab')
    keys.press('Return')
    wait.until('no entry', lambda: not recent.has('kept.wbn'))


@case
def private(bench):
    """a private window adds no package to the recent ones"""
    recent = bench.open(Recent, bench)
    secret = open_package(bench, 'secret.wbn', '--private')
    keys = bench.open(Keyboard, bench.display)
    path = bench.world.folder / 'public.wbn'
    path.write_bytes((bench.world.folder / 'secret.wbn').read_bytes())
    mark = secret.decisions.mark()
    before = bench.display.still()
    keys.press('Control+n')  # not private
    bench.display.still(but=before)
    keys.write(str(path))
    keys.press('Return')
    secret.decisions.wait_page(mark, 'the bundle')
    wait.until('an entry', lambda: recent.has('public.wbn'))
    assert not recent.has('secret.wbn'), 'a private package is kept'


class Path:
    """A search path with no other programs than those of the system, and bulla-demo if wanted."""

    def __init__(self, bench, demo=None):
        self.folder = tempfile.TemporaryDirectory(prefix='bulla-path-')
        self.display = bench.display
        self.environment = bench.display.environment
        if demo is not None:
            program = pathlib.Path(self.folder.name) / 'bulla-demo'
            program.write_text(f'#!/bin/sh\n{demo}\n', encoding='utf-8')
            program.chmod(0o755)
        path = os.pathsep.join([self.folder.name, os.defpath])
        bench.display.environment = lambda: {**self.environment(), 'PATH': path}

    def close(self):
        self.display.environment = self.environment
        self.folder.cleanup()


@case
def demo(bench):
    """the demo starts, with its servers and a shell of its own"""
    log = bench.world.folder / 'demo.log'
    run = f'exec "{sys.executable}" "{DEMO}" --build-dir "{bench.build}" 2>"{log}"'
    bench.open(Path, bench, run)
    _, keys = start(bench)
    before = bench.display.still()
    keys.press('Tab')
    keys.press('Return')
    wait.until('the servers', lambda: log.exists() and 'aggregator' in log.read_text())
    bench.display.still(but=before)
    keys.press('Control+q')  # the demo's window is the upper one
    bench.display.still(but=before)


@case
def no_demo(bench):
    """without the demo's program the page says so"""
    bench.open(Path, bench)
    _, keys = start(bench)
    before = bench.display.still()
    keys.press('Tab')
    keys.press('Return')
    bench.display.still(but=before)


@case
def not_for_pages(bench):
    """a page opens windows without the start page: they are blank"""
    script = '<script>document.onclick = () => open("about:blank")</script>'
    url = bench.world.put(bench.world.url(PAGE, '/opens'), 'click' + script)
    shell = bench.open(FreeShell, bench, url)
    shell.decisions.wait_page(0)
    keys = bench.open(Keyboard, bench.display)
    before = bench.display.still()
    keys.click(300, 400)
    picture = bench.display.still(but=before)
    width, _, rows = picture
    area = [row[3 * 100 : 3 * (width - 100)] for row in rows[120:780]]
    equal('colours of the page', len(set(b''.join(area))), 1)


if __name__ == '__main__':
    sys.exit(main(WptWorld))
