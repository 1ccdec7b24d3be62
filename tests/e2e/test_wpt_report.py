#!/usr/bin/env python3
"""test_wpt_report.py - twins of the web-platform-tests: reports to deliverers of exchanges.

SPDX-License-Identifier: LGPL-2.1-or-later

The tests expect an ordinary report of Network Error Logging besides each one of an exchange. WebKit
has no such logging, and Bulla reports on exchanges alone: the twins expect that nothing else comes.
"""
import json
import re
import sys

import exchanges
from exchanges import DAY
from harness import equal, main
from driver import wait
from wpt_twins import shell_at, silent_in_frame, told_in_frame, twin
from wpt_world import ALTERNATE, INNER, PAGE, REMOTE, Answer, WptWorld

PROFILE = """[profile]
name=reporting
date=2026-11-28
description=As Chromium, and reports are sent
inherits=chromium

[report]
send=yes
"""

ALL, NO_SUCCESS = 1.0, 0.0

FETCH = """
const [url, done] = arguments
fetch(url, {mode: 'no-cors'}).then(response => response.text()).then(() => done(true))
"""
PREFETCH = """
const link = document.createElement('link')
link.rel = 'prefetch'
link.href = arguments[0]
document.body.append(link)
"""


def collect(request):
    """A report collector that accepts reports from any host."""
    welcome = {'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'content-type'}
    return Answer(200 if request.method == 'OPTIONS' else 204, welcome, b'')


class Scene:
    """A page, and a deliverer of another site that wants reports of a FRACTION of its successes."""

    def __init__(self, bench, fraction):
        world = self.world = bench.world
        profile = world.folder / 'reporting.ini'
        profile.write_text(PROFILE, encoding='utf-8')
        self.shell = shell_at(bench, more=['--profile', str(profile)])
        self.collector = world.put(world.url(REMOTE, '/reports'), collect)
        nel = {'report_to': 'all', 'max_age': DAY, 'success_fraction': fraction}
        group = {'group': 'all', 'max_age': DAY, 'endpoints': [{'url': self.collector}]}
        headers = {'NEL': json.dumps(nel), 'Report-To': json.dumps(group)}
        asking = world.put(world.url(ALTERNATE, '/asking'), 'asks', headers=headers)
        self.shell.run_async(FETCH, asking)

    def reports(self):
        posts = [each for each in self.world.requests_for(self.collector) if each.method == 'POST']
        return [report for each in posts for report in json.loads(each.body)]

    def report(self):
        """The only one."""
        wait.until('a report', self.reports)
        # all other reports have been sent when another page is shown
        told_in_frame(self.shell, self.world.url(INNER, '/later.html'))
        equal('number of reports', len(self.reports()), 1)
        return self.reports()[0]


# --- exchanges, and their results

SIGNED, LIVE, NOTHING = 'signed', 'live', 'nothing'


def bad_cert_sha256(exchange, _):
    digest = 'A' * 43 + '='
    return exchanges.change_signature(
        exchange, lambda text: re.sub(r'cert-sha256=\*[^*]*\*', f'cert-sha256=*{digest}*', text)
    )


def bad_integrity(exchange, _):
    return exchanges.change_signature(
        exchange, lambda text: text.replace('digest/mi-sha256-03', 'digest/mi-sha256-xx')
    )


def bad_lifetime(exchange, world):
    return exchanges.live_for(exchange, 12 * DAY, world.folder / 'signer.key')


def bad_record(exchange, _):
    return exchanges.change_body(exchange, lambda body: body[:-4] + b'!' + body[-3:])


def no_exchange(*_):
    return b'This is not a signed exchange.\n'


def unchanged(exchange, _):
    return exchange


# for these types, the report only says that the load failed if the chain is on another host
OF_THE_CHAIN = (
    'cert_fetch_error',
    'cert_parse_error',
    'cert_verification_error',
    'signature_verification_error',
)

# type of the report: path of the chain, kind of damage, and the shown page
KINDS = {
    'ok': ('/chain.cbor', unchanged, SIGNED),
    'cert_fetch_error': ('/not-found.cbor', unchanged, LIVE),
    'cert_parse_error': ('/no-chain.cbor', unchanged, LIVE),
    'cert_verification_error': ('/chain.cbor', bad_lifetime, LIVE),
    'signature_verification_error': ('/chain.cbor', bad_cert_sha256, LIVE),
    'invalid_integrity_header': ('/chain.cbor', bad_integrity, LIVE),
    'mi_error': ('/chain.cbor', bad_record, NOTHING),
    'parse_error': ('/chain.cbor', no_exchange, NOTHING),
}


def put_exchange(world, kind, chain_host, how):
    """The exchange's URL, the chain's, and the signed one."""
    path, spoil, _ = KINDS[kind]
    inner, cert_url = world.url(INNER, '/inner.html'), world.url(chain_host, path)
    for host in (PAGE, ALTERNATE):
        world.put(world.url(host, '/no-chain.cbor'), 'no chain', exchanges.CHAIN_TYPE)
    exchange = spoil(world.sign(inner, cert_url=cert_url), world)
    url = world.put_exchange(world.url(ALTERNATE, '/page.sxg'), exchange) + '?' + how
    return url, cert_url, inner


def load(bench, scene, url, shown, policy):
    if shown == NOTHING:
        silent_in_frame(bench, scene.shell, url)
    else:
        told = told_in_frame(scene.shell, url, policy)
        wanted = (scene.world.url(INNER, '/inner.html'), shown)
        equal('page', (told['location'], told['copy']), wanted)


def check(scene, kind, told, urls, referrer):
    """The report has type KIND, and the details TOLD that the deliverer may learn."""
    url, cert_url, inner = urls
    report = scene.report()
    known = {'outer_url': url, 'inner_url': inner, 'cert_url': [cert_url]}
    if kind == 'parse_error':
        known = {'outer_url': url, 'cert_url': []}
    about = (report['type'], report['url'], report['user_agent'])
    agent = scene.shell.run('return navigator.userAgent')
    equal('about', about, ('network-error', url, agent))
    body = report['body']
    equal('sxg', body['sxg'], known)
    said = [body[name] for name in ('phase', 'type', 'status_code', 'referrer')]
    wanted = told if told == 'ok' else f'sxg.{told}'
    equal('body', said, ['sxg', wanted, 200, referrer])
    if told != kind:
        equal('elapsed_time', body['elapsed_time'], 0)


def reporting(bench, how, kind, chain_host, fraction=ALL, policy=None):
    """Loads by HOW: navigation or prefetch; a chain on a third host hides details."""
    scene = Scene(bench, fraction)
    world = bench.world
    urls = put_exchange(world, kind, chain_host, how)
    if how == 'navigation':
        load(bench, scene, urls[0], KINDS[kind][2], policy)
    else:
        scene.shell.run(PREFETCH, urls[0])
    told = 'failed' if kind in OF_THE_CHAIN and chain_host != ALTERNATE else kind
    referrer = '' if policy == 'no-referrer' else world.origin(PAGE) + '/'
    check(scene, kind, told, urls, referrer)


# names of the original tests, with their typing errors: fault and host of the chain
NAMES = (
    'sxg_reporting_navigation_ok',
    'sxg_reporting_navigation_cert_fetch_error',
    'sxg_reporting_navigation_cert_fetch_error_downgraded',
    'sxg_reporting_navigation_cert_parse_error',
    'sxg_reporting_navigation_cert_parse_error_downgraded',
    'sxg_reporting_navigation_cert_verification_error',
    'sxg_reporting_navigation_cert_verification_error_downgraded',
    'sxg_reporting_navigation_signature_verification_error',
    'sxg_reporting_navigation_signature_verification_error_downgraded',
    'sxg_reporting_navigation_invalid_integrity_header',
    'sxg_reporting_navigation_mi_error',
    'sxg_reporting_navigation_parse_error',
    'sxg_reporting_navigation_failed_zero_success_fraction',
    'sxg_reporting_prefetch_ok',
    'sxg_reporting_prefetch_cert_fetch_error',
    'sxg_reporting_prefetch_cert_fetch_error_downgraded',
    'sxg_reporting_prefetch_cert_parse_error',
    'sxg_reporting_prefetch_cert_parse_error_downgraded',
    'sxg_reporting_prefetch_cert_verification_error',
    'sxg_reporting_prefetch_cert_verification_error_downgraded',
    'sxg_reporting_prefetch_signature_verification_error',
    'sxg_reporting_prefetch_signature_verification_error_downgraded',
    'sxg_reporting_prefetch_invalid_integrity_header',
    'sxg_reporting_prefetch_mi_error',
    'sxg_reporting_prefetch_parse_error',
    'sxg_reporting_prefetch_failed_zero_success_feaction',
    'sxg_reporting_navigation_ok_no_referrer',
    'sxg_reporting_navigation_ok_origin_referrer',
)
FORM = re.compile(r'sxg_reporting_(navigation|prefetch)_(\w+?)(_downgraded)?')
SPECIAL = {
    'failed_zero_success_fraction': ('cert_fetch_error', PAGE, NO_SUCCESS),
    'failed_zero_success_feaction': ('cert_fetch_error', PAGE, NO_SUCCESS),
    'ok_no_referrer': ('ok', PAGE, ALL, 'no-referrer'),
    'ok_origin_referrer': ('ok', PAGE, ALL, 'origin'),
}

for name in NAMES:
    how, kind, downgraded = FORM.fullmatch(name).groups()
    host = ALTERNATE if kind in OF_THE_CHAIN and not downgraded else PAGE
    twin(name, f'a report of a {how}', reporting, how, *SPECIAL.get(kind, (kind, host)))


if __name__ == '__main__':
    sys.exit(main(WptWorld))
