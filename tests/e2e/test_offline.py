#!/usr/bin/env python3
"""test_offline.py - bulla-shell --offline shows packages from files, and contacts nobody.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import sys

from harness import case, equal, main
from free_shell import FreeShell
from wpt_world import INNER, PAGE, WptWorld


def show(bench, *options):
    """What a shell with OPTIONS decides about a signed exchange in a file."""
    world = bench.world
    path = world.folder / 'page.sxg'
    path.write_bytes(world.sign(world.put(world.url(INNER, '/page'), 'live'), '<title>x</title>'))
    shell = bench.open(FreeShell, bench, '--offline', *options, str(path))
    return shell.decisions.wait_page(0, 'the package')


def check_silence(bench):
    for url in (bench.world.url(PAGE, '/chain.cbor'), bench.world.url(INNER, '/page')):
        equal(url, len(bench.world.requests_for(url)), 0)


@case
def chain_from_a_file(bench):
    """with the chain in a file, the package is shown in its publisher's origin"""
    page = show(bench, '--chain', str(bench.world.folder / 'signer.cbor'))
    equal('standing', page['standing'], 'substituted')
    check_silence(bench)


@case
def no_chain(bench):
    """without its chain the package is not accepted, and neither server is asked"""
    page = show(bench)
    equal('standing', page['standing'], 'refused')
    equal('reason', page['reason'], 'chain.unknown')
    check_silence(bench)


@case
def other_chain(bench):
    """a chain with another leaf is not used for the package"""
    world = bench.world
    world.issue('other')
    page = show(bench, '--chain', str(world.folder / 'other.cbor'))
    equal('standing', page['standing'], 'refused')
    check_silence(bench)


@case
def live_page(bench):
    """a live page cannot be shown"""
    world = bench.world
    url = world.put(world.url(PAGE, '/live'), 'live')
    shell = bench.open(FreeShell, bench, '--offline', '--allow-private', PAGE, url)
    page = shell.decisions.wait_page(0, 'the error')
    equal('standing', page['standing'], 'none')
    refused = shell.decisions.since(0, 'refused')
    equal('why', [each['message'] for each in refused], ['page.test: not asked (--offline)'])
    equal('requests', len(world.requests_for(url)), 0)


if __name__ == '__main__':
    sys.exit(main(WptWorld))
