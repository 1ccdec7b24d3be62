#!/usr/bin/env python3
"""variants_page.py - runs the commands of docs/variants.md, in their order, in an empty folder.

SPDX-License-Identifier: LGPL-2.1-or-later

variants_page.py BULLA
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BULLA = pathlib.Path(sys.argv[1]).resolve()
STATUS = re.compile(r'\s+# (\d+)$')


def commands(text):
    """Each command of a fenced block, and its exit status."""
    for block in re.findall(r'^```sh\n(.*?)^```$', text, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            status = STATUS.search(line)
            yield STATUS.sub('', line), int(status[1]) if status else 0


def main():
    found = list(commands((ROOT / 'docs/variants.md').read_text(encoding='utf-8')))
    print(f'1..{len(found)}')
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        tools = pathlib.Path(folder, 'bin')
        tools.mkdir()
        (tools / 'bulla').symlink_to(BULLA)
        environment = {**os.environ, 'PATH': f'{tools}:{os.environ["PATH"]}',
                       'XDG_CONFIG_HOME': folder}
        for number, (command, status) in enumerate(found, 1):
            done = subprocess.run(['/bin/sh', '-c', command], cwd=folder, env=environment,
                                  capture_output=True, text=True, check=False)
            fine = done.returncode == status
            failed += not fine
            print(f'{"ok" if fine else "not ok"} {number} - {command}')
            if not fine:
                print(f'# status {done.returncode}, not {status}')
                for line in (done.stdout + done.stderr).splitlines()[:20]:
                    print(f'# {line}')
    return 1 if failed or not found else 0


sys.exit(main())
