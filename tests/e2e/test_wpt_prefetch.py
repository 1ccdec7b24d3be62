#!/usr/bin/env python3
"""test_wpt_prefetch.py - twins of the web-platform-tests: prefetches before a click.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import sys

import exchanges
from harness import equal, main
from driver import wait
from wpt_twins import shell_at, told_in_frame, twin
from wpt_world import HTML, INNER, PAGE, REMOTE, WptWorld

# a link that is added later; WebKit emits no event at its end, but adds a timing entry
PREFETCH = """
const link = document.createElement('link')
link.rel = 'prefetch'
link.href = arguments[0]
link.onload = link.onerror = event => { window.events = [...window.events || [], event.type] }
document.body.append(link)
"""
ENTRIES = """
const found = performance.getEntriesByType('resource')
return found.filter(each => arguments[0].includes(each.name)).map(each => each.toJSON())
"""
CLICK = """
const link = document.createElement('a')
link.href = arguments[0]
document.body.append(link)
link.click()
"""


def put(world, exchange, host=PAGE, headers=None):
    return world.put_exchange(world.url(host, '/page.sxg'), exchange, headers=headers)


def entries(shell, *urls):
    """Waits for all of these resources; their timing."""
    return wait.until(
        'timing', lambda: len(found := shell.run(ENTRIES, urls)) >= len(urls) and found
    )


def prefetch(shell, *urls):
    for url in urls:
        shell.run(PREFETCH, url)
    found = entries(shell, *urls)
    equal('events', shell.run('return window.events || []'), [])
    return found


def not_asked(world):
    asked = [each.path for each in world.requests if each.host == INNER]
    equal('requests to the publisher', asked, [])


def double_prefetch(bench):
    """Prefetches one exchange from two URLs; the shell keeps working."""
    world = bench.world
    url = put(world, world.sign(world.url(INNER, '/inner.html')))
    urls = [f'{url}?1', f'{url}?2']
    found = prefetch(shell_at(bench), *urls)
    equal('timing', sorted(each['name'] for each in found), urls)
    equal('requests', sorted(each.query for each in world.requests_for(url)), ['1', '2'])
    not_asked(world)


twin('sxg_double_prefetch', 'an exchange at two addresses', double_prefetch)


def resource_timing(bench):
    world = bench.world
    url = put(world, world.sign(world.url(INNER, '/inner.html')))
    found = prefetch(shell_at(bench), url)
    equal('number of entries', len(found), 1)
    assert found[0]['duration'] > 0 and found[0]['fetchStart'] > 0, found
    assert found[0]['responseEnd'] > found[0]['fetchStart'], found


twin('sxg_prefetch_resource_timing', 'one entry, under the address of the link', resource_timing)


def integrity_error(bench):
    """A failed prefetch has no timing entry, although a later one has."""
    world = bench.world
    exchange = world.sign(world.url(INNER, '/inner.html'))
    spoilt = exchanges.change_body(exchange, lambda body: body[:-4] + b'!' + body[-3:])
    bad = world.put_exchange(world.url(PAGE, '/bad.sxg'), spoilt)
    shell = shell_at(bench)
    shell.run(PREFETCH, bad)
    wait.until('the prefetch', lambda: world.requests_for(bad))
    prefetch(shell, put(world, exchange))
    equal('timing of the bad one', shell.run(ENTRIES, [bad]), [])
    not_asked(world)


twin('sxg_prefetch_merkle_integrity_error', 'a body that is not the signed one', integrity_error)


def prefetch_and_click(bench):
    """Clicks in the same window, because a new window cannot use what the page prefetched."""
    world = bench.world
    inner, cert_url = world.url(INNER, '/inner.html'), world.url(REMOTE, '/chain.cbor')
    url = put(world, world.sign(inner, cert_url=cert_url), REMOTE)
    shell = shell_at(bench)
    prefetch(shell, url)
    mark = shell.decisions.mark()
    shell.run(CLICK, url)
    page = shell.decisions.wait_page(mark, 'the page', lambda each: each['url'] == inner)
    equal('standing', page['standing'], 'substituted')
    equal('requests', [len(world.requests_for(each)) for each in (url, cert_url)], [1, 1])
    not_asked(world)


twin('sxg_prefetch', 'neither the exchange nor its chain is fetched again', prefetch_and_click)


# --- a page with a script, both signed and both prefetched

SCRIPT = "window.parent.postMessage('from @WHERE@', '*')"
WITH_SCRIPT = '<!doctype html><title>With a script</title><script src="@SCRIPT@"></script>'
FRAMED = """<!doctype html><title>Prefetches, and goes on</title><body><script>
const prefetch = url => new Promise(resolve => {
  new PerformanceObserver((list, observer) => {
    if (list.getEntriesByName(url).length > 0) {
      observer.disconnect()
      resolve()
    }
  }).observe({entryTypes: ['resource']})
  const link = document.createElement('link')
  link.rel = 'prefetch'
  link.href = url
  document.body.append(link)
})
prefetch('@SCRIPT@').then(() => prefetch('@PAGE@')).then(() => { location.href = '@PAGE@' })
</script>
"""


def signed_with_script(world, path, integrity):
    """Both exchanges' URLs; INTEGRITY: what the page says of the script's, or its own headers'.

    The script is at another PATH each time: WebKit remembers what was preloaded, no-store or not.
    """
    script_url = world.url(INNER, path)
    world.put(script_url, SCRIPT.replace('@WHERE@', 'the network'), 'text/javascript')
    script = world.sign(
        script_url, SCRIPT.replace('@WHERE@', 'the exchange'), ['Content-Type: text/javascript']
    )
    integrity = integrity or exchanges.header_integrity(script)
    allowed = f'<{script_url}>;rel=allowed-alt-sxg;header-integrity="{integrity}"'
    headers = [
        f'Content-Type: {HTML}',
        f'Link: {allowed},<{script_url}>;rel=preload;as=script',
    ]
    html = WITH_SCRIPT.replace('@SCRIPT@', path)
    page = world.sign(world.url(INNER, '/inner.html'), html, headers)
    script_at = world.put_exchange(world.url(PAGE, '/script.sxg'), script)
    link = f'<{script_at}>;rel="alternate";type="{exchanges.TYPE}";anchor="{script_url}"'
    return put(world, page, headers={'Link': link}), script_at


def subresource(bench, path, integrity, wanted):
    """Prefetches both in a frame, which then navigates to the page."""
    world = bench.world
    page_at, script_at = signed_with_script(world, path, integrity)
    framed = FRAMED.replace('@SCRIPT@', script_at).replace('@PAGE@', page_at)
    shell = shell_at(bench)
    told = told_in_frame(shell, world.put(world.url(PAGE, '/framed.html'), framed))
    equal('script', told, wanted)


OTHER = 'sha256-' + 'A' * 43 + '='
for name, *arguments in (
    ('sxg_subresource', '/own.js', None, 'from the exchange'),
    ('sxg_subresource_header_integrity_mismatch', '/other.js', OTHER, 'from the network'),
):
    twin(name, f'the script is {arguments[-1]}', subresource, *arguments)


if __name__ == '__main__':
    sys.exit(main(WptWorld))
