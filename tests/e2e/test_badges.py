#!/usr/bin/env python3
"""test_badges.py - the badges of pages that neither a server nor a package sent are true.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import signal
import sys

from harness import case, equal, main
from driver import wait
from driver.keys import Keyboard
from free_shell import FreeShell, children
from wpt_world import INNER, PAGE, Answer, WptWorld


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


if __name__ == '__main__':
    sys.exit(main(WptWorld))
