#!/usr/bin/env python3
"""test_variants.py - shows the requested variant, and why a package with another is set aside.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from harness import case, equal, main
from bundles import HTML as PAGE_TYPE, variants_bundle
from driver import wait
from driver.keys import Keyboard
from driver.world import Shell
from free_shell import FreeShell
from wpt_world import HTML, INNER, PAGE, Answer, WptWorld

DEMO = pathlib.Path(__file__).resolve().parents[2] / 'shell/demo/demo.py'
PLAIN = {'content-type': 'text/plain'}
LANGUAGES = 'Variants-04: accept-language;en;fr'


class Records:
    """A folder for what a shell writes down."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix='bulla-variants-')
        self.ledger = pathlib.Path(self.folder.name, 'ledger.jsonl')

    def contacts(self):
        lines = self.ledger.read_text(encoding='utf-8').splitlines()
        return [json.loads(line) for line in lines if line.endswith('}')]

    def close(self):
        self.folder.cleanup()


def put(world, *fields):
    """An exchange for the inner page with FIELDS; the URL of it."""
    exchange = world.sign(
        world.url(INNER, '/inner.html'), headers=[f'Content-Type: {HTML}', *fields]
    )
    return world.put_exchange(world.url(PAGE, '/page.sxg'), exchange)


def own_page(world, *languages):
    """The publisher's page: it says which language was asked for."""

    def answer(request):
        asked = request.headers.get('Accept-Language', 'none')
        return Answer(
            200,
            {'Content-Type': HTML, 'Content-Language': languages[0], 'Cache-Control': 'no-store'},
            f'<!doctype html><title>Live</title><p>{asked}'.encode(),
        )

    return world.put(world.url(INNER, '/inner.html'), answer)


def open_shell(bench, *more):
    return bench.open(Shell, bench.build, bench.display, bench.world, more)


def what_was_shown(shell, page):
    """What the window showed of PAGE, as it is written down once another page is shown."""
    mark = shell.decisions.mark()
    shell.go(shell.world.url(PAGE, '/test.html'))
    return wait.until(
        'the page is left',
        lambda: next((p for p in shell.decisions.since(mark, 'left') if p['url'] == page), None),
    )


def value_of(rows, title):
    return next((row['value'] for row in rows if row['title'] == title), None)


@case
def other_language(bench):
    """a package in another language is set aside: badge, panel, decisions and ledger say why"""
    world, records = bench.world, bench.open(Records)
    shell = open_shell(bench, '--ledger', str(records.ledger))
    page = shell.go(put(world, LANGUAGES, 'Variant-Key-04: fr'))
    equal('copy', shell.run('return document.title'), 'Inner')
    equal(
        'page', (page['standing'], page['reason'], page['outcome']),
        ('fell-back', 'request.variants', 'substitute'),
    )
    why = page['message']
    assert why.startswith('this package is the fr variant; the request (en'), why
    assert why.endswith(') selects en'), why
    fallen = shell.decisions.since(0, 'fell-back')
    equal('event', [(e['reason'], e['message']) for e in fallen], [('request.variants', why)])
    left = what_was_shown(shell, page['url'])
    equal('badge', left['badge'], 'Live, other variant')
    assert why in left['summary'], left['summary']
    equal('why in the panel', value_of(left['facts'], 'Why'), why)
    equal('trace', value_of(left['request'], 'Request accepts this variant'), why)
    live = [
        each
        for each in records.contacts()
        if each['kind'] == 'request' and each.get('url') == page['url']
    ]
    equal(
        'ledger', [(each['rule'], each['why']) for each in live], [('request.variants', why)]
    )


@case
def own_language(bench):
    """a package in the language of the reader is shown, with the trace of the choice"""
    shell = open_shell(bench)
    page = shell.go(put(bench.world, LANGUAGES, 'Variant-Key-04: en'))
    equal('page', (page['standing'], page['reason']), ('substituted', None))
    left = what_was_shown(shell, page['url'])
    equal(
        'trace',
        value_of(left['request'], 'Request accepts this variant'),
        'the en variant, the first choice of the request',
    )


@case
def unknown_axis(bench):
    """an unknown axis is named, with the list of the known ones"""
    shell = open_shell(bench)
    page = shell.go(put(bench.world, 'Variants-04: dpr;"1";"2"', 'Variant-Key-04: "1"'))
    equal(
        'page', (page['standing'], page['message']),
        ('fell-back', 'unknown axis dpr (known: accept, accept-encoding, accept-language)'),
    )


def hang_up(_):
    raise ConnectionAbortedError


@case
def unanswered(bench):
    """where the publisher does not answer, the page says why the package was set aside"""
    world = bench.world
    shell = open_shell(bench)
    package = put(world, LANGUAGES, 'Variant-Key-04: fr')
    world.put(world.url(INNER, '/inner.html'), hang_up)
    page = shell.go(package)
    equal('page', (page['standing'], page['reason']), ('refused', 'request.variants'))
    text = shell.run('return document.body.innerText')
    for words in (
        page['message'], 'The package was set aside', package, 'Rules checked for the request',
        'Rules checked for the package',
    ):
        assert words in text, (words, text)


@case
def absent_in_bundle(bench):
    """a b1 bundle without a variant for the reader says what it has, and what was asked for"""
    records = bench.open(Records)
    shell = open_shell(bench)
    site = 'https://site.test/'
    body = '<!doctype html><title>Deux</title>'
    made = variants_bundle(
        site, {site: ('accept-language;de;fr', [None, (PAGE_TYPE, body)])}
    )
    path = pathlib.Path(records.folder.name, 'two.wbn')
    path.write_bytes(made)
    page = shell.go(f'webpkg://open/?url={path.as_uri()}')
    equal('page', (page['standing'], page['reason']), ('refused', 'request.variants'))
    why = page['message']
    assert why.startswith('the bundle has only the variant fr; the request (en'), why
    assert why.endswith(') selects de, the default'), why
    text = shell.run('return document.body.innerText')
    assert why in text and 'This package is not for this browser' in text, text


@case
def kinds_in_bundle(bench):
    """resources are asked for by what they are, not by their names"""
    records = bench.open(Records)
    shell = open_shell(bench, '--client', 'lynx')
    site = 'https://site.test/'
    languages = 'accept-language;en;fr'
    made = variants_bundle(
        site,
        {
            site: ('', [(PAGE_TYPE, '<!doctype html><title>One</title>')]),
            site + 'photo.html': (languages, [None, ({'content-type': 'image/jpeg'}, 'no JPEG')]),
            site + 'text': (languages, [(PLAIN, 'words'), (PLAIN, 'mots')]),
        },
    )
    path = pathlib.Path(records.folder.name, 'kinds.wbn')
    path.write_bytes(made)
    shell.go(f'webpkg://open/?url={path.as_uri()}')
    mark = shell.decisions.mark()
    shell.run('location.reload()')
    left = wait.until(
        'the page is left', lambda: next(iter(shell.decisions.since(mark, 'left')), None)
    )
    rows = {row['title'].rpartition('/')[2]: row['value'] for row in left['variants']}
    equal('picture', rows['photo.html'], '\N{EN DASH} not requested by this client')
    equal('text', rows['text'].splitlines()[0], '\N{BLACK DIAMOND} first choice: en')


@case
def parts_of_exchange(bench):
    """the parts that a page allows as exchanges are listed, each as its client asks for it"""
    world = bench.world
    shell = open_shell(bench, '--client', 'kaios-2.5')
    picture, style = world.url(INNER, '/picture'), world.url(INNER, '/style.css')
    integrity = f'header-integrity="sha256-{"A" * 43}="'
    links = [f'<{picture}>; rel=preload; as=image', f'<{style}>; rel=preload; as=style']
    links += [
        f'<{picture}>; rel="allowed-alt-sxg"; {integrity}; '
        f'variants-04="accept;image/jpeg;image/webp"; variant-key-04="{kind}"'
        for kind in ('image/webp', 'image/jpeg')
    ]
    links.append(f'<{style}>; rel="allowed-alt-sxg"; {integrity}')
    page = shell.go(put(world, f'Link: {", ".join(links)}'))
    equal('standing', page['standing'], 'substituted')
    rows = {row['title']: row['value'] for row in what_was_shown(shell, page['url'])['variants']}
    only = '\N{BLACK CIRCLE} the only one: nothing was negotiated'
    equal('resources', list(rows), [page['url'], picture, style])
    equal('page', rows[page['url']], only)
    equal('picture', rows[picture].splitlines()[0], '\N{WHITE CIRCLE} by wildcard: image/jpeg')
    assert 'asked */*;q=1; offered image/jpeg, image/webp' in rows[picture], rows[picture]
    equal('style sheet', rows[style], only)


@case
def lenient(bench):
    """where the profile is lenient, another variant is shown, with a banner that says so"""
    shell = open_shell(bench, '--set', 'request.lenient-variants=yes')
    page = shell.go(put(bench.world, LANGUAGES, 'Variant-Key-04: fr'))
    equal('page', (page['standing'], page['reason']), ('substituted', None))
    left = what_was_shown(shell, page['url'])
    assert left['banner'].startswith(
        'The browser requested another variant of this page: this package is the fr variant; '
    ), left['banner']
    page = shell.go(put(bench.world, 'Variants-04: dpr;"1";"2"', 'Variant-Key-04: "1"'))
    equal('an unknown axis', (page['standing'], page['reason']), ('fell-back', 'request.variants'))


@case
def reloaded_apart(bench):
    """a page with data of its own, whose package a reload sets aside, says why"""
    world, records = bench.world, bench.open(Records)
    own_page(world, 'en')
    home = world.put(world.url(PAGE, '/home'), '<!doctype html><title>home</title>')
    package = put(world, LANGUAGES, 'Variant-Key-04: fr')
    options = ['--set', 'substituted.data=partition', '--ledger', str(records.ledger)]
    shell = bench.open(FreeShell, bench, *options, home)
    keys = bench.open(Keyboard, bench.display)

    def shown(mark, url):
        return shell.decisions.wait_page(mark, url, lambda page: page['url'] == url)

    shown(0, home)
    mark = shell.decisions.mark()
    keys.press('F7')
    keys.press('Alt+a')  # accepts other variants
    shown(mark, home)
    inner = world.url(INNER, '/inner.html')
    mark = shell.decisions.mark()
    keys.press('Control+l')
    keys.write(package)
    keys.press('Return')
    page = shown(mark, inner)
    equal('page', (page['standing'], page['data']), ('substituted', 'partition'))
    mark = shell.decisions.mark()
    keys.press('Alt+a')  # accepts them no longer, and loads the page again
    page = shown(mark, inner)
    equal(
        'page', (page['standing'], page['reason'], page['outcome']),
        ('fell-back', 'request.variants', 'substitute'),
    )
    why = page['message']
    assert why.startswith('this package is the fr variant; the request (en'), why
    fallen = shell.decisions.since(mark, 'fell-back')
    equal('event', [(e['reason'], e['message']) for e in fallen], [('request.variants', why)])
    asked = [each for each in records.contacts()
             if each['kind'] == 'request' and each['source'] == 'network' and each['url'] == inner]
    equal('ledger', [(each['rule'], each['why']) for each in asked], [('request.variants', why)])


@case
def as_client(bench):
    """a window that stands for a client gets what the client gets, and scripts see its name"""
    world = bench.world
    live = own_page(world, 'sw')
    package = put(world, LANGUAGES, 'Variant-Key-04: fr')
    shell = open_shell(bench, '--client', 'webkitgtk-2.50')
    page = shell.go(package)
    equal('page', (page['standing'], page['client']), ('fell-back', 'webkitgtk-2.50'))
    assert page['message'].endswith('(fr-FR) selects en, the default'), page['message']
    equal('what was asked', shell.run('return document.body.innerText.trim()'), 'fr-FR')
    left = what_was_shown(shell, page['url'])
    (row,) = left['variants']
    equal('choice', row['value'].splitlines()[0], '\N{BALLOT X} nothing')
    assert 'asked fr-FR;q=1; offered en, fr; ranked en (default)' in row['value'], row
    shell.close()
    bench.opened.remove(shell)
    shell = open_shell(bench, '--client', 'kaios-2.5')
    shell.go(live)
    asked = shell.run('return document.body.innerText.trim()')
    equal('languages', asked, 'sw,en-US;q=0.7,en;q=0.3')
    assert 'KAIOS/2.5' in shell.run('return navigator.userAgent')
    wait.until('the page is as wide as a telephone', lambda: shell.run('return innerWidth') == 240)
    sent = [each.headers for each in world.requests_for(live)][-1]
    assert 'KAIOS/2.5' in sent['User-Agent'], sent['User-Agent']


@case
def walk(bench):
    """five clients get the promised variants of the demo's article, and pictures show it"""
    with tempfile.TemporaryDirectory() as folder:
        environment = {key: value for key, value in os.environ.items() if key != 'DISPLAY'}
        ran = subprocess.run(
            [sys.executable, str(DEMO), '--build-dir', str(bench.build.resolve()), '--clients',
             '--json'],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        equal('exit status', (ran.returncode, ran.stderr if ran.returncode else ''), (0, ''))
        rows = [json.loads(line) for line in ran.stdout.splitlines()]
        equal('clients', len({row['client'] for row in rows}), 5)
        pictures = [each for row in rows for each in row['screenshots']]
        equal('pictures', len(set(pictures)), 15)
        for each in pictures:
            start = pathlib.Path(folder, each).read_bytes()[:8]
            equal('picture', start, b'\x89PNG\r\n\x1a\n')


@case
def panel(bench):
    """the panel asks the publisher only when told to, as the client, and shows the difference"""
    world = bench.world
    live = own_page(world, 'en')
    shell = open_shell(bench)
    page = shell.go(put(world, LANGUAGES, 'Variant-Key-04: en'))
    equal('standing', page['standing'], 'substituted')
    keys = bench.open(Keyboard, bench.display)
    whole = shell.run('return innerWidth')
    keys.press('F7')
    wait.until('the panel is there', lambda: shell.run('return innerWidth') < whole)
    equal('requests before the comparison', world.requests_for(live), [])
    mark = shell.decisions.mark()
    keys.press('Alt+c')
    compared = wait.until(
        'the comparison', lambda: next(iter(shell.decisions.since(mark, 'compared')), None)
    )
    equal('requests', len(world.requests_for(live)), 1)
    sent = world.requests_for(live)[0].headers
    equal('cookies', sent['Cookie'], None)
    assert sent['Accept-Language'].startswith('en'), sent['Accept-Language']
    rows = {row['title']: row['value'] for row in compared['rows']}
    equal('language', rows['content-language'], 'package: none; publisher: en')
    assert 'they differ from byte' in rows['Body'], rows


if __name__ == '__main__':
    sys.exit(main(WptWorld))
