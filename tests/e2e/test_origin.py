#!/usr/bin/env python3
"""test_origin.py - a substituted page has its publisher's origin in every respect.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import sys

from harness import case, equal, main
from driver import wait
from driver.world import Shell

FORGED = {  # WebKit drops header fields that scripts must not set; the gateway drops the rest
    'Sec-Bulla-Page': 'forged00forged00forged00forged00',
    'Bulla-Page': 'forged',
    'Bulla-Answer': 'forged',
}
FETCH = """
const [url, headers, done] = arguments
fetch(url, {headers}).then(
  async response => done([response.type, response.url, await response.text()]),
  error => done([String(error)]))
"""


def shell_on(bench, link):
    """A shell that has followed LINK from the aggregator's page."""
    shell = bench.open(Shell, bench.build, bench.display, bench.world)
    shell.go(bench.world.aggregator + '/')
    bench.world.reset()
    page = shell.follow('#' + link) if bench.world.links[link]['title'] else shell.go(
        bench.world.links[link]['url']
    )
    equal('standing', page['standing'], 'substituted')
    return shell


@case
def origin(bench):
    """the page has its publisher's origin, in a secure context, without contacting the publisher"""
    shell = shell_on(bench, 'good')
    equal('origin', shell.run('return window.origin'), bench.world.publisher_one)
    equal('isSecureContext', shell.run('return window.isSecureContext'), True)
    equal('address', shell.address(), bench.world.links['good']['signed_url'])
    equal('copy', shell.run('return document.documentElement.dataset.copy'), 'signed')
    equal('requests to publishers', bench.world.publisher_requests(), 0)


@case
def referrer(bench):
    """the referrer is the page with the link"""
    shell = shell_on(bench, 'good')
    equal('referrer', shell.run('return document.referrer'), bench.world.aggregator + '/')


@case
def history(bench):
    """a substituted page is one entry of the history"""
    shell = bench.open(Shell, bench.build, bench.display, bench.world)
    shell.go(bench.world.aggregator + '/')
    before = shell.run('return history.length')
    shell.follow('#good')
    equal('history.length', shell.run('return history.length'), before + 1)


@case
def back_and_forward(bench):
    """back shows the aggregator, forward the substituted page; the publisher is not contacted"""
    shell = shell_on(bench, 'good')
    mark = shell.decisions.mark()
    shell.back()
    page = shell.decisions.wait_page(mark)
    equal('page', (page['url'], page['standing']), (bench.world.aggregator + '/', 'live'))
    mark = shell.decisions.mark()
    shell.forward()
    page = shell.decisions.wait_page(mark)
    equal('url', page['url'], bench.world.links['good']['signed_url'])
    equal('standing', page['standing'], 'substituted')
    equal('requests to publishers', bench.world.publisher_requests(), 0)


@case
def reload(bench):
    """a reload shows the package again, without contacting the publisher"""
    shell = shell_on(bench, 'good')
    mark = shell.decisions.mark()
    shell.reload()
    equal('standing', shell.decisions.wait_page(mark)['standing'], 'substituted')
    equal('requests to publishers', bench.world.publisher_requests(), 0)


@case
def cookies(bench):
    """cookies are the publisher's, including HttpOnly ones"""
    shell = shell_on(bench, 'good')
    shell.run("document.cookie = 'seen=yes; Secure; Path=/'")
    shell.go(bench.world.publisher_one + '/cookie')
    shell.go(bench.world.publisher_one + '/echo')
    text = shell.run('return document.body.innerText')
    assert 'seen=yes' in text and 'hidden=1' in text, text
    equal('script', shell.run('return document.cookie'), 'seen=yes')
    shell.go(bench.world.aggregator + '/echo')
    assert 'seen=yes' not in shell.run('return document.body.innerText')


@case
def storage(bench):
    """localStorage is the publisher's"""
    shell = shell_on(bench, 'good')
    shell.run("localStorage.setItem('kept', 'yes')")
    shell.go(bench.world.publisher_one + '/echo')
    equal('item', shell.run("return localStorage.getItem('kept')"), 'yes')
    shell.go(bench.world.publisher_two + '/echo')
    equal('item of another', shell.run("return localStorage.getItem('kept')"), None)


@case
def same_origin_fetch(bench):
    """a fetch to the page's origin is same-origin, and reaches the publisher"""
    shell = shell_on(bench, 'good')
    kind, url, _ = shell.run_async(FETCH, '/echo', {})
    equal('type', kind, 'basic')
    equal('url', url, bench.world.publisher_one + '/echo')
    equal('requests', bench.world.counts()['publisher-one.test'], 1)


@case
def service_worker(bench):
    """the page may register a service worker of its origin"""
    shell = shell_on(bench, 'good')
    scope = shell.run_async(
        """
        const done = arguments[0]
        navigator.serviceWorker.register('/worker.js').then(
          registration => done(registration.scope), error => done(String(error)))
        """
    )
    equal('scope', scope, bench.world.publisher_one + '/')


@case
def content_security_policy(bench):
    """the security policy in the signed headers is enforced"""
    shell = shell_on(bench, 'good')
    equal('inline script', shell.run('return window.inlineScriptRan'), True)
    shell.go(bench.world.links['probe']['url'])
    equal('address', shell.address(), bench.world.links['probe']['signed_url'])
    equal('inline script', shell.run('return window.inlineScriptRan === true'), False)


@case
def framing(bench):
    """a page that forbids framing is not shown in a frame; another page is"""
    shell = bench.open(Shell, bench.build, bench.display, bench.world)
    for link, wanted in (('good', bench.world.links['good']['signed_url']), ('framed', None)):
        mark = shell.decisions.mark()
        shell.go(f'{bench.world.aggregator}/frame?url={bench.world.links[link]["url"]}')
        wait.until('the frame is loaded', lambda: shell.run('return window.loaded === true'))
        equal(f'what {link} in a frame said', shell.run('return window.said'), wanted)
        served = shell.decisions.since(mark, 'served')
        equal('served', [each['url'] for each in served], [bench.world.links[link]['signed_url']])


@case
def forged_tag(bench):
    """a tag that a page writes into its requests is removed"""
    shell = shell_on(bench, 'good')
    for place in (bench.world.publisher_one, bench.world.aggregator):
        heard = shell.run_async(FETCH, place + '/echo', FORGED)[-1].lower()
        assert 'host: ' in heard, heard
        for name in ('bulla', 'forged', 'proxy-'):
            assert name not in heard, heard


if __name__ == '__main__':
    sys.exit(main())
