#!/usr/bin/env python3
"""mozilla_page.py - compares the tables about the profile mozilla in docs/profiles.md with it.

SPDX-License-Identifier: LGPL-2.1-or-later

mozilla_page.py BULLA
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SETTING = re.compile(r'`([a-z.-]+) = ([^`]+)`')
CODE = re.compile(r'\(C\d\d(, C\d\d)*\) \|$')


def rows(name):
    """The settings of a table, and its rows."""
    text = (ROOT / 'docs/profiles.md').read_text(encoding='utf-8')
    table = text.split(f'<!-- {name} -->\n', 1)[1].split('<!-- end -->', 1)[0]
    lines = table.splitlines()[2:]
    return dict(SETTING.findall(table)), lines


def main():
    shown = subprocess.run([sys.argv[1], 'profiles', 'show', 'mozilla', '--json'],
                           capture_output=True, text=True, check=True)
    profile = {each['setting']: each for each in map(json.loads, shown.stdout.splitlines())}
    made = {name: each['value'] for name, each in profile.items() if each['from'] == 'mozilla'}
    sets, set_rows = rows('mozilla sets')
    inherits, inherited_rows = rows('mozilla inherits')
    wrong = {name: value for name, value in inherits.items()
             if name in made or profile[name]['value'] != value}
    uncoded = [row for row in set_rows + inherited_rows if not CODE.search(row)]
    print('1..3')
    for number, (fine, title, found) in enumerate((
            (sets == made, 'every setting of the profile has a row', (sets, made)),
            (inherits and not wrong, 'what is inherited has its value', wrong),
            (not uncoded, 'every row names a statement', uncoded)), 1):
        print(f'{"ok" if fine else "not ok"} {number} - {title}')
        if not fine:
            print(f'# {found}')
    return 0 if sets == made and inherits and not wrong and not uncoded else 1


sys.exit(main())
