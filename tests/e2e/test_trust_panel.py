#!/usr/bin/env python3
"""test_trust_panel.py - CAA, validity, revocation and keys in the verdict panel and the ledger.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import threading

from harness import case, equal, main
from driver.keys import Keyboard
from exchanges import CHAIN_TYPE, bulla
from free_shell import FreeShell
from wpt_world import HTML, INNER, PAGE, Server, WptWorld

CBOR = 'application/cbor'
WITHDRAWN = b'\xa0'
CAA, CLASS_IN = 257, 1
DOMAIN = 'ca.test'
# a trust anchor of another zone, so that unsigned answers are accepted
ANCHOR = 'elsewhere. IN DS 12345 13 2 ' + ''.join(f'{byte:02x}' for byte in range(32)) + '\n'


class Resolver:
    """A DNS server on loopback that answers every question for CAA with one record."""

    def __init__(self, value):
        tag = b'issue'
        rdata = bytes([0, len(tag)]) + tag + value.encode()
        self.record = b'\xc0\x0c' + struct.pack('>HHIH', CAA, CLASS_IN, 60, len(rdata)) + rdata
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(('127.0.0.1', 0))
        self.address = '127.0.0.1@%d' % self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            query, client = self.socket.recvfrom(4096)
            if not query:
                return
            end = query.index(0, 12) + 5  # the name, a type and a class
            found = query[end - 4 : end] == struct.pack('>HH', CAA, CLASS_IN)
            head = query[:2] + struct.pack('>HHHHH', 0x8180, 1, int(found), 0, 0)
            self.socket.sendto(head + query[12:end] + (self.record if found else b''), client)

    def close(self):
        port = self.socket.getsockname()[1]
        self.socket.sendto(b'', ('127.0.0.1', port))
        self.thread.join()
        self.socket.close()


class Folder:
    """A store that knows the issuer of the world's certificates, a trust anchor and a ledger."""

    def __init__(self, bench):
        self.folder = tempfile.TemporaryDirectory(prefix='bulla-trust-')
        self.path = pathlib.Path(self.folder.name)
        self.ledger, self.anchor = self.path / 'ledger.jsonl', self.path / 'anchor'
        self.anchor.write_text(ANCHOR, encoding='utf-8')
        issuers = self.path / 'issuers'
        issuers.write_text(f'dn\tCN=Bulla Test Intermediate\t{DOMAIN}\n', encoding='utf-8')
        bulla(bench.build, 'issuers', 'import', '--store', self.path, issuers)

    def arguments(self):
        return ('--store', str(self.path), '--ledger', str(self.ledger))

    def contacts(self, purpose):
        lines = self.ledger.read_text(encoding='utf-8').splitlines()
        found = [json.loads(line) for line in lines]
        return [each for each in found if each.get('purpose') == purpose]

    def close(self):
        self.folder.cleanup()


def titled(text):
    return f'<!doctype html><title>{text}</title>'


def make_validity(bench, folder, exchange):
    """Validity data with the signature that EXCHANGE has already."""
    package, out = folder.path / 'package.sxg', folder.path / 'validity'
    package.write_bytes(exchange)
    bulla(bench.build, 'create', 'validity', '--from', package, out)
    return out.read_bytes()


class SameKey:
    """A TLS server of the publisher that uses the key with which the world signs exchanges."""

    def __init__(self, bench):
        self.world = bench.world
        folder, authority = self.world.folder, self.world.folder / 'authority'
        request, ext, leaf = (folder / f'same-key.{end}' for end in ('csr', 'ext', 'pem'))
        key, issuer = folder / 'signer.key', authority / 'intermediate'
        ext.write_text(f'subjectAltName=DNS:{INNER}\nextendedKeyUsage=serverAuth\n')
        make = ['openssl', 'req', '-new', '-key', key, '-subj', f'/CN={INNER}', '-out', request]
        sign = ['openssl', 'x509', '-req', '-in', request, '-CA', f'{issuer}.pem', '-CAkey']
        sign += [f'{issuer}.key', '-set_serial', '7', '-extfile', ext, '-days', '30', '-out', leaf]
        for words in (make, sign):
            subprocess.run(words, check=True, capture_output=True)
        with leaf.open('a') as chain:
            chain.write(pathlib.Path(f'{issuer}.pem').read_text())
        self.server = Server(self.world, 'https', (leaf, key))

    def put(self, path, body, kind):
        """Serves BODY at PATH; the connection ends with the answer."""
        url = f'https://{INNER}:{self.server.port}{path}'
        return self.world.put(url, body, kind, headers={'Connection': 'close'})

    def close(self):
        self.server.close()


def show(bench, folder, *more, answer=None, other=None, **signing):
    """The line about a signed page in a new shell, and what the panel showed of it.

    ANSWER: what the publisher says at the validity URL; OTHER: the page that is shown next;
    SIGNING: options of `bulla create exchange`.
    """
    world = bench.world
    target = world.put(world.url(INNER, '/page'), titled('live'))
    validity_url = world.url(INNER, '/validity')
    signed = world.sign(target, titled('signed'), validity_url=validity_url, **signing)
    world.put(validity_url, answer or make_validity(bench, folder, signed), CBOR)
    url = world.put_exchange(world.url(PAGE, '/signed.sxg'), signed)
    other = other or world.put(world.url(PAGE, '/other'), titled('other'))
    shell = FreeShell(bench, *folder.arguments(), *more, url)
    try:
        page = shell.decisions.wait_page(0, target, lambda each: each['url'] == target)
        keys = bench.open(Keyboard, bench.display)
        keys.press('Control+l')
        keys.write(other)
        keys.press('Return')
        shell.decisions.wait_page(0, other, lambda each: each['url'] == other)
        left = [each for each in shell.decisions.since(0, 'left') if each['url'] == target][-1]
    finally:
        shell.close()
    left['facts'] = {each['title']: each['value'] for each in left['facts']}
    left['rules'] = {each['rule']: (each['state'], each['observed']) for each in left['rules']}
    return page, left


@case
def key_and_expiry(bench):
    """the panel lists what the key can sign for, and what ends the trust first"""
    page, left = show(bench, bench.open(Folder, bench))
    equal('standing', page['standing'], 'substituted')
    reach = left['facts']['The signing key can sign for']
    assert {INNER, PAGE} <= set(reach.split('\n')), reach
    until = left['facts']['Valid until']
    assert 'when the OCSP response expires' in until, until
    assert 'Publisher’s answer' not in left['facts'], left['facts']


@case
def validity(bench):
    """the publisher's answer is in the panel, with the race, and in the ledger"""
    folder = bench.open(Folder, bench)
    page, left = show(bench, folder, '--check-validity', 'blocking')
    equal('standing', page['standing'], 'substituted')
    equal('answer', left['facts']['Publisher’s answer'], 'This version is current')
    race = left['facts']['Time of the answer']
    assert race.startswith('Before the verdict: answered after '), race
    equal('rule', left['rules']['validity.not-withdrawn'][0], 'held')
    asked = [each for each in folder.contacts('validity') if each['kind'] == 'request']
    equal('asked', [each['host'] for each in asked], [INNER])


@case
def withdrawn(bench):
    """a version that its publisher has withdrawn is live, and the panel says why"""
    folder = bench.open(Folder, bench)
    more = ('--check-validity', 'blocking', '--set', 'trust.validity-empty=refuse')
    page, left = show(bench, folder, *more, answer=WITHDRAWN)
    equal('page', (page['standing'], page['reason']), ('fell-back', 'validity.withdrawn'))
    equal('rule', left['rules']['validity.not-withdrawn'][0], 'broken')


@case
def caa(bench):
    """the rules about CAA say what DNS answered, and the resolver is in the ledger"""
    yes = f'{DOMAIN}; cansignhttpexchanges=yes'
    for value, state, told in ((yes, 'held', 'permitted'), (DOMAIN, 'broken', DOMAIN)):
        folder = bench.open(Folder, bench)
        resolver = bench.open(Resolver, value)
        more = ('--caa', 'require', '--dnssec', 'ignore', '--resolver', resolver.address)
        page, left = show(bench, folder, *more, '--trust-anchor', str(folder.anchor))
        equal('standing', page['standing'], 'substituted' if state == 'held' else 'fell-back')
        found, observed = left['rules']['caa.permits-exchanges']
        equal('rule', found, state)
        assert told in observed, observed
        hosts = {each['host'] for each in folder.contacts('caa')}
        assert INNER in hosts and PAGE in hosts, hosts


@case
def same_key(bench):
    """a signing key that a TLS server uses is noticed, in the panel, the rules and the ledger"""
    folder, server = bench.open(Folder, bench), bench.open(SameKey, bench)
    cert_url = server.put('/same.cbor', bench.world.chain, CHAIN_TYPE)
    other = server.put('/other', titled('other'), HTML)
    more = ('--resolve', f'{INNER}:{server.server.port}:127.0.0.1')
    page, left = show(bench, folder, *more, other=other, cert_url=cert_url)
    equal('standing', page['standing'], 'substituted')
    equal('panel', left['facts']['A TLS server uses the same key'], INNER)
    equal('line', page['tls_host'], INNER)
    found = [each['signs_for'] for each in folder.contacts('page') if 'signs_for' in each]
    equal('ledger', found, [INNER])

    refusing = ('--set', 'certificate.tls-key=refuse')
    page, left = show(bench, bench.open(Folder, bench), *more, *refusing, cert_url=cert_url)
    equal('page', (page['standing'], page['reason']), ('fell-back', 'cert.key-in-tls'))
    state, observed = left['rules']['cert.key-not-in-tls']
    equal('rule', state, 'broken')
    assert INNER in observed, observed


def find_serial(bench):
    """The serial number of the certificate that signs the pages."""
    chain = bench.world.folder / 'signer.cbor'
    return json.loads(bulla(bench.build, 'ocsp', '--json', chain))['serial']


@case
def revoked(bench):
    """a key on the local revocation list speaks for nobody, and the panel says which"""
    folder = bench.open(Folder, bench)
    revoke = folder.path / 'revoked'
    issuer, serial = 'CN=Bulla Test Intermediate', find_serial(bench)
    revoke.write_text(f'serial {serial} issuer {issuer} # stolen\n', encoding='utf-8')
    bulla(bench.build, 'revocations', 'import', '--store', folder.path, revoke)
    page, left = show(bench, folder)
    equal('page', (page['standing'], page['reason']), ('fell-back', 'cert.locally-revoked'))
    state, observed = left['rules']['cert.not-on-revocation-list']
    equal('rule', state, 'broken')
    assert 'stolen' in observed, observed


if __name__ == '__main__':
    sys.exit(main(WptWorld))
