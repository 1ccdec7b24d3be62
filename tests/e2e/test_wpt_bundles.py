#!/usr/bin/env python3
"""test_wpt_bundles.py - twins of the web-platform-tests: resources that a page loads from a bundle.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import sys
import threading

from harness import equal, main
from bundles import SCRIPT, bundle
from driver import wait
from wpt_bundle_page import (
    BUNDLE_TYPE,
    EVENTS,
    FETCH,
    FOLDER,
    RUN,
    UUID,
    Page,
    asked,
    at,
    both,
    element,
    exports,
    put,
    says,
    serve,
)
from wpt_twins import twin
from wpt_world import ALTERNATE, PAGE, REMOTE, Answer, WptWorld

# --- resources that a page loads


def one_element(bench):
    modules = {
        'root.js': (SCRIPT, "export * from './submodule.js'"),
        'submodule.js': (SCRIPT, exports('bundle')),
    }
    serve(bench, 'all.wbn', modules)
    listed = [at(bench, name) for name in modules]
    page = Page(bench, element(source='wbn/all.wbn', resources=listed))
    equal('module', page.load('root.js'), 'bundle')
    equal('requests', [len(asked(bench, name)) for name in ('all.wbn', *modules)], [1, 0, 0])


twin('script_webbundle', 'a page loads a module and its import from a bundle', one_element)


def loads(bench):
    """Elements are added and removed; the first in the page that lists a URL counts. No events."""
    for name in ('one', 'two'):
        serve(bench, f'{name}.wbn', {f'{part}.js': (SCRIPT, says(name)) for part in 'abc'})
    for part in 'abc':
        put(bench, f'{part}.js', says('network'))
    put(bench, '/moved.js', lambda request: Answer(302, {'Location': '/wbn/a.js'}, b''))
    page = Page(bench)
    equal('before', page.run('a.js'), 'network')
    one = page.add('/wbn/one.wbn', ['a.js', 'b.js'])
    equal('fetched', page.fetch('a.js'), f'200 {says("one")}')
    equal('run', page.run('a.js'), 'one')
    equal('not listed', page.run('c.js'), 'network')
    equal('redirected', page.run('/moved.js'), 'network')
    two = page.add('/wbn/two.wbn', ['a.js'])
    equal('with two', page.run('a.js'), 'one')
    page.remove(one)
    equal('with the second', page.run('a.js'), 'two')
    equal('only in the first', page.run('b.js'), 'network')
    page.remove(two)
    equal('after', page.run('a.js'), 'network')
    page.add('/wbn/one.wbn', (), ['dummy', 'a'])
    equal('by its prefix', (page.run('a.js'), page.run('b.js')), ('one', 'network'))
    equal('events', page.shell.run(EVENTS), [])
    page.add('/wbn/one.wbn', [UUID], ['uuid-in-package:'])
    equal('in the package', page.shell.run_async(RUN, UUID, {}), 'error')


twin('subresource_load', 'each load heeds the elements that the page has then', loads)


def other_origin(bench):
    """A bundle answers only for the origin that it comes from."""
    put(bench, 'a.js', says('network'), ALTERNATE)
    foreign = {at(bench, 'a.js', ALTERNATE): (SCRIPT, says('bundle'))}
    bench.world.put(at(bench, 'all.wbn'), bundle(foreign), BUNDLE_TYPE)
    page = Page(bench)
    page.add('/wbn/all.wbn', [page.url('a.js', ALTERNATE)])
    equal('of another origin', page.run('a.js', ALTERNATE), 'network')


twin('subresource_load_other_origin', 'a bundle does not serve other origins', other_origin)


def past_caches(bench):
    """What WebKit cached before is not used, and what came from a bundle is not cached."""
    kept = {'Cache-Control': 'max-age=600'}
    live = (f'200 {says("network")}', 'network')
    headers = {**SCRIPT, 'cache-control': 'max-age=600'}
    serve(bench, 'all.wbn', {'kept.js': (headers, says('bundle'))})
    put(bench, 'kept.js', says('network'), headers=kept)
    page = Page(bench)
    equal('before', (page.fetch('kept.js'), page.run('kept.js')), live)
    name = page.add('/wbn/all.wbn', ['kept.js'])
    equal('fetched', page.fetch('kept.js'), f'200 {says("bundle")}')
    equal('run', page.run('kept.js'), 'bundle')
    page.remove(name)
    equal('after', (page.fetch('kept.js'), page.run('kept.js')), live)


twin('subresource_load_past_caches', "WebKit's caches do not matter", past_caches)


def static(bench, head, folder):
    """Elements, styles and their imports in the page's own text."""
    rule = element(
        source=f'{folder}all.wbn', resources=['one/a.js', 'one/a.css', 'one/b.css'], scopes=['two/']
    )
    style = {'content-type': 'text/css'}
    items = {}
    for part in ('one', 'two'):
        items[f'{part}/a.js'] = (SCRIPT, f'window.{part} = "bundle"')
        items[f'{part}/a.css'] = (style, f'@import "b.css"; .{part} {{ color: rgb(1, 2, 3) }}')
        items[f'{part}/b.css'] = (style, f'.{part} {{ background-color: rgb(4, 5, 6) }}')
    serve(bench, 'all.wbn', items)
    put(bench, 'three/a.js', 'window.three = "network"')
    parts = ''.join(
        f'<link rel="stylesheet" href="{folder}{part}/a.css">'
        f'<script src="{folder}{part}/a.js"></script><p class="{part}">{part}'
        for part in ('one', 'two')
    )
    page = Page(bench, f'{head}{rule}{parts}<script src="{folder}three/a.js"></script>')
    equal('scripts', page.shell.run('return [one, two, three]'), ['bundle', 'bundle', 'network'])
    colours = page.shell.run(
        """return ['one', 'two'].map(name => {
             const style = getComputedStyle(document.querySelector('.' + name))
             return [style.color, style.backgroundColor]
           })"""
    )
    equal('colours', colours, [['rgb(1, 2, 3)', 'rgb(4, 5, 6)']] * 2)


BASE = f'<base href="{FOLDER}">'
for name, words, arguments in (
    ('static_element', 'elements of the page itself load from the bundle', ('', 'wbn/')),
    ('static_element_with_base', 'as do those of a page with a base element', (BASE, '')),
    ('relative_url_static_element', 'resources are relative to the bundle', ('', 'wbn/')),
    ('relative_url_with_base', 'the bundle is relative to the base element', (BASE, '')),
):
    twin(name, words, static, *arguments)


def relative(bench, member):
    """Each way of writing a URL relative to the bundle leads to the same resource."""
    both(bench, 'all.wbn', ['sub/a.js'])
    page = Page(bench)
    end = 'a.js' if member == 'resources' else ''
    ways = [f'sub/{end}', f'./sub/{end}', f'../wbn/sub/{end}', f'/wbn/sub/{end}']
    for way in (*ways, page.url('sub/').removeprefix('https:') + end):
        name = page.add('wbn/all.wbn', **{member: [way]})
        equal(way, page.run('sub/a.js'), 'bundle')
        page.remove(name)
    page.add('wbn/all.wbn', **{member: [f'other/{end}']})
    equal('other', page.run('sub/a.js'), 'network')


twin('relative_url_resources', 'resources may be written in five ways', relative, 'resources')
twin('relative_url_scopes', 'scopes may be written in five ways', relative, 'scopes')


def relative_in_bundle(bench, host):
    """A bundle may have relative URLs, which are relative to its own."""
    slashes = at(bench, 'd.js', host).removeprefix('https:')
    inside = {'a.js': 'a.js', 'sub/b.js': 'sub/b.js', 'c.js': '../wbn/c.js', 'd.js': slashes}
    inside |= {'e.js': '/wbn/e.js', '/above.js': '../above.js'}
    items = {url: (SCRIPT, says('bundle')) for url in inside.values()}
    allow = {'Access-Control-Allow-Origin': '*'}
    source = bench.world.put(at(bench, 'all.wbn', host), bundle(items), BUNDLE_TYPE, headers=allow)
    page = Page(bench)
    page.add(source, [page.url(path, host) for path in inside])
    found = {path: page.run(path, host) for path in inside}
    equal('found', found, {path: 'bundle' for path in inside} | {'/above.js': 'error'})


twin('relative_url_in_web_bundle', 'URLs in the bundle may be relative', relative_in_bundle, PAGE)
twin(
    'relative_url_in_web_bundle_cors',
    'URLs in a bundle of another origin may be relative',
    relative_in_bundle,
    REMOTE,
)


def old_link(bench):
    """WebKit and Bulla ignore `<link rel=webbundle>`, which was removed from the specification."""
    both(bench, 'all.wbn', ['a.js'])
    link = f'{BASE}<link rel="webbundle" href="all.wbn" resources="a.js">'
    page = Page(bench, f'{link}<script src="a.js"></script>')
    equal('script', page.shell.run('return window.report'), 'network')
    equal('requests for the bundle', asked(bench, 'all.wbn'), [])


twin('link_relative_url_with_base', 'a link element names no bundle', old_link)


def from_header(bench):
    """The Link header, which was removed as well, is ignored."""
    both(bench, 'all.wbn', ['a.js'])
    page = Page(bench, headers={'Link': '</wbn/all.wbn>; rel="webbundle"; scopes="/wbn/"'})
    equal('script', page.run('a.js'), 'network')
    equal('requests for the bundle', asked(bench, 'all.wbn'), [])


twin('subresource_loading_from_web_bundle_header', 'a Link header names no bundle', from_header)


# --- what is loaded from nowhere


def outside_folder(bench):
    names = ['a.js', 'sub/a.js', '/wbn-a.js', '/wbn1/a.js', '/other/a.js', '/a.js']
    both(bench, 'all.wbn', names)
    page = Page(bench)
    page.add('/wbn/all.wbn', [page.url(name) for name in names])
    found = [page.run(name) for name in names]
    equal('found', found, ['bundle'] * 2 + ['network'] * 4)


twin('path_restriction', 'a bundle serves its folder and those below', outside_folder)


def fails(bench, source, count):
    """The resources of a bundle that fails come from nowhere else."""
    put(bench, 'a.js', says('network'), REMOTE)
    page = Page(bench)
    source = source(page)
    page.add(source, [source.rpartition('/')[0] + '/a.js'])
    url = source.rpartition('/')[0] + '/a.js'
    equal('fetched', page.shell.run_async(FETCH, url, {}), 'TypeError')
    equal('run', page.shell.run_async(RUN, url, {}), 'error')
    equal('events', page.shell.run(EVENTS), [])
    equal('requests for the bundle', len(asked(bench, 'none.wbn', REMOTE)), count)
    equal('requests for the resource', asked(bench, 'a.js', REMOTE), [])


twin(
    'network_error',
    'a bundle that cannot be fetched fails its resources',
    fails,
    lambda page: 'https://nowhere.page.test/wbn/none.wbn',
    0,
)
twin(
    'not_found',
    'a bundle that is not found fails its resources',
    fails,
    lambda page: page.url('none.wbn', REMOTE),
    1,
)


def nested(bench):
    """A bundle in a bundle can be fetched, but is not looked into."""
    inner = bundle({at(bench, 'a.js'): (SCRIPT, says('bundle'))})
    headers = {'content-type': BUNDLE_TYPE, 'x-content-type-options': 'nosniff'}
    serve(bench, 'outer.wbn', {'inner.wbn': (headers, inner)})
    put(bench, 'a.js', says('network'))
    page = Page(bench)
    page.add('/wbn/outer.wbn', ['inner.wbn'])
    equal('itself', page.fetch('inner.wbn')[:4], '200 ')
    page.add('/wbn/inner.wbn', ['a.js'])
    equal('in it', page.run('a.js'), 'error')
    equal('requests', len(asked(bench, 'inner.wbn')), 1)


twin('nested_bundle', 'a bundle in a bundle is not looked into', nested)


def invalid(bench):
    """An invalid element lists nothing; WebKit tells the page of no error."""
    both(bench, 'all.wbn', ['a.js'])
    page = Page(bench)
    page.shell.run('window.errors = []; onerror = text => { errors.push(text) }')
    rules = ['invalid json', '[]', '{"resources": ["a.js"]}']
    rules += ['{"source": "wbn/all.wbn", "resources": "a.js"}', '{"source": 7, "scopes": ["a"]}']
    for rule in rules:
        page.add_text(rule)
        equal(rule, page.run('a.js'), 'network')
    equal('errors', page.shell.run('return errors'), [])
    equal('events', page.shell.run(EVENTS), [])


twin('invalid_json', 'an invalid element lists nothing', invalid)


def removed(bench):
    """A load that waits for the bundle goes on when the element is removed."""
    free = threading.Event()
    both(bench, 'all.wbn', ['a.js'])
    answer = bench.world.answers[('https', PAGE, FOLDER + 'all.wbn')]

    def late(_request):
        free.wait(60)
        return answer

    bench.world.put(at(bench, 'all.wbn'), late)
    page = Page(bench)
    try:
        name = page.add('/wbn/all.wbn', ['a.js'])
        page.shell.run(
            'window.got = null; fetch(arguments[0]).then(r => { window.got = r.status }, '
            'e => { window.got = e.name })',
            page.url('a.js'),
        )
        wait.until('the bundle is fetched', lambda: asked(bench, 'all.wbn'))
        page.remove(name)
        equal('another one', page.run('a.js'), 'network')
        equal('still waiting', page.shell.run('return window.got'), None)
    finally:
        free.set()
    equal('got', wait.until('it arrives', lambda: page.shell.run('return window.got')), 200)


twin('element_removal', 'a load that has begun goes on without its element', removed)


def insecure(bench):
    """A page over http has no bundles."""
    put(bench, 'a.js', says('network'))
    bench.world.put(bench.world.url(PAGE, '/wbn/a.js', 'http'), says('network'), 'text/javascript')
    http = bench.world.url(PAGE, '/wbn/all.wbn', 'http')
    items = {http.replace('all.wbn', 'a.js'): (SCRIPT, says('bundle'))}
    bench.world.put(http, bundle(items), BUNDLE_TYPE)
    page = Page(bench, scheme='http')
    page.add('/wbn/all.wbn', ['a.js'])
    url = bench.world.url(PAGE, '/wbn/a.js', 'http')
    equal('script', page.shell.run_async(RUN, url, {}), 'network')
    equal('requests for the bundle', bench.world.requests_for(http), [])


twin('link_no_secure', 'a page over http has no bundles', insecure)


if __name__ == '__main__':
    sys.exit(main(WptWorld))
