#!/usr/bin/env python3
"""realworld.py - compares the verdicts on packages found in the wild with their snapshots.

SPDX-License-Identifier: LGPL-2.1-or-later

    realworld.py BULLA SNAPSHOTS [--update]

Each file of $BULLA_VECTORS/realworld is judged as its manifest says: at that time, with that chain,
offline, trusting only visible/pki/root.pem. Every step is kept, and of a bundle what was found of
each of its resources. Whatever they are, none may crash the engine, and none is turned down
without a reason. Without $BULLA_VECTORS all of this is skipped.
"""
import csv
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

PROFILE = 'draft-b3'


def read_rows(folder):
    with open(folder / 'manifest.tsv', encoding='utf-8', newline='') as file:
        return list(csv.DictReader(file, delimiter='\t', quoting=csv.QUOTE_NONE))


def make_store(bulla, store):
    """A store that remembers no package, whatever other tests and the user have in theirs."""
    (store / 'none').touch()
    subprocess.run([bulla, 'vulnerable', 'import', '--quiet', '--store', store, store / 'none'],
                   check=True)


def judge(bulla, folder, store, row):
    """The output of the command, with the path of the file as in the manifest."""
    time = row['verify_time'] or '0'
    command = [bulla, 'verify', '--offline', '--profile', PROFILE, '--at', time]
    command += ['--trust', '../visible/pki/root.pem', '--explain']
    if row['cert_chain'] not in ('', 'none'):
        command += ['--chain', row['cert_chain']]
    environment = dict(os.environ, LC_ALL='C.UTF-8', LANGUAGE='', BULLA_STORE=str(store))
    return subprocess.run(
        [*command, row['file']],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding='utf-8',
        check=False,
    )


def trouble_with(done):
    """A result that no file may cause, independent of the snapshot; or None."""
    if done.returncode not in (0, 1):
        return f'exit {done.returncode}: {done.stderr.strip()}'
    taken = done.stdout.startswith(('substitute', 'separate-origin'))
    if not taken and not re.search(r'^  reason ', done.stdout, re.M):
        return 'turned down without a reason'
    return None


def compare(path, text):
    if not path.is_file():
        return f'{path} is missing'
    kept = path.read_text(encoding='utf-8')
    if kept == text:
        return None
    lines = difflib.unified_diff(kept.splitlines(), text.splitlines(), 'kept', 'now', '', '', 0, '')
    return '\n'.join(lines)


def report(number, name, trouble):
    print(f"{'not ok' if trouble else 'ok'} {number} {name}")
    for line in (trouble or '').splitlines():
        print(f'# {line}')
    return not trouble


def main():
    arguments = [each for each in sys.argv[1:] if each != '--update']
    update = len(arguments) < len(sys.argv) - 1
    bulla, snapshots = pathlib.Path(arguments[0]).resolve(), pathlib.Path(arguments[1])
    folder = pathlib.Path(os.environ.get('BULLA_VECTORS', '')) / 'realworld'
    if 'BULLA_VECTORS' not in os.environ or not folder.is_dir():
        print('1..0 # SKIP BULLA_VECTORS names no folder of foreign packages')
        return 0
    with tempfile.TemporaryDirectory(prefix='bulla-realworld-') as store:
        make_store(bulla, pathlib.Path(store))
        return judge_all(bulla, snapshots, folder, pathlib.Path(store), update)


def judge_all(bulla, snapshots, folder, store, update):
    """Compares the judgement of every package. Returns the status of the program."""
    rows = read_rows(folder)
    wanted = {snapshots / (row['file'] + '.txt') for row in rows}
    print(f'1..{len(rows) + 1}')
    fine = True
    for number, row in enumerate(rows, 1):
        done = judge(bulla, folder, store, row)
        trouble = trouble_with(done)
        path = snapshots / (row['file'] + '.txt')
        if update and not trouble:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(done.stdout, encoding='utf-8')
        elif not trouble:
            trouble = compare(path, done.stdout)
        fine = report(number, row['file'], trouble) and fine
    if not fine:
        print(f'# if all of this is meant: {" ".join(sys.argv)} --update')
    stale = sorted(set(snapshots.glob('**/*.txt')) - wanted)
    fine = report(len(rows) + 1, 'nothing stale', '\n'.join(map(str, stale))) and fine
    return 0 if fine else 1


sys.exit(main())
