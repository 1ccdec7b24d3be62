#!/usr/bin/env python3
"""publish.py - runs every command of docs/publish.md, in this order, in a new folder.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]

FILES = {
    'index.html': '<!doctype html><p>Hello\n',
    'public/index.html': '<!doctype html><link rel=stylesheet href=style.css><p>Hello\n',
    'public/style.css': 'p { color: green }\n',
}

# What an authority would give, made of the test authority's files; the key is encrypted.
PREPARE = """
set -e
bulla create chain --authority my-authority --host example.com --sct-in ocsp given.cbor >/dev/null
mv given.pem fullchain.pem
echo secret >passphrase
openssl pkcs8 -topk8 -in given.key -passout file:passphrase -out privkey.pem
python3 - <<'END'
data = open('given.cbor', 'rb').read()
at = data.index(b'\\x64ocsp') + 5
width = {24: 1, 25: 2}[data[at] & 31]
size = int.from_bytes(data[at + 1:at + 1 + width], 'big')
open('response.der', 'wb').write(data[at + 1 + width:at + 1 + width + size])
END
"""


def run(command, folder, environment):
    return subprocess.run(
        ['/bin/sh', '-c', command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def main(program):
    page = (ROOT / 'docs/publish.md').read_text(encoding='utf-8')
    commands = [line.strip() for line in page.splitlines() if line.startswith('    bulla ')]
    environment = dict(os.environ, LC_ALL='C.UTF-8')
    folder = str(pathlib.Path(program).resolve().parent)
    environment['PATH'] = folder + os.pathsep + environment['PATH']
    print(f'1..{len(commands)}')
    bad = 0
    with tempfile.TemporaryDirectory(prefix='bulla-publish-') as place:
        pathlib.Path(place, 'public').mkdir()
        for name, text in FILES.items():
            pathlib.Path(place, name).write_text(text, encoding='utf-8')
        for number, command in enumerate(commands, 1):
            if 'fullchain.pem' in command and not pathlib.Path(place, 'fullchain.pem').exists():
                prepared = run(PREPARE, place, environment)
                print('#', prepared.stderr.replace('\n', '\n# '))
            done = run(command, place, environment)
            fine = done.returncode == 0
            bad += not fine
            print('ok' if fine else 'not ok', number, command[:80].replace('#', ''))
            if not fine:
                print('#', (done.stdout + done.stderr).replace('\n', '\n# '))
    return 1 if bad or not commands else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
