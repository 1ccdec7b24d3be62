#!/usr/bin/env python3
"""explain_command.py - runs bulla explain with the words that people type.

SPDX-License-Identifier: LGPL-2.1-or-later

explain.py BULLA
"""
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import tap  # noqa: E402

KEYS = ['reason', 'meaning', 'impact', 'remedy', 'spec', 'report_type', 'chromium', 'rules']


def bulla(*arguments):
    done = subprocess.run(
        [sys.argv[1], 'explain', *arguments], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def a_reason():
    code, out, err = bulla('signature.lifetime')
    assert (code, err) == (0, ''), (code, err)
    lines = out.splitlines()
    assert lines[0] == 'signature.lifetime'
    for title in ('What it means', 'How to fix it', 'Rules that give this reason', 'Specification'):
        assert title in lines, title
    assert '  kErrValidityPeriodTooLong' in lines
    assert '  cert_verification_error' in lines
    assert any('IMPL §3.5 step 3' in line for line in lines)
    assert max(map(len, lines[:12])) <= 80


def a_rule():
    code, out, _ = bulla('--json', 'cert.validity')
    found = json.loads(out)
    assert code == 0 and found['reason'] == 'cert.validity-too-long'
    assert [rule['rule'] for rule in found['rules']] == ['cert.validity']
    assert found['rules'][0]['when'] == 'broken'


def a_silent_rule():
    found = json.loads(bulla('--json', 'sct.unknown')[1])
    assert {rule['when'] for rule in found['rules']} == {'unasked'}
    assert found['chromium'] is None


def all_of_them():
    code, out, _ = bulla('--list', '--json')
    rows = [json.loads(line) for line in out.splitlines()]
    names = [row['reason'] for row in rows]
    assert code == 0 and len(set(names)) == len(names) > 100
    assert all(list(row) == KEYS for row in rows)
    assert all(link.startswith('https://') for row in rows for link in row['spec'])
    lines = bulla('--list')[1].splitlines()
    assert [line.split()[0] for line in lines] == names


def several():
    code, out, _ = bulla('sxg.magic', 'sxg.version')
    assert code == 0 and out.startswith('sxg.magic\n') and '\n\nsxg.version\n' in out


def words_of_others():
    for word, part in (
        ('kErrExpired', 'signature.expired'),
        ('kerrexpired', 'signature.expired'),
        ('net::ERR_INVALID_WEB_BUNDLE', 'bundle.magic'),
        ('ERR_CERT_REVOKED', 'ocsp.revoked'),
        ('sxg.signature_verification_error', 'signature.invalid'),
        ('cert_verification_error', 'cert.untrusted'),
        ('kSignatureVerificationError', 'signature.invalid'),
        ('cert-sha256', 'signature.cert-sha256'),
    ):
        code, out, err = bulla(word)
        assert (code, err) == (0, '') and part in out, (word, code, out, err)
        rows = [json.loads(line) for line in bulla('--json', word)[1].splitlines()]
        assert part in [row['reason'] for row in rows], word
    code, out, err = bulla('kErrNothing')
    assert code == 2 and 'kErrNothing' in err, (code, err)


def a_setting():
    code, out, err = bulla('certificate.ocsp')
    assert (code, err) == (0, ''), (code, err)
    assert 'revoked-age' in out and 'chromium' in out and 'ocsp.current' in out, out
    found = json.loads(bulla('--json', 'certificate.ocsp')[1])
    assert found['setting'] == 'certificate.ocsp' and 'ocsp.current' in found['rules'], found
    assert set(found['profiles']) >= {'chromium', 'draft-b3', 'loading', 'separate-origin'}, found


def locales():
    def told(**environment):
        done = subprocess.run(
            [sys.argv[1], 'explain', 'signature.experd'],
            capture_output=True, check=False, env={**os.environ, **environment},
        )
        return done.stderr
    plain = told(LC_ALL='C', LANGUAGE='')
    assert plain.isascii() and b"'signature.expired'" in plain and b'?' not in plain[:-80], plain
    german = told(LC_ALL='C.UTF-8', LANGUAGE='de').decode()
    english = told(LC_ALL='C.UTF-8', LANGUAGE='').decode()
    assert english.endswith('lists all of them.\n') and german != english, german


def a_slip():
    code, out, err = bulla('signature.experd')
    assert (code, out) == (2, '')
    assert 'Did you mean “signature.expired”?' in err, err


def misuse():
    for arguments in ([], ['--list', 'sxg.magic'], ['']):
        code, out, err = bulla(*arguments)
        assert code == 2 and out == '' and err != '', arguments


tap.run(
    [a_reason, a_rule, a_silent_rule, all_of_them, several, words_of_others, a_setting]
    + [locales, a_slip, misuse]
)
