#!/usr/bin/env python3
"""debian.py - builds the packages of debian/, checks them with lintian, and runs what they hold.

SPDX-License-Identifier: LGPL-2.1-or-later

Usage: debian.py compile|test FOLDER

It works in a copy of the project in FOLDER. `compile` does the part that takes long and no more;
`test` continues there. They are made without symbols for debuggers, otherwise as everybody would.
"""
import fcntl
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'tests/support'), str(ROOT / 'tests/lint')]
import tap  # noqa: E402
from lintlib import tracked  # noqa: E402

PACKAGES = {
    'bulla', 'bulla-common', 'bulla-demo', 'bulla-shell', 'gir1.2-bulla-1.0', 'libbulla-1-0',
    'libbulla-1-dev',
}
PROGRAMS = ('dpkg-buildpackage', 'dh', 'lintian')
# what libraries are loaded by name, and so must be named as dependencies by hand
LOADED = {
    'libbulla-1-0': {'brotli', 'curl', 'nghttp2', 'soup', 'sqlite', 'ssl', 'unbound'},
    'bulla': {'archive'},
}


class Workshop:
    """The copy of the project, and the packages beside it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        version = re.search(r"version: '(.+?)'", (ROOT / 'meson.build').read_text())[1]
        self.source = self.folder / f'bulla-{version}'
        self.environment = {
            **os.environ,
            'LC_ALL': 'C.UTF-8',
            'DEB_BUILD_OPTIONS': f'nocheck noautodbgsym parallel={os.cpu_count()}',
            'DEB_CFLAGS_APPEND': '-g0',
        }
        self.environment.pop('MALLOC_PERTURB_', None)
        self.root = self.folder / 'root'

    def lock(self):
        """Waits for another run in the same folder."""
        self.folder.mkdir(exist_ok=True)
        self.locked = open(self.folder / 'lock', 'w', encoding='utf-8')
        fcntl.flock(self.locked, fcntl.LOCK_EX)

    def copy(self):
        """Copies files that have changed, so that only those are compiled again."""
        names = '\n'.join(tracked(ROOT))
        known = self.folder / 'names'
        if not known.exists() or known.read_text(encoding='utf-8') != names:
            shutil.rmtree(self.source, ignore_errors=True)
        changed = False
        for name in names.split('\n'):
            ours, copy = ROOT / name, self.source / name
            if not copy.exists() or copy.read_bytes() != ours.read_bytes():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ours, copy)
                changed = True
        known.write_text(names, encoding='utf-8')
        if changed:
            (self.source / 'debian/debhelper-build-stamp').unlink(missing_ok=True)
            shutil.rmtree(self.source / 'debian/.debhelper', ignore_errors=True)

    def run(self, *command, folder=None):
        return subprocess.run(
            command, cwd=folder or self.source, env=self.environment, text=True, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )

    def packages(self):
        """The package files, by the names of the packages."""
        return {path.name.split('_')[0]: path for path in self.folder.glob('*.deb')}

    def field(self, package, name):
        return self.run('dpkg-deb', '--field', str(self.packages()[package].resolve()),
                        name).stdout.strip()

    def files(self, package):
        listing = self.run('dpkg-deb', '--contents', str(self.packages()[package].resolve())).stdout
        return {line.split()[5].removeprefix('.') for line in listing.splitlines()
                if not line.startswith('d')}


def missing_tools(shop):
    for program in PROGRAMS:
        if not shutil.which(program):
            return f'{program} is not installed'
    unmet = shop.run('dpkg-checkbuilddeps', str(ROOT / 'debian/control'), folder=ROOT)
    return unmet.stdout.strip().splitlines()[0] if unmet.returncode != 0 else None


def they_are_built(shop):
    for path in (*shop.folder.glob('*_*.*'), shop.source / 'debian/files'):
        path.unlink(missing_ok=True)
    done = shop.run('dpkg-buildpackage', '-us', '-uc', '-b', '-nc')
    assert done.returncode == 0, done.stdout[-4000:]
    assert set(shop.packages()) == PACKAGES, shop.packages()


def lintian_is_content(shop):
    changes, = shop.folder.glob('*.changes')
    done = shop.run('lintian', '--fail-on', 'error,warning', '--display-info', '--allow-root',
                    '--tag-display-limit', '0', str(changes.resolve()))
    assert done.returncode == 0 and not done.stdout.strip(), done.stdout


def each_file_is_in_one(shop):
    seen = {}
    for package in PACKAGES:
        for name in shop.files(package):
            assert name not in seen, f'{name}: in {package} and in {seen[name]}'
            seen[name] = package
    wanted = {
        '/usr/bin/bulla': 'bulla', '/usr/bin/bulla-shell': 'bulla-shell',
        '/usr/bin/bulla-demo': 'bulla-demo', '/usr/include/bulla-1/bulla.h': 'libbulla-1-dev',
        '/usr/share/dbus-1/services/org.bulla.Shell.service': 'bulla-shell',
        '/usr/share/man/man1/bulla-verify.1.gz': 'bulla',
        '/usr/share/locale/de/LC_MESSAGES/bulla.mo': 'bulla-common',
    }
    assert {name: seen.get(name) for name in wanted} == wanted


def loaded_libraries_are_dependencies(shop):
    for package, libraries in LOADED.items():
        depends = shop.field(package, 'Depends')
        for library in libraries:
            assert re.search(rf'\blib{library}', depends), f'{package}: {library}: {depends}'
    for package in ('bulla', 'bulla-shell', 'bulla-demo'):
        version = shop.field('libbulla-1-0', 'Version')
        assert f'libbulla-1-0 (= {version})' in shop.field(package, 'Depends'), package


def they_work(shop):
    """Unpacked together, the packages pass the test that Debian would run with them installed."""
    shutil.rmtree(shop.root, ignore_errors=True)
    for path in shop.packages().values():
        done = shop.run('dpkg-deb', '--extract', str(path.resolve()), str(shop.root.resolve()))
        assert done.returncode == 0, done.stdout
    (shop.root / 'tmp').mkdir()
    library, = shop.root.glob('usr/lib/*/libbulla-1.so.0')
    shop.environment.update(
        AUTOPKGTEST_TMP=str(shop.root / 'tmp'), LD_LIBRARY_PATH=str(library.parent.resolve()),
        PATH=f'{shop.root.resolve()}/usr/bin:{os.environ["PATH"]}',
    )
    done = shop.run(str(shop.source / 'debian/tests/package'))
    assert done.returncode == 0, done.stdout
    for program in ('bulla-shell', 'bulla-demo'):
        done = shop.run(program, '--help')
        assert done.returncode == 0 and program in done.stdout, done.stdout


CASES = [
    they_are_built, lintian_is_content, each_file_is_in_one, loaded_libraries_are_dependencies,
    they_work,
]


def main():
    work, folder = sys.argv[1:]
    shop = Workshop(pathlib.Path(folder).resolve())
    why = missing_tools(shop)
    if why:
        print(f'1..0 # SKIP {why}')
        return 0
    shop.lock()
    shop.copy()
    if work == 'compile':
        done = shop.run('debian/rules', 'build')
        print(done.stdout)
        return done.returncode
    print(f'1..{len(CASES)}')
    passed = [tap.report(number, case.__name__, case, shop)
              for number, case in enumerate(CASES, 1)]
    return 0 if all(passed) else 1


sys.exit(main())
