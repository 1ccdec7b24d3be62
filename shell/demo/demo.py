#!/usr/bin/env python3
"""demo.py - shows the shell with the demo's servers, or follows every link and prints the results.

SPDX-License-Identifier: LGPL-2.1-or-later

With a display it opens the shell on the aggregator's page of links, or with --tour on the first of
the six deliveries of one article, or with --clients on the variants of another. Without a display,
or with --headless, it follows every link, takes the tour, or visits the variants as five clients,
under Xvfb, saves a picture of each page and prints a table. Exit status: 0 when
everything came as promised, 1 when not, 2 when it could not be tried.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import urllib.parse

import readers
import tour
from driver import programs, wait, webdriver
from driver.display import Display, Missing
from driver.world import Shell, World

PICTURES = 'demo-output'
COLUMNS = ('link', 'address', 'origin', 'outcome', 'reason', 'publisher_requests', 'screenshot')

# the shell's word for a page, for each outcome of its package
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


# what a shell must be told to ask publishers before it shows their packages
ASKING = ['--check-validity', 'blocking', '--set', 'trust.validity-empty=refuse']


def remembering(world):
    """The options that make a shell refuse versions older than one it has seen."""
    return ['--store', str(world.folder), '--set', 'trust.rollback=refuse']


def environment(world):
    """The options of the shell, which trusts the authority of the demo."""
    return {**os.environ, 'BULLA_STORE': str(world.folder)}


def show(build, world, path, asks):
    """Opens the shell on the display of the user."""
    shell = str(programs.find(build, 'bulla-shell'))
    print(f'The aggregator is at {world.aggregator}/', file=sys.stderr)
    more = world.dns() + remembering(world) + (ASKING if asks else [])
    command = [shell, *world.arguments(), *more, world.aggregator + path]
    return subprocess.run(command, check=False, env=environment(world)).returncode


def outcome_of(page):
    return OUTCOMES[page['standing']]


def follow(shell, link):
    """Follows LINK from the aggregator's page; returns the line of the table."""
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


def asks_dns(link):
    """Whether LINK is about DNS; the headless shell requires CAA only for those."""
    return link['link'].startswith('caa')


def asks_memory(link):
    """Whether LINK is about an earlier version, or about the publisher's validity data."""
    return link['reason'] in ('history.older', 'validity.withdrawn')


def click_some(build, display, world, links, more, as_json, before=()):
    """Follows LINKS, after those named in BEFORE, in a shell with MORE options; the failures."""
    folder = pathlib.Path(PICTURES)
    complaints = []
    shell = Shell(build, display, world, more)
    try:
        shell.go(world.aggregator + '/')
        display.save(folder / 'aggregator.png')
        for name in before:
            follow(shell, world.links[name])
        for link in links:
            row = follow(shell, link)
            row['screenshot'] = str(folder / f'{link["link"]}.png')
            display.save(row['screenshot'])
            print_row({key: row[key] for key in COLUMNS}, as_json)
            complaints += broken_promises(row, link)
    finally:
        shell.close()
    return complaints


def click_through(build, display, world, as_json):
    """Follows every link, and the good one again with its verdict panel; returns the failures."""
    folder = pathlib.Path(PICTURES)
    folder.mkdir(exist_ok=True)
    links = [each for each in world.facts['links'] if each['title']]
    os.environ.update(environment(world))
    if not as_json:
        print(f'{"link":10} {"outcome":15} {"reason":24} publisher  address')
    others = [each for each in links if not asks_dns(each) and not asks_memory(each)]
    complaints = click_some(build, display, world, others, [], as_json)
    about_dns = [each for each in links if asks_dns(each)]
    complaints += click_some(build, display, world, about_dns, world.dns(), as_json)
    about_memory = [each for each in links if asks_memory(each)]
    more = remembering(world) + ASKING
    complaints += click_some(build, display, world, about_memory, more, as_json, ['good'])
    shell = Shell(build, display, world, ['--panel'])
    try:
        follow(shell, world.links['good'])
        display.save(folder / 'verdict-panel.png')
    finally:
        shell.close()
    return complaints


def open_world(build, options):
    """Starts the servers, at the distances of --rtt: ms of all but the aggregator, or HOST=ms."""
    world = World(build, options.http1)
    for each in options.rtt:
        host, _, milliseconds = each.rpartition('=')
        world.set_rtt(host or 'far', milliseconds)
    return world


def headless(build, options):
    folder = pathlib.Path(PICTURES)
    display = Display()
    try:
        world = open_world(build, options)
        try:
            if options.tour:
                complaints = tour.walk(build, display, world, options.json, folder)
            elif options.clients:
                complaints = readers.walk(build, display, world, options.json, folder)
            else:
                complaints = click_through(build, display, world, options.json)
        finally:
            world.close()
    finally:
        display.close()
    for each in complaints:
        print(f'demo: {each}', file=sys.stderr)
    if not complaints:
        print(f'Everything came as promised. Pictures are in {PICTURES}/', file=sys.stderr)
    return 1 if complaints else 0


def distance(text):
    """Returns an argument of --rtt, if it is valid."""
    if not text.rpartition('=')[2].isascii() or not text.rpartition('=')[2].isdigit():
        raise argparse.ArgumentTypeError(f'{text} is not [HOST=]MILLISECONDS')
    return text


def main(installed=None):
    """Runs the demo with the programs that are INSTALLED, or with those of --build-dir."""
    about = __doc__.split(' - ', 1)[1].split('\n\n')[0]
    parser = argparse.ArgumentParser(
        prog='bulla-demo' if installed else './dev demo',
        description=about[0].upper() + about[1:],
        epilog='Without a display it follows every link by itself; see --headless.',
    )
    if not installed:
        parser.add_argument('--build-dir', required=True, help=argparse.SUPPRESS)
    parser.add_argument('--headless', action='store_true', help='follow every link, and tell')
    parser.add_argument('--json', action='store_true', help='headless, one JSON object a line')
    parser.add_argument('--ask', action='store_true', help='ask publishers before a page is shown')
    parser.add_argument('--tour', action='store_true', help='six deliveries of one article')
    parser.add_argument(
        '--clients', action='store_true', help='one article in eleven variants, for five clients'
    )
    parser.add_argument(
        '--http1', action='store_true', help='servers of HTTP/1.1 alone; otherwise also HTTP/2'
    )
    parser.add_argument(
        '--rtt',
        action='append',
        default=[],
        type=distance,
        metavar='[HOST=]MS',
        help='how far HOST is, or all but the aggregator; may be repeated',
    )
    options = parser.parse_args()
    build = installed or pathlib.Path(options.build_dir).resolve()
    try:
        displayed = os.environ.get('DISPLAY') or os.environ.get('WAYLAND_DISPLAY')
        if options.headless or options.json or not displayed:
            return headless(build, options)
        world = open_world(build, options)
        try:
            path = '/tour/1' if options.tour else '/variants' if options.clients else '/'
            return show(build, world, path, options.ask)
        finally:
            world.close()
    except (Missing, OSError, wait.Late, webdriver.Refused) as error:
        print(f'demo: {error}', file=sys.stderr)
        return 2


if __name__ == '__main__':
    sys.exit(main())
