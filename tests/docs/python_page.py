#!/usr/bin/env python3
"""python_page.py - runs the program of docs/python.md as it is written there.

SPDX-License-Identifier: LGPL-2.1-or-later

python_page.py BULLA
"""
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile

try:
    import gi  # noqa: F401
except ImportError:
    print('1..0 # SKIP python3-gi is not installed')
    sys.exit(0)

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import tap  # noqa: E402

BULLA = str(pathlib.Path(sys.argv[1]).resolve())
PAGE = pathlib.Path(__file__).resolve().parents[2] / 'docs/python.md'
LINES_MAX = 30
MAKE = """
set -e
printf Hello >index.html
$BULLA create authority a
cp a/root.pem a/ctlogs.json .
$BULLA create chain --authority a --host example.com chain.cbor
$BULLA create exchange --certificate chain.pem --private-key chain.key --content index.html \\
  --url https://example.com/ --cert-url https://example.com/chain.cbor page.sxg
"""


def program():
    (text,) = re.findall(r'```python\n(.*?)```', PAGE.read_text(encoding='utf-8'), re.DOTALL)
    return text


def closed_port():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


def is_short():
    assert len([line for line in program().splitlines() if line.strip()]) <= LINES_MAX


def runs():
    subprocess.run(['sh', '-c', MAKE], cwd=FOLDER, env={'BULLA': BULLA, 'PATH': '/usr/bin:/bin'},
                   check=True, stdout=subprocess.DEVNULL)
    port = closed_port()
    subprocess.run(
        [BULLA, 'verify', '--timeout', '5', '--ledger', 'visit.jsonl', '--resolve',
         f'example.com:{port}:127.0.0.1', f'https://example.com:{port}/page.sxg'],
        cwd=FOLDER, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    done = subprocess.run([sys.executable, '-', 'chain.cbor', 'page.sxg', 'visit.jsonl'],
                          input=program(), cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:2] == [
        'draft-b3 substitute None',
        'separate-origin fall-back profile.no-substitution',
    ], lines
    assert any(line.startswith('connect example.com ') and not line.endswith(' None')
               for line in lines[2:]), lines


FOLDER = tempfile.mkdtemp(prefix='bulla-python-')
try:
    tap.run([is_short, runs])
finally:
    shutil.rmtree(FOLDER)
