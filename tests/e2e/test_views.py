#!/usr/bin/env python3
"""test_views.py - views, sessions and processes that must not affect each other.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import signal
import sys

from harness import case, equal, main
from driver import wait
from driver.keys import Keyboard
from driver.world import Shell
from free_shell import FreeShell, children


def visit(shell, keys, url, wanted):
    """Types URL into the address entry, and waits for the page at WANTED."""
    mark = shell.decisions.mark()
    keys.press('Control+l')
    keys.write(url)
    keys.press('Return')
    return shell.decisions.wait_page(mark, url, lambda each: each['url'] == wanted)


def network_process(shell):
    names = children(shell.process.pid)
    return next((pid for pid, name in names.items() if name.startswith('WebKitNetwork')), None)


@case
def two_views(bench):
    """a package that is stored for one view is not shown in another"""
    shell = bench.open(Shell, bench.build, bench.display, bench.world)
    shell.go(bench.world.aggregator + '/')
    shell.follow('#good')
    first = shell.window()
    shell.switch(shell.new_window())
    page = shell.go(bench.world.links['good']['signed_url'])
    equal('standing in the other', page['standing'], 'live')
    equal('copy in the other', shell.run('return document.documentElement.dataset.copy'), 'live')
    shell.switch(first)
    mark = shell.decisions.mark()
    shell.reload()
    equal('standing in the first', shell.decisions.wait_page(mark)['standing'], 'substituted')


MANY = 70  # more frames than a view keeps packages for; loaded a few at a time
FRAMES = """
let next = 0
const many = arguments[0]
const add = () => {
  if (next === many)
    return
  const frame = document.createElement('iframe')
  frame.src = `/many/${next++}.sxg`
  frame.width = frame.height = 10
  frame.onload = add
  document.body.append(frame)
}
for (let each = 0; each < 8; each++)
  add()
"""


@case
def many_frames(bench):
    """packages in the frames of one view do not use the quota of another view"""
    shell = bench.open(Shell, bench.build, bench.display, bench.world)
    shell.go(bench.world.aggregator + '/')
    shell.follow('#good')
    first = shell.window()
    shell.switch(shell.new_window())
    shell.go(bench.world.aggregator + '/')
    mark = shell.decisions.mark()
    shell.run(FRAMES, MANY)
    wait.until(
        'all frames are shown',
        lambda: len({each['url'] for each in shell.decisions.since(mark, 'served')}) >= MANY,
        seconds=120,
    )
    shell.switch(first)
    mark = shell.decisions.mark()
    shell.reload()
    equal('standing in the first', shell.decisions.wait_page(mark)['standing'], 'substituted')
    equal('requests to publishers', bench.world.publisher_requests(), 0)


@case
def second_network_process(bench):
    """a network process that died is replaced, and packages still work

    WebKit ends an automation session with its network process: hence by keys.
    """
    good = bench.world.links['good']
    shell = bench.open(FreeShell, bench, bench.world.aggregator + '/')
    keys = bench.open(Keyboard, bench.display)
    shell.decisions.wait_page(0, 'the aggregator')
    first = wait.until('a network process', lambda: network_process(shell))
    os.kill(first, signal.SIGKILL)
    wait.until('its end', lambda: network_process(shell) != first)
    page = visit(shell, keys, good['url'], good['signed_url'])
    equal('standing', page['standing'], 'substituted')
    second = network_process(shell)
    assert second is not None and second != first, (first, second)


@case
def process_swap(bench):
    """packages work without automation, where the page changes its process"""
    shell = bench.open(FreeShell, bench, bench.world.links['good']['url'])
    page = shell.decisions.wait_page(0, wanted=lambda each: each['url'] != 'about:blank')
    equal('standing', page['standing'], 'substituted')
    equal('requests to publishers', bench.world.publisher_requests(), 0)


@case
def keyboard(bench):
    """links, history and loading live work with the keyboard"""
    good = bench.world.links['good']
    shell = bench.open(FreeShell, bench, bench.world.aggregator + '/')
    keys = bench.open(Keyboard, bench.display)
    shell.decisions.wait_page(0, 'the aggregator')

    def press(chord, url, standing):
        mark = shell.decisions.mark()
        keys.press(chord)
        page = shell.decisions.wait_page(mark, chord, lambda each: each['url'] == url)
        equal(f'standing after {chord}', page['standing'], standing)

    visit(shell, keys, good['url'], good['signed_url'])
    press('Alt+Left', bench.world.aggregator + '/', 'live')
    press('Alt+Right', good['signed_url'], 'substituted')
    press('F5', good['signed_url'], 'substituted')
    equal('requests to publishers', bench.world.publisher_requests(), 0)
    press('Control+Shift+r', good['signed_url'], 'live')
    equal('requests to publishers', bench.world.publisher_requests(), 1)
    keys.press('Control+q')
    equal('exit status', shell.process.wait(timeout=20), 0)


@case
def private_window(bench):
    """a private window has neither the packages nor the cookies of other windows"""
    good = bench.world.links['good']
    shell = bench.open(FreeShell, bench, bench.world.publisher_one + '/cookie')
    keys = bench.open(Keyboard, bench.display)

    shell.decisions.wait_page(0, 'the cookie')
    page = visit(shell, keys, good['url'], good['signed_url'])
    equal('view', page['view'], 1)
    echo = bench.world.publisher_one + '/echo'
    visit(shell, keys, echo, echo)
    assert 'hidden=1' in bench.world.counts()['echo'].lower()

    before = bench.display.still()
    keys.press('Control+Shift+n')
    bench.display.still(but=before)
    page = visit(shell, keys, good['signed_url'], good['signed_url'])
    equal('view and standing', (page['view'], page['standing']), (2, 'live'))
    visit(shell, keys, echo, echo)
    assert 'hidden=1' not in bench.world.counts()['echo'].lower()


@case
def private_hosts(bench):
    """a public page cannot reach this machine by fetch, frame or link; a typed URL can"""
    public = bench.world.facts['plain'] + '/frame?url=about:blank'
    local = bench.world.facts['plain'].replace('aggregator.test', '127.0.0.1') + '/echo'
    shell = bench.open(Shell, bench.build, bench.display, bench.world)
    shell.go(public)
    bench.world.reset()
    answer = shell.run_async(
        """
        const [url, done] = arguments
        const link = document.body.appendChild(document.createElement('a'))
        link.href = url
        link.rel = 'noreferrer'
        link.click()
        const frame = document.createElement('iframe')
        frame.src = url
        document.body.appendChild(frame)
        fetch(url, {mode: 'no-cors', referrerPolicy: 'no-referrer'}).then(
          () => done('fetched'), () => fetch('/echo').then(() => done('blocked')))
        """,
        local,
    )
    equal('fetch', answer, 'blocked')
    equal('address', shell.address(), public)
    equal('requests', bench.world.counts()['aggregator.test'], 1)
    equal('page', shell.go(local)['url'], local)
    equal('requests', bench.world.counts()['aggregator.test'], 2)


if __name__ == '__main__':
    sys.exit(main())
