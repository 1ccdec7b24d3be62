#!/usr/bin/env python3
"""test_wpt_referrer.py - twins of the web-platform-tests: the referrer of a signed page.

SPDX-License-Identifier: LGPL-2.1-or-later

Each row is tried with an exchange that is shown and with one that falls back, as in those tests;
and with an ordinary redirect, as WebKit makes no difference between them. Where a redirect leads to
another origin it cuts the referrer to its origin, whatever the frame's policy says: there the twins
expect something else than the tests.
"""
import sys

from harness import equal, main
from wpt_twins import shell_at, told_in_frame, twin
from wpt_world import HTML, PAGE, REMOTE, WptWorld

WHOLE, ORIGIN, NOTHING = 'whole', 'origin', 'nothing'

# the frame's policy, and the referrer if the signed page has the same origin, or another one
POLICIES = {
    None: (WHOLE, ORIGIN),
    'no-referrer': (NOTHING, NOTHING),
    'no-referrer-when-downgrade': (WHOLE, ORIGIN),
    'origin': (ORIGIN, ORIGIN),
    'same-origin': (WHOLE, ORIGIN),
    'strict-origin': (ORIGIN, ORIGIN),
    'strict-origin-when-cross-origin': (WHOLE, ORIGIN),
    'unsafe-url': (WHOLE, ORIGIN),
}

# a deliverer of another origin did not receive it, so the signed page does not get it either
BY_ANOTHER = {None: ORIGIN, 'same-origin': NOTHING, 'strict-origin-when-cross-origin': ORIGIN}


class Ways:
    """The ways from a page of PHYSICAL to one of LOGICAL."""

    def __init__(self, world, physical, logical):
        self.world, self.physical = world, physical
        self.inner = world.url(logical, '/inner.html')
        self.good = world.sign(self.inner)
        no_store = [f'Content-Type: {HTML}', 'Cache-Control: no-store']
        self.bad = world.sign(self.inner, headers=no_store)

    def put(self, policy):
        """URLs of the exchanges; the responses have the referrer POLICY, or none."""
        world, host = self.world, self.physical
        headers = {} if policy is None else {'Referrer-Policy': policy}
        redirect = {'Location': self.inner, **headers}
        return {
            'signed': world.put_exchange(world.url(host, '/1'), self.good, headers=headers),
            'fallen back to': world.put_exchange(world.url(host, '/2'), self.bad, headers=headers),
            'redirected to': world.put(world.url(host, '/3'), '', status=303, headers=redirect),
        }


def follow(shell, ways, policy, header, wanted):
    world = ways.world
    page = world.url(PAGE, '/test.html')
    wanted = {WHOLE: page, ORIGIN: world.origin(PAGE) + '/', NOTHING: ''}[wanted]
    for how, url in ways.put(header).items():
        told = told_in_frame(shell, url, policy)
        copy = 'signed' if how == 'signed' else 'live'
        equal(f'page {how}', (told['copy'], told['location']), (copy, ways.inner))
        equal(f'referrer of the page {how}, {policy or header}', told['referrer'], wanted)


def table(bench, physical, logical):
    shell = shell_at(bench)
    ways = Ways(bench.world, physical, logical)
    for policy, (same, other) in POLICIES.items():
        wanted = same if logical == PAGE else other
        if physical != PAGE:
            wanted = BY_ANOTHER.get(policy, wanted)
        follow(shell, ways, policy, None, wanted)


for name, physical, logical in (
    ('sxg_referrer_same_physical_same_logical', PAGE, PAGE),
    ('sxg_referrer_same_physical_remote_logical', PAGE, REMOTE),
    ('sxg_referrer_remote_physical_same_logical', REMOTE, PAGE),
    ('sxg_referrer_remote_physical_remote_logical', REMOTE, REMOTE),
):
    twin(name, f'delivered by {physical}, signed by {logical}', table, physical, logical)


def policy_header(bench):
    shell = shell_at(bench)
    ways = Ways(bench.world, PAGE, PAGE)
    for policy, (same, _) in POLICIES.items():
        if policy is not None:
            follow(shell, ways, None, policy, same)


twin('sxg_referrer_policy_header', 'the policy of the deliverer counts', policy_header)


if __name__ == '__main__':
    sys.exit(main(WptWorld))
