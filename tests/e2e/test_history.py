#!/usr/bin/env python3
"""test_history.py - history entries that a page creates show the package of the page.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import signal
import sys

from harness import case, equal, main
from driver import wait
from driver.keys import Keyboard
from exchanges import bulla
from free_shell import FreeShell, children
from wpt_world import INNER, PAGE, WptWorld

WAYS = {
    'a link to a part': "document.querySelector('a').click()",
    'location': "location.hash = 'part'",
    'pushState': "history.pushState(1, '')",
    'pushState with a part': "history.pushState(1, '', '#part')",
    'replaceState': "history.replaceState(1, '', '#part')",
}


BACK = "onload = () => history.go(-Number(location.search.slice(1)))"


class Visit:
    """A page at TARGET from the package at LINK, which reports when its script has ended."""

    def __init__(self, bench, target, link):
        world = self.world = bench.world
        self.target = target
        self.told = world.put(world.url(PAGE, '/told'), '')
        self.other = world.put(world.url(PAGE, '/other'), '<!doctype html><title>other</title>')
        world.put(world.url(PAGE, '/back'), '<!doctype html><script>' + BACK + '</script>')
        self.shell = bench.open(FreeShell, bench, link)
        self.keys = bench.open(Keyboard, bench.display)
        self.pages(0, 1)
        wait.until('the script is done', lambda: world.requests_for(self.told))

    def pages(self, mark, count):
        return wait.until(
            'a page is shown',
            lambda: len(found := self.shell.decisions.since(mark, 'page')) >= count and found,
        )

    def do(self, chord, text=None):
        """URL and standing of the page that is shown after the keys CHORD."""
        mark = self.shell.decisions.mark()
        self.keys.press(chord)
        if text is not None:
            self.keys.write(text)
            self.keys.press('Return')
        page = self.pages(mark, 1)[-1]
        return page['url'], page['standing']

    def go(self, steps):
        """As do(), after another page has gone back STEPS entries in the history at once."""
        count = len(self.shell.decisions.since(0, 'page'))
        self.do('Control+l', self.world.url(PAGE, f'/back?{steps}'))
        page = self.pages(0, count + 2)[-1]
        return page['url'], page['standing']

    def asked(self):
        """The paths that were requested from the publisher."""
        host = self.target.split('//')[1].split(':')[0]
        return [each.path for each in self.world.requests if each.host == host]


def page_that(bench, script):
    told = bench.world.url(PAGE, '/told')
    return f"""<!doctype html><title>signed</title><a href="#part">x</a><p id="part">part</p>
      <script>if (history.length < 3 && !history.state && !location.hash) setTimeout(() => {{
        {script}; new Image().src = '{told}' }}, 300)</script>"""


def visit_exchange(bench, script):
    world = bench.world
    target = world.put(world.url(INNER, '/page'), '<!doctype html><title>live</title>')
    world.put(world.url(INNER, '/elsewhere'), '<!doctype html><title>live</title>')
    signed = world.sign(target, page_that(bench, script))
    return Visit(bench, target, world.put_exchange(world.url(PAGE, '/signed.sxg'), signed))


@case
def made_by_an_exchange(bench):
    """a history entry that a page from an exchange creates shows that exchange"""
    for name, way in WAYS.items():
        visit = visit_exchange(bench, way)
        equal(f'{name}, reloaded', visit.do('F5')[1], 'substituted')
        visit.do('Control+l', visit.other)
        equal(f'{name}, after another page', visit.do('Alt+Left')[1], 'substituted')
        equal(f'{name}, asked', visit.asked(), [])
        bench.tidy(False)


@case
def process_gone(bench):
    """a history entry still shows its exchange after the web process has crashed"""
    visit = visit_exchange(bench, '')
    mark = visit.shell.decisions.mark()
    for pid, name in children(visit.shell.process.pid).items():
        if name.startswith('WebKitWebProces'):
            os.kill(pid, signal.SIGKILL)
    equal('crashed', visit.pages(mark, 1)[-1]['standing'], 'none')
    equal('reloaded', visit.do('F5'), (visit.target, 'substituted'))
    equal('asked', visit.asked(), [])


@case
def several_entries(bench):
    """each of several such entries shows its exchange, even if the history skips some"""
    script = "for (const each of 'abc') history.pushState(each, '', '#' + each)"
    visit = visit_exchange(bench, script)
    equal('back', visit.go(3), (visit.target + '#a', 'substituted'))
    equal('asked', visit.asked(), [])


@case
def of_another_address(bench):
    """an exchange answers its own URL, but not a URL that its page gives to an entry"""
    visit = visit_exchange(bench, "history.pushState(1, '', '/elsewhere')")
    elsewhere = bench.world.url(INNER, '/elsewhere')
    equal('reloaded', visit.do('F5'), (elsewhere, 'live'))
    equal('asked', visit.asked(), ['/elsewhere'])
    equal('two entries back', visit.go(2), (visit.target, 'substituted'))
    equal('asked', visit.asked(), ['/elsewhere'])


@case
def made_by_a_bundle(bench):
    """a bundle answers an entry of its page at another URL of the bundle"""
    world = bench.world
    site, out = world.folder / 'entries', world.folder / 'entries.wbn'
    site.mkdir(exist_ok=True)
    script = "history.pushState(1, '', '/second.html')"
    (site / 'index.html').write_text(page_that(bench, script))
    (site / 'second.html').write_text('<!doctype html><title>signed</title>')
    target = world.put(world.url(INNER, '/'), '<!doctype html><title>live</title>')
    second = world.put(world.url(INNER, '/second.html'), '<!doctype html><title>live</title>')
    bulla(bench.build, 'create', 'bundle', '--force', '--dir', site, '--base-url', target,
          '--sign-subset', 'all', '--authority', world.folder / 'authority', out)
    link = world.put(world.url(PAGE, '/site.wbn'), out.read_bytes(), 'application/webbundle')
    visit = Visit(bench, target, link)
    equal('reloaded', visit.do('F5'), (second, 'substituted'))
    equal('two entries back', visit.go(2), (target, 'substituted'))
    equal('asked', visit.asked(), [])


if __name__ == '__main__':
    sys.exit(main(WptWorld))
