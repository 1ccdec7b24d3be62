#!/usr/bin/env python3
"""test_initiators.py - identifies initiators without data that pages can write or read.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import re
import sys
import time
import urllib.parse

from harness import case, equal, main
from driver import wait
from driver.keys import Keyboard
from exchanges import bulla
from free_shell import FreeShell
from wpt_world import ALTERNATE, HTML, INNER, PAGE, Answer, WptWorld

SCRIPT = 'text/javascript'
USUAL = 'accept|accept-.*|user-agent|referer|origin|upgrade-.*|cache-control|pragma|sec-fetch-.*'
TAKE_OVER = """
addEventListener('install', () => skipWaiting())
addEventListener('activate', event => event.waitUntil(clients.claim()))
"""
# reports what it reads, and sends the same request again, and others with the same tag
READING = TAKE_OVER + """
addEventListener('fetch', event => {
  const request = event.request
  if (request.url.includes('/told'))
    return
  event.waitUntil(fetch('/told?' + encodeURIComponent(JSON.stringify([...request.headers]))))
  event.respondWith(fetch(request))
})
"""
REGISTER = """<!doctype html><title>registering</title><script>
navigator.serviceWorker.register('/worker.js').then(() => navigator.serviceWorker.ready)
  .then(() => setTimeout(() => location = '/second', 300))
</script>"""
SECOND = """<!doctype html><title>second</title><img src="/x?1"><iframe src="/x?2"></iframe><script>
fetch('/x?3').then(() => fetch('/told?done'))</script>"""


def register(bench, script, second):
    world = bench.world
    told = world.put(world.url(PAGE, '/told'), '')
    world.put(world.url(PAGE, '/x'), 'x')
    world.put(world.url(PAGE, '/worker.js'), script, SCRIPT)
    world.put(world.url(PAGE, '/second'), second)
    shell = bench.open(FreeShell, bench, world.put(world.url(PAGE, '/'), REGISTER))
    return shell, told


def heard(bench, told):
    return [urllib.parse.unquote(each.query) for each in bench.world.requests_for(told)]


@case
def read_by_a_worker(bench):
    """a service worker sees neither view nor page identifiers, and no tag twice"""
    _, told = register(bench, READING, SECOND)
    wait.until('the page is done', lambda: 'done' in heard(bench, told))
    wait.until('the worker tells', lambda: len(heard(bench, told)) >= 4)
    pairs = re.findall(r'\["([^"]+)","([^"]*)"\]', ' '.join(heard(bench, told)))
    ours = [value for name, value in pairs if not re.fullmatch(USUAL, name)]
    assert all(re.fullmatch('[0-9a-f]{32}', each) for each in ours), ours
    equal('values', len(set(ours)), len(ours))


@case
def kept_by_a_worker(bench):
    """a navigation that a service worker stored and sends again later does not navigate the view"""
    world = bench.world
    kept = TAKE_OVER + """
      addEventListener('fetch', event => {
        if (new URL(event.request.url).pathname !== '/second')
          return
        const kept = event.request.clone()
        event.waitUntil(new Promise(done => setTimeout(() =>
          fetch(kept).catch(() => 0).then(() => fetch('/told?sent')).then(done), 2500)))
      })"""
    bank = world.put(world.url(ALTERNATE, '/bank'), '<!doctype html><title>bank</title>')
    away = f'<!doctype html><script>setTimeout(() => location = "{bank}", 800)</script>'
    shell, told = register(bench, kept, away)
    shell.decisions.wait_page(0, 'the bank', lambda each: each['url'] == bank)
    world.put_exchange(world.url(PAGE, '/second'), world.sign(world.url(PAGE, '/fake'), 'fake'))
    wait.until('the worker asks again', lambda: 'sent' in heard(bench, told))
    pages = [each['url'] for each in shell.decisions.since(0, 'page')]
    equal('the last page', pages[-1], bank)


# --- this machine and its network

WAYS = {
    'link': """const a = Object.assign(document.createElement('a'), {href: TARGET})
      a.rel = 'noreferrer'; document.body.append(a); a.click()""",
    'location': "location = TARGET",
    'replace': "location.replace(TARGET)",
    'form': """const f = Object.assign(document.createElement('form'), {action: TARGET})
      document.body.append(f); f.submit()""",
    'frame': """const f = Object.assign(document.createElement('iframe'), {src: TARGET})
      f.referrerPolicy = 'no-referrer'; document.body.append(f)""",
    'open': "open(TARGET)",
    'fetch': "fetch(TARGET, {mode: 'no-cors', referrerPolicy: 'no-referrer'})",
    'worker': "new SharedWorker('/shared.js')",
    'blob worker': """new SharedWorker(URL.createObjectURL(new Blob(
      [`fetch('${TARGET}', {mode: 'no-cors', referrerPolicy: 'no-referrer'})`])))""",
    'blob page': """const f = document.createElement('iframe')
      f.src = URL.createObjectURL(new Blob([`<meta name=referrer content=no-referrer>
        <img src="${TARGET}">`], {type: 'text/html'}))
      document.body.append(f)""",
}


def private(bench, path, host='127.0.0.1'):
    url = f'http://{host}:{bench.world.servers["http"].port}{path}'
    return bench.world.put(url, '<!doctype html><title>private</title>')


def page_that(bench, way, target, then='/tried'):
    script = f"""<!doctype html><title>tries</title><body><script>
      const TARGET = '{target}'
      setTimeout(() => {{ try {{ {way} }} catch (error) {{}} }}, 100)
      setTimeout(() => fetch('{then}'), 900)</script>"""
    world = bench.world
    asks = f"onconnect = () => fetch('{target}', {{mode: 'no-cors'}})"
    world.put(world.url(PAGE, '/shared.js', 'http'), asks, SCRIPT)
    world.put(world.url(PAGE, '/tried', 'http'), '')
    return script


@case
def private_hosts(bench):
    """a page of a public host cannot reach this machine in any way that omits the referrer"""
    world = bench.world
    targets = [private(bench, '/secret'), private(bench, '/secret', '[::ffff:127.0.0.1]')]
    for number, (name, way) in enumerate(WAYS.items()):
        target = targets[number % len(targets)]
        for each in (target,) if name != 'link' else targets:
            url = world.put(world.url(PAGE, '/', 'http'), page_that(bench, way, each))
            shell = bench.open(FreeShell, bench, url)
            wait.until(
                name,
                lambda: world.requests_for(world.url(PAGE, '/tried', 'http'))
                or world.requests_for(target),
            )
            secrets = [request for request in world.requests if request.path == '/secret']
            equal(name, [request.host for request in secrets], [])
            world.reset()
            private(bench, '/secret')
            bench.opened.remove(shell)
            shell.close()


@case
def typed(bench):
    """a typed URL reaches this machine, and so does a page of this machine"""
    target = private(bench, '/secret')
    bench.world.put(target, '<!doctype html><title>at home</title><script>fetch("/more")</script>')
    more = private(bench, '/more')
    shell = bench.open(FreeShell, bench, bench.world.url(PAGE, '/test.html'))
    keys = bench.open(Keyboard, bench.display)
    shell.decisions.wait_page(0, 'a page')
    keys.press('Control+l')
    keys.write(target)
    keys.press('Return')
    shell.decisions.wait_page(0, 'the page at home', lambda each: each['url'] == target)
    wait.until('its request', lambda: bench.world.requests_for(more))


@case
def public_frame_in_private_page(bench):
    """a frame of a public host in a page of this machine cannot reach this machine"""
    world = bench.world
    secret = private(bench, '/secret')
    framed = world.put(world.url(PAGE, '/framed', 'http'), page_that(bench, WAYS['fetch'], secret))
    home = private(bench, '/home')
    world.put(home, f'<!doctype html><title>home</title><iframe src="{framed}"></iframe>')
    bench.open(FreeShell, bench, home)
    wait.until('it tried', lambda: world.requests_for(world.url(PAGE, '/tried', 'http')))
    equal('requests', world.requests_for(secret), [])

def quiet(world):
    """Waits until no request has come for half a second."""
    last = [None, 0.0]

    def is_quiet():
        n = len(world.requests)
        if n != last[0]:
            last[:] = [n, time.monotonic()]
        return time.monotonic() - last[1] > 0.5

    wait.until('no request comes any more', is_quiet)


# ways by which a document is shown again
AGAIN = {
    'reload': "setTimeout(() => location.reload(), 800)",
    'back': "setTimeout(() => location = '/between', 800)",
}


def put_redirecting(bench, scheme, script, target):
    """A public document that runs SCRIPT, and redirects to TARGET at its second request."""
    world = bench.world
    url = world.url(PAGE, '/again', scheme)
    page = f'<!doctype html><title>again</title><script>{script}</script>'

    def answer(_request):
        if len(world.requests_for(url)) > 1:
            return Answer(302, {'Location': target, 'Cache-Control': 'no-store'}, b'')
        return Answer(200, {'Content-Type': HTML, 'Cache-Control': 'no-store'}, page.encode())

    back = '<!doctype html><script>setTimeout(() => history.back(), 800)</script>'
    world.put(world.url(PAGE, '/between', scheme), back)
    return world.put(url, answer)


@case
def redirected_when_it_comes_again(bench):
    """a server cannot redirect a reload or a way back to this machine, in a page or a frame"""
    world = bench.world
    for name, script in AGAIN.items():
        for framed in (True, False):
            secret = private(bench, '/secret')
            scheme = 'http' if framed else 'https'  # the page cache keeps pages of http
            url = put_redirecting(bench, scheme, script, secret)
            home = private(bench, '/home')
            world.put(home, f'<!doctype html><title>home</title><iframe src="{url}"></iframe>')
            shell = bench.open(FreeShell, bench, home if framed else url)
            wait.until(f'{name} comes again', lambda u=url: len(world.requests_for(u)) > 1)
            quiet(world)
            equal(f'{name}, frame: {framed}', world.requests_for(secret), [])
            bench.opened.remove(shell)
            shell.close()
            world.reset()


@case
def scriptless_frame_in_private_page(bench):
    """a public frame without scripts cannot reach this machine either"""
    world = bench.world
    secret = private(bench, '/secret')
    tried = world.put(world.url(PAGE, '/tried', 'http'), '')
    body = f'<!doctype html><img src="{secret}"><img src="{tried}">'
    bare = {'Content-Security-Policy': 'sandbox', 'Referrer-Policy': 'no-referrer'}
    home = private(bench, '/home')
    for tag in ('<iframe src="{}"></iframe>', '<object data="{}"></object>', '<embed src="{}">'):
        framed = world.put(world.url(PAGE, '/framed', 'http'), body, headers=bare)
        world.put(home, '<!doctype html><title>home</title>' + tag.format(framed))
        shell = bench.open(FreeShell, bench, home)
        wait.until(f'{tag} tried', lambda: world.requests_for(tried))
        quiet(world)
        equal(tag, world.requests_for(secret), [])
        bench.opened.remove(shell)
        shell.close()
        with world.lock:
            world.requests.clear()


@case
def frame_from_the_page_cache(bench):
    """a public frame restored from the page cache cannot reach this machine"""
    world = bench.world
    secret, home, away = (private(bench, path) for path in ('/secret', '/home', '/away'))
    tried = world.put(world.url(PAGE, '/tried', 'http'), '')
    framed = world.put(
        world.url(PAGE, '/framed', 'http'),
        f"""<!doctype html><meta name=referrer content=no-referrer><script>
        addEventListener('pageshow', event => {{
          if (!event.persisted)
            return
          new Image().src = '{secret}'
          setTimeout(() => fetch('{tried}'), 500)
        }})</script>""",
    )
    go = "setTimeout(() => location = '/away', 1000)"
    kept = {'Cache-Control': 'max-age=600'}
    world.put(
        home,
        f"""<!doctype html><title>home</title><iframe src="{framed}"></iframe>
        <script>if (!sessionStorage.went) {{ sessionStorage.went = 1; {go} }}</script>""",
        headers=kept,
    )
    world.put(away, '<!doctype html><script>setTimeout(() => history.back(), 1000)</script>')
    bench.open(FreeShell, bench, home)
    wait.until('the frame is back, and tried', lambda: world.requests_for(tried))
    equal('requests', world.requests_for(secret), [])


@case
def prefetching_frame_in_private_page(bench):
    """a public frame in a private page cannot prefetch from this machine"""
    world = bench.world
    secret = private(bench, '/secret')
    tried = world.put(world.url(PAGE, '/tried'), '')
    links = ''.join(
        f'<link rel=prefetch href="{secret}?{number}" {policy}>'
        for number, policy in enumerate(('', 'referrerpolicy=no-referrer'))
    )
    script = f"<script>setTimeout(() => fetch('{tried}'), 1500)</script>"
    framed = world.put(world.url(PAGE, '/framed'), f'<!doctype html>{links}{script}')
    home = private(bench, '/home')
    world.put(home, f'<!doctype html><title>home</title><iframe src="{framed}"></iframe>')
    bench.open(FreeShell, bench, home)
    wait.until('it tried', lambda: world.requests_for(tried))
    equal('requests', world.requests_for(secret), [])


@case
def opened_windows_are_not_typed(bench):
    """a window opened by a page sends the cookies and the Sec-Fetch-Site of a link on that page"""
    world = bench.world
    cookie = 'document.cookie = "strict=1; SameSite=Strict; Secure"'
    other, own = world.url(ALTERNATE, '/opened'), world.url(PAGE, '/opened')
    for url in (other, own):
        world.put(url, '<!doctype html><title>opened</title>')
    page = world.put(
        world.url(PAGE, '/'),
        f"""<!doctype html><title>opens</title><script>{cookie}
        onkeydown = event => open(event.key === 'a' ? '{other}' : '{own}')</script>""",
    )
    first = f'<!doctype html><script>{cookie}; location = "{page}"</script>'
    start = world.put(world.url(ALTERNATE, '/start'), first)
    for key, url, site in (('a', other, 'cross-site'), ('b', own, 'same-origin')):
        shell = bench.open(FreeShell, bench, start)
        keys = bench.open(Keyboard, bench.display)
        shell.decisions.wait_page(0, 'the page', lambda each: each['url'] == page)
        quiet(world)
        keys.press(key)
        wait.until('the window', lambda u=url: world.requests_for(u))
        found = world.requests_for(url)[0].headers
        equal(f'{url} Sec-Fetch-Site', found['Sec-Fetch-Site'], site)
        equal(f'{url} Cookie', found['Cookie'], 'strict=1' if url == own else None)
        equal(f'{url} Referer', found['Referer'], None)
        for each in (keys, shell):
            bench.opened.remove(each)
            each.close()


@case
def bundle_chosen_for_a_frame(bench):
    """a page's script element does not apply to a frame of another origin"""
    world = bench.world
    asked = world.put(world.url(ALTERNATE, '/u/upload.wbn'), 'not asked for')
    script = world.put(world.url(ALTERNATE, '/u/app.js'), 'fetch("/own")', SCRIPT)
    own = world.put(world.url(ALTERNATE, '/own'), '')
    framed = world.put(world.url(ALTERNATE, '/framed'), '<script src=/u/app.js></script>')
    rule = json.dumps({'source': asked, 'resources': [script]})
    page = world.put(
        world.url(PAGE, '/'),
        f'<!doctype html><script type=webbundle>{rule}</script><iframe src="{framed}"></iframe>',
    )
    bench.open(FreeShell, bench, page)
    wait.until('its own script', lambda: world.requests_for(own))
    equal('requests', world.requests_for(asked), [])


# --- workers of a page that its publisher signed as part of a bundle

# the parts of a site, and its workers: each states its version and the versions that it loads
COPY_FILES = {
    'data.txt': '@COPY@',
    'part.js': 'self.part = "@COPY@"',
    'part-module.js': 'export const part = "@COPY@"',
    'fetches.js': """const ask = say => fetch('/data.txt').then(r => r.text())
      .then(text => say('@COPY@ ' + text), () => say('refused'))""",
    'imports.js': """const ask = say => {
      importScripts('/part.js')
      say('@COPY@ ' + part) }""",
    'module.js': """import {part} from '/part-module.js'
      const ask = say => say('@COPY@ ' + part)""",
    'later.js': """const ask = say => import('/part-module.js')
      .then(module => say('@COPY@ ' + module.part), () => say('refused'))""",
    'nests.js': """const ask = say => { const inner = new Worker('/fetches.js')
      inner.onmessage = event => say('@COPY@ ' + event.data)
      inner.onerror = () => say('refused') }""",
    'nests-module.js': """const ask = say => {
      const inner = new Worker('/module.js', {type: 'module'})
      inner.onmessage = event => say('@COPY@ ' + event.data)
      inner.onerror = () => say('refused') }""",
}
# each worker is used by one page, or shared by several pages
ANSWERS = """
const answer = say => { try { ask(say) } catch (error) { say('refused') } }
self.onconnect = event => answer(text => event.ports[0].postMessage(text))
if (self.postMessage)
  answer(text => postMessage(text))
"""
STARTS = """<!doctype html><title>@COPY@</title><script>
const tell = (name, text) => fetch('/told?' + encodeURIComponent(name + ': ' + text))
const start = (name, type, url = '/' + name) => {
  const worker = new @KIND@(url, {type})
  const told = event => tell(name, event.data)
  worker.onerror = () => tell(name, 'refused')
  if (worker.port)
    worker.port.onmessage = told
  else
    worker.onmessage = told
}
fetch('/data.txt').then(r => r.text()).then(text => tell('page', text))
for (const name of ['fetches.js', 'imports.js', 'nests.js', 'nests-module.js'])
  start(name, 'classic')
for (const name of ['module.js', 'later.js'])
  start(name, 'module')
const made = `@FETCHES@`.replace('/data.txt', location.origin + '/data.txt')
start('blob', 'classic', URL.createObjectURL(new Blob([made], {type: 'text/javascript'})))
</script>"""
STARTED = ('fetches.js', 'imports.js', 'nests.js', 'nests-module.js', 'module.js', 'later.js')


def copies(kind, copy):
    """The files of the site, all of the same COPY."""
    files = {name: COPY_FILES[name] + ANSWERS for name in STARTED}
    page = STARTS.replace('@KIND@', kind).replace('@FETCHES@', files['fetches.js'])
    files = {**COPY_FILES, **files, 'index.html': page}
    return {name: text.replace('@COPY@', copy) for name, text in files.items()}


def vouched_workers(bench, kind):
    """What workers of KIND tell the page of a vouched bundle; the live site has another copy."""
    world = bench.world
    site, out = world.folder / 'site', world.folder / 'site.wbn'
    site.mkdir(exist_ok=True)
    for name, text in copies(kind, 'signed').items():
        (site / name).write_text(text)
    for name, text in copies(kind, 'live').items():
        path = '/' if name == 'index.html' else '/' + name
        world.put(world.url(INNER, path), text, SCRIPT if name.endswith('.js') else 'text/html')
    told = world.put(world.url(INNER, '/told'), '')
    authority = world.folder / 'authority'
    bulla(bench.build, 'create', 'bundle', '--force', '--dir', site, '--base-url',
          world.url(INNER, '/'), '--sign-subset', 'all', '--authority', authority, out)
    link = world.put(world.url(PAGE, '/site.wbn'), out.read_bytes(), 'application/webbundle')
    shell = bench.open(FreeShell, bench, link)
    shown = shell.decisions.wait_page(0, 'the page', lambda page: page['url'] != 'about:blank')
    equal('standing', shown['standing'], 'substituted')
    wait.until('all have reported', lambda: len(set(heard(bench, told))) == len(STARTED) + 2)
    asked = [each.path for each in world.requests if each.host == INNER and each.path != '/told']
    equal('requests to the publisher', asked, [])
    return dict(each.split(': ') for each in heard(bench, told))


@case
def dedicated_workers(bench):
    """dedicated workers of a vouched page, and their workers, load only from its bundle"""
    found = vouched_workers(bench, 'Worker')
    wanted = dict.fromkeys((*STARTED, 'blob'), 'signed signed')
    nested = {name: 'signed signed signed' for name in ('nests.js', 'nests-module.js')}
    equal('told', found, {'page': 'signed', **wanted, **nested})


@case
def shared_workers(bench):
    """a shared worker of a vouched page comes from its bundle or fails; it is never the live one"""
    found = vouched_workers(bench, 'SharedWorker')
    equal('page', found.pop('page'), 'signed')
    assert set(' '.join(found.values()).split()) <= {'signed', 'refused'}, found


if __name__ == '__main__':
    sys.exit(main(WptWorld))
