#!/usr/bin/env python3
"""test_shown.py - the badge describes the bytes that are shown.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import sys
import threading

from harness import case, equal, main
from driver import wait
from driver.keys import Keyboard
from free_shell import FreeShell
from wpt_world import INNER, PAGE, Answer, WptWorld

SCRIPT = 'text/javascript'
TAKE_OVER = """
addEventListener('install', () => skipWaiting())
addEventListener('activate', event => event.waitUntil(clients.claim()))
"""
REGISTER = """<!doctype html><title>registering</title><script>
navigator.serviceWorker.register('/worker.js').then(() => navigator.serviceWorker.ready)
  .then(() => setTimeout(() => location = '/made', 300))
</script>"""
# the two responses that the worker creates for /made
MADE = """
addEventListener('fetch', event => {
  if (new URL(event.request.url).pathname === '/made')
    event.respondWith(make(event.request))
})
const forged = headers => new Response('<!doctype html><title>forged</title>', {headers})
"""
OF_NOTHING = "const make = async () => forged({'content-type': 'text/html'})"
WITH_THE_ID = 'const make = async request => forged((await fetch(request)).headers)'
FRAME = '<!doctype html><title>page</title><iframe src="/signed.sxg"></iframe>'


def shell_at(bench, url):
    return bench.open(FreeShell, bench, url)


def shown(shell, url, mark=0):
    """Waits for a decision about the page at URL; the last such line."""
    shell.decisions.wait_page(mark, url, lambda page: page['url'] == url)
    return [each for each in shell.decisions.since(mark, 'page') if each['url'] == url][-1]


def sign(bench, url, body='<!doctype html><title>signed</title>'):
    signed = bench.world.sign(url, body)
    return bench.world.put_exchange(bench.world.url(PAGE, '/signed.sxg'), signed)


def worker_makes(bench, make):
    world = bench.world
    world.put(world.url(INNER, '/'), REGISTER)
    world.put(world.url(INNER, '/worker.js'), TAKE_OVER + MADE + make, SCRIPT)
    world.put(world.url(INNER, '/made'), '<!doctype html><title>live</title>')
    shell = shell_at(bench, world.url(INNER, '/'))
    made = world.url(INNER, '/made')
    wait.until(
        'the page is unconfirmed',
        lambda: [
            each
            for each in shell.decisions.since(0, 'page')
            if each['url'] == made and each['standing'] == 'unknown'
        ],
    )
    equal('standing', shown(shell, made)['standing'], 'unknown')


@case
def made_by_a_worker(bench):
    """a page created by a service worker is unconfirmed"""
    worker_makes(bench, OF_NOTHING)


@case
def made_with_an_id(bench):
    """a page created by a service worker with the header fields of a response is unconfirmed"""
    worker_makes(bench, WITH_THE_ID)


@case
def post_after_frame(bench):
    """the response to a POST is live, even after a frame received an exchange at its URL"""
    world = bench.world
    target = world.put(world.url(INNER, '/page'), '<!doctype html><title>live</title>')
    sign(bench, target)
    form = f"""<form method="post" action="{target}"></form><script>
      document.querySelector('iframe').onload = () => document.forms[0].submit()</script>"""
    shell = shell_at(bench, world.put(world.url(PAGE, '/'), FRAME + form))
    equal('standing', shown(shell, target)['standing'], 'live')
    equal('methods', [each.method for each in world.requests_for(target)], ['POST'])


def let_frame_load(bench, leave):
    """A page that loads a signed exchange in a frame, and then runs the statement LEAVE."""
    world = bench.world
    target = world.put(world.url(INNER, '/page'), '<!doctype html><title>live</title>')
    told = world.put(world.url(PAGE, '/told'), '')
    sign(bench, target)
    script = f"""<script>document.querySelector('iframe').onload = () =>
      {{ fetch('/told'); {leave} }}</script>"""
    shell = shell_at(bench, world.put(world.url(PAGE, '/'), FRAME + script))
    wait.until('the frame is loaded', lambda: world.requests_for(told))
    return shell, target


@case
def frame_then_typed(bench):
    """an exchange that was loaded in a frame does not answer a typed URL"""
    shell, target = let_frame_load(bench, '')
    keys = bench.open(Keyboard, bench.display)
    keys.press('Control+l')
    keys.write(target)
    keys.press('Return')
    equal('standing', shown(shell, target)['standing'], 'live')
    equal('requests', len(bench.world.requests_for(target)), 1)


@case
def frame_then_link(bench):
    """an exchange that was loaded in a frame does not answer a navigation of the page"""
    shell, target = let_frame_load(bench, f"location = '{bench.world.url(INNER, '/page')}'")
    equal('standing', shown(shell, target)['standing'], 'live')


@case
def fetched(bench):
    """fetch() with the Accept field of a navigation does not receive an exchange"""
    world = bench.world
    target = world.put(world.url(PAGE, '/page'), '<!doctype html><title>live</title>')
    world.put_exchange(world.url(PAGE, '/signed.sxg'), world.sign(target, 'signed'))
    script = """<!doctype html><title>page</title><script>
      fetch('/signed.sxg', {headers: {Accept: 'text/html,application/xhtml+xml'}}).then(
        async answer => fetch('/told?' + encodeURIComponent(answer.url + ' ' + answer.redirected)))
    </script>"""
    told = world.put(world.url(PAGE, '/told'), '')
    shell = shell_at(bench, world.put(world.url(PAGE, '/'), script))
    request = wait.until('the script tells', lambda: world.requests_for(told))[0]
    assert request.query.endswith('%20false'), request.query
    equal('served', shell.decisions.since(0, 'served'), [])


@case
def history(bench):
    """reload, back and forward show the exchange, verified again; a hard reload is live"""
    world = bench.world
    target = world.put(world.url(INNER, '/page'), '<!doctype html><title>live</title>')
    url = sign(bench, target)
    other = world.put(world.url(PAGE, '/other'), '<!doctype html><title>other</title>')
    shell = shell_at(bench, url)
    keys = bench.open(Keyboard, bench.display)
    equal('at first', shown(shell, target)['standing'], 'substituted')
    committed = shell.decisions.since(0, 'committed')
    equal('before', [each['standing'] for each in committed], ['verifying'])

    def press(chord, wanted, standing):
        mark = shell.decisions.mark()
        keys.press(chord)
        equal(chord, shown(shell, wanted, mark)['standing'], standing)

    press('F5', target, 'substituted')
    mark = shell.decisions.mark()
    keys.press('Control+l')
    keys.write(other)
    keys.press('Return')
    equal('another page', shown(shell, other, mark)['standing'], 'live')
    press('Alt+Left', target, 'substituted')
    press('Alt+Right', other, 'live')
    press('Alt+Left', target, 'substituted')
    equal('requests', len(world.requests_for(target)), 0)
    press('Control+Shift+r', target, 'live')
    equal('requests', len(world.requests_for(target)), 1)


# the worker stores the first response of navigation preload, and shows it from then on
KEEPS = """
addEventListener('activate', event => event.waitUntil(registration.navigationPreload.enable()))
addEventListener('fetch', event => {
  if (new URL(event.request.url).pathname === '/page') event.respondWith(answer(event))
})
async function answer (event) {
  const cache = await caches.open('kept')
  const kept = await cache.match('/kept')
  const fresh = await event.preloadResponse
  if (kept) { fetch('/told?kept'); return kept }
  if (fresh) { await cache.put('/kept', fresh.clone()); fetch('/told?put') }
  return fresh || fetch(event.request)
}
"""


def keep_answer(bench, signed):
    """The worker of /page stores its response, and shows it each time the URL is typed."""
    world = bench.world
    told = world.put(world.url(INNER, '/told'), '')
    body = """<!doctype html><title>page</title><script>
      navigator.serviceWorker.register('/worker.js').then(() => navigator.serviceWorker.ready)
        .then(() => setTimeout(() => fetch('/told?ready'), 300))</script>"""
    target = world.put(world.url(INNER, '/page'), body, headers={'Cache-Control': 'no-store'})
    world.put(world.url(INNER, '/worker.js'), TAKE_OVER + KEEPS, SCRIPT)
    other = world.put(world.url(PAGE, '/other'), '<!doctype html><title>other</title>')
    shell = shell_at(bench, sign(bench, target, body) if signed else target)
    keys = bench.open(Keyboard, bench.display)
    standing = 'substituted' if signed else 'live'
    equal('at first', shown(shell, target)['standing'], standing)

    def wait_told(what, number=1):
        wait.until(
            f'the worker reports “{what}”',
            lambda: len([e for e in world.requests_for(told) if e.query == what]) >= number,
        )

    def go(chord, url):
        mark = shell.decisions.mark()
        keys.press(chord)
        if chord == 'Control+l':
            keys.write(url)
            keys.press('Return')
        return shown(shell, url, mark)['standing']

    wait_told('ready')
    equal('the answer to this load, by the worker', go('F5', target), standing)
    wait_told('put')
    equal('typed', go('Control+l', target), 'unknown')
    wait_told('kept')
    equal('another page', go('Control+l', other), 'live')
    equal('typed on another page', go('Control+l', target), 'unknown')
    equal('reloaded', go('F5', target), 'unknown')
    go('Alt+Left', other)
    if signed:
        equal('forward', go('Alt+Right', target), 'unknown')


@case
def signed_kept(bench):
    """an exchange stored by a worker is not “Substituted” when the worker shows it again"""
    keep_answer(bench, True)


@case
def live_kept(bench):
    """a live response stored by a worker is not “Live” when the worker shows it again"""
    keep_answer(bench, False)


# the worker attaches the header fields of the server's response, with the id, to its own body
FORGES = """
const FORGED = '<!doctype html><title>forged</title>'
const endless = () => new ReadableStream({
  start: control => control.enqueue(new TextEncoder().encode(FORGED + ' '.repeat(5000)))
})
addEventListener('activate', event => event.waitUntil(registration.navigationPreload.enable()))
addEventListener('fetch', event => {
  const path = new URL(event.request.url).pathname
  if (event.request.mode === 'navigate' && path !== '/')
    event.respondWith(event.preloadResponse.then(answer =>
      new Response(path === '/stream' ? endless () : FORGED, {headers: answer.headers})))
})
"""


@case
def forged_live(bench):
    """a page created by a worker with the id of a live response is not “Live”, with the reason"""
    world = bench.world
    world.put(world.url(INNER, '/'), REGISTER.replace('/made', '/small'))
    world.put(world.url(INNER, '/worker.js'), TAKE_OVER + FORGES, SCRIPT)
    small = world.put(world.url(INNER, '/small'), '<!doctype html><title>live</title>')
    large = world.put(world.url(INNER, '/large'), '<!doctype html>' + 'x' * (17 << 20))
    shell = shell_at(bench, world.url(INNER, '/'))
    keys = bench.open(Keyboard, bench.display)
    stream = world.put(world.url(INNER, '/stream'), '<!doctype html><title>live</title>')
    made = 'A service worker of the site may have made the page'
    rows = [(small, made), (large, 'too large to compare'), (stream, made)]
    for number, (url, why) in enumerate(rows):
        mark = shell.decisions.mark() if number else 0
        if number:
            keys.press('Control+l')
            keys.write(url)
            keys.press('Return')
        page = shown(shell, url, mark)
        lines = [each for each in shell.decisions.since(mark) if each['url'] == url]
        standings = [each['standing'] for each in lines if each['event'] != 'left']
        equal(f'standings of {url}', standings, ['verifying', 'unknown'])
        assert why in page['message'], page['message']


# the worker shows the response of navigation preload and, much later, appends to it
APPENDS = """
addEventListener('activate', event => event.waitUntil(registration.navigationPreload.enable()))
addEventListener('fetch', event => {
  if (new URL(event.request.url).pathname === '/page')
    event.respondWith(event.preloadResponse.then(append))
})
const append = async answer => {
  const sent = new Uint8Array(await answer.arrayBuffer())
  const start = async control => {
    control.enqueue(sent)
    await new Promise(resolve => setTimeout(resolve, 2500))
    control.enqueue(new TextEncoder().encode('<h1>appended</h1>'))
    control.close()
  }
  return new Response(new ReadableStream({start}), {headers: answer.headers})
}
"""


@case
def signed_appended(bench):
    """an exchange to which a worker appends later is never “Substituted”"""
    world = bench.world
    target = world.put(world.url(INNER, '/page'), '<!doctype html><title>live</title>')
    url = sign(bench, target)
    world.put(world.url(INNER, '/'), REGISTER.replace('/made', url))
    world.put(world.url(INNER, '/worker.js'), TAKE_OVER + APPENDS, SCRIPT)
    shell = shell_at(bench, world.url(INNER, '/'))
    page = shown(shell, target)
    lines = [each for each in shell.decisions.since(0) if each.get('url') == target]
    standings = [each['standing'] for each in lines if each['event'] in ('committed', 'page')]
    equal('standings', standings, ['verifying', 'unknown'])
    assert 'A service worker of the site may have made the page' in page['message'], page['message']


@case
def idle_worker(bench):
    """a page that an idle worker leaves to navigation preload is live, or unconfirmed"""
    world = bench.world
    fetch = "addEventListener('fetch'"
    idle = FORGES[: FORGES.index(fetch)] + fetch + ', () => {})'
    world.put(world.url(INNER, '/'), REGISTER)
    world.put(world.url(INNER, '/worker.js'), TAKE_OVER + idle, SCRIPT)
    made = world.put(world.url(INNER, '/made'), '<!doctype html><title>live</title>')
    page = shown(shell_at(bench, world.url(INNER, '/')), made)
    if page['standing'] != 'live':
        equal('standing', page['standing'], 'unknown')
        why = 'A service worker of the site or a cache may have supplied it'
        assert why in page['message'], page['message']


@case
def waiting_picture(bench):
    """a page whose picture never arrives is “Live” once its own bytes are compared"""
    world = bench.world
    hold = threading.Event()

    def never(_request):
        hold.wait(20)
        return Answer(200, {'Content-Type': 'image/png'}, b'')

    world.put(world.url(INNER, '/never.png'), never)
    page = world.put(world.url(INNER, '/'), '<!doctype html><title>p</title><img src=/never.png>')
    shell = shell_at(bench, page)
    try:
        equal('standing', shown(shell, page)['standing'], 'live')
    finally:
        hold.set()
    committed = [each['standing'] for each in shell.decisions.since(0, 'committed')]
    equal('before', committed, ['verifying'])


def left(shell, url):
    """The hosts that the panel listed for the page at URL, after the page was left."""
    wait.until(
        'the page is left', lambda: [e for e in shell.decisions.since(0, 'left') if e['url'] == url]
    )
    last = [each for each in shell.decisions.since(0, 'left') if each['url'] == url][-1]
    return [(each['host'], each['requests']) for each in last['contacts']]


@case
def contacts_after_nothing(bench):
    """requests after a navigation without a page belong to the old page, later ones to the next"""
    world = bench.world
    target = world.put(world.url(INNER, '/page'), '<!doctype html><title>live</title>')
    nothing = world.put(world.url(INNER, '/nothing'), '', status=204)
    told = world.put(world.url(INNER, '/told'), '')
    other = world.put(world.url(PAGE, '/other'), '<!doctype html><title>other</title>')
    body = f"""<!doctype html><title>signed</title><script>
      setTimeout(() => location = '{nothing}', 300)
      setTimeout(() => fetch('{told}'), 1000)
      setTimeout(() => location = '{other}', 1500)</script>"""
    shell = shell_at(bench, sign(bench, target, body))
    equal('standing', shown(shell, target)['standing'], 'substituted')
    shown(shell, other)
    contacts = left(shell, target)
    publisher = [each for each in contacts if each[0] == INNER]
    equal('requests to the publisher', publisher, [(INNER, 1), (INNER, 1)])
    mark = shell.decisions.mark()
    bench.open(Keyboard, bench.display).press('Alt+Left')
    shown(shell, target, mark)
    equal('contacts of the other page', left(shell, other), [(PAGE, 1)])


@case
def broken_off(bench):
    """a live page that is cut off is not taken for a complete one"""
    world = bench.world
    body = b'<!doctype html><title>short</title>' + b'<p>words</p>' * 4000

    def short(_request):
        return Answer(200, {'Content-Type': 'text/html', 'Content-Encoding': 'gzip'}, body)

    shell = shell_at(bench, world.put(world.url(INNER, '/short'), short))
    wait.until('it is decided', lambda: shell.decisions.since(0, 'page'))
    assert shell.decisions.since(0, 'page')[-1]['standing'] != 'substituted'


if __name__ == '__main__':
    sys.exit(main(WptWorld))
