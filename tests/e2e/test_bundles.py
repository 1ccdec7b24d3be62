#!/usr/bin/env python3
"""test_bundles.py - web bundles, each in the origin that it has earned.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import subprocess
import sys
import urllib.parse

from bundles import bundle
from harness import case, equal, main
from driver import wait
from driver.keys import Keyboard
from driver.world import Shell
from free_shell import FreeShell

HTML = {'content-type': 'text/html; charset=utf-8'}
SCRIPT = {'content-type': 'text/javascript'}
JSON = {'content-type': 'application/json'}
SITE, OTHER = 'https://site.test', 'https://other.test'

# fetches URL; what came back, or the name of the error
FETCH = """
const [url, done] = arguments
fetch(url).then(async r => done([r.url, r.type, await r.text()]), e => done(e.name))
"""
# shows a URL in a frame: window.said is what it says first, or 'silent' when it was shown
FRAME = """
const frame = document.createElement('iframe')
window.said = null
onmessage = event => { window.said ??= event.data }
frame.onload = () => postMessage('silent')
frame.src = arguments[0]
document.body.append(frame)
"""
WORK = """
const [script, url, done] = arguments
try {
  const worker = new Worker(script)
  worker.onmessage = event => done(event.data)
  worker.onerror = () => done('error')
  worker.postMessage(url)
} catch (error) { done(error.name) }
"""
WORKER = b"""
onmessage = event => fetch(event.data).then(async r => postMessage([r.url, await r.text()]),
                                            e => postMessage(e.name))
"""
TELL = '<!doctype html><title>frame</title><script>parent.postMessage(origin, "*")</script>'


def page(title, body=''):
    return HTML, f'<!doctype html><title>{title}</title>{body}'


def resources():
    first = (
        '<link rel="stylesheet" href="style.css"><script src="relative.js"></script>'
        f'<script src="{SITE}/absolute.js"></script><img id="picture" src="{OTHER}/picture.svg">'
        f'<a id="next" href="next.html">next</a><a id="absolute" href="{SITE}/next.html#end">'
        '</a><a id="away" href="https://aggregator.test/">away</a>'
    )
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'
    return {
        f'{SITE}/': page('first', first),
        f'{SITE}/next.html': page('next', '<a id="back" href="./">back</a><p id="end">end</p>'),
        f'{SITE}/style.css': ({'content-type': 'text/css'}, 'body { color: rgb(1, 2, 3) }'),
        f'{SITE}/relative.js': (SCRIPT, 'window.relative = true'),
        f'{SITE}/absolute.js': (SCRIPT, 'window.absolute = true'),
        f'{SITE}/data.json': (JSON, '{"own": 1}'),
        f'{SITE}/worker.js': (SCRIPT, WORKER),
        f'{SITE}/sealed.html': ({**HTML, 'x-frame-options': 'DENY'}, TELL),
        f'{SITE}/policy.html': ({**HTML, 'content-security-policy': "script-src 'none'"}, TELL),
        f'{SITE}/cookie.html': ({**HTML, 'set-cookie': 'a=1'}, '<!doctype html><title>cookie'),
        f'{OTHER}/picture.svg': ({'content-type': 'image/svg+xml'}, picture),
        f'{OTHER}/frame.html': (HTML, TELL),
        f'{OTHER}/own.html': ({**HTML, 'x-frame-options': 'SAMEORIGIN'}, TELL),
        f'{OTHER}/friend.html': (
            {**HTML, 'content-security-policy': f'frame-ancestors {SITE}'},
            TELL,
        ),
        f'{OTHER}/open.json': ({**JSON, 'access-control-allow-origin': SITE}, '{"open": 1}'),
        f'{OTHER}/closed.json': (JSON, '{"closed": 1}'),
    }


def door(url):
    return 'webpkg://open/?url=' + urllib.parse.quote(url, safe='')


def write(bench, name, data):
    """A file of the world's folder that the world does not know of; its URL."""
    path = bench.world.folder / name
    path.write_bytes(data)
    return path.as_uri()


def shell_of(bench, *more):
    return bench.open(Shell, bench.build, bench.display, bench.world, more)


def open_bundle(bench, shell, name, items, primary=f'{SITE}/'):
    return shell.go(door(write(bench, name, bundle(items, primary))))


def origin_of(url):
    return '/'.join(url.split('/')[:3])


def frame(shell, url):
    """What a frame of URL says, or 'refused'."""
    mark = shell.decisions.mark()
    shell.run(FRAME, url)
    return wait.until(
        'the frame is settled',
        lambda: shell.run('return window.said')
        or (shell.decisions.since(mark, 'refused') and 'refused'),
    )


class Nowhere:
    """The world, as it is known to a shell that reaches none of its hosts."""

    def __init__(self, world):
        self.world = world

    def arguments(self):
        facts = self.world.facts
        return ['--trust', facts['trust'], '--ct-logs', facts['ct_logs']]


def nobody_asked(bench):
    equal('requests', sum(n for n in bench.world.counts().values() if isinstance(n, int)), 0)


def bulla(bench, *arguments):
    done = subprocess.run(
        [str(bench.build / 'shell/cli/bulla'), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@case
def unsigned(bench):
    """an unsigned bundle is shown in an origin of its own, whole, and nobody is asked"""
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
def local_path(bench):
    """what the page can see names neither the file nor its folder"""
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
    """links, relative and absolute, stay in the bundle; so do back, forward and reload"""
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
    """fetch() finds what the bundle has, by relative and absolute URLs, and CORS holds"""
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
    """what is not in the bundle is refused, by fetch, frame, link and path, and written down"""
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
    """no page reaches another bundle, though it is open in the same view"""
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
    """two bundles, and two origins in one bundle, have nothing stored in common"""
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
    """framing headers, which WebKit ignores here, are obeyed; a policy is WebKit's to obey"""
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
    """a bundle that does not say where to begin shows what there is to pick from"""
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
    """a redirect in a bundle is followed in it"""
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
    """a malformed bundle is not shown, and every rule that was asked is"""
    shell = shell_of(bench)
    whole = bundle(resources(), f'{SITE}/')
    shown = shell.go(door(write(bench, 'short.wbn', whole[:60])))
    equal('standing', shown['standing'], 'refused')
    assert shown['reason'].startswith('bundle.'), shown
    assert shell.run("return document.querySelectorAll('tbody tr').length") > 10


@case
def substituted(bench):
    """a bundle that its publisher signed is in the publisher's origin, with all that it has"""
    shell = shell_of(bench)
    link = bench.world.links['subset']
    for address in (
        link['url'],
        door(link['url']),
        door((bench.world.folder / 'subset.wbn').as_uri()),
    ):
        bench.world.reset()
        shown = shell.go(address)
        equal('page', (shown['url'], shown['standing']), (link['signed_url'], 'substituted'))
        equal('origin', shell.run('return window.origin'), bench.world.publisher_one)
        equal('picture', shell.run("return document.querySelector('img').naturalWidth > 0"), True)
        shown = shell.follow('#more')
        equal('next', (shown['url'], shown['standing']),
              (link['signed_url'] + 'more.html', 'substituted'))
        equal('requests to publishers', bench.world.publisher_requests(), 0)
        shell.go('about:blank', lambda each: True)


@case
def tampered(bench):
    """a signed bundle that was altered is shown apart from its publisher, with the reason"""
    shell = shell_of(bench)
    for address in (
        bench.world.links['tampered']['url'],
        door((bench.world.folder / 'tampered.wbn').as_uri()),
    ):
        shown = shell.go(address)
        equal('standing', shown['standing'], 'separate-origin')
        equal('reason', shown['reason'], 'subset.header-sha256')
        assert shell.run('return window.origin').startswith('webpkg://')
        equal('requests to publishers', bench.world.publisher_requests(), 0)


@case
def expired(bench):
    """once its signature has ended, a bundle in a file is shown apart from its publisher"""
    shell = shell_of(bench, '--at', '2100-01-01')
    shown = shell.go(door((bench.world.folder / 'subset.wbn').as_uri()))
    equal('standing', shown['standing'], 'separate-origin')
    equal('reason', shown['reason'], 'signature.expired')
    equal('requests to publishers', bench.world.publisher_requests(), 0)


@case
def isolated(bench):
    """a bundle with a good integrity block has the origin of its key, and its strict policy"""
    shell = shell_of(bench)
    shown = shell.go(bench.world.links['app']['url'])
    own = f'isolated-app://{shown["web_bundle_id"]}'
    equal('page', (shown['url'], shown['standing']), (own + '/', 'isolated-app'))
    equal('origin', shell.run('return window.origin'), own)
    equal('style of the page', shell.run("return document.querySelector('img').naturalWidth > 0"),
          True)
    broken = shell.run_async(
        """
        const done = arguments[0]
        addEventListener('securitypolicyviolation', event => done(event.effectiveDirective))
        const script = document.createElement('script')
        script.textContent = 'window.ran = true'
        document.body.append(script)
        """
    )
    assert broken in ('require-trusted-types-for', 'script-src-elem', 'script-src'), broken
    equal('ran', shell.run('return window.ran ?? null'), None)
    equal('next', shell.follow('#more')['url'], own + '/more.html')
    equal('requests to publishers', bench.world.publisher_requests(), 0)


@case
def spoilt(bench):
    """of a bundle whose integrity block does not hold nothing is shown but why"""
    shell = shell_of(bench)
    for address in (
        bench.world.links['spoilt']['url'],
        door((bench.world.folder / 'spoilt.swbn').as_uri()),
    ):
        shown = shell.go(address)
        equal('standing and reason', (shown['standing'], shown['reason']),
              ('refused', 'integrity.signature'))
        assert shell.run("return document.querySelectorAll('tbody tr').length") > 10


@case
def offline(bench):
    """with the network gone a bundle in a file works on, a signed one in its publisher's origin"""
    bench.world.counts()
    shell = bench.open(Shell, bench.build, bench.display, Nowhere(bench.world))
    wanted = {'subset.wbn': 'substituted', 'app.swbn': 'isolated-app', 'bundle.wbn': None}
    for name, standing in wanted.items():
        shown = shell.go(door((bench.world.folder / name).as_uri()))
        equal(name, shown['standing'], standing or 'separate-origin')
        equal('picture', shell.run("return document.querySelector('img').naturalWidth > 0"), True)
        shown = shell.follow('#more')
        equal('next', shown['standing'], standing or 'separate-origin')
    mark = shell.decisions.mark()
    shell.reload()
    equal('reload', shell.decisions.wait_page(mark)['standing'], 'separate-origin')
    nobody_asked(bench)


@case
def created(bench):
    """what bulla create bundle and bulla sign make opens"""
    folder = bench.world.folder / 'site'
    folder.mkdir()
    try:
        (folder / 'index.html').write_text('<!doctype html><title>made</title>')
        made = bench.world.folder / 'made.wbn'
        bulla(bench, 'create', 'bundle', made, '--dir', folder, '--base-url', f'{SITE}/',
              '--primary', f'{SITE}/index.html')
        shell = shell_of(bench)
        shown = shell.go(door(made.as_uri()))
        equal('standing', shown['standing'], 'separate-origin')
        equal('title', shell.run('return document.title'), 'made')
    finally:
        (folder / 'index.html').unlink(missing_ok=True)
        folder.rmdir()


@case
def asking(bench):
    """where the profile says so, the user is asked before a page of a bundle uses the network"""
    profile = bench.world.folder / 'ask.ini'
    profile.write_text('[profile]\nname=ask\ndate=2026-01-01\ndescription=asks\n'
                       'inherits=draft-b3\n[bundle]\nnetwork=ask\n')
    echo = bench.world.aggregator + '/echo'
    ask = """
        window.got = null
        fetch(arguments[0]).then(answer => { window.got = answer.status },
                                 error => { window.got = error.name })
    """

    def answer(keys, chord):
        keys.press(chord)
        return shell.run('return window.got')

    for chord, wanted, count in (('Escape', 'TypeError', 0), ('Alt+a', 200, 1)):
        shell = shell_of(bench, '--profile', str(profile))
        keys = bench.open(Keyboard, bench.display)
        open_bundle(bench, shell, 'first.wbn', resources())
        for _ in range(2):  # it is asked once
            shell.run(ask, echo)
            equal(chord, wait.until('an answer', lambda c=chord: answer(keys, c)), wanted)
        equal('requests', bench.world.counts()['aggregator.test'], 2 * count)
        bench.tidy(False)


@case
def process_swap(bench):
    """without automation too, where pages change their processes on the way"""
    script = f"addEventListener('load', () => setTimeout(() => {{ location = '{SITE}/second' }}))"
    away = 'https://aggregator.test/away'
    items = {
        f'{SITE}/': page('first', f'<script src="{SITE}/go.js"></script>'),
        f'{SITE}/go.js': (SCRIPT, script),
        f'{SITE}/second': page('second', f'<meta http-equiv="refresh" content="0;{OTHER}/">'),
        f'{OTHER}/': page('third', f'<script>location = "{away}"</script>'),
    }
    path = bench.world.folder / 'swap.wbn'
    path.write_bytes(bundle(items, f'{SITE}/'))
    shell = bench.open(FreeShell, bench, str(path))
    refused = wait.until('it leads away', lambda: shell.decisions.since(0, 'refused'))
    equal('refused', (refused[0]['url'], refused[0]['reason']), (away, 'request.not-in-bundle'))
    pages = [each for each in shell.decisions.since(0, 'page') if each['url'] != 'about:blank']
    claimed = [each['signed_url'] for each in pages]
    equal('pages', claimed, [f'{SITE}/', f'{SITE}/second', f'{OTHER}/'])
    equal('standings', {each['standing'] for each in pages}, {'separate-origin'})
    nobody_asked(bench)


@case
def by_keys(bench):
    """a bundle is opened by its file's name, and history works by keys"""
    shell = bench.open(FreeShell, bench, bench.world.aggregator + '/')
    keys = bench.open(Keyboard, bench.display)
    shell.decisions.wait_page(0, 'the aggregator')
    (bench.world.folder / 'first.wbn').write_bytes(bundle(resources(), f'{SITE}/'))

    def press(what, standing, *chords):
        mark = shell.decisions.mark()
        for chord in chords:
            keys.press(chord)
        equal(what, shell.decisions.wait_page(mark, what)['standing'], standing)

    keys.press('Control+l')
    keys.write(str(bench.world.folder / 'first.wbn'))
    press('the bundle', 'separate-origin', 'Return')
    press('back', 'live', 'Alt+Left')
    press('forward', 'separate-origin', 'Alt+Right')
    press('reload', 'separate-origin', 'F5')


if __name__ == '__main__':
    sys.exit(main())
