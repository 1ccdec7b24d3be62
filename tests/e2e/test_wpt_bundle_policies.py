#!/usr/bin/env python3
"""test_wpt_bundle_policies.py - twins of the web-platform-tests: requests, policies, frames.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import base64
import hashlib
import sys

import exchanges
from harness import equal, main
from bundles import HTML, SCRIPT, bundle
from driver import wait
from wpt_bundle_page import (
    BUNDLE_TYPE,
    EVENTS,
    SHOW,
    UUID,
    Page,
    asked,
    at,
    both,
    element,
    put,
    says,
    serve,
)
from wpt_twins import heard, open_frame, shell_at, twin
from wpt_world import ALTERNATE, PAGE, REMOTE, TOP, WptWorld

# --- the request for the bundle


def fields(bench, host, name, wanted):
    """The field NAME of the request for the bundle of a HOST."""
    both(bench, 'all.wbn', ['a.js'], host, {'Access-Control-Allow-Origin': '*'})
    page = Page(bench)
    page.add(page.url('all.wbn', host), ['a.js'])
    equal('script', page.run('a.js', host), 'bundle')
    equal('field', [each.headers[name] for each in asked(bench, 'all.wbn', host)], [wanted])


def accept(bench):
    fields(bench, PAGE, 'Accept', f'{BUNDLE_TYPE};v=b2')


twin('accept_header', 'a bundle is asked for as one', accept)


def destination(bench):
    for host in (PAGE, REMOTE):
        fields(bench, host, 'Sec-Fetch-Dest', 'webbundle')
        bench.world.requests.clear()
    fields(bench, REMOTE, 'Sec-Fetch-Site', 'same-site')
    page = Page(bench)
    bench.world.requests.clear()
    page.fetch('all.wbn')
    equal('of a fetch', asked(bench, 'all.wbn')[0].headers['Sec-Fetch-Dest'], 'empty')


twin('request_destination', 'the request for a bundle names its destination', destination)


def credentials(bench):
    """Cookies as the rule says. Those of another origin come with the request that needs them."""
    origin = bench.world.origin(PAGE)
    shared = {'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Credentials': 'true'}
    cookie = {'Set-Cookie': 'milk=1; path=/; secure; samesite=none'}
    for host in (PAGE, REMOTE):
        both(bench, 'all.wbn', ['a.js'], host, shared)
        shell_at(bench, bench.world.put(bench.world.url(host, '/cookie.html'), TOP, headers=cookie))
    page = Page(bench)
    sent = {}
    for host in (PAGE, REMOTE):
        for mode in (None, 'invalid', 'omit', 'same-origin', 'include'):
            bench.world.requests.clear()
            more = {} if mode is None else {'credentials': mode}
            name = page.add(page.url('all.wbn', host) + f'?{mode}', ['a.js'], **more)
            equal(f'script {host} {mode}', page.run('a.js', host), 'bundle')
            sent[host, mode] = asked(bench, 'all.wbn', host)[0].headers['Cookie'] is not None
            page.remove(name)
    wanted = {(host, mode): host == PAGE and mode != 'omit' for host, mode in sent}
    equal('cookies', sent, wanted | {(REMOTE, 'include'): True})
    more = page.add(page.url('all.wbn', REMOTE) + '?fetch', ['a.js'], credentials='include')
    bench.world.requests.clear()
    page.fetch('a.js', REMOTE)
    equal('for fetch', asked(bench, 'all.wbn', REMOTE)[0].headers['Cookie'], None)
    page.remove(more)


twin('credentials', 'the element decides about cookies', credentials)


def reused(bench):
    """A page has one copy of each bundle and kind of credentials, whatever its elements."""
    both(bench, 'all.wbn', ['a.js', 'b.js'])
    page = Page(bench)

    def found():
        return page.run('a.js'), page.run('b.js'), len(asked(bench, 'all.wbn'))

    one = page.add('/wbn/all.wbn', ['a.js'])
    equal('one', found(), ('bundle', 'network', 1))
    two = page.add('/wbn/all.wbn', ['b.js'])
    equal('two', found(), ('bundle', 'bundle', 1))
    page.remove(one)
    equal('the second', found(), ('network', 'bundle', 1))
    page.remove(two)
    equal('none', found(), ('network', 'network', 1))
    page.add('/wbn/all.wbn', ['a.js'], credentials='same-origin')
    equal('again', found(), ('bundle', 'network', 1))
    page.add('/wbn/all.wbn', ['b.js'], credentials='omit')
    equal('without cookies', found(), ('bundle', 'bundle', 2))
    page.add('/wbn/none.wbn', ['c.js'])
    equal('of none', (page.run('c.js'), page.run('c.js')), ('error', 'error'))
    equal('requests for none', len(asked(bench, 'none.wbn')), 1)
    equal('events', page.shell.run(EVENTS), [])


twin('reuse_web_bundle_resource', 'a page fetches a bundle once', reused)


# --- policies

ISOLATED = {'Cross-Origin-Embedder-Policy': 'require-corp'}
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'
SVG = {'content-type': 'image/svg+xml'}


OBSERVE = """
window.reports = []
new ReportingObserver(all => reports.push(...all.map(each => each.toJSON()))).observe()
"""
REPORTS = """
return reports.map(({type, body}) => [type, body.blockedURL, body.disposition, body.destination])
"""


def resource_policy(bench, headers, wanted, reported):
    """The policies in the bundle count for each of its resources."""
    policies = {'none.js': None, 'same.js': 'same-origin', 'cross.js': 'cross-origin'}
    items = {}
    for name, each in policies.items():
        more = {'cross-origin-resource-policy': each} if each else {}
        items[name] = ({**SCRIPT, **more}, says('bundle'))
    allow = {'Access-Control-Allow-Origin': '*'}
    serve(bench, 'all.wbn', items, ALTERNATE, allow)
    page = Page(bench, headers=headers)
    page.add(page.url('all.wbn', ALTERNATE), (), ['.'])
    page.shell.run(OBSERVE)
    equal('found', [page.run(name, ALTERNATE) for name in items], wanted)
    if reported is None:
        equal('reports', page.shell.run(REPORTS), [])
    else:
        report = ['coep', page.url(reported, ALTERNATE), 'enforce', 'script']
        equal('reports', wait.until('a report', lambda: page.shell.run(REPORTS)), [report])
    equal('requests', len(asked(bench, 'all.wbn', ALTERNATE)), 1)


twin(
    'corp',
    'resources keep their policy',
    resource_policy,
    {},
    ['bundle', 'error', 'bundle'],
    None,
)
twin(
    'coep',
    'a page may require that they have one',
    resource_policy,
    ISOLATED,
    ['error', 'error', 'bundle'],
    'none.js',
)


def policy(*sources):
    return {'Content-Security-Policy': '; '.join(sources)}


def csp_allowed(bench):
    serve(bench, 'all.wbn', {'a.svg': (SVG, PICTURE)})
    allows = f'img-src {at(bench, "a.svg")}', "script-src 'self' 'unsafe-inline' uuid-in-package:"
    page = Page(bench, element(source='wbn/all.wbn', resources=['a.svg']), policy(*allows))
    equal('picture', page.shell.run_async(SHOW, page.url('a.svg')), 'shown')


twin('csp_allowed', "a page's policy is about the resource", csp_allowed)


def csp_blocked(bench):
    serve(bench, 'all.wbn', {'a.svg': (SVG, PICTURE)})
    blocks = policy(f'img-src {at(bench, "all.wbn")}')
    page = Page(bench, element(source='wbn/all.wbn', resources=['a.svg']), blocks)
    url = page.url('a.svg')
    equal('picture', page.shell.run_async(SHOW, url), url)
    equal('requests', bench.world.requests_for(page.url('all.wbn')), [])


twin('csp_blocked', 'the URL of the bundle does not permit a resource', csp_blocked)


def csp_of_bundle(bench):
    """WebKit does not know of the bundle, so that no policy keeps it from being fetched."""
    both(bench, 'all.wbn', ['a.js'])
    page = Page(bench, headers=policy(f"default-src {at(bench, 'a.js')} 'unsafe-inline'"))
    page.add('/wbn/all.wbn', ['a.js'])
    equal('script', page.run('a.js'), 'bundle')


twin('csp_blockes_bundle', 'a policy that forbids the bundle alone does nothing', csp_of_bundle)


def integrity(bench):
    """Digests are those of the resource; WebKit knows no keys."""
    body = says('bundle')
    serve(bench, 'all.wbn', {'a.js': (SCRIPT, body)})
    page = Page(bench)
    page.add('/wbn/all.wbn', ['a.js'])
    good = 'sha256-' + base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
    bad = 'sha256-' + base64.b64encode(bytes(32)).decode()
    key = 'ed25519-' + base64.b64encode(bytes(32)).decode()
    equal('good', page.run('a.js', integrity=good), 'bundle')
    equal('bad', page.run('a.js', integrity=bad), 'error')
    equal('bad fetch', page.fetch('a.js', integrity=bad), 'TypeError')
    equal('key', page.run('a.js', integrity=key), 'bundle')


twin('sri_message_signatures', 'integrity is checked by digest', integrity)


# --- what the page learns


def supports(bench):
    page = Page(bench)
    words = ['webbundle', ' webbundle', 'webbundle ', 'WEBBUNDLE', 'module']
    ask = 'return HTMLScriptElement.supports(arguments[0])'
    told = [page.shell.run(ask, each) for each in words]
    equal('supported', told, [False, False, False, False, True])


twin('supports_webbundle', 'WebKit says that it knows no bundles', supports)


def one_entry(bench):
    """An entry for each load; none for the bundle."""
    both(bench, 'all.wbn', ['a.js'])
    page = Page(bench)
    page.add('/wbn/all.wbn', ['a.js'])
    equal('script', page.run('a.js'), 'bundle')
    found = wait.until('the timing is there', lambda: page.timing('a.js'))
    equal('entries', (len(found), page.timing('all.wbn')), (1, []))
    return found[0]


twin('resource_timing', 'a resource of a bundle has one entry of timing', one_entry)


def consistent(bench):
    entry = one_entry(bench)
    order = ['connectEnd', 'requestStart', 'responseStart', 'responseEnd']
    times = [entry[name] for name in order]
    equal('times', times, sorted(times))
    equal('size', entry['decodedBodySize'], len(says('bundle')))
    # the gateway sends chunks, and WebKit counts their headers
    assert entry['encodedBodySize'] > entry['decodedBodySize'], entry


twin('resource_timing_attributes_consistent', 'the times of a resource are in order', consistent)


# --- frames and workers

TELL = '<!doctype html><script>parent.postMessage(%s, "*")</script>'


def frames(bench):
    """Frames come from the network, and their parts are not led into the page's bundle."""
    part = '<script src="/wbn/a.js"></script>'
    for host in (PAGE, ALTERNATE):
        both(bench, 'all.wbn', ['a.js'], host, {'Access-Control-Allow-Origin': '*'})
        put(bench, 'frame.html', part + TELL % 'report', host, 'text/html')
    serve(bench, 'frame.wbn', {'frame.html': (HTML, TELL % '"bundle"')})
    page = Page(bench)
    page.add('/wbn/frame.wbn', ['frame.html'])
    page.add(page.url('all.wbn', ALTERNATE), ['a.js'])
    for host in (PAGE, ALTERNATE):
        name = open_frame(page.shell, page.url('frame.html', host))
        told = wait.until('the frame has reported', lambda n=name: heard(page.shell, n))
        equal(f'frame of {host}', told, 'network')
    equal('script of the page', page.run('a.js', ALTERNATE), 'bundle')
    # WebKit sends no request for this URL, so the frame stays empty
    page.add('/wbn/frame.wbn', [UUID])
    name = open_frame(page.shell, UUID)
    told = wait.until('another frame', lambda: told_by(page, 'frame.html'))
    equal('frames', (told, heard(page.shell, name)), ('network', None))


def told_by(page, path):
    name = open_frame(page.shell, page.url(path))
    return wait.until('the frame has reported', lambda: heard(page.shell, name))


twin('subframe_from_web_bundle', 'frames come from the network', frames)


def exchange_in_frame(bench):
    """A frame at the URL of an exchange in the bundle comes from the network."""
    world = bench.world
    url = at(bench, 'page.html')
    exchange = world.sign(url, TELL % '"signed"')
    kind = {'content-type': exchanges.TYPE, 'x-content-type-options': 'nosniff'}
    serve(bench, 'all.wbn', {'page.html': (kind, exchange)})
    put(bench, 'page.html', TELL % '"network"', kind='text/html')
    page = Page(bench)
    page.add('/wbn/all.wbn', ['page.html'])
    equal('frame', told_by(page, 'page.html'), 'network')
    equal('requests for the bundle', asked(bench, 'all.wbn'), [])


twin(
    'sxg_subframe_from_subresource_wbn',
    'an exchange in a bundle is not shown in a frame',
    exchange_in_frame,
)


WORKER = """
const asked = []
addEventListener('install', () => skipWaiting())
addEventListener('fetch', event => { asked.push(new URL(event.request.url).pathname) })
addEventListener('message', event => event.source.postMessage(asked.splice(0)))
"""
REGISTER = """
const done = arguments[0]
navigator.serviceWorker.register('/worked/worker.js').then(async registration => {
  const worker = registration.installing || registration.waiting || registration.active
  while (worker.state !== 'activated')
    await new Promise(resolve => worker.addEventListener('statechange', resolve, {once: true}))
  done('activated')
}, error => done(String(error)))
"""
HEARD = """
const done = arguments[0]
navigator.serviceWorker.onmessage = event => done(event.data)
navigator.serviceWorker.controller.postMessage('what')
"""
END = """
const done = arguments[0]
navigator.serviceWorker.getRegistration('/worked/').then(each => each.unregister()).then(done)
"""


def worker(bench):
    """WebKit asks the page's worker for resources first, and the worker does not see the bundle."""
    world = bench.world
    put(bench, '/worked/worker.js', WORKER)
    both(bench, '/worked/all.wbn', ['/worked/a.js'])
    page = Page(bench)
    equal('worker', page.shell.run_async(REGISTER), 'activated')
    shell = shell_at(bench, world.put(world.url(PAGE, '/worked/page.html'), TOP))
    try:
        shell.run_async(HEARD)
        page.add('all.wbn', ['a.js'])
        found = page.run('/worked/a.js')
        equal('asked the worker', shell.run_async(HEARD), ['/worked/a.js'])
        equal('script', found, 'bundle')
    finally:
        shell.run_async(END)


twin(
    'service_worker_controlled',
    'a worker sees the request for a resource, not that for the bundle',
    worker,
)


if __name__ == '__main__':
    sys.exit(main(WptWorld))
