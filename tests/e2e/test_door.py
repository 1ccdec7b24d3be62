#!/usr/bin/env python3
"""test_door.py - webpkg://open/?url=…: packages that the user opens by URL.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import sys
import urllib.parse

from harness import case, equal, main
from driver.world import Shell


def door(url):
    return 'webpkg://open/?url=' + urllib.parse.quote(url, safe='')


def shell_of(bench):
    return bench.open(Shell, bench.build, bench.display, bench.world)


@case
def over_https(bench):
    """an accepted package over https is shown in its publisher's origin at once"""
    shell = shell_of(bench)
    shell.go(bench.world.aggregator + '/')
    before = shell.run('return history.length')
    page = shell.go(door(bench.world.links['good']['url']))
    equal('standing', page['standing'], 'substituted')
    equal('origin', shell.run('return window.origin'), bench.world.publisher_one)
    equal('history.length', shell.run('return history.length'), before + 1)
    equal('requests to publishers', bench.world.publisher_requests(), 0)


@case
def from_a_file(bench):
    """an accepted package in a file is shown in its publisher's origin"""
    shell = shell_of(bench)
    page = shell.go(door((bench.world.folder / 'good.sxg').as_uri()))
    equal('standing', page['standing'], 'substituted')
    equal('origin', shell.run('return window.origin'), bench.world.publisher_one)
    equal('requests to publishers', bench.world.publisher_requests(), 0)


@case
def why_not(bench):
    """for a package that is not accepted the door lists every rule and offers the fallback URL"""
    shell = shell_of(bench)
    page = shell.go(door((bench.world.folder / 'revoked.sxg').as_uri()))
    equal('standing and reason', (page['standing'], page['reason']), ('refused', 'ocsp.revoked'))
    first = shell.run("return document.querySelector('tbody tr').innerText")
    assert 'ocsp.not-revoked' in first, first
    assert shell.run("return document.querySelectorAll('tbody tr').length") > 40
    equal('requests to publishers', bench.world.publisher_requests(), 0)
    page = shell.follow('#fallback')
    equal('address', page['url'], bench.world.links['revoked']['signed_url'])
    equal('standing', page['standing'], 'live')


@case
def late_fault(bench):
    """if a late record is wrong, the verified records before it are still shown"""
    shell = shell_of(bench)
    page = shell.go(door((bench.world.folder / 'late.sxg').as_uri()))
    equal('standing and reason', (page['standing'], page['reason']), ('truncated', 'body.record'))
    host = urllib.parse.urlsplit(page['signed_url']).hostname
    assert host in page['reach'], f'the key can sign for {host}, not only for {page["reach"]}'
    equal('requests to publishers', bench.world.publisher_requests(), 0)


@case
def no_package(bench):
    """a file that is not a package is reported, as is a URL that cannot be fetched"""
    shell = shell_of(bench)
    page = shell.go(door((bench.world.folder / 'root.pem').as_uri()))
    equal('standing', page['standing'], 'refused')
    page = shell.go(door(bench.world.aggregator + '/nowhere.sxg'))
    assert page['standing'] in ('none', 'refused'), page
    page = shell.go(door(bench.world.facts['plain'] + '/packages/good.sxg'))
    equal('standing over http', page['standing'], 'none')
    assert shell.run("return document.querySelector('h1') !== null")


@case
def not_for_pages(bench):
    """pages cannot open the door by link, frame or fetch"""
    shell = shell_of(bench)
    shell.go(bench.world.aggregator + '/')
    mark = shell.decisions.mark()
    bench.world.reset()
    target = door(bench.world.links['good']['url'])
    answer = shell.run_async(
        """
        const [url, done] = arguments
        const link = document.body.appendChild(document.createElement('a'))
        link.href = url
        link.click()
        const frame = document.body.appendChild(document.createElement('iframe'))
        frame.src = url
        fetch(url).then(() => done('fetched'), () => fetch('/echo').then(() => done('blocked')))
        """,
        target,
    )
    equal('fetch', answer, 'blocked')
    equal('address', shell.address(), bench.world.aggregator + '/')
    equal('pages', shell.decisions.since(mark), [])
    equal('requests', bench.world.counts()['aggregator.test'], 1)


if __name__ == '__main__':
    sys.exit(main())
