#!/usr/bin/env python3
"""test_wpt_workers.py - twins of the web-platform-tests: workers and the application cache.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import sys

from harness import equal, main
from driver import wait
from wpt_twins import heard, open_frame, shell_at, told_in_frame, twin
from wpt_world import INNER, PAGE, TOP, WptWorld

SCRIPT = 'text/javascript'

# a page that creates a worker of its origin for a frame, and reports the contents of the frame
REGISTERING = """<!doctype html><title>Registering</title><body><script>
const told = {copy: '@COPY@', location: location.href}
addEventListener('load', async () => {
  try {
    const registration = await navigator.serviceWorker.register('worker.js', {scope: 'scope/'})
    const worker = registration.installing || registration.waiting || registration.active
    while (worker.state !== 'activated')
      await new Promise(resolve => worker.addEventListener('statechange', resolve, {once: true}))
    const frame = document.createElement('iframe')
    frame.src = 'scope/made-up.html'
    await new Promise(resolve => { frame.onload = resolve; document.body.append(frame) })
    told.text = frame.contentDocument.body.textContent
    await registration.unregister()
  } catch (error) {
    told.error = String(error)
  }
  window.parent.postMessage(told, '*')
})
</script>
"""

WORKER = """
addEventListener('fetch', event => event.respondWith(
  new Response('made by the worker', {headers: {'Content-Type': 'text/html'}})))
"""


def register(bench, copy, options):
    world = bench.world
    url = world.url(PAGE, '/registering.html')
    world.put(url, REGISTERING.replace('@COPY@', 'live'))
    world.put(world.url(PAGE, '/worker.js'), WORKER, SCRIPT)
    options = {key: world.url(PAGE, value) for key, value in options.items()}
    exchange = world.sign(url, REGISTERING.replace('@COPY@', 'signed'), **options)
    link = world.put_exchange(world.url(PAGE, '/page.sxg'), exchange)
    told = told_in_frame(shell_at(bench), link)
    equal('told', told, {'copy': copy, 'location': url, 'text': 'made by the worker'})


twin('sxg_sw_register', 'a signed page may register a worker', register, 'signed', {})
twin(
    'sxg_sw_register_after_fallback',
    'so may the live page that was fallen back to',
    register,
    'live',
    {'cert_url': '/not-found.cbor'},
)

DELIVERING = """
const ways = {
  fetch: response => response,
  clone: response => response.clone(),
  blob: async response => new Response(await response.blob(), response),
  transform: response => new Response(response.body.pipeThrough(new TransformStream()), response),
}
addEventListener('fetch', event => {
  const query = new URL(event.request.url).searchParams
  if (query.has('way'))
    event.respondWith(fetch(query.get('url')).then(ways[query.get('way')]))
})
"""
REGISTER = """
const done = arguments[0]
navigator.serviceWorker.register('/deliver/worker.js').then(async registration => {
  const worker = registration.installing || registration.active
  while (worker.state !== 'activated')
    await new Promise(resolve => worker.addEventListener('statechange', resolve, {once: true}))
  done('activated')
}, error => done(String(error)))
"""
UNREGISTER = """
const done = arguments[0]
navigator.serviceWorker.getRegistration('/deliver/').then(each => each.unregister()).then(done)
"""


def from_worker(bench):
    """A worker's response does not pass the gateway, so WebKit cannot show an exchange."""
    world = bench.world
    world.put(world.url(PAGE, '/deliver/worker.js'), DELIVERING, SCRIPT)
    inner = world.url(INNER, '/inner.html')
    link = world.put_exchange(world.url(PAGE, '/page.sxg'), world.sign(inner))
    shell = shell_at(bench)
    equal('worker', shell.run_async(REGISTER), 'activated')
    for count, way in enumerate(('fetch', 'clone', 'blob', 'transform'), 1):
        name = open_frame(shell, world.url(PAGE, f'/deliver/x?way={way}&url={link}'))
        wait.until('the worker fetches', lambda: len(world.requests_for(link)) == count)
        told_in_frame(shell, world.url(INNER, '/later.html'))
        equal(f'page by {way}', heard(shell, name), None)
    equal('live page', world.requests_for(inner), [])
    equal('end of the worker', shell.run_async(UNREGISTER), True)


twin('sxg_from_sw', 'an exchange from a worker is nothing', from_worker)


# --- the application cache, which WebKit no longer supports

CACHING = '<!doctype html><html manifest="/cache.manifest"><title>Caching</title>' + TOP


def application_cache(bench, path):
    """The application cache manifest is not requested, and the exchange is shown as without one."""
    world = bench.world
    inner, manifest = world.url(INNER, '/inner.html'), world.url(PAGE, '/cache.manifest')
    link = world.put_exchange(world.url(PAGE, '/page.sxg'), world.sign(inner))
    world.put(manifest, f'CACHE MANIFEST\nCACHE:\n{link}\n{inner}\n', 'text/cache-manifest')
    shell = shell_at(bench, world.put(world.url(PAGE, path), CACHING))
    equal('applicationCache', shell.run("return 'applicationCache' in window"), False)
    told = told_in_frame(shell, link)
    equal('page', (told['location'], told['copy']), (inner, 'signed'))
    equal('requests for the list', world.requests_for(manifest), [])
    equal('requests for the exchange', len(world.requests_for(link)), 1)


for name, path in (
    ('sxg_inner_resp_over_appcache', '/inner-kept.html'),
    ('sxg_served_from_appcache', '/exchange-kept.html'),
):
    twin(name, 'there is no application cache', application_cache, path)


if __name__ == '__main__':
    sys.exit(main(WptWorld))
