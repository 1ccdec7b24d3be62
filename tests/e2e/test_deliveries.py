#!/usr/bin/env python3
"""test_deliveries.py - one article in six deliveries: its origin, and the contacted servers.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import subprocess
import sys
import urllib.parse

from harness import case, equal, main
import tour as tours
from driver import deliveries
from driver.keys import Keyboard
from driver.world import Shell
from free_shell import FreeShell
from window_states import WindowStates

PARTS = ('style.css', 'script.js', 'chart.svg', 'tides.svg')
PICTURES = 'return [...document.images].every(each => each.complete && each.naturalWidth > 0)'
PAINT = "return performance.getEntriesByName('first-contentful-paint')[0].startTime"
SHOWN_BEFORE = """
return Array.from(document.querySelectorAll('#others:not([hidden]) li'),
                  each => each.textContent.replace(/\\d+ ms$/, 'TIME'))
"""
FORM = """
const [host, ms] = arguments
const form = [...document.forms].find(each => each.elements.host.value === host)
form.elements.ms.value = ms
form.requestSubmit()
"""


def asked(parties, host=deliveries.PUBLISHER):
    return sorted(each['path'] for each in parties[host]['heard'])


def deliver(bench, name):
    """What each party saw of the delivery NAME before and after the click, in a new shell."""
    facts = bench.world.deliveries[name]
    shell = bench.open(Shell, bench.build, bench.display, bench.world)
    before = deliveries.arrive(shell, facts['page'])
    page, times, after = deliveries.click(shell)
    equal('standing', page['standing'], 'substituted' if facts['form'] == 'exchange' else 'live')
    equal('address', times['address'], facts['address'])
    equal('address in the bar', shell.address(), facts['address'])
    equal('origin', times['origin'], facts['origin'])
    style = shell.run('return getComputedStyle(document.querySelector("figcaption")).fontStyle')
    equal('the style is there', style, 'italic')
    told = shell.run('return document.getElementById("origin").textContent')
    equal('what the script tells', told, facts['origin'])
    equal('the pictures are there', shell.run(PICTURES), True)
    measured = shell.run(PAINT)
    assert abs(shell.run_async(tours.TOLD) - measured) <= 1, measured
    # the page's clock starts right after the click, which the page cannot see
    assert 0 < measured <= times['fcp_ms'] + 1, (times, measured)
    equal('publisher, before', before[deliveries.PUBLISHER]['requests'], facts['before'])
    equal('publisher, after', after[deliveries.PUBLISHER]['requests'], facts['after'])
    return before, after


@case
def direct(bench):
    """a direct link requests the page and its subresources from the publisher at the click"""
    _, after = deliver(bench, 'direct')
    wanted = ['/articles/direct/' + part for part in ('', *PARTS)]
    equal('asked for', asked(after), sorted(wanted))
    equal('aggregator', after['aggregator.test']['requests'], 0)


@case
def exchange(bench):
    """an exchange delivers the page; its certificate and subresources are requested at the click"""
    before, after = deliver(bench, 'exchange')
    equal('certificates before', before['certs.test']['requests'], 0)
    equal('certificates after', after['certs.test']['requests'], 1)
    equal('asked for', asked(after), sorted('/articles/exchange/' + part for part in PARTS))


@case
def prefetched(bench):
    """a prefetched exchange has its certificate; its subresources are requested at the click"""
    before, after = deliver(bench, 'prefetched')
    equal('certificates before', before['certs.test']['requests'], 1)
    equal('certificates after', after['certs.test']['requests'], 0)
    equal('aggregator after', after['aggregator.test']['requests'], 0)
    equal('asked for', asked(after), sorted('/articles/prefetched/' + part for part in PARTS))


@case
def prefetched_all(bench):
    """an exchange prefetched with its subresources causes no requests after the click"""
    before, after = deliver(bench, 'prefetched-all')
    equal('certificates before', before['certs.test']['requests'], 1)
    wanted = ['/exchanges/prefetched-all.sxg']
    wanted += [f'/exchanges/prefetched-all/{part}.sxg' for part in PARTS]
    found = asked(before, 'aggregator.test')
    equal('aggregator', found, sorted(['/deliveries/prefetched-all', *wanted]))
    equal('connections to the publisher', before[deliveries.PUBLISHER]['connections'], 0)
    for host, party in after.items():
        equal(f'{host} after', party['requests'], 0)


@case
def amp_style(bench):
    """a copy at the aggregator has the aggregator's origin and contacts no publisher"""
    before, _ = deliver(bench, 'amp-style')
    equal('certificates', before['certs.test']['requests'], 0)


@case
def preloaded(bench):
    """preloading the publisher's page contacts the publisher before the click"""
    before, after = deliver(bench, 'preloaded')
    wanted = ['/articles/preloaded/' + part for part in ('', *PARTS)]
    equal('asked for', asked(before), sorted(wanted))
    for host, party in after.items():
        equal(f'{host} after', party['requests'], 0)


@case
def distance(bench):
    """the page of deliveries sets the servers' distance, which delays connections and requests"""
    shell = bench.open(Shell, bench.build, bench.display, bench.world)
    shell.go(bench.world.aggregator + '/deliveries')
    try:
        for host, away in (('far', 'certs.test'), ('publisher-three.test', 'publisher-three.test')):
            mark = shell.decisions.mark()
            shell.run(FORM, host, 120)
            shell.decisions.wait_page(mark)
            shell.settle()
            equal(f'distance of {away}', bench.world.parties()[away]['rtt'], 120)
        equal('aggregator', bench.world.parties()['aggregator.test']['rtt'], 0)
        deliveries.arrive(shell, bench.world.deliveries['direct']['page'])
        _, times, _ = deliveries.click(shell)
        # connection, TLS, and request
        assert times['fcp_ms'] > 3 * 120, times['fcp_ms']
    finally:
        bench.world.set_rtt('far', 0)


@case
def distance_of_others(bench):
    """other sites and requests without an origin cannot set the servers' distance"""
    world = bench.world
    command = ['curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', '-d', 'host=far&ms=500']
    command += ['--cacert', world.facts['trust']]
    for each in world.facts['resolve']:
        command += ['--resolve', each]
    for origin, wanted in (
        (None, '403'),
        ('https://publisher-one.test', '403'),
        ('null', '403'),
        (world.aggregator, '303'),
    ):
        told = [] if origin is None else ['-H', f'Origin: {origin}']
        url = world.aggregator + '/rtt'
        done = subprocess.run([*command, *told, url], capture_output=True, text=True, check=True)
        equal(f'answer to {origin}', done.stdout, wanted)
        equal('distance', world.parties()['certs.test']['rtt'], 500 if wanted == '303' else 0)
    world.set_rtt('far', 0)


@case
def shown_before(bench):
    """an article lists the times of the other articles that its origin has shown"""
    shell = bench.open(Shell, bench.build, bench.display, bench.world)
    listed = {}
    for name in ('direct', 'exchange', 'amp-style', 'prefetched-all'):
        shell.go(bench.world.aggregator + bench.world.deliveries[name]['page'])
        shell.follow('#follow')
        shell.run_async(tours.TOLD)
        listed[name] = shell.run(SHOWN_BEFORE)
    ours = ['Shown before', 'A direct link: TIME', 'A signed exchange: TIME']
    wanted = {'direct': [], 'exchange': ours[:2], 'amp-style': [], 'prefetched-all': ours}
    equal('listed', listed, wanted)


@case
def closing(bench):
    """the last step of the tour lists each delivery with its requests and outcome"""
    world = bench.world
    shell = bench.open(Shell, bench.build, bench.display, world)
    shell.go(world.aggregator + f'/tour/{len(world.deliveries)}')
    tours.press(shell, 'ArrowRight')
    url = world.aggregator + f'/tour/{len(world.deliveries) + 1}'
    equal('address', shell.address(), url)
    wanted = [
        [
            name,
            urllib.parse.urlsplit(each['address']).hostname,
            str(each['before']),
            str(each['after']),
            tours.WORDS[each['form']],
        ]
        for name, each in world.deliveries.items()
    ]
    equal('outcomes', shell.run(tours.CLOSING), wanted)
    equal('next', shell.run("return document.querySelector('[rel=next]')"), None)


@case
def full_screen(bench):
    """the shell asks for the whole screen with --full-screen, and not without it"""
    for more in ([], ['--full-screen']):
        shell = bench.open(FreeShell, bench, *more, bench.world.aggregator + '/tour/1')
        states = bench.open(WindowStates, bench.display)
        shell.decisions.wait_page(0, 'the tour')
        equal(f'{more}', '_NET_WM_STATE_FULLSCREEN' in states.all(), bool(more))
        bench.tidy(False)


@case
def tour(bench):
    """the keyboard moves through the tour: next, previous, into a delivery, out of it, start"""
    shell = bench.open(FreeShell, bench, bench.world.aggregator + '/tour/1')
    keyboard = bench.open(Keyboard, bench.display)
    shell.decisions.wait_page(0, 'the tour')
    bench.display.still()
    exchange = bench.world.deliveries['exchange']['address']
    for key, wanted in (
        ('Right', '/tour/2'),
        ('Left', '/tour/1'),
        ('space', '/tour/2'),
        ('Return', exchange),
        ('Escape', '/tour/2'),
        ('Right', '/tour/3'),
        ('Home', '/tour/1'),
    ):
        url = wanted if wanted == exchange else bench.world.aggregator + wanted
        mark = shell.decisions.mark()
        before = bench.display.picture()
        keyboard.press(key)
        page = shell.decisions.wait_page(mark, f'a page after {key}', lambda page: page['url'])
        equal(f'where {key} leads', page['url'], url)
        bench.display.still(but=before)


if __name__ == '__main__':
    sys.exit(main())
