#!/usr/bin/env python3
"""test_resolver.py - pages cannot make the shell look up other names than those it connects to.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import pathlib
import sys
import tempfile

from harness import case, equal, main
from bundles import HTML, SITE, bundle
from driver import wait
from free_shell import FreeShell
from wpt_world import PAGE, WptWorld

# Ways to look up a name in advance. WebKit ignores the first ones until it knows whether a proxy
# is used; so there are more of them, and a request through the same proxy after each.
HINTS = """<!doctype html><html><head><title>hints</title>
<meta http-equiv="x-dns-prefetch-control" content="on">
<link rel="dns-prefetch" href="//element.test">
<link rel="dns-prefetch preconnect" href="https://both.test">
</head><body><a href="https://linked.test/">link</a><script>
const hint = (rel, name) => document.head.append(Object.assign(
  document.createElement('link'), {rel, href: `https://${name}.test`}))
addEventListener('load', async () => {
  for (let number = 0; number < 20; number++) {
    hint('dns-prefetch', 'hint-' + number)
    hint('preconnect', 'connect-' + number)
    await fetch('@TOLD@?' + number).catch(() => 0)
  }
  location = '@END@'
})
</script></body></html>"""
END = '<!doctype html><title>end</title>'
HEADERS = {'Link': '<https://header.test>; rel=dns-prefetch', 'X-DNS-Prefetch-Control': 'on'}


class Observed:
    """What a FreeShell needs of the bench, and a file of the names that its processes look up."""

    def __init__(self, bench):
        self.build, self.world, self.display = bench.build, bench.world, self
        self.outer = bench.display
        self.place = tempfile.TemporaryDirectory()
        self.names = pathlib.Path(self.place.name) / 'names'

    def environment(self):
        module = self.build / 'tests/e2e/libobserve-resolver.so'
        observed = {'LD_PRELOAD': str(module), 'BULLA_OBSERVED_NAMES': str(self.names)}
        return {**self.outer.environment(), **observed}

    def all(self):
        """(program, name) of each lookup; '-' for each program that started."""
        text = self.names.read_text() if self.names.exists() else ''
        return [tuple(line.split(' ', 1)) for line in text.splitlines()]

    def looked_up(self):
        return sorted({name for _, name in self.all() if name != '-'})

    def close(self):
        self.place.cleanup()


def assert_observed(observed):
    """Fails if the process that connects for pages is not traced."""
    programs = {program for program, name in observed.all() if name == '-'}
    assert any(each.startswith('WebKitNetwork') for each in programs), programs


@case
def hints_of_a_page(bench):
    """dns-prefetch and preconnect hints of a page are ignored"""
    world = bench.world
    observed = bench.open(Observed, bench)
    told = world.put(world.url(PAGE, '/told'), '')
    end = world.put(world.url(PAGE, '/end'), END)
    text = HINTS.replace('@TOLD@', told).replace('@END@', end)
    shell = bench.open(FreeShell, observed, world.put(world.url(PAGE, '/'), text, headers=HEADERS))
    shell.decisions.wait_page(0, 'the end', lambda page: page['url'] == end)
    assert_observed(observed)
    equal('names', observed.looked_up(), [])


@case
def hints_of_a_bundle(bench):
    """dns-prefetch and preconnect hints of a bundle page are ignored"""
    observed = bench.open(Observed, bench)
    text = HINTS.replace('@TOLD@', '/told').replace('@END@', '/end')
    headers = {name.lower(): value for name, value in HEADERS.items()}
    items = {f'{SITE}/': ({**HTML, **headers}, text), f'{SITE}/told': (HTML, ''),
             f'{SITE}/end': (HTML, END)}
    path = bench.world.folder / 'hints.wbn'
    path.write_bytes(bundle(items, f'{SITE}/'))
    shell = bench.open(FreeShell, observed, str(path))
    shell.decisions.wait_page(0, 'the end', lambda page: page['url'].endswith('/end'))
    assert_observed(observed)
    equal('names', observed.looked_up(), [])


@case
def page_that_is_opened(bench):
    """only the gateway looks up the host of a page that is opened"""
    observed = bench.open(Observed, bench)
    bench.open(FreeShell, observed, 'https://opened.test/')
    wait.until('a look-up', lambda: 'opened.test' in observed.looked_up())
    programs = {program for program, name in observed.all() if name == 'opened.test'}
    equal('programs', programs, {'bulla-shell'})


if __name__ == '__main__':
    sys.exit(main(WptWorld))
