#!/usr/bin/env python3
"""demo.py - shows the shell on a small web of its own, or clicks through it and writes it down.

SPDX-License-Identifier: LGPL-2.1-or-later

With a display it opens the shell on the aggregator's page of links. Without one, or with
--headless, it follows every link under Xvfb, saves a picture of each page and prints a table. Exit
status: 0 when everything came as promised, 1 when not, 2 when it could not be tried.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import urllib.parse

from driver import wait, webdriver
from driver.display import Display, Missing
from driver.world import Shell, World

PICTURES = 'demo-output'
COLUMNS = ('link', 'address', 'origin', 'outcome', 'reason', 'publisher_requests', 'screenshot')

# what the shell says of a page, as the outcome of the package that led there
OUTCOMES = {
    'substituted': 'substitute',
    'truncated': 'truncated',
    'fell-back': 'fall-back',
    'separate-origin': 'separate-origin',
    'isolated-app': 'separate-origin',
    'refused': 'refuse',
    'live': 'live',
    'insecure': 'live',
    'none': 'error',
}


def show(build, world):
    """The shell, for somebody to look at."""
    shell = str(pathlib.Path(build) / 'shell/bulla-shell')
    print(f'The aggregator is at {world.aggregator}/', file=sys.stderr)
    command = [shell, *world.arguments(), world.aggregator + '/']
    return subprocess.run(command, check=False).returncode


def outcome_of(page):
    return OUTCOMES[page['standing']]


def follow(shell, link):
    """Follows LINK from the aggregator's page; the line of the table."""
    world = shell.world
    shell.go(world.aggregator + '/')
    world.reset()
    mark = shell.decisions.mark()
    page = shell.follow('#' + link['link'])
    if link['outcome'] == 'truncated':
        page = shell.decisions.wait_page(
            mark, 'the page breaks off', lambda each: each['standing'] == 'truncated'
        )
        shell.settle()
        shell.run('window.scrollTo(0, document.documentElement.scrollHeight)')
    return {
        'link': link['link'],
        'address': shell.address(),
        'origin': shell.run('return window.origin'),
        'outcome': outcome_of(page),
        'reason': page['reason'] or '',
        'publisher_requests': world.publisher_requests(),
    }


def broken_promises(row, link):
    promised = {
        'outcome': link['outcome'],
        'reason': link['reason'],
        'publisher_requests': link['requests'],
    }
    if link['outcome'] == 'separate-origin':
        scheme = 'isolated-app' if link['link'] == 'app' else 'webpkg'
        row = {**row, 'scheme': row['origin'].split(':')[0]}
        promised['scheme'] = scheme
        promised['address'] = row['origin'] + urllib.parse.urlsplit(row['address']).path
    elif link['outcome'] != 'refuse':
        promised['address'] = link['signed_url']
        promised['origin'] = '/'.join(link['signed_url'].split('/')[:3])
    return [
        f'{row["link"]}: {key} is {row[key]!r}, promised was {value!r}'
        for key, value in promised.items()
        if row[key] != value
    ]


def print_row(row, as_json):
    if as_json:
        print(json.dumps(row), flush=True)
        return
    print(
        f'{row["link"]:10} {row["outcome"]:15} {row["reason"] or "-":24} '
        f'{row["publisher_requests"]:>9}  {row["address"]}',
        flush=True,
    )


def click_through(build, display, world, as_json):
    """Every link, and once more the good one with its verdict panel; what was not as promised."""
    folder = pathlib.Path(PICTURES)
    folder.mkdir(exist_ok=True)
    complaints = []
    shell = Shell(build, display, world)
    try:
        shell.go(world.aggregator + '/')
        display.save(folder / 'aggregator.png')
        if not as_json:
            print(f'{"link":10} {"outcome":15} {"reason":24} publisher  address')
        for link in (each for each in world.facts['links'] if each['title']):
            row = follow(shell, link)
            row['screenshot'] = str(folder / f'{link["link"]}.png')
            display.save(row['screenshot'])
            print_row({key: row[key] for key in COLUMNS}, as_json)
            complaints += broken_promises(row, link)
    finally:
        shell.close()
    shell = Shell(build, display, world, ['--panel'])
    try:
        follow(shell, world.links['good'])
        display.save(folder / 'verdict-panel.png')
    finally:
        shell.close()
    return complaints


def headless(build, as_json):
    display = Display()
    try:
        world = World(build)
        try:
            complaints = click_through(build, display, world, as_json)
        finally:
            world.close()
    finally:
        display.close()
    for each in complaints:
        print(f'demo: {each}', file=sys.stderr)
    if not complaints:
        print(f'Everything came as promised. Pictures are in {PICTURES}/', file=sys.stderr)
    return 1 if complaints else 0


def main():
    parser = argparse.ArgumentParser(prog='./dev demo', description=__doc__.split('\n\n')[0])
    parser.add_argument('--build-dir', required=True, help=argparse.SUPPRESS)
    parser.add_argument('--headless', action='store_true', help='follow every link, and tell')
    parser.add_argument('--json', action='store_true', help='headless, one JSON object a line')
    options = parser.parse_args()
    build = pathlib.Path(options.build_dir).resolve()
    try:
        displayed = os.environ.get('DISPLAY') or os.environ.get('WAYLAND_DISPLAY')
        if options.headless or options.json or not displayed:
            return headless(build, options.json)
        world = World(build)
        try:
            return show(build, world)
        finally:
            world.close()
    except (Missing, OSError, wait.Late, webdriver.Refused) as error:
        print(f'demo: {error}', file=sys.stderr)
        return 2


if __name__ == '__main__':
    sys.exit(main())
