#!/usr/bin/env python3
"""test_versions.py - earlier versions of a page, and the dates of its parts.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import pathlib
import sys
import tempfile
import time

from harness import case, equal, main
from driver import wait
from driver.keys import Keyboard
from exchanges import DAY, bulla
from free_shell import FreeShell
from wpt_world import INNER, PAGE, WptWorld

SCRIPT = 'text/javascript'
REFUSING = '[profile]\nname=refusing\ninherits=draft-b3\n[trust]\nrollback=refuse\n'


class Folder:
    """A store, and a profile that refuses older versions."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix='bulla-versions-')
        self.store = pathlib.Path(self.folder.name, 'store')
        self.profile = pathlib.Path(self.folder.name, 'refusing.ini')
        self.ledger = pathlib.Path(self.folder.name, 'ledger.jsonl')
        self.profile.write_text(REFUSING, encoding='utf-8')

    def forget_last_click(self):
        """Removes the earlier contacts, so that `bulla ledger` reports on the next page only."""
        contacts = [json.loads(line) for line in self.ledger.read_text().splitlines()]
        last = max(each['time_us'] for each in contacts if each['kind'] == 'click')
        kept = [json.dumps(each) + '\n' for each in contacts if each['time_us'] < last]
        self.ledger.write_text(''.join(kept), encoding='utf-8')

    def close(self):
        self.folder.cleanup()


def titled(text):
    return f'<!doctype html><title>{text}</title>'


def put_versions(bench):
    """A page in its current version, and an older exchange of it."""
    world, now = bench.world, int(time.time())
    target = world.put(world.url(INNER, '/page'), titled('live'))
    urls = []
    for name, age in (('new', 3600), ('old', DAY)):
        date = now - age
        signed = world.sign(target, titled(name), date=date, expires=date + 6 * DAY)
        urls.append(world.put_exchange(world.url(PAGE, f'/{name}.sxg'), signed))
    return target, *urls


def show(bench, folder, url, target, *more, told=None):
    """The line about the page at TARGET in a new shell that opens URL, and what was shown of it.

    TOLD: a URL that its script asks for at last.
    """
    other = bench.world.put(bench.world.url(PAGE, '/other'), titled('other'))
    shell = FreeShell(bench, '--store', str(folder.store), *more, url)
    try:
        page = shell.decisions.wait_page(0, target, lambda each: each['url'] == target)
        if told is not None:
            wait.until('the script has run', lambda: bench.world.requests_for(told))
        keys = bench.open(Keyboard, bench.display)
        keys.press('Control+l')
        keys.write(other)
        keys.press('Return')
        shell.decisions.wait_page(0, other, lambda each: each['url'] == other)
        left = [each for each in shell.decisions.since(0, 'left') if each['url'] == target]
    finally:
        shell.close()
    return page, left[-1]


@case
def rollback(bench):
    """after a restart an older exchange is refused and counted, or shown with a warning"""
    folder = bench.open(Folder)
    target, new, old = put_versions(bench)
    refusing = ('--profile', str(folder.profile))
    page, left = show(bench, folder, new, target, *refusing)
    equal('the new one', (page['standing'], left['banner']), ('substituted', None))
    facts = {each['title']: each['value'] for each in left['facts']}
    told = facts['In the log of accepted packages']
    assert told.startswith('Entry 1, since 20'), told
    page, left = show(bench, folder, old, target, *refusing)
    equal('the old one', (page['standing'], page['reason']), ('fell-back', 'history.older'))
    facts = {each['title']: each['value'] for each in left['facts']}
    equal('reason in the panel', facts['Deciding reason'], 'history.older')
    told = facts['Older than a version seen before']
    assert told.startswith('signed 20') and 'seen before: an exchange of 20' in told, told
    equal('requests to the publisher', len(bench.world.requests_for(target)), 1)
    history = json.loads(bulla(bench.build, 'history', '--json', '--store', folder.store, target))
    equal('refused', history['refused'], 1)
    equal('newest', history['source'], 'live')
    page, left = show(bench, folder, old, target)
    equal('with a warning', page['standing'], 'substituted')
    assert left['banner'].startswith('This page is older than a version seen before: '), left


@case
def composition(bench):
    """the panel and the ledger list the dates of a page and its parts, and their distance"""
    folder = bench.open(Folder)
    world, date = bench.world, int(time.time()) - 2 * DAY
    target = world.url(INNER, '/page')
    told = world.put(world.url(INNER, '/told'), '')
    script = world.put(world.url(INNER, '/script.js'), "fetch('/told')", SCRIPT)
    body = titled('old') + '<script src="/script.js"></script>'
    signed = world.sign(target, body, date=date, expires=date + 6 * DAY)
    url = world.put_exchange(world.url(PAGE, '/signed.sxg'), signed)
    ledger = ('--ledger', str(folder.ledger))
    _, left = show(bench, folder, url, target, *ledger, told=told)
    titles = [each['title'] for each in left['versions']]
    equal('rows', titles[:2], ['From first to last', target])
    assert script in titles[2:], titles
    values = [each['value'] for each in left['versions']]
    equal('distance', values[0], '2 days')
    assert values[1].endswith('(2 days ago), signed'), values
    assert values[-1].endswith('(now), live'), values
    folder.forget_last_click()
    found = json.loads(bulla(bench.build, 'ledger', '--json', folder.ledger))['composition']
    equal('earliest', found['earliest'], date)
    assert 2 * DAY <= found['skew_s'] < 2 * DAY + 600, found
    equal('first', found['resources'][0]['url'], target)
    assert script in [each['url'] for each in found['resources']], found


if __name__ == '__main__':
    sys.exit(main(WptWorld))
