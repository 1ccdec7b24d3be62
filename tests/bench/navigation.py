#!/usr/bin/env python3
"""navigation.py - measures how long each delivery of the demo's article takes after a click.

SPDX-License-Identifier: LGPL-2.1-or-later

The real shell in a release build, under Xvfb, a fresh one for each click; the deliveries take
turns. All servers but the aggregator are as far away as --rtt says. Nothing fails on a figure.
Exit status: 2 when it could not be tried.
"""
import argparse
import json
import pathlib
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'shell/demo'))

import navigation_report  # noqa: E402
from driver import deliveries, wait, webdriver  # noqa: E402
from driver.display import Display, Missing  # noqa: E402
from driver.world import Shell, World  # noqa: E402

OUTPUT = 'bench-output'
TIMES = ('response_start_ms', 'fcp_ms', 'load_ms')
TRIES = 3  # attempts of one run


def click_once(build, display, world, facts):
    """One click in a new shell; its times, and what each party saw."""
    shell = Shell(build, display, world)
    try:
        before = deliveries.arrive(shell, facts['page'])
        page, times, after = deliveries.click(shell)
    finally:
        shell.close()
    return {**times, 'standing': page['standing'], 'before': before, 'after': after}


def run_once(build, display, world, facts, rtt):
    """Measures at a distance; a run that does not finish has no figures and is repeated."""
    world.set_rtt('far', rtt)
    for left in reversed(range(TRIES)):
        try:
            return click_once(build, display, world, facts)
        except (OSError, wait.Late, webdriver.Refused) as error:
            if not left:
                raise
            name = facts['delivery']
            print(f'navigation: {name} at {rtt} ms, once more: {error}', file=sys.stderr)


def spread(values):
    """The 10th and the 90th percentile."""
    if len(values) < 2:
        return [values[0], values[0]]
    tenths = statistics.quantiles(values, n=10, method='inclusive')
    return [round(tenths[0], 1), round(tenths[-1], 1)]


def of_party(runs, host, key):
    return {
        when: round(statistics.median(run[when][host][key] for run in runs))
        for when in ('before', 'after')
    }


def heard(runs, when):
    """The requests to the parties, in the first run."""
    return {host: party['heard'] for host, party in runs[0][when].items() if party['heard']}


def summarise(delivery, rtt, runs):
    """The JSON object of a delivery at a distance; requests are the maximum of all runs."""
    hosts = runs[0]['before']
    row = {'delivery': delivery, 'rtt': rtt}
    for key in TIMES:
        row[key] = round(statistics.median(run[key] for run in runs), 1)
    row['runs'] = len(runs)
    for when in ('before', 'after'):
        row[f'publisher_requests_{when}'] = max(
            run[when][deliveries.PUBLISHER]['requests'] for run in runs
        )
    last = runs[-1]
    row.update(origin=last['origin'], address=last['address'], standing=last['standing'])
    row['spread'] = {key: spread([run[key] for run in runs]) for key in TIMES}
    row['requests'] = {host: of_party(runs, host, 'requests') for host in hosts}
    row['bytes'] = {host: of_party(runs, host, 'from_server') for host in hosts}
    row['heard'] = {when: heard(runs, when) for when in ('before', 'after')}
    return row


def print_row(row, as_json):
    if as_json:
        print(json.dumps(row), flush=True)
        return
    print(
        f'{row["delivery"]:15} {row["rtt"]:>4} ms  {row["response_start_ms"]:>8.0f} '
        f'{row["fcp_ms"]:>8.0f} {row["load_ms"]:>8.0f}   {row["publisher_requests_before"]:>6} '
        f'{row["publisher_requests_after"]:>6}   {row["origin"]}',
        flush=True,
    )


def measure(build, display, options):
    """The rows in the order of the tour, each with its distances."""
    world = World(build, options.http1)
    seen = {}
    try:
        names = [each for each in world.deliveries if options.only in (None, each)]
        for number in range(options.runs):
            for rtt in options.rtt:
                # varies the order, so that no delivery always follows the same other one
                for name in names[number % len(names) :] + names[: number % len(names)]:
                    run = run_once(build, display, world, world.deliveries[name], rtt)
                    seen.setdefault((name, rtt), []).append(run)
            print(f'navigation: {number + 1} of {options.runs} runs', file=sys.stderr, flush=True)
    finally:
        world.close()
    return [summarise(name, rtt, seen[name, rtt]) for name in names for rtt in options.rtt]


def parse():
    parser = argparse.ArgumentParser(
        prog='./dev bench navigation', description=__doc__.split('\n\n')[0]
    )
    parser.add_argument('--build-dir', required=True, help=argparse.SUPPRESS)
    parser.add_argument('--json', action='store_true', help='one JSON object a line')
    parser.add_argument(
        '--rtt',
        type=lambda text: [int(each) for each in text.split(',')],
        default=[0, 50, 150, 300],
        help='milliseconds of a round trip, with commas between (default: 0,50,150,300)',
    )
    parser.add_argument('--runs', type=int, default=7, help='of each (default: 7)')
    parser.add_argument(
        '--http1', action='store_true', help='servers of HTTP/1.1 alone; otherwise also HTTP/2'
    )
    parser.add_argument('--only', metavar='NAME', help='one delivery')
    options = parser.parse_args()
    if options.runs < 1:
        parser.error('--runs must be at least 1')
    return options


def main():
    options = parse()
    try:
        display = Display()
        try:
            rows = measure(options.build_dir, display, options)
        finally:
            display.close()
    except (Missing, OSError, wait.Late, webdriver.Refused) as error:
        print(f'navigation: {error}', file=sys.stderr)
        return 2
    if not rows:
        print(f'navigation: no delivery is called {options.only}', file=sys.stderr)
        return 2
    if not options.json:
        print(f'{"delivery":15} {"rtt":>7}  {"response":>8} {"paint":>8} {"load":>8}   '
              f'{"publisher before/after":13}   origin')
    for row in rows:
        print_row(row, options.json)
    folder = pathlib.Path(OUTPUT)
    folder.mkdir(exist_ok=True)
    for line in navigation_report.sentences(rows):
        print(line, file=sys.stderr if options.json else sys.stdout)
    lines = ''.join(json.dumps(row) + '\n' for row in rows)
    (folder / 'navigation.jsonl').write_text(lines, encoding='utf-8')
    (folder / 'navigation.html').write_text(navigation_report.page(rows), encoding='utf-8')
    print(f'The charts are in {folder}/navigation.html', file=sys.stderr)
    return 0


if __name__ == '__main__':
    sys.exit(main())
