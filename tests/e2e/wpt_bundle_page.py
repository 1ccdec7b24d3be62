"""wpt_bundle_page.py - pages with `<script type=webbundle>`, and the bundles that they use.

SPDX-License-Identifier: LGPL-2.1-or-later

A script in a bundle reports "bundle"; the server has a copy of nearly each that reports "network".
"""
import itertools
import json

from bundles import SCRIPT, bundle
from wpt_twins import shell_at
from wpt_world import PAGE, TOP

PAGES = itertools.count(1)
FOLDER = '/wbn/'
BUNDLE_TYPE = 'application/webbundle'
TEXT = {'content-type': 'text/plain'}
UUID = 'uuid-in-package:020111b3-437a-4c5c-ae07-adb6bbffb720'

# --- scripts of the tests

ADD = """
const [name, rule] = arguments
const script = document.createElement('script')
window.events ??= []
script.onload = script.onerror = event => window.events.push(event.type)
script.id = name
script.type = 'webbundle'
script.textContent = rule
document.body.append(script)
"""
REMOVE = 'document.getElementById(arguments[0]).remove()'
EVENTS = 'return window.events'
# fetches a URL: status and text of the response, or the name of the error
FETCH = """
const [url, options, done] = arguments
fetch(url, options).then(async r => done(`${r.status} ${await r.text()}`), e => done(e.name))
"""
# runs a script at a URL: what it reports, or 'error'
RUN = """
const [url, options, done] = arguments
const script = document.createElement('script')
window.report = 'nothing'
script.onload = () => done(window.report)
script.onerror = () => done('error')
Object.assign(script, options)
script.src = url
document.body.append(script)
"""
# imports a module: its result, or the name of the error
IMPORT = """
const [url, done] = arguments
const script = document.createElement('script')
window.imported = done
script.type = 'module'
script.textContent = `import(${JSON.stringify(url)}).then(
  each => window.imported(each.result), error => window.imported(error.name))`
document.body.append(script)
"""
# shows a picture: 'shown', or the address that the page's policy blocks
SHOW = """
const [url, done] = arguments
const image = new Image()
addEventListener('securitypolicyviolation', event => done(event.blockedURI), {once: true})
image.onload = () => done('shown')
image.src = url
document.body.append(image)
"""
TIMING = """
return performance.getEntriesByType('resource').filter(each => each.name === arguments[0])
  .map(each => each.toJSON())
"""


def says(word):
    """A script that reports WORD."""
    return f'window.report = "{word}"'


def exports(word):
    return f'export const result = "{word}"'


class Page:
    """A new page of the shell that the twins share, and the bundles that it uses."""

    def __init__(self, bench, content='', headers=None, scheme='https', kind=None):
        self.bench, self.world = bench, bench.world
        self.names = (f'rule-{number}' for number in itertools.count(1))
        path = f'/page-{next(PAGES)}.html'
        url = self.world.url(PAGE, path, scheme)
        more = {} if kind is None else {'kind': kind}
        self.world.put(url, TOP + content, headers=headers, **more)
        self.shell = shell_at(bench, url)

    def url(self, path, host=PAGE):
        return at(self.bench, path, host)

    def add(self, source, resources=(), scopes=(), **more):
        """Adds an element; its name."""
        rule = {'source': source, 'resources': resources, 'scopes': scopes, **more}
        return self.add_text(json.dumps(rule))

    def add_text(self, rule):
        name = next(self.names)
        self.shell.run(ADD, name, rule)
        return name

    def remove(self, name):
        self.shell.run(REMOVE, name)

    def fetch(self, path, host=PAGE, **options):
        return self.shell.run_async(FETCH, self.url(path, host), options)

    def run(self, path, host=PAGE, **options):
        return self.shell.run_async(RUN, self.url(path, host), options)

    def load(self, path, host=PAGE):
        return self.shell.run_async(IMPORT, self.url(path, host))

    def timing(self, path, host=PAGE):
        return self.shell.run(TIMING, self.url(path, host))


def at(bench, path, host=PAGE):
    """The URL of PATH, which is relative to the folder of the bundles."""
    return bench.world.url(host, path if path.startswith('/') else FOLDER + path)


def serve(bench, name, items, host=PAGE, headers=None):
    """Serves the bundle NAME with ITEMS: path -> (headers, body); its URL."""
    absolute = {
        at(bench, path, host) if each[0] is not TEXT or ':' not in path else path: each
        for path, each in items.items()
    }
    return bench.world.put(at(bench, name, host), bundle(absolute), BUNDLE_TYPE, headers=headers)


def put(bench, path, body, host=PAGE, kind='text/javascript', headers=None):
    """Serves BODY at PATH, without a bundle."""
    return bench.world.put(at(bench, path, host), body, kind, headers=headers)


def both(bench, name, paths, host=PAGE, headers=None):
    """Serves scripts at PATHS that say where they come from: from the bundle NAME, or not."""
    items = {path: (SCRIPT, says('bundle')) for path in paths}
    for path in paths:
        put(bench, path, says('network'), host)
    return serve(bench, name, items, host, headers)


def asked(bench, path, host=PAGE):
    return bench.world.requests_for(at(bench, path, host))


def element(**rule):
    return f'<script type="webbundle">{json.dumps(rule)}</script>'
