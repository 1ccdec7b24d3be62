#!/usr/bin/env python3
"""on_demand.py - checks that the library and the command load others only when they are needed.

SPDX-License-Identifier: LGPL-2.1-or-later

Usage: on_demand.py BULLA LIBBULLA PROGRAM

PROGRAM is linked with what the library loads.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import tap  # noqa: E402

BULLA, LIBRARY, LINKED = map(os.path.abspath, sys.argv[1:])
PARTS = (
    'libarchive', 'libbrotlidec', 'libcurl', 'libnghttp2', 'libsoup', 'libsqlite3', 'libssl',
    'libunbound',
)
WARC = b'WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n'


def run(folder, *words, **environment):
    return subprocess.run(
        [BULLA, *words], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, **environment},
    )


def loaded(folder, *words):
    """Which of PARTS are loaded during a run of the command, as the dynamic linker logs it."""
    log = run(folder, *words, LD_DEBUG='files', BULLA_STORE=str(folder / 'data')).stderr
    return {part for part in PARTS if re.search(rf'calling init: \S*/{part}', log)}


def few_libraries_for_a_file(folder):
    assert loaded(folder, 'verify', '--offline', 'page.sxg') == set()
    assert loaded(folder, '--version') == set()


def an_archive_is_read_by_libarchive(folder):
    assert loaded(folder, 'create', 'bundle', '--warc', 'a.warc', 'a.wbn') == {'libarchive'}


def a_store_is_read_by_sqlite(folder):
    assert loaded(folder, 'verify', '--offline', '--remember', 'page.sxg') == {'libsqlite3'}
    assert (folder / 'data/bulla.db').exists()
    assert loaded(folder, 'verify', '--offline', 'page.sxg') == {'libsqlite3'}


def a_url_is_fetched_by_libcurl(folder):
    assert 'libcurl' in loaded(folder, 'verify', 'http://127.0.0.1:9/')


def needed(path):
    dynamic = subprocess.check_output(['readelf', '-d', path], text=True)
    return set(re.findall(r'NEEDED.*\[(.*)\]', dynamic))


def the_names_are_those_of_the_linker(_folder):
    """What the library loads has the names under which programs link it."""
    library = pathlib.Path(LIBRARY).read_bytes()
    for part in PARTS[1:]:
        names = {name for name in needed(LINKED) if name.startswith(part)}
        assert len(names) == 1, (part, names)
        assert names.pop().encode() + b'\0' in library, part


def nothing_of_them_is_linked(_folder):
    for path in (BULLA, LIBRARY):
        linked = [name for name in needed(path) if name.startswith(PARTS)]
        assert not linked, (path, linked)


def a_missing_library_is_named(folder):
    (folder / 'broken').mkdir()
    names = set(re.findall(rb'libarchive\.so\.\d+', pathlib.Path(BULLA).read_bytes()))
    assert names, 'the program names the library'
    for name in names:
        (folder / 'broken' / name.decode()).write_bytes(b'not a library')
    done = run(
        folder, 'create', 'bundle', '--warc', 'a.warc', 'a.wbn',
        LD_LIBRARY_PATH=str(folder / 'broken'),
    )
    assert done.returncode == 2, done
    assert 'a library is missing' in done.stderr and 'libarchive' in done.stderr, done


CASES = [
    few_libraries_for_a_file, an_archive_is_read_by_libarchive, a_store_is_read_by_sqlite,
    a_url_is_fetched_by_libcurl, the_names_are_those_of_the_linker,
    nothing_of_them_is_linked, a_missing_library_is_named,
]


def main():
    print(f'1..{len(CASES)}')
    failed = False
    for number, case in enumerate(CASES, 1):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / 'page.sxg').write_bytes(b'sxg1-b3\0')
            (folder / 'a.warc').write_bytes(WARC)
            failed |= not tap.report(number, case.__name__, case, folder)
    return failed


sys.exit(main())
