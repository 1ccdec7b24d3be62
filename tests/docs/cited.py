#!/usr/bin/env python3
"""cited.py - checks that bulla prints links to specifications only in terminals that show links.

SPDX-License-Identifier: LGPL-2.1-or-later

cited.py BULLA
"""
import os
import pathlib
import pty
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
import tap  # noqa: E402

PLAIN = '(spec: IMPL §5.3 step 1)'
LINK = (
    '(spec: \x1b]8;;https://datatracker.ietf.org/doc/html/'
    'draft-yasskin-httpbis-origin-signed-exchanges-impl-03#section-5.3\x1b\\'
    'IMPL §5.3 step 1\x1b]8;;\x1b\\)'
)
MARKS = ('VTE_VERSION', 'KITTY_WINDOW_ID', 'KONSOLE_VERSION', 'WEZTERM_EXECUTABLE', 'WT_SESSION',
         'ALACRITTY_WINDOW_ID')


def judge(text, terminal, **environment):
    """What bulla prints about a package that begins with TEXT."""
    told = {name: value for name, value in os.environ.items() if name not in MARKS}
    told = {'NO_COLOR': '1', **told}
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / 'page.sxg').write_bytes(text)
        command = [pathlib.Path(sys.argv[1]).resolve(), 'verify', '--offline', 'page.sxg']
        ours, its = pty.openpty() if terminal else os.pipe()
        done = subprocess.run(command, cwd=folder, stdout=its, env={**told, **environment},
                              check=False)
        os.close(its)
        parts = []
        try:
            while part := os.read(ours, 65536):
                parts.append(part)
        except OSError:  # the end of a pseudo-terminal is an error
            pass
        os.close(ours)
    assert done.returncode == 1, done.returncode
    return b''.join(parts).decode()


def a_terminal_with_links():
    for mark in ({'VTE_VERSION': '7000'}, {'TERM': 'foot'}, {'WT_SESSION': 'x'}):
        said = judge(b'no package', True, **{'TERM': 'xterm', **mark})
        assert LINK in said and PLAIN not in said, said


def a_terminal_without_links():
    for mark in ({}, {'VTE_VERSION': '4800'}, {'VTE_VERSION': '7000', 'TERM': 'dumb'}):
        said = judge(b'no package', True, **{'TERM': 'xterm', **mark})
        assert PLAIN in said and '\x1b' not in said, said


def colours():
    said = judge(b'no package', True, TERM='xterm', NO_COLOR='')
    assert said.startswith('\x1b[31mrefuse\x1b[0m ') and '\x1b[31mbroken\x1b[0m' in said, said
    for mark in ({'NO_COLOR': '1', 'TERM': 'xterm'}, {'NO_COLOR': '', 'TERM': 'dumb'}):
        assert '\x1b' not in judge(b'no package', True, **mark), mark
    assert '\x1b' not in judge(b'no package', False, TERM='xterm', NO_COLOR='')


def no_terminal():
    said = judge(b'no package', False, VTE_VERSION='7000')
    assert PLAIN in said and '\x1b' not in said, said


def a_package_makes_no_link():
    said = judge(b'\x1b]8;;x', True, TERM='foot')
    assert '\x1b]8;;x' not in said and said.count('\x1b]8;;') == 2, said


tap.run([
    a_terminal_with_links, a_terminal_without_links, colours, no_terminal, a_package_makes_no_link,
])
