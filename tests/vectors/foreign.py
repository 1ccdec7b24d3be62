#!/usr/bin/env python3
"""foreign.py - packages made by other tools get the expected verdicts.

SPDX-License-Identifier: LGPL-2.1-or-later

$BULLA_VECTORS names the folder that holds them; without it the tests are skipped. A row whose
certainty is `firm` has to agree. DECIDED has our decisions where the drafts leave a choice: a row
of another certainty agrees or is listed there.
"""
import collections
import csv
import json
import os
import pathlib
import subprocess
import sys

OUTCOMES = {
    'accept': 'substitute',
    'fallback': 'fall-back',
    'neterror': 'refuse',
    'body-error': 'refuse',
}

# The drafts do not define these cases, and Bulla decides differently from the source.
DECIDED = {
    'sxg/cert-sct-on-second.sxg': 'sct on an intermediate is allowed (IMPL 3.3(3)), '
    'and not looked at',
    'wbn/w-stateful.wbn': 'stateful headers of an unsigned bundle are dropped outside its scope, '
    'and shown as dropped',
    'wbn/w-manifest-in-b2.wbn': 'a manifest section of b1 in b2 is read as b1 has it; that its URL '
    'is not in the bundle is said, as in b1',
}

# Chromium decided differently from our profile of it, for this reason.
CHROMIUM_DIFFERS = {
    'sxg/p-validity-cred.sxg': 'lenient URL parser: credentials',
    'sxg/u-cred.sxg': 'lenient URL parser: credentials',
    'sxg/u-nohost.sxg': 'lenient URL parser: takes the path for a host; we read no host at all',
    'sxg/u-lead-space.sxg': 'lenient URL parser: strips white space',
    'sxg/u-nul.sxg': 'lenient URL parser: strips control characters',
    'sxg/u-backslash.sxg': 'lenient URL parser: takes a backslash for a slash',
    'sxg/v-lead-space.sxg': 'white space around a value is stripped there; here it is not a value',
    'sxg/cert-ocsp-life30d-old.sxg': 'its source asks for an age of at most 7 days, with roots '
    'added by hand it was seen to take 10',
}


def read_rows(folder, name):
    with open(folder / name, encoding='utf-8', newline='') as file:
        return list(csv.DictReader(file, delimiter='\t', quoting=csv.QUOTE_NONE))


def judge(bulla, folder, profile, time, chain, files):
    command = [bulla, 'verify', '--json=full', '--offline', '--profile', profile, '--at', time]
    command += ['--trust', 'pki/root.pem', '--ct-logs', 'pki/ctlogs.json']
    if chain != '-':
        command += ['--chain', chain]
    command += files
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f'{command}: exit {done.returncode}: {done.stderr}')
    return {found['file']: found for found in map(json.loads, done.stdout.splitlines())}


def judge_all(bulla, folder, profile, rows):
    """One run of the command for all rows that share a time and a chain."""
    groups = collections.defaultdict(list)
    for row in rows:
        groups[row['verify_time'], row['cert_chain']].append(row['file'])
    found = {}
    for (time, chain), files in groups.items():
        for name, verdict in judge(bulla, folder, profile, time, chain, files).items():
            found[name, time] = verdict
    return found


def check_draft(row, found):
    """What is wrong with a verdict of profile draft-b3, or None."""
    accepted = found['outcome'] == 'substitute' and found['body']['complete']
    if accepted != (row['expected'] == 'accept'):
        return (
            f"expected {row['expected']} ({row['reason']}), "
            f"got {found['outcome']} ({found['reason']})"
        )
    if accepted and row['payload_sha256'] not in ('', found['body']['sha256']):
        return f"payload {found['body']['sha256']}, expected {row['payload_sha256']}"
    if not accepted and found['reason'] is None:
        return 'rejected without a reason'
    return None


def check_bundle(row, found):
    """What is wrong with the verdict on a bundle, which is accepted if its reason is null."""
    accepted = found['reason'] is None
    if accepted != (row['expected'] == 'accept'):
        return (
            f"expected {row['expected']} ({row['reason']}), "
            f"got {found['outcome']} ({found['reason']})"
        )
    if accepted and found['outcome'] not in ('substitute', 'separate-origin'):
        return f"accepted, and yet {found['outcome']}"
    if found['kind'] not in ('bundle', 'signed-bundle'):
        return f"taken for {found['kind']}"
    return None


def check_chromium(row, found):
    wanted = OUTCOMES[row['outcome']]
    if found['outcome'] != wanted:
        return f"Chromium: {row['outcome']}, got {found['outcome']} ({found['reason']})"
    return None


def report(number, name, trouble, excuse):
    """Prints one TAP line; an exception that is no longer needed fails, too."""
    if trouble and excuse:
        print(f'ok {number} {name} # differs: {excuse}')
        return True
    if excuse:
        trouble = f'agrees now; take it off the list: {excuse}'
    print(f"{'not ok' if trouble else 'ok'} {number} {name}")
    if trouble:
        print(f'# {trouble}')
    return not trouble


def main():
    bulla = sys.argv[1]
    folder = pathlib.Path(os.environ.get('BULLA_VECTORS', '')) / 'visible'
    if 'BULLA_VECTORS' not in os.environ or not folder.is_dir():
        print('1..0 # SKIP BULLA_VECTORS names no folder of foreign packages')
        return 0
    manifest = read_rows(folder, 'manifest.tsv')
    rows = [row for row in manifest if row['file'].startswith('sxg/')]
    bundles = [row for row in manifest if row['file'].startswith('wbn/')]
    chains = {(row['file'], row['verify_time']): row['cert_chain'] for row in rows}
    theirs = [
        dict(row, cert_chain=chains[row['file'], row['verify_time']])
        for row in read_rows(folder, 'chromium.tsv')
        if (row['file'], row['verify_time']) in chains
    ]
    print(f'1..{len(rows) + len(bundles) + len(theirs)}')
    fine, number = True, 0
    for profile, table, check, excuses in (
        ('draft-b3', rows, check_draft, DECIDED),
        ('draft-b3', bundles, check_bundle, DECIDED),
        ('chromium', theirs, check_chromium, CHROMIUM_DIFFERS),
    ):
        found = judge_all(bulla, folder, profile, table)
        for row in table:
            number += 1
            trouble = check(row, found[row['file'], row['verify_time']])
            excuse = excuses.get(row['file'])
            if profile == 'draft-b3' and row['certainty'] == 'firm':
                excuse = None
            name = f"{profile} {row['file']} at {row['verify_time']}"
            fine = report(number, name, trouble, excuse) and fine
    return 0 if fine else 1


sys.exit(main())
