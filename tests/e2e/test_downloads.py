#!/usr/bin/env python3
"""test_downloads.py - files are saved in a known place, never over another, with their verdict.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import hashlib
import pathlib
import sys
import tempfile

from harness import case, equal, main
from bundles import SITE, bundle
from driver import wait
from driver.world import Shell
from wpt_world import INNER, PAGE, WptWorld

ZIP = 'application/zip'
BYTES = bytes(range(256)) * 400
LINK = '<!doctype html><title>links</title><a href="@URL@" @MORE@>file</a>'


class Places:
    """A home folder with a folder for downloads, in the environment of the display's programs."""

    def __init__(self, bench, downloads=True):
        self.display = bench.display
        self.folder = tempfile.TemporaryDirectory(prefix='bulla-home-')
        self.home = pathlib.Path(self.folder.name)
        self.downloads = self.home / 'Downloads'
        self.downloads.mkdir()
        self.environment = bench.display.environment
        names = pathlib.Path(self.environment()['XDG_CONFIG_HOME']) / 'user-dirs.dirs'
        names.write_text(f'XDG_DOWNLOAD_DIR="{self.downloads if downloads else self.home}"\n')
        self.names = names
        bench.display.environment = lambda: {**self.environment(), 'HOME': str(self.home)}

    def close(self):
        self.display.environment = self.environment
        self.names.unlink()
        self.folder.cleanup()


def open_shell(bench, **places):
    found = bench.open(Places, bench, *places.values())
    return bench.open(Shell, bench.build, bench.display, bench.world), found


def ended(shell, count=1):
    """The ends of the first COUNT downloads."""
    return wait.until(
        'the downloads end',
        lambda: len(all_ := shell.decisions.since(0, 'download')) >= count and all_,
    )


def follow_link(bench, shell, url, more=''):
    world = bench.world
    text = LINK.replace('@URL@', url).replace('@MORE@', more)
    shell.go(world.put(world.url(PAGE, '/links.html'), text))
    shell.click('a')


@case
def saved(bench):
    """a file that cannot be shown is saved in the folder for downloads, and is live"""
    shell, places = open_shell(bench)
    url = bench.world.put(bench.world.url(PAGE, '/a.zip'), BYTES, ZIP)
    follow_link(bench, shell, url)
    end = ended(shell)[0]
    equal('end', (end['file'], end['standing'], end['message']), ('a.zip', 'live', None))
    equal('bytes', (places.downloads / 'a.zip').read_bytes(), BYTES)
    equal('the page', shell.title(), 'links')
    equal('home', [each.name for each in places.home.iterdir()
                   if not each.name.startswith('.')], ['Downloads'])


@case
def twice(bench):
    """a file of the same name stays as it is"""
    shell, places = open_shell(bench)
    (places.downloads / 'a.zip').write_text('mine')
    url = bench.world.put(bench.world.url(PAGE, '/a.zip'), BYTES, ZIP)
    follow_link(bench, shell, url)
    equal('name', ended(shell)[0]['file'], 'a (1).zip')
    shell.click('a')
    equal('name', ended(shell, 2)[1]['file'], 'a (2).zip')
    equal('before', (places.downloads / 'a.zip').read_text(), 'mine')
    equal('after', (places.downloads / 'a (2).zip').read_bytes(), BYTES)


@case
def named_by_the_server(bench):
    """a name that a server suggests cannot leave the folder, or hide the file"""
    shell, places = open_shell(bench)
    fields = {'Content-Disposition': 'attachment; filename="../../.bashrc"'}
    url = bench.world.put(bench.world.url(PAGE, '/x'), b'exit', 'text/plain', headers=fields)
    follow_link(bench, shell, url)
    name = ended(shell)[0]['file']
    assert name.endswith('bashrc') and not name.startswith('.'), name
    equal('files', [each.name for each in places.downloads.iterdir()], [name])


@case
def of_a_package(bench):
    """a file from an exchange is confirmed as what its publisher signed, without asking it"""
    world = bench.world
    shell, places = open_shell(bench)
    target = world.put(world.url(INNER, '/signed.zip'), b'live', ZIP)
    signed = world.sign(target, BYTES.hex(), headers=[f'Content-Type: {ZIP}'])
    follow_link(bench, shell, world.put_exchange(world.url(PAGE, '/signed.sxg'), signed))
    end = ended(shell)[0]
    equal('end', (end['url'], end['standing']), (target, 'substituted'))
    found = (places.downloads / end['file']).read_bytes()
    equal('digest', hashlib.sha256(found).hexdigest(),
          hashlib.sha256(BYTES.hex().encode()).hexdigest())
    equal('asked', [each for each in world.requests if each.host == INNER], [])


@case
def by_attribute(bench):
    """a page's `<a download>` saves the file, which nothing confirms"""
    shell, places = open_shell(bench)
    url = bench.world.put(bench.world.url(PAGE, '/text'), TEXT := 'some text', 'text/plain')
    follow_link(bench, shell, url, 'download="notes.txt"')
    end = ended(shell)[0]
    equal('end', (end['file'], end['standing']), ('notes.txt', 'unknown'))
    equal('text', (places.downloads / 'notes.txt').read_text(), TEXT)


@case
def of_a_bundle(bench):
    """a page of a bundle cannot save what is on a server"""
    shell, places = open_shell(bench)
    url = bench.world.put(bench.world.url(PAGE, '/a.zip'), BYTES, ZIP)
    path = bench.world.folder / 'saves.wbn'
    text = LINK.replace('@URL@', url).replace('@MORE@', 'download="a.zip"')
    path.write_bytes(bundle({f'{SITE}/': ({'content-type': 'text/html'}, text)}, f'{SITE}/'))
    shell.go('webpkg://open/?url=' + path.as_uri().replace(':', '%3A').replace('/', '%2F'))
    shell.click('a')
    wait.until('a refusal',
               lambda: [e for e in shell.decisions.since(0, 'refused') if e['url'] == url])
    equal('requests', bench.world.requests_for(url), [])
    equal('files', list(places.downloads.iterdir()), [])


@case
def cut_off(bench):
    """a file from an exchange whose last record is wrong is not saved"""
    world = bench.world
    shell, places = open_shell(bench)
    target = world.put(world.url(INNER, '/signed.zip'), b'live', ZIP)
    signed = world.sign(target, BYTES.hex(), headers=[f'Content-Type: {ZIP}'])
    signed = signed[:-1] + bytes([signed[-1] ^ 1])
    follow_link(bench, shell, world.put_exchange(world.url(PAGE, '/signed.sxg'), signed))
    end = ended(shell)[0]
    equal('file', end['file'], None)
    assert end['message'], end
    wait.until('no file', lambda: not list(places.downloads.iterdir()))


@case
def without_a_folder(bench):
    """without a folder for downloads nothing is saved before the user has chosen a place"""
    shell, places = open_shell(bench, downloads=False)
    url = bench.world.put(bench.world.url(PAGE, '/a.zip'), BYTES, ZIP)
    before = bench.display.still()
    follow_link(bench, shell, url)
    bench.display.still(but=before)
    wait.until('a request', lambda: bench.world.requests_for(url))
    equal('ends', shell.decisions.since(0, 'download'), [])
    equal('home', [each.name for each in places.home.glob('*.zip*')], [])


if __name__ == '__main__':
    sys.exit(main(WptWorld))
