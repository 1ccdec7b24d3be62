#!/usr/bin/env python3
"""flatpak.py - checks the Flatpak manifest: its form, its sources, and what it lets the shell do.

SPDX-License-Identifier: LGPL-2.1-or-later

Nothing is built: that needs the GNOME runtime, which is 1 GB, from the network.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests/support'))
import tap  # noqa: E402

MANIFEST = ROOT / 'data/org.bulla.Shell.json'
FACTS = json.loads(MANIFEST.read_text(encoding='utf-8'))
# a window, its drawing, the network, and the folder in which downloads are saved; files that
# somebody opens come through the portal
PERMISSIONS = {
    '--share=network', '--share=ipc', '--socket=wayland', '--socket=fallback-x11', '--device=dri',
    '--filesystem=xdg-download',
}
SYSTEMS = {'meson', 'cmake-ninja', 'autotools'}


def flatpak_builder_reads_it():
    """Its own parser accepts the manifest and keeps every module."""
    program = shutil.which('flatpak-builder')
    if program is None:
        raise tap.Skip('flatpak-builder is not installed')
    with tempfile.TemporaryDirectory() as folder:  # it writes a cache where it runs
        done = subprocess.run([program, '--show-manifest', MANIFEST], capture_output=True,
                              text=True, check=False, cwd=folder)
    assert done.returncode == 0 and 'Unknown property' not in done.stderr, done
    shown = json.loads(done.stdout)
    assert [each['name'] for each in shown['modules']] == [m['name'] for m in FACTS['modules']]
    assert shown['id'] == FACTS['id'] and shown['command'] == FACTS['command'], shown
    for ours, theirs in zip(FACTS['modules'], shown['modules']):
        assert set(ours) <= set(theirs), f'{ours["name"]}: a field was not understood'


def it_is_this_application():
    assert MANIFEST.stem == FACTS['id'] == 'org.bulla.Shell'
    assert (ROOT / f'data/{FACTS["id"]}.desktop.in').is_file()
    assert FACTS['command'] == 'bulla-shell'
    assert FACTS['runtime'] == 'org.gnome.Platform' and FACTS['sdk'] == 'org.gnome.Sdk'
    assert re.fullmatch(r'\d+', FACTS['runtime-version'])


def it_may_do_what_it_needs():
    assert set(FACTS['finish-args']) == PERMISSIONS


def sources_cannot_change():
    *others, ours = FACTS['modules']
    assert {each['name'] for each in others} == {'libcbor', 'unbound', 'nghttp2', 'libarchive'}
    for module in others:
        for source in module['sources']:
            assert source['type'] == 'archive' and source['url'].startswith('https://'), source
            assert re.fullmatch(r'[0-9a-f]{64}', source['sha256']), source
        assert module.get('buildsystem', 'autotools') in SYSTEMS
    assert ours['sources'] == [{'type': 'dir', 'path': '..'}], ours['sources']


def options_are_those_of_the_build():
    known = set(re.findall(r"option\('(\w+)'", (ROOT / 'meson_options.txt').read_text()))
    for each in FACTS['modules'][-1]['config-opts']:
        name = re.match(r'-D(\w+)=\w+$', each)
        assert name and name[1] in known, each


tap.run([
    flatpak_builder_reads_it, it_is_this_application, it_may_do_what_it_needs,
    sources_cannot_change, options_are_those_of_the_build,
])
