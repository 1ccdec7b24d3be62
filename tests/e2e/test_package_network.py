#!/usr/bin/env python3
"""test_package_network.py - pages of bundles have no network access, and only their own storage.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import sys

from harness import case, equal, main
from bundles import HTML, SCRIPT, SITE, bundle, page
from driver import wait
from driver.keys import Keyboard
from free_shell import FreeShell
from wpt_world import PAGE, WptWorld

DIALOG = (150, 60)  # without a window manager, dialogs are at the top left

# a page that runs all functions in the list WAYS, and then changes its address
TRY = """<!doctype html><title>tries</title><body><script>
const url = name => @URL@ + '?' + name
const make = (tag, fields) => Object.assign(document.createElement(tag), fields)
const put = (tag, fields) => document.body.append(make(tag, fields))
const blob = (text, type) => URL.createObjectURL(new Blob([text], {type}))
const asks = name =>
  `fetch("${url(name)}", {mode: "no-cors", referrerPolicy: "no-referrer"})`
const document_that = name => `<meta name=referrer content=no-referrer>
  <img src="${url(name)}-image">
  <script>${asks(name)}; new WebSocket("${url(name).replace('https', 'wss')}")<` + '/script>'
const WAYS = [@WAYS@]
for (const way of WAYS)
  try { way() } catch (error) { console.log(error) }
setTimeout(() => location = @END@, 1500)
</script>"""
WORKERS = """
  () => new SharedWorker('/shared.js'),
  () => new SharedWorker(blob(asks('shared-blob'), 'text/javascript')),
  () => new SharedWorker('data:text/javascript,' + encodeURIComponent(asks('shared-data'))),
  () => new Worker(blob(asks('worker'), 'text/javascript')),
  () => new Worker(blob(`importScripts("${url('import')}")`, 'text/javascript')),
  () => navigator.serviceWorker.register('/shared.js'),
"""
DOCUMENTS = """
  () => put('iframe', {src: blob(document_that('blob'), 'text/html')}),
  () => put('iframe', {sandbox: 'allow-scripts', src: blob(document_that('sandbox'), 'text/html')}),
  () => put('iframe', {srcdoc: document_that('srcdoc')}),
  () => put('iframe', {src: 'data:text/html,' + encodeURIComponent(document_that('data'))}),
  () => put('iframe', {src: url('frame'), referrerPolicy: 'no-referrer'}),
  () => put('object', {data: url('object')}),
"""
CALLS = """
  () => eval(asks('fetch')),
  () => navigator.sendBeacon(url('beacon')),
  () => addEventListener('pagehide', () => navigator.sendBeacon(url('unload'))),
  () => addEventListener('pagehide', () => fetch(url('keepalive'), {keepalive: true})),
  () => new EventSource(url('events')),
  () => new WebSocket(url('socket').replace('https', 'wss')),
  () => new FontFace('f', `url(${url('font')})`).load(),
  () => new Audio(url('audio')).play(),
  () => import(url('module')),
  () => { const x = new XMLHttpRequest(); x.open('GET', url('xhr'), false); x.send() },
  () => new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:9'}]}),
"""
ELEMENTS = """
  () => put('img', {src: url('image'), referrerPolicy: 'no-referrer'}),
  () => put('video', {src: url('video'), poster: url('poster'), autoplay: true}),
  () => put('script', {src: url('script')}),
  () => put('style', {textContent: `@import url(${url('css')})`}),
  ...['stylesheet', 'icon', 'manifest', 'prefetch', 'modulepreload', 'preconnect', 'dns-prefetch']
    .map(rel => () => put('link', {rel, href: url(rel)})),
  () => put('link', {rel: 'preload', as: 'image', href: url('preload')}),
  () => { const a = document.createElement('a'); a.href = '#x'; a.ping = url('ping')
          document.body.append(a); a.click() },
  () => { const a = document.createElement('a'); a.href = url('download'); a.download = 'x'
          document.body.append(a); a.click() },
"""


def reached(bench):
    """The unexpected requests that the servers received."""
    return [f'{each.method} {each.path}?{each.query}' for each in bench.world.requests]


def open_file(bench, items, name='it.wbn', more=()):
    path = bench.world.folder / name
    path.write_bytes(bundle(items, f'{SITE}/'))
    return bench.open(FreeShell, bench, *more, str(path))


def tries(bench, ways, end='"/end"', more=()):
    """A shell with a bundle page that has tried each of WAYS."""
    target = bench.world.url(PAGE, '/r')
    text = TRY.replace('@WAYS@', ways).replace('@URL@', json.dumps(target)).replace('@END@', end)
    asks = f'onconnect = () => 0; fetch("{target}?shared", {{mode: "no-cors"}})'
    items = {
        f'{SITE}/': (HTML, text),
        f'{SITE}/shared.js': (SCRIPT, asks),
        f'{SITE}/end': page('end'),
    }
    return open_file(bench, items, more=more)


def wait_end(shell):
    wait.until(
        'the page is done',
        lambda: [p for p in shell.decisions.since(0, 'page') if p['url'].endswith('/end')],
    )


def tries_in_vain(bench, ways):
    wait_end(tries(bench, ways))
    equal('requests', reached(bench), [])


@case
def workers(bench):
    """workers of every kind cannot reach a server"""
    tries_in_vain(bench, WORKERS)


@case
def documents(bench):
    """documents that a page creates, and frames, cannot reach a server"""
    tries_in_vain(bench, DOCUMENTS)


@case
def calls(bench):
    """scripts cannot reach a server with any call, even while the page is unloaded"""
    tries_in_vain(bench, CALLS)


@case
def elements(bench):
    """elements cannot reach a server"""
    tries_in_vain(bench, ELEMENTS)


@case
def blob_page(bench):
    """a blob: page that the page navigates to cannot reach a server or navigate away"""
    away = bench.world.url(PAGE, '/away')
    whole = f"""blob(document_that('whole') + '<script>setTimeout(() =>
      location = "{away}", 300)<' + '/script>', 'text/html')"""
    shell = tries(bench, '', whole.replace('\n', ' '))
    refused = wait.until('it leads away', lambda: [
        each for each in shell.decisions.since(0, 'refused') if each['url'] == away])
    equal('reason', refused[0]['reason'], 'request.not-in-bundle')
    equal('requests', reached(bench), [])


@case
def leaving(bench):
    """refresh, form, link and window.open do not leave the bundle"""
    away = bench.world.url(PAGE, '/away')
    ways = (
        f'<meta http-equiv="refresh" content="0;{away}?refresh">',
        f'<form action="{away}"></form><script>document.forms[0].submit()</script>',
        f'<form method="post" action="{away}"></form><script>document.forms[0].submit()</script>',
        f'<a rel="noreferrer" href="{away}">x</a><script>document.links[0].click()</script>',
        f'<script>open("{away}")</script><meta http-equiv="refresh" content="0;{away}?open">',
    )
    for way in ways:
        shell = open_file(bench, {f'{SITE}/': page('leaves', way)})
        wait.until(way, lambda s=shell: s.decisions.since(0, 'refused'))
        equal('requests', reached(bench), [])
        bench.tidy(False)


@case
def allowed(bench):
    """if the profile allows it, worker and page reach a server, and the page can navigate away"""
    profile = bench.world.folder / 'allow.ini'
    profile.write_text('[profile]\nname=allow\ndate=2026-01-01\ndescription=allows\n'
                       'inherits=draft-b3\n[bundle]\nnetwork=allow\n')
    away = bench.world.put(bench.world.url(PAGE, '/away'), '<!doctype html><title>away</title>')
    shell = tries(bench, WORKERS, json.dumps(away), ('--profile', str(profile)))
    shown = shell.decisions.wait_page(0, 'the page leaves', lambda each: each['url'] == away)
    equal('standing', shown['standing'], 'live')
    asked = {each.query for each in bench.world.requests_for(bench.world.url(PAGE, '/r'))}
    assert {'shared', 'worker'} <= asked, asked


@case
def asked(bench):
    """if the profile asks, the page can navigate away only after the user has allowed it"""
    profile = bench.world.folder / 'ask.ini'
    profile.write_text('[profile]\nname=ask\ndate=2026-01-01\ndescription=asks\n'
                       'inherits=draft-b3\n[bundle]\nnetwork=ask\n')
    away = bench.world.url(PAGE, '/away')
    leave = f'<script>setTimeout(() => location = "{away}", 300)</script>'
    path = bench.world.folder / 'asks.wbn'
    path.write_bytes(bundle({f'{SITE}/': page('asks', leave)}, f'{SITE}/'))
    for key, event in (('Return', 'refused'), ('Alt+a', 'page')):
        bench.world.put(away, '<!doctype html><title>away</title>')
        shell = bench.open(FreeShell, bench, '--profile', str(profile), str(path))
        keys = bench.open(Keyboard, bench.display, DIALOG)

        def answered(shell=shell, keys=keys, key=key, event=event):
            keys.press(key)  # before the dialog appears, the page gets the keys
            return [each for each in shell.decisions.since(0, event) if each['url'] == away]

        wait.until(f'the answer {key} counts', answered)
        equal('requests', len(bench.world.requests_for(away)), int(event == 'page'))
        bench.tidy(False)


@case
def storage(bench):
    """a bundle that is opened again does not find what it stored before"""
    go = """<script>
      const end = localStorage.mark ? '/again' : '/first'
      localStorage.mark = 'here'
      location = end</script>"""
    items = {f'{SITE}/': page('marks', go)}
    items |= {f'{SITE}/{name}': page(name) for name in ('first', 'again')}
    path = bench.world.folder / 'marks.wbn'
    path.write_bytes(bundle(items, f'{SITE}/'))
    shell = bench.open(FreeShell, bench, str(path), str(path))

    def ends():
        urls = [each['url'].rsplit('/', 1)[-1] for each in shell.decisions.since(0, 'page')]
        return [each for each in urls if each in ('first', 'again')]

    wait.until('both are shown', lambda: len(ends()) == 2)
    equal('what they found', ends(), ['first', 'first'])


if __name__ == '__main__':
    sys.exit(main(WptWorld))
