#!/usr/bin/env python3
"""test_bundles.py - unsigned web bundles, each shown in an origin of its own.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import subprocess
import sys

from harness import case, equal, main
from bundles import (
    FETCH,
    HTML,
    OTHER,
    SCRIPT,
    JSON,
    SITE,
    bundle,
    door,
    frame,
    nobody_asked,
    open_bundle,
    origin_of,
    page,
    resources,
    shell_of,
    write,
)
from driver import wait

WORK = """
const [script, url, done] = arguments
try {
  const worker = new Worker(script)
  worker.onmessage = event => done(event.data)
  worker.onerror = () => done('error')
  worker.postMessage(url)
} catch (error) { done(error.name) }
"""


@case
def unsigned(bench):
    """an unsigned bundle is shown completely, in an origin of its own, without any request"""
    shell = shell_of(bench)
    shown = open_bundle(bench, shell, 'first.wbn', resources())
    equal('standing and reason', (shown['standing'], shown['reason']), ('separate-origin', None))
    assert shown['url'].startswith('webpkg://') and shown['url'].endswith('/'), shown
    equal('claimed', shown['signed_url'], f'{SITE}/')
    equal('origin', shell.run('return window.origin'), origin_of(shown['url']))
    equal('secure context', shell.run('return isSecureContext'), True)
    equal('style', shell.run('return getComputedStyle(document.body).color'), 'rgb(1, 2, 3)')
    equal('scripts', shell.run('return [window.relative, window.absolute]'), [True, True])
    equal('picture', shell.run("return document.querySelector('#picture').naturalWidth"), 10)
    nobody_asked(bench)


@case
def primary_status(bench):
    """the window shows a primary response of any status that bulla verify accepts"""
    shell = shell_of(bench)
    for status in (200, 203, 304, 404, 500):
        name = f'status-{status}.wbn'
        content = {f'{SITE}/': (HTML, f'<title>{status}</title><p>shown', status)}
        shown = open_bundle(bench, shell, name, content)
        done = subprocess.run(
            [bench.build / 'shell/cli/bulla', 'verify', '--json', bench.world.folder / name],
            capture_output=True,
            text=True,
            check=False,
        )
        equal(f'{status}: standing', shown['standing'], json.loads(done.stdout)['outcome'])
        equal(f'{status}: title', shell.run('return document.title'), str(status))


@case
def local_path(bench):
    """the page cannot learn the name of the file or of its folder"""
    shell = shell_of(bench)
    open_bundle(bench, shell, 'first.wbn', resources())
    seen = shell.run(
        """
        return [location.href, document.URL, document.baseURI, document.referrer, history.length,
                performance.getEntries().map(entry => entry.name), new Error('x').stack,
                Object.keys(localStorage)].join(' ')
        """
    )
    assert str(bench.world.folder) not in seen and 'file:' not in seen, seen
    assert 'first.wbn' not in seen, seen
    shell.follow('#next')
    assert 'open/' not in shell.run('return document.referrer')


@case
def navigation(bench):
    """relative and absolute links, back, forward and reload stay in the bundle"""
    shell = shell_of(bench)
    first = open_bundle(bench, shell, 'first.wbn', resources())['url']
    following = first + 'next.html'
    equal('after a link', shell.follow('#next')['url'], following)

    def step(what, act, url):
        mark = shell.decisions.mark()
        act()
        shown = shell.decisions.wait_page(mark, what)
        equal(what, (shown['url'], shown['standing']), (url, 'separate-origin'))
        shell.settle()

    step('back', shell.back, first)
    equal('after an absolute link', shell.follow('#absolute')['url'], following + '#end')
    equal('entries of the history', shell.run('return history.length'), 2)
    step('back again', shell.back, first)
    step('forward', shell.forward, following + '#end')
    step('reload', shell.reload, following + '#end')
    mark = shell.decisions.mark()
    shell.run(f"location.href = '{SITE}/'")
    equal('by script', shell.decisions.wait_page(mark)['url'], first)
    nobody_asked(bench)


@case
def fetches(bench):
    """fetch() finds the bundle's resources by relative and absolute URLs, and CORS applies"""
    shell = shell_of(bench)
    own = origin_of(open_bundle(bench, shell, 'first.wbn', resources())['url'])

    def fetch(url):
        return shell.run_async(FETCH, url)

    equal('relative', fetch('data.json'), [own + '/data.json', 'basic', '{"own": 1}'])
    equal('absolute', fetch(f'{SITE}/data.json'), [own + '/data.json', 'cors', '{"own": 1}'])
    answer = fetch(f'{OTHER}/open.json')
    equal('of another origin that allows it', answer[1:], ['cors', '{"open": 1}'])
    assert answer[0].startswith('webpkg://') and not answer[0].startswith(own), answer
    equal('of another origin that does not', fetch(f'{OTHER}/closed.json'), 'TypeError')
    nobody_asked(bench)


@case
def workers(bench):
    """a worker's requests resolve inside the bundle"""
    shell = shell_of(bench)
    own = origin_of(open_bundle(bench, shell, 'first.wbn', resources())['url'])
    for url in ('data.json', f'{SITE}/data.json'):
        answer = shell.run_async(WORK, 'worker.js', url)
        equal(url, answer, [own + '/data.json', '{"own": 1}'])
    equal('out of it', shell.run_async(WORK, 'worker.js', bench.world.aggregator), 'TypeError')
    nobody_asked(bench)


@case
def outside(bench):
    """URLs outside the bundle are refused for fetch, frame, link and path, and logged"""
    shell = shell_of(bench)
    first = open_bundle(bench, shell, 'first.wbn', resources())['url']
    echo = bench.world.aggregator + '/echo'
    for url in (echo, f'{SITE}/missing', 'missing'):
        mark = shell.decisions.mark()
        equal(url, shell.run_async(FETCH, url), 'TypeError')
        refused = wait.until('it is written', lambda m=mark: shell.decisions.since(m, 'refused'))
        assert url.rsplit('/', 1)[-1] in refused[0]['url'], refused
    equal('frame', frame(shell, echo), 'refused')
    mark = shell.decisions.mark()
    shell.click('#away')
    refused = wait.until('it is written', lambda: shell.decisions.since(mark, 'refused'))
    equal('reason', refused[0]['reason'], 'request.not-in-bundle')
    equal('address', shell.address(), first)
    shown = shell.go(first + 'missing.html')
    equal('standing', shown['standing'], 'refused')
    assert 'request.not-in-bundle' in shell.run('return document.body.innerText')
    nobody_asked(bench)


@case
def other_bundles(bench):
    """a page cannot reach another bundle, even one that is open in the same view"""
    shell = shell_of(bench)
    first = open_bundle(bench, shell, 'first.wbn', resources())['url']
    more = {f'{SITE}/': page('second'), f'{SITE}/data.json': (JSON, '{}')}
    second = open_bundle(bench, shell, 'second.wbn', more)['url']
    assert origin_of(first) != origin_of(second), first
    equal('fetch', shell.run_async(FETCH, first + 'data.json'), 'TypeError')
    equal('frame', frame(shell, first + 'next.html'), 'refused')
    shell.run(
        "const a = document.body.appendChild(document.createElement('a'));"
        'a.id = "other"; a.href = arguments[0]',
        first,
    )
    mark = shell.decisions.mark()
    shell.click('#other')
    wait.until('it is refused', lambda: shell.decisions.since(mark, 'refused'))
    equal('address', shell.address(), second)
    for target in (door(write(bench, 'third.wbn', bundle(more, f'{SITE}/'))),):
        shell.run('document.querySelector("#other").href = arguments[0]', target)
        mark = shell.decisions.mark()
        shell.click('#other')
        wait.until('the door is shut', lambda m=mark: shell.decisions.since(m, 'refused'))
        equal('address', shell.address(), second)


@case
def storage(bench):
    """two bundles share no storage, nor do two origins in one bundle"""
    shell = shell_of(bench)
    items = {f'{SITE}/': page('a'), f'{OTHER}/': page('b')}
    first = open_bundle(bench, shell, 'first.wbn', items)['url']
    shell.run("localStorage.mark = 'first'")
    link = "const a = document.createElement('a'); a.id = 'x'; a.href = arguments[0];"
    shell.run(link + 'document.body.append(a)', f'{OTHER}/')
    other = shell.follow('#x')
    equal('claimed', other['signed_url'], f'{OTHER}/')
    assert origin_of(other['url']) != origin_of(first), other
    equal('in the other origin', shell.run('return localStorage.mark ?? null'), None)
    open_bundle(bench, shell, 'second.wbn', {**items, f'{SITE}/more': page('c')})
    equal('in the other bundle', shell.run('return localStorage.mark ?? null'), None)
    open_bundle(bench, shell, 'copy.wbn', items)
    equal('in a copy of the first', shell.run('return localStorage.mark ?? null'), 'first')


@case
def framing(bench):
    """framing headers are enforced by Bulla, security policies by WebKit"""
    shell = shell_of(bench)

    def shown(url):
        open_bundle(bench, shell, 'first.wbn', resources())
        return frame(shell, url)

    assert shown(f'{OTHER}/frame.html').startswith('webpkg://')
    equal('DENY', shown('sealed.html'), 'refused')
    equal('SAMEORIGIN', shown(f'{OTHER}/own.html'), 'refused')
    assert shown(f'{OTHER}/friend.html').startswith('webpkg://')
    equal('script-src', shown('policy.html'), 'silent')
    reasons = {each['reason'] for each in shell.decisions.since(0, 'refused')}
    equal('reasons', reasons, {'request.framing'})
    first = open_bundle(bench, shell, 'first.wbn', resources())['url']
    equal('as a page', shell.go(first + 'sealed.html')['standing'], 'separate-origin')


@case
def listed(bench):
    """a bundle without a start page shows the list of its pages"""
    shell = shell_of(bench)
    items = {
        '/index.html': page('index'),
        '/much/more.html': page('more', '<a id="home" href="../index.html">'),
        f'{SITE}/': page('site'),
    }
    url = write(bench, 'list.wbn', bundle(items))
    shell.go(door(url))
    links = "return [...document.querySelectorAll('#resources a')].map(a => a.innerText)"
    equal('links', sorted(shell.run(links)), sorted(items))
    mark = shell.decisions.mark()
    shell.run(
        "const form = document.querySelector('#search');"
        "form.querySelector('[type=search]').value = 'much'; form.querySelector('button').click()"
    )
    shell.decisions.wait_page(mark)
    shell.settle()
    equal('found', shell.run(links), ['/much/more.html'])
    shown = shell.follow('#resources a')
    equal('standing', shown['standing'], 'separate-origin')
    assert shown['url'].endswith('/much/more.html'), shown
    equal('referrer', shell.run('return document.referrer'), '')
    equal('relative', shell.run("return document.querySelector('a').href.split('/').pop()"),
          'index.html')


@case
def redirected(bench):
    """a redirect in a bundle leads to another response of the bundle"""
    shell = shell_of(bench)
    items = {
        f'{SITE}/': page('home', '<script src="old.js"></script>'),
        f'{SITE}/index.html': ({'location': './'}, b'', 301),
        f'{SITE}/loop': ({'location': 'loop'}, b'', 302),
        f'{SITE}/old.js': ({'location': f'{SITE}/new.js'}, b'', 302),
        f'{SITE}/new.js': (SCRIPT, 'window.moved = true'),
    }
    shown = open_bundle(bench, shell, 'moved.wbn', items, f'{SITE}/index.html')
    equal('claimed', shown['signed_url'], f'{SITE}/')
    equal('script', shell.run('return window.moved'), True)
    equal('loop', shell.run_async(FETCH, 'loop')[2], '')


@case
def malformed(bench):
    """a malformed bundle is not shown; the page lists every rule that was checked"""
    shell = shell_of(bench)
    whole = bundle(resources(), f'{SITE}/')
    shown = shell.go(door(write(bench, 'short.wbn', whole[:60])))
    equal('standing', shown['standing'], 'refused')
    assert shown['reason'].startswith('bundle.'), shown
    assert shell.run("return document.querySelectorAll('tbody tr').length") > 10


if __name__ == '__main__':
    sys.exit(main())
