"""wpt_world.py - the hosts of the twins of the web-platform-tests, and their contents.

SPDX-License-Identifier: LGPL-2.1-or-later

Four hosts on one port of loopback, told apart by their names, and a fifth without TLS: as many as
those tests have. What is at a URL is put there by the case that needs it.
"""
import collections
import http.server
import pathlib
import ssl
import sys
import tempfile
import threading
import urllib.parse

import exchanges
from exchanges import bulla

PAGE = 'page.test'  # the test's own page, over https and http
REMOTE = 'remote.page.test'  # another origin of the same site
ALTERNATE = 'alternate.test'  # another site
INNER = 'inner.test'  # publisher of the signed pages
HOSTS = (PAGE, REMOTE, ALTERNATE, INNER)

HTML = 'text/html; charset=utf-8'
NOSNIFF = {'X-Content-Type-Options': 'nosniff'}

# the page with the frames: `heard` has the messages of each frame by its id
TOP = """<!doctype html><title>Twin</title><body><script>
window.heard = {}
addEventListener('message', event => {
  for (const frame of document.querySelectorAll('iframe'))
    if (frame.contentWindow === event.source)
      heard[frame.id] = event.data
})
</script>
"""

# data that a page in a frame reports; @COPY@: signed, or live
TELLING = """<!doctype html><title>Inner</title><script>
addEventListener('load', () => setTimeout(() => {
  const timing = performance.getEntriesByType('navigation')[0]
  const told = {copy: '@COPY@', location: location.href, referrer: document.referrer,
                timing: timing === undefined ? null : timing.toJSON()}
  ;(window.opener || window.parent).postMessage(told, '*')
}))
</script>
"""

Request = collections.namedtuple('Request', 'method scheme host path query headers body')
Answer = collections.namedtuple('Answer', 'status headers body')


def telling(copy):
    return TELLING.replace('@COPY@', copy)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    timeout = 60

    def answer(self):
        length = int(self.headers.get('Content-Length', 0))
        parts = urllib.parse.urlsplit(self.path)
        answer = self.server.world.ask(
            Request(
                self.command,
                self.server.scheme,
                self.headers.get('Host', '').rsplit(':', 1)[0],
                parts.path,
                parts.query,
                self.headers,
                self.rfile.read(length),
            )
        )
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(answer.body)))
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(answer.body)

    do_GET = do_HEAD = do_POST = do_OPTIONS = answer

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    """A server on loopback; with CREDENTIAL, a pair of files, over TLS."""

    daemon_threads = True

    def __init__(self, world, scheme, credential=None):
        super().__init__(('127.0.0.1', 0), Handler)
        self.world, self.scheme, self.port = world, scheme, self.server_address[1]
        if credential is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*credential)
            # the handler's thread makes the handshake, and may wait for it
            self.socket = context.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )
        self.thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError, TimeoutError)):
            super().handle_error(request, client_address)

    def close(self):
        self.shutdown()
        self.thread.join()
        self.server_close()


class WptWorld:
    """An authority, its chains, and the servers."""

    def __init__(self, build):
        self.build = build
        self.place = tempfile.TemporaryDirectory(prefix='bulla-wpt-')
        self.folder = pathlib.Path(self.place.name)
        self.lock = threading.Lock()
        self.answers, self.requests = {}, []
        bulla(build, 'create', 'authority', self.folder / 'authority')
        self.issue('tls', '--tls')
        self.issue('signer')
        files = [self.folder / f'tls.{end}' for end in ('pem', 'key')]
        self.servers = {'https': Server(self, 'https', files), 'http': Server(self, 'http')}
        self.chain = (self.folder / 'signer.cbor').read_bytes()
        self.put_lasting()

    def issue(self, name, *more):
        hosts = [word for host in HOSTS for word in ('--host', host)]
        authority = self.folder / 'authority'
        out = self.folder / f'{name}.cbor'
        bulla(self.build, 'create', 'chain', '--authority', authority, *hosts, *more, out)

    def put_lasting(self):
        """Serves what nearly every case needs: the test pages, the live pages, and the chain."""
        for scheme in self.servers:
            self.put(self.url(PAGE, '/test.html', scheme), TOP)
        for host in HOSTS:
            self.put(self.url(host, '/inner.html'), telling('live'))
            self.put(self.url(host, '/later.html'), telling('later'))
            self.put(self.url(host, '/chain.cbor'), self.chain, exchanges.CHAIN_TYPE)
        self.lasting = dict(self.answers)

    def arguments(self):
        """The options of a shell for this world."""
        authority = self.folder / 'authority'
        told = ['--trust', str(authority / 'root.pem'), '--ct-logs', str(authority / 'ctlogs.json')]
        for server in self.servers.values():
            for host in HOSTS:
                told += ['--resolve', f'{host}:{server.port}:127.0.0.1']
        return told

    def origin(self, host, scheme='https'):
        return f'{scheme}://{host}:{self.servers[scheme].port}'

    def url(self, host, path, scheme='https'):
        return self.origin(host, scheme) + path

    # --- responses

    def put(self, url, body, kind=HTML, status=200, headers=None):
        """Serves BODY at URL; if BODY is a function, its result for the Request."""
        parts = urllib.parse.urlsplit(url)
        key = (parts.scheme, parts.hostname, parts.path)
        if not callable(body):
            body = body if isinstance(body, bytes) else body.encode()
            known = {'Content-Type': kind, 'Cache-Control': 'no-store', **NOSNIFF}
            body = Answer(status, known | (headers or {}), body)
        with self.lock:
            self.answers[key] = body
        return url

    def ask(self, request):
        with self.lock:
            self.requests.append(request)
            answer = self.answers.get((request.scheme, request.host, request.path))
        if callable(answer):
            answer = answer(request)
        return answer or Answer(404, {'Content-Type': 'text/plain'}, b'not here\n')

    def requests_for(self, url):
        """The requests for a URL, with any query."""
        parts = urllib.parse.urlsplit(url)
        with self.lock:
            return [
                each
                for each in self.requests
                if (each.scheme, each.host, each.path) == (parts.scheme, parts.hostname, parts.path)
            ]

    def reset(self):
        with self.lock:
            self.answers = dict(self.lasting)
            self.requests.clear()

    # --- signed pages

    def sign(self, url, body=None, headers=(), **more):
        """The bytes of an exchange for URL; MORE: options of `bulla create exchange`."""
        out, content = self.folder / 'out.sxg', self.folder / 'content'
        content.write_bytes((telling('signed') if body is None else body).encode())
        options = {
            'certificate': self.folder / 'signer.pem',
            'private-key': self.folder / 'signer.key',
            'url': url,
            'cert-url': self.url(PAGE, '/chain.cbor'),
            'content': content,
            **{name.replace('_', '-'): value for name, value in more.items()},
        }
        words = [f'--{name}={value}' for name, value in options.items()]
        words += [f'--header={each}' for each in headers or [f'Content-Type: {HTML}']]
        bulla(self.build, 'create', 'exchange', '--force', '--ignore-errors', *words, out)
        return out.read_bytes()

    def put_exchange(self, url, exchange, kind=exchanges.TYPE, headers=None):
        """Serves EXCHANGE at URL, with permission to cache it."""
        kept = {'Cache-Control': 'max-age=600', **(headers or {})}
        return self.put(url, exchange, kind, headers=kept)

    def close(self):
        for each in self.servers.values():
            each.close()
        self.place.cleanup()
