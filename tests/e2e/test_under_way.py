#!/usr/bin/env python3
"""test_under_way.py - requests of a page and its frames while the view navigates to another page.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import socket
import sys
import threading

from harness import case, equal, main
from driver import wait
from driver.display import Missing
from driver.keys import Keyboard
from exchanges import bulla
from free_shell import FreeShell
from wpt_world import INNER, PAGE, REMOTE, Answer, WptWorld

# A frame is redirected to this machine after frames without a server were shown, and while the
# page waits for a server that redirects the whole page.
FRAMES = """
const frame = (url, then) => {
  const made = document.createElement('iframe')
  made.onload = then
  made.src = url
  document.body.append(made)
}
const blob = text => URL.createObjectURL(new Blob([text], {type: 'text/html'}))
setTimeout(() => {
  frame('/frame')
  frame(blob('x'), () => frame('data:text/html,x', () => frame('/shown')))
}, 100)
"""
LONG = 20  # seconds that a server waits at most; longer than any wait in a test
WAYS = {
    'location': "location = '/slow'",
    'form': """document.body.innerHTML += '<form method=post action=/slow><input name=a></form>'
      document.forms[0].submit()""",
    'blob page': """location = blob(`<script>setTimeout(() =>
      location = '${location.origin}/slow', 100)<\\/script>`)""",
    'frame': """const inner = document.createElement('iframe')
      inner.srcdoc = `<script>top.location = '${location.origin}/slow'<\\/script>`
      document.body.append(inner)""",
}


def redirect(bench, url, target, until=None, status=307):
    """Serves at URL a redirect to TARGET, after the event UNTIL."""

    def answer(_request):
        if until is not None:
            until.wait(LONG)
        return Answer(status, {'Location': target, 'Cache-Control': 'no-store'}, b'')

    return bench.world.put(url, answer)


def mark(bench, url, event):
    """Serves a page at URL, and sets EVENT at each request."""

    def answer(_request):
        event.set()
        return Answer(200, {'Content-Type': 'text/html', 'Cache-Control': 'no-store'}, b'x')

    return bench.world.put(url, answer)


def wait_refused(bench, shell, url, what):
    """Waits until the shell has refused to go to URL, or URL was requested."""
    wait.until(
        what,
        lambda: bench.world.requests_for(url)
        or [each for each in shell.decisions.since(0, 'refused') if each['url'] == url],
    )


def local(bench, path, host='127.0.0.1'):
    url = f'http://{host}:{bench.world.servers["http"].port}{path}'
    return bench.world.put(url, f'<!doctype html><title>local</title>{path}')


def pages(shell, url):
    return [each for each in shell.decisions.since(0, 'page') if each['url'] == url]


@case
def led_to_this_machine(bench):
    """frames cannot redirect a public page to this machine while it waits for a server"""
    world = bench.world
    for name, way in WAYS.items():
        shown, refused = threading.Event(), threading.Event()
        secret, framed = local(bench, '/secret'), local(bench, '/framed')
        mark(bench, world.url(PAGE, '/shown', 'http'), shown)
        redirect(bench, world.url(PAGE, '/frame', 'http'), framed, shown)
        slow = redirect(bench, world.url(PAGE, '/slow', 'http'), secret, refused)
        script = f'<script>{FRAMES}; setTimeout(() => {{ {way} }}, 50)</script>'
        page = world.put(world.url(PAGE, '/', 'http'), f'<!doctype html><body>{script}')
        shell = bench.open(FreeShell, bench, page)
        wait.until(name, lambda: world.requests_for(slow))
        if name != 'blob page':  # the frames of the previous page are gone
            wait_refused(bench, shell, framed, f'{name}: the frame')
        refused.set()
        wait_refused(bench, shell, secret, f'{name}: the page')
        found = [each.path for each in world.requests if each.host == '127.0.0.1']
        equal(name, found, [])
        bench.opened.remove(shell)
        shell.close()
        world.reset()


@case
def redirected_at_once(bench):
    """a public server cannot redirect to this machine in response to the very first request"""
    name = socket.gethostname()
    addresses = {each[4][0] for each in socket.getaddrinfo(name, None, socket.AF_INET)}
    if not all(each.startswith('127.') for each in addresses):
        raise Missing(f'{name} is not this machine by its name')
    secret = local(bench, '/secret', name)
    first = redirect(bench, bench.world.url(PAGE, '/first', 'http'), secret)
    shell = bench.open(FreeShell, bench, first)
    wait.until('it is refused', lambda: shell.decisions.since(0, 'refused'))
    equal('requests', len(bench.world.requests_for(secret)), 0)


@case
def redirected_by_way_of_others(bench):
    """a redirect from this machine to a public host cannot return here, with or without TLS"""
    world = bench.world
    for scheme, host in (('https', PAGE), ('http', PAGE)):
        secret = local(bench, '/secret', 'localhost')
        there = redirect(bench, world.url(host, '/there', scheme), secret)
        shell = bench.open(FreeShell, bench, redirect(bench, local(bench, '/first'), there))
        wait_refused(bench, shell, secret, scheme)
        equal(f'{scheme}: it was led there', len(world.requests_for(there)), 1)
        equal(scheme, len(world.requests_for(secret)), 0)
        bench.tidy(False)


@case
def redirected_on_this_machine(bench):
    """this machine can redirect to itself under another name, when typed and when reloaded"""
    shown = local(bench, '/shown', 'localhost')
    first = redirect(bench, local(bench, '/first'), shown)
    shell = bench.open(FreeShell, bench, first)
    shell.decisions.wait_page(0, shown, lambda each: each['url'] == shown)
    last = local(bench, '/last')
    redirect(bench, shown, last)
    bench.open(Keyboard, bench.display).press('F5')
    shell.decisions.wait_page(0, last, lambda each: each['url'] == last)
    equal('refused', shell.decisions.since(0, 'refused'), [])


LEADS = {
    'location': "location = '/goal'",
    'form': """document.body.innerHTML += '<form method=post action=/goal><input name=a></form>'
      document.forms[0].submit()""",
    'redirect': "location = '/hop'",
    'own frame': """const inner = document.createElement('iframe')
      inner.src = '/self'
      document.body.append(inner)""",
    'made page': """document.open(); document.write('<a href=/goal>x</a>'); document.close()
      document.links[0].click()""",
    'frame': """const inner = document.createElement('iframe')
      inner.srcdoc = `<script>top.location = '${location.origin}/goal'<\\/script>`
      document.body.append(inner)""",
    'window': """document.body.innerHTML += '<a href=/goal target=_blank rel=noreferrer>x</a>'
      document.links[0].focus(); fetch('/focused')""",
}


@case
def this_machine_leads_itself(bench):
    """a page of this machine can reach its own server in every way"""
    for name, way in LEADS.items():
        goal, focused = local(bench, '/goal'), local(bench, '/focused')
        redirect(bench, local(bench, '/hop'), goal)
        lead = f'setTimeout(() => {{ {way} }}, 200)'
        script = f"<script>if (top === window) {lead}; else fetch('/goal')</script>"
        page = bench.world.put(local(bench, '/'), f'<!doctype html><body>{script}')
        redirect(bench, local(bench, '/self'), page)
        bench.open(FreeShell, bench, page)
        if name == 'window':
            wait.until(name, lambda: bench.world.requests_for(focused))
            bench.open(Keyboard, bench.display).press('Return')
        wait.until(name, lambda: bench.world.requests_for(goal))
        bench.tidy(False)


@case
def exchange_beside_frames(bench):
    """an exchange is shown although a frame of the page with the link is still loading"""
    world = bench.world
    target = world.put(world.url(INNER, '/page'), '<!doctype html><title>live</title>')
    signed = world.sign(target, '<!doctype html><title>signed</title>')
    link = world.put_exchange(world.url(PAGE, '/page.sxg'), signed)
    served = world.answers[('https', PAGE, '/page.sxg')]

    busy = threading.Event()

    def late(_request):
        busy.clear()
        busy.wait(LONG)
        return served

    world.put(link, late)
    mark(bench, world.url(PAGE, '/busy'), busy)
    redirect(bench, world.url(PAGE, '/hop'), world.url(PAGE, '/busy'))
    page = f"""<!doctype html><body><iframe src="/busy"></iframe><script>
      setInterval(() => {{ document.querySelector('iframe').src = '/hop' }}, 150)
      setTimeout(() => location = '{link}', 500)</script>"""
    shell = bench.open(FreeShell, bench, world.put(world.url(PAGE, '/'), page))
    shell.decisions.wait_page(0, 'the page', lambda each: each['url'] == target)
    equal('standing', pages(shell, target)[-1]['standing'], 'substituted')
    equal('requests to the publisher', len(world.requests_for(target)), 0)


# WebKit lets a page that is being left request frames only; the form of the URL is `document.URL`
LEAVES = """<!doctype html><title>signed</title><body><form name=URL></form><script>
setTimeout(() => { location = '@SLOW@' }, 300)
setTimeout(() => {
  document.body.append(Object.assign(document.createElement('iframe'), {src: '/frame.html'}))
}, 900)
</script>"""


@case
def frame_while_leaving(bench):
    """frames of a bundle page come from the bundle while the view navigates to another host"""
    world = bench.world
    hold = threading.Event()

    def never(_request):
        hold.wait(LONG)
        return Answer(200, {'Content-Type': 'text/html'}, b'slow')

    slow = world.put(world.url(REMOTE, '/slow'), never)
    site, out = world.folder / 'leaves', world.folder / 'leaves.wbn'
    site.mkdir(exist_ok=True)
    (site / 'index.html').write_text(LEAVES.replace('@SLOW@', slow))
    (site / 'frame.html').write_text('<!doctype html><title>signed</title>')
    bulla(bench.build, 'create', 'bundle', '--force', '--dir', site, '--base-url',
          world.url(PAGE, '/'), '--sign-subset', 'all', '--authority',
          world.folder / 'authority', out)
    frame = world.put(world.url(PAGE, '/frame.html'), '<!doctype html><title>live</title>')
    link = world.put(world.url(INNER, '/site.wbn'), out.read_bytes(), 'application/webbundle')
    shell = bench.open(FreeShell, bench, link)
    try:
        wait.until(
            'the frame',
            lambda: world.requests_for(frame)
            or [each for each in shell.decisions.since(0, 'served') if each['url'] == frame],
        )
    finally:
        hold.set()
    equal('requests for it', len(world.requests_for(frame)), 0)


if __name__ == '__main__':
    sys.exit(main(WptWorld))
