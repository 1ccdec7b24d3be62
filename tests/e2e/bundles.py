"""bundles.py - writes web bundles (b2) for the tests.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import struct
import urllib.parse

from driver import wait
from driver.world import Shell
from harness import equal

MAGIC = bytes.fromhex('48f09f8c90f09f93a6')


def head(major, value):
    for extra, letter, limit in ((24, 'B', 1 << 8), (25, 'H', 1 << 16), (26, 'I', 1 << 32)):
        if value < 24:
            return bytes([major << 5 | value])
        if value < limit:
            return bytes([major << 5 | extra]) + struct.pack('>' + letter, value)
    return bytes([major << 5 | 27]) + struct.pack('>Q', value)


def data(value):
    return head(2, len(value)) + value


def text(value):
    return head(3, len(value.encode())) + value.encode()


def array(*items):
    return head(4, len(items)) + b''.join(items)


def mapping(pairs):
    canonical = sorted(pairs, key=lambda pair: (len(pair[0]), pair[0]))
    return head(5, len(pairs)) + b''.join(key + value for key, value in canonical)


def response(headers, body, status=200):
    fields = {':status': str(status), **headers}
    packed = mapping([(data(k.encode()), data(v.encode())) for k, v in fields.items()])
    return array(data(packed), data(body))


def bundle(resources, primary=None):
    """The bytes of a bundle; RESOURCES: URL -> (headers, body) or (headers, body, status)."""
    places, responses = {}, b''
    start = len(head(4, len(resources)))
    for url, (headers, body, *status) in resources.items():
        item = response(headers, body if isinstance(body, bytes) else body.encode(), *status)
        places[url] = (start + len(responses), len(item))
        responses += item
    index = mapping(
        [(text(url), array(head(0, at), head(0, size))) for url, (at, size) in places.items()]
    )
    sections = [('index', index)]
    if primary is not None:
        sections.append(('primary', text(primary)))
    sections.append(('responses', head(4, len(resources)) + responses))
    lengths = array(
        *(part for name, item in sections for part in (text(name), head(0, len(item))))
    )
    whole = b'\x85' + MAGIC + data(b'b2\0\0') + data(lengths)
    whole += array(*(item for _, item in sections)) + b'\x48'
    return whole + struct.pack('>Q', len(whole) + 8)


def variants_bundle(primary, resources):
    """A b1 bundle. RESOURCES: URL -> (variants, [(headers, body), or None for a missing one])."""
    entries, responses = [], b''
    packed = [each for _, items in resources.values() for each in items if each is not None]
    start = len(head(4, len(packed)))
    for url, (variants, items) in resources.items():
        places = []
        for each in items:
            item = response(each[0], each[1].encode()) if each is not None else b''
            places += [start + len(responses) if item else 0, len(item)]
            responses += item
        value = array(data(variants.encode()), *(head(0, place) for place in places))
        entries.append((text(url), value))
    sections = [('index', mapping(entries)), ('responses', head(4, len(packed)) + responses)]
    lengths = array(
        *(part for name, item in sections for part in (text(name), head(0, len(item))))
    )
    whole = b'\x86' + MAGIC + data(b'b1\0\0') + text(primary) + data(lengths)
    whole += array(*(item for _, item in sections)) + b'\x48'
    return whole + struct.pack('>Q', len(whole) + 8)


# --- scripts of the tests

HTML = {'content-type': 'text/html; charset=utf-8'}
SCRIPT = {'content-type': 'text/javascript'}
JSON = {'content-type': 'application/json'}
SITE, OTHER = 'https://site.test', 'https://other.test'

# fetches URL and returns the text of the response, or the name of the error
FETCH = """
const [url, done] = arguments
fetch(url).then(async r => done([r.url, r.type, await r.text()]), e => done(e.name))
"""
# shows a URL in a frame: window.said is its first message, or 'silent' if it was shown without one
FRAME = """
const frame = document.createElement('iframe')
window.said = null
onmessage = event => { window.said ??= event.data }
frame.onload = () => postMessage('silent')
frame.src = arguments[0]
document.body.append(frame)
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
    """Writes a further file into the world's folder; its URL."""
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


def nobody_asked(bench):
    equal('requests', sum(n for n in bench.world.counts().values() if isinstance(n, int)), 0)
