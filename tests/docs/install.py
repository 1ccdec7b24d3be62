#!/usr/bin/env python3
"""install.py - installs into an empty folder, and checks and runs what is there.

SPDX-License-Identifier: LGPL-2.1-or-later

Usage: install.py BUILD MESON
"""
import configparser
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import tap  # noqa: E402

BUILD, MESON = pathlib.Path(sys.argv[1]), sys.argv[2:]
NAME = 'org.bulla.Shell'
MEDIA = ('application/signed-exchange', 'application/webbundle', 'application/x-signed-webbundle')

# What must be there, by the options of the build that name its folders. {lib} is the library's
# folder, and so on; a name may have wildcards.
FILES = """
{bindir}/bulla
{bindir}/bulla-shell
{bindir}/bulla-demo
{libexecdir}/bulla/bulla-demo
{libdir}/libbulla-1.so
{libdir}/libbulla-1.so.0
{libdir}/bulla-shell/libbulla-page.so
{libdir}/pkgconfig/bulla-1.pc
{libdir}/girepository-1.0/Bulla-1.0.typelib
{datadir}/gir-1.0/Bulla-1.0.gir
{includedir}/bulla-1/bulla.h
{includedir}/bulla-1/bulla-reasons.def
{datadir}/applications/org.bulla.Shell.desktop
{datadir}/dbus-1/services/org.bulla.Shell.service
{datadir}/metainfo/org.bulla.Shell.metainfo.xml
{datadir}/mime/packages/bulla-mime.xml
{datadir}/icons/hicolor/scalable/apps/org.bulla.Shell.svg
{datadir}/icons/hicolor/symbolic/apps/org.bulla.Shell-symbolic.svg
{datadir}/icons/hicolor/scalable/mimetypes/application-signed-exchange.svg
{datadir}/icons/hicolor/scalable/mimetypes/application-webbundle.svg
{datadir}/icons/hicolor/scalable/mimetypes/application-x-signed-webbundle.svg
{datadir}/bulla/demo/demo.py
{datadir}/bulla/demo/driver/world.py
{datadir}/bash-completion/completions/bulla.bash
{datadir}/zsh/site-functions/_bulla
{datadir}/fish/vendor_completions.d/bulla.fish
{datadir}/locale/de/LC_MESSAGES/bulla.mo
{datadir}/locale/fr/LC_MESSAGES/bulla.mo
{mandir}/man1/bulla.1
{mandir}/man1/bulla-verify.1
{mandir}/man1/bulla-shell.1
{mandir}/man1/bulla-demo.1
"""


def options():
    """The options of the build, by name."""
    text = (BUILD / 'meson-info/intro-buildoptions.json').read_text(encoding='utf-8')
    return {each['name']: each['value'] for each in json.loads(text)}


OPTIONS = options()
PREFIX = pathlib.PurePosixPath(OPTIONS['prefix'])


def require(program):
    path = shutil.which(program)
    if path is None:
        raise tap.Skip(f'{program} is not installed')
    return path


class Installed:
    """The folder with everything, as it would be below /."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.folders = {key: self.place(OPTIONS[key]) for key in OPTIONS if key.endswith('dir')}

    def place(self, folder):
        return self.root / (PREFIX / folder).relative_to('/')

    def file(self, name):
        return pathlib.Path(name.format(**self.folders))

    def run(self, *command, status=0, **environment):
        """Runs a program that finds the library where it was installed; returns what it printed."""
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=self.root, timeout=100,
            env={**os.environ, 'LD_LIBRARY_PATH': str(self.folders['libdir']), **environment},
        )
        assert done.returncode == status, (command, done)
        return done.stdout + done.stderr


def every_file(here):
    missing = [name for name in FILES.split() if not here.file(name).is_file()]
    assert not missing, missing
    assert os.access(here.file('{bindir}/bulla-demo'), os.X_OK)
    planned = json.loads((BUILD / 'meson-info/intro-installed.json').read_text(encoding='utf-8'))
    strays = [name for name in planned.values() if not name.startswith(f'{PREFIX}/')]
    assert not strays, f'outside of the prefix: {strays}'


def every_module_of_the_demo(here):
    """What the build directory has of the demo in Python is installed."""
    source = pathlib.Path(__file__).resolve().parents[2] / 'shell/demo'
    wanted = {str(path.relative_to(source)) for path in source.rglob('*.py')}
    folder = here.file('{datadir}/bulla/demo')
    assert {str(path.relative_to(folder)) for path in folder.rglob('*.py')} == wanted


def programs_run(here):
    version = re.search(r"version: '(.+?)'", (
        pathlib.Path(__file__).resolve().parents[2] / 'meson.build').read_text())[1]
    bulla, shell = here.file('{bindir}/bulla'), here.file('{bindir}/bulla-shell')
    assert here.run(bulla, '--version') == f'bulla {version}\n'
    assert here.run(shell, '--version') == f'bulla-shell {version}\n'
    assert '--trust' in here.run(shell, '--help')
    page = here.run(here.file('{bindir}/bulla-demo'), '--help')
    assert page.startswith('usage: bulla-demo ') and 'build-dir' not in page, page
    assert '--http1' in here.run(here.file('{libexecdir}/bulla/bulla-demo'), '--help')
    manual = here.file('{mandir}/man1/bulla-demo.1').read_text().replace('\\-', '-')
    for option in re.findall(r'--[a-z0-9]+', page):
        assert f'\\fB{option}\\fR' in manual, f'{option} is not in bulla-demo.1'


def a_package_is_verified(here):
    """The installed command makes a package and verifies it; it speaks German where asked to."""
    bulla = here.file('{bindir}/bulla')
    work = here.root / 'work'
    work.mkdir()
    (work / 'page.html').write_text('<p>Tides', encoding='utf-8')
    here.run(bulla, 'create', 'authority', work / 'ca')
    here.run(bulla, 'create', 'exchange', '--authority', work / 'ca', '--url',
             'https://example.com/tides', '--content', work / 'page.html', work / 'page.sxg')
    trusted = ['--trust', work / 'ca/root.pem', '--ct-logs', work / 'ca/ctlogs.json']
    told = here.run(bulla, 'verify', '--offline', *trusted, work / 'page.sxg')
    assert 'substitute' in told, told
    here.run(bulla, 'verify', '--offline', work / 'page.sxg', status=1)


def programs_share_the_library(here):
    """The programs have the library as a file of its own, and no copy of it."""
    for name in ('{bindir}/bulla', '{bindir}/bulla-shell', '{libexecdir}/bulla/bulla-demo'):
        path = here.file(name)
        dynamic = subprocess.run(
            ['readelf', '-dW', path], capture_output=True, text=True, check=True).stdout
        assert 'NEEDED' in dynamic and '[libbulla-1.so.0]' in dynamic, name
        own = subprocess.run(
            ['nm', '-D', '--defined-only', path], capture_output=True, text=True, check=True).stdout
        assert not re.search(r' bulla_(judge|loader|load)_', own), own
        assert str(BUILD) not in dynamic, f'{name} would look into the build directory'


def the_interface_is_what_headers_mark(here):
    """BULLA_1 has the functions of the public headers, no more and no less."""
    listing = subprocess.run(
        ['nm', '-D', '--defined-only', here.file('{libdir}/libbulla-1.so.0')],
        capture_output=True, text=True, check=True).stdout
    public = set(re.findall(r' T (\w+)@@BULLA_1$', listing, re.MULTILINE))
    gir = xml.parse(here.file('{datadir}/gir-1.0/Bulla-1.0.gir')).getroot()
    named = {each.get('{http://www.gtk.org/introspection/c/1.0}identifier')
             for each in gir.iter() if each.get('introspectable') != '0'} - {None}
    functions = {name for name in named if re.fullmatch(r'bulla_\w+', name)}
    assert len(public) > 100 and functions, (len(public), len(functions))
    assert functions <= public, f'documented, not exported: {sorted(functions - public)}'
    others = set(re.findall(r' \w (\w+)@@(?!BULLA_)', listing))
    assert not others, f'exported without a version: {others}'


def the_library_can_be_used(here):
    """pkg-config finds the library, and a program compiles and runs with it."""
    require('pkg-config')
    text = 'int main (void) { return bulla_outcome_get_nick (BULLA_OUTCOME_REFUSE) == NULL; }\n'
    (here.root / 'use.c').write_text(f'#include <bulla.h>\n{text}', encoding='utf-8')
    facts = here.root / 'bulla-1.pc'
    text = here.file('{libdir}/pkgconfig/bulla-1.pc').read_text(encoding='utf-8')
    assert text.startswith(f'prefix={PREFIX}\n'), text
    facts.write_text(text.replace(f'prefix={PREFIX}', f'prefix={here.place(".")}'))
    shown = subprocess.run(
        ['pkg-config', '--cflags', '--libs', facts], capture_output=True, text=True, check=True,
    ).stdout.split()
    subprocess.run(['cc', 'use.c', '-o', 'use', *shown], cwd=here.root, check=True)
    here.run(here.root / 'use')


def the_typelib_is_read(here):
    folder = here.file('{libdir}/girepository-1.0')
    program = ('import gi; gi.require_version("Bulla", "1.0"); from gi.repository import Bulla; '
               'print(Bulla.reason_get_nick(Bulla.Reason.SXG_MAGIC))')
    for python in ('/usr/bin/python3', 'python3'):
        if subprocess.run([python, '-c', 'import gi'], capture_output=True,
                          check=False).returncode == 0:
            assert here.run(python, '-c', program, GI_TYPELIB_PATH=str(folder)) == 'sxg.magic\n'
            return
    raise tap.Skip('no Python with gi')


def the_desktop_entry_is_valid(here):
    path = here.file('{datadir}/applications/org.bulla.Shell.desktop')
    here.run(require('desktop-file-validate'), '--warn-kde', path)
    entry = read_keys(path)['Desktop Entry']
    assert entry['Exec'] == 'bulla-shell %U' and entry['DBusActivatable'] == 'true', dict(entry)
    assert entry['MimeType'] == ''.join(f'{each};' for each in MEDIA), entry['MimeType']
    assert here.file('{datadir}/icons/hicolor/scalable/apps') / f'{entry["Icon"]}.svg'
    assert entry['Name[de]'] or entry['Comment[de]']


def read_keys(path):
    keys = configparser.ConfigParser(interpolation=None, strict=True)
    keys.optionxform = str
    keys.read(path, encoding='utf-8')
    return keys


def the_bus_can_start_the_shell(here):
    service = read_keys(here.file('{datadir}/dbus-1/services/org.bulla.Shell.service'))
    lines = dict(service['D-BUS Service'])
    program = str(PREFIX / OPTIONS['bindir'] / 'bulla-shell')
    assert lines == {'Name': NAME, 'Exec': f'{program} --gapplication-service'}, lines
    assert here.place(program).is_file()


def the_metainfo_is_valid(here):
    path = here.file('{datadir}/metainfo/org.bulla.Shell.metainfo.xml')
    here.run(require('appstreamcli'), 'validate', '--no-net', path)
    top = xml.parse(path).getroot()
    assert top.findtext('launchable') == f'{NAME}.desktop'
    assert {each.text for each in top.iter('mediatype')} == set(MEDIA)
    assert top.find('releases/release').get('version')
    pictures = pathlib.Path(__file__).resolve().parents[2] / 'docs/images'
    images = list(top.iter('image'))
    assert len(images) >= 3
    for image in images:  # the pictures of the documentation, by their names and sizes
        head = (pictures / image.text.rpartition('/')[2]).read_bytes()[16:24]
        size = struct.unpack('>II', head)
        assert size == (int(image.get('width')), int(image.get('height'))), image.text


def packages_are_recognised(here):
    """The types are in the database that the description makes, and each has its icon."""
    mime = here.file('{datadir}/mime')
    here.run(require('update-mime-database'), mime)
    globs = (mime / 'globs2').read_text().splitlines()
    magic = (mime / 'magic').read_bytes()
    for media, suffix in zip(MEDIA, ('sxg', 'wbn', 'swbn')):
        assert f'50:{media}:*.{suffix}' in globs, globs
        assert f'[60:{media}]'.encode() in magic, media
        icon = media.replace('/', '-')
        assert here.file(f'{{datadir}}/icons/hicolor/scalable/mimetypes/{icon}.svg').is_file()
    (mime / 'globs2').unlink()


def icons_are_pictures(here):
    for path in here.file('{datadir}/icons').rglob('*.svg'):
        top = xml.parse(path).getroot()
        size = 16 if 'symbolic' in path.parts else 128
        assert top.get('viewBox') == f'0 0 {size} {size}', path
        text = path.read_text(encoding='utf-8')
        assert 'href' not in text and '<script' not in text, f'{path} loads or runs something'


def man_pages_have_no_warnings(here):
    pages = sorted(here.file('{mandir}/man1').glob('*.1'))
    assert len(pages) > 50, pages
    groff = shutil.which('groff')
    if groff is None:
        raise tap.Skip('groff is not installed')
    for page in pages:
        done = subprocess.run(
            [groff, '-man', '-Tutf8', '-Kutf8', '-ww', '-Z', '-rLL=100n', page],
            capture_output=True, text=True, check=False)
        warnings = [line for line in done.stderr.splitlines() if 'font' not in line]
        assert done.returncode == 0 and not warnings, (page.name, warnings)


def the_completion_is_read(here):
    bash = here.file('{datadir}/bash-completion/completions/bulla.bash')
    here.run('bash', '-n', bash)
    for program, name in (('zsh', '{datadir}/zsh/site-functions/_bulla'),
                          ('fish', '{datadir}/fish/vendor_completions.d/bulla.fish')):
        if shutil.which(program):
            here.run(program, '-n', here.file(name))


CASES = [
    every_file, every_module_of_the_demo, programs_run, a_package_is_verified,
    programs_share_the_library, the_interface_is_what_headers_mark, the_library_can_be_used,
    the_typelib_is_read, the_desktop_entry_is_valid, the_bus_can_start_the_shell,
    the_metainfo_is_valid, packages_are_recognised, icons_are_pictures,
    man_pages_have_no_warnings, the_completion_is_read,
]


def main():
    with tempfile.TemporaryDirectory(prefix='bulla-install-') as name:
        subprocess.run(
            [*MESON, 'install', '-C', BUILD, '--no-rebuild', '--quiet', '--destdir', name],
            stdout=subprocess.DEVNULL, check=True)
        here = Installed(name)
        print(f'1..{len(CASES)}')
        passed = [tap.report(number, case.__name__, case, here)
                  for number, case in enumerate(CASES, 1)]
    return 0 if all(passed) else 1


sys.exit(main())
