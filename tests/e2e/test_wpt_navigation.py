#!/usr/bin/env python3
"""test_wpt_navigation.py - twins of the web-platform-tests: navigation of a frame to an exchange.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import sys

import exchanges
from harness import equal, main
from wpt_twins import shell_at, silent_in_frame, told_in_frame, twin
from wpt_world import HTML, INNER, PAGE, Answer, WptWorld, telling

NOT_FOUND = '/not-found.cbor'


def put(world, exchange, kind=exchanges.TYPE):
    return world.put_exchange(world.url(PAGE, '/page.sxg'), exchange, kind)


def leads_to(bench, url, copy, location=None):
    """Checks that URL shows the signed or the live COPY of the inner page, at LOCATION."""
    world = bench.world
    shell = shell_at(bench)
    told = told_in_frame(shell, url)
    wanted = location or world.url(INNER, '/inner.html')
    equal('page', (told['location'], told['copy']), (wanted, copy))
    live = [each for each in world.requests if each.host == INNER]
    equal('whether the publisher was asked', bool(live), copy == 'live')


# --- results of one exchange for the inner page, built with options and then damaged

HEADERS = f'Content-Type: {HTML}'


def made(bench, copy, options, spoil=None):
    world = bench.world
    options = {
        key: value(world) if callable(value) else value for key, value in options.items()
    }
    exchange = world.sign(world.url(INNER, '/inner.html'), **options)
    if spoil is not None:
        exchange = spoil(exchange, world)
    leads_to(bench, put(world, exchange), copy)


MADE = {
    'sxg_location': ('the page has the signed address', 'signed', {}),
    'sxg_data_cert_url': (
        'the chain may be in the exchange itself',
        'signed',
        {'cert_url': 'data', 'chain': lambda world: world.folder / 'signer.cbor'},
    ),
    'sxg_hsts': (
        'a header that changes the state of a host is not signed for',
        'live',
        {'headers': [HEADERS, 'Strict-Transport-Security: max-age=31536000']},
    ),
    'sxg_noncacheable': (
        'a response that no cache may keep is not signed for',
        'live',
        {'headers': [HEADERS, 'Cache-Control: no-store']},
    ),
    'sxg_invalid_validity_url': (
        'the validity-url is of the same origin',
        'live',
        {'validity_url': 'https://elsewhere.test/resource.validity'},
    ),
    'sxg_variants_match': (
        'a variant for the language of the request is shown',
        'signed',
        {'headers': [HEADERS, 'Variants-04: accept-language;en', 'Variant-Key-04: en']},
    ),
    'sxg_variants_mismatch': (
        'a variant for another language is not',
        'live',
        {'headers': [HEADERS, 'Variants-04: accept-language;en', 'Variant-Key-04: unknown']},
    ),
}

for name, (words, *arguments) in MADE.items():
    twin(name, words, made, *arguments)


# --- cases with several exchanges or another URL


def version1b2(bench):
    """An exchange of another version, in its first bytes and in the media type."""
    world = bench.world
    exchange = exchanges.other_version(world.sign(world.url(INNER, '/inner.html')))
    for kind in (exchanges.TYPE, exchanges.TYPE.replace('b3', 'b2')):
        leads_to(bench, put(world, exchange, kind), 'live')


twin('sxg_version1b2', 'an exchange of an older version falls back', version1b2)


def utf8_inner_url(bench):
    world = bench.world
    exchange = world.sign(world.url(INNER, '/\N{GLOBE WITH MERIDIANS}\N{PACKAGE}.html'))
    location = world.url(INNER, '/%F0%9F%8C%90%F0%9F%93%A6.html')
    leads_to(bench, put(world, exchange), 'signed', location)


twin('sxg_utf8_inner_url', 'the signed address may have letters of all kinds', utf8_inner_url)


def fragment(bench, copy, options):
    world = bench.world
    inner = world.url(INNER, '/inner.html')
    url = put(world, world.sign(inner, **options))
    leads_to(bench, url + '#fragment', copy, inner + '#fragment')


OTHER_VALIDITY = {'validity_url': 'https://elsewhere.test/resource.validity'}
twin('sxg_location_fragment', 'the fragment of the link is kept', fragment, 'signed', {})
twin(
    'sxg_fallback_with_fragment',
    'and in the fallback too',
    fragment,
    'live',
    OTHER_VALIDITY,
)


def check_cert_request(bench):
    """The server sends the chain only to clients that accept one."""
    world = bench.world
    cert_url = world.url(PAGE, '/picky.cbor')

    def answer(request):
        if request.headers['Accept'] != exchanges.CHAIN_TYPE:
            return Answer(400, {}, b'')
        return Answer(200, {'Content-Type': exchanges.CHAIN_TYPE}, world.chain)

    world.put(cert_url, answer)
    exchange = world.sign(world.url(INNER, '/inner.html'), cert_url=cert_url)
    leads_to(bench, put(world, exchange), 'signed')
    equal('requests for the chain', len(world.requests_for(cert_url)), 1)


twin('check_cert_request', 'the chain is asked for as a chain', check_cert_request)


def fallback_to_another(bench):
    """The publisher serves an exchange of another page at the fallback URL."""
    world = bench.world
    second = world.url(INNER, '/second.sxg')
    world.put_exchange(second, world.sign(world.url(INNER, '/inner.html')))
    first = world.sign(second, cert_url=world.url(PAGE, NOT_FOUND))
    told = told_in_frame(shell_at(bench), put(world, first))
    equal('page', (told['location'], told['copy']), (world.url(INNER, '/inner.html'), 'signed'))
    equal('live page', world.requests_for(world.url(INNER, '/inner.html')), [])


twin('fallback_to_another_sxg', 'a fallback may be an exchange again', fallback_to_another)


def nested(bench):
    world = bench.world
    inner = world.sign(world.url(INNER, '/inner.html'))
    (world.folder / 'inner.sxg').write_bytes(inner)
    location = world.url(INNER, '/inner.html') + '?fallback'
    outer = world.sign(
        location,
        content=world.folder / 'inner.sxg',
        headers=[f'Content-Type: {exchanges.TYPE}', 'X-Content-Type-Options: nosniff'],
    )
    leads_to(bench, put(world, outer), 'live', location)


twin('nested_sxg', 'an exchange in an exchange is not looked at', nested)


# --- responses that must not be shown


def leads_nowhere(bench, event, reason, spoil):
    world = bench.world
    url = put(world, spoil(world.sign(world.url(INNER, '/inner.html'))))
    found = silent_in_frame(bench, shell_at(bench), url)
    equal('event', (found['event'], found['reason']), (event, reason))
    equal('live page', world.requests_for(world.url(INNER, '/inner.html')), [])


def with_bom(exchange):
    return exchanges.change_url(exchange, lambda url: b'\xef\xbb\xbf' + url)


def with_bad_utf8(exchange):
    return exchanges.change_url(exchange, lambda url: url.replace(b'inner', b'\xce\xce\xa9'))


def with_bad_record(exchange):
    return exchanges.change_body(exchange, lambda body: body[:-4] + b'!' + body[-3:])


NOWHERE = {
    'sxg_inner_url_bom': (
        'a signed address does not begin with a byte order mark',
        ('refused', 'sxg.url-syntax', with_bom),
    ),
    'sxg_invalid_utf8_inner_url': (
        'a signed address is UTF-8',
        ('refused', 'sxg.url-encoding', with_bad_utf8),
    ),
    'sxg_merkle_integrity_error': (
        'a body that is not the signed one is not shown',
        ('truncated', 'body.record', with_bad_record),
    ),
}

for name, (words, arguments) in NOWHERE.items():
    twin(name, words, leads_nowhere, *arguments)


# --- without TLS


def not_secure(bench, profile):
    world = bench.world
    exchange = world.sign(world.url(INNER, '/inner.html'))
    url = world.put_exchange(world.url(PAGE, '/page.sxg', 'http'), exchange)
    top = world.url(PAGE, '/test.html', 'http')
    shell = shell_at(bench, top, ['--profile', profile])
    if profile == 'chromium':
        told = told_in_frame(shell, url)
        wanted = (world.url(INNER, '/inner.html'), 'live')
        equal('page', (told['location'], told['copy']), wanted)
    else:
        found = silent_in_frame(bench, shell, url)
        equal('reason', found['reason'], 'outer.insecure')


twin('sxg_non_secure_origin', 'an exchange from http falls back', not_secure, 'chromium')
twin(
    'sxg_non_secure_origin_refused',
    'or, in our reading, is refused',
    not_secure,
    'draft-b3',
)


# --- data about its own loading that a page can read


def navigation_timing(bench):
    """WebKit tells no sizes behind a redirect to another origin; without one, those of the body.

    The coding is the gateway's to undo, so that what WebKit gets is as long as what it shows.
    """
    world = bench.world
    body = telling('signed')
    for host, size in ((INNER, 0), (PAGE, len(body))):
        exchange = world.sign(world.url(host, '/inner.html'), body, record_size=100)
        timing = told_in_frame(shell_at(bench), put(world, exchange))['timing']
        sizes = (timing['decodedBodySize'], timing['encodedBodySize'])
        equal(f'sizes of the page of {host}', sizes, (size, size))


twin('sxg_navigation_timing', 'the size of the page is that of its body', navigation_timing)


if __name__ == '__main__':
    sys.exit(main(WptWorld))
