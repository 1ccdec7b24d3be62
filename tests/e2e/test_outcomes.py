#!/usr/bin/env python3
"""test_outcomes.py - the outcomes of valid and invalid packages in the demo.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from harness import case, equal, main
from driver.world import Shell

DEMO = pathlib.Path(__file__).resolve().parents[2] / 'shell/demo/demo.py'
COLUMNS = ['link', 'address', 'origin', 'outcome', 'reason', 'publisher_requests', 'screenshot']


@case
def demo(bench):
    """every link of the demo has the promised outcome and a picture"""
    with tempfile.TemporaryDirectory() as folder:
        environment = {key: value for key, value in os.environ.items() if key != 'DISPLAY'}
        ran = subprocess.run(
            [sys.executable, str(DEMO), '--build-dir', str(bench.build.resolve()), '--json'],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        equal('exit status', (ran.returncode, ran.stderr if ran.returncode else ''), (0, ''))
        rows = [json.loads(line) for line in ran.stdout.splitlines()]
        promised = [each['link'] for each in bench.world.facts['links'] if each['title']]
        equal('links', [row['link'] for row in rows], promised)
        for row in rows:
            equal('columns', list(row), COLUMNS)
            start = pathlib.Path(folder, row['screenshot']).read_bytes()[:8]
            equal('picture', start, b'\x89PNG\r\n\x1a\n')


@case
def broken_off(bench):
    """a page with a tampered late record ends before it, without contacting the publisher"""
    shell = bench.open(Shell, bench.build, bench.display, bench.world)
    shell.go(bench.world.aggregator + '/')
    bench.world.reset()
    mark = shell.decisions.mark()
    shell.click('#late')
    page = shell.decisions.wait_page(
        mark, 'the page breaks off', lambda each: each['standing'] == 'truncated'
    )
    equal('reason', page['reason'], 'body.record')
    shell.settle()
    entries = shell.run("return document.querySelectorAll('ol.log li').length")
    assert 0 < entries < 900, f'{entries} entries are shown'
    equal('what stands at its end', shell.run('return document.querySelector("footer")'), None)
    equal('requests to publishers', bench.world.publisher_requests(), 0)


@case
def fallback(bench):
    """a package that is not accepted falls back to its publisher's live page"""
    shell = bench.open(Shell, bench.build, bench.display, bench.world)
    shell.go(bench.world.aggregator + '/')
    page = shell.follow('#fallback')
    equal('standing', page['standing'], 'fell-back')
    equal('copy', shell.run('return document.documentElement.dataset.copy'), 'live')


@case
def fallback_to_itself(bench):
    """a package that falls back to itself is detected and does not loop"""
    shell = bench.open(Shell, bench.build, bench.display, bench.world)
    mark = shell.decisions.mark()
    page = shell.go(bench.world.links['self']['url'])
    equal('standing', page['standing'], 'refused')
    refused = shell.decisions.since(mark, 'refused')
    equal('refused', [each['reason'] for each in refused], ['signature.invalid'])
    assert bench.world.publisher_requests() <= 2, bench.world.counts()


if __name__ == '__main__':
    sys.exit(main())
