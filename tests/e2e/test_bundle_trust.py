#!/usr/bin/env python3
"""test_bundle_trust.py - web bundles with signatures, and bundles that the user opens.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import subprocess
import sys

from harness import case, equal, main
from bundles import (
    FETCH,
    OTHER,
    SCRIPT,
    SITE,
    bundle,
    door,
    nobody_asked,
    open_bundle,
    page,
    resources,
    shell_of,
)
from driver import wait
from driver.keys import Keyboard
from driver.world import Shell
from free_shell import FreeShell


class Nowhere:
    """The options of a shell that has the world's trust but reaches none of its hosts."""

    def __init__(self, world):
        self.world = world

    def arguments(self):
        facts = self.world.facts
        return ['--trust', facts['trust'], '--ct-logs', facts['ct_logs']]


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
def substituted(bench):
    """a signed bundle and its subresources are shown in the publisher's origin"""
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
    """a signed bundle that was altered is shown in an origin of its own, with the reason"""
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
    """a bundle in a file is shown in an origin of its own once its signature has expired"""
    shell = shell_of(bench, '--at', '2100-01-01')
    shown = shell.go(door((bench.world.folder / 'subset.wbn').as_uri()))
    equal('standing', shown['standing'], 'separate-origin')
    equal('reason', shown['reason'], 'signature.expired')
    equal('requests to publishers', bench.world.publisher_requests(), 0)


@case
def isolated(bench):
    """a bundle with a valid integrity block has the origin of its key and the policy of apps"""
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
    """of a bundle with an invalid integrity block only the reasons are shown"""
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
    """bundles in files work without a network, signed ones in their publisher's origin"""
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
    """the shell opens bundles that bulla create bundle and bulla sign have made"""
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
    """the user is asked before a page of a bundle uses the network, if the profile requires it"""
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
        for _ in range(2):  # asks only once
            shell.run(ask, echo)
            equal(chord, wait.until('an answer', lambda c=chord: answer(keys, c)), wanted)
        equal('requests', bench.world.counts()['aggregator.test'], 2 * count)
        bench.tidy(False)


@case
def script_element(bench):
    """resources listed in a script element come from its bundle, which is fetched once"""
    shell = shell_of(bench)
    shell.go(bench.world.aggregator + '/')
    bench.world.reset()
    shell.run(
        """
        const script = document.createElement('script')
        script.type = 'webbundle'
        script.textContent = JSON.stringify({source: arguments[0], scopes: ['parts/']})
        document.head.append(script)
        const style = document.createElement('style')
        style.textContent = '#back { background: url(packages/parts/lightship.svg) }'
        document.head.append(style)
        const back = document.createElement('p')
        back.id = back.textContent = 'back'
        document.body.prepend(back)
        """,
        bench.world.links['parts']['url'],
    )
    for name in ('more.html', ''):
        answer = shell.run_async(FETCH, 'packages/parts/' + name)
        equal(name, answer[:2], [bench.world.aggregator + '/packages/parts/' + name, 'basic'])
        assert 'part' in answer[2], answer
    width = """
        const [url, done] = arguments
        const image = new Image()
        image.onload = () => done(image.naturalWidth > 0)
        image.onerror = () => done('error')
        image.src = url
    """
    equal('picture', shell.run_async(width, 'packages/parts/lightship.svg'), True)
    equal('missing', shell.run_async(FETCH, 'packages/parts/missing'), 'TypeError')
    equal('requests', bench.world.counts()['aggregator.test'], 1)


RULE = """
    const script = document.createElement('script')
    window.events = []
    script.onload = script.onerror = event => window.events.push(event.type)
    script.type = 'webbundle'
    script.textContent = JSON.stringify({source: arguments[0], scopes: ['parts/']})
    if (arguments[1])
      script.src = arguments[1]
    document.head.append(script)
"""


@case
def script_element_with_src(bench):
    """a script element with a src attribute is ignored: the resources come from the network"""
    shell = shell_of(bench)
    shell.go(bench.world.aggregator + '/')
    bench.world.reset()
    shell.run(RULE, bench.world.links['parts']['url'], '/none.js')
    answer = shell.run_async(FETCH, 'packages/parts/more.html')
    assert 'part' not in answer[2], answer
    equal('events', shell.run('return window.events'), [])
    equal('requests', bench.world.counts()['aggregator.test'], 1)


@case
def script_element_and_policy(bench):
    """the page's security policy applies to resources in the bundle: nothing is requested"""
    shell = shell_of(bench)
    shell.go(bench.world.aggregator + '/')
    bench.world.reset()
    shell.run(RULE, bench.world.links['parts']['url'], None)
    shell.run(
        """
        const policy = document.createElement('meta')
        policy.httpEquiv = 'Content-Security-Policy'
        policy.content = "img-src 'none'"
        document.head.append(policy)
        """
    )
    picture = """
        const [url, done] = arguments
        const image = new Image()
        image.onload = () => done('shown')
        addEventListener('securitypolicyviolation', event => done(event.blockedURI))
        image.src = url
    """
    url = bench.world.aggregator + '/packages/parts/lightship.svg'
    equal('blocked', shell.run_async(picture, url), url)
    equal('requests', bench.world.counts().get('aggregator.test', 0), 0)


@case
def process_swap(bench):
    """navigation in a bundle works without automation, where pages change processes"""
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
def moves_on_at_once(bench):
    """a bundle whose pages lead on before the first one is visible is shown, at its last page"""
    pages = [f'{SITE}/'] + [f'{SITE}/{number}' for number in range(1, 40)]
    items = {
        url: page(f'leads to {after}', f"<script>location = '{after[len(SITE):]}'</script>")
        for url, after in zip(pages, pages[1:])
    }
    items[pages[-1]] = page('last')
    path = bench.world.folder / 'moves-on.wbn'
    path.write_bytes(bundle(items, f'{SITE}/'))
    shell = bench.open(FreeShell, bench, str(path))

    def shown():
        every = shell.decisions.since(0, 'page')
        return [each for each in every if each['url'] != 'about:blank']

    wait.until('its last page', lambda: shown() and shown()[-1]['signed_url'] == pages[-1])
    equal('standings', {each['standing'] for each in shown()}, {'separate-origin'})
    nobody_asked(bench)


@case
def by_keys(bench):
    """a bundle opens by its file name, and the keyboard moves through the history"""
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
