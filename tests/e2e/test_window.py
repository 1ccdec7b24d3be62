#!/usr/bin/env python3
"""test_window.py - what a window offers for every page: find, zoom, print, inspect.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import sys

from harness import case, equal, main
from bundles import SITE, bundle, page
from driver import wait
from driver.keys import Keyboard
from driver.world import Shell
from free_shell import FreeShell
from wpt_world import PAGE, Answer, WptWorld

RETRY = (1130, 75)  # a button in the bar above an error page
CONSOLE = (150, 780)  # where the inspector takes an expression

TEXT = """<!doctype html><title>text</title><style>p { margin: 900px 0 }</style>
<p id="a">The first needle</p><p id="b">a second Needle</p><p id="c">nothing</p>"""
SELECTED = """const s = getSelection()
return s.rangeCount ? [s.toString(), s.anchorNode.parentElement.id] : ['', '']"""


def open_page(bench, body=TEXT):
    """A shell at a page with BODY, and the keyboard."""
    world = bench.world
    shell = bench.open(Shell, bench.build, bench.display, world)
    shell.go(world.put(world.url(PAGE, '/text.html'), body))
    return shell, bench.open(Keyboard, bench.display)


def size(shell, side):
    return shell.run(f'return inner{side}')


@case
def zoom(bench):
    """keys make the page larger and smaller, and give it its normal size again"""
    shell, keys = open_page(bench)
    width = size(shell, 'Width')
    keys.press('Control+equal')
    wait.until('a larger page', lambda: size(shell, 'Width') < width)
    keys.press('Control+0')
    wait.until('the normal size', lambda: size(shell, 'Width') == width)
    keys.press('Control+minus')
    wait.until('a smaller page', lambda: size(shell, 'Width') > width)


@case
def find(bench):
    """text is found in the page, the next match too, and Escape closes the bar"""
    shell, keys = open_page(bench)
    height = size(shell, 'Height')
    keys.press('Control+f')
    wait.until('the bar', lambda: size(shell, 'Height') < height)
    keys.write('needle')
    wait.until('the first match', lambda: shell.run(SELECTED) == ['needle', 'a'])
    keys.press('Return')
    wait.until('the next match', lambda: shell.run(SELECTED) == ['Needle', 'b'])
    keys.press('Control+Shift+g')
    wait.until('the match before', lambda: shell.run(SELECTED) == ['needle', 'a'])
    keys.press('Escape')
    wait.until('no bar', lambda: size(shell, 'Height') == height)


@case
def find_again(bench):
    """text is found in the next page too, after a bar that was open there"""
    shell, keys = open_page(bench)
    keys.press('Control+f')
    keys.write('needle')
    wait.until('a match', lambda: shell.run(SELECTED)[0] == 'needle')
    other = bench.world.put(bench.world.url(PAGE, '/other.html'), TEXT.replace('id="a"', 'id="z"'))
    shell.go(other)
    wait.until('a match', lambda: shell.run(SELECTED) == ['needle', 'z'])


@case
def print_page(bench):
    """a key opens the dialog that prints the page, which goes on meanwhile"""
    shell, keys = open_page(bench)
    before = bench.display.still()
    keys.press('Control+p')
    bench.display.still(but=before)
    equal('title meanwhile', shell.title(), 'text')


@case
def inspector(bench):
    """a key opens the inspector, in a process of its own, and closes it"""
    shell, keys = open_page(bench)
    height = size(shell, 'Height')
    keys.press('F12')
    wait.until('the inspector', lambda: size(shell, 'Height') < height)
    keys.press('Control+Shift+i')
    wait.until('no inspector', lambda: size(shell, 'Height') == height)


def ask_in_console(bench, shell, url):
    """Has the inspector's console request URL; waits until the request has ended."""
    keys = bench.open(Keyboard, bench.display)
    keys.press('F12')
    asks = f'fetch("{url}", {{mode: "no-cors"}}).finally(() => location = "/end")'

    def answers():  # the console takes nothing before the inspector has loaded
        keys.click(*CONSOLE)
        keys.press('Control+a')
        keys.write(asks)
        keys.press('Return')
        try:
            return wait.until('an answer', lambda: [
                page for page in shell.decisions.since(0, 'page') if page['url'].endswith('/end')
            ], seconds=5)
        except wait.Late:
            return None

    wait.until('the console', answers, seconds=90)


@case
def inspector_requests(bench):
    """the inspector of a live page can request what the page can"""
    world = bench.world
    url = world.put(world.url(PAGE, '/told'), '')
    world.put(world.url(PAGE, '/end'), TEXT)
    shell = bench.open(FreeShell, bench, world.put(world.url(PAGE, '/text.html'), TEXT))
    shell.decisions.wait_page(0)
    ask_in_console(bench, shell, url)
    assert world.requests_for(url), 'no request'


@case
def inspector_of_package(bench):
    """what the inspector requests for a page of a bundle is refused, as for the page itself"""
    url = bench.world.put(bench.world.url(PAGE, '/told'), '')
    path = bench.world.folder / 'quiet.wbn'
    items = {f'{SITE}/': page('quiet'), f'{SITE}/end': page('end')}
    path.write_bytes(bundle(items, f'{SITE}/'))
    shell = bench.open(FreeShell, bench, str(path))
    shell.decisions.wait_page(0, 'the bundle', lambda page: page['standing'] == 'separate-origin')
    ask_in_console(bench, shell, url)
    equal('requests', bench.world.requests_for(url), [])


BIG_LINK = """<!doctype html><title>link</title><style>a { display: block; height: 90vh }</style>
<a href="/target">link</a>"""


def pages(shell):
    return [(each['view'], each['url']) for each in shell.decisions.since(0, 'page')]


def click_link(bench, click, script=''):
    """A shell at a page with a large link, after CLICK; the URL of the target."""
    world = bench.world
    target = world.put(world.url(PAGE, '/target'), TEXT)
    shell = bench.open(FreeShell, bench, world.put(world.url(PAGE, '/link'), BIG_LINK + script))
    shell.decisions.wait_page(0)
    click(bench.open(Keyboard, bench.display))
    shell.decisions.wait_page(0, 'the target', lambda page: page['url'] == target)
    return shell, target


def with_control(keys):
    keys.turn(keys.keycode(0xFFE3), 1)
    keys.click(300, 400)
    keys.turn(keys.keycode(0xFFE3), 0)


@case
def link_in_new_window(bench):
    """a middle click and a click with Ctrl open a link in a new window"""
    for click in (lambda keys: keys.click(300, 400, 2), with_control):
        shell, target = click_link(bench, click)
        equal('pages', pages(shell)[1:], [(2, target)])
        bench.tidy(False)


@case
def scripted_click(bench):
    """a script's click with Ctrl opens no window"""
    script = """<script>onkeydown = () => setTimeout(() => document.links[0].dispatchEvent(
      new MouseEvent('click', {ctrlKey: true, bubbles: true, cancelable: true})), 6000)</script>"""
    shell, target = click_link(bench, lambda keys: keys.press('a'), script)
    equal('pages', pages(shell)[1:], [(1, target)])


@case
def try_again(bench):
    """an error page has a button that loads the page again"""
    world = bench.world
    broken = Answer(200, {'Content-Type': 'text/html', 'Content-Length': '9'}, b'another length')
    url = world.put(world.url(PAGE, '/broken'), lambda request: broken)
    shell = bench.open(FreeShell, bench, url)
    page = shell.decisions.wait_page(0, 'an error page')
    equal('standing', page['standing'], 'none')
    before = len(world.requests_for(url))
    world.put(url, TEXT)
    bench.open(Keyboard, bench.display).click(*RETRY)
    shell.decisions.wait_page(0, 'the page', lambda page: page['standing'] == 'live')
    equal('requests', len(world.requests_for(url)), before + 1)


@case
def areas(bench):
    """F6 leads from the page to the panel, the address, and the page again"""
    world = bench.world
    text = '<!doctype html><title>keys</title><script>onkeydown = e => fetch("/" + e.key)</script>'
    shell = bench.open(FreeShell, bench, world.put(world.url(PAGE, '/keys'), text))
    shell.decisions.wait_page(0)
    keys = bench.open(Keyboard, bench.display)
    told = {each: world.put(world.url(PAGE, '/' + each), '') for each in 'abc'}
    keys.press('a')
    wait.until('a key in the page', lambda: world.requests_for(told['a']))
    before = bench.display.still()
    keys.press('F9')
    bench.display.still(but=before)
    keys.press('F6')
    keys.press('b')  # to the panel
    keys.press('F6')
    mark = shell.decisions.mark()
    other = world.put(world.url(PAGE, '/other'), text)
    keys.write(other)
    keys.press('Return')
    shell.decisions.wait_page(mark, 'the address', lambda page: page['url'] == other)
    keys.press('F6')  # Return led to the page
    keys.press('F6')
    keys.press('Shift+F6')
    keys.press('Shift+F6')
    keys.press('c')
    wait.until('a key in the page', lambda: world.requests_for(told['c']))
    equal('key in the panel', world.requests_for(told['b']), [])


if __name__ == '__main__':
    sys.exit(main(WptWorld))
