#!/usr/bin/env python3
"""page.py - converts a page of docs/ for gi-docgen, which needs the title as metadata.

SPDX-License-Identifier: LGPL-2.1-or-later

page.py PAGE.md OUTPUT
"""
import pathlib
import re
import sys


def main(source, output):
    title, _, text = pathlib.Path(source).read_text(encoding='utf-8').partition('\n')
    if not title.startswith('# '):
        sys.exit(f'{source}: does not begin with its title')
    text = re.sub(r'\]\((?!https?:)([\w/-]+)\.md', r'](\1.html', text)
    pathlib.Path(output).write_text(f'Title: {title[2:]}\n{text}', encoding='utf-8')


main(*sys.argv[1:])
