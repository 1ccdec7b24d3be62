#!/usr/bin/env python3
"""test_drop.py - files and links of other programs are opened where they are dropped.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import subprocess
import sys

from harness import case, equal, main
from bundles import SITE, bundle, page
from free_shell import FreeShell
from wpt_world import PAGE, WptWorld

PLACES = ((560, 25), (300, 400))  # the address, the page


class Drag:
    """URIS above PLACE of the shell's window."""

    def __init__(self, bench, place, *uris):
        self.process = subprocess.Popen(
            [str(bench.build / 'tests/e2e/drag-source'), *map(str, place), *uris],
            env=bench.display.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        equal('answer', self.process.stdout.readline(), 'accepted\n')

    def end(self, word):
        self.process.stdin.write(word + '\n')
        self.process.stdin.flush()
        equal('answer', self.process.stdout.readline(), 'ended\n')

    def close(self):
        self.process.kill()
        self.process.communicate()


class Target(FreeShell):
    """A shell that survives a complaint of GDK: WebKit answers a drop that has already ended."""

    variables = {'G_DEBUG': ''}


def open_shell(bench, *more):
    before = bench.display.still()
    shell = bench.open(Target, bench, *more)
    bench.display.still(but=before)
    return shell


def drop(bench, place, *uris):
    bench.open(Drag, bench, place, *uris).end('drop')


@case
def a_package(bench):
    """a package is opened wherever it is dropped"""
    path = bench.world.folder / 'dropped.wbn'
    path.write_bytes(bundle({f'{SITE}/': page('dropped')}, f'{SITE}/'))
    for place in PLACES:
        shell = open_shell(bench)
        drop(bench, place, path.as_uri())
        shown = shell.decisions.wait_page(0, 'the bundle')
        equal('standing', shown['standing'], 'separate-origin')
        bench.tidy(False)


@case
def a_link(bench):
    """a link is followed as one of another site, also where a page of that site is shown"""
    world = bench.world
    before = world.put(world.url(PAGE, '/before'), 'before')
    url = world.put(world.url(PAGE, '/dropped'), 'dropped')
    shell = open_shell(bench, '--allow-private', PAGE, before)
    shell.decisions.wait_page(0)
    drop(bench, PLACES[1], url)
    shell.decisions.wait_page(0, 'the page', lambda each: each['url'] == url)
    fields = world.requests_for(url)[0].headers
    equal('initiator', fields.get('Sec-Fetch-Site'), 'cross-site')


@case
def highlight(bench):
    """the window is marked while something hovers above it"""
    open_shell(bench)
    plain = bench.display.still()
    drag = bench.open(Drag, bench, PLACES[0], 'https://page.test/')
    marked = bench.display.still(but=plain)
    drag.end('leave')
    after = bench.display.still(but=marked)
    equal('rows that changed', sum(a != b for a, b in zip(plain[2], after[2])) < 40, True)


@case
def anything_else(bench):
    """an address that is neither a file nor on the web is not opened"""
    shell = open_shell(bench)
    before = bench.display.still()
    drop(bench, PLACES[1], 'webpkg://open/?url=file%3A%2F%2F%2Fetc%2Fpasswd')
    bench.display.still(but=before)  # a notice
    equal('pages', shell.decisions.since(0, 'page'), [])


if __name__ == '__main__':
    sys.exit(main(WptWorld))
